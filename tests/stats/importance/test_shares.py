"""Simpler measures: what they add up to, and the published figures of the swiss data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.importance.shares import beyond, variance_shares

# Correlations of fertility with agriculture, examination and education in R's swiss data; the
# figures by relaimpo 2.2-7 (betasq, pratt, genizi, car).
SWISS = [
    [1, 0.353079183, -0.645882706, -0.663788857],
    [0.353079183, 1, -0.686542213, -0.639522514],
    [-0.645882706, -0.686542213, 1, 0.698415296],
    [-0.663788857, -0.639522514, 0.698415296, 1],
]


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_sums_and_orders(seed):
    table = stream(seed, "shares").normal(size=(30, 5))
    table[:, 0] += table[:, 1:].sum(axis=1)
    matrix = np.corrcoef(table, rowvar=False)
    found = variance_shares(matrix)
    for each in (found.pratt, found.car, found.johnson):
        assert each.sum() == pytest.approx(found.r2)
    assert (found.johnson >= 0).all()
    order = [0, 3, 1, 4, 2]
    turned = variance_shares(matrix[np.ix_(order, order)])
    assert turned.johnson == pytest.approx(found.johnson[[2, 0, 3, 1]])


def test_uncorrelated_predictors_have_the_square_of_their_correlation():
    matrix = np.eye(4)
    matrix[0, 1:] = matrix[1:, 0] = [0.5, -0.3, 0.1]
    found = variance_shares(matrix)
    for each in (found.betasq, found.pratt, found.car, found.johnson):
        assert each == pytest.approx([0.25, 0.09, 0.01])


def test_johnson_is_the_definition_through_the_square_root():
    """Weights by the symmetric root of the correlations, step by step (Johnson 2000)."""
    matrix = np.array(SWISS)
    among, to = matrix[1:, 1:], matrix[1:, 0]
    values, vectors = np.linalg.eigh(among)
    loadings = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    beta = np.linalg.solve(loadings, to)
    assert variance_shares(matrix).johnson == pytest.approx(loadings**2 @ beta**2)


def test_many_matrices_at_once():
    copies = np.array([[1, 0.5, 0.5, 0], [0.5, 1, 1, 0], [0.5, 1, 1, 0], [0, 0, 0, 1]])
    many = np.array([SWISS, copies, np.full((4, 4), np.nan), np.eye(4)])
    found = variance_shares(many)
    assert found.johnson[0] == pytest.approx(variance_shares(np.array(SWISS)).johnson)
    assert np.isnan(found.pratt[1:3]).all()
    assert np.isnan(found.r2).tolist() == [False, True, True, False]
    assert found.car[3].tolist() == [0, 0, 0]


def test_beyond_is_the_correlation_of_residuals():
    table = stream(4, "beyond").normal(size=(50, 5)) @ stream(5, "beyond").normal(size=(5, 5))
    left, share = beyond(np.cov(table, rowvar=False), [1, 3])
    design = np.column_stack([np.ones(50), table[:, [2, 4]]])
    rest = table - design @ np.linalg.lstsq(design, table, rcond=None)[0]
    assert left == pytest.approx(np.corrcoef(rest[:, [0, 1, 3]], rowvar=False))
    assert share == pytest.approx(rest[:, 0].var() / table[:, 0].var())
    # One that does not vary takes nothing away; one that is determined has nothing left.
    table[:, 2], table[:, 1] = 3.0, table[:, 4] * 2
    left, share = beyond(np.cov(table, rowvar=False), [1, 3])
    assert np.isnan(left[1]).all()
    assert np.isfinite(left[0, [0, 2]]).all()


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 0.5, 0.5], [0.5, 1, 1], [0.5, 1, 1]],
        [[1, np.nan], [np.nan, 1]],
    ],
)
def test_undefined(matrix):
    found = variance_shares(np.array(matrix))
    assert np.isnan(found.johnson).all()
    assert np.isnan(found.r2)


@pytest.mark.parametrize(
    "matrix", [np.ones(3), np.ones((2, 3)), np.ones((1, 1)), np.ones((3, 2, 4))]
)
def test_not_square(matrix):
    with pytest.raises(Fault) as told:
        variance_shares(matrix)
    assert told.value.code == "STA-002"
