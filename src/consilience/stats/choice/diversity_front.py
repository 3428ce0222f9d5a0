"""What is traded between the smallest and the summed distance of a set?"""

from __future__ import annotations

import numpy as np

from consilience.stats.choice.diverse_choice import Limits, Point
from consilience.stats.choice.diverse_method import sum_apart
from consilience.stats.choice.diverse_problem import (
    TIE,
    Instance,
    Integers,
    Problem,
    compile_problem,
)
from consilience.stats.choice.enumerate_sets import enumerable
from consilience.stats.choice.gower import measure
from consilience.stats.choice.greatest_sum import greatest_sum
from consilience.stats.choice.quota_shortfall import least_shortfall
from consilience.stats.choice.rank_sets import pareto


def front(problem: Problem, *, limits: Limits | None = None) -> tuple[Point, ...]:
    """Which sets are beaten by no other in both smallest and summed distance?

    Args:
        problem: units, attributes, how many from where, quotas, pins, vetoes.
        limits: how much work it may cost.

    Returns:
        The Pareto front among sets of least shortfall, the greatest sum first; the last point
        is the lexicographic optimum. If a solve reached its limit, the point says so and the
        front ends there.

    Raises:
        Fault: SEL-001 to SEL-009 for a problem that cannot be read.

    Source:
        Haimes, Lasdon and Wismer (1971) for the bound on one objective while the other is
        optimised.

    Example:
        >>> import numpy as np
        >>> from consilience.stats.choice.diversity import Attribute
        >>> size = Attribute(name="size", values=np.array([0.0, 0.1, 0.5, 0.6, 1.0]), ordered=True)
        >>> [one.chosen for one in front(Problem(attributes=(size,), take=3))]
        [(0, 2, 4)]
    """
    limits = limits or Limits()
    instance = compile_problem(problem)
    if enumerable(instance, sets=limits.sets):
        return tuple(_point(instance, members, optimal=True) for members in pareto(instance))
    allowed = least_shortfall(instance)
    points: list[Point] = []
    best = greatest_sum(instance, allowed=allowed, limits=limits)
    while best.chosen is not None:
        point = _point(instance, best.chosen, optimal=best.optimal)
        points.append(point)
        if not best.optimal or not np.isfinite(point.smallest):
            break
        best = sum_apart(instance, apart=point.smallest + 3 * TIE, allowed=allowed, limits=limits)
    return _unbeaten(points)


def _point(instance: Instance, members: Integers, *, optimal: bool) -> Point:
    total, smallest = measure(instance, members)
    chosen = tuple(int(unit) for unit in instance.units[np.sort(members)])
    return Point(chosen=chosen, smallest=smallest, total=total, optimal=optimal)


def _unbeaten(points: list[Point]) -> tuple[Point, ...]:
    # A later point is farther apart; where it also has as great a sum the earlier one goes.
    return tuple(
        point
        for place, point in enumerate(points)
        if all(later.total < point.total - TIE for later in points[place + 1 :])
    )
