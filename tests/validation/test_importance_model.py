"""Models of cases of importance, as calls of several programs speak of them."""

import numpy as np
import pytest

from consilience.base.seeds import stream
from consilience.validation.compare import judge
from consilience.validation.importance import STATISTICS
from consilience.validation.importance_model import case_model
from consilience.validation.importance_tables import by_level, pairs, ranks
from consilience.validation.model import Case, NotSupported

TABLE = stream(9, "cases").normal(size=(40, 5)).round(2)
COLUMNS = {name: [str(v) for v in column] for name, column in zip("yabcw", TABLE.T, strict=True)}
COLUMNS |= {"w": [str(abs(v)) for v in TABLE[:, 4]], "f": [str(at % 3) for at in range(40)]}


def case(call="", *, args=None, expected=None, columns=None, statistic="relative_importance"):
    return Case(
        id="made",
        statistic=statistic,
        data="d",
        columns=COLUMNS if columns is None else columns,
        args=args or {},
        expected=expected or {},
        tolerance=1e-8,
        call=call,
        packages=(),
        note="",
    )


@pytest.mark.parametrize(
    ("call", "args", "players", "always"),
    [
        ("lm(y ~ a + b)", {}, {"a": [0], "b": [1]}, []),
        ("calc.relimp(lm(y ~ a + b + c, d), always='b')", {}, {"a": [0], "c": [2]}, [1]),
        (
            "calc.relimp(lm(y ~ a + b + c), groups=list(c('a','c')))",
            {},
            {"b": [1], "G1": [0, 2]},
            [],
        ),
        ("calc.relimp(lm(y ~ a + b + c), groups=list(c(2, 4)))", {}, {"b": [1], "G1": [0, 2]}, []),
        (
            "calc.relimp(lm(y ~ a + b + c), groups=list(c('a','c')), groupnames='both')",
            {},
            {"b": [1], "both": [0, 2]},
            [],
        ),
        ("domir(y ~ a + b + c, r2, .set=list(~ a + b))", {}, {"c": [2], "set1": [0, 1]}, []),
        ("domir(y ~ a + b + c, r2, .set=list(x=~ a + b))", {}, {"c": [2], "x": [0, 1]}, []),
        ("domir(y ~ a + b + c, r2, .all=~ b + c)", {}, {"a": [0]}, [1, 2]),
        (
            "domin(y ~ a, lm, list(summary, 'r.squared'), sets=list(c('b','c')))",
            {},
            {"a": [0], "set1": [1, 2]},
            [],
        ),
        ("lm(y ~ a + factor(f))", {}, {"a": [0], "f": [1, 2]}, []),
        ("lm(y ~ a + f)", {"factors": ["f"]}, {"a": [0], "f": [1, 2]}, []),
        ("", {"outcome": "a", "predictors": ["y", "c"]}, {"y": [0], "c": [1]}, []),
        ("", {"formula": "y ~ a + b", "always": "~ b"}, {"a": [0]}, [1]),
        ("", {"groups": {"both": ["a", "b"]}, "formula": "y ~ a + b"}, {"both": [0, 1]}, []),
    ],
)
def test_who_is_in_the_model(call, args, players, always):
    found = case_model(case(call, args=args))
    assert {name: list(held) for name, held in found.players.items()} == players
    assert found.always == always


def test_a_dot_stands_for_what_the_case_speaks_of():
    spoken = {"lmg": {"a": 0.1, "c": 0.2}}
    found = case_model(case("lm(y ~ ., d, weights=w)", expected=spoken))
    assert list(found.players) == ["a", "c"]
    assert found.weights == pytest.approx(np.abs(TABLE[:, 4]))
    every = case_model(case("lm(y ~ ., d)", args={"weights": "w"}))
    assert list(every.players) == ["a", "b", "c", "f"]


