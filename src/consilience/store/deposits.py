"""Waivers of the gate, and packages that were prepared, as they were noted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from consilience.deposit.model import Waiver
from consilience.store.deposit_tables import PREPARED, WAIVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A package that somebody prepared.

    Attributes:
        identifier: of the study in the catalogue.
        digest: SHA-256 of its manifest.
        by: who prepared it.
        at: when.
    """

    identifier: str
    digest: str
    by: str
    at: dt.datetime


def note_waiver(connection: Connection, waiver: Waiver, *, back: bool = False) -> None:
    """Note that a finding may pass, or no longer may.

    Args:
        connection: in a transaction.
        waiver: what, where, who, why and when.
        back: whether it is taken back.
    """
    connection.execute(
        insert(WAIVER).values(
            code=waiver.code,
            where=waiver.where,
            role=waiver.role,
            by=waiver.by,
            reason=waiver.reason,
            at=waiver.at.isoformat(),
            back=int(back),
        )
    )


def waivers(connection: Connection) -> tuple[Waiver, ...]:
    """Return the waivers that hold, one each code and place, in the order given."""
    held: dict[tuple[str, str], Waiver] = {}
    for row in connection.execute(select(WAIVER).order_by(WAIVER.c.number)).mappings():
        key = row["code"], row["where"]
        held.pop(key, None)
        if not row["back"]:
            held[key] = Waiver(
                code=row["code"],
                where=row["where"],
                role=row["role"],
                by=row["by"],
                reason=row["reason"],
                at=dt.datetime.fromisoformat(row["at"]),
            )
    return tuple(held.values())


def note_prepared(connection: Connection, prepared: Prepared) -> None:
    """Note who prepared a package."""
    connection.execute(
        insert(PREPARED).values(
            identifier=prepared.identifier,
            digest=prepared.digest,
            by=prepared.by,
            at=prepared.at.isoformat(),
        )
    )


def first_prepared(connection: Connection, digest: str) -> Prepared | None:
    """Return who first prepared exactly these bytes, None if nobody did."""
    asked = select(PREPARED).where(PREPARED.c.digest == digest).order_by(PREPARED.c.number)
    row = connection.execute(asked.limit(1)).mappings().first()
    if row is None:
        return None
    return Prepared(
        identifier=row["identifier"],
        digest=row["digest"],
        by=row["by"],
        at=dt.datetime.fromisoformat(row["at"]),
    )
