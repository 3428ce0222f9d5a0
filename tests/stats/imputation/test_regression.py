"""Least squares and maximum likelihood, against R 4.2.2 (lm, glm)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.regression import (
    independent_columns,
    linear_model,
    logistic_model,
    poisson_model,
)

X1 = np.arange(1.0, 8)
X3 = np.array([2.0, 1, 5, 3, 9, 2, 1])
Y = np.array([1.0, 3, 2, 5, 4, 8, 6])


def test_weighted_least_squares_with_a_dependent_column_as_lm():
    found = linear_model(Y, np.column_stack([X1, 2 * X1, X3]), weights=[1, 2, 1, 0, 3, 1, 1])
    assert found.coefficients == pytest.approx(
        [0.8966492387622887, 0.9646838315083360, np.nan, -0.1999605405938641], nan_ok=True
    )
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(
        [1.1355673992234268, 0.2589591484645333, np.nan, 0.1439707855307708], nan_ok=True
    )
    assert found.r_squared == pytest.approx(0.8228699931951374)
    assert found.adjusted_r_squared == pytest.approx(0.7047833219918958)
    assert found.sigma == pytest.approx(1.4352548120227042)
    assert found.loglik == pytest.approx(-7.7063643397450541)
    assert (found.residual_df, found.rows) == (3, 6)
    assert np.isnan(found.residuals[3])


def test_least_squares_without_a_constant_as_lm():
    found = linear_model(Y, np.column_stack([X1, X3]), intercept=False)
    assert found.coefficients == pytest.approx([1.1227138643067847, -0.1492625368731563])
    assert found.r_squared == pytest.approx(0.9510514796840803)
    assert found.adjusted_r_squared == pytest.approx(0.9314720715577125)
    assert found.loglik == pytest.approx(-10.2144206336588184)


def test_logistic_as_glm():
    found = logistic_model([0, 0, 1, 0, 1, 1], np.arange(6.0))
    assert found.coefficients == pytest.approx([-3.035068964626513, 1.214027585850605], rel=1e-12)
    # The covariance of the last round's weights, as R prints it.
    assert found.covariance == pytest.approx(
        np.array(
            [[6.480645580415978, -2.082027717792396], [-2.082027717792396, 0.8328110871169586]]
        ),
        rel=1e-10,
    )
    assert found.deviance == pytest.approx(4.955973670099225)
    assert found.null_deviance == pytest.approx(8.317766166719343)
    assert found.loglik == pytest.approx(-2.477986835049613)
    assert found.warnings == ()


def test_logistic_of_shares_with_trials_as_glm():
    found = logistic_model([0.2, 0.5, 0.6], [1, 2, 3], weights=[10, 20, 10])
    assert found.coefficients == pytest.approx([-1.9321676912510573, 0.8568611178868061])
    assert found.covariance[1, 1] == pytest.approx(0.2413248022465036)
    assert found.deviance == pytest.approx(0.5304570003303578)


def test_poisson_as_glm():
    found = poisson_model([1, 1, 2, 4, 7], np.arange(5.0))
    assert found.coefficients == pytest.approx([-0.33426156187128, 0.5660963599075299])
    assert found.covariance[0, 0] == pytest.approx(0.5036075595622438)
    assert found.loglik == pytest.approx(-6.935949604203682)


def test_an_offset_takes_the_place_of_the_coefficients():
    x = np.array([0.0, 1, 2, 3, 4, 5])
    full = logistic_model([0, 0, 1, 0, 1, 1], x)
    held = logistic_model([0, 0, 1, 0, 1, 1], np.empty((6, 0)), offset=full.coefficients[1] * x)
    assert held.coefficients[0] == pytest.approx(full.coefficients[0], abs=1e-5)
    fixed = logistic_model(
        [0, 0, 1, 0, 1, 1],
        np.empty((6, 0)),
        offset=full.coefficients[0] + full.coefficients[1] * x,
        intercept=False,
    )
    assert fixed.deviance == pytest.approx(full.deviance)
    assert (fixed.coefficients.size, fixed.rounds) == (0, 0)


def test_a_parted_outcome_is_said():
    found = logistic_model([0, 0, 0, 1, 1, 1], np.arange(6.0))
    assert [fault.code for fault in found.warnings] == ["STA-070"]
    assert found.coefficients == pytest.approx([-165.31782856667 + 47.23366528871, 47.23366528871])
    early = logistic_model([0, 0, 1, 0, 1, 1], np.arange(6.0), rounds=1)
    assert [fault.code for fault in early.warnings] == ["STA-005"]


def test_missing_rows_are_left_out():
    whole = linear_model(Y[:6], X1[:6])
    gaps = linear_model([*Y[:6], np.nan, 3], [*X1[:6], 1, np.nan])
    assert gaps.coefficients == pytest.approx(whole.coefficients)
    assert gaps.rows == 6


@pytest.mark.parametrize("model", [linear_model, logistic_model, poisson_model])
def test_nothing_to_fit_is_nan(model):
    for y, X in (([], np.empty((0, 1))), ([np.nan, np.nan], [1.0, 2])):
        found = model(y, X)
        assert found.rows == 0
        assert np.isnan(found.coefficients).all()
        assert np.isnan(found.loglik)


def test_constant_outcome_and_no_degrees_of_freedom():
    flat = linear_model([2, 2, 2, 2], [1, 2, 3, 5])
    assert np.isnan(flat.r_squared)
    full = linear_model([1, 2], [1, 3])
    assert full.coefficients == pytest.approx([0.5, 0.5])
    assert np.isnan(full.sigma)
    assert np.isnan(full.adjusted_r_squared)
    ones = logistic_model([1, 1, 1], [1, 2, 3])
    assert ones.deviance == pytest.approx(0, abs=1e-6)


def test_dependent_columns_are_found_after_a_dependent_one():
    a, b = np.array([1.0, 1, 1]), np.array([0.0, 1, 0])
    X = np.column_stack([a, a, b, np.zeros(3), a - b, [0, 0, 1]])
    assert independent_columns(X).tolist() == [0, 2, 5]
    assert independent_columns(np.eye(3)[:2]).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("STA-002", lambda: linear_model([[1.0]], [[1.0]])),
        ("STA-002", lambda: linear_model([1.0, 2], [[1.0]])),
        ("STA-002", lambda: linear_model([1.0, 2], [1.0, 2], weights=[1])),
        ("STA-003", lambda: linear_model([1.0, 2], [1.0, 2], weights=[1, -1])),
        ("STA-002", lambda: logistic_model([1.0, 0], [1.0, 2], offset=[1])),
        ("STA-003", lambda: logistic_model([1.0, 2], [1.0, 2])),
        ("STA-003", lambda: poisson_model([1.0, -2], [1.0, 2])),
    ],
)
def test_what_does_not_fit_is_said(code, call):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_a_shift_of_the_outcome_moves_the_constant_only(seed):
    rng = stream(seed, "tests/regression")
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    one, other = linear_model(y, X), linear_model(y + 5, X)
    assert other.coefficients - one.coefficients == pytest.approx([5, 0, 0, 0], abs=1e-9)
    assert other.covariance == pytest.approx(one.covariance)
    assert one.residuals @ X == pytest.approx(np.zeros(3), abs=1e-9)
