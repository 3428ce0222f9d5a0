"""Words that lie open beside the texts, such as those of codes: do they hold names of the vault?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.coding.model import Code
from consilience.coding.said import Said
from consilience.desk.pen import Pen
from consilience.desk.registry import read_book
from consilience.desk.sealed import note_opening, vault_if_there
from consilience.store.database import transaction
from consilience.store.vault import Vault


def refuse_open_names(vault: Vault | None, what: str, words: Iterable[str | None]) -> None:
    """Refuse words about to lie open that hold a name which is to go from the texts.

    Args:
        vault: opened; None if it is not at hand, and then nothing can be looked for.
        what: what the words are of, for the message.
        words: to look through.

    Raises:
        Fault: COD-173 telling the number of the first entity found, not the name.
    """
    if vault is None:
        return
    book = read_book(vault)
    said = "\n".join(each for each in words if each)
    left = Pen(book).left(said) if book.registry else []
    if left:
        raise Fault("COD-173", what=what, entity=left[0][1], count=len(left))


def compare_open_words(
    engine: Engine,
    folder: Path,
    key: str | None,
    words: Iterable[str | None],
    *,
    what: str,
    at: dt.datetime,
    actor: str,
) -> None:
    """Refuse such words where the key of the vault is at hand; the ledger has the opening.

    Args:
        engine: the database of the study.
        folder: the study folder.
        key: the pass phrase, None if it is not at hand.
        words: to look through.
        what: what the words are of, for the message.
        at: the time now.
        actor: who says them.

    Raises:
        Fault: STO-031 if the key is another one, COD-173 as `refuse_open_names`.
    """
    said = [each for each in words if each and each.strip()]
    vault = vault_if_there(folder, key) if said else None
    if vault is None:
        return
    with transaction(engine) as connection:
        note_opening(connection, at=at, actor=actor, purpose="words that lie open", subject=what)
    refuse_open_names(vault, what, said)


def words_of_code(code: Code | Said) -> list[str | None]:
    """Return all that a code says in words."""
    return [code.definition, code.inclusion, code.exclusion, *(code.examples or ())]
