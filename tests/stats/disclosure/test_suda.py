"""Special uniques: sdcMicro's scores and DIS, brute force over all sets, relabelling."""

from itertools import combinations
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats import suda

TABLES = st.integers(1, 5).flatmap(
    lambda keys: st.lists(st.tuples(*[st.integers(-1, 2)] * keys), min_size=1, max_size=16)
)


def columns(rows):
    return [list(each) for each in zip(*rows, strict=True)]


def minimal_by_force(rows, row, largest, missing):
    """Return the smallest sets of keys in which no other row agrees, by looking at all."""

    def alone(keys):
        def alike(other):
            pairs = [(rows[row][key], other[key]) for key in keys]
            return all(a == b or (missing == "wildcard" and -1 in (a, b)) for a, b in pairs)

        return sum(alike(other) for other in rows) == 1

    keys = range(len(rows[0]))
    single = [s for size in range(1, largest + 1) for s in combinations(keys, size) if alone(s)]
    return {s for s in single if not any(set(t) < set(s) for t in single)}


@pytest.mark.shared
def test_scores_and_dis_equal_those_of_sdcmicro(keys, pinned):
    found = suda(keys, fraction=0.1)
    for score, dis in (("score", "dis"), ("score_o", "dis_o")):
        assert found.score.tolist() == pinned[score].tolist()
        assert np.abs(found.dis - pinned[dis]).max() <= 1e-8
    assert found.unique == 9562
    assert round(found.file_dis, 6) == 0.737581  # 956.2 / (956.2 + 378 * 0.9)


@given(TABLES, st.sampled_from(["wildcard", "category"]), st.integers(1, 5))
def test_sets_and_scores_by_force(rows, missing, largest):
    found = suda(columns(rows), missing=missing, largest=largest)
    keys = len(rows[0])
    most = min(largest, keys)
    for row in range(len(rows)):
        expected = minimal_by_force(rows, row, most, missing)
        assert set(found.sets.of(row)) == expected
        worth = [
            prod(keys - i for i in range(len(each), min(most, keys - 1) + 1)) for each in expected
        ]
        assert found.score[row] == sum(worth)


@given(TABLES, st.randoms(use_true_random=False))
def test_order_and_labels_do_not_matter(rows, chance):
    order, places = list(range(len(rows))), list(range(len(rows[0])))
    chance.shuffle(order)
    chance.shuffle(places)
    labels = {-1: -1, 0: 900, 1: 3, 2: 123_456_789}
    moved = columns([[labels[rows[at][key]] for key in places] for at in order])
    before, after = suda(columns(rows)), suda(moved)
    assert after.score.tolist() == before.score[order].tolist()
    np.testing.assert_allclose(after.dis, before.dis[order])
    np.testing.assert_allclose(after.by_key(), before.by_key()[places])
    back = {place: number for number, place in enumerate(places)}
    for new, old in enumerate(order):
        sets = {tuple(sorted(back[key] for key in each)) for each in before.sets.of(old)}
        assert set(after.sets.of(new)) == sets


@given(TABLES)
def test_nobody_is_unique_beside_a_double(rows):
    found = suda(columns(rows * 2))
    assert not found.score.any()
    assert not found.dis.any()
    assert not len(found.sets.rows)


def test_which_keys_are_to_blame_by_hand():
    found = suda([[0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]])
    assert found.by_key() == pytest.approx([3 / 6, 2 / 6, 3 / 6])
    shares = [[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]]
    assert found.contributions([0, 1, 2, 3]).tolist() == shares
    assert found.contributions([]).shape == (0, 3)
    assert found.sets.sizes().tolist() == [1, 2, 2, 1]


def test_dis_without_pairs_is_sure_and_without_uniques_nothing():
    sure = suda([[0, 1, 2, 2, 2]])
    assert (sure.file_dis, sure.dis.tolist()) == (1.0, [1, 1, 0, 0, 0])
    assert suda([[0, 0]]).file_dis == 0.0
    assert np.isnan(suda([[0, 0, 0]]).file_dis)
    assert suda([[0, 0]]).by_key().tolist() == [0.0]


def test_equal_scores_have_the_dis_of_the_file():
    found = suda([[0, 1, 2, 2]], fraction=0.2)
    assert found.file_dis == pytest.approx(2 * 0.2 / (2 * 0.2 + 2 * 0.8))
    assert found.dis[:2] == pytest.approx([found.file_dis] * 2)


def test_a_unique_record_without_a_small_set_has_no_score():
    rows = [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert suda(columns(rows)).score.tolist() == [1, 1, 1, 1]
    small = suda(columns(rows), largest=1)
    assert (small.unique, small.score.tolist(), small.dis.tolist()) == (4, [0] * 4, [0] * 4)


@pytest.mark.parametrize(
    ("code", "keys", "options"),
    [
        ("STA-003", 1, {"fraction": 0}),
        ("STA-003", 1, {"fraction": 1}),
        ("STA-003", 1, {"largest": 0}),
        ("STA-101", 18, {}),
    ],
)
def test_what_cannot_be_searched_is_said(code, keys, options):
    with pytest.raises(Fault) as caught:
        suda([[0, 1]] * keys, **options)
    assert caught.value.code == code


def test_many_keys_are_searched_in_small_sets():
    assert suda([[0, 1]] * 18, largest=2).score.tolist() == [18 * 17 * 16] * 2
