import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.agreement.chance_corrected import (
    FROM_DISTRIBUTION,
    FROM_RATINGS,
    FROM_TABLE,
    chance_corrected,
    chance_corrected_distribution,
    chance_corrected_table,
    conger,
    scott_pi,
)
from consilience.stats.agreement.counts import rating_counts
from consilience.stats.agreement.kappa import cohen_kappa

NAN = float("nan")
# Krippendorff (2004), Figure 11.5, as Gwet (2014) has it: 12 units, 4 raters.
FOUR = [
    [1, 1, NAN, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [NAN, 5, 5, 5],
    [NAN, NAN, 1, 1],
    [NAN, NAN, 3, NAN],
]
# Gwet (2014), two abstractors of 100 pregnancies.
TABLE = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]


# Figures that the vignettes "overview" and "weighting" of irrCAC 1.0 (R) print.
@pytest.mark.parametrize(
    ("weights", "name", "coefficient", "error", "p"),
    [
        ("unweighted", "percent", 0.8181818, 0.12561, 4.345373e-05),
        ("unweighted", "ac", 0.77544, 0.14295, 0.000208721),
        ("unweighted", "fleiss", 0.76117, 0.15302, 0.000419173),
        ("unweighted", "krippendorff", 0.74342, 0.14557, 0.0004594257),
        ("unweighted", "conger", 0.76282, 0.14917, 0.0003367066),
        ("unweighted", "brennan_prediger", 0.77273, 0.14472, 0.0002375609),
        ("quadratic", "ac", 0.914, 0.10396, 2.634438e-06),
        ("quadratic", "krippendorff", 0.84911, 0.12913, 6.267448e-05),
        ("quadratic", "conger", 0.85771, 0.14367, 9.319979e-05),
    ],
)
def test_published_figures_of_four_raters(weights, name, coefficient, error, p):
    got = chance_corrected(FOUR, weights=weights)[name]
    assert got.coefficient == pytest.approx(coefficient, abs=6e-6)
    assert got.standard_error == pytest.approx(error, abs=6e-6)
    assert got.p == pytest.approx(p, rel=1e-6)
    assert got.high == 1
    assert got.n == (11 if name == "krippendorff" else 12)


def test_interval_of_the_first_coefficient():
    got = chance_corrected(FOUR)["ac"]
    # Student's 97.5 % point with 11 degrees of freedom.
    assert got.low == pytest.approx(got.coefficient - 2.2009852 * got.standard_error, abs=1e-7)
    wide = chance_corrected(FOUR, level=0.99)["ac"]
    assert wide.low < got.low


@pytest.mark.parametrize(
    ("weights", "name", "coefficient", "error"),
    [
        ("unweighted", "cohen", 0.7964094, 0.05891072),
        ("unweighted", "scott", 0.7962397, 0.05905473),
        ("unweighted", "ac", 0.8493305, 0.04321747),
        ("unweighted", "brennan_prediger", 0.835, 0.04693346),
        ("unweighted", "krippendorff", 0.7972585, 0.05905473),
        ("unweighted", "percent", 0.89, 0.03128898),
        ("quadratic", "cohen", 0.8921569, 0.03535151),
        ("quadratic", "ac", 0.9402369, 0.01792019),
        ("quadratic", "krippendorff", 0.8926487, 0.03539506),
        ("quadratic", "percent", 0.9725, 0.007822244),
    ],
)
def test_published_figures_of_a_table(weights, name, coefficient, error):
    got = chance_corrected_table(TABLE, weights=weights)[name]
    assert got.coefficient == pytest.approx(coefficient, abs=6e-8)
    assert got.standard_error == pytest.approx(error, abs=6e-9)


def test_finite_populations_shrink_errors():
    whole = chance_corrected_table(TABLE)["ac"].standard_error
    part = chance_corrected_table(TABLE, population=400)["ac"].standard_error
    assert part == pytest.approx(whole * math.sqrt(0.75))
    census = chance_corrected_table(TABLE, population=100)["ac"]
    assert census.standard_error == 0
    assert census.p == 0


