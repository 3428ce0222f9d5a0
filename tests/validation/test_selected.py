from dataclasses import replace

import numpy as np
import pytest

from consilience.validation import agreement
from consilience.validation.compare import judge
from consilience.validation.count_tables import counts_of
from consilience.validation.model import Case, NotSupported
from consilience.validation.selected import columns_of, option, r_value, ratings_of

COLUMNS = {
    "unit": ["a", "b", "c", "d", "e"],
    "r01": ["1", "2", "2", "3", "1"],
    "r02": ["1", "2", "3", "3", ""],
    "r03": ["1", "1", "3", "3", "1"],
}


def case(call="f(d)", statistic="cohen_kappa", expected=None, columns=None, **args):
    return Case(
        id="a",
        statistic=statistic,
        data="d",
        columns=COLUMNS if columns is None else columns,
        args=args,
        expected={} if expected is None else expected,
        tolerance=1e-9,
        call=call,
        packages=("irr 0.84.1",),
        note="",
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("TRUE", True),
        ("F", False),
        ("0.9", 0.9),
        ("'linear'", "linear"),
        ("2:4", [2, 3, 4]),
        ("3:1", [3, 2, 1]),
        ("c(1, 2.5)", [1, 2.5]),
        (".9", 0.9),
        ("1-.95", pytest.approx(0.05)),
        ("1:3L", [1, 2, 3]),
        ("NULL", None),
        ("Inf", np.inf),
        ("c(1:3, 7)", [1, 2, 3, 7]),
        ("as.character(1:2)", [1, 2]),
        ("rev(1:3)", [3, 2, 1]),
        ("seq(1, 3)", [1, 2, 3]),
        ("paste0('r', 1:2)", ["r1", "r2"]),
        ("paste('r', 1:2, sep='_')", ["r_1", "r_2"]),
        ("sprintf('r%02d', 1:2)", ["r01", "r02"]),
        ("f(x)", "f(x)"),
    ],
)
def test_constants_of_r(text, value):
    assert r_value(text) == value


@pytest.mark.parametrize(
    ("given", "columns"),
    [
        (case("f(d[,2:3])"), ["r01", "r02"]),
        (case("f(d[, c('r03', 'r01')])"), ["r03", "r01"]),
        (case("f(d[,-1])"), ["r01", "r02", "r03"]),
        (case("f(d[,-c(1,4)])"), ["r01", "r02"]),
        (case("f(table(d$r01, d$r03))"), ["r01", "r03"]),
        (case("f(d)"), ["r01", "r02", "r03"]),
        (case("f(d)", columns=["r02", "r03"]), ["r02", "r03"]),
        (case(raters="r01..r03"), ["r01", "r02", "r03"]),
        (case(raters=3), ["r01", "r02", "r03"]),
        (case("f(t(d[,-1]))"), ["r01", "r02", "r03"]),
        (case("f(d[,-(1:2)])"), ["r02", "r03"]),
        (case("f(d[c('r01','r03')])"), ["r01", "r03"]),
        (case("f(na.omit(d)[,2:3])"), ["r01", "r02"]),
        (case("f(na.omit(d[,c(2,4)]))"), ["r01", "r03"]),
        (case("f(as.matrix(d[d$unit=='a',3:4]))$value"), ["r02", "r03"]),
        (case("f(d[1:3,2:3])"), ["r01", "r02"]),
        (case("f(d[,sprintf('r%02d',2:3)])"), ["r02", "r03"]),
        (case("f(d[,paste0('r0',1:2)])"), ["r01", "r02"]),
        (case("f(d[,grep('^r',names(d))])"), ["r01", "r02", "r03"]),
        (case("f(d[,!names(d) %in% c('unit','r02')])"), ["r01", "r03"]),
        (case("f(d[,setdiff(names(d),'unit')])"), ["r01", "r02", "r03"]),
        (case("f(subset(d, select=-unit))"), ["r01", "r02", "r03"]),
        (case("f(subset(d, unit=='a', select=c(r01, r03)))"), ["r01", "r03"]),
        (case("f(subset(d, select=r02:r03))"), ["r02", "r03"]),
        (case("with(d, f(cbind(r01, r03)))"), ["r01", "r03"]),
        (case("f(xtabs(~ r01 + r02, d))"), ["r01", "r02"]),
        (case("f(table(factor(d$r01,1:3), factor(d$r03,1:3)))"), ["r01", "r03"]),
        (case("f(d[,2:4])$results[1:2,1]"), ["r01", "r02", "r03"]),
        (case("f(cbind(t(d[,2:4]),c(d[1,1],NA)))"), ["r01", "r02", "r03"]),
        (case(items="r01, r03"), ["r01", "r03"]),
        (case(items=["-r01", "r02"]), ["r01", "r02"]),
        (case(items="r"), ["r01", "r02", "r03"]),
        (case(variables="r02..r03"), ["r02", "r03"]),
        (case(rater1="r03", rater2="r01"), ["r03", "r01"]),
        (case("f(d)  # d[,2:3] of the rest"), ["r01", "r02", "r03"]),
    ],
)
def test_columns_that_a_case_names(given, columns):
    assert columns_of(given) == columns


