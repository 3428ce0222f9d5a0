"""Which columns and rows of its data does a case speak of, and what was R told?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.validation.model import Case

_INDEXED: Final = re.compile(r"\w+\[([^\[\]]*?),\s*([^\[\]]+)\]")
_DOLLAR: Final = re.compile(r"\w+\$(\w+)(?!\s*==)\b(?!\s*==)")
_WHERE: Final = re.compile(r"\w+\$(\w+)\s*==\s*['\"]?([\w.]+)['\"]?")
_SPAN: Final = re.compile(r"^(-?\d+):(-?\d+)$")
_NAMED: Final = re.compile(r"['\"]([^'\"]+)['\"]")
_NUMBERED: Final = re.compile(r"^([A-Za-z_.]*?)(\d+)(?:\.\.|:|-)([A-Za-z_.]*?)(\d+)$")
_ROW_NAMES: Final = re.compile(
    r"^(unit|subject|id|case|row|area|patient|school|\w+[._]id)s?$", re.IGNORECASE
)
_COLUMNS: Final = ("columns", "cols", "raters", "items", "variables", "vars")


def option(case: Case, *names: str, default: Any = None) -> Any:  # noqa: ANN401  (of any form)
    """Return an argument under one of several names, else what the call says, else the default."""
    for name in names:
        if case.args.get(name) is not None:
            return case.args[name]
    for name in names:
        spelt = re.escape(name).replace("_", "[._]")
        written = rf"\b{spelt}\s*=\s*(c\([^)]*\)|['\"][^'\"]*['\"]|[-\w.]+(?::\d+)?)"
        if found := re.search(written, case.call):
            return r_value(found[1])
    return default


def r_value(text: str) -> Any:  # noqa: ANN401  (what R has for constants)
    """Return the value of a constant as R writes it: `TRUE`, `0.9`, `'a'`, `1:5`, `c(1, 2)`."""
    text = text.strip()
    if text.startswith("c("):
        return [r_value(part) for part in text[2:].rstrip(")").split(",") if part.strip()]
    if text in ("TRUE", "T", "FALSE", "F"):
        return text.startswith("T")
    if span := _SPAN.match(text):
        first, last = int(span[1]), int(span[2])
        return list(range(first, last + 1)) if last >= first else list(range(first, last - 1, -1))
    try:
        return float(text)
    except ValueError:
        return text.strip("'\"")


def columns_of(case: Case) -> list[str]:
    """Return the columns that a case names in its arguments or call; all if it names none."""
    every = list(case.columns)
    for name in _COLUMNS:
        given = case.args.get(name)
        if isinstance(given, str | list) and (found := _expanded(given, every)):
            return found
    for _, chosen in _INDEXED.findall(case.call):
        if found := _expanded(r_value_or_names(chosen), every):
            return found
    dollars = [name for name in _DOLLAR.findall(case.call) if name in every]
    if len(dollars) > 1:
        return list(dict.fromkeys(dollars))
    left = [name for name in every if not _ROW_NAMES.match(name)]
    return left if len(left) > 1 else every


def r_value_or_names(chosen: str) -> Any:  # noqa: ANN401  (of any form)
    """Return what stands after the comma of an index of R: names, places, or places left out."""
    if names := _NAMED.findall(chosen):
        return names
    chosen = chosen.strip()
    if chosen.startswith("-"):
        dropped = r_value(chosen[1:].strip("()") if ":" in chosen else chosen[1:])
        return {"without": dropped if isinstance(dropped, list) else [dropped]}
    return r_value(chosen)


def rows_of(case: Case, columns: Iterable[str]) -> NDArray[np.bool_]:
    """Return which rows a case speaks of: `area == 3` in its call, or an argument of that name."""
    count = len(next(iter(case.columns.values()), ()))
    keep = np.ones(count, dtype=bool)
    wanted = dict(_WHERE.findall(case.call))
    used = set(columns)
    for name, value in case.args.items():
        if name in case.columns and name not in used and isinstance(value, str | int | float):
            wanted[name] = f"{value:g}" if isinstance(value, float) else str(value)
    for name, value in wanted.items():
        if name in case.columns:
            keep &= np.array([cell == value for cell in case.columns[name]], dtype=bool)
    return keep


def ratings_of(case: Case) -> NDArray[Any]:
    """Return the ratings of a case, (units, raters): numbers if all are, else texts."""
    columns = columns_of(case)
    keep = rows_of(case, columns)
    if all(case.is_numeric(name) for name in columns):
        table: NDArray[Any] = case.matrix(columns)[keep]
    else:
        table = np.column_stack([case.texts(name) for name in columns])[keep]
    return table.T if re.search(r"\bt\(", case.call) else table


def counts_of(case: Case) -> NDArray[np.float64]:
    """Return a table of counts: an argument of that name, else the columns that are numbers."""
    given = case.args.get("table", case.args.get("counts"))
    if isinstance(given, list):
        return np.array(given, dtype=float)
    named = [name for name in columns_of(case) if case.is_numeric(name)]
    return case.matrix(named)


def _expanded(given: Any, every: list[str]) -> list[str]:  # noqa: ANN401  (of any form)
    """Return the columns that are meant, [] if one of them is not there."""
    if isinstance(given, dict):
        dropped = {int(place) - 1 for place in given["without"] if isinstance(place, int | float)}
        return [name for place, name in enumerate(every) if place not in dropped]
    names: list[str] = []
    for each in given if isinstance(given, list) else [given]:
        if isinstance(each, int | float) and 1 <= each <= len(every):
            names.append(every[int(each) - 1])
        elif isinstance(each, str) and each in every:
            names.append(each)
        elif isinstance(each, str) and (span := _NUMBERED.match(each)):
            names += _numbered(span, every)
        else:
            return []
    return names if all(name in every for name in names) else []


def _numbered(span: re.Match[str], every: list[str]) -> list[str]:
    wide = len(span[2])
    numbers = range(int(span[2]), int(span[4]) + 1)
    named = [f"{span[1]}{number:0{wide}d}" for number in numbers]
    return [name for name in named if name in every]
