"""Frames described as in a study file, and faults that must be whole."""

import re

import pytest

from consilience.base.errors import Fault
from consilience.design.model import FrameStage
from consilience.frame.load import load_frame


@pytest.fixture
def whole():
    """Return a check that a fault says all its sentences name."""

    def check(fault, code):
        assert fault.code == code
        assert not re.search(r"<\w+>", fault.what + fault.remedy)
        return fault

    return check


@pytest.fixture
def refused(whole):
    """Return a function that runs work which must be refused with a code."""

    def run(code, work):
        with pytest.raises(Fault) as caught:
            work()
        return whole(caught.value, code)

    return run


@pytest.fixture
def load(tmp_path):
    """Return a function that loads a frame of schools from text or a path."""

    def run(content=None, *, areas=None, folder=tmp_path, **stage):
        stage = {"id": "schools", "kind": "frame", "of": "schools", "date": "2018-09-01", **stage}
        if content is not None:
            stage.setdefault("file", "schools.csv")
            (folder / stage["file"]).write_text(content, encoding="utf-8")
        return load_frame(
            FrameStage.model_validate(stage), folder=folder, areas=areas, simulated=False
        )

    return run


@pytest.fixture
def areas(load):
    """Return the 152 authorities in September 2018."""
    frame, _ = load(id="areas", of="areas", source="england-upper-tier-2018")
    return frame
