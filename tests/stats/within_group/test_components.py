import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.within_group.components import (
    anova_components,
    icc1_interval,
    stepped_up,
)
from consilience.stats.within_group.means import group_means
from consilience.stats.within_group.random_groups import random_groups
from consilience.stats.within_group.reml import group_mean_reliability, reml_components
from consilience.stats.within_group.waba import waba


def philox(seed):
    return np.random.Generator(np.random.Philox(seed))


def survey(seed, *, groups=12, variance=1.0):
    rng = philox(seed)
    codes = np.repeat(np.arange(groups), rng.integers(1, 9, groups))
    return rng.normal(size=len(codes)) + rng.normal(0, variance**0.5, groups)[codes], codes


def dense_loglik(y, codes, tau2, sigma2, *, restricted):
    """The log-likelihood by the whole covariance matrix, as the textbook has it."""
    n = len(y)
    V = sigma2 * np.eye(n) + tau2 * (codes[:, None] == codes)
    inverse, ones = np.linalg.inv(V), np.ones(n)
    precision = ones @ inverse @ ones
    mean = ones @ inverse @ y / precision
    found = np.linalg.slogdet(V)[1] + (y - mean) @ inverse @ (y - mean)
    found += n * np.log(2 * np.pi)
    if restricted:
        found += np.log(precision) - np.log(2 * np.pi)
    return -found / 2


# --- analysis of variance ---------------------------------------------------------------


def test_a_worked_analysis_of_variance():
    found = anova_components([1, 2, 3, 4, 5, 6, 9], ["a", "a", "b", "b", "b", "c", "c"])
    # By hand: means 1.5, 4, 7.5, grand 30 / 7; within 0.5 + 2 + 4.5.
    within = 0.5 + 2 + 4.5
    between = 2 * (1.5 - 30 / 7) ** 2 + 3 * (4 - 30 / 7) ** 2 + 2 * (7.5 - 30 / 7) ** 2
    msb, msw, k, n0 = between / 2, within / 4, 7 / 3, (7 - 17 / 7) / 2
    for name, value in {
        "n": 7,
        "groups": 3,
        "ss_between": between,
        "ss_within": within,
        "ms_between": msb,
        "ms_within": msw,
        "f": msb / msw,
        "mean_size": k,
        "n0": n0,
        "icc1": (msb - msw) / (msb + (k - 1) * msw),
        "icc1_n0": (msb - msw) / (msb + (n0 - 1) * msw),
        "tau2": (msb - msw) / n0,
        "icc2": (msb - msw) / msb,
        "eta2": between / (between + within),
        "omega2": (between - 2 * msw) / (between + within + msw),
    }.items():
        assert float(getattr(found, name)) == pytest.approx(value), name
    # pf(8.2959..., 2, 4, lower=FALSE) = (1 + 2 F / 4) ** -2 for 2 and 4 degrees of freedom.
    assert float(found.p) == pytest.approx((1 + 2 * (msb / msw) / 4) ** -2)
    assert (found.df_between, found.df_within) == (2, 4)
    assert found.group_icc2[:, 0] == pytest.approx(stepped_up(found.icc1, [2, 3, 2]))


def test_several_variables_at_once_are_each_on_its_own():
    y, codes = survey(1)
    table = np.column_stack([y, y**2, np.round(y)])
    table[3, 1] = np.nan
    found = anova_components(table, codes)
    for place in range(3):
        kept = ~np.isnan(table[:, place])
        one = anova_components(table[kept, place], codes[kept])
        for name in ("icc1", "icc1_n0", "icc2", "eta2", "omega2", "p", "n", "n0"):
            assert getattr(found, name)[place] == pytest.approx(float(getattr(one, name)))
        low, high = icc1_interval(found)
        assert (low[place], high[place]) == pytest.approx(
            tuple(float(bound) for bound in icc1_interval(one))
        )


