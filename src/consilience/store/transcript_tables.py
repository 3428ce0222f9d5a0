"""The schema of texts: documents, versions, contents, turns and the states they went through."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from consilience.store.tables import METADATA

_SHA = String(64)
_ID = String(64)

DOCUMENT: Final = Table(
    "document",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("name", String(256), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("interview", _ID),
    Column("case", String(128)),
    Column("source", String(512)),
    Column("source_sha256", _SHA),
    Column("header", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
)

# `edits` is the packed offset map from the parent; it knows places and lengths, no words.
VERSION: Final = Table(
    "version",
    METADATA,
    Column("document", _ID, ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("parent", Integer),
    Column("sha256", _SHA, nullable=False),
    Column("length", Integer, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("edits", LargeBinary),
    Column("at", String(32), nullable=False),
    Column("actor", String(128), nullable=False),
    CheckConstraint("number >= 1", name="number_from_one"),
)

# The text of a version that is not sealed; a sealed one lies in the vault.
CONTENT: Final = Table(
    "content",
    METADATA,
    Column("document", _ID, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    ForeignKeyConstraint(
        ["document", "version"], ["version.document", "version.number"], ondelete="CASCADE"
    ),
)

TURN: Final = Table(
    "turn",
    METADATA,
    Column("document", _ID, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("speaker", String(256)),
    Column("start", Integer, nullable=False),
    Column("said", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("t0", Float),
    Column("t1", Float),
    ForeignKeyConstraint(
        ["document", "version"], ["version.document", "version.number"], ondelete="CASCADE"
    ),
)

# Every state a document went through, with the reason; the last row holds.
DOCUMENT_STATE: Final = Table(
    "document_state",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("document", _ID, ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(32), nullable=False),
    Column("at", String(32), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("reason", Text, nullable=False),
)