def test_arguments_come_before_the_call():
    spoken = case("f(d, conf.level=0.9, exact=TRUE)", tolerance_level=3)
    assert option(spoken, "conf_level") == 0.9
    assert option(spoken, "exact") is True
    assert option(spoken, "tolerance_level") == 3
    assert option(spoken, "nothing", default=7) == 7


def test_rows_of_one_value_only():
    assert ratings_of(case("f(d[d$r03 == 1, c('r01', 'r02')])")).shape == (3, 2)
    assert ratings_of(case("f(d[,2:3])", r03=3)).tolist() == [[2, 3], [3, 3]]


@pytest.mark.parametrize(
    ("call", "rows"),
    [
        ("f(d[1:2,2:4])", 2),
        ("f(d[-c(1,2),2:4])", 3),
        ("f(na.omit(d[,2:4]))", 4),
        ("f(na.omit(d)[,2:3])", 4),
        ("f(d[complete.cases(d[,2:3]),2:4])", 4),
        ("f(d[d$unit %in% c('a','b'),2:4])", 2),
        ("f(subset(d, unit!='a')[,2:4])", 4),
        ("f(d[d$r01>=2 & d$r03 < 3,2:4])", 1),
        ("f(d[,2:4])", 5),
    ],
)
def test_rows_that_a_call_names(call, rows):
    assert ratings_of(case(call)).shape == (rows, len(columns_of(case(call))))


def test_ratings_of_units_in_rows():
    assert ratings_of(case("irr::kripp.alpha(t(d[,2:4]),'nominal')")).shape == (5, 3)
    assert ratings_of(case("irr::kripp.alpha(as.matrix(d[,2:4]),'nominal')")).shape == (3, 5)


@pytest.mark.parametrize(
    ("call", "name", "value"),
    [
        ("irr::icc(d, model='twoway', r0=.2, conf.level=.9)", "conf_level", 0.9),
        ("irr::icc(d, model='twoway', r0=.2, conf.level=.9)", "r0", 0.2),
        ("irr::icc(d,'twoway','agreement')", "type", "agreement"),
        ("psych::ICC(d[,2:4], lmer=FALSE, alpha=.1)$results", "alpha", 0.1),
        ("irr::kendall(d[,2:4],TRUE)", "correct", True),
        ("irr::kendall(ratings=d,correct=TRUE)", "correct_ties", None),
        ("irr::kripp.alpha(t(d[,2:4]),'ordinal')", "method", "ordinal"),
        ("irr::agree(d, 1)", "tolerance", 1),
        ("vcd::Kappa(table(factor(d$a, levels=1:5), d$b))", "levels", [1, 2, 3, 4, 5]),
        ("f(d, x=NULL)", "x", None),
        ("irr::kappam.fleiss(d, detail=TRUE, TRUE)", "exact", True),
    ],
)
def test_options_of_a_call(call, name, value):
    assert option(case(call), name) == value


