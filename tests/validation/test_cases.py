"""Cases are read as they stand, judged by their own tolerance, and told one from another."""

import math

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.validation.compare import judge
from consilience.validation.formula import design, formulas
from consilience.validation.model import Answer, NotSupported
from consilience.validation.read import read_cases
from consilience.validation.run import named, validate

CASE = {
    "id": "k",
    "data": "two",
    "statistic": "krippendorff_alpha",
    "args": {"metric": "nominal"},
    "expected": {"alpha": 0.4444444444444444},
    "tolerance": 1e-8,
    "r_call": "irr::kripp.alpha(t(d))",
    "r_package": "irr 0.84.1",
    "note": None,
}
TWO = "A,B\n1,1\n2,2\n1,2\n"


def test_a_folder_of_cases_is_read_and_run(folder):
    cases = read_cases(folder([CASE], {"two": TWO}))
    assert cases[0].numbers("A").tolist() == [1, 2, 1]
    (outcome,) = validate(cases)
    assert outcome.verdict == "agrees"
    assert outcome.figures[0].theirs == CASE["expected"]["alpha"]
    assert outcome.packages == ("irr 0.84.1",)


def test_folders_within_a_folder_are_read_too(folder):
    folder([CASE], {"two": TWO}, inner="one")
    place = folder([CASE], {"two": TWO}, inner="two")
    assert len(read_cases(place)) == 2


def test_a_wrong_figure_is_seen(folder):
    wrong = CASE | {"expected": {"alpha": 0.445}}
    (outcome,) = validate(read_cases(folder([wrong], {"two": TWO})))
    assert outcome.verdict == "differs"


@pytest.mark.parametrize(
    "change",
    [
        {"statistic": "phlogiston"},
        {"expected": {"alpha": 0.4444444444444444, "beta": 1}},
        {"args": {"metric": "euclid"}},
    ],
)
def test_what_is_not_computed_is_said(folder, change):
    (outcome,) = validate(read_cases(folder([CASE | change], {"two": TWO})))
    assert outcome.verdict == "not supported"
    assert outcome.reason


def test_faults_of_folders(tmp_path):
    with pytest.raises(Fault) as told:
        read_cases(tmp_path / "nowhere")
    assert told.value.code == "VAL-001"
    for text in ("{", '{"cases": [{}]}', '["a"]', '{"cases": [{"id": "a", "data": "x"}]}'):
        (tmp_path / "expected.json").write_text(text, encoding="utf-8")
        with pytest.raises(Fault) as told:
            read_cases(tmp_path)
        assert told.value.code == "VAL-002"


def test_columns_that_are_not_there_or_not_numbers(made_case):
    case = made_case(columns={"a": ["1", ""], "b": ["x", "2"]})
    assert np.isnan(case.numbers("a")).tolist() == [False, True]
    for column, code in [("c", "VAL-003"), ("b", "VAL-004")]:
        with pytest.raises(Fault) as told:
            case.numbers(column)
        assert told.value.code == code
    with pytest.raises(Fault) as told:
        case.texts("c")
    assert told.value.code == "VAL-003"
    assert not case.is_numeric("b")


# --- judging ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "ours", "agrees"),
    [
        (None, math.nan, True),
        (None, None, True),
        (None, 0.0, False),
        (0.5, math.nan, False),
        (0.5, None, False),
        (1000.0, 1000.0 + 9e-6, True),
        (1000.0, 1000.0 + 2e-5, False),
        (0.001, 0.001 + 9e-9, True),
        ("low", "low", True),
        ("low", "high", False),
        ([1, None], [1.0, math.nan], True),
        ([1, 2], [1.0], False),
        ({"a": [1]}, {"A": np.array([1.0])}, True),
        ([{"x": 1, "_row": "r"}], {"r": {"x": 1}}, True),
        ([{"x": 1, "_row": "r"}], {"r": {"x": 2}}, False),
    ],
)
def test_figures_are_compared_by_the_rule_of_the_case(made_case, theirs, ours, agrees):
    outcome = judge(made_case(expected={"v": theirs}), Answer(values={"v": ours}))
    assert (outcome.verdict == "agrees") == agrees


