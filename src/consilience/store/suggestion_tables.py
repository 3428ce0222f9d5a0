"""The schema of judgements on suggested passages, and of their vectors."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, LargeBinary, String, Table

from consilience.store.tables import METADATA

_ID = String(64)
_SHA = String(64)

# The score and the model stay with what a person said: a number without its model says nothing.
JUDGEMENT: Final = Table(
    "judgement",
    METADATA,
    Column("code", _ID, ForeignKey("code.id"), primary_key=True),
    Column("document", _ID, ForeignKey("document.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("end", Integer, primary_key=True),
    Column("coder", _ID, primary_key=True),
    Column("score", Float, nullable=False),
    Column("model", _SHA, nullable=False),
    Column("relevant", Boolean, nullable=False),
    Column("at", String(32), nullable=False),
)

# Vectors of the turns of a version by one model, float32 in order: made once, as they take minutes.
# `turns` is the hash of where the turns stood; speakers may be corrected afterwards.
TURN_VECTORS: Final = Table(
    "turn_vectors",
    METADATA,
    Column("document", _ID, ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("model", _SHA, primary_key=True),
    Column("turns", _SHA, nullable=False),
    Column("count", Integer, nullable=False),
    Column("vectors", LargeBinary, nullable=False),
)
