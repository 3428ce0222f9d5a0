"""The codebook changes with what was coded, and every change is taken back exactly."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.shades import shade_of
from consilience.coding.model import Code, Decision, Memo, Ruling
from consilience.desk import codebook_changes as desk
from consilience.desk import coding
from consilience.interviews.model import Document
from consilience.store import codings as kept
from consilience.store.adjudications import keep_decision
from consilience.store.coding_tables import CODE, CODING, MEMO
from consilience.store.database import open_database, snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import keep_document

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
STAMP = "2026-03-02T09:00:00Z"
LEAD = {"at": AT, "actor": "lea"}
CODERS = ("ann", "ben")


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Return the file of a study with two texts given to two coders, and a small codebook."""
    path = tmp_path_factory.mktemp("codebook") / "study.db"
    engine = open_database(path)
    with transaction(engine) as connection:
        for name in "de":
            keep_document(
                connection, Document(id=name, name=name), text="a word " * 9, turns=[],
                sealed=False, at=STAMP, actor="t",
            )  # fmt: skip
            for coder in CODERS:
                kept.assign(connection, name, coder, at=STAMP)
        kept.save_codes(connection, [
            Code(id="h", name="Heading", codable=False),
            Code(id="a", name="A", parent="h", examples=("one",)),
            Code(id="b", name="B", parent="h", position=1, examples=("one", "two")),
            Code(id="c", name="C", parent="b"),
        ])  # fmt: skip
    engine.dispose()
    return path


@pytest.fixture
def engine(start, tmp_path):
    made = opened(start, tmp_path / "study.db")
    yield made
    made.dispose()


def opened(start, path):
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(start, path)
    return open_database(path)


def state(engine):
    """Return every row of codes, codings and memos, column by column."""
    with snapshot(engine) as connection:
        return [
            sorted(repr(tuple(row)) for row in connection.execute(table.select()))
            for table in (CODE, CODING, MEMO)
        ]


def mark(engine, place, code, coder, *, document="d"):
    return coding.mark(engine, document, 1, place, place + 4, code=code, coder=coder, at=AT)


def codes(engine):
    with snapshot(engine) as connection:
        return {each.id: each for each in kept.codes(connection)}


def codings(engine):
    with snapshot(engine) as connection:
        found = kept.codings_table(connection)
    return {row["id"]: (row["code"], row["coder"]) for row in found.to_pylist()}


# --- any sequence ------------------------------------------------------------------------

OPERATIONS = (
    "mark", "mark", "unmark", "note", "unnote", "add", "edit", "rename", "move", "order", "merge",
    "split", "retire",
)  # fmt: skip
EXPECTED = {f"COD-{number:03}" for number in (3, 8, 12, 13, 14, 16, 17)}
STEP = st.tuples(st.sampled_from(OPERATIONS), *[st.integers(0, 40)] * 3)


class Player:
    """Does drawn steps, each as the one who may, and remembers whose they were."""

    def __init__(self, engine):
        self.engine, self.done, self.states = engine, [], [state(engine)]

    def play(self, what, one, two, three):
        """Do a step; one that is refused changes nothing."""
        before = self.states[-1]
        who = CODERS[three % 2] if what in OPERATIONS[:5] else "lea"
        known = list(codes(self.engine))
        first, second = (known[n % len(known)] for n in (one, two))
        try:
            getattr(self, what)(first, second, three, who)
        except Fault as fault:
            if fault.code not in EXPECTED:
                raise
            assert state(self.engine) == before
            return
        now = state(self.engine)
        if now != before:
            self.done.append(who)
            self.states.append(now)

    def mark(self, first, _second, three, who):
        mark(self.engine, three % 7 * 2, first, who, document="de"[three % 3 == 0])

    def unmark(self, _first, _second, three, who):
        own = [each for each, (_, coder) in codings(self.engine).items() if coder == who]
        coding.unmark(self.engine, own[three % len(own)] if own else "x", coder=who, at=AT)

    def note(self, first, _second, three, who):
        on, thing = "code", first
        if (marked := list(codings(self.engine))) and three % 3:
            on, thing = "coding", marked[three % len(marked)]
        coding.note(self.engine, memo(on, thing, who, text=f"note {three}"), at=AT)

    def unnote(self, _first, _second, three, who):
        with snapshot(self.engine) as connection:
            own = [each for each in kept.memos(connection) if each.author == who]
        chosen = own[three % len(own)] if own else memo("code", "a", who, id="nothing")
        found = memo(chosen.on, chosen.thing, who, id=chosen.id, text="")
        coding.note(self.engine, found, at=AT)

    def add(self, first, _second, three, _who):
        said = desk.Said(definition="d", colour=f"#{three:06}")
        desk.add_code(self.engine, name=f"N{three}", parent=first, said=said, **LEAD)

    def edit(self, first, _second, three, _who):
        old = codes(self.engine)[first]
        new = Code(
            id=first, name=old.name, definition=f"says {three}", examples=(str(three),),
            inclusion="i", exclusion="e", colour="#000000", codable=three % 4 > 0,
        )  # fmt: skip
        desk.edit_code(self.engine, new, **LEAD)

    def rename(self, first, _second, three, _who):
        desk.rename_code(self.engine, first, name=f"R{three}", **LEAD)

    def move(self, first, second, _three, _who):
        desk.move_code(self.engine, first, parent=second, **LEAD)

    def order(self, first, _second, three, _who):
        parent = codes(self.engine)[first].parent
        desk.move_code(self.engine, first, parent=parent, position=three % 3, **LEAD)

    def merge(self, first, second, _three, _who):
        desk.merge_code(self.engine, first, into=second, **LEAD)

    def split(self, first, _second, three, _who):
        found = [each for each, (code, _) in codings(self.engine).items() if code == first]
        desk.split_code(self.engine, first, name=f"S{three}", codings=found[: three % 4], **LEAD)

    def retire(self, first, _second, three, _who):
        desk.retire_code(self.engine, first, retired=three % 2 == 0, **LEAD)

    def turn(self, who, *, back):
        """Take the last step of somebody back, or do it again."""
        if who == "lea":
            turned = desk.undo_codebook if back else desk.redo_codebook
            return turned(self.engine, **LEAD)
        return (coding.undo if back else coding.redo)(self.engine, coder=who, at=AT)


