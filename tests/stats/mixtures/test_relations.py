"""Assignments, their errors, and what goes with profiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.mixtures.classification import classification_quality
from consilience.stats.mixtures.covariates import predict_profiles
from consilience.stats.mixtures.outcomes import relate_profiles
from consilience.stats.mixtures.three_step import contrasts, wald

SETTINGS = settings(max_examples=30, deadline=None)


def streams(block):
    return stream(3, "test/relations", block=block)


def related(seed=1, units=400):
    """Return memberships told by a value with error, the truth, and a covariate."""
    rng = stream(seed, "test/related")
    x = rng.normal(size=units)
    odds = np.exp(np.column_stack([0 * x, 0.3 + x, -0.2 - 0.5 * x]))
    chance = odds / odds.sum(axis=1, keepdims=True)
    truth = (rng.random((units, 1)) > chance.cumsum(axis=1)).sum(axis=1)
    seen = 2.2 * truth + rng.normal(size=units)
    density = np.exp(-0.5 * (seen[:, None] - 2.2 * np.arange(3)) ** 2) * chance.mean(axis=0)
    return density / density.sum(axis=1, keepdims=True), truth, x


def sure(groups):
    return np.eye(max(groups) + 1)[np.asarray(groups)]


def test_quality_of_a_small_table():
    table = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.2, 0.8], [np.nan, np.nan]]
    found = classification_quality(table)
    assert np.allclose(found.average, [[0.85, 0.15], [0.25, 0.75]])
    assert np.allclose(found.errors, [[1.7 / 2.2, 0.5 / 2.2], [0.3 / 1.8, 1.5 / 1.8]])
    assert np.allclose(found.shares, [0.55, 0.45])
    assert found.assigned.tolist() == [0.5, 0.5]
    assert np.allclose(found.odds, [0.85 / 0.15 / (0.55 / 0.45), 0.75 / 0.25 / (0.45 / 0.55)])
    assert found.wrong == pytest.approx(0.2)
    logs = -np.array([0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.2, 0.8])
    doubt = (logs * np.log(-logs)).sum()
    assert found.entropy == pytest.approx(1 - doubt / (4 * np.log(2)))


def test_quality_without_error_and_without_members():
    found = classification_quality(sure([0, 0, 1]))
    assert np.isposinf(found.odds).all()
    assert (found.entropy, found.wrong) == (1, 0)
    empty = classification_quality([[1.0, 0.0], [0.6, 0.4]])
    assert np.isnan(empty.average[1]).all()
    assert np.isnan(empty.odds[1])
    nobody = classification_quality(np.full((2, 2), np.nan))
    assert np.isnan(nobody.average).all()
    assert np.isnan([nobody.wrong, nobody.entropy]).all()
    assert np.isnan(classification_quality([[1.0], [1.0]]).entropy)


@SETTINGS
@given(st.integers(0, 10_000), st.sampled_from(["modal", "proportional"]))
def test_errors_are_probabilities_and_weights_copies(seed, assignment):
    rng = stream(seed, "test/quality")
    table = rng.dirichlet(np.ones(3), size=20)
    weights = rng.integers(1, 4, 20)
    found = classification_quality(table, assignment=assignment, weights=weights)
    copies = classification_quality(np.repeat(table, weights, axis=0), assignment=assignment)
    assert np.allclose(found.errors, copies.errors)
    assert np.allclose(found.errors.sum(axis=1), 1)
    assert np.allclose(found.shares @ found.errors, found.assigned)


@pytest.mark.parametrize("method", ["BCH", "ML", "none"])
def test_known_memberships_give_group_means_and_shares(method):
    groups, y = [0, 0, 0, 1, 1, 1, 1], np.array([1.0, 2, 6, 10, 11, 13, np.nan])
    found = relate_profiles(sure(groups), y, method=method)
    assert np.allclose(found.estimates, [3, 34 / 3])
    assert np.allclose(found.variances, [np.var([1, 2, 6]), np.var([10, 11, 13])])
    assert np.allclose(found.se, np.sqrt(found.variances / 3), rtol=1e-5)
    assert found.units == 6
    z = (34 / 3 - 3) ** 2 / (found.se**2).sum()
    assert found.wald.statistic == pytest.approx(z, rel=1e-5)
    assert found.pairs[0, 1] == pytest.approx(found.wald.p)
    labels = ["b", "a", "b", "a", "a", "b", ""]
    shares = relate_profiles(sure(groups), labels, kind="nominal", method=method)
    assert shares.categories == ("a", "b")
    assert np.allclose(shares.estimates, [[1 / 3, 2 / 3], [2 / 3, 1 / 3]])
    assert np.allclose(shares.se, np.sqrt(2 / 9 / 3), rtol=1e-4)


@pytest.mark.parametrize("assignment", ["modal", "proportional"])
@pytest.mark.parametrize("method", ["BCH", "ML"])
def test_errors_of_assignment_are_undone(method, assignment):
    table, truth, _ = related(units=4000)
    y = np.array([0.0, 3, 8])[truth] + stream(2, "test/y").normal(size=4000)
    found = relate_profiles(table, y, method=method, assignment=assignment)
    assert np.allclose(found.estimates, [0, 3, 8], atol=0.25)
    naive = relate_profiles(table, y, method="none", assignment=assignment).estimates
    assert naive[0] > found.estimates[0]
    assert naive[2] < found.estimates[2]
    labels = np.where(stream(4, "test/l").random(4000) < np.array([0.1, 0.5, 0.9])[truth], "y", "n")
    chance = relate_profiles(table, labels, kind="nominal", method=method, assignment=assignment)
    assert np.allclose(chance.estimates[:, 1], [0.1, 0.5, 0.9], atol=0.06)
    assert chance.wald.df == 2


@SETTINGS
@given(st.integers(0, 10_000), st.sampled_from(["BCH", "ML"]))
def test_relabelled_profiles_and_other_units_change_nothing_else(seed, method):
    table, truth, _ = related(seed % 5, units=200)
    rng = stream(seed, "test/y")
    y = truth + rng.normal(size=200)
    order = rng.permutation(3)
    one = relate_profiles(table, y, method=method)
    other = relate_profiles(table[:, order], 100 - 7 * y, method=method)
    assert np.allclose(other.estimates, 100 - 7 * one.estimates[order], atol=1e-2)
    assert np.allclose(other.se, 7 * one.se[order], rtol=1e-2)
    assert other.wald.statistic == pytest.approx(one.wald.statistic, rel=1e-2)


def test_bch_weights_bring_back_the_overall_mean():
    table, truth, _ = related()
    y = truth + stream(6, "test/y").normal(size=400)
    found = relate_profiles(table, y)
    assert found.estimates @ classification_quality(table).shares == pytest.approx(y.mean())


@pytest.mark.parametrize("method", ["BCH", "ML"])
def test_standard_errors_agree_with_the_bootstrap(method):
    table, truth, _ = related(units=600)
    y = truth * 2.0 + stream(7, "test/y").normal(size=600)
    robust = relate_profiles(table, y, method=method)
    drawn = relate_profiles(table, y, method=method, replicates=100, streams=streams)
    assert np.allclose(drawn.estimates, robust.estimates)
    assert np.allclose(drawn.se, robust.se, rtol=0.35)
    assert np.isfinite(drawn.wald.statistic)


def test_a_probability_at_its_bound_has_no_standard_error():
    table = sure([0, 0, 0, 1, 1, 1])
    found = relate_profiles(table, list("aaaaab"), kind="nominal", method="ML")
    assert np.isnan(found.se[0]).all()
    assert np.isfinite(found.se[1]).all()
    assert np.isnan(found.wald.statistic)


def test_relations_that_cannot_be_told_are_nan():
    alike = np.full((6, 2), 0.5)
    for table, y in (
        (alike, np.arange(6.0)),
        (np.array([[1.0, 0.0]] * 6), np.arange(6.0)),
        (sure([0, 0, 0, 1, 1, 1]), np.full(6, np.nan)),
    ):
        for method in ("BCH", "ML"):
            found = relate_profiles(table, y, method=method, replicates=5, streams=streams)
            assert "STA-054" in [warning.code for warning in found.warnings]
            assert np.isnan(found.estimates).all()
            assert np.isnan([found.wald.statistic, found.wald.p]).all()
    nothing = relate_profiles(alike[:2], [None, ""], kind="nominal")
    assert nothing.warnings[0].code == "STA-054"


def test_replicates_without_an_estimate_are_told():
    table = sure([0, 0, 0, 1])
    found = relate_profiles(table, [1.0, 2, 4, 9], replicates=50, streams=streams)
    assert [warning.code for warning in found.warnings] == ["STA-055"]
    assert np.isfinite(found.se).all()


def test_a_constant_outcome_is_the_same_everywhere():
    table, _, _ = related()
    for method in ("BCH", "ML"):
        found = relate_profiles(table, np.full(400, 4.0), method=method)
        assert np.allclose(found.estimates, 4)


def test_known_memberships_give_the_multinomial_logit():
    x = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1.0])
    table = sure([0, 0, 1, 1, 2, 0, 1, 1, 1, 2, 2])
    for method in ("ML", "BCH", "none"):
        found = predict_profiles(table, x, method=method)
        expected = [[0, 0], [0, np.log(3)], [np.log(0.5), np.log(2 / 0.5)]]
        assert np.allclose(found.coefficients, expected, atol=1e-6)
        assert np.isnan(found.p[0]).all()
        assert len(found.tests) == 1
        assert found.tests[0].statistic == pytest.approx(found.wald.statistic)
        other = predict_profiles(table, x, method=method, reference=2)
        assert np.allclose(other.coefficients, np.array(expected) - expected[2], atol=1e-6)
        assert other.wald.statistic == pytest.approx(found.wald.statistic, rel=1e-6)


@pytest.mark.parametrize("method", ["BCH", "ML"])
def test_log_odds_are_those_of_the_truth(method):
    table, _, x = related(units=4000)
    found = predict_profiles(table, x, method=method)
    assert np.allclose(found.coefficients[1:, 1], [1, -0.5], atol=0.2)
    naive = predict_profiles(table, x, method="none")
    assert abs(naive.coefficients[1, 1]) < abs(found.coefficients[1, 1])
    assert found.wald.p < 1e-6


def test_units_of_a_covariate_do_not_matter():
    table, _, x = related()
    noise = stream(8, "test/noise").normal(size=400)
    one = predict_profiles(table, np.column_stack([x, noise]))
    other = predict_profiles(table, np.column_stack([1000 * x, noise]))
    assert np.allclose(other.coefficients[:, 1] * 1000, one.coefficients[:, 1], atol=1e-5)
    assert other.tests[0].statistic == pytest.approx(one.tests[0].statistic, rel=1e-4)
    assert one.tests[1].df == 2
    assert one.wald.df == 4
    drawn = predict_profiles(table, x, replicates=60, streams=streams)
    assert np.allclose(drawn.se[1:], predict_profiles(table, x).se[1:], rtol=0.45)


def test_predictions_that_cannot_be_told_are_nan():
    table, _, x = related(units=50)
    for covariates in (np.ones(50), np.column_stack([x, 2 * x]), np.full(50, np.nan)):
        found = predict_profiles(table, covariates)
        assert [warning.code for warning in found.warnings] == ["STA-054"]
        assert np.isnan(found.coefficients[1:]).all()
        assert np.isnan([found.loglik, found.wald.p]).all()
    assert np.isnan(predict_profiles(np.ones((5, 1)), x[:5]).loglik)


def test_perfect_prediction_is_told():
    found = predict_profiles(sure([0, 0, 0, 1, 1, 1]), [1, 2, 3, 7, 8, 9])
    assert [warning.code for warning in found.warnings] == ["STA-005"]


def test_missing_covariates_leave_the_unit_out():
    table, _, x = related()
    x[::10] = np.nan
    found = predict_profiles(table, x)
    assert found.units == 360
    assert np.isfinite(found.coefficients).all()


def test_likelihood_of_an_outcome_tells_when_it_has_not_settled(monkeypatch):
    from consilience.stats.mixtures import outcome_likelihood

    monkeypatch.setattr(outcome_likelihood, "_ROUNDS", 2)
    table, truth, _ = related()
    found = relate_profiles(table, truth.astype(float), method="ML")
    assert [warning.code for warning in found.warnings] == ["STA-005"]


def test_what_is_no_question_is_refused():
    table = sure([0, 1, 0])
    y = [1.0, 2, 3]
    for call, code in (
        (lambda: classification_quality(table, assignment="odd"), "STA-001"),
        (lambda: classification_quality([0.5, 0.5]), "STA-002"),
        (lambda: classification_quality([[0.5, 0.6]]), "STA-003"),
        (lambda: classification_quality([[-0.5, 1.5]]), "STA-003"),
        (lambda: classification_quality(table, weights=[1]), "STA-002"),
        (lambda: classification_quality(table, weights=[1, -1, 1]), "STA-003"),
        (lambda: relate_profiles(table, y, kind="odd"), "STA-001"),
        (lambda: relate_profiles(table, y, method="odd"), "STA-001"),
        (lambda: relate_profiles(table, y, replicates=5), "STA-003"),
        (lambda: relate_profiles(table, y[:2]), "STA-002"),
        (lambda: predict_profiles(table, y, reference=2), "STA-003"),
        (lambda: predict_profiles(table, y, replicates=5), "STA-003"),
        (lambda: predict_profiles(table, y[:2]), "STA-002"),
        (lambda: predict_profiles(table, y, method="odd"), "STA-001"),
    ):
        with pytest.raises(Fault) as caught:
            call()
        assert caught.value.code == code


def test_wald_of_correlated_differences():
    covariance = np.array([[2.0, 1.0], [1.0, 2.0]])
    test = wald(np.array([1.0, 2.0]), covariance)
    assert test.statistic == pytest.approx(2.0)
    assert np.isnan(wald(np.array([1.0, 2.0]), np.ones((2, 2))).statistic)
    assert np.isnan(wald(np.empty(0), np.empty((0, 0))).p)
    assert contrasts(3, 1).tolist() == [[1, 0, -1], [0, 1, -1]]
