"""Find passages by codes, by words, or by both, as far as somebody may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Engine

from consilience.coding.model import Code
from consilience.desk.accounts import Person
from consilience.desk.reading import codebook_of, names_of
from consilience.desk.retrieval import Filters, find, held_of, seen_corpus
from consilience.desk.search import Hit, Where, search
from consilience.interviews.model import Document
from consilience.store.database import snapshot
from consilience.store.transcripts import documents

# Any code at all.
_ANY: Final = "*"
# Where words and codes are asked for together, as many passages with the words are looked at.
_MOST_HITS: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody looks for; what is empty asks of all.

    Args:
        codes: a query over codes; see `consilience.coding.query`.
        words: words that stand in the text; see `consilience.store.query`.
        document: id of the only text.
        coder: id of the only coder.
        speaker: only what this speaker says.
        case: only texts of this case.
    """

    codes: str = ""
    words: str = ""
    document: str = ""
    coder: str = ""
    speaker: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLine:
    """A passage that was found.

    Args:
        document: id of the text.
        name: its name.
        start: first code point of the passage.
        pieces: its words, each with whether they are what was looked for.
        codes: paths of the codes on all of it, of those that were asked for.
        coders: names of who set them.
        speakers: who speaks in it.
        case: of the text, empty if none.
        simulated: whether its words were invented.
    """

    document: str
    name: str
    start: int
    pieces: tuple[tuple[str, bool], ...]
    codes: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    case: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLines:
    """The first passages that were found, and how many there are in how many texts."""

    total: int
    texts: int
    lines: tuple[FoundLine, ...]


def look_for(
    engine: Engine, folder: Path, asked: Asked, *, person: Person, most: int
) -> FoundLines | None:
    """Return what somebody looks for, None if nothing was asked.

    Args:
        engine: the database of the study.
        folder: the study folder.
        asked: what to look for; a coder alone asks for all that this coder marked.
        person: who asks; what this person may not see yet is as if it were not there.
        most: how many passages at most.

    Raises:
        Fault: as `desk.retrieval.find` and `desk.search.search`.
    """
    if asked.codes or asked.coder:
        return _by_codes(engine, folder, asked, person=person, most=most)
    return _by_words(engine, asked, person=person, most=most) if asked.words else None


def _by_words(engine: Engine, asked: Asked, *, person: Person, most: int) -> FoundLines:
    found = search(engine, asked.words, person=person, where=_where(asked, limit=most))
    with snapshot(engine) as connection:
        known = {each.id: each for each in documents(connection)}
    return FoundLines(
        total=found.total,
        texts=found.texts,
        lines=tuple(_of_hit(each, known[each.document]) for each in found.hits),
    )


def _by_codes(
    engine: Engine, folder: Path, asked: Asked, *, person: Person, most: int
) -> FoundLines:
    filters = Filters(
        documents=_one(asked.document),
        cases=_one(asked.case),
        coders=_one(asked.coder),
        speakers=_one(asked.speaker),
    )
    found = find(
        engine,
        folder,
        asked.codes or _ANY,
        person=person,
        filters=filters,
        most=None if asked.words else most,
    )
    rows, total, texts = found.passages.to_pylist(), found.total, found.texts
    marks: dict[str, list[tuple[int, int]]] = {}
    if asked.words:
        where = _where(asked, limit=_MOST_HITS)
        for hit in search(engine, asked.words, person=person, where=where).hits:
            marks.setdefault(hit.document, []).extend(hit.marks)
        rows = [row for row in rows if _inside(row, marks)]
        total, texts = len(rows), len({row["document"] for row in rows})
    paths = paths_of(codebook_of(engine))
    names = names_of(engine) | {person.id: "you"}
    return FoundLines(
        total=total,
        texts=texts,
        lines=tuple(
            FoundLine(
                document=row["document"],
                name=row["name"],
                start=row["start"],
                pieces=_pieces(row["text"], row["start"], _inside(row, marks)),
                codes=tuple(paths.get(each, each) for each in row["codes"]),
                coders=tuple(names.get(each, each) for each in row["coders"]),
                speakers=tuple(row["speakers"]),
                case=row["case"] or "",
                simulated=row["simulated"],
            )
            for row in rows[:most]
        ),
    )


def coders_seen(engine: Engine, folder: Path, person: Person) -> list[tuple[str, str]]:
    """Return id and name of everybody of whose codings somebody may see any: oneself first."""
    with snapshot(engine) as connection:
        seen = seen_corpus(connection, held_of(engine, connection), person, folder=folder)
    names = names_of(engine) | {person.id: "you"}
    ids = {seen.coders[number] for number in np.unique(seen.coder).tolist()}
    named = [(each, names.get(each, each)) for each in ids]
    return sorted(named, key=lambda pair: (pair[0] != person.id, pair[1], pair[0]))


def paths_of(codes: Sequence[Code]) -> dict[str, str]:
    """Return the path of each code by its id, `Parent > Child`.

    Args:
        codes: in the order of the tree: a parent before those below it.

    Example:
        >>> paths_of([Code(id="a", name="Trust"), Code(id="b", name="grows", parent="a")])["b"]
        'Trust > grows'
    """
    paths: dict[str, str] = {}
    for code in codes:
        above = paths.get(code.parent or "")
        paths[code.id] = f"{above} > {code.name}" if above else code.name
    return paths


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _where(asked: Asked, *, limit: int) -> Where:
    return Where(
        document=asked.document or None,
        speaker=asked.speaker or None,
        case=asked.case or None,
        limit=limit,
    )


def _inside(row: dict[str, Any], marks: dict[str, list[tuple[int, int]]]) -> list[tuple[int, int]]:
    return [
        (start, end)
        for start, end in marks.get(row["document"], ())
        if row["start"] <= start and end <= row["end"]
    ]


def _of_hit(hit: Hit, document: Document) -> FoundLine:
    last = hit.snippet_start + len(hit.snippet)
    marks = [each for each in hit.marks if hit.snippet_start <= each[0] and each[1] <= last]
    return FoundLine(
        document=hit.document,
        name=hit.name,
        start=hit.marks[0][0] if hit.marks else hit.start,
        pieces=_pieces(hit.snippet, hit.snippet_start, marks),
        speakers=(hit.speaker,) if hit.speaker else (),
        case=document.case or "",
        simulated=document.simulated,
    )


def _pieces(
    text: str, first: int, marks: Sequence[tuple[int, int]]
) -> tuple[tuple[str, bool], ...]:
    """Return a text in pieces, each with whether it was looked for."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(marks):
        if start - first >= at:
            pieces += [(text[at : start - first], False), (text[start - first : end - first], True)]
            at = end - first
    return tuple(piece for piece in (*pieces, (text[at:], False)) if piece[0])