def test_arguments_however_spelt():
    assert option(case(**{"Conf.Level": 0.8}), "conf_level") == 0.8


def test_counts_in_rows_or_beside_names():
    listed = {"a": ["x", "x", "y", "y"], "b": ["x", "y", "x", "y"], "Freq": ["5", "2", "1", "7"]}
    assert counts_of(case(columns=listed)).tolist() == [[5, 2], [1, 7]]
    named = {"first": ["1", "2"], "p": ["5", "1"], "q": ["2", "7"]}
    assert counts_of(case(columns=named)).tolist() == [[5, 2], [1, 7]]


def test_turned_data():
    assert ratings_of(case("f(t(d[,2:4]))")).shape == (3, 5)


def test_words_stay_words():
    got = ratings_of(case(columns={"x": ["a", ""], "y": ["b", "a"]}))
    assert got.tolist() == [["a", "b"], ["", "a"]]


def answer(given):
    return agreement.STATISTICS[given.statistic](given).values


def test_weights_as_irr_takes_them():
    words = answer(case("kappa2(d[,2:3], 'squared')"))["kappa"]
    assert answer(case("kappa2(d[,2:3])", weights=[0, 1, 4]))["kappa"] == pytest.approx(words)
    assert answer(case("kappa2(d[,2:3], weight=c(1,0.75,0))"))["kappa"] == pytest.approx(words)
    plain = answer(case("kappa2(d[,2:3])"))["kappa"]
    assert plain != pytest.approx(words)
    with pytest.raises(NotSupported):
        answer(case("kappa2(d[,2:3])", weights=[0, 1]))
    with pytest.raises(NotSupported):
        answer(case("kappa2(d[,2:3])", weights="cubic"))


def test_tables_are_known_by_the_call():
    table = {"a": ["5", "1"], "b": ["2", "7"]}
    got = answer(case("vcd::Kappa(as.matrix(d))", columns=table))
    assert got["n"] == 15
    listed = answer(case("f()", table=[[5, 2], [1, 7]]))
    assert listed["kappa"] == got["kappa"]
    ac = answer(case("gwet.ac1.table(d, weights=quadratic.weights(1:2))", "gwet_ac1", {}, table))
    assert ac["n"] == 15


PAIR = {"a": list("1122331231"), "b": list("1223312331")}


def kappa_of(call="f(d)", statistic="cohen_kappa", expected=None, packages=("psych",), **args):
    made = case(call, statistic, expected, PAIR, **args)
    return answer(replace(made, packages=packages))


def test_kappas_with_and_without_weights_stand_beside_each_other():
    plain = kappa_of("irr::kappa2(d)")["kappa"]
    squared = kappa_of("irr::kappa2(d,'squared')")["kappa"]
    equal = kappa_of("irr::kappa2(d,'equal')")["kappa"]
    assert len({plain, squared, equal}) == 3
    both = kappa_of("psych::cohen.kappa(d)", expected={"kappa": 0, "weighted_kappa": 0})
    assert (both["kappa"], both["weighted_kappa"]) == (plain, squared)
    assert both["confid"]["weighted kappa"]["estimate"] == squared
    picked = kappa_of("psych::cohen.kappa(d)$weighted.kappa")
    assert picked["kappa"] == squared
    assert kappa_of(statistic="weighted_kappa")["kappa"] == squared
    assert kappa_of(statistic="weighted_kappa", weights="equal")["kappa"] == equal
    vcd = kappa_of("vcd::Kappa(table(d$a,d$b))")
    assert (vcd["kappa"], vcd["weighted"]["kappa"]) == (plain, equal)
    assert vcd["z"] == vcd["kappa"] / vcd["ase"]
    told = "vcd::Kappa(table(d$a,d$b), weights='Fleiss-Cohen')"
    assert kappa_of(told + "$Unweighted")["kappa"] == plain
    assert kappa_of(told + "$Weighted")["value"] == squared


