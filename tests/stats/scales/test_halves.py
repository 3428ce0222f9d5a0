from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.scales.alpha import cronbach_alpha
from consilience.stats.scales.halves import split_half

NAN = float("nan")


def people(seed, n=30, k=6):
    rng = np.random.Generator(np.random.Philox(seed))
    return rng.normal(size=(n, 1)) + rng.normal(size=(n, k))


def test_the_figures_of_psych():
    """R 4.2.2, psych 2.2.9: splitHalf(x, check.keys=FALSE)."""
    table = [[4, 5, 4, 3], [2, 3, 2, 2], [5, 4, 4, 5], [1, 2, 3, 2], [3, 3, 3, 5]]
    found = split_half(table)
    figures = (found.greatest, found.least, found.mean, found.lambda3, found.lambda2)
    expected = (0.9453651, 0.8296836, 0.8758906, 0.8758906, 0.8838118)
    assert figures == pytest.approx(expected, abs=1e-7)
    assert found.lambda6 == pytest.approx(0.9309088, abs=1e-7)


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_every_halving_is_looked_at_once(k):
    table = people(k, k=k)
    covariance = np.cov(table.T)
    expected = []
    for half in combinations(range(k), k // 2):
        other = [each for each in range(k) if each not in half]
        if k % 2 or 0 in half:
            between = covariance[np.ix_(half, other)].sum()
            expected.append(4 * between / covariance.sum())
    found = split_half(table, based="covariance")
    assert sorted(found.splits) == pytest.approx(sorted(expected))
    assert found.greatest == pytest.approx(max(expected))
    assert found.every
    halves = table[:, list(found.greatest_half)].sum(axis=1)
    rest = table.sum(axis=1) - halves
    assert 4 * np.cov(halves, rest)[0, 1] / covariance.sum() == pytest.approx(found.greatest)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9999), st.sampled_from([2, 4, 6, 8]))
def test_the_mean_of_even_halvings_is_alpha(seed, k):
    table = people(seed, k=k)
    found = split_half(table, based="covariance")
    alpha = cronbach_alpha(table)
    assert found.mean == pytest.approx(alpha.alpha)
    assert found.lambda3 == pytest.approx(alpha.alpha)
    assert found.lambda2 >= found.lambda3 - 1e-12
    assert found.least <= found.odd_even + 1e-12
    assert found.odd_even <= found.greatest + 1e-12


def test_odd_against_even():
    table = people(1)
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    odd, even = table[:, ::2].sum(axis=1), table[:, 1::2].sum(axis=1)
    found = split_half(table)
    r = np.corrcoef(odd, even)[0, 1]
    assert found.odd_even_r == pytest.approx(r)
    assert found.spearman_brown == pytest.approx(2 * r / (1 + r))


def test_long_scales_are_halved_at_random_from_a_stream():
    table = people(2, n=50, k=18)
    one = split_half(table, rng=stream(1, "halves"), samples=500)
    again = split_half(table, rng=stream(1, "halves"), samples=500)
    assert one.splits.tolist() == again.splits.tolist()
    assert not one.every
    assert one.mean == pytest.approx(one.lambda3, abs=0.01)
    with pytest.raises(Fault) as caught:
        split_half(table)
    assert caught.value.code == "STA-003"


@pytest.mark.parametrize(
    "table",
    [np.empty((0, 4)), np.full((3, 4), 2.0), [[1.0], [2.0]], [[1, 5], [2, 4], [4, 2]]],
)
def test_what_has_no_halves_is_missing(table):
    found = split_half(table, based="covariance")
    assert np.isnan([found.greatest, found.mean, found.spearman_brown, found.lambda6]).all()
    assert len(found.splits) == 0


def test_an_item_that_does_not_vary_keeps_its_place():
    table = np.insert(people(3, k=4), 0, 3.0, axis=1)
    assert 0 not in split_half(table).greatest_half
    assert max(*split_half(table).greatest_half, *split_half(table).least_half) <= 4


def test_another_basis_is_refused():
    with pytest.raises(Fault) as caught:
        split_half(people(1), based="ranks")
    assert caught.value.code == "STA-001"
