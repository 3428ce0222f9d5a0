"""Our functions on the shipped cases, and on cases told in other ways."""

from dataclasses import replace

import numpy as np
import pytest

from consilience.validation.compare import judge
from consilience.validation.imputation import STATISTICS
from consilience.validation.imputation_input import call_arguments, numbers
from consilience.validation.model import Case, NotSupported
from consilience.validation.read import SHIPPED, read_cases

CASES = {case.id: case for case in read_cases(SHIPPED / "imputation")}
LONG = {
    "imp": ["1"] * 6 + ["2"] * 6,
    "id": ["1", "2", "3", "4", "5", "6"] * 2,
    "x": ["0", "1", "2", "3", "4", "5"] * 2,
    "y": ["1", "5", "2", "6", "4", "7", "1", "5", "3", "6", "4", "7"],
}


def case(statistic, *, columns=None, args=None, call="", expected=None):
    return Case(
        id="one",
        statistic=statistic,
        data="d",
        columns=LONG if columns is None else columns,
        args=args or {},
        expected=expected or {},
        tolerance=1e-8,
        call=call,
        packages=(),
        note="",
    )


def values(statistic, **given):
    return STATISTICS[statistic](case(statistic, **given)).values


@pytest.mark.parametrize("name", CASES)
def test_shipped_cases_agree(name):
    outcome = judge(CASES[name], STATISTICS[CASES[name].statistic](CASES[name]))
    assert outcome.verdict == "agrees", [each for each in outcome.figures if not each.agrees]


def test_a_wrong_figure_is_seen():
    known = CASES["pool_glm"]
    wrong = {**known.expected, "df": [1.0] * len(known.expected["df"])}
    told = case("pool_glm", columns=known.columns, args=known.args, expected=wrong)
    assert judge(told, STATISTICS["pool_glm"](told)).verdict == "differs"


def test_a_model_is_found_in_arguments_or_call():
    said = values("rubin_pooling", args={"model": "y ~ x"})
    called = values("rubin_pooling", call="mice::pool(with(im, lm(y ~ x)))")
    assert called["estimate"].tolist() == said["estimate"].tolist()
    assert said["x"]["estimate"] == said["estimate"][1]
    assert said["dfcom"].tolist() == [4, 4]
    both = values("D3", call="D3(with(im, lm(y ~ x)), with(im, lm(y ~ 1)))")
    assert both["F"] == pytest.approx(values("D3", args={"full": "y ~ x"})["F"])
    with pytest.raises(NotSupported):
        values("pooled_r2", call="mice::pool.r.squared(fit)")
    mean = values("rubin_pooling", args={"variable": "y"})
    assert mean["estimate"] == pytest.approx([np.mean([25 / 6, 26 / 6])])


def test_a_model_is_found_in_other_cases_of_the_same_data():
    alone = case("pooled_r2", call="mice::pool.r.squared(fit)")
    told = replace(alone, beside={"full": "y ~ x", "null": "y ~ 1", "r_call": ["lm(x ~ y)"]})
    found = STATISTICS["pooled_r2"](told).values
    assert found["est"] == values("pooled_r2", args={"model": "y ~ x"})["est"]
    assert STATISTICS["D1"](told).values["F"] == values("D1", args={"full": "y ~ x"})["F"]


def test_rows_of_the_data_as_they_were_are_left_out():
    with_raw = {name: [*cells[:6], *cells] for name, cells in LONG.items()}
    with_raw["imp"] = ["0"] * 6 + LONG["imp"]
    with_raw["y"] = ["", "5", "2", "", "4", "7", *LONG["y"]]
    raw = values("pool", columns=with_raw, args={"formula": "y ~ x"})
    assert raw["t"].tolist() == values("pool", args={"formula": "y ~ x"})["t"].tolist()


def test_outcomes_of_two_values_told_in_several_ways():
    told = [
        values("pool", args={"model": formula, "family": "binomial"})["estimate"].tolist()
        for formula in ("I(y > 4) ~ x", "(y > 4) ~ x", "y > 4 ~ x")
    ]
    assert told[0] == told[1] == told[2]
    codes = {**LONG, "z": ["2" if float(y) > 4 else "1" for y in LONG["y"]]}
    of_codes = values("pool", columns=codes, args={"model": "z ~ x", "family": "binomial"})
    assert of_codes["estimate"].tolist() == told[0]


