"""The schema of recordings: an inventory by hash; the files stay where the team keeps them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Integer, String, Table

from consilience.store.tables import METADATA

RECORDING: Final = Table(
    "recording",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("name", String(512), nullable=False),
    Column("size", Integer, nullable=False),
    Column("interview", String(64)),
    Column("transcriber", String(64)),
    Column("at", String(32), nullable=False),
    CheckConstraint("length(sha256) = 64", name="sha256_is_whole"),
)
