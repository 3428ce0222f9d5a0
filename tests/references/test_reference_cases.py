"""Every figure of other programs comes out of the functions that users call."""

import pytest

from consilience.validation.read import SHIPPED, read_cases
from consilience.validation.run import validate

LOST = "a case of which nothing is computed proves nothing"


def told(outcome):
    """Say in a line what is wrong with a case."""
    wrong = [f"{f.path}: {f.theirs} != {f.ours}" for f in outcome.figures if not f.agrees]
    return f"{outcome.case} {outcome.verdict} {outcome.reason} {wrong[:5]}"


def wrong_of(folder):
    outcomes = list(validate(read_cases(folder)))
    assert all(outcome.figures for outcome in outcomes if outcome.verdict == "agrees"), LOST
    return outcomes, [told(each) for each in outcomes if each.verdict != "agrees"]


@pytest.mark.shared
def test_every_case_of_the_reference_agrees(shared):
    outcomes, wrong = wrong_of(shared / "reference" / "stats")
    assert wrong == []
    assert len(outcomes) == 70


def test_every_case_that_comes_with_the_package_agrees():
    outcomes, wrong = wrong_of(SHIPPED)
    assert wrong == []
    assert len(outcomes) > 50
