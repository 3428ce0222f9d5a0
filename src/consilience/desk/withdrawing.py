"""Take a text out of all work, have it back, or erase its words for good."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.desk.intake import utc
from consilience.desk.registry import forget_rulings
from consilience.desk.sealed import entries_there, note_opening, refuse_erased
from consilience.desk.transcripts import require_document
from consilience.interviews.model import Document, StateChange, TextState
from consilience.store.codings import codings_table
from consilience.store.database import HIDDEN, overwrite_free_space, transaction
from consilience.store.ledger import append
from consilience.store.transcripts import GONE, bring_back, erase, state_of, versions, withdraw
from consilience.store.vault import Vault, has_vault, open_vault

__all__ = ["GONE", "Erased", "bring_text_back", "erase_text", "withdraw_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What became of a text whose words were erased.

    Args:
        document: the text.
        versions: how many versions lost their words.
        entries: how many entries of the vault were removed.
        codings: how many codings keep their places, without words.
        warnings: INT-025 if deleted words may be left in free space of the database.
    """

    document: Document
    versions: int
    entries: int
    codings: int
    warnings: tuple[Fault, ...] = ()


def withdraw_text(
    engine: Engine, named: str, *, reason: str, at: dt.datetime, actor: str
) -> StateChange:
    """Take a text out of coding, counts, search, deposit and exchange; nothing is deleted.

    Args:
        engine: of the study.
        named: name or id of the text.
        reason: why, naming nobody.
        at: the time now.
        actor: who withdraws it.

    Raises:
        Fault: INT-008 if there is no such text, INT-013 without a reason, INT-018 or INT-021 if it
            is withdrawn or erased, INT-023 if it is an answer of a survey.
    """
    with transaction(engine) as connection:
        document, before = _text(connection, named, reason)
        if before == "withdrawn":
            raise Fault("INT-018", name=document.name)
        withdraw(connection, document.id, at=utc(at), actor=actor, reason=reason.strip())
        return _noted(connection, document, before, at=at, actor=actor)


def bring_text_back(
    engine: Engine, named: str, *, reason: str, at: dt.datetime, actor: str
) -> StateChange:
    """Let a withdrawn text be again what it was, with its codings.

    Args:
        engine: of the study.
        named: name or id of the text.
        reason: why, naming nobody.
        at: the time now.
        actor: who brings it back.

    Raises:
        Fault: INT-008 if there is no such text, INT-013 without a reason, INT-021 if it was
            erased, INT-023 if it is an answer of a survey, INT-024 if it is not withdrawn.
    """
    with transaction(engine) as connection:
        document, before = _text(connection, named, reason)
        if before != "withdrawn":
            raise Fault("INT-024", name=document.name)
        bring_back(connection, document.id, at=utc(at), actor=actor, reason=reason.strip())
        return _noted(connection, document, before, at=at, actor=actor)


def erase_text(
    engine: Engine,
    folder: Path,
    named: str,
    *,
    reason: str,
    key: str | None,
    at: dt.datetime,
    actor: str,
) -> Erased:
    """Delete the words of a text for good: all versions, here, in the index and in the vault.

    Hashes, id, states and the ledger stay, and the places of codings. Whoever is stopped before
    the end asks again: what is left then goes.

    Args:
        engine: of the study.
        folder: the study folder.
        named: name or id of the text.
        reason: why, naming nobody.
        key: the pass phrase of the vault, None where there is none.
        at: the time now.
        actor: who erases them.

    Raises:
        Fault: INT-008 if there is no such text, INT-013 without a reason, INT-007 if there is a
            vault and no key, INT-023 if it is an answer that its survey still has; STO-031 if the
            key is another one; STO-009 if something cannot be removed.
    """
    with transaction(engine) as connection:
        document = require_document(connection, named)
        _check_reason(reason)
        before = state_of(connection, document.id)
        if before is None or before.state not in GONE:
            _refuse_answer(document)
        vault = _opened(folder / HIDDEN, key)
        codings = codings_table(connection, document=document.id).num_rows
        made = versions(connection, document.id)
        erase(connection, document.id, at=utc(at), actor=actor, reason=reason.strip())
        removed = _remove(connection, vault, document.id, at=at, actor=actor)
        hashes = {str(each.number): each.sha256 for each in made}
        append(
            connection,
            at=at,
            actor=actor,
            action="transcript erased",
            subject=document.id,
            detail={"sha256": hashes, "entries": removed, "codings": codings},
        )
    return Erased(
        document=document,
        versions=len(made),
        entries=removed,
        codings=codings,
        warnings=() if overwrite_free_space(engine) else (Fault("INT-025"),),
    )


def _opened(hidden: Path, key: str | None) -> Vault | None:
    if not has_vault(hidden):
        return None
    if key is None:
        raise Fault("INT-007")
    return open_vault(hidden, key)


def _remove(
    connection: Connection, vault: Vault | None, document: str, *, at: dt.datetime, actor: str
) -> int:
    """Remove what the vault has of a text; while the database is locked, nobody adds to it."""
    if vault is None:
        return 0
    note_opening(connection, at=at, actor=actor, purpose="erase", subject=document)
    entries = entries_there(vault, document)
    forget_rulings(vault, document)
    vault.clear(entries)
    return len(entries)


def _text(connection: Connection, named: str, reason: str) -> tuple[Document, TextState | None]:
    """Return a text of which a person may say whether it is withdrawn, and its state."""
    document = require_document(connection, named)
    _check_reason(reason)
    refuse_erased(connection, document.id)
    _refuse_answer(document)
    before = state_of(connection, document.id)
    return document, before.state if before else None


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Fault("INT-013")


def _refuse_answer(document: Document) -> None:
    if document.kind == "answer" and "survey" in document.header:
        raise Fault("INT-023", name=document.name, survey=document.header["survey"])


def _noted(
    connection: Connection,
    document: Document,
    before: TextState | None,
    *,
    at: dt.datetime,
    actor: str,
) -> StateChange:
    now = state_of(connection, document.id)
    if now is None:
        raise AssertionError(f"{document.id} is in no state")
    append(
        connection,
        at=at,
        actor=actor,
        action="transcript state",
        subject=document.id,
        detail={"state": now.state, "from": before},
    )
    return now
