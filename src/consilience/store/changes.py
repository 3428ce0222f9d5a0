"""The log of what was done to codebook, codings and memos: each deed can be undone exactly.

A deed is kept as the rows it touched, as they were and as they became. Undoing writes the former,
doing again the latter; both refuse if anything else has changed those rows since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, func, select

from consilience.base.errors import Fault
from consilience.store.coding_tables import CHANGE, CODE, CODING, MEMO

# Table, then id, then columns; None where there is no row. Of a row that stays, only columns that
# change.
Rows = Mapping[str, Mapping[str, Mapping[str, Any] | None]]

_TABLES: Final[Mapping[str, Table]] = {"code": CODE, "coding": CODING, "memo": MEMO}
UNDO: Final = "undo"
REDO: Final = "redo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something about to be done.

    Args:
        area: codebook, coding, memo or assignment.
        action: what, in a word.
        document: id of the only text it concerns, None for the codebook.
        before: the rows it changes, as they are.
        after: the same rows, as they will be.
    """

    area: str
    action: str
    document: str | None = None
    before: Rows
    after: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that was done.

    Args:
        number: from 1, in the order in which it was done.
        at: when, UTC.
        actor: who.
        deed: what, with the rows.
        undoes: number of the change that this one takes back or does again, None for others.
        undone_by: number of the change that took this one back, None while it holds.
    """

    number: int
    at: str
    actor: str
    deed: Deed
    undoes: int | None = None
    undone_by: int | None = None


def do(
    connection: Connection, deed: Deed, *, at: str, actor: str, undoes: int | None = None
) -> Change:
    """Write the rows of a deed and log it, in the transaction that is open.

    Args:
        connection: within the transaction.
        deed: what is to be done.
        at: the time now, UTC.
        actor: who does it.
        undoes: number of the change taken back by it.

    Raises:
        Fault: COD-010 if something still refers to a code that would go.
    """
    _write(connection, deed.after)
    row = {
        "at": at,
        "actor": actor,
        "area": deed.area,
        "action": deed.action,
        "document": deed.document,
        "before": _packed(deed.before),
        "after": _packed(deed.after),
        "undoes": undoes,
    }
    number = connection.execute(CHANGE.insert(), row).inserted_primary_key
    made = Change(number=int(number[0]) if number else 0, at=at, actor=actor, deed=deed)
    if undoes is not None:
        connection.execute(
            CHANGE.update().where(CHANGE.c.number == undoes).values(undone_by=made.number)
        )
    return made


def undo(
    connection: Connection, areas: Iterable[str], *, at: str, actor: str, of: str | None
) -> Change | None:
    """Take back what was done last.

    Args:
        connection: within the transaction.
        areas: kinds of deed that may be taken back.
        at: the time now, UTC.
        actor: who takes it back.
        of: only what this person did, None for anybody's.

    Returns:
        The change that was taken back, None if there was none.

    Raises:
        Fault: COD-011 if others have changed the same since, COD-010 if something still refers
            to a code that would go.
    """
    last = _last(connection, areas, of, CHANGE.c.action != UNDO, CHANGE.c.undone_by.is_(None))
    if last is None:
        return None
    _turn(connection, last, UNDO, at=at, actor=actor)
    return last


def redo(
    connection: Connection, areas: Iterable[str], *, at: str, actor: str, of: str | None
) -> Change | None:
    """Do again what was taken back last, unless something else was done after it.

    Args:
        connection: within the transaction.
        areas: kinds of deed that may be done again.
        at: the time now, UTC.
        actor: who does it.
        of: only what this person took back, None for anybody.

    Returns:
        The change that took it back, None if there was none.

    Raises:
        Fault: COD-011 if others have changed the same since.
    """
    wanted = list(areas)
    taken = _last(connection, wanted, of, CHANGE.c.action == UNDO, CHANGE.c.undone_by.is_(None))
    # Even one that was taken back itself: what went before it is not there to be done again.
    fresh = _last(connection, wanted, of, CHANGE.c.action.not_in((UNDO, REDO)))
    if taken is None or (fresh is not None and fresh.number > taken.number):
        return None
    _turn(connection, taken, REDO, at=at, actor=actor)
    return taken


def _turn(connection: Connection, change: Change, action: str, *, at: str, actor: str) -> None:
    deed = change.deed
    _check(connection, deed.after, change.number)
    back = Deed(
        area=deed.area,
        action=action,
        document=deed.document,
        before=deed.after,
        after=deed.before,
    )
    do(connection, back, at=at, actor=actor, undoes=change.number)


def changes(
    connection: Connection, *, area: str | None = None, after: int = 0, last: int | None = None
) -> list[Change]:
    """Return what was done, in order.

    Args:
        connection: to read from.
        area: only this kind of deed.
        after: only changes with a greater number.
        last: only so many of the newest.
    """
    statement = select(CHANGE).where(CHANGE.c.number > after).order_by(CHANGE.c.number.desc())
    if area is not None:
        statement = statement.where(CHANGE.c.area == area)
    if last is not None:
        statement = statement.limit(last)
    return [_change(row) for row in reversed(connection.execute(statement).all())]


def find_change(connection: Connection, number: int) -> Change | None:
    """Return the change of a number, None if there is none."""
    row = connection.execute(select(CHANGE).where(CHANGE.c.number == number)).first()
    return _change(row) if row else None


def newest(connection: Connection, document: str) -> int:
    """Return the number of the newest change of a text or of the codebook, 0 if there is none."""
    return max(
        connection.execute(select(func.max(CHANGE.c.number)).where(which)).scalar() or 0
        for which in (CHANGE.c.document == document, CHANGE.c.area == "codebook")
    )


def text_of_gone(connection: Connection, thing: str) -> str | None:
    """Return the text on which something stood that is not there any more, None if on none."""
    statement = (
        select(CHANGE.c.document)
        .where(CHANGE.c.document.is_not(None), CHANGE.c.before.contains(thing, autoescape=True))
        .order_by(CHANGE.c.number.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar() if thing else None


def next_number(connection: Connection) -> int:
    """Return the number that the next change will have, within a transaction that writes."""
    return int(connection.execute(select(func.max(CHANGE.c.number))).scalar() or 0) + 1


def _last(
    connection: Connection,
    areas: Iterable[str],
    of: str | None,
    *which: Any,  # noqa: ANN401  (conditions of SQLAlchemy)
) -> Change | None:
    statement = (
        select(CHANGE)
        .where(CHANGE.c.area.in_(list(areas)), *which)
        .order_by(CHANGE.c.number.desc())
        .limit(1)
    )
    if of is not None:
        statement = statement.where(CHANGE.c.actor == of)
    row = connection.execute(statement).first()
    return _change(row) if row else None


def _change(row: Row[Any]) -> Change:
    return Change(
        number=row.number,
        at=row.at,
        actor=row.actor,
        deed=Deed(
            area=row.area,
            action=row.action,
            document=row.document,
            before=json.loads(row.before),
            after=json.loads(row.after),
        ),
        undoes=row.undoes,
        undone_by=row.undone_by,
    )


def _packed(rows: Rows) -> str:
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _write(connection: Connection, rows: Rows) -> None:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for name, wanted in rows.items():
        for columns, batch in _batches(wanted).items():
            _write_batch(connection, _TABLES[name], columns, batch)
    if any(row is None for row in rows.get("code", {}).values()):
        left = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if left:
            raise Fault("COD-010", count=len(left), table=left[0][0])


def _batches(
    wanted: Mapping[str, Mapping[str, Any] | None],
) -> dict[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return rows with the same columns together; no columns for those that go."""
    batches: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for key, values in wanted.items():
        columns = tuple(sorted(values or ()))
        row = (key, *((values or {})[column] for column in columns))
        batches.setdefault(columns, []).append(row)
    return batches


