import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.rates import Outcomes, eligibility, overlap, response_rates


def test_published_rates_of_the_three_surveys():
    rates = response_rates(
        Outcomes(complete=np.array([93, 80, 82]), non_contact=np.array([57, 70, 68]))
    )
    assert (rates["rr1"] * 100).round(1).tolist() == [62.0, 53.3, 54.7]


def test_zero_denominators_are_missing_and_zero_completes_are_zero():
    rates = response_rates(Outcomes(complete=np.array([0, 0]), refused=np.array([0, 5])))
    assert all(np.isnan(value[0]) for value in rates.values())
    assert rates["rr1"][1] == 0.0
    assert np.isnan(eligibility(Outcomes()))


counts = st.integers(0, 500)


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[counts] * 7), st.floats(0, 1))
def test_rates_stand_in_their_known_order(seven, e):
    names = ("complete", "partial", "refused", "non_contact", "other", "unknown_unit")
    outcomes = Outcomes(**dict(zip((*names, "unknown_other"), seven, strict=True)))
    r = response_rates(outcomes, e=e)
    if np.isnan(r["rr5"]):
        return
    assert r["rr1"] <= r["rr3"] + 1e-12 <= r["rr5"] + 2e-12
    assert r["rr2"] <= r["rr4"] + 1e-12 <= r["rr6"] + 2e-12
    assert r["rr1"] <= r["rr2"]
    assert r["rr6"] <= 1
    assert r["con3"] >= r["rr6"] + r["ref3"] - 1e-12


def test_three_surveys_of_150_areas_would_share_27():
    triples = overlap([93, 80, 82], units=150)
    assert triples.expected == pytest.approx(93 * 80 * 82 / 150**2)
    assert round(triples.expected, 1) == 27.1
    assert round(triples.sd, 1) == 3.3
    assert round(triples.at_least(39), 4) == 0.0003
    assert triples.at_least(0) == pytest.approx(1.0)


@pytest.mark.parametrize("sizes", [(2, 3), (3, 2, 4), (1, 5, 2), (0, 3), (5, 5, 5), (3,)])
def test_overlap_equals_counting_every_set(sizes):
    units = 5
    tally = np.zeros(min(sizes) + 1)
    draws = [list(itertools.combinations(range(units), size)) for size in sizes]
    for sets in itertools.product(*draws):
        tally[len(set(range(units)).intersection(*map(set, sets)))] += 1
    found = overlap(sizes, units=units)
    assert found.probabilities == pytest.approx(tally / tally.sum(), abs=1e-12)
    assert found.sd == pytest.approx(
        np.sqrt(np.average((np.arange(len(tally)) - found.expected) ** 2, weights=tally))
    )


def test_overlap_of_a_national_frame_stays_exact():
    found = overlap([9000, 12000, 20000], units=24000)
    assert found.expected == pytest.approx(9000 * 12000 * 20000 / 24000**2, rel=1e-9)
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("sizes", [(), (3, 12), (-1, 2)])
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(Fault) as caught:
        overlap(sizes, units=10)
    assert caught.value.code == "CON-001"
    assert "<" not in caught.value.what + caught.value.remedy
