import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.agreement.concordance import (
    finn,
    kendall_w,
    mean_correlation,
    percent_agreement,
    robinson_a,
)

NAN = float("nan")
# Siegel (1956), chapter 9: three interviewers rank six applicants; sums of ranks 8, 14, 11, 11,
# 11, 8, so s = 25.5 and W = .16.
APPLICANTS = [[1, 1, 6], [6, 5, 3], [3, 6, 2], [2, 4, 5], [5, 2, 4], [4, 3, 1]]
TIED = [[1, 1, 2], [2, 1, 2], [3, 4, 3], [4, 3, 3], [5, 4, 4], [5, 5, 1]]


def test_published_concordance():
    got = kendall_w(APPLICANTS)
    assert got.w == pytest.approx(25.5 / 157.5)
    assert not got.tied
    assert got.chi_square == pytest.approx(3 * 5 * got.w)
    # Without ties the mean rank correlation follows from W.
    assert got.mean_spearman == pytest.approx((3 * got.w - 1) / 2)


def test_correction_for_ties():
    # R 4.2.2: friedman.test of the transposed matrix.
    got = kendall_w(TIED)
    assert got.chi_square == pytest.approx(8.8)
    assert got.p == pytest.approx(0.1173, abs=5e-5)
    assert got.tied
    plain = kendall_w(TIED, correct=False)
    assert plain.w < got.w
    assert plain.df == 5


def test_only_complete_units_are_ranked():
    got = kendall_w([*TIED, [1, NAN, 3]])
    assert got.w == pytest.approx(kendall_w(TIED).w)
    assert got.units == 6


@pytest.mark.parametrize(
    "ratings", [[[3, 3], [3, 3]], [[1, 2]], np.empty((0, 2)), np.empty((2, 0))]
)
def test_undefined_concordance_is_missing(ratings):
    got = kendall_w(ratings)
    assert math.isnan(got.w)
    assert math.isnan(got.p)
    assert math.isnan(got.mean_spearman)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=12))
def test_concordance_is_a_share_that_order_alone_decides(rows):
    table = np.array(rows, dtype=float)
    got = kendall_w(table)
    assert math.isnan(got.w) or -1e-9 <= got.w <= 1 + 1e-9
    stretched = kendall_w(np.exp(table[::-1]) * [1, 5, 0.1])
    assert got.w == pytest.approx(stretched.w, abs=1e-9, nan_ok=True)


def test_same_order_is_one():
    assert kendall_w([[1, 10], [2, 20], [3, 21]]).w == pytest.approx(1)


def test_mean_correlation_by_hand():
    table = np.array([[1, 2, 1], [2, 1, 3], [3, 4, 2], [4, 3, 4], [5, 5, 6]], dtype=float)
    pairs = np.corrcoef(table.T)[np.triu_indices(3, 1)]
    plain = mean_correlation(table, fisher=False)
    assert plain.value == pytest.approx(pairs.mean())
    assert math.isnan(plain.z)
    got = mean_correlation(table)
    assert got.value == pytest.approx(np.tanh(np.arctanh(pairs).mean()))
    assert got.z == pytest.approx(got.value * math.sqrt(2))


def test_perfect_correlations_are_dropped_before_the_transformation():
    got = mean_correlation([[1, 2, 1], [2, 4, 3], [3, 6, 2], [4, 8, 5]])
    assert got.dropped == 1
    assert got.value == pytest.approx(mean_correlation([[1, 1], [2, 3], [3, 2], [4, 5]]).value)
    assert math.isnan(mean_correlation([[1, 2], [2, 4], [3, 6], [4, 8]]).value)


def test_ranked_correlation_knows_order_only():
    got = mean_correlation([[1, 1], [2, 4], [3, 9], [4, 2]], ranked=True, fisher=False)
    assert got.value == pytest.approx(0.4)


@pytest.mark.parametrize("ratings", [[[1, 2], [1, 3]], [[1], [2]], [[1, 2]], np.empty((0, 2))])
@pytest.mark.parametrize("fisher", [True, False])
def test_undefined_correlation_is_missing(ratings, fisher):
    assert math.isnan(mean_correlation(ratings, fisher=fisher).value)


def test_percent_agreement_with_tolerance():
    table = [[1, 1, 1], [1, 2, 1], [1, 3, 1], [2, 2, NAN]]
    assert percent_agreement(table) == pytest.approx(1 / 3)
    assert percent_agreement(table, tolerance=1) == pytest.approx(2 / 3)
    assert percent_agreement(np.array([["a", "a"], ["a", "b"]])) == 0.5
    assert math.isnan(percent_agreement([[1, NAN]]))
    assert math.isnan(percent_agreement([[1], [2]]))


def test_finn_by_hand():
    table = [[1, 2], [2, 2], [4, 5]]
    got = finn(table, points=5)
    assert got.value == pytest.approx(1 - (0.5 + 0 + 0.5) / 3 / 2)
    assert got.f == pytest.approx(6)
    # R 4.2.2: pf(6, Inf, 3, lower.tail=FALSE)
    assert got.p == pytest.approx(0.08110859, abs=1e-7)
    assert finn(table, points=5, two_way=True).df == 2


def test_undefined_finn():
    assert math.isnan(finn([[1, 2]], points=5).value)
    same = finn([[1, 1], [2, 2]], points=5)
    assert same.value == 1
    assert math.isnan(same.p)


def test_robinson_leaves_levels_of_raters_out():
    assert robinson_a([[1, 6], [2, 7], [4, 9]]) == pytest.approx(1)
    # Sums of squares: 31/3 between units, 1/3 left.
    assert robinson_a([[1, 2], [2, 2], [4, 5]]) == pytest.approx(31 / 32)
    for nothing in ([[1, 2]], [[3, 3], [3, 3]], [[1], [2]]):
        assert math.isnan(robinson_a(nothing))


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: kendall_w([1, 2]), "STA-002"),
        (lambda: finn([[1, 2]], points=1), "STA-003"),
        (lambda: percent_agreement([[1, 2]], tolerance=-1), "STA-003"),
        (lambda: percent_agreement(np.array([["a", "b"]]), tolerance=1), "STA-003"),
    ],
)
def test_what_cannot_be_is_refused(call, code):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code