def test_a_loose_figure_and_a_better_solution(made_case):
    case = made_case(expected={"ci_low": 0.123, "value": 1.0})
    near = {"ci_low": 0.1234, "value": 1.0}
    assert judge(case, Answer(values=near)).verdict == "differs"
    assert judge(case, Answer(values=near, loose={"ci_low": 1e-3})).verdict == "agrees"
    case = made_case(expected={"loglik": -100.0, "share": 0.5})
    for loglik, share, verdict in [
        (-99.0, 0.1, "agrees"),  # a better solution, so another one
        (-100.0005, 0.5, "agrees"),
        (-100.0005, 0.1, "differs"),
        (-100.1, 0.5, "differs"),
    ]:
        answer = Answer(values={"loglik": loglik, "share": share}, at_least=("loglik",))
        assert judge(case, answer).verdict == verdict
    undefined = made_case(expected={"loglik": None})
    answer = Answer(values={"loglik": -3.0}, at_least=("loglik",))
    assert judge(undefined, answer).verdict == "differs"


# --- formulas ---------------------------------------------------------------------------


def test_formulas_stand_in_arguments_or_in_the_call(made_case):
    columns = {"y": ["1", "2", "3"], "x": ["1", "0", "2"], "g": ["b", "a", "c"]}
    case = made_case(columns=columns, call="lm(y~.,d)")
    found = design(case)
    assert found.terms == ("x", "g")
    assert found.names == ("x", "gb", "gc")
    assert found.of_term.tolist() == [0, 1, 1]
    assert found.columns.tolist() == [[1, 1, 0], [0, 0, 0], [2, 0, 1]]
    case = made_case(columns=columns, args={"model": "y ~ factor(x) + g"}, call="lm(y~.,d)")
    assert formulas(case) == ["y ~ factor(x) + g"]
    assert design(case).names == ("factor(x)1", "factor(x)2", "gb", "gc")
    assert design(case, "g ~ x").y.tolist() == [1, 0, 2]
    assert design(case, "y ~ . - g").terms == ("x",)


@pytest.mark.parametrize("call", ["", "lm(y ~ a*b, d)"])
def test_what_is_no_plain_formula_is_said(made_case, call):
    with pytest.raises(NotSupported):
        design(made_case(columns={"y": ["1"], "a": ["1"], "b": ["1"]}, call=call))


def test_a_name_that_families_share_is_tried_in_each():
    assert len(named("icc_reml")) > 1
    assert named("phlogiston") == []


def test_a_model_made_before_is_found_beside(folder):
    earlier = CASE | {"id": "m", "r_call": "m <- lm(A~B, d)", "args": {"level": 0.9}}
    cases = read_cases(folder([earlier, CASE | {"r_call": "summary(m)"}], {"two": TWO}))
    assert formulas(cases[1]) == ["A~B"]
    assert cases[1].beside["level"] == 0.9
    assert cases[1].beside["metric"] == "nominal"


def statistic_of(case):
    (outcome,) = validate([case])
    return outcome


ROWS = {"area": ["1", "2", "3", "4"], "a": ["1", "2", "", "1"], "b": ["1", "2", "3", "2"]}
LONG = {
    "area": ["1", "1", "2", "2", "3", "3"],
    "agency": ["x", "y", "x", "y", "x", "y"],
    "rating": ["1", "1", "2", "2", "1", "2"],
}


@pytest.mark.parametrize(
    ("columns", "call", "args", "alpha"),
    [
        (ROWS, "irr::kripp.alpha(t(d[,2:3]),'nominal')", {}, 4 / 9),
        (ROWS, "irr::kripp.alpha(t(d[,-1]))", {}, 4 / 9),
        (ROWS, "", {"columns": ["a", "b"]}, 4 / 9),
        (ROWS, "d<-na.omit(d); irr::kripp.alpha(t(d[,2:3]))", {}, 4 / 9),
        (LONG, "", {"unit": "area", "rater": "agency"}, 4 / 9),
        (LONG, "", {}, 4 / 9),
    ],
)
def test_ratings_are_found_in_every_form(made_case, columns, call, args, alpha):
    case = made_case(
        statistic="krippendorff_alpha",
        columns=columns,
        call=call,
        args=args,
        expected={"alpha": alpha},
    )
    assert statistic_of(case).verdict == "agrees"


