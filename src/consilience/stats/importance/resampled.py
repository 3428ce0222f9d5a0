"""How sure is the importance of each predictor, and how sure is any order of them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import normal_quantile, normal_tail
from consilience.stats.importance.dominance import general_dominance
from consilience.stats.importance.draws import (
    CONTRIBUTIONS,
    Drawn,
    Resampling,
    check_resampling,
    clusters_of,
    drawn_fits,
    left_out_fits,
)
from consilience.stats.importance.importance import (
    Importance,
    Model,
    check_model,
    linear_shares,
    of_fits,
    subset_fits,
)
from consilience.stats.importance.refusals import Cases, complete_cases
from consilience.stats.resample import Streams

Floats = NDArray[np.float64]

# Drawing has a file of its own; who asks for importance needs `Resampling` with it.
__all__ = [
    "ResampledImportance",
    "Resampling",
    "contribution",
    "importance_resampled",
    "summarise",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResampledImportance:
    """Importance with what resampling says of it.

    Args:
        importance: of the cases as they are.
        low: (p,) lower ends of the intervals of the contributions, the general ones unless
            another kind was asked for; nan where no replicate could be computed.
        high: (p,) upper ends.
        standard_error: (p,) standard deviations of the draws.
        fit_low: lower end for the fit of the whole model.
        fit_high: upper end.
        ranks: (p, p) probability that the predictor of the row has the rank of the column, the
            first column for the greatest contribution.
        mean_rank: (p,) from 1, the greatest contribution, to p.
        above: (p, p) probability that the predictor of the row contributes more than that of
            the column; nan on the diagonal.
        draws: (replicates, p) contributions; nan where a replicate could not be computed.
        fits: (replicates,) fit of the whole model.
        failed: how many replicates could not be.
        warnings: those of the importance, and STA-025.
    """

    importance: Importance
    low: Floats
    high: Floats
    standard_error: Floats
    fit_low: float
    fit_high: float
    ranks: Floats
    mean_rank: Floats
    above: Floats
    draws: Floats
    fits: Floats
    failed: int
    warnings: tuple[Fault, ...]


def importance_resampled(
    y: ArrayLike,
    columns: ArrayLike,
    *,
    streams: Streams,
    players: Mapping[str, Sequence[int]] | None = None,
    outcome: str | Model = "linear",
    always: Sequence[int] = (),
    weights: ArrayLike | None = None,
    how: Resampling | None = None,
) -> ResampledImportance:
    """How sure is the contribution of each predictor, and how sure is their order?

    Args:
        y: as for `relative_importance`, and so all but `streams` and `how`.
        columns: likewise.
        streams: the random stream of a block of 1,000 replicates, by its number.
        players: likewise.
        outcome: likewise; or a `Model`, for another measure of fit or another link.
        always: likewise.
        weights: likewise; a case drawn twice counts twice its weight.
        how: number and kind of resamples; 2,000 of cases, percentile intervals, if None.

    Returns:
        Contributions with intervals, probabilities of ranks and of every order of two.

    Raises:
        Fault: as `relative_importance`; STA-001 for an unknown kind, STA-002 if clusters are not
            one a case, STA-003 for a level outside 0 to 1, and for residuals or simpler measures
            of a model that has none.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 13 and 14;
        Davison and Hinkley (1997), 3.8 for clusters; Azen and Budescu (2003) for the
        reproducibility of dominance; Groemping (2006), 2.2.2 for resampled residuals.

    Differs:
        relaimpo's `boot.relimp` draws cases or residuals and gives the same intervals but for
        chance; it has no clusters, no other outcome and no probabilities of ranks.

    Example:
        >>> from consilience.base.seeds import stream
        >>> x = stream(1, "x").normal(size=(60, 2))
        >>> y = x @ [1.0, 0.2] + stream(1, "e").normal(size=60)
        >>> found = importance_resampled(
        ...     y,
        ...     x,
        ...     streams=lambda block: stream(1, "b", block=block),
        ...     how=Resampling(replicates=500),
        ... )
        >>> found.ranks[0].round().tolist(), bool(found.low[0] < found.importance.general[0])
        ([1.0, 0.0], True)
    """
    chosen = how or Resampling()
    cases = complete_cases(y, columns, players=players, always=always, weights=weights)
    model = check_model(outcome, players=len(cases.players))
    check_resampling(chosen, model.outcome)
    if chosen.contribution in CONTRIBUTIONS[3:] and any(len(each) > 1 for each in cases.players):
        wanted = "general, first or last, as there are predictors of several columns"
        raise Fault("STA-003", what="contribution", value=chosen.contribution, wanted=wanted)
    fits, warnings = subset_fits(cases, model)
    found = of_fits(cases, fits, model=model, warnings=warnings)
    groups = clusters_of(chosen.clusters, cases)
    drawn, whole = _contributions(
        cases, drawn_fits(cases, model, groups, how=chosen, streams=streams), chosen
    )
    left_out = None
    if chosen.kind == "bca":
        left_out = _contributions(cases, left_out_fits(cases, model, groups), chosen)
    return summarise(found, drawn, whole, how=chosen, left_out=left_out)


def summarise(
    found: Importance,
    drawn: Floats,
    fits: Floats,
    *,
    how: Resampling,
    left_out: tuple[Floats, Floats] | None = None,
) -> ResampledImportance:
    """What do these draws of contributions say?

    Args:
        found: the importance of the cases as they are.
        drawn: (replicates, p) contributions, nan where one could not be computed; those of
            several imputed data sets may be stacked.
        fits: (replicates,) fit of the whole model.
        how: kind and level of the intervals.
        left_out: for `bca`: contributions and fits with each cluster left out.

    Returns:
        Intervals and probabilities.

    Source:
        Schomaker and Heumann (2018), Bootstrap inference when using multiple imputation, for
        stacked draws of imputed data sets.
    """
    own = contribution(found, how.contribution)
    # Of a predictor that never varies nothing is drawn; that is no failure of a replicate.
    drawn = drawn + np.where(np.isnan(own), np.nan, 0.0)
    known = ~np.isnan(drawn[:, ~np.isnan(own)]).any(axis=1)
    failed = int((~known).sum())
    warnings = found.warnings
    if failed:
        warnings = (*warnings, Fault("STA-025", failed=failed, replicates=len(drawn)))
    both = np.column_stack([drawn, fits])[known]
    jackknife = None if left_out is None else np.column_stack(left_out)
    low, high = _interval(np.append(own, found.fit), both, how, jackknife)
    ranks, mean_rank, above = _orders(drawn[known])
    return ResampledImportance(
        importance=found,
        low=low[:-1],
        high=high[:-1],
        standard_error=_spread(drawn[known]),
        fit_low=float(low[-1]),
        fit_high=float(high[-1]),
        ranks=ranks,
        mean_rank=mean_rank,
        above=above,
        draws=drawn,
        fits=fits,
        failed=failed,
        warnings=warnings,
    )


def contribution(found: Importance, kind: str) -> Floats:
    """Which contributions of this kind does an importance hold?

    Args:
        found: the importance.
        kind: one of `CONTRIBUTIONS`.

    Returns:
        (p,) contributions; nan where that kind is not defined for the model.
    """
    if kind in ("general", "first", "last"):
        return np.asarray(getattr(found.dominance, kind))
    if kind == "johnson" or found.shares is None:
        return found.johnson if kind == "johnson" else np.full(len(found.names), np.nan)
    return np.asarray(getattr(found.shares, kind))


def _contributions(cases: Cases, drawn: Iterator[Drawn], how: Resampling) -> tuple[Floats, Floats]:
    """Return (replicates, p) contributions and (replicates,) fits of the whole model."""
    parts, wholes = [np.empty((0, len(cases.players)))], [np.empty(0)]
    for each in drawn:
        parts.append(_of_kind(cases, each, how.contribution))
        wholes.append(each.fits[:, -1])
    return np.concatenate(parts), np.concatenate(wholes)


def _of_kind(cases: Cases, drawn: Drawn, kind: str) -> Floats:
    fits, alone = drawn.fits, 1 << np.arange(len(cases.players))
    if kind == "general":
        return general_dominance(fits)
    if kind == "first":
        return np.asarray(fits[:, alone] - fits[:, :1])
    if kind == "last":
        return np.asarray(fits[:, -1:] - fits[:, (fits.shape[1] - 1) ^ alone])
    if drawn.moments is None:
        return np.full((len(fits), len(alone)), np.nan)
    return np.asarray(getattr(linear_shares(cases, drawn.moments), kind))


def _spread(drawn: Floats) -> Floats:
    return drawn.std(axis=0, ddof=1) if len(drawn) > 1 else np.full(drawn.shape[1], np.nan)


def _interval(
    own: Floats, drawn: Floats, how: Resampling, left_out: Floats | None
) -> tuple[Floats, Floats]:
    lost = np.full(len(own), np.nan)
    if len(drawn) < 2:
        return lost, lost
    ends = np.array([(1 - how.level) / 2, (1 + how.level) / 2])
    if how.kind == "normal":
        half = float(normal_quantile(ends[1])) * drawn.std(axis=0, ddof=1)
        middle = 2 * own - drawn.mean(axis=0)
        return middle - half, middle + half
    if how.kind == "bca" and left_out is not None:
        return _accelerated(own, drawn, ends, left_out)
    low, high = np.quantile(drawn, ends, axis=0)
    return (2 * own - high, 2 * own - low) if how.kind == "basic" else (low, high)


def _accelerated(
    own: Floats, drawn: Floats, ends: Floats, left_out: Floats
) -> tuple[Floats, Floats]:
    """Return bias-corrected and accelerated intervals (Efron and Tibshirani 1993, 14.3)."""
    below = ((drawn < own).sum(axis=0) + (drawn == own).sum(axis=0) / 2) / len(drawn)
    # A statistic at the edge of its draws has no correction: half a draw is put there.
    edge = 0.5 / len(drawn)
    bias = normal_quantile(np.clip(below, edge, 1 - edge))
    off = np.nanmean(left_out, axis=0) - left_out
    spread = np.nansum(off**2, axis=0) ** 1.5
    speed = np.divide(
        np.nansum(off**3, axis=0), 6 * spread, out=np.zeros_like(spread), where=spread > 0
    )
    shifted = bias + normal_quantile(ends)[:, None]
    places = 1 - normal_tail(bias + shifted / (1 - speed * shifted))
    found = [np.quantile(column, place) for column, place in zip(drawn.T, places.T, strict=True)]
    low, high = np.array(found).T
    return low, high


def _orders(drawn: Floats) -> tuple[Floats, Floats, Floats]:
    """Return probabilities of ranks (p, p), mean ranks (p,) and of every order of two (p, p)."""
    count = drawn.shape[1]
    if not len(drawn):
        lost = np.full((count, count), np.nan)
        return lost, lost[0], lost
    greater = (drawn[:, None, :] > drawn[:, :, None] + 1e-12).sum(axis=2)
    equal = (np.abs(drawn[:, None, :] - drawn[:, :, None]) <= 1e-12).sum(axis=2)
    lost = np.isnan(drawn[0])
    # Equal contributions share the ranks they take.
    place = np.arange(count)
    shared = (place >= greater[..., None]) & (place < (greater + equal)[..., None])
    ranks = (shared / np.maximum(equal, 1)[..., None]).mean(axis=0)
    ranks[lost] = np.nan
    apart = drawn[:, :, None] - drawn[:, None, :]
    above = (apart > 1e-12).mean(axis=0) + (np.abs(apart) <= 1e-12).mean(axis=0) / 2
    np.fill_diagonal(above, np.nan)
    above[lost], above[:, lost] = np.nan, np.nan
    return ranks, ranks @ (place + 1.0), above