def test_the_table_is_the_ratings_but_for_the_divisor():
    pairs = np.repeat([(i, j) for i in range(3) for j in range(3)], np.ravel(TABLE), axis=0)
    raw = chance_corrected(pairs, weights="quadratic")
    table = chance_corrected_table(TABLE, weights="quadratic", categories=[0, 1, 2])
    for name, other in zip(FROM_TABLE, ("ac", "conger", "fleiss", *FROM_TABLE[3:]), strict=True):
        one, two = table[name], raw[other]
        assert one.coefficient == pytest.approx(two.coefficient, abs=1e-12)
        assert one.standard_error == pytest.approx(two.standard_error * math.sqrt(0.99))
    assert raw["conger"].coefficient == pytest.approx(cohen_kappa(TABLE, weights="quadratic").kappa)
    assert scott_pi(pairs[:, 0], pairs[:, 1]).coefficient == pytest.approx(0.7962397, abs=1e-7)


@pytest.mark.parametrize("weights", ["unweighted", "linear", "ratio"])
def test_the_distribution_is_the_ratings(weights):
    full = np.array(FOUR[1:9])
    counts = rating_counts(full, categories=[1, 2, 3, 4])
    raw = chance_corrected(full, weights=weights)
    got = chance_corrected_distribution(counts.counts, weights=weights)
    for name in FROM_DISTRIBUTION:
        assert got[name].coefficient == pytest.approx(raw[name].coefficient)
        assert got[name].standard_error == pytest.approx(raw[name].standard_error)


@pytest.mark.parametrize("weights", ["unweighted", "quadratic"])
def test_errors_are_those_of_the_jackknife(weights):
    # An independent way to the error. For the percentage Gwet counts units with one rating as
    # without agreement, which makes its error larger when ratings are missing.
    rng = stream(5, "agreement")
    truth = rng.integers(1, 5, 300)
    ratings = np.where(rng.random((300, 3)) < 0.65, truth[:, None], rng.integers(1, 5, (300, 3)))
    ratings = np.where(rng.random((300, 3)) < 0.1, NAN, ratings.astype(float))
    whole = chance_corrected(ratings, weights=weights)
    left = [chance_corrected(np.delete(ratings, i, axis=0), weights=weights) for i in range(300)]
    for name in FROM_RATINGS:
        values = np.array([each[name].coefficient for each in left])
        jackknife = math.sqrt(299 / 300 * ((values - values.mean()) ** 2).sum())
        near = 0.07 if name == "percent" else 0.01
        assert whole[name].standard_error == pytest.approx(jackknife, rel=near)


def test_one_category_only():
    got = chance_corrected([[2, 2], [2, 2], [2, 2]])
    for name in ("ac", "fleiss", "krippendorff", "conger", "brennan_prediger"):
        assert math.isnan(got[name].coefficient)
        assert math.isnan(got[name].standard_error)
        assert math.isnan(got[name].high)
        assert math.isnan(got[name].p)
    assert got["percent"].coefficient == 1
    whole = chance_corrected([[2, 2], [2, 2], [2, 2]], categories=[1, 2, 3])
    assert whole["ac"].coefficient == 1
    assert whole["brennan_prediger"].coefficient == 1
    assert math.isnan(whole["fleiss"].coefficient)


def test_perfect_agreement_is_one_without_error():
    got = chance_corrected([[1, 1, 1], [2, 2, 2], [3, 3, 3], [3, 3, NAN]], weights="linear")
    for each in got.values():
        assert each.coefficient == pytest.approx(1)
        assert each.standard_error == 0
        assert (each.low, each.high, each.p) == (pytest.approx(1), 1, 0)


