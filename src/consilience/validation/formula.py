"""Which columns does a model formula name, and what is its design matrix?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.validation.level_order import levels_in_order, names_shown
from consilience.validation.model import Case, NotSupported

Floats = NDArray[np.float64]

# What may stand in brackets, themselves with brackets in them: factor(x, levels=c("a", "b")).
_INSIDE: Final = r"\((?:[^()]|\([^()]*\))*\)"
_WRAPPER: Final = rf"(?:as\.)?(?:factor|ordered|relevel|integer|numeric|logical){_INSIDE}"
_CHANGED: Final = rf"(?:log|log10|log2|log1p|sqrt|exp|scale|I){_INSIDE}"
_VALUE: Final = r"'[^']*'|\"[^\"]*\"|-?[\d.]+|TRUE|FALSE"
_SIGN: Final = r"==|!=|>=|<=|>|<|-"
_LEFT: Final = (
    rf"{_WRAPPER}|{_CHANGED}|cbind{_INSIDE}"
    rf"|\(?\s*[\w.]+\s*(?:{_SIGN})\s*(?:{_VALUE})\s*\)?|[\w.]*"
)
_RIGHT: Final = rf"(?:{_WRAPPER}|{_CHANGED}|[\w.]+|[\s+*:-])+"
_FORMULA: Final = re.compile(rf"({_LEFT})\s*~\s*({_RIGHT})")
_FACTOR: Final = re.compile(
    r"^(?:as\.)?(factor|ordered|relevel)\(\s*(?:(?:as\.)?factor\()?(?:\w+\$)?([\w.]+)\)?\s*(?:,.*)?\)$"
)
_NUMBER: Final = re.compile(r"^as\.(?:integer|numeric|logical)\(\s*([\w.]+)\s*\)$")
_COMPARED: Final = re.compile(
    rf"^(?:I|as\.integer|as\.numeric|as\.factor|factor)?\(*\s*([\w.]+)\s*({_SIGN})\s*({_VALUE})\s*\)*$"
)
_FUNCTION: Final = re.compile(r"^(log|log10|log2|log1p|sqrt|exp|scale)\(\s*([\w.]+)\s*\)$")
_POWER: Final = re.compile(r"^I\(\s*([\w.]+)\s*([\^*/+-])\s*([\w.]+)\s*\)$")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """A model read from a formula.

    Args:
        outcome: name of the outcome.
        y: (n,) outcome; level numbers 0, 1, ... in order if it is text.
        terms: names of the predictors, in order.
        columns: (n, k) predictors, without a constant; text becomes one column a level but
            the first.
        of_term: (k,) position of the term of each column.
        names: (k,) name of each column as R prints it.
        labels: the predictors as the formula writes them: `factor(x)` where the term is `x`.
    """

    outcome: str
    y: Floats
    terms: tuple[str, ...]
    columns: Floats
    of_term: NDArray[np.int64]
    names: tuple[str, ...]
    labels: tuple[str, ...] = ()


def formulas(case: Case) -> list[str]:
    """Return the formulas of a case: of its arguments, else of its call, else of those beside.

    A call such as `calc.relimp(m)` leaves its model to an object that an earlier call made;
    then the models count that other cases of the same data were told or called.
    """
    given = [str(value) for value in case.args.values() if isinstance(value, str) and "~" in value]
    if given:
        return given
    if found := _called(case.call) or _assigned(case):
        return found
    told = [str(each) for each in case.beside.values() if isinstance(each, str) and "~" in each]
    if told := [each for each in told if each.partition("~")[0].strip()]:
        return list(dict.fromkeys(told))
    return next((found for call in case.beside.get("r_call", ()) if (found := _called(call))), [])


def _called(call: str) -> list[str]:
    return [f"{left.strip()}~{right.strip()}" for left, right in _FORMULA.findall(call)]


def _assigned(case: Case) -> list[str]:
    """Return the formulas of objects that the call names and a call beside it made."""
    made: dict[str, list[str]] = {}
    for call in case.beside.get("r_call", ()):
        for name, made_by in re.findall(r"(?:^|[;\s])([\w.]+)\s*<-\s*([^;]+)", call):
            if found := _called(made_by):
                made.setdefault(name, found)
    named = [name for name in re.findall(r"[\w.]+", case.call) if name in made]
    return [formula for name in dict.fromkeys(named) for formula in made[name]]


def outcome_of(formula: str) -> str:
    """Return the column that a formula's left side speaks of.

    Example:
        >>> outcome_of("ordered(Sat, levels=c('Low', 'High')) ~ Infl")
        'Sat'
    """
    return _bare(formula.partition("~")[0].strip())


def design(case: Case, formula: str | None = None, *, interactions: bool = False) -> Design:
    """Return the model of a formula, the first of the case if None.

    Raises:
        NotSupported: if there is no formula, or it has interactions that are not wanted.
    """
    found = [formula] if formula else formulas(case)
    if not found:
        raise NotSupported("no model formula in its arguments or call")
    left, _, right = found[0].partition("~")
    outcome = _bare(left.strip())
    terms = _terms(right, case, outcome, interactions=interactions)
    columns, of_term, names = [], [], []
    for place, term in enumerate(terms):
        for name, column in _columns(case, term):
            columns.append(column)
            of_term.append(place)
            names.append(name)
    count = len(next(iter(case.columns.values())))
    return Design(
        outcome=outcome,
        y=_outcome(case, left.strip()),
        terms=tuple(_plain(term) for term in terms),
        columns=np.column_stack(columns) if columns else np.empty((count, 0)),
        of_term=np.array(of_term, dtype=np.int64),
        names=tuple(names),
        labels=tuple(terms),
    )


def _plain(term: str) -> str:
    """Return a factor by its column; other terms as they are written."""
    wrapped = _FACTOR.match(term)
    return wrapped[2] if wrapped else term


def _bare(left: str) -> str:
    for pattern, group in ((_FACTOR, 2), (_NUMBER, 1), (_FUNCTION, 2), (_COMPARED, 1), (_POWER, 1)):
        if found := pattern.match(left):
            return str(found[group])
    return left


def _terms(right: str, case: Case, outcome: str, *, interactions: bool) -> list[str]:
    outside = re.sub(_INSIDE, "", right)
    if not interactions and ("*" in outside or ":" in outside):
        raise NotSupported("interactions in a formula")
    right = re.sub(r"\s*([*:])\s*", r"\1", right)
    # A sign within brackets belongs to the term.
    parts = re.findall(rf"([+-]?)\s*((?:[^\s()+-]|{_INSIDE}|\s(?=\())+)", right)
    dropped = [name for sign, name in parts if sign == "-"]
    terms: list[str] = []
    for sign, name in parts:
        if sign == "-":
            continue
        if name == ".":
            terms += [each for each in case.columns if each != outcome]
        elif name not in ("1", "0"):
            terms += _crossed(name) if interactions else [name]
    if interactions:
        terms.sort(key=lambda term: len(_factors(term)))
    return [term for term in dict.fromkeys(terms) if term not in dropped]


def _factors(term: str, sign: str = ":") -> list[str]:
    """Return the parts of an interaction; a sign within brackets parts nothing."""
    return [part for part in re.split(rf"{re.escape(sign)}(?![^()]*\))", term) if part]


def _crossed(term: str) -> list[str]:
    """Return what `a*b` stands for: a, b and a:b."""
    parts = _factors(term, "*")
    return [
        ":".join(chosen)
        for size in range(1, len(parts) + 1)
        for chosen in combinations(parts, size)
    ]


def _columns(case: Case, term: str) -> list[tuple[str, Floats]]:
    first, *others = _factors(term) or [term]
    if others:
        # The levels of the first factor change fastest.
        inner, rest = _columns(case, first), _columns(case, ":".join(others))
        return [(f"{one}:{two}", x * y) for two, y in rest for one, x in inner]
    name, wrapped = _plain(term), _FACTOR.match(term)
    if not wrapped and (found := _computed(case, term)) is not None:
        return [(term, found)]
    if not wrapped and case.is_numeric(name):
        return [(name, case.numbers(name))]
    texts = case.texts(name)
    levels = levels_in_order(case, name, [str(t) for t in np.unique(texts) if t], outcome=False)
    missing = texts == ""
    polynomial = f"{term}.L" in set(names_shown(case.expected))
    if polynomial or (wrapped and wrapped[1] == "ordered"):
        return _polynomials(term, texts, levels)
    return [
        (f"{term}{level}", np.where(missing, np.nan, (texts == level).astype(float)))
        for level in levels[1:]
    ]


def _polynomials(term: str, texts: NDArray[np.str_], levels: list[str]) -> list[tuple[str, Floats]]:
    """Return the orthogonal polynomials that R takes for an ordered factor."""
    k = len(levels)
    powers = np.vander(np.arange(k) - (k - 1) / 2, increasing=True)
    q, r = np.linalg.qr(powers)
    contrasts = q * np.sign(np.diag(r))
    place = {level: number for number, level in enumerate(levels)}
    rows = np.array([place.get(str(text), -1) for text in texts])
    names = [".L", ".Q", ".C", *[f"^{power}" for power in range(4, k)]]
    return [
        (f"{term}{names[j - 1]}", np.where(rows < 0, np.nan, contrasts[rows, j]))
        for j in range(1, k)
    ]


def _computed(case: Case, term: str) -> Floats | None:
    """Return a column that a formula computes, None if it computes none."""
    if found := _NUMBER.match(term):
        return case.numbers(found[1]) if case.is_numeric(found[1]) else _outcome(case, found[1])
    if found := _FUNCTION.match(term):
        return _changed(found[1], case.numbers(found[2]))
    if (found := _POWER.match(term)) and found[1] in case.columns:
        other = case.numbers(found[3]) if found[3] in case.columns else float(found[3])
        ways: Mapping[str, np.ufunc] = {
            "^": np.power,
            "*": np.multiply,
            "/": np.divide,
            "+": np.add,
            "-": np.subtract,
        }
        return np.asarray(ways[found[2]](case.numbers(found[1]), other), dtype=float)
    if (found := _COMPARED.match(term)) and found[1] in case.columns:
        return _comparison(case, found[1], found[2], found[3])
    return None


def _changed(name: str, values: Floats) -> Floats:
    if name == "scale":
        return np.asarray((values - np.nanmean(values)) / np.nanstd(values, ddof=1))
    ways = {"log": np.log, "log10": np.log10, "log2": np.log2, "log1p": np.log1p}
    with np.errstate(all="ignore"):
        return np.asarray((ways | {"sqrt": np.sqrt, "exp": np.exp})[name](values), dtype=float)


def rows_where(case: Case, expression: str) -> NDArray[np.bool_] | None:
    """Return the rows where a comparison such as `g == 'a'` holds, None if it is none."""
    found = _COMPARED.match(expression.strip())
    if not found or found[1] not in case.columns:
        return None
    return np.asarray(_comparison(case, found[1], found[2], found[3]) == 1)


def _comparison(case: Case, name: str, sign: str, value: str) -> Floats:
    bound = value.strip("'\"")
    texts = case.texts(name)
    ways: Mapping[str, np.ufunc] = {
        "==": np.equal,
        "!=": np.not_equal,
        ">=": np.greater_equal,
        "<=": np.less_equal,
        ">": np.greater,
        "<": np.less,
        "-": np.subtract,
    }
    if case.is_numeric(name):
        numbers = case.numbers(name)
        told = float({"TRUE": 1, "FALSE": 0}.get(bound, bound))
        return np.where(np.isnan(numbers), np.nan, ways[sign](numbers, told).astype(float))
    if sign not in ("==", "!="):
        raise NotSupported(f"text compared by {sign!r}")
    return np.where(texts == "", np.nan, ((texts == bound) == (sign == "==")).astype(float))


def _outcome(case: Case, left: str) -> Floats:
    if not left:
        return np.empty(0)
    if left.startswith("cbind("):
        raise NotSupported("an outcome of several columns")
    if not _FACTOR.match(left) and (found := _computed(case, left)) is not None:
        return found
    name = _bare(left)
    if case.is_numeric(name):
        return case.numbers(name)
    texts = case.texts(name)
    levels = levels_in_order(case, name, [str(t) for t in np.unique(texts) if t], outcome=True)
    place = {level: float(number) for number, level in enumerate(levels)}
    return np.array([place.get(str(text), np.nan) for text in texts])
