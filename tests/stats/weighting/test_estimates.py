import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.weighting.estimates import (
    domain_means,
    weighted_mean,
    weighted_ratio,
    weighted_total,
)
from consilience.stats.weighting.raking import poststratify, rake
from consilience.stats.weighting.sample_design import (
    SampleDesign,
    adjusted,
    covariance,
    degrees_of_freedom,
    inclusion_weights,
)

Y = np.array([3.0, 5.0, 4.0, 8.0, 9.0, 7.0])
SIMPLE = SampleDesign(weights=[5.0] * 6, fpc=[30] * 6)


def test_simple_random_sampling():
    found = weighted_mean(Y, design=SIMPLE)
    assert float(found.value) == 6.0
    assert float(found.se) == pytest.approx(np.sqrt(Y.var(ddof=1) / 6 * (1 - 6 / 30)))
    assert float(found.deff) == pytest.approx(1)
    assert float(found.deff_replace) == pytest.approx(1 - 6 / 30)
    assert found.df == 5
    # t of 5 degrees of freedom at 0.975 is 2.570582.
    assert float(found.high - found.value) == pytest.approx(2.570582 * float(found.se), rel=1e-6)
    total = weighted_total(Y, design=SIMPLE)
    assert float(total.value) == 180
    assert float(total.se) == pytest.approx(30 * float(found.se))


def test_a_stratified_total_adds_up():
    strata = ["a", "a", "a", "b", "b", "b"]
    design = SampleDesign(weights=[2, 2, 2, 4, 4, 4], strata=strata, fpc=[6, 6, 6, 12, 12, 12])
    found = weighted_total(Y, design=design)
    expected = 36 / 3 * (1 - 0.5) * 1 + 144 / 3 * (1 - 0.25) * 1
    assert float(found.se) ** 2 == pytest.approx(expected)
    assert found.df == 4


def test_clusters_are_what_varies():
    design = SampleDesign(weights=np.full(6, 2.0), clusters=[1, 1, 2, 2, 3, 3])
    totals = np.array([16.0, 24.0, 32.0])
    found = weighted_total(Y, design=design)
    assert float(found.se) ** 2 == pytest.approx(3 * totals.var(ddof=1))
    assert degrees_of_freedom(design) == 2
    assert degrees_of_freedom(design, domain=[0, 0, 1, 1, 1, 1]) == 1


def test_cluster_names_may_come_again_in_another_stratum():
    one = SampleDesign(weights=[1] * 6, strata=[1, 1, 1, 2, 2, 2], clusters=[1, 2, 3, 1, 2, 3])
    other = SampleDesign(weights=[1] * 6, strata=[1, 1, 1, 2, 2, 2], clusters=range(6))
    assert float(weighted_mean(Y, design=one).se) == float(weighted_mean(Y, design=other).se)


def test_a_census_and_a_fraction():
    every = SampleDesign(weights=[1] * 6, fpc=[6] * 6)
    assert float(weighted_mean(Y, design=every).se) == 0
    share = SampleDesign(weights=[5] * 6, fpc=[0.2] * 6)
    assert float(weighted_mean(Y, design=share).se) == pytest.approx(
        float(weighted_mean(Y, design=SIMPLE).se)
    )


def test_two_stages():
    # By hand: 2 of 4 clusters, 2 of 3 and 2 of 5 rows.
    design = SampleDesign(
        weights=np.array([3.0, 3.0, 5.0, 5.0]),
        clusters=[[1, 1], [1, 2], [2, 1], [2, 2]],
        fpc=[[4, 3], [4, 3], [4, 5], [4, 5]],
    )
    y = np.array([1.0, 3.0, 2.0, 8.0])
    first = 2 * (1 - 0.5) * np.sum((np.array([12.0, 50.0]) - 31) ** 2)
    second = 0.5 * ((1 - 2 / 3) * 2 * 2 * 3.0**2 + (1 - 2 / 5) * 2 * 2 * 15.0**2)
    assert float(weighted_total(y, design=design).se) ** 2 == pytest.approx(first + second)
    np.testing.assert_allclose(
        inclusion_weights([[4, 3], [4, 3], [4, 5], [4, 5]], clusters=design.clusters),
        [3, 3, 5, 5],
    )


@pytest.mark.parametrize(("lonely", "variance"), [("certainty", 2.0), ("average", 4.0)])
def test_a_stratum_with_one_cluster(lonely, variance):
    design = SampleDesign(weights=[1, 1, 1], strata=[1, 1, 2], lonely=lonely)
    assert float(weighted_total([1.0, 3.0, 5.0], design=design).se) ** 2 == pytest.approx(
        2 * variance
    )


