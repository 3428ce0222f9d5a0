"""Replace units that refused, keeping the rest and the balance."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from consilience.base.errors import Fault
from consilience.design.model import SelectStage
from consilience.selection.problem import Pool
from consilience.stats.choice.diverse_problem import Problem
from consilience.stats.choice.replacement import replace


def replace_refused(
    stage: SelectStage,
    pool: Pool,
    problem: Problem,
    *,
    rows: Sequence[int],
    chosen: tuple[int, ...],
) -> tuple[tuple[int, ...], Mapping[int, int]]:
    """Return the set after every refusal, in the order in which they are written down.

    A refusal takes the best stand-in given all others that are chosen, so that fieldwork
    already under way is not disturbed; a stand-in that refuses too is replaced in turn.

    Args:
        stage: `refused` names who refused.
        pool: the units.
        problem: the problem of this set.
        rows: row in the pool of each unit of the problem.
        chosen: units of the problem.

    Returns:
        The chosen units now, and for each stand-in whom it replaces.

    Raises:
        Fault: SEL-025 if a unit refused that was never chosen.
    """
    ids = pool.units["id"].to_pylist()
    place = {ids[row]: position for position, row in enumerate(rows)}
    gone: list[int] = []
    replaced: dict[int, int] = {}
    for each in stage.refused:
        if each.id not in place:
            continue
        lost = place[each.id]
        if lost not in chosen:
            raise Fault("SEL-025", unit=each.id, stage=stage.id)
        gone.append(lost)
        open_to = dataclasses.replace(
            problem, pins=(), vetoes=(*problem.vetoes, *(one for one in gone if one != lost))
        )
        after = replace(open_to, chosen, lost=(lost,), objective=stage.objective).chosen
        for stand_in in set(after) - set(chosen):
            replaced[stand_in] = lost
        chosen = after
    return chosen, replaced
