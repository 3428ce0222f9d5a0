"""Texts and where they stand, as tables for stages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Connection

from consilience.store.transcripts import all_states, documents, versions

# One row a text with its newest version; no words and no clock. Answers to surveys are left out:
# they are taken in when their survey has run, and no interview should run again for that.
DOCUMENT: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("interview", pa.string()),
        pa.field("case", pa.string()),
        pa.field("source_sha256", pa.string()),
        pa.field("simulated", pa.bool_(), nullable=False),
        pa.field("version", pa.int64(), nullable=False),
        pa.field("version_kind", pa.string(), nullable=False),
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("sealed", pa.bool_(), nullable=False),
    ]
)

# One row a text: the state it is in.
DOCUMENT_STATE: Final = pa.schema(
    [pa.field(name, pa.string(), nullable=False) for name in ("document", "state", "reason")]
)


def document_table(connection: Connection) -> pa.Table:
    """Return every text but answers, with its newest version, by name."""
    rows: list[dict[str, Any]] = []
    for each in documents(connection):
        if each.kind == "answer":
            continue
        newest = versions(connection, each.id)[-1]
        values = asdict(each) | {"version": newest.number, "version_kind": newest.kind}
        values |= {name: getattr(newest, name) for name in ("sha256", "length", "sealed")}
        rows.append({name: values[name] for name in DOCUMENT.names})
    return pa.Table.from_pylist(rows, schema=DOCUMENT)


def document_state_table(connection: Connection) -> pa.Table:
    """Return the state that each text but answers is in, by its id."""
    answers = {each.id for each in documents(connection) if each.kind == "answer"}
    rows = [
        {"document": each.document, "state": each.state, "reason": each.reason}
        for name, each in sorted(all_states(connection).items())
        if name not in answers
    ]
    return pa.Table.from_pylist(rows, schema=DOCUMENT_STATE)
