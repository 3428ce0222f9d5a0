import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.weighting.propensity import dummies, propensity
from consilience.stats.weighting.representativity import (
    partial_indicators,
    population_r_indicator,
    r_indicator,
)
from consilience.stats.weighting.resampled_response import resample_r_indicator

GROUP = np.array([0] * 40 + [1] * 40 + [2] * 20)
OTHER = np.tile([0, 1], 50)
ANSWERED = np.array([1, 1, 0, 1, 0] * 8 + [1, 0, 0, 0, 1] * 8 + [1, 1, 1, 0, 0] * 4)


def test_r_is_of_the_standard_deviation():
    p = np.array([0.2, 0.4, 0.6, 0.8])
    found = r_indicator(p)
    assert found.r == pytest.approx(1 - 2 * p.std(ddof=1))
    assert r_indicator(p, form="population").r == pytest.approx(1 - 2 * p.std())
    assert found.cv == pytest.approx(p.std(ddof=1) / 0.5)
    assert found.lowest == 0
    assert found.q == pytest.approx(p.var(ddof=1) / 0.25)


def test_weights_stand_for_rows():
    p, times = np.array([0.2, 0.5, 0.9]), np.array([3, 1, 2])
    assert r_indicator(p, weights=times).r == pytest.approx(r_indicator(np.repeat(p, times)).r)


def test_extremes():
    assert r_indicator([0.3] * 5).r == pytest.approx(1)
    assert r_indicator([0, 1, 0, 1], form="population").r == 0
    assert np.isnan(r_indicator([]).r)
    assert np.isnan(r_indicator([0.5]).r)
    assert np.isnan(r_indicator([0.0, 0.0]).cv)


def test_the_adjustment_takes_off_what_chance_adds():
    # Answers at random: R before adjustment is below 1 by chance alone.
    rng = stream(7, "test/r-indicator")
    plain, fair = [], []
    for _ in range(200):
        answered = rng.random(100) < 0.5
        columns = dummies([GROUP, OTHER])
        found = r_indicator(propensity(columns, answered).probabilities, auxiliaries=columns)
        plain.append(found.s**2)
        fair.append(found.s_adjusted**2)
    assert np.mean(plain) > 3 * 0.25 / 100 * 0.8
    assert np.mean(fair) < 0.6 * np.mean(plain)


def test_the_adjustment_by_hand():
    # One classification, saturated: z'(sum z x')^-1 z of a unit is p (1 - p) / n_k of its group.
    p = np.repeat([0.2, 0.7], [40, 60])
    columns = dummies([np.repeat([0, 1], [40, 60])])
    found = r_indicator(p, auxiliaries=columns, population=500)
    noise = (0.16 + 0.21) / 100
    variance = p.var(ddof=1) * (1 + 1 / 100 - 1 / 500) - noise
    assert found.s_adjusted == pytest.approx(np.sqrt(variance), rel=1e-9)
    assert found.r_adjusted == pytest.approx(1 - 2 * found.s_adjusted)
    assert found.cv_adjusted == pytest.approx(found.s_adjusted / 0.5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000))
def test_partials_split_the_variance(seed):
    rng = np.random.Generator(np.random.Philox(seed))
    a, b = rng.integers(0, 3, 60), rng.integers(0, 4, 60)
    p, w = rng.uniform(0.1, 0.9, 60), rng.uniform(1, 3, 60)
    one, other = partial_indicators(p, [a, b], weights=w, form="population")
    total = r_indicator(p, weights=w, form="population").s
    # Between the categories of the other and within them is all there is.
    assert one.conditional**2 + other.unconditional**2 == pytest.approx(total**2)
    assert np.sum(one.of_category**2) == pytest.approx(one.unconditional**2)
    assert np.sum(one.conditional_of_category**2) == pytest.approx(one.conditional**2)
    order = rng.permutation(60)
    moved, _ = partial_indicators(p[order], [a[order], b[order]], weights=w[order])
    again, _ = partial_indicators(p, [a, b], weights=w)
    assert moved.conditional == pytest.approx(again.conditional)


