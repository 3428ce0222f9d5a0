"""Erase the words of a text for good, and tell where else they may stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault, Faults
from consilience.desk.holding_files import Looked, files_with, told_of_files
from consilience.desk.intake import utc
from consilience.desk.lone_names import Lone, lone_entities
from consilience.desk.registry import forget_of_text
from consilience.desk.repeated_words import ToRead, find_repeated, memo_hashes, own_wording
from consilience.desk.sealed import entries_there, note_opening, words_of
from consilience.desk.sealed_memos import entries_of_memos
from consilience.desk.transcripts import require_document
from consilience.desk.withdrawing import check_reason, refuse_answer
from consilience.interviews.model import Document
from consilience.store.codings import codings_table
from consilience.store.database import HIDDEN, overwrite_free_space, snapshot, transaction
from consilience.store.erased_words import (
    forget_memos,
    forget_reasons,
    forget_vectors,
    known_memos,
    memos_with,
)
from consilience.store.large_search import forget_index
from consilience.store.ledger import append
from consilience.store.transcripts import GONE, erase, state_of, versions
from consilience.store.vault import Vault, has_vault, open_vault

_MOST_NAMED: Final = 20
_WORDS: Final = "text/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What became of a text whose words were erased, and where else they stand.

    Args:
        document: the text.
        versions: how many versions lost their words.
        entries: how many entries of the vault were removed.
        codings: how many codings keep their places, without words.
        memos: how many memos on the text, on its codings and named with it lost their words.
        reasons: how many decisions on differences in it lost their reasons.
        names: how many names and passages of the registry went, as no other text has them.
        to_read: memos on other things, codes and texts that repeat words of the text.
        looked: files that repeat words of the text.
        warnings: INT-025 if deleted words may be left in free space of the database; INT-115,
            INT-116, INT-119, STO-014 to STO-016 for what a person has to do.
    """

    document: Document
    versions: int
    entries: int
    codings: int
    memos: int
    reasons: int
    names: int
    to_read: tuple[ToRead, ...]
    looked: Looked
    warnings: tuple[Fault, ...] = ()


def erase_text(
    engine: Engine,
    folder: Path,
    named: str,
    *,
    reason: str,
    key: str | None,
    memos: Collection[str] = (),
    at: dt.datetime,
    actor: str,
) -> Erased:
    """Delete the words of a text for good: all versions, here, in the index and in the vault.

    The words of memos on it and on its codings go too, the reasons of decisions on it, and names
    and passages of the registry that no other text has. Hashes, ids, states and the ledger stay,
    and the places of codings. Files are told and never touched. The vault comes last: whoever is
    stopped there finds the text erased, and asks again for what is left to go.

    Args:
        engine: of the study.
        folder: the study folder.
        named: name or id of the text.
        reason: why, naming nobody.
        key: the pass phrase of the vault, None where there is none.
        memos: ids of memos on other things whose words go too.
        at: the time now.
        actor: who erases them.

    Raises:
        Fault: INT-008 if there is no such text, INT-013 without a reason, INT-007 if there is a
            vault and no key, INT-023 if it is an answer that its survey still has, INT-117 if
            there is no such memo; STO-031 if the key is another one; STO-032 or STO-036 if
            the registry cannot be read, and nothing goes.
        Faults: STO-009 if something cannot be removed from the vault, with what else is to be told.
    """
    with transaction(engine) as connection:
        document = _may_go(connection, named, reason, memos)
        vault = _opened(folder / HIDDEN, key)
        if vault is not None:
            note_opening(connection, at=at, actor=actor, purpose="erase", subject=document.id)
        words = list(_words(connection, vault, document.id))
    known = [each for each in words if each is not None]
    # Before the words go, and while nobody waits for the database.
    with snapshot(engine) as connection:
        own = own_wording(connection, document.id, known)
        going = frozenset({*memos_with(connection, document.id), *memos})
        lone = _lone(connection, vault, document.id, going)
    looked = files_with(folder, document.id, own.long)
    with transaction(engine) as connection:
        going |= {*memos_with(connection, document.id)}
        to_read = (*own.alike, *find_repeated(connection, vault, own.short, without=going))
        erase(connection, document.id, at=utc(at), actor=actor, reason=reason.strip())
        gone = _forget(connection, vault, document.id, going)
        forget_index(folder / HIDDEN)
        append(
            connection, at=at, actor=actor, action="transcript erased", subject=document.id,
            detail=asdict(gone),
        )  # fmt: skip
    warnings = list(_told(to_read, looked, unknown=len(words) - len(known), unread=lone.unread))
    try:
        entries, names = _clear(engine, vault, document.id, going, lone, at=at, actor=actor)
    except Fault as fault:
        # The words in the vault are the last to go: a second call looks for them once more.
        raise Faults([fault, *warnings]) from fault
    overwritten = overwrite_free_space(engine)
    return Erased(
        document=document,
        versions=len(gone.sha256),
        entries=entries,
        codings=gone.codings,
        memos=len(gone.memos),
        reasons=gone.reasons,
        names=names,
        to_read=to_read,
        looked=looked,
        warnings=(*(() if overwritten else (Fault("INT-025"),)), *warnings),
    )


