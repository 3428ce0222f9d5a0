"""Transcripts come in whole or not at all, and names only into the vault."""

import contextlib
import datetime as dt
import json
import os
import shutil
import sqlite3

import pytest
from sqlalchemy import text as sql

from consilience.base.errors import Fault, Faults
from consilience.desk import speakers
from consilience.desk.correcting import correct
from consilience.desk.intake import Terms, import_files, take_in
from consilience.desk.kept import at_work, opened
from consilience.desk.sealed import vault_for_reading, words_of
from consilience.desk.studies import new_study
from consilience.desk.transcripts import (
    bring_to_state,
    listed,
    text_of_version,
    write_text,
)
from consilience.formats.documents.read import read_document
from consilience.interviews import transcripts
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import map_between, turns_of
from consilience.store.vault import make_vault

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
BY = {"at": AT, "actor": "test"}
KEY = "correct horse"
TALK = "Date: 3 May\nParticipant: Ann Ash\n\nI: Why?\n\nANN ASH: I am Ann.\n\nI: And?\n"


@pytest.fixture
def study(tmp_path):
    """Return a study that is not simulated, so that texts are sealed."""
    folder = tmp_path / "study"
    new_study(folder, study_id="study", title="A study")
    design = folder / "study.yaml"
    design.write_text(design.read_text().replace("simulated: true", "simulated: false"))
    # Cheap to open: what scrypt costs is tried elsewhere.
    make_vault(folder / ".consilience", KEY, cost=4)
    return folder


@pytest.fixture
def files(tmp_path):
    (tmp_path / "in").mkdir()
    made = []
    for name, content in (("S01.txt", TALK), ("S02.txt", TALK.replace("And", "So"))):
        made.append(tmp_path / "in" / name)
        made[-1].write_text(content, encoding="utf-8")
    return made


def bring(study, files, *, key=KEY, **terms):
    return import_files(study, files, terms=Terms(**terms), key=lambda: key, **BY)


def kept_bytes(study):
    return b"".join(p.read_bytes() for p in (study / ".consilience").rglob("*") if p.is_file())


def test_open_texts_come_in_with_state_turns_and_ledger(study, files):
    entries = bring(study, files, unsealed="public")
    assert [(e.outcome, e.name, e.turns) for e in entries] == [
        ("entered", "S01", 3), ("entered", "S02", 3),
    ]  # fmt: skip
    with opened(study) as engine:
        (first, _) = listed(engine)
        assert (first.state.state, first.turns, first.versions[0].sealed) == (
            "transcribed",
            3,
            False,
        )
        assert first.document.interview == "S01"
        assert first.document.header["participant"] == "Ann Ash"
        with snapshot(engine) as connection:
            told = lines(connection)[-1]
        assert told.action == "transcripts imported"
        assert json.loads(told.detail)["unsealed"] == "public"


def test_the_same_files_again_change_nothing(study, files):
    bring(study, files, unsealed="public")
    with opened(study) as engine, snapshot(engine) as connection:
        before = len(lines(connection))
    again = bring(study, [*files, files[0]], unsealed="public")
    assert [e.outcome for e in again] == ["there"] * 3
    with opened(study) as engine, snapshot(engine) as connection:
        assert len(lines(connection)) == before


def test_another_file_of_the_same_name_is_refused(study, files):
    bring(study, files, unsealed="public")
    files[0].write_text("I: Other.\nR: Words.\n")
    (entry,) = bring(study, files[:1], unsealed="public")
    assert (entry.outcome, entry.notes[0].code) == ("refused", "INT-005")


def test_names_lie_in_the_vault_only(study, files, tmp_path):
    named = tmp_path / "in" / "Ann Ash.txt"
    named.write_text(TALK + "R: Never.\n", encoding="utf-8")
    entries = bring(study, [*files, named])
    assert [note.code for note in entries[2].notes] == ["INT-012"]
    assert entries[2].name.startswith("text-")
    content = kept_bytes(study)
    for name in (b"Ann", b"ANN", b"Ash"):
        assert name not in content
    with opened(study) as engine:
        vault = vault_for_reading(study, KEY)
        with snapshot(engine) as connection:
            turns = turns_of(connection, "s01", 1)
        assert [turn.speaker for turn in turns] == ["I", "S1", "I"]
        seen = speakers.review_of(engine, "S01", vault=vault, **BY)
        assert seen.text == TALK
        assert seen.speakers == {"I": 2, "ANN ASH": 1}
        assert seen.about == {"source": "S01.txt", "date": "3 May", "participant": "Ann Ash"}
        hidden = speakers.review_of(engine, entries[2].name, vault=vault, **BY)
        assert hidden.about["source"] == "Ann Ash.txt"
        with pytest.raises(Fault) as caught:
            speakers.review_of(engine, "S01", **BY)
        assert caught.value.code == "INT-007"
        with snapshot(engine) as connection:
            assert lines(connection)[-1].action == "vault opened"


