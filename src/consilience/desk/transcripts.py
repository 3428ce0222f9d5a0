"""List transcripts, read and correct them, say where they stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault, Where
from consilience.desk.edited import (
    CORRECTED,
    brought_over,
    newest_beside,
    note_written,
    refuse_older,
)
from consilience.desk.intake import read_safely, utc
from consilience.desk.registry import move_rulings
from consilience.desk.sealed import (
    named_turns,
    note_opening,
    refuse_erased,
    seal_words,
    sealed_turns,
    words_of,
)
from consilience.interviews.model import Document, StateChange, TextState, Version
from consilience.interviews.transcripts import turns_of_edited
from consilience.store.database import snapshot, transaction
from consilience.store.files import write_whole
from consilience.store.ledger import append
from consilience.store.transcripts import (
    GONE,
    Draft,
    add_version,
    all_states,
    documents,
    find_document,
    find_version,
    readable_version,
    set_state,
    state_of,
    turn_counts,
    versions,
)
from consilience.store.vault import Vault
from consilience.text.offsets import OffsetMap, difference

# A correction keeps most words; a file that keeps fewer is another text, given by mistake.
_LEAST_KEPT: Final = 0.5
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


# --- corrections and states -------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A corrected version: its number, how many places differ, the share of words kept."""

    version: Version | None
    changes: int
    kept: float


def correct(
    engine: Engine,
    named: str,
    file: Path,
    *,
    version: int | None,
    vault: Vault | None,
    at: dt.datetime,
    actor: str,
) -> Corrected:
    """Take an edited file as a new version of a text; codings follow through its map.

    Args:
        engine: of the study.
        named: name or id of the text.
        file: the edited text, of any kind that can be imported.
        version: the version that the file was made from; what it changed is brought over to the
            newest. None for the newest that can be read here.
        vault: opened, None if the version is not sealed.
        at: the time now.
        actor: who corrected it.

    Returns:
        No version where nothing differs.

    Raises:
        Fault: INT-006 if fewer than half the characters stay, INT-007 if the version is sealed and
            the vault is not open, INT-026 if the file was made from an older version than the
            newest and that was not said, INT-027 if that changed the same words.
    """
    new = read_safely(file).text
    with transaction(engine) as connection:
        document = require_document(connection, named)
        parent = chosen_version(connection, document.id, version, sealed=vault is not None)
        old = words_of(connection, vault, parent)
        if old == new:
            return Corrected(version=None, changes=0, kept=1.0)
        _refuse_another(file, document, old, new)
        if version is None:
            refuse_older(connection, vault, document, parent, text=new, actor=actor)
        else:
            base, parent = parent, newest_beside(versions(connection, document.id), parent)
            newest = words_of(connection, vault, parent)
            if parent.number != base.number:
                new = brought_over(
                    old, new, newest, name=document.name, base_number=base.number,
                    number=parent.number,
                )  # fmt: skip
            old = newest
        edits = difference(old, new)
        kept = _kept(edits)
        turns = turns_of_edited(named_turns(connection, vault, parent), edits, old=old, new=new)
        number = versions(connection, document.id)[-1].number + 1
        if parent.sealed and vault is not None:
            note_opening(connection, at=at, actor=actor, purpose="correct", subject=document.id)
            seal_words(vault, document.id, number, new)
            turns = tuple(sealed_turns(vault, document.id, number, turns))
        # Corrections of a text without names leave it one, so that coders go on reading it.
        kind = "corrected" if parent.kind == "raw" else parent.kind
        draft = Draft(kind=kind, text=new, turns=turns, edits=edits, sealed=parent.sealed)
        made = add_version(connection, parent, draft, at=utc(at), actor=actor)
        gone = 0
        if vault is not None and kind == "corrected":
            gone = move_rulings(vault, {document.id: edits})
        append(
            connection,
            at=at,
            actor=actor,
            action=CORRECTED,
            subject=document.id,
            detail={
                "version": made.number, "of": parent.number, "sha256": made.sha256,
                "changes": len(edits.starts), "rulings gone": gone,
            },
        )  # fmt: skip
    return Corrected(version=made, changes=len(edits.starts), kept=kept)


def _kept(edits: OffsetMap) -> float:
    return 1 - float((edits.ends - edits.starts).sum()) / max(edits.length, 1)


def _refuse_another(file: Path, document: Document, old: str, new: str) -> None:
    kept = _kept(difference(old, new))
    if kept < _LEAST_KEPT:
        raise Fault("INT-006", where=Where(file=file.name), name=document.name, share=kept)


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
