"""Do raters agree over units, counting or not counting that some rate higher throughout?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]

# Alternating least squares ends when no answer moves by more than this share of the largest, or
# after so many sweeps.
SETTLED: Final = 1e-9
SWEEPS: Final = 500


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
    """

    units: int
    raters: int
    between: float
    within: float
    raters_between: float
    error: float


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
    return MeanSquares(
        units=units,
        raters=raters,
        between=between / (units - 1),
        within=(of_raters + error) / (units * (raters - 1)),
        raters_between=of_raters / (raters - 1),
        error=error / ((units - 1) * (raters - 1)),
    )


def _one_way(m: MeanSquares) -> tuple[float, float]:
    return m.between - m.within, m.between + (m.raters - 1) * m.within


def _consistency(m: MeanSquares) -> tuple[float, float]:
    return m.between - m.error, m.between + (m.raters - 1) * m.error


def _agreement(m: MeanSquares) -> tuple[float, float]:
    above, below = _consistency(m)
    return above, below + m.raters * (m.raters_between - m.error) / m.units


FORMS: Final[Mapping[str, Callable[[MeanSquares], tuple[float, float]]]] = MappingProxyType(
    {"ICC(1)": _one_way, "ICC(A,1)": _agreement, "ICC(C,1)": _consistency}
)


def icc(values: ArrayLike, *, form: str) -> float:
    """How much of the variance of one rating is variance between units?

    Args:
        values: (units, raters), nan where missing; only units with every rating count.
        form: `ICC(1)` one-way; `ICC(A,1)` two-way, agreement in value (raters who rate higher
            throughout count against it); `ICC(C,1)` two-way, consistency in order and distance.

    Returns:
        The coefficient, at most 1 and possibly below 0; nan with fewer than two complete units
        or two raters, or when nothing varies.

    Raises:
        Fault: CON-002 for another form.

    Source:
        McGraw and Wong (1996), Table 4; these are ICC(1,1), ICC(2,1) and ICC(3,1) of Shrout and
        Fleiss (1979).

    Example:
        >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9]]
        >>> round(icc([*judges, [6, 2, 4, 7]], form="ICC(A,1)"), 2)
        0.29
    """
    if form not in FORMS:
        raise Fault("CON-002", what="form of ICC", value=form, known=", ".join(FORMS))
    table = mean_squares(values)
    if table.units < 2 or table.raters < 2:
        return float("nan")
    above, below = FORMS[form](table)
    # Rounding must not turn equal ratings into a coefficient of rounding errors.
    floor = 1e-12 * max(1.0, float(np.nanmax(np.abs(np.asarray(values)))) ** 2)
    return above / below if below > floor else float("nan")


def residual_sd(values: Floats) -> float:
    """How large is the error of a single answer, as far as the answers themselves can tell?

    Each answer is compared with what the area and agency, the area and item, and the agency and
    item would make one expect; the rest is taken to be error, though it holds whatever is
    special to one agency, in one area, on one item.

    Args:
        values: (areas, agencies, items), nan where missing.

    Returns:
        Standard deviation of the rest, in the units of the answers; nan where it has no degrees
        of freedom, as without at least two areas, agencies and items.

    Source:
        The mean square of the three-way interaction in the fully crossed design of
        generalisability theory (Brennan 2001, Generalizability Theory, chapter 3). With missing
        answers least squares by alternating between the three sets of means.

    Example:
        >>> answers = np.array([[[1.0, 2.0], [3.0, 4.0]], [[2.0, 3.0], [4.0, 7.0]]])
        >>> round(residual_sd(answers), 4)
        0.7071
    """
    known = ~np.isnan(values)
    # Cells of each margin that hold anything, less what the margins share.
    fitted = sum(known.any(axis=axis).sum() for axis in (0, 1, 2)) + 1
    fitted -= sum(known.any(axis=axes).sum() for axes in ((1, 2), (0, 2), (0, 1)))
    freedom = int(known.sum() - fitted)
    if freedom <= 0:
        return float("nan")
    rest = np.where(known, values, 0.0)
    settled = SETTLED * float(np.abs(rest).max())
    for _ in range(SWEEPS):
        before = rest
        for axis in (0, 1, 2):
            counts = np.maximum(known.sum(axis=axis, keepdims=True), 1)
            rest = np.where(known, rest - rest.sum(axis=axis, keepdims=True) / counts, 0.0)
        if float(np.abs(rest - before).max()) <= settled:
            break
    return math.sqrt(float((rest * rest).sum()) / freedom)