def _lone(
    connection: Connection, vault: Vault | None, document: str, going: Collection[str]
) -> Lone:
    return lone_entities(connection, vault, document, going=going) if vault else Lone()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gone:
    """What went from the database, as the ledger keeps it: hashes of versions and memos, counts."""

    sha256: dict[str, str]
    memos: dict[str, str]
    codings: int
    reasons: int


def _forget(
    connection: Connection, vault: Vault | None, document: str, memos: Collection[str]
) -> _Gone:
    """Delete from the database what goes with the words."""
    hashes = memo_hashes(connection, vault, memos)
    forget_memos(connection, memos)
    forget_vectors(connection, document)
    return _Gone(
        sha256={str(each.number): each.sha256 for each in versions(connection, document)},
        memos=hashes,
        codings=codings_table(connection, document=document).num_rows,
        reasons=forget_reasons(connection, document),
    )


def _clear(
    engine: Engine,
    vault: Vault | None,
    document: str,
    memos: Collection[str],
    lone: Lone,
    *,
    at: dt.datetime,
    actor: str,
) -> tuple[int, int]:
    """Take out of the vault what it has of a text that the database knows to be erased.

    While the database is locked, nobody else writes into the vault.

    Returns:
        How many entries went, and how many entities of the registry.
    """
    if vault is None:
        return 0, 0
    with transaction(engine) as connection:
        there = {*entries_there(vault, document), *entries_of_memos(vault, memos)}
        entries = sorted(there, key=lambda name: (name.startswith(_WORDS), name))
        names = forget_of_text(vault, document, lone.entities)
        vault.clear(entries)
        if entries or names:
            append(
                connection, at=at, actor=actor, action="vault cleared", subject=document,
                detail={"entries": entries, "names": names},
            )  # fmt: skip
    return len(entries), names


def _may_go(connection: Connection, named: str, reason: str, memos: Collection[str]) -> Document:
    document = require_document(connection, named)
    check_reason(reason)
    before = state_of(connection, document.id)
    if before is None or before.state not in GONE:
        refuse_answer(document)
    there = known_memos(connection)
    missing = next((each for each in memos if each not in there), None)
    if missing is not None:
        raise Fault("INT-117", memo=missing)
    return document


def _opened(hidden: Path, key: str | None) -> Vault | None:
    if not has_vault(hidden):
        return None
    if key is None:
        raise Fault("INT-007")
    return open_vault(hidden, key)


def _words(connection: Connection, vault: Vault | None, document: str) -> Iterator[str | None]:
    """Yield the words of each version, None for one that cannot be read and goes all the same."""
    for each in versions(connection, document):
        try:
            yield words_of(connection, vault, each)
        except Fault:
            yield None


def _told(
    to_read: Sequence[ToRead], looked: Looked, *, unknown: int, unread: int
) -> Iterator[Fault]:
    if unread:
        yield Fault("INT-119", versions=unread)
    if unknown:
        yield Fault("INT-116", versions=unknown)
    if to_read:
        more = len(to_read) - _MOST_NAMED
        listed = ", ".join(str(each) for each in to_read[:_MOST_NAMED])
        names = f"{listed} and {more} more" if more > 0 else listed
        yield Fault("INT-115", count=len(to_read), names=names)
    yield from told_of_files(looked)
