"""The schema of the index of words: which version of a text is in it, and its passages."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from consilience.store.tables import METADATA

# Texts of which a version is in the index. `revision` is new each time a text is indexed again, so
# that an index outside the database knows what to renew. A text that is in it cannot be deleted.
SEARCHED: Final = Table(
    "searched",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("document", String(64), ForeignKey("document.id"), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False, unique=True),
)

# What is found: a turn from its first word said to its last, or a paragraph outside of turns. Its
# speaker stands here too: one look-up instead of three for each of 100,000 passages.
# `id` is the number of the text, times 2 to the 32, and the number of the passage in it.
PASSAGE: Final = Table(
    "passage",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("turn", Integer),
    Column("speaker", String(256)),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
)
