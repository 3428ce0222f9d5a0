"""Whatever exports come one after the other, each answer has its newest words."""

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.coding.model import Code, Coding
from consilience.desk.answer_notes import answer_notes
from consilience.desk.answers import Taking, differences, kept_answers, said_in
from consilience.store.coded import at_version
from consilience.store.codings import codings_table, insert_coding, save_codes
from consilience.store.compared import coded_texts
from consilience.store.database import open_database, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import (
    documents,
    readable_version,
    text_of,
    texts_in_use,
    turns_of,
)
from consilience.surveys.free_text import FreeText

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
RESPONSES = ("r1", "r2", "r3")
# Few words, so that answers share some, hold the same twice, and come again.
WORDS = st.lists(st.sampled_from(["we", "ring", "nobody", "\n", "it's", "\U0001f600"]), max_size=6)
ANSWER = st.fixed_dictionaries(
    {"q1": WORDS, "q2": WORDS, "tick": st.sampled_from("12"), "area": st.sampled_from(["A", "B"])}
)
EXPORT = st.dictionaries(st.sampled_from(RESPONSES), ANSWER)


def free_text(response, given_):
    said = {name: " ".join(given_[name]).strip() for name in ("q1", "q2")}
    answers = {name: words for name, words in said.items() if words}
    closed = {"q3": given_["tick"]}
    text = FreeText(
        survey="s", response=response, area=given_["area"], answers=answers, closed=closed
    )
    return text if answers else None


def take(connection, export, day):
    found = [free_text(name, given_) for name, given_ in export.items()]
    said = said_in([each for each in found if each], {"A": ("a1",), "B": ("b1",)})
    at = START + dt.timedelta(day)
    taking = Taking(connection=connection, simulated=True, vault=None, at=at, actor="t")
    taking.take("s", differences(kept_answers(connection, "s"), said))
    return {each.id: each for each in said}


def mark(connection, draw, day):
    """Mark some passage of each text in use, and return its words by the id of its coding."""
    marked = {}
    for each in texts_in_use(connection):
        version = readable_version(connection, each.id)
        text = text_of(connection, each.id, version.number)
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        name = f"{each.id}-{day}"
        insert_coding(
            connection,
            Coding(
                id=name, document=each.id, version=version.number, start=start, end=end, code="c",
                coder="ann", at="",
            ),
        )  # fmt: skip
        marked[name] = text[start:end]
    return marked


def check(connection, said, marked):
    withdrawn = {each.id for each in documents(connection)} - set(said)
    assert {each.id for each in texts_in_use(connection)} == set(said)
    notes = answer_notes(connection).to_pylist()
    cut = {row["name"]: row["count"] for row in notes if row["kind"] == "cut"}
    assert len([row for row in notes if row["kind"] == "withdrawn"]) == len(withdrawn)
    for each in documents(connection):
        if each.id in withdrawn:
            continue
        version = readable_version(connection, each.id)
        text = text_of(connection, each.id, version.number)
        own = said[each.id]
        assert (text, each.header, each.case) == (own.text, own.header, own.case)
        assert tuple(turns_of(connection, each.id, version.number)) == own.turns
        table = codings_table(connection, document=each.id)
        moved = at_version(connection, table, each.id, version.number)
        there = {row["id"]: text[row["start"] : row["end"]] for row in moved.to_pylist()}
        ids = table.column("id").to_pylist()
        other = [name for name in ids if there.get(name) != marked[name]]
        # Told at least where the words are others; a passage that was written anew with the same
        # words is told too.
        assert len(other) <= cut.get(each.name, 0) <= len(ids)
    assert {each.document for each in coded_texts(connection).read} <= set(said)


@settings(max_examples=60, deadline=None)
@given(st.lists(EXPORT, min_size=1, max_size=5), st.data())
def test_each_answer_has_its_newest_words_and_codings_stand_on_theirs_or_are_told(exports, data):
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(Path(folder) / "study.db")
        try:
            with transaction(engine) as connection:
                save_codes(connection, [Code(id="c", name="C")])
                marked = {}
                for day, export in enumerate(exports):
                    said = take(connection, export, day)
                    check(connection, said, marked)
                    told = len(lines(connection))
                    take(connection, export, day)
                    assert len(lines(connection)) == told
                    marked |= mark(connection, data.draw, day)
        finally:
            engine.dispose()
