"""Which units should be chosen so that they differ as much as possible, with proof?

Values nearer than 1e-9 are equal. Where a mixed-integer programme decides, a sum is proved to
1e-7 and a score to 1e-7 of its range.
"""

from __future__ import annotations

import numpy as np

from consilience.base.errors import Fault
from consilience.stats.choice.diverse_choice import Alternative, Alternatives, Choice, Limits, Parts
from consilience.stats.choice.diverse_method import Found, compare_all, search_large
from consilience.stats.choice.diverse_problem import (
    TIE,
    Attribute,
    Instance,
    Integers,
    Problem,
    Quota,
    compile_problem,
)
from consilience.stats.choice.enumerate_sets import enumerable
from consilience.stats.choice.gower import contributions, distances, measure, shortfall
from consilience.stats.choice.quota_shortfall import explain_shortfalls

OBJECTIVES = ("lexicographic", "max-sum", "max-min")


def choose(
    problem: Problem,
    *,
    objective: str = "lexicographic",
    share: float = 0.01,
    limits: Limits | None = None,
) -> Choice:
    """Which units differ most from each other, by the rules, and is that proved?

    First the weighted shortfall of the quotas is made as small as can be; then the objective
    as great as can be; then the score (a note says so if that is not proved); of equal sets the
    one with the lowest units is taken (where all sets can be compared, else the first found).

    Args:
        problem: units, attributes, how many from where, quotas, pins, vetoes, score.
        objective: `max-min`: the smallest distance of a pair; `max-sum`: the sum of the
            distances of all pairs; `lexicographic`: the smallest, then the sum among sets
            that attain it.
        share: how much worse than the choice in each part of the objective a near-optimal
            set may be, 0 to 1.
        limits: how much work it may cost.

    Returns:
        The choice with its parts, proof, shortfalls and alternatives.

    Raises:
        Fault: SEL-001 to SEL-009 for a problem that cannot be read or has too few units;
            SEL-010 if a time limit was reached before any set was found.

    Source:
        Kuby (1987), Programming models for facility dispersion; Gower (1971) for the distance.

    Differs:
        From heuristics (`anticlust`, MaxMin and MaxSum pickers): quotas, groups and pins are
        kept, and the result is proved to be the best or comes with its gap.

    Example:
        >>> import numpy as np
        >>> rural = Attribute(name="rural", values=np.array([0.0, 0.2, 0.5, 1.0]), ordered=True)
        >>> region = Attribute(name="region", values=np.array([0, 1, 1, 0]))
        >>> choose(Problem(attributes=(rural, region), take=2)).chosen
        (1, 3)
    """
    _check_options(objective, share)
    limits = limits or Limits()
    instance = compile_problem(problem)
    if enumerable(instance, sets=limits.sets):
        found = compare_all(instance, objective, share, limits)
    else:
        found = search_large(instance, objective, share, limits)
    return Choice(
        chosen=_units(instance, found.chosen),
        objective=objective,
        parts=parts_of(instance, found.chosen),
        proof=found.proof,
        shortfall=shortfall(instance, found.chosen),
        shortfalls=explain_shortfalls(instance, found.chosen),
        alternatives=_alternatives(instance, found),
        imputed=instance.imputed,
    )


def _check_options(objective: str, share: float) -> None:
    if objective not in OBJECTIVES:
        raise Fault(
            "SEL-007", option="the objective", value=objective, allowed=", ".join(OBJECTIVES)
        )
    if not 0 <= share < 1:
        raise Fault("SEL-007", option="the share", value=share, allowed="0 up to, not with, 1")


def _units(instance: Instance, chosen: Integers) -> tuple[int, ...]:
    return tuple(int(unit) for unit in instance.units[np.sort(chosen)])


def parts_of(instance: Instance, chosen: Integers) -> Parts:
    """Return what the objective of a set is made of.

    Args:
        instance: the compiled problem.
        chosen: (m,) positions in the pool.

    Returns:
        The parts.
    """
    ordered = np.sort(chosen)
    total, smallest = measure(instance, ordered)
    pairs = len(ordered) * (len(ordered) - 1) // 2
    closest = None
    if pairs:
        first, second = np.triu_indices(len(ordered), 1)
        near = distances(instance, ordered, ordered)[first, second]
        pair = int(np.flatnonzero(near <= smallest + TIE)[0])
        one, other = instance.units[ordered[[first[pair], second[pair]]]]
        closest = (int(one), int(other))
    added = contributions(instance, ordered)
    return Parts(
        total=total,
        smallest=smallest,
        mean=total / pairs if pairs else 0.0,
        closest=closest,
        by_attribute=tuple(
            (name, float(part)) for name, part in zip(instance.names, added, strict=True)
        ),
        score=float(instance.score[ordered].sum()),
    )


def _alternatives(instance: Instance, found: Found) -> Alternatives:
    sets = []
    for members in found.near:
        total, smallest = measure(instance, members)
        sets.append(
            Alternative(
                chosen=_units(instance, members),
                total=total,
                smallest=smallest,
                score=float(instance.score[members].sum()),
            )
        )
    return Alternatives(
        share=found.share,
        sets=tuple(sets),
        count=found.count,
        optimal=found.optimal,
        note=found.note,
    )


__all__ = [
    "OBJECTIVES",
    "Attribute",
    "Choice",
    "Limits",
    "Problem",
    "Quota",
    "choose",
    "parts_of",
]
