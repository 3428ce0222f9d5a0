"""Who was invited."""

from __future__ import annotations

import pyarrow as pa
import pytest

from consilience.surveys.model import INVITATION
from consilience.surveys.windows import invitations


@pytest.fixture
def frame(make_frame):
    return make_frame(["E1", "E2", "E3"], dfe_code=["801", "802", "803"])


@pytest.fixture
def log(tmp_path):
    def write(text):
        (tmp_path / "contacts.csv").write_text(text)
        return tmp_path

    return write


def test_everyone_in_the_frame_with_what_fieldwork_noted(frame, make_survey, log):
    folder = log("unit,disposition,reason\n802,Refused,no time\nE3,no-reply,\n")
    stage = make_survey(
        contacts="contacts.csv", not_eligible=[{"id": "E1", "reason": "no such post"}]
    )
    table = invitations(stage, frame=frame, within=None, folder=folder)
    assert table.schema == INVITATION
    assert table.to_pylist() == [
        {"survey": "education", "unit": "E1", "noted": "ineligible", "reason": "no such post"},
        {"survey": "education", "unit": "E2", "noted": "refused", "reason": "no time"},
        {"survey": "education", "unit": "E3", "noted": "no-reply", "reason": None},
    ]


def test_only_the_chosen_or_who_lies_in_a_chosen_area(frame, make_frame, make_survey, tmp_path):
    chosen = pa.table({"unit": ["E3", "E1"]})
    areas = invitations(make_survey(), frame=frame, within=chosen, folder=tmp_path)
    assert areas["unit"].to_pylist() == ["E1", "E3"]
    schools = make_frame(["100", "101", "102"], of="schools", area=["E2", "E1", None])
    inside = invitations(make_survey(), frame=schools, within=chosen, folder=tmp_path)
    assert inside["unit"].to_pylist() == ["101"]


def test_faults_of_the_log(frame, make_survey, log, codes_of, tmp_path):
    folder = log(
        "unit,disposition,reason\n809,refused,\n801,gone,\n802,refused,\n802,no-reply,\n,refused,\n"
    )
    stage = make_survey(contacts="contacts.csv", not_eligible=[{"id": "E9", "reason": "why"}])
    faults = codes_of(invitations, stage, frame=frame, within=None, folder=folder)
    assert [(fault.code, fault.where.row) for fault in faults] == [
        ("SUR-021", None),
        ("SUR-021", 2),
        ("SUR-022", 3),
        ("SUR-023", 5),
        ("SUR-021", 6),
    ]
    headless = log("area,disposition\nE1,refused\n")
    (fault,) = codes_of(
        invitations,
        make_survey(contacts="contacts.csv"),
        frame=frame,
        within=None,
        folder=headless,
    )
    assert fault.code == "SUR-020"
    nobody = pa.table({"unit": ["E7"]})
    (fault,) = codes_of(invitations, make_survey(), frame=frame, within=nobody, folder=tmp_path)
    assert fault.code == "SUR-024"