def test_a_stratum_with_one_cluster_is_undefined_unless_told():
    design = SampleDesign(weights=[1, 1, 1], strata=[1, 1, 2])
    found = weighted_mean([1.0, 3.0, 5.0], design=design)
    assert np.isnan(found.se)
    assert float(found.value) == 3
    assert [each.code for each in found.warnings] == ["STA-085"]
    centre = SampleDesign(weights=[1, 1, 1], strata=[1, 1, 2], lonely="centre")
    moved = weighted_mean([1.0, 3.0, 5.0], design=centre)
    assert float(moved.se) ** 2 == pytest.approx((4 + 4) / 9)
    assert not moved.warnings
    # A stratum of which all were taken does not vary.
    whole = SampleDesign(weights=[2, 2, 1], strata=[1, 1, 2], fpc=[4, 4, 1])
    assert float(weighted_mean([1.0, 3.0, 5.0], design=whole).se) > 0


def test_after_poststratification_only_what_is_within_varies():
    codes = np.array([0, 0, 0, 1, 1, 1])
    found = poststratify(codes, [20, 10], weights=[5] * 6)
    design = adjusted(SIMPLE, found.weights, codes=[codes])
    residual = Y - np.where(codes == 0, 4.0, 8.0)
    z = residual * found.weights
    expected = (1 - 0.2) * 6 * z.var(ddof=1)
    assert float(weighted_total(Y, design=design).se) ** 2 == pytest.approx(expected)
    # What the margins say without error has no variance.
    share = weighted_mean((codes == 1).astype(float), design=design)
    assert float(share.value) == pytest.approx(1 / 3)
    assert float(share.se) == pytest.approx(0, abs=1e-9)


def test_the_regression_of_raking_may_weigh_rows_alike():
    a, b = np.array([0, 0, 1, 1, 0, 1]), np.array([0, 1, 0, 1, 1, 0])
    base = np.array([1.0, 5.0, 2.0, 7.0, 3.0, 4.0])
    found = rake([a, b], [[15, 15], [12, 18]], weights=base)
    design = SampleDesign(weights=base)
    se = [
        float(
            weighted_mean(
                Y, design=adjusted(design, found.weights, codes=[a, b], regression=kind)
            ).se
        )
        for kind in ("base", "equal")
    ]
    assert abs(se[0] - se[1]) > 1e-3
    even = adjusted(SampleDesign(weights=[2] * 6), found.weights, codes=[a, b])
    alike = adjusted(SampleDesign(weights=[2] * 6), found.weights, codes=[a, b], regression="equal")
    assert float(weighted_mean(Y, design=even).se) == pytest.approx(
        float(weighted_mean(Y, design=alike).se)
    )


def test_rows_that_took_no_part_have_no_weight():
    codes = np.array([0, 0, 1, 1, -1, 0])
    found = rake([codes], [[6, 4]], missing="nan")
    design = adjusted(SampleDesign(weights=[1] * 6), found.weights, codes=[codes])
    assert float(weighted_mean(Y, design=design).value) == pytest.approx(
        (2 * (3 + 5 + 7) + 2 * (4 + 8)) / 10
    )


def test_domains_keep_the_design():
    groups = np.array([0, 0, 0, 1, 1, 2])
    found = domain_means(Y, groups, design=SIMPLE, domains=4)
    np.testing.assert_allclose(found.value, [4, 8.5, 7, np.nan])
    for number in range(3):
        one = weighted_mean(Y, design=SIMPLE, domain=groups == number)
        assert float(found.se[number]) == pytest.approx(float(one.se), abs=1e-12)
    assert np.isnan(found.covariance[3]).all()
    assert found.n.tolist() == [3, 2, 1, 0]
    # A domain mean is the ratio of two totals.
    inside = (groups == 0).astype(float)
    same = weighted_ratio(Y * inside, inside, design=SIMPLE)
    assert float(same.se) == pytest.approx(float(found.se[0]))


def test_weights_that_are_no_population_have_no_design_effect_without_replacement():
    found = weighted_mean(Y, design=SampleDesign(weights=[0.5] * 6))
    assert np.isnan(found.deff)
    assert float(found.deff_replace) == pytest.approx(1)


