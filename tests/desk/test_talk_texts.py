"""Which files of a stage belong to which interview, and what waits."""

from __future__ import annotations

import datetime as dt
import hashlib

import pyarrow as pa
import pytest
from talk_study import write_study

from consilience.base.errors import Fault, Faults
from consilience.design.read import read_study
from consilience.desk.intake import Terms, import_files
from consilience.desk.kept import opened
from consilience.desk.run import run
from consilience.desk.talk_texts import files_of, notes_of_texts
from consilience.interviews.states import Held
from consilience.store.database import snapshot
from consilience.store.ledger import lines
from consilience.store.transcripts import documents

HELD = [
    Held(name=name, state=state, reason="", recording="yes", people=("P1",))
    for name, state in (("T1", "done"), ("T2", "done"), ("T5", "planned"))
]
NO = hashlib.sha256(b"R: No.\n").hexdigest()
DONE = {"T1": NO, "T2": None}


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
        table = pa.table(
            {
                "interview": pa.array(texts, pa.string()),
                "source_sha256": pa.array(texts.values(), pa.string()),
            }
        )
        faults = notes_of_texts(stage, folder=folder, held=HELD, documents=table)
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
    assert "T2" in told("T1.txt", "T2.txt", texts={"T1": NO})["INT-089"]


def test_a_file_that_was_changed(told):
    assert told("T1.txt", texts={"T1": NO}) == {}
    said = told("T1.txt", texts={"T1": "0" * 64})
    assert list(said) == ["INT-093"]
    assert "T1.txt" in said["INT-093"]


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


# --- brought in by a run ----------------------------------------------------------------

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEY = "a long enough key"
REAL = (("study.yaml", "  simulated: true\n", ""),)


def texts_of(folder):
    with opened(folder) as engine, snapshot(engine) as connection:
        return {each.name: each for each in documents(connection)}


def test_a_run_brings_new_texts_in_once(tmp_path):
    folder = write_study(tmp_path / "s")
    run(folder, at=AT, actor="test")
    found = texts_of(folder)
    assert {name: (each.kind, each.case, each.simulated) for name, each in found.items()} == {
        "T1": ("interview", "A01", True), "G1": ("group", "A01", True),
    }  # fmt: skip
    again = run(folder, at=AT, actor="test")
    assert {stage.state for stage in again.stages} == {"fresh"}
    (folder / "talks/texts/T2.txt").write_text("R: Yes.\n")
    later = run(folder, at=AT, actor="test")
    assert {s.stage for s in later.stages if s.state == "ran"} == {"scoping", "groups"}
    assert set(texts_of(folder)) == {"T1", "T2", "G1"}


def test_a_run_from_scratch_gives_the_same_as_step_by_step(tmp_path):
    folder = write_study(tmp_path / "a")
    run(folder, at=AT, actor="test")
    (folder / "talks/texts/T2.txt").write_text("R: Yes.\n")
    (folder / "talks/texts/T9.txt").write_text("R: Who?\n")
    step_by_step = run(folder, at=AT, actor="test")
    other = write_study(tmp_path / "b")
    (other / "talks/texts/T2.txt").write_text("R: Yes.\n")
    (other / "talks/texts/T9.txt").write_text("R: Who?\n")
    scratch = run(other, at=AT, actor="somebody else")
    assert scratch.fingerprint == step_by_step.fingerprint
    assert set(texts_of(other)) == {"T1", "T2", "G1"}, "T9 is no interview that was held"
    assert [s.warnings for s in scratch.stages] != []
    codes = [[fault.code for fault in stage.warnings] for stage in scratch.stages]
    assert codes == [[fault.code for fault in stage.warnings] for stage in step_by_step.stages]
    assert ["INT-087"] in codes


