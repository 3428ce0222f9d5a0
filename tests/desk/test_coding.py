"""Coders mark given texts alone and blind, take back what they did, and release them."""

import datetime as dt

import pytest

from consilience.base.errors import Fault
from consilience.coding.model import CONSENSUS, Code, Coding, Memo
from consilience.desk import coding as desk
from consilience.interviews.model import Document, Turn
from consilience.store import codings as kept
from consilience.store.compared import coded_texts
from consilience.store.database import open_database, snapshot, transaction
from consilience.store.ledger import lines, verify_kept
from consilience.store.readable import readable_codings, readable_texts
from consilience.store.transcripts import (
    Draft,
    add_version,
    find_version,
    keep_document,
    text_of,
)
from consilience.text.offsets import Edit, apply_edits

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
STAMP = "2026-03-02T09:00:00Z"
TEXT = "I: Who came?\n\nR: Ann came."
TURNS = [Turn(speaker="I", start=0, said=3, end=12), Turn(speaker="R", start=14, said=17, end=26)]


@pytest.fixture
def engine(tmp_path):
    made = open_database(tmp_path / "study.db")
    with transaction(made) as connection:
        for name, sealed in (("one", False), ("two", False), ("sealed", True)):
            keep_document(
                connection, Document(id=name, name=name.title()), text=TEXT, turns=TURNS,
                sealed=sealed, at=STAMP, actor="t",
            )  # fmt: skip
        kept.save_codes(
            connection,
            [
                Code(id="h", name="Heading", codable=False),
                Code(id="a", name="A", parent="h"),
                Code(id="b", name="B", parent="h", position=1),
                Code(id="r", name="R", position=1, retired=True),
            ],
        )
    for coder in ("ann", "ben"):
        desk.assign(made, "one", coder, at=AT, actor="lead")
    yield made
    made.dispose()


def mark(engine, start=17, end=20, *, code="a", coder="ann", document="one", version=1):
    return desk.mark(engine, document, version, start, end, code=code, coder=coder, at=AT)


def seen(engine, coder, document="one", **how):
    return desk.page_of(engine, document, coder, **how).codings


def test_a_mark_is_kept_once_with_who_and_when(engine):
    made = mark(engine)
    assert made == Coding(
        id=made.id, document="one", version=1, start=17, end=20, code="a", coder="ann", at=STAMP
    )
    assert mark(engine) == made
    page = desk.page_of(engine, "One", "ann")
    assert page.codings == (made,)
    assert page.text[made.start : made.end] == "Ann"
    assert (page.turns, page.version.number) == (tuple(TURNS), 1)
    assert [code.id for code in page.codes] == ["h", "a", "b", "r"]


def test_marks_may_overlap_nest_and_share_a_passage(engine):
    for start, end, code in ((0, 12, "a"), (3, 26, "a"), (3, 6, "a"), (3, 6, "b")):
        mark(engine, start, end, code=code)
    spans = [(each.start, each.end, each.code) for each in seen(engine, "ann")]
    assert spans == [(0, 12, "a"), (3, 6, "a"), (3, 6, "b"), (3, 26, "a")]


REFUSED = [
    ("COD-001", {"start": 5, "end": 5}),
    ("COD-001", {"start": -1, "end": 5}),
    ("COD-001", {"start": 20, "end": len(TEXT) + 1}),
    ("COD-002", {"code": "nothing"}),
    ("COD-003", {"code": "h"}),
    ("COD-003", {"code": "r"}),
    ("COD-004", {"coder": "zoe"}),
    ("COD-004", {"document": "two"}),
    ("COD-006", {"document": "nothing"}),
    ("COD-007", {"document": "sealed"}),
    ("INT-001", {"version": 7}),
]


@pytest.mark.parametrize(("code", "how"), REFUSED)
def test_what_cannot_be_marked_is_refused_and_leaves_nothing(engine, code, how):
    with snapshot(engine) as connection:
        before = len(lines(connection))
    with pytest.raises(Fault) as told:
        mark(engine, **how)
    assert told.value.code == code
    assert seen(engine, "ann") == ()
    with snapshot(engine) as connection:
        assert len(lines(connection)) == before


