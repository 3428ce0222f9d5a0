"""How much weight has each predictor in a logistic or cumulative model?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.importance.johnson_models import (
    LOGIT_MEASURES,
    MEASURES,
    johnson_weights_logit,
    johnson_weights_ordinal,
)
from consilience.stats.importance.model_fits import model_fits
from consilience.validation.read import SHIPPED, read_cases

FOUR = ["climate", "strain", "staff", "funds"]


@pytest.fixture(scope="module")
def areas():
    return next(c for c in read_cases(SHIPPED / "importance_models") if c.id == "glm_four")


def test_steps_of_tonidandel_and_lebreton(areas):
    """R 4.2.2, the steps written out: eigen, glm on the nearest variables, b R / sd(log-odds)."""
    found = johnson_weights_logit(areas.numbers("agree"), areas.matrix(FOUR))
    expected = [0.1766852300375, 0.0561799213163, 0.0675358385685, 0.0104276236320]
    assert found.weights == pytest.approx(expected, abs=1e-9)
    assert found.r2 == pytest.approx(0.310828613554, abs=1e-9)
    assert found.rescaled.sum() == pytest.approx(1)


def test_the_same_steps_of_a_cumulative_model(areas):
    """R 4.2.2 with MASS 7.3.58.2: polr on the nearest variables, McFadden's measure."""
    found = johnson_weights_ordinal(areas.numbers("level"), areas.matrix(FOUR))
    expected = [0.08815071968234, 0.03981055128919, 0.00115175005813, 0.01284582519718]
    assert found.weights == pytest.approx(expected, abs=1e-8)
    assert found.r2 == pytest.approx(0.141958846227, abs=1e-9)


@pytest.mark.parametrize("measure", LOGIT_MEASURES)
def test_weights_add_up_to_the_measure(areas, measure):
    y, x, weight = areas.numbers("agree"), areas.matrix(FOUR), areas.numbers("count")
    found = johnson_weights_logit(y, x, measure=measure, weights=weight)
    assert found.weights.sum() == pytest.approx(found.r2)
    assert found.measure == measure
    if measure != "squared_correlation":
        fits = model_fits(y, x, players=[[0, 1, 2, 3]], weights=weight)
        assert found.r2 == pytest.approx(fits.measure(measure)[-1])


@pytest.mark.parametrize("measure", MEASURES)
def test_of_a_cumulative_model_too(areas, measure):
    found = johnson_weights_ordinal(
        areas.numbers("level"), areas.matrix(FOUR), measure=measure, link="probit"
    )
    assert found.weights.sum() == pytest.approx(found.r2)


def test_what_has_no_weights(areas):
    y, x = areas.numbers("agree"), areas.matrix(FOUR)
    for wrong in (np.column_stack([x, x[:, 0] * 3]), np.column_stack([x, np.ones(240)])):
        assert np.isnan(johnson_weights_logit(y, wrong).weights).all()
        assert np.isnan(johnson_weights_ordinal(y, wrong).r2)
    assert np.isnan(johnson_weights_logit(np.ones(240), x).weights).all()
    parted = johnson_weights_logit(x[:, 0] > 0, x, fallback="none")
    assert np.isnan(parted.weights).all()
    assert "STA-030" in [w.code for w in parted.warnings]
    assert np.isfinite(johnson_weights_logit(x[:, 0] > 0, x).weights).all()


def test_what_is_refused(areas):
    y, x = areas.numbers("agree"), areas.matrix(FOUR)
    for function in (johnson_weights_logit, johnson_weights_ordinal):
        with pytest.raises(Fault) as caught:
            function(y, x, measure="r2")
        assert caught.value.code == "STA-001"
        with pytest.raises(Fault) as caught:
            function(y[:5], x)
        assert caught.value.code == "STA-002"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_uncorrelated_predictors_keep_their_own_and_order_does_not_matter(seed):
    rng = np.random.Generator(np.random.Philox(seed))
    x = np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)] * 12, dtype=float)
    y = (rng.random(96) < 1 / (1 + np.exp(-x @ [0.8, 0.4, 0.0]))).astype(float)
    found = johnson_weights_logit(y, x)
    turned = johnson_weights_logit(y, x[:, [2, 0, 1]] * [5, 2, 1] + 3)
    assert turned.weights[[1, 2, 0]] == pytest.approx(found.weights, abs=1e-8)
    ordinal = johnson_weights_ordinal(y, x)
    assert ordinal.rescaled == pytest.approx(found.rescaled, abs=1e-7)
