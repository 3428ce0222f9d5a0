"""Turn units with attributes and the rules of a stage into problems of exact choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault
from consilience.design.conditions import is_numeric, level_text
from consilience.design.model import Quota as Rule
from consilience.design.model import SelectStage
from consilience.stats.choice.diverse_problem import Attribute, Problem, Quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The units that may be chosen.

    Args:
        units: one row a unit: id, name, attributes; sorted by id.
        groups: labels of the groups in order; one label None where all are one group.
        group_of: (n,) position of each unit's group, below 0 if it has none.
        spans: range of each numeric attribute over the whole frame, so that distances mean
            the same in every group.
    """

    units: pa.Table
    groups: tuple[str | None, ...]
    group_of: np.ndarray[tuple[int], np.dtype[np.int64]]
    spans: Mapping[str, float]

    def rows(self, group: int) -> list[int]:
        """Return the rows of the units of a group."""
        return [int(row) for row in np.flatnonzero(self.group_of == group)]


def column_of(units: pa.Table, name: str, *, stage: str) -> pa.ChunkedArray:
    """Return an attribute.

    Raises:
        Fault: SEL-020 if the units have no such attribute.
    """
    if name not in units.column_names:
        raise Fault("SEL-020", stage=stage, attribute=name, known=", ".join(units.column_names))
    return units[name]


def make_pool(
    stage: SelectStage, *, units: pa.Table, frame: pa.Table, levels: Sequence[str]
) -> Pool:
    """Group the units that may be chosen.

    Args:
        stage: the stage; `per` names the attribute that makes the groups.
        units: the units left by conditions.
        frame: all units of the frame.
        levels: order of the groups; levels not named follow in order of their names.

    Raises:
        Fault: SEL-020 for an attribute the units do not have, SEL-021 if no unit is left.
    """
    if units.num_rows == 0:
        raise Fault("SEL-021", stage=stage.id)
    spans = {
        name: float(pc.max(column).as_py() - pc.min(column).as_py())
        for name in stage.diverse
        if is_numeric(column := column_of(frame, name, stage=stage.id))
        and column.null_count < len(column)
    }
    if stage.per is None:
        group_of = np.zeros(units.num_rows, dtype=np.int64)
        return Pool(units=units, groups=(None,), group_of=group_of, spans=spans)
    labels = [None if v is None else str(v) for v in units[stage.per].to_pylist()]
    there = {label for label in labels if label is not None}
    order = [*levels, *sorted(there - set(levels))]
    position = {label: number for number, label in enumerate(order)}
    codes = [position.get(label, -1) if label is not None else -1 for label in labels]
    return Pool(
        units=units,
        groups=tuple(order),
        group_of=np.array(codes, dtype=np.int64),
        spans=spans,
    )


def make_problem(
    stage: SelectStage, pool: Pool, *, rows: Sequence[int], groups: Sequence[int]
) -> Problem:
    """Return the problem of choosing from these rows of a pool.

    Args:
        stage: the rules.
        pool: the units.
        rows: which of them; pins and vetoes that are elsewhere are left out.
        groups: positions of the groups, in order; of each, as many are taken as `choose` says
            or, if it has fewer, all it has.
    """
    units = pool.units.take(pa.array(rows, type=pa.int64()))
    ids = units["id"].to_pylist()
    vetoed = {each.id for each in stage.vetoes}
    place = {group: number for number, group in enumerate(groups)}
    codes = np.array([place.get(int(pool.group_of[row]), -1) for row in rows], dtype=np.int64)
    free = [int(((codes == n) & [i not in vetoed for i in ids]).sum()) for n in range(len(groups))]
    pinned = {each.id for each in stage.pins}
    return Problem(
        attributes=tuple(
            _attribute(units, name, weight, pool.spans, stage.id)
            for name, weight in stage.diverse.items()
        ),
        take=tuple(min(stage.choose, count) for count in free),
        groups=codes,
        quotas=tuple(
            quota for rule in stage.quotas for _, _, quota in quotas_of(rule, units, stage.id)
        ),
        pins=tuple(row for row, unit in enumerate(ids) if unit in pinned),
        vetoes=tuple(row for row, unit in enumerate(ids) if unit in vetoed),
        score=_score(stage, units),
    )


def quotas_of(rule: Rule, units: pa.Table, stage: str) -> list[tuple[str, str, Quota]]:
    """Return the quotas of a rule: attribute, level and mask; one a level if none is named."""
    column = column_of(units, rule.attribute, stage=stage)
    values = [None if value is None else level_text(value) for value in column.to_pylist()]
    if rule.any_of is not None:
        wanted = [
            ({level_text(each) for each in rule.any_of}, " or ".join(map(level_text, rule.any_of)))
        ]
    elif rule.level is not None:
        wanted = [({level_text(rule.level)}, level_text(rule.level))]
    else:
        wanted = [({value}, value) for value in sorted({v for v in values if v is not None})]
    return [
        (
            rule.attribute,
            name,
            Quota(
                name=f"{rule.attribute} {name}",
                mask=np.array([value in levels for value in values], dtype=bool),
                at_least=rule.at_least,
                at_most=rule.at_most,
                weight=rule.weight,
            ),
        )
        for levels, name in wanted
    ]


def _attribute(
    units: pa.Table, name: str, weight: float, spans: Mapping[str, float], stage: str
) -> Attribute:
    column = column_of(units, name, stage=stage)
    if is_numeric(column):
        values = column.cast(pa.float64()).to_numpy()
        return Attribute(
            name=name, values=values, ordered=True, weight=weight, span=spans.get(name) or None
        )
    levels = sorted({value for value in column.to_pylist() if value is not None})
    code = {level: number for number, level in enumerate(levels)}
    codes = np.array([code.get(value, -1) for value in column.to_pylist()], dtype=np.int64)
    return Attribute(name=name, values=codes, weight=weight)


def _score(
    stage: SelectStage, units: pa.Table
) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    if stage.prefer is None:
        return None
    column = column_of(units, stage.prefer, stage=stage.id)
    if not is_numeric(column):
        raise Fault("SEL-022", stage=stage.id, attribute=stage.prefer)
    values: np.ndarray[tuple[int], np.dtype[np.float64]] = column.cast(pa.float64()).to_numpy()
    return np.nan_to_num(values, nan=0.0)
