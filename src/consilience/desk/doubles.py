"""Codings that say the same: one coder, one code, the same words in the version being read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from consilience.coding.model import CODING, Coding
from consilience.store.coded import at_version
from consilience.store.codings import codings_table
from consilience.store.transcripts import readable_version, versions

# What makes two codings of one text the same.
_PLACE = ("start", "end", "code", "coder")


def alike(connection: Connection, coding: Coding) -> tuple[Coding, ...]:
    """Return the kept codings that say the same as one, itself among them if it is kept.

    They may have been made on different versions of the text: places are compared where they are
    in the version being read, so that a passage that was marked before a correction is known again
    after it.

    Args:
        connection: to read from.
        coding: kept or about to be.
    """
    table = codings_table(
        connection, document=coding.document, coder=coding.coder, code=coding.code
    )
    there = {each["id"]: Coding(**each) for each in table.to_pylist()}
    found = {
        each.id: each
        for each in there.values()
        if (each.version, each.start, each.end) == (coding.version, coding.start, coding.end)
    }
    if there and coding.id not in there:
        asked = pa.Table.from_pylist([asdict(coding)], schema=CODING)
        table = pa.concat_tables([table, asked])
    now = _now(connection, table, coding.document) if there else {}
    if coding.id in now:
        found |= {key: each for key, each in there.items() if now.get(key) == now[coding.id]}
    return tuple(found[key] for key in sorted(found))


def said_already(connection: Connection, new: pa.Table) -> list[bool]:
    """Return which codings about to be kept say what a kept one says already.

    Args:
        connection: to read from.
        new: rows of `CODING`, of texts that are kept, with ids that are not.
    """
    told: dict[str, bool] = {}
    for document in dict.fromkeys(new.column("document").to_pylist()):
        table = codings_table(connection, document=document)
        if table.num_rows:
            there = set(_now(connection, table, document).values())
            own = new.filter(pc.equal(new.column("document"), document))
            told |= {key: at in there for key, at in _now(connection, own, document).items()}
    return [told.get(key, False) for key in new.column("id").to_pylist()]


def _now(connection: Connection, table: pa.Table, document: str) -> dict[str, tuple[object, ...]]:
    """Return what each coding of a text says, by id; those whose words went are left out."""
    read = readable_version(connection, document) or versions(connection, document)[-1]
    moved = at_version(connection, table, document, read.number)
    return dict(zip(moved.column("id").to_pylist(), _said(moved), strict=True))


def _said(table: pa.Table) -> Iterable[tuple[object, ...]]:
    return zip(*(table.column(name).to_pylist() for name in _PLACE), strict=True)