def test_sealing_needs_the_key(study, files):
    for key, code in ((None, "INT-007"), ("another key", "STO-031")):
        with pytest.raises(Fault) as caught:
            bring(study, files, key=key)
        assert caught.value.code == code
    with opened(study) as engine, pytest.raises(Fault) as caught:
        take_in(engine, files, terms=Terms(), vault=None, **BY)
    assert caught.value.code == "INT-007"


def test_words_that_left_the_vault_are_told(study, files):
    bring(study, files)
    shutil.rmtree(study / ".consilience" / "vault" / "text")
    with opened(study) as engine, snapshot(engine) as connection:
        (version,) = listed(engine)[0].versions
        with pytest.raises(Fault) as caught:
            words_of(connection, vault_for_reading(study, KEY), version)
    assert caught.value.code == "INT-014"


def test_a_simulated_study_lies_open_and_says_so(tmp_path, files):
    new_study(tmp_path / "made", study_id="made", title="Made up")
    bring(tmp_path / "made", files, key=None)
    with opened(tmp_path / "made") as engine:
        assert all(each.document.simulated for each in listed(engine))


# --- bad input ----------------------------------------------------------------------------


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "in" / "bad.docx"
    path.write_bytes(b"no zip")
    return path


def test_a_bad_file_is_told_and_the_others_go_in(study, files, bad):
    entries = bring(study, [files[0], bad, files[1]], unsealed="public")
    assert [e.outcome for e in entries] == ["entered", "refused", "entered"]
    assert entries[1].notes[0].code == "FMT-202"
    missing = bring(study, [bad.with_name("none.txt")], unsealed="public")
    assert missing[0].notes[0].code == "FMT-001"


def test_all_or_nothing_leaves_nothing(study, files, bad):
    with pytest.raises(Faults) as caught:
        bring(study, [*files, bad], all_or_nothing=True)
    assert [fault.code for fault in caught.value.faults] == ["FMT-202"]
    with opened(study) as engine:
        assert listed(engine) == ()
        with snapshot(engine) as connection:
            assert connection.execute(sql("SELECT count(*) FROM turn")).scalar() == 0
    assert vault_for_reading(study, KEY).names() == []


def test_stopping_half_way_leaves_nothing(study, files):
    def stop(_file, _outcome, number, _total):
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_files(study, files, terms=Terms(), key=lambda: KEY, progress=stop, **BY)
    with opened(study) as engine:
        assert listed(engine) == ()
    assert vault_for_reading(study, KEY).names() == []


