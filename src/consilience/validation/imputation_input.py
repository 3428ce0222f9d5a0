"""What does a case of imputed data give: its data sets, models and numbers?"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.regression import (
    GeneralModel,
    LinearModel,
    linear_model,
    logistic_model,
    poisson_model,
)
from consilience.validation.formula import design, formulas
from consilience.validation.model import Case, NotSupported

Floats = NDArray[np.float64]

_IMPUTATION: Final = ("imp", ".imp", "imputation", "_imp", "imputation_")
_ROW: Final = ("id", ".id", "_id", "row", "case")
_FULL: Final = ("full", "model", "formula", "fit", "fit1", "model1", "mod", "full_model")
_NULL: Final = ("null", "reduced", "fit0", "model0", "restricted", "null_model", "nested")


def argument(case: Case, *names: str) -> Any:  # noqa: ANN401  (whatever the case holds)
    """Return the first argument of these names, whatever the case of its letters, or None."""
    held = {str(key).lower(): value for key, value in case.args.items()}
    return next((held[name] for name in names if held.get(name) is not None), None)


def plain_columns(case: Case) -> list[str]:
    """Return the columns that hold data: not the number of the imputation or of the row."""
    return [name for name in case.columns if name.lower() not in (*_IMPUTATION, *_ROW)]


def columns_of(case: Case) -> list[str]:
    """Return the columns that a case names, else all that hold data."""
    x, y = argument(case, "x"), argument(case, "y")
    named = argument(case, "columns", "variables", "items", "vars", "variable")
    if isinstance(named, str):
        named = [named]
    if named is None and x in case.columns and y in case.columns:
        named = [x, y]
    return [str(each) for each in named] if named else plain_columns(case)


def without_numbers(case: Case) -> Case:
    """Return the case without the columns that number imputations and rows."""
    kept = {name: case.columns[name] for name in plain_columns(case)}
    return dataclasses.replace(case, columns=kept)


def imputation_of_row(case: Case) -> NDArray[np.int64]:
    """Return the number of the imputation of each row, from 0; -1 for the data as they were.

    Raises:
        NotSupported: if no column says it.
    """
    found = argument(case, "imp", "imputation_column", ".imp")
    names = [str(found)] if found in case.columns else []
    names += [name for name in case.columns if name.lower() in _IMPUTATION]
    if not names:
        raise NotSupported("data without a column that numbers imputations")
    numbers = case.numbers(names[0])
    numbered = np.unique(numbers[numbers > 0]) if (numbers == 0).any() else np.unique(numbers)
    place = np.searchsorted(numbered, numbers)
    return np.where(np.isin(numbers, numbered), place, -1).astype(np.int64)


def models(case: Case) -> tuple[str, str]:
    """Return the formula of the full model and of the one nested in it, the constant if unnamed.

    They are named by arguments, else by the call, else by other cases of the same data.

    Raises:
        NotSupported: if none is named.
    """
    full, null = argument(case, *_FULL), argument(case, *_NULL)
    if not _is_formula(full):
        named = formulas(case)
        if not named:
            raise NotSupported("no model formula in its arguments or call")
        # Of two models the one with more terms is the full one, however they are ordered.
        named = sorted(named[:2], key=lambda each: -each.count("+")) if null is None else named
        full = named[0]
        null = null if _is_formula(null) else (named[1] if len(named) > 1 else None)
    left = str(full).partition("~")[0].strip()
    return str(full), str(null) if _is_formula(null) else f"{left} ~ 1"


def _is_formula(value: object) -> bool:
    return isinstance(value, str) and "~" in value


def family(case: Case) -> str:
    """Return `linear`, `logistic` or `poisson`."""
    said = f"{argument(case, 'family') or ''} {argument(case, 'kind') or ''} {case.call}".lower()
    for word, kind in (("binomial", "logistic"), ("logi", "logistic"), ("poisson", "poisson")):
        if word in said:
            return kind
    return "linear"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sets:
    """A model's outcome and predictors in each of m imputed data sets.

    Args:
        y: (m, n) outcome.
        columns: (m, n, k) predictors without a constant.
        names: (k,) their names as R prints them.
        weights: (m, n) or None.
    """

    y: Floats
    columns: Floats
    names: tuple[str, ...]
    weights: Floats | None


def sets_of(case: Case, formula: str) -> Sets:
    """Return outcome and predictors of a model in each imputed data set.

    Raises:
        NotSupported: if the imputations do not have as many rows each.
    """
    of_row = imputation_of_row(case)
    found, kind = design(without_numbers(case), formula, interactions=True), family(case)
    y = _two_valued(found.y) if kind == "logistic" else found.y
    counts = np.bincount(of_row[of_row >= 0])
    if not len(counts) or counts.min() != counts.max():
        raise NotSupported("imputations of different numbers of rows")
    order = np.argsort(of_row, kind="stable")[np.count_nonzero(of_row < 0) :]
    shape = (len(counts), counts[0])
    weight = argument(case, "weights", "weight")
    return Sets(
        y=y[order].reshape(shape),
        columns=found.columns[order].reshape(*shape, -1),
        names=found.names,
        weights=case.numbers(weight)[order].reshape(shape) if weight in case.columns else None,
    )


def fits_of(case: Case, sets: Sets) -> list[LinearModel | GeneralModel]:
    """Return the model fitted to each data set."""
    kinds = {"linear": linear_model, "logistic": logistic_model, "poisson": poisson_model}
    fit: Any = kinds[family(case)]
    weights = sets.weights if sets.weights is not None else [None] * len(sets.y)
    return [fit(y, X, weights=w) for y, X, w in zip(sets.y, sets.columns, weights, strict=True)]


def _two_valued(y: Floats) -> Floats:
    values = np.unique(y[~np.isnan(y)])
    if len(values) == 2 and not np.array_equal(values, [0, 1]):
        return np.where(np.isnan(y), np.nan, (y == values[1]).astype(float))
    return y


def numbers(value: object) -> Floats | None:
    """Return numbers as an array, also from text as R writes it; None if there are none.

    Example:
        >>> numbers("c(1, rep(2, 2), 0.5^2)").tolist()
        [1.0, 2.0, 2.0, 0.25]
    """
    if isinstance(value, str):
        return _Vector(value).read()
    if isinstance(value, int | float):
        return np.array([float(value)])
    if isinstance(value, Sequence) and value:
        return np.array([np.nan if each is None else float(each) for each in value])
    return None


def call_arguments(call: str, function: str) -> dict[str, str]:
    """Return the arguments of the first call of a function, by name or position from 0.

    Example:
        >>> call_arguments("mice::pool.scalar(c(1, 2), U=rep(.1, 2), n=40)", "pool.scalar")
        {'0': 'c(1, 2)', 'u': 'rep(.1, 2)', 'n': '40'}
    """
    start = call.find(f"{function}(")
    if start < 0:
        return {}
    found: dict[str, str] = {}
    for place, part in enumerate(_parts(call[start + len(function) + 1 :])):
        name, equals, value = part.partition("=")
        named = bool(equals) and re.fullmatch(r"\s*[\w.]+\s*", name)
        found[name.strip().lower() if named else str(place)] = (value if named else part).strip()
    return found


def _parts(text: str) -> list[str]:
    """Split at commas up to the bracket that closes the call."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        if (letter == "," and depth == 0) or depth < 0:
            parts.append(text[start:at])
            start = at + 1
        if depth < 0:
            break
    return [part for part in parts if part.strip()]


