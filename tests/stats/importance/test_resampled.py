"""How sure contributions and orders are: draws one by one, kinds of interval, clusters."""

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.importance import draws
from consilience.stats.importance.draws import CONTRIBUTIONS, KINDS
from consilience.stats.importance.importance import relative_importance
from consilience.stats.importance.resampled import (
    Resampling,
    contribution,
    importance_resampled,
)


def streams(block):
    return stream(5, "resampled", block=block)


def made(rows=90, seed=4):
    rng = stream(seed, "made")
    table = rng.normal(size=(rows, 3)) + 0.6 * rng.normal(size=(rows, 1))
    return table @ [1.0, 0.5, 0.1] + rng.normal(size=rows), table


def drawn_one_by_one(y, table, count, replicates, groups):
    counts = streams(0).multinomial(count, np.full(count, 1 / count), size=replicates)
    for row in counts:
        again = np.repeat(np.arange(len(y)), row[groups])
        yield relative_importance(y[again], table[again]).general


def test_draws_are_those_of_a_loop():
    y, table = made()
    found = importance_resampled(y, table, streams=streams, how=Resampling(replicates=12))
    loop = np.array([*drawn_one_by_one(y, table, 90, 12, np.arange(90))])
    assert found.draws == pytest.approx(loop, abs=1e-10)


def test_clusters_are_drawn_whole():
    y, table = made()
    area = np.array([f"area {number % 30}" for number in range(90)])
    groups = np.unique(area, return_inverse=True)[1]
    how = Resampling(replicates=12, clusters=area)
    found = importance_resampled(y, table, streams=streams, how=how)
    assert found.draws == pytest.approx(
        np.array([*drawn_one_by_one(y, table, 30, 12, groups)]), abs=1e-10
    )


def test_copies_of_a_case_make_wider_intervals_by_cluster():
    y, table = (np.repeat(each, 4, axis=0) for each in made())
    wide, narrow = (
        importance_resampled(
            y, table, streams=streams, how=Resampling(replicates=1500, clusters=clusters)
        )
        for clusters in (np.repeat(np.arange(90), 4), None)
    )
    spread = [np.ptp([each.low, each.high], axis=0) for each in (wide, narrow)]
    assert spread[0] / spread[1] == pytest.approx(2, rel=0.2)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_interval_holds_the_estimate(kind):
    y, table = made(rows=300)
    how = Resampling(replicates=800, kind=kind)
    found = importance_resampled(y, table, streams=streams, how=how)
    own = found.importance.general
    assert (found.low < own).all()
    assert (own < found.high).all()
    assert found.fit_low < found.importance.fit < found.fit_high


def test_a_basic_interval_turns_the_percentiles_round():
    y, table = made()
    plain, basic = (
        importance_resampled(y, table, streams=streams, how=Resampling(replicates=300, kind=kind))
        for kind in ("percentile", "basic")
    )
    own = basic.importance.general
    assert basic.low == pytest.approx(2 * own - plain.high, abs=1e-12)
    assert basic.high == pytest.approx(2 * own - plain.low, abs=1e-12)
    assert basic.fit_high == pytest.approx(2 * basic.importance.fit - plain.fit_low, abs=1e-12)


def test_intervals_cover_the_truth_as_often_as_they_say():
    """Uncorrelated predictors: the contribution is the squared correlation, 0.25 and 0.04."""
    inside = []
    for seed in range(60):
        rng = stream(seed, "coverage")
        table = rng.normal(size=(150, 2))
        y = table @ [0.5, 0.2] + np.sqrt(1 - 0.29) * rng.normal(size=150)
        found = importance_resampled(
            y, table, streams=streams, how=Resampling(replicates=400, level=0.9)
        )
        inside.append((found.low < [0.25, 0.04]) & (found.high > [0.25, 0.04]))
    assert np.mean(inside, axis=0) == pytest.approx([0.9, 0.9], abs=0.1)


def test_ranks_and_orders_are_probabilities():
    y, table = made()
    found = importance_resampled(y, table, streams=streams, how=Resampling(replicates=600))
    assert found.ranks.sum(axis=0) == pytest.approx(np.ones(3))
    assert found.ranks.sum(axis=1) == pytest.approx(np.ones(3))
    assert found.mean_rank == pytest.approx(found.ranks @ [1, 2, 3])
    both = found.above + found.above.T
    assert both[~np.eye(3, dtype=bool)] == pytest.approx(np.ones(6))
    place = np.argsort(np.argsort(-found.draws, axis=1), axis=1)
    assert found.ranks[0, 0] == pytest.approx((place[:, 0] == 0).mean())
    assert found.above[0, 1] == pytest.approx((found.draws[:, 0] > found.draws[:, 1]).mean())


def test_equal_predictors_share_every_rank():
    y, table = made()
    found = importance_resampled(
        y, table[:, [0, 0]], streams=streams, how=Resampling(replicates=50)
    )
    assert found.ranks == pytest.approx(np.full((2, 2), 0.5))
    assert found.above[0, 1] == pytest.approx(0.5)


def test_residuals_leave_the_predictors_as_they_are():
    y, table = made(rows=70)
    how = Resampling(replicates=10, resample="residuals")
    found = importance_resampled(y, table, streams=streams, how=how)
    design = np.column_stack([np.ones(70), table])
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    places = streams(0).integers(70, size=(10, 70))
    loop = [relative_importance(fitted + (y - fitted)[row], table).general for row in places]
    assert found.draws == pytest.approx(np.array(loop), abs=1e-10)