@pytest.mark.parametrize(
    ("values", "groups", "undefined"),
    [
        ([], [], ("icc1", "icc2", "eta2", "omega2", "f", "p")),
        ([1.0, 2.0], [1, 1], ("icc1", "icc2", "f", "p", "n0")),
        ([1.0, 2.0, 3.0], [1, 2, 3], ("icc1", "icc2", "f", "p", "omega2")),
        ([0.1] * 6, [1, 1, 2, 2, 3, 3], ("icc1", "icc2", "f", "p", "eta2", "omega2")),
        ([np.nan] * 4, [1, 1, 2, 2], ("icc1", "icc2", "eta2", "f", "p")),
    ],
)
def test_what_cannot_be_told_is_missing(values, groups, undefined):
    found = anova_components(values, groups)
    assert {name: float(getattr(found, name)) for name in undefined} == pytest.approx(
        dict.fromkeys(undefined, np.nan), nan_ok=True
    )
    for method in ("f", "smith"):
        assert np.isnan(icc1_interval(found, method=method)).all()
    likely = reml_components(values, groups)
    assert np.isnan([likely.icc1, likely.icc2, likely.tau2, likely.loglik]).all()


def test_groups_that_alone_differ_have_all_the_variance():
    found = anova_components([1, 1, 4, 4, 4], [1, 1, 2, 2, 2])
    assert (float(found.icc1), float(found.icc2), float(found.eta2)) == (1.0, 1.0, 1.0)
    assert float(found.p) == 0.0
    assert [float(bound) for bound in icc1_interval(found)] == [1.0, 1.0]
    likely = reml_components([1, 1, 4, 4, 4], [1, 1, 2, 2, 2])
    assert (float(likely.icc1), float(likely.sigma2), float(likely.tau2)) == (1.0, 0.0, 4.5)
    assert np.isnan(likely.loglik)


def test_interval_of_equal_groups_is_the_exact_one():
    # Shrout and Fleiss (1979): ICC(1,1) .17, F = 1.79, 95 % interval -0.13 to 0.72 (psych::ICC).
    judges = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9]])
    judges = np.vstack([judges, [6, 2, 4, 7]])
    found = anova_components(judges.ravel(), np.repeat(np.arange(6), 4))
    assert float(found.icc1) == pytest.approx(0.1657, abs=1e-4)
    low, high = (float(bound) for bound in icc1_interval(found))
    assert (low, high) == pytest.approx((-0.1329, 0.7226), abs=1e-4)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    inside = {"f": 0, "smith": 0}
    for seed in range(400):
        y, codes = survey(seed, groups=25, variance=0.5)
        found = anova_components(y, codes)
        for method in inside:
            low, high = icc1_interval(found, level=0.9, method=method)
            inside[method] += bool(low <= 1 / 3 <= high)
    assert 0.85 < inside["f"] / 400 < 0.95
    assert 0.82 < inside["smith"] / 400 < 0.96


def test_smith_interval_of_equal_groups_has_fishers_variance():
    # 2 (1 - r)^2 (1 + (k - 1) r)^2 / (k^2) (1 / (N - a) + (1 + ...)): with equal sizes the
    # variance is 2 (1-r)^2 / k^2 ((1+(k-1)r)^2 / (N-a) + (1-r)(1+(2k-1)r) / (a-1)).
    y, codes = philox(2).normal(size=40), np.repeat(np.arange(10), 4)
    found = anova_components(y + codes / 5, codes)
    r = float(found.icc1)
    variance = 2 * (1 - r) ** 2 / 16
    # The uneven part: sum n^2 - 2 sum n^3 / N + (sum n^2)^2 / N^2 = 160 - 32 + 16.
    variance *= (1 + 3 * r) ** 2 / 30 + (9 * (1 - r) * (1 + 7 * r) + r**2 * 144) / 81
    low, high = (float(bound) for bound in icc1_interval(found, method="smith"))
    assert (high - low) / 2 == pytest.approx(1.959963985 * variance**0.5)


def test_faults_of_components():
    found = anova_components([1, 2, 3, 4], [1, 1, 2, 2])
    rng = philox(1)
    for code, wrong in (
        ("STA-001", lambda: icc1_interval(found, method="bootstrap")),
        ("STA-003", lambda: icc1_interval(found, level=95)),
        ("STA-002", lambda: anova_components([1, 2], [1, 2, 3])),
        ("STA-001", lambda: reml_components([1, 2], [1, 2], method="bayes")),
        ("STA-002", lambda: group_mean_reliability([[1], [2]], [1, 2])),
        ("STA-002", lambda: waba([1, 2], [1, 2, 3], [1, 1])),
        ("STA-002", lambda: waba([[1, 2]], [[1, 2]], [1])),
        ("STA-003", lambda: group_means([1, 2], [1, 1], minimum=-1)),
        ("STA-003", lambda: random_groups([1, 2], [1, 1], replicates=0, rng=rng)),
        ("STA-002", lambda: random_groups([[1], [2]], [1, 1], replicates=9, rng=rng)),
    ):
        with pytest.raises(Fault, match=code):
            wrong()


