import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.agreement.chance_corrected import chance_corrected
from consilience.stats.agreement.homogeneity import bhapkar, rater_bias, stuart_maxwell
from consilience.stats.agreement.kappa import cohen_kappa, fleiss_kappa, light_kappa
from consilience.stats.agreement.kappa_tables import cohen_kappa_table

NAN = float("nan")
TABLE = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
# Stuart (1953): unaided vision of 7,477 women, right eye by left eye.
VISION = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]


# vcd 1.4-11 (R 4.2.2): Kappa(as.table(TABLE), weights=...), and of VISION.
@pytest.mark.parametrize(
    ("table", "weights", "kappa", "error"),
    [
        (TABLE, "unweighted", 0.79640940218, 0.05891071833),
        (TABLE, "equal", 0.84290202799, 0.04787212159),
        (TABLE, "squared", 0.89215686275, 0.03535150758),
        (TABLE, [[1, 0.2, 0], [0.2, 1, 0.5], [0, 0.5, 1]], 0.85134733371, 0.04567099806),
        (VISION, "unweighted", 0.5953888, 0.007286851),
        (VISION, "equal", 0.6523804, 0.007075264),
    ],
)
def test_kappas_of_tables_are_those_of_vcd(table, weights, kappa, error):
    got = cohen_kappa_table(table, weights=weights)
    assert got.kappa == pytest.approx(kappa, abs=6e-8)
    assert got.standard_error == pytest.approx(error, abs=6e-10)


def test_interval_is_that_of_vcd_and_psych():
    got = cohen_kappa(TABLE)
    assert (got.low, got.high) == pytest.approx((0.6809465160, 0.9118722884), abs=1e-9)
    narrow = cohen_kappa(TABLE, level=0.9)
    assert (narrow.low, narrow.high) == pytest.approx((0.6995098935, 0.8933089109), abs=1e-9)


def test_z_rests_on_the_error_under_chance():
    # With two categories: the null variance of Fleiss, Cohen and Everitt in its simple form.
    got = cohen_kappa([[40, 9], [6, 25]])
    rows, columns = np.array([49, 31]) / 80, np.array([46, 34]) / 80
    pe = rows @ columns
    null = math.sqrt((pe + pe**2 - (rows * columns * (rows + columns)).sum()) / 80) / (1 - pe)
    assert got.null_error == pytest.approx(null)
    assert got.z == pytest.approx(got.kappa / null)
    assert got.observed == pytest.approx(65 / 80)


def test_what_helps_to_read_a_kappa():
    got = cohen_kappa([[40, 9], [6, 25]])
    assert got.adjusted == pytest.approx(2 * 65 / 80 - 1)
    assert got.prevalence_index == pytest.approx(15 / 80)
    assert got.bias_index == pytest.approx(3 / 80)
    assert got.maximum == pytest.approx((77 / 80 - got.expected) / (1 - got.expected))
    three = cohen_kappa(TABLE)
    assert three.adjusted == pytest.approx((3 * 0.89 - 1) / 2)
    assert math.isnan(three.bias_index)
    assert math.isnan(cohen_kappa(TABLE, weights="equal").maximum)


def test_only_units_with_both_ratings_count():
    got = cohen_kappa([1, 2, 3, 1, 2, 2, 3, NAN, 9], [1, 2, 2, 1, 3, 2, 3, 1, NAN])
    assert got.n == 7
    assert got.kappa == pytest.approx(0.5625)
    # psych 2.2.9: cohen.kappa(...)$var.kappa, and vcd 1.4-11 for the weighted one.
    assert got.standard_error**2 == pytest.approx(0.07097625732)
    weighted = cohen_kappa([1, 2, 3, 1, 2, 2, 3], [1, 2, 2, 1, 3, 2, 3], weights="squared")
    assert weighted.standard_error**2 == pytest.approx(0.029296875)
    assert weighted.kappa == pytest.approx(0.75)


def test_equal_weights_count_places_and_linear_ones_values():
    one, two = [1, 2, 5, 1, 2, 5, 1], [1, 2, 2, 2, 2, 5, 5]
    places = [1, 2, 3, 1, 2, 3, 1], [1, 2, 2, 2, 2, 3, 3]
    assert cohen_kappa(one, two, weights="equal").kappa == pytest.approx(
        cohen_kappa(*places, weights="linear").kappa
    )
    whole = cohen_kappa(one, two, weights="equal", categories=[1, 2, 3, 4, 5])
    assert whole.kappa == pytest.approx(cohen_kappa(one, two, weights="linear").kappa)


