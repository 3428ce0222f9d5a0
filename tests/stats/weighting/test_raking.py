import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.weighting.raking import poststratify, rake

A = np.array([0, 0, 1, 1, 2, 2, 0, 1])
B = np.array([0, 1, 0, 1, 0, 1, 1, 1])
BASE = np.array([1.0, 2.0, 3.0, 1.0, 2.0, 2.0, 4.0, 1.0])
MARGINS = [np.array([40.0, 35.0, 25.0]), np.array([45.0, 55.0])]


@st.composite
def samples(draw):
    rng = np.random.Generator(np.random.Philox(draw(st.integers(0, 10_000))))
    sizes = [draw(st.integers(2, 4)) for _ in range(draw(st.integers(1, 3)))]
    rows = draw(st.integers(30, 80))
    codes = [rng.integers(0, size, rows) for size in sizes]
    weights = rng.uniform(0.5, 5, rows)
    # Margins of other weights on the same rows can always be met.
    other = weights * rng.uniform(0.5, 2, rows)
    margins = [
        np.bincount(each, weights=other, minlength=size)
        for each, size in zip(codes, sizes, strict=True)
    ]
    return codes, margins, weights


@settings(max_examples=50, deadline=None)
@given(samples())
def test_margins_are_met_and_their_order_and_that_of_rows_change_nothing(sample):
    codes, margins, weights = sample
    found = rake(codes, margins, weights=weights)
    assert found.settled
    assert found.misfit <= 1e-10
    assert not found.warnings
    for each, totals in zip(codes, margins, strict=True):
        there = np.bincount(each, weights=found.weights, minlength=len(totals))
        np.testing.assert_allclose(there, totals, rtol=0, atol=1e-7 * totals.sum())
    turned = rake(codes[::-1], margins[::-1], weights=weights)
    np.testing.assert_allclose(turned.weights, found.weights, rtol=1e-6)
    order = np.arange(len(weights))[::-1]
    moved = rake([each[order] for each in codes], margins, weights=weights[order])
    np.testing.assert_allclose(moved.weights, found.weights[order], rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(samples())
def test_one_margin_is_poststratification_and_met_margins_change_nothing(sample):
    codes, margins, weights = sample
    one = poststratify(codes[0], margins[0], weights=weights)
    np.testing.assert_allclose(one.weights, rake(codes[:1], margins[:1], weights=weights).weights)
    found = rake(codes, margins, weights=weights)
    again = rake(codes, margins, weights=found.weights)
    np.testing.assert_allclose(again.weights, found.weights, rtol=1e-6)
    assert again.rounds == 1


def test_cells_keep_their_odds_ratio():
    codes = [[0, 0, 1, 1], [0, 1, 0, 1]]
    w = rake(codes, [[30, 70], [40, 60]], weights=[1, 2, 3, 4]).weights
    assert w[0] * w[3] / (w[1] * w[2]) == pytest.approx(4 / 6)
    assert w.sum() == pytest.approx(100)


def test_factors_are_of_the_weights_and_rows_without_weight_stay_so():
    weights = BASE.copy()
    weights[0] = 0
    found = rake([A, B], MARGINS, weights=weights)
    assert found.weights[0] == 0
    assert np.isnan(found.factors[0])
    np.testing.assert_allclose(found.factors[1:] * weights[1:], found.weights[1:])


def test_limits_are_kept_and_margins_too():
    free = rake([A, B], MARGINS, weights=BASE)
    mean = 100 / 8
    assert free.weights.max() > 1.7 * mean
    found = rake([A, B], MARGINS, weights=BASE, bounds=(0.5, 1.7))
    assert found.settled
    assert found.weights.max() <= 1.7 * mean * (1 + 1e-9)
    assert found.weights.min() >= 0.5 * mean * (1 - 1e-9)
    for codes, totals in zip((A, B), MARGINS, strict=True):
        np.testing.assert_allclose(np.bincount(codes, weights=found.weights), totals, atol=1e-6)
    wide = rake([A, B], MARGINS, weights=BASE, bounds=(0.0, 50.0))
    np.testing.assert_allclose(wide.weights, free.weights, rtol=1e-8)


def test_limits_that_cannot_be_met_are_said():
    found = rake([A, B], MARGINS, weights=BASE, bounds=(0.99, 1.01))
    assert not found.settled
    assert [each.code for each in found.warnings] == ["STA-005"]


def test_limits_leave_rows_without_weight_alone():
    weights = BASE.copy()
    weights[0] = 0
    found = rake([A, B], MARGINS, weights=weights, bounds=(0.2, 3.0))
    assert found.settled
    assert found.weights[0] == 0


def test_many_margins_beyond_a_table_of_cells():
    rng = np.random.Generator(np.random.Philox(5))
    codes = [rng.integers(0, 8, 400) for _ in range(8)]
    margins = [np.bincount(each, minlength=8) * 2.0 for each in codes]
    found = rake(codes, margins)
    np.testing.assert_allclose(found.weights, 2.0)


def test_missing_codes_are_refused_or_left_out():
    codes = np.array([0, 1, -1])
    with pytest.raises(Fault) as caught:
        rake([codes], [[3, 4]])
    assert caught.value.code == "STA-082"
    found = rake([codes], [[3, 4]], missing="nan")
    np.testing.assert_array_equal(found.weights, [3, 4, np.nan])


def test_a_category_nobody_is_in():
    with pytest.raises(Fault) as caught:
        rake([[0, 0], [0, 1]], [[1, 1], [1, 1]])
    assert caught.value.code == "STA-080"
    assert "category 1" in str(caught.value)
    assert rake([[0, 0]], [[2, 0]]).weights.tolist() == [1, 1]


def test_a_total_of_0_takes_the_rows_out():
    assert rake([[0, 1]], [[2, 0]]).weights.tolist() == [2, 0]


def test_margins_of_different_size_are_said():
    found = rake([[0, 1], [0, 1]], [[1, 1], [2, 1]], rounds=5)
    assert [each.code for each in found.warnings] == ["STA-081", "STA-005"]
    assert not found.settled
    np.testing.assert_allclose(found.weights, [2, 1])


def test_too_few_rounds_are_said():
    found = rake([A, B], MARGINS, weights=BASE, rounds=1)
    assert (found.rounds, found.settled) == (1, False)
    assert found.warnings[0].code == "STA-005"


def test_nobody():
    assert rake([[]], [[0.0, 0.0]]).weights.size == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"codes": [[0, 1]], "margins": [[1, 1]], "missing": "guess"}, "STA-001"),
        ({"codes": [], "margins": []}, "STA-002"),
        ({"codes": [[0]], "margins": [[1], [1]]}, "STA-002"),
        ({"codes": [[[0]]], "margins": [[1]]}, "STA-002"),
        ({"codes": [[0, 0], [0]], "margins": [[1], [1]]}, "STA-002"),
        ({"codes": [[0, 0]], "margins": [[1]], "weights": [1]}, "STA-002"),
        ({"codes": [[0, 1]], "margins": [[1]]}, "STA-003"),
        ({"codes": [[-2, 0]], "margins": [[1]]}, "STA-003"),
        ({"codes": [[0.5, 0]], "margins": [[1]]}, "STA-003"),
        ({"codes": [[0]], "margins": [[-1]]}, "STA-003"),
        ({"codes": [[0]], "margins": [[1]], "weights": [-1]}, "STA-003"),
        ({"codes": [[0]], "margins": [[1]], "weights": [np.nan]}, "STA-003"),
        ({"codes": [[0]], "margins": [[1]], "bounds": (2, 3)}, "STA-003"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, code):
    with pytest.raises(Fault) as caught:
        rake(arguments.pop("codes"), arguments.pop("margins"), **arguments)
    assert caught.value.code == code
