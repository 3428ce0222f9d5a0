"""How do predictors move an ordered outcome up or down?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
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
from consilience.stats.importance.cumulative import LINKS, cell
from consilience.stats.importance.model_rows import ModelRows, model_rows
from consilience.stats.importance.single_model import SingleModel, check_fallback, climb_one

Floats = NDArray[np.float64]

_NAN: Final = float("nan")


class OrdinalLikelihood:
    """How likely are ordered levels under (thresholds, coefficients)?

    P(level <= j) = F(threshold j - x b): a positive coefficient goes with higher levels.

    Args:
        rows: rows of two or more levels, ascending.
        link: a key of `LINKS`.

    Example:
        >>> model = OrdinalLikelihood(model_rows([0, 1, 2], [[1.0], [2.0], [4.0]]), "logit")
        >>> model.null.round(3).tolist()
        [-0.693, 0.693]
    """

    def __init__(self, rows: ModelRows, link: str) -> None:
        """Keep where each level begins, and the table of products of the columns."""
        self.link = link
        self.rows = len(rows.level) * 2
        self.columns, self.weight = rows.columns, rows.weight
        self.across = np.ascontiguousarray(rows.columns.T)
        edges = np.searchsorted(rows.level, np.arange(len(rows.levels) + 1))
        self.spans = [slice(*pair) for pair in pairwise(edges)]
        self.lead = len(rows.levels) - 1
        self.level = rows.level
        self.products, self.places = product_table(rows.columns)
        self.table = self.products * rows.weight[:, None]
        self.weighted = rows.columns * rows.weight[:, None]
        below = np.cumsum(rows.counts)[:-1] / rows.total
        self.null = LINKS[link].quantile(below)

    def slope(self, coefficients: Floats) -> Slope:
        """Return value, gradient and information at (s, m) coefficients."""
        s, lead = len(coefficients), self.lead
        eta = coefficients[:, lead:] @ self.across
        edge = np.full((s, 1), np.inf)
        bounds = np.hstack([-edge, coefficients[:, :lead], edge])
        value, pull, bend = np.zeros(s), np.empty_like(eta), np.empty_like(eta)
        gradient = np.zeros((s, lead + 2))
        matrix = np.zeros((s, lead + 2, coefficients.shape[1] + 2))
        for j, span in enumerate(self.spans):
            w, x, place = self.weight[span], self.weighted[span], eta[:, span]
            here = cell(self.link, bounds[:, j, None] - place, bounds[:, j + 1, None] - place)
            value += here.loglik @ w
            pull[:, span] = here.lower - here.upper
            bend[:, span] = here.bend_lower + here.bend_upper
            gradient[:, j] -= here.lower @ w
            gradient[:, j + 1] += here.upper @ w
            cross = here.cross @ w
            matrix[:, j, j] += here.bend_lower @ w + cross
            matrix[:, j + 1, j + 1] += here.bend_upper @ w + cross
            matrix[:, j, j + 1] -= cross
            matrix[:, j + 1, j] -= cross
            matrix[:, j, lead + 2 :] -= here.bend_lower @ x
            matrix[:, j + 1, lead + 2 :] -= here.bend_upper @ x
        return Slope(
            loglik=value,
            gradient=np.hstack([gradient[:, 1:-1], pull @ self.weighted]),
            information=self._information(matrix[:, 1:-1], (bend @ self.table)[:, self.places]),
        )

    def _information(self, upper: Floats, slopes: Floats) -> Floats:
        """Join (s, lead, lead + 2 + k) rows of thresholds and (s, k, k) those of coefficients."""
        lead = self.lead
        rows = np.concatenate([upper[:, :, 1 : lead + 1], upper[:, :, lead + 2 :]], axis=2)
        turned = np.swapaxes(rows[:, :, lead:], 1, 2)
        return np.concatenate([rows, np.concatenate([turned, slopes], axis=2)], axis=1)

    def reach(self, step: Floats) -> Floats:
        """Return (s,) how far a step moves the linear predictor of any row."""
        if not len(self.across):
            return np.zeros(len(step))
        return np.asarray(np.abs(step[:, self.lead :] @ self.across).max(axis=1))

    def penalised(self, coefficients: Floats, active: Flags) -> Slope:
        """Return the same with half the log of the determinant of the expected information."""
        here = self.slope(coefficients)
        with np.errstate(all="ignore"):
            inside = _Expected(self, coefficients)
            matrix = masked(inside.information, active)
            possible = np.isfinite(here.loglik) & np.isfinite(matrix).all(axis=(1, 2))
            matrix[~possible] = np.eye(matrix.shape[1])
            inverse = np.asarray(
                np.linalg.inv(matrix) * (active[:, :, None] & active[:, None, :]), dtype=float
            )
            gradient = here.gradient + inside.penalty_gradient(inverse)
            _, determinant = np.linalg.slogdet(matrix)
        return Slope(
            loglik=np.where(possible, here.loglik + determinant / 2, -np.inf),
            gradient=gradient,
            information=inside.information,
        )


class _Expected:
    """Expected information: at each row a band (diagonal, beside) over the thresholds."""

    def __init__(self, model: OrdinalLikelihood, coefficients: Floats) -> None:
        self.model, link, lead = model, LINKS[model.link], model.lead
        eta = coefficients[:, lead:] @ model.across
        bounds = coefficients[:, :lead, None] - eta[:, None, :]
        edge = np.full_like(bounds[:, :1], np.inf)
        every = np.concatenate([-edge, bounds, edge], axis=1)
        inverse = 1 / np.maximum(link.between(every[:, :-1], every[:, 1:]), 1e-290)
        # (s, thresholds, n) densities f and slopes f', and both over the probabilities of the
        # levels below and above: these ratios stay small where probabilities do not.
        self.f, bend = link.density(bounds), link.bend(bounds)
        self.below, self.above = self.f * inverse[:, :-1], self.f * inverse[:, 1:]
        self.bend_below, self.bend_above = bend * inverse[:, :-1], bend * inverse[:, 1:]
        self.diagonal = self.f * (self.below + self.above)
        self.beside = -self.f[:, :-1] * self.below[:, 1:]
        self.information = self._matrix()

    def _matrix(self) -> Floats:
        model, lead = self.model, self.model.lead
        sums = self.diagonal.copy()
        sums[:, :-1] += self.beside
        sums[:, 1:] += self.beside
        s, k = len(sums), model.columns.shape[1]
        found = np.zeros((s, lead + k, lead + k))
        at = np.arange(lead)
        found[:, at, at] = self.diagonal @ model.weight
        found[:, at[:-1], at[1:]] = found[:, at[1:], at[:-1]] = self.beside @ model.weight
        found[:, :lead, lead:] = -(sums @ model.weighted)
        found[:, lead:, :lead] = np.swapaxes(found[:, :lead, lead:], 1, 2)
        found[:, lead:, lead:] = (sums.sum(axis=1) @ model.table)[:, model.places]
        return found

    def penalty_gradient(self, inverse: Floats) -> Floats:
        """Return (s, m) half of trace(I^-1 dI / d coefficient)."""
        model, lead = self.model, self.model.lead
        side = inverse[:, :lead, lead:] @ model.across
        square = quadratic_forms(inverse[:, lead:, lead:], model.products)[:, None]
        at = np.arange(lead)
        own = inverse[:, at, at, None] - 2 * side + square
        pair = inverse[:, at[:-1], at[1:], None] - side[:, :-1] - side[:, 1:] + square
        # By its own threshold, then by those beside it, which share a level.
        bend = 2 * (self.bend_below + self.bend_above)
        turn = own * self.f * (bend + self.above**2 - self.below**2)
        one, other = self.above[:, :-1], self.below[:, 1:]
        turn[:, 1:] -= own[:, :-1] * self.f[:, :-1] * one * other
        turn[:, :-1] += own[:, 1:] * self.f[:, 1:] * one * other
        turn[:, :-1] -= 2 * pair * self.f[:, 1:] * (self.bend_above[:, :-1] + one**2)
        turn[:, 1:] -= 2 * pair * self.f[:, :-1] * (self.bend_below[:, 1:] - other**2)
        turn *= model.weight / 2
        return np.hstack([turn.sum(axis=2), -(turn.sum(axis=1) @ model.columns)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrdinalFit:
    """What was found for one cumulative model.

    Args:
        coefficients: (k,) positive where higher values go with higher levels; nan for a column
            that does not vary or that those before it determine.
        thresholds: (J - 1,) between the levels, ascending.
        covariance: (k + J - 1, k + J - 1) of coefficients, then thresholds: the inverse of the
            observed information (of the expected with a penalty).
        levels: (J,) values of the outcome that occur, ascending.
        loglik: log-likelihood, without the penalty; at most 0.
        null_loglik: of the model with thresholds alone, fitted likewise.
        deviance: -2 loglik, 0 or more.
        null_deviance: -2 null_loglik.
        rows: complete rows with a weight above 0.
        converged: whether the search settled.
        separated: whether predictors part the outcome, see `LogitFit`.
        penalised: whether the penalty was used.
        warnings: what should be said beside the figures.

    Example:
        >>> fit_ordinal([1, 1, 2, 3, 2, 3], [0, 1, 2, 3, 4, 5]).levels.tolist()
        [1.0, 2.0, 3.0]
    """

    coefficients: Floats
    thresholds: Floats
    covariance: Floats
    levels: Floats
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
        """(k + J - 1,) square roots of the variances, coefficients first."""
        return np.sqrt(np.diagonal(self.covariance))


def fit_ordinal(
    y: ArrayLike,
    X: ArrayLike,
    *,
    link: str = "logit",
    weights: ArrayLike | None = None,
    fallback: str = "limit",
    firth: bool = False,
) -> OrdinalFit:
    """How do predictors move an ordered outcome up or down?

    Args:
        y: (n,) outcome as numbers in their order, nan where missing; values that do not occur
            do not count.
        X: (n, k) predictors without a constant, nan where missing; complete rows are used.
        link: `logit` (proportional odds), `probit`, `cloglog` or `loglog`.
        weights: (n,) 0 or more; a weight of 2 is as good as the row twice.
        fallback: where predictors part the outcome, see `fit_logit`.
        firth: whether to use the penalty, half the log of the determinant of the expected
            information (Jeffreys' prior), in any case.

    Returns:
        The fit; all nan if fewer than two levels are left.

    Raises:
        Fault: STA-001 for an unknown link or fallback, STA-002 for lengths, STA-003 for a
            negative weight.

    Warns:
        See `fit_logit`.

    Source:
        McCullagh (1980), Regression models for ordinal data; Firth (1993) for the penalty, which
        with two levels and a logit is that of Heinze and Schemper (2002).

    Differs:
        MASS's `polr` and ordinal's `clm` have the same signs and thresholds. `polr` gets its
        covariance from a numerical second derivative, which was right to 2 to 4 digits; `clm`
        agrees to 1e-9 once it has settled. `clm` lists thresholds first.

    Example:
        >>> found = fit_ordinal([1, 1, 2, 3, 2, 3], [0, 1, 2, 3, 4, 5])
        >>> found.coefficients.round(3).tolist(), found.thresholds.round(3).tolist()
        ([1.791], [2.688, 6.365])
    """
    check_fallback(fallback)
    if link not in LINKS:
        raise Fault("STA-001", what="link", value=link, known=", ".join(LINKS))
    rows = model_rows(y, X, weights=weights)
    k = rows.columns.shape[1]
    if len(rows.levels) < 2:
        return _no_fit(rows, k)
    model = OrdinalLikelihood(rows, link)
    return _told(rows, model, climb_one(model, rows, fallback=fallback, firth=firth))


def _told(rows: ModelRows, model: OrdinalLikelihood, single: SingleModel) -> OrdinalFit:
    at, there = single.found.coefficients, single.active[0]
    slope = model.penalised(at, single.active) if single.penalised else model.slope(at)
    inverse = np.linalg.inv(masked(slope.information, single.active))[0] * np.outer(there, there)
    # Back from columns of mean 0 and standard deviation 1, and coefficients put first.
    k, lead = rows.columns.shape[1], model.lead
    turn = np.zeros((k + lead, k + lead))
    turn[:k, lead:] = np.diag(1 / rows.scale)
    turn[k:, :lead] = np.eye(lead)
    turn[k:, lead:] = rows.centre / rows.scale
    keep = np.where(np.concatenate([there[lead:], there[:lead]]) & ~single.blank, 1.0, np.nan)
    places = turn @ at[0] * keep
    null_loglik = float(single.null.loglik[0])
    return OrdinalFit(
        coefficients=places[:k],
        thresholds=places[k:],
        covariance=turn @ inverse @ turn.T * np.outer(keep, keep),
        levels=rows.levels,
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


def _no_fit(rows: ModelRows, k: int) -> OrdinalFit:
    return OrdinalFit(
        coefficients=np.full(k, np.nan),
        thresholds=np.empty(0),
        covariance=np.full((k, k), np.nan),
        levels=rows.levels,
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
