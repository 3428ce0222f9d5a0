"""Which units can be in no better set? A bound that lets all but a few of thousands go.

Any price per count (a value of each level and place on each attribute, and of each quota)
gives a bound on the sum of distances of all sets (Lagrangian relaxation of the chain form):
the best total value of units, plus the most that the counts can add. Prices come from the
linear relaxation over a few hundred units; between their values on an ordered attribute they
run on linearly, so the bound holds for all units, rounding and tolerance of the solver apart.
A unit whose forced entry brings the bound below a known set is in no better set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from consilience.stats.choice.chain import Model, sum_model
from consilience.stats.choice.diverse_problem import Floats, Instance, Integers
from consilience.stats.choice.integer_programme import row_prices

ROUNDS = 40
# A few times what ten units of distance lose by rounding; far below any tie.
SAFE = 1e-8


@dataclass(frozen=True, slots=True)
class Priced:
    """A bound and how much each unit lowers it.

    Args:
        bound: no set has a greater sum of distances.
        loss: (n,) by how much at least the bound falls if the unit must be in.
    """

    bound: float
    loss: Floats


def restrict(instance: Instance, pool: Integers) -> Instance:
    """Return the instance with fewer units.

    Args:
        instance: the compiled problem.
        pool: (k,) positions in the pool to keep, ascending, all pins among them.

    Returns:
        The smaller instance; `units` still name the units of the problem.
    """
    return replace(
        instance,
        units=instance.units[pool],
        codes=instance.codes[pool],
        scaled=instance.scaled[pool],
        group=instance.group[pool],
        masks=instance.masks[:, pool],
        pins=np.searchsorted(pool, instance.pins),
        score=instance.score[pool],
    )


def price_units(
    instance: Instance, *, known: Integers, allowed: float, floor: float, seconds: float
) -> Priced:
    """Return a bound on the sum of distances, and what each unit costs it.

    Args:
        instance: the compiled problem.
        known: (k,) positions in the pool of units to begin with (of good sets).
        allowed: greatest weighted shortfall of the quotas.
        floor: sum of distances of a known set; better prices than needed are not sought.
        seconds: time limit of one linear programme.

    Returns:
        The best bound found, with its losses.
    """
    pool = _seeds(instance, known)
    best: Priced | None = None
    stale = 0
    for _ in range(ROUNDS):
        part = restrict(instance, pool)
        model = sum_model(part, allowed=allowed)
        prices = -row_prices(model.programme, seconds=seconds)
        priced, value = _bound(instance, model, prices, allowed)
        stale = stale + 1 if best is not None and priced.bound > best.bound - 1e-4 else 0
        if best is None or priced.bound < best.bound:
            best = priced
        wanted = _wanted(instance, value, pool)
        if not len(wanted) or stale > 2 or best.bound <= floor:
            break
        pool = np.union1d(pool, wanted)
    assert best is not None
    return best


def _seeds(instance: Instance, known: Integers) -> Integers:
    """Return units that touch every level and end, and some of every group."""
    picked = [known, instance.pins]
    picked.extend(np.unique(column, return_index=True)[1] for column in instance.codes.T)
    picked.extend(np.array([column.argmin(), column.argmax()]) for column in instance.scaled.T)
    for code, need in enumerate(instance.need):
        there = np.flatnonzero(instance.group == code)
        count = min(len(there), max(40, 4 * int(need)))
        picked.append(there[np.linspace(0, len(there) - 1, count).astype(np.int64)])
        if len(there):
            picked.append(there[: int(need)])
    picked.extend(np.flatnonzero(mask)[:20] for mask in instance.masks)
    return np.unique(np.concatenate(picked)).astype(np.int64)


def _wanted(instance: Instance, value: Floats, pool: Integers) -> Integers:
    """Return the units outside worth more than the pool's own, the best of each group."""
    inside = np.zeros(len(value), dtype=bool)
    inside[pool] = True
    chosen = []
    for code, need in enumerate(instance.need):
        there = instance.group == code
        own = value[there & inside]
        if need == 0 or len(own) < need:
            continue
        paid = np.partition(own, len(own) - need)[len(own) - need]
        better = np.flatnonzero(there & ~inside & (value > paid + 1e-6))
        chosen.append(better[np.argsort(-value[better], kind="stable")[:25]])
    return np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)


def _bound(
    instance: Instance, model: Model, prices: Floats, allowed: float
) -> tuple[Priced, Floats]:
    size = instance.size
    value, bound = np.zeros(len(instance.units)), 0.0
    steps = np.arange(size + 1.0)
    curve = steps * (size - steps)
    for position, (row, levels) in enumerate(model.nominal):
        paid = prices[row : row + len(levels)]
        value += paid[np.searchsorted(levels, instance.codes[:, position])]
        half = instance.weights[position] / 2
        bound += float((half * curve - paid[:, None] * steps).max(axis=1).sum())
    for position, (row, ends) in enumerate(model.ordered):
        paid = np.append(prices[row : row + len(ends) - 1], 0.0)
        value += np.interp(instance.scaled[:, position], ends, paid)
        gaps, falls = np.diff(ends), -np.diff(paid)
        bound += float((gaps[:, None] * curve - falls[:, None] * steps).max(axis=1).sum())
    if model.quotas >= 0:
        paid = prices[model.quotas : model.quotas + len(instance.quotas)]
        value += paid @ instance.masks
        high = np.minimum(instance.high, size)
        bound += float(np.maximum(-paid * instance.low, -paid * high).sum())
        bound += allowed * float(np.abs(paid / instance.penalty).max())
    return _best_of_groups(instance, value, bound), value


def _best_of_groups(instance: Instance, value: Floats, bound: float) -> Priced:
    loss = np.zeros(len(value))
    pinned = np.zeros(len(value), dtype=bool)
    pinned[instance.pins] = True
    bound += float(value[pinned].sum())
    for code, need in enumerate(instance.need):
        there = np.flatnonzero((instance.group == code) & ~pinned)
        left = int(need) - int(np.count_nonzero(pinned & (instance.group == code)))
        if left == 0:
            loss[there] = np.inf
            continue
        top = np.partition(value[there], len(there) - left)[len(there) - left :]
        bound += float(top.sum())
        loss[there] = np.maximum(top.min() - value[there], 0.0)
    return Priced(bound + SAFE, loss)


def survivors(instance: Instance, priced: Priced, floor: float) -> Integers:
    """Return the units that may be in a set of at least a given sum.

    Args:
        instance: the compiled problem.
        priced: bound and losses.
        floor: the sum of distances.

    Returns:
        (k,) positions in the pool, ascending; pins always stay.
    """
    stay = priced.bound - priced.loss >= floor - SAFE
    stay[instance.pins] = True
    return np.flatnonzero(stay)
