"""Which columns does a model formula name, and what is its design matrix?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.validation.model import Case, NotSupported

Floats = NDArray[np.float64]

_FORMULA: Final = re.compile(
    r"([\w.]*)\s*~\s*((?:(?:as\.)?(?:factor|ordered)\([\w.]+\)|[\w.]+|[\s+*:-])+)"
)
_FACTOR: Final = re.compile(r"^(?:as\.)?(?:factor|ordered)\(([\w.]+)\)$")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """A model read from a formula.

    Args:
        outcome: name of the outcome.
        y: (n,) outcome; level numbers 0, 1, ... in order if it is text.
        terms: names of the predictors, in order.
        columns: (n, k) predictors, without a constant; text becomes one column a level but
            the first, in the order of the alphabet.
        of_term: (k,) position of the term of each column.
        names: (k,) name of each column as R prints it.
    """

    outcome: str
    y: Floats
    terms: tuple[str, ...]
    columns: Floats
    of_term: NDArray[np.int64]
    names: tuple[str, ...]


def formulas(case: Case) -> list[str]:
    """Return the formulas of a case: of its arguments, else of its call, else of those beside.

    A call such as `calc.relimp(m)` leaves its model to an object that an earlier call made.
    """
    given = [str(value) for value in case.args.values() if isinstance(value, str) and "~" in value]
    if given:
        return given
    for call in (case.call, *case.beside.get("r_call", ())):
        if found := _FORMULA.findall(call):
            return [f"{left}~{right}" for left, right in found]
    return []


def design(case: Case, formula: str | None = None) -> Design:
    """Return the model of a formula, the first of the case if None.

    Raises:
        NotSupported: if there is no formula, or it has interactions.
    """
    found = [formula] if formula else formulas(case)
    if not found:
        raise NotSupported("no model formula in its arguments or call")
    left, _, right = found[0].partition("~")
    outcome = left.strip()
    if wrapped := _FACTOR.match(outcome):
        outcome = wrapped[1]
    terms = _terms(right, case, outcome)
    columns, of_term, names = [], [], []
    for place, term in enumerate(terms):
        for name, column in _columns(case, term):
            columns.append(column)
            of_term.append(place)
            names.append(name)
    count = len(next(iter(case.columns.values())))
    return Design(
        outcome=outcome,
        y=_outcome(case, outcome),
        terms=tuple(_bare(term) for term in terms),
        columns=np.column_stack(columns) if columns else np.empty((count, 0)),
        of_term=np.array(of_term, dtype=np.int64),
        names=tuple(names),
    )


def _bare(term: str) -> str:
    wrapped = _FACTOR.match(term)
    return wrapped[1] if wrapped else term


def _terms(right: str, case: Case, outcome: str) -> list[str]:
    if "*" in right or ":" in right:
        raise NotSupported("interactions in a formula")
    dropped = [part.strip() for part in right.split("-")[1:]]
    terms: list[str] = []
    for part in right.split("-", maxsplit=1)[0].split("+"):
        name = part.strip()
        if name == ".":
            terms += [each for each in case.columns if each != outcome]
        elif name and name != "1":
            terms.append(name)
    return [term for term in dict.fromkeys(terms) if term not in dropped]


def _columns(case: Case, term: str) -> list[tuple[str, Floats]]:
    name = _bare(term)
    if term == name and case.is_numeric(name):
        return [(name, case.numbers(name))]
    texts = case.texts(name)
    levels = _levels(texts)
    missing = texts == ""
    return [
        (f"{term}{level}", np.where(missing, np.nan, (texts == level).astype(float)))
        for level in levels[1:]
    ]


def _levels(texts: NDArray[np.str_]) -> list[str]:
    levels = [str(each) for each in np.unique(texts) if each]
    try:
        return sorted(levels, key=float)
    except ValueError:
        return sorted(levels, key=lambda level: (level.lower(), level))


def _outcome(case: Case, name: str) -> Floats:
    if not name:
        return np.empty(0)
    if case.is_numeric(name):
        return case.numbers(name)
    texts = case.texts(name)
    place = {level: float(number) for number, level in enumerate(_levels(texts))}
    return np.array([place.get(str(text), np.nan) for text in texts])