def test_levels_of_intervals_and_whole_scales_of_a_kappa():
    wide, narrow = (kappa_of(f"psych::cohen.kappa(d{told})")["ci"] for told in ("", ", alpha=.1"))
    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]
    asked = "vcd::Kappa(table(factor(d$a,1:5),factor(d$b,1:5)), weights='Equal-Spacing')$Weighted"
    listed = kappa_of(weights="equal", levels=[1, 2, 3, 4, 5])
    assert kappa_of(asked)["kappa"] == listed["kappa"]
    shares = {"a": ["0.4", "0.1"], "b": ["0.1", "0.4"]}
    made = case("psych::cohen.kappa(as.matrix(d), n.obs=50)", columns=shares, table=True)
    assert answer(made)["n"] == 50


def test_exact_fleiss_under_its_names():
    want = answer(case("kappam.fleiss(d[,2:4], exact=TRUE)", "fleiss_kappa"))["kappa"]
    for name in ("conger_exact_kappa", "fleiss_exact"):
        assert answer(case("f(d)", name))["kappa"] == want
    assert answer(case("kappam.fleiss(d, TRUE)", "conger_kappa"))["kappa"] == want


def test_families_know_the_whole_scale():
    call = "gwet.ac1.raw(d[,2:4], weights='linear', categ.labels=1:5, conflev=0.9)$est"
    got = answer(case(call, "chance_corrected_family"))
    want = agreement.chance_corrected(
        ratings_of(case("f(d[,2:4])")), weights="linear", categories=np.arange(1, 6), level=0.9
    )
    assert got["ac"]["coeff.val"] == want["ac"].coefficient
    assert got["brennan_prediger"]["ci_low"] == want["brennan_prediger"].low


@pytest.mark.parametrize(
    ("statistic", "call", "args", "name"),
    [
        ("fleiss_kappa", "kappam.fleiss(d[,2:4], exact=TRUE)", {}, "kappa"),
        ("light_kappa", "kappam.light(d[,2:4])", {}, "kappa"),
        ("kendall_w", "kendall(d[,2:4], correct=TRUE)", {}, "W"),
        ("meanrho", "meanrho(d[,2:4])", {}, "rho"),
        ("percent_agreement", "agree(d[,2:4], 1)", {"tolerance": 1}, "value"),
        ("maxwell_re", "maxwell(d[,2:3])", {}, "re"),
        ("finn", "finn(d[,2:4], s.levels=5, model='twoway')", {}, "finn"),
        ("stuart_maxwell", "stuart.maxwell.mh(d[,2:3])", {}, "df"),
        ("rater_bias", "rater.bias(d[,2:3])", {}, "ratio"),
        ("scott_pi", "scott(d[,2:3])", {}, "coeff"),
        ("conger_kappa", "conger.kappa.raw(d[,2:4])", {}, "kappa"),
        ("benchmark_altman", "altman.bf(0.7, 0.1)", {"coeff": 0.7, "se": 0.1}, "Good"),
    ],
)
def test_every_statistic_answers(statistic, call, args, name):
    value = answer(case(call, statistic, **args))[name]
    assert np.isfinite(value)


def test_weights_of_a_scale():
    got = answer(case("quadratic.weights(1:3)", "agreement_weights", n=3, weights="quadratic"))
    assert got["weights"][0] == [1, 0.75, 0]


def test_what_a_case_lacks_is_said():
    for given in (
        case("finn(d)", "finn"),
        case("landis.koch.bf(x)", "benchmark"),
        case("kappa2(d)", columns={"r": ["1", "2"]}),
    ):
        with pytest.raises(NotSupported):
            answer(given)


def test_printed_digits_of_irrcac_are_allowed_for():
    spoken = case("gwet.ac1.raw(d[,2:4])", "gwet_ac1")
    value = answer(spoken)
    theirs = {"coeff": round(value["coeff"], 5), "ci_low": round(value["ci_low"], 3)}
    exact = replace(spoken, expected=theirs)
    printed = replace(exact, packages=("irrCAC 1.0",))
    for each, verdict in ((exact, "differs"), (printed, "agrees")):
        assert judge(each, agreement.STATISTICS["gwet_ac1"](each)).verdict == verdict
