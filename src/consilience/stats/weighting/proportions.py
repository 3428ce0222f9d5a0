"""What share of the population is it, and between which limits does the share lie?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import beta_quantile, normal_quantile, t_quantile
from consilience.stats.weighting.estimates import Estimate, weighted_mean
from consilience.stats.weighting.sample_design import SampleDesign, degrees_of_freedom

Floats = NDArray[np.float64]

# From p, se, t of the design, effective n, and level to the two ends.
_Interval = Callable[[Floats, Floats, Floats, Floats, float], tuple[Floats, Floats]]


def weighted_proportion(
    codes: ArrayLike,
    *,
    design: SampleDesign,
    categories: int | None = None,
    domain: ArrayLike | None = None,
    interval: str = "logit",
    confidence: float = 0.95,
    df: float | None = None,
) -> Estimate:
    """What share of the population is in each category?

    Args:
        codes: (n,) category numbers 0, 1, ...; -1 where missing, which is left out.
        design: how the rows were drawn, with their weights.
        categories: how many there are; as many as the greatest number says if None.
        domain: (n,) whether a row is in the part of the population asked about; all if None.
        interval: `logit` (symmetric on the log odds), `mean` (p -+ t se), `beta` (Korn and
            Graubard's exact one), `wilson` (with the effective number of rows), `arcsine`, or
            `likelihood` (Rao and Scott's scaled likelihood).
        confidence: of the interval.
        df: degrees of freedom of t; those of the design if None, inf for normal.

    Returns:
        The shares, (categories,), 0 to 1, with their covariances; nan where nobody is there.
        Where the share is 0 or 1 the design says nothing of its variance: the interval then is
        that of `beta` or `wilson` with the number of rows, and nan for the others.

    Raises:
        Fault: STA-001 for another interval, STA-002 for shapes; as `weighted_mean`.

    Source:
        Korn and Graubard (1998), Confidence intervals for proportions with small expected number
        of positive counts, Survey Methodology 24, 193-201; Rao and Scott (1984), Annals of
        Statistics 12, 46-60; Dean and Pagano (2015), Survey Methodology 41.

    Example:
        >>> found = weighted_proportion([0, 0, 0, 1], design=SampleDesign(weights=[1, 1, 1, 3]))
        >>> found.value.tolist()
        [0.5, 0.5]
    """
    if interval not in _INTERVALS:
        raise Fault("STA-001", what="interval", value=interval, known=", ".join(_INTERVALS))
    numbers = np.asarray(codes)
    if numbers.ndim != 1:
        raise Fault("STA-002", what="codes", shape=numbers.shape, wanted="(rows,)")
    count = int(numbers.max(initial=-1)) + 1 if categories is None else categories
    there = numbers >= 0
    chosen = there if domain is None else there & np.asarray(domain, dtype=bool)
    table = (numbers[:, None] == np.arange(count)).astype(float)
    found = weighted_mean(table, design=design, domain=chosen, confidence=confidence, df=df)
    free = float(degrees_of_freedom(design)) if df is None else float(df)
    low, high = _ends(found, interval, confidence, free)
    return replace(found, low=low, high=high)


def _ends(found: Estimate, interval: str, confidence: float, df: float) -> tuple[Floats, Floats]:
    level = (1 + confidence) / 2
    t = t_quantile(level, df)
    p, rows = found.value, found.n.astype(float)
    inner = (p > 0) & (p < 1) & (found.se > 0)
    safe_p, safe_se = np.where(inner, p, 0.5), np.where(inner, found.se, 0.5)
    # So many rows of a simple random sample would be worth as much.
    effective = np.where(inner, safe_p * (1 - safe_p) / safe_se**2, rows)
    if interval == "likelihood":
        # The design effect against the unbiased variance, as in the test of Rao and Scott.
        effective = effective * (rows - 1) / np.maximum(rows, 1)
    if interval == "beta":
        effective = effective * np.where(inner, (t_quantile(level, rows - 1) / t) ** 2, 1.0)
    if interval in ("beta", "wilson"):
        low, high = _INTERVALS[interval](p, found.se, np.asarray(t), effective, level)
        return low, high
    low, high = _INTERVALS[interval](safe_p, safe_se, np.asarray(t), effective, level)
    return np.where(inner, low, np.nan), np.where(inner, high, np.nan)


def _mean(p: Floats, se: Floats, t: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:  # noqa: ARG001  (the form of all intervals)
    return p - t * se, p + t * se


def _logit(p: Floats, se: Floats, t: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:  # noqa: ARG001  (the form of all intervals)
    centre, reach = np.log(p / (1 - p)), t * se / (p * (1 - p))
    return 1 / (1 + np.exp(reach - centre)), 1 / (1 + np.exp(-reach - centre))


def _arcsine(p: Floats, se: Floats, t: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:  # noqa: ARG001  (the form of all intervals)
    centre, reach = np.arcsin(np.sqrt(p)), t * se / (2 * np.sqrt(p * (1 - p)))
    low, high = np.maximum(centre - reach, 0.0), np.minimum(centre + reach, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


def _beta(p: Floats, se: Floats, t: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:  # noqa: ARG001  (the form of all intervals)
    low = beta_quantile(1 - level, n * p, n * (1 - p) + 1)
    high = beta_quantile(level, n * p + 1, n * (1 - p))
    return np.where(p == 0, 0.0, low), np.where(p == 1, 1.0, high)


def _wilson(p: Floats, se: Floats, t: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:  # noqa: ARG001  (the form of all intervals)
    return wilson_ends(p, n, float(normal_quantile(level)))


def wilson_ends(p: Floats, n: Floats, z: float) -> tuple[Floats, Floats]:
    """Between which shares does p lie within z of their own standard errors?

    Args:
        p: shares, 0 to 1, any shape.
        n: number of answers of each, above 0, need not be whole.
        z: quantile of the normal distribution.

    Returns:
        The two ends.

    Source:
        Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Example:
        >>> low, high = wilson_ends(np.array(0.0), np.array(10.0), 1.959964)
        >>> round(float(low), 4), round(float(high), 4)
        (0.0, 0.2775)
    """
    ratio = z * z / n
    centre = (p + ratio / 2) / (1 + ratio)
    reach = np.sqrt(p * (1 - p) * ratio + ratio * ratio / 4) / (1 + ratio)
    # Rounding must not put p itself outside.
    low, high = np.minimum(centre - reach, p), np.maximum(centre + reach, p)
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def _likelihood(
    p: Floats,
    se: Floats,  # noqa: ARG001  (the form of all intervals)
    t: Floats,
    n: Floats,
    level: float,  # noqa: ARG001  (the form of all intervals)
) -> tuple[Floats, Floats]:
    limit = t * t

    def too_far(tried: Floats) -> NDArray[np.bool_]:
        off = p * np.log(p / tried) + (1 - p) * np.log((1 - p) / (1 - tried))
        return np.asarray(2 * n * off > limit)

    tiny = np.finfo(float).tiny
    ends = []
    for edge in (np.full_like(p, tiny), np.full_like(p, 1 - np.finfo(float).epsneg)):
        outer, inner = edge, p
        for _ in range(80):
            middle = (outer + inner) / 2
            far = too_far(middle)
            outer, inner = np.where(far, middle, outer), np.where(far, inner, middle)
        ends.append(inner)
    return ends[0], ends[1]


_INTERVALS: Final[Mapping[str, _Interval]] = MappingProxyType(
    {
        "logit": _logit,
        "mean": _mean,
        "beta": _beta,
        "wilson": _wilson,
        "arcsine": _arcsine,
        "likelihood": _likelihood,
    }
)
