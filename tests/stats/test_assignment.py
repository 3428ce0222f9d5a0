"""The least-cost assignment is SciPy's, value for value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from consilience.base.seeds import stream
from consilience.stats.assignment import assign


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(1, 12), more=st.integers(0, 8), seed=st.integers(0, 10_000), ties=st.booleans()
)
def test_no_assignment_is_cheaper(rows, more, seed, ties):
    rng = stream(seed, "assignment")
    cost = rng.normal(size=(rows, rows + more))
    if ties:
        cost = cost.round()
    ours = assign(cost)
    theirs = linear_sum_assignment(cost)
    assert len(set(ours.tolist())) == rows
    assert cost[np.arange(rows), ours].sum() == pytest.approx(cost[theirs].sum(), abs=1e-9)


def test_a_country_of_tiles():
    rng = stream(1, "tiles")
    places, cells = rng.uniform(0, 20, size=(150, 2)), rng.uniform(0, 20, size=(320, 2))
    cost = ((places[:, None] - cells[None]) ** 2).sum(axis=2)
    best = cost[linear_sum_assignment(cost)].sum()
    assert cost[np.arange(150), assign(cost)].sum() == pytest.approx(best)