def test_a_sealed_text_is_not_read(engine):
    with pytest.raises(Fault) as told:
        desk.page_of(engine, "sealed", "ann")
    assert told.value.code == "COD-007"
    assert str(told.value) == "COD-007 'Sealed' may name people and lies in the vault only"


def refused(engine, coding, *, coder):
    with pytest.raises(Fault) as told:
        desk.unmark(engine, coding, coder=coder, at=AT)
    return told.value


def test_only_own_codings_are_taken_out(engine):
    made = mark(engine)
    faults = [refused(engine, coding, coder="ben") for coding in (made.id, "nothing")]
    assert [each.code for each in faults] == ["COD-008", "COD-008"], (
        "no word of whether it is there"
    )
    assert faults[0].remedy == faults[1].remedy
    for coder in ("ann", "ben"):
        desk.release(engine, "one", coder=coder, at=AT)
    assert refused(engine, made.id, coder="ben").code == "COD-009"
    desk.reopen(engine, "one", coder="ann", at=AT, actor="lead")
    desk.unmark(engine, made.id, coder="ann", at=AT)
    assert seen(engine, "ann") == ()
    desk.undo(engine, coder="ann", at=AT)
    assert seen(engine, "ann") == (made,)


def test_each_coder_takes_back_only_own_work(engine):
    own, other = mark(engine), mark(engine, coder="ben", code="b")
    assert desk.undo(engine, coder="ann", at=AT).deed.action == "mark"
    assert seen(engine, "ann") == ()
    assert seen(engine, "ben") == (other,)
    assert desk.undo(engine, coder="ann", at=AT) is None
    assert desk.redo(engine, coder="ann", at=AT).deed.action == "undo"
    assert seen(engine, "ann") == (own,)
    assert desk.redo(engine, coder="ann", at=AT) is None


def test_a_released_text_is_closed_until_a_lead_opens_it(engine):
    made = mark(engine)
    desk.release(engine, "one", coder="ann", at=AT)
    closed = (
        lambda: mark(engine, code="b"),
        lambda: desk.unmark(engine, made.id, coder="ann", at=AT),
        lambda: desk.undo(engine, coder="ann", at=AT),
    )
    for attempt in closed:
        with pytest.raises(Fault) as told:
            attempt()
        assert told.value.code == "COD-005"
    assert seen(engine, "ann") == (made,)
    desk.reopen(engine, "one", coder="ann", at=AT, actor="lead")
    desk.undo(engine, coder="ann", at=AT)
    assert seen(engine, "ann") == ()


def test_coders_are_blind_until_both_have_released(engine):
    own, other = mark(engine), mark(engine, coder="ben", code="b")
    desk.release(engine, "one", coder="ann", at=AT)
    assert seen(engine, "ann") == (own,)
    assert seen(engine, "ben") == (other,)
    desk.release(engine, "one", coder="ben", at=AT)
    assert seen(engine, "ann") == seen(engine, "ben") == (own, other)


def test_what_is_new_is_told_without_reading_anew(engine):
    other = mark(engine, coder="ben", code="b")
    number = desk.page_of(engine, "one", "ann").number
    assert desk.changes_since(engine, "one", number, coder="ann").codings is None
    mark(engine, 0, 5, coder="ben")
    news = desk.changes_since(engine, "one", number, coder="ann")
    assert (news.number > number, news.codings) == (True, ())
    for coder in ("ann", "ben"):
        desk.release(engine, "one", coder=coder, at=AT)
    news = desk.changes_since(engine, "one", news.number, coder="ann")
    assert other in news.codings
    assert len(news.codings) == 2


def test_a_mark_of_an_older_version_is_shown_in_the_newer(engine):
    made = mark(engine)
    with transaction(engine) as connection:
        words, edits = apply_edits(TEXT, [Edit(17, 20, "[Head]")])
        draft = Draft(kind="pseudonymised", text=words, turns=TURNS, edits=edits, sealed=False)
        add_version(connection, find_version(connection, "one", 1), draft, at=STAMP, actor="t")
    page = desk.page_of(engine, "one", "ann")
    (shown,) = page.codings
    assert (shown.id, shown.version, page.text[shown.start : shown.end]) == (made.id, 2, "[Head]")
    with snapshot(engine) as connection:
        assert kept.find_coding(connection, made.id) == made


