import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.bands import RULES, TIES, band_shares, cut, kept_and_moved

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=20)
distinct = st.lists(st.integers(-500, 500).map(float), min_size=1, max_size=20, unique=True)
LIMITS = (-2.0, 0.0, 2.5)


def four(data, rule, ties="file-order"):
    return cut(data, count=4, rule=rule, ties=ties, limits=LIMITS)


def test_39_areas_in_five_bands():
    bands = cut(np.arange(39.0)[::-1], count=5)
    assert np.bincount(bands).tolist() == [0, 8, 8, 8, 8, 7]
    assert bands[0] == 5
    assert bands[-1] == 1


@settings(max_examples=80, deadline=None)
@given(values, st.integers(2, 7))
def test_equal_counts_differ_by_at_most_one_and_the_lowest_hold_more(data, count):
    sizes = np.bincount(cut(data, count=count), minlength=count + 1)[1:]
    assert sizes.max() - sizes.min() <= 1
    assert (np.diff(sizes) <= 0).all()


@settings(max_examples=80, deadline=None)
@given(values, st.sampled_from(RULES), st.sampled_from(TIES))
def test_a_higher_value_never_has_a_lower_band(data, rule, ties):
    bands = four(data, rule, ties)
    for (x, a), (y, b) in itertools.combinations(zip(data, bands, strict=True), 2):
        assert (x < y and a <= b) or (x > y and a >= b) or x == y
    assert bands.min() >= 1
    assert bands.max() <= 4


@settings(max_examples=80, deadline=None)
@given(values, st.sampled_from(RULES), st.sampled_from(TIES[1:]), st.randoms())
def test_order_of_the_file_does_not_matter_when_ties_stay_together(data, rule, ties, random):
    order = list(range(len(data)))
    random.shuffle(order)
    shuffled = four(np.array(data)[order], rule, ties)
    assert shuffled.tolist() == four(data, rule, ties)[order].tolist()
    bands = dict(zip(data, four(data, rule, ties), strict=True))
    assert [bands[value] for value in data] == four(data, rule, ties).tolist()


@settings(max_examples=40, deadline=None)
@given(distinct, st.integers(2, 7))
def test_without_ties_the_rule_for_ties_does_not_matter(data, count):
    low, high = (cut(data, count=count, ties=ties) for ties in TIES[1:])
    assert low.tolist() == high.tolist() == cut(data, count=count).tolist()


def test_ties_go_where_the_rule_says():
    data = [1.0, 2.0, 2.0, 2.0, 3.0, 4.0]
    assert cut(data, count=3).tolist() == [1, 1, 2, 2, 3, 3]
    assert cut(data, count=3, ties="together-low").tolist() == [1, 1, 1, 1, 3, 3]
    assert cut(data, count=3, ties="together-high").tolist() == [1, 2, 2, 2, 3, 3]
    assert cut([0.1 + 0.2, 0.3], count=2, ties="together-low").tolist() == [1, 1]


def test_missing_values_have_no_band_under_any_rule():
    nan = float("nan")
    for rule in RULES:
        bands = four([3.0, nan, 1.0, 2.0, nan, 4.0], rule)
        assert (bands == 0).tolist() == [False, True, False, False, True, False]
        assert bands[[0, 2, 3, 5]].tolist() == four([3.0, 1.0, 2.0, 4.0], rule).tolist()
        assert four([nan, nan], rule).tolist() == [0, 0]


def test_equal_width_and_fixed_limits():
    assert cut([0.0, 2.4, 2.5, 9.9, 10.0], count=4, rule="equal-width").tolist() == [1, 1, 2, 4, 4]
    assert cut([7.0, 7.0], count=5, rule="equal-width").tolist() == [3, 3]
    on_limits = [-3.0, -2.0, 0.0, 2.5, 9.0]
    assert four(on_limits, "fixed").tolist() == [1, 2, 3, 4, 4]
    assert four(on_limits, "fixed", "together-low").tolist() == [1, 1, 2, 3, 4]


def within(data, bands):
    return sum(((data[bands == b] - data[bands == b].mean()) ** 2).sum() for b in set(bands))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-30, 30).map(float), min_size=4, max_size=9), st.integers(2, 4))
def test_clusters_have_the_least_sum_of_squares(data, count):
    ordered = np.sort(np.array(data))
    bands = cut(ordered, count=count, rule="clusters")
    groups = min(count, len(set(data)))
    assert sorted(set(bands)) == list(range(1, groups + 1))
    best = min(
        within(ordered, np.searchsorted(limits, np.arange(len(data)), side="right"))
        for limits in itertools.combinations(range(1, len(data)), groups - 1)
    )
    assert within(ordered, bands) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_many_replicates_equal_one_at_a_time(rule):
    rng = np.random.Generator(np.random.Philox(4))
    table = rng.integers(-4, 4, size=(30, 11)).astype(float)
    table[rng.random(table.shape) < 0.2] = np.nan
    together = four(table, rule)
    assert together.tolist() == [four(row, rule).tolist() for row in table]


def test_shares_sum_to_one_and_count_only_replicates_with_a_band():
    shares = band_shares(np.array([[1, 2, 0], [1, 3, 0], [2, 0, 0], [1, 3, 0]]), count=3)
    assert shares[0].tolist() == [0.75, 0.25, 0]
    assert shares[1] == pytest.approx([0, 1 / 3, 2 / 3])
    assert np.isnan(shares[2]).all()


def test_kept_and_moved_count_units_with_both_bands():
    assert kept_and_moved(np.array([1, 1, 5, 0]), np.array([1, 3, 0, 2])) == (0.5, 0.5)
    assert np.isnan(kept_and_moved(np.array([0]), np.array([1]))).all()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"rule": "taste"}, "CON-002"),
        ({"ties": "taste"}, "CON-002"),
        ({"rule": "fixed", "limits": (1.0,)}, "CON-003"),
        ({"rule": "fixed", "limits": (2.0, 1.0)}, "CON-003"),
    ],
)
def test_rules_that_do_not_exist_or_fit_are_refused(asked, code):
    with pytest.raises(Fault) as caught:
        cut([1.0, 2.0], count=3, **asked)
    assert caught.value.code == code
    assert "<" not in caught.value.what + caught.value.remedy