class Watched:
    """A vault that notes whether somebody else could write while entries are taken out."""

    def __init__(self, vault, database):
        self._vault, self._database = vault, database
        self.could_write = []

    def __getattr__(self, name):
        return getattr(self._vault, name)

    def remove(self, name):
        with contextlib.closing(sqlite3.connect(self._database, timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
                self.could_write.append(True)
            except sqlite3.OperationalError:
                self.could_write.append(False)
        self._vault.remove(name)


def test_nobody_else_writes_while_a_failed_import_is_taken_back(study, files, bad):
    # Another that waited would seal the same texts, and lose their words to this one.
    with at_work(study) as engine:
        vault = Watched(vault_for_reading(study, KEY), engine.url.database)
        with pytest.raises(Faults):
            take_in(engine, [*files, bad], terms=Terms(all_or_nothing=True), vault=vault, **BY)
    assert set(vault.could_write) == {False}
    assert vault.names() == []


# --- corrections --------------------------------------------------------------------------


def test_a_correction_is_a_version_and_passages_follow(study, files, tmp_path):
    bring(study, files, unsealed="public")
    edited = tmp_path / "edited.txt"
    with opened(study) as engine:
        write_text(engine, "S01", edited, version=None, vault=None, **BY)
        assert edited.read_text() == TALK
        same = correct(engine, "S01", edited, version=None, vault=None, **BY)
        assert same.version is None
        edited.write_text(TALK.replace("I am Ann", "I was not Ann") + "R2: Me too.\n")
        made = correct(engine, "S01", edited, version=None, vault=None, **BY)
        assert (made.version.number, made.version.kind, made.version.parent) == (2, "corrected", 1)
        _, new = text_of_version(engine, "S01", version=None, vault=None, **BY)
        with snapshot(engine) as connection:
            moved = map_between(connection, "s01", 1, 2)
            assert len(turns_of(connection, "s01", 2)) == 4
        start = TALK.index("Ann.")
        assert new[slice(*moved.span(start, start + 3))] == "Ann"


def test_a_sealed_correction_stays_sealed(study, files, tmp_path):
    bring(study, files)
    edited = tmp_path / "edited.txt"
    edited.write_text(TALK.replace("I am Ann", "Mine is Zebedee"))
    with opened(study) as engine:
        vault = vault_for_reading(study, KEY)
        made = correct(engine, "S01", edited, version=1, vault=vault, **BY)
        assert made.version.sealed
        with pytest.raises(Fault):
            correct(engine, "S01", edited, version=1, vault=None, **BY)
        _, words = text_of_version(engine, "S01", version=2, vault=vault, **BY)
        assert "Zebedee" in words
    assert b"Zebedee" not in kept_bytes(study)


LONG = "I: What do you do there?\nR: I ring them on Monday.\nI: And then?\nR: I wait for weeks.\n"


@pytest.fixture
def twice(study, tmp_path):
    """Return how somebody edits S02, which Ann and Ben wrote out before Ann corrected Monday."""
    talk, file = tmp_path / "S02.txt", tmp_path / "edited.txt"
    talk.write_text(LONG)
    bring(study, [talk], unsealed="public")

    def edit(words, *, base=None, actor="ben"):
        file.write_text(words)
        with opened(study) as engine:
            made = correct(engine, "S02", file, version=base, vault=None, at=AT, actor=actor)
            if made.version is None:
                return None
            return text_of_version(engine, "S02", version=None, vault=None, at=AT, actor=actor)[1]

    with opened(study) as engine:
        for actor in ("ann", "ben"):
            write_text(engine, "S02", file, version=None, vault=None, at=AT, actor=actor)
    edit(LONG.replace("Monday", "Tuesday"), actor="ann")
    return edit


def code_of(call):
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


def test_a_file_of_an_older_version_undoes_nothing(twice):
    second = LONG.replace("weeks", "months")
    assert code_of(lambda: twice(second)) == "INT-026"
    assert code_of(lambda: twice(second, actor="ann")) == "INT-026", "a login is shared"
    assert code_of(lambda: twice(LONG)) == "INT-026", "nothing edited: all would be undone"
    both = second.replace("Monday", "Tuesday")
    assert twice(second, base=1) == both
    assert twice(both.replace("And then", "What then")) == both.replace("And then", "What then")


def test_both_changed_the_same_words(twice):
    assert code_of(lambda: twice(LONG.replace("Monday", "Friday"), base=1)) == "INT-027"
    assert code_of(lambda: twice(LONG.replace("Monday", "Friday"))) == "INT-026"
    friday = LONG.replace("Monday", "Friday")
    assert twice(friday, actor="ann") == friday, "Ann goes on with what she made"
    assert twice(LONG, base=3) == LONG, "it was said that this is what is to stand"


def test_another_text_is_no_correction(study, files, tmp_path):
    bring(study, files, unsealed="public")
    other = tmp_path / "other.txt"
    other.write_text("I: Nothing of this kind was said by anybody.\n")
    with opened(study) as engine:
        with pytest.raises(Fault) as caught:
            correct(engine, "S01", other, version=None, vault=None, **BY)
        assert caught.value.code == "INT-006"
        with pytest.raises(Fault) as caught:
            correct(engine, "S09", other, version=None, vault=None, **BY)
        assert caught.value.code == "INT-008"


def test_states_have_reasons_and_need_an_open_version(study, files):
    bring(study, files)
    with opened(study) as engine:
        assert bring_to_state(engine, "S01", "checked", reason=" read twice ", **BY).reason == (
            "read twice"
        )
        for state, reason, code in (
            ("pseudonymised", "done", "INT-011"),
            ("cleared", "done", "INT-011"),
            ("checked", " ", "INT-013"),
        ):
            with pytest.raises(Fault) as caught:
                bring_to_state(engine, "S01", state, reason=reason, **BY)
            assert caught.value.code == code
        bring_to_state(engine, "S01", "transcribed", reason="not yet", **BY)
        assert listed(engine)[0].state.state == "transcribed"


# --- speakers -----------------------------------------------------------------------------


@pytest.fixture
def place(study, files):
    """Return an open text with three turns, and its database."""
    bring(study, files, unsealed="public")
    with opened(study) as engine:
        yield engine, speakers.Place(document="S01", **BY)


def said(engine, **options):
    found = speakers.review_of(engine, "S01", **options, **BY)
    return [(turn.speaker, found.text[turn.start : turn.end]) for turn in found.turns]


def test_speakers_are_renamed_and_merged(place):
    engine, where = place
    assert speakers.counted(engine, where) == {"I": 2, "ANN ASH": 1}
    assert speakers.set_speakers(engine, where, {"ANN ASH": "R1"}) == {"I": 2, "R1": 1}
    assert speakers.set_speakers(engine, where, {"R1": "I"}) == {"I": 3}
    assert speakers.set_speaker_of(engine, where, 2, "R2") == {"I": 2, "R2": 1}
    for call, code in (
        (lambda: speakers.set_speakers(engine, where, {"nobody": "I"}), "INT-009"),
        (lambda: speakers.set_speaker_of(engine, where, 4, "I"), "INT-010"),
    ):
        with pytest.raises(Fault) as caught:
            call()
        assert caught.value.code == code
    with snapshot(engine) as connection:
        assert lines(connection)[-1].action == "speakers corrected"


def test_turns_are_parted_joined_and_moved(place):
    engine, where = place
    at = TALK.index("Ann.")
    speakers.split_turn(engine, where, 2, at, "R2")
    assert said(engine)[1:3] == [("ANN ASH", "ANN ASH: I am "), ("R2", "Ann.")]
    speakers.move_turn(engine, where, 3, at - 3)
    assert said(engine)[1:3] == [("ANN ASH", "ANN ASH: I "), ("R2", "am Ann.")]
    speakers.join_turns(engine, where, 2)
    assert said(engine)[1] == ("ANN ASH", "ANN ASH: I am Ann.")
    assert len(said(engine)) == 3
    for call in (
        lambda: speakers.move_turn(engine, where, 2, len(TALK)),
        lambda: speakers.move_turn(engine, where, 2, 0),
        lambda: speakers.split_turn(engine, where, 1, 0, "R"),
        lambda: speakers.join_turns(engine, where, 3),
    ):
        with pytest.raises(Fault) as caught:
            call()
        assert caught.value.code == "INT-010"
    assert len(said(engine)) == 3


def test_names_given_to_sealed_texts_go_into_the_vault(study, files):
    bring(study, files)
    with opened(study) as engine:
        vault = vault_for_reading(study, KEY)
        where = speakers.Place(document="S01", version=1, **BY)
        assert speakers.set_speakers(engine, where, {"S1": "R1"}) == {"I": 2, "R1": 1}
        with pytest.raises(Fault) as caught:
            speakers.set_speakers(engine, where, {"R1": "Zebedee"})
        assert caught.value.code == "INT-007"
        opened_up = speakers.Place(document="S01", version=1, vault=vault, **BY)
        speakers.set_speakers(engine, opened_up, {"R1": "Zebedee"})
        assert said(engine, vault=vault)[1][0] == "Zebedee"
        with transaction(engine) as connection:
            assert turns_of(connection, "s01", 1)[1].speaker == "S1"
    assert b"Zebedee" not in kept_bytes(study)


def test_whatever_a_file_does_to_a_reader_the_others_go_in(study, files, monkeypatch):
    def reader(data, *, file):
        if file == "S01.txt":
            raise AttributeError("nobody thought of it")
        return read_document(data, file=file)

    monkeypatch.setattr(transcripts, "read_document", reader)
    first, second = bring(study, files, unsealed="public")
    assert (first.outcome, second.outcome) == ("refused", "entered")
    assert [note.code for note in first.notes] == ["FMT-213"]
    assert "AttributeError: nobody thought of it" in first.notes[0].what


def test_a_file_name_that_is_not_utf_8_goes_in_or_is_refused_in_words(study, files):
    odd = [files[0].parent / os.fsdecode(name) for name in (b"Caf\xe9.txt", b"\xff\xfe.xyz")]
    odd[0].write_text(TALK)
    odd[1].write_bytes(b"x")
    absent = files[0].parent / os.fsdecode(b"gone\xe9.txt")
    entered, *refused = bring(study, [*odd, absent], unsealed="public")
    assert (entered.outcome, entered.name, entered.file) == ("entered", "Café", "Café.txt")
    for entry, code in zip(refused, ("FMT-210", "FMT-001"), strict=True):
        assert [note.code for note in entry.notes] == [code]
        assert (entry.file + str(entry.notes[0]) + json.dumps(entry.notes[0].pack())).encode()
