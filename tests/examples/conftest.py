"""The example study, made and run once for all tests."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import runpy
import shutil

import pytest

import consilience

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def example(root, tmp_path_factory):
    """Return the example study, made and run by its own script and one command."""
    base = tmp_path_factory.getbasetemp()
    # Processes that test side by side share what the first of them made.
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = base / "example-made"
    with (base / "example.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(root, base / "example-making")
            (base / "example-making").rename(made)
    return consilience.open_study(
        shutil.copytree(made / "schools-2017", tmp_path_factory.mktemp("example") / "schools-2017")
    )


def _make(root, folder):
    folder = folder / "schools-2017"
    left = shutil.ignore_patterns("intake", "out", ".consilience", "__pycache__")
    shutil.copytree(root / "examples/schools-2017", folder, ignore=left)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        runpy.run_path(str(folder / "make.py"))["main"](["--folder", str(folder)])
    consilience.open_study(folder).run(at=AT, actor="test")
