"""How often resamples show the same dominance, against a loop over resamples."""

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.importance.importance import Model, relative_importance
from consilience.stats.importance.reproduced import dominance_resampled
from consilience.stats.importance.resampled import Resampling

SENSES = ("complete", "conditional", "general")


def streams(block):
    return stream(7, "reproduced", block=block)


def made(rows=80):
    rng = stream(8, "reproduced")
    table = rng.normal(size=(rows, 3)) + 0.7 * rng.normal(size=(rows, 1))
    return table @ [0.6, 0.5, 0.1] + rng.normal(size=rows), table


def test_shares_are_those_of_a_loop():
    y, table = made()
    found = dominance_resampled(y, table, streams=streams, how=Resampling(replicates=40))
    counts = streams(0).multinomial(80, np.full(80, 1 / 80), size=40)
    drawn = [
        relative_importance(y[again], table[again]).dominance
        for again in (np.repeat(np.arange(80), row) for row in counts)
    ]
    own = relative_importance(y, table).dominance
    for sense in SENSES:
        held = getattr(found, sense)
        each = np.array([getattr(one, f"{sense}_matrix") for one in drawn])
        assert held.observed == pytest.approx(getattr(own, f"{sense}_matrix"))
        assert held.mean == pytest.approx(each.mean(axis=0))
        assert held.sd == pytest.approx(each.std(axis=0, ddof=1))
        assert held.above == pytest.approx((each == 1).mean(axis=0))
        assert held.below == pytest.approx(held.above.T)
        assert held.above + held.below + held.neither == pytest.approx(np.ones((3, 3)))
        assert held.same == pytest.approx((each == held.observed).mean(axis=0))


def test_other_outcomes_and_clusters():
    y, table = made(rows=200)
    area = np.arange(200) // 4
    found = dominance_resampled(
        (y > 0).astype(float),
        table,
        streams=streams,
        outcome=Model(outcome="logit", measure="nagelkerke"),
        how=Resampling(replicates=10, clusters=area),
    )
    assert found.importance.measure == "nagelkerke"
    assert found.general.above[0, 2] > 0.5


def test_nothing_to_draw():
    y, table = made()
    table[:, 1] = 4.0
    found = dominance_resampled(y, table, streams=streams, how=Resampling(replicates=30))
    assert found.failed == 0
    assert np.isnan(found.complete.mean[1]).all()
    assert np.isfinite(found.complete.mean[0, 2])
    for how in (Resampling(replicates=0), Resampling(replicates=1)):
        nothing = dominance_resampled(y, table[:, [0, 2]], streams=streams, how=how)
        assert np.isnan(nothing.general.sd).all()
    lost = dominance_resampled(np.ones(80), table, streams=streams, how=Resampling(replicates=9))
    assert lost.failed == 9
    assert lost.warnings[-1].code == "STA-025"
    assert np.isnan(lost.general.same).all()


def test_refusals():
    with pytest.raises(Fault) as told:
        dominance_resampled(*made(), streams=streams, how=Resampling(resample="rows"))
    assert told.value.code == "STA-001"
