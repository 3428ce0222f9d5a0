"""Open the vault for somebody who works with it for a while, and note it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from consilience.desk.sealed import note_opening
from consilience.store.database import HIDDEN, transaction
from consilience.store.ledger import append
from consilience.store.vault import Vault, has_vault, open_vault


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVault:
    """A vault that somebody opened, with the pass phrase, which is never shown.

    Args:
        key: the pass phrase.
        vault: opened with it.
    """

    key: str = field(repr=False)
    vault: Vault = field(repr=False)


def is_there(folder: Path) -> bool:
    """Return whether the study has a vault."""
    return has_vault(folder / HIDDEN)


def unlock(engine: Engine, folder: Path, key: str, *, at: dt.datetime, actor: str) -> OpenVault:
    """Open the vault of a study and note in the ledger that it is open.

    Args:
        engine: the database of the study.
        folder: the study folder.
        key: the pass phrase.
        at: the time now.
        actor: who opens it.

    Raises:
        Fault: STO-030 if there is none, STO-031 if the pass phrase is another one.
    """
    vault = open_vault(folder / HIDDEN, key)
    with transaction(engine) as connection:
        note_opening(connection, at=at, actor=actor, purpose="work on pages", subject="vault")
    return OpenVault(key=key, vault=vault)


def note_locked(engine: Engine, *, at: dt.datetime, actor: str) -> None:
    """Note in the ledger that somebody closed the vault again."""
    with transaction(engine) as connection:
        append(connection, at=at, actor=actor, action="vault closed", subject="vault", detail={})
