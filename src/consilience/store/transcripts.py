"""Keep texts: documents, their versions, who said what, and the states they went through."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, func, select

from consilience.base.errors import Fault
from consilience.interviews.model import (
    Document,
    DocumentKind,
    StateChange,
    TextState,
    Turn,
    Version,
    VersionKind,
)
from consilience.store.search import clear_forgotten, forget_text, index_text
from consilience.store.transcript_tables import CONTENT, DOCUMENT, DOCUMENT_STATE, TURN, VERSION
from consilience.text.normal import text_hash
from consilience.text.offsets import OffsetMap, unchanged, unpack_map

# A text in one of these states is kept, or its trace, and takes part in nothing.
GONE: Final[frozenset[TextState]] = frozenset({"withdrawn", "erased"})
_KNOWN_BY: Final = ("survey", "response")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version about to be kept.

    Args:
        kind: corrected, pseudonymised or deposit; raw where what it came from has changed.
        text: its normal form.
        turns: who said what in it.
        edits: from the version it was made from to it.
        sealed: whether its words stay out of the database.
    """

    kind: VersionKind
    text: str
    turns: Sequence[Turn]
    edits: OffsetMap
    sealed: bool


def keep_document(
    connection: Connection,
    document: Document,
    *,
    text: str,
    turns: Sequence[Turn],
    kind: VersionKind = "raw",
    sealed: bool,
    at: str,
    actor: str,
) -> Version:
    """Keep a new text and its first version.

    Args:
        connection: within the transaction.
        document: its id and name must be new.
        text: its normal form.
        turns: who said what, in order; of a sealed text without names.
        kind: raw as a rule; pseudonymised for a text that came so.
        sealed: whether the words stay out of the database; the caller puts them in the vault.
        at: when, UTC.
        actor: who.
    """
    values = asdict(document) | {"header": json.dumps(dict(document.header), ensure_ascii=False)}
    connection.execute(DOCUMENT.insert(), values)
    version = Version(
        document=document.id,
        number=1,
        kind=kind,
        parent=None,
        sha256=text_hash(text),
        length=len(text),
        sealed=sealed,
        at=at,
        actor=actor,
    )
    _insert_version(connection, version, text=text, turns=turns, edits=None)
    return version


def add_version(
    connection: Connection, parent: Version, draft: Draft, *, at: str, actor: str
) -> Version:
    """Keep a version that was made from another by edits.

    Args:
        connection: within the transaction.
        parent: the version edited.
        draft: the text after the edits; the words of a sealed one the caller puts in the vault.
        at: when, UTC.
        actor: who.

    Raises:
        Fault: TXT-010 if the edits do not lead from the parent to a text of this length.
    """
    edits, length = draft.edits, len(draft.text)
    if parent.length != edits.length:
        raise Fault("TXT-010", left=parent.length, found=edits.length)
    if edits.new_length != length:
        raise Fault("TXT-010", left=edits.new_length, found=length)
    last = select(func.max(VERSION.c.number)).where(VERSION.c.document == parent.document)
    version = Version(
        document=parent.document,
        number=int(connection.execute(last).scalar_one()) + 1,
        kind=draft.kind,
        parent=parent.number,
        sha256=text_hash(draft.text),
        length=length,
        sealed=draft.sealed,
        at=at,
        actor=actor,
    )
    _insert_version(connection, version, text=draft.text, turns=draft.turns, edits=edits)
    return version


def _insert_version(
    connection: Connection,
    version: Version,
    *,
    text: str,
    turns: Sequence[Turn],
    edits: OffsetMap | None,
) -> None:
    packed = edits.pack() if edits is not None else None
    connection.execute(VERSION.insert(), asdict(version) | {"edits": packed})
    if not version.sealed:
        key = {"document": version.document, "version": version.number}
        connection.execute(CONTENT.insert(), key | {"text": text})
    _insert_turns(connection, version.document, version.number, turns)
    index_text(connection, version.document, version.number)


