"""Who codes in a study, by id or login."""

from __future__ import annotations

import datetime as dt

import pytest

from consilience.base.errors import Fault
from consilience.desk.accounts import add_person
from consilience.desk.coders import coder_called
from consilience.interviews.model import Document
from consilience.store.codings import assign
from consilience.store.database import open_database, transaction
from consilience.store.transcripts import keep_document

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def engine(tmp_path):
    found = open_database(tmp_path / "study.db")
    yield found
    found.dispose()


def test_logins_become_ids_and_nobody_else_is_let_in(engine):
    with pytest.raises(Fault, match=r"COD-029.*nobody yet"):
        coder_called(engine, "ann")
    add_person(engine, login="ann", name="", roles=["coder"], at=AT, actor="lea")
    assert coder_called(engine, "ann") == coder_called(engine, "person-1") == "person-1"
    with pytest.raises(Fault, match=r"COD-029.*'typo x'.*person-1 \(ann\)"):
        coder_called(engine, "typo x")


def test_coders_without_an_account_are_known_by_their_work(engine):
    with transaction(engine) as connection:
        keep_document(
            connection, Document(id="t1", name="T1", simulated=True), text="No.", turns=[],
            sealed=False, at="2026", actor="test",
        )  # fmt: skip
        for coder in ("kim", "consensus"):
            assign(connection, "t1", coder, at="2026")
    assert coder_called(engine, "kim") == "kim"
    with pytest.raises(Fault, match="COD-029"):
        coder_called(engine, "consensus")
