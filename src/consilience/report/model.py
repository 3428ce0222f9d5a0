"""The nouns of the report: the findings of a study, and the parts of a page.

Findings come in as tables by stage. A page is sections of blocks; a block holds words and
numbers, never markup, apart from `Drawing.body`, which only the chart functions write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.base.lineage import Lineage
from consilience.coding import model as coding
from consilience.congruence import model as congruence
from consilience.deposit import model as deposit
from consilience.design.model import StageBase, Study, reads
from consilience.frame.model import METADATA_KEY, Frame, from_stamped
from consilience.interviews import model as interviews
from consilience.linkage import model as linkage
from consilience.selection import model as selection
from consilience.surveys import model as surveys

# Which tables a stage of each kind writes; a frame's columns are its own.
SCHEMAS: Final[Mapping[str, Mapping[str, pa.Schema]]] = MappingProxyType(
    {
        "select": selection.TABLES,
        "survey": surveys.TABLES,
        "link": {**linkage.TABLES, "rate": surveys.RATE, "overlap": surveys.OVERLAP},
        "congruence": congruence.TABLES,
        "importance": congruence.TABLES,
        "interview": {name: interviews.TABLES[name] for name in interviews.INTERVIEW_TABLES},
        "code": coding.TABLES,
        "deposit": deposit.TABLES,
        "group": {name: interviews.TABLES[name] for name in interviews.GROUP_TABLES},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything a report is drawn from.

    Args:
        study: the checked study file.
        tables: stage id to table name to table; a stage that has not run is left out.
        lineage: stage id to where its tables come from; may be empty.
        hashes: stage id to table name to SHA-256 of the stored table; may be empty.
        warnings: stage id to what went well enough to go on but should be looked at.
        version: version of the package that made the findings, empty if not known.
    """

    study: Study
    tables: Mapping[str, Mapping[str, pa.Table]]
    lineage: Mapping[str, Lineage] = field(default_factory=dict)
    hashes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    warnings: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    version: str = ""

    def ran(self, stage_id: str) -> bool:
        """Return whether the stage has any table."""
        return bool(self.tables.get(stage_id))

    def stages(self, kind: str) -> tuple[Any, ...]:
        """Return the stages of one kind that have run, in the order of the study file."""
        return tuple(s for s in self.study.stages if s.kind == kind and self.ran(s.id))

    def table(self, stage_id: str, name: str) -> pa.Table:
        """Return a table of a stage; one that was not written is empty.

        Raises:
            Fault: REP-001 if the table lacks a column that its schema has.
        """
        schema = SCHEMAS[self.study.stage(stage_id).kind][name]
        table = self.tables.get(stage_id, {}).get(name)
        if table is None:
            return schema.empty_table()
        missing = [column for column in schema.names if column not in table.column_names]
        if missing:
            raise Fault(
                "REP-001",
                where=Where(file=stage_id),
                stage=stage_id,
                table=name,
                columns=", ".join(missing),
            )
        return table

    def rows(self, stage_id: str, name: str) -> list[dict[str, Any]]:
        """Return the rows of a table as plain values."""
        return list(self.table(stage_id, name).to_pylist())

    def frame(self, stage_id: str) -> Frame:
        """Return the frame that a frame stage made.

        Raises:
            Fault: REP-002 if the stage has no frame or it has lost its description.
        """
        table = self.tables.get(stage_id, {}).get("frame")
        if table is None or METADATA_KEY not in (table.schema.metadata or {}):
            raise Fault("REP-002", stage=stage_id)
        return from_stamped(table)

    def simulated(self, stage_id: str | None = None) -> bool:
        """Return whether a stage, or anything at all, holds simulated data.

        Everything of a simulated study is, save the frames that say they are not; and
        whatever is made from a simulated stage is simulated too.
        """
        if stage_id is None:
            return self.study.study.simulated or any(
                self.simulated(stage.id) for stage in self.study.stages if self.ran(stage.id)
            )
        stage: StageBase = self.study.stage(stage_id)
        if getattr(stage, "kind", "") == "frame":
            return self.ran(stage_id) and self.frame(stage_id).simulated
        if stage_id in self.lineage and self.lineage[stage_id].simulated:
            return True
        return self.study.study.simulated or any(self.simulated(name) for name in reads(stage))


# --- the parts of a page ----------------------------------------------------------------

Kind = Literal["text", "count", "number", "percent", "probability", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a displayed table: how it is headed and how its values are written."""

    title: str
    kind: Kind = "text"
    decimals: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A displayed table; the first column heads the rows.

    Args:
        caption: what it shows.
        columns: one a column.
        rows: plain values in the order of the columns, None where there is none.
        simulated: whether the caption says so.
        note: what a reader must know, below the table.
        of: rows there are in all; more than shown if the table was cut.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    simulated: bool = False
    note: str = ""
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One picture: the inside of an svg element and what it says in words.

    Args:
        title: what it shows, short.
        description: what can be read from it.
        body: markup of the inside; horizontal places in per cent unless `width` is given.
        height: pixels, or units of the view box.
        width: units of the view box of a picture that scales as a whole; None if it stretches.
        heading: shorter than the title, to stand above it among several pictures.
    """

    title: str
    description: str
    body: str
    height: float
    width: float | None = None
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """One entry of a key: a small picture (14 by 14) and what it stands for."""

    body: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One or more pictures under one caption, with their numbers one click away."""

    caption: str
    drawings: tuple[Drawing, ...]
    grid: Grid
    key: tuple[Sign, ...] = ()
    simulated: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One paragraph."""

    text: str
    look: Literal["plain", "lead", "note"] = "plain"


@dataclass(frozen=True, slots=True)
class Point:
    """One entry of a list, with the section that it points to."""

    text: str
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """A list; `look` is plain, or caution for what should be looked at."""

    items: tuple[Point, ...]
    look: Literal["plain", "caution"] = "plain"


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a term and what it is; `look` figures sets the values large."""

    items: tuple[tuple[str, str], ...]
    look: Literal["plain", "figures"] = "plain"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as MathML (written by this package only) and the same in plain words."""

    mathml: str
    words: str


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks behind one line that opens them."""

    summary: str
    blocks: tuple[Block, ...]


Block = Grid | Figure | Words | Points | Facts | Formula | Fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with an address, its blocks, and the sections under it."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
