"""The cases of R that ship with the package, and the many ways in which a case may be told."""

import json
from dataclasses import replace

import numpy as np
import pytest

from consilience.base.seeds import stream
from consilience.validation.compare import judge
from consilience.validation.model import Case, NotSupported
from consilience.validation.read import SHIPPED, read_cases
from consilience.validation.scales import STATISTICS

CASES = read_cases(SHIPPED / "scales")
ROWS = [[1, 5, 2, "a"], [2, 4, 1, "a"], [4, "", 5, "b"], [5, 1, 4, "b"], [3, 3, "", "c"]]
COLUMNS = dict(
    zip(("q1", "q2", "q3", "school"), map(list, np.array(ROWS, dtype=str).T.tolist()), strict=True)
)


def case(statistic, expected, *, args=None, call="", note=""):
    return Case(
        id="made",
        statistic=statistic,
        data="made",
        columns=COLUMNS,
        args=args or {},
        expected=expected,
        tolerance=1e-8,
        call=call,
        packages=(),
        note=note,
    )


def values(*told, **options):
    made = case(*told, **options)
    return STATISTICS[made.statistic](made).values


@pytest.mark.parametrize("shipped", CASES, ids=lambda each: each.id)
def test_our_figures_are_those_of_r(shipped):
    outcome = judge(shipped, STATISTICS[shipped.statistic](shipped))
    wrong = [figure for figure in outcome.figures if not figure.agrees]
    assert (outcome.verdict, wrong, outcome.reason) == ("agrees", [], "")


def test_the_cases_are_many_and_small():
    assert len(CASES) >= 20
    folder = SHIPPED / "scales"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 110_000
    held = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert all("CC0" in each["licence"] for each in held["datasets"].values())


def test_reliability_of_items_by_name():
    rows = {"q1": {"raw.r": 0}, "q2-": {}}
    told = {"items": ["q1", "-q2", "q3"], "min": 1, "max": 5}
    asked = {"item.stats": rows, "alpha.drop": rows}
    found = values("cronbach_alpha", asked, args=told)
    plain = values("cronbach_alpha", {}, args=told)
    assert found["item.stats"]["q1"]["raw.r"] == plain["raw_r"][0]
    assert found["item.stats"]["q2-"] == found["item.stats"]["q2"]
    dropped = found["alpha.drop"]["q3"]
    assert dropped["raw_alpha"] == plain["alpha_drop"][2]
    two = values("cronbach_alpha", {}, args={**told, "items": ["q1", "-q2"]})
    assert dropped["average_r"] > 0.9
    assert two["average_r"] > 0.9
    assert np.isnan(dropped["var.r"])
    assert "item.stats" not in plain


def test_lambda_6_of_scales_takes_all_items():
    rng = stream(5, "lambda 6")
    table = rng.normal(size=(40, 4)) + rng.normal(size=(40, 1))
    columns = {f"q{k}": [f"{cell}" for cell in table[:, k]] for k in range(4)}
    made = case("scale_scores", {}, args={"keys": {"a": ["q0", "q1"], "b": ["q2", "q3"]}})
    found = STATISTICS["scale_scores"](replace(made, columns=columns)).values["G6"]
    left = 1 / np.diag(np.linalg.inv(np.cov(table.T)))
    own = 1 - left[:2].sum() / np.cov(table[:, :2].T).sum()
    assert found["a"] == pytest.approx(own)
    twice = replace(made, columns={**columns, "q3": columns["q2"]})
    assert np.isnan(STATISTICS["scale_scores"](twice).values["G6"]["a"])


CLIMATE = {"keys": {"warm": ["q1", "q3"]}, "min": 1, "max": 5, "norms": {"warm": [3, 1]}, "rule": 1}


def test_means_of_t_under_both_names():
    found = values("climate_t_scores", {}, args=CLIMATE)
    assert found["means"] == found["t_means"]
    assert found["means"]["warm"] == pytest.approx(50.0)
    assert found["sds"] == found["t_sds"]


