import numpy as np
import pytest

from consilience.validation.compare import judge
from consilience.validation.model import Case, NotSupported
from consilience.validation.read import SHIPPED, read_cases
from consilience.validation.within_group import STATISTICS
from consilience.validation.within_group_call import (
    arguments,
    collated,
    expressed,
    groups_of,
    named_columns,
    number,
    value_of,
)

CASES = read_cases(SHIPPED / "within_group")


def case(
    call="",
    *,
    statistic="rwg_j",
    expected=None,
    packages=("multilevel 2.8",),
    columns=None,
    **args,
):
    columns = columns or {
        "GRP": ("2", "2", "10", "10", "10", "1"),
        "team": ("b", "a", "b", "b", "", "a"),
        "Q1": ("1", "2", "4", "5", "4", "3"),
        "Q2": ("2", "2", "4", "", "5", "3"),
        "Q3": ("1", "3", "4", "4", "4", "3"),
        "other": ("7", "8", "9", "7", "8", "9"),
    }
    return Case(
        id="a",
        statistic=statistic,
        data="d",
        columns=columns,
        args=args,
        expected=expected or {},
        tolerance=1e-8,
        call=call,
        packages=packages,
        note="",
    )


@pytest.mark.parametrize("shipped", CASES, ids=lambda each: each.id)
def test_shipped_case_comes_out(shipped):
    outcome = judge(shipped, STATISTICS[shipped.statistic](shipped))
    assert outcome.verdict == "agrees", [each for each in outcome.figures if not each.agrees]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("d[,3:5]", ["Q1", "Q2", "Q3"]),
        ("d[,-(1:2)]", ["Q1", "Q2", "Q3", "other"]),
        ("d[,-c(1,2,6)]", ["Q1", "Q2", "Q3"]),
        ("d[, c('Q1',\"Q3\")]", ["Q1", "Q3"]),
        ("d[c('Q1','Q3')]", ["Q1", "Q3"]),
        ('d[["Q2"]]', ["Q2"]),
        ("d$Q2", ["Q2"]),
        ("as.matrix(d[,paste0('Q',1:3)])", ["Q1", "Q2", "Q3"]),
        ("d[,sprintf('Q%d',2:3)]", ["Q2", "Q3"]),
        ("d[,grep('^Q',names(d))]", ["Q1", "Q2", "Q3"]),
        ("data.frame(a=d$Q1,b=d$Q2)", ["Q1", "Q2"]),
        ("cbind(Q1, Q3)", ["Q1", "Q3"]),
        ("d[,6]", ["other"]),
        ("d$nothing", []),
        ("unknown.frame", []),
        ("mean(d$Q1)", []),
    ],
)
def test_columns_as_r_names_them(text, columns):
    assert expressed(case(), text) == columns


def test_columns_by_an_assignment_in_the_call():
    told = case("L <- d[,3:4]; multilevel::rwg.j(L, d$GRP, ranvar=2)")
    assert expressed(told, "L") == ["Q1", "Q2"]
    assert arguments(told, ("rwg.j",)) == {"0": "L", "1": "d$GRP", "ranvar": "2"}
    for wrong, reason in (
        ("d[d$GRP==2, 3:4]", "rows"),
        ("d[,'nothing']", "columns"),
        ("d[,sapply(d,is.numeric)]", "sapply"),
    ):
        with pytest.raises(NotSupported, match=reason):
            expressed(case(), wrong)


@pytest.mark.parametrize(
    ("told", "columns"),
    [
        ("Q1..Q3", ["Q1", "Q2", "Q3"]),
        ("Q1:Q2", ["Q1", "Q2"]),
        ("Q1-Q3", ["Q1", "Q2", "Q3"]),
        ("Q1, Q3", ["Q1", "Q3"]),
        ("Q", ["Q1", "Q2", "Q3"]),
        (["Q1", "other"], ["Q1", "other"]),
        ([3, 4], ["Q1", "Q2"]),
        (6, ["other"]),
    ],
)
def test_columns_as_arguments_name_them(told, columns):
    assert named_columns(case(), told) == columns
    with pytest.raises(NotSupported):
        named_columns(case(), "nowhere")


