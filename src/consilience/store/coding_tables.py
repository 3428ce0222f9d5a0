"""The schema of coding: codebook, codings, memos, assignments, releases and the log of changes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from consilience.store.tables import METADATA

_ID = String(64)

CODE: Final = Table(
    "code",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("name", String(512), nullable=False),
    Column("parent", _ID, ForeignKey("code.id")),
    Column("position", Integer, nullable=False),
    Column("colour", String(7)),
    Column("definition", Text, nullable=False),
    Column("inclusion", Text, nullable=False),
    Column("exclusion", Text, nullable=False),
    Column("examples", Text, nullable=False),
    Column("codable", Boolean, nullable=False),
    Column("retired", Boolean, nullable=False),
)

CODING: Final = Table(
    "coding",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("document", _ID, ForeignKey("document.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("code", _ID, ForeignKey("code.id"), nullable=False),
    Column("coder", _ID, nullable=False),
    Column("at", String(32), nullable=False),
    Column("origin", String(16), nullable=False),
    CheckConstraint('"end" > start', name="not_empty"),
    Index("ix_coding_code", "code"),
    Index("ix_coding_document", "document", "start"),
)

MEMO: Final = Table(
    "memo",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("on", String(16), nullable=False),
    Column("thing", _ID, nullable=False),
    Column("title", String(256), nullable=False),
    Column("text", Text, nullable=False),
    Column("author", _ID, nullable=False),
    Column("at", String(32), nullable=False),
    Index("ix_memo_thing", "on", "thing"),
)

# Who is to code which text, and whether others may see it: released_at is empty while blind.
ASSIGNMENT: Final = Table(
    "assignment",
    METADATA,
    Column("document", _ID, ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("coder", _ID, primary_key=True),
    Column("assigned_at", String(32), nullable=False),
    Column("released_at", String(32)),
)

# What was done to codebook, codings and memos: the rows as they were and as they became, by table
# and id, so that it can be undone and done again exactly. document: the only text it concerns.
CHANGE: Final = Table(
    "change",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("actor", _ID, nullable=False),
    Column("area", String(16), nullable=False),
    Column("action", String(32), nullable=False),
    Column("document", _ID),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("undoes", Integer),
    Column("undone_by", Integer),
    Index("ix_change_document", "document"),
)

# The whole codebook as it stood when somebody numbered it, as JSON.
CODEBOOK_VERSION: Final = Table(
    "codebook_version",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("actor", _ID, nullable=False),
    Column("note", Text, nullable=False),
    Column("codes", Text, nullable=False),
)
