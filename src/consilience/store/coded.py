"""Codings as somebody may see them, in the version of the text that is being read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection

from consilience.coding.model import CODING, CONSENSUS
from consilience.store.codings import codings_table, table_of_codings
from consilience.store.transcripts import map_between, readable_version

# own: what one marked, and that of others where both have released the text; released: what its
# coder has released, and the consensus; all: everything.
Sees = Literal["own", "released", "all"]

_DONE: Final = (
    f"(coding.coder = '{CONSENSUS}' OR NOT EXISTS (SELECT 1 FROM assignment a WHERE "
    "a.document = coding.document AND a.coder = coding.coder AND a.released_at IS NULL))"
)
# Those of a coder to whom the text was never given, such as an imported one, count as released.
VISIBLE: Final[Mapping[Sees, str]] = {
    "own": (
        f"(coding.coder = :coder OR ({_DONE} AND EXISTS (SELECT 1 FROM assignment a WHERE "
        "a.document = coding.document AND a.coder = :coder AND a.released_at IS NOT NULL)))"
    ),
    "released": f"(coding.coder = :coder OR {_DONE})",
    "all": "1",
}
_ROW: Final = "row"
# Codings of one text that are alike in these say the same.
_SAME: Final = ["document", "start", "end", "code", "coder"]
_COLUMNS: Final = ", ".join(f'coding."{name}"' for name in CODING.names)


def visible_codings(
    connection: Connection, document: str, *, coder: str, sees: Sees, version: int
) -> pa.Table:
    """Return the codings of a text that a person may see, in a version of it, each once.

    Args:
        connection: to read from.
        document: id of the text.
        coder: id of who looks.
        sees: how much that person may see.
        version: the version being read.

    Returns:
        Rows of `CODING` whose places are those of `version`, in order; a passage whose text is
        no longer there is left out.

    Raises:
        Fault: INT-001 if there is no version of that number.
    """
    rows = connection.exec_driver_sql(
        f"SELECT {_COLUMNS} FROM coding WHERE document = :document AND {VISIBLE[sees]}",
        {"document": document, "coder": coder},
    ).fetchall()
    return each_once(at_version(connection, table_of_codings(rows), document, version))


def sees_coding(connection: Connection, coding: str, *, coder: str) -> bool:
    """Return whether a coding is there that a coder may see, as one who sees as coders do."""
    found = connection.exec_driver_sql(
        f"SELECT 1 FROM coding WHERE id = :coding AND {VISIBLE['own']}",
        {"coding": coding, "coder": coder},
    )
    return found.first() is not None


def each_once(table: pa.Table) -> pa.Table:
    """Return codings without those that say the same as one before them.

    A passage that a coder marked before and after a correction was marked once, and so was one
    that came in from two files.

    Args:
        table: rows of `CODING`, of each text in one version.
    """
    numbered = table.append_column(_ROW, pa.array(np.arange(table.num_rows)))
    firsts = numbered.group_by(_SAME, use_threads=False).aggregate([(_ROW, "min")])
    if firsts.num_rows == table.num_rows:
        return table
    return table.take(pa.array(np.sort(firsts.column(f"{_ROW}_min").to_numpy())))


def own_counts(connection: Connection, coder: str) -> Mapping[str, int]:
    """Return how many passages a coder marked in each text, those marked twice once."""
    rows = connection.exec_driver_sql(
        "SELECT document, count(*), min(version), max(version) FROM "
        '(SELECT DISTINCT document, version, start, "end", code FROM coding WHERE coder = ?) '
        "GROUP BY document",
        (coder,),
    )
    found = {}
    for document, count, oldest, newest in rows.fetchall():
        found[str(document)] = int(count)
        read = readable_version(connection, document) if oldest != newest else None
        if read is not None:
            own = codings_table(connection, document=document, coder=coder)
            moved = each_once(at_version(connection, own, document, read.number))
            found[str(document)] = moved.num_rows
    return found


def at_version(connection: Connection, table: pa.Table, document: str, version: int) -> pa.Table:
    """Return the codings of one text in another version of it, without those whose text went.

    Args:
        connection: to read the versions from.
        table: rows of `CODING`, all of one text.
        document: id of the text.
        version: the version in which places are wanted.

    Raises:
        Fault: INT-001 if there is no version of that number.
    """
    made = table.column("version").to_numpy()
    starts, ends = (table.column(name).to_numpy().copy() for name in ("start", "end"))
    for number in np.unique(made).tolist():
        if number != version:
            rows = made == number
            moved = map_between(connection, document, number, version)
            starts[rows], ends[rows] = moved.spans(starts[rows], ends[rows])
    columns = {name: table.column(name) for name in CODING.names}
    columns |= {
        "version": pa.array(np.full(len(made), version, np.int64)),
        "start": pa.array(starts),
        "end": pa.array(ends),
    }
    moved_table = pa.table(columns, schema=CODING).filter(pa.array(ends > starts))
    return moved_table.sort_by(
        [(name, "ascending") for name in ("start", "end", "code", "coder", "id")]
    )
