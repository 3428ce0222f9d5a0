"""A small study to take answers in for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from consilience.design.model import Instrument, Question, Scale, Study, SurveyStage
from consilience.frame.model import Frame, describe

HEADER = "id,la,authority,sent,state,job,q-1,q-2,q-3,q-4,q-5\n"


def questions() -> tuple[Question, ...]:
    return (
        Question(id="q-1", text="We share", scale="agreement"),
        Question(id="q-2", text="We do not share", scale="agreement", reverse=True),
        Question(id="q-3", text="How often", kind="choice", options={1: "Weekly", 2: "Monthly"}),
        Question(id="q-4", text="How many", kind="number", scale="count"),
        Question(id="q-5", text="What else", kind="open", from_finding="F2"),
    )


@pytest.fixture
def study() -> Study:
    scale = Scale(
        points={1: "Strongly disagree", 2: "Disagree", 3: "Neither", 4: "Agree", 5: "Wholly"},
        missing={-9: "No answer"},
    )
    return Study.model_validate(
        {
            "consilience": 1,
            "study": {
                "id": "s",
                "title": "S",
                "starts": dt.date(2017, 1, 1),
                "ends": dt.date(2018, 1, 1),
                "seed": 1,
            },
            "scales": {"agreement": scale, "count": Scale(minimum=0, maximum=90)},
            "constructs": [
                {"id": "sharing", "title": "Sharing", "items": [{"education": "q-1"}]},
            ],
            "stages": [survey(stage_id="education")],
        }
    ).model_copy(update={"instruments": {"i.yaml": instrument()}})


def instrument() -> Instrument:
    return Instrument(id="i", title="I", version="1.0", questions=questions())


def survey(*, stage_id: str = "education", **changes: Any) -> SurveyStage:
    intake = {
        "file": "answers.csv",
        "response": "id",
        "area": "la",
        "area_name": "authority",
        "submitted": "sent",
        "status": "state",
        "role": "job",
        **changes.pop("intake", {}),
    }
    return SurveyStage.model_validate(
        {
            "id": stage_id,
            "kind": "survey",
            "agency": "education",
            "instrument": "i.yaml",
            "of": "areas",
            "opens": dt.date(2017, 10, 1),
            "closes": dt.date(2018, 3, 31),
            "intake": intake,
            **changes,
        }
    )


@pytest.fixture
def make_survey():
    return survey


@pytest.fixture
def write_export(tmp_path):
    def write(*rows: str, header: str = HEADER, name: str = "answers.csv"):
        (tmp_path / name).write_text(header + "".join(row + "\n" for row in rows))
        return tmp_path

    return write


@pytest.fixture
def make_frame():
    def make(ids, *, of="areas", names=None, area=None, **attributes) -> Frame:
        count = len(ids)
        columns = {name: pa.array(values) for name, values in attributes.items()}
        table = pa.table(
            {
                "id": pa.array(ids, pa.string()),
                "name": pa.array(names or ids, pa.string()),
                "area": pa.array(area or [None] * count, pa.string()),
                "x": pa.nulls(count, pa.float64()),
                "y": pa.nulls(count, pa.float64()),
                **columns,
            }
        )
        return Frame(
            id="areas",
            of=of,
            date=dt.date(2017, 9, 1),
            source="invented",
            licence="",
            simulated=True,
            attributes=describe([(name, column.type) for name, column in columns.items()]),
            table=table,
        )

    return make


@pytest.fixture
def codes_of():
    """Return a function that catches faults and returns their codes, checking their words."""

    def caught(call, *args, **kwargs):
        from consilience.base.errors import Fault, Faults

        with pytest.raises((Fault, Faults)) as raised:
            call(*args, **kwargs)
        error = raised.value
        faults = error.faults if isinstance(error, Faults) else (error,)
        for fault in faults:
            assert "<" not in fault.what + fault.remedy, fault
        return faults

    return caught