@pytest.mark.parametrize(
    "ratings", [np.empty((0, 2)), [[1, NAN], [NAN, 2]], [[NAN, NAN]], [[1], [2]], np.empty((3, 0))]
)
def test_nothing_to_compare_is_missing(ratings):
    for each in chance_corrected(ratings, categories=[1, 2]).values():
        assert math.isnan(each.coefficient)
        assert math.isnan(each.standard_error)


def test_one_unit_has_no_error():
    got = chance_corrected([[1, 1, 2]])
    assert got["percent"].coefficient == pytest.approx(1 / 3)
    assert math.isnan(got["percent"].standard_error)
    assert math.isnan(got["percent"].low)
    assert not math.isnan(got["ac"].coefficient)


def test_raters_without_a_rating_and_units_without_one_change_nothing():
    padded = [[*row, NAN] for row in FOUR] + [[NAN] * 5]
    got, want = chance_corrected(padded), chance_corrected(FOUR)
    for name in FROM_RATINGS:
        assert got[name].coefficient == pytest.approx(want[name].coefficient)
        assert got[name].standard_error == pytest.approx(want[name].standard_error)


def test_empty_tables_and_distributions():
    assert math.isnan(chance_corrected_table(np.zeros((2, 2)))["cohen"].coefficient)
    assert math.isnan(chance_corrected_distribution([[0, 0], [1, 0]])["ac"].coefficient)


def test_conger_of_two_raters_is_cohen():
    one, two = [1, 2, 3, 1, 2, 2], [1, 2, 2, 1, 3, 2]
    assert conger(np.column_stack([one, two])).coefficient == pytest.approx(
        cohen_kappa(one, two).kappa
    )


RATINGS = st.lists(
    st.lists(st.sampled_from([1.0, 2.0, 4.0, NAN]), min_size=3, max_size=3),
    min_size=2,
    max_size=10,
)


@settings(max_examples=50, deadline=None)
@given(RATINGS, st.randoms(use_true_random=False))
def test_order_of_units_and_raters_and_names_of_categories_do_not_matter(rows, random):
    table = np.array(rows)
    mixed = table[random.sample(range(len(rows)), len(rows))][:, random.sample(range(3), 3)]
    renamed = np.select([mixed == 1, mixed == 2, mixed == 4], [9.0, 5.0, 6.0], NAN)
    want = chance_corrected(table, categories=[1, 2, 4])
    got = chance_corrected(renamed, categories=[9, 5, 6], weights="identity")
    for name in FROM_RATINGS:
        for field in ("coefficient", "standard_error", "chance_agreement"):
            one, two = getattr(want[name], field), getattr(got[name], field)
            assert one == pytest.approx(two, abs=1e-7, nan_ok=True)


@settings(max_examples=50, deadline=None)
@given(RATINGS, st.sampled_from(["linear", "quadratic", "ordinal", "radical", "ratio"]))
def test_coefficients_are_at_most_one_and_intervals_hold_them(rows, weights):
    for each in chance_corrected(rows, weights=weights, categories=[1, 2, 4]).values():
        assert math.isnan(each.coefficient) or each.coefficient <= 1 + 1e-9
        if not math.isnan(each.low):
            assert each.low - 1e-9 <= each.coefficient <= each.high + 1e-9


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"coefficients": ["kappa"]}, "STA-001"),
        ({"weights": "cubic"}, "STA-001"),
        ({"weights": np.eye(2)}, "STA-002"),
        ({"level": 1.0}, "STA-003"),
        ({"population": 5}, "STA-003"),
    ],
)
def test_impossible_options_are_refused(options, code):
    with pytest.raises(Fault) as caught:
        chance_corrected(FOUR, **options)
    assert caught.value.code == code


def test_conger_is_not_to_be_had_from_a_distribution():
    with pytest.raises(Fault) as caught:
        chance_corrected_distribution([[1, 2]], coefficients=["conger"])
    assert caught.value.code == "STA-001"
