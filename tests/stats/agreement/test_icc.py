import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.agreement.icc import FORMS, icc, mean_squares
from consilience.stats.agreement.icc_components import (
    equivalent_mean_squares,
    one_way_components,
    two_way_components,
)
from consilience.stats.agreement.icc_forms import icc_forms
from consilience.stats.agreement.residual import residual_sd

NAN = float("nan")

# Shrout and Fleiss (1979), Table 2: six targets, four judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
NAMES = ("ICC(1)", "ICC(A,1)", "ICC(C,1)")


def test_published_coefficients_of_four_judges():
    assert [round(icc(JUDGES, form=form), 2) for form in NAMES] == [0.17, 0.29, 0.71]


def test_units_with_a_missing_rating_do_not_count():
    assert icc([*JUDGES, [1, 9, float("nan"), 3]], form="ICC(A,1)") == pytest.approx(
        icc(JUDGES, form="ICC(A,1)")
    )


@pytest.mark.parametrize("form", sorted(FORMS))
def test_undefined_is_missing(form):
    assert math.isnan(icc([[1, 2, 3]], form=form))
    assert math.isnan(icc([[1], [2], [3]], form=form))
    assert math.isnan(icc([[4.1, 4.1], [4.1, 4.1], [4.1, 4.1]], form=form))
    assert math.isnan(icc(np.full((3, 2), np.nan), form=form))


def test_raters_who_differ_in_level_only_are_consistent_and_do_not_agree():
    values = np.arange(6.0)[:, None] + np.array([0.0, 5.0])
    assert icc(values, form="ICC(C,1)") == pytest.approx(1)
    assert icc(values, form="ICC(A,1)") < 0.5


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 10), min_size=3, max_size=3), min_size=3, max_size=12))
def test_sums_of_squares_add_up_and_coefficients_are_at_most_one(rows):
    table = mean_squares(rows)
    n, k = table.units, table.raters
    total = ((np.array(rows) - np.mean(rows)) ** 2).sum()
    parts = table.between * (n - 1) + table.within * n * (k - 1)
    assert parts == pytest.approx(total, abs=1e-8)
    for form in FORMS:
        value = icc(rows, form=form)
        assert math.isnan(value) or value <= 1 + 1e-9


def test_unknown_form_is_refused():
    with pytest.raises(Fault) as caught:
        icc(JUDGES, form="ICC(9)")
    assert caught.value.code == "CON-002"
    assert "ICC(A,1)" in caught.value.remedy


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_the_error_is_what_areas_agencies_and_items_leave(share):
    shapes = [(20, 3, 1), (20, 1, 4), (1, 3, 4), (20, 1, 1)]
    parts = [stream(4, f"part-{shape}").normal(size=shape) for shape in shapes]
    values = sum(parts) + 0.4 * stream(4, "error").normal(size=(20, 3, 4))
    values[stream(4, "gaps").random(values.shape) < share] = np.nan
    known = ~np.isnan(values)
    # Least squares on dummies of the three margins, the slow way.
    places = np.argwhere(known)
    margins = [places @ code for code in ((3, 1, 0), (4, 0, 1), (0, 4, 1))]
    dummies = np.hstack([(m[:, None] == np.unique(m)).astype(float) for m in margins])
    fit, _, rank, _ = np.linalg.lstsq(dummies, values[known], rcond=None)
    rest = values[known] - dummies @ fit
    slow = math.sqrt(rest @ rest / (len(places) - rank))
    assert residual_sd(values) == pytest.approx(slow, rel=1e-5)
    assert residual_sd(values) == pytest.approx(0.4, rel=0.25)


def test_without_two_of_each_there_is_no_error_to_see():
    assert math.isnan(residual_sd(np.ones((5, 3, 1))))
    assert math.isnan(residual_sd(np.full((5, 3, 2), np.nan)))
    assert residual_sd(np.arange(24.0).reshape(4, 3, 2)) == pytest.approx(0, abs=1e-9)


