"""Tests of several coefficients, against mice 3.15.0 and mitml 0.4-4."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.imputation.pooled_tests import (
    compare_models,
    pool_chi2,
    pool_likelihood,
    pool_wald,
)

Q = [[1.0, 0.4], [1.3, 0.2], [0.8, 0.5], [1.1, 0.1]]
U = [[[0.2, 0.0], [0.0, 0.1]]] * 4
Y = [[1.0, 5, 2, 6, 4, 7], [1.0, 5, 3, 6, 4, 7], [1.0, 5, 2, 6, 5, 7]]
X = [[[0.0], [1], [2], [3], [4], [5]]] * 3
NONE = np.empty((3, 6, 0))


def test_wald_as_mitml():
    # testConstraints: 2.386, 2, 21.280 (df.com NULL) or 11.510 (40), RIV 0.344.
    large, small = pool_wald(Q, U), pool_wald(Q, U, complete_df=40)
    assert round(large.statistic, 3) == round(small.statistic, 3) == 2.386
    assert round(large.df2, 3) == 21.280
    assert round(small.df2, 3) == 11.510
    assert (round(large.p, 3), round(small.p, 3), round(large.riv, 3)) == (0.116, 0.136, 0.344)


def test_wald_with_few_imputations():
    # With k (m - 1) = 4 the term of the missing data is without bound, and df2 is 4.
    four = pool_wald(Q[:3], U[:3], complete_df=22)
    assert four.df2 == 4
    assert np.isnan(pool_wald(Q[:2], U[:2], complete_df=22).df2)
    assert pool_wald(Q[:2], U[:2]).df2 > 0
    # Without missing information Reiter's formula leaves the degrees of complete data.
    same = pool_wald([Q[0]] * 5, [U[0]] * 5, complete_df=22)
    assert (same.riv, same.df2) == (0, pytest.approx(22 * 23 / 25))
    assert pool_wald([Q[0]] * 3, [U[0]] * 3, complete_df=22).df2 == pytest.approx(22 * 23 / 25)
    assert pool_wald([Q[0]] * 5, [U[0]] * 5).df2 == np.inf


def test_wald_beyond_what_it_can_say():
    for q, u in ((Q[:1], U[:1]), (Q, np.zeros((4, 2, 2))), (np.full((4, 2), np.nan), U)):
        found = pool_wald(q, u, complete_df=22)
        assert np.isnan([found.statistic, found.df2, found.p, found.riv]).all()
    assert np.isnan(pool_wald(np.empty((4, 0)), np.empty((4, 0, 0))).p)


def test_wald_of_one_coefficient_is_the_pooled_t_squared():
    q = np.array([[2], [2.1], [1.8], [2.4], [2.05]])
    u = np.array([0.1, 0.11, 0.09, 0.1, 0.12]).reshape(5, 1, 1)
    assert pool_wald(q, u).statistic == pytest.approx(2.07**2 / 0.1604)


def test_chi2_by_its_formula():
    # Averages 5.5; var(sqrt) 1.2 times is the riv; as D2 of mice on the shipped cases.
    d = np.array([6.2, 4.1, 7.9, 5.5, 3.8])
    r = 1.2 * np.sqrt(d).var(ddof=1)
    found = pool_chi2(d, df=2)
    assert found.riv == pytest.approx(r)
    assert found.statistic == pytest.approx((5.5 / 2 - 1.5 * r) / (1 + r))
    assert found.df2 == pytest.approx(2 ** (-3 / 5) * 4 * (1 + 1 / r) ** 2)
    assert pool_chi2([3.0, 3.0], df=1).df2 == np.inf
    assert np.isnan(pool_chi2([3.0], df=1).p)
    assert np.isnan(pool_chi2([3.0, np.nan], df=1).p)


def test_likelihood_of_linear_models_as_mice():
    # D3(as.mira(lm(y ~ x)), as.mira(lm(y ~ 1))) of mice.
    found = compare_models(Y, X, NONE)
    assert found.statistic == pytest.approx(4.652933, rel=1e-6)
    assert found.df2 == pytest.approx(1046.570, rel=1e-6)
    assert found.p == pytest.approx(0.03122765, rel=1e-6)
    assert found.riv == pytest.approx(0.04571341, rel=1e-6)
    strict = compare_models(Y, X, NONE, constant="pooled")
    assert strict.riv > found.riv


def test_likelihood_of_other_models_and_their_order():
    rng = stream(5, "tests/likelihood")
    whole = rng.normal(size=(80, 2))
    x = whole + 0.1 * rng.normal(size=(4, 80, 2))
    odds = 1.2 * whole[:, 0]
    y = np.tile(rng.random(80) < 1 / (1 + np.exp(-odds)), (4, 1)).astype(float)
    strong = compare_models(y, x, x[:, :, 1:], kind="logistic")
    weak = compare_models(y, x, x[:, :, :1], kind="logistic")
    assert strong.p < 0.01 < weak.p
    counts = np.tile(rng.poisson(np.exp(odds)), (4, 1))
    assert compare_models(counts, x, x[:, :, 1:], kind="poisson").p < 0.001


def test_equal_data_sets_lose_nothing():
    found = compare_models([Y[0]] * 3, X, NONE)
    assert (found.riv, found.df2) == (0, np.inf)
    one = np.array(Y[0])
    rest = np.linalg.lstsq(np.column_stack([np.ones(6), np.arange(6)]), one, rcond=None)[1][0]
    ratio = 6 * np.log(((one - one.mean()) ** 2).sum() / rest)
    assert found.statistic == pytest.approx(ratio)


def test_undetermined_models_are_nan():
    flat = np.ones((3, 6, 1))
    assert np.isnan(compare_models(Y, flat, NONE).p)
    assert np.isnan(pool_likelihood([3.0], [2.0], df=1).p)
    assert np.isnan(pool_likelihood([3.0, np.nan], [2.0, 1], df=1).p)
    # Pooled ratios above the own ones give a negative increase; F stays defined.
    found = pool_likelihood([3.0, 4.0], [3.2, 4.1], df=1)
    assert found.riv < 0
    assert 0 <= found.p <= 1


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("STA-002", lambda: pool_wald(Q, U[:2])),
        ("STA-002", lambda: pool_chi2([[1.0]], df=1)),
        ("STA-003", lambda: pool_chi2([1.0, 2], df=0)),
        ("STA-002", lambda: pool_likelihood([1.0, 2], [1.0], df=1)),
        ("STA-003", lambda: pool_likelihood([1.0, 2], [1.0, 2], df=0)),
        ("STA-001", lambda: compare_models(Y, X, NONE, kind="probit")),
        ("STA-001", lambda: compare_models(Y, X, NONE, constant="gone")),
        ("STA-002", lambda: compare_models(Y, X[:2], NONE)),
        ("STA-003", lambda: compare_models(Y, X, X)),
    ],
)
def test_what_does_not_fit_is_said(code, call):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 12), st.integers(2, 4))
def test_tests_do_not_depend_on_order_or_units(seed, m, k):
    rng = stream(seed, "tests/pooled-tests")
    q, half = rng.normal(size=(m, k)), rng.normal(size=(m, k, k))
    u = half @ half.transpose(0, 2, 1) + np.eye(k)
    found = pool_wald(q, u, complete_df=60)
    scale = np.diag(rng.uniform(0.5, 3, k))
    other = pool_wald((q @ scale)[::-1], (scale @ u @ scale)[::-1], complete_df=60)
    assert other.statistic == pytest.approx(found.statistic, rel=1e-6)
    assert other.df2 == pytest.approx(found.df2, rel=1e-6, nan_ok=True)
