"""Transcripts that come in by a page: file by file, as the command takes them."""

from __future__ import annotations

import datetime as dt
import json
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))  # the tests are no package
sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))

from made_intake import TALK, write_transcripts
from talk_study import write_study

from consilience.base.errors import Fault, Faults
from consilience.desk.bring_transcripts import (
    bring_in,
    clear_room,
    clear_rooms,
    make_room,
    open_because,
    planned_talks,
)
from consilience.desk.intake import Terms, import_files
from consilience.desk.kept import at_work
from consilience.desk.lying_open import STUDY_SIMULATED
from consilience.desk.run import run
from consilience.desk.studies import new_study
from consilience.desk.talk_board import boards_of
from consilience.desk.transcripts import listed
from consilience.store.database import snapshot
from consilience.store.ledger import lines
from consilience.store.vault import make_vault

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
BY = {"at": AT, "actor": "person-7"}


@pytest.fixture
def study(tmp_path):
    """Return a study that is not simulated, so that texts are sealed."""
    folder = tmp_path / "study"
    new_study(folder, study_id="study", title="A study")
    design = folder / "study.yaml"
    design.write_text(design.read_text().replace("simulated: true", "simulated: false"))
    return folder


@pytest.fixture
def files(tmp_path):
    return list(write_transcripts(tmp_path / "in").values())


def bring(folder, files, *, vault=None, **terms):
    with at_work(folder) as engine:
        return bring_in(engine, folder, files, terms=Terms(**terms), vault=vault, **BY)


def told(folder):
    with at_work(folder) as engine, snapshot(engine) as connection:
        return [line for line in lines(connection) if line.action == "transcripts imported"]


def test_each_file_comes_in_or_is_refused_for_itself(study, files):
    brought = bring(study, files, unsealed="public")
    assert [(each.entry.outcome, each.state, each.turns, each.speakers) for each in brought] == [
        ("entered", "transcribed", 5, ("I", "ANN ASH")),
        ("entered", "transcribed", 4, ("I", "R1")),
        ("entered", "transcribed", 2, ("Interviewer", "R1")),
        ("refused", "", 0, ()),
        ("refused", "", 0, ()),
    ]
    assert [each.document for each in brought] == ["s01", "s02", "s03", "", ""]
    assert [(line.actor, line.subject) for line in told(study)] == [("person-7", "1 text")] * 3
    assert json.loads(told(study)[0].detail)["unsealed"] == "public"


def test_the_same_files_again_change_nothing(study, files):
    bring(study, files, unsealed="public")
    before = told(study)
    again = bring(study, [files[0], files[0]], unsealed="public")
    assert [(each.entry.outcome, each.state, each.turns) for each in again] == [
        ("there", "transcribed", 5)
    ] * 2
    assert told(study) == before


def test_of_a_sealed_text_no_name_is_told(study, files):
    vault = make_vault(study / ".consilience", "four random words", cost=4)
    named = files[0].with_name("Ann Ash.txt")
    named.write_text(TALK, encoding="utf-8")
    (brought,) = bring(study, [named], vault=vault)
    assert brought.speakers == ("I", "S1")
    assert brought.entry.name.startswith("text-")
    assert [note.code for note in brought.entry.notes] == ["INT-012"]


def test_nothing_comes_in_while_the_vault_is_shut(study, files):
    with pytest.raises(Fault) as caught:
        bring(study, files)
    assert caught.value.code == "INT-007"
    with at_work(study) as engine:
        assert listed(engine) == ()


def test_texts_count_for_the_interviews_of_stages_as_with_the_command(tmp_path):
    sources = [tmp_path / f"{name}.txt" for name in ("T4", "T5")]
    for source in sources:
        source.write_text(f"I: Who?\n\nR1: {source.stem}.\n", encoding="utf-8")
    one, other = (write_study(tmp_path / name) for name in ("one", "other"))
    for folder in (one, other):
        run(folder, at=AT, actor="test")
    brought = bring(one, sources, case="A01")
    assert [each.entry.outcome for each in brought] == ["entered", "entered"]
    import_files(other, sources, terms=Terms(case="A01"), key=lambda: None, **BY)
    kept = []
    for folder in (one, other):
        with at_work(folder) as engine:
            kept.append([(d.document, d.state) for d in listed(engine) if d.document.name != "G1"])
    assert kept[0] == kept[1]
    assert [document.interview for document, _ in kept[0]] == ["T1", "T4", "T5"]
    boards = [
        [replace(each, warnings=tuple(map(str, each.warnings))) for each in boards_of(folder)]
        for folder in (one, other)
    ]
    assert boards[0] == boards[1]
    assert "transcribed" in boards[0][0].states


def test_what_the_study_file_says_of_its_texts_is_told(study, tmp_path):
    assert open_because(study) is None
    talks = write_study(tmp_path / "talks")
    assert open_because(talks) == STUDY_SIMULATED
    assert planned_talks(talks) == (), "it was never run"
    run(talks, at=AT, actor="test")
    assert planned_talks(talks)[:2] == ("T1", "T2")
    (study / "study.yaml").write_text("consilience: 1\n", encoding="utf-8")
    with pytest.raises(Faults):
        open_because(study)


def test_files_on_their_way_in_lie_in_the_study_for_this_account_only(study):
    room = make_room(study)
    assert room.is_relative_to(study / ".consilience")
    assert stat.S_IMODE(room.stat().st_mode) == 0o700
    (room / "1").mkdir()
    (room / "1" / "Ann Ash.txt").write_text("words", encoding="utf-8")
    clear_room(room)
    assert not room.exists()
    left = make_room(study)
    clear_rooms(study)
    assert not left.exists()
    clear_rooms(study)
