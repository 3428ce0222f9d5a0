"""Are profiles of the same unit more alike than profiles of different units?"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distance import INDICES, agency_pairs, centre, cross_congruence
from consilience.stats.resample import Permuted, Streams, mean_agreement, permutation_test
from consilience.stats.similarity import profile_similarity

Floats = NDArray[np.float64]

# Parts of `profile_similarity` by which profiles are compared; of distances less is more alike.
PARTS: Final = ("pearson", "double_entry_icc", "lin_ccc")
DISTANCES: Final = ("d2_mean", "mad", "elevation", "scatter", "shape")
MEASURES: Final = (*INDICES, *PARTS, *DISTANCES)

# How many numbers a block of units by units by items may hold.
BLOCK: Final = 2_000_000


def profiles_shuffled(
    values: ArrayLike,
    *,
    measure: str,
    permutations: int,
    streams: Streams,
    centring: str = "none",
    span: float | None = None,
) -> Permuted:
    """Do informants on the same unit resemble each other more than informants on other units?

    The first informant keeps its units; the profiles of every other one are shuffled over units,
    each on its own, and the mean over units of the mean over pairs of informants is taken anew.

    Args:
        values: (units, informants, items), nan where missing.
        measure: an index of `consilience.stats.distance`, in which nan drops out of a pair; or a
            part of `consilience.stats.similarity.profile_similarity`: `pearson`,
            `double_entry_icc`, `lin_ccc`, or the distances `d2_mean`, `mad`, `elevation`, `scatter`
            and `shape`, for which a pair with anything missing is undefined.
        permutations: how many shuffles; where there are no more arrangements than that, each is
            taken once and p is exact.
        streams: the random stream of a block of 1,000 shuffles, by its number.
        centring: `none`, `agency` or `agency-item`, what is taken out of the values first.
        span: highest less lowest possible answer, for the indices; that of the values if None.

    Returns:
        The mean similarity as it is against the shuffled ones; for a distance all figures are
        those of the distance, and p is the share of shuffles with so small a one.

    Raises:
        Fault: STA-001 for another measure, STA-002 unless there are three dimensions, CON-002
            for another centring.

    Source:
        Phipson and Smyth (2010), Permutation p-values should never be zero; Furr (2010), The
        double-entry intraclass correlation as an index of profile similarity, on why profiles of
        unrelated people correlate.

    Example:
        >>> from consilience.base.seeds import stream
        >>> same = np.arange(12.0).reshape(4, 1, 3) % 5 + np.zeros((1, 2, 1))
        >>> found = profiles_shuffled(
        ...     same, measure="mad", permutations=99, streams=lambda block: stream(1, "p")
        ... )
        >>> found.observed, found.exact, round(found.p, 4)
        (0.0, True, 0.0417)
    """
    if measure not in MEASURES:
        raise Fault("STA-001", what="measure", value=measure, known=", ".join(MEASURES))
    table = np.asarray(values, dtype=float)
    if table.ndim != 3:
        wanted = "(units, informants, items)"
        raise Fault("STA-002", what="values", shape=table.shape, wanted=wanted)
    table = centre(table, centring=centring)
    sign = -1.0 if measure in DISTANCES else 1.0
    found = permutation_test(
        mean_agreement(
            sign * similarity_matrices(table, measure=measure, span=span), _pairs(table)
        ),
        areas=table.shape[0],
        agencies=table.shape[1],
        permutations=permutations,
        streams=streams,
    )
    # Adding 0 turns the -0 of a distance that is nothing into 0.
    return replace(found, observed=sign * found.observed + 0.0, mean=sign * found.mean + 0.0)


def similarity_matrices(values: Floats, *, measure: str, span: float | None = None) -> Floats:
    """How alike is each unit, by one informant, to each unit by another?

    Args:
        values: (units, informants, items), nan where missing.
        measure: as for `profiles_shuffled`.
        span: likewise.

    Returns:
        (pairs, units, units): pair of informants, unit of its first, unit of its second.

    Example:
        >>> similarity_matrices(np.array([[[1.0, 2.0], [1.0, 4.0]]]), measure="mad").tolist()
        [[[1.0]]]
    """
    if measure in INDICES:
        known = values[~np.isnan(values)]
        width = span or (float(np.ptp(known)) if len(known) else 0.0) or 1.0
        return cross_congruence(values, index=measure, span=width)[0]
    units, _, items = values.shape
    found = np.empty((len(_pairs(values)), units, units))
    step = max(1, BLOCK // max(1, units * items))
    for place, (one, other) in enumerate(_pairs(values)):
        for start in range(0, units, step):
            rows = values[start : start + step, one]
            first, second = np.broadcast_arrays(rows[:, None], values[None, :, other])
            found[place, start : start + step] = profile_similarity(first, second)[measure]
    return found


def _pairs(values: Floats) -> NDArray[np.int64]:
    return agency_pairs(values.shape[1])
