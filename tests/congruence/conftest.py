"""A small study whose answers are given as an array."""

import numpy as np
import pyarrow as pa
import pytest

from consilience.base.seeds import stream
from consilience.design.model import (
    Agency,
    Bands,
    CongruenceStage,
    Construct,
    FrameStage,
    Header,
    Instrument,
    Intake,
    LinkStage,
    Question,
    Scale,
    Study,
    SurveyStage,
)
from consilience.linkage.model import LINKED_ANSWER

AGENCIES = ("education", "social-care", "board")


def _study(
    *, rows=(2, 2), agencies=AGENCIES, scales=None, weights=None, bands=None, asked=None, **choices
):
    """Return a study with one construct for each number of rows; question `q-<construct>-<row>`.

    asked: agency to the scale of its questions; scales: id to Scale; bands: keys of `Bands`.
    """
    scales = scales or {"points": Scale(minimum=1, maximum=5)}
    asked = asked or dict.fromkeys(agencies, next(iter(scales)))
    names = [[f"q-{place}-{row}" for row in range(count)] for place, count in enumerate(rows)]
    constructs = tuple(
        Construct(
            id=f"c-{place}",
            title=f"Construct {place}",
            weight=1 if weights is None else weights[place],
            items=tuple(dict.fromkeys(asked, name) for name in each),
        )
        for place, each in enumerate(names)
    )
    survey = {"kind": "survey", "of": "areas", "opens": "2020-01-01", "closes": "2020-02-01"}
    stages = [
        FrameStage(kind="frame", id="areas", of="areas", file="areas.csv", date="2020-01-01"),
        *[
            SurveyStage(
                id=f"survey-{agency}",
                agency=agency,
                instrument=agency,
                intake=Intake(file="x.csv"),
                **survey,
            )
            for agency in agencies
        ],
        LinkStage(
            kind="link", id="linked", to="areas", surveys=tuple(f"survey-{a}" for a in agencies)
        ),
        CongruenceStage(
            kind="congruence", id="agree", of="linked", bands=Bands(**(bands or {})), **choices
        ),
    ]
    instruments = {
        agency: Instrument(
            id=agency,
            title=agency,
            version="1",
            questions=tuple(
                Question(id=name, text=name, scale=asked.get(agency, next(iter(scales))))
                for each in names
                for name in each
            ),
        )
        for agency in agencies
    }
    return Study(
        consilience=1,
        study=Header(id="small", title="Small", starts="2020-01-01", ends="2020-12-31", seed=1),
        agencies=tuple(Agency(id=agency, title=agency) for agency in agencies),
        scales=scales,
        constructs=constructs,
        stages=tuple(stages),
        instruments=instruments,
    )


def _linked(values, *, rows=(2, 2), agencies=AGENCIES, areas=None):
    """Return LINKED_ANSWER of (areas, agencies, rows) answers; nan has no row."""
    items = [f"q-{place}-{row}" for place, count in enumerate(rows) for row in range(count)]
    areas = areas or [f"A{number:03}" for number in range(len(values))]
    records = [
        {
            "area": areas[area],
            "survey": f"survey-{agencies[agency]}",
            "agency": agencies[agency],
            "item": items[item],
            "value": float(values[area, agency, item]),
        }
        for area, agency, item in np.argwhere(~np.isnan(values))
    ]
    return pa.Table.from_pylist(records, schema=LINKED_ANSWER)


@pytest.fixture
def study_of():
    return _study


@pytest.fixture
def linked():
    return _linked


@pytest.fixture
def rng_for():
    return lambda name: stream(1, name)
