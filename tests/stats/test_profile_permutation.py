"""Are profiles of the same unit more alike than those of different units?"""

from itertools import permutations, product

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.profile_permutation import (
    DISTANCES,
    MEASURES,
    profiles_shuffled,
    similarity_matrices,
)
from consilience.stats.similarity import profile_similarity


def streams(block):
    return stream(11, "profiles", block=block)


def made(units=4, informants=3, items=6, seed=1):
    return stream(seed, "made").integers(1, 6, size=(units, informants, items)).astype(float)


def mean_of(values, measure, order):
    """The mean over units and pairs, each informant's profiles put in an order of their own."""
    total = []
    for unit in range(len(values)):
        rows = [values[order[rater][unit], rater] for rater in range(values.shape[1])]
        for one, other in ((0, 1), (0, 2), (1, 2)):
            total.append(float(profile_similarity(rows[one], rows[other])[measure]))
    return float(np.mean(total))


@pytest.mark.parametrize("measure", ["mad", "d2_mean", "double_entry_icc", "lin_ccc"])
def test_exact_p_by_going_through_all_arrangements(measure):
    values = made()
    found = profiles_shuffled(values, measure=measure, permutations=1000, streams=streams)
    itself = tuple(range(4))
    every = [
        mean_of(values, measure, (itself, one, other))
        for one, other in product(permutations(range(4)), repeat=2)
    ]
    own = mean_of(values, measure, (itself, itself, itself))
    as_good = [
        each <= own + 1e-12 if measure in DISTANCES else each >= own - 1e-12 for each in every
    ]
    assert found.exact
    assert found.permutations == 576
    assert found.observed == pytest.approx(own)
    assert found.p == pytest.approx(np.mean(as_good))
    assert found.mean == pytest.approx(np.mean(every))


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_finds_what_is_there(measure):
    rng = stream(3, "alike")
    base = rng.integers(1, 8, size=(30, 1, 12)) + rng.integers(0, 6, size=(30, 1, 1))
    values = base * rng.uniform(0.3, 2, size=(30, 1, 1)) + rng.normal(0, 0.2, size=(30, 3, 12))
    found = profiles_shuffled(values, measure=measure, permutations=199, streams=streams)
    assert found.p == 1 / 200


def test_shuffles_are_the_same_each_time_and_random_p_is_near_the_exact_one():
    values = made(units=5)
    exact = profiles_shuffled(values, measure="mad", permutations=14_400, streams=streams)
    assert exact.exact
    assert exact.permutations == 14_400
    drawn = profiles_shuffled(values, measure="mad", permutations=9_999, streams=streams)
    again = profiles_shuffled(values, measure="mad", permutations=9_999, streams=streams)
    assert drawn == again
    assert drawn.p == pytest.approx(exact.p, abs=0.02)


def test_missing_answers_drop_out_of_an_index_and_undo_a_part():
    values = made()
    values[0, 0, 0] = np.nan
    index = similarity_matrices(values, measure="mean-absolute-difference")
    assert not np.isnan(index).any()
    part = similarity_matrices(values, measure="mad")
    assert np.isnan(part[0, 0]).all()
    assert not np.isnan(part[2]).any()


def test_constant_profiles_have_no_correlation():
    values = np.ones((3, 2, 4))
    found = profiles_shuffled(values, measure="pearson", permutations=9, streams=streams)
    assert np.isnan([found.observed, found.p]).all()


def test_faults():
    with pytest.raises(Fault) as told:
        profiles_shuffled(made(), measure="cosine", permutations=9, streams=streams)
    assert told.value.code == "STA-001"
    with pytest.raises(Fault) as told:
        profiles_shuffled(made()[0], measure="mad", permutations=9, streams=streams)
    assert told.value.code == "STA-002"
