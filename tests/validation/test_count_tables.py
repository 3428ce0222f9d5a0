from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from consilience.stats.agreement.chance_corrected import (
    chance_corrected_distribution,
    chance_corrected_table,
)
from consilience.stats.agreement.kappa import cohen_kappa
from consilience.validation import agreement, correlation, krippendorff
from consilience.validation.count_tables import counts_of, is_distribution, is_table
from consilience.validation.model import Case, NotSupported

WORDS = ("never", "seldom", "always")
COUNTS = np.array([[9.0, 4, 1], [3, 8, 2], [0, 5, 7]])
# As as.data.frame(table) writes it: the first column runs fastest.
PAIRS = [(one, other) for other, one in product(range(3), repeat=2)]
LISTED = {
    "first": [WORDS[one] for one, _ in PAIRS],
    "second": [WORDS[other] for _, other in PAIRS],
    "Freq": [f"{COUNTS[pair]:g}" for pair in PAIRS],
}
SQUARE = {word: [f"{each:g}" for each in COUNTS[:, n]] for n, word in enumerate(WORDS)}
OTHER = COUNTS.T + 1
BY_PLACE = {
    "first": LISTED["first"] * 2,
    "second": LISTED["second"] * 2,
    "place": ["north"] * 9 + ["south"] * 9,
    "Freq": LISTED["Freq"] + [f"{OTHER[pair]:g}" for pair in PAIRS],
}
UNITS = {"a": ["3", "0", "2", "5"], "b": ["1", "4", "2", "0"], "c": ["1", "1", "1", "0"]}


def case(call="f(d)", columns=LISTED, statistic="cohen_kappa", expected=None, **args):
    return Case(
        id="a",
        statistic=statistic,
        data="d",
        columns=columns,
        args=args,
        expected={} if expected is None else expected,
        tolerance=1e-9,
        call=call,
        packages=("irr 0.84.1",),
        note="",
    )


def answer(given):
    return agreement.STATISTICS[given.statistic](given).values


@pytest.mark.parametrize(
    "given",
    [
        case("vcd::Kappa(xtabs(Freq~first+second,d))"),
        case("vcd::Kappa(xtabs(Freq ~ ., data = d))"),
        case("vcd::Kappa(xtabs(d$Freq ~ d$first + d$second))"),
        case("vcd::Kappa(Answers)"),
        case("irr::kappa2(d[rep(1:nrow(d), d$Freq), 1:2])"),
        case("irr::kappa2(d[rep(seq_len(nrow(d)), times=d$Freq), 1:2])"),
        case("irr::kappa2(tidyr::uncount(d, Freq))"),
        case(freq="Freq"),
        case(columns_=1, counts="Freq"),
        case(rows="first", cols="second", count="Freq"),
        case("psych::cohen.kappa(as.matrix(d))", SQUARE),
        case("psych::cohen.kappa(d)", SQUARE),
        case("vcd::Kappa(d)", SQUARE),
        case("confint(vcd::Kappa(Answers[,,'north']), level=.9)", SQUARE),
        case("irrCAC::gwet.ac1.table(d)", SQUARE),
        case("irrCAC::{gwet.ac1,kappa2}.table(d, weights='ordinal')", SQUARE),
        case("{gwet.ac1.table,kappa2.table}(d)", SQUARE),
        case("f(d)", SQUARE, input="table"),
        case("f(d)", SQUARE, form="table"),
        case("f(d)", SQUARE, "chance_corrected_family_table"),
        case("vcd::Kappa(Answers[,,'north'])", BY_PLACE),
        case("vcd::Kappa(Answers[,,1])", BY_PLACE),
        case("vcd::Kappa(xtabs(Freq~first+second, subset(d, place=='north')))", BY_PLACE),
        case("vcd::Kappa(xtabs(Freq~first+second, subset(d, place==p)))", BY_PLACE,
             subset={"place": "north"}),
    ],
)  # fmt: skip
def test_tables_in_every_form(given):
    assert is_table(given)
    assert counts_of(given).tolist() == COUNTS.tolist()


def test_columns_and_rows_of_counts_by_argument():
    turned = replace(case(), args={"rows": "second", "columns": "first", "freq": "Freq"})
    assert counts_of(turned).tolist() == COUNTS.T.tolist()
    named = replace(case(), args={"columns": ["first", "second"], "freq": "Freq"})
    assert counts_of(named).tolist() == COUNTS.tolist()
    south = case("vcd::Kappa(Answers[,,'south'])", BY_PLACE)
    assert counts_of(south).tolist() == OTHER.tolist()
    both = case("vcd::Kappa(xtabs(Freq~first+second, d))", BY_PLACE)
    assert counts_of(both).tolist() == (COUNTS + OTHER).tolist()