def test_groups_stand_in_the_order_of_r():
    assert groups_of(case(group="GRP")).labels == ("1", "2", "10")
    assert groups_of(case(), "d$GRP").codes.tolist() == [1, 1, 2, 2, 2, 0]
    assert groups_of(case()).columns == ("GRP",)
    joined = groups_of(case(), "paste(d$team, GRP, sep='-')")
    assert joined.labels == ("a-1", "a-2", "b-10", "b-2")
    assert np.isnan(joined.codes[4])
    assert groups_of(case(group=["GRP", "team"])).labels == ("1 a", "10 b", "2 a", "2 b")
    both = groups_of(case(), "interaction(GRP, team)")
    assert both.labels == ("1.a", "2.a", "10.b", "2.b")
    # As R sorts texts in a locale of words: marks, digits, letters without regard to case.
    words = ["b", "A", "B", "a", "_x", "c1", "é", "1a"]
    assert sorted(words, key=lambda word: collated([word])) == [
        *("_x", "1a", "a", "A", "b", "B", "c1", "é")
    ]
    nothing = case()
    with pytest.raises(NotSupported, match="no column"):
        groups_of(
            Case(
                **{name: getattr(nothing, name) for name in nothing.__slots__}
                | {"columns": {"v": ("1",)}}
            )
        )


def test_numbers_of_a_call_may_be_sums():
    assert value_of("(7^2-1)/12") == 4.0
    assert value_of("-1.5") == -1.5
    assert number(case("rwg(d$Q1, d$GRP, ranvar=(7^2 - 1)/12)"), ("ranvar",)) == 4.0
    assert number(case(ranvar=1.34), ("ranvar",)) == 1.34
    assert number(case("rwg(x, g)"), ("ranvar",), 2.0) == 2.0
    for wrong in ("system('x')", "a", "2 +"):
        with pytest.raises(NotSupported):
            value_of(wrong)


def answer(told):
    return STATISTICS[told.statistic](told).values


def test_missing_answers_as_the_version_of_multilevel_has_them():
    call = "rwg.j(d[,3:5], d$GRP, ranvar=2)"
    assert answer(case(call))["gsize"] == [1, 2, 3]
    assert answer(case(call, packages=("multilevel 2.7",)))["gsize"] == [1, 2, 2]
    assert answer(case(call, listwise=True))["gsize"] == [1, 2, 2]
    assert answer(case("awg(d[,3:5], d$GRP)", statistic="a_wg"))["nraters"] == [1, 2, 2]
    told = case("ad.m(d[,3:5], d$GRP)", statistic="average_deviation", packages=("hand",))
    assert answer(told)["gsize"] == [1, 2, 3]


def test_several_scales_or_variables_are_told_by_name():
    scales = {"short": ["Q1", "Q2"], "long": "Q1..Q3"}
    found = answer(case(scales=scales, group="GRP"))
    assert found["rwg_j"]["short"] == found["short"]["rwg_j"]
    assert found["long"]["grpid"] == ["1", "2", "10"]
    each = answer(case(statistic="rwg", values=["Q1", "Q3"], group="GRP"))
    assert len(each["Q3"]["rwg"]) == 3
    many = answer(case(statistic="icc1_icc2", variables=["Q1", "Q3"], group="GRP"))
    assert many["variable"] == ["Q1", "Q3"]
    assert many["ICC1"] == [many["Q1"]["ICC1"], many["Q3"]["ICC1"]]


def test_negative_values_may_be_kept():
    far = {"GRP": ["1", "1", "2", "2"], "Q1": ["1", "5", "3", "3"]}
    told = {"values": "Q1", "group": "GRP", "ranvar": 2}
    assert answer(case(statistic="rwg", columns=far, **told))["rwg"] == [0, 1]
    for kept in ({"reset": False}, {"negative": "keep"}, {"keep_negative": True}):
        assert answer(case(statistic="rwg", columns=far, **told, **kept))["rwg"] == [-3, 1]


def test_groups_without_an_answer_stand_where_the_case_has_them():
    gaps = {"GRP": ["a", "a", "b", "c", "c"], "Q1": ["1", "2", "", "3", "3"]}
    told = {"values": "Q1", "group": "GRP", "ranvar": 2}
    left_out = answer(case(statistic="rwg", columns=gaps, **told))
    assert (left_out["rwg"], left_out["grpid"]) == ([0.75, 1], ["a", "c"])
    whole = {"rwg": [0.75, None, 1]}
    kept = answer(case(statistic="rwg", columns=gaps, expected=whole, **told))
    assert kept["rwg"] == [0.75, pytest.approx(np.nan, nan_ok=True), 1]
    by_group = case(statistic="rwg", columns=gaps, expected={"rwg": {"a": 0.75, "c": 1}}, **told)
    assert answer(by_group)["rwg"] == {"a": 0.75, "c": 1}
    bare = case(statistic="rwg", columns=gaps, expected={"a": 0.75, "c": 1}, **told)
    assert (answer(bare)["a"], answer(bare)["c"]) == (0.75, 1)
    rows = [{"grpid": "a", "rwg": 0.75}, {"grpid": "c", "rwg": 1}]
    listed = case(statistic="rwg", columns=gaps, expected=rows, **told)
    assert [row["rwg"] for row in answer(listed)] == [0.75, 1]
    assert answer(case(statistic="rwg", columns=gaps, expected=[0.75, 1], **told)) == [0.75, 1]


