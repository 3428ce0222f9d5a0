"""Krippendorff's alpha: the published example, a second way to compute it, and its limits."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.agreement import disagreement
from consilience.stats.agreement.disagreement import METRICS
from consilience.stats.agreement.krippendorff import krippendorff, krippendorff_alpha
from consilience.stats.agreement.krippendorff_resampled import (
    alpha_resampled,
    alpha_shuffled,
    alphas_by_area,
)
from consilience.stats.agreement.ratings import join_equal, read_ratings

NAN = float("nan")
# Krippendorff (2011), section C: four observers, twelve units.
FOUR = [
    [1, 1, NAN, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [NAN, 5, 5, 5], [NAN, NAN, 1, 1], [NAN, 3, NAN, NAN],
]  # fmt: skip


def streams(name):
    return lambda block: stream(7, name, block=block)


def by_pairs(table, metric, period=None):
    """Alpha as a loop over pairs of ratings, written from the paper and nothing else."""
    table = np.asarray(table, dtype=float)
    units = [row[~np.isnan(row)] for row in table]
    units = [row for row in units if len(row) > 1]
    pool = np.concatenate(units) if units else np.array([])
    if not len(pool):
        return NAN
    values, totals = np.unique(pool, return_counts=True)
    span = period or np.nanmax(table) - np.nanmin(table) + 1

    def gap(one, other):
        low, high = min(one, other), max(one, other)
        if metric == "nominal":
            return float(one != other)
        if metric == "ordinal":
            between = totals[(values >= low) & (values <= high)].sum()
            ends = totals[values == low].sum() + totals[values == high].sum()
            return float(between - ends / 2) ** 2
        if metric == "interval":
            return (one - other) ** 2
        if metric == "ratio":
            return ((one - other) / (one + other)) ** 2 if one + other else 0.0
        return math.sin(math.pi * (one - other) / span) ** 2

    observed = sum(
        2 * gap(one, other) / (len(row) - 1) for row in units for one, other in combinations(row, 2)
    )
    expected = sum(2 * gap(one, other) for one, other in combinations(pool, 2))
    return 1 - (len(pool) - 1) * observed / expected if expected else NAN


@pytest.mark.parametrize(
    ("metric", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_the_published_example(metric, alpha):
    assert round(krippendorff_alpha(FOUR, metric=metric), 3) == alpha


ratings = arrays(
    float,
    st.tuples(st.integers(1, 8), st.integers(2, 4)),
    elements=st.sampled_from([1.0, 2.0, 3.0, 5.0, NAN]),
)


@settings(deadline=None, max_examples=60)
@given(table=ratings, metric=st.sampled_from(METRICS))
def test_equal_to_a_loop_over_pairs_in_both_forms(table, metric):
    expected = pytest.approx(by_pairs(table, metric), abs=1e-9, nan_ok=True)
    assert krippendorff_alpha(table, metric=metric) == expected
    few = disagreement.MOST_VALUES
    try:
        disagreement.MOST_VALUES = 0  # measurements are compared pair by pair
        assert krippendorff_alpha(table, metric=metric) == expected
    finally:
        disagreement.MOST_VALUES = few


@settings(deadline=None, max_examples=40)
@given(table=ratings, metric=st.sampled_from(METRICS), seed=st.integers(0, 99))
def test_order_of_units_and_raters_does_not_matter(table, metric, seed):
    rng = np.random.Generator(np.random.Philox(seed))
    turned = table[rng.permutation(len(table))][:, rng.permutation(table.shape[1])]
    one, other = (krippendorff_alpha(each, metric=metric) for each in (table, turned))
    assert other == pytest.approx(one, abs=1e-9, nan_ok=True)


@settings(deadline=None, max_examples=40)
@given(table=ratings)
def test_names_of_categories_do_not_matter(table):
    renamed = np.select([table == 1, table == 2, table == 3, table == 5], [9, 4, 7, 1], np.nan)
    one = krippendorff_alpha(table, metric="nominal")
    assert krippendorff_alpha(renamed, metric="nominal") == pytest.approx(one, nan_ok=True)


@settings(deadline=None, max_examples=40)
@given(table=ratings, metric=st.sampled_from(METRICS))
def test_doubled_units_leave_the_two_disagreements_and_alpha_nearly(table, metric):
    """Expected disagreement loses its correction for small samples, and nothing else moves."""
    once, twice = (krippendorff(each, metric=metric) for each in (table, np.vstack([table, table])))
    if math.isnan(once.alpha):
        assert math.isnan(twice.alpha)
        return
    n = once.values
    kept = 1 - (1 - once.alpha) * (2 * n - 1) / (2 * n - 2)
    assert twice.alpha == pytest.approx(kept, abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
def test_perfect_agreement_is_one(metric):
    assert krippendorff_alpha([[1, 1, 1], [2, 2, NAN], [4, 4, 4]], metric=metric) == 1


@pytest.mark.parametrize(
    "table",
    [
        [[3, 3], [3, 3]],
        [[1, NAN], [NAN, 2]],
        [[NAN, NAN]],
        np.empty((0, 3)),
        np.empty((4, 0)),
        [[0.1, 0.1], [0.1, 0.1]],
    ],
)
@pytest.mark.parametrize("metric", METRICS)
def test_undefined_stays_undefined(table, metric):
    assert math.isnan(krippendorff_alpha(table, metric=metric))
    assert math.isnan(krippendorff(table, metric=metric).alpha)
    found = alpha_resampled(table, metric=metric, replicates=20, streams=streams("u"))
    assert np.isnan([found.alpha, found.low, found.high, found.standard_error]).all()
    assert math.isnan(alpha_shuffled(table, metric=metric, permutations=9, streams=streams("u")).p)


def test_a_value_that_nobody_gave_changes_nothing():
    wide = np.array(FOUR) * 10
    for metric in ("nominal", "ordinal"):
        one, other = (krippendorff_alpha(each, metric=metric) for each in (FOUR, wide))
        assert other == pytest.approx(one)


def test_circular_needs_its_period():
    hours = [[23, 0], [1, 23], [12, 11], [6, 6]]
    assert krippendorff_alpha(hours, metric="circular", period=24) > 0.8
    assert krippendorff_alpha(hours, metric="interval") < 0


def test_contributions_are_shares_and_leaving_out_is_computing_anew():
    table = np.array(FOUR)
    found = krippendorff(table, metric="ordinal")
    assert np.nansum(found.contributions) == pytest.approx(1)
    assert np.isnan(found.contributions).tolist() == [False] * 11 + [True]
    assert np.nanargmax(found.contributions) == 5
    anew = [
        krippendorff_alpha(np.delete(table, unit, axis=0), metric="ordinal") for unit in range(12)
    ]
    assert found.without == pytest.approx(anew)
    assert (found.units, found.values) == (11, 40)


def test_faults():
    for code, keys in [
        ("STA-001", {"metric": "euclid"}),
        ("STA-003", {"metric": "circular", "period": 0}),
    ]:
        with pytest.raises(Fault) as told:
            krippendorff_alpha(FOUR, **keys)
        assert told.value.code == code
    for table, code in [([1, 2], "STA-002"), ([[1, np.inf]], "STA-003")]:
        with pytest.raises(Fault) as told:
            krippendorff_alpha(table)
        assert told.value.code == code
    with pytest.raises(Fault) as told:
        krippendorff_alpha([[-1, 1], [1, 1]], metric="ratio")
    assert told.value.code == "STA-003"


# --- resampling -------------------------------------------------------------------------


def made(units=120, raters=3, seed=5):
    rng = stream(seed, "made")
    base = rng.integers(1, 6, size=(units, 1))
    table = np.clip(base + rng.integers(-1, 2, size=(units, raters)), 1, 5).astype(float)
    table[rng.random(table.shape) < 0.15] = np.nan
    return table


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_draws_are_those_of_a_loop(metric):
    """Every draw is the alpha of the units that were drawn, computed one by one."""
    table = made(units=15)
    found = alpha_resampled(table, metric=metric, replicates=20, streams=streams("loop"))
    kinds = join_equal(read_ratings(table))
    shares = kinds.counts / kinds.counts.sum()
    drawn = streams("loop")(0).multinomial(15, shares, size=20)
    values = np.append(kinds.values, np.nan)
    units = values[kinds.codes]
    loop = [krippendorff_alpha(np.repeat(units, times, axis=0), metric=metric) for times in drawn]
    assert found.draws == pytest.approx(loop, nan_ok=True)


def test_interval_of_a_known_spread():
    table = made(units=400)
    found = alpha_resampled(table, metric="interval", replicates=4000, streams=streams("spread"))
    # Half the units twice: about sqrt(2) times the standard error.
    half = alpha_resampled(table[:200], metric="interval", replicates=4000, streams=streams("h"))
    assert half.standard_error / found.standard_error == pytest.approx(2**0.5, rel=0.2)
    assert found.high - found.low == pytest.approx(3.92 * found.standard_error, rel=0.05)


def test_clusters_are_drawn_whole():
    table = np.repeat(made(units=30), 5, axis=0)
    area = np.repeat([f"a{n}" for n in range(30)], 5)
    units = alpha_resampled(table, replicates=2000, streams=streams("c"))
    areas = alpha_resampled(table, replicates=2000, streams=streams("c"), clusters=area)
    # Five equal units an area: the spread of areas is sqrt(5) times that of units.
    assert areas.standard_error / units.standard_error == pytest.approx(5**0.5, rel=0.15)


def test_paired_units_only():
    """Where hardly any unit is paired, drawing all units often draws nothing to compare."""
    table = np.vstack([[[1, 1], [2, 2], [3, 1]], np.full((60, 2), np.nan)])
    every = alpha_resampled(table, replicates=500, streams=streams("p"))
    paired = alpha_resampled(table, replicates=500, streams=streams("p"), resample="paired")
    assert every.alpha == paired.alpha
    assert np.isnan(every.draws).sum() > 2 * np.isnan(paired.draws).sum() > 0


def test_areas_at_once_are_areas_alone():
    table = np.stack([made(units=12, seed=seed) for seed in range(4)])
    own, drawn = alphas_by_area(table, replicates=500, streams=streams("areas"))
    assert own == pytest.approx([krippendorff_alpha(each, metric="ordinal") for each in table])
    assert drawn.shape == (4, 500)
    assert np.isnan(drawn).mean() < 0.01
    alone = alpha_resampled(table[2], metric="ordinal", replicates=4000, streams=streams("alone"))
    assert np.nanstd(drawn[2]) == pytest.approx(alone.standard_error, rel=0.2)


def test_shuffling_finds_agreement_and_its_absence():
    found = alpha_shuffled(made(), metric="ordinal", permutations=499, streams=streams("s"))
    assert found.p == 1 / 500
    assert abs(found.mean) < 0.02
    noise = stream(3, "noise").integers(1, 6, size=(60, 3))
    found = alpha_shuffled(noise, metric="ordinal", permutations=499, streams=streams("s"))
    assert found.p > 0.05


def test_a_shuffle_keeps_what_each_rater_gave():
    """With two units of two raters there are two arrangements, as likely as each other."""
    found = alpha_shuffled([[1, 1], [2, 2]], permutations=999, streams=streams("two"))
    assert found.p == pytest.approx(0.5, abs=0.05)


def test_faults_of_resampling():
    with pytest.raises(Fault) as told:
        alpha_resampled(FOUR, replicates=9, streams=streams("f"), resample="none")
    assert told.value.code == "STA-001"
    with pytest.raises(Fault) as told:
        alpha_resampled(FOUR, replicates=9, streams=streams("f"), clusters=[1, 2])
    assert told.value.code == "STA-002"
    with pytest.raises(Fault) as told:
        alpha_resampled(FOUR, replicates=9, streams=streams("f"), level=95)
    assert told.value.code == "STA-003"
    with pytest.raises(Fault) as told:
        alphas_by_area(FOUR, replicates=9, streams=streams("f"))
    assert told.value.code == "STA-002"


@pytest.mark.parametrize("metric", ["nominal", "interval", "ratio"])
def test_alpha_is_one_less_what_is_seen_over_what_is_expected(metric):
    found = krippendorff(FOUR, metric=metric)
    assert found.alpha == pytest.approx(1 - found.observed / found.expected)
    assert found.contributions[:11].sum() == pytest.approx(1)


def test_observed_and_expected_disagreement_of_the_published_example():
    # Krippendorff (2011), section C, nominal: of 40 pairable values, 8 stand off the diagonal of
    # the coincidence matrix; of the 1,560 ordered pairs of these values 1,216 differ.
    found = krippendorff(FOUR)
    assert found.values == 40
    assert found.observed == pytest.approx(8 / 40)
    assert found.expected == pytest.approx(1216 / 1560)
