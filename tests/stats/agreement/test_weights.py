import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.agreement.counts import (
    complete_codes,
    distribution_counts,
    rating_counts,
    square_table,
    table_counts,
)
from consilience.stats.agreement.weights import KINDS, agreement_weights

NAN = float("nan")


# First rows for the scale 1, 2, 3, as the vignette "weighting" of irrCAC 1.0 prints them.
@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("identity", [1, 0, 0]),
        ("radical", [1, 0.2928932, 0]),
        ("linear", [1, 0.5, 0]),
        ("ordinal", [1, 0.6666667, 0]),
        ("quadratic", [1, 0.75, 0]),
        ("circular", [1, 0, 0]),
        ("bipolar", [1, 0.6666667, 0]),
    ],
)
def test_weights_of_three_points_are_those_of_the_vignette(kind, first):
    assert agreement_weights([1, 2, 3], kind)[0] == pytest.approx(first, abs=1e-7)


def test_ratio_weights_by_hand():
    got = agreement_weights([1, 2, 3], "ratio")
    assert got[0] == pytest.approx([1, 1 - (1 / 3) ** 2 / 0.25, 0])
    assert got[1, 2] == pytest.approx(1 - (1 / 5) ** 2 / 0.25)


def test_zero_agrees_with_itself_in_ratio_weights():
    got = agreement_weights([0, 1, 2], "ratio")
    assert np.diag(got).tolist() == [1, 1, 1]
    assert got[0].tolist() == [1, 0, 0]
    assert np.isnan(agreement_weights([-1, 1], "ratio")[0, 1])


def test_values_or_places():
    scale = [1, 2, 5]
    assert agreement_weights(scale, "linear")[0].tolist() == [1, 0.75, 0]
    assert agreement_weights(scale, "equal")[0].tolist() == [1, 0.5, 0]
    assert agreement_weights(scale, "quadratic")[0].tolist() == [1, 1 - 1 / 16, 0]
    assert agreement_weights(scale, "squared")[0].tolist() == [1, 0.75, 0]
    assert agreement_weights(scale, "ordinal")[0] == pytest.approx([1, 2 / 3, 0])


def test_words_count_by_place():
    got = agreement_weights(["low", "middle", "high"], "quadratic")
    assert got.tolist() == agreement_weights([1, 2, 3], "quadratic").tolist()


def test_own_weights_are_taken_as_they_are():
    own = [[1, 0.3], [0.2, 1]]
    assert agreement_weights([4, 9], own).tolist() == own


@pytest.mark.parametrize("kind", KINDS)
def test_scales_of_one_point_or_none(kind):
    assert agreement_weights([3], kind).tolist() == [[1]]
    assert agreement_weights([], kind).shape == (0, 0)


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.lists(st.integers(1, 30), min_size=2, max_size=7, unique=True),
)
def test_weights_are_symmetric_between_0_and_1_and_1_for_the_same(kind, values):
    got = agreement_weights(sorted(values), kind)
    assert got == pytest.approx(got.T)
    assert np.diag(got) == pytest.approx(1)
    assert got.min() >= -1e-12
    assert got.max() <= 1 + 1e-12


def test_unknown_weights_are_refused():
    with pytest.raises(Fault) as caught:
        agreement_weights([1, 2], "cubic")
    assert caught.value.code == "STA-001"
    assert "quadratic" in caught.value.remedy
    with pytest.raises(Fault) as caught:
        agreement_weights([1, 2], np.eye(3))
    assert caught.value.code == "STA-002"


def test_counts_with_gaps_and_unused_points():
    got = rating_counts([[1, 3], [3, NAN], [NAN, NAN]], categories=[1, 2, 3])
    assert got.counts.tolist() == [[1, 0, 1], [0, 0, 1], [0, 0, 0]]
    assert got.codes.tolist() == [[0, 2], [2, -1], [-1, -1]]
    assert len(got.rated().times) == 2
    assert len(got.rated(2).times) == 1


@pytest.mark.parametrize(
    "ratings",
    [
        np.array([["b", "a"], ["", "b"]]),
        np.array([["b", "a"], [None, "b"]], dtype=object),
        np.array([["b", "a"], [NAN, "b"]], dtype=object),
    ],
)
def test_words_have_several_ways_to_be_missing(ratings):
    got = rating_counts(ratings)
    assert got.categories.tolist() == ["a", "b"]
    assert got.codes.tolist() == [[1, 0], [-1, 1]]


def test_objects_that_are_numbers_stay_numbers():
    got = rating_counts(np.array([[10, 2], [None, 10]], dtype=object))
    assert got.categories.tolist() == [2, 10]


def test_the_order_of_given_categories_is_kept():
    got = rating_counts(np.array([["low", "high"]]), categories=["low", "high"])
    assert got.codes.tolist() == [[0, 1]]


def test_categories_of_incomplete_units_do_not_count():
    assert complete_codes([[1, 2], [7, NAN]]).categories.tolist() == [1, 2]
    assert complete_codes([[NAN, 2], [7, NAN]]).codes.shape == (0, 2)


def test_tables_and_distributions():
    got = table_counts([[2, 0], [1, 3]], categories=["a", "b"])
    assert got.codes.tolist() == [[0, 0], [1, 0], [1, 1]]
    assert got.times.tolist() == [2, 1, 3]
    assert distribution_counts([[0, 3], [2, 1]]).categories.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: rating_counts([1, 2, 3]), "STA-002"),
        (lambda: rating_counts([[1, 4]], categories=[1, 2]), "STA-003"),
        (lambda: rating_counts([[1, 4]], categories=[]), "STA-003"),
        (lambda: rating_counts([[1, 2]], categories=[1, 1, 2]), "STA-003"),
        (lambda: table_counts([[1, 2, 3]]), "STA-002"),
        (lambda: table_counts([[1, 2], [3, -1]]), "STA-003"),
        (lambda: square_table([[1, NAN], [3, 1]]), "STA-003"),
        (lambda: table_counts([[1, 2], [3, 1]], categories=[1]), "STA-002"),
        (lambda: distribution_counts([1, 2]), "STA-002"),
        (lambda: distribution_counts([[1, -2]]), "STA-003"),
    ],
)
def test_what_cannot_be_ratings_is_refused(call, code):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code
