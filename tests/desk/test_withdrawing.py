"""Take a text out of all work, have it back, erase its words for good."""

from __future__ import annotations

import datetime as dt

import answer_study
import pytest
from talk_study import write_study

from consilience.base.errors import Fault
from consilience.coding.model import Code
from consilience.desk import coding, pseudonyms, registry, withdrawing
from consilience.desk.accounts import Person
from consilience.desk.correcting import correct
from consilience.desk.erasing import erase_text
from consilience.desk.fieldwork import talks_now
from consilience.desk.intake import Terms, import_files
from consilience.desk.kept import opened
from consilience.desk.retrieval import held_of
from consilience.desk.run import run
from consilience.desk.search import search
from consilience.desk.sight import sight_of
from consilience.desk.transcripts import bring_to_state, listed, text_of_version
from consilience.desk.vault_check import look_through
from consilience.store.codings import codings_table, save_codes
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import texts_in_use

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEY = "a long enough key"
WHO = {"at": AT, "actor": "lea"}
WORDS = "I: What are schools told?\nR: Nothing zanzibarish.\n"
LEAD = Person(
    id="lea", login="lea", name="Lea", roles=frozenset({"lead"}), active=True, one_time=False,
    created="",
)  # fmt: skip


def made(tmp_path, *changes, key=None):
    """Return a study in which T1 is coded by one who has released it, and T2 lies beside it."""
    folder = write_study(tmp_path / "s", *changes)
    (folder / "talks/texts/T1.txt").write_text(WORDS)
    (folder / "talks/texts/T2.txt").write_text("I: And you?\nR: Quite often.\n")
    run(folder, at=AT, actor="test", key=key)
    return folder


@pytest.fixture
def folder(tmp_path):
    return made(tmp_path)


@pytest.fixture
def engine(folder):
    with opened(folder) as found:
        with transaction(found) as connection:
            save_codes(connection, [Code(id="told", name="Told", parent=None, position=1)])
        coding.assign(found, "T1", "ann", **WHO)
        coding.mark(found, "T1", version=1, start=29, end=36, code="told", coder="ann", at=AT)
        coding.release(found, "T1", coder="ann", at=AT)
        yield found


def on_disk(folder, word):
    """Return the files that the study keeps in which a word stands."""
    kept = [path for path in (folder / ".consilience").rglob("*") if path.is_file()]
    return [path.name for path in kept if word in path.read_bytes()]


def fault(call):
    with pytest.raises(Fault) as raised:
        call()
    return raised.value.code


def places(engine):
    with snapshot(engine) as connection:
        used = {each.name for each in texts_in_use(connection)}
        held = held_of(engine, connection)
        return used, {each.name for each in held.texts}, set(sight_of(connection, LEAD).texts)


def test_a_withdrawn_text_takes_part_in_nothing_and_comes_back(engine):
    assert search(engine, "zanzibarish", person=LEAD).total == 1
    change = withdrawing.withdraw_text(engine, "T1", reason=" left ", **WHO)
    assert (change.state, change.reason) == ("withdrawn", "left")
    used, counted, seen = places(engine)
    assert "T1" not in used | counted | seen
    assert "T2" in used & counted
    assert search(engine, "zanzibarish", person=LEAD).total == 0
    assert fault(lambda: coding.assign(engine, "T1", "ben", **WHO)) == "INT-018"
    assert fault(lambda: bring_to_state(engine, "T1", "checked", reason="x", **WHO)) == "INT-018"
    again = {"reason": "left", **WHO}
    assert fault(lambda: withdrawing.withdraw_text(engine, "T1", **again)) == "INT-018"
    assert text_of_version(engine, "T1", version=None, vault=None, **WHO)[1] == WORDS
    assert withdrawing.bring_text_back(engine, "T1", reason="agreed", **WHO).state == "transcribed"
    assert "T1" in places(engine)[0]
    assert search(engine, "zanzibarish", person=LEAD).total == 1
    assert fault(lambda: withdrawing.bring_text_back(engine, "T1", **again)) == "INT-024"
    with snapshot(engine) as connection:
        told = [each.detail for each in lines(connection) if each.action == "transcript state"]
    assert told[-2:] == [
        '{"from": "transcribed", "state": "withdrawn"}',
        '{"from": "withdrawn", "state": "transcribed"}',
    ]


def test_erased_words_are_nowhere_and_their_trace_stays(folder, engine):
    assert on_disk(folder, b"zanzibarish") != []
    edited = folder / "edited.txt"
    edited.write_text(WORDS.replace("What", "So what"))
    correct(engine, "T1", edited, version=None, vault=None, **WHO)
    before = next(each for each in listed(engine) if each.document.name == "T1")
    done = erase_text(engine, folder, "T1", reason="form 2", key=None, **WHO)
    assert (done.versions, done.codings, done.entries) == (2, 1, 0)
    assert "INT-025" not in [each.code for each in done.warnings]
    assert on_disk(folder, b"zanzibar") == []
    after = next(each for each in listed(engine) if each.document.name == "T1")
    assert after.versions == before.versions
    assert (after.state.state, after.state.reason) == ("erased", "form 2")
    assert (after.document.id, after.document.source, after.document.header) == (
        before.document.id, None, {},
    )  # fmt: skip
    with snapshot(engine) as connection:
        assert codings_table(connection, document=after.document.id).num_rows == 1
        told = [each for each in lines(connection) if each.action == "transcript erased"]
    assert [each.subject for each in told] == [after.document.id]
    assert before.versions[0].sha256 in told[0].detail