def test_residuals_of_weighted_cases_are_drawn_by_their_spread():
    y, table = made(rows=70)
    weights = stream(3, "weights").uniform(0.5, 3, size=70)
    how = Resampling(replicates=6, resample="residuals")
    found = importance_resampled(y, table, streams=streams, weights=weights, how=how)
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(70), table]) * root[:, None]
    fitted = design @ np.linalg.lstsq(design, y * root, rcond=None)[0]
    rest = y * root - fitted
    rest -= rest.mean()
    places = streams(0).integers(70, size=(6, 70))
    loop = [
        relative_importance((fitted + rest[row]) / root, table, weights=weights).general
        for row in places
    ]
    assert found.draws == pytest.approx(np.array(loop), abs=1e-10)


@pytest.mark.parametrize("kind", CONTRIBUTIONS)
def test_other_contributions_are_drawn_likewise(kind):
    y, table = made()
    how = Resampling(replicates=8, contribution=kind)
    found = importance_resampled(y, table, streams=streams, always=[1], how=how)
    counts = streams(0).multinomial(90, np.full(90, 1 / 90), size=8)
    loop = []
    for row in counts:
        again = np.repeat(np.arange(90), row)
        one = relative_importance(y[again], table[again], always=[1])
        loop.append(contribution(one, kind))
    assert found.draws == pytest.approx(np.array(loop), abs=1e-9)


def test_a_resample_in_which_a_predictor_does_not_vary_is_no_resample():
    y, table = made(rows=40)
    table[:, 2] = 0
    table[:2, 2] = 1
    found = importance_resampled(y, table, streams=streams, how=Resampling(replicates=300))
    counts = streams(0).multinomial(40, np.full(40, 1 / 40), size=300)
    never = (counts[:, :2].sum(axis=1) == 0).sum()
    assert found.failed == never > 0
    (told,) = [fault for fault in found.warnings if fault.code == "STA-025"]
    assert str(never) in told.what
    levels = {"one": [0], "two": [1, 2]}
    whole = importance_resampled(
        y, table, streams=streams, players=levels, how=Resampling(replicates=300)
    )
    assert whole.failed == 0


@pytest.mark.parametrize("outcome", ["logit", "ordinal"])
def test_other_outcomes_are_fitted_anew(outcome):
    y, table = made(rows=200)
    cut = (y > 0).astype(float) if outcome == "logit" else np.digitize(y, [-1, 1]).astype(float)
    how = Resampling(replicates=40)
    found = importance_resampled(cut, table, streams=streams, outcome=outcome, how=how)
    assert found.failed == 0
    assert (found.low < found.importance.general).all()
    assert found.ranks[0, 0] > 0.9


def test_replicates_that_fail_are_counted_and_said():
    """With one success in ten, some resamples hold none."""
    y = np.zeros(40)
    y[:3] = 1
    table = stream(1, "rare").normal(size=(40, 2))
    found = importance_resampled(
        y, table, streams=streams, outcome="logit", how=Resampling(replicates=200)
    )
    assert 2 < found.failed < 30
    assert "STA-025" in [fault.code for fault in found.warnings]
    assert not np.isnan(found.low).any()


def test_nothing_to_draw():
    y, table = made()
    found = importance_resampled(y, table, streams=streams, how=Resampling(replicates=0))
    assert np.isnan([found.low, found.high, found.mean_rank]).all()
    table[:, 1] = 1.0
    found = importance_resampled(y, table, streams=streams, how=Resampling(replicates=30))
    assert np.isnan(found.low).tolist() == [False, True, False]
    assert found.failed == 0
    assert np.isnan(found.ranks[1]).all()
    found = importance_resampled(
        np.ones(90), made()[1], streams=streams, how=Resampling(replicates=30)
    )
    assert np.isnan(found.low).all()


@pytest.mark.parametrize(
    ("how", "keys", "code"),
    [
        (Resampling(kind="exact"), {}, "STA-001"),
        (Resampling(resample="pairs"), {}, "STA-001"),
        (Resampling(level=95), {}, "STA-003"),
        (Resampling(resample="residuals"), {"outcome": "logit"}, "STA-003"),
        (Resampling(clusters=[1, 2]), {}, "STA-002"),
        (Resampling(contribution="pmvd"), {}, "STA-001"),
        (Resampling(contribution="car"), {"outcome": "logit"}, "STA-003"),
        (Resampling(contribution="car"), {"players": {"a": [0, 1], "b": [2]}}, "STA-003"),
    ],
)
def test_refusals(how, keys, code):
    with pytest.raises(Fault) as told:
        importance_resampled(*made(), streams=streams, how=how, **keys)
    assert told.value.code == code


def test_bias_corrected_ends_do_not_depend_on_how_cases_are_parted(monkeypatch):
    """Each case is left out once, a few at a time."""
    y, table = made(rows=40)
    how = Resampling(replicates=200, kind="bca")
    whole = importance_resampled(y, table, streams=streams, how=how)
    monkeypatch.setattr(draws, "BLOCK", 40 * 7)
    parted = importance_resampled(y, table, streams=streams, how=how)
    assert parted.low == pytest.approx(whole.low, abs=1e-9)
    assert parted.high == pytest.approx(whole.high, abs=1e-9)
