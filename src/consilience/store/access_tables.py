"""The schema of what a catalogue gives out: publications, their files, readers, requests, DOIs."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
)

from consilience.store.tables import METADATA

_ID = String(64)
_SHA = String(64)
_AT = String(32)

# One version of a study as it was published. What is withdrawn keeps its row: its page says so.
PUBLICATION: Final = Table(
    "publication",
    METADATA,
    Column("record", String(256), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", _AT, nullable=False),
    Column("actor", String(128), nullable=False),
    # SHA-256 of the bag's manifest: what two people saw before it was released.
    Column("digest", _SHA, nullable=False),
    Column("prepared_by", String(128), nullable=False),
    Column("released_by", String(128), nullable=False),
    Column("title", Text, nullable=False),
    Column("record_xml", _SHA, nullable=False),
    Column("data_sets", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("withdrawn", _AT, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("version >= 1", name="version_from_one"),
)

# A file of a version. Its bytes lie under their hash; `path` is shown and never opened.
PUBLISHED_FILE: Final = Table(
    "published_file",
    METADATA,
    Column("record", String(256), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("file", String(256), primary_key=True),
    Column("path", String(512), nullable=False),
    Column("sha256", _SHA, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", String(128), nullable=False),
    Column("contents", Text, nullable=False),
    Column("data_set", String(128), nullable=False),
    Column("level", String(16), nullable=False),
    Column("licence", String(128), nullable=False),
    Column("embargo", Date, nullable=True),
    ForeignKeyConstraint(
        ["record", "version"], ["publication.record", "publication.version"], ondelete="CASCADE"
    ),
    CheckConstraint("level IN ('open', 'safeguarded', 'controlled')", name="level_is_known"),
    CheckConstraint("length(sha256) = 64", name="sha256_is_whole"),
)

# Somebody who registered. The address stands here and in the outbox only, never in the ledger.
READER: Final = Table(
    "reader",
    METADATA,
    Column("account", _ID, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("confirmed", _AT, nullable=False),
    Column("terms", String(64), nullable=False),
    Column("terms_at", _AT, nullable=False),
)

# What a reader asks for: one file, one data set, or with both empty all of a study.
ACCESS_REQUEST: Final = Table(
    "access_request",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", _ID, ForeignKey("account.id"), nullable=False, index=True),
    Column("record", String(256), nullable=False),
    Column("data_set", String(128), nullable=False),
    Column("file", String(256), nullable=False),
    Column("project", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("asked", _AT, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided", _AT, nullable=False),
    Column("decided_by", _ID, nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", Date, nullable=True),
    CheckConstraint(
        "state IN ('asked', 'approved', 'refused', 'withdrawn')", name="state_is_known"
    ),
)

# Mail that waits or was sent; the words of a sent one are gone, as they held a link.
MAIL: Final = Table(
    "mail",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", _ID, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("address", String(254), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", _AT, nullable=False),
    Column("sent", _AT, nullable=False),
    Column("failed", Text, nullable=False),
)

# How far the DOI of a record has come at a registry.
DOI: Final = Table(
    "doi",
    METADATA,
    Column("record", String(256), primary_key=True),
    Column("doi", String(256), nullable=False, unique=True),
    Column("endpoint", String(512), nullable=False),
    Column("state", String(16), nullable=False),
    Column("at", _AT, nullable=False),
    CheckConstraint("state IN ('asked', 'draft', 'findable')", name="state_is_known"),
)
