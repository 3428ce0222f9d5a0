"""What every test may ask for."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
STUCK = 30
REQUIRE_ALL = os.environ.get("CONSILIENCE_REQUIRE_ALL") == "1"

# What decides whether a change may land must decide alike twice: examples then follow from the test
# alone. Everywhere else each run draws others. None has a deadline: others may be at work.
settings.register_profile("searching", deadline=None)
settings.register_profile("decisive", deadline=None, derandomize=True)
settings.load_profile("decisive" if REQUIRE_ALL else "searching")


def absent(what: str) -> None:
    """Skip a test whose means are not here, or fail it where all means are demanded."""
    if REQUIRE_ALL:
        pytest.fail(f"{what} is demanded here (CONSILIENCE_REQUIRE_ALL=1) and is not there")
    pytest.skip(f"{what} is not there")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def means():
    """Return the function that skips, or fails where all means are demanded, saying what for."""
    return absent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real input beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        absent("the real input in ../shared")
    return folder


@pytest.fixture
def never_stuck():
    """Fail a test that works on without end.

    It counts processor time, so that others at work do not matter, and asks for input so long that
    growth by its square takes minutes; what is right takes a second or two.
    """

    def fail(*_: object) -> None:
        pytest.fail(f"at work for {STUCK} s of processor time")

    before = signal.signal(signal.SIGPROF, fail)
    signal.setitimer(signal.ITIMER_PROF, STUCK)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):  # noqa: ARG001  (the form that pytest asks for)
    """Turn every skip into a failure where all means are demanded."""
    outcome = yield
    report = outcome.get_result()
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CONSILIENCE_REQUIRE_ALL=1"