def test_ratings_are_no_tables():
    ratings = {"first": ["1", "2", "2"], "second": ["1", "2", "1"], "third": ["2", "2", "1"]}
    repeated = {"first": ["a", "a", "b"], "second": ["b", "b", "b"], "n": ["4", "2", "1"]}
    assert not is_table(case("vcd::Kappa(table(d$first, d$second))", ratings))
    assert not is_table(case("irr::kappa2(d[,1:2])", ratings))
    assert not is_table(case("as.table(d)", ratings))
    assert not is_table(case("irr::kappa2(d[,1:2])", repeated))
    of_people = {"who": ["x", "y", "z"], **ratings, "n": ["4", "2", "1"]}
    assert not is_table(case("irr::kappa2(d[,2:3])", of_people))
    assert is_distribution(case("irrCAC::gwet.ac1.dist(d)", UNITS))
    assert not is_table(case("irrCAC::gwet.ac1.dist(d)", UNITS))


def test_a_subset_that_is_not_there_is_said():
    for subset in ({"place": "east"}, {"year": 1}):
        with pytest.raises(NotSupported):
            counts_of(case(columns=BY_PLACE, freq="Freq", subset=subset))


def test_categories_stand_in_the_order_of_the_file_or_as_told():
    want = cohen_kappa(COUNTS, weights="equal")
    asked = "vcd::Kappa(xtabs(Freq~first+second,d))$Weighted"
    assert answer(case(asked))["kappa"] == want.kappa
    told = ["always", "never", "seldom"]
    order = [2, 0, 1]
    for key in ("order", "levels", "categories"):
        given = case(asked, **{key: told})
        assert counts_of(given).tolist() == COUNTS[np.ix_(order, order)].tolist()
    numbers = {"a": ["10", "10", "9", "9"], "b": ["9", "10", "10", "9"], "n": ["1", "2", "3", "4"]}
    assert counts_of(case(columns=numbers)).tolist() == [[4, 3], [1, 2]]


def test_irrcacs_kappa_of_a_table_takes_the_t_distribution():
    call = "irrCAC::kappa2.table(as.matrix(d), weights=quadratic.weights(1:3))"
    got = answer(case(call, SQUARE))
    want = chance_corrected_table(COUNTS, weights="quadratic")["cohen"]
    assert (got["coeff"], got["ci_low"], got["p"]) == (want.coefficient, want.low, want.p)
    percent = answer(case(call.replace("kappa2", "pa2"), SQUARE, "percent_agreement"))
    share = chance_corrected_table(COUNTS, weights="quadratic")["percent"]
    assert (percent["coeff"], percent["se"]) == (share.coefficient, share.standard_error)


def test_fleiss_of_a_distribution():
    got = answer(case("irrCAC::fleiss.kappa.dist(d)", UNITS, "fleiss_kappa"))
    table = np.array([[float(each) for each in column] for column in UNITS.values()]).T
    assert got["kappa"] == chance_corrected_distribution(table)["fleiss"].coefficient


@pytest.mark.parametrize(
    ("call", "columns", "of"),
    [
        ("irrCAC::krippen2.table(d)", SQUARE, chance_corrected_table),
        ("irrCAC::krippen.alpha.dist(d)", UNITS, chance_corrected_distribution),
    ],
)
def test_alpha_of_counts(call, columns, of):
    got = krippendorff.STATISTICS["krippendorff_alpha"](case(call, columns)).values
    table = np.array([[float(each) for each in column] for column in columns.values()]).T
    assert got["alpha"] == of(table)["krippendorff"].coefficient


def test_agreement_of_a_table_of_counts():
    got = answer(case(statistic="percent_agreement"))
    assert got["share"] == pytest.approx(24 / 39)
    assert got["n"] == 39
    near = answer(case(statistic="percent_agreement", tolerance=1))
    assert near["share"] == pytest.approx(38 / 39)
    assert answer(case(statistic="maxwell_re"))["re"] == pytest.approx(2 * 24 / 39 - 1)


