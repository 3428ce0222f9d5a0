"""The nouns of validation: a case of another program's figures, our answer, the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Verdict = Literal["agrees", "differs", "not supported"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One figure, or a few, that another program gave for some data.

    Args:
        id: name of the case.
        statistic: what was computed; the key by which our function is found.
        data: name of the data set.
        columns: the data, text as it stood in the file, "" where missing.
        args: what the other program was told.
        expected: its figures: numbers, text, None where undefined, nested in lists and objects.
        tolerance: |ours - theirs| <= tolerance * max(1, |theirs|).
        call: the call of the other program, as it was typed.
        packages: programs and versions.
        note: what a reader should know.
        beside: what the other program was told in other cases of the same data and session, the
            first telling of each counting, and under `r_call` all calls; for calls that name an
            object made before.
    """

    id: str
    statistic: str
    data: str
    columns: Mapping[str, Sequence[str]]
    args: Mapping[str, Any]
    expected: Any
    tolerance: float
    call: str
    packages: tuple[str, ...]
    note: str
    beside: Mapping[str, Any] = field(default_factory=dict)

    def numbers(self, column: str) -> Floats:
        """Return a column as (n,) numbers, nan where missing."""
        if column not in self.columns:
            raise Fault(
                "VAL-003", case=self.id, column=column, known=", ".join(self.columns) or "none"
            )
        try:
            return np.array(
                [float(cell) if cell else np.nan for cell in self.columns[column]], dtype=float
            )
        except ValueError:
            raise Fault("VAL-004", case=self.id, column=column) from None

    def matrix(self, columns: Sequence[str] | None = None) -> Floats:
        """Return columns, all if None, as (n, columns) numbers, nan where missing."""
        names = list(self.columns) if columns is None else list(columns)
        return np.column_stack([self.numbers(name) for name in names])

    def texts(self, column: str) -> NDArray[np.str_]:
        """Return a column as (n,) texts, "" where missing."""
        if column not in self.columns:
            raise Fault(
                "VAL-003", case=self.id, column=column, known=", ".join(self.columns) or "none"
            )
        return np.array(list(self.columns[column]), dtype=np.str_)

    def is_numeric(self, column: str) -> bool:
        """Say whether every cell of a column that is not empty is a number."""
        try:
            self.numbers(column)
        except Fault:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What our functions say to a case.

    Args:
        values: our figures under the names of the case (case of letters does not matter), nan
            or None where undefined; more than the case asks for does no harm.
        loose: tolerance by name, where the other program prints fewer digits than it computes.
        at_least: names of figures where a greater one is a better solution of the same problem
            (a log-likelihood); where ours is greater beyond tolerance, the rest of the case is
            the description of another solution and is not compared.
    """

    values: Any
    loose: Mapping[str, float] = field(default_factory=dict)
    at_least: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a case: where it stands in the case, theirs, ours, whether they agree."""

    path: str
    theirs: Any
    ours: Any
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a case came out.

    Args:
        case: its id.
        statistic: what was computed.
        packages: programs and versions.
        call: the call of the other program.
        tolerance: the case's.
        verdict: `not supported` if we have no function for the statistic, or it does not give
            one of the figures.
        figures: every figure of the case.
        reason: why it is not supported.
        note: the case's.
    """

    case: str
    statistic: str
    packages: tuple[str, ...]
    call: str
    tolerance: float
    verdict: Verdict
    figures: tuple[Figure, ...]
    reason: str = ""
    note: str = ""


class NotSupported(Exception):  # noqa: N818  (said, not suffered)
    """A case asks for something that we do not compute; the message says what."""


Statistic = Callable[[Case], Answer]
