"""Do raters agree over units, counting or not counting that some rate higher throughout?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]

# Variance below this share of what could be there is rounding.
FLAT: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSquares:
    """The two-way analysis of variance of units by raters, one value a cell.

    Args:
        units: n, number of complete units.
        raters: k.
        between: MSR, mean square of units.
        within: MSW, mean square within units.
        raters_between: MSC, mean square of raters.
        error: MSE, mean square of what is left.
        level: largest absolute rating, by which rounding is judged.
    """

    units: int
    raters: int
    between: float
    within: float
    raters_between: float
    error: float
    level: float = 0.0

    @property
    def scale(self) -> float:
        """A mean square that cannot be rounding; 0 where nothing varies."""
        largest = max(self.between, self.within, self.raters_between, self.error)
        return largest if largest > FLAT * max(1.0, self.level) ** 2 else 0.0


def mean_squares(values: ArrayLike) -> MeanSquares:
    """How does the variance of ratings fall into units, raters and the rest?

    Args:
        values: (units, raters), nan where missing; only units with every rating count.

    Returns:
        The mean squares; nan where there are no degrees of freedom.

    Source:
        McGraw and Wong (1996), Forming inferences about some intraclass correlation
        coefficients, Table 2.

    Example:
        >>> table = mean_squares([[1, 2], [2, 4], [3, 6]])
        >>> table.between, table.raters_between, table.error
        (4.5, 6.0, 0.5)
    """
    table = np.asarray(values, dtype=float)
    table = table[~np.isnan(table).any(axis=1)]
    units, raters = table.shape
    if units < 2 or raters < 2:
        nan = float("nan")
        return MeanSquares(
            units=units, raters=raters, between=nan, within=nan, raters_between=nan, error=nan
        )
    off = table - table.mean()
    rows, columns = off.mean(axis=1), off.mean(axis=0)
    between = raters * float(rows @ rows)
    of_raters = units * float(columns @ columns)
    rest = off - rows[:, None] - columns
    error = float((rest * rest).sum())
    floor = FLAT * (between + of_raters + error)
    between, of_raters, error = (
        part if part > floor else 0.0 for part in (between, of_raters, error)
    )
    return MeanSquares(
        units=units,
        raters=raters,
        between=between / (units - 1),
        within=(of_raters + error) / (units * (raters - 1)),
        raters_between=of_raters / (raters - 1),
        error=error / ((units - 1) * (raters - 1)),
        level=float(np.abs(table).max()),
    )


def _one_way(m: MeanSquares) -> tuple[float, float]:
    return m.between - m.within, m.between + (m.raters - 1) * m.within


def _consistency(m: MeanSquares) -> tuple[float, float]:
    return m.between - m.error, m.between + (m.raters - 1) * m.error


def _agreement(m: MeanSquares) -> tuple[float, float]:
    above, below = _consistency(m)
    return above, below + m.raters * (m.raters_between - m.error) / m.units


def _mean_of(single: Callable[[MeanSquares], tuple[float, float]]) -> Callable[..., Any]:
    """Return the form of the mean of all raters that belongs to a form of one rating."""

    def parts(m: MeanSquares) -> tuple[float, float]:
        # k r / (1 + (k - 1) r), with r = above / below.
        above, below = single(m)
        return m.raters * above, below + (m.raters - 1) * above

    return parts


FORMS: Final[Mapping[str, Callable[[MeanSquares], tuple[float, float]]]] = MappingProxyType(
    {
        "ICC(1)": _one_way,
        "ICC(A,1)": _agreement,
        "ICC(C,1)": _consistency,
        "ICC(k)": _mean_of(_one_way),
        "ICC(A,k)": _mean_of(_agreement),
        "ICC(C,k)": _mean_of(_consistency),
    }
)


def icc(values: ArrayLike, *, form: str) -> float:
    """How much of the variance of a rating is variance between units?

    Args:
        values: (units, raters), nan where missing; only units with every rating count.
        form: of one rating `ICC(1)` one-way, `ICC(A,1)` two-way, agreement in value (raters who
            rate higher throughout count against it), `ICC(C,1)` two-way, consistency in order
            and distance; of the mean of all raters `ICC(k)`, `ICC(A,k)`, `ICC(C,k)`.

    Returns:
        The coefficient, at most 1 and possibly below 0; nan with fewer than two complete units
        or two raters, or when nothing varies.

    Raises:
        Fault: CON-002 for another form.

    Source:
        McGraw and Wong (1996), Table 4; with Shrout and Fleiss (1979) these are ICC(1,1),
        ICC(2,1), ICC(3,1), ICC(1,k), ICC(2,k) and ICC(3,k).

    Example:
        >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9]]
        >>> round(icc([*judges, [6, 2, 4, 7]], form="ICC(A,1)"), 2)
        0.29
    """
    if form not in FORMS:
        raise Fault("CON-002", what="form of ICC", value=form, known=", ".join(FORMS))
    return coefficient(mean_squares(values), form=form)


def coefficient(table: MeanSquares, *, form: str) -> float:
    """Which intraclass correlation do these mean squares give?

    Args:
        table: the mean squares.
        form: a key of `FORMS`.

    Returns:
        The coefficient; nan where undefined.
    """
    if not (table.units > 1 and table.raters > 1 and table.scale > 0):
        return float("nan")
    above, below = FORMS[form](table)
    # A mean of raters has no reliability where a single one falls below -1 / (k - 1).
    return above / below if below > FLAT * table.scale else float("nan")
