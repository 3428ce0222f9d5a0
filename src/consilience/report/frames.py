"""The frames: who could be asked, on a date, by which source, and who was left out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from consilience.design.model import FrameStage
from consilience.frame.model import Attribute, Frame
from consilience.report.lookup import attribute_column, make_grid, unit_names
from consilience.report.model import Block, Column, Facts, Findings, Fold, Section
from consilience.report.wording import day, number, titled


def frames_section(findings: Findings) -> Section | None:
    """Answer who could have been asked; None when no frame has been made."""
    stages = findings.stages("frame")
    if not stages:
        return None
    sections = tuple(
        Section(id=f"stage-{stage.id}", title=titled(stage), blocks=_one(findings, stage))
        for stage in stages
    )
    return Section(id="frames", title="Who could be asked", sections=sections)


def _one(findings: Findings, stage: FrameStage) -> tuple[Block, ...]:
    frame = findings.frame(stage.id)
    simulated = findings.simulated(stage.id)
    facts = [
        ("Units", f"{frame.table.num_rows:,} {frame.of}"),
        ("Holds for", day(frame.date)),
        ("Source", frame.source),
        ("Terms", frame.licence),
        ("Left out by name", str(len(stage.exclude)) if stage.exclude else "none"),
    ]
    blocks: list[Block] = [Facts(tuple(pair for pair in facts if pair[1]))]
    if stage.exclude:
        names = unit_names(findings, stage.id)
        rows = [{"unit": names.get(e.id, e.id), "reason": e.reason} for e in stage.exclude]
        columns = {"unit": Column("Left out"), "reason": Column("Reason")}
        blocks.append(make_grid(f"Left out of {titled(stage)}", columns, rows, simulated=simulated))
    blocks.append(_attributes(frame, title=titled(stage), simulated=simulated))
    blocks.append(_units(frame, title=titled(stage), simulated=simulated))
    return tuple(blocks)


def _attributes(frame: Frame, *, title: str, simulated: bool) -> Block:
    rows = [_described(frame, attribute) for attribute in frame.attributes]
    columns = {
        "title": Column("Attribute"),
        "holds": Column("Levels or range"),
        "missing": Column("Not known", "count"),
    }
    return make_grid(f"What is known of {title}", columns, rows, simulated=simulated)


def _described(frame: Frame, attribute: Attribute) -> dict[str, Any]:
    values = frame.table[attribute.name].to_pylist()
    known = [value for value in values if value is not None]
    if attribute.kind == "numeric":
        holds = _range(np.array(known, dtype=np.float64), attribute.unit)
    else:
        counts = Counter(str(value) for value in known)
        shown = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        holds = "; ".join(f"{level} {n:,}" for level, n in shown[:12])
        holds += f"; and {len(shown) - 12} more" if len(shown) > 12 else ""
    return {"title": attribute.title, "holds": holds, "missing": len(values) - len(known)}


def _range(values: np.ndarray[Any, np.dtype[np.float64]], unit: str) -> str:
    if not values.size:
        return ""
    decimals = 0 if np.abs(values).max() >= 100 else 2
    low, middle, high = (
        number(float(v), decimals) for v in (values.min(), np.median(values), values.max())
    )
    return f"{low} to {high}{' ' + unit if unit else ''}, median {middle}"


def _units(frame: Frame, *, title: str, simulated: bool) -> Block:
    columns = {"name": Column("Name"), "id": Column("Id")}
    if frame.of == "schools":
        columns["area"] = Column("Area")
    for attribute in frame.attributes:
        columns[attribute.name] = attribute_column(frame, attribute)
    rows = frame.table.slice(0, 401).to_pylist()
    grid = make_grid(f"Units of {title}", columns, rows, simulated=simulated)
    if frame.table.num_rows > len(grid.rows):
        grid = type(grid)(
            caption=grid.caption,
            columns=grid.columns,
            rows=grid.rows,
            simulated=simulated,
            of=frame.table.num_rows,
        )
    return Fold(f"All {frame.table.num_rows:,} {frame.of}", (grid,))
