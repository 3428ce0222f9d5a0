"""What of a text lies in the vault: its words, who its speakers are, its header."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.interviews.model import Turn, Version
from consilience.interviews.transcripts import with_names, without_names
from consilience.store.database import HIDDEN
from consilience.store.ledger import append
from consilience.store.transcripts import state_of, text_of, turns_of
from consilience.store.vault import Vault, has_vault, make_vault, open_vault


def vault_for_writing(folder: Path, key: str) -> Vault:
    """Open the vault of a study, making it if there is none.

    Raises:
        Fault: STO-031 if the key is another one, STO-033 if it is too short for a new vault.
    """
    hidden = folder / HIDDEN
    return open_vault(hidden, key) if has_vault(hidden) else make_vault(hidden, key)


def vault_for_reading(folder: Path, key: str | None) -> Vault | None:
    """Open the vault of a study; None without a key.

    Raises:
        Fault: STO-030 if there is none, STO-031 if the key is another one.
    """
    return open_vault(folder / HIDDEN, key) if key is not None else None


def vault_if_there(folder: Path, key: str | None) -> Vault | None:
    """Open the vault of a study; None without a key or where there is no vault.

    Raises:
        Fault: STO-031 if the key is another one.
    """
    return vault_for_reading(folder, key) if has_vault(folder / HIDDEN) else None


@contextlib.contextmanager
def kept_or_taken_back(sealed: Sequence[tuple[Vault, str]]) -> Iterator[None]:
    """Take out of the vault what a block put in, if it fails.

    The database takes everything back by itself. The block must lie within the transaction: once
    that has ended, another that waited may have sealed the same texts under the same names. What
    a commit that fails leaves stays, encrypted, and is told and cleared by the check of the vault.

    Args:
        sealed: vaults and names of entries; the block adds to it before each is written.
    """
    try:
        yield
    except BaseException:
        for vault, name in sealed:
            vault.remove(name)
        raise


def note_opening(
    connection: Connection, *, at: dt.datetime, actor: str, purpose: str, subject: str
) -> None:
    """Write into the ledger that the vault was opened, what for, and for which text."""
    append(
        connection,
        at=at,
        actor=actor,
        action="vault opened",
        subject=subject,
        detail={"purpose": purpose},
    )


def text_entry(document: str, version: int) -> str:
    """Return the name under which the words of a sealed version lie in the vault."""
    return f"text/{document}/{version}"


def _speaker_entry(document: str, version: int) -> str:
    return f"speakers/{document}/{version}"


def log_entry(document: str, version: int) -> str:
    """Return the name under which lies what stood where replacements are in a version."""
    return f"log/{document}/{version}"


def _about_entry(document: str) -> str:
    return f"about/{document}"


def entries_of(document: str, version: int) -> tuple[str, ...]:
    """Return the names of all that is kept of a first version, to take it back if need be."""
    return text_entry(document, version), _speaker_entry(document, version), _about_entry(document)


def entries_there(vault: Vault, document: str) -> list[str]:
    """Return the names of all that is kept of a text, whole or half written, in order."""
    kept = {*vault.names(), *vault.half_written()}
    return sorted(name for name in kept if name.split("/")[1:2] == [document])


def words_of(connection: Connection, vault: Vault | None, version: Version) -> str:
    """Return the words of a version, sealed or not.

    Raises:
        Fault: INT-007 if they are sealed and the vault was not opened; INT-014 if they are not
            in it; INT-021 if they were erased; STO-032 if they were changed.
    """
    text = text_of(connection, version.document, version.number)
    if text is not None:
        return text
    content = vault.read(text_entry(version.document, version.number)) if vault else None
    if content is None:
        refuse_erased(connection, version.document)
    if vault is None:
        raise Fault("INT-007")
    if content is None:
        raise Fault("INT-014", document=version.document, version=version.number)
    return content.decode()


def refuse_erased(connection: Connection, document: str) -> None:
    """Say that the words of a text are gone for good, if they are.

    Raises:
        Fault: INT-021 if they were erased.
    """
    state = state_of(connection, document)
    if state is not None and state.state == "erased":
        raise Fault("INT-021", document=document, at=state.at, reason=state.reason)


def seal_words(vault: Vault, document: str, version: int, text: str) -> None:
    """Put the words of a version into the vault."""
    vault.write(text_entry(document, version), text.encode())


def seal_about(vault: Vault, document: str, about: Mapping[str, object]) -> None:
    """Put what a file said of itself into the vault: its name and header."""
    vault.write(_about_entry(document), json.dumps(about, ensure_ascii=False).encode())


def about(vault: Vault, document: str) -> dict[str, object]:
    """Return what a file said of itself, nothing if it was not sealed."""
    found: dict[str, object] = json.loads(vault.read(_about_entry(document)) or b"{}")
    return found


def sealed_turns(vault: Vault, document: str, version: int, turns: Sequence[Turn]) -> list[Turn]:
    """Return turns without names, the names put into the vault."""
    changed, names = without_names(turns)
    entry = _speaker_entry(document, version)
    vault.write(entry, json.dumps(names, ensure_ascii=False).encode())
    return changed


def named_turns(connection: Connection, vault: Vault | None, version: Version) -> list[Turn]:
    """Return the turns of a version, with names where the vault is open."""
    turns = turns_of(connection, version.document, version.number)
    if vault is None or not version.sealed:
        return turns
    return with_names(turns, json.loads(_speakers(vault, version)))


def _speakers(vault: Vault, version: Version) -> bytes:
    """Return who speaks in a sealed version; each has an entry, if only an empty one.

    Raises:
        Fault: STO-032 if it was changed, STO-036 if it is gone.
    """
    entry = _speaker_entry(version.document, version.number)
    kept = vault.read(entry)
    if kept is None:
        raise Fault("STO-036", name=entry)
    return kept


def check_sealed(vault: Vault | None, version: Version) -> None:
    """See that what is kept of a sealed version beside its words can be read.

    Raises:
        Fault: STO-032 if an entry was changed, STO-036 if who speaks is gone.
    """
    if vault is not None and version.sealed:
        _speakers(vault, version)
        about(vault, version.document)
