"""Cases of weighting as calls of R tell them."""

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.validation.compare import judge
from consilience.validation.model import Case, NotSupported
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


def test_rates_of_classes_are_unweighted_where_the_call_says_so():
    base = {"base_weight": "x", "cells": "g"}
    plain = {"weights": [3, 1.5, 4.5, 1.5], "rates": [2 / 3, 2 / 3], "n": [3, 3]}
    call = "w <- x/tapply(resp, g, mean)[g]"
    agrees("nonresponse_weights", f"glm(resp ~ x, binomial); {call}", plain, args=base)
    agrees("nonresponse_weights", "glm(resp ~ x)", plain, args={**base, "weighted": False})
    weighted = {"factor": {"a": 7 / 3, "b": 9 / 4}, "weights": [14 / 3, 7 / 3, 27 / 4, 9 / 4]}
    agrees("nonresponse_weights", "glm(resp ~ x, binomial)", weighted, args=base)
    agrees("nonresponse_weights", "glm(resp ~ x)", weighted, args={**base, "weighted": True})


def test_the_mean_propensity_of_a_class_may_stand_for_its_rate():
    model = "glm(resp ~ x, binomial)"
    p = values("nonresponse_weights", model)["p"]
    expected = {"weights": np.repeat([1 / p[:3].mean(), 1 / p[3:].mean()], 2).tolist()}
    agrees("nonresponse_weights", f"{model}; w <- 1/ave(p, g)", expected, args={"cells": "g"})
    told_so = {"cells": "g", "rate": "mean_propensity"}
    agrees("nonresponse_weights", model, expected, args=told_so)


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("pmin(x, cap) * sum(x) / sum(pmin(x, cap))", {"upper": 3}),
        ("", {"cap": 3, "rescale": True}),
        ("repeat the excess spread proportionally", {"upper": 3}),
        ("", {"median_factor": 3}),
        ("", {"cap": "3*median"}),
        ("", {"phlogiston": 3}),
    ],
)
def test_weights_are_not_left_untouched_where_a_cap_is_not_understood(call, args):
    with pytest.raises(NotSupported):
        values("trim_weights", call, args={"weight": "x", **args})


def test_a_cap_spreads_the_excess_evenly():
    found = values("trim_weights", args={"weight": "x", "cap": 4})["weights"]
    same = values("trim_weights", "trimWeights(d, upper=4)", args={"weight": "x"})["weights"]
    # One round, as survey: a weight may end above the cap again.
    assert found.tolist() == same.tolist() == pytest.approx([2.2, 1.2, 4.2, 3.2, 4, 1.2])


def test_an_error_without_a_name_is_of_the_estimate_before_it():
    named = values("svymean", "svydesign(id=~1, weights=~x, data=d)", args={"weights": "x"})
    case_keys = {"mean_y": 1.0, "se_mean": 1.0, "total_resp": 1.0, "se_total": 1.0}
    call = "svydesign(id=~1, weights=~x, data=d); svymean(~y, d, na.rm=TRUE)"
    found = values("svymean", call, expected=case_keys)
    assert found["se_total"] == found["se_total_resp"]
    assert found["se_mean"] == found["se_mean_y"]
    assert named["se_total_resp"] == pytest.approx(found["se_total"])


def test_intervals_of_domains_are_normal():
    call = f"svyby(~x, ~g, {DESIGN}, svymean, vartype='ci')"
    found = values("svyby", call, expected={"a": {"mean": 1.0}})["a"]
    assert found["ci_high"] - found["mean"] == pytest.approx(1.959963985 * found["se"])


def test_partials_of_one_variable_need_not_name_it():
    args = {"model": "resp ~ g", "variable": "g"}
    asked = {"unconditional": 0.0, "unconditional_categories": {"a": 0.0, "b": 0.0}}
    one = values("r_indicator_partial", expected=asked, args=args)
    assert one["unconditional"] == pytest.approx(0, abs=1e-9)
    assert set(one["unconditional_categories"]) == {"a", "b"}
    nested = {"unconditional": {"g": 0.0}}
    assert set(values("r_indicator_partial", expected=nested, args=args)["unconditional"]) == {"g"}


def test_shares_of_one_classification_need_not_name_it():
    call = f"svymean(~g, {DESIGN})"
    agrees("svymean", call, {"mean": {"a": 0.5, "b": 0.5}})
    agrees("svymean", call, {"mean": {"ga": 0.5, "gb": 0.5}})
