"""Find passages by how codes stand to each other, as far as somebody may see them.

What is loaded once an open study and kept in memory: the place, code and coder of every coding,
the list of texts, and, once they are asked for, who says what where and where sentences begin.
It is loaded anew when the ledger has a new line. Words are read when they are shown or sentences
are counted for the first time, a text at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.coding.model import Code
from consilience.coding.query import Unit, named_codes, read_query
from consilience.coding.retrieve import (
    PASSAGE,
    Corpus,
    Within,
    corpus_of,
    covering,
    retrieve,
    turns_within,
)
from consilience.coding.sentence_index import SentenceIndex
from consilience.coding.spans import (
    Flags,
    Line,
    Positions,
    Spans,
    common,
    distinct,
    inside,
    line_of,
)
from consilience.desk.accounts import Person, people
from consilience.desk.case_facts import facts_of_cases
from consilience.desk.sight import Sight, reads_all, sight_of
from consilience.store.codings import codes
from consilience.store.database import snapshot
from consilience.store.readable import (
    ReadableText,
    newest_line,
    readable_codings,
    readable_texts,
    turns_read,
    words_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is asked of; what is empty asks of all.

    Args:
        documents: ids or names of texts.
        cases: ids of cases.
        attributes: names of attributes of cases, each with the levels asked for.
        coders: ids of coders; codings of others are as if they were not there.
        speakers: as their turns name them, in any case; passages are cut to what they say.
        kinds: interview, group, answer, note.
    """

    documents: Sequence[str] = ()
    cases: Sequence[str] = ()
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    coders: Sequence[str] = ()
    speakers: Sequence[str] = ()
    kinds: Sequence[str] = ()


