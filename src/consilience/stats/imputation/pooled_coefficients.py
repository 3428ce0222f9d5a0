"""What do correlations, explained shares and reliabilities of imputed data say together?

Each is pooled on a scale on which it is about normal and its variance known, and brought back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.imputation.pooling import Pooled, pool

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledCoefficient:
    """A coefficient over m imputations, each field of the shape of one set of coefficients.

    Args:
        estimate: the pooled coefficient.
        low: lower end of the interval.
        high: upper end.
        fmi: fraction of missing information, 0 to 1.
        scaled: estimate, variances, df and test on the scale on which it was pooled.
    """

    estimate: Floats
    low: Floats
    high: Floats
    fmi: Floats
    scaled: Pooled


def pool_correlation(
    correlations: ArrayLike, *, n: ArrayLike, complete_df: ArrayLike = np.inf, level: float = 0.95
) -> PooledCoefficient:
    """What is a correlation over m imputed data sets?

    Args:
        correlations: (m, ...) Pearson's r, -1 to 1, of each data set.
        n: rows of a data set, one for all or one a correlation.
        complete_df: degrees of freedom with complete data, see `pool`.
        level: of the interval.

    Returns:
        The pooled correlation; nan if one of them is -1 or 1 or nan, or n is 3 or less.

    Raises:
        Fault: STA-003 for a correlation beyond -1 to 1; as `pool`.

    Source:
        Fisher's z = artanh r with variance 1 / (n - 3); Schafer (1997), Analysis of Incomplete
        Multivariate Data, section 4.4.3.

    Example:
        >>> found = pool_correlation([0.42, 0.50, 0.38], n=60)
        >>> round(float(found.estimate), 3), round(float(found.low), 3), round(float(found.high), 3)
        (0.435, 0.134, 0.662)
    """
    r = _within(correlations, -1, 1, "a correlation")
    scaled = _pooled(_artanh(r), 1 / _over(n, 3), complete_df, level)
    return PooledCoefficient(
        estimate=np.tanh(scaled.estimate),
        low=np.tanh(scaled.low),
        high=np.tanh(scaled.high),
        fmi=scaled.fmi,
        scaled=scaled,
    )


def pool_r2(shares: ArrayLike, *, n: ArrayLike, reach: float = 1.96) -> PooledCoefficient:
    """What share of variance does a linear model explain over m imputed data sets?

    Args:
        shares: (m, ...) R² of each data set, or adjusted R²; pooled as the correlation it is the
            square of.
        n: rows of a data set.
        reach: how many standard errors of z the interval reaches to each side.

    Returns:
        The pooled share; nan if one of them is below 0, as an adjusted one can be, or 1. The
        interval is of the squared ends of that of the correlation, so that a lower end below 0
        is reflected: `scaled` says whether it was.

    Raises:
        Fault: STA-003 for a share above 1; as `pool`.

    Source:
        Harel (2009), The estimation of R² and adjusted R² in incomplete data sets using multiple
        imputation, 2.6-2.8.

    Differs:
        Agrees with `mice::pool.r.squared` 3.15, whose normal quantile is 1.96 as printed.

    Example:
        >>> found = pool_r2([0.31, 0.36, 0.28], n=60)
        >>> round(float(found.estimate), 3), round(float(found.low), 3), round(float(found.high), 3)
        (0.317, 0.114, 0.529)
    """
    share = _within(shares, -np.inf, 1, "a share")
    root = np.sqrt(np.where(share >= 0, share, np.nan))
    scaled = _pooled(_artanh(root), 1 / _over(n, 3), np.inf, 0.95)
    ends = [np.tanh(scaled.estimate + side * reach * scaled.se) ** 2 for side in (-1, 1)]
    return PooledCoefficient(
        estimate=np.tanh(scaled.estimate) ** 2,
        low=ends[0],
        high=ends[1],
        fmi=scaled.fmi,
        scaled=scaled,
    )


def pool_alpha(
    alphas: ArrayLike, *, n: ArrayLike, items: ArrayLike, level: float = 0.95
) -> PooledCoefficient:
    """What is the reliability of a scale (Cronbach's alpha) over m imputed data sets?

    Args:
        alphas: (m, ...) alpha of each data set, at most 1.
        n: rows of a data set, more than 2.
        items: number of items, 2 or more.
        level: of the interval.

    Returns:
        The pooled alpha; nan if one of them is 1 or nan, or n is 2 or less.

    Raises:
        Fault: STA-003 for an alpha above 1; as `pool`.

    Source:
        Bonett (2002), Sample size requirements for testing and estimating coefficient alpha,
        formulas 2-3: log(1 - alpha) has about the variance 2 k / ((k - 1)(n - 2)).

    Example:
        >>> found = pool_alpha([0.81, 0.79, 0.84], n=120, items=8)
        >>> round(float(found.estimate), 3), round(float(found.low), 3), round(float(found.high), 3)
        (0.814, 0.691, 0.889)
    """
    alpha = _within(alphas, -np.inf, 1, "a coefficient alpha")
    k = np.asarray(items, dtype=float)
    lost = np.where(alpha < 1, 1 - alpha, np.nan)
    more = np.where(k > 1, k - 1, np.nan)
    scaled = _pooled(np.log(lost), 2 * k / (more * _over(n, 2)), np.inf, level)
    return PooledCoefficient(
        estimate=1 - np.exp(scaled.estimate),
        low=1 - np.exp(scaled.high),
        high=1 - np.exp(scaled.low),
        fmi=scaled.fmi,
        scaled=scaled,
    )


def _pooled(
    estimates: Floats, variances: ArrayLike, complete_df: ArrayLike, level: float
) -> Pooled:
    spread = np.broadcast_to(np.asarray(variances, dtype=float), estimates.shape)
    return pool(estimates, spread, complete_df=complete_df, level=level)


def _artanh(r: Floats) -> Floats:
    inside = np.where(np.abs(r) < 1, r, np.nan)
    return np.asarray(np.arctanh(inside))


def _over(n: ArrayLike, lost: int) -> Floats:
    rows = np.asarray(n, dtype=float)
    return np.asarray(np.where(rows > lost, rows - lost, np.nan))


def _within(values: ArrayLike, low: float, high: float, what: str) -> Floats:
    found = np.asarray(values, dtype=float)
    beyond = (found < low) | (found > high)
    if beyond.any():
        wanted = f"at most {high}" if low == -np.inf else f"{low} to {high}"
        raise Fault("STA-003", what=what, value=float(found[beyond][0]), wanted=wanted)
    return found