def test_a_sign_before_an_item_is_dropped():
    plain = answer(case(items=["Q1", "Q2"], group="GRP"))
    assert answer(case(items=["-Q1", "Q2"], group="GRP"))["rwg_j"][1:] == plain["rwg_j"][1:]


def test_means_by_label():
    told = {"group": "GRP", "statistic": "group_means"}
    one = answer(case(value="Q1", **told))
    assert one["1"] == one["means"][0]
    two = answer(case(values=["Q1", "Q2"], **told))
    assert two["10"] == {"Q1": two["Q1"][2], "Q2": two["Q2"][2]}
    rows = answer(case(value="Q1", expected=[{"GRP": 1, "Q1": 2}], **told))
    assert rows[0]["Q1"] == one["means"][0]


def test_the_ends_of_nlme_are_not_the_last_digit():
    told = {"statistic": "icc1_icc2_reml", "value": "Q1", "group": "GRP"}
    for packages, loose in (("multilevel 2.7",), True), (("lme4 1.1",), False):
        given = case("mult.icc(d$Q1, d$GRP)", packages=packages, **told)
        assert bool(STATISTICS["icc1_icc2_reml"](given).loose) is loose


def test_nulls_and_ranges_may_be_named():
    plain = answer(case("rwg.j(d[,3:5], d$GRP, ranvar=4)"))["rwg_j"]
    assert answer(case("rwg.j(d[,3:5], d$GRP)", points=7))["rwg_j"][1:] == plain[1:]
    skewed = answer(case("rwg.j(d[,3:5], d$GRP)", null="slightly skewed"))["rwg_j"]
    told = answer(case("rwg.j(d[,3:5], d$GRP, ranvar=1.34)"))["rwg_j"]
    assert skewed[1:] == pytest.approx(told[1:])
    heavy = case(statistic="null_variance", points=5, null="Heavy Skew")
    assert answer(heavy)["variance"] == pytest.approx(0.44)
    wide = pytest.approx(
        answer(case("awg(d$Q1, d$GRP, range=c(0,8))", statistic="a_wg"))["a_wg"], nan_ok=True
    )
    assert answer(case(statistic="a_wg", value="Q1", low=0, high=8))["a_wg"] == wide
    assert answer(case(statistic="a_wg", value="Q1", range=[0, 8]))["a_wg"] == wide


def test_models_name_variable_and_group():
    for call in (
        "m<-aov(Q1~as.factor(GRP)); multilevel::ICC1(m)",
        "aov(d$Q1~factor(d$GRP))",
        "aov(Q1 ~ GRP, data=d)",
    ):
        found = answer(case(call, statistic="icc1_icc2"))
        assert (found["variable"], found["groups"]) == (["Q1"], 3)
    for call in (
        "nlme::lme(Q1~1, random=~1|GRP, data=d)",
        "lme4::lmer(Q1 ~ 1 + (1|GRP), d)",
        "lmer(Q1~(1|GRP),data=d)",
    ):
        found = answer(case(call, statistic="icc1_icc2_reml"))
        assert (found["variable"], found["groups"]) == (["Q1"], 3)
    full = answer(case("lme(Q1~1,random=~1|GRP,method='ML')", statistic="icc1_icc2_reml"))
    assert full["loglik"] != found["loglik"]


def test_the_first_few_are_given_where_asked():
    told = case(
        "gmeanrel(lme(Q1~1,random=~1|GRP))",
        statistic="group_mean_reliability",
        expected={"first2": [0, 0]},
    )
    found = answer(told)
    assert found["first2"] == found["MeanRel"][:2]
    assert found["GrpSize"] == [1, 2, 3]


def test_what_cannot_be_read_is_said():
    with pytest.raises(NotSupported, match="two variables"):
        answer(case(statistic="waba", group="GRP"))
    with pytest.raises(NotSupported, match="columns"):
        answer(case(items="P1..P9", group="GRP"))
