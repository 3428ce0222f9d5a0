"""The schema of deposits: who waived what, who prepared which package, who released it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, String, Table, Text

from consilience.store.tables import METADATA

_ACTOR = String(128)
_AT = String(32)

# Never changed, never removed: a waiver taken back has a row of its own.
WAIVER: Final = Table(
    "deposit_waiver",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("code", String(64), nullable=False),
    Column("where", String(512), nullable=False),
    Column("role", String(32), nullable=False),
    Column("by", _ACTOR, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", _AT, nullable=False),
    Column("back", Integer, nullable=False),
)

# One row a package prepared; released_by and released_at stand in a row of their own kind.
PREPARED: Final = Table(
    "deposit_prepared",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("identifier", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("by", _ACTOR, nullable=False),
    Column("at", _AT, nullable=False),
)