def _insert_turns(
    connection: Connection, document: str, version: int, turns: Sequence[Turn]
) -> None:
    if turns:
        connection.exec_driver_sql(
            'INSERT INTO turn (document, version, number, speaker, start, said, "end", t0, t1) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (document, version, number, t.speaker, t.start, t.said, t.end, t.t0, t.t1)
                for number, t in enumerate(turns, start=1)
            ],
        )


def documents(connection: Connection) -> list[Document]:
    """Return all texts by name."""
    rows = connection.execute(select(DOCUMENT).order_by(DOCUMENT.c.name))
    return [_document(row) for row in rows]


def find_document(connection: Connection, named: str) -> Document | None:
    """Return the text of this id or name, None if there is none."""
    same = (DOCUMENT.c.id == named) | (DOCUMENT.c.name == named)
    rows = connection.execute(select(DOCUMENT).where(same)).all()
    return _document(rows[0]) if rows else None


def _document(row: Row[tuple[object, ...]]) -> Document:
    values = dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name)
    return Document(**values | {"header": json.loads(values["header"])})


def set_header(connection: Connection, document: str, header: Mapping[str, str]) -> None:
    """Say anew what stands in the header of a text."""
    update_document(connection, document, header=json.dumps(dict(header), ensure_ascii=False))


def update_document(connection: Connection, document: str, **values: str | bool | None) -> None:
    """Change what is known of a text, such as its interview or its case."""
    connection.execute(DOCUMENT.update().where(DOCUMENT.c.id == document).values(**values))


def versions(connection: Connection, document: str) -> list[Version]:
    """Return the versions of a text in the order in which they were made."""
    wanted = select(VERSION).where(VERSION.c.document == document).order_by(VERSION.c.number)
    return [_version(row) for row in connection.execute(wanted)]


def versions_by_text(connection: Connection, kind: DocumentKind) -> dict[str, list[Version]]:
    """Return the versions of every text of a kind, in one look, each list as `versions`."""
    wanted = (
        select(VERSION)
        .join(DOCUMENT, DOCUMENT.c.id == VERSION.c.document)
        .where(DOCUMENT.c.kind == kind)
        .order_by(VERSION.c.document, VERSION.c.number)
    )
    found: dict[str, list[Version]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.document, []).append(_version(row))
    return found


def find_version(connection: Connection, document: str, number: int) -> Version:
    """Return one version of a text.

    Raises:
        Fault: INT-001 if there is none of that number.
    """
    found = [each for each in versions(connection, document) if each.number == number]
    if not found:
        raise Fault("INT-001", document=document, version=number)
    return found[0]


def _version(row: Row[tuple[object, ...]]) -> Version:
    values = dict(row._mapping)  # noqa: SLF001
    del values["edits"]
    return Version(**values)


def readable_version(connection: Connection, document: str) -> Version | None:
    """Return the newest version that is not sealed, None if there is none."""
    return next((v for v in reversed(versions(connection, document)) if not v.sealed), None)


def text_of(connection: Connection, document: str, version: int) -> str | None:
    """Return the words of a version, None if they are sealed."""
    wanted = select(CONTENT.c.text).where(
        CONTENT.c.document == document, CONTENT.c.version == version
    )
    found: str | None = connection.execute(wanted).scalar()
    return found


def turns_of(connection: Connection, document: str, version: int) -> list[Turn]:
    """Return who said what in a version, in order."""
    wanted = (
        select(TURN.c.speaker, TURN.c.start, TURN.c.said, TURN.c.end, TURN.c.t0, TURN.c.t1)
        .where(TURN.c.document == document, TURN.c.version == version)
        .order_by(TURN.c.number)
    )
    return [
        Turn(speaker=speaker, start=start, said=said, end=end, t0=t0, t1=t1)
        for speaker, start, said, end, t0, t1 in connection.execute(wanted)
    ]


def turn_counts(connection: Connection) -> dict[tuple[str, int], int]:
    """Return how many turns each version of each text has; none for those without."""
    wanted = select(TURN.c.document, TURN.c.version, func.count()).group_by(
        TURN.c.document, TURN.c.version
    )
    return {(document, version): count for document, version, count in connection.execute(wanted)}


