"""Areas, boards and responses to link."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from consilience.base.errors import Fault, Faults
from consilience.design.model import LinkStage
from consilience.frame.model import Frame, describe
from consilience.surveys.model import ANSWER, INVITATION, RESPONSE

AREAS = {
    "E01": ("801", "Bristol, City of"),
    "E02": ("835", "Dorset"),
    "E03": ("837", "Bournemouth"),
    "E04": ("836", "Poole"),
    "E05": ("342", "St. Helens"),
    "E06": ("846", "Brighton and Hove"),
    "E07": ("815", "North Yorkshire"),
    "E08": ("816", "York"),
}


@pytest.fixture
def frame() -> Frame:
    count = len(AREAS)
    table = pa.table(
        {
            "id": list(AREAS),
            "name": [name for _, name in AREAS.values()],
            "area": pa.nulls(count, pa.string()),
            "x": pa.nulls(count, pa.float64()),
            "y": pa.nulls(count, pa.float64()),
            "dfe_code": [code for code, _ in AREAS.values()],
            "region": ["south"] * 4 + ["north"] * 4,
        }
    )
    return Frame(
        id="areas",
        of="areas",
        date=dt.date(2017, 9, 1),
        source="invented",
        licence="",
        simulated=True,
        attributes=describe([("dfe_code", pa.string()), ("region", pa.string())]),
        table=table,
    )


def link_stage(**changes) -> LinkStage:
    return LinkStage.model_validate(
        {"id": "linked", "kind": "link", "surveys": ["one", "two"], "to": "areas", **changes}
    )


@pytest.fixture
def make_stage():
    return link_stage


@pytest.fixture
def make_responses():
    """Return a function from (id, key, name, ...) to a table of responses."""

    def make(*rows, survey="one"):
        defaults = {
            "survey": survey,
            "area_given": None,
            "area_name_given": None,
            "submitted": dt.date(2018, 1, 10),
            "role": None,
            "status": "complete",
            "answered": 1.0,
            "late": False,
            "row": 2,
        }
        return pa.Table.from_pylist([{**defaults, **row} for row in rows], schema=RESPONSE)

    return make


@pytest.fixture
def make_answers():
    def make(*rows, survey="one"):
        filled = [
            {
                "survey": survey,
                "response": response,
                "item": item,
                "value": None if isinstance(given, str) else given,
                "text": given if isinstance(given, str) else None,
            }
            for response, item, given in rows
        ]
        return pa.Table.from_pylist(filled, schema=ANSWER)

    return make


@pytest.fixture
def make_invitations():
    def make(*units, survey="one", noted=None):
        noted = noted or {}
        rows = [
            {"survey": survey, "unit": unit, "noted": noted.get(unit), "reason": None}
            for unit in units
        ]
        return pa.Table.from_pylist(rows, schema=INVITATION)

    return make


@pytest.fixture
def codes_of():
    def caught(call, *args, **kwargs):
        with pytest.raises((Fault, Faults)) as raised:
            call(*args, **kwargs)
        error = raised.value
        faults = error.faults if isinstance(error, Faults) else (error,)
        for fault in faults:
            assert "<" not in fault.what + fault.remedy, fault
        return faults

    return caught
