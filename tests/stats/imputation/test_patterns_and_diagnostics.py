"""Patterns of missing values and diagnostics, against mice 3.15.0 and arviz 0.19."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.imputation.diagnostics import compare_imputed, convergence
from consilience.stats.imputation.impute import Imputed
from consilience.stats.imputation.patterns import flux, missing_patterns, pair_counts

NAN = np.nan


def table():
    """Four columns with gaps of which md.pattern of mice printed the table below."""
    values = np.arange(48, dtype=float).reshape(12, 4)
    for column, rows in enumerate(([0, 1, 2], [1, 2, 3, 4], [0, 5, 6], [2, 7])):
        values[rows, column] = NAN
    return values


def test_patterns_as_md_pattern():
    found = missing_patterns(table())
    assert found.columns.tolist() == [3, 0, 2, 1]
    assert found.observed.astype(int).tolist() == [
        [1, 1, 1, 1],
        [1, 1, 1, 0],
        [1, 1, 0, 1],
        [1, 0, 1, 0],
        [1, 0, 0, 1],
        [0, 1, 1, 1],
        [0, 0, 1, 0],
    ]
    assert found.counts.tolist() == [4, 2, 2, 1, 1, 1, 1]
    assert found.missing.tolist() == [0, 1, 1, 2, 2, 1, 3]
    assert found.by_column.tolist() == [2, 3, 3, 4]
    assert found.of_row.tolist() == [4, 3, 6, 1, 1, 2, 2, 5, 0, 0, 0, 0]


def test_flux_as_mice():
    values = np.array([[1, NAN, 1], [NAN, NAN, 2], [3, NAN, 3]])
    found = flux(values)
    assert found.observed == pytest.approx([2 / 3, 0, 1])
    assert found.influx == pytest.approx([0.2, 1, 0])
    assert found.outflux == pytest.approx([0.5, 0, 1])
    assert found.inbound == pytest.approx([0.5, 5 / 6, 0])
    assert found.outbound == pytest.approx([0.5, 0, 2 / 3])
    assert found.incomplete == pytest.approx([1, NAN, 1], nan_ok=True)
    whole = flux(np.ones((3, 2)))
    assert np.isnan(whole.outflux).all()
    assert whole.influx.tolist() == whole.outbound.tolist() == [0, 0]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(1, 5))
def test_counts_add_up(seed, rows, columns):
    rng = stream(seed, "tests/patterns")
    values = np.where(rng.random((rows, columns)) < 0.4, NAN, 1.0)
    found, pairs = missing_patterns(values), pair_counts(values)
    assert found.counts.sum() == rows
    assert (found.counts * found.missing).sum() == found.by_column.sum() == np.isnan(values).sum()
    assert (found.observed[found.of_row] == ~np.isnan(values[:, found.columns])).all()
    assert (pairs.both + pairs.first + pairs.second + pairs.neither == rows).all()
    assert (pairs.second == pairs.first.T).all()


def test_autocorrelation_as_mice():
    # Chain means of bmi, mice(nhanes, m=3, maxit=6, seed=1), and convergence(im, "ac").
    chains = np.array(
        [
            [24.73333333, 27.22222222, 26.23333333, 27.77777778, 28.06666667, 24.90000000],
            [25.43333333, 26.95555556, 25.08888889, 24.65555556, 24.84444444, 25.51111111],
            [27.87777778, 26.90000000, 26.70000000, 28.01111111, 27.08888889, 24.34444444],
        ]
    )
    found = convergence(chains[:, :, None])
    assert found.autocorrelation[:, 0] == pytest.approx(
        [NAN, -0.7828262749, -0.3532992878, 0.0895452178, 0.3008918364, 0.1008756840],
        abs=1e-6,
        nan_ok=True,
    )
    assert np.isnan(convergence(chains[:2, :, None]).autocorrelation).all()


def test_rhat_as_arviz():
    # numpy.random.default_rng(3).normal(size=(5, 13)), summed along; arviz.rhat of 4 and 13.
    steps = np.random.Generator(np.random.PCG64(3)).normal(size=(5, 13))
    found = convergence(np.cumsum(steps, axis=1)[:, :, None]).rhat[:, 0]
    assert np.isnan(found[:3]).all()
    assert found[[3, 4, 8, 12]] == pytest.approx(
        [1.8048349213867187, 1.6996470804925583, 2.011531410737008, 1.8449400905633926]
    )


def test_chains_that_do_not_vary_are_nan():
    for chains in (np.ones((4, 8, 2)), np.full((4, 8, 1), NAN)):
        found = convergence(chains)
        assert np.isnan(found.rhat).all()
        assert np.isnan(found.autocorrelation).all()
    frozen = np.repeat(np.arange(4.0)[:, None, None], 8, axis=1)
    assert convergence(frozen).rhat[-1, 0] == np.inf
    assert convergence(frozen).autocorrelation[-1, 0] == pytest.approx(1)


def test_imputed_against_observed():
    values = np.array([[[1.0, 4, NAN], [2, 4, NAN], [6, 4, NAN]]] * 2)
    values[1, 2, 0] = 8
    gaps = np.zeros((3, 3), dtype=bool)
    gaps[2, 0] = gaps[:, 2] = True
    chain = np.zeros((2, 1, 3))
    done = Imputed(values=values, missing=gaps, means=chain, sds=chain, warnings=())
    found = compare_imputed(done)
    assert found.missing == pytest.approx([1 / 3, 0, 1])
    assert found.observed_mean == pytest.approx([1.5, 4, NAN], nan_ok=True)
    assert found.observed_sd == pytest.approx([np.sqrt(0.5), 0, NAN], nan_ok=True)
    assert found.imputed_mean == pytest.approx([7, NAN, NAN], nan_ok=True)
    assert found.imputed_sd == pytest.approx([np.sqrt(2), NAN, NAN], nan_ok=True)
    assert found.distance == pytest.approx([1, NAN, NAN], nan_ok=True)


@pytest.mark.parametrize(
    "call",
    [
        lambda: missing_patterns([1.0, NAN]),
        lambda: pair_counts(np.empty((0, 2))),
        lambda: flux([[]]),
        lambda: convergence([[1.0, 2]]),
    ],
)
def test_what_does_not_fit_is_said(call):
    with pytest.raises(Fault) as caught:
        call()
    assert caught.value.code == "STA-002"