def replace_turns(
    connection: Connection, document: str, version: int, turns: Sequence[Turn]
) -> None:
    """Put other turns in the place of those of a version: a person corrected them."""
    # A name may go with them.
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    connection.execute(TURN.delete().where(TURN.c.document == document, TURN.c.version == version))
    _insert_turns(connection, document, version, turns)
    index_text(connection, document, version)


def seal_version(connection: Connection, version: Version, *, turns: Sequence[Turn]) -> None:
    """Take a version that lay open out of the database and its index; a newer one is read.

    The caller has put its words and the names of its speakers into the vault. Codings made on it
    follow as before.

    Args:
        connection: within the transaction.
        version: one that is not sealed, older than the one being read.
        turns: who said what in it, without names.
    """
    # What goes is overwritten with zeros.
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    of, number = version.document, version.number
    connection.execute(
        CONTENT.delete().where(CONTENT.c.document == of, CONTENT.c.version == number)
    )
    connection.execute(TURN.delete().where(TURN.c.document == of, TURN.c.version == number))
    _insert_turns(connection, of, number, turns)
    connection.execute(
        VERSION.update()
        .where(VERSION.c.document == of, VERSION.c.number == number)
        .values(sealed=True)
    )


def seal_open_version(connection: Connection, version: Version, *, turns: Sequence[Turn]) -> None:
    """Take a version that lay open out of the database and its index, also the one being read.

    Args:
        connection: within the transaction.
        version: one that is not sealed.
        turns: who said what in it, without names.
    """
    # The index wants the words that it has to forget, so it goes first.
    forget_text(connection, version.document)
    seal_version(connection, version, turns=turns)
    left = readable_version(connection, version.document)
    if left is not None:
        index_text(connection, version.document, left.number)


def map_between(connection: Connection, document: str, old: int, new: int) -> OffsetMap:
    """Return where passages of one version are in another, older or newer.

    The way leads from each to the version that both come from, and through every step between.

    Raises:
        Fault: INT-001 if there is no version of that number.
    """
    known = {each.number: each for each in versions(connection, document)}
    for number in (old, new):
        if number not in known:
            raise Fault("INT-001", document=document, version=number)
    path = unchanged(known[old].length)
    for _, step in _steps(connection, known, document, old, new):
        path = path.then(step)
    return path


def replaced_by_raw(
    connection: Connection,
    document: str,
    old: int,
    new: int,
    *,
    starts: npt.ArrayLike,
    ends: npt.ArrayLike,
) -> npt.NDArray[np.bool_]:
    """Return which passages of a version hold other words in another, as the text came anew.

    What corrections and pseudonyms changed is not told: there a person answers for the words.

    Args:
        connection: to read from.
        document: id of the text.
        old: the version of the passages.
        new: the other version.
        starts: first code point of each passage.
        ends: code point after its last.
    """
    known = {each.number: each for each in versions(connection, document)}
    first, last = (np.array(each, dtype=np.int64) for each in (starts, ends))
    found = np.zeros(len(first), dtype=np.bool_)
    for number, step in _steps(connection, known, document, old, new):
        if known[number].kind == "raw":
            found |= step.touched(first, last)
        first, last = step.spans(first, last)
    return found


def _steps(
    connection: Connection, known: Mapping[int, Version], document: str, old: int, new: int
) -> Iterator[tuple[int, OffsetMap]]:
    """Yield the steps between two versions, each with the newer version of the two it joins."""
    up, down = _line(known.values(), old), _line(known.values(), new)
    shared = next(number for number in up if number in down)
    for number in up[: up.index(shared)]:
        yield number, _edits(connection, document, number).inverse()
    for number in reversed(down[: down.index(shared)]):
        yield number, _edits(connection, document, number)


def _line(known: Iterable[Version], number: int) -> list[int]:
    """Return a version and those it comes from, the first one last."""
    parents = {each.number: each.parent for each in known}
    line = [number]
    while (parent := parents[line[-1]]) is not None:
        line.append(parent)
    return line


