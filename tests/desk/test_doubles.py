"""Passages that say the same on two versions of a text: brought in once, known wherever asked."""

import datetime as dt
import json

import pytest

from consilience.coding.model import Code, Coding
from consilience.desk.coding_files import TakenLines, import_lines
from consilience.desk.doubles import alike, said_already
from consilience.interviews.model import Document
from consilience.store.codings import codings_table, insert_coding, save_codes
from consilience.store.database import open_database, snapshot, transaction
from consilience.store.transcripts import Draft, add_version, find_version, keep_document
from consilience.text.offsets import Edit, apply_edits

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
STAMP = "2026-03-02T09:00:00Z"
TEXT = "Ann came, and Ben came."


def coding(name, version, start, end, *, code="c", coder="ann"):
    return Coding(
        id=name, document="d", version=version, start=start, end=end, code=code, coder=coder,
        at=STAMP,
    )  # fmt: skip


@pytest.fixture
def engine(tmp_path):
    """Return a study whose text lost its first comma, with words put before it, in version 2."""
    made = open_database(tmp_path / "study.db")
    with transaction(made) as connection:
        keep_document(
            connection, Document(id="d", name="D"), text=TEXT, turns=[], sealed=False, at=STAMP,
            actor="t",
        )  # fmt: skip
        words, way = apply_edits(TEXT, [Edit(0, 0, "So "), Edit(8, 9, "")])
        assert words == "So Ann came and Ben came."
        draft = Draft(kind="corrected", text=words, turns=[], edits=way, sealed=False)
        add_version(connection, find_version(connection, "d", 1), draft, at=STAMP, actor="t")
        save_codes(connection, [Code(id="c", name="C"), Code(id="e", name="E", position=1)])
        insert_coding(connection, coding("k", 1, 0, 3))
        insert_coding(connection, coding("gone", 1, 8, 9))
    yield made
    made.dispose()


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (coding("n", 1, 0, 3), ("k",)),
        (coding("n", 2, 3, 6), ("k",)),
        (coding("n", 2, 3, 11), ()),
        (coding("n", 2, 3, 6, coder="ben"), ()),
        (coding("n", 2, 3, 6, code="e"), ()),
        (coding("k", 1, 0, 3), ("k",)),
        (coding("n", 1, 8, 9), ("gone",)),  # of words that went, where they were
        (coding("n", 2, 10, 11), ()),
    ],
)
def test_those_that_say_the_same_are_found(engine, asked, ids):
    with snapshot(engine) as connection:
        assert tuple(each.id for each in alike(connection, asked)) == ids


def test_a_coding_whose_words_differ_by_what_went_is_the_same(engine):
    with transaction(engine) as connection:
        insert_coding(connection, coding("with comma", 1, 4, 9))
        insert_coding(connection, coding("without", 1, 4, 8))
        found = alike(connection, coding("n", 2, 7, 11))
    assert [each.id for each in found] == ["with comma", "without"]


def test_lines_bring_nothing_in_that_was_marked_here(engine, tmp_path):
    lines = [
        {"document": "D", "version": 2, "start": 3, "end": 6, "code": "c", "coder": "ann"},
        {"document": "D", "version": 2, "start": 12, "end": 15, "code": "c", "coder": "ann"},
        {"document": "D", "start": 0, "end": 3, "code": "c", "coder": "ben"},
    ]
    file = tmp_path / "codings.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in lines), encoding="utf-8")
    assert import_lines(engine, file, at=AT, actor="t") == TakenLines(new=2, known=1, twice=0)
    assert import_lines(engine, file, at=AT, actor="t") == TakenLines(new=0, known=3, twice=0)
    with snapshot(engine) as connection:
        table = codings_table(connection)
        assert sorted(table.column("coder").to_pylist()) == ["ann", "ann", "ann", "ben"]
        assert said_already(connection, table.slice(0, 0)) == []
