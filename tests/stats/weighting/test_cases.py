from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from consilience.validation.compare import judge
from consilience.validation.model import Case, NotSupported
from consilience.validation.read import SHIPPED, read_cases
from consilience.validation.weighting import STATISTICS

CASES = read_cases(SHIPPED / "weighting")


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_shipped_case_agrees(case):
    outcome = judge(case, STATISTICS[case.statistic](case))
    wrong = [figure for figure in outcome.figures if not figure.agrees]
    assert outcome.verdict == "agrees", (outcome.reason, wrong[:3])


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_case_with_another_figure_does_not_agree(case):
    def moved(value):
        if isinstance(value, dict):
            first, *rest = value
            return {first: moved(value[first]), **{key: value[key] for key in rest}}
        if isinstance(value, list):
            return [moved(value[0]), *value[1:]]
        return value * 1.01 + 0.1

    wrong = replace(case, expected=moved(case.expected))
    assert judge(wrong, STATISTICS[case.statistic](wrong)).verdict == "differs"


def case_of(statistic, columns, *, args=None, call="", expected=None, data="made"):
    return Case(
        id="c",
        statistic=statistic,
        data=data,
        columns=MappingProxyType(columns),
        args=args or {},
        expected={} if expected is None else expected,
        tolerance=1e-8,
        call=call,
        packages=("hand",),
        note="",
    )


SMALL = {"g": ["a", "b", "b", ""], "y": ["1", "2", "4", "9"], "pw": ["2", "2", "3", "1"]}


def test_margins_come_in_several_forms():
    forms = [
        {"margins": {"g": {"a": 4, "b": 6}}},
        {"margins": {"g": [{"g": "a", "Freq": 4}, {"g": "b", "Freq": 6}]}},
        {"margins": {"g": {"g": ["a", "b"], "Freq": [4, 6]}}},
        {"margins": {"g": [4, 6]}},
        {"margins": {"a": 4, "b": 6}, "by": "g"},
    ]
    for args in forms:
        for name in ("raking", "poststratification"):
            case = case_of(name, SMALL, args=args | {"weights": "pw"})
            weights = STATISTICS[name](case).values["weights"]
            np.testing.assert_allclose(weights, [4, 2.4, 3.6, np.nan])


def test_one_list_may_be_all_that_is_expected():
    case = case_of(
        "raking", SMALL, args={"margins": {"g": {"a": 4, "b": 6}}, "weights": "pw"}, expected=[1]
    )
    assert len(STATISTICS["raking"](case).values) == 4


def test_weights_of_a_case_are_found_by_their_usual_name():
    assert STATISTICS["kish"](case_of("kish", SMALL)).values["n"] == 4


def test_margins_of_a_case_beside_hold_for_what_the_call_names():
    columns = {"stype": ["E", "H", "M", "M"], "pw": ["1"] * 4, "y": ["1", "2", "3", "4"]}
    told = {"margins": {"stype": {"E": 4421, "H": 755, "M": 1018}, "award": {"No": 1}}}
    case = case_of("poststratification", columns, call="postStratify(d, ~stype)")
    np.testing.assert_allclose(
        STATISTICS["poststratification"](replace(case, beside=told)).values["weights"],
        [4421, 755, 509, 509],
    )
    with pytest.raises(NotSupported):
        STATISTICS["poststratification"](case)


@pytest.mark.parametrize(
    "statistic",
    [
        "raking",
        "poststratify",
        "kish",
        "calibrate",
        "propensity",
        "r_indicator",
        "finite_interval",
        "frame_comparison",
        "raked_nonresponse_weights",
    ],
)
def test_a_case_that_says_too_little_is_not_supported(statistic):
    with pytest.raises(NotSupported):
        STATISTICS[statistic](case_of(statistic, {"y": ["1", "2"]}))


def test_r_of_given_propensities_in_either_form():
    columns = {"p": ["0.2", "0.4", "0.6", "0.8"]}
    case = case_of("r_indicator", columns, args={"propensity": "p"}, call="1-2*sd(p)")
    assert STATISTICS["r_indicator"](case).values["r"] == pytest.approx(1 - 2 * 0.2581988897)
    whole = replace(case, call="1-2*sqrt(mean((p-mean(p))^2))")
    assert STATISTICS["r_indicator"](whole).values["r"] == pytest.approx(1 - 2 * np.sqrt(0.05))


def test_cells_may_be_a_column():
    columns = {
        "responded": ["1", "0", "1", "1"],
        "x": ["1", "2", "2", "1"],
        "c": ["u", "u", "v", "v"],
    }
    case = case_of("nonresponse_weights", columns, args={"formula": "responded ~ x", "cells": "c"})
    assert STATISTICS["nonresponse_weights"](case).values["weights"].tolist() == [2, 1, 1]
