"""Passages at their places: positions of a program as code points, and those that have no place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from consilience.base.errors import Fault, Where
from consilience.formats.qda.conventions import Convention
from consilience.formats.qda.detect import Passages
from consilience.formats.qda.parse import Parsed
from consilience.formats.qda.record import Sync
from consilience.formats.qda.rulers import Ruler, ruler_of
from consilience.formats.qda.texts import Laid

_NONE = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, eq=False)
class Foreign:
    """The passages of a project in the numbers of its program, grouped by text.

    Args:
        start: as written, the least integer where there is none.
        end: likewise.
        order: rows of all passages, those of a text together.
        bounds: where the rows of each text begin in `order`, and the end.
    """

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.int64]

    def rows(self, source: int) -> npt.NDArray[np.int64]:
        """Return the rows of the passages of a text."""
        return self.order[self.bounds[source] : self.bounds[source + 1]]


def foreign_passages(parsed: Parsed) -> Foreign:
    """Return the passages of a project as arrays; those between marks of time by the marks."""
    passages = parsed.passages
    marks = {
        guid: position
        for source in parsed.sources
        for guid, _, position in source.syncs
        if position is not None
    }
    start = [
        marks.get(mark, _NONE) if mark else _number(value)
        for value, mark in zip(passages.start, passages.from_sync, strict=True)
    ]
    end = [
        marks.get(mark, _NONE) if mark else _number(value)
        for value, mark in zip(passages.end, passages.to_sync, strict=True)
    ]
    of = np.array(passages.source, dtype=np.int64)
    order = np.argsort(of, kind="stable")
    bounds = np.searchsorted(of[order], np.arange(len(parsed.sources) + 1))
    return Foreign(np.array(start, dtype=np.int64), np.array(end, dtype=np.int64), order, bounds)


def _number(value: int | None) -> int:
    # What does not fit 64 bits lies outside any text, as the least integer does.
    return value if value is not None and abs(value) < 2**62 else _NONE


def passages_of(parsed: Parsed, texts: Sequence[Laid], foreign: Foreign) -> list[Passages]:
    """Return what a convention is detected from: passages with a length, by text."""
    found = []
    names = parsed.passages.name
    for number, laid in enumerate(texts):
        rows = foreign.rows(number)
        rows = rows[(foreign.start[rows] != _NONE) & (foreign.end[rows] > foreign.start[rows])]
        content = laid.content
        if content is None or not len(rows):
            continue
        widths = laid.layout.widths
        mixed = widths is not None and bool((widths == 1).any())
        found.append(
            Passages(
                text=content.decode,
                layout=laid.layout,
                starts=foreign.start[rows],
                ends=foreign.end[rows],
                names=[names[row] for row in rows.tolist()],
                make=(laid.ascii, laid.astral, laid.layout.bom, widths is not None, mixed),
            )
        )
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Where each passage is; `kept` is False for those without a place."""

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    kept: npt.NDArray[np.bool_]
    syncs: Mapping[int, tuple[Sync, ...]]
    warnings: tuple[Fault, ...]


def place(
    parsed: Parsed, texts: Sequence[Laid], foreign: Foreign, *, convention: Convention, where: Where
) -> Placed:
    """Return each passage in code points of the normal text.

    A passage of no length keeps its place; one that begins or ends outside its text, ends before
    it begins, has no numbers, or whose text is not there, has none.

    Returns:
        Places, and as warnings FMT-240 for passages outside their text, FMT-241 for those that end
        before they begin, FMT-242 for those of no length, FMT-250 for those without a position.
    """
    start = np.zeros(len(foreign.start), dtype=np.int64)
    end = np.zeros_like(start)
    outside = np.zeros(len(start), dtype=bool)
    absent = np.zeros(len(start), dtype=bool)
    syncs: dict[int, tuple[Sync, ...]] = {}
    for number, laid in enumerate(texts):
        rows = foreign.rows(number)
        marks = parsed.sources[number].syncs
        if laid.content is None:
            absent[rows] = True
            syncs[number] = tuple(Sync(guid=guid, time=time) for guid, time, _ in marks)
        elif len(rows) or marks:
            ruler = ruler_of(laid.content.decode(), laid.layout, convention)
            start[rows] = ruler.starts(foreign.start[rows])
            end[rows] = ruler.ends(foreign.end[rows])
            outside[rows] = (start[rows] < 0) | (np.maximum(start, end)[rows] > ruler.length)
            syncs[number] = _placed_marks(marks, ruler)
    unknown = (foreign.start == _NONE) | (foreign.end == _NONE)
    least = foreign.start + (1 if convention.end == "exclusive" else 0)
    reversed_ = ~unknown & (foreign.end < foreign.start)
    empty = ~unknown & ~reversed_ & (foreign.end < least) & (convention.end == "exclusive")
    end = np.where(empty, start, end)
    outside &= ~unknown & ~reversed_
    kept = ~(unknown | reversed_ | outside | absent)
    warnings = _warnings(
        parsed,
        {
            "FMT-240": outside & ~absent,
            "FMT-241": reversed_ & ~absent,
            "FMT-242": empty & kept,
            "FMT-250": unknown & ~absent,
        },
        where,
    )
    return Placed(start, end, kept, syncs, warnings)


def _placed_marks(
    marks: Sequence[tuple[str, int | None, int | None]], ruler: Ruler
) -> tuple[Sync, ...]:
    given = np.array([_number(position) for _, _, position in marks], dtype=np.int64)
    at = ruler.starts(np.where(given == _NONE, -1, given)).tolist()
    return tuple(
        Sync(guid=guid, time=time, position=place if 0 <= place <= ruler.length else None)
        for (guid, time, _), place in zip(marks, at, strict=True)
    )


def _warnings(
    parsed: Parsed, found: Mapping[str, npt.NDArray[np.bool_]], where: Where
) -> tuple[Fault, ...]:
    faults = []
    for code, rows in found.items():
        if rows.any():
            first = int(np.flatnonzero(rows)[0])
            source = parsed.sources[parsed.passages.source[first]]
            faults.append(
                Fault(
                    code,
                    where=where,
                    count=int(rows.sum()),
                    start=parsed.passages.start[first],
                    end=parsed.passages.end[first],
                    source=source.name or source.guid,
                )
            )
    return tuple(faults)
