"""Codebook, codings and the texts that were coded, as tables for stages.

Only texts that all to whom they were given have released: what a coder has not released yet is
shown to nobody, in no report.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Connection

from consilience.coding.model import Code
from consilience.store.codings import codes
from consilience.store.compared import coded_texts
from consilience.store.transcripts import find_document, text_of, turns_of

# The codebook, parents before children.
CODEBOOK: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("parent", pa.string()),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("colour", pa.string()),
        pa.field("definition", pa.string(), nullable=False),
        pa.field("inclusion", pa.string(), nullable=False),
        pa.field("exclusion", pa.string(), nullable=False),
        pa.field("examples", pa.list_(pa.string()), nullable=False),
        pa.field("codable", pa.bool_(), nullable=False),
        pa.field("retired", pa.bool_(), nullable=False),
    ]
)

# One row a text that was read by coders, in the version that they read.
CODED_TEXT: Final = pa.schema(
    [
        pa.field("document", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("interview", pa.string()),
        pa.field("case", pa.string()),
        pa.field("version", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("readers", pa.list_(pa.string()), nullable=False),
        pa.field("text", pa.large_string(), nullable=False),
        pa.field("turn_starts", pa.list_(pa.int64()), nullable=False),
        pa.field("turn_ends", pa.list_(pa.int64()), nullable=False),
    ]
)


def codebook_table(connection: Connection) -> pa.Table:
    """Return the codebook."""
    return pa.Table.from_pylist([asdict(code) for code in codes(connection)], schema=CODEBOOK)


def codes_of(table: pa.Table) -> tuple[Code, ...]:
    """Return the codes of a table of schema `CODEBOOK`."""
    return tuple(Code(**row | {"examples": tuple(row["examples"])}) for row in table.to_pylist())


def released_codings(connection: Connection) -> pa.Table:
    """Return rows of `CODING` of released texts, in the versions being read."""
    return coded_texts(connection).codings


def coded_text_table(connection: Connection) -> pa.Table:
    """Return the released texts with their words, by name."""
    rows: list[dict[str, Any]] = []
    for each in coded_texts(connection).read:
        document = find_document(connection, each.document)
        turns = turns_of(connection, each.document, each.version)
        values = asdict(document) if document else {}
        rows.append(
            {
                **{name: values[name] for name in ("name", "kind", "interview", "case")},
                "document": each.document,
                "version": each.version,
                "length": each.length,
                "readers": list(each.readers),
                "text": text_of(connection, each.document, each.version) or "",
                "turn_starts": [turn.start for turn in turns],
                "turn_ends": [turn.end for turn in turns],
            }
        )
    return pa.Table.from_pylist(rows, schema=CODED_TEXT)
