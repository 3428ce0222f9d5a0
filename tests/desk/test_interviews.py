"""Interviews and groups read from files: what is made of them, and every fault at its row."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from talk_study import write_study

from consilience.base.errors import Faults
from consilience.design.read import read_study
from consilience.desk.interviews import GROUPS, INTERVIEWS
from consilience.desk.live_texts import DOCUMENT, DOCUMENT_STATE
from consilience.desk.steps import Task
from consilience.frame.load import load_frame

LIVE = {"document": DOCUMENT.empty_table(), "document_state": DOCUMENT_STATE.empty_table()}
STEPS = {"scoping": INTERVIEWS, "groups": GROUPS}


@pytest.fixture
def made(tmp_path):
    """Return what a stage makes of the study of talks after changes `(file, old, new)`."""

    def make(*changes, stage="scoping", live=None):
        folder = write_study(tmp_path / "study", *changes)
        study = read_study(folder)
        frame, _ = load_frame(study.stage("areas"), folder=folder, areas=None, simulated=True)
        task = Task(
            study=study,
            stage=study.stage(stage),
            folder=folder,
            table=lambda *_: frame.stamped(),
            live=(live or LIVE).__getitem__,
        )
        return STEPS[stage].run(task)

    return make


def column(made, table, name):
    return made.tables[table][name].to_pylist()


def test_a_sound_study(made):
    done = made()
    assert {fault.code for fault in done.warnings} == {"INT-089"}
    assert column(done, "status", "state") == [
        "collected", "collected", "not recorded", "declined", "planned", "withdrawn",
    ]  # fmt: skip
    assert column(done, "status", "deposit") == [True, False, False, None, None, False]
    assert column(done, "interview", "date")[1] == dt.date(2017, 4, 20)
    assert column(done, "interview", "version")[:3] == ["1.0", "1.1", "1"]
    assert column(done, "topic_coverage", "covered") == ["yes", "partly", "no", "yes", None]
    assert column(done, "participant", "interview").count("T1") == 2
    assert column(done, "approval", "reference") == ["E1"]
    assert column(done, "approach", "outcome") == ["sent", "agreed", "declined"]


def test_no_text_of_a_table_names_anybody_who_is_not_an_id(made):
    people = made().tables["participant"]["person"].to_pylist()
    assert all(re.fullmatch(r"P\d", each) for each in people)


def test_a_sound_group(made):
    done = made(stage="groups")
    assert column(done, "event", "state") == ["done", "cancelled"]
    assert column(done, "event_status", "state") == ["not recorded", "cancelled"]
    assert column(done, "fed", "response") == ["agreed", "disputed"]
    assert column(done, "change", "after") == ["Training is uneven."]
    assert column(done, "attendance", "represents") == ["Education"]


PLAN, PEOPLE = "talks/plan.csv", "talks/people.csv"
CONSENTS, TOPICS = "talks/consents.csv", "talks/topics.csv"

# Code; file; old and new; row of the fault; text of it; stage.
FAULTS = [
    ("INT-060", PLAN, ",guide,", ",guid,", 1, "has no column 'guide'", "scoping"),
    ("INT-060", CONSENTS, ",deposit,", ",give,", 1, "table of consents", "scoping"),
    ("INT-061", PLAN, "T2,A02,20/04", "T1,A02,20/04", 3, "'T1' stands in row 2", "scoping"),
    ("INT-061", PEOPLE, "T1,P2,worker", "T1,P1,worker", 3, "P1 in T1", "scoping"),
    ("INT-061", CONSENTS, "P3,transcript", "P3,all", 5, "P3, all, 2017-04-20", "scoping"),
    ("INT-061", TOPICS, "T2,trained", "T2,told", 4, "told in T2", "scoping"),
    ("INT-062", PLAN, "video", "zoom", 4, "'zoom' in column 'mode'", "scoping"),
    ("INT-062", CONSENTS, "P4,all,yes", "P4,all,maybe", 6, "'maybe'", "scoping"),
    ("INT-063", PLAN, "20/04/2017", "04/20/2017", 3, "'04/20/2017' in column 'date'", "scoping"),
    ("INT-064", PEOPLE, "T2,P3,lead", "T2,,lead", 4, "column 'person'", "scoping"),
    ("INT-064", CONSENTS, "P4,all", "P4,", 6, "column 'material'", "scoping"),
    ("INT-065", PLAN, "MB,40", "MB,40 min", 3, "'40 min'", "scoping"),
    ("INT-066", PLAN, "T2,A02", "T2,A09", 3, "'A09' is no unit", "scoping"),
    ("INT-068", PEOPLE, "T2,P3", "T22,P3", 4, "interview 'T22'", "scoping"),
    ("INT-068", TOPICS, "T1,told", "T11,told", 2, "interview 'T11'", "scoping"),
    ("INT-069", PEOPLE, "T2,P3,", "T2,Ann Lee 3,", 4, "column 'person'", "scoping"),
    ("INT-069", PEOPLE, "T2,P3,", "T2,Ann,", 4, "could be a name", "scoping"),
    ("INT-070", PLAN, "lead@1.0", "lead@2", 2, "'lead@2'", "scoping"),
    ("INT-071", PLAN, "lead@1.0", "lead", 2, "several versions", "scoping"),
    ("INT-072", PEOPLE, "P3,lead", "P3,leader", 4, "'leader'", "scoping"),
    ("INT-075", PLAN, "declined,no time", "declined,", 5, "'T4' is declined", "scoping"),
    ("INT-079", PLAN, "T3,A03,2017-05-02", "T3,A03,", 4, "'T3' is done", "scoping"),
    ("INT-080", CONSENTS, "2017-08-01", "2017-05-01", 7, "taken back on 2017-05-01", "scoping"),
    ("INT-083", TOPICS, "T1,told", "T1,trained", 2, "no topic of the guide of 'T1'", "scoping"),
    ("INT-086", "groups/fed.csv", "G1,F2", "G1,F3", 3, "'F3' is no finding", "groups"),
    ("INT-064", "groups/changes.csv", "Ash trains every school", "", 2, "'reason'", "groups"),
    ("INT-068", "groups/people.csv", "G1,P9", "G3,P9", 2, "event 'G3'", "groups"),
    ("INT-061", "groups/events.csv", "G2,Feedback", "G1,Feedback", 3, "event 'G1'", "groups"),
    ("INT-075", "groups/events.csv", "nobody came", "", 3, "'G2' is cancelled", "groups"),
]  # fmt: skip


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case[0]}-{case[3][:10]}")
def test_every_fault_is_told_with_its_row(made, case):
    code, file, old, new, row, said, stage = case
    with pytest.raises(Faults) as caught:
        made((file, old, new), stage=stage)
    found = {fault.code: fault for fault in caught.value.faults}
    assert code in found, [str(fault) for fault in caught.value.faults]
    fault = found[code]
    assert (fault.where.file, fault.where.row) == (file, row)
    assert said in fault.what
    assert "<" not in fault.remedy


def test_a_name_is_not_repeated_in_the_complaint(made):
    with pytest.raises(Faults) as caught:
        made((PEOPLE, "T2,P3,", "T2,Ann Lee,"))
    assert all("Ann" not in str(fault) + fault.remedy for fault in caught.value.faults)


def test_many_faults_are_told_at_once(made):
    with pytest.raises(Faults) as caught:
        made((PLAN, "video", "zoom"), (PEOPLE, "T2,P3", "T22,P3"), (TOPICS, "partly", "half"))
    told = {(fault.where.file, fault.code) for fault in caught.value.faults}
    assert told >= {(PLAN, "INT-062"), (PEOPLE, "INT-068"), (TOPICS, "INT-062")}


# Code; file; old and new; text of it; row, or None.
WARNINGS = [
    ("INT-073", PLAN, "61,worker", "61,lead@1.1", "T6", None),
    ("INT-074", PLAN, "2017-04-12", "2017-03-31", "'T1' is dated 2017-03-31", 2),
    ("INT-076", PEOPLE, "T2,P3,lead,\n", "", "T2", None),
    ("INT-077", PEOPLE, "T2,P3,lead,\n", "T2,P8,lead,\n", "P3", None),
    ("INT-078", PLAN, "2017-04-12", "2017-02-01", "no approval covers that day", 2),
    ("INT-081", CONSENTS, "P4,all,yes", "P4,all,no", "P4 in T3", None),
    ("INT-082", CONSENTS, "P2,all,yes,yes", "P2,all,yes,no", "P2 in T1", None),
]  # fmt: skip


@pytest.mark.parametrize("case", WARNINGS, ids=lambda case: case[0])
def test_what_should_be_looked_at(made, case):
    code, file, old, new, said, row = case
    (fault,) = [each for each in made((file, old, new)).warnings if each.code == code]
    assert said in fault.what
    assert fault.where.row == row


def test_consent_of_a_later_day_is_none(made):
    done = made((CONSENTS, "P4,all,yes,no,,,,2017-05-02", "P4,all,yes,no,,,,2017-05-03"))
    assert "INT-081" in {fault.code for fault in done.warnings}


def test_a_case_that_was_not_chosen(tmp_path):
    import pyarrow as pa

    from consilience.interviews.plan import cases_of

    folder = write_study(tmp_path / "chosen")
    study = read_study(folder)
    stage = study.stage("scoping")
    frame, _ = load_frame(study.stage("areas"), folder=folder, areas=None, simulated=True)
    cases = cases_of(frame, pa.table({"unit": ["A01", "A02"]}), stage=stage)
    assert cases.chosen == {"A01", "A02"}
    told = []
    from consilience.interviews.plan import read_plan

    read_plan(stage, folder=folder, cases=cases, guides=study.guides, told=told)
    assert [fault.code for fault in told] == ["INT-067", "INT-067"]
    assert "speaks of 'A03'" in told[0].what


def test_without_the_tables_there_is_nothing_yet(made):
    gone = [("study.yaml", f"talks/{name}.csv", f"talks/no-{name}.csv") for name in
            ("plan", "people", "approaches", "consents", "topics")]  # fmt: skip
    done = made(*gone, ("study.yaml", "    transcripts: talks/texts\n", ""))
    assert {name: table.num_rows for name, table in done.tables.items()} == {
        "interview": 0, "participant": 0, "approach": 0, "consent": 0, "approval": 1,
        "topic_coverage": 0, "status": 0,
    }  # fmt: skip
    assert done.warnings == ()
