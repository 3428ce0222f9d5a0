import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.weighting.finite import METHODS, finite_interval
from consilience.stats.weighting.proportions import weighted_proportion
from consilience.stats.weighting.sample_design import SampleDesign

CODES = np.array([0, 0, 1, 2, 2, 2, 0, -1])
DESIGN = SampleDesign(weights=[1, 2, 1, 3, 1, 1, 1, 9])
KINDS = ("logit", "mean", "beta", "wilson", "arcsine", "likelihood")


@pytest.mark.parametrize("kind", KINDS)
def test_shares_lie_in_their_interval(kind):
    found = weighted_proportion(CODES, design=DESIGN, interval=kind)
    np.testing.assert_allclose(found.value, [0.4, 0.1, 0.5])
    assert (found.low < found.value).all()
    assert (found.high > found.value).all()
    if kind not in ("mean", "arcsine"):
        assert (found.low > 0).all()
        assert (found.high < 1).all()


def test_shares_that_are_not_there():
    for kind in KINDS:
        found = weighted_proportion(
            [0, 0, 0], design=SampleDesign(weights=[1] * 3), categories=2, interval=kind
        )
        assert found.value.tolist() == [1, 0]
        if kind in ("beta", "wilson"):
            assert found.low[1] == 0
            assert found.high[0] == 1
            assert 0.5 < found.high[1] < 0.8
        else:
            assert np.isnan(found.low).all()
    nobody = weighted_proportion([-1, -1], design=SampleDesign(weights=[1, 1]), categories=2)
    assert np.isnan(nobody.value).all()
    assert np.isnan(nobody.low).all()
    exact = weighted_proportion(
        [0, 0, 0], design=SampleDesign(weights=[1] * 3), categories=2, interval="beta"
    )
    # Clopper and Pearson for 0 of 3: 1 - 0.025^(1/3).
    assert exact.high[1] == pytest.approx(1 - 0.025 ** (1 / 3))


def test_likelihood_reaches_as_far_as_its_limit():
    # Of 3 in 10 equal rows se^2 = p q / 9, and the design effect is against p q / 9 too.
    found = weighted_proportion(
        [1] * 3 + [0] * 7, design=SampleDesign(weights=[1] * 10), interval="likelihood"
    )
    p, t = 0.3, 2.262157
    for end in (found.low[1], found.high[1]):
        off = p * np.log(p / end) + (1 - p) * np.log((1 - p) / (1 - end))
        assert 2 * 8.1 * off == pytest.approx(t * t, rel=1e-6)


def test_a_domain_of_shares():
    found = weighted_proportion(CODES, design=DESIGN, domain=[1, 1, 1, 0, 0, 0, 0, 1])
    np.testing.assert_allclose(found.value, [0.75, 0.25, 0])


def test_other_intervals_are_refused():
    with pytest.raises(Fault) as caught:
        weighted_proportion(CODES, design=DESIGN, interval="guess")
    assert caught.value.code == "STA-001"
    with pytest.raises(Fault) as caught:
        weighted_proportion([[0]], design=DESIGN)
    assert caught.value.code == "STA-002"


def brute(x, n, N, confidence):
    """Return the numbers of units that neither tail rejects, by counting."""
    from math import comb

    kept = []
    for K in range(x, N - n + x + 1):
        mass = [comb(K, k) * comb(N - K, n - k) / comb(N, n) for k in range(n + 1)]
        limit = (1 - confidence) / 2 * (1 - 1e-9)
        if sum(mass[x:]) > limit and sum(mass[: x + 1]) > limit:
            kept.append(K)
    return min(kept), max(kept)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_exact_is_by_counting(data):
    N = data.draw(st.integers(1, 40))
    n = data.draw(st.integers(1, N))
    x = data.draw(st.integers(0, n))
    found = finite_interval(x, n, N, confidence=0.9)
    assert (found.count_low, found.count_high) == pytest.approx(brute(x, n, N, 0.9))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 50), st.data())
def test_wilson_is_symmetric(n, data):
    x, N = data.draw(st.integers(0, n)), data.draw(st.integers(n, 200))
    one = finite_interval(x, n, N, method="wilson")
    other = finite_interval(n - x, n, N, method="wilson")
    assert one.low == pytest.approx(1 - other.high, abs=1e-12)
    assert 0 <= one.low <= one.share <= one.high <= 1


def test_standard_errors():
    found = finite_interval(30, 82, 150, method="normal")
    p = 30 / 82
    assert found.se == pytest.approx(np.sqrt(p * (1 - p) / 81 * (1 - 82 / 150)))
    plain = finite_interval(30, 82, 150, method="normal", unbiased=False)
    assert plain.se == pytest.approx(np.sqrt(p * (1 - p) / 82 * 68 / 149))
    assert found.high - found.low == pytest.approx(2 * 1.959964 * found.se, rel=1e-6)
    endless = finite_interval(5, 10, np.inf, method="wilson")
    assert (endless.low, endless.high) == pytest.approx((0.236593, 0.763407), abs=1e-6)
    assert finite_interval(5, 10, np.inf, method="normal", unbiased=False).se == pytest.approx(
        np.sqrt(0.025)
    )


@pytest.mark.parametrize("method", METHODS)
def test_all_or_nobody_asked(method):
    every = finite_interval(3, 7, 7, method=method)
    assert (every.low, every.high, every.se) == pytest.approx((3 / 7, 3 / 7, 0))
    assert np.isnan(finite_interval(0, 0, 7, method=method).share)
    assert finite_interval(1, 1, 1, method=method).high == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((1, 2, 3, "guess"), "STA-001"),
        ((3, 2, 5, "exact"), "STA-003"),
        ((1, 5, 3, "exact"), "STA-003"),
        ((0, 0, 0, "exact"), "STA-003"),
        ((1, 2, np.inf, "exact"), "STA-003"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, code):
    *numbers, method = arguments
    with pytest.raises(Fault) as caught:
        finite_interval(*numbers, method=method)
    assert caught.value.code == code
    with pytest.raises(Fault) as caught:
        finite_interval(1, 2, 3, confidence=1.0)
    assert caught.value.code == "STA-003"
