"""What foretells which profile a unit belongs to, given that assignments have errors?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import normal_tail
from consilience.stats.mixtures.three_step import (
    Members,
    Wald,
    bootstrap_covariance,
    members,
    wald,
)
from consilience.stats.resample import Streams

Floats = NDArray[np.float64]

_ROUNDS: Final = 200
# Log odds beyond which a covariate foretells a profile without error.
_ENDLESS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prediction:
    """A multinomial logit of the profiles.

    Args:
        coefficients: (k, 1 + covariates) log odds against the profile of reference, the
            constant first; 0 in the row of the reference.
        se: standard errors of the same shape; 0 in the row of the reference.
        p: two-sided p of each; nan in the row of the reference.
        covariance: covariance of all coefficients but those of the reference, row by row.
        tests: of each covariate, that it tells nothing of any profile.
        wald: that no covariate does.
        loglik: log-likelihood of the assignments.
        units: units that count, or the sum of their weights.
        warnings: what a reader should know.
    """

    coefficients: Floats
    se: Floats
    p: Floats
    covariance: Floats
    tests: tuple[Wald, ...]
    wald: Wald
    loglik: float
    units: float
    warnings: tuple[Fault, ...]


def predict_profiles(
    posterior: ArrayLike,
    covariates: ArrayLike,
    *,
    reference: int = 0,
    method: str = "ML",
    assignment: str = "modal",
    weights: ArrayLike | None = None,
    replicates: int = 0,
    streams: Streams | None = None,
) -> Prediction:
    """How do the odds of each profile go with covariates?

    Args:
        posterior: (units, k) membership probabilities, nan where there are none; k at least 2.
        covariates: (units, covariates) numbers; a unit with a nan counts for the errors of
            assignment only.
        reference: position of the profile that odds are taken against.
        method: `ML` with the errors of assignment held fixed; `BCH` weights that undo them;
            `none` takes assignments for memberships.
        assignment: `modal` or `proportional`.
        weights: (units,) how often each unit counts; 1 if None.
        replicates: bootstrap samples for the covariance, 0 for the robust (sandwich) one.
        streams: random stream of a block of 100 samples, by its number; needed with
            `replicates`.

    Returns:
        Log odds, standard errors and Wald tests; all nan, with a warning, where covariates
        repeat each other or errors cannot be undone.

    Raises:
        Fault: STA-001 for another method or assignment; STA-002 if shapes do not fit; STA-003
            for probabilities, weights or a reference out of range, or `replicates` without
            `streams`.

    Source:
        Vermunt (2010), Latent class modeling with covariates: two improved three-step
        approaches, formulas 13 (ML) and 9 (BCH).

    Example:
        >>> sure = np.array([[1, 0]] * 4 + [[0, 1]] * 4)
        >>> found = predict_profiles(sure, [[0], [0], [0], [1], [0], [1], [1], [1]])
        >>> found.coefficients.round(3).tolist()
        [[0.0, 0.0], [-1.099, 2.197]]
    """
    if replicates and streams is None:
        raise Fault(
            "STA-003", what="streams", value=None, wanted="random streams for the replicates"
        )
    given = members(posterior, method=method, assignment=assignment, weights=weights)
    design, held = _design(covariates, len(given.posterior))
    profiles = given.posterior.shape[1]
    if not 0 <= reference < profiles:
        raise Fault("STA-003", what="the reference", value=reference, wanted=f"0 to {profiles - 1}")
    fit = _fit(given, design, held, reference, method)
    covariance, lost = fit.covariance, 0
    if replicates and streams is not None and not fit.reason:
        rows = np.where(given.weights[:, None] > 0, given.posterior, np.nan)

        def again(counts: Floats) -> Floats:
            other = members(rows, method=method, assignment=assignment, weights=counts)
            return _fit(other, design, held, reference, method).free

        covariance, lost = bootstrap_covariance(
            again, given.weights, replicates=replicates, streams=streams
        )
    warnings = _warnings(fit, lost, replicates)
    return _prediction(fit, covariance, reference, float(given.weights @ held), warnings)


def _warnings(fit: _Fit, lost: int, replicates: int) -> tuple[Fault, ...]:
    warnings = []
    if fit.reason:
        warnings.append(Fault("STA-054", reason=fit.reason))
    if not fit.settled:
        warnings.append(Fault("STA-005", what="the log odds of profiles", rounds=_ROUNDS))
    if lost:
        warnings.append(Fault("STA-055", count=lost, replicates=replicates))
    return tuple(warnings)


def _design(covariates: ArrayLike, units: int) -> tuple[Floats, NDArray[np.bool_]]:
    table = np.asarray(covariates, dtype=float)
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim != 2 or len(table) != units:
        raise Fault(
            "STA-002", what="the covariates", shape=table.shape, wanted=f"({units}, covariates)"
        )
    held = np.isfinite(table).all(axis=1)
    return np.hstack([np.ones((units, 1)), np.where(held[:, None], table, 0.0)]), held


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fit:
    """Coefficients (k - 1, columns) of the profiles but the reference, and what goes with them."""

    free: Floats
    covariance: Floats
    loglik: float
    reason: str
    settled: bool
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Work:
    """Design, (units, k) assignments or weights, errors; the reference comes last."""

    design: Floats
    targets: Floats
    errors: Floats
    counts: Floats
    likelihood: bool

    def at(self, coefficients: Floats) -> tuple[float, Floats, Floats]:
        """Return the log-likelihood, (units, k) chances and (units, k) memberships."""
        logits = np.hstack([self.design @ coefficients.T, np.zeros((len(self.design), 1))])
        logits -= logits.max(axis=1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        chances = np.exp(logs)
        if not self.likelihood:
            return float(self.counts @ (self.targets * logs).sum(axis=1)), chances, self.targets
        totals = np.maximum(chances @ self.errors, 1e-300)
        value = float(self.counts @ (self.targets * np.log(totals)).sum(axis=1))
        return value, chances, chances * ((self.targets / totals) @ self.errors.T)


def _fit(
    given: Members, design: Floats, held: NDArray[np.bool_], reference: int, method: str
) -> _Fit:
    profiles, columns = given.posterior.shape[1], design.shape[1]
    rows = held & (given.weights > 0)
    shape = (profiles - 1, columns)
    reason = given.lack
    if not reason and profiles < 2:
        reason = "there is one profile only"
    scale = np.ones(columns)
    if not reason:
        scale[1:] = design[rows, 1:].std(axis=0) if rows.any() else 0.0
        scale = np.where(scale > 0, scale, 1.0)
        if np.linalg.matrix_rank(_centred(design[rows]) / scale, tol=1e-8) < columns:
            reason = "covariates do not vary or repeat each other"
    if reason:
        size = shape[0] * columns
        nothing = np.full((size, size), np.nan)
        return _Fit(
            free=np.full(size, np.nan),
            covariance=nothing,
            loglik=float("nan"),
            reason=reason,
            settled=True,
            shape=shape,
        )
    order = np.r_[np.delete(np.arange(profiles), reference), reference]
    likelihood = method == "ML"
    work = _Work(
        design=design[rows] / scale,
        targets=(given.assigned if likelihood else given.unmixed)[rows][:, order],
        errors=given.errors[np.ix_(order, order)],
        counts=given.weights[rows],
        likelihood=likelihood,
    )
    return _climbed(work, scale)


def _centred(design: Floats) -> Floats:
    if not len(design):
        return design
    off = design - design.mean(axis=0)
    off[:, 0] = 1.0
    return np.asarray(off)


def _climbed(work: _Work, scale: Floats) -> _Fit:
    shape = (work.targets.shape[1] - 1, work.design.shape[1])
    found = np.zeros(shape)
    value, settled = work.at(found)[0], False
    for _ in range(_ROUNDS):
        gradient, sure, safe = _slopes(work, found)
        step = _step(gradient, sure, safe)
        new, reached = _halved(work, found, step.reshape(shape), value)
        gained = reached - value
        found, value = new, reached
        if gained <= 1e-12 * (1 + abs(value)) and np.abs(gradient).max() < 1e-6 * work.counts.sum():
            settled = True
            break
    settled = settled and bool(np.abs(found).max() < _ENDLESS)
    full = np.tile(scale, shape[0])
    return _Fit(
        free=found.ravel() / full,
        covariance=_sandwich(work, found) / full[:, None] / full,
        loglik=value,
        reason="",
        settled=settled,
        shape=shape,
    )


def _slopes(work: _Work, coefficients: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the gradient, minus the second derivatives, and those of known memberships."""
    _, chances, memberships = work.at(coefficients)
    scores = work.counts[:, None] * (memberships - chances)[:, :-1]
    gradient = (scores.T @ work.design).ravel()
    safe = _curvature(work, chances, chances)
    if not work.likelihood:
        return gradient, safe, safe
    return gradient, safe - _curvature_of_memberships(work, chances), safe


