"""The schema of accounts: who may sign in, and the sessions that are open."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, String, Table, Text

from consilience.store.tables import METADATA

_SHA = String(64)
_ID = String(64)

# The staff of a study. `id` stands in codings and in the ledger; login and name stand here only.
ACCOUNT: Final = Table(
    "account",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(128), nullable=False),
    Column("password", Text, nullable=False),
    Column("one_time", Boolean, nullable=False),
    Column("roles", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created", String(32), nullable=False),
)

# A session is known by the hash of its token; the token itself is only in the browser.
SESSION: Final = Table(
    "session",
    METADATA,
    Column("sha256", _SHA, primary_key=True),
    Column(
        "account", _ID, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("created", String(32), nullable=False),
    Column("seen", String(32), nullable=False),
    Column("expires", String(32), nullable=False),
    CheckConstraint("length(sha256) = 64", name="sha256_is_whole"),
)
