"""Contributions from fits by subset: against the definition over orders, and in every sense."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from consilience.base.errors import Fault
from consilience.stats.importance.dominance import (
    by_size,
    complete_dominance,
    dominance,
    general_dominance,
)
from consilience.stats.importance.importance import relative_importance

fits = st.integers(1, 4).flatmap(
    lambda p: arrays(float, 2**p, elements=st.floats(0, 1).map(lambda value: round(value, 3)))
)


def over_orders(values):
    """The mean contribution over all orders, as it is defined."""
    count = len(values).bit_length() - 1
    total = np.zeros(count)
    orders = list(permutations(range(count)))
    for order in orders:
        inside = 0
        for player in order:
            total[player] += values[inside | 1 << player] - values[inside]
            inside |= 1 << player
    return total / len(orders)


@settings(deadline=None, max_examples=60)
@given(values=fits)
def test_general_dominance_is_the_mean_over_orders(values):
    found = dominance(values)
    assert found.general == pytest.approx(over_orders(values), abs=1e-12)
    assert found.general.sum() == pytest.approx(values[-1] - values[0], abs=1e-12)
    assert found.conditional.mean(axis=0) == pytest.approx(found.general, abs=1e-12)
    assert found.conditional[0] == pytest.approx(found.first, abs=1e-12)
    assert found.conditional[-1] == pytest.approx(found.last, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(values=fits)
def test_complete_dominance_implies_conditional_and_that_general(values):
    found = dominance(values)
    for one in range(len(found.general)):
        for other in range(len(found.general)):
            if one != other and found.complete_matrix[one, other] == 1:
                assert found.conditional_matrix[one, other] == 1
            if one != other and found.conditional_matrix[one, other] == 1:
                assert found.general_matrix[one, other] == 1
    for matrix in (found.complete_matrix, found.conditional_matrix, found.general_matrix):
        assert (matrix + matrix.T == 1).all()


def test_complete_dominance_subset_by_subset():
    """Fits of three players, one subset of which undoes the dominance of the first."""
    values = np.array([0, 0.5, 0.3, 0.7, 0.2, 0.6, 0.5, 0.8])
    found = dominance(values)
    assert found.complete_matrix[0].tolist() == [0.5, 1, 1]
    undone = values.copy()
    undone[0b101], undone[0b110] = 0.5, 0.6  # first with third, second with third
    found = dominance(undone)
    assert found.complete_matrix[0].tolist() == [0.5, 0.5, 1]
    assert found.general_matrix[0, 1] == 1


def test_complete_shares_are_counted_subset_by_subset():
    values = np.random.Generator(np.random.Philox(3)).random(32)
    found = dominance(values, players=5)
    for one in range(5):
        assert np.isnan(found.complete_share[one, one])
        for other in set(range(5)) - {one}:
            without = [s for s in range(32) if not s >> one & 1 and not s >> other & 1]
            more = [values[s | 1 << one] > values[s | 1 << other] for s in without]
            assert found.complete_share[one, other] == np.mean(more)
            expected = 1 if all(more) else 0.5 if any(more) else 0
            assert found.complete_matrix[one, other] == expected


def test_the_cars_of_the_manual_of_domir():
    """R's mtcars (facts): mpg by am, vs and cyl; the figures printed in the manual of domir."""
    mpg = [21, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4,
           10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26, 30.4, 15.8, 19.7,
           15, 21.4]  # fmt: skip
    cyl = [6, 6, 4, 6, 8, 6, 8, 4, 4, 6, 6, 8, 8, 8, 8, 8, 8, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 4, 8, 6,
           8, 4]  # fmt: skip
    vs = [0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0,
          0, 1]  # fmt: skip
    am = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1,
          1, 1]  # fmt: skip
    found = relative_importance(mpg, np.column_stack([am, vs, cyl]))
    assert found.fit == pytest.approx(0.7619773, abs=1e-7)
    assert found.general == pytest.approx([0.1774892, 0.2027032, 0.3817849], abs=1e-7)
    assert found.share == pytest.approx([0.2329324, 0.2660226, 0.5010450], abs=1e-7)
    assert found.dominance.conditional == pytest.approx(
        np.array(
            [
                [0.3597989, 0.4409477, 0.7261800],
                [0.1389842, 0.1641982, 0.3432799],
                [0.033684441, 0.002963748, 0.075894823],
            ]
        ),
        abs=1e-7,
    )
    share = found.dominance.complete_share
    assert share[[0, 0, 1], [1, 2, 2]].tolist() == [0.5, 0, 0]
    assert share[[1, 2, 2], [0, 0, 1]].tolist() == [0.5, 1, 1]


def test_equal_players_dominate_neither_way():
    found = dominance(np.array([0, 0.4, 0.4 + 1e-15, 0.5]))
    assert found.complete_matrix.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert found.general_matrix.tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_many_at_once():
    values = np.random.Generator(np.random.Philox(1)).random((5, 3, 16))
    found = general_dominance(values)
    assert found.shape == (5, 3, 4)
    assert found[4, 2] == pytest.approx(over_orders(values[4, 2]))
    one = dominance(values[4, 2])
    assert by_size(values)[4, 2] == pytest.approx(one.conditional)
    matrix, share = complete_dominance(values)
    assert matrix[4, 2].tolist() == one.complete_matrix.tolist()
    assert share[4, 2] == pytest.approx(one.complete_share, nan_ok=True)


def test_undefined_fits_stay_undefined():
    found = dominance(np.array([0, 0.1, np.nan, 0.3]))
    assert np.isnan(found.general).all()
    assert np.isnan(found.complete_matrix[0, 1])


@pytest.mark.parametrize("count", [0, 1, 3, 6])
def test_fits_are_one_a_subset(count):
    with pytest.raises(Fault) as told:
        dominance(np.zeros(count))
    assert told.value.code == "STA-002"


@pytest.mark.parametrize(("shape", "players"), [((2, 4), None), (8, 2)])
def test_fits_are_of_one_model(shape, players):
    with pytest.raises(Fault) as told:
        dominance(np.zeros(shape), players=players)
    assert told.value.code == "STA-002"
