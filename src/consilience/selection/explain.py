"""Say what was chosen and why: chosen against asked, reasons, proof, alternatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from consilience.base.errors import Fault
from consilience.design.conditions import is_numeric
from consilience.design.model import SelectStage
from consilience.selection.problem import Pool, quotas_of
from consilience.stats.choice.diverse_choice import Alternative, Choice, Point, Reserve
from consilience.stats.choice.diverse_problem import Problem, compile_problem
from consilience.stats.choice.gower import distances

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One set that was chosen, with its problem.

    Args:
        groups: positions of its groups in the pool.
        rows: row in the pool of each unit of the problem.
        problem: what was asked.
        choice: what was found, before refusals.
        chosen: units of the problem after refusals, ascending.
        replaced: stand-in to the unit that refused.
        front: the front of smallest distance against sum.
        reserves: ranked stand-ins.
    """

    groups: tuple[int, ...]
    rows: tuple[int, ...]
    problem: Problem
    choice: Choice
    chosen: tuple[int, ...]
    replaced: Mapping[int, int]
    front: tuple[Point, ...]
    reserves: tuple[Reserve, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """How the units of one set are called."""

    pool: Pool
    settled: Settled
    ids: list[str]
    names: list[str]

    def unit(self, position: int) -> str:
        return self.ids[self.settled.rows[position]]

    def name(self, position: int) -> str:
        return self.names[self.settled.rows[position]] or self.unit(position)

    def group(self, position: int) -> str | None:
        return self.pool.groups[int(self.pool.group_of[self.settled.rows[position]])]

    @property
    def label(self) -> str | None:
        """The group of the whole set, None if it spans several."""
        groups = self.settled.groups
        return self.pool.groups[groups[0]] if len(groups) == 1 else None


def tables_of(
    stage: SelectStage, pool: Pool, settled: Sequence[Settled], decisions: Rows
) -> dict[str, Rows]:
    """Return the rows of every table of a selection stage."""
    tables: dict[str, Rows] = {
        name: []
        for name in ("choice", "reserve", "alternative", "front", "objective", "proof", "coverage")
    }
    ids, names = pool.units["id"].to_pylist(), pool.units["name"].to_pylist()
    for one in settled:
        called = _Names(pool=pool, settled=one, ids=ids, names=names)
        tables["choice"] += _choice_rows(stage, called)
        tables["reserve"] += _reserve_rows(called)
        tables["alternative"] += _alternative_rows(called)
        tables["front"] += [
            {
                "group": called.label,
                "minimum": _finite(point.smallest),
                "total": point.total,
                "units": [called.unit(each) for each in point.chosen],
            }
            for point in one.front
        ]
        tables["objective"] += _objective_rows(stage, called)
        tables["proof"].append(_proof_row(stage, called))
        tables["coverage"] += _coverage_rows(stage, called)
    return {**tables, "decision": decisions}


def warnings_of(stage: SelectStage, pool: Pool, settled: Sequence[Settled]) -> tuple[Fault, ...]:
    """Return what a user should know of a choice: groups too small, quotas missed, gaps."""
    faults = []
    for group, label in enumerate(pool.groups):
        available = len(pool.rows(group))
        if available < stage.choose:
            faults.append(
                Fault(
                    "SEL-024",
                    group=label or "all",
                    stage=stage.id,
                    available=available,
                    asked=stage.choose,
                )
            )
    for one in settled:
        label = ", ".join(pool.groups[group] or "all" for group in one.groups)
        faults += [
            Fault(
                "SEL-026",
                stage=stage.id,
                group=label,
                quota=short.quota,
                by=short.by,
                why=short.why,
            )
            for short in one.choice.shortfalls
        ]
        if not one.choice.proof.optimal:
            gap = f"{one.choice.proof.gap:.2%}"
            faults.append(Fault("SEL-028", stage=stage.id, group=label, gap=gap))
    imputed = {name: count for one in settled for name, count in one.choice.imputed}
    for name, count in imputed.items():
        faults.append(Fault("SEL-027", stage=stage.id, attribute=name, count=count))
    return tuple(faults)


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _choice_rows(stage: SelectStage, called: _Names) -> Rows:
    one = called.settled
    chosen = np.array(one.chosen, dtype=np.int64)
    instance = compile_problem(one.problem)
    positions = instance.positions(chosen)
    between = distances(instance, positions, positions)
    reasons = {each.id: each.reason for each in (*stage.pins, *stage.refused)}
    pinned = {each.id for each in stage.pins}
    rows = []
    order = sorted(range(len(chosen)), key=lambda n: (_group_of(called, int(chosen[n])), chosen[n]))
    for number in order:
        position = int(chosen[number])
        others = np.delete(between[number], number)
        nearest = int(np.delete(chosen, number)[int(others.argmin())]) if len(others) else None
        status = "pinned" if called.unit(position) in pinned else "chosen"
        lost = one.replaced.get(position)
        if lost is not None:
            status = "replacement"
        rows.append(
            {
                "group": called.group(position),
                "unit": called.unit(position),
                "name": called.name(position),
                "status": status,
                "replaces": None if lost is None else called.unit(lost),
                "contribution": float(others.sum()),
                "nearest": None if nearest is None else called.unit(nearest),
                "nearest_distance": float(others.min()) if len(others) else None,
                "reason": _reason(called, position, nearest, status, lost, reasons),
            }
        )
    return rows


def _group_of(called: _Names, position: int) -> int:
    return int(called.pool.group_of[called.settled.rows[position]])


def _reason(
    called: _Names,
    position: int,
    nearest: int | None,
    status: str,
    lost: int | None,
    reasons: Mapping[str, str],
) -> str:
    unlike = _unlike(called, position, nearest) if nearest is not None else ""
    if status == "pinned":
        return f"pinned: {reasons[called.unit(position)]}{unlike}"
    if lost is not None:
        return f"stands in for {called.name(lost)} ({reasons[called.unit(lost)]}){unlike}"
    return f"in the best set found{unlike}"


def _unlike(called: _Names, position: int, nearest: int) -> str:
    """Say how a unit differs from the chosen unit that it is most like."""
    rows = (called.settled.rows[position], called.settled.rows[nearest])
    parts = []
    for attribute in called.settled.problem.attributes:
        column = called.pool.units[attribute.name]
        here, there = (column[row].as_py() for row in rows)
        if here == there:
            continue
        if is_numeric(column):
            gap = abs((here or 0) - (there or 0)) / (attribute.span or 1)
            parts.append((attribute.weight * gap, f"{attribute.name} {_text(here)}/{_text(there)}"))
        else:
            parts.append((attribute.weight, f"{attribute.name} {_text(here)}/{_text(there)}"))
    told = ", ".join(text for _, text in sorted(parts, key=lambda part: -part[0])[:3])
    name = called.name(nearest)
    return f"; most like {name}, differing in {told}" if told else f"; like {name} in everything"


def _text(value: object) -> str:
    if value is None:
        return "not known"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)


