"""The schema of a catalogue: its records, what harvesters are given of them, how they are found."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from consilience.store.tables import METADATA
from consilience.store.words import TOKENISER

_SHA = String(64)
# FTS5 makes and owns this one and what it lays beside it; the name begins as that of the index of
# texts does, and so Alembic passes over both.
RECORD_WORDS: Final = "search_records"

# A record, and for ever that it was there: harvesters walk along `number`, which never changes, so
# that an edit between two pages moves nothing. `number` is given once, in the order of arrival.
RECORD: Final = Table(
    "record",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("identifier", String(256), nullable=False, unique=True),
    # The second, in UTC, in which the newest change was committed.
    Column("datestamp", String(20), nullable=False),
    Column("deleted", Boolean, nullable=False),
    # Set names with a space between, as headers list them.
    Column("sets", Text, nullable=False),
    # Where a harvested record came from, as the XML of OAI's `provenance`; empty for our own.
    Column("about", Text, nullable=False),
    # What lists of records show.
    Column("title", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("year", String(4), nullable=False),
    Column("level", String(16), nullable=False),
    # Of everything that harvesters see but the datestamp: saved again unchanged, nothing happens.
    Column("digest", _SHA, nullable=False),
    # Of the bytes that the record was read from; empty if it was made here.
    Column("source", _SHA, nullable=False),
    CheckConstraint("length(datestamp) = 20", name="datestamp_is_to_the_second"),
    Index("ix_record_datestamp", "datestamp"),
    Index("ix_record_source", "source"),
)

# The record itself, as JSON compressed by zlib; gone when the record is deleted.
RECORD_CONTENT: Final = Table(
    "record_content",
    METADATA,
    Column("number", Integer, ForeignKey("record.number"), primary_key=True),
    Column("json", LargeBinary, nullable=False),
)

# The payload of each metadata prefix, ready to be sent; empty once the record is deleted, so that
# harvesters of that prefix are told. `id` is the number of the prefix, times 2 to the 40, and the
# number of the record: one prefix lies together, in the order in which it is harvested.
RECORD_FORM: Final = Table(
    "record_form",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("xml", LargeBinary, nullable=False),
    # The same in blocks of deflate, of which answers by gzip are joined.
    Column("packed", LargeBinary, nullable=False),
)

# Which records are in a set, those of `a:b` in `a` too; deleted ones stay in theirs.
RECORD_SET: Final = Table(
    "record_set",
    METADATA,
    Column("spec", String(128), primary_key=True),
    Column("number", Integer, ForeignKey("record.number"), primary_key=True),
    sqlite_with_rowid=False,
)

# What a set is called.
CATALOGUE_SET: Final = Table(
    "catalogue_set",
    METADATA,
    Column("spec", String(128), primary_key=True),
    Column("name", Text, nullable=False),
)

# Which of 8,192 records have a value of a facet, a bit a record: counts of all facets over any
# selection are then a few thousand small reads. `page` is the number of the record over 8,192.
FACET_PAGE: Final = Table(
    "facet_page",
    METADATA,
    Column("facet", String(32), primary_key=True),
    Column("value", String(512), primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("bits", LargeBinary, nullable=False),
    Index("ix_facet_page_page", "page"),
)

# The key that signs what the catalogue hands out and takes back, such as resumption tokens.
CATALOGUE_KEY: Final = Table(
    "catalogue_key",
    METADATA,
    Column("one", Integer, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    CheckConstraint("one = 1", name="only_one_row"),
)


def make_record_index(connection: Connection) -> None:
    """Make the index of words of records, empty.

    Args:
        connection: within the transaction of a new database or a migration.
    """
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {RECORD_WORDS} "
        f"USING fts5(title, creators, words, tokenize='{TOKENISER}')"
    )
