"""The face: players, warnings, refusals, other outcomes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.importance.importance import relative_importance
from consilience.stats.importance.refusals import complete_cases


def made(rows=120, columns=4, seed=3, noise=1.0):
    rng = stream(seed, "importance")
    table = rng.normal(size=(rows, columns)) + 0.7 * rng.normal(size=(rows, 1))
    effect = np.array([1.0, 0.6, 0.3, 0.0, *np.zeros(columns)])[:columns]
    return table @ effect + noise * rng.normal(size=rows), table


def codes(found):
    return [fault.code for fault in found.warnings]


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000))
def test_contributions_add_up_and_order_does_not_matter(seed):
    y, table = made(rows=70, seed=seed)
    found = relative_importance(y, table)
    assert found.general.sum() == pytest.approx(found.fit)
    assert found.share.sum() == pytest.approx(1)
    assert found.johnson.sum() == pytest.approx(found.fit)
    rng = stream(seed, "order")
    rows, columns = rng.permutation(70), rng.permutation(4)
    turned = relative_importance(y[rows], table[rows][:, columns] * [2, 1, 9, 0.1] + 5)
    assert turned.general == pytest.approx(found.general[columns], abs=1e-9)


def test_copies_share_equally_and_are_named():
    y, table = made()
    found = relative_importance(y, table[:, [0, 1, 0]])
    assert found.general[0] == pytest.approx(found.general[2])
    (told,) = [fault for fault in found.warnings if fault.code == "STA-022"]
    assert "x1, x3" in told.what
    assert np.isnan(found.johnson).all()


def test_a_group_is_one_player():
    y, table = made()
    apart = relative_importance(y, table)
    found = relative_importance(y, table, players={"both": [0, 1], "third": [2], "last": [3]})
    assert found.names == ("both", "third", "last")
    assert found.fit == pytest.approx(apart.fit)
    assert found.general.sum() == pytest.approx(found.fit)
    assert found.shares is None
    all_in_one = relative_importance(y, table, players={"all": [0, 1, 2, 3]})
    assert all_in_one.general == pytest.approx([apart.fit])


def test_columns_in_every_model_are_taken_out_first():
    y, table = made()
    found = relative_importance(y, table, always=[0])
    assert found.names == ("x2", "x3", "x4")
    assert found.base == pytest.approx(np.corrcoef(y, table[:, 0])[0, 1] ** 2)
    assert found.general.sum() == pytest.approx(found.fit - found.base)


def test_simpler_measures_beside_columns_in_every_model():
    """As those of residuals of all others, times the share of variance that is left."""
    y, table = made()
    found = relative_importance(y, table, always=[0])
    design = np.column_stack([np.ones(len(y)), table[:, 0]])
    rest = np.column_stack([y, table[:, 1:]])
    rest = rest - design @ np.linalg.lstsq(design, rest, rcond=None)[0]
    alone = relative_importance(rest[:, 0], rest[:, 1:])
    left = 1 - found.base
    for name in ("betasq", "pratt", "car", "johnson"):
        assert getattr(found.shares, name) == pytest.approx(getattr(alone.shares, name) * left)
    assert found.shares.pratt.sum() == pytest.approx(found.added)
    assert found.johnson.sum() == pytest.approx(found.added)


def test_simpler_measures_beside_one_that_does_not_vary():
    y, table = made()
    table[:, 1] = 7.25
    found = relative_importance(y, table)
    alone = relative_importance(y, table[:, [0, 2, 3]])
    assert found.johnson[[0, 2, 3]] == pytest.approx(alone.johnson)
    assert np.isnan(found.johnson).tolist() == [False, True, False, False]
    nothing = relative_importance(y, np.ones((len(y), 2)))
    assert np.isnan(nothing.shares.pratt).all()


def test_missing_values_are_left_out_and_counted():
    y, table = made()
    table[:7, 2], y[10] = np.nan, np.nan
    found = relative_importance(y, table)
    kept = ~np.isnan(table).any(axis=1) & ~np.isnan(y)
    assert found.cases == 112
    assert found.general == pytest.approx(relative_importance(y[kept], table[kept]).general)
    (told,) = [fault for fault in found.warnings if fault.code == "STA-024"]
    assert "8 cases" in told.what


def test_a_predictor_that_does_not_vary_is_undefined_and_named():
    y, table = made()
    table[:, 1] = 7.25
    found = relative_importance(y, table)
    assert np.isnan(found.general).tolist() == [False, True, False, False]
    assert np.isnan(found.dominance.complete_matrix[1]).all()
    assert codes(found)[0] == "STA-021"
    without = relative_importance(y, table[:, [0, 2, 3]])
    assert found.general[[0, 2, 3]] == pytest.approx(without.general)


@pytest.mark.parametrize("value", [2.0, 0.1, 1e9 + 1 / 3, 0.0])
def test_an_outcome_that_does_not_vary(value):
    _, table = made()
    weights = stream(1, "any").uniform(0.1, 2, size=len(table))
    for outcome in ("linear", "logit"):
        found = relative_importance(
            np.full(len(table), value), table, weights=weights, outcome=outcome
        )
        assert np.isnan(found.general).all()
        assert np.isnan(found.share).all()
        assert codes(found).count("STA-032") == 1


def test_infinite_values_are_missing():
    y, table = made()
    table[4, 1], y[7] = np.inf, -np.inf
    found = relative_importance(y, table)
    assert found.cases == 118
    assert np.isfinite(found.general).all()


def test_few_cases_are_said_and_too_few_refused():
    y, table = made(rows=30)
    assert "STA-023" in codes(relative_importance(y, table))
    assert codes(relative_importance(*made(rows=400))) == []
    with pytest.raises(Fault) as told:
        relative_importance(y[:5], table[:5])
    assert told.value.code == "STA-020"


@pytest.mark.parametrize("outcome", ["logit", "ordinal"])
def test_other_outcomes_rank_alike(outcome):
    y, table = made(rows=400)
    cut = (y > 0).astype(float) if outcome == "logit" else np.digitize(y, [-1, 0.5]).astype(float)
    found = relative_importance(cut, table, outcome=outcome)
    assert found.measure == "mcfadden"
    assert found.general.sum() == pytest.approx(found.fit - found.base)
    assert np.argsort(-found.general)[:2].tolist() == [0, 1]
    assert found.johnson.shape == (4,)
    for measure in ("nagelkerke", "cox_snell", "estrella"):
        other = relative_importance(cut, table, outcome=outcome, measure=measure)
        assert other.general.sum() == pytest.approx(other.fit)


def test_links_of_an_ordinal_model():
    y, table = made(rows=300)
    cut = np.digitize(y, [-1, 0.5]).astype(float)
    keys = {"outcome": "ordinal", "players": {"a": [0], "b": [1, 2]}}
    logit, probit = (
        relative_importance(cut, table, link=link, **keys) for link in ("logit", "probit")
    )
    assert logit.general == pytest.approx(probit.general, abs=0.02)
    assert logit.fit != probit.fit
    with pytest.raises(Fault) as told:
        relative_importance(cut, table, link="cauchit", **keys)
    assert told.value.code == "STA-001"


def test_weights_count_cases():
    y, table = made(rows=80)
    weights = np.where(np.arange(80) < 30, 3, 1)
    weights[70:] = 0
    found = relative_importance(y, table, weights=weights)
    again = np.repeat(np.arange(80), weights)
    assert found.general == pytest.approx(relative_importance(y[again], table[again]).general)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"outcome": "probit"}, "STA-001"),
        ({"measure": "nagelkerke"}, "STA-001"),
        ({"outcome": "logit", "measure": "r2"}, "STA-001"),
        ({"players": {"a": [0], "b": [0]}}, "STA-002"),
        ({"players": {"a": [9]}}, "STA-002"),
        ({"weights": [1, 2]}, "STA-002"),
        ({"weights": np.full(120, -1.0)}, "STA-003"),
    ],
)
def test_refusals(keys, code):
    with pytest.raises(Fault) as told:
        relative_importance(*made(), **keys)
    assert told.value.code == code


def test_shapes_and_sizes():
    y, table = made()
    with pytest.raises(Fault) as told:
        complete_cases(y[:5], table)
    assert told.value.code == "STA-002"
    with pytest.raises(Fault) as told:
        relative_importance(*made(rows=200, columns=25))
    assert told.value.code == "STA-003"


@pytest.mark.parametrize("outcome", ["linear", "logit"])
def test_shares_are_of_what_is_added_to_the_columns_always_there(outcome):
    y, table = made()
    y = (y > 0).astype(float) if outcome == "logit" else y
    found = relative_importance(y, table, players={"a": [1], "b": [2]}, always=[0], outcome=outcome)
    assert found.base > 0.05
    assert found.share.sum() == pytest.approx(1)
    assert found.general.sum() == pytest.approx(found.fit - found.base)
