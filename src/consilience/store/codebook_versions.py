"""Keep the codebook as it stood when somebody numbered it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from consilience.base.errors import Fault
from consilience.coding.model import Code
from consilience.store.coding_tables import CODEBOOK_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class CodebookVersion:
    """A numbered codebook.

    Args:
        number: from 1.
        at: when it was numbered, UTC.
        actor: who numbered it.
        note: why, in a sentence.
        codes: all codes as they were, parents before children.
    """

    number: int
    at: str
    actor: str
    note: str
    codes: tuple[Code, ...]


def keep_codebook_version(
    connection: Connection, codes: Sequence[Code], *, note: str, at: str, actor: str
) -> CodebookVersion:
    """Keep a codebook under the next number; it is never changed afterwards.

    Args:
        connection: within the transaction.
        codes: the codebook.
        note: why it is numbered.
        at: the time now, UTC.
        actor: who numbers it.
    """
    packed = json.dumps([asdict(code) for code in codes], ensure_ascii=False)
    row = {"at": at, "actor": actor, "note": note, "codes": packed}
    made = connection.execute(CODEBOOK_VERSION.insert(), row).inserted_primary_key
    number = int(made[0]) if made else 0
    return CodebookVersion(number=number, at=at, actor=actor, note=note, codes=tuple(codes))


def codebook_versions(connection: Connection) -> list[CodebookVersion]:
    """Return all numbered codebooks, the oldest first."""
    rows = connection.execute(select(CODEBOOK_VERSION).order_by(CODEBOOK_VERSION.c.number))
    return [_version(row) for row in rows]


def find_codebook_version(connection: Connection, number: int) -> CodebookVersion:
    """Return the codebook of a number.

    Raises:
        Fault: COD-018 if there is none.
    """
    wanted = select(CODEBOOK_VERSION).where(CODEBOOK_VERSION.c.number == number)
    row = connection.execute(wanted).first()
    if row is None:
        raise Fault("COD-018", number=number)
    return _version(row)


def _version(row: Row[Any]) -> CodebookVersion:
    codes = [Code(**each | {"examples": tuple(each["examples"])}) for each in json.loads(row.codes)]
    return CodebookVersion(
        number=row.number, at=row.at, actor=row.actor, note=row.note, codes=tuple(codes)
    )