def memo(on, thing, author, *, id="", text="t"):  # noqa: A002
    return Memo(id=id, on=on, thing=thing, text=text, author=author, at="")


@given(steps=st.lists(STEP, min_size=1, max_size=12))
@settings(deadline=None, max_examples=15)
def test_any_sequence_is_undone_to_the_first_state_and_redone_to_the_last(
    start, tmp_path_factory, steps
):
    engine = opened(start, tmp_path_factory.getbasetemp() / "sequence.db")
    player = Player(engine)
    for step in steps:
        player.play(*step)
    for place in range(len(player.done) - 1, -1, -1):
        assert player.turn(player.done[place], back=True) is not None
        assert state(engine) == player.states[place]
    for who in (*CODERS, "lea"):
        assert player.turn(who, back=True) is None
    for place, who in enumerate(player.done):
        assert player.turn(who, back=False) is not None
        assert state(engine) == player.states[place + 1]
    for who in (*CODERS, "lea"):
        assert player.turn(who, back=False) is None
    engine.dispose()


# --- one by one --------------------------------------------------------------------------


def test_what_says_the_same_after_a_merge_is_kept_once_with_its_memos(engine):
    twin, kept_one = mark(engine, 0, "a", "ann"), mark(engine, 0, "b", "ann")
    moved, other = mark(engine, 5, "a", "ann"), mark(engine, 0, "a", "ben")
    coding.note(engine, memo("coding", twin.id, "ann"), at=AT)
    coding.note(engine, memo("code", "a", "ben"), at=AT)
    before = state(engine)
    done = desk.merge_code(engine, "a", into="b", **LEAD)
    assert (done.code.id, done.passages, done.moved, done.together, done.memos, done.below) == (
        "b", 3, 2, 1, 2, 0,
    )  # fmt: skip
    assert codings(engine) == {
        kept_one.id: ("b", "ann"), moved.id: ("b", "ann"), other.id: ("b", "ben"),
    }  # fmt: skip
    assert codes(engine)["b"].examples == ("one", "two")
    with snapshot(engine) as connection:
        assert [each.thing for each in kept.memos(connection, on="coding")] == [kept_one.id]
        assert [each.thing for each in kept.memos(connection, on="code")] == ["b"]
    desk.undo_codebook(engine, **LEAD)
    assert state(engine) == before
    desk.redo_codebook(engine, **LEAD)
    assert "a" not in codes(engine)


def test_chosen_passages_go_to_a_new_code_beside_the_old(engine):
    first, second = mark(engine, 0, "a", "ann"), mark(engine, 5, "a", "ben")
    done = desk.split_code(engine, "a", name="Half", codings=[second.id], **LEAD)
    new = done.code
    assert (done.moved, done.passages, done.together, done.memos) == (1, 1, 0, 0)
    assert (new.name, new.parent, new.position) == ("Half", "h", 2)
    assert codings(engine) == {first.id: ("a", "ann"), second.id: (new.id, "ben")}


def test_a_code_is_added_edited_renamed_moved_and_retired(engine):
    said = desk.Said(definition="d")
    new = desk.add_code(engine, name=" New ", parent="b", said=said, **LEAD).code
    assert (new.name, new.position, new.definition) == ("New", 1, "d")
    said = Code(id=new.id, name="New", definition="e", colour="#112233")
    desk.edit_code(engine, said, **LEAD)
    desk.rename_code(engine, new.id, name="Newer", **LEAD)
    desk.move_code(engine, new.id, parent="h", position=0, **LEAD)
    desk.retire_code(engine, new.id, retired=True, **LEAD)
    now = codes(engine)[new.id]
    assert (now.name, now.definition, now.parent, now.position) == ("Newer", "e", "h", 0)
    assert (now.colour, now.retired) == ("#112233", True)
    assert [each.id for each in codes(engine).values() if each.parent == "h"] == [new.id, "a", "b"]