def test_numbers_from_arguments_call_or_columns():
    called = values("pool_scalar", call="pool.scalar(Q=c(1, 2), U=rep(.5, 2), n=20, k=2)")
    listed = values("pool_scalar", args={"Q": [1, 2], "U": [0.5, 0.5], "n": 20, "k": 2})
    columns = {"imp": ["1", "2"], "estimate": ["1", "2"], "se": [repr(0.5**0.5)] * 2}
    held = values("rubin_scalar", columns=columns, args={"dfcom": 18})
    assert called["df"] == listed["df"] == pytest.approx(held["df"])
    assert values("pool_scalar", args={"Q": [1, 2], "U": [0.5]})["dfcom"] == np.inf


def test_which_test_is_told_by_its_name():
    told = {"full": "y ~ x"}
    for name in ("D1", "D2", "D3"):
        by_name = values("pooled_test", args={**told, "method": name})
        assert by_name["F"] == values(name, args=told)["F"]
    given = values("D2", args={"chi2": [6.2, 4.1, 7.9], "df": 2})
    assert given["df1"] == 2
    with pytest.raises(NotSupported):
        values("pooled_test", args=told)
    logistic = {"full": "I(y > 4) ~ x", "family": "binomial"}
    with pytest.raises(NotSupported):
        values("pooled_r2", args=logistic)
    assert values("pooled_r2", args={"r2": [0.3, 0.4], "n": 50})["est"] == pytest.approx(
        np.tanh(np.arctanh(np.sqrt([0.3, 0.4])).mean()) ** 2
    )


def test_what_is_not_there_is_said():
    for columns in (
        {"x": ["1"], "y": ["2"]},
        {"imp": ["1", "1", "2"], "x": list("123"), "y": list("123")},
    ):
        with pytest.raises(NotSupported):
            values("pool", columns=columns, args={"model": "y ~ x"})
    with pytest.raises(NotSupported):
        values("barnard_rubin", args={"m": 5})
    with pytest.raises(NotSupported):
        values("convergence", columns={"x": ["1"]})
    with pytest.raises(NotSupported):
        values("pooled_correlation", columns={"imp": ["1"], "x": ["1"]})
    by_parts = values("barnard_rubin", args={"m": 5, "ubar": 1, "b": 0.5, "dfcom": 30})
    by_share = values("barnard_rubin", args={"m": 5, "lambda": 0.6 / 1.6, "dfcom": 30})
    assert by_parts["df"] == pytest.approx(by_share["df"])


def test_reliability_from_items():
    found = values("pooled_alpha", args={"items": ["x", "y"]})
    table = np.array([LONG["x"][:6], LONG["y"][:6]], dtype=float).T
    first = 2 * (1 - table.var(axis=0, ddof=1).sum() / table.sum(axis=1).var(ddof=1))
    assert found["alpha"] == pytest.approx(first, abs=0.05)


def test_text_is_imputed_by_category():
    rng = np.random.Generator(np.random.PCG64(1))
    role = np.array(["head", "lead"])[rng.integers(2, size=80)]
    y = np.round((role == "head") * 2 + rng.normal(size=80), 2)
    columns = {
        "id": [str(row) for row in range(80)],
        "role": ["" if row < 8 else str(each) for row, each in enumerate(role)],
        "y": ["" if 8 <= row < 20 else repr(float(each)) for row, each in enumerate(y)],
    }
    found = values("mar_recovery", columns=columns, args={"m": 5, "maxit": 3})
    assert found["columns"] == ["role", "y"]
    assert found["y"]["missing"] == pytest.approx(0.15)
    assert found["mean"] == pytest.approx(y.mean(), abs=0.4)


def test_numbers_as_r_writes_them():
    assert numbers("c(1:3, -2, sqrt(4), 1e-1*2, (1+2)/3)").tolist() == [1, 2, 3, -2, 2, 0.2, 1]
    assert numbers("Inf")[0] == np.inf
    assert numbers([1, None])[0] == 1
    for odd in ("rnorm(5)", "c(1,", "Q", "1 2", "", None, []):
        assert numbers(odd) is None
    assert call_arguments("pool(x)", "D1") == {}
    assert call_arguments("D1(f(a, b), g, dfcom = 5)", "D1") == {
        "0": "f(a, b)",
        "1": "g",
        "dfcom": "5",
    }
