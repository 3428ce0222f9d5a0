"""Codes, codings, memos and who is to code what, in the database."""

from __future__ import annotations

from dataclasses import asdict, replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from consilience.coding.model import CODING, Assignment, Code, Coding, Memo
from consilience.interviews.model import Document
from consilience.store import codings as kept
from consilience.store.database import open_database
from consilience.store.transcripts import keep_document

AT = "2026-03-02T09:00:00Z"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = open_database(tmp_path_factory.mktemp("codings") / "study.db")
    yield made
    made.dispose()


@pytest.fixture
def connection(engine):
    """Return a connection on which nothing is kept, with two texts."""
    with engine.connect() as opened:
        opened.begin()
        start(opened)
        yield opened
        opened.rollback()


def start(connection):
    for name in "de":
        keep_document(
            connection, Document(id=name, name=name), text="a" * 50, turns=[], sealed=False, at=AT,
            actor="t",
        )  # fmt: skip
    kept.save_codes(connection, [Code(id="c", name="C"), Code(id="k", name="K", position=1)])


def coding(number, **how):
    usual = {"document": "d", "version": 1, "start": 0, "end": 5, "code": "c", "coder": "ann"}
    return Coding(id=f"k{number}", at=AT, **usual | how)


def rows(connection, **how):
    return [row["id"] for row in kept.codings_table(connection, **how).to_pylist()]


def test_codes_come_as_a_tree_and_whole(connection):
    whole = Code(
        id="x", name="X", parent="y", position=3, colour="#112233", definition="d", inclusion="i",
        exclusion="e", examples=("one", "zwei ü"), codable=False, retired=True,
    )  # fmt: skip
    # The parent comes after its child, and both before what is there.
    kept.save_codes(connection, [whole, Code(id="y", name="Y", position=-1)])
    assert [code.id for code in kept.codes(connection)] == ["y", "x", "c", "k"]
    assert kept.codes(connection)[1] == whole
    kept.save_codes(connection, [replace(whole, parent=None, name="Z")])
    assert [code.name for code in kept.codes(connection)] == ["Y", "C", "K", "Z"]
    kept.delete_codes(connection, ["x", "nothing"])
    assert [code.id for code in kept.codes(connection)] == ["y", "c", "k"]
    assert kept.code_row(whole) == asdict(whole) | {"examples": '["one", "zwei ü"]'}


def test_a_code_that_is_used_does_not_go(connection):
    kept.insert_coding(connection, coding(1))
    kept.delete_codes(connection, ["c"])
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    assert [row[0] for row in broken] == ["coding"]


def test_codings_are_asked_for_by_text_coder_and_code(connection):
    for each in (
        coding(1, start=4), coding(2, document="e"), coding(3, coder="ben"), coding(4, code="k"),
    ):  # fmt: skip
        kept.insert_coding(connection, each)
    assert rows(connection) == ["k3", "k4", "k1", "k2"]
    assert rows(connection, document="d") == ["k3", "k4", "k1"]
    assert rows(connection, document="d", coder="ann", code="c") == ["k1"]
    assert rows(connection, coder="nobody") == []
    assert kept.codings_table(connection, coder="nobody").schema == CODING
    assert kept.find_coding(connection, "k3") == coding(3, coder="ben")
    assert kept.find_coding(connection, "k9") is None
    kept.delete_codings(connection, ["k1", "k9"])
    kept.delete_codings(connection, [])
    assert rows(connection) == ["k3", "k4", "k2"]


def test_a_coding_of_nothing_cannot_be_kept(connection):
    with pytest.raises(IntegrityError):
        kept.insert_coding(connection, coding(1, end=0))


@given(places=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=30))
@settings(deadline=None, max_examples=30)
def test_a_table_goes_in_and_comes_out_whole(engine, places):
    made = [coding(n, start=s, end=s + long) for n, (s, long) in enumerate(places)]
    table = pa.Table.from_pylist([asdict(each) for each in made], schema=CODING)
    with engine.connect() as connection:
        connection.begin()
        start(connection)
        kept.insert_codings(connection, table)
        found = kept.codings_table(connection)
        connection.rollback()
    key = [(name, "ascending") for name in ("start", "end", "id")]
    assert found.sort_by(key).to_pylist() == table.sort_by(key).to_pylist()
    assert kept.table_of_codings(
        tuple(row.values()) for row in table.to_pylist()
    ).equals(table.combine_chunks())  # fmt: skip


def test_memos_come_in_order_of_time(connection):
    late = Memo(id="a", on="code", thing="c", text="x", author="ann", at="2026-03-03T09:00:00Z")
    early = replace(late, id="b", at=AT, on="study", thing="")
    for memo in (late, early):
        kept.save_memo(connection, memo)
    assert kept.memos(connection) == [early, late]
    assert kept.memos(connection, on="code", thing="c") == [late]
    assert kept.memos(connection, on="code", thing="k") == []
    kept.save_memo(connection, replace(late, text="y", title="T"))
    assert kept.memos(connection, on="code") == [replace(late, text="y", title="T")]
    kept.delete_memos(connection, ["a", "z"])
    assert kept.memos(connection) == [early]


def test_a_text_is_given_released_opened_and_taken_back(connection):
    kept.assign(connection, "d", "ann", at=AT)
    kept.assign(connection, "d", "ann", at="later")
    kept.assign(connection, "e", "ben", at=AT)
    kept.release(connection, "d", "ann", at="2026-03-04T09:00:00Z")
    own = Assignment(
        document="d", coder="ann", assigned_at=AT, released_at="2026-03-04T09:00:00Z"
    )  # fmt: skip
    assert kept.assignments(connection, coder="ann") == [own]
    assert [each.coder for each in kept.assignments(connection)] == ["ann", "ben"]
    assert kept.assignments(connection, document="e", coder="ann") == []
    kept.release(connection, "d", "ann", at=None)
    assert kept.assignments(connection, document="d") == [replace(own, released_at=None)]
    kept.unassign(connection, "d", "ann")
    assert [each.coder for each in kept.assignments(connection)] == ["ben"]
