from dataclasses import replace

import numpy as np
import pytest

from consilience.validation import agreement
from consilience.validation.compare import judge
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
        (case("f(d)", columns=["r02", "r03"]), COLUMNS),
        (case(raters="r01..r03"), ["r01", "r02", "r03"]),
        (case(raters=3), ["r01", "r02", "r03"]),
    ],
)
def test_columns_that_a_case_names(given, columns):
    assert columns_of(given) == list(columns)[-len(columns_of(given)) :]


def test_arguments_come_before_the_call():
    spoken = case("f(d, conf.level=0.9, exact=TRUE)", tolerance_level=3)
    assert option(spoken, "conf_level") == 0.9
    assert option(spoken, "exact") is True
    assert option(spoken, "tolerance_level") == 3
    assert option(spoken, "nothing", default=7) == 7


def test_rows_of_one_value_only():
    assert ratings_of(case("f(d[d$r03 == 1, c('r01', 'r02')])")).shape == (3, 2)
    assert ratings_of(case("f(d[,2:3])", r03=3)).tolist() == [[2, 3], [3, 3]]


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
