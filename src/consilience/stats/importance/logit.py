"""How do predictors change the log-odds of an outcome of two values?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.importance.climb import (
    Flags,
    Slope,
    masked,
    product_table,
    quadratic_forms,
)
from consilience.stats.importance.model_rows import ModelRows, model_rows
from consilience.stats.importance.single_model import SingleModel, check_fallback, climb_one

Floats = NDArray[np.float64]

_NAN: Final = float("nan")


class LogitLikelihood:
    """How likely is an outcome of 0 and 1 under (constant, coefficients)?

    Args:
        y: (n,) outcome, 0 to 1.
        columns: (n, k) predictors.
        weight: (n,) above 0.

    Example:
        >>> model = LogitLikelihood(np.array([0.0, 1.0]), np.zeros((2, 1)), np.ones(2))
        >>> model.slope(np.zeros((1, 2))).loglik.round(3).tolist()
        [-1.386]
    """

    def __init__(self, y: Floats, columns: Floats, weight: Floats) -> None:
        """Keep the design, and the table of products of its columns."""
        self.rows = len(y)
        self.y, self.weight = y, weight
        self.design = np.column_stack([np.ones(len(y)), columns])
        self.across = np.ascontiguousarray(self.design.T)
        self.products, self.places = product_table(self.design)
        self.plain = bool((weight == 1).all())
        self.table = self.products if self.plain else self.products * weight[:, None]
        self.weighted = self.design * weight[:, None]
        self.total = self.weighted.sum(axis=0)
        self.successes = self.weighted.T @ y
        share = float(weight @ y / weight.sum())
        with np.errstate(divide="ignore"):
            self.null = np.array([np.log(share) - np.log1p(-share)])

    def slope(self, coefficients: Floats) -> Slope:
        """Return value, gradient and information at (s, m) coefficients."""
        eta = coefficients @ self.across
        size = np.abs(eta)
        # log(1 + exp(eta)) = (eta + |eta|) / 2 + log(1 + exp(-|eta|)), which cannot overflow.
        linear = coefficients @ (self.successes - self.total / 2) - size @ self.weight / 2
        small = np.exp(np.negative(size, out=size), out=size)
        above = 1 + small
        loglik = linear - self._logs(above)
        signed = np.divide(1 - small, above)
        np.copysign(signed, eta, out=signed)
        gradient = self.successes - (self.total + signed @ self.weighted) / 2
        np.divide(small, above, out=small)
        np.divide(small, above, out=small)
        information = (small @ self.table)[:, self.places]
        return Slope(loglik=loglik, gradient=gradient, information=information)

    def _logs(self, above: Floats) -> Floats:
        if not self.plain:
            return np.asarray(np.log(above) @ self.weight)
        # A product of 512 factors of 1 to 2 cannot overflow, and costs no logarithm.
        starts = np.arange(0, self.rows, 512)
        return np.asarray(np.log(np.multiply.reduceat(above, starts, axis=1)).sum(axis=1))

    def reach(self, step: Floats) -> Floats:
        """Return (s,) how far a step moves the linear predictor of any row."""
        return np.asarray(np.abs(step @ self.across).max(axis=1))

    def penalised(self, coefficients: Floats, active: Flags) -> Slope:
        """Return the same of Firth's penalised likelihood (Heinze and Schemper 2002, 2)."""
        here = self.slope(coefficients)
        matrix = masked(here.information, active)
        inverse = np.asarray(
            np.linalg.inv(matrix) * (active[:, :, None] & active[:, None, :]), dtype=float
        )
        tilt = np.tanh(coefficients @ self.across / 2)
        # p (1 - p) = (1 - tilt^2) / 4, and 1/2 - p = -tilt / 2.
        spread = (1 - tilt * tilt) / 4 * self.weight
        leverage = spread * quadratic_forms(inverse, self.products)
        gradient = here.gradient - (leverage * tilt) @ self.design / 2
        _, determinant = np.linalg.slogdet(matrix)
        return Slope(
            loglik=here.loglik + determinant / 2,
            gradient=gradient,
            information=here.information,
        )

    def spread_of_fit(self, coefficients: Floats) -> tuple[Floats, Floats]:
        """Return (s,) Tjur's difference of mean probabilities, and the squared error's share."""
        p = 1 / (1 + np.exp(-np.clip(coefficients @ self.across, -700, 700)))
        ones, zeros = self.weight * self.y, self.weight * (1 - self.y)
        tjur = p @ ones / ones.sum() - p @ zeros / zeros.sum()
        around = ones.sum() * zeros.sum() / self.weight.sum()
        p -= self.y
        np.multiply(p, p, out=p)
        return tjur, 1 - p @ self.weight / around


