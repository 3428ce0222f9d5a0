"""Do memos hold names of the vault? Told by what they are on, never by what they say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.coding.model import Memo
from consilience.desk.pen import Pen
from consilience.desk.registry import read_book
from consilience.desk.sealed import note_opening, vault_if_there
from consilience.desk.unlocking import OpenVault
from consilience.store.codings import find_coding
from consilience.store.codings import memos as kept_memos
from consilience.store.database import snapshot, transaction

_NAMED: Final = {"document": "text"}


def vault_for_memos(
    engine: Engine, folder: Path, key: str | None, *, at: dt.datetime, actor: str
) -> OpenVault | None:
    """Open the vault for work on memos, and note that in the ledger.

    Args:
        engine: the database of the study.
        folder: the study folder.
        key: the pass phrase, None if it is not at hand.
        at: the time now.
        actor: who works.

    Returns:
        None without a key, or where there is no vault.

    Raises:
        Fault: STO-031 if the key is another one.
    """
    vault = vault_if_there(folder, key)
    if vault is not None:
        with transaction(engine) as connection:
            note_opening(connection, at=at, actor=actor, purpose="memo", subject="memos")
    return None if vault is None or key is None else OpenVault(key=key, vault=vault)


def refuse_names(vault: OpenVault | None, *, title: str, text: str) -> None:
    """Refuse a memo about to be kept that holds a name which is to go from the texts.

    Args:
        vault: opened; None if it is not at hand, and then nothing can be looked for.
        title: of the memo.
        text: of the memo.

    Raises:
        Fault: COD-110 telling the number of the first entity found, not the name.
    """
    if vault is None:
        return
    book = read_book(vault.vault)
    left = Pen(book).left(f"{title}\n{text}") if book.registry else []
    if left:
        raise Fault("COD-110", entity=left[0][1], count=len(left))


def names_in_memos(engine: Engine, pen: Pen, memos: Sequence[Memo]) -> tuple[Fault, ...]:
    """Return the memos in which names that are to go stand, by what they are on; no names.

    Args:
        engine: the database of the study.
        pen: of the book of its vault.
        memos: to look through.

    Returns:
        COD-113 for each entity in each memo.
    """
    found = [(memo, entity, count) for memo in memos for entity, count in _entities(pen, memo)]
    with snapshot(engine) as connection:
        on = dict(_anchors(connection, [memo for memo, _, _ in found]))
    return tuple(
        Fault("COD-113", entity=entity, count=count, memo=memo.id, on=on[memo.id],
              author=memo.author, day=memo.at[:10] or "a day that is not known")
        for memo, entity, count in found
    )  # fmt: skip


def memos_in(engine: Engine, pen: Pen, said: Iterable[str]) -> tuple[Fault, ...]:
    """Return the memos with a name whose words stand in texts, such as those of a file.

    Args:
        engine: the database of the study.
        pen: of the book of its vault.
        said: the texts; taken only if a memo holds a name.

    Returns:
        COD-113 for each entity in each of these memos.
    """
    with snapshot(engine) as connection:
        noted = {each.id: each for each in kept_memos(connection)}
    held = names_in_memos(engine, pen, list(noted.values()))
    texts = tuple(said) if held else ()
    return tuple(
        each for each in held if any(noted[str(each.values["memo"])].text in text for text in texts)
    )


def _entities(pen: Pen, memo: Memo) -> list[tuple[int, int]]:
    numbers = (number for _, number in pen.left(f"{memo.title}\n{memo.text}"))
    return sorted(Counter(numbers).items())


def _anchors(connection: Connection, memos: Iterable[Memo]) -> Iterator[tuple[str, str]]:
    """Yield what each memo is on, by id: names of texts and of cases may be those of people."""
    for memo in memos:
        coding = find_coding(connection, memo.thing) if memo.on == "coding" else None
        if coding is not None:
            yield memo.id, f"coding {coding.id} of text {coding.document}"
        elif memo.on in ("study", "case"):
            yield memo.id, f"the {memo.on}"
        else:
            yield memo.id, f"{_NAMED.get(memo.on, memo.on)} {memo.thing}"
