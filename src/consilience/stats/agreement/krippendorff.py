"""Krippendorff's alpha: how far do raters agree beyond what their values alone would give?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.stats.agreement.disagreement import Disagreement, alphas, disagreement_of
from consilience.stats.agreement.ratings import join_equal, read_ratings

Floats = NDArray[np.float64]

# How many weights of units a block of left-out units may hold.
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Krippendorff:
    """Krippendorff's alpha and what it is made of.

    Args:
        alpha: at most 1; 0 where raters agree no more than values drawn at random; nan where
            no unit has two ratings or nothing varies.
        observed: mean observed disagreement, in the squared units of the metric.
        expected: mean disagreement of two values taken from different pairs.
        units: how many units have two ratings or more.
        values: how many ratings those units have.
        contributions: (units,) share of each unit in the observed disagreement, 0 to 1, nan for
            a unit that nobody or one rater rated; all 0 where raters agree wholly.
        without: (units,) alpha with the unit left out.
    """

    alpha: float
    observed: float
    expected: float
    units: int
    values: int
    contributions: Floats
    without: Floats


def krippendorff_alpha(
    ratings: ArrayLike, *, metric: str = "nominal", period: float | None = None
) -> float:
    """How far do raters agree beyond what their values alone would give?

    Args:
        ratings: (units, raters), nan where missing; text as code numbers.
        metric: what makes two values differ: `nominal` (whether they are equal), `ordinal` (how
            many ratings lie between), `interval` (difference), `ratio` (difference over sum;
            values 0 or more), `circular` (angle on a circle of `period`).
        period: length of the circle: 12 for months 1 to 12; highest less lowest value plus 1 if
            None.

    Returns:
        Alpha, at most 1; nan where no unit has two ratings, or all paired values are equal.

    Raises:
        Fault: STA-001 for another metric, STA-002 for another shape, STA-003 for a negative
            value on a ratio scale, an infinite value or a period that is not positive.

    Source:
        Krippendorff (2011), Computing Krippendorff's alpha-reliability, sections C to E;
        Krippendorff (2018), Content Analysis, 4th edition, 12.3.

    Differs:
        `irr::kripp.alpha` 0.84.1 is wrong on complete data of three raters or more: it divides
        by 1 where it should by raters less 1. irrCAC's `ordinal` weights are not this metric.

    Example:
        >>> nan = float("nan")
        >>> four = [
        ...     [1, 1, nan, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2],
        ...     [1, 2, 3, 4], [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [nan, 5, 5, 5],
        ...     [nan, nan, 1, 1], [nan, 3, nan, nan],
        ... ]
        >>> round(krippendorff_alpha(four, metric="ordinal"), 3)
        0.815
    """
    sums = disagreement_of(join_equal(read_ratings(ratings)), metric=metric, period=period)
    return float(alphas(sums, sums.counts[None])[0])


def krippendorff(
    ratings: ArrayLike, *, metric: str = "nominal", period: float | None = None
) -> Krippendorff:
    """Where does the disagreement of the raters come from?

    Args:
        ratings: as for `krippendorff_alpha`, and so the other arguments.
        metric: likewise.
        period: likewise.

    Returns:
        Alpha, its two disagreements, and what each unit adds.

    Raises:
        Fault: as `krippendorff_alpha`.

    Source:
        Krippendorff (2011), section E; the share of a unit is its term of the sum that makes
        the observed disagreement.

    Example:
        >>> found = krippendorff([[1, 1], [2, 2], [1, 2]])
        >>> round(found.alpha, 3), found.contributions.tolist()
        (0.444, [0.0, 0.0, 1.0])
    """
    sums = disagreement_of(read_ratings(ratings), metric=metric, period=period)
    paired = sums.given > 0
    n = float(sums.given.sum())
    each = sums.disagreements()
    total = float(each.sum())
    expected = float(sums.expected(sums.counts[None])[0])
    return Krippendorff(
        alpha=float(alphas(sums, sums.counts[None])[0]),
        observed=total / n if n else float("nan"),
        expected=expected / (n * (n - 1)) if n else float("nan"),
        units=int(paired.sum()),
        values=int(n),
        contributions=np.where(paired, each / total if total > 0 else 0.0, np.nan),
        without=_without(sums),
    )


def _without(sums: Disagreement) -> Floats:
    units = len(sums.counts)
    found = np.empty(units)
    step = max(1, BLOCK // max(units, 1))
    for start in range(0, units, step):
        block = np.arange(start, min(start + step, units))
        weights = np.repeat(sums.counts[None], len(block), axis=0)
        weights[np.arange(len(block)), block] = 0
        found[block] = alphas(sums, weights)
    return found
