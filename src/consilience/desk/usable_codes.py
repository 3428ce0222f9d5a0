"""May passages carry this code now? One that was merged meanwhile is answered with its heir."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.coding.apply import usable_code
from consilience.coding.code_names import path_of
from consilience.coding.model import Code
from consilience.store.changes import Change, find_change
from consilience.store.codings import codes
from consilience.store.ledger import newest_line


def code_to_mark(connection: Connection, code: str) -> Code:
    """Return a code that passages may be marked with now.

    Raises:
        Fault: COD-002 if there is none of this id, COD-003 if it is a heading or retired,
            COD-106 if it is part of another now.
    """
    known = codes(connection)
    refuse_merged(connection, {each.id: each for each in known}, code)
    return usable_code(known, code)


def refuse_merged(connection: Connection, known: Mapping[str, Code], code: str) -> None:
    """Refuse a code that was merged into another, and say which.

    Raises:
        Fault: COD-106.
    """
    at, name, seen = code, code, set[str]()
    while at not in known and at not in seen:
        seen.add(at)
        line = newest_line(connection, action="merge", subject=at)
        detail: Mapping[str, Any] = json.loads(line.detail) if line else {}
        if "into" not in detail:
            return
        if at == code:
            name = _name_then(find_change(connection, detail["change"]), code)
        at = detail["into"]
    if at != code and at in known:
        raise Fault("COD-106", code=name, into=path_of(known, known[at]))


def _name_then(change: Change | None, code: str) -> str:
    row = change.deed.before["code"][code] if change else None
    return str(row["name"]) if row else code
