"""How congruent is each area, for a given index, centring and level?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.congruence.answers import Booleans, Floats, Profiles
from consilience.stats.distance import centre, congruence, cross_congruence
from consilience.stats.resample import (
    Permuted,
    Streams,
    mean_agreement,
    mean_of_areas,
    permutation_test,
)

# Above so many areas the matrices of areas by areas would not fit; shuffles are then worked
# out one at a time.
MATRIX_AREAS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The decisions that turn answers into congruence.

    Args:
        index: a name of `consilience.stats.distance.INDICES`.
        centring: a name of `CENTRINGS` there.
        level: `items`, or `constructs`: the means of the constructs are compared.
        min_items: share 0-1 of the items put to both agencies of a pair that both must have
            answered; at level `constructs` also the share of a construct's items that an agency
            must have answered to have a mean on it.
    """

    index: str
    centring: str
    level: str
    min_items: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """What is compared: items, or means of constructs, already centred.

    Args:
        values: ([replicates,] areas, agencies, columns), nan where missing.
        weights: (columns,) or (replicates, columns) weights in the total.
        asked: (agencies, columns).
        members: (constructs, columns) 1 where the column belongs to the construct.
    """

    values: Floats
    weights: Floats
    asked: Booleans
    members: Floats


def compared(
    profiles: Profiles,
    choice: Choice,
    *,
    drawn: Floats | None = None,
    values: Floats | None = None,
) -> Compared:
    """What is compared under a choice?

    Args:
        profiles: the answers.
        choice: level, centring and share of items.
        drawn: (replicates, rows) how often each row counts; once if None.
        values: answers in place of those of the profiles, (areas, agencies, rows) or with
            replicates in front.

    Returns:
        Values and weights; with replicates in front where `drawn` or `values` has them and it
        makes a difference.
    """
    answers = profiles.values if values is None else values
    weights, asked, members = profiles.row_weights, profiles.asked, profiles.members
    if drawn is not None:
        weights = weights * drawn
    if choice.level == "constructs":
        answers = _means(profiles, answers, choice.min_items, drawn)
        weights, members = profiles.weights, np.eye(len(profiles.constructs))
        asked = (profiles.asked @ profiles.members.T) > 0
    centred = centre(answers, centring=choice.centring, weights=weights)
    return Compared(values=centred, weights=weights, asked=asked, members=members)


def area_congruence(
    profiles: Profiles,
    choice: Choice,
    *,
    drawn: Floats | None = None,
    values: Floats | None = None,
) -> Floats:
    """How congruent is each area over all constructs?

    Args:
        profiles: the answers.
        choice: how.
        drawn: as for `compared`.
        values: likewise.

    Returns:
        (areas,) or (replicates, areas), 0 to 1; nan where undefined. Of replicates of `drawn`,
        `min_items` is not asked again.
    """
    what = compared(profiles, choice, drawn=drawn, values=values)
    return congruence(
        what.values,
        index=choice.index,
        weights=what.weights,
        asked=what.asked,
        min_items=0.0 if drawn is not None else choice.min_items,
    )


def construct_congruence(profiles: Profiles, choice: Choice) -> Floats:
    """How congruent is each area on each construct, and in total?

    Returns:
        (constructs + 1, areas), the total last.
    """
    what = compared(profiles, choice)
    each = [
        congruence(
            what.values,
            index=choice.index,
            weights=weights,
            asked=what.asked & (weights > 0),
            min_items=choice.min_items,
        )
        for weights in (*what.members, what.weights)
    ]
    return np.array(each)


def shuffled_congruence(
    profiles: Profiles, choice: Choice, *, permutations: int, streams: tuple[Streams, ...]
) -> list[Permuted]:
    """Do agencies of the same area agree more than agencies of different areas?

    Args:
        profiles: the answers.
        choice: how.
        permutations: how many shuffles.
        streams: the random streams of each construct, the total last.

    Returns:
        One result a construct, the total last.
    """
    what = compared(profiles, choice)
    found = []
    for weights, stream in zip((*what.members, what.weights), streams, strict=True):
        arguments: dict[str, Any] = {
            "index": choice.index,
            "weights": weights,
            "asked": what.asked & (weights > 0),
            "min_items": choice.min_items,
        }
        if len(profiles.areas) <= MATRIX_AREAS:
            statistic = mean_agreement(*cross_congruence(what.values, **arguments))
        else:
            statistic = _one_by_one(what.values, arguments)
        found.append(
            permutation_test(
                statistic,
                areas=len(profiles.areas),
                agencies=len(profiles.agencies),
                permutations=permutations,
                streams=stream,
            )
        )
    return found


def _one_by_one(values: Floats, arguments: dict[str, Any]) -> Callable[[NDArray[np.int64]], Floats]:
    agencies = np.arange(values.shape[1])[:, None]

    def statistic(shuffle: NDArray[np.int64]) -> Floats:
        each = [
            congruence(values[areas, agencies].swapaxes(0, 1), **arguments) for areas in shuffle
        ]
        return mean_of_areas(np.array(each))

    return statistic


def _means(profiles: Profiles, answers: Floats, share: float, drawn: Floats | None) -> Floats:
    """Return the means of constructs, nan where too few of the items asked were answered."""
    known = ~np.isnan(answers)
    members = profiles.members.T
    counted = members if drawn is None else drawn[..., None] * members
    flat = (*answers.shape[:-3], -1, answers.shape[-1])
    sums = np.where(known, answers, 0.0).reshape(flat) @ counted
    counts = known.reshape(flat).astype(float) @ counted
    shape = (*sums.shape[:-2], *answers.shape[-3:-1], members.shape[1])
    enough = known.astype(float) @ members >= share * (profiles.asked.astype(float) @ members)
    sums, counts = sums.reshape(shape), counts.reshape(shape)
    fit = (counts > 0) & enough
    means: Floats = np.divide(sums, counts, out=np.full(shape, np.nan), where=fit)
    return means