# --- likelihood -------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize(("seed", "variance"), [(1, 1.0), (2, 0.1), (3, 0.0), (4, 20.0), (5, 0.3)])
def test_likelihood_is_that_of_the_whole_matrix_and_nowhere_higher(method, seed, variance):
    y, codes = survey(seed, variance=variance)
    found = reml_components(y, codes, method=method)
    tau2, sigma2 = float(found.tau2), float(found.sigma2)
    restricted = method == "reml"
    top = dense_loglik(y, codes, tau2, sigma2, restricted=restricted)
    assert float(found.loglik) == pytest.approx(top, abs=1e-8)
    for between in (0.0, 0.5 * tau2, 0.999 * tau2, 1.001 * tau2, 2 * tau2, tau2 + 0.01, 5.0):
        for within in (0.5, 0.999, 1.0, 1.001, 2.0):
            near = dense_loglik(y, codes, between, within * sigma2, restricted=restricted)
            assert near <= top + 1e-9


def test_level_and_unit_do_not_matter():
    y, codes = survey(6)
    plain, moved = reml_components(y, codes), reml_components(1e-4 * y + 50, codes)
    assert float(moved.icc1) == pytest.approx(float(plain.icc1), rel=1e-8)
    assert float(moved.tau2) == pytest.approx(1e-8 * float(plain.tau2), rel=1e-8)
    assert float(moved.mean) == pytest.approx(1e-4 * float(plain.mean) + 50)


def test_group_mean_reliability_is_stepped_up_to_each_size():
    y, codes = survey(7)
    y[codes == 3] = np.nan
    found = group_mean_reliability(y, codes)
    model = reml_components(y, codes)
    tau2, sigma2 = float(model.tau2), float(model.sigma2)
    expected = found.n * tau2 / np.where(found.n > 0, found.n * tau2 + sigma2, np.nan)
    assert np.allclose(found.reliability, expected, equal_nan=True)
    assert np.isnan(found.reliability[3])
    assert (found.n[3], found.icc1) == (0, float(model.icc1))


balanced = st.tuples(st.integers(2, 6), st.integers(2, 5), st.integers(0, 10**6))


@settings(max_examples=50, deadline=None)
@given(balanced)
def test_both_estimates_are_one_for_equal_groups(shape):
    groups, size, seed = shape
    codes = np.repeat(np.arange(groups), size)
    y = philox(seed).normal(size=len(codes)) + philox(seed + 1).normal(size=groups)[codes]
    anova, likely = anova_components(y, codes), reml_components(y, codes)
    assert float(anova.icc1) == pytest.approx(float(anova.icc1_n0))
    # 0 is as low as likelihood goes.
    assert float(likely.tau2) == pytest.approx(max(0.0, float(anova.tau2)), abs=1e-7, rel=1e-7)
    if anova.tau2 > 0:
        assert float(likely.sigma2) == pytest.approx(float(anova.ms_within), rel=1e-7)


unequal = st.lists(
    st.tuples(st.integers(0, 4), st.integers(-5, 5) | st.just(None)), min_size=1, max_size=30
)


@settings(max_examples=50, deadline=None)
@given(unequal)
def test_identities_and_ranges(rows):
    codes = np.array([code for code, _ in rows])
    y = np.array([np.nan if value is None else value for _, value in rows], dtype=float)
    found = anova_components(y, codes)
    icc2 = stepped_up(found.icc1, found.mean_size)
    if np.isfinite(found.icc2):
        assert float(icc2) == pytest.approx(float(found.icc2), abs=1e-9)
    if np.isfinite(found.eta2):
        assert 0 <= found.eta2 <= 1
        assert not found.icc1 > 1 + 1e-12
    present = ~np.isnan(y)
    total = ((y[present] - y[present].mean()) ** 2).sum() if present.any() else 0.0
    assert float(found.ss_between + found.ss_within) == pytest.approx(total, abs=1e-9)
    low, high = icc1_interval(found)
    if np.isfinite(low):
        assert low <= high <= 1
    for method in ("reml", "ml"):
        likely = reml_components(y, codes, method=method)
        if np.isfinite(likely.icc1):
            assert 0 <= likely.icc1 <= 1
            again = reml_components(y + 3, np.array([f"g{code}" for code in codes]), method=method)
            assert float(again.icc1) == pytest.approx(float(likely.icc1), abs=1e-6)


