"""Which passages answer a query, and who marked them with what?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from consilience.coding.query import And, Codes, Expression, Not, Or, Related, Unit
from consilience.coding.spans import (
    Flags,
    Line,
    Positions,
    Spans,
    common,
    distinct,
    following,
    inside,
    overlapping,
    pairs,
    preceding,
    rest,
    union,
)

# Whether from one place to another, later in the same text, it is at most so many units.
Within = Callable[[Positions, Positions, int], Flags]
_NO_WITHIN: Final[Mapping[Unit, Within]] = {}

# One row a passage that answers a query. codes, coders: the codes of the query that some coding
# sets on the whole passage, and the coders of these; speakers: who speaks in it.
PASSAGE: Final = pa.schema(
    [
        *[pa.field(name, pa.string(), nullable=False) for name in ("document", "name")],
        *[pa.field(name, pa.int64(), nullable=False) for name in ("version", "start", "end")],
        *[
            pa.field(name, pa.list_(pa.string()), nullable=False)
            for name in ("codes", "coders", "speakers")
        ],
        pa.field("case", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("simulated", pa.bool_(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Codings of texts on a line, by start.

    Args:
        line: the texts.
        wanted: which texts are asked.
        codes: ids of codes.
        coders: ids of coders.
        code: number of the code of each coding.
        coder: number of its coder.
        starts: where each begins on the line.
        ends: where it ends.
    """

    line: Line
    wanted: Flags
    codes: tuple[str, ...]
    coders: tuple[str, ...]
    code: Positions
    coder: Positions
    starts: Positions
    ends: Positions

    def where(self, kept: Flags, *, wanted: Flags | None = None) -> Corpus:
        """Return it with the codings that are flagged, and other texts asked if given."""
        return Corpus(
            self.line,
            self.wanted if wanted is None else wanted,
            self.codes,
            self.coders,
            self.code[kept],
            self.coder[kept],
            self.starts[kept],
            self.ends[kept],
        )

    def of_codes(self, ids: frozenset[str]) -> Corpus:
        """Return it with the codings of these codes."""
        return self.where(np.array([each in ids for each in self.codes], np.bool_)[self.code])


def corpus_of(line: Line, codings: pa.Table, codes: Sequence[str]) -> Corpus:
    """Return codings of texts on a line.

    Args:
        line: the texts, those of all codings among them.
        codings: rows of `CODING` in the versions whose lengths the line has.
        codes: ids of all codes.
    """
    coders = sorted(codings.column("coder").unique().to_pylist())
    text, code, coder = (
        _numbers(codings.column(name), names)
        for name, names in (("document", line.documents), ("code", codes), ("coder", coders))
    )
    starts = line.bases[text] + codings.column("start").to_numpy()
    ends = line.bases[text] + codings.column("end").to_numpy()
    order = np.lexsort((ends, starts))
    return Corpus(
        line,
        np.ones(len(line.documents), np.bool_),
        tuple(codes),
        tuple(coders),
        code[order],
        coder[order],
        starts[order],
        ends[order],
    )


def _numbers(column: pa.ChunkedArray, names: Sequence[str]) -> Positions:
    """Return the place of each value among names."""
    coded = column.combine_chunks().dictionary_encode()
    places = {name: place for place, name in enumerate(names)}
    own = np.array([places[name] for name in coded.dictionary.to_pylist()], dtype=np.int64)
    found: Positions = own[coded.indices.to_numpy()]
    return found


def retrieve(
    query: Expression, corpus: Corpus, *, within: Mapping[Unit, Within] = _NO_WITHIN
) -> Spans:
    """Return the passages that answer a query, in the order of the texts.

    Args:
        query: as `read_query` read it.
        corpus: codings that may be seen, and the texts that are asked.
        within: measures sentences and turns, for queries that need them.

    Returns:
        Stretches on the line, each once; see `coding.query` for what they are.
    """
    if isinstance(query, Codes):
        own = corpus.of_codes(query.ids)
        return distinct(own.starts, own.ends)
    if isinstance(query, Not):
        asked = corpus.line.texts(corpus.wanted)
        return rest(retrieve(query.of, corpus, within=within), asked)
    left = retrieve(query.left, corpus, within=within)
    right = retrieve(query.right, corpus, within=within)
    if isinstance(query, Or):
        return union(left, right)
    if isinstance(query, And):
        return common(left, right)
    return left.where(_related(query, left, right, line=corpus.line, within=within))


def _related(
    query: Related, own: Spans, others: Spans, *, line: Line, within: Mapping[Unit, Within]
) -> Flags:
    if query.how == "in":
        return inside(own, others)
    if query.how == "overlapping":
        return overlapping(own, others)
    meets = overlapping(own, others) if query.how == "near" else np.zeros(len(own), np.bool_)
    rows, first, last = _gaps(query.how, own, others)
    # What overlaps is not measured, nor what lies in two texts.
    asked = ~meets[rows]
    asked[asked] = line.number(first[asked]) == line.number(last[asked])
    rows, first, last = rows[asked], first[asked], last[asked]
    if query.most is not None:
        measure = _characters if query.unit == "characters" else within[query.unit]
        rows = rows[measure(first, last, query.most)]
    meets[rows] = True
    return meets


def _gaps(how: str, own: Spans, others: Spans) -> tuple[Positions, Positions, Positions]:
    """Return between which places it is measured, and for which of the own stretches."""
    ahead = following(own, others) if how in ("near", "before") else np.full(len(own), -1)
    behind = preceding(own, others) if how in ("near", "after") else np.full(len(own), -1)
    before, after = np.flatnonzero(ahead >= 0), np.flatnonzero(behind >= 0)
    return (
        np.concatenate([before, after]),
        np.concatenate([own.ends[before] - 1, behind[after] - 1]),
        np.concatenate([ahead[before], own.starts[after]]),
    )


def _characters(first: Positions, last: Positions, most: int) -> Flags:
    return last - first - 1 <= most


def turns_within(starts: Positions, line: Line) -> Within:
    """Return what measures turns.

    Args:
        starts: where turns begin on the line, ascending; a place belongs to the turn that began
            last in its text.
        line: the texts.
    """

    def within(first: Positions, last: Positions, most: int) -> Flags:
        one, other = (np.searchsorted(starts, each, side="right") for each in (first, last))
        base = line.bases[line.number(first)]
        after = base + line.lengths[line.number(first)]
        has = np.searchsorted(starts, base, side="left") < np.searchsorted(
            starts, after, side="left"
        )
        return has & (other - one <= most)

    return within


def covering(passages: Spans, corpus: Corpus) -> tuple[list[tuple[str, ...]], ...]:
    """Return for each passage the codes set on all of it, and who set them, each in order.

    Args:
        passages: stretches on the line.
        corpus: with the codings of the codes that are asked for.
    """
    codes: list[set[int]] = [set() for _ in range(len(passages))]
    coders: list[set[int]] = [set() for _ in range(len(passages))]
    marked = Spans(corpus.starts, corpus.ends)
    for own, row in pairs(passages, marked):
        whole = (marked.starts[row] <= passages.starts[own]) & (
            marked.ends[row] >= passages.ends[own]
        )
        own, row = own[whole], row[whole]  # noqa: PLW2901  (the pairs that count)
        triples = zip(
            own.tolist(), corpus.code[row].tolist(), corpus.coder[row].tolist(), strict=True
        )
        for passage, code, coder in triples:
            codes[passage].add(code)
            coders[passage].add(coder)
    return (
        [tuple(corpus.codes[each] for each in sorted(found)) for found in codes],
        [tuple(corpus.coders[each] for each in sorted(found)) for found in coders],
    )