def test_a_matrix_of_moments():
    matrix = np.corrcoef(TABLE[:, :4], rowvar=False)
    held = {name: [str(v) for v in row] for name, row in zip("yabc", matrix, strict=True)}
    found = case_model(case(columns=held))
    assert found.moments == pytest.approx(matrix)
    assert list(found.players) == ["a", "b", "c"]
    turned = case_model(case(columns=held, args={"outcome": "b", "always": ["a"]}))
    assert turned.moments[0] == pytest.approx(matrix[2, [2, 0, 1, 3]])
    assert turned.always == [1]


def test_what_cannot_be_read():
    with pytest.raises(NotSupported):
        case_model(case("calc.relimp(lm(y ~ a + b), always='zz')"))
    with pytest.raises(NotSupported):
        case_model(case(columns={"t": ["x", "z", "x"]}))


def test_forms_of_conditional_dominance():
    held = np.array([[0.3, 0.2], [0.1, 0.05]])
    assert by_level(None, "ab", held)["1"] == {"a": 0.1, "b": 0.05}
    assert by_level({"one": {}, "two": {}}, "ab", held)["two"] == {"a": 0.1, "b": 0.05}
    assert by_level({"a": [0, 0], "b": [0, 0]}, "ab", held) == {"a": [0.3, 0.1], "b": [0.2, 0.05]}
    assert by_level([[0, 0], [0, 0]], "ab", held) == [[0.3, 0.1], [0.2, 0.05]]
    domir = [{"k1": 0, "k2": 0, "_row": "a"}, {"k1": 0, "k2": 0, "_row": "b"}]
    assert by_level(domir, "ab", held)["b"] == {"k1": 0.2, "k2": 0.05}
    frame = [{"level": 0, "a": 0, "b": 0}, {"level": 1, "a": 0, "b": 0}]
    assert by_level(frame, "ab", held)[1] == {"level": 1, "a": 0.1, "b": 0.05}
    assert pairs([[0]], "ab", held) == held.tolist()


def test_ranks_share_what_is_equal():
    assert ranks(np.array([0.1, 0.4, 0.1, np.nan])) == pytest.approx(
        [2.5, 1, 2.5, np.nan], nan_ok=True
    )


def test_shares_leave_out_what_does_not_vary():
    held = {**COLUMNS, "b": ["1"] * 40}
    asked = case("calc.relimp(lm(y ~ a + b + c), rela = TRUE)", columns=held)
    found = STATISTICS["relimp"](asked).values
    assert found["lmg"]["a"] + found["lmg"]["c"] == pytest.approx(1)
    assert np.isnan(found["lmg"]["b"])
    nothing = case("lm(y ~ a)", columns={**COLUMNS, "y": ["2"] * 40}, args={"rela": True})
    assert np.isnan(STATISTICS["relimp"](nothing).values["lmg"]["a"])


def test_a_logit_is_found_by_its_family_not_by_names_of_columns():
    held = {"logit_y": COLUMNS["y"], "a": COLUMNS["a"], "b": COLUMNS["b"]}
    answer = STATISTICS["dominance"](case("lm(logit_y ~ a + b)", columns=held))
    assert "deviance" not in answer.values
    held = {"z": [str(at % 2) for at in range(40)], "a": COLUMNS["a"], "b": COLUMNS["b"]}
    answer = STATISTICS["dominance"](case("glm(z ~ a + b, binomial)", columns=held))
    assert answer.values["r2.m"]["a"] == answer.values["mcfadden"]["general"]["a"]
    assert sum(answer.values["contribution.average"]["r2.e"].values()) == pytest.approx(
        answer.values["estrella_fit"]
    )


def test_what_is_wrong_is_told():
    right = STATISTICS["lmg"](case("lm(y ~ a + b)")).values["lmg"]
    wrong = case("lm(y ~ a + b)", expected={"lmg": {**right, "a": right["a"] + 1e-6}})
    assert judge(wrong, STATISTICS["lmg"](wrong)).verdict == "differs"
