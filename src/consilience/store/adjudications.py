"""Keep what was decided about disagreements between coders."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, Row, select

from consilience.coding.model import Decision, Ruling
from consilience.store.adjudication_tables import ADJUDICATION


def keep_decision(connection: Connection, decision: Decision) -> None:
    """Keep a decision; one that was there before about the same disagreement goes."""
    connection.execute(ADJUDICATION.delete().where(ADJUDICATION.c.item == decision.item))
    ruling = decision.ruling
    connection.execute(
        ADJUDICATION.insert().values(
            item=decision.item,
            document=decision.document,
            version=decision.version,
            code=decision.code,
            action=ruling.action,
            coder=ruling.coder,
            start=ruling.start,
            end=ruling.end,
            reason=ruling.reason,
            codings=json.dumps(decision.codings),
            actor=decision.actor,
            at=decision.at,
        )
    )


def decisions(connection: Connection) -> dict[str, Decision]:
    """Return all decisions by id of the disagreement, in order of time."""
    rows = connection.execute(select(ADJUDICATION).order_by(ADJUDICATION.c.at, ADJUDICATION.c.item))
    return {row.item: _decision(row) for row in rows}


def _decision(row: Row[tuple[object, ...]]) -> Decision:
    return Decision(
        item=row.item,
        document=row.document,
        version=row.version,
        code=row.code,
        ruling=Ruling(
            action=row.action,
            coder=row.coder,
            start=row.start,
            end=row.end,
            reason=row.reason,
        ),
        codings=tuple(json.loads(row.codings)),
        actor=row.actor,
        at=row.at,
    )


def drop_decisions(connection: Connection, items: Iterable[str]) -> None:
    """Take out decisions by id of the disagreement: it changed, or was decided again."""
    for each in items:
        connection.execute(ADJUDICATION.delete().where(ADJUDICATION.c.item == each))
