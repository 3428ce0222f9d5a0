"""How do predictors change the log-odds of an outcome of two values?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.importance.logit import LogitLikelihood, fit_logit
from consilience.stats.regression import logistic_model
from consilience.validation.read import SHIPPED, read_cases


@pytest.fixture(scope="module")
def areas():
    return next(c for c in read_cases(SHIPPED / "importance_models") if c.id == "glm_four")


FOUR = ["climate", "strain", "staff", "funds"]


def test_coefficients_errors_and_deviance_are_those_of_glm(areas):
    """R 4.2.2: glm(agree ~ climate + strain + staff + funds, binomial, epsilon = 1e-12)."""
    fit = fit_logit(areas.numbers("agree"), areas.matrix(FOUR))
    coefficients = [-2.2102837012716, 1.0207599875346, -0.4368955941352, 0.2769588603812]
    errors = [0.8204171429055, 0.1842592178893, 0.1633935291856, 0.0662007789864]
    assert fit.coefficients == pytest.approx([*coefficients, 0.0130711608301], abs=1e-9)
    assert fit.standard_errors == pytest.approx([*errors, 0.0135540079343], rel=1e-6)
    assert fit.deviance == pytest.approx(248.908946623, abs=1e-8)
    assert fit.null_deviance == pytest.approx(332.56063104, abs=1e-8)
    assert (fit.converged, fit.separated, fit.penalised, fit.rows) == (True, False, False, 240)
    assert fit.warnings == ()


def test_weights_and_missing_rows_as_in_weighted_least_squares(areas):
    """Against our own iterated least squares, written apart."""
    y, x, weight = areas.numbers("agree"), areas.matrix(FOUR), areas.numbers("count")
    x[3, 1], y[7], weight[9] = np.nan, np.nan, 0
    fit = fit_logit(y, x, weights=weight)
    other = logistic_model(y, x, weights=weight, rounds=50)
    assert fit.coefficients == pytest.approx(other.coefficients, abs=1e-7)
    assert fit.covariance == pytest.approx(other.covariance, rel=1e-3)
    assert fit.rows == 237
    assert [(w.code, w.values["count"]) for w in fit.warnings] == [("STA-024", 2)]


def test_columns_that_say_nothing_new_get_nan_and_change_nothing(areas):
    y, x = areas.numbers("agree"), areas.matrix(FOUR)
    wide = np.column_stack([x, x[:, 0] * 2 - x[:, 1], np.full(len(y), 7.0)])
    fit, plain = fit_logit(y, wide), fit_logit(y, x)
    assert np.isnan(fit.coefficients[5:]).all()
    assert np.isnan(fit.covariance[5:]).all()
    assert fit.coefficients[:5] == pytest.approx(plain.coefficients, abs=1e-9)
    assert fit.loglik == pytest.approx(plain.loglik, abs=1e-10)


def test_firth_maximises_the_penalised_likelihood():
    """Against a general search over the penalised likelihood, written out here."""
    y = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 1.0])
    x = np.array(
        [[1, 1], [2, 0], [3, 1], [4, 0], [5, 1], [6, 0], [7, 1], [8, 1], [4.2, 0], [4.9, 0]]
    )
    design = np.column_stack([np.ones(10), x])

    def value(b):
        p = 1 / (1 + np.exp(-design @ b))
        information = design.T @ (design * (p * (1 - p))[:, None])
        return np.log(np.where(y > 0, p, 1 - p)).sum() + np.linalg.slogdet(information)[1] / 2

    fit = fit_logit(y, x, fallback="firth")
    assert (fit.separated, fit.penalised, fit.converged) == (True, True, True)
    assert [w.code for w in fit.warnings] == ["STA-030"]
    best = value(fit.coefficients)
    for place in range(3):
        for step in (-1e-3, 1e-3):
            beside = fit.coefficients.copy()
            beside[place] += step
            assert value(beside) < best
    # R 4.2.2, optim over the same function: found to about 3e-5.
    assert fit.coefficients == pytest.approx(fit_logit(y, x, firth=True).coefficients, abs=1e-12)


def test_firth_of_the_constant_adds_half_a_case_to_either_side():
    fit = fit_logit([1, 1, 1, 0], np.zeros((4, 1)), firth=True)
    assert fit.coefficients[0] == pytest.approx(np.log(3.5 / 1.5), abs=1e-10)


def test_firth_is_the_same_with_counts_as_with_rows():
    x, y = np.array([[0.0], [1], [2], [3]]), np.array([0, 1, 0, 1])
    counts = np.array([3.0, 1, 2, 4])
    rows = np.repeat(np.arange(4), counts.astype(int))
    one = fit_logit(y, x, weights=counts, firth=True)
    other = fit_logit(y[rows], x[rows], firth=True)
    assert one.coefficients == pytest.approx(other.coefficients, abs=1e-10)


def test_parted_outcome_by_each_fallback():
    y, x = [0, 0, 1, 1], [1, 2, 3, 4]
    limit, none = fit_logit(y, x), fit_logit(y, x, fallback="none")
    assert limit.loglik == pytest.approx(0, abs=1e-8)
    assert limit.separated
    assert not limit.converged
    assert np.isnan([none.loglik, none.deviance, *none.coefficients]).all()
    assert none.null_deviance == pytest.approx(8 * np.log(2))
    quasi = fit_logit([0, 0, 1, 0, 1, 1], [1, 2, 2, 2, 3, 4])
    # Three rows on the border, one of them a 1.
    assert quasi.loglik == pytest.approx(2 * np.log(2 / 3) + np.log(1 / 3), abs=1e-8)


def test_an_extreme_case_is_not_called_parted():
    rng = np.random.Generator(np.random.Philox(3))
    x = np.concatenate([rng.normal(size=80), [400.0]])
    y = np.concatenate([(rng.random(80) < 1 / (1 + np.exp(-x[:80]))).astype(float), [1.0]])
    fit = fit_logit(y, x)
    assert not fit.separated
    assert fit.converged


@pytest.mark.parametrize("y", [[1, 1, 1], [np.nan] * 3, [0, np.nan, 0]])
def test_an_outcome_that_does_not_vary_has_no_fit(y):
    fit = fit_logit(y, [1, 2, 3])
    assert np.isnan([fit.loglik, fit.null_loglik, *fit.coefficients, *fit.standard_errors]).all()
    assert fit.warnings[-1].code == "STA-032"
    assert not fit.converged


def test_nothing_at_all():
    assert np.isnan(fit_logit([], np.empty((0, 2))).loglik)
    alone = fit_logit([0, 1, 1], np.empty((3, 0)))
    assert alone.coefficients == pytest.approx([np.log(2)])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"y": [0, 1, 2]}, "STA-003"),
        ({"weights": [1, -1, 1]}, "STA-003"),
        ({"weights": [1, 1]}, "STA-002"),
        ({"X": [[1], [2]]}, "STA-002"),
        ({"y": [[0, 1, 1]]}, "STA-002"),
        ({"fallback": "ridge"}, "STA-001"),
    ],
)
def test_what_is_refused(change, code):
    given_ = {"y": [0, 1, 1], "X": [1, 2, 3]} | change
    with pytest.raises(Fault) as caught:
        fit_logit(given_.pop("y"), given_.pop("X"), **given_)
    assert caught.value.code == code


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.booleans())
def test_units_labels_and_order_do_not_matter(seed, k, firth):
    rng = np.random.Generator(np.random.Philox(seed))
    n = 40
    x, y = rng.normal(size=(n, k)), rng.integers(0, 2, n).astype(float)
    y[:2] = [0, 1]
    fit = fit_logit(y, x, firth=firth)
    order = rng.permutation(n)
    scale, shift = rng.uniform(0.1, 100, k), rng.normal(size=k) * 10
    other = fit_logit(7 - 3 * y[order], x[order] * scale + shift, firth=firth)
    assert other.loglik == pytest.approx(fit.loglik, abs=1e-6)
    assert -other.coefficients[1:] * scale == pytest.approx(fit.coefficients[1:], abs=1e-4)
    assert fit.loglik >= fit.null_loglik - 1e-6 or firth


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_derivatives_are_those_of_the_likelihood(seed):
    rng = np.random.Generator(np.random.Philox(seed))
    model = LogitLikelihood(
        rng.integers(0, 2, 12).astype(float), rng.normal(size=(12, 2)), rng.uniform(0.5, 2, 12)
    )
    at, active, step = rng.normal(size=(1, 3)), np.ones((1, 3), dtype=bool), 1e-5
    for look in (model.slope, lambda b: model.penalised(b, active)):
        for place in range(3):
            move = np.zeros((1, 3))
            move[0, place] = step
            high, low = look(at + move), look(at - move)
            slope = (high.loglik - low.loglik) / (2 * step)
            assert slope == pytest.approx(look(at).gradient[:, place], abs=1e-6)
    bend = (model.slope(at + move).gradient - model.slope(at - move).gradient) / (2 * step)
    assert -bend[0] == pytest.approx(model.slope(at).information[0, 2], abs=1e-6)
