"""Do predictors part the outcome?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.importance.logit import fit_logit
from consilience.stats.importance.model_fits import model_fits
from consilience.stats.importance.model_rows import model_rows
from consilience.stats.importance.ordinal import fit_ordinal
from consilience.stats.importance.separation import parted, separation


@pytest.mark.parametrize(
    ("y", "x", "kind", "share"),
    [
        ([0, 0, 1, 1], [1, 2, 3, 4], "complete", 1.0),
        ([0, 0, 1, 1], [1, 2, 2, 4], "quasi", 0.5),
        ([0, 1, 0, 1], [1, 2, 3, 4], "none", 0.0),
        ([0, 1, 1, 1], [0, 0, 1, 1], "quasi", 0.5),
        ([1, 1, 1, 1], [1, 2, 3, 4], "none", 0.0),
        ([0, 0, 1, 1], [5, 5, 5, 5], "none", 0.0),
    ],
)
def test_kinds(y, x, kind, share):
    found = separation(y, x)
    assert (found.kind, found.share) == (kind, pytest.approx(share))
    assert parted(model_rows(y, x)) == (kind != "none")
    assert (found.direction > 0).all() == (kind != "none")


def test_ordered_levels_are_parted_only_together():
    y, x = [1, 1, 2, 2, 3, 3], [1, 2, 3, 4, 5, 6]
    assert separation(y, x, outcome="ordinal").kind == "complete"
    assert separation(y, [1, 2, 2, 4, 4, 6], outcome="ordinal").kind == "quasi"
    # One slope for all thresholds: what parts 3 from the others does not part 1 from 2.
    assert separation(y, [1, 3, 2, 4, 5, 6], outcome="ordinal").kind == "none"


def test_weights_of_nought_and_missing_rows_do_not_count():
    y, x = [0, 0, 1, 1, 1], [1, 2, 3, 4, 0]
    assert separation(y, x).kind == "none"
    assert separation(y, x, weights=[1, 1, 1, 1, 0]).kind == "complete"
    assert separation([*y[:4], np.nan], x).kind == "complete"
    assert separation(y, np.empty((5, 0))).kind == "none"


def test_what_is_refused():
    with pytest.raises(Fault) as caught:
        separation([0, 1], [1, 2], outcome="poisson")
    assert caught.value.code == "STA-001"
    with pytest.raises(Fault) as caught:
        separation([0, 1, 2], [1, 2, 3])
    assert caught.value.code == "STA-003"


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 3), st.integers(1, 3))
def test_the_programme_and_the_search_agree(seed, levels, k):
    """The climb sees it by coefficients that run off; the linear programme needs no fit."""
    rng = np.random.Generator(np.random.Philox(seed))
    n = int(rng.integers(8, 20))
    x = rng.integers(0, 4, (n, k)).astype(float)
    y = np.clip(x[:, 0] + rng.integers(-1, 2, n), 0, levels - 1)
    y[:levels] = range(levels)
    kind = separation(y, x, outcome="ordinal").kind
    assert fit_ordinal(y, x).separated == (kind != "none")
    if levels == 2:
        assert separation(y, x).kind == kind
        assert fit_logit(y, x).separated == (kind != "none")


def test_a_search_that_runs_out_of_rounds_is_still_called_parted():
    """A border so close on both sides that coefficients climb for more than 80 rounds."""
    x = stream(1, "test/parted").normal(size=(300, 3))
    x[:2, 0] = -1e-6, 1e-6
    y = (x[:, 0] > 0).astype(float)
    found = model_fits(y, x, players=[[0], [1], [2]], fallback="limit")
    assert found.separated.tolist() == [False, True] * 4
    assert found.loglik[1::2].tolist() == pytest.approx([0.0] * 4, abs=1e-6)
    assert (found.loglik <= 0).all()
    blank = model_fits(y, x, players=[[0], [1], [2]], fallback="none")
    assert np.isnan(blank.loglik).tolist() == [False, True] * 4
    assert fit_logit(y, x[:, :1]).separated
    assert fit_ordinal(y, x[:, :1]).separated
