"""Contributions from fits by subset: against the definition over orders, and in every sense."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from consilience.base.errors import Fault
from consilience.stats.importance.dominance import dominance, general_dominance

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


def test_equal_players_dominate_neither_way():
    found = dominance(np.array([0, 0.4, 0.4 + 1e-15, 0.5]))
    assert found.complete_matrix.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert found.general_matrix.tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_many_at_once():
    values = np.random.Generator(np.random.Philox(1)).random((5, 3, 16))
    found = general_dominance(values)
    assert found.shape == (5, 3, 4)
    assert found[4, 2] == pytest.approx(over_orders(values[4, 2]))


def test_undefined_fits_stay_undefined():
    found = dominance(np.array([0, 0.1, np.nan, 0.3]))
    assert np.isnan(found.general).all()
    assert np.isnan(found.complete_matrix[0, 1])


@pytest.mark.parametrize("count", [0, 1, 3, 6])
def test_fits_are_one_a_subset(count):
    with pytest.raises(Fault) as told:
        dominance(np.zeros(count))
    assert told.value.code == "STA-002"
