"""The schema of the study database. Every constraint has a name, so migrations can find it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_SHA = String(64)

# An immutable table on disk, named by the SHA-256 of its bytes.
SNAPSHOT: Final = Table(
    "snapshot",
    METADATA,
    Column("sha256", _SHA, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    CheckConstraint("length(sha256) = 64", name="sha256_is_whole"),
    CheckConstraint("rows >= 0", name="rows_not_negative"),
)

# What one stage made, under the hash of everything it was made from.
RESULT: Final = Table(
    "result",
    METADATA,
    Column("key", _SHA, primary_key=True),
    Column("stage", String(64), nullable=False),
    Column("parameters", _SHA, nullable=False),
    Column("seed_stream", String(128), nullable=False),
    Column("code", String(64), nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("warnings", Text, nullable=False),
)

RESULT_INPUT: Final = Table(
    "result_input",
    METADATA,
    Column("result", _SHA, ForeignKey("result.key", ondelete="CASCADE"), primary_key=True),
    Column("name", String(512), primary_key=True),
    Column("sha256", _SHA, nullable=False),
)

RESULT_TABLE: Final = Table(
    "result_table",
    METADATA,
    Column("result", _SHA, ForeignKey("result.key", ondelete="CASCADE"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("snapshot", _SHA, ForeignKey("snapshot.sha256"), nullable=False),
)

# Which result of a stage holds now.
CURRENT: Final = Table(
    "current",
    METADATA,
    Column("stage", String(64), primary_key=True),
    Column("result", _SHA, ForeignKey("result.key"), nullable=False),
)

# Files written for people, and the hash of everything they show.
OUTPUT: Final = Table(
    "output",
    METADATA,
    Column("path", String(512), primary_key=True),
    Column("sha256", _SHA, nullable=False),
    Column("shows", _SHA, nullable=False),
)

# Who did what; each line carries the hash of the line before it.
LEDGER: Final = Table(
    "ledger",
    METADATA,
    Column("line", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", _SHA, nullable=False),
    Column("sha256", _SHA, nullable=False),
)

# Number of lines and hash of the last, so that a ledger cut short is seen.
LEDGER_HEAD: Final = Table(
    "ledger_head",
    METADATA,
    Column("one", Integer, primary_key=True),
    Column("lines", Integer, nullable=False),
    Column("sha256", _SHA, nullable=False),
    CheckConstraint("one = 1", name="only_one_row"),
)
