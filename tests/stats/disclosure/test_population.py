"""Risk where everybody is listed: counting by hand, knowledge that grows, brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats import attacker_summary, population_risk

# Eight areas: region, size, and who answered for them (0 director, 1 deputy).
REGION = [0, 0, 0, 0, 1, 1, 1, 1]
SIZE = [0, 0, 0, 1, 1, 1, 2, 2]
ROLE = [0, 1, 0, 0, 0, 1, 1, 0]


@st.composite
def studies(draw):
    keys, everybody = draw(st.integers(1, 3)), draw(st.integers(1, 8))
    code = st.integers(-1, 2)
    population = [draw(st.lists(code, min_size=everybody, max_size=everybody)) for _ in range(keys)]
    units = draw(st.lists(st.integers(0, everybody - 1), min_size=1, max_size=8))
    hidden = draw(st.lists(st.integers(0, keys), min_size=len(units), max_size=len(units)))
    records = [
        [
            -1 if hide == key else max(column[unit], 0)
            for unit, hide in zip(units, hidden, strict=True)
        ]
        for key, column in enumerate(population)
    ]
    named = draw(st.lists(st.booleans(), min_size=everybody, max_size=everybody))
    return records, population, units, named


def agree(one, other):
    return all(a == b or -1 in (a, b) for a, b in zip(one, other, strict=True))


@given(studies(), st.booleans(), st.integers(1, 3))
def test_by_looking_at_everybody(study, answered_known, at_most):
    records, population, units, named = study
    found = population_risk(
        records,
        population,
        units=units,
        named=named,
        answered_known=answered_known,
        at_most=at_most,
    )
    rows, people = (list(zip(*each, strict=True)) for each in (records, population))
    possible = sorted(set(units)) if answered_known else range(len(people))
    for at, (row, unit) in enumerate(zip(rows, units, strict=True)):
        candidates = [u for u in possible if agree(row, people[u])]
        fitting = [r for r, other in enumerate(rows) if agree(other, people[unit])]
        assert found.candidates[at] == len(candidates)
        assert found.fitting[at] == len(fitting)
        share = sum(units[r] == unit for r in fitting) / len(fitting)
        chances = [1 / len(candidates)]
        if named[unit] or answered_known:
            chances.append(share)
        assert found.probability[at] == pytest.approx(max(chances))
        small = {
            keys
            for size in range(1, len(row) + 1)
            for keys in combinations(range(len(row)), size)
            if sum(agree([row[k] for k in keys], [people[u][k] for k in keys]) for u in possible)
            <= at_most
        }
        least = {keys for keys in small if not any(set(other) < set(keys) for other in small)}
        assert set(found.sets.of(at)) == least
    assert not found.warnings


@given(studies())
def test_who_knows_more_finds_no_less(study):
    records, population, units, named = study
    nothing = population_risk(records, population, units=units)
    said = population_risk(records, population, units=units, named=named)
    everything = population_risk(records, population, units=units, answered_known=True)
    assert (nothing.probability <= said.probability + 1e-12).all()
    assert (said.probability <= everything.probability + 1e-12).all()
    blind = [[-1] * len(column) for column in population]
    assert (population_risk(records, blind, units=units).probability <= nothing.probability).all()


def test_an_area_that_named_itself():
    units = [0, 2, 4]
    records = [[REGION[u] for u in units], [SIZE[u] for u in units]]
    quiet = population_risk(records, [REGION, SIZE], units=units)
    assert quiet.candidates.tolist() == [3, 3, 2]
    assert quiet.probability == pytest.approx([1 / 3, 1 / 3, 1 / 2])
    named = np.isin(np.arange(8), [0, 4])
    loud = population_risk(records, [REGION, SIZE], units=units, named=named)
    # Two records fit area 0, one fits area 4; area 2 has said nothing.
    assert loud.probability == pytest.approx([1 / 2, 1 / 3, 1])
    assert loud.named.tolist() == [True, False, True]


def test_a_statement_fixes_keys_that_nobody_could_look_up():
    units = [0, 1, 2]
    records = [[REGION[u] for u in units], [SIZE[u] for u in units], [ROLE[u] for u in units]]
    register = [REGION, SIZE, ROLE]
    named = np.arange(8) == 1
    found = population_risk(records, register, units=units, named=named, named_keys=[2])
    # Area 1 said that its deputy answered, so the two records of directors are not its own.
    assert found.candidates.tolist() == [2, 3, 2]
    assert found.probability == pytest.approx([1 / 2, 1, 1 / 2])
    assert found.fitting.tolist() == [3, 1, 3]
    unnamed = population_risk(records, register, units=units, named_keys=[2])
    assert unnamed.candidates.tolist() == [3, 3, 3]


def test_the_keys_that_single_a_record_out():
    found = population_risk([[0, 1], [1, 2]], [REGION, SIZE], units=[3, 6])
    assert found.candidates.tolist() == [1, 2]
    assert (found.sets.of(0), found.sets.of(1)) == (((0, 1),), ())
    loose = population_risk([[0, 1], [1, 2]], [REGION, SIZE], units=[3, 6], at_most=2)
    assert (loose.sets.of(0), loose.sets.of(1)) == (((0, 1),), ((1,),))


def test_several_records_of_one_area_are_found_together():
    units = [4, 4, 5]
    records = [[1, 1, 1], [1, 1, 1]]
    named = np.arange(8) == 4
    found = population_risk(records, [REGION, SIZE], units=units, named=named)
    assert found.probability == pytest.approx([2 / 3, 2 / 3, 1 / 2])


def test_a_changed_record_is_not_found_and_is_said():
    found = population_risk([[0, 1], [2, 1]], [REGION, SIZE], units=[0, 4], answered_known=True)
    assert found.probability.tolist() == [0, 1]
    (warning,) = found.warnings
    assert (warning.code, warning.values["count"], warning.values["first"]) == ("STA-103", 1, 0)


def test_one_of_two_records_of_an_area_was_changed():
    named = np.arange(8) == 3
    found = population_risk([[0, 0], [1, 2]], [REGION, SIZE], units=[3, 3], named=named)
    assert found.probability.tolist() == [1, 0]
    assert found.fitting.tolist() == [1, 1]


def test_three_attackers():
    found = attacker_summary([1, 2, 2, 4], [5, 4, 4, 0], threshold=0.25)
    assert (found.prosecutor_highest, found.prosecutor_mean) == (1.0, 2.25 / 4)
    assert (found.journalist_highest, found.journalist_mean) == (0.25, pytest.approx(0.175))
    assert (found.prosecutor_above, found.journalist_above) == (3, 0)
    assert found.marketer_expected == pytest.approx(0.7)
    assert np.isnan(attacker_summary([], []).prosecutor_mean)


@pytest.mark.parametrize(
    ("code", "keys", "population", "options"),
    [
        ("STA-002", [[0]], [[0], [1]], {"units": [0]}),
        ("STA-002", [[0, 1]], [[0, 1]], {"units": [0]}),
        ("STA-002", [[0]], [[0]], {"units": [0.5]}),
        ("STA-002", [[0]], [[0]], {"units": [0], "named": [1, 0]}),
        ("STA-002", [], [], {"units": []}),
        ("STA-003", [[0]], [[0]], {"units": [0], "named_keys": [1]}),
        ("STA-102", [[0]], [[0]], {"units": [1]}),
        ("STA-102", [[0]], [[0]], {"units": [-1]}),
    ],
)
def test_what_does_not_fit_together_is_said(code, keys, population, options):
    with pytest.raises(Fault) as caught:
        population_risk(keys, population, **options)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("code", "sample", "population"), [("STA-002", [1], [1, 2]), ("STA-003", [0], [1])]
)
def test_frequencies_out_of_range_are_said(code, sample, population):
    with pytest.raises(Fault) as caught:
        attacker_summary(sample, population)
    assert caught.value.code == code
