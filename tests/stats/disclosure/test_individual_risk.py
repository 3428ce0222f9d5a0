"""Individual, global and household risk: sdcMicro's values, quadrature, limits."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats import (
    global_risk,
    household_risk,
    individual_risk,
    mean_inverse_frequency,
)

RISKS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.shared
def test_risks_equal_those_of_sdcmicro(records, keys, pinned):
    found = individual_risk(keys, weights=records["w"])
    assert np.abs(found.risk - pinned["rk"]).max() <= 1e-12
    assert set(found.sample.tolist()) == {1, 2, 3, 4, 5}
    assert global_risk(found.risk).expected == pytest.approx(pinned["rk"].sum(), abs=1e-9)


@pytest.mark.parametrize("f", [1, 2, 3, 7, 60])
@pytest.mark.parametrize("p", [0.05, 0.4, 0.9])
def test_exact_is_the_mean_over_the_negative_binomial(f, p):
    sizes = range(f, 4000)
    mean = sum(comb(size - 1, f - 1) * p**f * (1 - p) ** (size - f) / size for size in sizes)
    (exact,) = mean_inverse_frequency([f], [f / p], method="exact")
    assert exact == pytest.approx(mean, rel=1e-9)
    (near,) = mean_inverse_frequency([f], [f / p])
    assert near == pytest.approx(exact, rel=1e-9 if f <= 2 else 0.1)
    assert f <= 2 or near != exact


def test_a_census_leaves_one_over_f():
    for method in ("approximate", "exact"):
        found = mean_inverse_frequency([1, 2, 5, 9], [1, 2, 5, 3], method=method)
        assert found == pytest.approx([1, 1 / 2, 1 / 5, 1 / 9])
    many = mean_inverse_frequency([100_000], [2e6], method="exact")
    assert many == pytest.approx([1 / 2e6], rel=1e-4)


@given(st.integers(1, 20), st.floats(1.01, 1000))
def test_the_risk_lies_between_those_of_population_and_sample(f, weight):
    for method in ("approximate", "exact"):
        (risk,) = mean_inverse_frequency([f], [f * weight], method=method)
        assert 1 / (f * weight) * (1 - 1e-9) <= risk <= 1 / f


def test_missing_keys_make_a_record_safer():
    weights = [10.0, 20, 30]
    blind = individual_risk([[0, 1, -1]], weights=weights)
    own = individual_risk([[0, 1, -1]], weights=weights, missing="category")
    assert (blind.risk < own.risk).all()


@given(RISKS)
def test_one_a_household_changes_nothing(risk):
    np.testing.assert_allclose(household_risk(risk, range(len(risk))), risk, atol=1e-12)


@given(RISKS)
def test_a_household_is_found_if_anyone_is(risk):
    together = household_risk(risk, [4] * len(risk))
    np.testing.assert_allclose(together, 1 - np.prod(1 - np.array(risk)), atol=1e-12)


def test_global_risk_of_nobody_and_of_few():
    assert np.isnan(global_risk([]).rate)
    found = global_risk([0.5, 0.2, 0.1], threshold=0.2)
    assert (found.highest, found.above, found.threshold) == (0.5, 1, 0.2)


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("STA-001", lambda: mean_inverse_frequency([1], [2], method="guess")),
        ("STA-003", lambda: mean_inverse_frequency([0], [2])),
        ("STA-003", lambda: mean_inverse_frequency([1], [0])),
        ("STA-003", lambda: global_risk([1.5])),
        ("STA-003", lambda: global_risk([np.nan])),
        ("STA-002", lambda: household_risk([0.5], [1, 2])),
        ("STA-100", lambda: individual_risk([[1]], weights=[-1])),
    ],
)
def test_what_is_out_of_range_is_said(code, act):
    with pytest.raises(Fault) as caught:
        act()
    assert caught.value.code == code
