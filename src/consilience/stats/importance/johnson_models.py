"""How much weight has each predictor in a logistic or cumulative model, by Johnson's method?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.importance.logit import fit_logit
from consilience.stats.importance.model_fits import ModelFits, model_fits
from consilience.stats.importance.ordinal import fit_ordinal

Floats = NDArray[np.float64]

# An eigenvalue of the correlations below this is nothing: predictors determine each other.
_SINGULAR: Final = 1e-10

# What the weights of a cumulative model can add up to, and those of a logistic one besides.
MEASURES: Final = (
    "mcfadden",
    "mcfadden_adjusted",
    "cox_snell",
    "nagelkerke",
    "estrella",
    "aldrich_nelson",
    "veall_zimmermann",
)
LOGIT_MEASURES: Final = ("squared_correlation", *MEASURES, "tjur", "efron")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelWeights:
    """Relative weights of a model's predictors.

    Args:
        weights: (k,) adding up to `r2`, all of its sign; nan where predictors determine each
            other, one does not vary, or the model has no fit.
        rescaled: (k,) the same as shares of 1.
        r2: the measure of fit that is shared out.
        measure: its name.
        warnings: those of the model.

    Example:
        >>> johnson_weights_logit([0, 0, 1, 0, 1, 1], [[0], [1], [2], [3], [4], [5]]).rescaled
        array([1.])
    """

    weights: Floats
    rescaled: Floats
    r2: float
    measure: str
    warnings: tuple[Fault, ...]


def johnson_weights_logit(
    y: ArrayLike,
    columns: ArrayLike,
    *,
    measure: str = "squared_correlation",
    weights: ArrayLike | None = None,
    fallback: str = "firth",
) -> ModelWeights:
    """How much weight has each predictor of an outcome of two values?

    Args:
        y: (n,) outcome, nan where missing.
        columns: (n, k) predictors, nan where missing.
        measure: what the weights add up to: `squared_correlation` of outcome and fitted
            probability, or a measure of `ModelFits.measure`.
        weights: (n,) of the rows, 0 or more.
        fallback: where predictors part the outcome, see `model_fits`.

    Returns:
        The weights.

    Raises:
        Fault: STA-001 for another measure or fallback; STA-002, STA-003 and STA-020 as
            `model_fits`.

    Source:
        Tonidandel and LeBreton (2010), Determining the relative importance of predictors in
        logistic regression: an extension of relative weight analysis, steps 1 to 5. Predictors
        are replaced by the uncorrelated variables nearest to them (Johnson 2000); their
        coefficients b are standardised as b R / sd(log-odds) (Menard 2004); weights are the
        squared loadings times the squared standardised coefficients.

    Differs:
        The squared correlation is what the authors' own program shares out. As the nearest
        variables are uncorrelated, any other measure only rescales the weights.

    Example:
        >>> x = [[1, 1], [2, 3], [3, 1], [4, 2], [5, 1], [6, 3], [7, 2], [8, 3.0]]
        >>> found = johnson_weights_logit([0, 1, 0, 0, 1, 0, 1, 1], x)
        >>> found.rescaled.round(3).tolist(), round(found.r2, 3)
        ([0.757, 0.243], 0.184)
    """
    if measure not in LOGIT_MEASURES:
        known = ", ".join(LOGIT_MEASURES)
        raise Fault("STA-001", what="measure of fit", value=measure, known=known)
    outcome, table, weight = _complete(y, columns, weights)
    fits = _full(outcome, table, weight, ("logit", "logit", fallback))
    near = _nearest(table, weight)
    if near is None or np.isnan(fits.loglik[-1]):
        return _undefined(table.shape[1], measure, fits)
    fit = fit_logit(outcome, near.variables, weights=weight, fallback=fallback)
    slopes = fit.coefficients[1:]
    if measure == "squared_correlation":
        odds = fit.coefficients[0] + near.variables @ slopes
        chance = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
        r2 = _squared_correlation(outcome, chance, weight)
    else:
        r2 = float(fits.measure(measure)[-1])
    return _shared(near, slopes, r2, (measure, fits))


def johnson_weights_ordinal(
    y: ArrayLike,
    columns: ArrayLike,
    *,
    measure: str = "mcfadden",
    link: str = "logit",
    weights: ArrayLike | None = None,
    fallback: str = "firth",
) -> ModelWeights:
    """How much weight has each predictor of an ordered outcome?

    Args:
        y: (n,) outcome as numbers in their order, nan where missing.
        columns: (n, k) predictors, nan where missing.
        measure: what the weights add up to, a measure of `ModelFits.measure`.
        link: see `model_fits`.
        weights: (n,) of the rows, 0 or more.
        fallback: see there.

    Returns:
        The weights.

    Raises:
        Fault: STA-001 for another measure, link or fallback; STA-002, STA-003 and STA-020 as
            `model_fits`.

    Source:
        The steps of Tonidandel and LeBreton (2010) with the coefficients of a cumulative model:
        as the nearest variables are uncorrelated, the squared coefficients share out the
        variance of the linear predictor, and so the measure.

    Example:
        >>> x = [[1, 1], [2, 3], [3, 1], [4, 2], [5, 1], [6, 3], [7, 2], [8, 3.0]]
        >>> found = johnson_weights_ordinal([1, 1, 2, 1, 2, 2, 3, 3], x)
        >>> found.rescaled.round(3).tolist(), bool(np.isclose(found.weights.sum(), found.r2))
        ([0.943, 0.057], True)
    """
    if measure not in MEASURES:
        raise Fault("STA-001", what="measure of fit", value=measure, known=", ".join(MEASURES))
    outcome, table, weight = _complete(y, columns, weights)
    fits = _full(outcome, table, weight, ("ordinal", link, fallback))
    near = _nearest(table, weight)
    if near is None or np.isnan(fits.loglik[-1]):
        return _undefined(table.shape[1], measure, fits)
    fit = fit_ordinal(outcome, near.variables, link=link, weights=weight, fallback=fallback)
    return _shared(near, fit.coefficients, float(fits.measure(measure)[-1]), (measure, fits))


def _complete(
    y: ArrayLike, columns: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    outcome, table = np.asarray(y, dtype=float), np.asarray(columns, dtype=float)
    table = table[:, None] if table.ndim == 1 else table
    weight = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=float)
    if table.ndim != 2 or outcome.shape != table.shape[:1] or weight.shape != outcome.shape:
        wanted = f"{outcome.shape[:1]} rows of predictors and weights"
        raise Fault("STA-002", what="predictors", shape=table.shape, wanted=wanted)
    kept = np.isfinite(outcome) & np.isfinite(table).all(axis=1) & (weight != 0)
    kept &= ~np.isnan(weight)
    return outcome[kept], table[kept], weight[kept]


def _full(
    outcome: Floats, table: Floats, weight: Floats, choices: tuple[str, str, str]
) -> ModelFits:
    """Return the empty model and the one of all columns."""
    kind, link, fallback = choices
    return model_fits(
        outcome,
        table,
        players=[list(range(table.shape[1]))],
        outcome=kind,
        link=link,
        weights=weight,
        fallback=fallback,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Nearest:
    """(n, k) uncorrelated variables of variance 1 nearest to the predictors, (k, k) loadings."""

    variables: Floats
    loadings: Floats


def _nearest(table: Floats, weight: Floats) -> _Nearest | None:
    if not len(table) or not table.shape[1]:
        return None
    share = weight / weight.sum()
    off = table - share @ table
    spread = np.sqrt(share @ off**2)
    if (spread <= 1e-12 * np.maximum(np.abs(table).max(axis=0), 1e-300)).any():
        return None
    off /= spread
    values, vectors = np.linalg.eigh((off * share[:, None]).T @ off)
    if values[0] <= _SINGULAR:
        return None
    root = (vectors * np.sqrt(values)) @ vectors.T
    return _Nearest(variables=off @ (vectors / np.sqrt(values)) @ vectors.T, loadings=root)


def _squared_correlation(a: Floats, b: Floats, weight: Floats) -> float:
    share = weight / weight.sum()
    one, other = a - share @ a, b - share @ b
    below = float(share @ one**2) * float(share @ other**2)
    return float(share @ (one * other)) ** 2 / below if below > 0 else float("nan")


def _shared(
    near: _Nearest, slopes: Floats, r2: float, about: tuple[str, ModelFits]
) -> ModelWeights:
    measure, fits = about
    total = float(slopes @ slopes)
    parts = near.loadings**2 @ slopes**2
    rescaled = parts / total if total > 0 else np.full(len(parts), np.nan)
    return ModelWeights(
        weights=rescaled * r2 if total > 0 else np.zeros(len(parts)),
        rescaled=rescaled,
        r2=r2,
        measure=measure,
        warnings=fits.warnings,
    )


def _undefined(k: int, measure: str, fits: ModelFits) -> ModelWeights:
    nothing = np.full(k, np.nan)
    return ModelWeights(
        weights=nothing,
        rescaled=nothing,
        r2=float("nan"),
        measure=measure,
        warnings=fits.warnings,
    )
