import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.weighting.calibration import METHODS, calibrate
from consilience.stats.weighting.raking import rake


def sample(seed, rows=60):
    rng = np.random.Generator(np.random.Philox(seed))
    table = np.column_stack([np.ones(rows), rng.integers(0, 2, rows), rng.normal(20, 5, rows)])
    weights = rng.uniform(2, 8, rows)
    return table, weights, table.T @ (weights * rng.uniform(0.8, 1.3, rows))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.sampled_from(METHODS))
def test_totals_are_met(seed, method):
    table, weights, totals = sample(seed)
    bounds = (0.3, 4.0) if method == "logit" else None
    found = calibrate(table, totals, weights=weights, method=method, bounds=bounds)
    assert found.settled
    np.testing.assert_allclose(table.T @ found.weights, totals, rtol=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.sampled_from(METHODS))
def test_weights_that_meet_the_totals_stay(seed, method):
    table, weights, _ = sample(seed)
    bounds = (0.3, 4.0) if method == "logit" else None
    found = calibrate(table, table.T @ weights, weights=weights, method=method, bounds=bounds)
    np.testing.assert_allclose(found.weights, weights, rtol=1e-12)
    assert found.rounds == 0


def test_linear_is_the_regression_estimator():
    table, weights, totals = sample(3)
    y = table[:, 2] ** 2
    found = calibrate(table, totals, weights=weights)
    slope = np.linalg.solve(table.T @ (table * weights[:, None]), table.T @ (weights * y))
    expected = weights @ y + (totals - table.T @ weights) @ slope
    assert found.weights @ y == pytest.approx(expected, rel=1e-10)
    assert found.rounds == 1


def test_the_variance_of_rows_enters_linear_calibration():
    x, w = np.array([1.0, 2.0, 4.0]), np.array([3.0, 3.0, 3.0])
    # With variance in proportion to x this is the ratio estimator: one factor for all.
    found = calibrate(x, [42.0], weights=w, variance=x)
    np.testing.assert_allclose(found.factors, 2.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.sampled_from(METHODS))
def test_bounds_are_kept_where_they_can_be(seed, method):
    table, weights, _ = sample(seed)
    rng = np.random.Generator(np.random.Philox(seed))
    # Bounds that 1 is not within: at the start every row is at its bound.
    factors = rng.uniform(1.2, 1.6, len(weights))
    totals = table.T @ (weights * factors)
    low = 0.9 if method == "logit" else 1.2
    found = calibrate(table, totals, weights=weights, method=method, bounds=(low, 1.6))
    assert found.settled
    np.testing.assert_allclose(table.T @ found.weights, totals, rtol=1e-8)
    assert found.factors.min() >= low - 1e-9
    assert found.factors.max() <= 1.6 + 1e-9


def test_raking_by_calibration_is_raking():
    a, b = np.array([0, 0, 1, 1, 0, 1]), np.array([0, 1, 0, 1, 1, 1])
    table = np.column_stack([a == 0, a == 1, b == 0, b == 1])
    one = calibrate(table, [30, 20, 25, 25], method="raking", weights=[1, 2, 3, 4, 5, 6])
    other = rake([a, b], [[30, 20], [25, 25]], weights=[1, 2, 3, 4, 5, 6])
    np.testing.assert_allclose(one.weights, other.weights, rtol=1e-8)


def test_what_cannot_be_met_is_said():
    found = calibrate([[1.0], [1.0]], [10.0], method="raking", bounds=(0.5, 2.0))
    assert not found.settled
    assert [each.code for each in found.warnings] == ["STA-005"]
    np.testing.assert_allclose(found.weights, 2.0)


def test_far_totals_do_not_overflow():
    found = calibrate([[1.0], [1.0]], [1e9], method="raking", rounds=200)
    np.testing.assert_allclose(found.weights, 5e8)


def test_a_row_without_weight_stays_without():
    found = calibrate([[1.0], [1.0]], [4.0], weights=[0, 1])
    np.testing.assert_allclose(found.weights, [0, 4])
    assert np.isnan(found.factors[0])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"method": "quadratic"}, "STA-001"),
        ({"auxiliaries": np.ones((2, 1, 1))}, "STA-002"),
        ({"totals": [1, 2, 3]}, "STA-002"),
        ({"auxiliaries": [[np.nan, 1], [1, 1]]}, "STA-003"),
        ({"method": "logit"}, "STA-003"),
        ({"method": "logit", "bounds": (1.5, 2)}, "STA-003"),
        ({"bounds": (2, 1)}, "STA-003"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, code):
    given_ = {"auxiliaries": [[1, 0], [1, 1]], "totals": [4, 2]} | arguments
    with pytest.raises(Fault) as caught:
        calibrate(given_.pop("auxiliaries"), given_.pop("totals"), **given_)
    assert caught.value.code == code
