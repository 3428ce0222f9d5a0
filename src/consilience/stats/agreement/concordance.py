"""Do raters put units into the same order, and how often do they say the same?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.agreement.counts import complete_codes
from consilience.stats.agreement.icc import mean_squares
from consilience.stats.distributions import chi2_tail, normal_tail

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concordance:
    """How far several raters order units alike.

    Args:
        w: Kendall's W, 0 (none) to 1 (the same order); nan if undefined.
        chi_square: raters (units - 1) W.
        df: units - 1.
        p: of chi-squared; for a handful of units it is rough.
        mean_spearman: mean rank correlation of pairs of raters; nan if a rater has one rank.
        tied: whether a rater gave the same rank twice.
        units: how many units every rater rated.
        raters: how many raters.

    Example:
        >>> kendall_w([[1, 1], [2, 2], [3, 3]]).w
        1.0
    """

    w: float
    chi_square: float
    df: int
    p: float
    mean_spearman: float
    tied: bool
    units: int
    raters: int


def kendall_w(ratings: ArrayLike, *, correct: bool = True) -> Concordance:
    """How far do several raters put units into the same order?

    Args:
        ratings: (units, raters) numbers, nan where missing; only units with every rating count.
        correct: whether W is corrected for ties.

    Returns:
        The concordance; nan with fewer than two units or no rater, or when no rater sees any
        difference.

    Raises:
        Fault: STA-002 for another shape.

    Source:
        Kendall and Babington Smith (1939), The problem of m rankings; Siegel and Castellan
        (1988), formulas 9.16 and 9.18.

    Differs:
        irr::kendall does not correct unless asked; the numbers are the same. chi_square of
        corrected W is Friedman's.

    Example:
        >>> found = kendall_w([[1, 2, 1], [2, 1, 2], [3, 4, 4], [4, 3, 3]])
        >>> round(found.w, 4), round(found.chi_square, 4), round(found.p, 4)
        (0.8222, 7.4, 0.0602)
    """
    table = _complete(ratings)
    units, raters = table.shape
    ranks = [_ranks(column) for column in table.T]
    total = np.sum([rank for rank, _ in ranks], axis=0) if ranks else np.zeros(units)
    ties = float(sum(tied for _, tied in ranks))
    spread = 12 * float(total @ total) - 3 * raters**2 * units * (units + 1) ** 2
    most = raters**2 * units * (units**2 - 1) - (raters * ties if correct else 0.0)
    w = spread / most if most > 0 and units > 1 else float("nan")
    chi_square = raters * (units - 1) * w
    return Concordance(
        w=w,
        chi_square=chi_square,
        df=max(units - 1, 0),
        p=float(chi2_tail(chi_square, units - 1)),
        mean_spearman=mean_correlation(table, ranked=True, fisher=False).value,
        tied=ties > 0,
        units=units,
        raters=raters,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeanCorrelation:
    """Mean correlation of pairs of raters.

    Args:
        value: the mean, -1 to 1; nan if undefined.
        z: value times sqrt(units - 3), as irr does; nan without Fisher's transformation.
        p: two-sided, normal.
        dropped: pairs of correlation 1 or -1, which Fisher's transformation cannot take.
        units: how many units every rater rated.

    Example:
        >>> mean_correlation([[1, 2], [2, 1], [3, 3], [4, 4]]).units
        4
    """

    value: float
    z: float
    p: float
    dropped: int
    units: int


def mean_correlation(
    ratings: ArrayLike, *, ranked: bool = False, fisher: bool = True
) -> MeanCorrelation:
    """How far do two of several raters go together on average?

    Args:
        ratings: (units, raters) numbers, nan where missing; only units with every rating count.
        ranked: Spearman's correlation instead of Pearson's.
        fisher: whether the mean is taken of Fisher's z and turned back.

    Returns:
        The mean; nan with fewer than two raters, or where a rater sees no difference.

    Raises:
        Fault: STA-002 for another shape.

    Source:
        Fisher (1921); the test is that of irr::meancor and irr::meanrho, which divides the mean
        correlation by the error of one z, 1 / sqrt(units - 3).

    Example:
        >>> round(mean_correlation([[1, 2], [2, 1], [3, 3], [4, 4]], fisher=False).value, 4)
        0.8
    """
    table = _complete(ratings)
    units, raters = table.shape
    columns = [_ranks(column)[0] if ranked else column for column in table.T]
    pairs = np.array([_correlation(one, two) for one, two in combinations(columns, 2)])
    perfect = np.abs(pairs) > 1 - 1e-12
    nan = float("nan")
    if not fisher or not len(pairs):
        value = float(pairs.mean()) if raters > 1 else nan
        return MeanCorrelation(value=value, z=nan, p=nan, dropped=0, units=units)
    left = pairs[~perfect]
    value = float(np.tanh(np.arctanh(left).mean())) if len(left) else nan
    z = value * float(np.sqrt(units - 3)) if units > 3 else nan
    return MeanCorrelation(
        value=value, z=z, p=2 * float(normal_tail(abs(z))), dropped=int(perfect.sum()), units=units
    )


def percent_agreement(ratings: ArrayLike, *, tolerance: float = 0.0) -> float:
    """How often do all raters say the same, or nearly so?

    Args:
        ratings: (units, raters) numbers with nan where missing, or texts with ""; only units
            with every rating count.
        tolerance: how far the highest and lowest rating of a unit may be apart; numbers only
            if above 0.

    Returns:
        The share of units, 0 to 1; nan without units or with fewer than two raters.

    Raises:
        Fault: STA-002 for another shape, STA-003 for a tolerance with texts or below 0.

    Source:
        The definition.

    Differs:
        irr::agree gives 100 times this.

    Example:
        >>> percent_agreement([[1, 1], [2, 3], [1, 3], [3, 3]], tolerance=1)
        0.75
    """
    seen = complete_codes(ratings)
    text = seen.categories.dtype.kind == "U"
    if not tolerance >= 0 or (tolerance > 0 and text):
        wanted = "0, as texts are the same or not" if text else "0 or more"
        raise Fault("STA-003", what="tolerance", value=tolerance, wanted=wanted)
    units, raters = seen.codes.shape
    if not units or raters < 2:
        return float("nan")
    scale = np.arange(len(seen.categories), dtype=float) if text else seen.categories
    values = scale[seen.codes]
    return float(np.mean(values.max(axis=1) - values.min(axis=1) <= tolerance))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finn:
    """Finn's coefficient: one minus the variance among raters over that of chance.

    Args:
        value: at most 1; nan if undefined.
        f: variance of chance over variance among raters; nan if the latter is 0.
        df: degrees of freedom of the variance among raters; that of chance has none to lose.
        p: of f.

    Example:
        >>> finn([[1, 1], [2, 2], [3, 4]], points=5).df
        3
    """

    value: float
    f: float
    df: int
    p: float


def finn(ratings: ArrayLike, *, points: int, two_way: bool = False) -> Finn:
    """How much less do raters differ on a unit than if they answered at random?

    Args:
        ratings: (units, raters) numbers, nan where missing; only units with every rating count.
        points: how many points the scale has, 2 or more.
        two_way: whether level differences between raters are taken out.

    Returns:
        1 - MS / ((points^2 - 1) / 12); nan with fewer than two units or raters.

    Raises:
        Fault: STA-002 for another shape, STA-003 for fewer than two points.

    Source:
        Finn (1970), A note on estimating the reliability of categorical data.

    Differs:
        irr::finn prints units (raters - 1) degrees of freedom for two ways too; what is left
        when levels of raters are taken out has (units - 1) (raters - 1).

    Example:
        >>> round(finn([[1, 1], [2, 2], [3, 4]], points=5).value, 4)
        0.9167
    """
    if points < 2:
        raise Fault("STA-003", what="number of points", value=points, wanted="2 or more")
    table = mean_squares(_complete(ratings))
    among = table.error if two_way else table.within
    chance = (points**2 - 1) / 12
    df = max(table.units - 1 if two_way else table.units, 0) * max(table.raters - 1, 0)
    f = chance / among if among > 0 else float("nan")
    # P(F > f) with endless degrees of freedom above is P(chi-squared < df / f).
    p = 1 - float(chi2_tail(df / f, df)) if f > 0 else float("nan")
    return Finn(value=1 - among / chance, f=f, df=df, p=p)


def robinson_a(ratings: ArrayLike) -> float:
    """How much of the variance is between units, levels of raters taken out?

    Args:
        ratings: (units, raters) numbers, nan where missing; only units with every rating count.

    Returns:
        Sum of squares between units over the same with the residual, 0 to 1; nan with fewer
        than two units or raters, or when nothing varies.

    Raises:
        Fault: STA-002 for another shape.

    Source:
        Robinson (1957), The statistical measurement of agreement.

    Example:
        >>> round(robinson_a([[1, 2], [2, 3], [4, 4]]), 4)
        0.95
    """
    table = mean_squares(_complete(ratings))
    left = table.error * (table.raters - 1)
    return table.between / (table.between + left) if table.between + left > 0 else float("nan")


def _complete(ratings: ArrayLike) -> Floats:
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 2:
        raise Fault(
            "STA-002",
            what="the ratings",
            shape=table.shape,
            wanted="one row a unit, one column a rater",
        )
    complete: Floats = table[~np.isnan(table).any(axis=1)]
    return complete


def _ranks(values: Floats) -> tuple[Floats, float]:
    """Return mean ranks from 1, and the sum of t^3 - t over groups of t ties."""
    _, places, sizes = np.unique(values, return_inverse=True, return_counts=True)
    middle = sizes.cumsum() - (sizes - 1) / 2
    wide = sizes.astype(float)
    return middle[places], float((wide**3 - wide).sum())


def _correlation(one: Floats, other: Floats) -> float:
    if len(one) < 2:
        return float("nan")
    one, other = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / scale if scale > 0 else float("nan")