def _edits(connection: Connection, document: str, number: int) -> OffsetMap:
    wanted = select(VERSION.c.edits).where(
        VERSION.c.document == document, VERSION.c.number == number
    )
    return unpack_map(connection.execute(wanted).scalar_one())


def set_state(
    connection: Connection, document: str, state: TextState, *, at: str, actor: str, reason: str
) -> None:
    """Say that a text came into a state, and why."""
    connection.execute(
        DOCUMENT_STATE.insert(),
        {"document": document, "state": state, "at": at, "actor": actor, "reason": reason},
    )


def states_of(connection: Connection, document: str | None = None) -> list[StateChange]:
    """Return the states that a text, or every text, went through, in order of time."""
    wanted = select(DOCUMENT_STATE).order_by(DOCUMENT_STATE.c.number)
    if document is not None:
        wanted = wanted.where(DOCUMENT_STATE.c.document == document)
    return [
        StateChange(
            document=row.document, state=row.state, at=row.at, actor=row.actor, reason=row.reason
        )
        for row in connection.execute(wanted)
    ]


def state_of(connection: Connection, document: str) -> StateChange | None:
    """Return the state that a text is in, None if none was ever set."""
    changes = states_of(connection, document)
    return changes[-1] if changes else None


def all_states(connection: Connection) -> dict[str, StateChange]:
    """Return the state that each text is in, by its id."""
    return {change.document: change for change in states_of(connection)}


def withdraw(connection: Connection, document: str, *, at: str, actor: str, reason: str) -> None:
    """Say that a text is withdrawn, and take its words out of the search; nothing is deleted."""
    set_state(connection, document, "withdrawn", at=at, actor=actor, reason=reason)
    forget_text(connection, document)


def bring_back(connection: Connection, document: str, *, at: str, actor: str, reason: str) -> None:
    """Let a withdrawn text be again what it was before."""
    before = [each.state for each in states_of(connection, document) if each.state not in GONE]
    state = before[-1] if before else "transcribed"
    set_state(connection, document, state, at=at, actor=actor, reason=reason)
    version = readable_version(connection, document)
    if version is not None:
        index_text(connection, document, version.number)


def erase(connection: Connection, document: str, *, at: str, actor: str, reason: str) -> None:
    """Delete the words of all versions of a text, who said what, and what its file said of itself.

    Left are its id and name, the hashes and lengths of its versions, the states it went through
    and the places of codings. What lies in the vault the caller removes. Done again, what was
    left goes, and the text stays in the state it was in.

    Args:
        connection: within the transaction.
        document: id of the text.
        at: when, UTC.
        actor: who.
        reason: why, naming nobody.
    """
    # What goes is overwritten with zeros.
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    forget_text(connection, document)
    clear_forgotten(connection)
    for table in (CONTENT, TURN):
        connection.execute(table.delete().where(table.c.document == document))
    header = connection.execute(select(DOCUMENT.c.header).where(DOCUMENT.c.id == document))
    known = json.loads(header.scalar_one())
    # By these an export of a survey that is read again knows the answer.
    set_header(connection, document, {name: known[name] for name in _KNOWN_BY if name in known})
    update_document(connection, document, source=None)
    if document not in erased_texts(connection):
        set_state(connection, document, "erased", at=at, actor=actor, reason=reason)


def withdrawn_texts(connection: Connection) -> frozenset[str]:
    """Return the ids of texts that take part in nothing: withdrawn, or erased for good."""
    return _in_states(connection, GONE)


def erased_texts(connection: Connection) -> frozenset[str]:
    """Return the ids of texts whose words were erased for good."""
    return _in_states(connection, {"erased"})


def _in_states(connection: Connection, wanted: Collection[str]) -> frozenset[str]:
    rows = connection.exec_driver_sql(
        # SQLite takes the state from the row of the greatest number.
        "SELECT document, state, max(number) FROM document_state GROUP BY document"
    )
    return frozenset(document for document, state, _ in rows if state in wanted)


def texts_in_use(connection: Connection) -> list[Document]:
    """Return all texts by name but those that are withdrawn."""
    gone = withdrawn_texts(connection)
    return [each for each in documents(connection) if each.id not in gone]