def test_ratings_of_one_area_stand_as_its_call_says(made_case):
    """irr takes raters in rows: without t() each row is a rater."""
    columns = {
        "area": ["1", "1", "2", "2"],
        "agency": ["x", "y", "x", "y"],
        "q1": ["1", "1", "3", "1"],
        "q2": ["2", "2", "1", "3"],
        "q3": ["1", "2", "2", "2"],
    }
    call = "irr::kripp.alpha(as.matrix(d[d$area==1,3:5]),'nominal')"
    case = made_case(
        statistic="krippendorff_alpha", columns=columns, call=call, expected={"alpha": 4 / 9}
    )
    assert statistic_of(case).verdict == "agrees"


@pytest.mark.parametrize(
    "columns",
    [
        {"code": ["I", "R", "NC"], "count": ["6", "2", "2"]},
        {"I": ["6"], "R": ["2"], "NC": ["2"]},
        {},
    ],
)
def test_dispositions_are_found_in_every_form(made_case, columns):
    args = {} if columns else {"I": 6, "R": 2, "NC": 2}
    case = made_case(
        statistic="aapor_rates", columns=columns, args=args, expected={"RR1": 0.6, "e": 1.0}
    )
    assert statistic_of(case).verdict == "agrees"


def test_a_form_that_is_not_understood_hides_no_other(made_case):
    odd = made_case(statistic="aapor_rates", args={"I": "many"}, expected={"RR1": 0.6})
    assert statistic_of(odd).verdict == "not supported"
    several = made_case(expected={"v": 0.5})
    assert judge(several, Answer(values={"v": [0.5, 0.5]})).verdict == "differs"


@pytest.mark.parametrize("ours", [np.array([2.0]), [2.0], 2.0])
def test_a_vector_of_one_is_a_number(folder, ours):
    case = read_cases(folder([CASE | {"expected": {"alpha": 2.0}}], {"two": TWO}))[0]
    assert judge(case, Answer(values={"alpha": ours})).verdict == "agrees"
    assert judge(case, Answer(values={"alpha": np.array([2.0, 2.0])})).verdict == "differs"


IMPUTED = "imp,x\n1,1\n1,2\n1,6\n2,2\n2,3\n2,7\n"


def test_a_pooled_mean_by_any_telling(folder):
    shape = {"data": "made", "statistic": "pool_scalar", "expected": {"qbar": 3.5}}
    told = [
        {"args": {"variable": "x"}, "r_call": "pool.scalar(Q, U, n=3)"},
        {"args": {"value": "x"}, "r_call": "pool.scalar(Q, U, n=3)"},
        {"args": None, "r_call": "pool.scalar(tapply(d$x,d$imp,mean), tapply(d$x,d$imp,var)/3)"},
    ]
    cases = read_cases(folder([CASE | shape | each for each in told], {"made": IMPUTED}))
    assert [each.verdict for each in validate(cases)] == ["agrees"] * 3


def test_rates_by_group_and_under_other_names_of_columns(folder):
    data = {
        "long": "agency,disposition,n\na,I,3\na,R,1\nb,I,1\nb,R,1\nb,NE,2\n",
        "wide": "agency,I,R\na,3,1\nb,1,1\n",
    }
    shape = {"args": {"group": "agency"}, "r_call": "aapor"}
    cases = [
        {"statistic": "aapor_rates_by_group", "expected": {"a": {"RR1": 0.75}, "b": {"RR1": 0.5}}},
        {"statistic": "aapor_rates_by_group", "expected": {"RR1": {"a": 0.75, "b": 0.5}}},
        {"statistic": "aapor_rates", "expected": {"RR1": 4 / 6, "e": 0.75}},
        {"statistic": "aapor_rates", "data": "wide", "expected": {"RR1": [0.75, 0.5]}},
    ]
    read = read_cases(folder([CASE | {"data": "long"} | shape | each for each in cases], data))
    assert [each.verdict for each in validate(read)] == ["agrees"] * 4