def logit_likelihood(rows: ModelRows) -> LogitLikelihood:
    """What is climbed for these rows, the higher of two levels counting as success?

    Raises:
        Fault: STA-003 for more than two levels.

    Example:
        >>> logit_likelihood(model_rows([1, 2, 2], [[1.0], [2.0], [4.0]])).null.round(3).tolist()
        [0.693]
    """
    if len(rows.levels) > 2:
        wanted = "an outcome of two values, or an ordinal model"
        value = f"of {len(rows.levels)} values"
        raise Fault("STA-003", what="the outcome", value=value, wanted=wanted)
    return LogitLikelihood(rows.level.astype(float), rows.columns, rows.weight)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogitFit:
    """What was found for one logistic model.

    Args:
        coefficients: (k + 1,) the constant first, on the log-odds of the higher value; nan for a
            column that does not vary or that those before it determine.
        covariance: (k + 1, k + 1) inverse of the information; nan for such a column.
        loglik: log-likelihood, without the penalty; at most 0.
        null_loglik: of the model with the constant alone, fitted likewise.
        deviance: -2 loglik, 0 or more.
        null_deviance: -2 null_loglik.
        rows: complete rows with a weight above 0.
        converged: whether the search settled.
        separated: whether predictors part the outcome. Without a penalty, coefficients and
            covariance then mean nothing, and the log-likelihood is its least upper bound.
        penalised: whether Firth's penalty was used.
        warnings: what should be said beside the figures.

    Example:
        >>> fit_logit([0, 0, 1, 0, 1, 1], [0, 1, 2, 3, 4, 5]).converged
        True
    """

    coefficients: Floats
    covariance: Floats
    loglik: float
    null_loglik: float
    deviance: float
    null_deviance: float
    rows: int
    converged: bool
    separated: bool
    penalised: bool
    warnings: tuple[Fault, ...]

    @property
    def standard_errors(self) -> Floats:
        """(k + 1,) square roots of the variances."""
        return np.sqrt(np.diagonal(self.covariance))


def fit_logit(
    y: ArrayLike,
    X: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    fallback: str = "limit",
    firth: bool = False,
) -> LogitFit:
    """How do predictors change the log-odds of the higher of two values?

    Args:
        y: (n,) outcome of two values, nan where missing.
        X: (n, k) predictors without a constant, nan where missing; complete rows are used.
        weights: (n,) 0 or more; a weight of 2 is as good as the row twice.
        fallback: where predictors part the outcome: `limit` gives the least upper bound of the
            log-likelihood, `firth` fits with Firth's penalty, `none` gives nan.
        firth: whether to use the penalty in any case.

    Returns:
        The fit; all nan if fewer than two values of the outcome are left.

    Raises:
        Fault: STA-001 for an unknown fallback, STA-002 for lengths, STA-003 for a negative weight
            or an outcome of more than two values.

    Warns:
        STA-005 if not settled, STA-024 rows left out, STA-030 where the outcome is parted,
        STA-032 where it does not vary.

    Source:
        McCullagh and Nelder (1989), Generalized Linear Models, 4.4; Firth (1993), Bias reduction
        of maximum likelihood estimates; Heinze and Schemper (2002), A solution to the problem of
        separation in logistic regression.

    Differs:
        R's `glm` stops when the deviance changes by less than 1e-8 of itself and takes the
        covariance of the round before; ours settles further, so that standard errors can
        differ in the 6th digit. R's weights count rows in its degrees of freedom; the likelihood
        is the same.

    Example:
        >>> found = fit_logit([0, 0, 1, 0, 1, 1], [0, 1, 2, 3, 4, 5])
        >>> found.coefficients.round(3).tolist(), round(found.deviance, 3)
        ([-3.035, 1.214], 4.956)
    """
    check_fallback(fallback)
    rows = model_rows(y, X, weights=weights)
    k = rows.columns.shape[1]
    if len(rows.levels) < 2:
        return _no_fit(rows, k)
    model = logit_likelihood(rows)
    return _told(rows, model, climb_one(model, rows, fallback=fallback, firth=firth))


def _told(rows: ModelRows, model: LogitLikelihood, single: SingleModel) -> LogitFit:
    at, there = single.found.coefficients, single.active[0]
    inverse = np.linalg.inv(masked(model.slope(at).information, single.active))[0]
    # Back from columns of mean 0 and standard deviation 1 to those given.
    turn = np.diag(np.concatenate([[1.0], 1 / rows.scale]))
    turn[0, 1:] = -rows.centre / rows.scale
    keep = np.where(there & ~single.blank, 1.0, np.nan)
    null_loglik = float(single.null.loglik[0])
    return LogitFit(
        coefficients=turn @ at[0] * keep,
        covariance=turn @ (inverse * np.outer(there, there)) @ turn.T * np.outer(keep, keep),
        loglik=single.loglik,
        null_loglik=null_loglik,
        deviance=-2 * single.loglik,
        null_deviance=-2 * null_loglik,
        rows=rows.rows,
        converged=single.converged,
        separated=single.separated,
        penalised=single.penalised,
        warnings=(*rows.warnings, *single.warnings),
    )


def _no_fit(rows: ModelRows, k: int) -> LogitFit:
    return LogitFit(
        coefficients=np.full(k + 1, np.nan),
        covariance=np.full((k + 1, k + 1), np.nan),
        loglik=_NAN,
        null_loglik=_NAN,
        deviance=_NAN,
        null_deviance=_NAN,
        rows=rows.rows,
        converged=False,
        separated=False,
        penalised=False,
        warnings=rows.warnings,
    )