def newer(engine, *edits, parent=1, sealed=False):
    """Keep a corrected version of the text `one`; return its number and words."""
    with transaction(engine) as connection:
        base = find_version(connection, "one", parent)
        words, way = apply_edits(text_of(connection, "one", parent), edits)
        turns = [Turn(speaker="I", start=0, said=3, end=len(words))]
        draft = Draft(kind="corrected", text=words, turns=turns, edits=way, sealed=sealed)
        made = add_version(connection, base, draft, at=STAMP, actor="t")
    return made.number, words


def kept_rows(engine):
    with snapshot(engine) as connection:
        return kept.codings_table(connection).to_pylist()


def test_a_passage_marked_again_after_a_correction_is_marked_once(engine):
    made = mark(engine)
    number, words = newer(engine, Edit(0, 0, "Well. "))
    again = mark(engine, words.index("Ann"), words.index("Ann") + 3, version=number)
    assert again.id == made.id
    assert len(kept_rows(engine)) == 1
    assert mark(engine, 3, 6) != made
    assert mark(engine, 3, 6).id == mark(engine, 9, 12, version=number).id, "a page that is older"
    assert [(each.start, each.end) for each in seen(engine, "ann")] == [(9, 12), (23, 26)]


def doubled(engine):
    """Mark one passage on each of two versions, as studies hold it from before."""
    first = mark(engine)
    number, words = newer(engine, Edit(0, 0, "Well. "))
    start = words.index("Ann")
    second = Coding(
        id="second", document="one", version=number, start=start, end=start + 3, code="a",
        coder="ann", at=STAMP,
    )  # fmt: skip
    with transaction(engine) as connection:
        kept.insert_coding(connection, second)
    return first, second


def test_what_was_marked_on_two_versions_counts_once_everywhere(engine):
    first, second = doubled(engine)
    assert len(seen(engine, "ann")) == 1
    (line,) = desk.documents_for(engine, "ann")
    assert line.codings == 1
    for coder in ("ann", "ben"):
        desk.release(engine, "one", coder=coder, at=AT)
    with snapshot(engine) as connection:
        assert coded_texts(connection).codings.num_rows == 1
        texts = readable_texts(connection)
        assert readable_codings(connection, texts).num_rows == 1
    assert {first.id, second.id} == {row["id"] for row in kept_rows(engine)}


def test_what_was_marked_on_two_versions_goes_and_comes_back_together(engine):
    doubled(engine)
    (shown,) = seen(engine, "ann")
    desk.unmark(engine, shown.id, coder="ann", at=AT)
    assert seen(engine, "ann") == ()
    assert kept_rows(engine) == []
    desk.undo(engine, coder="ann", at=AT)
    assert seen(engine, "ann") == (shown,)
    assert len(kept_rows(engine)) == 2


def test_passages_of_two_versions_that_differ_stay_two(engine):
    mark(engine, 17, 26)
    number, words = newer(engine, Edit(0, 0, "Well. "))
    start = words.index("Ann")
    mark(engine, start, start + 3, version=number)
    mark(engine, start, start + 3, version=number, code="b")
    assert len(seen(engine, "ann")) == 3


def test_a_correction_is_news_though_nothing_was_marked(engine):
    page = desk.page_of(engine, "one", "ann")
    at = {"coder": "ann", "version": page.version.number}
    assert desk.changes_since(engine, "one", page.number, **at).codings is None
    newer(engine, Edit(0, 0, "Well. "))
    news = desk.changes_since(engine, "one", page.number, **at)
    assert (news.version, news.codings) == (2, ())
    now = {"coder": "ann", "version": 2}
    assert desk.changes_since(engine, "one", news.number, **now).codings is None