def _curvature(work: _Work, one: Floats, other: Floats) -> Floats:
    parts = -one[:, :-1, None] * other[:, None, :-1]
    diagonal = np.arange(parts.shape[1])
    parts[:, diagonal, diagonal] += one[:, :-1]
    return _gathered(work, parts)


def _gathered(work: _Work, parts: Floats) -> Floats:
    size = parts.shape[1] * work.design.shape[1]
    weighted = work.counts[:, None, None] * parts
    found = np.einsum("itu,ia,ib->taub", weighted, work.design, work.design, optimize=True)
    return np.asarray(found).reshape(size, size)


def _curvature_of_memberships(work: _Work, chances: Floats) -> Floats:
    """Return the part that the doubt of memberships takes away, over all assignments."""
    totals = np.maximum(chances @ work.errors, 1e-300)
    parts = np.zeros((len(chances), chances.shape[1] - 1, chances.shape[1] - 1))
    for assigned in range(chances.shape[1]):
        held = chances * work.errors[:, assigned] / totals[:, [assigned]]
        inner = -held[:, :-1, None] * held[:, None, :-1]
        diagonal = np.arange(inner.shape[1])
        inner[:, diagonal, diagonal] += held[:, :-1]
        parts += work.targets[:, [assigned], None] * inner
    return _gathered(work, parts)


