"""Is all there that the vault should hold, and can it be read? What must go, and a new key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.desk.kept import at_work, opened
from consilience.desk.registry import read_book
from consilience.desk.renewal import replacing
from consilience.desk.sealed import check_sealed, log_entry, note_opening, words_of
from consilience.desk.transcripts import require_document
from consilience.interviews.model import Document, Version
from consilience.store.database import HIDDEN, transaction
from consilience.store.ledger import append
from consilience.store.transcripts import documents, erased_texts, versions
from consilience.store.vault import Vault, change_key, open_vault
from consilience.text.normal import text_hash

_OF_TEXTS: Final = ("text", "speakers", "about", "log", "memo")


def look_through(
    folder: Path, key: str, *, named: str | None = None, at: dt.datetime, actor: str
) -> list[Fault]:
    """Return what of the vault of a study is gone, was changed, or belongs to no text.

    Args:
        folder: the study folder.
        key: the pass phrase of the vault.
        named: name or id of the one text to look at; None for all, and the registry.
        at: the time now.
        actor: who looks.

    Returns:
        INT-014, STO-032 and STO-036 for what cannot be read; STO-038, a warning, for entries of
        no text, which an import leaves that was cut off.

    Raises:
        Fault: STO-030, STO-031, STO-032, STO-037 if the vault cannot be opened.
    """
    vault = open_vault(folder / HIDDEN, key)
    with opened(folder) as engine, transaction(engine) as connection:
        subject = require_document(connection, named).id if named else "vault"
        note_opening(connection, at=at, actor=actor, purpose="check vault", subject=subject)
        known = documents(connection)
        erased = erased_texts(connection)
        looked = [
            each
            for each in known
            if each.id not in erased and (named is None or each.id == subject)
        ]
        faults = [fault for each in looked for fault in _of_text(connection, vault, each)]
        if named is None:
            faults += _of_registry(vault)
            left = _left_over(vault, {each.id for each in known} - erased)
            faults += [Fault("STO-038", count=len(left), example=left[0])] if left else []
    return faults


def _of_text(connection: Connection, vault: Vault, document: Document) -> Iterator[Fault]:
    made = versions(connection, document.id)
    for version in made:
        if version.sealed:
            yield from _of_version(connection, vault, version)
    for version in replacing(made):
        entry = log_entry(document.id, version.number)
        try:
            if vault.read(entry) is None:
                yield Fault("STO-036", name=entry)
        except Fault as fault:
            yield fault


def _of_version(connection: Connection, vault: Vault, version: Version) -> Iterator[Fault]:
    try:
        if text_hash(words_of(connection, vault, version)) != version.sha256:
            yield Fault("INT-014", document=version.document, version=version.number)
    except Fault as fault:
        yield fault
    try:
        check_sealed(vault, version)
    except Fault as fault:
        yield fault


def _of_registry(vault: Vault) -> Iterator[Fault]:
    try:
        read_book(vault)
    except Fault as fault:
        yield fault


def _left_over(vault: Vault, known: set[str]) -> list[str]:
    """Return the names of entries, whole or half written, of texts that are not there."""
    parts = [(name, name.split("/")) for name in {*vault.names(), *vault.half_written()}]
    return sorted(
        name
        for name, (first, *more) in parts
        if first in _OF_TEXTS and more and more[0] not in known
    )


def clear_left_over(folder: Path, key: str, *, at: dt.datetime, actor: str) -> tuple[str, ...]:
    """Remove the entries of the vault that belong to no text; return their names.

    Whoever writes such entries does so within the transaction that makes their text. This holds
    the same lock while it looks and removes, so that an import under way is waited for. If it is
    cut off itself, the ledger has the opening, and the next one removes the rest.

    Args:
        folder: the study folder.
        key: the pass phrase of the vault.
        at: the time now.
        actor: who removes them.

    Raises:
        Fault: STO-030, STO-031, STO-032, STO-037 if the vault cannot be opened, STO-009 if
            something cannot be removed.
    """
    vault = open_vault(folder / HIDDEN, key)
    with opened(folder) as engine:
        with transaction(engine) as connection:
            note_opening(connection, at=at, actor=actor, purpose="clear vault", subject="vault")
        with transaction(engine) as connection:
            # Those that are withdrawn are texts too.
            known = {each.id for each in documents(connection)}
            left = _left_over(vault, known - erased_texts(connection))
            vault.clear(left)
            if left:
                append(
                    connection,
                    at=at,
                    actor=actor,
                    action="vault cleared",
                    subject="vault",
                    detail={"entries": left},
                )
    return tuple(left)


def change_pass_phrase(folder: Path, key: str, new: str, *, at: dt.datetime, actor: str) -> None:
    """Let another pass phrase open the vault of a study from now on, and note that it changed.

    Args:
        folder: the study folder.
        key: the pass phrase until now.
        new: the pass phrase from now on.
        at: the time now.
        actor: who changes it.

    Raises:
        Fault: STO-030, STO-031, STO-032, STO-037 if the vault cannot be opened, STO-033 if the
            new pass phrase is too short; then the older one stays.
    """
    with at_work(folder) as engine, transaction(engine) as connection:
        append(
            connection, at=at, actor=actor, action="pass phrase changed", subject="vault", detail={}
        )
        change_key(folder / HIDDEN, key, new)
