"""Formulas and orders of levels, as R's calls write them."""

import numpy as np
import pytest

from consilience.validation.formula import design, formulas, outcome_of, rows_where
from consilience.validation.level_order import levels_in_order
from consilience.validation.model import Case, NotSupported

COLUMNS = {
    "sat": ["Low", "High", "Medium", "Low", ""],
    "reg": ["east", "north", "city", "west", "north"],
    "x": ["1", "2", "4", "8", "16"],
    "n": ["0", "1", "2", "3", "4"],
}


def case(call="", *, args=None, expected=None, beside=None, columns=None):
    return Case(
        id="made",
        statistic="any",
        data="d",
        columns=COLUMNS if columns is None else columns,
        args=args or {},
        expected=expected or {},
        tolerance=1e-8,
        call=call,
        packages=(),
        note="",
        beside=beside or {},
    )


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("polr(sat ~ x)", [0, 2, 1, 0, np.nan]),
        ("polr(ordered(sat, levels=c('Low','Medium','High')) ~ x)", [0, 2, 1, 0, np.nan]),
        ("polr(factor(sat, levels = c('High','Low','Medium'))~x)", [1, 0, 2, 1, np.nan]),
        ("glm(sat == 'Low' ~ x)", [1, 0, 0, 1, np.nan]),
        ("glm((sat != 'Low') ~ x, binomial)", [0, 1, 1, 0, np.nan]),
        ("glm(I(x > 3) ~ n, binomial)", [0, 0, 1, 1, 1]),
        ("lm(log2(x) ~ n)", [0, 1, 2, 3, 4]),
        ("lm(as.numeric(x) ~ n)", [1, 2, 4, 8, 16]),
    ],
)
def test_an_outcome_is_read_as_r_writes_it(call, expected):
    assert design(case(call)).y == pytest.approx(expected, nan_ok=True)


def test_levels_are_ordered_by_what_the_case_says_first():
    given = case(args={"levels": ["Medium", "Low", "High", "Never"]})
    levels = ["High", "Low", "Medium"]
    assert levels_in_order(given, "sat", levels, outcome=True) == ["Medium", "Low", "High"]
    by_column = case(args={"levels": {"sat": ["Medium", "High", "Low"]}})
    assert levels_in_order(by_column, "sat", levels, outcome=True) == ["Medium", "High", "Low"]
    assert levels_in_order(case(), "sat", levels, outcome=False) == levels
    zeta = case(expected={"zeta": {"High|Low": 1.0, "Low|Medium": 2.0}})
    assert levels_in_order(zeta, "sat", levels, outcome=True) == ["High", "Low", "Medium"]
    told = case("lm(y ~ relevel(sat, ref = 'Medium'))")
    assert levels_in_order(told, "sat", levels, outcome=True) == ["Medium", "High", "Low"]


@pytest.mark.parametrize(
    "words",
    [
        ["never", "rarely", "sometimes", "often", "always"],
        ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree"],
        ["None", "Some", "Marked"],
        ["poor", "fair", "good", "excellent"],
        ["1", "2", "10"],
        ["apple", "Berry", "cider"],
    ],
)
def test_known_words_and_numbers_have_their_order(words):
    assert levels_in_order(case(), "sat", sorted(words), outcome=True) == words


def test_the_reference_is_the_level_that_no_name_shows():
    shown = case(expected={"term": ["(Intercept)", "regeast", "regwest", "regcity"]})
    found = design(shown, "x ~ reg")
    assert found.names == ("regeast", "regwest", "regcity")
    assert found.columns.tolist()[1] == [0, 0, 0]
    assert design(case(), "x ~ reg").names == ("regeast", "regnorth", "regwest")


def test_ordered_predictors_are_polynomials():
    found = design(case(), "x ~ ordered(n)")
    assert found.names == ("ordered(n).L", "ordered(n).Q", "ordered(n).C", "ordered(n)^4")
    assert found.columns.T @ found.columns == pytest.approx(np.eye(4), abs=1e-12)
    assert found.columns[:, 0] == pytest.approx(np.arange(-2, 3) / np.sqrt(10))
    shown = case(expected={"term": ["sat.L", "sat.Q"]})
    assert design(shown, "x ~ sat").names == ("sat.L", "sat.Q")


def test_terms_that_a_formula_computes():
    found = design(case("lm(x ~ log(x) + I(n^2) + I(x*n) + scale(n) + factor(n) - 1)"))
    assert found.labels == ("log(x)", "I(n^2)", "I(x*n)", "scale(n)", "factor(n)")
    assert found.terms[-1] == "n"
    assert found.columns[2, :3] == pytest.approx([np.log(4), 4, 8])
    assert found.columns[:, 3].std(ddof=1) == pytest.approx(1)


def test_interactions_only_where_wanted():
    text = "x ~ n*reg + sat:n"
    with pytest.raises(NotSupported):
        design(case(), text)
    found = design(case(), text, interactions=True)
    assert found.names[:4] == ("n", "regeast", "regnorth", "regwest")
    assert found.names[4:7] == ("n:regeast", "n:regnorth", "n:regwest")
    assert found.columns[1, 4:7].tolist() == [0, 1, 0]


def test_a_model_that_an_object_holds_is_found_where_it_was_made():
    calls = ["lm(n ~ x)", "m0<-lm(x~n); m1 <- lm(x ~ n + reg); D1(m1, m0)"]
    assert formulas(case("D3(m1, m0)", beside={"r_call": calls})) == ["x~n + reg", "x~n"]
    assert formulas(case("f(m)", beside={"r_call": calls, "model": "x ~ 1"})) == ["x ~ 1"]
    assert formulas(case("f(m)", beside={"r_call": calls})) == ["n~x"]


def test_what_cannot_be_read_is_said():
    for text in ("cbind(x, n) ~ reg", "sat > 'Low' ~ x"):
        with pytest.raises(NotSupported):
            design(case(), text)
    assert outcome_of("I(x > 3) ~ n") == "x"
    assert rows_where(case(), "reg == 'north'").tolist() == [False, True, False, False, True]
    assert rows_where(case(), "TRUE") is None
    assert design(case(columns=COLUMNS | {"t": ["TRUE", "FALSE"] * 2 + [""]}), "x ~ t").names == (
        "tTRUE",
    )
