import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.agreement.benchmark import (
    SCALES,
    Scale,
    benchmark,
    category_probabilities,
)

NAN = float("nan")


# The vignette "benchmarking" of irrCAC 1.0 (R).
@pytest.mark.parametrize(
    ("scale", "label", "cumulative"),
    [
        ("landis-koch", "Moderate", [0.39674, 0.88336, 0.99542, 0.99997, 1, 1]),
        ("altman", "Moderate", [0.39674, 0.88336, 0.99542, 0.99997, 1]),
        ("fleiss", "Intermediate to Good", [0.54414, 0.99542, 1]),
    ],
)
def test_published_benchmarks(scale, label, cumulative):
    got = benchmark(0.77544, 0.14295, scale=scale)
    assert got.label == label
    assert got.cumulative == pytest.approx(cumulative, abs=6e-6)
    assert got.probabilities.sum() == pytest.approx(1)
    assert got.lows[0] == got.highs[1]


def test_less_certainty_gives_a_better_label():
    assert benchmark(0.77544, 0.14295, certainty=0.85).label == "Substantial"
    assert benchmark(0.77544, 0.14295, certainty=0.999).label == "Fair"


def test_without_error_the_label_is_where_the_coefficient_lies():
    assert benchmark(0.8, 0.0).label == "Almost Perfect"
    assert benchmark(0.79, 0.0).label == "Substantial"
    assert benchmark(-0.4, 0.0).label == "Poor"


def test_own_scales():
    own = Scale(labels=("low", "high"), limits=(0.5,))
    got = benchmark(0.9, 0.1, scale=own)
    assert got.label == "high"
    assert got.lows.tolist() == [0.5, -1]


@pytest.mark.parametrize(("coefficient", "error"), [(NAN, 0.1), (0.5, NAN), (NAN, 0.0)])
def test_an_undefined_coefficient_has_no_label(coefficient, error):
    got = benchmark(coefficient, error)
    assert got.label == ""
    assert np.isnan(got.probabilities).all()


def test_the_normal_distribution_is_cut_at_the_ends_of_the_range():
    got = category_probabilities(0.95, 0.2, limits=(0.8,))
    rng = stream(3, "cut")
    draws = rng.normal(0.95, 0.2, 400_000)
    draws = draws[(draws >= -1) & (draws <= 1)]
    assert got[1] == pytest.approx((draws >= 0.8).mean(), abs=0.004)


def test_many_coefficients_at_once():
    got = category_probabilities([0.1, 0.9, NAN], [0.05, 0.0, 0.1], limits=(0.5, 0.8))
    assert got.shape == (3, 3)
    assert got[0] == pytest.approx([1, 0, 0], abs=1e-9)
    assert got[1].tolist() == [0, 0, 1]
    assert np.isnan(got[2]).all()


def test_a_range_beyond_which_nothing_is_left():
    assert np.isnan(category_probabilities(80.0, 0.01, limits=(0.5,))).all()


def test_draws():
    draws = np.array([[0.1, NAN], [0.5, NAN], [NAN, NAN], [0.7, NAN]])
    got = category_probabilities(draws, limits=(0.5, 0.6))
    assert got[0].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert np.isnan(got[1]).all()


@settings(max_examples=50, deadline=None)
@given(st.floats(-1, 1), st.floats(0, 2), st.sampled_from(sorted(SCALES)))
def test_probabilities_sum_to_one_and_accumulate(coefficient, error, scale):
    got = benchmark(coefficient, error, scale=scale)
    assert got.probabilities.sum() == pytest.approx(1)
    assert (np.diff(got.cumulative) >= -1e-12).all()
    place = got.labels.index(got.label)
    assert got.cumulative[place] >= 0.95
    assert place == 0 or got.cumulative[place - 1] < 0.95


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: benchmark(0.5, 0.1, scale="cicero"), "STA-001"),
        (lambda: benchmark(0.5, -0.1), "STA-003"),
        (lambda: benchmark(0.5, 0.1, certainty=1.0), "STA-003"),
        (lambda: category_probabilities(0.5, 0.1, limits=(0.5, 0.5)), "STA-003"),
    ],
)
def test_what_cannot_be_is_refused(call, code):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code
    assert not math.isnan(len(str(caught.value)))
