"""Which one score of several items does a case of within-group statistics speak of?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.validation.model import Answer, Case, Statistic
from consilience.validation.scale_keys import keyed
from consilience.validation.scales import scored
from consilience.validation.within_group_call import expressed, given, named_columns, split

Floats = NDArray[np.float64]

_VALUE: Final = ("value", "variable", "outcome", "scale", "y", "dv", "x", "values")
_ITEMS: Final = ("items", "item", "columns", "variables", *_VALUE)
_MEAN: Final = re.compile(r"(?:(?:^|;)\s*(?:[\w.]+\$)?([\w.]+)\s*(?:<-|=)\s*)?(?<![\w.])rowMeans\(")


def of_score(statistic: Statistic) -> Statistic:
    """Return the statistic of the one score where a case makes one of several items."""

    def scored_first(case: Case) -> Answer:
        return statistic(_with_mean(_with_scales(case)))

    return scored_first


def _with_scales(case: Case) -> Case:
    """Return the case with a column a scale, and these asked about, where it tells keys."""
    keys, told = case.args.get("keys"), given(case, _VALUE)
    if not isinstance(keys, Mapping) or told in case.columns:
        return case
    found = keyed(case)
    columns = dict(zip(found.scales, map(_cells, scored(case, found).T), strict=True))
    asked = [told] if told in columns else list(columns)
    return _asking(case, columns, asked, case.call)


def _with_mean(case: Case) -> Case:
    """Return the case with a column for the mean of each row that its call or argument takes."""
    value = given(case, _ITEMS)
    if isinstance(value, str) and value in case.columns:
        return case
    for text in (value, case.call):
        made = _MEAN.search(text) if isinstance(text, str) else None
        if made is None or made[1] in case.columns:
            continue
        parts = split(made.string[made.end() :])
        inside = parts[0].strip()
        spans = re.fullmatch(r"[\w.]+\s*(?:\.\.+|:)\s*[\w.]+", inside)
        items = named_columns(case, inside) if spans else expressed(case, inside)
        if not items:
            continue
        name = made[1] or "row_mean"
        removes = any(re.match(r"na\.rm\s*=\s*T", part.strip()) for part in parts[1:])
        columns = {name: _cells(_mean(case.matrix(items), removes=removes))}
        end = made.end() + len(_argument(made.string[made.end() :])) + 1
        call = case.call
        if text is call:
            start = made.end() - len("rowMeans(")
            call = call[:start] + name + call[end:]
        return _asking(case, columns, [name], call)
    return case


def _argument(text: str) -> str:
    """Return the text up to the bracket that closes the call it stands in."""
    depth = 0
    for at, letter in enumerate(text):
        if letter == ")" and not depth:
            return text[:at]
        depth += {"(": 1, ")": -1}.get(letter, 0)
    return text


def _asking(case: Case, columns: Mapping[str, list[str]], asked: list[str], call: str) -> Case:
    kept = {key: each for key, each in case.args.items() if key.lower() not in _ITEMS}
    value = asked[0] if len(asked) == 1 else asked
    return replace(
        case, columns={**case.columns, **columns}, args={**kept, "value": value}, call=call
    )


def _mean(table: Floats, *, removes: bool) -> Floats:
    known = ~np.isnan(table)
    count = known.sum(axis=1)
    sums = np.where(known, table, 0.0).sum(axis=1)
    enough = count > 0 if removes else known.all(axis=1)
    means: Floats = np.divide(sums, count, out=np.full(len(table), np.nan), where=enough)
    return means


def _cells(column: Floats) -> list[str]:
    return ["" if np.isnan(each) else repr(float(each)) for each in column]