@pytest.mark.parametrize("statistic", ["climate_school_scores", "school_t_scores"])
def test_schools_end_to_end(statistic):
    rows = [
        {"school": "a", "warm": 35.0},
        {"school": "b", "warm": 65.0},
        {"school": "c", "warm": None},
    ]
    for expected in (
        rows,
        {"schools": rows},
        {"first2": rows[:2]},
        {"school": ["a", "b", "c"], "warm": [35.0, 65.0, None]},
        {"b": {"warm": 65.0}},
        [35.0, 65.0, None],
    ):
        made = case(statistic, expected, args=CLIMATE)
        assert judge(made, STATISTICS[statistic](made)).verdict == "agrees", expected


def test_schools_without_norms_and_without_a_column():
    told = {name: each for name, each in CLIMATE.items() if name != "norms"}
    for expected in (
        [{"school": "a", "warm": 1.5}, {"school": "b", "warm": 4.5}, {"school": "c", "warm": None}],
        {"first1": [{"school": "a", "warm": 1.5}]},
        {"b": {"warm": 4.5}},
    ):
        made = case("climate_school_scores", expected, args=told)
        assert judge(made, STATISTICS["climate_school_scores"](made)).verdict == "agrees"
    alone = replace(made, columns={name: COLUMNS[name] for name in ("q1", "q2", "q3")})
    with pytest.raises(NotSupported):
        STATISTICS["climate_school_scores"](alone)


def test_constant_items_count_in_the_formula_typed_out():
    columns = {"a": list("1234"), "b": list("1243"), "c": list("2222")}
    made = replace(case("cronbach_alpha", {}, call="psych::alpha(d)"), columns=columns)
    dropped = STATISTICS["cronbach_alpha"](made).values["raw_alpha"]
    typed = replace(made, call="k/(k-1)*(1-sum(diag(cov(d)))/sum(cov(d)))")
    kept = STATISTICS["cronbach_alpha"](typed).values["raw_alpha"]
    assert kept == pytest.approx(dropped * 3 / 4)


@pytest.mark.parametrize(
    "args",
    [
        {"items": ["q1", "-q2", "q3"]},
        {"items": "q1, -q2, q3"},
        {"keys": {"scale": ["q1", "-q2", "q3"]}},
        {"keys": [1, -1, 1, 0]},
        {"keys": [1, -2, 3]},
        {"items": ["q1", "q2", "q3"], "keys": [1, -1, 1]},
        {"items": "q1..q3", "reverse": ["q2"]},
        {"items": "q", "reversed": "q2"},
        {"columns": {"items": ["q1", "-q2", "q3"]}},
    ],
)
def test_ways_to_name_items(args):
    found = values("scale_scores", {"first3": []}, args={**args, "min": 1, "max": 5})
    assert [next(iter(row.values())) for row in found["first3"]] == pytest.approx(
        [4 / 3, 5 / 3, 4.5]
    )


@pytest.mark.parametrize(
    ("args", "call", "note"),
    [
        ({"low": 1, "high": 7}, "", ""),
        ({"range": [1, 7]}, "", ""),
        ({"points": 7}, "", ""),
        ({}, "D[,rv] <- 8-D[,rv]", ""),
        ({}, "", "reverse keyed as 8 - x"),
    ],
)
def test_ways_to_tell_the_ends_of_the_scale(args, call, note):
    found = values("scale_scores", {}, args={"items": ["-q1"], **args}, call=call, note=note)
    assert [row["scale"] for row in found["scores"]] == [7, 6, 4, 3, 5]


def test_without_ends_the_answers_say_how_far_it_goes():
    found = values("scale_scores", {}, args={"items": ["q1", "-q3"]})
    assert found["scores"][0]["scale"] == pytest.approx((1 + 4) / 2)


