"""The schema of decisions about disagreements between coders."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from consilience.store.tables import METADATA

_ID = String(64)

# `start` and `end` are those of an own passage; `codings` the consensus codings as JSON.
ADJUDICATION: Final = Table(
    "adjudication",
    METADATA,
    Column("item", _ID, primary_key=True),
    Column("document", _ID, ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("code", _ID, ForeignKey("code.id"), nullable=False),
    Column("action", String(16), nullable=False),
    Column("coder", _ID),
    Column("start", Integer),
    Column("end", Integer),
    Column("reason", Text, nullable=False),
    Column("codings", Text, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("at", String(32), nullable=False),
    Index("ix_adjudication_document", "document"),
)
