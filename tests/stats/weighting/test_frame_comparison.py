import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.weighting.frame_comparison import compare_with_frame

KIND = np.array([0] * 30 + [1] * 20 + [2] * 10 + [-1] * 2)
SIZE = np.concatenate([np.linspace(1, 9, 60), [np.nan, 3.0]])
ANSWERED = np.array([1, 1, 1, 0, 0] * 6 + [1, 0, 0, 0, 0] * 4 + [1, 1] * 5 + [1, 0], dtype=bool)


def test_a_nominal_attribute_by_hand():
    (found,) = compare_with_frame([KIND], ANSWERED, kinds=["nominal"])
    np.testing.assert_allclose(found.frame, [1 / 2, 1 / 3, 1 / 6])
    np.testing.assert_allclose(found.respondents, [18 / 32, 4 / 32, 10 / 32])
    n = 32
    plain = sum((o - n * p) ** 2 / (n * p) for o, p in ((18, 0.5), (4, 1 / 3), (10, 1 / 6)))
    assert found.plain == pytest.approx(plain)
    assert found.statistic == pytest.approx(plain * 59 / 28)
    assert (found.df, found.n_frame, found.n) == (2, 60, 32)
    assert found.p == pytest.approx(np.exp(-found.statistic / 2))
    np.testing.assert_allclose(found.standardised[0], (18 / 32 - 0.5) / 0.5)
    # Pearson's chi-squared of the table of three kinds by answering.
    table = np.array([[18, 12], [4, 16], [10, 0]])
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / 60
    assert found.association == pytest.approx(
        np.sqrt(((table - expected) ** 2 / expected).sum() / 60)
    )


def test_a_numeric_attribute_by_hand():
    (found,) = compare_with_frame([SIZE], ANSWERED, kinds=["numeric"])
    known = ~np.isnan(SIZE)
    values, held = SIZE[known], SIZE[known & ANSWERED]
    off = held.mean() - values.mean()
    assert found.difference[0] == pytest.approx(off)
    assert found.standardised[0] == pytest.approx(off / values.std(ddof=1))
    n, N = len(held), len(values)
    assert found.plain == pytest.approx(off / (held.std(ddof=1) / np.sqrt(n)))
    assert found.statistic == pytest.approx(found.plain / np.sqrt(1 - n / N))
    assert found.df == n - 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5000))
def test_two_categories_are_one_number(seed):
    rng = np.random.Generator(np.random.Philox(seed))
    codes, answered = rng.integers(0, 2, 80), rng.random(80) < 0.5
    nominal, numeric = compare_with_frame([codes, codes], answered, kinds=["nominal", "numeric"])
    assert nominal.difference[1] == pytest.approx(numeric.difference[0])
    assert nominal.association == pytest.approx(numeric.association)


def test_answering_at_random_rejects_as_often_as_it_should():
    rng = np.random.Generator(np.random.Philox(17))
    codes = np.repeat([0, 1, 2], [60, 50, 40])
    values = rng.normal(size=150)
    rejected = np.zeros(2)
    for _ in range(600):
        answered = np.zeros(150, dtype=bool)
        answered[rng.choice(150, 90, replace=False)] = True
        found = compare_with_frame([codes, values], answered, kinds=["nominal", "numeric"])
        rejected += [each.p < 0.05 for each in found]
    # 0.05 -+ three standard errors of 600 trials.
    np.testing.assert_allclose(rejected / 600, 0.05, atol=0.027)


def test_degenerate_responses():
    for answered in (np.ones(62, dtype=bool), np.zeros(62, dtype=bool)):
        for found in compare_with_frame([KIND, SIZE], answered, kinds=["nominal", "numeric"]):
            assert np.isnan(found.statistic)
            assert np.isnan(found.p)
            assert np.isnan(found.association)
    constant = compare_with_frame([[0] * 4, [2.0] * 4], [1, 1, 0, 0], kinds=["nominal", "numeric"])
    for found in constant:
        assert np.isnan(found.statistic)
        assert np.isnan(found.standardised).all()
    nobody = compare_with_frame([[], []], [], kinds=["nominal", "numeric"])
    assert [each.n_frame for each in nobody] == [0, 0]
    (one,) = compare_with_frame([[1.0, 2.0]], [1, 0], kinds=["numeric"])
    assert one.difference[0] == -0.5
    assert np.isnan(one.p)


@pytest.mark.parametrize(
    ("attributes", "kinds", "code"),
    [
        ([[0]], ["ordinal"], "STA-001"),
        ([[0]], [], "STA-002"),
        ([[0, 1]], ["nominal"], "STA-002"),
    ],
)
def test_what_does_not_fit_is_refused(attributes, kinds, code):
    with pytest.raises(Fault) as caught:
        compare_with_frame(attributes, [1], kinds=kinds)
    assert caught.value.code == code
