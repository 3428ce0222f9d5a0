"""Which items does a case score, which of them are turned round, and by which rule?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.scales.scoring import reverse
from consilience.validation.model import Case, NotSupported

Floats = NDArray[np.float64]

_ITEMS: Final = ("items", "columns", "cols", "variables", "vars", "item", "x")
_KEYS: Final = ("keys", "scales", "key", "keys_list", "keys.list", "scale_items", "scoring")
_LOW: Final = ("min", "low", "minimum", "lowest", "lower")
_HIGH: Final = ("max", "high", "maximum", "highest", "upper")
_RANGE: Final = ("range", "limits", "points", "bounds", "scale_range", "response_range")
_LEAST: Final = ("least", "missing_rule", "rule", "missing", "min_share", "min_answered",
                 "threshold", "min_prop", "share", "min_valid", "prop", "required",
                 "na_rule", "missing_threshold", "completeness")  # fmt: skip
# Columns that say whose a row is, and hold no answer.
_AROUND: Final = ("id", "person", "respondent", "teacher", "staff", "school", "unit", "group",
                  "site", "area", "role", "gender", "age", "education", "team", "cluster",
                  "weight", "row", "n", "pid", "sid", "schoolid", "school_id")  # fmt: skip
_SPAN: Final = re.compile(r"^(-?)\s*([\w.]+?)\s*(?:\.\.+|:|\bto\b)\s*([\w.]+)$")
_PICKED: Final = re.compile(r"d(?:ata|f)?\[\s*,\s*(\d+)\s*:\s*(\d+)\s*\]")
_TURNED: Final = re.compile(r"\b(\d+)\s*-\s*(?:x|D|d|X|item|answer|it|v)\b")
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|per\s?cent|pct)()")
# In prose a percentage may be anything: 95 per cent intervals, 15 per cent missing.
_RULE: Final = re.compile(
    r"(?:at least|>=)\s*(\d+(?:\.\d+)?)\s*(?:%|per\s?cent)"
    r"|(\d+(?:\.\d+)?)\s*(?:%|per\s?cent)[ -](?:rule|of (?:the |its |their )?items|answered|valid)"
)
_SHARE: Final = re.compile(r">=?\s*(0?\.\d+)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keyed:
    """The items of a case with their scales.

    Args:
        names: (items,) columns.
        values: (people, items), nan where missing, as answered.
        scales: names of the scales, in order.
        keys: (items, scales) of -1, 0, 1.
        low: lowest point of the answer scale.
        high: highest point.
    """

    names: tuple[str, ...]
    values: Floats
    scales: tuple[str, ...]
    keys: Floats
    low: float
    high: float


def given(args: Mapping[str, Any], names: Iterable[str]) -> Any:  # noqa: ANN401  (any argument)
    """Return the first argument of these names that is not null."""
    return next((args[name] for name in names if args.get(name) is not None), None)


def keyed(case: Case) -> Keyed:
    """Return the scales of a case: of its keys, else one of its items, else of all columns."""
    scales = _scales(case)
    names = list(dict.fromkeys(name for items in scales.values() for name, _ in items))
    values = case.matrix(names)
    keys = np.zeros((len(names), len(scales)))
    for column, items in enumerate(scales.values()):
        for name, sign in items:
            keys[names.index(name), column] = sign
    low, high = _ends(case, values)
    return Keyed(
        names=tuple(names),
        values=values,
        scales=tuple(scales),
        keys=keys,
        low=low,
        high=high,
    )


def _scales(case: Case) -> dict[str, list[tuple[str, int]]]:
    args = case.args
    keys = given(args, _KEYS)
    if isinstance(keys, Mapping):
        wanted = args.get("scale")
        chosen = {wanted: keys[wanted]} if wanted in keys else keys
        return {str(name): _signed(case, items) for name, items in chosen.items()}
    items = given(args, _ITEMS)
    if isinstance(items, Mapping):
        return {str(name): _signed(case, each) for name, each in items.items()}
    if isinstance(keys, list) and items is None:
        items = keys
    signed = _signed(case, items) if items is not None else _of_call(case)
    if isinstance(keys, list) and len(keys) == len(signed) and set(keys) <= {-1, 1}:
        signed = [(name, int(sign)) for (name, _), sign in zip(signed, keys, strict=True)]
    turned = given(args, ("reverse", "reversed", "negative", "reverse_keyed", "rev"))
    if turned is not None:
        round_ = {name for name, _ in _signed(case, turned)}
        signed = [(name, -1 if name in round_ else sign) for name, sign in signed]
    return {str(args.get("scale") or "scale"): signed}


def _signed(case: Case, items: Any) -> list[tuple[str, int]]:  # noqa: ANN401  (any argument)
    if isinstance(items, Mapping):
        items = given(items, (*_ITEMS, *_KEYS))
    parts = re.split(r"[,;]\s*|\s+", items.strip()) if _is_list(items) else items
    if isinstance(parts, str | int | float):
        parts = [parts]
    if all(isinstance(part, int | float) for part in parts):
        return _numbered(case, [int(part) for part in parts])
    return [pair for part in parts for pair in _expanded(case, str(part))]


def _is_list(items: Any) -> bool:  # noqa: ANN401  (any argument)
    return isinstance(items, str) and not _SPAN.match(items.strip())


def _expanded(case: Case, part: str) -> list[tuple[str, int]]:
    """Return the columns of `A1`, `-A1` or `A1..A5`."""
    names = list(case.columns)
    if part in names:
        return [(part, 1)]
    if part.startswith("-") and part[1:].strip() in names:
        return [(part[1:].strip(), -1)]
    span = _SPAN.match(part)
    if span and span[2] in names and span[3] in names:
        first, last = names.index(span[2]), names.index(span[3])
        return [(name, -1 if span[1] else 1) for name in names[first : last + 1]]
    started = [name for name in names if re.fullmatch(re.escape(part) + r"[._]?\d+", name)]
    if not started:
        raise NotSupported(f"no column {part!r}")
    return [(name, 1) for name in started]


def _numbered(case: Case, numbers: Sequence[int]) -> list[tuple[str, int]]:
    """Return columns by their signs, one a column, or by signed positions counted from 1."""
    names = list(case.columns)
    if len(numbers) == len(names) and set(numbers) <= {-1, 0, 1}:
        return [(name, sign) for name, sign in zip(names, numbers, strict=True) if sign]
    return [(names[abs(each) - 1], 1 if each > 0 else -1) for each in numbers]


def _of_call(case: Case) -> list[tuple[str, int]]:
    picked = _PICKED.search(case.call)
    names = list(case.columns)
    if picked:
        return [(name, 1) for name in names[int(picked[1]) - 1 : int(picked[2])]]
    quoted = re.findall(r"['\"](-?[\w.]+)['\"]", case.call)
    named = [each for each in quoted if each.lstrip("-") in names]
    if len(named) > 1:
        return [pair for each in named for pair in _expanded(case, each)]
    return [(name, 1) for name in names if name.lower() not in _AROUND and case.is_numeric(name)]


def _ends(case: Case, values: Floats) -> tuple[float, float]:
    """Return the ends of the answer scale: told, or from `7 - x`, or as far as answers go."""
    low, high = given(case.args, _LOW), given(case.args, _HIGH)
    both = given(case.args, _RANGE)
    if isinstance(both, list) and len(both) > 1 and (low is None or high is None):
        low, high = min(both), max(both)
    if isinstance(both, int | float) and high is None:
        low, high = 1, both
    if low is not None and high is not None:
        return float(low), float(high)
    known = values[~np.isnan(values)]
    seen = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    turned = _TURNED.search(f"{case.call} {case.note}")
    if turned:
        least = min(seen[0], 1.0)
        return least, float(turned[1]) - least
    return seen if seen[0] < seen[1] else (seen[0], seen[0] + 1)


def least_share(case: Case, items: int) -> float | None:
    """Return the share of items that a score needs, None if one answer is enough."""
    rule = given(case.args, _LEAST)
    if isinstance(rule, Mapping):
        rule = given(rule, (*_LEAST, "value"))
    if isinstance(rule, int | float) and not isinstance(rule, bool):
        return float(rule) if rule <= 1 else (rule / 100 if rule > items else rule / items)
    count = given(case.args, ("min_items", "least_items", "min_n"))
    if count is not None:
        return float(count) / items
    text = f"{case.call} {case.note}"
    told = _PERCENT.search(str(rule or "")) or _RULE.search(text)
    if told:
        return float(told[1] or told[2]) / 100
    if told := _SHARE.search(f"{rule or ''} {text}"):
        return float(told[1])
    if "complete" in str(rule).lower() or "na.omit" in case.call:
        return 1.0
    return None


def group_column(case: Case) -> str | None:
    """Return the column that says to which unit a person belongs, if the case names one."""
    told = given(case.args, ("group", "by", "school", "unit", "cluster", "grpid", "level"))
    if isinstance(told, str) and told in case.columns:
        return told
    return None


def norms_of(case: Case, scales: Sequence[str]) -> tuple[Floats, Floats]:
    """Return (scales,) means and standard deviations of the norm group."""
    args = case.args
    norms = given(args, ("norms", "norm", "norm_table", "reference"))
    means = given(args, ("norm_mean", "norm_means", "means", "mean", "M"))
    sds = given(args, ("norm_sd", "norm_sds", "sds", "sd", "SD"))
    if isinstance(norms, Mapping) and given(norms, ("mean", "means", "M")) is not None:
        means, sds = given(norms, ("mean", "means", "M")), given(norms, ("sd", "sds", "SD"))
        norms = None
    if isinstance(norms, list) and norms and isinstance(norms[0], Mapping):
        norms = {str(given(row, ("scale", "name", "_row"))): row for row in norms}
    if isinstance(norms, Mapping):
        pairs = [_pair(norms[scale]) for scale in scales]
        return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
    if means is None or sds is None:
        raise NotSupported("no mean and standard deviation of a norm group")
    return _each(means, scales), _each(sds, scales)


def _pair(norm: Any) -> tuple[float, float]:  # noqa: ANN401  (a pair or an object)
    if isinstance(norm, Mapping):
        return float(given(norm, ("mean", "m", "M"))), float(given(norm, ("sd", "s", "SD")))
    return float(norm[0]), float(norm[1])


def _each(values: Any, scales: Sequence[str]) -> Floats:  # noqa: ANN401  (number, list, object)
    if isinstance(values, Mapping):
        values = [values[scale] for scale in scales]
    return np.broadcast_to(np.asarray(values, dtype=float), (len(scales),)).copy()


def turned(found: Keyed, scale: int = 0) -> Floats:
    """Return the items of one scale, negative ones turned round."""
    own = np.flatnonzero(found.keys[:, scale])
    return reverse(
        found.values[:, own],
        low=found.low,
        high=found.high,
        negative=found.keys[own, scale] < 0,
    )


def as_asked(case: Case, values: dict[str, Any]) -> dict[str, Any]:
    """Return figures in the form of the case: lists for objects, lists of columns for rows."""
    if not isinstance(case.expected, Mapping):
        return values
    held = {name.lower(): value for name, value in values.items()}
    asked = {
        name: _formed(theirs, held[str(name).lower()])
        for name, theirs in case.expected.items()
        if str(name).lower() in held
    }
    return values | asked


def as_rows(theirs: Sequence[Any], ours: list[Mapping[str, Any]]) -> Any:  # noqa: ANN401
    """Return rows as the list that the case has: of objects, lists or the one number each."""
    return _rows_formed(list(theirs), ours)


def _formed(theirs: Any, ours: Any) -> Any:  # noqa: ANN401  (figures of any form)
    if isinstance(ours, list) and ours and isinstance(ours[0], Mapping):
        return _rows_formed(theirs, ours)
    if isinstance(ours, Mapping) and len(ours) == 1 and isinstance(theirs, int | float):
        return next(iter(ours.values()))
    if isinstance(ours, Mapping) and isinstance(theirs, list):
        if theirs and isinstance(theirs[0], Mapping):
            return ours
        return [list(v.values()) if isinstance(v, Mapping) else v for v in ours.values()]
    return ours


def _rows_formed(theirs: Any, ours: list[Mapping[str, Any]]) -> Any:  # noqa: ANN401  (any form)
    """Return rows as they are, by their label, as columns, as lists, or as the one number each."""
    if isinstance(theirs, Mapping):
        labelled = {str(next(iter(row.values()))): row for row in ours}
        if set(theirs) <= set(labelled):
            single = not any(isinstance(each, Mapping) for each in theirs.values())
            return {name: _last(row) if single else row for name, row in labelled.items()}
        columns: dict[str, list[Any]] = {name: [row.get(name) for row in ours] for name in ours[0]}
        if theirs and not any(isinstance(each, list | Mapping) for each in theirs.values()):
            return {name: _mean(columns[name]) for name in theirs if name in columns}
        return {name: column[: _length(theirs, name)] for name, column in columns.items()}
    if isinstance(theirs, list) and theirs and isinstance(theirs[0], list):
        return [list(row.values()) for row in ours]
    if isinstance(theirs, list) and theirs and not isinstance(theirs[0], Mapping):
        return [_last(row) for row in ours]
    return ours


def _mean(column: Sequence[float]) -> float:
    known = [each for each in column if not np.isnan(each)]
    return sum(known) / len(known) if known else float("nan")


def _last(row: Mapping[str, Any]) -> Any:  # noqa: ANN401  (a figure)
    return list(row.values())[-1]


def _length(theirs: Mapping[str, Any], name: str) -> int | None:
    column = theirs.get(name)
    return len(column) if isinstance(column, list) else None
