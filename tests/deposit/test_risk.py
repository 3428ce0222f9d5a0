"""How easily somebody is found: each case, and the measures of a whole table."""

import numpy as np
import pytest

from consilience.deposit.risk import Known, figures, risk_of
from consilience.stats.disclosure.individual_risk import individual_risk
from consilience.stats.disclosure.suda import suda

REGION = np.array([0, 0, 0, 1])
ROLE = np.array([0, 0, 1, 1])


def known(**more):
    values = {
        "names": ("region", "role"),
        "keys": (REGION, ROLE),
        "population": (),
        "units": None,
        "named": (),
        "named_keys": (),
        "sensitive": {},
        "invited": 8,
        "k": 3,
    }
    return Known(**values | more)


def listed(population=True):
    """Return the table with eight areas of which the first four answered."""
    people = (np.array([0, 0, 0, 1, 1, 1, 1, 0]), np.full(8, -1))
    return known(population=people, units=np.arange(4)) if population else known()


def told(before, after=None):
    return {(each.measure, each.of): each for each in figures(before, after)}


def test_without_a_population_the_share_that_answered_counts():
    cases = risk_of(known())
    assert [each.alike for each in cases] == [2, 2, 1, 1]
    assert {each.candidates for each in cases} == {None}
    assert not any(each.named for each in cases)
    expected = individual_risk((REGION, ROLE), weights=np.full(4, 2.0)).risk
    assert [each.probability for each in cases] == pytest.approx(expected)
    scores = suda((REGION, ROLE), fraction=0.5)
    assert [each.dis for each in cases] == pytest.approx(scores.dis)
    assert cases[3].keys == ("region",)  # alone in its region, whatever its role
    assert cases[2].keys == ("region and role",)
    assert cases[0].keys == ()


def test_with_a_population_its_units_are_counted():
    cases = risk_of(listed())
    assert [each.candidates for each in cases] == [4, 4, 4, 4]
    assert [each.probability for each in cases] == [0.25] * 4
    alone = known(
        population=(np.array([0, 0, 0, 1, 0, 0, 0, 0]), np.full(8, -1)), units=np.arange(4)
    )
    assert [each.candidates for each in risk_of(alone)] == [7, 7, 7, 1]
    assert risk_of(alone)[3].probability == 1.0
    assert risk_of(alone)[3].keys == ("region",)


def test_keys_are_told_that_leave_fewer_than_were_wanted():
    few = known(population=(np.array([0, 0, 0, 1, 1, 0, 0, 0]), np.full(8, -1)), units=np.arange(4))
    cases = risk_of(few)
    assert [each.candidates for each in cases] == [6, 6, 6, 2]
    assert [each.keys for each in cases] == [(), (), (), ("region",)]


def test_a_suppressed_key_fits_everything():
    hidden = listed().with_keys((np.array([0, 0, 0, -1]), np.array([0, 0, -1, -1])))
    cases = risk_of(hidden)
    assert [each.alike for each in cases] == [4, 4, 4, 4]
    assert cases[3].candidates == 8


def test_the_whole_table_before_and_after():
    after = listed().with_keys((REGION, np.full(4, -1)))
    found = told(listed(), after)
    pairs = {name: (each.before, each.after) for (name, _), each in found.items()}
    assert pairs["cases"] == (4.0, 4.0)
    assert pairs["smallest group that shares its keys"] == (1.0, 1.0)
    assert pairs["cases in groups below 3"] == (4.0, 1.0)
    assert pairs["unique cases"] == (2.0, 1.0)
    assert pairs["highest probability of a right guess"] == (0.25, 0.25)
    assert pairs["cases expected to be guessed right"] == (1.0, 1.0)
    assert pairs["fewest units of the population that fit a case"] == (4.0, 4.0)
    assert pairs["cases that fewer than 3 units fit"] == (0.0, 0.0)


def test_what_is_sensitive_is_measured_in_each_group():
    one = told(known(sensitive={"trust": np.array([1, 1, 2, 3])}))
    assert one["fewest values in a group", "trust"].before == 1.0
    assert {of for measure, of in one if measure.startswith("greatest distance")} == {"trust"}
    whole = known(keys=(np.zeros(4, int), np.zeros(4, int)), sensitive={"trust": ROLE})
    both = told(whole)
    assert both["fewest values in a group", "trust"].before == 2.0
    assert both["greatest distance of a group, equal", "trust"].before == 0.0


def test_a_table_without_cases_or_keys_has_no_risk():
    empty = known(keys=(np.zeros(0, int), np.zeros(0, int)))
    assert risk_of(empty) == ()
    assert [each.measure for each in figures(empty, None)] == ["cases"]
    assert risk_of(known(names=(), keys=())) == ()


def test_what_was_not_protected_has_no_figure_after():
    assert {each.after for each in figures(known(), None)} == {None}


def test_all_that_were_asked_may_have_answered():
    cases = risk_of(known(invited=4))
    assert [each.probability for each in cases] == pytest.approx([0.5, 0.5, 1.0, 1.0])
