"""The whole schema of the study database: every file of tables, so that none is forgotten."""

from __future__ import annotations

from consilience.store import (
    access_tables,
    account_tables,
    adjudication_tables,
    catalogue_tables,
    coding_tables,
    deposit_tables,
    recording_tables,
    search_tables,
    suggestion_tables,
    transcript_tables,
)
from consilience.store.tables import METADATA

__all__ = [
    "METADATA",
    "access_tables",
    "account_tables",
    "adjudication_tables",
    "catalogue_tables",
    "coding_tables",
    "deposit_tables",
    "recording_tables",
    "search_tables",
    "suggestion_tables",
    "transcript_tables",
]