def _reserve_rows(called: _Names) -> Rows:
    now = called.settled.choice.shortfall
    rows = []
    for each in called.settled.reserves:
        kept = each.shortfall <= now + 1e-9
        quotas = "no quota falls shorter" if kept else "a quota falls shorter"
        rows.append(
            {
                "group": called.pool.groups[called.settled.groups[each.group]],
                "rank": each.rank,
                "unit": called.unit(each.unit),
                "name": called.name(each.unit),
                "instead_of": called.unit(each.instead_of),
                "total": each.total,
                "minimum": _finite(each.smallest),
                "quotas_kept": kept,
                "reason": f"instead of {called.name(each.instead_of)}: {quotas}",
            }
        )
    return rows


def _alternative_rows(called: _Names) -> Rows:
    choice = called.settled.choice
    return [
        {
            "group": called.label,
            "rank": rank,
            "optimal": _ties(each, choice),
            "total": each.total,
            "minimum": _finite(each.smallest),
            "share_of_best": each.total / choice.parts.total if choice.parts.total else None,
            "units": [called.unit(position) for position in each.chosen],
        }
        for rank, each in enumerate(choice.alternatives.sets, start=1)
    ]


def _ties(each: Alternative, choice: Choice) -> bool:
    same_total = abs(each.total - choice.parts.total) < 1e-9
    same_smallest = each.smallest == choice.parts.smallest or (
        abs(each.smallest - choice.parts.smallest) < 1e-9
    )
    if choice.objective == "max-sum":
        return same_total
    return same_smallest if choice.objective == "max-min" else same_total and same_smallest


