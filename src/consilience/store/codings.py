"""Keep codes, codings, memos and who is to code what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from consilience.coding.model import CODING as CODING_SCHEMA
from consilience.coding.model import Assignment, Code, Coding, Memo
from consilience.store.coding_tables import ASSIGNMENT, CODE, CODING, MEMO

# Rows taken through Python at a time.
_BATCH: Final = 5_000
_COLUMNS: Final = ", ".join(f'"{name}"' for name in CODING_SCHEMA.names)
_INSERT: Final = (
    f"INSERT INTO coding ({_COLUMNS}) VALUES ({', '.join('?' * len(CODING_SCHEMA.names))})"
)


def codes(connection: Connection) -> list[Code]:
    """Return all codes: parents before children, brothers and sisters in their order."""
    below: dict[str | None, list[Code]] = {}
    for code in loose_codes(connection):
        below.setdefault(code.parent, []).append(code)
    ordered: list[Code] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        code = waiting.pop()
        ordered.append(code)
        waiting += reversed(below.get(code.id, []))
    return ordered


def loose_codes(connection: Connection) -> list[Code]:
    """Return all codes as they lie there, by position, even one whose parent is not there."""
    rows = connection.execute(select(CODE).order_by(CODE.c.position, CODE.c.name, CODE.c.id))
    found = []
    for row in rows:
        values: dict[str, Any] = dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name)
        found.append(Code(**values | {"examples": tuple(json.loads(values["examples"]))}))
    return found


def save_codes(connection: Connection, wanted: Iterable[Code]) -> None:
    """Keep codes as they are given, new ones and changed ones; others stay as they are."""
    # A parent may come after its children, and two may change places.
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for code in wanted:
        values = code_row(code)
        connection.execute(
            insert(CODE).values(**values).on_conflict_do_update(index_elements=["id"], set_=values)
        )


def code_row(code: Code) -> dict[str, Any]:
    """Return a code as it is kept."""
    return asdict(code) | {"examples": json.dumps(code.examples, ensure_ascii=False)}


def delete_codes(connection: Connection, ids: Iterable[str]) -> None:
    """Take out codes that nothing was coded with."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for each in ids:
        connection.execute(CODE.delete().where(CODE.c.id == each))


def codings_table(
    connection: Connection,
    *,
    document: str | None = None,
    coder: str | None = None,
    code: str | None = None,
) -> pa.Table:
    """Return codings as they are kept, by document, place, code and coder.

    Args:
        connection: to read from.
        document: only those of this text.
        coder: only those of this coder.
        code: only those with this code.

    Returns:
        Rows of `CODING`; each in the version of its text on which it was made.
    """
    wanted = {"document": document, "coder": coder, "code": code}
    given = {name: value for name, value in wanted.items() if value is not None}
    where = " AND ".join(f"{name} = ?" for name in given) or "1"
    rows = connection.exec_driver_sql(
        f"SELECT {_COLUMNS} FROM coding WHERE {where} "
        'ORDER BY document, start, "end", code, coder, id',
        tuple(given.values()),
    )
    return table_of_codings(rows)


def table_of_codings(rows: Iterable[Iterable[object]]) -> pa.Table:
    """Return rows in the order of the columns of `CODING` as a table.

    They are taken a batch at a time: as Python's objects they need ten times the room.
    """
    left = iter(rows)
    batches = []
    while some := list(islice(left, _BATCH)):
        arrays = [
            pa.array(values, field.type)
            for values, field in zip(zip(*some, strict=True), CODING_SCHEMA, strict=True)
        ]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=CODING_SCHEMA))
    return pa.Table.from_batches(batches, schema=CODING_SCHEMA)


def carried(connection: Connection, codes: Iterable[str]) -> dict[str, int]:
    """Return how many passages carry each of some codes, those with none left out."""
    rows = connection.exec_driver_sql(
        "SELECT code, count(*) FROM coding WHERE code IN (SELECT value FROM json_each(?)) "
        "GROUP BY code",
        (json.dumps(list(codes)),),
    )
    return {str(code): int(count) for code, count in rows}


def insert_codings(connection: Connection, table: pa.Table) -> None:
    """Keep new codings.

    Args:
        connection: within the transaction.
        table: rows of `CODING`; documents and codes must be there already, ids must be new.
    """
    for batch in table.select(CODING_SCHEMA.names).to_batches(max_chunksize=_BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        connection.exec_driver_sql(_INSERT, list(zip(*columns, strict=True)))


def insert_coding(connection: Connection, coding: Coding) -> None:
    """Keep one new coding."""
    connection.execute(CODING.insert(), asdict(coding))


def find_coding(connection: Connection, coding: str) -> Coding | None:
    """Return the coding of this id, None if there is none."""
    row = connection.execute(select(CODING).where(CODING.c.id == coding)).first()
    return Coding(**row._mapping) if row else None  # noqa: SLF001


def delete_codings(connection: Connection, ids: Iterable[str]) -> None:
    """Take out codings by id."""
    gone = [(each,) for each in ids]
    if gone:
        connection.exec_driver_sql("DELETE FROM coding WHERE id = ?", gone)


def memos(connection: Connection, *, on: str | None = None, thing: str | None = None) -> list[Memo]:
    """Return notes in order of time.

    Args:
        connection: to read from.
        on: only those on this kind of thing.
        thing: only those on the thing of this id.
    """
    statement = select(MEMO).order_by(MEMO.c.at, MEMO.c.id)
    if on is not None:
        statement = statement.where(MEMO.c.on == on)
    if thing is not None:
        statement = statement.where(MEMO.c.thing == thing)
    return [Memo(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001


def save_memo(connection: Connection, memo: Memo) -> None:
    """Keep a note, new or changed."""
    values = asdict(memo)
    connection.execute(
        insert(MEMO).values(**values).on_conflict_do_update(index_elements=["id"], set_=values)
    )


def delete_memos(connection: Connection, ids: Iterable[str]) -> None:
    """Take out notes by id."""
    for each in ids:
        connection.execute(MEMO.delete().where(MEMO.c.id == each))


def assignments(
    connection: Connection, *, document: str | None = None, coder: str | None = None
) -> list[Assignment]:
    """Return who is to code what, by document and coder.

    Args:
        connection: to read from.
        document: only those of this text.
        coder: only those of this coder.
    """
    statement = select(ASSIGNMENT).order_by(ASSIGNMENT.c.document, ASSIGNMENT.c.coder)
    if document is not None:
        statement = statement.where(ASSIGNMENT.c.document == document)
    if coder is not None:
        statement = statement.where(ASSIGNMENT.c.coder == coder)
    return [Assignment(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001


def assign(connection: Connection, document: str, coder: str, *, at: str) -> None:
    """Give a text to a coder; given again, nothing changes."""
    connection.execute(
        insert(ASSIGNMENT)
        .values(document=document, coder=coder, assigned_at=at, released_at=None)
        .on_conflict_do_nothing()
    )


def unassign(connection: Connection, document: str, coder: str) -> None:
    """Take a text back from a coder; what was coded stays."""
    connection.execute(
        ASSIGNMENT.delete().where(ASSIGNMENT.c.document == document, ASSIGNMENT.c.coder == coder)
    )


def release(connection: Connection, document: str, coder: str, *, at: str | None) -> None:
    """Say that a coder is done with a text and may be seen; `at` None takes that back."""
    connection.execute(
        ASSIGNMENT.update()
        .where(ASSIGNMENT.c.document == document, ASSIGNMENT.c.coder == coder)
        .values(released_at=at)
    )