# --- all six forms ----------------------------------------------------------------------


# psych 2.2.9, ICC(d, lmer = FALSE), on the table of Shrout and Fleiss; irr 0.84.1 agrees.
PSYCH = {
    "ICC(1)": (0.165741768, 1.794678492, 18, 0.164768808, -0.132932325, 0.722560062),
    "ICC(A,1)": (0.289763780, 11.02724796, 15, 0.000134567, 0.018786513, 0.761084369),
    "ICC(C,1)": (0.714840715, 11.02724796, 15, 0.000134567, 0.342464765, 0.945858256),
    "ICC(k)": (0.442797134, 1.794678492, 18, 0.164768808, -0.884442155, 0.912415420),
    "ICC(A,k)": (0.620050548, 11.02724796, 15, 0.000134567, 0.071136815, 0.927232040),
}


@pytest.mark.parametrize("form", PSYCH)
def test_figures_of_psych(form):
    found = icc_forms(JUDGES)[form]
    parts = (found.coefficient, found.f, found.df2, found.p, found.low, found.high)
    assert parts == pytest.approx(PSYCH[form], abs=1e-8)
    assert found.df1 == 5


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 10), min_size=3, max_size=3), min_size=3, max_size=10),
    st.floats(0.5, 0.99),
)
@example([[0, 0, 6], [0, 0, 7], [0, 6, 1]], 0.5)  # a quantile of F below all numbers
def test_interval_is_where_the_test_no_longer_rejects(rows, level):
    """An end of the interval of a consistency form is a null with p = (1 - level) / 2."""
    for form in ("ICC(1)", "ICC(C,1)", "ICC(C,k)"):
        own = icc_forms(rows, level=level)[form]
        if math.isnan(own.coefficient) or own.low < 0 or own.coefficient > 1 - 1e-9:
            continue
        there = icc_forms(rows, null=own.low)[form]
        assert there.p == pytest.approx((1 - level) / 2, abs=1e-6)


@settings(max_examples=30, deadline=None)
@example([[0, 4, 6, 1], [0, 5, 7, 0], [6, 4, 0, 0]])  # quantiles of F beyond all numbers
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=3, max_size=8))
def test_order_and_units_of_measurement_do_not_matter(rows):
    table = np.array(rows, dtype=float)
    turned = (table[::-1, ::-1] * 3) + 7
    for form, found in icc_forms(table).items():
        other = icc_forms(turned)[form]
        for part in ("coefficient", "p", "low", "high"):
            here, there = getattr(found, part), getattr(other, part)
            assert there == pytest.approx(here, rel=1e-6, abs=1e-9, nan_ok=True)


def test_perfect_agreement_of_all_forms():
    for found in icc_forms([[1, 1], [2, 2], [3, 3]]).values():
        assert (found.coefficient, found.low, found.high, found.p) == (1, 1, 1, 0)


@pytest.mark.parametrize("values", [[[4, 4], [4, 4]], [[1, 2]], np.full((3, 2), np.nan)])
@pytest.mark.parametrize("missing", ["drop", "reml"])
def test_all_forms_undefined(values, missing):
    for found in icc_forms(values, missing=missing).values():
        assert math.isnan(found.coefficient)
        assert math.isnan(found.f)
        assert math.isnan(found.low)


def test_faults_of_all_forms():
    for keys in ({"level": 95}, {"null": 1.0}, {"null": -0.1}):
        with pytest.raises(Fault) as told:
            icc_forms(JUDGES, **keys)
        assert told.value.code == "STA-003"
    with pytest.raises(Fault) as told:
        icc_forms(JUDGES, missing="mean")
    assert told.value.code == "STA-001"
    with pytest.raises(Fault) as told:
        two_way_components([1, 2, 3])
    assert told.value.code == "STA-002"


# --- missing ratings --------------------------------------------------------------------

