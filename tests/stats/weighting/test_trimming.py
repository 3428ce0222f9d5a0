import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.weighting.trimming import kish, trim_weights

weights_ = st.lists(st.floats(0.1, 100), min_size=3, max_size=40)


def test_kish_of_known_weights():
    cost = kish([1, 1, 2, 4])
    assert (cost.n, cost.deff, cost.effective_n) == (4, 4 * 22 / 64, 64 / 22)
    assert cost.cv == pytest.approx(np.std([1, 1, 2, 4]) / 2)
    assert (cost.total, cost.range_ratio) == (8, 4)


@settings(max_examples=50, deadline=None)
@given(weights_, st.floats(0.01, 1e200))
def test_kish_is_at_least_1_and_of_no_unit(weights, unit):
    cost = kish(weights)
    assert 1 - 1e-12 <= cost.deff <= cost.n + 1e-9
    assert kish(np.array(weights) * unit).deff == pytest.approx(cost.deff, rel=1e-9)


def test_kish_without_answers():
    assert np.isnan(kish([]).deff)
    assert kish([0, np.nan]).n == 0
    assert kish([0, np.nan, 2, 2]).effective_n == 2
    assert kish([7]).deff == 1


@settings(max_examples=50, deadline=None)
@given(weights_, st.floats(0.05, 0.9), st.floats(1.1, 3))
def test_the_total_is_kept_and_strict_limits_hold(weights, low, high):
    mean = float(np.mean(weights))
    found = trim_weights(weights, lower=low * mean, upper=high * mean, strict=True)
    assert found.weights.sum() == pytest.approx(sum(weights))
    assert found.settled
    assert found.weights.min() >= low * mean * (1 - 1e-9)
    assert found.weights.max() <= high * mean * (1 + 1e-9)


def test_once_may_push_others_out_and_strict_does_not():
    weights = [1.0, 9.5, 20.0]
    once = trim_weights(weights, upper=11)
    np.testing.assert_allclose(once.weights, [5.5, 14.0, 11.0])
    strict = trim_weights(weights, upper=11, strict=True)
    np.testing.assert_allclose(strict.weights, [7.0 + 1.5, 11.0, 11.0])
    assert once.rounds == 1
    assert strict.rounds > 1


def test_weights_within_the_limits_stay():
    found = trim_weights([1, 2, 3], lower=0, upper=3)
    assert found.weights.tolist() == [1, 2, 3]
    assert found.rounds == 0
    assert trim_weights([]).weights.size == 0


def test_too_few_rounds_are_said():
    found = trim_weights([1, 9.5, 20], upper=11, strict=True, rounds=1)
    assert [each.code for each in found.warnings] == ["STA-005"]


def test_limits_that_cannot_hold_the_total():
    for arguments in ({"upper": 2.0, "strict": True}, {"lower": 25.0, "upper": 26.0}):
        with pytest.raises(Fault) as caught:
            trim_weights([1, 2, 20], **arguments)
        assert caught.value.code == "STA-083"


def test_where_all_are_beyond_a_limit_those_at_the_other_take_it_up():
    assert trim_weights([1, 1, 3], lower=1.25, upper=2.5).weights.tolist() == [1.25, 1.25, 2.5]
    assert trim_weights([1, 1, 4], lower=1.25, upper=2.5).weights.tolist() == [1.75, 1.75, 2.5]


def test_limits_the_wrong_way_round():
    with pytest.raises(Fault) as caught:
        trim_weights([1, 2], lower=3, upper=2)
    assert caught.value.code == "STA-003"
    with pytest.raises(Fault) as caught:
        kish([-1, 2])
    assert caught.value.code == "STA-003"