# --- two variables, means, random groups ------------------------------------------------


def test_waba_of_a_worked_example():
    # multilevel::waba 2.7 gives .8824, 1 and -1, .9701, .9701, .2425, .2425.
    found = waba([1, 2, 5, 6], [2, 1, 6, 5], [1, 1, 2, 2])
    assert found.raw == pytest.approx(15 / 17)
    assert (found.between, found.within) == pytest.approx((1.0, -1.0))
    assert found.eta_between_x == pytest.approx((16 / 17) ** 0.5)
    assert found.eta_within_y == pytest.approx((1 / 17) ** 0.5)
    assert (found.n, found.groups) == (4, 2)
    assert found.e_x == pytest.approx(4.0)
    assert found.e_y == pytest.approx(4.0)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(-4, 4), st.integers(-4, 4) | st.just(None)),
        min_size=1,
        max_size=25,
    )
)
def test_parts_of_a_correlation_add_up(rows):
    codes, x = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], float)
    y = np.array([np.nan if row[2] is None else row[2] for row in rows], dtype=float)
    found = waba(x, y, codes)
    kept = ~np.isnan(y)
    assert found.n == kept.sum()
    assert found.groups == len(set(codes[kept]))
    if not np.isnan([found.raw, found.between, found.within]).any():
        assert found.between_part + found.within_part == pytest.approx(found.raw, abs=1e-9)
        assert found.raw == pytest.approx(np.corrcoef(x[kept], y[kept])[0, 1], abs=1e-9)
        assert found.eta_between_x**2 + found.eta_within_x**2 == pytest.approx(1)


def test_waba_without_variance_is_undefined():
    found = waba([0.1, 0.1, 0.1], [1, 2, 3], [1, 1, 2])
    assert np.isnan([found.raw, found.between, found.within, found.eta_between_x]).all()
    assert np.isnan(found.e_x)
    nobody = waba([], [], [])
    assert (nobody.n, nobody.groups) == (0, 0)
    assert np.isnan(nobody.raw)


def test_small_groups_are_withheld_if_asked():
    values = [[1, 2], [2, np.nan], [3, 4], [9, np.nan]]
    found = group_means(values, ["a", "a", "a", "b"], minimum=3)
    assert found.n.tolist() == [[3, 2], [1, 0]]
    assert np.allclose(found.mean, [[2, np.nan], [np.nan, np.nan]], equal_nan=True)
    assert found.withheld.tolist() == [[False, True], [True, False]]
    shown = group_means(values, ["a", "a", "a", "b"])
    assert np.allclose(shown.mean, [[2, 3], [9, np.nan]], equal_nan=True)
    assert np.allclose(shown.sd, [[1, 2**0.5], [np.nan, np.nan]], equal_nan=True)
    assert not shown.withheld.any()


def test_random_groups_tell_agreement_from_chance():
    rng = philox(9)
    codes = np.repeat(np.arange(20), 6)
    y = rng.normal(size=120)
    alike = random_groups(y + 2 * rng.normal(size=20)[codes], codes, replicates=199, rng=rng)
    assert alike.p == 1 / 200
    assert alike.z < -3
    assert alike.real < alike.random
    chance = random_groups(y, codes, replicates=199, rng=rng)
    assert chance.p > 0.01
    assert chance.real == pytest.approx(np.mean([y[codes == k].var(ddof=1) for k in range(20)]))
    # Dealing people out anew leaves the variance of everybody, on average.
    assert chance.random == pytest.approx(y.var(ddof=1), rel=0.05)
    assert chance.z == pytest.approx((chance.real - chance.random) / (chance.random_sd / 20**0.5))


def test_random_groups_without_a_group_of_two():
    found = random_groups([1, 2, np.nan], [1, 2, 2], replicates=5, rng=philox(1))
    assert found.groups == 0
    assert np.isnan([found.real, found.random, found.z, found.p]).all()
    flat = random_groups([2, 2, 2, 2], [1, 1, 2, 2], replicates=5, rng=philox(1))
    assert (flat.real, flat.p) == (0.0, 1.0)
    assert np.isnan(flat.z)