def test_words_are_ratings_too():
    words = cohen_kappa(["a", "b", "c", "a"], ["a", "b", "b", "a"])
    assert words.kappa == pytest.approx(cohen_kappa([1, 2, 3, 1], [1, 2, 2, 1]).kappa)


@pytest.mark.parametrize(("one", "two"), [([2, 2, 2], [2, 2, 2]), ([], []), ([NAN, 1], [1, NAN])])
def test_undefined_kappa_is_missing(one, two):
    got = cohen_kappa(one, two)
    assert math.isnan(got.kappa)
    assert math.isnan(got.standard_error)
    assert math.isnan(got.high)
    assert math.isnan(got.p)


def test_a_rater_with_one_category_agrees_by_chance():
    got = cohen_kappa([1, 1, 1, 1], [1, 2, 1, 2])
    assert got.kappa == 0
    assert got.null_error == 0
    assert math.isnan(got.z)


def test_perfect_agreement():
    got = cohen_kappa([1, 2, 3, 3], [1, 2, 3, 3])
    assert (got.kappa, got.standard_error, got.low, got.high) == (1, 0, 1, 1)
    assert got.z > 2


def test_intervals_stay_within_the_range_of_kappa():
    got = cohen_kappa([1, 1, 2, 2, 1], [2, 2, 1, 1, 1])
    assert got.low == -1
    assert got.kappa < 0


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=25),
    st.sampled_from(["unweighted", "equal", "quadratic"]),
)
def test_raters_may_be_exchanged_and_conger_agrees(pairs, weights):
    table = np.array(pairs)
    one = cohen_kappa(table[:, 0], table[:, 1], weights=weights)
    two = cohen_kappa(table[:, 1], table[:, 0], weights=weights)
    same = chance_corrected(table, weights=weights, coefficients=["conger"])["conger"]
    light = light_kappa(table, weights=weights)
    for other in (two.kappa, same.coefficient, light.kappa):
        assert one.kappa == pytest.approx(other, abs=1e-9, nan_ok=True)
    for other in (two.standard_error, light.standard_error):
        assert one.standard_error == pytest.approx(other, abs=1e-6, nan_ok=True)
    assert math.isnan(one.kappa) or one.kappa <= 1 + 1e-12


def test_fleiss_kappa_by_the_formulas():
    ratings = [[1, 1, 2], [2, 2, 2], [3, 3, 1], [1, 1, 1], [2, 3, 3], [3, 3, 3]]
    got = fleiss_kappa(ratings)
    same = chance_corrected(ratings, coefficients=["fleiss"])["fleiss"]
    assert got.kappa == pytest.approx(same.coefficient)
    # Shares 6, 5 and 7 of 18; Fleiss, Nee and Landis (1979), formula 12.
    share = np.array([6, 5, 7]) / 18
    spread = share * (1 - share)
    variance = 2 / 36 * (spread.sum() ** 2 - (spread * (1 - 2 * share)).sum()) / spread.sum() ** 2
    assert got.z == pytest.approx(got.kappa / math.sqrt(variance))
    assert got.detail[0].kappa == pytest.approx(1 - (2 + 2) / (36 * spread[0]))
    assert got.detail[0].z == pytest.approx(got.detail[0].kappa / math.sqrt(2 / 36))
    weighted = sum(each.kappa * part for each, part in zip(got.detail, spread, strict=True))
    assert weighted / spread.sum() == pytest.approx(got.kappa)


def test_fleiss_kappa_takes_complete_units_and_knows_unused_points():
    ratings = [[1, 1], [2, 2], [2, 1], [NAN, 3]]
    got = fleiss_kappa(ratings, categories=[1, 2, 3])
    assert (got.units, got.raters) == (3, 2)
    assert math.isnan(got.detail[2].kappa)
    assert got.kappa == pytest.approx(fleiss_kappa(ratings).kappa)


def test_exact_kappa_of_two_raters_is_cohen():
    one, two = [1, 2, 3, 1, 2, 2], [1, 2, 2, 1, 3, 2]
    got = fleiss_kappa(np.column_stack([one, two]), exact=True)
    assert got.kappa == pytest.approx(cohen_kappa(one, two).kappa)
    assert math.isnan(got.z)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("ratings", [[[2, 2], [2, 2]], np.empty((0, 3)), [[1], [2]], [[1, NAN]]])
def test_undefined_kappa_of_several_raters_is_missing(ratings, exact):
    got = fleiss_kappa(ratings, exact=exact)
    assert math.isnan(got.kappa)
    assert math.isnan(got.p)


