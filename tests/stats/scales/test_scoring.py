import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from consilience.base.errors import Fault
from consilience.stats.scales.moments import correlation, moments
from consilience.stats.scales.relations import scale_relations
from consilience.stats.scales.scoring import key_matrix, reverse, scale_scores

NAN = float("nan")
answers = arrays(
    float,
    st.tuples(st.integers(1, 12), st.integers(1, 6)),
    elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, NAN]),
)


@settings(max_examples=50, deadline=None)
@given(answers, st.randoms(use_true_random=False))
def test_turning_round_twice_gives_the_answers_back(table, chance):
    negative = [chance.random() < 0.5 for _ in range(table.shape[1])]
    once = reverse(table, low=1, high=5, negative=negative)
    assert np.array_equal(reverse(once, low=1, high=5, negative=negative), table, equal_nan=True)
    for column, turned in enumerate(negative):
        expected = 6 - table[:, column] if turned else table[:, column]
        assert np.array_equal(once[:, column], expected, equal_nan=True)


def test_items_may_have_scales_of_their_own():
    turned = reverse([[1, 0], [7, 10]], low=[1, 0], high=[7, 10], negative=[True, True])
    assert turned.tolist() == [[7, 10], [1, 0]]


def test_the_80_per_cent_rule():
    four, three = [1, 2, 3, 4, NAN], [1, 2, 3, NAN, NAN]
    found = scale_scores([four, three], np.ones(5), low=1, high=5, missing="share")
    assert found.scores[0, 0] == 2.5
    assert np.isnan(found.scores[1, 0])
    assert found.answered.ravel().tolist() == [4, 3]
    assert found.share.ravel().tolist() == [0.8, 0.6]
    # 0.7 x 10 is 7.000000000000001 in binary, and 7 of 10 are enough.
    seven = [[3.0] * 7 + [NAN] * 3]
    ten = scale_scores(seven, np.ones(10), low=1, high=5, missing="share", least=0.7)
    assert ten.scores[0, 0] == 3
    assert np.isnan(
        scale_scores([[NAN]], [1], low=1, high=5, missing="share", least=0).scores[0, 0]
    )


def test_a_sum_makes_up_for_gaps_and_a_mean_of_items_fills_them():
    table = [[1, NAN], [2, 4], [3, 5]]
    assert scale_scores(table, [1, 1], low=1, high=5, method="sum").scores.ravel().tolist() == [
        2,
        6,
        8,
    ]
    filled = scale_scores(table, [1, -1], low=1, high=5, missing="item mean").scores.ravel()
    assert filled.tolist() == [(1 + 6 - 4.5) / 2, 2, 2]
    assert scale_scores(
        [[1], [5], [5], [NAN]], [1], low=1, high=5, missing="item median"
    ).scores.ravel().tolist() == [1, 5, 5, 5]
    assert np.isnan(
        scale_scores([[NAN], [NAN]], [1], low=1, high=5, missing="item mean").scores
    ).all()


@settings(max_examples=50, deadline=None)
@given(answers, st.randoms(use_true_random=False))
def test_scores_are_the_means_of_what_was_answered_whatever_the_order(table, chance):
    signs = [chance.choice([-1, 0, 1]) for _ in range(table.shape[1])]
    found = scale_scores(table, signs, low=1, high=5).scores.ravel()
    for row, score in zip(table, found, strict=True):
        own = [
            6 - value if sign < 0 else value
            for value, sign in zip(row, signs, strict=True)
            if sign and not np.isnan(value)
        ]
        assert score == pytest.approx(np.mean(own)) if own else np.isnan(score)
    order = chance.sample(range(len(signs)), len(signs))
    again = scale_scores(table[:, order], np.array(signs)[order], low=1, high=5).scores.ravel()
    assert again == pytest.approx(found, nan_ok=True)
    upside_down = scale_scores(table[::-1], signs, low=1, high=5).scores.ravel()
    assert upside_down == pytest.approx(found[::-1], nan_ok=True)


def test_a_scale_without_items_and_nobody():
    found = scale_scores([[1.0]], [[0]], low=1, high=5)
    assert np.isnan(found.scores).all()
    assert np.isnan(found.share).all()
    assert scale_scores(np.empty((0, 2)), np.eye(2), low=1, high=5).scores.shape == (0, 2)


