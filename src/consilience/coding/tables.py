"""How much was marked with each code in each case, text, by each coder, in what each speaker says?

And which codes meet, with the share of each one's passages that do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consilience.coding.counts import cooccurrence
from consilience.coding.model import COOCCURRENCE, Code
from consilience.coding.query import with_below
from consilience.coding.retrieve import Corpus
from consilience.coding.spans import Positions, Spans, melted, pairs

Measure = Literal["count", "presence", "characters"]

# of_code: share of the passages of the first code that overlap one of the second by the same
# coder; of_other: of the second that overlap one of the first.
MEETING: Final = COOCCURRENCE.append(pa.field("of_code", pa.float64(), nullable=False)).append(
    pa.field("of_other", pa.float64(), nullable=False)
)


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Codings in groups; one of several groups or codes is there once for each.

    Args:
        row: number of the coding.
        group: number of the group, such as a case.
        code: number of the code.
        starts: where it, or the part of it that is in the group, begins on the line.
        ends: where it ends.
    """

    row: Positions
    group: Positions
    code: Positions
    starts: Positions
    ends: Positions

    def where(self, kept: npt.NDArray[np.bool_] | Positions) -> Marks:
        """Return the chosen ones."""
        return Marks(
            self.row[kept],
            self.group[kept],
            self.code[kept],
            self.starts[kept],
            self.ends[kept],
        )


def marks_by(corpus: Corpus, groups: Positions) -> Marks:
    """Return codings in groups.

    Args:
        corpus: the codings.
        groups: the group of each coding, -1 for none.
    """
    rows = np.arange(len(corpus.starts))
    marks = Marks(rows, groups, corpus.code, corpus.starts, corpus.ends)
    return marks.where(groups >= 0)


def marks_in(corpus: Corpus, stretches: Spans, groups: Positions) -> Marks:
    """Return the parts of codings that lie in stretches that belong to groups, such as turns."""
    marked = Spans(corpus.starts, corpus.ends)
    found = [
        Marks(
            row,
            groups[own],
            corpus.code[row],
            np.maximum(stretches.starts[own], marked.starts[row]),
            np.minimum(stretches.ends[own], marked.ends[row]),
        )
        for own, row in pairs(stretches, marked)
    ]
    empty = marks_by(corpus, np.full(len(corpus.starts), -1))
    columns = ("row", "group", "code", "starts", "ends")
    return Marks(
        *(np.concatenate([getattr(each, name) for each in (empty, *found)]) for name in columns)
    )


def cut_to(marks: Marks, stretches: Spans) -> Marks:
    """Return the parts of marks that lie in stretches that do not overlap, such as turns.

    Args:
        marks: by start.
        stretches: likewise.
    """
    found = [marks.where(np.empty(0, np.int64))]
    for own, mark in pairs(stretches, Spans(marks.starts, marks.ends)):
        part = marks.where(mark)
        starts = np.maximum(stretches.starts[own], part.starts)
        ends = np.minimum(stretches.ends[own], part.ends)
        found.append(Marks(part.row, part.group, part.code, starts, ends))
    columns = ("row", "group", "code", "starts", "ends")
    return Marks(*(np.concatenate([getattr(each, name) for each in found]) for name in columns))


def counted_below(marks: Marks, codes: Sequence[Code]) -> Marks:
    """Return marks with those of each code counted for all codes above it too."""
    number = {code.id: place for place, code in enumerate(codes)}
    above: list[list[int]] = [[] for _ in codes]
    for code in codes:
        for each in with_below(frozenset({code.id}), codes):
            above[number[each]].append(number[code.id])
    sizes = np.array([len(each) for each in above], dtype=np.int64)
    flat = np.array([each for line in above for each in line], dtype=np.int64)
    times = sizes[marks.code]
    rows = np.repeat(np.arange(len(marks.code)), times)
    first = (np.cumsum(sizes) - sizes)[marks.code[rows]]
    step = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    found = marks.where(rows)
    return Marks(found.row, found.group, flat[first + step], found.starts, found.ends)


def crosstab(marks: Marks, *, groups: int, codes: int, measure: Measure) -> npt.NDArray[np.int64]:
    """How much was marked in each group with each code?

    Args:
        marks: codings in groups.
        groups: how many groups there are.
        codes: how many codes there are.
        measure: how many codings, whether there is one (1 or 0), or how many characters they
            cover, each character once however many coders marked it.

    Returns:
        A row a group, a column a code.
    """
    cell = marks.group * codes + marks.code
    if measure == "characters":
        cells = _covered(cell, marks, groups * codes)
    else:
        # A coding over two turns of one speaker is one coding.
        once = np.unique(np.stack([cell, marks.row]), axis=1)[0]
        cells = np.bincount(once, minlength=groups * codes)
    found: npt.NDArray[np.int64] = cells.reshape(groups, codes).astype(np.int64)
    return (found > 0).astype(np.int64) if measure == "presence" else found


def _covered(cell: Positions, marks: Marks, cells: int) -> Positions:
    """Return how many characters are covered in each cell."""
    # Each cell gets a line of its own, one after the other.
    width = int(marks.ends.max(initial=0)) + 1
    starts = cell * width + marks.starts
    order = np.argsort(starts, kind="stable")
    covered = melted(Spans(starts[order], (cell * width + marks.ends)[order]))
    found: Positions = np.zeros(cells, np.int64)
    np.add.at(found, covered.starts // width, covered.ends - covered.starts)
    return found


def meetings(corpus: Corpus) -> pa.Table:
    """Which codes meet, how often, and in what share of the passages of each?

    Args:
        corpus: the codings; those of two coders do not meet.

    Returns:
        Schema `MEETING`, a row a pair of codes that meet; see `counts.cooccurrence`.
    """
    line = corpus.line
    text = line.number(corpus.starts)
    table = cooccurrence(
        pa.table(
            {
                "code": _named(corpus.codes, corpus.code),
                "document": _named(line.documents, text),
                "coder": _named(corpus.coders, corpus.coder),
                "start": corpus.starts,
                "end": corpus.ends,
            }
        )
    )
    met = _met(corpus)
    total = np.bincount(corpus.code, minlength=len(corpus.codes))
    number = {code: place for place, code in enumerate(corpus.codes)}
    one, other = (
        np.array([number[each] for each in table[name].to_pylist()], dtype=np.int64)
        for name in ("code", "other")
    )
    shares = (
        met[one, other] / np.maximum(total[one], 1),
        met[other, one] / np.maximum(total[other], 1),
    )
    return pa.table([*table.columns, *map(pa.array, shares)], schema=MEETING)


def _named(names: Sequence[str], numbers: Positions) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(numbers))


def _met(corpus: Corpus) -> Positions:
    """Return how many passages of each code overlap one of each other code by the same coder."""
    codes = len(corpus.codes)
    width = int(corpus.ends.max(initial=0)) + 1
    starts = corpus.coder * width + corpus.starts
    order = np.argsort(starts, kind="stable")
    own = Spans(starts[order], (corpus.coder * width + corpus.ends)[order])
    code = corpus.code[order]
    found = [
        np.unique((row * codes + code[other])[code[row] != code[other]])
        for row, other in pairs(own, own)
    ]
    rows = np.unique(np.concatenate([*found, np.empty(0, np.int64)]))
    cells = np.bincount(code[rows // codes] * codes + rows % codes, minlength=codes * codes)
    return cells.reshape(codes, codes)
