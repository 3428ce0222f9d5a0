"""Choose units under quotas for most diversity, exactly, with everything that defends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from consilience.base.errors import Fault
from consilience.design.model import SelectStage
from consilience.engine.tasks import map_pieces
from consilience.selection.eligible import eligible_units, named_decisions
from consilience.selection.explain import Settled, tables_of, warnings_of
from consilience.selection.model import TABLES
from consilience.selection.problem import Pool, make_pool, make_problem
from consilience.selection.reserves import replace_refused
from consilience.stats.choice.diverse_choice import Choice, Limits, Point
from consilience.stats.choice.diverse_problem import Problem, compile_problem
from consilience.stats.choice.diversity import choose
from consilience.stats.choice.diversity_front import front
from consilience.stats.choice.enumerate_sets import enumerable
from consilience.stats.choice.replacement import reserves


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What a selection stage made: the tables of `selection.model` and what to know."""

    tables: Mapping[str, pa.Table]
    warnings: tuple[Fault, ...]


def select_units(
    stage: SelectStage,
    *,
    units: pa.Table,
    within: pa.Table | None,
    levels: Sequence[str],
    workers: int = 1,
) -> Selected:
    """Choose the units of a stage, most diverse on its attributes, under its quotas.

    Args:
        stage: the rules.
        units: one row a unit of the frame: id, name, area and every attribute, text or number;
            null where not known (a level of its own, or the median of a number).
        within: the choice of another stage, None for the whole frame.
        levels: order of the groups, may be empty.
        workers: most processes over which many groups are spread; the result does not depend
            on it.

    Returns:
        The tables of `selection.model.TABLES` and warnings.

    Raises:
        Fault: SEL-020 to SEL-025, by what in the stage does not fit the units.
    """
    left, decisions = eligible_units(stage, units=units, within=within)
    decisions += named_decisions(stage, units=left)
    pool = make_pool(stage, units=left, frame=units, levels=levels)
    settled = map_pieces(partial(_settle, stage, pool), _problems(stage, pool), workers=workers)
    rows = tables_of(stage, pool, settled, decisions)
    tables = {
        name: pa.Table.from_pylist(rows[name], schema=schema) for name, schema in TABLES.items()
    }
    return Selected(tables=tables, warnings=warnings_of(stage, pool, settled))


def _problems(stage: SelectStage, pool: Pool) -> list[tuple[int, ...]]:
    """Return the groups of each problem: all in one, or one problem a group."""
    everything = tuple(range(len(pool.groups)))
    together = stage.choose == 1 if stage.together is None else stage.together
    if together or stage.per is None:
        return [everything]
    return [(group,) for group in everything if pool.rows(group)]


def _settle(stage: SelectStage, pool: Pool, groups: tuple[int, ...]) -> Settled:
    rows = tuple(sorted(row for group in groups for row in pool.rows(group)))
    problem = make_problem(stage, pool, rows=rows, groups=groups)
    choice = choose(problem, objective=stage.objective, share=stage.near)
    chosen, replaced = replace_refused(stage, pool, problem, rows=rows, chosen=choice.chosen)
    return Settled(
        groups=groups,
        rows=rows,
        problem=problem,
        choice=choice,
        chosen=chosen,
        replaced=replaced,
        front=_front(stage, problem, choice),
        reserves=reserves(
            problem, chosen, count=stage.reserves, by="group", objective=stage.objective
        ),
    )


def _front(stage: SelectStage, problem: Problem, choice: Choice) -> tuple[Point, ...]:
    """Return the front between smallest and summed distance, or those ends of it that are cheap.

    Where sets are too many to compare, each point between the ends costs a search of its own
    (minutes for twenty areas), and the end of greatest smallest distance may too.
    """
    if enumerable(compile_problem(problem), sets=Limits().sets):
        return front(problem)
    ends = [choice]
    if stage.objective == "lexicographic":
        ends.insert(0, choose(problem, objective="max-sum", share=0.0))
    points = {
        each.chosen: Point(
            chosen=each.chosen,
            smallest=each.parts.smallest,
            total=each.parts.total,
            optimal=each.proof.optimal,
        )
        for each in ends
    }
    return tuple(points.values())
