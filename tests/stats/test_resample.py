import itertools

import numpy as np
import pytest

from consilience.base.seeds import stream
from consilience.stats.distance import congruence, cross_congruence
from consilience.stats.resample import (
    block_stream,
    blocks,
    bootstrap_weights,
    mean_agreement,
    permutation_test,
)


def streams(block):
    return stream(11, "shuffles", block=block)


def answers(seed, areas, *, agencies=3, items=5):
    return stream(seed, "answers").integers(1, 6, size=(areas, agencies, items)).astype(float)


def shuffled(matrices, pairs, permutations):
    return permutation_test(
        mean_agreement(matrices, pairs),
        areas=matrices.shape[1],
        agencies=int(pairs.max()) + 1,
        permutations=permutations,
        streams=streams,
    )


def test_blocks_cover_every_replicate_once():
    assert [size for _, size in blocks(2500)] == [1000, 1000, 500]
    assert list(blocks(0)) == []


def test_each_block_has_its_own_stream_whatever_was_drawn_before():
    drawn = [block_stream(stream(1, "w"), block).random() for block in range(3)]
    assert len(set(drawn)) == 3
    assert drawn == [stream(1, "w", block=block).random() for block in range(3)]


def test_bootstrap_draws_as_many_as_there_are():
    weights = bootstrap_weights(stream(1, "w"), units=7, replicates=4000)
    assert (weights.sum(axis=1) == 7).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(7), abs=0.06)
    assert weights.var() == pytest.approx(6 / 7, abs=0.03)


@pytest.mark.parametrize("index", ["mean-absolute-difference", "profile-correlation"])
def test_few_areas_are_arranged_in_every_way(index):
    values = answers(5, 4)
    matrices, pairs = cross_congruence(values, index=index, span=4)
    found = shuffled(matrices, pairs, 600)
    arrangements = list(itertools.permutations(range(4)))
    every = []
    for second, third in itertools.product(arrangements, repeat=2):
        moved = np.stack([values[:, 0], values[list(second), 1], values[list(third), 2]], axis=1)
        every.append(np.nanmean(congruence(moved, index=index, span=4)))
    observed = np.nanmean(congruence(values, index=index, span=4))
    assert found.exact
    assert found.permutations == 576
    assert found.observed == pytest.approx(observed)
    assert found.p == pytest.approx(np.mean(np.array(every) >= observed - 1e-12))
    assert found.mean == pytest.approx(np.mean(every))
    assert found.sd == pytest.approx(np.std(every))


def test_five_areas_of_three_agencies_have_14400_arrangements():
    matrices, pairs = cross_congruence(answers(6, 5), index="d2", span=4)
    exact = shuffled(matrices, pairs, 14_400)
    drawn = shuffled(matrices, pairs, 9_999)
    assert (exact.exact, exact.permutations) == (True, 14_400)
    assert (drawn.exact, drawn.permutations) == (False, 9_999)
    assert drawn.p == pytest.approx(exact.p, abs=0.02)
    assert drawn.sd == pytest.approx(exact.sd, rel=0.05)


def test_agreement_beyond_chance_is_found_and_p_is_never_zero():
    truth = stream(2, "truth").normal(size=(30, 1, 1))
    noise = stream(2, "noise").normal(size=(30, 3, 6))
    matrices, pairs = cross_congruence(truth + 0.5 * noise, index="d2", span=10)
    found = shuffled(matrices, pairs, 1500)
    assert found.p == pytest.approx(1 / 1501)
    assert found.observed > found.mean + 3 * found.sd


def test_without_agreement_p_is_spread_evenly():
    found = []
    for seed in range(60):
        matrices, pairs = cross_congruence(answers(seed, 8), index="d2", span=4)
        found.append(shuffled(matrices, pairs, 199).p)
    assert np.mean(found) == pytest.approx(0.5, abs=0.12)
    assert np.mean(np.array(found) <= 0.1) < 0.25


def test_a_missing_pair_leaves_the_area_out():
    values = answers(9, 6)
    values[2, 1] = np.nan
    matrices, pairs = cross_congruence(values, index="d2", span=4)
    found = shuffled(matrices, pairs, 50)
    assert found.observed == pytest.approx(np.nanmean(congruence(values, index="d2", span=4)))
    assert 0 < found.p <= 1
    nothing = shuffled(matrices * np.nan, pairs, 50)
    assert np.isnan([nothing.observed, nothing.p]).all()
    assert nothing.permutations == 0


def test_the_same_streams_give_the_same_result():
    matrices, pairs = cross_congruence(answers(3, 12), index="d2", span=4)
    first, second = (shuffled(matrices, pairs, 2500) for _ in range(2))
    assert first == second


def test_shuffles_without_a_value_are_no_evidence():
    matrices = np.full((1, 8, 8), np.nan)
    np.fill_diagonal(matrices[0, :4, :4], 1.0)
    found = shuffled(matrices, np.array([[0, 1]]), 200)
    assert found.observed == 1.0
    assert 0 < found.permutations < 200
    assert found.p == 1.0  # whatever has a value has the same one
