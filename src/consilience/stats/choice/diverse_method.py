"""By which method is a problem of a given size solved, and what does the method prove?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.base.errors import Fault
from consilience.stats.choice.dispersion import Widest, reachable, widest
from consilience.stats.choice.diverse_choice import Limits, Proof
from consilience.stats.choice.diverse_problem import TIE, Instance, Integers
from consilience.stats.choice.gower import key, measure, shortfall
from consilience.stats.choice.greatest_sum import Greatest, greatest_score, greatest_sum
from consilience.stats.choice.near_sets import near_apart, near_sums, solve_again, sums
from consilience.stats.choice.pricing import restrict
from consilience.stats.choice.quota_shortfall import least_shortfall
from consilience.stats.choice.rank_sets import rank
from consilience.stats.choice.swaps import improve, search


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A best set in the pool with its proof and its near-optimal neighbours."""

    chosen: Integers
    proof: Proof
    near: Integers
    count: int | None
    optimal: int | None
    share: float
    note: str


def compare_all(instance: Instance, objective: str, share: float, limits: Limits) -> Found:
    """Return the best set of a problem whose sets can all be compared.

    Args:
        instance: the compiled problem.
        objective: `max-sum`, `max-min` or `lexicographic`.
        share: how much worse a near-optimal set may be.
        limits: how much work it may cost.

    Returns:
        The set with its proof and neighbours.
    """
    ranking = rank(instance, objective=objective, share=share, listed=limits.listed)
    value = _first(instance, ranking.best, objective)
    return Found(
        chosen=ranking.best,
        proof=Proof(
            method="enumeration",
            optimal=True,
            examined=ranking.examined,
            bound=value,
            gap=0.0,
            of=_name(objective),
        ),
        near=ranking.near,
        count=ranking.count,
        optimal=ranking.optimal,
        share=share,
        note=_cut(len(ranking.near), ranking.count),
    )


def _first(instance: Instance, chosen: Integers, objective: str) -> float:
    total, smallest = measure(instance, chosen)
    return total if objective == "max-sum" else smallest


def _name(objective: str) -> str:
    return "total" if objective == "max-sum" else "smallest"


def _cut(listed: int, count: int) -> str:
    return "" if listed == count else f"the best {listed} of {count} sets are listed"


def search_large(instance: Instance, objective: str, share: float, limits: Limits) -> Found:
    """Return the best set of a problem with too many sets to compare.

    Args:
        instance: the compiled problem.
        objective: `max-sum`, `max-min` or `lexicographic`.
        share: how much worse a near-optimal set may be.
        limits: how much work it may cost.

    Returns:
        The set with its proof and neighbours.

    Raises:
        Fault: SEL-010 if a time limit was reached before any set was found.
    """
    allowed = least_shortfall(instance)
    if objective == "max-sum":
        return _sum(instance, share, allowed, limits)
    start = search(instance, objective=objective, starts=20)
    if shortfall(instance, start) > allowed + TIE:
        start = _any_set(instance, allowed, limits)
    wide = widest(instance, start=start, allowed=allowed, nodes=limits.nodes)
    near = near_apart(
        instance,
        apart=wide.smallest * (1 - share),
        total=0.0,
        allowed=allowed,
        nodes=limits.clique_sets,
    )
    settle = _widest if objective == "max-min" else _lexicographic
    return settle(instance, wide, near, share, allowed, limits)


def _any_set(instance: Instance, allowed: float, limits: Limits) -> Integers:
    found = greatest_sum(instance, allowed=allowed, limits=limits)
    if found.chosen is None:
        raise Fault("SEL-010", seconds=limits.seconds)
    better = improve(instance, found.chosen, objective="max-min")
    return better if shortfall(instance, better) <= allowed + TIE else found.chosen


def _ordered(instance: Instance, sets: Integers, objective: str) -> Integers:
    """Return sets from best to worst; of several that are best the lowest units first."""
    keys = np.array([key(instance, one, objective=objective) for one in sets])
    best = np.ones(len(sets), dtype=bool)
    for column in keys.T:
        # Equal values can round to neighbouring multiples of the tie width.
        best &= column >= column[best].max() - 1.5 * TIE
    by_key = np.where(best, 0.0, -keys.T)[::-1]
    return sets[np.lexsort((*sets.T[::-1], *by_key, ~best))]