@pytest.mark.parametrize(
    ("code", "work"),
    [
        ("STA-001", lambda: scale_scores([[1]], [1], low=1, high=5, missing="all")),
        ("STA-001", lambda: scale_scores([[1]], [1], low=1, high=5, method="median")),
        ("STA-001", lambda: moments([[1]], missing="some")),
        ("STA-002", lambda: scale_scores([1, 2], [1], low=1, high=5)),
        ("STA-002", lambda: scale_scores([[1, 2]], [1], low=1, high=5)),
        ("STA-002", lambda: reverse([[1, 2]], low=1, high=5, negative=[True])),
        ("STA-002", lambda: reverse([[1, 2]], low=[1, 1, 1], high=5, negative=[True, False])),
        ("STA-003", lambda: reverse([[1]], low=5, high=5, negative=[True])),
        ("STA-003", lambda: scale_scores([[1]], [1], low=1, high=5, least=80)),
        ("STA-003", lambda: key_matrix([2], items=1)),
    ],
)
def test_what_does_not_fit_is_refused(code, work):
    with pytest.raises(Fault) as caught:
        work()
    assert caught.value.code == code
    assert "<" not in caught.value.what + caught.value.remedy


def test_pairwise_covariances_use_who_answered_both():
    table = np.array([[1, 2, NAN], [3, 1, 4], [5, NAN, 2], [2, 4, 4], [NAN, NAN, NAN]])
    found = moments(table, missing="pairwise")
    assert found.n == 4
    for i in range(3):
        for j in range(3):
            both = ~np.isnan(table[:, i] + table[:, j])
            expected = np.cov(table[both, i], table[both, j])[0, 1]
            assert found.covariance[i, j] == pytest.approx(expected)
    whole = moments(table)
    assert whole.n == 2
    assert whole.covariance == pytest.approx(np.cov(table[[1, 3]].T))


def test_moments_of_many_blocks_are_those_of_numpy():
    rng = np.random.Generator(np.random.Philox(3))
    table = rng.normal(1e6, 1, size=(20_000, 3))
    found = moments(table)
    assert found.covariance == pytest.approx(np.cov(table.T), rel=1e-9)
    table[7, 1] = NAN
    gaps = moments(table, missing="pairwise")
    own = ~np.isnan(table[:, 1])
    assert gaps.covariance[1, 2] == pytest.approx(np.cov(table[own, 1], table[own, 2])[0, 1])


@pytest.mark.parametrize("missing", ["complete", "pairwise"])
def test_moments_of_nobody_of_one_and_of_equal_answers(missing):
    assert np.isnan(moments(np.full((2, 2), NAN), missing=missing).covariance).all()
    one = moments([[1.0, 2.0]], missing=missing)
    assert one.constant.all()
    assert np.isnan(one.covariance).all()
    equal = moments([[0.1, 1], [0.1, 2], [0.1, 4]], missing=missing)
    assert equal.constant.tolist() == [True, False]
    assert equal.covariance[0].tolist() == [0, 0]
    assert np.isnan(correlation(equal.covariance)[0]).all()


def test_relations_do_not_change_with_the_direction_of_a_scale():
    rng = np.random.Generator(np.random.Philox(4))
    table = np.round(rng.normal(size=(40, 1)) + rng.normal(size=(40, 4)), 1)
    keys = np.array([[1, 0], [1, 0], [0, 1], [0, -1]])
    found, turned = scale_relations(table, keys), scale_relations(table, keys * [1, -1])
    assert turned.alpha == pytest.approx(found.alpha)
    assert turned.correlation[0, 1] == pytest.approx(-found.correlation[0, 1])
    scores = scale_scores(table, keys, low=-9, high=9).scores
    assert found.correlation[0, 1] == pytest.approx(np.corrcoef(scores.T)[0, 1])
    assert found.with_items[2, 0] == pytest.approx(np.corrcoef(table[:, 2], scores[:, 0])[0, 1])
    alpha = found.alpha
    if (alpha > 0).all():
        assert found.corrected[0, 1] == pytest.approx(
            found.correlation[0, 1] / np.sqrt(alpha[0] * alpha[1])
        )
    assert found.corrected.diagonal() == pytest.approx(alpha)
    assert found.corrected[1, 0] == found.correlation[1, 0]


def test_scales_of_one_item_or_of_equal_answers_have_no_alpha():
    found = scale_relations([[1, 3, 3], [2, 3, 3], [4, 3, 3]], [[1, 0], [0, 1], [0, 1]])
    assert np.isnan(found.alpha).all()
    assert found.correlation[0, 0] == 1
    assert np.isnan(found.correlation[0, 1])
    assert np.isnan(found.correlation[1, 1])
