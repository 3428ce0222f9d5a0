"""Which other sets are as good, or nearly, when not all sets can be compared?"""

from __future__ import annotations

import numpy as np

from consilience.stats.choice.chain import forbid, sum_model
from consilience.stats.choice.dispersion import all_apart
from consilience.stats.choice.diverse_choice import Limits
from consilience.stats.choice.diverse_problem import TIE, Instance, Integers
from consilience.stats.choice.enumerate_sets import enumerable
from consilience.stats.choice.gower import distances
from consilience.stats.choice.greatest_sum import Greatest, solve_cells
from consilience.stats.choice.pricing import Priced, restrict, survivors
from consilience.stats.choice.rank_sets import rank

STEPS = 12


def near_sums(
    instance: Instance, found: Greatest, *, share: float, listed: int, sets: int
) -> tuple[Integers, int, int, float] | None:
    """Return all sets whose sum of distances is near the greatest.

    Args:
        instance: the compiled problem.
        found: the set of greatest sum, with the bound that ruled units out.
        share: how much worse a set may be.
        listed: most sets to return.
        sets: most sets to compare.

    Returns:
        (k, m) positions in the pool, the best first; how many sets lie within the share; how
        many tie with the best; and the share that could be searched in full, `share` or less.
        None if not even the ties could be.
    """
    priced = found.priced
    if priced is None:
        return None
    pool = _searchable(instance, priced, found.total, share, sets)
    if pool is not None:
        return _ranked(instance, pool, share, listed)
    low, high = 0.0, share
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _searchable(instance, priced, found.total, middle, sets) is None:
            high = middle
        else:
            low = middle
    pool = _searchable(instance, priced, found.total, low, sets)
    return None if pool is None else _ranked(instance, pool, low, listed)


def _searchable(
    instance: Instance, priced: Priced, total: float, share: float, sets: int
) -> Integers | None:
    pool = survivors(instance, priced, total * (1 - share))
    return pool if enumerable(restrict(instance, pool), sets=sets) else None


def _ranked(
    instance: Instance, pool: Integers, share: float, listed: int
) -> tuple[Integers, int, int, float]:
    part = restrict(instance, pool)
    ranking = rank(part, objective="max-sum", share=share, listed=listed)
    return pool[ranking.near], ranking.count, ranking.optimal, share


def near_apart(
    instance: Instance, *, apart: float, total: float, allowed: float, nodes: int
) -> tuple[Integers, bool]:
    """Return the sets with all pairs at least so far apart and at least such a sum.

    Args:
        instance: the compiled problem.
        apart: least distance of a pair.
        total: least sum of distances.
        allowed: greatest weighted shortfall of the quotas.
        nodes: most nodes of the search.

    Returns:
        (k, m) positions in the pool, and whether these are all.
    """
    sets, complete = all_apart(instance, apart=apart, allowed=allowed, nodes=nodes)
    if not len(sets):
        return sets, complete
    return sets[sums(instance, sets) >= total - TIE], complete


def sums(instance: Instance, sets: Integers) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the sum of distances of each set.

    Args:
        instance: the compiled problem.
        sets: (k, m) positions in the pool.

    Returns:
        (k,) sums of the distances of all pairs.
    """
    pool, place = np.unique(sets, return_inverse=True)
    matrix = distances(instance, pool, pool)
    place = place.reshape(sets.shape)
    total = np.zeros(len(sets))
    for first in range(sets.shape[1]):
        for second in range(first + 1, sets.shape[1]):
            total += matrix[place[:, first], place[:, second]]
    return total


def solve_again(
    instance: Instance, found: Greatest, *, share: float, allowed: float, limits: Limits
) -> list[Integers]:
    """Return the next best sets by sum, found by forbidding each in turn.

    Args:
        instance: the compiled problem.
        found: the set of greatest sum.
        share: how much worse a set may be.
        allowed: greatest weighted shortfall of the quotas.
        limits: `solved` sets are looked for, each within `seconds`.

    Returns:
        (m,) positions in the pool of each, the best first; units that are alike count once.
    """
    if found.priced is None or found.chosen is None:
        return []
    floor = found.total * (1 - share)
    pool = survivors(instance, found.priced, floor)
    part = restrict(instance, pool)
    model = sum_model(part, allowed=allowed)
    last = np.searchsorted(pool, found.chosen)
    taken = []
    for _ in range(limits.solved):
        forbid(model, part, last)
        solution, members = solve_cells(model, part, seconds=limits.seconds)
        if members is None or not solution.optimal or solution.value < floor - TIE:
            break
        taken.append(pool[members])
        last = members
    return taken
