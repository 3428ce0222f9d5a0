"""Who stands in for a chosen unit that refused, and who is asked next?"""

from __future__ import annotations

from dataclasses import replace as with_changes

import numpy as np

from consilience.base.errors import Fault
from consilience.stats.choice.diverse_choice import Choice, Limits, Reserve
from consilience.stats.choice.diverse_problem import (
    Floats,
    Instance,
    Integers,
    Problem,
    compile_problem,
)
from consilience.stats.choice.diversity import OBJECTIVES, choose
from consilience.stats.choice.gower import distances
from consilience.stats.choice.swaps import try_swaps


def replace(
    problem: Problem,
    chosen: tuple[int, ...],
    lost: tuple[int, ...],
    *,
    objective: str = "lexicographic",
    share: float = 0.01,
    limits: Limits | None = None,
) -> Choice:
    """Which units best replace those that refused, if the others stay?

    Args:
        problem: the problem of which the units were chosen.
        chosen: the chosen units.
        lost: those of them that refused; they are vetoed, the others pinned.
        objective: `lexicographic`, `max-sum` or `max-min`.
        share: how much worse a near-optimal set may be.
        limits: how much work it may cost.

    Returns:
        The best choice that holds all remaining units, proved, with its shortfalls.

    Raises:
        Fault: SEL-011 if a lost unit was not chosen; SEL-003 if too few units are left; those
            of `choose`.

    Example:
        >>> import numpy as np
        >>> from consilience.stats.choice.diversity import Attribute
        >>> rural = Attribute(name="rural", values=np.array([0.0, 0.2, 0.5, 1.0]), ordered=True)
        >>> replace(Problem(attributes=(rural,), take=2), (0, 3), (3,)).chosen
        (0, 2)
    """
    for unit in lost:
        if unit not in chosen:
            raise Fault("SEL-011", unit=unit, what="lost, but was not chosen")
    kept = tuple(unit for unit in chosen if unit not in lost)
    changed = with_changes(
        problem,
        pins=kept,
        vetoes=(*(unit for unit in problem.vetoes if unit not in kept), *lost),
    )
    return choose(changed, objective=objective, share=share, limits=limits)


def reserves(
    problem: Problem,
    chosen: tuple[int, ...],
    *,
    count: int = 3,
    by: str = "unit",
    objective: str = "lexicographic",
) -> tuple[Reserve, ...]:
    """Who is asked next if a chosen unit refuses?

    Candidates are ranked by the set that the swap would leave: least shortfall of the quotas
    first, then the objective, then the score, then the lowest number.

    Args:
        problem: the problem of which the units were chosen.
        chosen: the chosen units.
        count: most reserves per chosen unit or per group, 1 or more.
        by: `unit`: a list for every chosen unit that is not pinned; `group`: one list for
            every group, in which a reserve stands once, in the place where it serves best.
        objective: `lexicographic`, `max-sum` or `max-min`.

    Returns:
        Reserves by chosen unit (or group) and rank. A unit may stand in several lists.

    Raises:
        Fault: SEL-007 for an unknown option; SEL-011 if a chosen unit may not be chosen.

    Example:
        >>> import numpy as np
        >>> from consilience.stats.choice.diversity import Attribute
        >>> rural = Attribute(name="rural", values=np.array([0.0, 0.2, 0.5, 1.0]), ordered=True)
        >>> found = reserves(Problem(attributes=(rural,), take=2), (0, 3), count=1)
        >>> [(one.unit, one.instead_of, one.total) for one in found]
        [(1, 0, 0.8), (2, 3, 0.5)]
    """
    if by not in {"unit", "group"}:
        raise Fault("SEL-007", option="the list of reserves", value=by, allowed="unit, group")
    if objective not in OBJECTIVES:
        allowed = ", ".join(OBJECTIVES)
        raise Fault("SEL-007", option="the objective", value=objective, allowed=allowed)
    instance = compile_problem(problem)
    places = _places(instance, chosen)
    reach = distances(instance, places, np.arange(len(instance.units)))
    lists = [
        _ranked(instance, places, place, reach, objective)
        for place in range(len(places))
        if places[place] not in instance.pins
    ]
    if by == "group":
        lists = _by_group(lists, objective)
    return tuple(
        with_changes(reserve, rank=rank)
        for ranked in lists
        for rank, reserve in enumerate(ranked[:count], start=1)
    )


def _places(instance: Instance, chosen: tuple[int, ...]) -> Integers:
    for unit in chosen:
        if unit not in instance.units:
            raise Fault("SEL-011", unit=unit, what="chosen, but may not be chosen")
    return instance.positions(np.sort(np.array(chosen, dtype=np.int64)))


def _ranked(
    instance: Instance,
    places: Integers,
    place: int,
    reach: Floats,
    objective: str,
) -> list[Reserve]:
    swap = try_swaps(instance, places, place, reach=reach)
    first, second = swap.smallest, swap.total
    if objective == "max-sum":
        first, second = swap.total, swap.smallest
    at = np.flatnonzero(swap.allowed)
    keys = [np.round(part[at], 9) for part in (swap.missed, -first, -second, -instance.score)]
    order = at[np.lexsort((at, *keys[::-1]))]
    return [
        Reserve(
            rank=0,
            unit=int(instance.units[unit]),
            instead_of=int(instance.units[places[place]]),
            group=int(instance.group[unit]),
            shortfall=float(swap.missed[unit]),
            total=float(swap.total[unit]),
            smallest=float(swap.smallest[unit]),
        )
        for unit in order
    ]


def _by_group(lists: list[list[Reserve]], objective: str) -> list[list[Reserve]]:
    groups: dict[int, dict[int, Reserve]] = {}
    for ranked in lists:
        for reserve in ranked:
            best = groups.setdefault(reserve.group, {}).setdefault(reserve.unit, reserve)
            if _order(reserve, objective) < _order(best, objective):
                groups[reserve.group][reserve.unit] = reserve
    return [
        sorted(found.values(), key=lambda one: _order(one, objective))
        for _, found in sorted(groups.items())
    ]


def _order(reserve: Reserve, objective: str) -> tuple[float, float, float, int, int]:
    first, second = reserve.smallest, reserve.total
    if objective == "max-sum":
        first, second = second, first
    return (
        round(reserve.shortfall, 9),
        -round(first, 9),
        -round(second, 9),
        reserve.unit,
        reserve.instead_of,
    )