# lme4 1.1.31, lmer(y ~ 1 + (1|s) + (1|r)) and lmer(y ~ 1 + (1|s)), REML.
GAPS = [[9, 2, 5], [6, 1, float("nan")], [8, 4, 6], [7, 1, 2]]


def test_variances_of_lme4():
    found = two_way_components(GAPS)
    assert (found.unit, found.rater, found.error) == pytest.approx(
        (1.663919, 7.581958, 0.789418), abs=2e-6
    )
    one = one_way_components([[1, 2], [4, 5], [7, float("nan")]])
    assert (one.unit, one.error) == pytest.approx((7.1817121, 0.5022317), abs=2e-6)


def test_complete_ratings_give_the_analysis_of_variance():
    """Where no variance is 0, restricted likelihood and mean squares are the same estimate."""
    found = two_way_components(JUDGES)
    forms = icc_forms(JUDGES)
    assert found.share() == pytest.approx(forms["ICC(A,1)"].coefficient, abs=1e-7)
    assert found.share(agreement=False) == pytest.approx(forms["ICC(C,1)"].coefficient, abs=1e-7)
    assert found.share(raters=4) == pytest.approx(forms["ICC(A,k)"].coefficient, abs=1e-7)
    again = equivalent_mean_squares(found)
    assert again.between == pytest.approx(mean_squares(JUDGES).between, rel=1e-6)


def test_no_variance_of_raters_ends_at_nothing():
    values = np.arange(8.0)[:, None] + np.array([[0.1, -0.1], [-0.1, 0.1]] * 4)
    assert two_way_components(values).rater == 0


def test_shift_and_size_of_the_scale_carry_over():
    table = np.array(GAPS)
    one, other = two_way_components(table), two_way_components(table * 1e4 + 5e4)
    assert other.unit == pytest.approx(one.unit * 1e8, rel=1e-5)
    assert other.mean == pytest.approx(one.mean * 1e4 + 5e4, rel=1e-6)
    known = (~np.isnan(table)).sum()
    assert other.loglik == pytest.approx(one.loglik - (known - 1) * math.log(1e4), rel=1e-6)


def test_the_mean_weighs_units_by_what_is_known_of_them():
    """With gaps: the mean of unit means, each over the variance of its own."""
    units = [[3, 4, 5, 4], [9, NAN, NAN, NAN], [6, 7, NAN, NAN], [1, 2, 2, NAN]]
    found = one_way_components(units)
    counts = [4, 1, 2, 3]
    means = [4, 9, 6.5, 5 / 3]
    weight = [1 / (found.unit + found.error / n) for n in counts]
    wanted = np.average(means, weights=weight)
    assert found.mean == pytest.approx(wanted, abs=1e-5)
    assert found.mean > np.nanmean(units)


def test_degrees_of_freedom_of_irr(shared):
    """As irr prints for its data: F(19,39.7) = 1.83, p = 0.0543; without it F(19,38)."""
    source = shared / "reference" / "stats" / "irr_anxiety.csv"
    anxiety = np.genfromtxt(source, delimiter=",", skip_header=1)
    paper, irr = icc_forms(anxiety)["ICC(A,1)"], icc_forms(anxiety, degrees="irr")["ICC(A,1)"]
    assert (round(irr.f, 2), round(irr.df2, 1), round(irr.p, 4)) == (1.83, 39.7, 0.0543)
    assert paper.df2 == 38
    assert (irr.low, irr.high) == (paper.low, paper.high)
    mean = icc_forms(anxiety, degrees="irr")["ICC(A,k)"]
    assert (mean.df2, mean.p) == pytest.approx((37.5089, 0.0567782), abs=1e-4)
    assert (mean.low, mean.high) == pytest.approx((-0.137308, 0.746326), abs=1e-6)


def test_other_degrees_are_refused():
    with pytest.raises(Fault) as caught:
        icc_forms([[1, 2], [2, 3]], degrees="sas")
    assert caught.value.code == "STA-001"
