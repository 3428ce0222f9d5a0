"""How sure is Krippendorff's alpha, and is there more agreement than chance would give?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.agreement.disagreement import (
    Disagreement,
    alphas,
    disagreement_of,
    gap,
    middle_ranks,
)
from consilience.stats.agreement.ratings import Ratings, join_equal, read_ratings
from consilience.stats.resample import Streams, blocks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RESAMPLED: Final = ("all", "paired")

# How many numbers a block of replicates may hold.
BLOCK: Final = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResampledAlpha:
    """Alpha with what resampling says of it.

    Args:
        alpha: of all units as they are.
        low: lower end of the percentile interval, nan without replicates.
        high: upper end.
        standard_error: standard deviation over replicates.
        draws: (replicates,) alpha of each, nan where undefined (nothing varied).
    """

    alpha: float
    low: float
    high: float
    standard_error: float
    draws: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShuffledAlpha:
    """Alpha against what it is when each rater's ratings are shuffled over the units.

    Args:
        alpha: of the ratings as they are.
        mean: mean over shuffles, near 0.
        sd: standard deviation over shuffles.
        p: (b + 1) / (m + 1), with b of m shuffles at least as high; nan where undefined.
        permutations: m.
    """

    alpha: float
    mean: float
    sd: float
    p: float
    permutations: int


def alpha_resampled(
    ratings: ArrayLike,
    *,
    replicates: int,
    streams: Streams,
    metric: str = "nominal",
    period: float | None = None,
    clusters: ArrayLike | None = None,
    resample: str = "all",
    level: float = 0.95,
) -> ResampledAlpha:
    """How sure is alpha, if other units of the same kind had been rated?

    Units are drawn with replacement and alpha is computed anew, expected disagreement and all.

    Args:
        ratings: (units, raters), nan where missing.
        replicates: how many resamples, 0 or more.
        streams: the random stream of a block of 1,000 replicates, by its number.
        metric: as for `krippendorff_alpha`.
        period: likewise.
        clusters: (units,) numbers or text; whole clusters are drawn, as units of one area
            resemble each other. Each unit is its own if None.
        resample: `all` units, or only the `paired` ones that have two ratings; a unit with fewer
            carries nothing, so this decides only how much the number of paired units varies.
        level: share of replicates between the ends of the interval.

    Returns:
        Alpha, percentile interval, standard error and draws.

    Raises:
        Fault: as `krippendorff_alpha`; STA-001 for another word for `resample`, STA-002 if
            clusters are not one a unit, STA-003 for a level outside 0 to 1.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, 13.3; by clusters Davison
        and Hinkley (1997), 3.8. Zapf, Castell, Morawietz and Karch (2016), Measuring inter-rater
        reliability for nominal data, found this bootstrap of alpha to keep its level.

    Differs:
        Krippendorff's own algorithm (2016) draws disagreements and holds the expected one
        fixed; R's krippendorffsalpha resamples units as here, with another estimator.

    Example:
        >>> from consilience.base.seeds import stream
        >>> found = alpha_resampled(
        ...     [[1, 1], [2, 2], [3, 3], [1, 2], [2, 2], [3, 3]],
        ...     replicates=500,
        ...     streams=lambda block: stream(1, "alpha", block=block),
        ... )
        >>> round(found.alpha, 3), found.low <= found.alpha <= found.high
        (0.766, True)
    """
    if resample not in RESAMPLED:
        raise Fault("STA-001", what="resample", value=resample, known=", ".join(RESAMPLED))
    read = read_ratings(ratings)
    groups = _clusters(clusters, len(read.codes))
    if resample == "paired":
        kept = read.given > 1
        read, groups = read.of(kept), groups if groups is None else groups[kept]
    if groups is None:
        read = join_equal(read)
    sums = disagreement_of(read, metric=metric, period=period)
    alpha = float(alphas(sums, sums.counts[None])[0])
    drawn = _draws(sums, groups, replicates, streams)
    return resampled(alpha, drawn, level=level)


def resampled(alpha: float, draws: Floats, *, level: float) -> ResampledAlpha:
    """Return alpha with the interval and standard error that its draws give."""
    if not 0 < level < 1:
        raise Fault("STA-003", what="the level", value=level, wanted="a number between 0 and 1")
    known = draws[~np.isnan(draws)]
    nan = float("nan")
    if not len(known):
        return ResampledAlpha(alpha=alpha, low=nan, high=nan, standard_error=nan, draws=draws)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    spread = float(known.std(ddof=1)) if len(known) > 1 else nan
    return ResampledAlpha(
        alpha=alpha, low=float(low), high=float(high), standard_error=spread, draws=draws
    )


def _clusters(clusters: ArrayLike | None, units: int) -> Integers | None:
    if clusters is None:
        return None
    given = np.asarray(clusters)
    if given.shape != (units,):
        raise Fault("STA-002", what="clusters", shape=given.shape, wanted="one a unit")
    return np.asarray(np.unique(given, return_inverse=True)[1], dtype=np.int64)


def _draws(
    sums: Disagreement, groups: Integers | None, replicates: int, streams: Streams
) -> Floats:
    """Return (replicates,) alphas of resampled units or clusters."""
    shares = sums.counts if groups is None else np.ones(int(groups.max(initial=-1)) + 1)
    total = int(shares.sum())
    found = np.full(replicates, np.nan)
    if not total:
        return found
    step = max(1, BLOCK // len(sums.counts))
    at = 0
    for number, size in blocks(replicates):
        drawn = streams(number).multinomial(total, shares / total, size=size).astype(float)
        for start in range(0, size, step):
            part = drawn[start : start + step]
            weights = part if groups is None else part[:, groups]
            found[at : at + len(part)] = alphas(sums, weights)
            at += len(part)
    return found


def alphas_by_area(
    ratings: ArrayLike,
    *,
    replicates: int,
    streams: Streams,
    metric: str = "ordinal",
    period: float | None = None,
) -> tuple[Floats, Floats]:
    """How far do agencies agree in each area, and how sure is that?

    Every area is rated on the same units (items), which are drawn anew in each replicate.

    Args:
        ratings: (areas, units, raters), nan where missing.
        replicates: how many resamples of the units, 0 or more.
        streams: the random stream of an area, by its number.
        metric: as for `krippendorff_alpha`.
        period: likewise.

    Returns:
        (areas,) alphas and (areas, replicates) resampled ones; nan where undefined.

    Raises:
        Fault: as `krippendorff_alpha`; STA-002 unless there are three dimensions.

    Source:
        As `alpha_resampled`.

    Example:
        >>> from consilience.base.seeds import stream
        >>> two = [[[1, 1], [2, 2], [3, 3]], [[1, 2], [2, 1], [3, 3]]]
        >>> own, drawn = alphas_by_area(
        ...     two, replicates=10, streams=lambda area: stream(1, "areas", block=area)
        ... )
        >>> own.round(3).tolist(), drawn.shape
        ([1.0, 0.583], (2, 10))
    """
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 3:
        raise Fault("STA-002", what="ratings", shape=table.shape, wanted="(areas, units, raters)")
    areas, units, raters = table.shape
    read = read_ratings(table.reshape(areas * units, raters))
    alone = np.empty(areas)
    drawn = np.full((areas, replicates), np.nan)
    for area in range(areas):
        rows = slice(area * units, (area + 1) * units)
        own = Ratings(values=read.values, codes=read.codes[rows], counts=read.counts[rows])
        sums = disagreement_of(_used(own), metric=metric, period=period or _span(read))
        alone[area] = alphas(sums, sums.counts[None])[0]
        rng = streams(area)
        for start in range(0, replicates, BLOCK // max(units * 8, 1)):
            size = min(BLOCK // max(units * 8, 1), replicates - start)
            weights = _drawn_with_replacement(rng, units, size)
            drawn[area, start : start + size] = alphas(sums, weights)
    return alone, drawn


def _span(ratings: Ratings) -> float:
    return float(np.ptp(ratings.values)) + 1 if len(ratings.values) else 1.0


def _used(ratings: Ratings) -> Ratings:
    """Return the ratings without the values that nobody gave: fewer numbers to multiply."""
    used = np.unique(ratings.codes[ratings.codes >= 0])
    codes = np.where(ratings.codes >= 0, np.searchsorted(used, ratings.codes), -1)
    return Ratings(values=ratings.values[used], codes=codes, counts=ratings.counts)


def _drawn_with_replacement(rng: np.random.Generator, units: int, size: int) -> Floats:
    """Return (size, units) counts; for few units faster than drawing multinomial counts."""
    places = rng.integers(units, size=(size, units))
    places += (np.arange(size) * units)[:, None]
    found = np.bincount(places.ravel(), minlength=size * units).reshape(size, units)
    return np.asarray(found, dtype=float)


def alpha_shuffled(
    ratings: ArrayLike,
    *,
    permutations: int,
    streams: Streams,
    metric: str = "nominal",
    period: float | None = None,
) -> ShuffledAlpha:
    """Do raters agree more than if each had rated the units in another order?

    The ratings of every rater but the first are shuffled over the units that rater rated. Who
    rated what, and which values occur, stay as they are, and so does the expected disagreement.

    Args:
        ratings: (units, raters), nan where missing; units with fewer than two ratings are left
            out.
        permutations: how many shuffles.
        streams: the random stream of a block of 1,000 shuffles, by its number.
        metric: as for `krippendorff_alpha`.
        period: likewise.

    Returns:
        Alpha against its shuffles.

    Raises:
        Fault: as `krippendorff_alpha`.

    Source:
        Phipson and Smyth (2010), Permutation p-values should never be zero.

    Example:
        >>> from consilience.base.seeds import stream
        >>> found = alpha_shuffled(
        ...     [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5]],
        ...     permutations=999,
        ...     streams=lambda block: stream(1, "shuffles", block=block),
        ... )
        >>> found.alpha, found.p < 0.05
        (1.0, True)
    """
    read = read_ratings(ratings)
    read = read.of(read.given > 1)
    sums = disagreement_of(read, metric=metric, period=period)
    alpha = float(alphas(sums, sums.counts[None])[0])
    nan = float("nan")
    if np.isnan(alpha) or not permutations:
        return ShuffledAlpha(alpha=alpha, mean=nan, sd=nan, p=nan, permutations=0)
    expected, n = float(sums.expected(sums.counts[None])[0]), float(sums.given.sum())
    apart = _Apart.of(read, metric=metric, period=period or _span(read))
    found = np.concatenate(
        [
            1 - (n - 1) * apart.observed(codes) / expected
            for codes in _shuffles(read, permutations, streams)
        ]
    )
    higher = int(np.count_nonzero(found >= alpha - 1e-12))
    return ShuffledAlpha(
        alpha=alpha,
        mean=float(found.mean()),
        sd=float(found.std()),
        p=(higher + 1) / (permutations + 1),
        permutations=permutations,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Apart:
    """Observed disagreement of shuffled codes, whose values occur as often as before."""

    places: Floats
    metric: str
    period: float
    scale: Floats

    @staticmethod
    def of(ratings: Ratings, *, metric: str, period: float) -> _Apart:
        totals = np.bincount(ratings.codes[ratings.codes >= 0], minlength=len(ratings.values))
        places = middle_ranks(totals.astype(float)) if metric == "ordinal" else ratings.values
        return _Apart(places=places, metric=metric, period=period, scale=2 / (ratings.given - 1.0))

    def observed(self, codes: Integers) -> Floats:
        """Return (m,) observed disagreement times ratings of (raters, m, units) codes."""
        total = np.zeros(codes.shape[1:])
        for one, other in combinations(range(len(codes)), 2):
            first, second = codes[one], codes[other]
            both = (first >= 0) & (second >= 0)
            apart = gap(
                self.places[first], self.places[second], metric=self.metric, period=self.period
            )
            total += np.where(both, apart, 0.0)
        return np.asarray(total @ self.scale)


def _shuffles(ratings: Ratings, permutations: int, streams: Streams) -> Iterator[Integers]:
    units, raters = ratings.codes.shape
    step = max(1, BLOCK // max(units * raters, 1))
    for number, size in blocks(permutations):
        rng = streams(number)
        for start in range(0, size, step):
            many = min(step, size - start)
            yield np.stack(
                [
                    _shuffled(column, many, rng, fixed=rater == 0)
                    for rater, column in enumerate(ratings.codes.T)
                ]
            )


def _shuffled(column: Integers, many: int, rng: np.random.Generator, *, fixed: bool) -> Integers:
    rows = np.repeat(column[None], many, axis=0)
    rated = column >= 0
    if not fixed:
        rows[:, rated] = rng.permuted(rows[:, rated], axis=1)
    return rows