def _proof(wide: Widest, method: str, best: Greatest | None = None) -> Proof:
    nodes = wide.examined + (best.examined if best else 0)
    if wide.optimal and best is not None and not best.optimal:
        gap = (best.bound - best.total) / best.total
        return Proof(
            method=method, optimal=False, examined=nodes, bound=best.bound, gap=gap, of="total"
        )
    return Proof(
        method=method,
        optimal=wide.optimal,
        examined=nodes,
        bound=wide.bound,
        gap=0.0 if wide.optimal else (wide.bound - wide.smallest) / max(wide.smallest, TIE),
        of="smallest",
    )


# Alternatives may cost a fifth of what comparing all sets may.
NEAR = 5
# Ties settle the choice itself, so their search may cost more than that for alternatives.
TIED = 10
LIMITED = "near-optimal sets are too many to count; only the choice is listed"


def _widest(
    instance: Instance,
    wide: Widest,
    all_near: tuple[Integers, bool],
    share: float,
    allowed: float,
    limits: Limits,
) -> Found:
    proof = _proof(wide, "clique search")
    near, complete = all_near
    if not complete:
        chosen, settled = _score_apart(instance, wide, allowed, limits)
        return _listless(chosen, proof, share, settled=settled)
    near = _ordered(instance, near, "max-min")
    ties = sum(measure(instance, one)[1] >= wide.smallest - TIE for one in near)
    listed = near[: limits.listed]
    note = _cut(len(listed), len(near))
    return _found(near[0], proof, listed, (len(near), ties), share, note)


UNSETTLED = "it is not proved that no set as good has a greater score"


def _listless(chosen: Integers, proof: Proof, share: float, *, settled: bool) -> Found:
    """Return a choice whose near-optimal sets are too many to list."""
    one = np.sort(chosen)
    note = LIMITED if settled else f"{LIMITED}; {UNSETTLED}"
    return _found(one, proof, one[None, :], (None, None), share, note)


def _score_apart(
    instance: Instance, wide: Widest, allowed: float, limits: Limits
) -> tuple[Integers, bool]:
    """Settle the score among the sets whose nearest pair is as far apart as can be."""
    assert wide.chosen is not None
    if not (instance.scored and wide.optimal):
        return wide.chosen, not instance.scored
    ties, complete = near_apart(
        instance,
        apart=wide.smallest,
        total=0.0,
        allowed=allowed,
        nodes=TIED * limits.clique_sets,
    )
    if complete:
        return _ordered(instance, np.vstack((ties, np.sort(wide.chosen))), "max-min")[0], True
    pool = reachable(instance, apart=wide.smallest, allowed=allowed)
    assert pool is not None
    found, settled = greatest_score(
        restrict(instance, pool),
        apart=wide.smallest,
        allowed=allowed,
        limits=limits,
        start=np.searchsorted(pool, np.sort(wide.chosen)),
    )
    return pool[found], settled


def _lexicographic(
    instance: Instance,
    wide: Widest,
    all_near: tuple[Integers, bool],
    share: float,
    allowed: float,
    limits: Limits,
) -> Found:
    near, complete = all_near
    ties, all_ties = all_near
    if not complete:
        ties, all_ties = near_apart(
            instance,
            apart=wide.smallest,
            total=0.0,
            allowed=allowed,
            nodes=TIED * limits.clique_sets,
        )
    if not all_ties:
        return _sum_apart(instance, wide, share, allowed, limits)
    assert wide.chosen is not None
    chosen = _ordered(instance, np.unique(np.vstack((ties, wide.chosen)), axis=0), "lexicographic")[
        0
    ]
    proof = _proof(wide, "clique search")
    if not complete:
        return _listless(chosen, proof, share, settled=True)
    total = measure(instance, chosen)[0]
    near = _ordered(
        instance, near[sums(instance, near) >= total * (1 - share) - TIE], "lexicographic"
    )
    best = key(instance, chosen, objective="lexicographic")[:3]
    optimal = sum(key(instance, one, objective="lexicographic")[:3] == best for one in near)
    listed = near[: limits.listed]
    note = _cut(len(listed), len(near))
    return _found(chosen, proof, listed, (len(near), optimal), share, note)