def _step(gradient: Floats, sure: Floats, safe: Floats) -> Floats:
    # Newton where the likelihood bends downwards; else as if memberships were known.
    values = np.linalg.eigvalsh(sure)
    bent = sure if values[0] > 1e-10 * max(values[-1], 1e-300) else safe
    ridge = 1e-12 * max(float(np.trace(bent)), 1e-300) * np.eye(len(bent))
    return np.asarray(np.linalg.solve(bent + ridge, gradient))


def _halved(work: _Work, start: Floats, step: Floats, value: float) -> tuple[Floats, float]:
    size = min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
    for _ in range(40):
        moved = start + size * step
        reached = work.at(moved)[0]
        if reached >= value:
            return moved, reached
        size /= 2
    return start, value


def _sandwich(work: _Work, coefficients: Floats) -> Floats:
    _, chances, memberships = work.at(coefficients)
    scores = work.counts[:, None] * (memberships - chances)[:, :-1]
    each = (scores[:, :, None] * work.design[:, None, :]).reshape(len(scores), -1)
    _, sure, _ = _slopes(work, coefficients)
    values = np.linalg.eigvalsh(sure)
    if values[0] <= 1e-10 * max(values[-1], 1e-300):
        return np.full_like(sure, np.nan)
    bread = np.linalg.inv(sure)
    return np.asarray(bread @ (each.T @ each) @ bread)


def _prediction(
    fit: _Fit, covariance: Floats, reference: int, units: float, warnings: tuple[Fault, ...]
) -> Prediction:
    others, columns = fit.shape
    variances = np.diagonal(covariance).reshape(fit.shape)
    free = fit.free.reshape(fit.shape)
    se = np.sqrt(np.where(variances > 0, variances, np.nan))
    p = np.minimum(2 * normal_tail(np.abs(free / se)), 1.0)
    place = np.arange(others * columns).reshape(fit.shape)

    def test(which: NDArray[np.int64]) -> Wald:
        return wald(fit.free[which], covariance[np.ix_(which, which)])

    return Prediction(
        coefficients=np.insert(free, reference, 0.0, axis=0),
        se=np.insert(se, reference, 0.0, axis=0),
        p=np.insert(p, reference, np.nan, axis=0),
        covariance=covariance,
        tests=tuple(test(place[:, column]) for column in range(1, columns)),
        wald=test(place[:, 1:].ravel()),
        loglik=fit.loglik,
        units=units,
        warnings=warnings,
    )
