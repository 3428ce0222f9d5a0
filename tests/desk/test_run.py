"""A run does what is stale and nothing else; a fault leaves the study as it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import resource
import shutil
import signal
import subprocess
import sys

import pytest

from consilience.base.errors import Fault, Faults
from consilience.desk.freshness import STEPS
from consilience.desk.run import run
from consilience.desk.studies import OpenStudy, new_study, open_study
from consilience.store.files import hold

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def again(folder):
    """Run and return which stages ran."""
    done = run(folder, at=AT, actor="test")
    return {stage.stage for stage in done.stages if stage.state == "ran"}, done


def content(folder):
    """Return the hash of everything a study keeps but the database, whose pages may move."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "study.db" not in path.name and path.name != "holder.json"
    }


def change(path, old, new):
    """Change text in a file that has it."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def intake_of(folder):
    """Return the first survey stage of a study and the path of its export."""
    stage = next(s for s in open_study(folder).study.stages if s.kind == "survey")
    return stage, folder / stage.intake.file


def test_the_second_run_does_nothing(study):
    before = content(study)
    ran, done = again(study)
    assert ran == set()
    assert not done.written
    assert content(study) == before


def test_two_studies_from_the_same_files_have_the_same_bytes(starting, tmp_path):
    other = tmp_path / "elsewhere" / "other-name"
    new_study(other, study_id="starting", title="A starting study")
    run(other, at=dt.datetime(2027, 5, 5, tzinfo=dt.UTC), actor="somebody else")
    assert content(other) == content(starting)


def test_a_changed_answer_runs_what_depends_on_it(study):
    stage, path = intake_of(study)
    other = [s.id for s in open_study(study).study.stages if s.kind in ("frame", "survey")]
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[-1].split(",")
    cells[-1] = "1" if cells[-1] != "1" else "2"
    path.write_text("\n".join([*lines[:-1], ",".join(cells)]) + "\n", encoding="utf-8")
    ran, done = again(study)
    assert stage.id in ran
    assert not ran & (set(other) - {stage.id})
    assert any(STEPS[s.kind].kind == "link" for s in done.stages if s.stage in ran)
    assert done.written


def test_a_changed_title_runs_no_stage_but_shows(study):
    change(study / "study.yaml", "A starting study", "Another title")
    ran, done = again(study)
    assert ran == set()
    assert done.written
    assert "Another title" in (study / "out/report.html").read_text(encoding="utf-8")


def test_a_lost_snapshot_is_made_again(study):
    before = content(study)
    for path in (study / ".consilience/tables").glob("*.parquet"):
        path.unlink()
    again(study)
    assert content(study) == before


def test_a_damaged_report_is_written_again(study):
    before = content(study)
    (study / "out/report.html").write_text("spoilt")
    _, done = again(study)
    assert done.written
    assert content(study) == before


def test_until_stops_before_the_report(tmp_path):
    folder = tmp_path / "study"
    new_study(folder, study_id="starting", title="A starting study")
    first = open_study(folder).study.stages[0].id
    done = run(folder, at=AT, actor="test", until=first)
    assert [stage.stage for stage in done.stages] == [first]
    assert not (folder / "out").exists()
    with pytest.raises(Fault) as caught:
        run(folder, at=AT, actor="test", until="nowhere")
    assert caught.value.code == "STU-003"
    assert first in caught.value.remedy


def test_the_second_of_two_runs_is_told_who_holds(study):
    with hold(study / ".consilience", activity="consilience run"), pytest.raises(Fault) as caught:
        run(study, at=AT, actor="test")
    assert caught.value.code == "STO-001"
    assert str(study) in caught.value.what


SPOIL = {
    "empty": lambda path: path.write_bytes(b""),
    "wrong encoding": lambda path: path.write_bytes(path.read_bytes() + b"\n\xff\xfe\x00bad"),
    "wrong delimiter": lambda path: path.write_text(path.read_text().replace(",", "~")),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "binary": lambda path: path.write_bytes(bytes(range(256)) * 20),
    "gone": lambda path: path.unlink(),
    "a directory": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("spoil", SPOIL.values(), ids=SPOIL)
def test_bad_input_is_told_and_leaves_the_study_as_it_was(study, spoil):
    _, path = intake_of(study)
    out = content(study / "out")
    kept = content(study / ".consilience")
    spoil(path)
    with pytest.raises((Fault, Faults)) as caught:
        run(study, at=AT, actor="test")
    faults = caught.value.faults if isinstance(caught.value, Faults) else [caught.value]
    assert all("<" not in fault.what + fault.remedy for fault in faults)
    assert any(path.name in str(fault) for fault in faults)
    assert content(study / "out") == out
    assert content(study / ".consilience") == kept


@pytest.mark.parametrize("most", [3_000, 20_000, 60_000])
def test_a_full_disk_is_told_and_the_next_run_goes_on(starting, tmp_path, most):
    """A limit on the size of files stands in for the disk: the system refuses the same writes."""
    folder = tmp_path / "study"
    new_study(folder, study_id="starting", title="A starting study")

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    command = [sys.executable, "-m", "consilience", "run", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.returncode == 1, done.stderr
    assert "STO-002" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(folder.rglob("*.part"))
    run(folder, at=AT, actor="test")
    assert content(folder) == content(starting)


def test_a_wrong_study_file_runs_nothing(study):
    before = content(study / ".consilience")
    change(study / "study.yaml", "stages:", "stagess:")
    with pytest.raises(Faults):
        run(study, at=AT, actor="test")
    assert content(study / ".consilience") == before


def test_a_folder_without_a_study_is_told(tmp_path):
    with pytest.raises(Fault) as caught:
        open_study(tmp_path)
    assert caught.value.code == "STU-002"


def test_a_new_study_overwrites_nothing(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Fault) as caught:
        new_study(tmp_path, study_id="x", title="X")
    assert caught.value.code == "STU-001"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("frame", ["arrow", "pandas", "polars"])
def test_tables_come_in_the_form_asked_for(study, frame):
    opened = open_study(study, frame=frame)
    stage = next(s for s in opened.study.stages if s.kind == "frame")
    table = opened.table(stage.id, "frame")
    assert type(table).__module__.split(".")[0] == {"arrow": "pyarrow"}.get(frame, frame)
    assert len(table) > 5


def test_a_table_that_is_not_there_is_told(study):
    opened = open_study(study)
    for stage, name in (("nowhere", "frame"), (opened.study.stages[0].id, "nothing")):
        with pytest.raises(Fault) as caught:
            opened.table(stage, name)
        assert caught.value.code == "STU-004"
    with pytest.raises(Fault) as caught:
        open_study(study, frame="excel")  # type: ignore[arg-type]
    assert caught.value.code == "STU-007"


def test_a_missing_library_is_told(study):
    opened = OpenStudy(folder=study, study=open_study(study).study, frame="nolibrary")
    stage = opened.study.stages[0].id
    with pytest.raises(Fault) as caught:
        opened.table(stage, "frame")
    assert caught.value.code == "STU-008"


def test_results_before_the_first_run_are_told(tmp_path):
    new_study(tmp_path / "study", study_id="starting", title="A starting study")
    with pytest.raises(Fault) as caught:
        open_study(tmp_path / "study").tables()
    assert caught.value.code == "STU-006"


def test_standing_says_what_changed(study):
    assert {s.standing for s in open_study(study).standing()} == {"up to date"}
    stage, path = intake_of(study)
    path.write_text(path.read_text() + "\n")
    standing = {s.stage: s for s in open_study(study).standing()}
    assert standing[stage.id].standing == "stale"
    assert standing[stage.id].changed == (stage.intake.file,)
    shutil.rmtree(study / ".consilience")
    assert {s.standing for s in open_study(study).standing()} == {"not run yet"}