def test_missing_values_are_a_domain():
    values = np.array([3.0, np.nan, 4.0, 8.0, 9.0, np.nan])
    found = weighted_mean(values, design=SIMPLE)
    inside = ~np.isnan(values)
    same = weighted_mean(np.nan_to_num(values), design=SIMPLE, domain=inside)
    assert (float(found.value), float(found.se)) == (float(same.value), float(same.se))
    assert int(found.n) == 4


def test_several_at_once_with_covariances():
    table = np.column_stack([Y, Y**2])
    found = weighted_mean(table, design=SIMPLE)
    assert found.value.shape == (2,)
    assert found.covariance[0, 1] == pytest.approx(0.8 / 6 * np.cov(Y, Y**2)[0, 1])
    assert weighted_total(table, design=SIMPLE).se.shape == (2,)
    assert weighted_ratio(table, Y, design=SIMPLE).value[0] == 1


def test_nothing_to_estimate_from():
    nobody = weighted_mean(Y, design=SIMPLE, domain=np.zeros(6))
    assert np.isnan(nobody.value)
    assert np.isnan(nobody.se)
    assert np.isnan(nobody.deff)
    assert np.isnan(weighted_ratio(Y, np.zeros(6), design=SIMPLE).value)
    constant = weighted_mean(np.ones(6), design=SIMPLE)
    assert (float(constant.se), np.isnan(constant.deff)) == (0, True)
    one = weighted_mean([1.0], design=SampleDesign(weights=[3]))
    assert float(one.value) == 1
    assert np.isnan(one.se)
    assert np.isnan(one.low)
    empty = weighted_mean([], design=SampleDesign(weights=[]))
    assert np.isnan(empty.value)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000))
def test_order_of_rows_and_unit_of_weights(seed):
    rng = np.random.Generator(np.random.Philox(seed))
    y, w = rng.normal(size=24), rng.uniform(1, 5, 24)
    strata, clusters = np.repeat([0, 1, 2], 8), np.repeat(np.arange(12), 2)
    order = rng.permutation(24)
    one = weighted_mean(y, design=SampleDesign(weights=w, strata=strata, clusters=clusters))
    other = weighted_mean(
        y[order] + 3,
        design=SampleDesign(weights=7 * w[order], strata=strata[order], clusters=clusters[order]),
    )
    assert float(other.value) == pytest.approx(float(one.value) + 3)
    assert float(other.se) == pytest.approx(float(one.se))


@pytest.mark.parametrize(
    ("design", "code"),
    [
        (SampleDesign(weights=[[1.0]]), "STA-002"),
        (SampleDesign(weights=[1, np.nan]), "STA-003"),
        (SampleDesign(weights=[1, 1], lonely="ignore"), "STA-001"),
        (SampleDesign(weights=[1, 1], strata=[1]), "STA-002"),
        (SampleDesign(weights=[1, 1], strata=[1, np.nan]), "STA-003"),
        (SampleDesign(weights=[1, 1], fpc=[5, 6]), "STA-003"),
        (SampleDesign(weights=[1, 1], fpc=[0, 0]), "STA-003"),
        (SampleDesign(weights=[1, 1, 1], fpc=[2, 2, 2]), "STA-003"),
    ],
)
def test_designs_that_do_not_fit(design, code):
    rows = len(np.asarray(design.weights))
    with pytest.raises(Fault) as caught:
        covariance(np.arange(rows, dtype=float)[:, None], design)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: weighted_mean([1.0], design=SIMPLE), "STA-002"),
        (lambda: weighted_mean(Y, design=SIMPLE, domain=[1]), "STA-002"),
        (lambda: weighted_mean(Y, design=SIMPLE, confidence=95), "STA-003"),
        (lambda: weighted_ratio(Y, np.ones((6, 2)), design=SIMPLE), "STA-002"),
        (lambda: domain_means(np.ones((6, 2)), [0] * 6, design=SIMPLE), "STA-002"),
        (lambda: domain_means(Y, [0], design=SIMPLE), "STA-002"),
        (lambda: covariance(Y, SIMPLE), "STA-002"),
        (lambda: adjusted(SIMPLE, [1] * 6, codes=[[0] * 6], regression="no"), "STA-001"),
        (lambda: adjusted(SIMPLE, [1], codes=[[0] * 6]), "STA-002"),
        (lambda: adjusted(SIMPLE, [1] * 6), "STA-002"),
        (lambda: adjusted(SIMPLE, [1] * 6, codes=[[0]]), "STA-002"),
    ],
)
def test_calls_that_do_not_fit(call, code):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code
