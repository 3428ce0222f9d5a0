import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.agreement.icc import FORMS, icc, mean_squares
from consilience.stats.agreement.residual import residual_sd

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