def test_partials_of_one_classification_and_of_empty_categories():
    (one,) = partial_indicators([0.2, 0.2, 0.6], [[0, 0, 2]])
    assert one.conditional == pytest.approx(np.std([0.2, 0.2, 0.6], ddof=1))
    assert np.isnan(one.of_category[1])
    assert np.isnan(one.conditional_of_category[1])
    assert one.of_category[0] < 0 < one.of_category[2]
    (nobody,) = partial_indicators([], [[]])
    assert np.isnan(nobody.unconditional)


def test_of_totals_alone_it_is_as_of_everybody_for_a_linear_model():
    columns = dummies([GROUP, OTHER])
    matrix = np.column_stack([np.ones(100), columns])
    answered = ANSWERED.astype(bool)
    found = population_r_indicator(columns[answered], moments=matrix.T @ matrix)
    p = matrix @ np.linalg.solve(matrix.T @ matrix, matrix.T @ ANSWERED)
    assert found.s == pytest.approx(p.std(ddof=1))
    assert found.mean == pytest.approx(ANSWERED.mean())
    assert np.isnan(found.r_adjusted)


def test_resampling_is_of_the_stream_and_of_the_right_size():
    columns = dummies([GROUP])

    def run(replicates):
        return resample_r_indicator(
            columns, ANSWERED, replicates=replicates, streams=lambda b: stream(3, "r", block=b)
        )

    found = run(1500)
    assert found.r.shape == (1500,)
    np.testing.assert_array_equal(run(1500).r, found.r)
    # Group rates are 0.6, 0.4, 0.6 of 40, 40, 20: by the delta method about 0.09.
    assert 0.06 < found.r_se < 0.12
    assert found.r_low < r_indicator(propensity(columns, ANSWERED).probabilities).r < found.r_high
    assert found.cv_se > 0


def test_resampling_fits_as_one_model_does():
    columns = np.column_stack([dummies([GROUP]), np.linspace(-1, 1, 100)])
    found = resample_r_indicator(
        columns, ANSWERED, replicates=1, streams=lambda b: stream(3, "r", block=b)
    )
    kinds, count = np.unique(
        np.column_stack([np.ones(100), columns, ANSWERED, np.ones(100)]), axis=0, return_counts=True
    )
    times = stream(3, "r").multinomial(100, count / 100, size=1)[0]
    model = propensity(kinds[:, 1:-2], kinds[:, -2], weights=times)
    expected = r_indicator(model.probabilities, weights=times)
    assert found.r[0] == pytest.approx(expected.r, abs=1e-6)
    assert found.cv[0] == pytest.approx(expected.cv, abs=1e-6)
    assert np.isnan(found.r_se)


def test_resampling_without_variation():
    nobody = resample_r_indicator(
        [1, 2], [0, 0], replicates=5, streams=lambda b: stream(1, "x", block=b)
    )
    assert np.isnan(nobody.r).all()
    assert np.isnan(nobody.r_se)
    assert np.isnan(nobody.r_low)
    empty = resample_r_indicator(
        np.empty((0, 1)), [], replicates=5, streams=lambda b: stream(1, "x", block=b)
    )
    assert empty.r.size == 0


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: r_indicator([0.5], form="other"), "STA-001"),
        (lambda: r_indicator([[0.5]]), "STA-002"),
        (lambda: r_indicator([1.5]), "STA-003"),
        (lambda: r_indicator([np.nan]), "STA-003"),
        (lambda: partial_indicators([0.5], [[0]], form="other"), "STA-001"),
        (lambda: partial_indicators([0.5], [[0, 1]]), "STA-002"),
        (lambda: partial_indicators([0.5], [[-1]]), "STA-082"),
        (lambda: population_r_indicator([1.0], moments=[[1.0]]), "STA-002"),
        (lambda: population_r_indicator([1.0], moments=[[1.0, 1], [1, 1]]), "STA-003"),
        (
            lambda: resample_r_indicator(
                [1], [1], streams=lambda b: stream(1, "x", block=b), confidence=9
            ),
            "STA-003",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, code):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code
