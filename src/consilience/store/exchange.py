"""What of an exchange file is here already?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from consilience.store.transcript_tables import DOCUMENT, VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHere:
    """A version of a text that is here.

    Args:
        document: id of the text.
        name: its name.
        number: the version.
        sealed: whether its words lie in the vault.
    """

    document: str
    name: str
    number: int
    sealed: bool


def texts_by_hash(connection: Connection) -> dict[str, list[TextHere]]:
    """Return the texts by the hash of their words, of each the newest version that has it.

    A sealed text is found too: of it only the hash is asked.
    """
    wanted = select(VERSION, DOCUMENT.c.name).join(DOCUMENT, DOCUMENT.c.id == VERSION.c.document)
    found: dict[str, dict[str, TextHere]] = {}
    for row in connection.execute(wanted.order_by(VERSION.c.document, VERSION.c.number)):
        found.setdefault(row.sha256, {})[row.document] = TextHere(
            document=row.document, name=row.name, number=row.number, sealed=bool(row.sealed)
        )
    return {sha256: list(texts.values()) for sha256, texts in found.items()}


def codings_there(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Return document, code and coder of those codings that are here, by id."""
    rows = connection.exec_driver_sql(
        "SELECT id, document, code, coder FROM coding WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row.id: (row.document, row.code, row.coder) for row in rows}


# GLOB knows no "so many times".
_GUID: Final = "-".join("[0-9a-f]" * length for length in (8, 4, 4, 4, 12))


def plain_codings(connection: Connection) -> list[str]:
    """Return the ids of codings that are no GUIDs in lower case."""
    rows = connection.exec_driver_sql("SELECT id FROM coding WHERE id NOT GLOB ?", (_GUID,))
    return [row.id for row in rows]


def coders_there(connection: Connection) -> set[str]:
    """Return the ids of all who coded."""
    return {row.coder for row in connection.exec_driver_sql("SELECT DISTINCT coder FROM coding")}


def memos_there(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Return which of these memos are here."""
    rows = connection.exec_driver_sql(
        "SELECT id FROM memo WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row.id for row in rows}
