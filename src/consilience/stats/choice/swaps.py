"""How good would a set be with one unit swapped, and where do such swaps lead?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.stats.choice.diverse_problem import TIE, Booleans, Floats, Instance, Integers
from consilience.stats.choice.gower import distances, key, price


@dataclass(frozen=True, slots=True)
class Swap:
    """What a set would be with each candidate in one place.

    Args:
        missed: (n,) weighted shortfall of the quotas.
        total: (n,) sum of the distances of all pairs.
        smallest: (n,) smallest distance of a pair.
        allowed: (n,) whether the unit may take the place (same group, not chosen).
    """

    missed: Floats
    total: Floats
    smallest: Floats
    allowed: Booleans


def try_swaps(instance: Instance, chosen: Integers, place: int, *, reach: Floats) -> Swap:
    """Return what the set would be with each unit of the pool in one place.

    Args:
        instance: the compiled problem.
        chosen: (m,) positions in the pool.
        place: which of the m is swapped.
        reach: (m, n) distances of the chosen to the pool.

    Returns:
        The parts of the objective after the swap.
    """
    others = np.delete(np.arange(len(chosen)), place)
    rest = chosen[others]
    pairs = reach[np.ix_(others, rest)][np.triu_indices(len(rest), 1)]
    near = reach[others].min(axis=0, initial=np.inf)
    counts = instance.masks[:, rest].sum(axis=1)[:, None] + instance.masks
    allowed = instance.group == instance.group[chosen[place]]
    allowed[chosen] = False
    return Swap(
        missed=price(instance, counts),
        total=pairs.sum() + reach[others].sum(axis=0),
        smallest=np.minimum(pairs.min(initial=np.inf), near),
        allowed=allowed,
    )


def improve(instance: Instance, chosen: Integers, *, objective: str, passes: int = 50) -> Integers:
    """Return the set that the best single swaps lead to.

    Args:
        instance: the compiled problem.
        chosen: (m,) positions in the pool of a set that keeps numbers per group and pins.
        objective: `max-sum`, `max-min` or `lexicographic`.
        passes: most rounds through the places.

    Returns:
        (m,) a set that no single swap improves, ascending.
    """
    current = chosen.copy()
    reach = distances(instance, current, np.arange(len(instance.units)))
    fixed = np.isin(current, instance.pins)
    for _ in range(passes):
        moved = False
        for place in np.flatnonzero(~fixed):
            unit = _better(instance, current, int(place), reach, objective)
            if unit is not None:
                current[place] = unit
                reach[place] = distances(
                    instance, np.array([unit]), np.arange(len(instance.units))
                )[0]
                moved = True
        if not moved:
            break
    return np.sort(current)


def _better(
    instance: Instance, current: Integers, place: int, reach: Floats, objective: str
) -> int | None:
    swap = try_swaps(instance, current, place, reach=reach)
    own = current[place]
    # To spread max-min sets at all, ties of the smallest distance go by the sum.
    first, second = (
        (swap.total, swap.smallest) if objective == "max-sum" else (swap.smallest, swap.total)
    )
    at = np.flatnonzero(swap.allowed)
    for part in (-swap.missed, first, second):
        if not len(at):
            return None
        at = at[part[at] >= part[at].max() - TIE]
        if part[at[0]] > part[own] + TIE:
            return int(at[0])
        if part[at[0]] < part[own] - TIE:
            return None
    return None


def greedy(instance: Instance, *, first: int | None = None) -> Integers:
    """Return a set built one unit at a time, each as far as can be from those before.

    Args:
        instance: the compiled problem.
        first: position in the pool of the unit to begin with; None: no matter.

    Returns:
        (m,) positions in the pool; numbers per group and pins hold, quotas may not.
    """
    need = instance.need - np.bincount(instance.group[instance.pins], minlength=len(instance.need))
    chosen = [int(unit) for unit in instance.pins]
    far = np.zeros(len(instance.units))
    every = np.arange(len(instance.units))
    for unit in chosen:
        far += distances(instance, np.array([unit]), every)[0]
    blocked = np.zeros(len(instance.units), dtype=bool)
    blocked[chosen] = True
    while len(chosen) < instance.size:
        open_units = ~blocked & (need[instance.group] > 0)
        if first is not None and open_units[first]:
            unit, first = first, None
        else:
            unit = int(np.argmax(np.where(open_units, far, -1.0)))
        chosen.append(unit)
        blocked[unit] = True
        need[instance.group[unit]] -= 1
        far += distances(instance, np.array([unit]), every)[0]
    return np.sort(np.array(chosen, dtype=np.int64))


def search(instance: Instance, *, objective: str, starts: int) -> Integers:
    """Return the best set of several greedy starts, each improved by swaps.

    Args:
        instance: the compiled problem.
        objective: `max-sum`, `max-min` or `lexicographic`.
        starts: how many starts besides the plain one.

    Returns:
        (m,) positions in the pool, ascending.
    """
    begins = np.unique(np.linspace(0, len(instance.units) - 1, max(starts, 1)).astype(np.int64))
    sets = [greedy(instance), *(greedy(instance, first=int(unit)) for unit in begins)]
    found = [improve(instance, chosen, objective=objective) for chosen in sets]
    return max(found, key=lambda one: key(instance, one, objective=objective))
