"""Words of others than its speakers that go with a text: memos on it, reasons, vectors."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, Literal

from sqlalchemy import Connection, or_, select

from consilience.store.adjudication_tables import ADJUDICATION
from consilience.store.coding_tables import CHANGE, CODING, MEMO
from consilience.store.suggestion_tables import TURN_VECTORS

# What stands where the words of a memo or a reason were.
ERASED: Final = "Erased with the words of a text."
_SIDES: Final = ("before", "after")


def memos_with(connection: Connection, document: str) -> list[str]:
    """Return the ids of memos on a text and on its codings, those that are gone too, in order."""
    of_text = CHANGE.c.document == document
    deeds = [json.loads(each) for row in connection.execute(
        select(CHANGE.c.before, CHANGE.c.after).where(of_text)
    ) for each in row]  # fmt: skip
    marked = set(
        connection.execute(select(CODING.c.id).where(CODING.c.document == document)).scalars()
    )
    marked |= {key for rows in deeds for key in rows.get("coding", {})}
    there = connection.execute(
        select(MEMO.c.id, MEMO.c.on, MEMO.c.thing).where(MEMO.c.on.in_(("document", "coding")))
    )
    found = {
        row.id
        for row in there
        if row.thing == document or (row.on == "coding" and row.thing in marked)
    }
    return sorted(found | {key for rows in deeds for key in rows.get("memo", {})})


def forget_memos(connection: Connection, memos: Collection[str]) -> None:
    """Delete the words of memos, where they stand and in the log of changes.

    Left are who wrote each, when, and on what; what was done can be taken back as before.
    """
    for each in memos:
        words = {"title": "", "text": ERASED}
        connection.execute(MEMO.update().where(MEMO.c.id == each).values(**words))
    wanted = frozenset(memos)
    for number, sides in _with(connection, "memo"):
        touched = [_forget(rows.get("memo", {}), wanted) for rows in sides.values()]
        if any(touched):
            packed = {side: _packed(rows) for side, rows in sides.items()}
            connection.execute(CHANGE.update().where(CHANGE.c.number == number).values(**packed))


def _forget(rows: Mapping[str, dict[str, Any] | None], wanted: Collection[str]) -> bool:
    touched = False
    for key, values in rows.items():
        if key in wanted and values is not None:
            for name, new in (("title", ""), ("text", ERASED)):
                if name in values:
                    values[name] = new
                    touched = True
    return touched


def _packed(rows: Mapping[str, object]) -> str:
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def known_memos(connection: Connection) -> frozenset[str]:
    """Return the ids of all memos, those too that only the log of changes knows."""
    there = connection.execute(select(MEMO.c.id)).scalars()
    return frozenset(there) | {key for key, _ in older_words(connection, "memo")}


def older_words(connection: Connection, what: Literal["memo", "code"]) -> Iterator[tuple[str, str]]:
    """Yield the id of each memo or code and what stood in it, as the log of changes has it."""
    for _, sides in _with(connection, what):
        for rows in sides.values():
            for key, values in rows.get(what, {}).items():
                for told in (values or {}).values():
                    if isinstance(told, str):
                        yield key, told


def _with(connection: Connection, what: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield number, and rows before and after, of each change of memos or codes."""
    columns = [CHANGE.c[side] for side in _SIDES]
    holds = or_(*(column.contains(f'"{what}":', autoescape=True) for column in columns))
    for number, *sides in connection.execute(select(CHANGE.c.number, *columns).where(holds)).all():
        yield number, {side: json.loads(rows) for side, rows in zip(_SIDES, sides, strict=True)}


def forget_reasons(connection: Connection, document: str) -> int:
    """Delete why differences on a text were settled so; return how many had a reason."""
    there = (ADJUDICATION.c.document == document) & ADJUDICATION.c.reason.not_in(("", ERASED))
    done = connection.execute(ADJUDICATION.update().where(there).values(reason=ERASED))
    return done.rowcount


def forget_vectors(connection: Connection, document: str) -> None:
    """Delete what stands for the meaning of the turns of a text."""
    connection.execute(TURN_VECTORS.delete().where(TURN_VECTORS.c.document == document))
