"""How do the fits of every subset vary when cases are drawn anew?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.importance.importance import Model, subset_fits
from consilience.stats.importance.refusals import Cases
from consilience.stats.importance.subsets import linear_fits
from consilience.stats.resample import Streams, blocks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

KINDS: Final = ("percentile", "basic", "normal", "bca")
RESAMPLED: Final = ("cases", "residuals")
CONTRIBUTIONS: Final = ("general", "first", "last", "johnson", "pratt", "betasq", "car")

# How many numbers the fits, or the counts, of the replicates computed at once may hold.
BLOCK: Final = 2_000_000

# A column whose variance in a resample is less than this share of its own does not vary there.
FLAT: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resampling:
    """How cases are drawn anew, and what is made of the draws.

    Args:
        replicates: how many resamples.
        resample: `cases`, as when predictors were observed; or `residuals` of a linear model,
            as when they were set.
        clusters: (n,) numbers or text; whole clusters are drawn, such as the areas of several
            informants. Each case is its own if None.
        kind: of interval: `percentile`, `basic`, `normal`, `bca`.
        level: of the intervals, between 0 and 1.
        contribution: which one is drawn: `general` (LMG), `first`, `last`; for a linear model
            of single columns also `johnson`, `pratt`, `betasq`, `car`.
    """

    replicates: int = 2000
    resample: str = "cases"
    clusters: ArrayLike | None = None
    kind: str = "percentile"
    level: float = 0.95
    contribution: str = "general"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """What some replicates gave.

    Args:
        fits: (m, 2 ** p) fits by subset, nan where a replicate could not be computed.
        moments: (m, k + 1, k + 1) covariances of the outcome and the columns of each replicate
            of a linear model, else None.
    """

    fits: Floats
    moments: Floats | None = None


def check_resampling(how: Resampling, outcome: str) -> None:
    """Refuse what is unknown (STA-001) or cannot be (STA-003)."""
    for what, value, known in (
        ("kind of interval", how.kind, KINDS),
        ("resample", how.resample, RESAMPLED),
        ("contribution", how.contribution, CONTRIBUTIONS),
    ):
        if value not in known:
            raise Fault("STA-001", what=what, value=value, known=", ".join(known))
    if not 0 < how.level < 1:
        raise Fault("STA-003", what="the level", value=how.level, wanted="a number between 0 and 1")
    if outcome == "linear":
        return
    if how.resample == "residuals":
        wanted = "cases, as only a linear model has residuals to draw"
        raise Fault("STA-003", what="resample", value=how.resample, wanted=wanted)
    if how.contribution not in CONTRIBUTIONS[:3]:
        wanted = "general, first or last, as others are drawn for a linear model alone"
        raise Fault("STA-003", what="contribution", value=how.contribution, wanted=wanted)


def clusters_of(clusters: ArrayLike | None, cases: Cases) -> Integers:
    """Return (n,) the number of the cluster of each complete case; STA-002 for another length."""
    if clusters is None:
        return np.arange(len(cases.y))
    given = np.asarray(clusters)
    if given.shape != cases.kept.shape:
        raise Fault("STA-002", what="clusters", shape=given.shape, wanted="one a case")
    return np.asarray(np.unique(given[cases.kept], return_inverse=True)[1], dtype=np.int64)


def drawn_fits(
    cases: Cases, model: Model, groups: Integers, *, how: Resampling, streams: Streams
) -> Iterator[Drawn]:
    """How do the fits of every subset vary when cases are drawn anew?

    Args:
        cases: see `complete_cases`.
        model: outcome, measure and link.
        groups: (n,) number of the cluster of each case.
        how: how many replicates of what.
        streams: the random stream of a block of 1,000 replicates, by its number.

    Yields:
        Some replicates at a time, in order.
    """
    count = int(groups.max()) + 1
    step = max(1, BLOCK // max(count, 1 << len(cases.players)))
    for number, size in blocks(how.replicates):
        rng = streams(number)
        for start in range(0, size, step):
            many = min(step, size - start)
            if how.resample == "residuals":
                yield _of_moments(cases, _residual_moments(cases, rng, many))
            else:
                drawn = rng.multinomial(count, np.full(count, 1 / count), size=many)
                yield _of_counts(cases, model, groups, drawn.astype(float))


def left_out_fits(cases: Cases, model: Model, groups: Integers) -> Iterator[Drawn]:
    """How do the fits vary when each cluster in turn is left out?

    Args:
        cases: see `complete_cases`.
        model: outcome, measure and link.
        groups: (n,) number of the cluster of each case.

    Yields:
        Some clusters at a time, in order.
    """
    count = int(groups.max()) + 1
    step = max(1, BLOCK // max(count, 1 << len(cases.players)))
    for start in range(0, count, step):
        many = min(step, count - start)
        counts = np.ones((many, count))
        counts[np.arange(many), start + np.arange(many)] = 0.0
        yield _of_counts(cases, model, groups, counts)


def _of_counts(cases: Cases, model: Model, groups: Integers, counts: Floats) -> Drawn:
    """Return the fits where each cluster counts so often: counts (m, clusters)."""
    if model.outcome == "linear":
        return _of_moments(cases, _moments(cases, groups, counts))
    return Drawn(fits=np.array([_of_model(cases, model, row[groups]) for row in counts]))


def _of_moments(cases: Cases, moments: Floats) -> Drawn:
    spread = np.einsum("mii->mi", moments)
    whole = spread.max(axis=0)
    varies = spread[:, 1:] > FLAT * whole[1:]
    lost = np.zeros(len(moments), dtype=bool)
    for player, still in zip(cases.players, cases.still, strict=True):
        lost |= ~(still | varies[:, list(player)].any(axis=1))
    moments = np.where(lost[:, None, None], np.nan, moments)
    fits = linear_fits(moments, players=cases.players, always=cases.always)
    return Drawn(fits=fits, moments=moments)


def _of_model(cases: Cases, model: Model, counts: Floats) -> Floats:
    own = counts if cases.weights is None else counts * cases.weights
    drawn = own > 0
    part = replace(
        cases, y=cases.y[drawn], columns=cases.columns[drawn], weights=own[drawn], warnings=()
    )
    lost = np.full(1 << len(cases.players), np.nan)
    if any(
        not still and not np.ptp(part.columns[:, list(player)], axis=0).any()
        for player, still in zip(cases.players, cases.still, strict=True)
    ):
        return lost
    try:
        return subset_fits(part, model)[0]
    except Fault:  # too few different cases were drawn
        return lost


def _moments(cases: Cases, groups: Integers, counts: Floats) -> Floats:
    """Return (m, k + 1, k + 1) covariances where each cluster counts so often."""
    table = np.column_stack([cases.y, cases.columns])
    # Centred and scaled by all cases, so that sums of products keep their digits.
    table = table - table.mean(axis=0)
    length = np.sqrt((table**2).mean(axis=0))
    table = np.column_stack([np.ones(len(table)), table / np.where(length > 0, length, 1.0)])
    weight = np.ones(len(table)) if cases.weights is None else cases.weights
    size = table.shape[1]
    one, other = np.triu_indices(size)
    products = table[:, one] * table[:, other] * weight[:, None]
    clusters = int(groups.max()) + 1
    if clusters < len(groups):
        order = np.argsort(groups, kind="stable")
        starts = np.searchsorted(groups[order], np.arange(clusters))
        products = np.add.reduceat(products[order], starts, axis=0)
    sums = np.empty((len(counts), size, size))
    sums[:, one, other] = sums[:, other, one] = counts @ products
    total = sums[:, :1, :1]
    # A resample without any weight has no moments.
    total = np.where(total > 0, total, np.nan)
    mean = sums[:, 1:, :1] / total
    return np.asarray(sums[:, 1:, 1:] / total - mean * mean.swapaxes(1, 2))


def _residual_moments(cases: Cases, rng: np.random.Generator, size: int) -> Floats:
    """Return covariances where residuals are drawn onto fitted values, the predictors fixed."""
    count = len(cases.y)
    weight = np.ones(count) if cases.weights is None else cases.weights
    root = np.sqrt(weight)
    design = np.column_stack([np.ones(count), cases.columns]) * root[:, None]
    beta = np.linalg.lstsq(design, cases.y * root, rcond=None)[0]
    # Residuals times the root of the weight have one variance, and so can be exchanged.
    rest = cases.y * root - design @ beta
    rest = rest - rest.mean()
    drawn = (design @ beta + rest[rng.integers(count, size=(size, count))]) / root
    share = weight / weight.sum()
    off_x = cases.columns - share @ cases.columns
    off_y = drawn - (drawn @ share)[:, None]
    moments = np.empty((size, off_x.shape[1] + 1, off_x.shape[1] + 1))
    moments[:, 1:, 1:] = (off_x * share[:, None]).T @ off_x
    moments[:, 0, 1:] = moments[:, 1:, 0] = (off_y * share) @ off_x
    moments[:, 0, 0] = (off_y**2) @ share
    return moments
