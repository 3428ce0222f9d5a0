"""Latent profiles: known solutions, properties of the likelihood, and data that allow none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.mixtures.covariance import (
    LEAST_VARIANCE,
    MODELS,
    check_model,
    covariance_parameters,
    fit_covariances,
    is_diagonal,
    own_parameters,
)
from consilience.stats.mixtures.profiles import latent_profiles

SETTINGS = settings(max_examples=25, deadline=None)
MAIN = ("EEI", "VVI", "EEE", "VVV")
SCALE_FREE = ("EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVV", "VVV")


def clouds(seed=1, sizes=(40, 30, 20), variables=3, apart=5.0):
    rng = stream(seed, "test/clouds")
    centres = apart * np.array([[0, 0, 0, 0], [1, 1, 0, 1], [0, 1, 1, -1]])[: len(sizes)]
    return np.vstack(
        [rng.normal(0, 1, (n, variables)) + centres[k, :variables] for k, n in enumerate(sizes)]
    )


def fit(data, profiles=3, model="EEI", starts=20, seed=1, **more):
    return latent_profiles(
        data, profiles=profiles, model=model, starts=starts, rng=stream(seed, "test"), **more
    )


def codes(found):
    return [warning.code for warning in found.warnings]


def normal_loglik(data, mean, covariance):
    off = data - mean
    _, logdet = np.linalg.slogdet(covariance)
    quadratic = np.einsum("ij,jk,ik->i", off, np.linalg.inv(covariance), off)
    return -0.5 * (quadratic + logdet + data.shape[1] * np.log(2 * np.pi))


def test_one_profile_has_the_moments_of_the_data():
    data = clouds()
    for model, covariance in (
        ("VVV", np.cov(data.T, bias=True)),
        ("VVI", np.diag(data.var(axis=0))),
        ("VII", np.eye(3) * data.var(axis=0).mean()),
    ):
        found = fit(data, 1, model)
        assert found.loglik == pytest.approx(
            normal_loglik(data, data.mean(axis=0), covariance).sum(), abs=1e-8
        )
        assert np.allclose(found.covariances[0], covariance)
        assert np.isnan(found.entropy)
        assert found.shares.tolist() == [1.0]


@pytest.mark.parametrize("model", MODELS)
def test_log_likelihood_is_that_of_the_parameters(model):
    data = clouds()
    found = fit(data, 3, model)
    joint = np.array(
        [
            np.log(found.shares[k]) + normal_loglik(data, found.means[k], found.covariances[k])
            for k in range(3)
        ]
    )
    assert found.loglik == pytest.approx(np.log(np.exp(joint).sum(axis=0)).sum(), abs=1e-6)
    posterior = np.exp(joint - joint.max(axis=0))
    assert np.allclose(found.posterior, (posterior / posterior.sum(axis=0)).T, atol=1e-8)
    assert np.bincount(found.modal).tolist() == [40, 30, 20]
    assert found.settled
    assert found.replicated > 1


def test_criteria_follow_from_the_log_likelihood():
    found = fit(clouds(apart=2.0))
    n, p = 90, 3 * 3 + 2 + 3
    assert (found.npar, found.units) == (p, n)
    assert found.aic == pytest.approx(-2 * found.loglik + 2 * p)
    assert found.bic == pytest.approx(-2 * found.loglik + p * np.log(n))
    assert found.sabic == pytest.approx(-2 * found.loglik + p * np.log(92 / 24))
    assert found.caic == pytest.approx(found.bic + p)
    surest = found.posterior.max(axis=1)
    assert found.icl == pytest.approx(found.bic - 2 * np.log(surest).sum())
    doubt = -(found.posterior * np.log(found.posterior)).sum()
    assert found.entropy == pytest.approx(1 - doubt / (n * np.log(3)))
    assert np.allclose(found.variances, np.array([np.diag(c) for c in found.covariances]))


def test_parameters_are_counted_as_mclust_does():
    # nMclustParams(model, d = 3, G = 4) less 12 means and 3 shares.
    counts = {"EII": 1, "VII": 4, "EEI": 3, "VEI": 6, "EVI": 9, "VVI": 12}
    counts |= {"EEE": 6, "VEE": 9, "EEV": 15, "VEV": 18, "EVV": 21, "VVV": 24}
    for model, count in counts.items():
        assert covariance_parameters(model, profiles=4, variables=3) == count
    assert (own_parameters("EEI", variables=7), own_parameters("VVV", variables=7)) == (7, 35)


@pytest.mark.parametrize("model", MODELS)
def test_covariances_of_every_model_are_a_maximum(model):
    rng = stream(3, "test/scatter")
    counts = np.array([[12.0, 30.0]])
    roots = rng.normal(size=(2, 3, 3)) * np.array([1.0, 2.0])[:, None, None]
    full = (roots @ np.swapaxes(roots, 1, 2) + np.eye(3)) * counts[0][:, None, None]
    diagonal = is_diagonal(model)
    scatter = (np.diagonal(full, axis1=1, axis2=2) if diagonal else full)[None]

    def objective(covariances):
        value = 0.0
        for k in range(2):
            c = np.diag(covariances[0, k]) if diagonal else covariances[0, k]
            s = np.diag(scatter[0, k]) if diagonal else scatter[0, k]
            value -= counts[0, k] * np.linalg.slogdet(c)[1] + np.trace(np.linalg.solve(c, s))
        return value

    best = fit_covariances(model, counts, scatter)
    top = objective(best)
    # Other members of the same model: the fit to a scatter nearby.
    for _ in range(20):
        noise = rng.normal(0, 0.1, scatter.shape)
        near = scatter * np.exp(noise) if diagonal else scatter + (noise + noise.swapaxes(2, 3))
        assert objective(fit_covariances(model, counts, near)) <= top + 1e-9


@SETTINGS
@given(st.integers(0, 10_000), st.sampled_from(MAIN))
def test_order_of_units_variables_and_profiles_does_not_matter(seed, model):
    data, rng = clouds(), stream(seed, "test/order")
    units, variables = rng.permutation(len(data)), rng.permutation(3)
    one, other = fit(data, model=model), fit(data[units][:, variables], model=model, seed=seed)
    assert other.loglik == pytest.approx(one.loglik, abs=1e-3)
    assert np.allclose(other.means, one.means[:, variables], atol=1e-2)
    assert np.array_equal(other.modal, one.modal[units])


@SETTINGS
@given(
    st.sampled_from(SCALE_FREE),
    st.floats(0.01, 100),
    st.floats(-1000, 1000),
)
def test_other_units_of_measurement_shift_the_log_likelihood(model, scale, shift):
    data = clouds()
    other = data.copy()
    other[:, 1] = shift + scale * other[:, 1]
    one, moved = fit(data, model=model), fit(other, model=model)
    assert moved.loglik == pytest.approx(one.loglik - len(data) * np.log(scale), abs=1e-3)
    assert np.allclose(moved.means[:, 1], shift + scale * one.means[:, 1], rtol=1e-4, atol=1e-2)


@SETTINGS
@given(st.integers(0, 10_000), st.sampled_from(sorted(MODELS)), st.integers(1, 4), st.booleans())
def test_likelihood_never_falls_and_memberships_add_up(seed, model, profiles, holes):
    rng = stream(seed, "test/any")
    data = rng.normal(size=(35, 3)) * (1 + rng.integers(0, 2, (35, 1)))
    if holes:
        data[rng.random(data.shape) < 0.15] = np.nan
    found = fit(data, profiles, model, starts=8)
    if np.isnan(found.loglik):
        assert codes(found) == ["STA-050"]
        return
    assert np.diff(found.trace).min(initial=0) >= -1e-7 * abs(found.loglik)
    held = ~np.isnan(data).all(axis=1)
    assert np.allclose(found.posterior[held].sum(axis=1), 1)
    assert found.shares.sum() == pytest.approx(1)
    assert np.all(np.diff(found.shares) <= 1e-12)
    assert np.isfinite(found.logliks.max())
    assert found.loglik == pytest.approx(found.logliks[0], abs=1e-8)


def test_missing_values_of_one_profile_give_the_means_of_what_is_there():
    data = clouds()
    data[::4, 0] = np.nan
    data[1::5, 2] = np.nan
    found = fit(data, 1, "VVI")
    assert np.allclose(found.means[0], np.nanmean(data, axis=0), atol=1e-5)
    assert np.allclose(found.variances[0], np.nanvar(data, axis=0), atol=1e-4)
    held = ~np.isnan(data)
    density = -0.5 * (np.log(2 * np.pi * np.nanvar(data, axis=0)) + 1) * held.sum(axis=0)
    assert found.loglik == pytest.approx(density.sum(), abs=1e-5)


@pytest.mark.parametrize("model", MAIN)
def test_missing_values_are_integrated_out(model):
    data = clouds()
    rng = stream(5, "test/holes")
    data[rng.random(data.shape) < 0.2] = np.nan
    found = fit(data, 3, model)
    total = 0.0
    for row in data:
        seen = ~np.isnan(row)
        if seen.any():
            inner = np.ix_(seen, seen)
            densities = [
                found.shares[k]
                * np.exp(normal_loglik(row[None, seen], found.means[k][seen], c[inner])[0])
                for k, c in enumerate(found.covariances)
            ]
            total += np.log(sum(densities))
    assert found.loglik == pytest.approx(total, abs=1e-6)


def test_a_unit_without_values_counts_nowhere():
    data = clouds()
    with_empty = np.vstack([data, np.full((2, 3), np.nan)])
    for model in ("EEI", "VVV"):
        one, other = fit(data, model=model), fit(with_empty, model=model)
        assert other.loglik == pytest.approx(one.loglik, abs=1e-5)
        assert other.units == 90
        assert other.bic == pytest.approx(one.bic, abs=1e-4)
        assert other.modal[-2:].tolist() == [-1, -1]
        assert np.isnan(other.posterior[-2:]).all()


def test_weights_are_copies():
    data = clouds()
    weights = np.tile([1.0, 2.0, 0.0], 30)
    copies = np.repeat(data, weights.astype(int), axis=0)
    for model in ("VVI", "EEE"):
        one, other = fit(copies, model=model), fit(data, model=model, weights=weights)
        assert other.loglik == pytest.approx(one.loglik, abs=1e-4)
        assert other.units == len(copies)
        assert np.allclose(other.means, one.means, atol=1e-3)
        assert other.entropy == pytest.approx(one.entropy, abs=1e-4)


def test_same_stream_gives_the_same_solution():
    data = clouds(apart=1.5)
    assert np.array_equal(fit(data).posterior, fit(data).posterior)


def test_many_units_are_run_in_pieces_and_with_a_partial_tree():
    data = clouds(sizes=(700, 500), apart=4)
    found = fit(data, 2, starts=10)
    assert np.allclose(found.shares, [7 / 12, 5 / 12], atol=0.01)
    assert found.replicated == 10


@pytest.mark.parametrize("name", ["E", "EEI", "EEE", "EVV"])
def test_one_variable_knows_equal_and_own_variances_only(name):
    assert check_model(name, variables=1) == "EEI"
    assert check_model(name.replace("E", "V", 1), variables=1) == "VVI"


def test_data_that_allow_no_solution_give_nan():
    data = clouds()
    constant = data.copy()
    constant[:, 1] = 7
    missing = data.copy()
    missing[:, 1] = np.nan
    two_places = np.repeat([[0.0, 1.0, 2.0], [5.0, 5.0, 5.0]], 10, axis=0)
    cases = [
        (constant, 2, "do not vary"),
        (missing, 2, "do not vary"),
        (data[:2], 3, "more than 2 units"),
        (two_places, 2, "lost the variance"),
        (np.empty((0, 3)), 1, "no values"),
        (np.empty((4, 0)), 1, "no values"),
        (data[:1], 1, "do not vary"),
    ]
    for values, profiles, reason in cases:
        found = fit(values, profiles)
        assert codes(found) == ["STA-050"]
        assert reason in str(found.warnings[0])
        assert np.isnan([found.loglik, found.bic, found.aic, found.icl, found.sabic]).all()
        assert np.isnan(found.posterior).all()
        assert (found.modal == -1).all()
        assert found.posterior.shape == (len(values), profiles)
    assert np.isnan(fit(np.hstack([data, data[:, :1]]), 1, "VVV").loglik)


def test_profiles_without_variance_are_refused():
    rng = stream(2, "test/duplicates")
    data = np.vstack([rng.normal(size=(40, 2)), np.zeros((6, 2))])
    found = fit(data, 2, "VVV", starts=60)
    assert np.linalg.eigvalsh(found.covariances).min() > LEAST_VARIANCE
    assert "STA-053" in codes(found)
    assert np.isneginf(found.logliks).any()
    assert np.isfinite(found.loglik)


def test_every_row_twice_doubles_the_log_likelihood():
    data = clouds()
    one, both = fit(data), fit(np.vstack([data, data]))
    assert both.loglik == pytest.approx(2 * one.loglik, abs=1e-3)
    assert both.npar == one.npar


def test_warnings_name_what_to_doubt():
    data = clouds(apart=0.0)
    assert "STA-005" in codes(fit(data, 3, "VVI", rounds=6))
    lonely = np.vstack([clouds(sizes=(40,)), [[30.0, 30.0, 30.0], [31.0, 30.5, 29.0]]])
    assert "STA-052" in codes(fit(lonely, 2))
    assert "STA-051" in codes(fit(data, 5, "VVV", starts=6))
    assert codes(fit(clouds(), 3)) == []


def test_what_is_no_question_is_refused():
    data = clouds()
    for wrong, code in (
        ({"model": "XYZ"}, "STA-001"),
        ({"profiles": 0}, "STA-003"),
        ({"starts": 0}, "STA-003"),
        ({"weights": np.ones(3)}, "STA-002"),
        ({"weights": np.full(90, -1.0)}, "STA-003"),
        ({"weights": np.full(90, np.nan)}, "STA-003"),
    ):
        with pytest.raises(Fault) as caught:
            fit(data, **wrong)
        assert caught.value.code == code
    with pytest.raises(Fault) as caught:
        fit(data[:, 0])
    assert caught.value.code == "STA-002"
    with pytest.raises(Fault) as caught:
        fit(np.where(data > 1, np.inf, data))
    assert caught.value.code == "STA-003"