RATINGS = {
    "r1": ["1", "2", "3", "1", "2", "3"],
    "r2": ["1", "2", "2", "1", "3", "3"],
    "r3": ["1", "1", "3", "2", "2", "3"],
}


def test_details_of_fleiss_in_the_form_that_is_asked_for():
    def found(**asked):
        call = "irr::kappam.fleiss(d, detail=TRUE)"
        return answer(case(call, RATINGS, "fleiss_kappa", asked))

    plain = found()["detail"]
    first = plain["1"]["kappa"]
    assert found(detail=[{"category": 1, "kappa": 0}])["detail"][0]["kappa"] == first
    assert found(detail={"1": 0.5})["detail"]["1"] == first
    assert found(detail=[0.5, 0.5, 0.5])["detail"][0] == first
    assert found(detail={"kappa": [0.5]})["detail"]["kappa"][0] == first
    assert found(detail=[{"_row": "1", "kappa": 0}])["detail"] == plain
    assert found()["detail_kappa"][0] == found()["kappa_by_category"][0] == first
    assert found(kappa_by_category={"1": 0.5})["kappa_by_category"]["1"] == first
    assert found()["detail_z"][0] == plain["1"]["z"]


def test_pairs_of_raters():
    light = answer(case("irr::kappam.light(d)", RATINGS, "light_kappa"))
    assert np.mean(light["pairwise"]) == pytest.approx(light["kappa"])
    assert (light["subjects"], light["raters"]) == (6, 3)
    pairs = answer(case("f(d)", RATINGS, "percent_agreement_pairwise"))
    assert pairs["pairs"]["r1|r2"] == pairs["r1|r2"] == pytest.approx(4 / 6)
    assert pairs["mean"] == pytest.approx(10 / 18)
    listed = answer(case("f(d)", RATINGS, "percent_agreement_pairwise", {"pairs": [0]}))
    assert listed["pairs"] == list(pairs["pairs"].values())


def intraclass(statistic, **asked):
    given = case("f(d)", RATINGS, statistic, asked)
    return correlation.STATISTICS[statistic](given).values


@pytest.mark.parametrize("statistic", ["icc_all_forms", "icc_mcgraw_wong"])
def test_forms_as_numbers_or_as_parts(statistic):
    parts = intraclass(statistic)
    numbers = intraclass(statistic, **{"ICC(C,1)": 0, "ICC(A,3)": 0, "ICC1_1": {"icc": 0}})
    assert numbers["ICC(C,1)"] == parts["ICC(C,1)"]["icc"]
    assert numbers["ICC(A,3)"] == parts["ICC(A,k)"]["icc"]
    assert numbers["ICC1_1"] == parts["ICC1_1"]
    ratio = parts["MSB"] / parts["MSE"]
    assert ratio == pytest.approx(parts["ICC(C,1)"]["F"])
    assert parts["MSB"] / parts["MSW"] == pytest.approx(parts["ICC(1)"]["F"])


def test_components_of_variance():
    got = intraclass("icc_variance_components", **{"ICC(C,1)": 0})
    share = got["var_subject"] / (got["var_subject"] + got["var_residual"])
    assert got["ICC(C,1)"] == pytest.approx(share, abs=1e-6)
    assert got["var_judge"] == got["var_rater"]


PROFILES = {
    "area": ["1", "1", "2", "2", "3", "3"],
    "agency": ["x", "y"] * 3,
    "q1": ["1", "2", "3", "3", "5", "4"],
    "q2": ["2", "2", "1", "3", "4", "5"],
}


def shuffled(call="f(d)", expected=None, columns=PROFILES, **args):
    given = case(call, columns, "congruence_permutation", expected, **args)
    return correlation.STATISTICS["congruence_permutation"](given).values


def test_permutations_of_another_design_are_refused():
    count = shuffled()["n_permutations"]
    assert shuffled(expected={"n_permutations": count})["p"] <= 1
    with pytest.raises(NotSupported):
        shuffled(expected={"n_permutations": count + 1})
    with pytest.raises(NotSupported):
        shuffled("all 5! assignments of profiles to areas")
    three = {
        name: [*cells, "1", "2", "3"] if name == "area" else [*cells, "z", "z", "z"]
        for name, cells in PROFILES.items()
        if name in ("area", "agency")
    } | {name: [*PROFILES[name], "1", "2", "3"] for name in ("q1", "q2")}
    with pytest.raises(NotSupported):
        shuffled(columns=three, x="x", y="y")
