"""Texts as one person may read them on a page: what is visible, where sentences begin."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow.compute as pc
from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.coding.model import CONSENSUS, Assignment, Code, Coding
from consilience.desk.accounts import Person, people
from consilience.desk.coding import Page, changes_since, documents_for, page_of, records
from consilience.desk.sight import how_much, reads_all, sight_of
from consilience.desk.usable_codes import code_to_mark
from consilience.interviews.model import Turn
from consilience.store.coded import at_version, each_once
from consilience.store.codings import assignments, codes, codings_table
from consilience.store.database import snapshot
from consilience.store.transcripts import find_document, readable_version, text_of, withdrawn_texts
from consilience.text.segments import sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as one person may read it.

    Args:
        id: id of the text.
        name: its name.
        simulated: whether its words were invented.
        kind: raw, corrected, pseudonymised or deposit.
        version: the version read; all places are counted in it.
        text: its words.
        turns: who said what.
        sentences: first code points of sentences, ascending.
        codings: what this person may see.
        codes: the codebook in the order of its tree.
        coders: how each coder is called, by id.
        number: of the newest change that was looked at.
        state: stands for exactly what may be seen; the same as long as that is the same.
        assigned: whether the text was given to this person to code.
        released: whether this person has released it.
        beside: what an open answer stands beside on its form: question and answer.
    """

    id: str
    name: str
    simulated: bool
    kind: str
    version: int
    text: str
    turns: tuple[Turn, ...]
    sentences: tuple[int, ...]
    codings: tuple[Coding, ...]
    codes: tuple[Code, ...]
    coders: Mapping[str, str]
    number: int
    state: str
    assigned: bool
    released: bool
    beside: Mapping[str, str]

    def with_coding(self, coding: Coding) -> Reading:
        """Return the text as it is after its reader has marked something, without reading anew."""
        if any(each.id == coding.id for each in self.codings):
            return self
        codings = (*self.codings, coding)
        return replace(self, codings=codings, state=state_of(codings, self.codes, self.version))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A text in a list.

    Args:
        id: its id.
        name: its name.
        simulated: whether its words were invented.
        state: how far the own coding is, in words.
        count: own codings in it.
        others: who else codes it, and whether they have released it, in words.
        open: whether it waits for this person to be coded.
        readable: whether there is a version that may be read.
        both: whether this person and another have released it.
    """

    id: str
    name: str
    simulated: bool
    state: str
    count: int
    others: str
    open: bool
    readable: bool
    both: bool


def texts_for(engine: Engine, person: Person) -> list[TextLine]:
    """Return the texts that somebody may read, by name: leads and analysts all, coders theirs."""
    given = documents_for(engine, person.id, all_texts=reads_all(person))
    with snapshot(engine) as connection:
        by_text: dict[str, list[Assignment]] = {}
        for each in assignments(connection):
            by_text.setdefault(each.document, []).append(each)
    names = names_of(engine)
    lines = []
    for line in given:
        others = [a for a in by_text.get(line.document.id, ()) if a.coder != person.id]
        own = line.assignment
        done = own is not None and own.released_at is not None
        lines.append(
            TextLine(
                id=line.document.id,
                name=line.document.name,
                simulated=line.document.simulated,
                state=_state(own, line.codings, readable=line.version is not None),
                count=line.codings,
                others=", ".join(_told(each, names) for each in others) or "nobody",
                open=own is not None and not done and line.version is not None,
                readable=line.version is not None,
                both=done and any(each.released_at for each in others),
            )
        )
    return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class CoderLine:
    """Somebody who codes a text, or could: name, and how far it is."""

    id: str
    name: str
    given: bool
    released: bool


def coders_of(engine: Engine, document: str) -> list[CoderLine]:
    """Return who codes a text or could, by name."""
    with snapshot(engine) as connection:
        given = {each.coder: each for each in assignments(connection, document=document)}
    names = names_of(engine)
    able = {each.id for each in people(engine) if each.active and each.roles & {"coder", "lead"}}
    lines = [
        CoderLine(
            id=coder,
            name=names.get(coder, coder),
            given=coder in given,
            released=coder in given and given[coder].released_at is not None,
        )
        for coder in able | set(given)
    ]
    return sorted(lines, key=lambda line: (line.name, line.id))


def reading_of(engine: Engine, document: str, person: Person) -> Reading:
    """Return a text as somebody may read it.

    Args:
        engine: the database of the study.
        document: id or name of the text.
        person: who reads.

    Raises:
        Fault: COD-006 if there is no such text, COD-007 if it may not be read yet, INT-018 if it
            is withdrawn; COD-144 if this person reads only what was given, and it was not, be it
            there or not.
    """
    page = _page(engine, document, person)
    assignment = page.assignment
    return Reading(
        id=page.document.id,
        name=page.document.name,
        simulated=page.document.simulated,
        kind=page.version.kind,
        version=page.version.number,
        text=page.text,
        turns=page.turns,
        sentences=_sentences(page.text, page.turns),
        codings=page.codings,
        codes=page.codes,
        coders=names_of(engine),
        number=page.number,
        state=state_of(page.codings, page.codes, page.version.number),
        assigned=assignment is not None,
        released=assignment is not None and assignment.released_at is not None,
        beside=page.document.header if page.document.kind == "answer" else {},
    )


def news_of(
    engine: Engine, document: str, person: Person, *, since: tuple[int, int]
) -> tuple[tuple[int, int], str | None]:
    """Return how far a text is and the state of what may be seen, None if unchanged.

    How far it is stays on the server: it would tell how busy others are who are not to be seen.

    Args:
        engine: the database of the study.
        document: id of the text.
        person: who looks.
        since: the newest change and the version when it was last looked at.

    Raises:
        Fault: as `reading_of`.
    """
    sees = how_much(person, _page_head(engine, document, person))
    number, version = since
    news = changes_since(engine, document, number, coder=person.id, sees=sees, version=version)
    state = None
    if news.codings is not None:
        state = state_of(news.codings, news.codes, news.version)
    return (news.number, news.version), state


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage with a code.

    Args:
        coding: id of the coding.
        document: id of the text.
        name: its name.
        coder: how its coder is called.
        words: the passage.
    """

    coding: str
    document: str
    name: str
    coder: str
    words: str