def test_texts_that_may_name_people_wait_for_the_key(tmp_path):
    folder = write_study(tmp_path / "s", *REAL)
    waiting = run(folder, at=AT, actor="test", until="groups")
    assert set(texts_of(folder)) == {"G1"}, "these notes need no pseudonyms, the stage says"
    told = [fault.code for stage in waiting.stages for fault in stage.warnings]
    assert told == ["INT-089"]
    run(folder, at=AT, actor="test", until="groups", key=KEY)
    assert set(texts_of(folder)) == {"G1", "T1"}
    kept = [path for path in (folder / ".consilience").rglob("*") if path.is_file()]
    assert all(b"Nothing." not in path.read_bytes() for path in kept)


def taken(folder, *names, **terms):
    files = [folder / "talks/texts" / f"{name}.txt" for name in names]
    given = {"terms": Terms(**terms), "key": lambda: None, "at": AT, "actor": "lea"}
    return import_files(folder, files, **given)


def with_plan(folder, old, new):
    plan = folder / "talks/plan.csv"
    assert old in plan.read_text()
    plan.write_text(plan.read_text().replace(old, new))
    run(folder, at=AT, actor="test")


def test_an_import_gives_a_text_the_case_of_its_interview_and_a_run_follows_the_plan(tmp_path):
    folder = write_study(tmp_path / "s")
    taken(folder, "T1")
    assert texts_of(folder)["T1"].case is None, "the frame was never read"
    run(folder, at=AT, actor="test")
    assert texts_of(folder)["T1"].case == "A01"
    (folder / "talks/texts/T2.txt").write_text("R: T2.\n")
    taken(folder, "T2", case="A03")
    assert texts_of(folder)["T2"].case == "A02", "the plan says so"
    with_plan(folder, "T2,A02", "T2,A01")
    assert texts_of(folder)["T2"].case == "A01"
    with_plan(folder, "T2,A01", "T2,")
    assert texts_of(folder)["T2"].case is None
    with_plan(folder, "T3,A03", "T3,")
    (folder / "talks/texts/T3.txt").write_text("R: T3.\n")
    taken(folder, "T3", case="A02")
    with_plan(folder, "T1,A01", "T1,A03")
    assert {name: each.case for name, each in texts_of(folder).items()} == {
        "T1": "A03", "T2": None, "T3": "A02", "G1": "A01",
    }  # fmt: skip
    with opened(folder) as engine, snapshot(engine) as connection:
        noted = [each for each in lines(connection) if each.action == "case of its interview"]
    run(folder, at=AT, actor="test")
    with opened(folder) as engine, snapshot(engine) as connection:
        again = [each for each in lines(connection) if each.action == "case of its interview"]
    assert noted == again, "a run that changes nothing notes nothing"


def test_texts_of_withdrawn_interviews_are_not_taken_in(tmp_path):
    folder = write_study(
        tmp_path / "s", ("talks/plan.csv", "T2,A02,20/04/2017,telephone,,MB,40,lead@1.1,done,,yes",
                         "T2,A02,20/04/2017,telephone,,MB,40,lead@1.1,withdrawn,asked,yes"),
    )  # fmt: skip
    for name in ("T2", "T6"):
        (folder / f"talks/texts/{name}.txt").write_text(f"R: {name}.\n")
    run(folder, at=AT, actor="test", until="areas")
    told = {entry.file: [note.code for note in entry.notes] for entry in taken(folder, "T2", "T6")}
    assert told == {"T2.txt": ["INT-022"], "T6.txt": ["INT-022"]}, "P7 of T6 took consent back"
    done = run(folder, at=AT, actor="test")
    assert "T2" not in texts_of(folder)
    assert "INT-085" in [fault.code for stage in done.stages for fault in stage.warnings]


def test_a_text_that_cannot_be_read_stops_the_run_and_brings_nothing(tmp_path):
    folder = write_study(tmp_path / "s")
    (folder / "talks/texts/T2.txt").write_text("")
    with pytest.raises((Fault, Faults)):
        run(folder, at=AT, actor="test")
    assert texts_of(folder) == {}
