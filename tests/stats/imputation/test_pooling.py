"""Rubin's rules, against mice 3.15.0."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.imputation.pooled_coefficients import (
    pool_alpha,
    pool_correlation,
    pool_r2,
)
from consilience.stats.imputation.pooled_statistic import pool_any
from consilience.stats.imputation.pooling import barnard_rubin, pool, pool_scalar

Q = [2, 2.1, 1.8, 2.4, 2.05]
U = [0.1, 0.11, 0.09, 0.1, 0.12]


def test_pool_scalar_as_mice():
    found = pool_scalar(Q, U, n=40, k=2)
    assert found.estimate == pytest.approx(2.07)
    assert found.ubar == pytest.approx(0.104)
    assert found.b == pytest.approx(0.047)
    assert found.t == pytest.approx(0.1604)
    assert found.df == pytest.approx(13.591064469572233, rel=1e-12)
    assert found.riv == pytest.approx(0.542307692307692)
    assert found.fmi == pytest.approx(0.429780978116994783, rel=1e-12)
    assert (found.dfcom, found.m) == (38, 5)
    large = pool_scalar(Q, U)
    assert large.df == pytest.approx(32.352698556410658, rel=1e-12)
    assert large.fmi == pytest.approx(0.388301545087124611, rel=1e-12)


def test_equal_estimates_have_finite_df_as_mice():
    found = pool_scalar([2] * 5, [0.1] * 5, n=40, k=2)
    assert (found.b, found.t, found.riv) == (0, found.ubar, 0)
    assert found.df == pytest.approx(36.142723563526829, rel=1e-12)
    assert found.fmi == pytest.approx(0.051095064878510371, rel=1e-12)
    assert pool_scalar([2] * 5, [0.1] * 5).df == pytest.approx(4e8)
    near = pool_scalar([2, 2.0001, 1.9999], [0.1] * 3, n=40, k=2)
    assert near.df == pytest.approx(36.142720297785957, rel=1e-9)


def test_synthetic_data_as_mice():
    found = pool_scalar(Q, U, n=40, k=2, rule="reiter2003")
    assert found.t == pytest.approx(0.1134)
    assert found.df == pytest.approx(582.14395654142186)
    assert np.isnan(found.fmi)
    assert np.isnan(found.share_missing)


def test_interval_and_test_as_summary_of_mice():
    # mice: estimate 5.15471814722, se 2.01726023113, df 15.43567325936, m = 5.
    b = 0.462076831438
    estimates = 5.15471814722 + np.sqrt(b) * np.array([-1, -1, 0, 1, 1])
    found = pool(estimates, [3.51484664236] * 5, complete_df=21)
    assert found.b == pytest.approx(b)
    assert found.se == pytest.approx(2.01726023113)
    assert found.df == pytest.approx(15.43567325936)
    assert found.p == pytest.approx(0.0216073276047)
    assert (found.low, found.high) == pytest.approx((0.865575669813, 9.44386062462))
    narrow = pool(estimates, [3.51484664236] * 5, complete_df=21, level=0.5)
    assert found.low < narrow.low < narrow.high < found.high


def test_one_imputation_and_no_variance_are_nan():
    one = pool([2.0], [0.1], complete_df=38)
    assert (one.estimate, one.ubar) == (2, 0.1)
    assert np.isnan([one.b, one.t, one.df, one.fmi, one.p, one.low]).all()
    flat = pool([2.0] * 5, [0.0] * 5, complete_df=38)
    assert (flat.b, flat.t) == (0, 0)
    assert np.isnan([flat.df, flat.riv, flat.fmi]).all()
    sure = pool([1.0, 2, 3], [0.0] * 3, complete_df=38)
    assert sure.t == pytest.approx(4 / 3)
    assert (sure.df, sure.riv) == (0, np.inf)
    assert np.isnan(pool([1.0, 2, np.nan], [1.0] * 3).estimate)
    assert pool_scalar(Q, U, n=3, k=3).df == 0


def test_degrees_of_freedom_of_several_shares():
    assert barnard_rubin(5, [0.0, 0.2], 38)[0] == pytest.approx(36.142723563526829)
    assert barnard_rubin(3, 0.5) == pytest.approx(8)
    assert (np.diff(barnard_rubin(5, np.linspace(0, 0.99, 50), 30)) < 0).all()


def test_r2_as_mice():
    r2 = [0.696029820538, 0.364517420076, 0.371357405483, 0.582248611457, 0.229407681388]
    found = pool_r2(r2, n=25)
    assert found.estimate == pytest.approx(0.460732232306, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((0.0117844809764, 0.833393612407), rel=1e-9)
    assert found.fmi == pytest.approx(0.716911837711, rel=1e-9)
    assert np.isnan(pool_r2([0.1, -0.02], n=25).estimate)
    assert np.isnan(pool_r2([0.1, 0.2], n=3).high)


def test_correlations_of_a_matrix_are_pooled_one_by_one():
    r = np.array([[0.42, -0.1], [0.5, 0.2], [0.38, 0.0]])
    both, first = pool_correlation(r, n=[60, 60]), pool_correlation(r[:, 0], n=60)
    assert both.estimate[0] == pytest.approx(float(first.estimate))
    assert both.low[0] == pytest.approx(float(first.low))
    assert pool_correlation([0.5] * 4, n=60, complete_df=58).estimate == pytest.approx(0.5)
    assert np.isnan(pool_correlation([1.0, 0.5], n=60).estimate)


def test_alpha_by_hand():
    alpha = np.array([0.81, 0.79, 0.84])
    found = pool_alpha(alpha, n=120, items=8)
    assert found.estimate == pytest.approx(1 - np.prod(1 - alpha) ** (1 / 3))
    assert found.scaled.ubar == pytest.approx(16 / (7 * 118))
    assert found.low < found.estimate < found.high < 1
    assert np.isnan(pool_alpha([1.0, 0.9], n=120, items=8).estimate)
    assert np.isnan(pool_alpha([0.8, 0.9], n=2, items=8).high)


def test_any_statistic_with_or_without_a_variance():
    rng = stream(3, "tests/pool-any")
    sets = rng.normal([1, 4], size=(5, 200, 2))

    def mean(table):
        return table.mean(axis=0), table.var(axis=0, ddof=1) / len(table)

    given_variance = pool_any(mean, sets, complete_df=199)
    assert given_variance.estimate == pytest.approx(sets.mean(axis=(0, 1)))
    drawn = pool_any(
        lambda table: table.mean(axis=0),
        sets,
        complete_df=199,
        streams=lambda m: stream(3, "tests/draws", block=m),
    )
    assert drawn.estimate == pytest.approx(given_variance.estimate)
    assert drawn.ubar == pytest.approx(given_variance.ubar, rel=0.15)


def test_an_undefined_bootstrap_sample_is_left_out():
    sets = np.repeat([[[1.0], [2.0]]], 3, axis=0)

    def spread(table):
        width = np.ptp(table)
        return width or np.nan

    streams = {"streams": lambda m: stream(3, "tests/gaps", block=m), "replicates": 50}
    found = pool_any(spread, sets, **streams)
    assert (found.estimate, found.ubar) == (1, 0)
    assert np.isnan(pool_any(lambda _: np.nan, sets, **streams).ubar)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("STA-001", lambda: pool(Q, U, rule="other")),
        ("STA-002", lambda: pool(Q, U[:2])),
        ("STA-002", lambda: pool(2.0, 1.0)),
        ("STA-003", lambda: pool(Q, [*U[:4], -1])),
        ("STA-003", lambda: pool(Q, U, level=95)),
        ("STA-004", lambda: pool([], [])),
        ("STA-003", lambda: pool_correlation([0.5, 1.2], n=60)),
        ("STA-003", lambda: pool_r2([0.5, 1.2], n=60)),
        ("STA-003", lambda: pool_alpha([0.5, 1.2], n=60, items=3)),
        ("STA-002", lambda: pool_any(np.mean, [[1.0, 2]])),
        ("STA-004", lambda: pool_any(np.mean, [[[1.0, 2]]])),
        (
            "STA-003",
            lambda: pool_any(np.mean, [[[1.0]]], streams=lambda _: stream(1, "x"), replicates=1),
        ),
    ],
)
def test_what_does_not_fit_is_said(code, call):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code
    assert caught.value.what
    assert "<" not in caught.value.what


@settings(max_examples=50, deadline=None)
@given(
    arrays(float, (4, 3), elements=st.floats(-100, 100)),
    arrays(float, (4, 3), elements=st.floats(0.01, 100)),
    st.floats(1, 1e4),
)
def test_pooled_lies_within_and_counts_both_variances(q, u, dfcom):
    found = pool(q, u, complete_df=dfcom)
    assert (found.estimate >= q.min(axis=0) - 1e-9).all()
    assert (found.estimate <= q.max(axis=0) + 1e-9).all()
    assert (found.t >= found.ubar).all()
    assert ((found.df > 0) & (found.df <= dfcom)).all()
    assert ((found.share_missing >= 0) & (found.share_missing <= 1)).all()
    assert ((found.p >= 0) & (found.p <= 1)).all()
    again = pool(q[::-1], u[::-1], complete_df=dfcom)
    assert again.t == pytest.approx(found.t)


@settings(max_examples=50, deadline=None)
@given(st.floats(-100, 100), st.floats(0.01, 100), st.integers(2, 30))
def test_equal_imputations_add_nothing(estimate, variance, m):
    found = pool([estimate] * m, [variance] * m, complete_df=50)
    assert found.b == 0
    assert found.t == found.ubar
    assert found.estimate == estimate
    assert found.df == pytest.approx(50 * 51 / 53, rel=1e-3)