@pytest.mark.parametrize(
    ("args", "call", "scored"),
    [
        ({}, "", 5),
        ({"missing_rule": "80 %"}, "", 3),
        ({"missing_rule": {"min_share": 0.6}}, "", 5),
        ({"least": 80}, "", 3),
        ({"min_items": 3}, "", 3),
        ({"min_share": 2}, "", 5),
        ({"missing": "complete cases"}, "", 3),
        ({}, "ifelse(rowMeans(!is.na(x)) >= 0.8, rowMeans(x), NA)", 3),
        ({}, "at least 60% answered", 5),
        ({}, "the 80 % rule; 95 % intervals", 3),
        ({}, "95 % interval, 15 per cent missing", 5),
        ({}, "scoreItems(keys, d)", 5),
    ],
)
def test_ways_to_tell_the_missing_rule(args, call, scored):
    found = values(
        "climate_scores",
        {},
        args={"items": ["q1", "-q2", "q3"], "min": 1, "max": 5, **args},
        call=call,
    )
    assert found["n"] == {"scale": scored}
    assert found["missing"] == {"scale": 5 - scored}


def test_sums():
    args = {"items": ["q1", "q3"], "min": 1, "max": 5}
    told = values("scale_scores", {}, args={**args, "method": "sum"})
    assert [row["scale"] for row in told["scores"]] == [3, 3, 9, 9, 6]
    r = values("scale_scores", {}, args={**args, "impute": "none", "totals": True})
    assert [row["scale"] for row in r["scores"]] == [3, 3, 9, 9, 3]


NORMS = [
    {"norms": {"q1": [3, 0.5]}},
    {"norms": {"q1": {"mean": 3, "sd": 0.5}}},
    {"norms": {"mean": {"q1": 3}, "sd": {"q1": 0.5}}},
    {"norms": [{"scale": "q1", "mean": 3, "sd": 0.5}]},
    {"norm_mean": 3, "norm_sd": 0.5, "columns": "q1"},
]


@pytest.mark.parametrize("args", NORMS)
def test_ways_to_tell_norms(args):
    found = values("t_scores", {"t": [50]}, args=args)
    assert found["t"] == [10, 30, 70, 90, 50]
    by_name = values("t_scores", {"t": {"a": 1, "b": 1}}, args={**args, "group": "school"})
    assert by_name["t"] == {"a": 20, "b": 80, "c": 50}
    schools = values("t_scores", {"t_scores": [{}]}, args={**args, "group": "school"})
    assert schools["t_scores"] == [
        {"school": "a", "q1": 20},
        {"school": "b", "q1": 80},
        {"school": "c", "q1": 50},
    ]


def test_raw_scores_may_be_told_as_numbers():
    single = values("t_scores", {"t": [1]}, args={"raw": [3, 4], "norm_mean": 3, "norm_sd": 1})
    assert single["t"] == [50, 60]
    several = values(
        "t_scores",
        {"t": {"a": 50, "b": 60}},
        args={"raw": {"a": 3, "b": 4}, "norms": {"a": [3, 1], "b": [3, 1]}},
    )
    assert several["t"] == {"a": 50, "b": 60}


def test_one_scale_of_several_keys():
    keys = {"a": ["q1", "-q2"], "b": ["q1", "q3"]}
    one = values("cronbach_alpha", {}, args={"keys": keys, "scale": "b"})
    alone = values("cronbach_alpha", {}, args={"items": ["q1", "q3"]})
    assert one["raw_alpha"] == alone["raw_alpha"]


def test_t_scores_stand_beside_scores_where_norms_are_told():
    args = {"keys": {"one": ["q1", "-q2"]}, "min": 1, "max": 5, "norms": {"one": [3, 1]}}
    found = values("climate_scoring", {"t_first2": [], "first2": []}, args=args)
    assert found["first2"] == [{"one": 1.0}, {"one": 2.0}]
    assert found["t_first2"] == [{"one": 30.0}, {"one": 40.0}]


def test_the_form_that_is_asked_for():
    args = {"keys": {"one": ["q1"], "two": ["q2"]}, "min": 1, "max": 5}
    columns = values("scale_scores", {"first2": {"one": [1, 2], "two": [5, 4]}}, args=args)
    assert columns["first2"] == {"one": [1, 2], "two": [5, 4]}
    lists = values("scale_scores", {"first2": [[1, 5]], "means": [3, 3.25]}, args=args)
    assert lists["first2"] == [[1, 5], [2, 4]]
    assert lists["means"] == [3, 3.25]
    assert np.shape(values("scale_scores", {"cor": [[1, 1]]}, args=args)["cor"]) == (2, 2)


