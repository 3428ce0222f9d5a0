"""How interviews stand now, what may be done with them, who is who, and why."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from talk_study import write_study

from consilience.base.errors import Fault, Faults
from consilience.desk.fieldwork import add_contacts, contacts, permissions, talks_now, trace
from consilience.desk.kept import opened
from consilience.desk.run import run
from consilience.desk.studies import open_study
from consilience.interviews.model import Document
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import keep_document, set_state

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEY = "a long enough key"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("talks") / "study")
    run(folder, at=AT, actor="test")
    return folder


@pytest.fixture
def study(ran, tmp_path):
    import shutil

    return shutil.copytree(ran, tmp_path / "study")


def keep(folder, name, state, **values):
    """Keep a text of an interview as if it had been imported and brought to a state."""
    document = Document(id=name.lower(), name=name, interview=name, **values)
    with opened(folder) as engine, transaction(engine) as connection:
        keep_document(
            connection, document, text="R: No.", turns=(), sealed=False, at="2026", actor="test"
        )
        set_state(connection, document.id, state, at="2026", actor="test", reason="by hand")


def move(folder, document, state):
    with opened(folder) as engine, transaction(engine) as connection:
        set_state(connection, document, state, at="2026", actor="test", reason="by hand")


def states(folder):
    return {
        row["interview"]: row["state"]
        for talk in talks_now(folder)
        for row in talk.rows("status", "event_status")
    }


def test_the_board_shows_what_holds_now(study):
    before = states(study)
    assert (before["T1"], before["T2"], before["G1"]) == ("transcribed", "collected", "transcribed")
    move(study, "t1", "checked")
    keep(study, "T2", "cleared")
    move(study, "g1", "cleared")
    now = states(study)
    assert (now["T1"], now["T2"], now["G1"]) == ("checked", "pseudonymised", "checked")
    codes = {fault.code for talk in talks_now(study) for fault in talk.warnings}
    assert "INT-084" in codes


def test_a_run_after_a_text_changed_runs_the_stage(study):
    move(study, "t1", "checked")
    done = run(study, at=AT, actor="test")
    stale = {stage.stage for stage in done.stages if stage.state == "ran"}
    assert stale == {"scoping", "groups"}
    again = run(study, at=AT, actor="test")
    assert {stage.state for stage in again.stages} == {"fresh"}


def test_a_new_answer_leaves_interviews_alone(study):
    path = study / "answers.csv"
    path.write_text(path.read_text().replace("A01,3", "A01,2"))
    done = run(study, at=AT, actor="test")
    assert {stage.stage for stage in done.stages if stage.state == "ran"} == {"survey"}


def test_permissions_are_asked_for_a_purpose(ran):
    talks = talks_now(ran)
    deposit = permissions(talks, material="transcript", purpose="deposit")
    assert {name for name, each in deposit.items() if each.allowed} == {"T1"}
    quote = permissions(talks, material="transcript", purpose="quote")
    assert {name for name, each in quote.items() if each.allowed} == {"T1", "T2"}
    assert quote["G1"].reason == "P9 allowed nothing for the transcript"


def test_findings_that_shaped_nothing_show(ran):
    assert [(link.finding, link.question) for link in trace(ran)] == [("F1", "q1"), ("F2", None)]


def test_a_finding_and_a_unit_are_explained(ran):
    study = open_study(ran)
    finding = study.explain("F1")
    said = {passage.heading: passage.lines for passage in finding.passages}
    assert said["Shaped"] == ("survey, q1: How often are schools told?",)
    assert said["Shown by"] == ("code feedback",)
    assert {p.heading: p.lines for p in study.explain("F2").passages}["Shaped"] == ("no question",)
    unit = study.explain("A01")
    said = {passage.heading: passage.lines for passage in unit.passages}
    assert said["Scoping interviews"][0] == "T1 with 2 on 2017-04-12: transcribed: imported"
    with pytest.raises(Fault, match="STU-005") as caught:
        study.explain("F3")
    assert "'F1'" in caught.value.remedy


def test_contacts_stand_in_the_vault_only(study, tmp_path):
    file = tmp_path / "contacts.csv"
    file.write_text("person,name,telephone\nP1,Ann Lee,01632 960001\nP2,Bo Kay,\n")
    assert add_contacts(study, file, key=KEY, at=AT, actor="lead") == 2
    file.write_text("person,name\nP2,Bo Kaye\n")
    assert add_contacts(study, file, key=KEY, at=AT, actor="lead") == 1
    rows = contacts(study, key=KEY, at=AT, actor="lead")
    assert rows == [
        {"person": "P1", "name": "Ann Lee", "telephone": "01632 960001"},
        {"person": "P2", "name": "Bo Kaye"},
    ]
    with pytest.raises(Fault, match="STO-031"):
        contacts(study, key="another long key", at=AT, actor="lead")
    assert all(b"Ann Lee" not in p.read_bytes() for p in study.rglob("*") if p.is_file())
    with opened(study) as engine, snapshot(engine) as connection:
        noted = [line for line in lines(connection) if line.subject == "vault"]
    assert [line.action for line in noted] == ["contacts added", "contacts added", "contacts read"]
    assert json.loads(noted[0].detail) == {"people": 2}


def test_contacts_need_ids(study, tmp_path):
    file = tmp_path / "contacts.csv"
    file.write_text("name\nAnn Lee\n")
    with pytest.raises(Fault, match="INT-091"):
        add_contacts(study, file, key=KEY, at=AT, actor="lead")
    with pytest.raises(Fault, match="STO-030"):
        contacts(study, key=KEY, at=AT, actor="lead")


def test_a_study_with_a_fault_in_its_tables_keeps_what_it_had(study):
    path = study / "talks/plan.csv"
    path.write_text(path.read_text().replace("video", "zoom"))
    with pytest.raises(Faults, match="INT-062"):
        run(study, at=AT, actor="test")
    path.write_text(path.read_text().replace("zoom", "video"))
    assert {stage.state for stage in run(study, at=AT, actor="test").stages} == {"fresh"}
