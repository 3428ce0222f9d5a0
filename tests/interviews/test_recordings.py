"""Recordings by their hash: entered once, found again, missed when they are gone."""

import datetime as dt

import pytest
from talk_study import write_study

from consilience.base.errors import Fault
from consilience.desk import recordings as desk
from consilience.desk.studies import new_study

AT = dt.datetime(2017, 5, 2, 9, tzinfo=dt.UTC)


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    new_study(folder, study_id="study", title="A study")
    return folder


@pytest.fixture
def tapes(tmp_path):
    folder = tmp_path / "tapes"
    (folder / "more").mkdir(parents=True)
    (folder / "s01.wav").write_bytes(b"RIFF one")
    (folder / "more" / "s02.M4A").write_bytes(b"ftyp two")
    (folder / "notes.txt").write_text("not a recording")
    return folder


def test_a_folder_is_entered_once(study, tapes):
    done = desk.enter(study, [tapes], interview=None, at=AT, actor="a")
    assert sorted(each.name for each in done.new) == ["s01.wav", "s02.M4A"]
    assert done.notes == ()
    assert desk.enter(study, [tapes], interview=None, at=AT, actor="a") == desk.Entered(
        new=(), notes=()
    )
    assert [each.size for each in desk.inventory(study)] == [8, 8]


def test_one_that_is_no_recording_lets_none_in(study, tapes):
    with pytest.raises(Fault) as caught:
        desk.enter(study, [tapes / "s01.wav", tapes / "notes.txt"], interview=None, at=AT, actor="")
    assert caught.value.code == "INT-105"
    desk.enter(study, [tapes / "s01.wav"], interview="s01", at=AT, actor="a")
    assert [each.interview for each in desk.inventory(study)] == ["s01"]


def test_what_became_of_the_files_is_seen(study, tapes):
    desk.enter(study, [tapes], interview=None, at=AT, actor="a")
    (tapes / "s01.wav").write_bytes(b"RIFF cut")
    (tapes / "more" / "s02.M4A").rename(tapes / "renamed.m4a")
    states = {each.name: state for each, state in desk.check(study, tapes)}
    assert states == {"s01.wav": "changed", "s02.M4A": "as it was"}
    (tapes / "renamed.m4a").unlink()
    (tapes / "s01.wav").unlink()
    states = {each.name: state for each, state in desk.check(study, tapes)}
    assert states == {"s01.wav": "missing", "s02.M4A": "missing"}


def test_a_recording_is_assigned_by_name_or_hash(study, tapes):
    tape = desk.enter(study, [tapes / "s01.wav"], interview=None, at=AT, actor="a").new[0]
    desk.assign(study, "s01.wav", transcriber="t1", interview=None, at=AT, actor="a")
    desk.assign(study, tape.sha256[:8], transcriber=None, interview="s01", at=AT, actor="a")
    kept = desk.inventory(study)[0]
    assert (kept.transcriber, kept.interview) == ("t1", "s01")


def test_a_name_that_two_share_is_asked_back(study, tapes):
    (tapes / "more" / "s01.wav").write_bytes(b"RIFF another")
    desk.enter(study, [tapes], interview=None, at=AT, actor="a")
    for named in ("s01.wav", "s09.wav", ""):
        with pytest.raises(Fault) as caught:
            desk.assign(study, named, transcriber="t1", interview=None, at=AT, actor="a")
        assert caught.value.code == "INT-106"


def test_a_copy_under_another_name_is_told(study, tapes):
    (tapes / "s03.wav").write_bytes(b"RIFF one")
    done = desk.enter(
        study, [tapes / "s01.wav", tapes / "s03.wav"], interview=None, at=AT, actor=""
    )
    assert [each.name for each in done.new] == ["s01.wav"]
    assert [each.code for each in done.notes] == ["INT-108"]
    assert done.notes[0].values == {"file": "s03.wav", "name": "s01.wav"}


def test_a_name_of_a_person_stays_out_of_the_inventory(study, tapes):
    (tapes / "s01.wav").rename(tapes / "Debbie Marsh.WAV")
    design = study / "study.yaml"
    design.write_text(design.read_text().replace("simulated: true", "simulated: false"))
    done = desk.enter(study, [tapes], interview=None, at=AT, actor="a")
    assert sorted(each.name for each in done.new) == ["recording-92afe841.wav", "s02.M4A"]
    assert [each.code for each in done.notes] == ["INT-109"]
    kept = [path.read_bytes() for path in (study / ".consilience").rglob("*") if path.is_file()]
    assert not any(b"Marsh" in each for each in kept)
    assert {state for _, state in desk.check(study, tapes)} == {"as it was"}
    again = desk.enter(study, [tapes], interview=None, at=AT, actor="a")
    assert again == desk.Entered(new=(), notes=())


def test_an_interview_that_is_not_in_the_plan_is_refused(tapes, tmp_path):
    folder = write_study(tmp_path / "talks")
    with pytest.raises(Fault, match="INT-068"):
        desk.enter(folder, [tapes], interview="NOPE", at=AT, actor="a")
    desk.enter(folder, [tapes], interview="T1", at=AT, actor="a")
    assert {each.interview for each in desk.inventory(folder)} == {"T1"}
    with pytest.raises(Fault, match="INT-068"):
        desk.assign(folder, "s01.wav", transcriber=None, interview="NOPE", at=AT, actor="a")
    desk.assign(folder, "s01.wav", transcriber=None, interview="T2", at=AT, actor="a")


def test_a_glossary_is_lines(tmp_path):
    (tmp_path / "terms.txt").write_text("\ufeffStirling\n\n Front door \n", encoding="utf-8")
    assert desk.terms_of(tmp_path / "terms.txt") == ("Stirling", "Front door")
    (tmp_path / "terms.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(Fault) as caught:
        desk.terms_of(tmp_path / "terms.txt")
    assert caught.value.code == "INT-107"
