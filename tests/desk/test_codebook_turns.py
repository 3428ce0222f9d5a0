"""Taking back a change after others changed more: exactly what it was, or a refusal."""

from __future__ import annotations

import datetime as dt

import pytest

from consilience.base.errors import Fault
from consilience.coding.model import Code, Memo
from consilience.desk import codebook_changes as desk
from consilience.desk import coding
from consilience.desk.arrivals import take_codes
from consilience.interviews.model import Document
from consilience.store import codings as kept
from consilience.store.coding_tables import CHANGE, CODE, CODING, MEMO
from consilience.store.database import open_database, snapshot, transaction
from consilience.store.transcripts import keep_document

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
STAMP = "2026-03-02T09:00:00Z"
LEA = {"at": AT, "actor": "lea"}
ZOE = {"at": AT, "actor": "zoe"}


@pytest.fixture
def engine(tmp_path):
    """Return a study with a text that Ann codes, a heading, three codes and one below."""
    made = open_database(tmp_path / "study.db")
    with transaction(made) as connection:
        keep_document(
            connection, Document(id="d", name="d"), text="a word " * 9, turns=[],
            sealed=False, at=STAMP, actor="t",
        )  # fmt: skip
        kept.assign(connection, "d", "ann", at=STAMP)
        kept.save_codes(connection, [
            Code(id="h", name="Heading", codable=False),
            Code(id="a", name="A", parent="h"),
            Code(id="b", name="B", parent="h", position=1),
            Code(id="c", name="C", parent="b"),
        ])  # fmt: skip
    yield made
    made.dispose()


def state(engine):
    with snapshot(engine) as connection:
        return [
            sorted(repr(tuple(row)) for row in connection.execute(table.select()))
            for table in (CODE, CODING, MEMO, CHANGE)
        ]


def codes(engine):
    with snapshot(engine) as connection:
        return {each.id: each for each in kept.codes(connection)}


def mark(engine, code, place=0):
    return coding.mark(engine, "d", 1, place, place + 4, code=code, coder="ann", at=AT)


def refused(engine, code, turn=None, **who):
    before = state(engine)
    with pytest.raises(Fault) as told:
        (turn or desk.undo_codebook)(engine, **(who or LEA))
    assert told.value.code == code
    assert state(engine) == before, "nothing is half taken back"
    return told.value


def test_a_name_that_another_has_now_does_not_come_back(engine):
    desk.rename_code(engine, "a", name="Z", **LEA)
    new = desk.add_code(engine, name="a ", parent="h", **ZOE).code
    told = refused(engine, "COD-103")
    assert told.what == (
        f"change 1 cannot be taken back: a code would be called 'A' again, and "
        f"Heading > a ({new.id}) has that name there now"
    )
    assert told.remedy.startswith(f"Rename, move or merge Heading > a ({new.id}) first")
    desk.rename_code(engine, new.id, name="Other", **ZOE)
    desk.undo_codebook(engine, **LEA)
    assert codes(engine)["a"].name == "A"


def test_a_name_that_another_has_now_is_not_given_again(engine):
    desk.rename_code(engine, "a", name="Z", **LEA)
    desk.undo_codebook(engine, **LEA)
    desk.rename_code(engine, "b", name="Z", **ZOE)
    refused(engine, "COD-103", desk.redo_codebook)


@pytest.mark.parametrize(
    "step",
    [
        lambda engine: desk.move_code(engine, "a", parent=None, **LEA),
        lambda engine: desk.merge_code(engine, "a", into="b", **LEA),
        lambda engine: desk.edit_code(engine, Code(id="a", name="Z", parent="h"), **LEA),
    ],
)
def test_a_code_does_not_come_back_beside_one_of_its_name(engine, step):
    step(engine)
    desk.add_code(engine, name="A", parent="h", **ZOE)
    refused(engine, "COD-103")


def test_names_that_a_file_brought_twice_come_back_as_they_were(engine):
    with transaction(engine) as connection:
        double = [Code(id="x", name="A", parent="h"), Code(id="y", name="A", parent="h")]
        taken = take_codes(connection, double, at=AT, actor="lea")
    assert [each.code for each in taken.warnings] == ["COD-044"]
    before = codes(engine)
    desk.undo_codebook(engine, **LEA)
    desk.redo_codebook(engine, **LEA)
    assert codes(engine) == before
    desk.rename_code(engine, "x", name="X", **LEA)
    desk.rename_code(engine, "y", name="Y", **ZOE)
    desk.undo_codebook(engine, **ZOE)
    desk.undo_codebook(engine, **LEA)
    assert codes(engine) == before


def test_a_code_does_not_come_back_below_one_that_is_gone(engine):
    desk.move_code(engine, "c", parent=None, **LEA)
    desk.merge_code(engine, "b", into="a", **ZOE)
    told = refused(engine, "COD-104")
    assert "'C' would come below a code that is gone" in told.what
    desk.undo_codebook(engine, **ZOE)
    desk.undo_codebook(engine, **LEA)
    assert codes(engine)["c"].parent == "b"


