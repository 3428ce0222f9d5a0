"""Put texts that lie open into the vault, or say why they may lie so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.design.model import Study
from consilience.desk.checks import read_checked
from consilience.desk.holding_files import Looked, files_with, told_of_files
from consilience.desk.lying_open import note_left_open, open_versions, without_reason
from consilience.desk.sealed import (
    entries_of,
    kept_or_taken_back,
    note_opening,
    seal_about,
    seal_words,
    sealed_turns,
    vault_for_writing,
    words_of,
)
from consilience.desk.transcripts import require_document
from consilience.interviews.model import Document, Version
from consilience.interviews.transcripts import is_plain_name, open_fields
from consilience.store.database import HIDDEN, overwrite_free_space, snapshot, transaction
from consilience.store.erased_words import forget_vectors
from consilience.store.large_search import forget_index
from consilience.store.ledger import append
from consilience.store.readable import readable_texts
from consilience.store.readable import words_of as open_words_of
from consilience.store.search import clear_forgotten
from consilience.store.transcripts import (
    find_document,
    seal_open_version,
    set_header,
    turns_of,
    update_document,
)
from consilience.store.vault import Vault
from consilience.text.quoted import wording_of

# An id that was made of a hash says nothing.
_OF_HASH: Final = re.compile(r"t(?:ext)?-[0-9a-f]{8,12}")
# So many words in a row are a quote.
_IN_A_ROW: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A text whose words went into the vault.

    Args:
        document: its id.
        name: what it is called now.
        versions: the versions that went there.
    """

    document: str
    name: str
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """What went into the vault, the files that repeat words of it, and warnings."""

    sealed: tuple[Sealed, ...]
    looked: Looked
    warnings: tuple[Fault, ...]


def seal_texts(
    engine: Engine,
    folder: Path,
    named: Sequence[str],
    *,
    key: str | None,
    at: dt.datetime,
    actor: str,
) -> Sealing:
    """Move the words of texts that lie open into the vault, with the names of those who speak.

    Versions as they came in or were corrected go; one without names stays, to be read and coded.
    Codings keep their places. In the database nothing is left of what went: its index forgets it
    and free space is overwritten. Files that repeat words of it are told and never touched.

    Args:
        engine: of the study.
        folder: the study folder.
        named: names or ids of texts; none for those that lie open without a reason.
        key: the pass phrase of the vault, which is made if there is none.
        at: the time now.
        actor: who does it.

    Returns:
        Nothing sealed where nothing lies open. Warnings: INT-025 if words may be left in free space
        of the database, INT-164 if ids of texts may name people, STO-014 to STO-016 for files.

    Raises:
        Fault: INT-007 without a key, INT-008 if there is no such text, INT-165 if the study is
            simulated; STO-031 if the key is another one.
        Faults: what is wrong with the study file.
    """
    study = read_checked(folder)
    if study.study.simulated:
        raise Fault("INT-165")
    with snapshot(engine) as connection:
        texts = _chosen(connection, study, named)
        words = {each.id: _open_words(connection, each) for each in texts}
    texts = [each for each in texts if words[each.id]]
    if not texts:
        return Sealing(sealed=(), looked=Looked(), warnings=())
    if key is None:
        raise Fault("INT-007")
    vault = vault_for_writing(folder, key)
    entries: list[tuple[Vault, str]] = []
    with transaction(engine) as connection, kept_or_taken_back(entries):
        note_opening(connection, at=at, actor=actor, purpose="seal", subject="texts")
        work = _Work(connection=connection, vault=vault, entries=entries, at=at, actor=actor)
        done = tuple(work.seal(each) for each in texts)
        clear_forgotten(connection)
        forget_index(folder / HIDDEN)
    warnings = [] if overwrite_free_space(engine) else [Fault("INT-025")]
    ids = [each.id for each in texts if not _is_safe(each.id)]
    if ids:
        warnings.append(Fault("INT-164", count=len(ids), names=", ".join(ids)))
    looked = _files_with(engine, folder, [said for each in texts for said in words[each.id]])
    return Sealing(sealed=done, looked=looked, warnings=(*warnings, *told_of_files(looked)))