def _sum_apart(
    instance: Instance, wide: Widest, share: float, allowed: float, limits: Limits
) -> Found:
    """Settle the sum by mixed-integer programme where sets at the distance are too many."""
    assert wide.chosen is not None
    start = improve(instance, wide.chosen, objective="lexicographic")
    if shortfall(instance, start) > allowed + TIE:
        start = wide.chosen
    best = sum_apart(instance, apart=wide.smallest, allowed=allowed, limits=limits, start=start)
    chosen = np.sort(start if best.chosen is None else best.chosen)
    proof = _proof(wide, f"clique search + {best.method}", best)
    return _listless(chosen, proof, share, settled=best.settled)


def sum_apart(
    instance: Instance,
    *,
    apart: float,
    allowed: float,
    limits: Limits,
    start: Integers | None = None,
) -> Greatest:
    """Return the set of greatest sum among those whose pairs are all so far apart.

    Args:
        instance: the compiled problem.
        apart: least distance of a pair.
        allowed: greatest weighted shortfall of the quotas.
        limits: how much work it may cost.
        start: (m,) positions in the pool of such a set, if one is known.

    Returns:
        The set with its proof; `chosen` is None if there is no such set.
    """
    pool = reachable(instance, apart=apart, allowed=allowed)
    if pool is None:
        return Greatest(None, 0.0, 0.0, True, "clique search", 0, None)
    part = restrict(instance, pool)
    begin = None if start is None else np.searchsorted(pool, np.sort(start))
    best = greatest_sum(part, allowed=allowed, limits=limits, apart=apart, start=begin)
    if best.chosen is None:
        return best
    return Greatest(
        pool[best.chosen],
        best.total,
        best.bound,
        best.optimal,
        best.method,
        best.examined,
        best.priced,
        best.settled,
    )


def _found(
    chosen: Integers,
    proof: Proof,
    near: Integers,
    counts: tuple[int | None, int | None],
    share: float,
    note: str,
) -> Found:
    return Found(
        chosen=chosen,
        proof=proof,
        near=near,
        count=counts[0],
        optimal=counts[1],
        share=share,
        note=note,
    )


def _sum(instance: Instance, share: float, allowed: float, limits: Limits) -> Found:
    best = greatest_sum(instance, allowed=allowed, limits=limits)
    if best.chosen is None:
        raise Fault("SEL-010", seconds=limits.seconds)
    gap = (best.bound - best.total) / best.total if best.total else 0.0
    proof = Proof(
        method=best.method,
        optimal=best.optimal,
        examined=best.examined,
        bound=best.bound,
        gap=gap,
        of="total",
    )
    near = near_sums(instance, best, share=share, listed=limits.listed, sets=limits.sets // NEAR)
    if near is None:
        return _solved_again(instance, best, proof, share, allowed, limits)
    sets, count, optimal, searched = near
    note = _cut(len(sets), count)
    if searched < share:
        told = f"all sets within {searched:.3%} were counted; within {share:.3%} they are too many"
        note = f"{told}; {note}" if note else told
    if not best.settled:
        note = f"{note}; {UNSETTLED}" if note else UNSETTLED
    return Found(
        chosen=best.chosen,
        proof=proof,
        near=sets,
        count=count,
        optimal=optimal,
        share=searched,
        note=note,
    )


def _solved_again(
    instance: Instance, best: Greatest, proof: Proof, share: float, allowed: float, limits: Limits
) -> Found:
    assert best.chosen is not None
    more = solve_again(instance, best, share=share, allowed=allowed, limits=limits)
    note = f"the next {len(more)} sets by solving again; not all near-optimal sets were counted"
    note = note if best.settled else f"{note}; {UNSETTLED}"
    return Found(
        chosen=best.chosen,
        proof=proof,
        near=np.array([np.sort(best.chosen), *more]),
        count=None,
        optimal=None,
        share=share,
        note=note,
    )
