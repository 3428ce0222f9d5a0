"""How consistent are the items of a scale with each other (Cronbach's alpha)?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import f_quantile
from consilience.stats.scales.moments import correlation, moments

Floats = NDArray[np.float64]

CONSTANTS: Final = ("drop", "keep")
_NAN: Final = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alpha:
    """How consistent the items of a scale are; every figure nan where undefined.

    Args:
        n: people that the interval and the standard error rest on.
        items: k, items that count.
        dropped: places of items that were left out as they do not vary.
        alpha: Cronbach's alpha, at most 1 and possibly below 0.
        standardised: alpha of the items brought to equal variance, from their correlations.
        average_r: mean correlation of two items.
        median_r: median of those correlations.
        s_n: signal over noise, k r / (1 - r) of the average r.
        lambda6: Guttman's lambda 6, from squared multiple correlations; nan if the correlation
            matrix cannot be inverted.
        ase: asymptotic standard error of alpha.
        low: lower end of Feldt's interval.
        high: upper end.
        confidence: of that interval, 0-1.

    Example:
        >>> cronbach_alpha([[1, 2], [2, 2], [3, 5]]).items
        2
    """

    n: int
    items: int
    dropped: tuple[int, ...]
    alpha: float
    standardised: float
    average_r: float
    median_r: float
    s_n: float
    lambda6: float
    ase: float
    low: float
    high: float
    confidence: float


def cronbach_alpha(
    items: ArrayLike,
    *,
    missing: str = "complete",
    constant: str = "drop",
    confidence: float = 0.95,
    n: int | None = None,
) -> Alpha:
    """How consistent are the items of a scale with each other?

    Args:
        items: (people, items), nan where missing, negative items turned round already.
        missing: `complete` takes people with every item answered; `pairwise` takes each
            covariance from the people who answered both items.
        constant: `drop` leaves out items that do not vary, `keep` counts them: alpha is then
            lower, and what rests on correlations is nan.
        confidence: of Feldt's interval, 0-1.
        n: what interval and standard error rest on, if not the number of people who count; for
            instance an effective number under weights or clusters.

    Returns:
        The coefficient with its interval. All nan with fewer than two items that vary or two
        people, or if the sum of the items does not vary.

    Raises:
        Fault: STA-001 for another `missing` or `constant`, STA-002 if there are not two
            dimensions, STA-003 for a confidence outside 0-1.

    Source:
        Cronbach (1951), Coefficient alpha and the internal structure of tests; Feldt, Woodruff
        and Salih (1987), Statistical inference for coefficient alpha, for the interval; van Zyl,
        Neudecker and Nel (2000), On the distribution of the maximum likelihood estimator of
        Cronbach's alpha, whose standard error Duhachek and Iacobucci (2004) made known.

    Differs:
        psych::alpha takes `pairwise`, drops constant items as here, and counts people without
        any answer in its n; give `n` for its figures there.

    Example:
        >>> answers = [[4, 5, 4], [2, 3, 2], [5, 4, 4], [1, 2, 3], [3, 3, 3]]
        >>> found = cronbach_alpha(answers)
        >>> round(found.alpha, 3), round(found.low, 3), round(found.high, 3)
        (0.875, 0.368, 0.986)
    """
    if constant not in CONSTANTS:
        raise Fault(
            "STA-001", what="treatment of constant items", value=constant, known="drop, keep"
        )
    table = moments(items, missing=missing)
    varies = ~table.constant if constant == "drop" else np.ones(len(table.means), dtype=bool)
    found = alpha_of_covariance(
        table.covariance[np.ix_(varies, varies)],
        n=table.n if n is None else n,
        confidence=confidence,
    )
    dropped = tuple(int(place) for place in np.flatnonzero(~varies))
    return _with_dropped(found, dropped)


def _with_dropped(found: Alpha, dropped: tuple[int, ...]) -> Alpha:
    held = {name: getattr(found, name) for name in Alpha.__slots__}
    return Alpha(**(held | {"dropped": dropped}))


def alpha_of_covariance(covariance: ArrayLike, *, n: int, confidence: float = 0.95) -> Alpha:
    """How consistent are items of which only the covariances are known?

    Args:
        covariance: (items, items) covariances, or correlations for items of equal variance.
        n: how many people they come from; 0 if unknown, which leaves the interval nan.
        confidence: of Feldt's interval, 0-1.

    Returns:
        As `cronbach_alpha`.

    Raises:
        Fault: STA-002 if the matrix is not square, STA-003 for a confidence outside 0-1.

    Example:
        >>> round(alpha_of_covariance([[1.0, 0.5], [0.5, 1.0]], n=100).alpha, 4)
        0.6667
    """
    matrix = np.asarray(covariance, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise Fault("STA-002", what="covariance", shape=matrix.shape, wanted="items by items")
    count = len(matrix)
    raw = raw_alpha(matrix)
    r = correlation(matrix)
    pairs = r[np.triu_indices(count, 1)]
    average = float(pairs.mean()) if count > 1 else _NAN
    low, high = feldt_interval(raw, n=n, items=count, confidence=confidence)
    return Alpha(
        n=n,
        items=count,
        dropped=(),
        alpha=raw,
        standardised=raw_alpha(r),
        average_r=average,
        median_r=float(np.median(pairs)) if count > 1 else _NAN,
        s_n=count * average / (1 - average) if average < 1 else _NAN,
        lambda6=_lambda6(r),
        ase=alpha_standard_error(matrix, n=n),
        low=low,
        high=high,
        confidence=confidence,
    )


def raw_alpha(covariance: Floats) -> float:
    """What is alpha, given the covariances of the items alone?

    Args:
        covariance: (items, items).

    Returns:
        k/(k-1) (1 - sum of variances / variance of the sum); nan with fewer than two items or
        if the sum does not vary.

    Example:
        >>> raw_alpha(np.eye(3))
        0.0
    """
    count = len(covariance)
    total, own = float(covariance.sum()), float(np.trace(covariance))
    if count < 2 or not total > 1e-12 * own:
        return _NAN
    return count / (count - 1) * (1 - own / total)


def _lambda6(r: Floats) -> float:
    unique = unique_shares(r)
    total = float(r.sum())
    return 1 - float(unique.sum()) / total if len(r) > 1 and total > 0 else _NAN


def unique_shares(r: Floats) -> Floats:
    """What share of each item do the others not explain?

    Args:
        r: (items, items) correlations.

    Returns:
        (items,) 1 - squared multiple correlation; nan if the matrix cannot be inverted.

    Example:
        >>> unique_shares(np.array([[1.0, 0.6], [0.6, 1.0]])).round(2).tolist()
        [0.64, 0.64]
    """
    count = len(r)
    nothing = np.full(count, np.nan)
    if count < 2 or np.isnan(r).any():
        return nothing
    values, vectors = np.linalg.eigh(r)
    if values[0] <= 1e-10:
        return nothing
    inverse: Floats = 1 / ((vectors**2) @ (1 / values))
    return inverse


def alpha_standard_error(covariance: Floats, *, n: float) -> float:
    """How far would alpha vary between samples of n people, if items are normal?

    Args:
        covariance: (items, items) V.
        n: how many people.

    Returns:
        sqrt(Q / n) with Q = 2 k^2 / ((k-1)^2 (1'V1)^3) [1'V1 (tr V^2 + tr^2 V) - 2 tr V 1'V^2 1];
        nan with fewer than two items, no variance, or no people.

    Source:
        van Zyl, Neudecker and Nel (2000), formula 21; Duhachek and Iacobucci (2004), formula 2.

    Example:
        >>> round(alpha_standard_error(np.array([[1.0, 0.5], [0.5, 1.0]]), n=100), 4)
        0.0667
    """
    count = len(covariance)
    total, own = float(covariance.sum()), float(np.trace(covariance))
    if count < 2 or n < 1 or not total > 1e-12 * own:
        return _NAN
    squares = float((covariance * covariance).sum())
    rows = covariance.sum(axis=0)
    first = total * (squares + own**2)
    inner = first - 2 * own * float(rows @ rows)
    # Perfectly consistent items leave nothing but rounding, whose root is large.
    inner = inner if inner > 1e-12 * first else 0.0
    return float(np.sqrt(2 * count**2 / ((count - 1) ** 2 * total**3) * inner / n))


def feldt_interval(
    alpha: float, *, n: float, items: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Between which values does alpha lie, if people and items are additive and normal?

    Args:
        alpha: the coefficient found.
        n: how many people.
        items: how many items.
        confidence: 0-1.

    Returns:
        Lower and upper end; nan with fewer than two people or items.

    Raises:
        Fault: STA-003 for a confidence outside 0-1.

    Source:
        Feldt, Woodruff and Salih (1987): (1 - population alpha) / (1 - alpha) has an F
        distribution with n - 1 and (n - 1)(k - 1) degrees of freedom.

    Example:
        >>> [round(end, 3) for end in feldt_interval(0.8, n=50, items=5)]
        [0.697, 0.876]
    """
    if not 0 < confidence < 1:
        raise Fault("STA-003", what="confidence", value=confidence, wanted="more than 0, below 1")
    if np.isnan(alpha) or n < 2 or items < 2:
        return _NAN, _NAN
    tail = (1 - confidence) / 2
    df = n - 1, (n - 1) * (items - 1)
    below, above = f_quantile([tail, 1 - tail], *df)
    return 1 - (1 - alpha) * float(above), 1 - (1 - alpha) * float(below)


def spearman_brown(reliability: ArrayLike, *, factor: ArrayLike = 2.0) -> Floats:
    """How reliable would a scale be if it were longer or shorter by a factor?

    Args:
        reliability: of the scale as it is, at most 1.
        factor: length wanted over length as it is, above 0; 2 doubles the scale.

    Returns:
        m r / (1 + (m - 1) r), of the shape of both; nan for nan, for a factor at or below 0,
        and where the denominator is not above 0.

    Source:
        Spearman (1910); Brown (1910), formula for parallel parts.

    Example:
        >>> spearman_brown([0.5, 0.6], factor=4).round(4).tolist()
        [0.8, 0.8571]
    """
    r, m = np.broadcast_arrays(np.asarray(reliability, dtype=float), np.asarray(factor, float))
    below = 1 + (m - 1) * r
    fit = (m > 0) & (below > 0) & (r <= 1)
    found: Floats = np.divide(m * r, below, out=np.full(r.shape, np.nan), where=fit)
    return found