def test_what_was_erased_cannot_be_used_or_brought_back(folder, engine):
    erase_text(engine, folder, "T1", reason="form 2", key=None, **WHO)
    assert "T1" not in set.union(*places(engine))
    edited = folder / "edited.txt"
    edited.write_text(WORDS)
    asked = (
        lambda: text_of_version(engine, "T1", version=None, vault=None, **WHO),
        lambda: text_of_version(engine, "T1", version=1, vault=None, **WHO),
        lambda: correct(engine, "T1", edited, version=None, vault=None, **WHO),
        lambda: coding.assign(engine, "T1", "ben", **WHO),
        lambda: bring_to_state(engine, "T1", "checked", reason="x", **WHO),
        lambda: withdrawing.withdraw_text(engine, "T1", reason="x", **WHO),
        lambda: withdrawing.bring_text_back(engine, "T1", reason="x", **WHO),
    )
    assert [fault(each) for each in asked] == ["INT-021"] * len(asked)
    (entry,) = import_files(
        folder, [folder / "talks/texts/T1.txt"], terms=Terms(), key=lambda: None, **WHO
    )
    assert (entry.outcome, [note.code for note in entry.notes]) == ("there", ["INT-021"])
    run(folder, at=AT, actor="test")
    assert on_disk(folder, b"zanzibar") == []


def test_a_reason_and_a_text_are_needed(folder, engine):
    for call in (withdrawing.withdraw_text, withdrawing.bring_text_back):
        assert fault(lambda call=call: call(engine, "T1", reason=" ", **WHO)) == "INT-013"
        assert fault(lambda call=call: call(engine, "T9", reason="x", **WHO)) == "INT-008"
    given = {"key": None, **WHO}
    assert fault(lambda: erase_text(engine, folder, "T1", reason="", **given)) == "INT-013"


def test_sealed_words_go_out_of_the_vault_with_all_that_lies_beside_them(tmp_path):
    folder = made(tmp_path, ("study.yaml", "  simulated: true\n", ""), key=KEY)
    with opened(folder) as engine:
        registry.candidates(engine, folder, KEY, **WHO)
        pseudonyms.apply(engine, folder, KEY, **WHO)
        assert on_disk(folder, b"zanzibar") != []
        no_key = {"reason": "form 2", "key": None, **WHO}
        assert fault(lambda: erase_text(engine, folder, "T1", **no_key)) == "INT-007"
        done = erase_text(engine, folder, "T1", reason="form 2", key=KEY, **WHO)
        assert done.entries == 4
        assert on_disk(folder, b"zanzibar") == []
        assert look_through(folder, KEY, **WHO) == []
        registry.candidates(engine, folder, KEY, **WHO)
        made_again, _ = pseudonyms.apply(engine, folder, KEY, **WHO)
        assert done.document.id not in {each.document for each in made_again}
        again = erase_text(engine, folder, "T1", reason="form 2", key=KEY, **WHO)
        assert (again.entries, again.versions) == (0, 2)


def test_others_at_work_keep_free_space_from_being_overwritten(folder, engine):
    with snapshot(engine) as connection:
        texts_in_use(connection)
        done = erase_text(engine, folder, "T1", reason="x", key=None, **WHO)
    assert "INT-025" in [each.code for each in done.warnings]
    again = erase_text(engine, folder, "T1", reason="x", key=None, **WHO)
    assert "INT-025" not in [each.code for each in again.warnings]


def test_answers_follow_their_survey_and_erased_ones_never_come_back(tmp_path):
    folder = answer_study.made(tmp_path / "s")
    answer_study.read(folder, answer_study.FIRST)
    given = {"reason": "x", **WHO}
    with opened(folder) as engine:
        for call in (withdrawing.withdraw_text, withdrawing.bring_text_back):
            assert fault(lambda call=call: call(engine, "survey r2", **given)) == "INT-023"
        erase = erase_text
        refused = fault(lambda: erase(engine, folder, "survey r2", key=None, **given))
        assert refused == "INT-023"
        without = {name: row for name, row in answer_study.FIRST.items() if name != "r2"}
        answer_study.read(folder, without, day=1)
        assert erase(engine, folder, "survey r2", key=None, **given).versions == 1
    answer_study.read(folder, answer_study.FIRST, day=2)
    changed = {**answer_study.FIRST, "r2": ("A02", "1", "They ring us.")}
    answer_study.read(folder, changed, day=3)
    _, known, state, words = answer_study.standing(folder, "r2")
    assert (len(known), state, words) == (1, "erased", None)


def test_the_board_knows_what_was_withdrawn(folder, engine):
    withdrawing.withdraw_text(engine, "T1", reason="asked for it", **WHO)
    run(folder, at=AT, actor="test")
    row = talks_now(folder)[0].rows("status", "event_status")[0]
    assert (row["interview"], row["state"]) == ("T1", "withdrawn")
    assert row["reason"] == "its text was withdrawn: asked for it"
    erase_text(engine, folder, "T1", reason="form 2", key=None, **WHO)
    row = talks_now(folder)[0].rows("status", "event_status")[0]
    assert row["reason"] == "its text was erased: form 2"