def test_a_code_does_not_come_back_below_what_lies_below_it_now(engine):
    desk.move_code(engine, "c", parent=None, **LEA)
    desk.move_code(engine, "b", parent="c", **ZOE)
    told = refused(engine, "COD-104")
    assert "'C' would come below 'B', which lies below it now" in told.what
    assert set(codes(engine)) == {"h", "a", "b", "c"}


@pytest.mark.parametrize("way", ["edit", "split"])
def test_passages_do_not_come_to_stand_on_a_heading(engine, way):
    heading = Code(id="a", name="A", parent="h", codable=False)
    if way == "edit":
        desk.edit_code(engine, heading, **LEA)
        desk.edit_code(engine, Code(id="a", name="A", parent="h"), **LEA)
        mark(engine, "a")
    else:
        made = mark(engine, "a")
        desk.split_code(engine, "a", name="All", codings=[made.id], **LEA)
        desk.edit_code(engine, heading, **ZOE)
    told = refused(engine, "COD-105")
    assert "'A' would be a heading, and passages carry it (1 in all)" in told.what


def test_a_retired_code_takes_its_passages_back(engine):
    made = mark(engine, "a")
    desk.split_code(engine, "a", name="All", codings=[made.id], **LEA)
    desk.retire_code(engine, "a", retired=True, **ZOE)
    desk.undo_codebook(engine, **LEA)
    with snapshot(engine) as connection:
        assert kept.find_coding(connection, made.id).code == "a"


def test_a_code_comes_back_below_one_that_was_retired_meanwhile(engine):
    desk.move_code(engine, "c", parent=None, **LEA)
    desk.retire_code(engine, "b", retired=True, **ZOE)
    desk.undo_codebook(engine, **LEA)
    assert (codes(engine)["c"].parent, codes(engine)["b"].retired) == ("b", True)


def test_a_code_that_carries_passages_now_does_not_go(engine):
    made = mark(engine, "a")
    new = desk.split_code(engine, "a", name="Half", codings=[made.id], **LEA).code
    mark(engine, new.id, 5)
    refused(engine, "COD-010")


def test_what_was_marked_with_the_one_that_stayed_stays_there(engine):
    moved = mark(engine, "a")
    desk.merge_code(engine, "a", into="b", **LEA)
    since = mark(engine, "b", 5)
    desk.undo_codebook(engine, **LEA)
    with snapshot(engine) as connection:
        found = [kept.find_coding(connection, each.id).code for each in (moved, since)]
    assert found == ["a", "b"]


@pytest.mark.parametrize("turn", [coding.undo, coding.redo])
def test_a_passage_does_not_come_back_to_a_code_that_is_part_of_another(engine, turn):
    made = mark(engine, "a")
    if turn is coding.undo:
        coding.unmark(engine, made.id, coder="ann", at=AT)
    else:
        coding.undo(engine, coder="ann", at=AT)
    desk.merge_code(engine, "a", into="b", **LEA)
    told = refused(engine, "COD-106", turn, coder="ann", at=AT)
    assert told.what == "the code 'A' is part of 'Heading > B' now"


def test_a_passage_does_not_come_back_to_a_heading(engine):
    coding.unmark(engine, mark(engine, "a").id, coder="ann", at=AT)
    desk.edit_code(engine, Code(id="a", name="A", parent="h", codable=False), **LEA)
    refused(engine, "COD-003", coding.undo, coder="ann", at=AT)


def test_a_code_merged_twice_is_answered_with_the_last(engine):
    desk.merge_code(engine, "a", into="b", **LEA)
    desk.rename_code(engine, "b", name="Both", **LEA)
    with pytest.raises(Fault) as told:
        mark(engine, "a")
    assert (told.value.code, told.value.values["into"]) == ("COD-106", "Heading > Both")
    desk.merge_code(engine, "c", into="b", **ZOE)
    new = desk.add_code(engine, name="New", parent=None, **ZOE).code
    desk.merge_code(engine, "b", into=new.id, **ZOE)
    for code in "abc":
        with pytest.raises(Fault) as told:
            mark(engine, code)
        assert (told.value.code, told.value.values["into"]) == ("COD-106", "New")
    with pytest.raises(Fault) as told:
        mark(engine, "nothing")
    assert told.value.code == "COD-002"


def test_a_memo_does_not_come_back_to_what_is_gone(engine):
    memo = coding.note(
        engine, Memo(id="", on="code", thing="a", text="t", author="ann", at=""), at=AT
    )
    coding.note(engine, Memo(id=memo.id, on="code", thing="a", text="", author="ann", at=""), at=AT)
    desk.merge_code(engine, "a", into="b", **LEA)
    refused(engine, "COD-012", coding.undo, coder="ann", at=AT)