def test_new_codes_beside_each_other_have_shades_that_differ(engine):
    names = ("Trust", "Time", "Voice", "Forms", "Moves", "Training", "Thresholds", "Head")
    made = [desk.add_code(engine, name=name, parent=None, **LEAD).code for name in names]
    assert len({shade_of(code.id) for code in made}) >= 7  # a heading has one of the eight
    passage = mark(engine, 0, "a", "ann").id
    half = desk.split_code(engine, "a", name="Half", codings=[passage], **LEAD).code
    assert shade_of(half.id) not in {shade_of(each) for each in "ahb"}


def test_what_changes_nothing_is_no_change(engine):
    assert desk.rename_code(engine, "a", name="A", **LEAD).change is None
    desk.retire_code(engine, "a", retired=False, **LEAD)
    assert desk.undo_codebook(engine, **LEAD) is None
    assert desk.redo_codebook(engine, **LEAD) is None
    with snapshot(engine) as connection:
        assert lines(connection) == []


def test_each_takes_back_own_changes_unless_anybody_s_are_asked_for(engine):
    desk.rename_code(engine, "a", name="X", at=AT, actor="zoe")
    assert desk.undo_codebook(engine, **LEAD) is None
    assert desk.undo_codebook(engine, anybody=True, **LEAD).actor == "zoe"
    assert codes(engine)["a"].name == "A"
    assert desk.redo_codebook(engine, at=AT, actor="zoe") is None
    desk.redo_codebook(engine, anybody=True, at=AT, actor="zoe")
    assert codes(engine)["a"].name == "X"


def test_a_code_in_use_does_not_go_and_a_changed_one_is_not_taken_back(engine):
    new = desk.add_code(engine, name="N", parent=None, **LEAD).code
    made = mark(engine, 0, new.id, "ann")
    before = state(engine)
    with pytest.raises(Fault) as told:
        desk.undo_codebook(engine, **LEAD)
    assert told.value.code == "COD-010"
    coding.unmark(engine, made.id, coder="ann", at=AT)
    desk.rename_code(engine, new.id, name="M", at=AT, actor="zoe")
    before = state(engine)
    with pytest.raises(Fault) as told:
        desk.undo_codebook(engine, **LEAD)
    assert told.value.code == "COD-011"
    assert state(engine) == before


def test_what_is_said_of_a_code_leaves_the_rest_as_others_left_it(engine):
    desk.say_of_code(engine, "b", desk.Said(definition="D", colour="#0a0B0c"), **LEAD)
    desk.say_of_code(engine, "b", desk.Said(inclusion="I"), at=AT, actor="zoe")
    done = desk.say_of_code(engine, "b", desk.Said(colour="", examples=(" x ", "")), **LEAD)
    assert (done.change, done.passages) == (3, 0)
    assert codes(engine)["b"] == Code(
        id="b", name="B", parent="h", position=1, definition="D", inclusion="I", examples=("x",)
    )
    before = state(engine)
    with pytest.raises(Fault) as told:
        desk.say_of_code(engine, "b", desk.Said(colour="blue"), **LEAD)
    assert told.value.code == "COD-041"
    assert state(engine) == before


def test_codes_below_one_that_is_merged_are_counted(engine):
    done = desk.merge_code(engine, "b", into="a", **LEAD)
    assert (done.below, done.moved, codes(engine)["c"].parent) == (1, 0, "a")


def test_a_heading_that_carries_passages_is_refused(engine):
    mark(engine, 0, "a", "ann")
    before = state(engine)
    with pytest.raises(Fault) as told:
        desk.edit_code(engine, Code(id="a", name="A", codable=False), **LEAD)
    assert told.value.code == "COD-016"
    assert state(engine) == before


def test_a_code_that_a_decision_speaks_of_is_not_merged_away(engine):
    ruling = Ruling(action="reject", reason="r")
    with transaction(engine) as connection:
        keep_decision(connection, Decision(
            item="i", document="d", version=1, code="a", ruling=ruling, codings=(), actor="lea",
            at=STAMP,
        ))  # fmt: skip
    with pytest.raises(Fault) as told:
        desk.merge_code(engine, "a", into="b", **LEAD)
    assert told.value.code == "COD-010"
    assert "a" in codes(engine)


def test_each_change_stands_in_the_ledger(engine):
    desk.rename_code(engine, "a", name="X", **LEAD)
    desk.undo_codebook(engine, **LEAD)
    with snapshot(engine) as connection:
        found = [(line.action, line.subject, line.actor) for line in lines(connection)]
    assert found == [("rename", "a", "lea"), ("undo", "codebook", "lea")]