def _chosen(connection: Connection, study: Study, named: Sequence[str]) -> list[Document]:
    if named:
        return [require_document(connection, each) for each in named]
    return without_reason(connection, study)


def _files_with(engine: Engine, folder: Path, words: Sequence[str]) -> Looked:
    """Look for files that repeat what went into the vault, and what no open text says."""
    wording = wording_of(words, in_a_row=_IN_A_ROW)
    with snapshot(engine) as connection:
        for each in readable_texts(connection):
            shared = wording.shared_with(open_words_of(connection, each.document, each.version))
            wording = wording.without(shared)
    return files_with(folder, "", wording)


def leave_open(
    engine: Engine,
    folder: Path,
    named: Sequence[str],
    *,
    reason: str,
    at: dt.datetime,
    actor: str,
) -> tuple[str, ...]:
    """Note why texts may go on lying open, and return their ids.

    Args:
        engine: of the study.
        folder: the study folder.
        named: names or ids of texts; none for those that lie open without a reason.
        reason: why, naming nobody.
        at: the time now.
        actor: who says so.

    Raises:
        Fault: INT-013 without a reason, INT-008 if there is no such text.
        Faults: what is wrong with the study file.
    """
    if not reason.strip():
        raise Fault("INT-013")
    study = read_checked(folder)
    with transaction(engine) as connection:
        ids = tuple(each.id for each in _chosen(connection, study, named))
        if ids:
            note_left_open(connection, ids, reason=reason.strip(), at=at, actor=actor)
    return ids


def _open_words(connection: Connection, document: Document) -> list[str]:
    return [words_of(connection, None, each) for each in open_versions(connection, document.id)]


def _is_safe(id_: str) -> bool:
    return is_plain_name(id_) or bool(_OF_HASH.fullmatch(id_))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """Moves one text after the other, within one transaction."""

    connection: Connection
    vault: Vault
    entries: list[tuple[Vault, str]]
    at: dt.datetime
    actor: str

    def seal(self, document: Document) -> Sealed:
        """Move the open versions of a text, its header and what names it."""
        going = open_versions(self.connection, document.id)
        about = {"source": document.source, **document.header}
        self.entries.append((self.vault, entries_of(document.id, 1)[2]))
        seal_about(self.vault, document.id, about)
        for each in going:
            self._move(each)
        set_header(self.connection, document.id, open_fields(document.header))
        forget_vectors(self.connection, document.id)
        numbers = tuple(each.number for each in going)
        append(
            self.connection, at=self.at, actor=self.actor, action="texts sealed",
            subject=document.id, detail={"versions": list(numbers)},
        )  # fmt: skip
        return Sealed(document=document.id, name=self._rename(document), versions=numbers)

    def _move(self, version: Version) -> None:
        document, number = version.document, version.number
        self.entries.extend((self.vault, name) for name in entries_of(document, number)[:2])
        seal_words(self.vault, document, number, words_of(self.connection, None, version))
        said = turns_of(self.connection, document, number)
        turns = sealed_turns(self.vault, document, number, said)
        seal_open_version(self.connection, version, turns=turns)

    def _rename(self, document: Document) -> str:
        """Call a text by its hash if its name may be somebody's; it is no invented one any more."""
        values: dict[str, str | bool | None] = {"simulated": False}
        name = document.name
        if not is_plain_name(name):
            name = f"text-{(document.source_sha256 or document.id)[:8]}"
            if find_document(self.connection, name) is not None:
                name = f"{name} {document.id}"
            values |= {"name": name, "source": None}
            if document.interview == document.name:
                values["interview"] = name
        update_document(self.connection, document.id, **values)
        return name