def test_texts_of_a_coder_are_listed_with_how_far_each_is(engine):
    mark(engine)
    mark(engine, code="b")
    (line,) = desk.documents_for(engine, "ann")
    assert (line.document.id, line.codings, line.assignment.released_at) == ("one", 2, None)
    every = {each.document.id: each for each in desk.documents_for(engine, "ann", all_texts=True)}
    assert sorted(every) == ["one", "sealed", "two"]
    assert every["two"].assignment is None
    assert every["sealed"].version is None


def test_a_text_is_given_once_and_taken_back(engine):
    first = desk.assign(engine, "Two", "ann", at=AT, actor="lead")
    again = desk.assign(engine, "two", "ann", at=AT + dt.timedelta(1), actor="lead")
    assert first == again
    desk.unassign(engine, "two", "ann", at=AT, actor="lead")
    for attempt in (
        lambda: desk.unassign(engine, "two", "ann", at=AT, actor="lead"),
        lambda: desk.release(engine, "two", coder="ann", at=AT),
    ):
        with pytest.raises(Fault) as told:
            attempt()
        assert told.value.code == "COD-004"


def memo(**values):
    usual = {"id": "", "on": "study", "thing": "", "text": "t", "author": "ann", "at": ""}
    return Memo(**usual | values)


def test_memos_stand_on_anything_and_are_changed_by_their_author_only(engine):
    made = mark(engine)
    for on, thing in (("coding", made.id), ("code", "a"), ("document", "one"), ("study", "")):
        kept_memo = desk.note(engine, memo(on=on, thing=thing), at=AT)
        assert kept_memo.at == STAMP
        changed = memo(id=kept_memo.id, on=on, thing=thing, text="more", title="T")
        desk.note(engine, changed, at=AT)
        with snapshot(engine) as connection:
            (now,) = kept.memos(connection, on=on, thing=thing)
        assert (now.text, now.title, now.id) == ("more", "T", kept_memo.id)
        with pytest.raises(Fault) as told:
            desk.note(engine, memo(id=kept_memo.id, on=on, thing=thing, author="ben"), at=AT)
        assert told.value.code == "COD-013"
    desk.undo(engine, coder="ann", at=AT)
    with snapshot(engine) as connection:
        assert kept.memos(connection, on="study")[0].text == "t"


def test_a_memo_without_words_is_taken_out(engine):
    made = desk.note(engine, memo(on="code", thing="a"), at=AT)
    desk.note(engine, memo(id=made.id, on="code", thing="a", text=""), at=AT)
    with snapshot(engine) as connection:
        assert kept.memos(connection) == []
    desk.undo(engine, coder="ann", at=AT)
    with snapshot(engine) as connection:
        assert kept.memos(connection) == [made]


@pytest.mark.parametrize("on", ["coding", "code", "document"])
def test_no_memo_stands_on_nothing(engine, on):
    with pytest.raises(Fault) as told:
        desk.note(engine, memo(on=on, thing="nothing"), at=AT)
    assert told.value.code == "COD-012"


def test_all_that_was_done_stands_in_the_ledger_without_words_of_the_text(engine):
    mark(engine)
    desk.note(engine, memo(on="code", thing="a", text="Ann again"), at=AT)
    desk.undo(engine, coder="ann", at=AT)
    desk.release(engine, "one", coder="ann", at=AT)
    with snapshot(engine) as connection:
        entries = lines(connection)
        assert verify_kept(connection) == (len(entries), [])
    actions = [entry.action for entry in entries]
    assert actions == ["assign", "assign", "mark", "note", "undo", "release"]
    assert not any("Ann" in entry.detail for entry in entries)


def test_the_consensus_is_seen_by_those_who_have_released(engine):
    with transaction(engine) as connection:
        settled = Coding(
            id="k", document="one", version=1, start=0, end=2, code="a", coder=CONSENSUS,
            origin="consensus",
        )  # fmt: skip
        kept.insert_coding(connection, settled)
    assert seen(engine, "ann") == ()
    desk.release(engine, "one", coder="ann", at=AT)
    assert seen(engine, "ann") == (settled,)
