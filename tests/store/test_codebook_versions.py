"""The codebook as it stood when somebody numbered it."""

from __future__ import annotations

import pytest

from consilience.base.errors import Fault
from consilience.coding.model import Code
from consilience.store.codebook_versions import (
    codebook_versions,
    find_codebook_version,
    keep_codebook_version,
)
from consilience.store.codings import codes, save_codes
from consilience.store.database import open_database, snapshot, transaction

AT = "2026-03-02T09:00:00Z"
BOOK = [
    Code(id="h", name="Überschrift", codable=False),
    Code(
        id="c", name="Trust", parent="h", colour="#112233", definition="d", inclusion="i",
        exclusion="e", examples=("one", "two\nlines"), retired=True,
    ),
]  # fmt: skip


@pytest.fixture
def engine(tmp_path):
    made = open_database(tmp_path / "study.db")
    yield made
    made.dispose()


def test_a_version_stays_whatever_becomes_of_the_codes(engine):
    with transaction(engine) as connection:
        save_codes(connection, BOOK)
        first = keep_codebook_version(
            connection, codes(connection), note="a start", at=AT, actor="lea"
        )
        save_codes(connection, [Code(id="h", name="Other")])
        second = keep_codebook_version(connection, codes(connection), note="", at=AT, actor="lea")
    assert (first.number, first.note, first.actor, first.codes) == (1, "a start", "lea", (*BOOK,))
    with snapshot(engine) as connection:
        assert codebook_versions(connection) == [first, second]
        assert find_codebook_version(connection, 1) == first
        assert second.codes[0].name == "Other"
        with pytest.raises(Fault) as told:
            find_codebook_version(connection, 3)
    assert told.value.code == "COD-018"
