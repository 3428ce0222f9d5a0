"""Findings and pages for the tests of the report."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the tests are no package

from made_findings import make_findings

from consilience.report.pages import render_report


@pytest.fixture(scope="session")
def make():
    """Return the maker of findings."""
    return make_findings


@pytest.fixture(scope="session")
def findings():
    """Return findings of 30 areas, three agencies and three choices."""
    return make_findings()


@pytest.fixture(scope="session")
def page(findings):
    """Return their report."""
    return render_report(findings)
