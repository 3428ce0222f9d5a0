"""List transcripts, read them, say where they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, get_args

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault, Faults
from consilience.desk.edited import note_written
from consilience.desk.intake import utc
from consilience.desk.sealed import note_opening, refuse_erased, words_of
from consilience.interviews.model import Document, StateChange, TextState, Version
from consilience.store.database import snapshot, transaction
from consilience.store.files import write_whole
from consilience.store.ledger import append
from consilience.store.transcripts import (
    GONE,
    all_states,
    documents,
    find_document,
    find_version,
    readable_version,
    set_state,
    state_of,
    turn_counts,
    versions,
    withdrawn_texts,
)
from consilience.store.vault import Vault

STATES: Final[tuple[TextState, ...]] = get_args(TextState)
# Those that a person may say; `desk.withdrawing` knows the way into the others, and out of them.
SAID: Final = tuple(each for each in STATES if each not in GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A text as a list shows it: where it stands and its newest version."""

    document: Document
    state: StateChange | None
    versions: tuple[Version, ...]
    turns: int


def listed(engine: Engine) -> tuple[Listed, ...]:
    """Return all texts with their states and versions, by name."""
    with snapshot(engine) as connection:
        states, counts = all_states(connection), turn_counts(connection)
        found = []
        for document in documents(connection):
            made = tuple(versions(connection, document.id))
            found.append(
                Listed(
                    document=document,
                    state=states.get(document.id),
                    versions=made,
                    turns=counts.get((document.id, made[-1].number), 0),
                )
            )
        return tuple(found)


def stage_of(line: Listed) -> TextState:
    """Return how far a text is; one of which nothing was said came in as transcribed."""
    return line.state.state if line.state else "transcribed"


def require_document(connection: Connection, named: str) -> Document:
    """Return the text of this name or id.

    Raises:
        Fault: INT-008 if there is none.
    """
    found = find_document(connection, named)
    if found is None:
        raise Fault("INT-008", named=named)
    return found


def text_of_version(
    engine: Engine,
    named: str,
    *,
    version: int | None,
    vault: Vault | None,
    at: dt.datetime,
    actor: str,
) -> tuple[Version, str]:
    """Return a version of a text and its words; opening the vault is noted.

    Args:
        engine: of the study.
        named: name or id of the text.
        version: its number, None for the newest that can be read here.
        vault: opened, None to read open versions only.
        at: the time now.
        actor: who reads.

    Raises:
        Fault: INT-008 or INT-001 if there is no such text or version, INT-007 if it is sealed and
            the vault is not open.
    """
    with transaction(engine) as connection:
        document = require_document(connection, named)
        found = chosen_version(connection, document.id, version, sealed=vault is not None)
        if found.sealed and vault is not None:
            note_opening(connection, at=at, actor=actor, purpose="read", subject=document.id)
        return found, words_of(connection, vault, found)


def chosen_version(
    connection: Connection, document: str, number: int | None, *, sealed: bool
) -> Version:
    """Return the version of this number, or the newest that can be read.

    Raises:
        Fault: INT-001 if there is none of that number, INT-007 if all are sealed and `sealed`
            ones cannot be read, INT-021 if the words were erased.
    """
    refuse_erased(connection, document)
    if number is not None:
        return find_version(connection, document, number)
    newest = (
        versions(connection, document)[-1] if sealed else readable_version(connection, document)
    )
    if newest is None:
        raise Fault("INT-007")
    return newest


# --- states -----------------------------------------------------------------------------


def bring_to_state(
    engine: Engine, named: str, state: TextState, *, reason: str, at: dt.datetime, actor: str
) -> StateChange:
    """Say that a text came into a state, and why.

    Any earlier state can be gone back to. Pseudonymised or cleared is only a text of which a
    version lies open.

    Raises:
        Fault: INT-008 if there is no such text, INT-011 if it cannot come into that state, INT-013
            without a reason, INT-018 or INT-021 if it is withdrawn or erased.
    """
    if not reason.strip():
        raise Fault("INT-013")
    with transaction(engine) as connection:
        document = require_document(connection, named)
        return _bring(connection, document, state, reason=reason, at=at, actor=actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What became of texts that were to come into a state.

    Args:
        changes: those that did, by name of the text.
        left_out: names of those that are withdrawn or erased.
    """

    changes: Mapping[str, StateChange]
    left_out: tuple[str, ...]

    @property
    def warning(self) -> Fault | None:
        """INT-146 if texts were left out."""
        if not self.left_out:
            return None
        return Fault("INT-146", names=", ".join(self.left_out))


def bring_all_to_state(
    engine: Engine, pattern: str, state: TextState, *, reason: str, at: dt.datetime, actor: str
) -> Brought:
    """Say that all texts with names of a pattern came into a state, and why: all or none.

    Those that are withdrawn or erased take part in nothing and are left out.

    Args:
        engine: of the study.
        pattern: for names, with `*` for any characters.
        state: the state.
        reason: why, naming nobody.
        at: the time now.
        actor: who says so.

    Raises:
        Fault: INT-008 if no text is called so, INT-013 without a reason.
        Faults: INT-011 for each text that cannot come into that state; then none does.
    """
    if not reason.strip():
        raise Fault("INT-013")
    changes: dict[str, StateChange] = {}
    faults: list[Fault] = []
    with transaction(engine) as connection:
        gone = withdrawn_texts(connection)
        found = [each for each in documents(connection) if fnmatchcase(each.name, pattern)]
        if not found:
            raise Fault("INT-008", named=pattern)
        for each in found:
            if each.id in gone:
                continue
            try:
                changes[each.name] = _bring(
                    connection, each, state, reason=reason, at=at, actor=actor
                )
            except Fault as fault:
                faults.append(fault)
        if faults:
            raise Faults(faults)
    return Brought(changes=changes, left_out=tuple(e.name for e in found if e.id in gone))


def _bring(
    connection: Connection,
    document: Document,
    state: TextState,
    *,
    reason: str,
    at: dt.datetime,
    actor: str,
) -> StateChange:
    refuse_erased(connection, document.id)
    now = state_of(connection, document.id)
    if now is not None and now.state == "withdrawn":
        raise Fault("INT-018", name=document.name)
    needs_open = STATES.index(state) >= STATES.index("pseudonymised")
    if needs_open and readable_version(connection, document.id) is None:
        told = now.state if now else "not entered"
        raise Fault("INT-011", name=document.name, now=told, state=state)
    change = StateChange(
        document=document.id, state=state, at=utc(at), actor=actor, reason=reason.strip()
    )
    set_state(connection, document.id, state, at=change.at, actor=actor, reason=change.reason)
    append(
        connection,
        at=at,
        actor=actor,
        action="transcript state",
        subject=document.id,
        detail={"state": state, "from": now.state if now else None},
    )
    return change


def write_text(
    engine: Engine,
    named: str,
    target: Path,
    *,
    version: int | None,
    vault: Vault | None,
    at: dt.datetime,
    actor: str,
) -> Version:
    """Write the words of a version into a file, to be edited and brought back by `correct`.

    Args:
        engine: of the study.
        named: name or id of the text.
        target: the file; one that is there is replaced.
        version: its number, None for the newest that can be read here.
        vault: opened, None to read open versions only.
        at: the time now.
        actor: who asks.

    Raises:
        Fault: as `text_of_version`; STO-002 or STO-009 if the file cannot be written.
    """
    found, text = text_of_version(engine, named, version=version, vault=vault, at=at, actor=actor)
    write_whole(target, text.encode())
    with transaction(engine) as connection:
        note_written(connection, found, at=at, actor=actor)
    return found
