"""Texts, their versions, turns and states in the database."""

import pytest

from consilience.base.errors import Fault
from consilience.interviews.model import Document, Turn
from consilience.store.database import open_database, snapshot, transaction
from consilience.store.transcripts import (
    Draft,
    add_version,
    all_states,
    documents,
    find_document,
    find_version,
    keep_document,
    map_between,
    readable_version,
    replace_turns,
    set_state,
    state_of,
    states_of,
    text_of,
    turn_counts,
    turns_of,
    update_document,
    versions,
)
from consilience.text.offsets import Edit, apply_edits, difference

RAW = "I: Why, Ann?\nR: Well."
TURNS = (
    Turn(speaker="I", start=0, said=3, end=12, t0=0.5),
    Turn(speaker="R", start=13, said=16, end=21),
)
BY = {"at": "2026-01-01T00:00:00Z", "actor": "test"}


@pytest.fixture
def engine(tmp_path):
    made = open_database(tmp_path / "study.db")
    yield made
    made.dispose()


@pytest.fixture
def kept(engine):
    """Keep a text with a raw, a corrected and two pseudonymised versions."""
    with transaction(engine) as connection:
        document = Document(id="s01", name="S01", header={"date": "3 May"}, simulated=True)
        raw = keep_document(connection, document, text=RAW, turns=TURNS, sealed=True, **BY)
        made = [raw]
        for kind, parent, edits in (
            ("corrected", 0, [Edit(3, 6, "Why not")]),
            ("pseudonymised", 1, [Edit(12, 15, "[Head]")]),
            ("pseudonymised", 0, [Edit(8, 11, "[H]")]),
        ):
            text = _text(made, parent)
            new, edited = apply_edits(text, edits)
            TEXTS[len(made) + 1] = new
            draft = Draft(kind=kind, text=new, turns=(), edits=edited, sealed=kind == "corrected")
            made.append(add_version(connection, made[parent], draft, **BY))
    return made


TEXTS = {1: RAW}


def _text(made, parent):
    return TEXTS[made[parent].number]


def test_a_text_comes_back_as_it_was_kept(engine, kept):
    with snapshot(engine) as connection:
        assert documents(connection) == [find_document(connection, "S01")]
        assert find_document(connection, "s01").header == {"date": "3 May"}
        assert find_document(connection, "none") is None
        assert versions(connection, "s01") == kept
        assert tuple(turns_of(connection, "s01", 1)) == TURNS
        assert turn_counts(connection) == {("s01", 1): 2}


@pytest.mark.usefixtures("kept")
def test_the_words_of_sealed_versions_are_not_in_the_database(engine, tmp_path):
    with snapshot(engine) as connection:
        assert text_of(connection, "s01", 1) is None
        assert text_of(connection, "s01", 2) is None
        assert text_of(connection, "s01", 3) == TEXTS[3]
        assert readable_version(connection, "s01").number == 4
        assert readable_version(connection, "none") is None
    content = b"".join(path.read_bytes() for path in tmp_path.glob("study.db*"))
    assert b"Why" in content  # of the open versions
    assert b"Ann" not in content


@pytest.mark.usefixtures("kept")
def test_passages_are_mapped_along_versions_and_across_branches(engine):
    with snapshot(engine) as connection:
        for old in (1, 2, 3, 4):
            for new in (1, 2, 3, 4):
                moved = map_between(connection, "s01", old, new)
                assert (moved.length, moved.new_length) == (len(TEXTS[old]), len(TEXTS[new]))
                start = TEXTS[old].index("Well")
                assert TEXTS[new][slice(*moved.span(start, start + 4))] == "Well"
        across = map_between(connection, "s01", 3, 4)
        start = TEXTS[3].index("[Head]")
        assert TEXTS[4][slice(*across.span(start, start + 6))] == "[H]"
        with pytest.raises(Fault) as caught:
            map_between(connection, "s01", 1, 9)
        assert caught.value.code == "INT-001"


def test_edits_must_lead_from_the_parent_to_the_text(engine, kept):
    wrong = difference("other", "words")
    with transaction(engine) as connection:
        for text, edits in (("words", wrong), ("longer", difference(RAW, "less"))):
            draft = Draft(kind="corrected", text=text, turns=(), edits=edits, sealed=False)
            with pytest.raises(Fault) as caught:
                add_version(connection, kept[0], draft, **BY)
            assert caught.value.code == "TXT-010"
        assert len(versions(connection, "s01")) == 4


@pytest.mark.usefixtures("kept")
def test_turns_and_what_is_known_of_a_text_can_be_replaced(engine):
    with transaction(engine) as connection:
        replace_turns(connection, "s01", 1, TURNS[:1])
        assert tuple(turns_of(connection, "s01", 1)) == TURNS[:1]
        replace_turns(connection, "s01", 1, ())
        assert turns_of(connection, "s01", 1) == []
        update_document(connection, "s01", case="E06000001")
        assert find_document(connection, "S01").case == "E06000001"
        with pytest.raises(Fault) as caught:
            find_version(connection, "s01", 5)
        assert caught.value.code == "INT-001"


@pytest.mark.usefixtures("kept")
def test_the_last_state_holds_and_all_are_kept(engine):
    with transaction(engine) as connection:
        assert state_of(connection, "s01") is None
        for state in ("transcribed", "checked", "transcribed"):
            set_state(connection, "s01", state, reason="because", **BY)
        assert [each.state for each in states_of(connection)] == [
            "transcribed", "checked", "transcribed",
        ]  # fmt: skip
        assert state_of(connection, "s01").state == all_states(connection)["s01"].state
        assert state_of(connection, "s01").state == "transcribed"