def _write_batch(
    connection: Connection, table: Table, columns: tuple[str, ...], batch: list[tuple[Any, ...]]
) -> None:
    names = ", ".join(f'"{column}"' for column in ("id", *columns))
    marks = ", ".join(f"?{n}" for n in range(1, len(columns) + 2))
    sets = ", ".join(f'"{column}" = ?{n}' for n, column in enumerate(columns, start=2))
    if not columns:
        statement = f"DELETE FROM {table.name} WHERE id = ?1"
    elif len(columns) + 1 == len(table.columns):
        statement = (
            f"INSERT INTO {table.name} ({names}) VALUES ({marks}) "
            f"ON CONFLICT (id) DO UPDATE SET {sets}"
        )
    else:
        statement = f"UPDATE {table.name} SET {sets} WHERE id = ?1"
    connection.exec_driver_sql(statement, batch)


def _check(connection: Connection, rows: Rows, number: int) -> None:
    """Refuse if rows are not as a change left them."""
    for name, wanted in rows.items():
        found = connection.exec_driver_sql(
            f"SELECT * FROM {name} WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(wanted)),),
        )
        there = {row["id"]: dict(row) for row in found.mappings()}
        others = sum(not _same(there.get(key), values) for key, values in wanted.items())
        if others:
            raise Fault("COD-011", number=number, count=others)


def _same(there: Mapping[str, Any] | None, wanted: Mapping[str, Any] | None) -> bool:
    if there is None or wanted is None:
        return there is None and wanted is None
    return all(there[column] == value for column, value in wanted.items())
