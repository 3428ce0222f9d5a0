import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.weighting.propensity import (
    dummies,
    nonresponse_weights,
    propensity,
    propensity_classes,
    raked_nonresponse_weights,
)


def test_a_saturated_model_gives_the_rates():
    group = np.array([0] * 10 + [1] * 8)
    answered = np.array([1] * 6 + [0] * 4 + [1] * 2 + [0] * 6)
    found = propensity(dummies([group]), answered)
    np.testing.assert_allclose(found.probabilities, np.where(group == 0, 0.6, 0.25))
    odds = np.log(0.6 / 0.4)
    np.testing.assert_allclose(found.coefficients, [odds, np.log(1 / 3) - odds])
    np.testing.assert_allclose(found.se[0], np.sqrt(1 / 6 + 1 / 4))
    assert found.settled
    assert not found.warnings
    assert found.null_deviance == pytest.approx(-2 * (8 * np.log(8 / 18) + 10 * np.log(10 / 18)))
    assert found.deviance < found.null_deviance


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000))
def test_the_scores_are_0_and_weights_count_as_rows(seed):
    rng = np.random.Generator(np.random.Philox(seed))
    x = np.column_stack([rng.normal(50_000, 9000, 80), rng.normal(size=80)])
    answered = rng.random(80) < 1 / (1 + np.exp(-x[:, 1]))
    times = rng.integers(1, 4, 80)
    found = propensity(x, answered, weights=times)
    off = times * (answered - found.probabilities)
    assert abs(off.sum()) < 1e-6
    assert abs(off @ x[:, 1]) < 1e-6
    rows = propensity(np.repeat(x, times, axis=0), np.repeat(answered, times))
    np.testing.assert_allclose(found.coefficients, rows.coefficients, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.se, rows.se, rtol=1e-6)


def test_a_column_that_depends_on_others_is_left_out():
    x = np.array([0.0, 1, 0, 1, 1, 0])
    answered = [1, 0, 1, 1, 0, 0]
    found = propensity(np.column_stack([x, 2 * x + 1]), answered)
    assert np.isnan(found.coefficients[2])
    np.testing.assert_allclose(found.probabilities, propensity(x, answered).probabilities)


def test_separation_is_said():
    found = propensity([0, 0, 1, 1], [0, 0, 1, 1])
    assert [each.code for each in found.warnings] == ["STA-084"]
    np.testing.assert_allclose(found.probabilities, [0, 0, 1, 1], atol=1e-6)
    everyone = propensity([0, 1, 2], [1, 1, 1])
    np.testing.assert_allclose(everyone.probabilities, 1, atol=1e-6)


def test_too_few_rounds_are_said():
    rng = np.random.Generator(np.random.Philox(1))
    found = propensity(rng.normal(size=20), rng.random(20) < 0.5, rounds=1)
    assert [each.code for each in found.warnings] == ["STA-005"]


def test_nobody():
    found = propensity(np.empty((0, 2)), [])
    assert found.probabilities.size == 0
    assert np.isnan(found.coefficients).all()
    assert np.isnan(found.deviance)


def test_classes_are_quantiles():
    p = np.array([0.1, 0.5, 0.3, 0.2, 0.4, 0.6])
    assert propensity_classes(p, classes=3).tolist() == [0, 2, 1, 0, 1, 2]
    assert propensity_classes(p, classes=1).tolist() == [0] * 6
    assert propensity_classes([0.5] * 4).tolist() == [0] * 4
    assert propensity_classes([]).size == 0
    # All the weight at one end moves the middle there.
    assert propensity_classes(p, classes=2, weights=[9, 1, 1, 1, 1, 1]).tolist() == [
        0,
        1,
        1,
        1,
        1,
        1,
    ]


def test_weights_are_the_inverse_and_classes_keep_the_total():
    p = np.array([0.5, 0.5, 0.25, 0.25, 0.3, 0.3])
    answered = np.array([1, 0, 1, 0, 0, 0], dtype=bool)
    base = np.array([1.0, 2.0, 3.0, 1.0, 1.0, 1.0])
    own = nonresponse_weights(p, answered, weights=base)
    assert own.weights.tolist() == [2, 0, 12, 0, 0, 0]
    classes = np.array(["a", "a", "b", "b", "b", "b"])
    rate = nonresponse_weights(p, answered, weights=base, classes=classes)
    np.testing.assert_allclose(rate.weights, [3, 0, 6, 0, 0, 0])
    assert rate.misfit == pytest.approx(0)
    mean = nonresponse_weights(p, answered, weights=base, classes=classes, within="mean")
    np.testing.assert_allclose(mean.weights[[0, 2]], [2, 3 / (1.6 / 6)])
    middle = nonresponse_weights(p, answered, weights=base, classes=classes, within="median")
    np.testing.assert_allclose(middle.weights[[0, 2]], [2, 3 / 0.275])


def test_raking_to_the_sample_keeps_its_margins():
    rng = np.random.Generator(np.random.Philox(4))
    codes = [rng.integers(0, 3, 120), rng.integers(0, 2, 120)]
    answered, base = rng.random(120) < 0.6, rng.uniform(1, 3, 120)
    found = raked_nonresponse_weights(codes, answered, weights=base)
    assert (found.weights[~answered] == 0).all()
    for each in codes:
        np.testing.assert_allclose(
            np.bincount(each, weights=found.weights), np.bincount(each, weights=base)
        )


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: propensity([[1], [2]], [1]), "STA-002"),
        (lambda: propensity([np.nan, 1], [1, 0]), "STA-003"),
        (lambda: propensity([1, 1], [2, 0]), "STA-003"),
        (lambda: dummies([[-1, 0]]), "STA-082"),
        (lambda: propensity_classes([0.5], classes=0), "STA-003"),
        (lambda: nonresponse_weights([0.5], [1, 0]), "STA-002"),
        (lambda: nonresponse_weights([0.0, 0.5], [1, 0]), "STA-003"),
        (lambda: nonresponse_weights([0.5, 0.5], [1, 0], classes=[0, 1]), "STA-080"),
        (lambda: nonresponse_weights([0.5, 0.5], [1, 0], classes=[0]), "STA-002"),
        (lambda: nonresponse_weights([0.5], [1], classes=[0], within="max"), "STA-001"),
        (lambda: raked_nonresponse_weights([[0, 1]], [1, 0]), "STA-080"),
        (lambda: raked_nonresponse_weights([[0, -1]], [1, 0]), "STA-082"),
        (lambda: raked_nonresponse_weights([[0]], [1, 0]), "STA-002"),
    ],
)
def test_what_does_not_fit_is_refused(call, code):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code