def _objective_rows(stage: SelectStage, called: _Names) -> Rows:
    parts = called.settled.choice.parts
    named: list[tuple[str, float | None, float | None]] = [
        ("sum of distances", parts.total, None),
        ("smallest distance", _finite(parts.smallest), None),
        ("mean distance", parts.mean, None),
    ]
    named += [(name, value, stage.diverse[name]) for name, value in parts.by_attribute]
    if stage.prefer:
        named.append((f"preference: {stage.prefer}", parts.score, None))
    return [
        {"group": called.label, "part": part, "value": value, "weight": weight}
        for part, value, weight in named
    ]


def _proof_row(stage: SelectStage, called: _Names) -> dict[str, Any]:
    choice = called.settled.choice
    proof, alternatives = choice.proof, choice.alternatives
    value = choice.parts.smallest if proof.of == "smallest" else choice.parts.total
    return {
        "group": called.label,
        "method": proof.method,
        "status": "optimal" if proof.optimal else "bounded",
        "value": _finite(value),
        "bound": _finite(proof.bound),
        "gap": proof.gap,
        "sets": float(proof.examined) if proof.method == "enumeration" else None,
        "optimal_sets": alternatives.optimal,
        "near_sets": alternatives.count,
        "near_share": stage.near,
        "note": alternatives.note,
    }


def _coverage_rows(stage: SelectStage, called: _Names) -> Rows:
    one = called.settled
    chosen = [one.rows[position] for position in one.chosen]
    units = called.pool.units.take(list(one.rows))
    whys = {short.quota: short.why for short in one.choice.shortfalls}
    rows = [_units_row(stage, called, group, chosen) for group in one.groups]
    ruled: set[str] = set()
    for rule in stage.quotas:
        for attribute, level, quota in quotas_of(rule, units, stage.id):
            ruled.add(attribute)
            got = int(quota.mask[list(one.chosen)].sum())
            over = got - quota.at_most if quota.at_most is not None else 0
            rows.append(
                {
                    "group": called.label,
                    "attribute": attribute,
                    "level": level,
                    "pool": int(quota.mask.sum()),
                    "chosen": got,
                    "at_least": quota.at_least,
                    "at_most": quota.at_most,
                    "short": max(quota.at_least - got, over, 0),
                    "why": whys.get(quota.name),
                }
            )
    free = [a for a in stage.diverse if a not in ruled and not is_numeric(units[a])]
    return rows + [row for attribute in free for row in _level_rows(called, attribute, chosen)]


def _units_row(
    stage: SelectStage, called: _Names, group: int, chosen: Sequence[int]
) -> dict[str, Any]:
    available = len(called.pool.rows(group))
    got = sum(int(called.pool.group_of[row]) == group for row in chosen)
    short = stage.choose - got
    return {
        "group": called.pool.groups[group],
        "attribute": "units",
        "level": None,
        "pool": available,
        "chosen": got,
        "at_least": stage.choose,
        "at_most": stage.choose,
        "short": short,
        "why": f"only {available} units may be chosen" if short else None,
    }


def _level_rows(called: _Names, attribute: str, chosen: Sequence[int]) -> Rows:
    values = called.pool.units[attribute].to_pylist()
    pool = [values[row] for row in called.settled.rows]
    picked = [values[row] for row in chosen]
    return [
        {
            "group": called.label,
            "attribute": attribute,
            "level": level,
            "pool": pool.count(level),
            "chosen": picked.count(level),
            "at_least": None,
            "at_most": None,
            "short": 0,
            "why": None,
        }
        for level in sorted({value for value in pool if value is not None})
    ]