def codebook_of(engine: Engine) -> Sequence[Code]:
    """Return all codes in the order of the tree."""
    with snapshot(engine) as connection:
        return codes(connection)


def passages_with(engine: Engine, code: str, person: Person, *, most: int) -> list[Passage]:
    """Return passages that carry a code, as far as somebody may see them, by text and place.

    Args:
        engine: the database of the study.
        code: id of the code.
        person: who looks.
        most: how many at most.
    """
    names = names_of(engine) | {person.id: "you"}
    found: list[Passage] = []
    with snapshot(engine) as connection:
        sight = sight_of(connection, person)
        marked = codings_table(connection, code=code)
        gone = withdrawn_texts(connection)
        for document in dict.fromkeys(marked.column("document").to_pylist()):
            version = readable_version(connection, document)
            if document in gone or version is None:
                continue
            if not sight.reads(document) or len(found) >= most:
                continue
            of_text = marked.filter(pc.equal(marked.column("document"), document))
            text = text_of(connection, document, version.number) or ""
            moved = at_version(connection, of_text, document, version.number)
            found += [
                Passage(
                    coding=each.id,
                    document=document,
                    name=sight.texts[document],
                    coder=names.get(each.coder, each.coder),
                    words=text[each.start : each.end],
                )
                for each in records(each_once(moved))
                if sight.sees(each.coder, document)
            ]
    return found[:most]


def state_of(codings: Iterable[Coding], codes: Sequence[Code], version: int) -> str:
    """Return a short hash of a text, its codings and the codes as they are drawn.

    Args:
        codings: in whatever order they come.
        codes: in the order of the tree.
        version: the version of the text.
    """
    drawn = sorted(f"{each.id} {each.start} {each.end} {each.code}" for each in codings)
    drawn += [*map(repr, codes), str(version)]
    return hashlib.sha256("\n".join(drawn).encode()).hexdigest()[:16]


def no_longer(engine: Engine, code: str) -> Fault | None:
    """Return why passages cannot be marked with a code any more, None if they can."""
    with snapshot(engine) as connection:
        try:
            code_to_mark(connection, code)
        except Fault as fault:
            return fault
    return None


def names_of(engine: Engine) -> dict[str, str]:
    """Return how each coder is called, the consensus among them."""
    return {person.id: person.name for person in people(engine)} | {CONSENSUS: "consensus"}


def _page(engine: Engine, document: str, person: Person) -> Page:
    _refuse_others(engine, document, person)
    page = page_of(engine, document, person.id)
    sees = how_much(person, page.assignment)
    return page if sees == "own" else page_of(engine, document, person.id, sees=sees)


def _refuse_others(engine: Engine, document: str, person: Person) -> None:
    """Refuse a text that was not given to a coder just as one that is not there.

    Names of texts may say who was spoken to, so that guessing them must tell nothing.
    """
    if reads_all(person):
        return
    with snapshot(engine) as connection:
        found = find_document(connection, document)
        known = found and assignments(connection, document=found.id, coder=person.id)
    if not known:
        raise Fault("COD-144", document=document)


def _page_head(engine: Engine, document: str, person: Person) -> Assignment | None:
    _refuse_others(engine, document, person)
    with snapshot(engine) as connection:
        found = assignments(connection, document=document, coder=person.id)
    return found[0] if found else None


@functools.lru_cache(maxsize=64)
def _sentences(text: str, turns: tuple[Turn, ...]) -> tuple[int, ...]:
    starts: list[int] = []
    at = 0
    for turn in turns:
        for begin, end in ((at, turn.start), (turn.said, turn.end)):
            if begin < end:
                starts += sentences(text, begin, end)[0].tolist()
        at = turn.end
    starts += sentences(text, at, len(text))[0].tolist()
    return tuple(starts)


def _state(assignment: Assignment | None, count: int, *, readable: bool) -> str:
    if not readable:
        return "not pseudonymised yet"
    if assignment is None:
        return "not given to you"
    if assignment.released_at is not None:
        return "released"
    return "in work" if count else "waits for you"


def _told(assignment: Assignment, names: Mapping[str, str]) -> str:
    state = "released" if assignment.released_at else "not released"
    return f"{names.get(assignment.coder, assignment.coder)} ({state})"