ALL: Final = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Passages that answer a query.

    Args:
        total: how many there are.
        texts: in how many texts.
        passages: rows of `PASSAGE`, the first ones if not all were asked for.
    """

    total: int
    texts: int
    passages: pa.Table


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Speech:
    """What is said, turn by turn on the line.

    Args:
        starts: where each turn begins, label included.
        said: what is said in each.
        speaker: number of who says it, -1 where nobody is named.
        names: of speakers.
    """

    starts: Positions
    said: Spans
    speaker: Positions
    names: tuple[str, ...]

    def speakers_of(self, start: int, end: int) -> list[str]:
        """Return who speaks between two places, in order."""
        first = int(np.searchsorted(self.said.ends, start, side="right"))
        last = int(np.searchsorted(self.said.starts, end, side="left"))
        heard = dict.fromkeys(self.speaker[first:last].tolist())
        return [self.names[each] for each in heard if each >= 0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Held:
    """What is kept of an open study; see the head of this file."""

    stamp: int
    codes: tuple[Code, ...]
    texts: tuple[ReadableText, ...]
    corpus: Corpus
    sentences: SentenceIndex


_HELD: Final[WeakKeyDictionary[Engine, Held]] = WeakKeyDictionary()
_SPEECH: Final[WeakKeyDictionary[Held, Speech]] = WeakKeyDictionary()


def find(
    engine: Engine,
    folder: Path,
    query: str,
    *,
    person: Person,
    filters: Filters = ALL,
    most: int | None = None,
) -> Found:
    """Return the passages that answer a query, in the order of the texts' names.

    Args:
        engine: the database of the study.
        folder: the study folder; read where attributes of cases are asked for.
        query: see `consilience.coding.query`.
        person: who asks; codings that this person may not see yet are as if they were not there.
        filters: which texts, coders and speakers are asked of.
        most: how many passages come back with their words, None for all.

    Raises:
        Fault: COD-020 to COD-025 of the query, COD-026 of a filter; STU-006 if attributes are
            asked for and the study was never run.
    """
    with snapshot(engine) as connection:
        held = held_of(engine, connection)
        asked = read_query(query, held.codes)
        corpus = seen_corpus(connection, held, person, folder=folder, filters=filters)
        passages = retrieve(asked, corpus, within=_measures(connection, held))
        if filters.speakers:
            speech = _heard(speech_of(connection, held), corpus.line, sight_of(connection, person))
            passages = common(passages, said_by(speech, filters.speakers))
        shown = Spans(passages.starts[:most], passages.ends[:most])
        table = _passages(connection, held, shown, corpus.of_codes(named_codes(asked)))
    texts = np.unique(corpus.line.number(passages.starts))
    return Found(total=len(passages), texts=len(texts), passages=table)


def codings_within(
    engine: Engine,
    folder: Path,
    code: str,
    *,
    person: Person,
    query: str | None = None,
    filters: Filters = ALL,
) -> list[str]:
    """Return the ids of codings with a code that lie wholly within what is asked for.

    Args:
        engine: the database of the study.
        folder: the study folder; read where attributes of cases are asked for.
        code: id of the code.
        person: who asks; codings that this person may not see yet are left out.
        query: as for `find`; None takes the texts as they are.
        filters: which texts, coders and speakers are asked of.

    Raises:
        Fault: as `find`.
    """
    with snapshot(engine) as connection:
        held = held_of(engine, connection)
        corpus = seen_corpus(connection, held, person, folder=folder, filters=filters)
        own = corpus.of_codes(frozenset({code}))
        kept = np.ones(len(own.starts), np.bool_)
        if query is not None:
            answer = retrieve(
                read_query(query, held.codes), corpus, within=_measures(connection, held)
            )
            kept &= inside(Spans(own.starts, own.ends), answer)
        if filters.speakers:
            speech = _heard(speech_of(connection, held), corpus.line, sight_of(connection, person))
            said = said_by(speech, filters.speakers)
            kept &= inside(Spans(own.starts, own.ends), said)
        own = own.where(kept)
        table = readable_codings(connection, held.texts)
    table = table.filter(pc.equal(table.column("code"), code))
    coders = [own.coders[each] for each in own.coder.tolist()]
    places = set(zip(coders, own.starts.tolist(), own.ends.tolist(), strict=True))
    bases = dict(zip(own.line.documents, own.line.bases.tolist(), strict=True))
    found = []
    for row in table.to_pylist():
        base = bases[row["document"]]
        if (row["coder"], base + row["start"], base + row["end"]) in places:
            found.append(row["id"])
    return found


def person_called(engine: Engine, actor: str) -> Person:
    """Return the account whose login or id this is; anybody else sees what was released."""
    for person in people(engine):
        if actor in (person.login, person.id):
            return person
    return Person(
        id=actor,
        login=actor,
        name=actor,
        roles=frozenset({"analyst"}),
        active=True,
        one_time=False,
        created="",
    )


def held_of(engine: Engine, connection: Connection) -> Held:
    """Return what is kept of an open study, loading it if anything was done since."""
    stamp = newest_line(connection)
    held = _HELD.get(engine)
    if held is None or held.stamp != stamp:
        texts = readable_texts(connection)
        known = tuple(codes(connection))
        line = line_of([each.document for each in texts], [each.length for each in texts])
        table = readable_codings(connection, texts)
        held = Held(
            stamp=stamp,
            codes=known,
            texts=texts,
            corpus=corpus_of(line, table, [each.id for each in known]),
            sentences=SentenceIndex(line),
        )
        _HELD[engine] = held
    return held


def speech_of(connection: Connection, held: Held) -> Speech:
    """Return who says what where, loading it where nobody has asked for it yet."""
    speech = _SPEECH.get(held)
    if speech is None:
        speech = _SPEECH[held] = _speech(connection, held.texts, held.corpus.line)
    return speech


def _speech(connection: Connection, texts: tuple[ReadableText, ...], line: Line) -> Speech:
    speakers, turns = turns_read(connection, texts)
    names = sorted({each for each in speakers if each is not None})
    number = {name: place for place, name in enumerate(names)}
    starts, said, ends = (line.bases[turns[:, 0]] + turns[:, n] for n in (1, 2, 3))
    return Speech(
        starts=starts,
        said=Spans(said, ends),
        speaker=np.array([number.get(each or "", -1) for each in speakers], dtype=np.int64),
        names=tuple(names),
    )


def seen_corpus(
    connection: Connection, held: Held, person: Person, *, folder: Path, filters: Filters = ALL
) -> Corpus:
    """Return the codings that somebody may see of the texts and coders that are asked of.

    Raises:
        Fault: COD-026 for a text, case, attribute, level, coder or kind that is not there.
    """
    corpus = held.corpus
    sight = sight_of(connection, person)
    reads = _flags(sight.reads(each) for each in corpus.line.documents)
    text = corpus.line.number(corpus.starts)
    pairs = text * len(corpus.coders) + corpus.coder
    unique, place = np.unique(pairs, return_inverse=True)
    sees = np.array(
        [
            bool(reads[number]) and sight.sees(corpus.coders[coder], corpus.line.documents[number])
            for number, coder in (divmod(pair, len(corpus.coders)) for pair in unique.tolist())
        ],
        np.bool_,
    )
    seen = corpus.where(sees[place], wanted=reads)
    wanted = reads & _wanted(held, folder, filters, reads=reads)
    kept = wanted[seen.line.number(seen.starts)]
    if filters.coders:
        there = {seen.coders[each] for each in np.unique(seen.coder).tolist()} | {person.id}
        _check("coder", filters.coders, there)
        chosen = np.array([each in filters.coders for each in seen.coders], np.bool_)
        kept &= chosen[seen.coder]
    return seen.where(kept, wanted=wanted)


def _wanted(held: Held, folder: Path, filters: Filters, *, reads: Flags) -> Flags:
    """Return which texts are asked of; one that may not be read is as if it were not there."""
    texts = held.texts
    there = [each for each, read in zip(texts, reads.tolist(), strict=True) if read]
    wanted = np.ones(len(texts), np.bool_)
    if filters.documents:
        named = set(filters.documents)
        _check("text", named, {n for each in there for n in (each.document, each.name)})
        wanted &= _flags(each.document in named or each.name in named for each in texts)
    if filters.cases:
        _check("case", filters.cases, {each.case for each in there if each.case})
        wanted &= _flags(each.case in filters.cases for each in texts)
    if filters.kinds:
        _check("kind of text", filters.kinds, {each.kind for each in there})
        wanted &= _flags(each.kind in filters.kinds for each in texts)
    if filters.attributes:
        facts = {fact.name: fact for fact in facts_of_cases(folder)}
        _check("attribute", filters.attributes, facts)
        for name, levels in filters.attributes.items():
            by_text = [facts[name].level(each.case) if each.case else None for each in texts]
            everywhere = {facts[name].level(case) or "" for case in facts[name].values}
            _check(f"level of {name}", levels, everywhere)
            wanted &= _flags(level in levels for level in by_text)
    return wanted


def _flags(held: Iterable[bool]) -> Flags:
    return np.array(list(held), np.bool_)


def _check(what: str, asked: Collection[str], known: Collection[str]) -> None:
    for each in asked:
        if each not in known:
            some = ", ".join(sorted(known)[:10]) or "none"
            raise Fault("COD-026", what=what, value=each, known=some)


def _measures(connection: Connection, held: Held) -> dict[Unit, Within]:
    versions = {each.document: each.version for each in held.texts}

    def words(document: str) -> str:
        return words_of(connection, document, versions[document])

    return {
        "turns": turns_within(speech_of(connection, held).starts, held.corpus.line),
        "sentences": held.sentences.measure(words),
    }


def _heard(speech: Speech, line: Line, sight: Sight) -> Speech:
    """Return who says what in the texts that somebody may read, as if there were no others."""
    if reads_all(sight.person):
        return speech
    reads = _flags(sight.reads(each) for each in line.documents)
    heard = reads[line.number(speech.starts)]
    speaker = speech.speaker[heard]
    known = set(speaker.tolist())
    return Speech(
        starts=speech.starts[heard],
        said=speech.said.where(heard),
        speaker=speaker,
        names=tuple(name if n in known else "" for n, name in enumerate(speech.names)),
    )


def said_by(speech: Speech, speakers: Sequence[str]) -> Spans:
    """Return what speakers say, turn by turn.

    Raises:
        Fault: COD-026 for one who says nothing anywhere.
    """
    wanted = {each.casefold() for each in speakers}
    there = [each for each in speech.names if each]
    named = {each.casefold() for each in there}
    _check("speaker", [each for each in speakers if each.casefold() not in named], there)
    chosen = np.array([*(each.casefold() in wanted for each in speech.names), False], np.bool_)
    said = speech.said.where(chosen[speech.speaker])
    return distinct(said.starts, said.ends)


def _passages(connection: Connection, held: Held, shown: Spans, corpus: Corpus) -> pa.Table:
    """Return passages with their words, each text read once."""
    line = corpus.line
    speech = speech_of(connection, held)
    numbers = line.number(shown.starts)
    sets_on = covering(shown, corpus)
    rows = []
    at, words = -1, ""
    for n, number in enumerate(numbers.tolist()):
        text, base = held.texts[number], int(line.bases[number])
        if number != at:
            at, words = number, words_of(connection, text.document, text.version)
        start, end = int(shown.starts[n]) - base, int(shown.ends[n]) - base
        rows.append(
            {
                "document": text.document,
                "name": text.name,
                "version": text.version,
                "start": start,
                "end": end,
                "codes": sets_on[0][n],
                "coders": sets_on[1][n],
                "speakers": speech.speakers_of(base + start, base + end),
                "case": text.case,
                "text": words[start:end],
                "simulated": text.simulated,
            }
        )
    return pa.Table.from_pylist(rows, schema=PASSAGE)
