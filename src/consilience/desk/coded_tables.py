"""Tables of what was coded: by case, text, coder, speaker; what meets; saturation; drift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.coding import tables
from consilience.coding.counts import saturation
from consilience.coding.drift import CodedBy, drift
from consilience.coding.model import CONSENSUS, Code
from consilience.coding.query import path_of
from consilience.coding.retrieve import Corpus
from consilience.coding.spans import Positions, Spans, overlapping
from consilience.coding.tables import (
    Marks,
    counted_below,
    crosstab,
    cut_to,
    marks_by,
    marks_in,
    meetings,
)
from consilience.desk.accounts import Person
from consilience.desk.case_facts import Fact, facts_of_cases
from consilience.desk.kept import kept_results, was_run
from consilience.desk.known_people import people_by_talk, speaker_called
from consilience.desk.retrieval import (
    ALL,
    Filters,
    Held,
    held_of,
    said_by,
    seen_corpus,
    speech_of,
)
from consilience.desk.shelf import Shelf
from consilience.desk.table_files import SIMULATED, write_table
from consilience.store.codings import assignments
from consilience.store.database import snapshot
from consilience.store.readable import first_marked, words_of
from consilience.store.transcripts import documents

By = Literal["case", "document", "coder", "speaker"]
Measure = tables.Measure
_FEWEST_BATCHES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Whose codings count in a table.

    The consensus is made of what coders marked, and would count it twice: it is left out unless it
    is asked for, as in the report.

    Args:
        coders: ids of those who marked something that counts, in order.
        left_out: how many codings of the consensus were left out.
    """

    coders: tuple[str, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosstab:
    """How much was marked with which code, a row a case, text, coder or speaker.

    Args:
        by: what a row is.
        measure: count, presence or characters.
        table: the row's id, its name where it has one, what is known of a case, and a column a
            code, called by its id.
        codes: path of each code by its id.
        simulated: whether a text that was asked of was invented.
        facts: what is known of cases, by column.
        caseless: by case, how many texts that were asked of belong to no case and have no row.
        counted: whose codings count.
    """

    by: By
    measure: Measure
    table: pa.Table
    codes: Mapping[str, str]
    simulated: bool
    facts: Mapping[str, Fact] = field(default_factory=dict)
    caseless: int = 0
    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCodes:
    """A table that names codes by their ids.

    Args:
        table: its rows.
        codes: path of each code by its id.
        simulated: whether a text that was asked of was invented.
        counted: whose codings count.
    """

    table: pa.Table
    codes: Mapping[str, str]
    simulated: bool
    counted: Counted


def code_table(
    engine: Engine,
    folder: Path,
    *,
    by: By,
    person: Person,
    measure: Measure = "count",
    below: bool = False,
    filters: Filters = ALL,
) -> Crosstab:
    """Return how much was marked with each code, as far as somebody may see it.

    All coders count, and the consensus only where it is asked for: see `Counted`.

    Where speakers are asked of, codings count of which they say a part, and characters that they
    say. By speaker, a row is a person of the plan, or who speaks in one text: see
    `known_people.speaker_called`.

    Args:
        engine: the database of the study.
        folder: the study folder, for what is known of cases.
        by: what a row is.
        person: who asks.
        measure: see `coding.tables.crosstab`.
        below: whether passages of a code count for those above it too.
        filters: which texts, coders and speakers are asked of.

    Raises:
        Fault: COD-026 for a filter that names nothing.
    """
    facts = facts_of_cases(folder) if by == "case" and was_run(folder) else ()
    with snapshot(engine) as connection:
        held, corpus, whose = _corpus(connection, engine, folder, person, filters)
        if by == "speaker":
            rows, marks = _by_speaker(connection, folder, held, corpus, filters)
        else:
            rows, marks = _grouped(held, corpus, by)
        if filters.speakers and by != "speaker":
            marks = cut_to(marks, said_by(speech_of(connection, held), filters.speakers))
    if below:
        marks = counted_below(marks, held.codes)
    cells = crosstab(marks, groups=len(rows), codes=len(held.codes), measure=measure)
    columns: dict[str, Any] = {by: rows}
    if by == "document":
        names = {each.document: each.name for each in held.texts}
        columns["name"] = [names[row] for row in rows]
    # What is known of a case gives way to a code of the same id, and both to the row's own.
    codes = {
        f"code {code.id}" if code.id in columns else code.id: n
        for n, code in enumerate(held.codes)
        if code.codable or below
    }
    known = {
        fact.name: fact
        for fact in facts
        if not {fact.name} & {*codes, *columns} and any(row in fact.values for row in rows)
    }
    columns |= {name: [fact.values.get(row) for row in rows] for name, fact in known.items()}
    columns |= {name: cells[:, n] for name, n in codes.items()}
    asked = [held.texts[n] for n in np.flatnonzero(corpus.wanted).tolist()]
    paths = list(_paths(held.codes).values())
    return Crosstab(
        by=by,
        measure=measure,
        table=pa.table(columns),
        codes={name: paths[n] for name, n in codes.items()},
        simulated=_simulated(held, corpus),
        facts=known,
        caseless=sum(not each.case for each in asked) if by == "case" else 0,
        counted=whose,
    )


def _corpus(
    connection: Connection, engine: Engine, folder: Path, person: Person, filters: Filters
) -> tuple[Held, Corpus, Counted]:
    """Return the codings that count; of speakers, those of which they say a part."""
    held = held_of(engine, connection)
    corpus = seen_corpus(connection, held, person, folder=folder, filters=filters)
    if filters.speakers:
        marked = Spans(corpus.starts, corpus.ends)
        said = said_by(speech_of(connection, held), filters.speakers)
        corpus = corpus.where(overlapping(marked, said))
    settled = np.array([each == CONSENSUS for each in corpus.coders], np.bool_)[corpus.coder]
    left_out = 0
    if not filters.coders:
        left_out = int(settled.sum())
        corpus = corpus.where(~settled)
    coders = tuple(corpus.coders[n] for n in np.unique(corpus.coder).tolist())
    return held, corpus, Counted(coders=coders, left_out=left_out)


def _asked(speaker: str, filters: Filters) -> bool:
    return not filters.speakers or speaker.casefold() in {s.casefold() for s in filters.speakers}


def _by_speaker(
    connection: Connection, folder: Path, held: Held, corpus: Corpus, filters: Filters
) -> tuple[list[str], Marks]:
    """Return who speaks, in the order of the texts, and the codings of what each says."""
    spoken = speech_of(connection, held)
    asked = np.array([*(_asked(each, filters) for each in spoken.names), False], np.bool_)
    text = corpus.line.number(spoken.starts)
    named = corpus.wanted[text] & asked[spoken.speaker]
    named &= spoken.said.ends > spoken.said.starts
    pairs, at = np.unique(
        text[named] * len(spoken.names) + spoken.speaker[named], return_inverse=True
    )
    people = people_by_talk(folder)
    interviews = {each.id: each.interview or "" for each in documents(connection)}
    called = []
    for number, label in (divmod(pair, len(spoken.names)) for pair in pairs.tolist()):
        own = held.texts[number]
        known = people.get(interviews[own.document], {})
        called.append(speaker_called(spoken.names[label], own.name, known))
    rows = list(dict.fromkeys(called))
    place = {each: n for n, each in enumerate(rows)}
    groups = np.array([place[each] for each in called], dtype=np.int64)[at]
    return rows, marks_in(corpus, spoken.said.where(named), groups)


def _grouped(held: Held, corpus: Corpus, by: By) -> tuple[list[str], Marks]:
    """Return the rows of a table and the codings by row; a text without a case has no row."""
    text = corpus.line.number(corpus.starts)
    wanted = np.flatnonzero(corpus.wanted)
    if by == "coder":
        used = np.unique(corpus.coder)
        return [corpus.coders[n] for n in used], marks_by(
            corpus, np.searchsorted(used, corpus.coder)
        )
    if by == "document":
        rows = [held.texts[n].document for n in wanted]
        return rows, marks_by(corpus, np.searchsorted(wanted, text))
    cases = [held.texts[n].case or "" for n in range(len(held.texts))]
    rows = sorted({cases[n] for n in wanted} - {""})
    number = {case: place for place, case in enumerate(rows)}
    own = np.array([number.get(case, -1) for case in cases], dtype=np.int64)
    return rows, marks_by(corpus, own[text])


def meeting_codes(
    engine: Engine, folder: Path, *, person: Person, filters: Filters = ALL
) -> OfCodes:
    """Return which codes meet (schema `MEETING`).

    Raises:
        Fault: COD-026 for a filter that names nothing.
    """
    with snapshot(engine) as connection:
        held, corpus, whose = _corpus(connection, engine, folder, person, filters)
    return _of_codes(meetings(corpus), held, corpus, whose)


def code_saturation(
    engine: Engine, folder: Path, *, person: Person, filters: Filters = ALL
) -> pa.Table:
    """Return when texts stopped bringing new codes (schema `SATURATION`).

    Texts come by the day of their interview or event where a stage that has run says it, then by
    name; texts in which nothing was marked are left out.

    Raises:
        Fault: COD-026 for a filter that names nothing.
    """
    days = _days(folder)
    with snapshot(engine) as connection:
        held, corpus, _ = _corpus(connection, engine, folder, person, filters)
        interviews = {each.id: each.interview for each in documents(connection)}
    text = corpus.line.number(corpus.starts)
    texts = [held.texts[n] for n in np.unique(text).tolist()]
    texts.sort(key=lambda t: (days.get(interviews[t.document] or "", dt.date.max), t.name))
    marked = pa.table(
        {
            "document": [corpus.line.documents[n] for n in text.tolist()],
            "code": [corpus.codes[n] for n in corpus.code.tolist()],
        },
        schema=pa.schema([("document", pa.string()), ("code", pa.string())]),
    )
    return saturation([(each.document, each.name) for each in texts], marked)


def _days(folder: Path) -> dict[str, dt.date]:
    """Return the day of each interview and event of the stages that have run."""
    if not was_run(folder):
        return {}
    days: dict[str, dt.date] = {}
    with Shelf(folder, kept_results(folder)) as shelf:
        for stage, result in shelf.results.items():
            for name in {"interview", "event"} & set(result.tables):
                for row in shelf.table(stage, name).select([name, "date"]).to_pylist():
                    if row["date"] is not None:
                        days[row[name]] = row["date"]
    return days


def coder_drift(
    engine: Engine, folder: Path, *, person: Person, batches: int = 4, filters: Filters = ALL
) -> OfCodes:
    """Return how often coders set codes early and late (schema `DRIFT`).

    Texts come in the order in which the coder first marked something in them; those that were
    released without a mark come last. Reads the words of every text.

    Args:
        engine: the database of the study.
        folder: the study folder.
        person: who asks.
        batches: how many batches of texts, 2 or more.
        filters: which texts and coders are asked of.

    Raises:
        Fault: COD-027 for fewer than two batches, COD-026 for a filter that names nothing.
    """
    if batches < _FEWEST_BATCHES:
        raise Fault("COD-027", batches=batches)
    with snapshot(engine) as connection:
        held, corpus, whose = _corpus(connection, engine, folder, person, filters)
        first = first_marked(connection)
        done = {(each.coder, each.document) for each in assignments(connection) if each.released_at}
        words = {
            int(n): _words(connection, held, n) for n in np.flatnonzero(corpus.wanted).tolist()
        }
    coded = [
        _coded_by(corpus, number, first=first, done=done, words=words)
        for number in np.unique(corpus.coder).tolist()
        if corpus.coders[number] != CONSENSUS
    ]
    return _of_codes(drift(coded, corpus.codes, batches=batches), held, corpus, whose)


def _of_codes(table: pa.Table, held: Held, corpus: Corpus, whose: Counted) -> OfCodes:
    return OfCodes(
        table=table,
        codes=_paths(held.codes),
        simulated=_simulated(held, corpus),
        counted=whose,
    )


def _simulated(held: Held, corpus: Corpus) -> bool:
    return any(held.texts[n].simulated for n in np.flatnonzero(corpus.wanted).tolist())


def _paths(codes: Iterable[Code]) -> dict[str, str]:
    known = tuple(codes)
    return {code.id: path_of(code, known) for code in known}


def _words(connection: Connection, held: Held, number: int) -> int:
    text = held.texts[number]
    return len(words_of(connection, text.document, text.version).split())


def _coded_by(
    corpus: Corpus,
    coder: int,
    *,
    first: Mapping[tuple[str, str], str],
    done: set[tuple[str, str]],
    words: Mapping[int, int],
) -> CodedBy:
    name, documents = corpus.coders[coder], corpus.line.documents
    own = corpus.where(corpus.coder == coder)
    text: Positions = own.line.number(own.starts)
    marked = set(text.tolist())
    texts = [n for n in words if n in marked or (name, documents[n]) in done]
    texts.sort(key=lambda n: (n not in marked, first.get((name, documents[n]), ""), n))
    place = np.full(len(documents), -1)
    place[texts] = np.arange(len(texts))
    counts = crosstab(
        marks_by(own, place[text]), groups=len(texts), codes=len(corpus.codes), measure="count"
    )
    return CodedBy(
        coder=name,
        texts=[documents[n] for n in texts],
        words=[words[n] for n in texts],
        passages=counts,
    )


def write_crosstab(found: Crosstab, target: Path) -> None:
    """Write a table of codes as .csv, .xlsx or .sav with labels, whole or not at all.

    Raises:
        Fault: COD-028 for another ending, STO-002 or STO-009 if it cannot be written.
    """
    known = found.facts.values()
    write_table(
        found.table,
        target,
        labels={**found.codes, **{fact.name: fact.label for fact in known}},
        value_labels={fact.name: fact.value_labels for fact in known if fact.value_labels},
        measures={fact.name: fact.measure for fact in known},
        note=SIMULATED if found.simulated else "",
    )
