"""Texts that may be read and what is marked in them, all at once, in the versions being read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from consilience.store.coded import at_version, each_once
from consilience.store.codings import codings_table
from consilience.store.tables import LEDGER_HEAD
from consilience.store.transcript_tables import DOCUMENT
from consilience.store.transcripts import withdrawn_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableText:
    """A text with the newest version that is not sealed."""

    document: str
    name: str
    kind: str
    case: str | None
    simulated: bool
    version: int
    length: int


def newest_line(connection: Connection) -> int:
    """Return the number of the newest line of the ledger: everything that is done adds one."""
    return connection.execute(select(LEDGER_HEAD.c.lines)).scalar() or 0


def readable_texts(connection: Connection) -> tuple[ReadableText, ...]:
    """Return the texts that have a version to be read and are not withdrawn, by name."""
    rows = connection.exec_driver_sql(
        # SQLite takes the length from the row of the greatest number.
        "SELECT document, max(number), length FROM version WHERE NOT sealed GROUP BY document"
    )
    gone = withdrawn_texts(connection)
    newest = {name: (number, length) for name, number, length in rows if name not in gone}
    known = connection.execute(
        select(*(DOCUMENT.c[name] for name in ("id", "name", "kind", "case", "simulated")))
    )
    found = [
        ReadableText(
            document=row.id,
            name=row.name,
            kind=row.kind,
            case=row.case,
            simulated=row.simulated,
            version=newest[row.id][0],
            length=newest[row.id][1],
        )
        for row in known
        if row.id in newest
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def readable_codings(connection: Connection, texts: tuple[ReadableText, ...]) -> pa.Table:
    """Return the codings of these texts in the versions being read, by text.

    Args:
        connection: to read from.
        texts: as `readable_texts` returns them.

    Returns:
        Rows of `CODING`, each passage once; one whose text is no longer there is left out.
    """
    table = codings_table(connection).combine_chunks()
    names = table.column("document").to_numpy(zero_copy_only=False)
    parts = []
    for each in texts:
        # Codings come by document, so those of a text are one slice.
        first, last = (
            int(np.searchsorted(names, each.document, side=s)) for s in ("left", "right")
        )
        own = table.slice(first, last - first)
        if pc.any(pc.not_equal(own.column("version"), each.version)).as_py():
            own = at_version(connection, own, each.document, each.version)
        parts.append(own)
    return each_once(pa.concat_tables(parts)) if parts else table.slice(0, 0)


def words_of(connection: Connection, document: str, version: int) -> str:
    """Return the words of a version that is not sealed; quick, for hundreds of texts."""
    row = connection.exec_driver_sql(
        "SELECT text FROM content WHERE document = ? AND version = ?", (document, version)
    ).first()
    return str(row[0]) if row else ""


def turns_read(
    connection: Connection, texts: tuple[ReadableText, ...]
) -> tuple[list[str | None], npt.NDArray[np.int64]]:
    """Return who says what in these texts, all in one look.

    Returns:
        The speaker of each turn, None where nobody is named; and a row a turn: number of the text
        among `texts`, start, first code point said, code point after the last. By text and turn.
    """
    rows = connection.exec_driver_sql(
        'SELECT document, version, speaker, start, said, "end" FROM turn '
        "ORDER BY document, version, number"
    )
    read = {(each.document, each.version): number for number, each in enumerate(texts)}
    speakers: list[str | None] = []
    places: list[int] = []
    for document, version, speaker, start, said, end in rows:
        number = read.get((document, version))
        if number is not None:
            speakers.append(speaker)
            places += (number, start, said, end)
    turns = np.array(places, dtype=np.int64).reshape(-1, 4)
    order = np.argsort(turns[:, 0], kind="stable")
    return [speakers[n] for n in order.tolist()], turns[order]


def first_marked(connection: Connection) -> dict[tuple[str, str], str]:
    """Return when each coder first marked something in each text, by coder and text."""
    rows = connection.exec_driver_sql(
        "SELECT coder, document, min(at) FROM coding GROUP BY coder, document"
    )
    return {(coder, document): at for coder, document, at in rows}
