"""Which table of counts does a case hold: square, one count a row, or units by category?"""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.validation.model import Case
from consilience.validation.selected import columns_of, option, r_value, rows_of
from consilience.validation.within_group_call import split

Floats = NDArray[np.float64]

_COUNTS: Final = ("freq", "frequency", "frequencies", "count", "counts", "n")
_ORDERS: Final = ("order", "levels", "categories", "categ_labels", "categ.labels", "labels")
_FORMS: Final = ("input", "form", "format", "data_form", "data_type", "type", "kind")
_FORMULA: Final = re.compile(r"(?<![\w.])xtabs\s*\(\s*(?:formula\s*=\s*)?([^~()]*)~([^,)]*)")
# Functions of irrCAC end so, be they named one by one or in braces; those of R do not count.
_TABLE: Final = re.compile(r"(?<!as)(?<!data)(?<!read)(?<!prop)(?<![\s(,=])\.table\b")
_DISTRIBUTION: Final = re.compile(r"[\w}]\.dist\b")
# vcd and DescTools take only tables; psych and irr take whatever is square for one.
_SQUARE: Final = re.compile(
    r"(?<![\w.])(Kappa|cohen\.kappa|CohenKappa|stuart\.maxwell\.mh|StuartMaxwellTest|rater\.bias)"
    r"\s*\("
)
_TABULATED: Final = re.compile(r"(?<![\w.])(table|ftable|xtabs)\s*\(")
# `d[rep(1:nrow(d), d$n), ]` and `uncount(d, n)` make ratings of counts.
_REPEATED: Final = re.compile(
    r"(?<![\w.])rep\s*\([^$]*,\s*(?:times\s*=\s*)?\w+\$(\w+)\s*\)|uncount\s*\(\s*\w+\s*,\s*(\w+)"
)
_ARRAY: Final = re.compile(r"[A-Za-z][\w.]*\s*\[")


def is_table(case: Case) -> bool:
    """Say whether the data are the table of two raters: told so, listed, or square for the call."""
    if case.args.get("table") not in (None, False) or case.statistic.endswith("_table"):
        return True
    if is_distribution(case):
        return False
    if _told_form(case) in ("table", "counts", "contingency", "contingency table", "crosstab"):
        return True
    if _listed(case) is not None:
        return True
    takes = _SQUARE.search(case.call) and not _TABULATED.search(case.call)
    if not takes and not _TABLE.search(case.call):
        return False
    counts = counts_of(case)
    return bool(counts.shape[0] == counts.shape[1])


def is_distribution(case: Case) -> bool:
    """Say whether the data count raters by unit and category."""
    told = _told_form(case) in ("distribution", "dist")
    return told or "distribution" in case.statistic or bool(_DISTRIBUTION.search(case.call))


def _told_form(case: Case) -> str:
    return next((str(case.args[key]).lower() for key in _FORMS if case.args.get(key)), "")


def counts_of(case: Case) -> Floats:
    """Return a table of counts: an argument of that name, else the columns that are numbers.

    Counts that stand one a row beside two columns of categories become their table.
    """
    given = case.args.get("table", case.args.get("counts"))
    if isinstance(given, list):
        return np.array(given, dtype=float)
    if not is_distribution(case) and (listed := _listed(case)) is not None:
        return _crossed(case, *listed)
    named = [name for name in columns_of(case) if case.is_numeric(name)]
    counts = case.matrix(named)[rows_of(case, named)]
    # A first column that counts the rows is their names.
    labelled = counts.shape[1] == counts.shape[0] + 1
    return counts[:, 1:] if labelled else counts


def _listed(case: Case) -> tuple[list[str], str] | None:
    """Return the two columns of categories and that of counts, if counts stand one a row."""
    if (count := _count_column(case)) is None:
        return None
    rest = [name for name in case.columns if name != count]
    by = [name for name in _told_pair(case, rest) if name != count]
    picked = set(_of_array(case, rest))
    by = by if len(by) == 2 else [name for name in rest if name not in picked][:2]
    return (by, count) if len(by) == 2 else None


