"""Which outcome of each profile makes assignments and outcomes together the likeliest?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.mixtures.three_step import Members

Floats = NDArray[np.float64]

_ROUNDS: Final = 2000
_LEAST: Final = 1e-6
# A probability nearer to 0 or 1 than this is at its bound and has no standard error.
_BOUND: Final = 1e-6
_STEP: Final = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """The outcome of each profile.

    Args:
        estimates: (k, columns) means or probabilities.
        covariance: (k columns, k columns) sandwich covariance; nan for a probability at its
            bound.
        variances: (k,) variances within profiles; nan for a nominal outcome.
        settled: whether the likelihood settled.
    """

    estimates: Floats
    covariance: Floats
    variances: Floats
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    """Log shares, and means with log variances or log probabilities."""

    shares: Floats
    means: Floats
    spread: Floats


def fit_outcome(given: Members, table: Floats, counts: Floats, *, nominal: bool) -> Fitted:
    """What do assignments with known errors say of the outcome of each profile?

    Args:
        given: assignments and their errors.
        table: (units, 1) numbers, or (units, c) indicators of categories.
        counts: (units,) how often each unit counts; 0 where the outcome is missing.
        nominal: whether the outcome is nominal.

    Returns:
        The estimates that maximise the sum over units of the log of the sum over profiles of
        share x error x density, and their covariance.

    Source:
        Vermunt (2010), formula 13; Bakk, Tekle and Vermunt (2013), formulas 9 to 12.
    """
    centre, scale = 0.0, 1.0
    if not nominal:
        centre = float(counts @ table[:, 0] / counts.sum())
        spread = float(np.sqrt(counts @ (table[:, 0] - centre) ** 2 / counts.sum()))
        scale = spread if spread > 1e-12 * max(1.0, abs(centre)) else 1.0
    scaled = (table - centre) / scale
    held = counts > 0
    work = _Work(
        table=scaled[held],
        assigned=given.assigned[held] * counts[held, None],
        errors=given.errors,
        nominal=nominal,
    )
    state, settled = _climb(work, given.posterior[held])
    estimates = np.exp(state.means) if nominal else state.means
    covariance = _covariance(work, state)
    profiles = len(state.shares)
    return Fitted(
        estimates=centre + scale * estimates,
        covariance=covariance * scale**2,
        variances=np.full(profiles, np.nan) if nominal else np.exp(state.spread) * scale**2,
        settled=settled,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Work:
    table: Floats
    assigned: Floats
    errors: Floats
    nominal: bool

    def log_densities(self, state: _State) -> Floats:
        """Return (units, k)."""
        if self.nominal:
            return np.asarray(self.table @ state.means.T)
        off = self.table - state.means[:, 0]
        return np.asarray(-0.5 * (off**2 * np.exp(-state.spread) + state.spread))

    def memberships(self, state: _State) -> tuple[Floats, float]:
        """Return (units, k) expected memberships and the log-likelihood."""
        joint = self.log_densities(state) + state.shares
        highest = joint.max(axis=1, keepdims=True)
        density = np.exp(joint - highest)
        # (units, assigned to): what an assignment is expected to come with.
        totals = np.maximum(density @ self.errors, 1e-300)
        loglik = float((self.assigned * (highest + np.log(totals))).sum())
        return density * ((self.assigned / totals) @ self.errors.T), loglik


def _climb(work: _Work, posterior: Floats) -> tuple[_State, bool]:
    state = _maximise(work, posterior * work.assigned.sum(axis=1, keepdims=True))
    before = -np.inf
    for _ in range(_ROUNDS):
        weights, loglik = work.memberships(state)
        if loglik - before <= 1e-12 * (1 + abs(loglik)):
            return state, True
        before, state = loglik, _maximise(work, weights)
    return state, False


def _maximise(work: _Work, weights: Floats) -> _State:
    sums = np.maximum(weights.sum(axis=0), 1e-10)
    means = (weights.T @ work.table) / sums[:, None]
    shares = np.log(sums / sums.sum())
    if work.nominal:
        return _State(shares=shares, means=np.log(np.maximum(means, 1e-12)), spread=np.zeros(0))
    off = (weights * (work.table - means[:, 0]) ** 2).sum(axis=0) / sums
    return _State(shares=shares, means=means, spread=np.log(np.maximum(off, _LEAST)))


def _scores(work: _Work, state: _State) -> Floats:
    """Return (units, parameters): k - 1 log odds of shares, then those of each profile."""
    weights, _ = work.memberships(state)
    each = work.assigned.sum(axis=1, keepdims=True)
    shares = np.exp(state.shares)
    parts = [(weights - each * shares)[:, :-1]]
    if work.nominal:
        off = weights[:, :, None] * (work.table[:, None, :] - np.exp(state.means))
        parts.append(off[:, :, :-1].reshape(len(weights), -1))
    else:
        off = work.table - state.means[:, 0]
        precision = np.exp(-state.spread)
        parts.append(weights * off * precision)
        parts.append(weights * 0.5 * (off**2 * precision - 1))
    return np.hstack(parts)


def _moved(work: _Work, state: _State, move: Floats) -> _State:
    profiles = len(state.shares)
    shares = state.shares.copy()
    shares[:-1] += move[: profiles - 1]
    shares = shares - np.log(np.exp(shares).sum())
    rest = move[profiles - 1 :]
    if not work.nominal:
        means = state.means + rest[:profiles, None]
        return _State(shares=shares, means=means, spread=state.spread + rest[profiles:])
    means = state.means.copy()
    means[:, :-1] += rest.reshape(profiles, -1)
    means = means - np.log(np.exp(means).sum(axis=1, keepdims=True))
    return _State(shares=shares, means=means, spread=state.spread)


def _covariance(work: _Work, state: _State) -> Floats:
    """Return the sandwich covariance of means, or of probabilities by the delta method."""
    scores = _scores(work, state)
    profiles, columns = state.means.shape
    count = scores.shape[1]
    hessian = np.empty((count, count))
    for parameter in range(count):
        move = np.zeros(count)
        move[parameter] = _STEP
        up = _scores(work, _moved(work, state, move)).sum(axis=0)
        down = _scores(work, _moved(work, state, -move)).sum(axis=0)
        hessian[parameter] = (up - down) / (2 * _STEP)
    free = _free(work, state)
    inner = -(hessian + hessian.T)[np.ix_(free, free)] / 2
    found = np.full((profiles * columns, profiles * columns), np.nan)
    try:
        bread = np.linalg.inv(inner)
    except np.linalg.LinAlgError:
        return found
    spread = np.zeros((count, count))
    spread[np.ix_(free, free)] = bread @ (scores[:, free].T @ scores[:, free]) @ bread
    slope = _slopes(work, state)
    found = slope @ spread[profiles - 1 :, profiles - 1 :] @ slope.T
    if work.nominal:
        chances = np.exp(state.means).ravel()
        stuck = (chances < _BOUND) | (chances > 1 - _BOUND)
        found[stuck] = found[:, stuck] = np.nan
    return found


def _free(work: _Work, state: _State) -> NDArray[np.int64]:
    """Return the parameters that are not at a bound."""
    profiles = len(state.shares)
    fixed = [np.exp(state.shares[:-1]) < _BOUND]
    if work.nominal:
        fixed.append((np.exp(state.means[:, :-1]) < _BOUND).ravel())
        certain = (np.exp(state.means) > 1 - _BOUND).any(axis=1)
        fixed[1] |= np.repeat(certain, state.means.shape[1] - 1)
    else:
        fixed += [np.zeros(profiles, dtype=np.bool_), state.spread <= np.log(_LEAST)]
    return np.flatnonzero(~np.concatenate(fixed))


def _slopes(work: _Work, state: _State) -> Floats:
    """Return (k columns, parameters of profiles): how estimates follow the parameters."""
    profiles, columns = state.means.shape
    if not work.nominal:
        return np.hstack([np.eye(profiles), np.zeros((profiles, profiles))])
    slope = np.zeros((profiles * columns, profiles * (columns - 1)))
    for profile, chances in enumerate(np.exp(state.means)):
        block = np.diag(chances) - np.outer(chances, chances)
        rows = slice(profile * columns, (profile + 1) * columns)
        slope[rows, profile * (columns - 1) : (profile + 1) * (columns - 1)] = block[:, :-1]
    return slope