class _Vector:
    """A small reader of numbers as R writes them: c(), rep(), sqrt(), +, -, *, /, ^ and a:b."""

    _TOKEN: Final = re.compile(r"\s*([A-Za-z][\w.]*|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|[-+*/^(),:])")

    def __init__(self, text: str) -> None:
        self.tokens = self._TOKEN.findall(text)
        self.whole = "".join(self.tokens) == re.sub(r"\s", "", text)
        self.at = 0

    def read(self) -> Floats | None:
        try:
            found = self.sum() if self.whole and self.tokens else None
        except (IndexError, ValueError, KeyError):
            return None
        return found if self.at == len(self.tokens) else None

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return str(self.tokens[self.at - 1])

    def sum(self) -> Floats:
        found = self.product()
        while self.next() in ("+", "-"):
            found = found + self.product() if self.take() == "+" else found - self.product()
        return found

    def product(self) -> Floats:
        found = self.range()
        while self.next() in ("*", "/"):
            found = found * self.range() if self.take() == "*" else found / self.range()
        return found

    def range(self) -> Floats:
        found = self.signed()
        if self.next() == ":":
            self.take()
            found = np.arange(found[0], self.signed()[0] + 1)
        return found

    def signed(self) -> Floats:
        if self.next() == "-":
            self.take()
            return -self.signed()
        found = self.single()
        if self.next() == "^":
            self.take()
            found = found ** self.signed()
        return found

    def single(self) -> Floats:
        token = self.take()
        if token == "(":
            found = self.sum()
            self.take()
            return found
        if token in ("c", "rep", "sqrt"):
            return self.function(token)
        special = {"Inf": np.inf, "NA": np.nan, "NaN": np.nan}
        return np.array([special[token] if token in special else float(token)])

    def function(self, name: str) -> Floats:
        self.take()
        given = [self.sum()]
        while self.take() == ",":
            given.append(self.sum())
        if name == "rep":
            return np.tile(given[0], int(given[1][0]))
        return np.sqrt(given[0]) if name == "sqrt" else np.concatenate(given)
