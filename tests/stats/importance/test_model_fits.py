"""How well does every subset of predictors foretell an outcome of two or more values?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.importance.dominance import dominance
from consilience.stats.importance.logit import fit_logit
from consilience.stats.importance.model_fits import ModelFits, model_fits
from consilience.stats.importance.model_rows import independent_in_subsets, model_rows
from consilience.stats.importance.ordinal import fit_ordinal
from consilience.validation.compare import judge
from consilience.validation.model import Answer
from consilience.validation.read import SHIPPED, read_cases

CASES = read_cases(SHIPPED / "importance_models")
FOUR = ["climate", "strain", "staff", "funds"]
SINGLE = [[0], [1], [2], [3]]
ALL = ("mcfadden", "cox_snell", "nagelkerke", "estrella")


@pytest.fixture(scope="module")
def areas():
    return CASES[0]


@pytest.mark.parametrize(
    ("case", "outcome", "column", "link", "weights"),
    [
        ("glm_four", "logit", "agree", "logit", None),
        ("glm_weights", "logit", "agree", "logit", "count"),
        ("polr_four", "ordinal", "level", "logit", None),
        ("polr_probit", "ordinal", "three", "probit", None),
        ("clm_cloglog", "ordinal", "three", "cloglog", None),
    ],
)
def test_contributions_are_those_of_r(case, outcome, column, link, weights):
    held = next(each for each in CASES if each.id == case)
    fits = model_fits(
        held.numbers(column),
        held.matrix(FOUR),
        players=SINGLE,
        outcome=outcome,
        link=link,
        weights=held.numbers(weights) if weights else None,
    )
    shares = {name: dominance(fits.measure(name)) for name in ALL}
    values = {n: dict(zip(FOUR, d.general, strict=True)) for n, d in shares.items()}
    values |= {"deviance": -2 * fits.loglik[-1], "null_deviance": -2 * fits.null_loglik}
    first = shares["mcfadden"]
    values["conditional"] = {
        str(size): dict(zip(FOUR, row, strict=True)) for size, row in enumerate(first.conditional)
    }
    values["complete"] = {
        one: dict(zip(FOUR, row, strict=True))
        for one, row in zip(FOUR, first.complete_matrix, strict=True)
    }
    outcome_ = judge(held, Answer(values=values))
    assert (outcome_.verdict, outcome_.reason) == ("agrees", "")


def test_measures_of_two_values_are_those_of_the_fitted_probabilities(areas):
    """R 4.2.2, from fitted(glm(...))."""
    fits = model_fits(areas.numbers("agree"), areas.matrix(FOUR), players=SINGLE)
    assert fits.measure("tjur")[-1] == pytest.approx(0.308779664201, abs=1e-10)
    assert fits.measure("efron")[-1] == pytest.approx(0.310815107097, abs=1e-10)
    assert fits.measure("tjur")[0] == pytest.approx(0, abs=1e-12)


def test_measures_by_their_formulas(areas):
    fits = model_fits(areas.numbers("level"), areas.matrix(FOUR), players=SINGLE, outcome="ordinal")
    full, null, n = fits.loglik[-1], fits.null_loglik, 240
    gain = 2 * (full - null)
    expected = {
        "mcfadden": 1 - full / null,
        "mcfadden_adjusted": 1 - (full - 4) / null,
        "cox_snell": 1 - np.exp(-gain / n),
        "nagelkerke": (1 - np.exp(-gain / n)) / (1 - np.exp(2 * null / n)),
        "estrella": 1 - (full / null) ** (-2 * null / n),
        "aldrich_nelson": gain / (gain + n),
        "veall_zimmermann": gain / (gain + n) / (-2 * null / (n - 2 * null)),
    }
    for name, value in expected.items():
        assert fits.measure(name)[-1] == pytest.approx(value, abs=1e-12)
        assert fits.measure(name)[0] == pytest.approx(0, abs=1e-12)
    for name in ("tjur", "efron", "r2"):
        with pytest.raises(Fault) as caught:
            fits.measure(name)
        assert caught.value.code == "STA-001"


@pytest.mark.parametrize("outcome", ["logit", "ordinal"])
def test_each_subset_is_the_single_fit(areas, outcome):
    y = areas.numbers("agree" if outcome == "logit" else "level")
    x = areas.matrix([*FOUR, "spare"])
    weight = areas.numbers("count")
    players, always = [[0, 3], [1], [2]], [4]
    fits = model_fits(y, x, players=players, always=always, outcome=outcome, weights=weight)
    fit = fit_logit if outcome == "logit" else fit_ordinal
    for mask in range(8):
        columns = [4, *[c for i, each in enumerate(players) if mask >> i & 1 for c in each]]
        one = fit(y, x[:, columns], weights=weight)
        assert fits.loglik[mask] == pytest.approx(one.loglik, abs=1e-9)
        assert fits.coefficients[mask] == len(columns)
    assert fits.null_loglik == pytest.approx(one.null_loglik, abs=1e-9)
    assert fits.converged.all()
    assert not fits.separated.any()


def test_columns_that_determine_each_other(areas):
    x = areas.matrix(FOUR)
    y = areas.numbers("agree")
    wide = np.column_stack([x[:, :2], x[:, 0] + x[:, 1], np.ones(240), x[:, 0]])
    fits = model_fits(y, wide, players=[[0], [1], [2], [3], [4]])
    assert fits.coefficients[[0b00111, 0b11111, 0b10001, 0b01000]].tolist() == [2, 2, 1, 0]
    plain = model_fits(y, x, players=[[0], [1]])
    for mask in (0b00011, 0b00101, 0b00110, 0b10100, 0b11111):
        assert fits.loglik[mask] == pytest.approx(plain.loglik[3], abs=1e-8)
    assert fits.loglik[0b01000] == pytest.approx(fits.null_loglik)


def test_independence_is_judged_model_by_model():
    x = np.array([[1.0, 2, 3], [2, 1, 3], [4, 4, 8], [0, 5, 5]])
    rows = model_rows([0, 1, 0, 1], x)
    asked = np.array([[1, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 1]], dtype=bool)
    assert independent_in_subsets(rows, asked).sum(axis=1).tolist() == [2, 2, 2, 1]


@pytest.mark.parametrize("outcome", ["logit", "ordinal"])
def test_a_parted_outcome_by_each_fallback(areas, outcome):
    x = areas.matrix(FOUR)
    edges = [0.0] if outcome == "logit" else [-0.5, 0.5]
    y = np.digitize(x[:, 0] - x[:, 1], edges).astype(float)
    fits = {
        name: model_fits(y, x, players=SINGLE, outcome=outcome, fallback=name)
        for name in ("firth", "limit", "none")
    }
    both = (np.arange(16) & 3) == 3
    for name, each in fits.items():
        assert each.separated.tolist() == both.tolist()
        assert [w.code for w in each.warnings] == ["STA-030"]
        assert each.penalised == (name == "firth")
    assert fits["limit"].measure("mcfadden")[both] == pytest.approx(1, abs=1e-9)
    assert fits["limit"].measure("nagelkerke")[both] == pytest.approx(1, abs=1e-9)
    assert fits["limit"].measure("estrella")[both] == pytest.approx(1, abs=1e-6)
    assert np.isnan(fits["none"].loglik).tolist() == both.tolist()
    assert np.isnan(fits["none"].measure("cox_snell")).tolist() == both.tolist()
    assert fits["none"].loglik[~both] == pytest.approx(fits["limit"].loglik[~both])
    firth = fits["firth"]
    one = (fit_logit if outcome == "logit" else fit_ordinal)(y, x[:, :2], firth=True)
    assert firth.loglik[3] == pytest.approx(one.loglik, abs=1e-8)
    assert firth.null_loglik == pytest.approx(one.null_loglik, abs=1e-8)
    assert firth.measure("mcfadden")[0] == pytest.approx(0, abs=1e-12)
    assert firth.converged.all()
    assert (firth.loglik <= fits["limit"].loglik + 1e-8).all()
    assert "none" not in {str(value) for w in firth.warnings for value in w.values.values()}


def test_few_events_are_said_but_do_not_stop():
    rng = np.random.Generator(np.random.Philox(2))
    x = rng.normal(size=(60, 3))
    y = np.zeros(60)
    y[[3, 12, 25, 33, 40, 58]] = 1
    fits = model_fits(y, x, players=[[0], [1], [2]])
    assert [w.code for w in fits.warnings] == ["STA-031"]
    assert fits.warnings[0].what.startswith("there are 6 events for 3 coefficients")
    ordinal = model_fits(np.arange(60) % 3, x, players=[[0], [1], [2]], outcome="ordinal")
    # n - sum of n_j ** 3 / n ** 2 = 60 - 3 * 20 ** 3 / 3600 = 53: enough for three.
    assert ordinal.warnings == ()


@pytest.mark.parametrize("y", [np.ones(30), np.full(30, np.nan)])
@pytest.mark.parametrize("outcome", ["logit", "ordinal"])
def test_an_outcome_that_does_not_vary(y, outcome):
    x = np.arange(60.0).reshape(30, 2)
    fits = model_fits(y, x, players=[[0], [1]], outcome=outcome)
    for name in (*ALL, "tjur", "mcfadden_adjusted"):
        assert np.isnan(fits.measure(name)).tolist() == [True] * 4
    assert np.isnan(fits.null_loglik)
    assert not fits.converged.any()
    assert fits.warnings[-1].code == "STA-032"


def test_missing_rows_are_those_of_the_columns_used(areas):
    y, x = areas.numbers("agree"), areas.matrix([*FOUR, "spare"])
    x[:9, 4], x[0, 1], y[1] = np.nan, np.nan, np.nan
    fits = model_fits(y, x, players=[[0], [1]], always=[2])
    assert fits.n == 238
    assert [(w.code, w.values["count"]) for w in fits.warnings] == [("STA-024", 2)]


def test_no_players():
    fits = model_fits([0, 1, 1], [[1.0], [3], [2]], players=[])
    assert fits.loglik == pytest.approx([2 * np.log(2 / 3) + np.log(1 / 3)])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": "poisson"}, "STA-001"),
        ({"link": "probit"}, "STA-001"),
        ({"outcome": "ordinal", "link": "identity"}, "STA-001"),
        ({"fallback": "ridge"}, "STA-001"),
        ({"players": [[0], [2]]}, "STA-002"),
        ({"players": [[-1]]}, "STA-002"),
        ({"columns": np.zeros((3, 2))}, "STA-002"),
        ({"weights": [1.0, 1, 1, -1]}, "STA-003"),
        ({"y": [0, 1, 2, 0]}, "STA-003"),
        ({"players": [[0]] * 19}, "STA-003"),
        ({"columns": np.eye(4)[:, :3], "players": [[0], [1], [2]]}, "STA-020"),
    ],
)
def test_what_is_refused(change, code):
    asked = {"y": [0, 1, 1, 0], "columns": [[1, 2], [2, 1], [3, 3], [4, 7]], "players": [[0], [1]]}
    asked |= change
    with pytest.raises(Fault) as caught:
        model_fits(asked.pop("y"), asked.pop("columns"), **asked)
    assert caught.value.code == code


def test_a_search_that_does_not_settle_is_said(areas, monkeypatch):
    monkeypatch.setattr("consilience.stats.importance.climb.ROUNDS", 1)
    fits = model_fits(areas.numbers("agree"), areas.matrix(FOUR), players=SINGLE)
    assert "STA-005" in [w.code for w in fits.warnings]
    assert not fits.converged.all()
    fit = fit_logit(areas.numbers("agree"), areas.matrix(FOUR))
    assert [w.code for w in fit.warnings] == ["STA-005"]


def _random(seed: int, outcome: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.Generator(np.random.Philox(seed))
    n = int(rng.integers(25, 60))
    x = np.column_stack([rng.normal(size=(n, 3)), rng.integers(0, 3, n)])
    levels = 2 if outcome == "logit" else 4
    y = np.clip(np.round(x[:, 0] + rng.normal(size=n) + 1), 0, levels - 1)
    y[:levels] = range(levels)
    return y, x


def _fits(y: np.ndarray, x: np.ndarray, outcome: str, **more: object) -> ModelFits:
    return model_fits(y, x, players=SINGLE, outcome=outcome, fallback="limit", **more)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["logit", "ordinal"]))
def test_properties(seed, outcome):
    y, x = _random(seed, outcome)
    fits = _fits(y, x, outcome)
    rng = np.random.Generator(np.random.Philox(seed))
    order = rng.permutation(len(y))
    assert _fits(y[order], x[order], outcome).loglik == pytest.approx(fits.loglik, abs=1e-7)
    assert _fits(-2 * y, x * 3 - 1, outcome).loglik == pytest.approx(fits.loglik, abs=1e-7)
    masks = np.arange(16)
    for player in range(4):
        without = masks[(masks >> player & 1) == 0]
        assert (fits.loglik[without | 1 << player] >= fits.loglik[without] - 1e-6).all()
    twice = _fits(np.tile(y, 2), np.tile(x, (2, 1)), outcome)
    weighted = _fits(y, x, outcome, weights=np.full(len(y), 2.0))
    assert twice.loglik == pytest.approx(2 * fits.loglik, abs=1e-6)
    assert weighted.loglik == pytest.approx(twice.loglik, abs=1e-6)
    assert weighted.measure("cox_snell") == pytest.approx(fits.measure("cox_snell"), abs=1e-7)
    grouped = model_fits(y, x, players=[[0, 1], [2], [3]], outcome=outcome, fallback="limit").loglik
    assert grouped == pytest.approx(fits.loglik[[0, 3, 4, 7, 8, 11, 12, 15]], abs=1e-7)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["firth", "limit", "none"]))
def test_two_levels_are_the_logistic_models(seed, fallback):
    y, x = _random(seed, "logit")
    one = model_fits(y, x, players=SINGLE, fallback=fallback)
    other = model_fits(y, x, players=SINGLE, outcome="ordinal", fallback=fallback)
    assert other.loglik == pytest.approx(one.loglik, abs=1e-6, nan_ok=True)
    assert other.separated.tolist() == one.separated.tolist()


def test_a_penalised_likelihood_without_maximum_is_undefined():
    x = np.array([[0.0], [1], [2], [3], [4], [5]])
    y, weight = [0, 0, 1, 2, 2, 2], [1, 1, 0.3, 1, 1, 1]
    fits = model_fits(y, x, players=[[0]], outcome="ordinal", weights=weight)
    assert fits.separated.tolist() == [False, True]
    assert np.isnan(fits.measure("mcfadden")).all()
    assert "STA-005" in [w.code for w in fits.warnings]
    limit = model_fits(y, x, players=[[0]], outcome="ordinal", weights=weight, fallback="limit")
    assert limit.measure("mcfadden") == pytest.approx([0, 1], abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["logit", "ordinal"]))
def test_with_few_rows_the_penalty_settles_in_every_subset(seed, outcome):
    rng = np.random.Generator(np.random.Philox(seed))
    n = int(rng.integers(9, 16))
    x = np.column_stack([rng.normal(size=(n, 2)), rng.integers(0, 2, n), rng.standard_cauchy(n)])
    y = np.clip(np.round(2 * x[:, 0] + 1), 0, 1 if outcome == "logit" else 2)
    y[:3] = [0, 1, 1 if outcome == "logit" else 2]
    fits = model_fits(y, x, players=SINGLE, outcome=outcome)
    assert np.isfinite(fits.loglik).all()
    assert "STA-005" not in [w.code for w in fits.warnings]
