"""What of an exchange file is here already?"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from consilience.store.transcript_tables import VERSION


def texts_by_hash(connection: Connection) -> dict[str, tuple[str, int]]:
    """Return document and version of each text by the hash of its words, the newest of each.

    A sealed text is found too: of it only the hash is asked.
    """
    rows = connection.execute(
        VERSION.select().order_by(VERSION.c.document.desc(), VERSION.c.number)
    )
    return {row.sha256: (row.document, row.number) for row in rows}


def codings_there(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Return document, code and coder of those codings that are here, by id."""
    rows = connection.exec_driver_sql(
        "SELECT id, document, code, coder FROM coding WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row.id: (row.document, row.code, row.coder) for row in rows}


def memos_there(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Return which of these memos are here."""
    rows = connection.exec_driver_sql(
        "SELECT id FROM memo WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row.id for row in rows}
