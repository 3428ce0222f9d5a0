"""Which files of a stage belong to which interview, and what waits."""

from __future__ import annotations

import pytest
from talk_study import write_study

from consilience.design.read import read_study
from consilience.desk.talk_texts import files_of, notes_of_texts
from consilience.interviews.states import Held, TextStanding

HELD = [
    Held(name=name, state=state, reason="", recording="yes", people=("P1",))
    for name, state in (("T1", "done"), ("T2", "done"), ("T5", "planned"))
]
DONE = {name: TextStanding(document=name, state="checked", reason="") for name in ("T1", "T2")}


@pytest.fixture
def told(tmp_path):
    """Return what is said of files of these names, and of texts that were taken in."""

    def say(*names, texts=DONE, place="talks/texts"):
        folder = write_study(
            tmp_path / "s", ("study.yaml", "transcripts: talks/texts", f"transcripts: {place}")
        )
        (folder / "talks/texts/T1.txt").unlink()
        for name in names:
            (folder / "talks/texts" / name).write_text("R: No.\n")
        stage = read_study(folder).stage("scoping")
        faults = notes_of_texts(stage, folder=folder, held=HELD, texts=texts)
        return {fault.code: fault.what for fault in faults}

    return say


def test_files_that_are_called_like_interviews_need_no_word(told):
    assert told("T1.txt", "T2.docx") == {}


def test_files_of_nothing(told):
    said = told("T1.txt", "T5.txt", "T9.txt")
    assert list(said) == ["INT-087"]
    assert "2 files" in said["INT-087"]
    assert "T5.txt, T9.txt" in said["INT-087"]


def test_two_files_for_one_interview(told):
    said = told("T1.txt", "T1.docx")
    assert list(said) == ["INT-088"]
    assert "T1" in said["INT-088"]


def test_texts_that_wait(told):
    assert "T2" in told("T1.txt", "T2.txt", texts={"T1": DONE["T1"]})["INT-089"]


def test_a_folder_that_is_not_there(told):
    assert list(told(place="talks/nothing")) == ["INT-090"]


def test_other_files_are_left_alone(tmp_path):
    folder = write_study(
        tmp_path, ("study.yaml", "transcripts: talks/texts", "transcripts: talks/*/T*")
    )
    for name in (".hidden", "T1.m4a", "T0.txt"):
        (folder / "talks/texts" / name).write_text("x")
    (folder / "talks/texts/T3.txt").mkdir()
    stage = read_study(folder).stage("scoping")
    assert [path.name for path in files_of(stage, folder)] == ["T0.txt", "T1.txt"]