def _count_column(case: Case) -> str | None:
    """Return the column of counts: told, on the left of `xtabs(n ~ a + b)`, or last and so called.

    A last column that nobody told must stand beside two of categories, each pair but once.
    """
    for key, value in case.args.items():
        if key.lower() in _COUNTS and isinstance(value, str) and value in case.columns:
            return value
    left = found[1] if (found := _FORMULA.search(case.call)) else ""
    if not left and (found := _REPEATED.search(case.call)):
        left = found[1] or found[2]
    if (told := _bare(left)) in case.columns:
        return told
    every = list(case.columns)
    last = next((name for name in every[-1:] if name.lower() in _COUNTS), None)
    if last is None or len(every) < 3 or not case.is_numeric(last):
        return None
    beside = [case.columns[name] for name in every[:-1]]
    cells = list(zip(*beside, strict=True))
    named = any(len(set(column)) == len(cells) for column in beside)  # rows, one by one
    return last if len(set(cells)) == len(cells) and not named else None


def _told_pair(case: Case, rest: list[str]) -> list[str]:
    """Return the columns of categories that arguments, a formula or the call name."""
    sides = [case.args.get(key) for key in ("rows", "row")]
    sides += [case.args.get(key) for key in ("columns", "cols", "column", "col")]
    pair = [each for each in sides if isinstance(each, str) and each in rest]
    if len(pair) == 2:
        return pair
    if found := _FORMULA.search(case.call):
        terms = [_bare(each) for each in found[2].split("+")]
        if set(terms) <= set(rest):
            return terms
    named = columns_of(case)
    return named if len(named) <= 3 else []


def _bare(term: str) -> str:
    """Return a term of a formula without the frame before it, `d$a`, and without quotes."""
    return re.sub(r"^\w+\$", "", term.strip()).strip("`")


def _of_array(case: Case, rest: list[str]) -> dict[str, Any]:
    """Return the columns that an index of an array fixes, `x[, , 'a']`, and at which value."""
    for found in _ARRAY.finditer(case.call):
        parts = split(case.call[found.end() :] + "]")
        if len(parts) == len(rest) > 2:
            values = [r_value(part) for part in parts]
            return {n: v for n, v in zip(rest, values, strict=True) if v is not None}
    return {}


def _kept(case: Case, by: list[str], count: str) -> NDArray[np.bool_]:
    """Return the rows that count: by argument, by comparison, or by the place in an array."""
    keep = rows_of(case, [*by, count])
    fixed = _of_array(case, [name for name in case.columns if name != count])
    for name, value in fixed.items():
        cells = case.texts(name)
        levels = list(dict.fromkeys(cells.tolist()))
        placed = isinstance(value, float) and 1 <= value <= len(levels)
        keep &= cells == (levels[int(value) - 1] if placed else str(value))
    return keep


def _crossed(case: Case, by: list[str], count: str) -> Floats:
    """Return the table of counts by two columns of the same categories."""
    keep = _kept(case, by, count)
    numeric = all(map(case.is_numeric, by))
    pair = [(case.numbers(name) if numeric else case.texts(name))[keep] for name in by]
    levels = _in_order(case, np.concatenate(pair).tolist(), numeric=numeric)
    place = {level: number for number, level in enumerate(levels)}
    table = np.zeros((len(levels), len(levels)))
    rows, cells = ([place[each] for each in one.tolist()] for one in pair)
    np.add.at(table, (rows, cells), case.numbers(count)[keep])
    return table


def _in_order(case: Case, seen: list[Any], *, numeric: bool) -> list[Any]:
    """Return categories as told, else numbers by size and words as they first appear.

    `as.data.frame` of a table writes words in the order of its levels.
    """
    told = option(case, *_ORDERS)
    if isinstance(told, list):
        levels = [float(each) if numeric else str(each) for each in told]
        if set(seen) <= set(levels):
            return levels
    return sorted(set(seen)) if numeric else list(dict.fromkeys(seen))