def test_alpha_of_a_matrix_and_of_items_turned_round_by_their_first_component():
    plain = values(
        "cronbach_alpha", {}, args={"items": ["q1", "-q2", "q3"]}, call="psych::alpha(d)"
    )
    turned = values(
        "cronbach_alpha", {}, args={"items": "q1..q3"}, call="psych::alpha(d, check.keys=TRUE)"
    )
    assert turned["raw_alpha"] == pytest.approx(plain["raw_alpha"])
    matrix = values(
        "cronbach_alpha",
        {},
        args={"items": ["q1", "-q2", "q3"], "n.obs": 5},
        call="psych::alpha(cov(d, use='pairwise'), n.obs=5)",
    )
    assert matrix["raw_alpha"] == pytest.approx(plain["raw_alpha"])
    assert matrix["ase"] == pytest.approx(plain["ase"])
    of_r = values(
        "cronbach_alpha", {}, args={"items": ["q1", "-q2", "q3"]}, call="psych::alpha(cor(d))"
    )
    assert of_r["raw_alpha"] == pytest.approx(plain["std_alpha"])


def test_alpha_of_several_scales():
    found = values("cronbach_alpha", {}, args={"keys": {"a": ["q1", "-q2"], "b": ["q1", "q3"]}})
    alone = values("cronbach_alpha", {}, args={"items": ["q1", "q3"]})
    assert found["raw_alpha"]["b"] == pytest.approx(alone["raw_alpha"])
    assert found["b"]["average_r"] == pytest.approx(alone["average_r"])


def test_what_does_not_name_its_items_or_norms_is_not_supported():
    with pytest.raises(NotSupported):
        values("scale_scores", {}, args={"items": ["z9"]})
    with pytest.raises(NotSupported):
        values("t_scores", {}, args={"columns": ["q1"]})
    with pytest.raises(NotSupported):
        values("norm_table", {}, args={"steps": [1, 2]})
    with pytest.raises(NotSupported):
        values("spearman_brown", {})


def test_the_rest_of_the_statistics():
    stepped = values("spearman_brown", {}, args={"r": 0.6, "factor": 2})
    assert stepped["reliability"] == pytest.approx(0.75)
    told = values("alpha_ci", {}, call="psych::alpha.ci(.8, n.obs=50, n.var=5)")
    assert told["lower.ci"] == pytest.approx(0.6966335, abs=1e-7)
    own = values("alpha_ci", {}, args={"items": ["q1", "q3"]})
    assert own["lower.ci"] < own["alpha"]
    climate = next(each for each in CASES if each.id == "climate_reliability_purpose")
    made = Case(
        id="boot",
        statistic="omega_bootstrap",
        data="climate",
        columns=climate.columns,
        args={"items": climate.args["items"], "B": 100, "seed": 5},
        expected={},
        tolerance=0.02,
        call="",
        packages=(),
        note="",
    )
    found = STATISTICS["omega_bootstrap"](made).values
    assert found["low"] < climate.expected["omega"] < found["high"]


def test_constant_items_count_where_the_program_counts_them():
    flat = {"q1": ["1", "2", "4", "5"], "q2": ["3"] * 4, "q3": ["2", "2", "5", "5"]}
    told = replace(case("cronbach_alpha", {}, call="multilevel::cronbach(d)$Alpha"), columns=flat)
    kept = STATISTICS["cronbach_alpha"](told).values["alpha"]
    dropped = replace(told, call="psych::alpha(d)")
    assert kept == pytest.approx(STATISTICS["cronbach_alpha"](dropped).values["alpha"] * 0.75)


def test_one_figure_of_one_scale_is_a_number():
    args = {"keys": {"s": ["q1", "q2"]}, "min": 1, "max": 5, "min_items": 2}
    assert values("scale_scores", {"n_missing": 1}, args=args)["n_missing"] == 1
    assert values("scale_scores", {"n_missing": {"s": 1}}, args=args)["n_missing"] == {"s": 1}
