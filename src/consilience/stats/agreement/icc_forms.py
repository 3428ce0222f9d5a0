"""All six intraclass correlations with their intervals and tests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from numpy.typing import ArrayLike

from consilience.base.errors import Fault
from consilience.stats.agreement.icc import FLAT, FORMS, MeanSquares, coefficient, mean_squares
from consilience.stats.agreement.icc_components import equivalent_mean_squares, two_way_components
from consilience.stats.distributions import f_quantile, f_tail

MISSING: Final = ("drop", "reml")
DEGREES: Final = ("paper", "irr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intraclass:
    """One intraclass correlation.

    Args:
        form: a name of McGraw and Wong (1996).
        coefficient: at most 1; nan where undefined.
        f: the statistic that tests it against `null`; infinite where raters agree wholly.
        df1: its first degrees of freedom.
        df2: its second, not whole where raters' levels count.
        p: probability of so large an F where the coefficient is `null`.
        low: lower end of the interval.
        high: upper end.
        null: what it is tested against.
    """

    form: str
    coefficient: float
    f: float
    df1: float
    df2: float
    p: float
    low: float
    high: float
    null: float = 0.0


def icc_forms(
    values: ArrayLike,
    *,
    level: float = 0.95,
    null: float = 0.0,
    missing: str = "drop",
    degrees: str = "paper",
) -> Mapping[str, Intraclass]:
    """How reliable is one rating, and how reliable the mean of all raters, in every sense?

    Args:
        values: (units, raters), nan where missing.
        level: of the intervals, between 0 and 1.
        null: reliability that the tests hold the coefficients against, from 0 to below 1; at 0
            all six tests ask whether units differ at all.
        missing: `drop` units without every rating; or `reml`, variances by restricted maximum
            likelihood over all ratings there are, intervals from the mean squares that complete
            ratings with these variances would have had.
        degrees: of freedom in the agreement forms, as the `paper` or as R's package `irr` has
            them; see Differs.

    Returns:
        By form: `ICC(1)`, `ICC(A,1)`, `ICC(C,1)` of one rating, `ICC(k)`, `ICC(A,k)`, `ICC(C,k)`
        of the mean of all raters. nan where fewer than two units or raters are left or nothing
        varies.

    Raises:
        Fault: STA-001 for another word for `missing` or `degrees`, STA-003 for a level outside 0
            to 1 or a null that is not from 0 to below 1.

    Source:
        McGraw and Wong (1996), Forming inferences about some intraclass correlation
        coefficients, Tables 4, 7 and 8.

    Differs:
        With missing ratings psych's `ICC(lmer=TRUE)` gives the same figures; `irr::icc` drops
        units. The one-way coefficients under `reml` come from the two-way variances, as psych
        has them; `one_way_components` fits the one-way model itself, as lme4 does.
        In the agreement forms irr 0.84.1 takes the degrees of freedom at the estimate for p
        too, where the paper takes them at the null, and in the average form puts the average
        coefficient where that of one rating belongs; `degrees="irr"` gives its figures.

    Example:
        >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9]]
        >>> found = icc_forms([*judges, [6, 2, 4, 7]])["ICC(A,1)"]
        >>> round(found.coefficient, 2), round(found.low, 3), round(found.high, 3)
        (0.29, 0.019, 0.761)
    """
    if missing not in MISSING:
        raise Fault("STA-001", what="way with missing ratings", value=missing, known="drop, reml")
    if missing == "drop":
        table = mean_squares(values)
    else:
        table = equivalent_mean_squares(two_way_components(values))
    return inferences(table, level=level, null=null, degrees=degrees)


def inferences(
    table: MeanSquares, *, level: float = 0.95, null: float = 0.0, degrees: str = "paper"
) -> Mapping[str, Intraclass]:
    """Which coefficients, intervals and tests do these mean squares give?

    Args:
        table: the mean squares.
        level: of the intervals.
        null: what the tests hold the coefficients against.
        degrees: see `icc_forms`.

    Returns:
        As `icc_forms`.

    Raises:
        Fault: STA-001 for another word for `degrees`, STA-003 for a level outside 0 to 1 or a
            null that is not from 0 to below 1.
    """
    if degrees not in DEGREES:
        raise Fault("STA-001", what="degrees", value=degrees, known=", ".join(DEGREES))
    if not 0 < level < 1:
        raise Fault("STA-003", what="the level", value=level, wanted="a number between 0 and 1")
    if not 0 <= null < 1:
        raise Fault("STA-003", what="the null", value=null, wanted="a number from 0 to below 1")
    return {form: _one(table, form, level, null, degrees) for form in FORMS}


def _one(m: MeanSquares, form: str, level: float, null: float, degrees: str) -> Intraclass:
    value = coefficient(m, form=form)
    nan = float("nan")
    if math.isnan(value):
        return Intraclass(
            form=form, coefficient=nan, f=nan, df1=nan, df2=nan, p=nan, low=nan, high=nan, null=null
        )
    of_mean = form.endswith("k)")
    # The same hypothesis about one rating, from which that about the mean of k follows.
    rho = null / (m.raters - (m.raters - 1) * null) if of_mean else null
    error, df2 = _noise(m, form, rho)
    single = coefficient(m, form="ICC(A,1)")
    if degrees == "irr" and _is_agreement(form):
        single = value
        df2 = _satterthwaite(m, *_mixture(m, value)) if value < 1 else df2
    df1 = m.units - 1.0
    ratio = m.between / error if error > 0 else float("inf")
    f = ratio if _is_agreement(form) else ratio * (1 - rho) / (1 + (m.raters - 1) * rho)
    low, high = _interval(m, form, level, single)
    if of_mean:
        low, high = (_stepped_up(end, m.raters) for end in (low, high))
    p = 0.0 if f == float("inf") else float(f_tail(f, df1, df2))
    return Intraclass(
        form=form, coefficient=value, f=f, df1=df1, df2=df2, p=p, low=low, high=high, null=null
    )


def _is_agreement(form: str) -> bool:
    return form.startswith("ICC(A")


def _noise(m: MeanSquares, form: str, rho: float) -> tuple[float, float]:
    """Return the denominator of F and its degrees of freedom, where one rating has `rho`."""
    n, k = m.units, m.raters
    if form in ("ICC(1)", "ICC(k)"):
        return m.within, n * (k - 1.0)
    if not _is_agreement(form):
        return m.error, (n - 1.0) * (k - 1.0)
    a, b = _mixture(m, rho)
    return a * m.raters_between + b * m.error, _satterthwaite(m, a, b)


def _mixture(m: MeanSquares, rho: float) -> tuple[float, float]:
    """Return how often the mean squares of raters and error are in that of units at `rho`."""
    a = m.raters * rho / (m.units * (1 - rho))
    return a, 1 + a * (m.units - 1)


def _satterthwaite(m: MeanSquares, a: float, b: float) -> float:
    of_raters, of_error = a * m.raters_between, b * m.error
    below = of_raters**2 / (m.raters - 1) + of_error**2 / ((m.units - 1) * (m.raters - 1))
    if below > 0:
        return (of_raters + of_error) ** 2 / below
    return float((m.units - 1) * (m.raters - 1))


def _interval(m: MeanSquares, form: str, level: float, rho: float) -> tuple[float, float]:
    """Return the interval of the coefficient of one rating, agreement forms at `rho`."""
    upper = (1 + level) / 2
    n, k = m.units, m.raters
    if not _is_agreement(form):
        error, df = _noise(m, form, 0.0)
        f_low = float(f_quantile(upper, n - 1, df))
        f_high = float(f_quantile(upper, df, n - 1))
        return (
            (m.between - f_low * error) / (m.between + (k - 1) * f_low * error),
            (m.between * f_high - error) / (m.between * f_high + (k - 1) * error),
        )
    if rho >= 1:
        return 1.0, 1.0
    v = _satterthwaite(m, *_mixture(m, rho))
    if v <= FLAT:  # units do not differ at all, and F has no distribution
        return float("nan"), float("nan")
    mixed = k * m.raters_between + (k * n - k - n) * m.error
    one, f = _balanced(float(f_quantile(upper, n - 1, v)))
    low = n * (one * m.between - f * m.error) / (f * mixed + n * one * m.between)
    one, f = _balanced(float(f_quantile(upper, v, n - 1)))
    return low, n * (f * m.between - one * m.error) / (one * mixed + n * f * m.between)


def _balanced(f: float) -> tuple[float, float]:
    """Return 1 and a quantile of F over the larger of them.

    With few degrees of freedom a quantile is below or beyond all numbers.
    """
    return (1.0, f) if f <= 1 else (1 / f, 1.0)


def _stepped_up(value: float, raters: int) -> float:
    """Return the reliability of the mean of raters, by Spearman and Brown."""
    below = 1 + (raters - 1) * value
    return raters * value / below if below > raters * FLAT else float("-inf")
