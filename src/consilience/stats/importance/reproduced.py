"""Would another sample show the same dominance of one predictor over another?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.importance.dominance import (
    by_size,
    complete_dominance,
    dominance_matrix,
    general_dominance,
)
from consilience.stats.importance.draws import (
    Resampling,
    check_resampling,
    clusters_of,
    drawn_fits,
)
from consilience.stats.importance.importance import (
    Importance,
    Model,
    check_model,
    of_fits,
    subset_fits,
)
from consilience.stats.importance.refusals import complete_cases
from consilience.stats.resample import Streams

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reproduced:
    """How often resamples show one dominance, the player of the row over that of the column.

    Args:
        observed: (p, p) 1, 0 or 0.5 in the sample; see `Dominance`.
        mean: (p, p) its mean over resamples.
        sd: (p, p) its standard deviation.
        above: (p, p) share of resamples in which the row dominates.
        below: (p, p) in which the column does.
        neither: (p, p) in which neither does.
        same: (p, p) in which it is as observed: the reproducibility.
    """

    observed: Floats
    mean: Floats
    sd: Floats
    above: Floats
    below: Floats
    neither: Floats
    same: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReproducedDominance:
    """How often resamples show the dominance that the sample shows, in three senses.

    Args:
        importance: of the cases as they are.
        complete: in every subset of the others.
        conditional: at every number of others.
        general: on average.
        failed: how many replicates could not be computed.
        warnings: those of the importance, and STA-025.
    """

    importance: Importance
    complete: Reproduced
    conditional: Reproduced
    general: Reproduced
    failed: int
    warnings: tuple[Fault, ...]


def dominance_resampled(
    y: ArrayLike,
    columns: ArrayLike,
    *,
    streams: Streams,
    players: Mapping[str, Sequence[int]] | None = None,
    outcome: str | Model = "linear",
    always: Sequence[int] = (),
    weights: ArrayLike | None = None,
    how: Resampling | None = None,
) -> ReproducedDominance:
    """Would another sample show the same dominance of one predictor over another?

    Args:
        y: as for `relative_importance`, and so all but `streams` and `how`.
        columns: likewise.
        streams: the random stream of a block of 1,000 replicates, by its number.
        players: likewise.
        outcome: likewise; or a `Model`, for another measure of fit or another link.
        always: likewise.
        weights: likewise; a case drawn twice counts twice its weight.
        how: number and kind of resamples; 2,000 of cases if None. Kind and level of intervals
            are not used.

    Returns:
        Shares of resamples; nan where none could be computed, and for a predictor that does not
        vary.

    Raises:
        Fault: as `importance_resampled`.

    Source:
        Azen and Budescu (2003), The dominance analysis approach for comparing predictors in
        multiple regression, p. 140-142: D, its mean and standard error, and reproducibility.

    Differs:
        dominanceanalysis's `bootDominanceAnalysis` has the same figures but for chance (mDij,
        SE.Dij, Pij, Pji, Pnoij, Rep); ours also draws whole clusters.

    Example:
        >>> from consilience.base.seeds import stream
        >>> x = stream(1, "x").normal(size=(60, 2))
        >>> y = x @ [1.0, 0.2] + stream(1, "e").normal(size=60)
        >>> found = dominance_resampled(
        ...     y,
        ...     x,
        ...     streams=lambda block: stream(1, "b", block=block),
        ...     how=Resampling(replicates=500),
        ... )
        >>> float(found.complete.observed[0, 1]), bool(found.complete.same[0, 1] > 0.95)
        (1.0, True)
    """
    chosen = how or Resampling()
    cases = complete_cases(y, columns, players=players, always=always, weights=weights)
    model = check_model(outcome, players=len(cases.players))
    check_resampling(chosen, model.outcome)
    fits, warnings = subset_fits(cases, model)
    found = of_fits(cases, fits, model=model, warnings=warnings)
    count = len(cases.players)
    levels: list[list[Floats]] = [[np.empty((0, count, count))] for _ in range(3)]
    groups = clusters_of(chosen.clusters, cases)
    for each in drawn_fits(cases, model, groups, how=chosen, streams=streams):
        known = each.fits[~np.isnan(each.fits).any(axis=1)]
        levels[0].append(complete_dominance(known)[0])
        levels[1].append(dominance_matrix(by_size(known)))
        levels[2].append(dominance_matrix(general_dominance(known)[:, None, :]))
    complete, conditional, general = (np.concatenate(each) for each in levels)
    failed = chosen.replicates - len(general)
    told = (*cases.warnings, *warnings)
    if failed:
        told = (*told, Fault("STA-025", failed=failed, replicates=chosen.replicates))
    return ReproducedDominance(
        importance=found,
        complete=_reproduced(found.dominance.complete_matrix, complete),
        conditional=_reproduced(found.dominance.conditional_matrix, conditional),
        general=_reproduced(found.dominance.general_matrix, general),
        failed=failed,
        warnings=told,
    )


def _reproduced(observed: Floats, drawn: Floats) -> Reproduced:
    lost = observed * 0.0
    if not len(drawn):
        lost = np.full(observed.shape, np.nan)
        drawn = lost[None]
    alone = len(drawn) < 2
    return Reproduced(
        observed=observed,
        mean=drawn.mean(axis=0) + lost,
        sd=lost + (np.nan if alone else drawn.std(axis=0, ddof=1)),
        above=(drawn == 1).mean(axis=0) + lost,
        below=(drawn == 0).mean(axis=0) + lost,
        neither=(drawn == 0.5).mean(axis=0) + lost,
        same=(drawn == observed).mean(axis=0) + lost,
    )