SCORED = "a,b,c,g\n1,2,5,u\n2,4,4,u\n3,,1,v\n5,5,2,v\n4,4,,w\n2,5,3,w\n"


@pytest.mark.parametrize(
    ("args", "call"),
    [
        (None, "m <- aov(rowMeans(d[,1:2]) ~ as.factor(g)); ICC1(m); ICC2(m)"),
        ({"items": ["a", "b"], "group": "g"}, "aov(rowMeans(d[,1:2]) ~ g)"),
        ({"value": "rowMeans(a..b)", "group": "g"}, ""),
        (None, "d$s <- rowMeans(d[,1:2]); m <- aov(s ~ as.factor(g), d); ICC1(m)"),
        ({"keys": {"s": ["a", "b"]}, "value": "s", "group": "g", "min_items": 2}, "ICC1(m)"),
    ],
)
def test_one_score_of_several_items(folder, args, call):
    means = "s,g\n1.5,u\n3,u\n,v\n5,v\n4,w\n3.5,w\n"
    shape = {"statistic": "icc1_icc2", "expected": {"ICC1": 0.0, "F": 0.0}}
    by_mean = {"args": {"value": "s", "group": "g"}, "r_call": "", "data": "means"}
    told = {"args": args, "r_call": call, "data": "items"}
    cases = [CASE | shape | each | {"id": str(at)} for at, each in enumerate((by_mean, told))]
    one, other = validate(read_cases(folder(cases, {"means": means, "items": SCORED})))
    assert [each.ours for each in one.figures] == pytest.approx([f.ours for f in other.figures])


def test_means_of_groups_count_people_with_a_score(folder):
    keys = {"keys": {"s": ["a", "b", "-c"]}, "min": 1, "max": 5, "group": "g"}
    shape = {"statistic": "group_means", "data": "items", "r_call": ""}
    cases = [
        {"args": {**keys, "min_items": 3}, "expected": {"g": ["u", "v", "w"], "n": [2, 1, 1]}},
        {"args": {**keys, "min_items": 2}, "expected": {"s": [2.0, 4.0, 11 / 3], "n": [2, 2, 2]}},
    ]
    for outcome in validate(
        read_cases(folder([CASE | shape | each for each in cases], {"items": SCORED}))
    ):
        assert outcome.verdict != "not supported", outcome.reason
        assert all(each.agrees for each in outcome.figures if each.path.startswith(("n", "g")))


def test_means_of_rows_by_the_rule_of_na_rm(folder):
    shape = {"statistic": "rwg", "args": None, "data": "items"}
    calls = {
        "rwg(rowMeans(d[,1:2]), d$g, ranvar=2)": [2, 1, 2],
        "rwg(rowMeans(d[,1:2], na.rm=TRUE), d$g, ranvar=2)": [2, 2, 2],
    }
    cases = [CASE | shape | {"r_call": call, "expected": {"gsize": n}} for call, n in calls.items()]
    outcomes = validate(read_cases(folder(cases, {"items": SCORED})))
    assert [each.verdict for each in outcomes] == ["agrees"] * 2


def test_chi_squares_may_stand_in_a_column(folder):
    shape = {"statistic": "pooled_D2", "r_call": "micombine.chisquare(d$chisq, df=2)"}
    told = [{"args": {"df": 2}, "data": "chis"}, {"args": {"df": 2, "chisq": [6, 7, 9]}}]
    cases = [CASE | shape | {"expected": {"F": 0.0, "p": 0.0}} | each for each in told]
    data = {"chis": "imp,chisq\n1,6\n2,7\n3,9\n", "two": TWO}
    column, listed = validate(read_cases(folder(cases, data)))
    assert [each.ours for each in column.figures] == [each.ours for each in listed.figures]
    assert len(column.figures) == 2
