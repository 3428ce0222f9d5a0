"""How do predictors move an ordered outcome up or down?"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.importance.cumulative import LINKS, cell
from consilience.stats.importance.logit import fit_logit
from consilience.stats.importance.model_rows import model_rows
from consilience.stats.importance.ordinal import OrdinalLikelihood, fit_ordinal
from consilience.validation.read import SHIPPED, read_cases

FOUR = ["climate", "strain", "staff", "funds"]


@pytest.fixture(scope="module")
def areas():
    return next(c for c in read_cases(SHIPPED / "importance_models") if c.id == "polr_four")


def test_figures_are_those_of_clm(areas):
    """R 4.2.2, ordinal 2022.11.16: clm(factor(level) ~ ..., gradTol = 1e-9); polr agrees."""
    fit = fit_ordinal(areas.numbers("level"), areas.matrix(FOUR))
    slopes = [0.9525033115612, -0.5469358684015, 0.0486467596848, 0.0248029087134]
    bounds = [-0.0128196528172, 1.0941950711171, 2.5977900721317, 3.9835794290827]
    errors = [0.1363909678039, 0.1281985044694, 0.0463279035549, 0.0105639235611]
    errors += [0.6283960063677, 0.6312422892912, 0.6506740625526, 0.6861665224666]
    assert fit.coefficients == pytest.approx(slopes, abs=1e-9)
    assert fit.thresholds == pytest.approx(bounds, abs=1e-9)
    assert fit.standard_errors == pytest.approx(errors, abs=1e-9)
    assert fit.loglik == pytest.approx(-323.049232472, abs=1e-8)
    assert fit.levels.tolist() == [1, 2, 4, 5, 7]
    assert (fit.converged, fit.separated, fit.rows) == (True, False, 240)


def test_probit_is_that_of_clm(areas):
    """R 4.2.2, ordinal 2022.11.16: clm(factor(three) ~ ..., link = "probit")."""
    fit = fit_ordinal(areas.numbers("three"), areas.matrix(FOUR), link="probit")
    slopes = [0.5567884179180, -0.3167385490673, 0.0239663524733, 0.0118135635720]
    errors = [0.08524820878176, 0.08391538207879, 0.02942016408395, 0.00680603823835]
    assert fit.coefficients == pytest.approx(slopes, abs=1e-9)
    assert fit.thresholds == pytest.approx([0.479940462037, 2.166003072177], abs=1e-9)
    assert fit.standard_errors[:4] == pytest.approx(errors, abs=1e-9)
    assert fit.loglik == pytest.approx(-190.796453497, abs=1e-8)


@pytest.mark.parametrize("firth", [False, True])
def test_two_levels_are_the_logistic_model(areas, firth):
    y, x = areas.numbers("agree"), areas.matrix(FOUR)
    fit, other = fit_ordinal(y, x, firth=firth), fit_logit(y, x, firth=firth)
    assert fit.coefficients == pytest.approx(other.coefficients[1:], abs=1e-9)
    assert -fit.thresholds == pytest.approx(other.coefficients[:1], abs=1e-9)
    assert fit.loglik == pytest.approx(other.loglik, abs=1e-9)
    assert fit.null_loglik == pytest.approx(other.null_loglik, abs=1e-9)
    assert fit.standard_errors[:4] == pytest.approx(other.standard_errors[1:], abs=1e-9)


def test_the_penalty_keeps_a_parted_outcome_finite():
    """R 4.2.2: optim over loglik + log det(expected information) / 2, right to about 3e-7."""
    x = [[1, 1], [2, 0], [1.5, 1], [3, 0], [4, 1], [3.5, 0]]
    x += [[5, 1], [6, 1], [7, 0], [8, 0], [2.2, 0], [4.4, 1]]
    y = [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 1, 2]
    fit = fit_ordinal(y, x, fallback="firth")
    assert (fit.separated, fit.penalised, fit.converged) == (True, True, True)
    assert [w.code for w in fit.warnings] == ["STA-030"]
    assert np.isfinite(fit.standard_errors).all()
    limit, none = fit_ordinal(y, x), fit_ordinal(y, x, fallback="none")
    assert limit.loglik == pytest.approx(0, abs=1e-8)
    assert np.isnan([none.loglik, *none.coefficients, *none.thresholds]).all()
    assert fit.null_loglik < fit.loglik < limit.loglik


def test_missing_rows_unused_levels_and_dependent_columns(areas):
    y, x = areas.numbers("level"), areas.matrix(FOUR)
    wide = np.column_stack([x, x.sum(axis=1)])
    y[5], wide[6, 0] = np.nan, np.nan
    fit = fit_ordinal(y, wide)
    kept = np.delete(np.arange(240), [5, 6])
    plain = fit_ordinal(np.searchsorted([1, 2, 4, 5, 7], y[kept]), x[kept])
    assert np.isnan(fit.coefficients[4])
    assert fit.coefficients[:4] == pytest.approx(plain.coefficients, abs=1e-9)
    assert fit.rows == 238
    assert [w.code for w in fit.warnings] == ["STA-024"]


def test_an_outcome_that_does_not_vary_has_no_fit():
    fit = fit_ordinal([3, 3, 3], [1, 2, 3])
    assert np.isnan([fit.loglik, *fit.coefficients]).all()
    assert fit.thresholds.tolist() == []
    assert [w.code for w in fit.warnings] == ["STA-032"]


def test_thresholds_alone_give_the_shares(areas):
    fit = fit_ordinal(areas.numbers("level"), np.empty((240, 0)))
    shares = np.diff([0, *(1 / (1 + np.exp(-fit.thresholds))), 1])
    assert shares == pytest.approx(np.unique(areas.numbers("level"), return_counts=True)[1] / 240)
    assert fit.loglik == pytest.approx(fit.null_loglik)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"link": "cauchit"}, "STA-001"), ({"fallback": "?"}, "STA-001")],
)
def test_what_is_refused(change, code):
    with pytest.raises(Fault) as caught:
        fit_ordinal([1, 2, 3], [1, 2, 3], **change)
    assert caught.value.code == code


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(LINKS)))
def test_turning_the_scale_round_and_counting_rows(seed, link):
    rng = np.random.Generator(np.random.Philox(seed))
    n = 60
    x, y = rng.normal(size=(n, 2)), rng.integers(0, 4, n).astype(float)
    y[:4] = range(4)
    fit = fit_ordinal(y, x, link=link)
    turned = {"cloglog": "loglog", "loglog": "cloglog"}.get(link, link)
    other = fit_ordinal(-y, x, link=turned)
    assert other.loglik == pytest.approx(fit.loglik, abs=1e-7)
    assert -other.coefficients == pytest.approx(fit.coefficients, abs=1e-4)
    twice = fit_ordinal(np.tile(y, 2), np.tile(x, (2, 1)), link=link)
    weighted = fit_ordinal(y, x, link=link, weights=np.full(n, 2.0))
    assert twice.loglik == pytest.approx(2 * fit.loglik, abs=1e-7)
    assert weighted.loglik == pytest.approx(twice.loglik, abs=1e-7)
    assert (np.diff(fit.thresholds) > 0).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(LINKS)), st.integers(2, 5))
def test_derivatives_are_those_of_the_likelihood(seed, link, levels):
    rng = np.random.Generator(np.random.Philox(seed))
    y = np.concatenate([np.arange(levels), rng.integers(0, levels, 10)])
    rows = model_rows(y, rng.normal(size=(len(y), 2)), weights=rng.uniform(0.5, 2, len(y)))
    model = OrdinalLikelihood(rows, link)
    at = np.concatenate([np.sort(rng.normal(size=levels - 1)) + np.arange(levels - 1), [0.3, -0.2]])
    at, m, step = at[None], levels + 1, 1e-5
    active = np.ones((1, m), dtype=bool)
    for look in (model.slope, lambda b: model.penalised(b, active)):
        here = look(at)
        for place in range(m):
            move = np.zeros((1, m))
            move[0, place] = step
            high, low = look(at + move), look(at - move)
            slope = (high.loglik - low.loglik) / (2 * step)
            assert slope == pytest.approx(here.gradient[:, place], abs=2e-5, rel=1e-5)
    here = model.slope(at)
    for place in range(m):
        move = np.zeros((1, m))
        move[0, place] = step
        bend = (model.slope(at + move).gradient - model.slope(at - move).gradient) / (2 * step)
        assert -bend[0] == pytest.approx(here.information[0, place], abs=2e-5, rel=1e-5)


@pytest.mark.parametrize("link", sorted(LINKS))
def test_shares_of_all_levels_add_up_to_one_and_far_bounds_do_no_harm(link):
    bounds = np.array([-np.inf, -4.0, -2.0, 0.5, 3.0, np.inf])
    parts = LINKS[link].between(bounds[None, :-1], bounds[None, 1:])
    assert parts.sum() == pytest.approx(1)
    # Row by row, as the bounds of one level have the same distance in every row of a stack.
    for low, high in pairwise(bounds):
        here = cell(link, np.array([[low]]), np.array([[high]]))
        assert np.isfinite([here.upper, here.lower, here.bend_upper, here.cross]).all()
    assert LINKS[link].quantile(np.array([0.3])) == pytest.approx(_inverse(link, 0.3), abs=1e-6)


def _inverse(link, p):
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        below = LINKS[link].between(np.array(-np.inf), np.array(middle))
        low, high = (middle, high) if below < p else (low, middle)
    return low
