"""Small studies to run."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

from consilience.desk.run import run
from consilience.desk.studies import new_study

# The made-up study of talks, and the catalogue with a study in it.
sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))
sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def starting(tmp_path_factory):
    """Return a starting study that was run once; copy it before changing it."""
    folder = tmp_path_factory.mktemp("starting") / "study"
    new_study(folder, study_id="starting", title="A starting study")
    run(folder, at=AT, actor="test")
    return folder


@pytest.fixture
def study(starting, tmp_path):
    """Return a copy of the starting study, run once."""
    import shutil

    folder = tmp_path / "study"
    shutil.copytree(starting, folder)
    return folder


@pytest.fixture
def fresh(tmp_path):
    """Return a study of simulated people that was never run."""
    folder = tmp_path / "study"
    new_study(folder, study_id="s", title="A study")
    return folder


@pytest.fixture
def real(fresh):
    """Return a study whose people are real, so that its texts are sealed."""
    path = fresh / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert "simulated: true" in text
    path.write_text(text.replace("simulated: true", "simulated: false"), encoding="utf-8")
    return fresh
