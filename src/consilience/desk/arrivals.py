"""Take what an exchange file holds into the records of a study, within one transaction."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import pyarrow as pa
from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.base.ids import PATTERN, has_control, plain_name
from consilience.coding.code_names import name_key
from consilience.coding.codebook import check_levels
from consilience.coding.exchange import Incoming, IncomingText
from consilience.coding.exchange_turns import turns_told
from consilience.coding.model import CODING, Code
from consilience.desk.coding import written
from consilience.desk.known_texts import known_texts, name_here
from consilience.desk.sealed import entries_of, seal_about, seal_words, sealed_turns
from consilience.desk.sealed_memos import memo_entry, sealed_memo
from consilience.interviews.model import Document
from consilience.interviews.transcripts import document_id, is_plain_name, open_fields, turns_in
from consilience.store import codings as kept
from consilience.store.changes import Deed, do
from consilience.store.exchange import codings_there, memos_there
from consilience.store.transcripts import documents, keep_document, set_state
from consilience.store.vault import Vault

_AT_ONCE: Final = 10_000


class Place(NamedTuple):
    """Where a text of a file is: document, version, and whether that one is sealed."""

    document: str
    number: int
    sealed: bool


# By the key of each text in the file.
Places = Mapping[str, Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What was taken in: how many of each thing, and what a person should know."""

    counts: Mapping[str, int]
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a file is taken in.

    Args:
        vault: opens the vault, None if what comes may lie open; asked only if there is something
            new for it.
        sealed: is given the names of vault entries as they are written, so that they can be
            taken out again if the transaction is not kept.
        changed: is given the ids of texts in which something is new.
        simulated: whether new texts were invented.
        at: the time now.
        actor: who imports.
    """

    vault: Callable[[], Vault | None]
    sealed: list[tuple[Vault, str]] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    simulated: bool = False
    at: dt.datetime
    actor: str


def take_in(connection: Connection, taken: Incoming, arrival: Arrival) -> Accepted:
    """Take texts, codes, codings, memos and assignments in.

    Args:
        connection: within the transaction.
        taken: what the file holds.
        arrival: how.

    Raises:
        Fault: what opening the vault raises.
    """
    at = written(arrival.at)
    texts, places = _take_texts(connection, taken, arrival)
    coded = take_codes(connection, taken.codes, at=arrival.at, actor=arrival.actor)
    codings = _take_codings(connection, taken, places, arrival)
    memos = _take_memos(connection, taken, places, arrival)
    before = set(kept.assignments(connection))
    for each in taken.assignments:
        if each.document in places:
            document = places[each.document].document
            kept.assign(connection, document, each.coder, at=each.assigned_at or at)
            if each.released_at is not None:
                kept.release(connection, document, each.coder, at=each.released_at)
    arrival.changed.update(
        each.document for each in before.symmetric_difference(kept.assignments(connection))
    )
    for document in sorted(arrival.changed):
        # Pages that are open on this text look for new changes of it.
        deed = Deed(area="assignment", action="import", document=document, before={}, after={})
        do(connection, deed, at=at, actor=arrival.actor)
    parts = (texts, coded, codings, memos)
    return Accepted(
        counts={name: count for part in parts for name, count in part.counts.items()},
        warnings=tuple(fault for part in parts for fault in part.warnings),
    )


# --- texts ------------------------------------------------------------------------------


def _take_texts(
    connection: Connection, taken: Incoming, arrival: Arrival
) -> tuple[Accepted, dict[str, Place]]:
    known = known_texts(connection, taken.texts)
    there = documents(connection)
    ids, names = {each.id for each in there}, {each.name for each in there}
    places = {
        key: Place(each.document, each.number, sealed=each.sealed)
        for key, each in known.places.items()
    }
    new = [text for text in taken.texts if text.key not in places]
    vault = arrival.vault() if new else None
    renamed: list[str] = []
    for text in new:
        document = _document(text, ids=ids, names=names, sealed=vault is not None)
        document = replace(document, simulated=document.simulated or arrival.simulated)
        ids.add(document.id)
        names.add(document.name)
        renamed += [document.name] if document.name != text.name else []
        _keep(connection, document, text, vault=vault, arrival=arrival)
        places[text.key] = Place(document.id, 1, sealed=vault is not None)
    counts = {"texts": len(new), "texts here already": len(taken.texts) - len(new)}
    return Accepted(counts=counts, warnings=tuple(_told_of_names(renamed, known.renamed))), places


def _told_of_names(renamed: Sequence[str], by_words: Sequence[str]) -> Iterator[Fault]:
    if renamed:
        yield Fault("COD-084", count=len(renamed), example=renamed[0])
    if by_words:
        yield Fault("COD-090", count=len(by_words), example=by_words[0])


def _keep(
    connection: Connection,
    document: Document,
    text: IncomingText,
    *,
    vault: Vault | None,
    arrival: Arrival,
) -> None:
    words = text.content.decode()
    told = turns_told(text.document or {}, text.content)
    turns = list(turns_in(words) if told is None else told)
    if vault is not None:
        arrival.sealed.extend((vault, name) for name in entries_of(document.id, 1))
        seal_words(vault, document.id, 1, words)
        case = {} if text.case is None else {"case": text.case}
        seal_about(vault, document.id, {"source": text.name, **case, **text.header})
        turns = sealed_turns(vault, document.id, 1, turns)
    at, actor = written(arrival.at), arrival.actor
    keep_document(
        connection,
        document,
        text=words,
        turns=turns,
        sealed=vault is not None,
        at=at,
        actor=actor,
    )
    set_state(connection, document.id, "transcribed", at=at, actor=actor, reason="imported")


def _document(text: IncomingText, *, ids: set[str], names: set[str], sealed: bool) -> Document:
    """Return a new document; of a sealed one nothing that may name somebody."""
    before = text.document or {}
    name = _unused(name_here(text, sealed=sealed), names)
    wanted, source, case = _told(before, "id"), _told(before, "source"), text.case
    if sealed:
        wanted, source = _if_plain(wanted), _if_plain(source)
        # Texts of one case stay those of one case, though it may not be named.
        case = _if_plain(case) or (f"case-{text.case_key[:8]}" if text.case_key else None)
    house = wanted is not None and name == text.name and PATTERN.fullmatch(wanted) is not None
    return Document(
        id=_unused(wanted if house and wanted else document_id(name), ids),
        name=name,
        kind=text.kind,
        interview=_told(before, "interview"),
        case=case,
        source=source,
        source_sha256=_told(before, "source_sha256"),
        header=open_fields(text.header) if sealed else text.header,
        simulated=before.get("simulated") is True,
    )


def _if_plain(name: str | None) -> str | None:
    return name if name is not None and is_plain_name(name.rsplit(".", 1)[0]) else None


def _told(row: Mapping[str, object], name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) else None


def _unused(wanted: str, taken: set[str]) -> str:
    number, found = 2, wanted
    while found in taken:
        found = f"{wanted}-{number}"
        number += 1
    return found


# --- codes, codings, memos --------------------------------------------------------------


def take_codes(
    connection: Connection, codes: Iterable[Code], *, at: dt.datetime, actor: str
) -> Accepted:
    """Take new codes into the codebook, as one deed that can be undone; known ones stay.

    Returns:
        Counts, and COD-082 if some are here under another name, COD-044 if some new ones stand
        beside another of their name: other programs allow that, so they are taken.

    Raises:
        Fault: COD-045 if a new code would stand too deep.
    """
    there = {code.id: code for code in kept.codes(connection)}
    wanted = [_readable(code) for code in codes]
    new = [code for code in wanted if code.id not in there]
    renamed = [code for code in wanted if code.id in there and there[code.id].name != code.name]
    check_levels([*there.values(), *new], new)
    if new:
        rows = {code.id: kept.code_row(code) for code in new}
        for row in rows.values():
            del row["id"]
        before = {"code": dict.fromkeys(rows)}
        deed = Deed(area="codebook", action="import", before=before, after={"code": rows})
        do(connection, deed, at=written(at), actor=actor)
    warnings: tuple[Fault, ...] = ()
    if renamed:
        one = renamed[0]
        here = there[one.id].name
        warnings = (Fault("COD-082", count=len(renamed), there=one.name, here=here),)
    warnings += _doubles([*there.values(), *new], new)
    counts = {"codes": len(new), "codes here already": len(wanted) - len(new)}
    return Accepted(counts=counts, warnings=warnings)


def _readable(code: Code) -> Code:
    """Return a code without what its name holds that no list shows and a terminal would obey."""
    if not has_control(code.name):
        return code
    return replace(code, name=plain_name(code.name) or code.id)


def _doubles(codes: Iterable[Code], new: Iterable[Code]) -> tuple[Fault, ...]:
    """Tell of new codes that have a brother or sister of their name."""
    counts = Counter((code.parent, name_key(code.name)) for code in codes)
    double = [code.name for code in new if counts[code.parent, name_key(code.name)] > 1]
    return (Fault("COD-044", count=len(double), example=double[0]),) if double else ()


def _take_codings(
    connection: Connection, taken: Incoming, places: Places, arrival: Arrival
) -> Accepted:
    """Take codings in, some at a time: as rows of Python a large project would fill the memory."""
    total = new = others = 0
    for first in range(0, taken.codings.num_rows, _AT_ONCE):
        part = taken.codings.slice(first, _AT_ONCE)
        keys = part.column("document").to_pylist()
        columns = {name: part.column(name) for name in CODING.names} | {
            "document": pa.array([places[key].document for key in keys], pa.string()),
            "version": pa.array([places[key].number for key in keys], pa.int64()),
        }
        placed = pa.Table.from_pydict(columns, schema=CODING)
        there = codings_there(connection, part.column("id").to_pylist())
        if there:
            rows = placed.select(["id", "document", "code", "coder"]).to_pylist()
            known = [there.get(row["id"]) for row in rows]
            same = [(row["document"], row["code"], row["coder"]) for row in rows]
            others += sum(a is not None and a != b for a, b in zip(known, same, strict=True))
            placed = placed.filter(pa.array([each is None for each in known]))
        kept.insert_codings(connection, placed)
        arrival.changed.update(placed.column("document").unique().to_pylist())
        total, new = total + part.num_rows, new + placed.num_rows
    warnings = (Fault("COD-083", count=others),) if others else ()
    counts = {"codings": new, "codings here already": total - new}
    return Accepted(counts=counts, warnings=warnings)


def _take_memos(
    connection: Connection, taken: Incoming, places: Places, arrival: Arrival
) -> Accepted:
    """Take memos in; of a file with a sealed text their words go into the vault.

    Whoever wrote them had the names before them, on codes and cases as on passages.
    """
    there = memos_there(connection, [memo.id for memo in taken.memos])
    new = [memo for memo in taken.memos if memo.id not in there]
    # Of a file without a text nobody knows what its memos speak of.
    sealing = not places or any(place.sealed for place in places.values())
    vault = arrival.vault() if new and sealing else None
    coded = codings_there(connection, [memo.thing for memo in new if memo.on == "coding"])
    for memo in new:
        thing = places[memo.thing].document if memo.on == "document" else memo.thing
        placed = replace(memo, thing=thing)
        of = thing if memo.on == "document" else coded.get(thing, (None,))[0]
        arrival.changed.update(filter(None, (of,)))
        if vault is not None:
            entry = memo_entry(memo.id, of)
            arrival.sealed.append((vault, entry))
            placed = sealed_memo(vault, placed, entry=entry)
        kept.save_memo(connection, placed)
    warnings = (Fault("COD-091", count=len(new)),) if vault is not None else ()
    counts = {"memos": len(new), "memos here already": len(there)}
    return Accepted(counts=counts, warnings=warnings)
