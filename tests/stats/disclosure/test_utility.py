"""What do protected data still tell, and which protection is worth its price?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.disclosure.utility import (
    correlation_change,
    entropy_loss,
    il1s,
    margin_distances,
    suppressed_shares,
)
from consilience.stats.disclosure.utility_model import efficient_frontier, propensity_mse


def test_shares_suppressed_by_key():
    before = [[0, 1, -1, 1], [-1, -1, -1, -1], [2, 2, 2, 2]]
    after = [[0, -1, -1, -1], [-1, -1, -1, -1], [2, 2, 2, 2]]
    found = suppressed_shares(before, after)
    assert np.array_equal(found, [2 / 3, np.nan, 0], equal_nan=True)


def test_entropy_lost_by_hand():
    key = [0, 0, 1, 2]
    # 0 and 1 are told as one: two cells lose log2(3/2), one loses log2(3).
    lost = 2 * np.log2(1.5) + np.log2(3)
    whole = 2 * np.log2(2) + 2 * np.log2(4)
    assert entropy_loss([key], [[0, 0, 0, 2]])[0] == pytest.approx(lost / whole)
    assert entropy_loss([key], [[-1, -1, -1, -1]])[0] == pytest.approx(1)
    assert entropy_loss([key], [[-1, 0, 1, 2]])[0] == pytest.approx(1 / whole)
    assert entropy_loss([key], [[5, 5, 9, 7]])[0] == 0
    assert entropy_loss([[0, 0, 1, -1]], [[0, 0, 1, -1]])[0] == 0
    assert np.isnan(entropy_loss([[4, 4]], [[4, -1]])[0])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=30), st.data())
def test_broader_groups_lose_more(key, data):
    groups = np.array(data.draw(st.lists(st.integers(0, 2), min_size=5, max_size=5)))
    fine = groups[key]
    broad = np.minimum(fine, 1)
    losses = [entropy_loss([key], [each])[0] for each in (key, fine, broad)]
    if len(set(key)) > 1:
        assert losses[0] == 0
        assert -1e-12 <= losses[1] <= losses[2] + 1e-12 <= 1 + 1e-9


def test_il1s_by_hand():
    before, after = [[1, 5], [2, 5], [3, 5]], [[2, 5], [2, 5], [np.nan, 9]]
    # The second column does not vary; of the first one cell of two moved by a deviation of 1.
    assert il1s(before, after) == pytest.approx(1 / np.sqrt(2) / 2)
    assert il1s([1, 2, 4], [1, 2, 4]) == 0
    assert np.isnan(il1s([3, 3], [1, 2]))


@given(st.lists(st.integers(0, 4), min_size=1), st.lists(st.integers(0, 4), min_size=1))
def test_margin_distances_are_even_and_within_1(one, other):
    there = margin_distances([one], [other])[0]
    assert 0 <= there <= 1
    assert margin_distances([other], [one])[0] == pytest.approx(there)
    assert margin_distances([one * 2], [one])[0] == pytest.approx(0, abs=1e-7)
    assert np.isnan(margin_distances([one], [[-1]])[0])


def test_correlations_that_move():
    rng = stream(8, "correlations")
    table = rng.normal(size=(50, 3))
    noisy = table + rng.normal(size=table.shape)
    found = correlation_change(table, noisy)
    wanted = np.corrcoef(noisy.T) - np.corrcoef(table.T)
    assert found.changes == pytest.approx(wanted)
    off = np.abs(wanted[np.triu_indices(3, 1)])
    assert (found.mean, found.largest) == pytest.approx((off.mean(), off.max()))
    flat = correlation_change([[1, 1], [1, 2]], [[1, 1], [1, 2]])
    assert np.isnan(flat.largest)
    assert np.isnan(correlation_change([[1, 1]], [[1, 1]]).mean)


def test_propensity_error_of_data_from_the_right_model_is_as_expected():
    rng = stream(9, "pmse")
    ratios = []
    for _ in range(100):
        table = rng.normal(size=(300, 3))
        made = rng.multivariate_normal(table.mean(axis=0), np.cov(table.T), size=200)
        ratios.append(propensity_mse(table, made).ratio)
    assert np.mean(ratios) == pytest.approx(1, abs=0.2)
    table = rng.normal(size=(300, 2))
    assert propensity_mse(table, table).pmse == pytest.approx(0, abs=1e-12)
    apart = propensity_mse(table, table + 1)
    assert apart.ratio > 50
    assert apart.rows == 600


def test_propensity_error_with_columns_that_depend_and_rows_that_miss():
    table = np.array([[0.0, 0, 1], [1, 2, 1], [2, 4, 1], [3, 6, 1], [np.nan, 1, 1]])
    found = propensity_mse(table, table[:3])
    # One column is left beside the constant.
    assert found.expected == pytest.approx((4 / 7) ** 2 * (3 / 7) / 7)
    assert found.rows == 7


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_the_frontier_is_what_nothing_beats(points):
    found = efficient_frontier(*zip(*points, strict=True))
    for place, (risk, utility) in enumerate(points):
        better = [
            other
            for other, (r, u) in enumerate(points)
            if r <= risk and u >= utility and (r, u) != (risk, utility)
        ]
        assert found.efficient[place] == (not better)
        if better:
            assert found.beaten_by[place] in better
            assert found.efficient[found.beaten_by[place]]
    assert sorted(found.order) == np.flatnonzero(found.efficient).tolist()
    assert sorted(points[each][0] for each in found.order) == [
        points[each][0] for each in found.order
    ]


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("STA-002", lambda: suppressed_shares([[0, 1]], [[0]])),
        ("STA-002", lambda: entropy_loss([[0, 1]], [[0, 1], [0, 1]])),
        ("STA-002", lambda: margin_distances([[0]], [[0], [0]])),
        ("STA-002", lambda: il1s([1, 2], [1])),
        ("STA-002", lambda: correlation_change([1, 2], [1, 2])),
        ("STA-002", lambda: propensity_mse([[1]], [[1, 2]])),
        ("STA-004", lambda: propensity_mse([[1.0]], [[np.nan]])),
        ("STA-002", lambda: efficient_frontier([1], [1, 2])),
        ("STA-003", lambda: efficient_frontier([1], [np.nan])),
    ],
)
def test_what_is_refused(code, call):
    with pytest.raises(Fault) as told:
        call()
    assert told.value.code == code
