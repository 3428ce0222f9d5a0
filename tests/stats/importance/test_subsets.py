"""The variance that every subset explains, against a regression of each."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.importance import subsets
from consilience.stats.importance.subsets import linear_fits, moments_of


def made(rows=40, columns=5, seed=1):
    rng = stream(seed, "subsets")
    table = rng.normal(size=(rows, columns)) @ rng.normal(size=(columns, columns))
    return table @ rng.normal(size=columns) + rng.normal(size=rows), table


def one_by_one(y, table, players, always=(), weights=None):
    """R2 of every subset by least squares, each anew."""
    root = np.sqrt(np.ones(len(y)) if weights is None else weights)
    found = []
    for mask in range(1 << len(players)):
        columns = [*always, *[c for at, each in enumerate(players) if mask >> at & 1 for c in each]]
        design = np.column_stack([np.ones(len(y)), table[:, columns]]) * root[:, None]
        fitted = design @ np.linalg.lstsq(design, y * root, rcond=None)[0]
        middle = root * (root**2 @ y) / (root**2).sum()
        found.append(1 - ((y * root - fitted) ** 2).sum() / ((y * root - middle) ** 2).sum())
    return np.array(found)


@pytest.mark.parametrize(
    ("players", "always"),
    [
        ([[0], [1], [2], [3], [4]], ()),
        ([[0, 3], [1], [2, 4]], ()),
        ([[1], [2], [4]], (0, 3)),
        ([[2]], (1,)),
    ],
)
def test_every_subset_as_one_by_one(players, always):
    y, table = made()
    found = linear_fits(moments_of(y, table), players=players, always=always)
    assert found == pytest.approx(one_by_one(y, table, players, always), abs=1e-11)


def test_weighted_cases():
    y, table = made()
    weights = stream(2, "weights").uniform(0, 3, size=len(y))
    players = [[at] for at in range(5)]
    found = linear_fits(moments_of(y, table, weights=weights), players=players)
    assert found == pytest.approx(one_by_one(y, table, players, weights=weights), abs=1e-11)


def test_a_weight_of_two_is_a_case_twice():
    y, table = made()
    weights = np.where(np.arange(len(y)) < 10, 2, 1)
    twice = np.repeat(np.arange(len(y)), weights)
    one = moments_of(y, table, weights=weights.astype(float))
    assert one == pytest.approx(moments_of(y[twice], table[twice]))


def test_many_matrices_at_once():
    many = [moments_of(*made(seed=seed)) for seed in range(4)]
    players = [[0], [1], [2], [3], [4]]
    found = linear_fits(np.array(many).reshape(2, 2, 6, 6), players=players)
    assert found.shape == (2, 2, 32)
    assert found.reshape(4, 32)[3] == pytest.approx(linear_fits(many[3], players=players))


@pytest.mark.parametrize("block", [1, 2, 4, 8])
def test_branches_one_at_a_time_are_the_same(block, monkeypatch):
    y, table = made(columns=7)
    players, always = [[0], [1, 5], [2], [3], [6]], (4,)
    many = np.array([moments_of(y, table), moments_of(y[::-1], table)])
    whole = linear_fits(many, players=players, always=always)
    monkeypatch.setattr(subsets, "BLOCK", block)
    apart = linear_fits(many, players=players, always=always)
    assert apart == pytest.approx(whole, abs=1e-14)
    assert whole[0] == pytest.approx(one_by_one(y, table, players, always), abs=1e-11)


def test_sixteen_players_against_some_regressions():
    y, table = made(rows=90, columns=16)
    found = linear_fits(moments_of(y, table), players=[[at] for at in range(16)])
    for mask in (1 << 15, 0b1010_0000_0000_0001, 0b0101_1100_0011_0110, (1 << 16) - 1):
        columns = [at for at in range(16) if mask >> at & 1]
        only = one_by_one(y, table[:, columns], [range(len(columns))])[1]
        assert found[mask] == pytest.approx(only, abs=1e-10)


def test_undefined_moments_give_undefined_fits():
    moments = np.array([np.eye(3), np.full((3, 3), np.nan)])
    found = linear_fits(moments, players=[[0], [1]])
    assert (found[0] == 0).all()
    assert np.isnan(found[1]).all()


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), rows=st.integers(8, 30))
def test_more_predictors_never_explain_less(seed, rows):
    y, table = made(rows=rows, columns=4, seed=seed)
    found = linear_fits(moments_of(y, table), players=[[at] for at in range(4)])
    for mask in range(16):
        for at in range(4):
            assert found[mask | 1 << at] >= found[mask] - 1e-12
    assert found.min() >= 0
    assert found.max() <= 1


def test_predictors_that_determine_each_other_add_nothing_more():
    y, table = made(columns=3)
    table = np.column_stack([table, table[:, 0] + table[:, 1]])
    found = linear_fits(moments_of(y, table), players=[[at] for at in range(4)])
    assert found[0b0111] == pytest.approx(found[0b1111], abs=1e-9)
    assert found[0b1001] == pytest.approx(found[0b0011], abs=1e-9)


def test_units_and_levels_of_measurement_do_not_matter():
    y, table = made()
    players = [[at] for at in range(5)]
    far = table * [1e6, 1e-6, 1, 50, 3] + [1e4, 0, 7, -3, 9]
    one, other = (linear_fits(moments_of(y, each), players=players) for each in (table, far))
    assert other == pytest.approx(one, abs=1e-8)


def test_nothing_varies():
    y, table = made()
    found = linear_fits(moments_of(np.full(len(y), 3.0), table), players=[[0], [1]])
    assert np.isnan(found).all()
    table[:, 1] = 4.0
    found = linear_fits(moments_of(y, table), players=[[0], [1]])
    assert found[2] == 0
    assert found[3] == found[1]


def test_too_many_players():
    with pytest.raises(Fault) as told:
        linear_fits(np.eye(26), players=[[at] for at in range(25)])
    assert told.value.code == "STA-003"
