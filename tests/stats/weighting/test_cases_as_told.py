"""Cases of weighting as calls of R tell them."""

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.validation.compare import judge
from consilience.validation.model import Case
from consilience.validation.sample_reading import cells_of
from consilience.validation.weighting import STATISTICS

ASKED = {
    "resp": ["1", "1", "0", "1", "0", "1"],
    "g": ["a", "a", "a", "b", "b", "b"],
    "h": ["x", "y", "x", "x", "y", "x"],
    "y": ["1", "3", "", "5", "", "8"],
    "x": ["2", "1", "4", "3", "5", "1"],
}
DESIGN = "svydesign(id=~1, data=d)"


def told(statistic, call="", *, args=None, expected=None):
    return Case(
        id="c",
        statistic=statistic,
        data="d",
        columns=ASKED,
        args=args or {},
        expected=expected or {},
        tolerance=1e-8,
        call=call,
        packages=("hand",),
        note="",
    )


def values(statistic, call="", **given):
    return STATISTICS[statistic](told(statistic, call, **given)).values


def agrees(statistic, call, expected, **given):
    case = told(statistic, call, expected=expected, **given)
    outcome = judge(case, STATISTICS[statistic](case))
    assert outcome.verdict == "agrees", (outcome.reason, outcome.figures)


def test_rates_and_weights_by_class():
    expected = {"rates": {"a": 2 / 3, "b": 2 / 3}, "weights": [1.5] * 4, "weighted_mean": 4.25}
    agrees("weighting_class", "1/tapply(resp, g, mean)", expected)
    agrees("weighting_classes", "", expected, args={"classes": "g"})
    agrees(
        "weighting_class", "", {"rates": [2 / 3, 2 / 3], "factors": [1.5, 1.5]}, args={"by": "g"}
    )
    with pytest.raises(Fault) as empty:
        values("weighting_cells", "w <- 1/ave(resp, g, h)")
    assert empty.value.code == "STA-080"
    levels, codes = cells_of(told("weighting_cells"), ["g", "h"])
    assert levels == ["a.x", "b.x", "a.y", "b.y"]
    assert codes.tolist() == [0, 2, 0, 1, 3, 1]
    propensities = values("weighting_classes", "glm(resp ~ x, binomial)")
    assert "propensity" in propensities


def test_the_outcome_is_what_is_missing_where_nobody_answered():
    found = values("raked_nonresponse_weights", args={"margins": ["g"]})
    assert found["weighted_mean"] == pytest.approx(4.25)
    assert found["unweighted_mean"] == pytest.approx(4.25)
    called = values("nonresponse_weighting", "glm(resp ~ x, binomial); weighted.mean(x, w)")
    assert called["weighted_mean"] == called["mean_x"]


def test_coefficients_and_first_figures_in_the_form_of_the_case():
    named = {"coef": {"(Intercept)": 0, "x": 0}, "propensity_first2": [0, 0]}
    found = values("nonresponse_propensity", "glm(resp ~ x, binomial)", expected=named)
    assert list(found["coef"]) == ["(Intercept)", "x"]
    assert found["propensity_first2"].tolist() == found["p"][:2].tolist()
    assert found["term"] == ["(Intercept)", "x"]


def test_a_missing_value_spoils_a_mean_unless_it_is_taken_out():
    agrees("svymean", f"svymean(~y, {DESIGN})", {"mean": None, "se": None})
    agrees("svymean", f"svymean(~y, {DESIGN}, na.rm=TRUE)", {"mean": 4.25})
    by = f"svyby(~y, ~h, {DESIGN}, svymean)"
    agrees("svyby", by, {"h": ["x", "y"], "y": [None, None]})


def test_figures_by_category():
    by = f"svyby(~x, ~g, {DESIGN}, svymean)"
    agrees("svyby", by, {"g": ["a", "b"], "x": [7 / 3, 3]})
    agrees("svyby", by, {"x": {"a": 7 / 3, "b": 3}})
    agrees("svyby", f"svyby(~x, ~g, {DESIGN}, svytotal)", {"g": ["a", "b"], "x": [7, 9]})
    cells = f"svyby(~x, ~g+h, {DESIGN}, svymean)"
    agrees("svyby", cells, {"g": ["a", "b", "a", "b"], "h": list("xxyy"), "x": [3, 2, 1, 5]})
    two = f"svyby(~x+resp, ~g, {DESIGN}, svymean)"
    agrees("svyby", two, {"x": [7 / 3, 3], "resp": [2 / 3, 2 / 3]})


def test_several_columns_and_categories_in_one_call():
    call = f"svymean(~x+resp, {DESIGN})"
    agrees("svymean", call, {"variable": ["x", "resp"], "mean": [8 / 3, 2 / 3]})
    agrees("svymean", call, {"mean": {"x": 8 / 3, "resp": 2 / 3}})
    agrees("svytotal", f"svytotal(~h, {DESIGN})", {"hx": 4, "hy": 2})
    agrees("svymean", f"svymean(~h, {DESIGN})", {"h": [2 / 3, 1 / 3]})
    se = values("svymean", f"svymean(~h, {DESIGN})")["h_se"]
    assert se == pytest.approx(np.full(2, np.sqrt(2 / 9 / 5)))


def test_a_subset_is_a_domain():
    agrees("svymean", f"svymean(~x, subset({DESIGN}, g == 'b'))", {"mean": 3})
    agrees("svymean", "", {"mean": 3}, args={"variable": "x", "subset": "g == 'b'"})
    agrees("svymean", "", {"mean": 8 / 3}, args={"variable": "x", "subset": "odd()"})


def test_the_total_of_trimmed_weights():
    args = {"weights": "x", "upper": 4.5}
    agrees("trimmed_weights", "trimWeights(d, upper=4.5)", {"total": 16, "max": 4.5}, args=args)


def test_a_condition_and_its_share():
    expected = {"mean": 2 / 3, "se": np.sqrt(2 / 9 / 5)}
    agrees("svymean", f"svymean(~I(h == 'x'), {DESIGN})", expected)
    agrees("svymean", f"svymean(~as.numeric(x >= 3), {DESIGN})", {"mean": 1 / 2})
    rows = {"hx": {"mean": 2 / 3}, "hy": {"mean": 1 / 3}}
    agrees("svymean", f"svymean(~h, {DESIGN})", rows)
    by = f"svyby(~h, ~g, {DESIGN}, svymean)"
    agrees("svyby", by, {"g": ["a", "b"], "hx": [2 / 3, 2 / 3], "hy": [1 / 3, 1 / 3]})


def test_cells_of_two_columns_are_poststratified():
    totals = {("a", "x"): 10, ("b", "x"): 20, ("a", "y"): 5, ("b", "y"): 7}
    margins = [{"g": g, "h": h, "Freq": total} for (g, h), total in totals.items()]
    expected = {"weights": [5, 5, 5, 10, 7, 10]}
    agrees("poststratification", "postStratify(d, ~g+h, pop)", expected, args={"margins": margins})
