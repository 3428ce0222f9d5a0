"""Which set has the greatest sum of distances, proved, among thousands of units?

Bound and prices first (`pricing`), then a good set among the few units that cost least, then
all units go that can be in no better set; what is left is compared in full or solved as a
mixed-integer programme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.stats.choice.chain import Model, forbid, sum_model
from consilience.stats.choice.diverse_choice import Limits
from consilience.stats.choice.diverse_problem import TIE, Booleans, Floats, Instance, Integers
from consilience.stats.choice.enumerate_sets import enumerable
from consilience.stats.choice.gower import distances, measure, shortfall
from consilience.stats.choice.integer_programme import INFINITE, Solution, solve
from consilience.stats.choice.pricing import Priced, price_units, restrict, survivors
from consilience.stats.choice.rank_sets import best_apart
from consilience.stats.choice.swaps import improve, search

# Sets compared to find a good one before units are ruled out: a tenth of a second.
CORE = 300_000
# Cells up to which all pairs that are too near are forbidden at once; beyond, as they turn up.
COVERED = 500
# How far a sum may fall short in a programme, as a share of its greatest coefficient; ten times
# the tolerance of the solver. Sums are compared exactly afterwards.
SLACK = 1e-5
# Most solves for the score; each but the last rules out at least one set that looked better.
AGAIN = 200


@dataclass(frozen=True, slots=True)
class Greatest:
    """The set of greatest sum.

    Args:
        chosen: (m,) positions in the pool; None if no set meets the conditions.
        total: its sum of distances.
        bound: no set that meets the conditions has a greater sum.
        optimal: whether it is proved that none is better.
        method: `enumeration` or `mixed-integer`.
        examined: sets or nodes.
        priced: the bound by which units were ruled out.
        settled: whether it is proved that no set as good has a greater score; True without.
    """

    chosen: Integers | None
    total: float
    bound: float
    optimal: bool
    method: str
    examined: int
    priced: Priced | None
    settled: bool = True


def greatest_sum(
    instance: Instance,
    *,
    allowed: float,
    limits: Limits,
    apart: float = 0.0,
    start: Integers | None = None,
) -> Greatest:
    """Return the set with the greatest sum of distances.

    Args:
        instance: the compiled problem.
        allowed: greatest weighted shortfall of the quotas.
        limits: how much work it may cost.
        apart: all pairs must be at least so far apart.
        start: (m,) positions in the pool of a set that meets all this, if one is known.

    Returns:
        The set with its proof.
    """
    known = start
    if known is None:
        known = search(instance, objective="max-sum", starts=10)
    floor = _value(instance, known, allowed, apart)
    priced = price_units(
        instance, known=known, allowed=allowed, floor=floor, seconds=limits.seconds
    )
    known, floor = _polish(instance, priced, known, floor, allowed, apart)
    if floor == -INFINITE and apart <= 0.0:
        known, floor = _feasible(instance, priced, known, allowed, limits)
    pool = survivors(instance, priced, floor)
    part = restrict(instance, pool)
    if enumerable(part, sets=limits.sets):
        found, examined = best_apart(part, allowed=allowed, apart=apart)
        if found is None:
            return Greatest(
                None, -INFINITE, priced.bound, True, "relaxation + enumeration", examined, priced
            )
        chosen = pool[found]
        total = measure(instance, chosen)[0]
        return Greatest(chosen, total, total, True, "relaxation + enumeration", examined, priced)
    begin = None if floor == -INFINITE else np.searchsorted(pool, known)
    return _solve(instance, part, pool, allowed, apart, limits, begin, priced)


def _value(instance: Instance, chosen: Integers, allowed: float, apart: float) -> float:
    total, smallest = measure(instance, chosen)
    kept = shortfall(instance, chosen) <= allowed + TIE and smallest >= apart - TIE
    return total if kept else -INFINITE


def _polish(
    instance: Instance, priced: Priced, known: Integers, floor: float, allowed: float, apart: float
) -> tuple[Integers, float]:
    """Return the best set among the units that cost the bound least, if it is better."""
    part = _core(instance, priced)
    found, _ = best_apart(restrict(instance, part), allowed=allowed, apart=apart)
    if found is None:
        return known, floor
    better = part[found]
    if apart == 0.0:
        better = improve(instance, better, objective="max-sum")
    value = _value(instance, better, allowed, apart)
    return (better, value) if value > floor else (known, floor)


def _feasible(
    instance: Instance, priced: Priced, known: Integers, allowed: float, limits: Limits
) -> tuple[Integers, float]:
    """Return a set within the shortfall; units of one group and the same kinds are alike here."""
    kinds = np.column_stack((instance.group, instance.masks.T.astype(np.int64)))
    kind = np.unique(kinds, axis=0, return_inverse=True)[1].ravel()
    order = np.lexsort((priced.loss, kind))
    rank = np.arange(len(order)) - np.searchsorted(kind[order], kind[order])
    pool = np.union1d(order[rank < instance.size], instance.pins)
    part = restrict(instance, pool)
    if len(pool) == len(order):
        return known, -INFINITE
    found = solve_cells(sum_model(part, allowed=allowed), part, seconds=limits.seconds)[1]
    if found is None:
        return known, -INFINITE
    return pool[found], _value(instance, pool[found], allowed, 0.0)


def _core(instance: Instance, priced: Priced) -> Integers:
    """Return the units that cost least, as many as can be compared in a moment."""
    order = np.argsort(priced.loss, kind="stable")
    must = np.zeros(len(order), dtype=bool)
    must[instance.pins] = True
    for code, need in enumerate(instance.need):
        own = order[instance.group[order] == code]
        must[own[: int(need)]] = True
    low, high = 0, len(order)
    while low < high:
        middle = (low + high + 1) // 2
        stay = must.copy()
        stay[order[:middle]] = True
        if enumerable(restrict(instance, np.flatnonzero(stay)), sets=CORE):
            low = middle
        else:
            high = middle - 1
    must[order[:low]] = True
    return np.flatnonzero(must)


def _solve(
    instance: Instance,
    part: Instance,
    pool: Integers,
    allowed: float,
    apart: float,
    limits: Limits,
    begin: Integers | None,
    priced: Priced,
) -> Greatest:
    model = sum_model(part, allowed=allowed)
    if apart > 0.0 and len(model.take) <= COVERED:
        _cover_conflicts(model, part, apart)
    nodes = 0
    while True:
        solution, found = solve_cells(model, part, seconds=limits.seconds, start=begin)
        nodes += solution.nodes
        if found is None:
            none = not solution.feasible
            bound = -INFINITE if none else priced.bound
            return Greatest(
                None, -INFINITE, bound, none, "relaxation + mixed-integer", nodes, priced
            )
        if apart <= 0.0 or not _add_conflicts(model, part, found, apart):
            break
    settled = not instance.scored
    if instance.scored and solution.optimal:
        total = _hold_sum(model, part, found)
        found, settled = _by_score(model, part, found, total, apart, limits.seconds)
    chosen = pool[found]
    total = measure(instance, chosen)[0]
    bound = total if solution.optimal else max(total, min(solution.bound, priced.bound))
    method = "relaxation + mixed-integer"
    return Greatest(chosen, total, bound, solution.optimal, method, nodes, priced, settled)


def greatest_score(
    instance: Instance, *, apart: float, allowed: float, limits: Limits, start: Integers
) -> tuple[Integers, bool]:
    """Return the set of greatest score among those whose pairs are all so far apart.

    Args:
        instance: the compiled problem.
        apart: least distance of a pair.
        allowed: greatest weighted shortfall of the quotas.
        limits: how much work it may cost.
        start: (m,) positions in the pool of a set that meets all this.

    Returns:
        (m,) positions in the pool, and whether it is proved that no such set scores more.
    """
    if enumerable(instance, sets=limits.sets):
        found, _ = best_apart(instance, allowed=allowed, apart=apart, parts=("score",))
        return (start, False) if found is None else (found, True)
    model = sum_model(instance, allowed=allowed)
    if len(model.take) <= COVERED:
        _cover_conflicts(model, instance, apart)
    return _by_score(model, instance, start, -INFINITE, apart, limits.seconds)


def _hold_sum(model: Model, instance: Instance, found: Integers) -> float:
    """Let no set fall below the sum of one; return that sum."""
    total = measure(instance, found)[0]
    cost = np.concatenate(model.programme.cost)
    columns = np.flatnonzero(cost)
    if len(columns):
        # In units of its greatest coefficient: the solver's tolerances are absolute.
        unit = float(np.abs(cost).max())
        low = total / unit - SLACK
        model.programme.add_row(columns, cost[columns] / unit, low=low, high=INFINITE)
    return total


def _by_score(
    model: Model, instance: Instance, found: Integers, total: float, apart: float, seconds: float
) -> tuple[Integers, bool]:
    """Return the set of greatest score among those of a sum, and whether it is proved.

    The solver takes rows to hold if they are missed by a millionth, so a set that it finds may
    fall short of the sum, or have pairs too near; such a set is forbidden and the programme
    solved again, until its best set is one that keeps all in full.
    """
    if not _price_scores(model, instance):
        return found, True
    for _ in range(AGAIN):
        solution, second = solve_cells(model, instance, seconds=seconds, start=found)
        if second is None or not solution.optimal:
            return found, False
        if apart > 0.0 and _add_conflicts(model, instance, second, apart):
            continue
        # Greater, within the gap to which the sum was solved, is as good a reason to take it.
        if measure(instance, second)[0] >= total - TIE:
            return second, True
        forbid(model, instance, second)
    return found, False


def _price_scores(model: Model, instance: Instance) -> bool:
    """Let the programme maximise the score, as shares of its range; False if all are equal."""
    score = instance.score[model.cells.first]
    low, span = float(score.min()), float(np.ptp(score))
    by_score = np.zeros(model.programme.columns)
    by_score[model.take] = (score - low) / (span or 1.0)
    model.programme.cost = [by_score]
    return span > 0.0


def solve_cells(
    model: Model, instance: Instance, *, seconds: float, start: Integers | None = None
) -> tuple[Solution, Integers | None]:
    """Solve a model of the chain form.

    Args:
        model: from `sum_model`, with what was added.
        instance: the instance it was made from.
        seconds: time limit.
        start: (m,) positions in the pool of a set that is known to be allowed.

    Returns:
        The solution and (m,) positions in the pool of its set.
    """
    begin = None
    if start is not None:
        counts = np.bincount(model.cells.cell[start], minlength=len(model.take))
        begin = (model.take, counts.astype(float))
    solution = solve(model.programme, seconds=seconds, start=begin)
    if solution.values is None:
        return solution, None
    taken = np.rint(solution.values[model.take]).astype(np.int64)
    return solution, model.cells.members(instance, taken)


def _add_conflicts(model: Model, instance: Instance, found: Integers, apart: float) -> bool:
    """Forbid the pairs of a set that are too near, each with all that are near to both."""
    near = distances(instance, found, found) < apart - TIE
    first, second = np.nonzero(np.triu(near, 1))
    matrix: Floats = distances(instance, model.cells.first, model.cells.first)
    for one, other in zip(first, second, strict=True):
        clique = _grow(matrix < apart - TIE, *model.cells.cell[found[[one, other]]])
        columns = model.take[clique]
        model.programme.add_row(columns, np.ones(len(columns)), low=-INFINITE, high=1.0)
    return bool(len(first))


def _cover_conflicts(model: Model, instance: Instance, apart: float) -> None:
    """Forbid all pairs that are too near, by few rows of many cells."""
    matrix: Floats = distances(instance, model.cells.first, model.cells.first)
    near = matrix < apart - TIE
    left = np.triu(near, 1)
    while left.any():
        one, other = np.unravel_index(int(left.argmax()), left.shape)
        clique = _grow(near, int(one), int(other))
        left[np.ix_(clique, clique)] = False
        columns = model.take[clique]
        model.programme.add_row(columns, np.ones(len(columns)), low=-INFINITE, high=1.0)


def _grow(near: Booleans, one: int, other: int) -> Integers:
    """Return cells that are all too near to each other, two given ones among them."""
    clique = [one] if one == other else [one, other]
    candidates = near[one] & near[other]
    candidates[clique] = False
    while candidates.any():
        there = np.flatnonzero(candidates)
        degree = near[np.ix_(there, there)].sum(axis=1)
        chosen = int(there[np.argmax(degree)])
        clique.append(chosen)
        candidates &= near[chosen]
        candidates[chosen] = False
    return np.array(sorted(clique))
