import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.scales.norms import look_up, t_scores

NAN = float("nan")


@settings(max_examples=50, deadline=None)
@given(st.floats(-100, 100), st.floats(0.01, 50), st.floats(-5, 5))
def test_the_norm_mean_has_t_50_and_a_standard_deviation_is_10(mean, sd, z):
    assert float(t_scores(mean, mean, sd).t) == 50
    assert float(t_scores(mean, mean, sd).percentile) == pytest.approx(50)
    found = t_scores(mean + z * sd, mean, sd)
    assert float(found.t) == pytest.approx(50 + 10 * z, abs=1e-6)
    mirrored = t_scores(mean - z * sd, mean, sd)
    assert float(found.percentile + mirrored.percentile) == pytest.approx(100, abs=1e-6)


def test_missing_stays_missing_and_a_norm_without_spread_says_nothing():
    found = t_scores([[3.0, NAN], [4.0, 2.0]], [3.0, 2.0], [0.5, 0.0])
    assert found.t[:, 0].tolist() == [50, 70]
    assert np.isnan(found.t[:, 1]).all()
    assert np.isnan(found.percentile[:, 1]).all()
    assert np.isnan(t_scores(1.0, 0.0, -1.0).z)
    assert t_scores([], 0, 1).t.shape == (0,)


STEPS, VALUES = [1, 2, 4], [20, 40, 80]


def test_between_steps():
    raw = [1, 1.5, 2, 2.9, 3, 3.1, 4]
    straight = look_up(raw, steps=STEPS, values=VALUES)
    assert straight.values == pytest.approx([20, 30, 40, 58, 60, 62, 80])
    assert not straight.outside.any()
    lower = look_up(raw, steps=STEPS, values=VALUES, between="lower")
    assert lower.values.tolist() == [20, 20, 40, 40, 40, 40, 80]
    nearest = look_up(raw, steps=STEPS, values=VALUES, between="nearest")
    assert nearest.values.tolist() == [20, 40, 40, 40, 80, 80, 80]


@pytest.mark.parametrize("between", ["interpolate", "lower", "nearest"])
def test_outside_and_missing(between):
    found = look_up([[0.5, NAN], [9, 2]], steps=STEPS, values=VALUES, between=between)
    assert found.outside.tolist() == [[True, False], [True, False]]
    assert found.values[0, 0] == 20
    assert np.isnan(found.values[0, 1])
    assert found.values[1].tolist() == [80, 40]
    assert look_up([3], steps=[2], values=[50], between=between).values.tolist() == [50]


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("STA-001", {"steps": STEPS, "values": VALUES, "between": "spline"}),
        ("STA-002", {"steps": STEPS, "values": [1]}),
        ("STA-003", {"steps": [1, 1, 2], "values": VALUES}),
        ("STA-004", {"steps": [], "values": []}),
    ],
)
def test_what_does_not_fit_is_refused(code, options):
    with pytest.raises(Fault) as caught:
        look_up([1.0], **options)
    assert caught.value.code == code
    assert "<" not in caught.value.what + caught.value.remedy
