"""Which small groups of records share their mean?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.disclosure.microaggregation import mdav, microaggregate

NUMBERS = st.lists(st.integers(-50, 50), min_size=6, max_size=11)
FEW = settings(max_examples=60, deadline=None)


def squares(values, groups):
    values = np.asarray(values, dtype=float)
    return sum(((values[groups == each] - values[groups == each].mean()) ** 2).sum()
               for each in np.unique(groups))  # fmt: skip


def least(ordered, k):
    """Try every way of cutting sorted values into groups of k or more."""
    if not len(ordered):
        return 0.0
    return min(
        (
            float(((ordered[:size] - ordered[:size].mean()) ** 2).sum()) + least(ordered[size:], k)
            for size in range(k, len(ordered) + 1)
        ),
        default=np.inf,
    )


@FEW
@given(NUMBERS, st.integers(1, 4))
def test_no_other_groups_lose_less(values, k):
    found = microaggregate(values, k=k)
    assert np.bincount(found.groups).min() >= k
    best = least(np.sort(np.array(values, dtype=float)), k)
    assert squares(values, found.groups) == pytest.approx(best, abs=1e-9)


@FEW
@given(st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=40), st.integers(2, 5))
def test_the_best_groups_are_never_worse_than_those_of_mdav(values, k):
    best = microaggregate(values, k=k)
    greedy = mdav(np.array(values)[:, None], k=k)
    assert best.loss <= greedy.loss + 1e-9
    assert best.values.sum() == pytest.approx(np.sum(values), abs=1e-6)


@FEW
@given(
    hnp.arrays(np.int64, st.tuples(st.integers(5, 30), st.integers(1, 3)),
               elements=st.integers(-9, 9)),
    st.integers(1, 5),
)  # fmt: skip
def test_groups_of_mdav_have_k_to_less_than_2k(table, k):
    found = mdav(table, k=k)
    sizes = np.bincount(found.groups)
    assert sizes.min() >= k
    assert sizes.max() < 2 * k
    assert 0 <= found.loss <= 1 + 1e-12
    for each in range(len(sizes)):
        mean = table[found.groups == each].mean(axis=0)
        assert found.values[found.groups == each] == pytest.approx(np.tile(mean, (sizes[each], 1)))


def test_mdav_by_hand():
    # From the centre, 5.2, 12 is furthest, and 11 its nearest; from 12 it is 0, with 1.
    found = mdav([[0], [1], [3], [4], [11], [12]], k=2)
    assert found.groups.tolist() == [1, 1, 2, 2, 0, 0]
    assert found.values.ravel().tolist() == [0.5, 0.5, 3.5, 3.5, 11.5, 11.5]
    alike = mdav([[3, 1]] * 5, k=2)
    assert alike.loss == 0


def test_scale_matters_only_without_standardising():
    rng = stream(4, "mdav")
    table = rng.normal(size=(40, 2))
    scaled = table * [1, 1000]
    assert (mdav(table, k=3).groups == mdav(scaled, k=3).groups).all()
    assert (
        mdav(table, k=3, standardise=False).groups != mdav(scaled, k=3, standardise=False).groups
    ).any()


def test_missing_numbers_take_no_part():
    found = microaggregate([np.nan, 1, 3], k=2)
    assert np.array_equal(found.values, [np.nan, 2, 2], equal_nan=True)
    assert found.groups.tolist() == [-1, 0, 0]
    both = mdav([[1, 2], [np.nan, 2], [3, 4]], k=2)
    assert both.groups.tolist() == [0, -1, 0]
    assert np.isnan(both.values[1]).all()
    assert not len(microaggregate([], k=3).values)
    assert mdav(np.empty((0, 2)), k=3).values.shape == (0, 2)


def test_large_numbers_keep_their_digits():
    found = microaggregate(1e9 + np.array([0, 0.001, 0.002, 5, 5.001, 5.002]), k=2)
    assert found.groups.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.loss == pytest.approx(4e-6 / 37.5, rel=0.01)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("STA-002", lambda: microaggregate([[1.0]], k=1)),
        ("STA-002", lambda: mdav([1.0], k=1)),
        ("STA-003", lambda: microaggregate([1.0], k=0)),
        ("STA-003", lambda: mdav([[np.inf], [1.0]], k=1)),
        ("STA-004", lambda: microaggregate([1.0, np.nan], k=2)),
    ],
)
def test_what_is_refused(code, call):
    with pytest.raises(Fault) as told:
        call()
    assert told.value.code == code