def test_light_kappa_is_the_mean_of_pairs():
    ratings = np.array([[1, 1, 2], [2, 2, 2], [3, 3, 1], [1, 1, 1], [2, 3, 3], [3, 3, 3]])
    got = light_kappa(ratings)
    pairs = [cohen_kappa(ratings[:, i], ratings[:, j]).kappa for i, j in ((0, 1), (0, 2), (1, 2))]
    assert got.kappa == pytest.approx(np.mean(pairs))
    assert got.pairs[0, 2] == pytest.approx(pairs[1])
    # Each pair disagrees by chance in 2/3: b = 8/9, and the variance is (1/9) / (6 8/9).
    assert got.z == pytest.approx(got.kappa / math.sqrt(1 / 48))


def test_z_of_light_kappa_may_not_exist():
    # With four categories b = 3 (3/4)^3 is above 1, and the variance that irr takes below 0.
    got = light_kappa([[1, 1, 1], [2, 2, 2], [3, 3, 3], [4, 4, 4]])
    assert got.kappa == 1
    assert math.isnan(got.z)


def test_z_of_light_kappa_by_its_formula():
    # Two raters: b is the chance to disagree, here 1/2, so that the variance is 1/n.
    got = light_kappa([[1, 1], [1, 1], [2, 2], [1, 2], [2, 1], [2, 2], [1, 1], [2, 2]])
    assert got.z == pytest.approx(0.5 * math.sqrt(8))


def test_error_of_light_kappa_is_that_of_the_jackknife():
    rng = stream(6, "agreement")
    truth = rng.integers(1, 4, 250)
    ratings = np.where(rng.random((250, 4)) < 0.6, truth[:, None], rng.integers(1, 4, (250, 4)))
    left = [light_kappa(np.delete(ratings, i, axis=0)).kappa for i in range(250)]
    jackknife = math.sqrt(249 / 250 * ((left - np.mean(left)) ** 2).sum())
    got = light_kappa(ratings)
    assert got.standard_error == pytest.approx(jackknife, rel=0.03)
    assert got.low < got.kappa < got.high


@pytest.mark.parametrize("ratings", [[[2, 2], [2, 2]], np.empty((0, 3)), [[1], [2]]])
def test_undefined_light_kappa_is_missing(ratings):
    got = light_kappa(ratings)
    assert math.isnan(got.kappa)
    assert math.isnan(got.standard_error)
    assert math.isnan(got.z)


def test_marginal_homogeneity_of_the_vision_data():
    # Agresti (2002), section 10.3: 11.96 and 11.98 with 3 degrees of freedom.
    stuart, wald = stuart_maxwell(VISION), bhapkar(VISION)
    assert (stuart.chi_square, wald.chi_square) == pytest.approx((11.957, 11.976), abs=6e-4)
    assert stuart.df == 3
    assert stuart.p == pytest.approx(0.007533, abs=1e-6)
    # irr 0.84.1, manual of rater.bias.
    bias = rater_bias(VISION)
    assert (bias.ratio, bias.chi_square) == pytest.approx((0.537, 11.9), abs=0.05)
    assert bias.p == pytest.approx(0.000566, abs=1e-6)


def test_homogeneity_of_little():
    assert stuart_maxwell([[5, 1, 0], [2, 4, 0], [0, 0, 0]]).df == 1
    for table in ([[5, 0], [0, 3]], [[4]], np.zeros((2, 2))):
        assert math.isnan(stuart_maxwell(table).chi_square)
        assert math.isnan(bhapkar(table).p)
        assert math.isnan(rater_bias(table).ratio)
    assert math.isnan(bhapkar([[0, 5], [0, 0]]).chi_square)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: cohen_kappa([1, 2], [1, 2, 3]), "STA-002"),
        (lambda: cohen_kappa([[1, 2, 3]]), "STA-002"),
        (lambda: cohen_kappa([[1, -2], [0, 1]]), "STA-003"),
        (lambda: cohen_kappa(TABLE, level=0), "STA-003"),
        (lambda: cohen_kappa([1, 2], [1, 2], weights="cubic"), "STA-001"),
        (lambda: fleiss_kappa([1, 2]), "STA-002"),
        (lambda: light_kappa([[1, 2]], categories=[1, 3]), "STA-003"),
        (lambda: stuart_maxwell([[1, 2]]), "STA-002"),
    ],
)
def test_what_cannot_be_is_refused(call, code):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == code
