"""Which loadings and uniquenesses make one common factor most likely?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.scales.moments import correlation

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]

ROUNDS: Final = 200
# The step in loadings of standardised items at which the climb has settled.
SETTLED: Final = 1e-9
# Below this smallest eigenvalue of the correlations, items depend on each other.
SINGULAR: Final = 1e-9
_HALVINGS: Final = 30
_FLOOR: Final = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OneFactor:
    """The one-factor solutions of m covariance matrices, nan where there is none.

    Args:
        loadings: (m, items) on the factor of variance 1, their sum not below 0.
        uniquenesses: (m, items) variances of what is not the factor's; below 0 in an improper
            (Heywood) solution.
        discrepancy: (m,) log|M| + tr(S M^-1) - log|S| - items, of S and its model M.
        rounds: (m,) steps taken.
        settled: (m,) whether the last step was small.

    Example:
        >>> fitted = one_factor(np.array([[[1, 0.2, 0.3], [0.2, 1, 0.6], [0.3, 0.6, 1]]]))
        >>> fitted.loadings.round(4).tolist()
        [[0.3162, 0.6325, 0.9487]]
    """

    loadings: Floats
    uniquenesses: Floats
    discrepancy: Floats
    rounds: Integers
    settled: Booleans


def one_factor(covariances: Floats, *, rounds: int = ROUNDS) -> OneFactor:
    """Which loadings and uniquenesses make one common factor most likely?

    Args:
        covariances: (m, items, items), each divided by n.
        rounds: steps at most.

    Returns:
        The maximum likelihood solutions. nan with fewer than three items, where two numbers an
        item cannot be told from the covariances, and for matrices that are not positive
        definite. Uniquenesses are free: one below 0 is shown, not held at 0.

    Source:
        Joreskog (1967), Some contributions to maximum likelihood factor analysis, for the
        function; the climb is Newton's, with the curvature made positive by taking its
        eigenvalues without sign (Nocedal and Wright 2006, section 3.4), and halved steps, from
        two starts.

    Example:
        >>> equal = np.full((1, 4, 4), 0.5) + 0.5 * np.eye(4)
        >>> one_factor(equal).uniquenesses.round(6).tolist()
        [[0.5, 0.5, 0.5, 0.5]]
    """
    count = covariances.shape[-1]
    size = len(covariances)
    loadings = np.full((size, count), np.nan)
    uniquenesses, discrepancy = loadings.copy(), np.full(size, np.nan)
    taken, settled = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    r = correlation(covariances)
    fit = ~np.isnan(r).any(axis=(1, 2)) & (count > 2)
    if fit.any():
        fit[fit] = np.linalg.eigvalsh(r[fit])[:, 0] > SINGULAR
    if fit.any():
        found = _best(r[fit], rounds)
        sd = np.sqrt(np.diagonal(covariances[fit], axis1=1, axis2=2))
        turned = np.where((found[0] * sd).sum(axis=1) < 0, -1.0, 1.0)
        loadings[fit] = found[0] * sd * turned[:, None]
        uniquenesses[fit] = found[1] * sd**2
        discrepancy[fit], taken[fit], settled[fit] = found[2:]
    return OneFactor(
        loadings=loadings,
        uniquenesses=uniquenesses,
        discrepancy=discrepancy,
        rounds=taken,
        settled=settled,
    )


def _first_axis(r: Floats) -> Floats:
    """Return first guesses from the largest eigenvalue, less the mean of the others."""
    values, vectors = np.linalg.eigh(r)
    count = r.shape[-1]
    rest = (count - values[:, -1]) / (count - 1)
    size = np.sqrt(np.maximum(values[:, -1] - rest, 0.1))
    return np.asarray(vectors[:, :, -1] * size[:, None])


def _best(r: Floats, rounds: int) -> tuple[Floats, Floats, Floats, Integers, Booleans]:
    """Climb from two starts, as the likelihood may have several peaks, and take the higher."""
    count = r.shape[-1]
    first = _climb(r, _first_axis(r), rounds)
    sums = r.sum(axis=2)
    second = _climb(r, sums / np.sqrt(np.maximum(sums.sum(axis=1), 0.1 * count))[:, None], rounds)
    # A peak goes before a climb without end, however high that has come.
    better = (second[4] & ~first[4]) | ((second[4] == first[4]) & (second[2] < first[2] - 1e-10))
    return (
        np.where(better[:, None], second[0], first[0]),
        np.where(better[:, None], second[1], first[1]),
        np.where(better, second[2], first[2]),
        np.where(better, second[3], first[3]),
        np.where(better, second[4], first[4]),
    )


def _climb(
    r: Floats, start: Floats, rounds: int
) -> tuple[Floats, Floats, Floats, Integers, Booleans]:
    point = np.concatenate([start, np.maximum(1 - start**2, 0.2)], axis=1)
    base = np.linalg.slogdet(r)[1] + r.shape[-1]
    value, inverse = _discrepancy(r, base, point)
    taken = np.zeros(len(r), dtype=np.int64)
    settled = np.zeros(len(r), dtype=bool)
    going = np.arange(len(r))
    for _ in range(rounds):
        step = _newton(r[going], inverse[going], point[going])
        reached = _halved(r[going], base[going], point[going], value[going], step)
        moved = np.abs(reached[0] - point[going]).max(axis=1)
        stuck = reached[1] >= value[going]
        point[going], value[going], inverse[going] = reached
        taken[going] += 1
        # A full Newton step so small ends the climb; so does one that rounding stops.
        small = np.abs(step).max(axis=1)
        settled[going] = (small < SETTLED) | (stuck & (small < 1e-5))
        going = going[~(settled[going] | (stuck & (moved == 0)))]
        if not len(going):
            break
    count = r.shape[-1]
    return point[:, :count], point[:, count:], value, taken, settled


def _discrepancy(r: Floats, base: Floats, point: Floats) -> tuple[Floats, Floats]:
    """Return the function, infinite outside positive definite models, and the inverse model."""
    count = r.shape[-1]
    loadings, uniquenesses = point[:, :count], point[:, count:]
    model = loadings[:, :, None] * loadings[:, None, :]
    index = np.arange(count)
    model[:, index, index] += uniquenesses
    values, vectors = np.linalg.eigh(model)
    inside = values[:, 0] > 1e-12
    safe = np.where(inside[:, None], values, 1.0)
    inverse = (vectors / safe[:, None, :]) @ vectors.transpose(0, 2, 1)
    found = np.log(safe).sum(axis=1) + (inverse * r).sum(axis=(1, 2)) - base
    return np.where(inside, found, np.inf), inverse


def _newton(r: Floats, inverse: Floats, point: Floats) -> Floats:
    """Return the step from exact first and second derivatives, downhill whatever the curvature.

    With W the inverse model and A = W S W, the derivative along changes X, Y of the model is
    tr((W - A) X), and the second tr(X W Y (2A - W)) + tr((W - A) d2M).
    """
    count = r.shape[-1]
    loadings = point[:, :count]
    around = inverse @ r @ inverse
    slope, both = inverse - around, 2 * around - inverse
    w = (inverse @ loadings[:, :, None])[:, :, 0]
    b = (both @ loadings[:, :, None])[:, :, 0]
    first = np.concatenate(
        [2 * (slope @ loadings[:, :, None])[:, :, 0], np.diagonal(slope, axis1=1, axis2=2)], axis=1
    )
    second = np.empty((len(r), 2 * count, 2 * count))
    cross = w[:, :, None] * b[:, None, :]
    ww, bb = (loadings * w).sum(axis=1)[:, None, None], (loadings * b).sum(axis=1)[:, None, None]
    second[:, :count, :count] = (
        cross + cross.transpose(0, 2, 1) + ww * both + bb * inverse + 2 * slope
    )
    mixed = w[:, None, :] * both + b[:, None, :] * inverse
    second[:, :count, count:] = mixed
    second[:, count:, :count] = mixed.transpose(0, 2, 1)
    second[:, count:, count:] = inverse * both
    values, vectors = np.linalg.eigh(second)
    size = np.abs(values)
    size = np.maximum(size, _FLOOR * size.max(axis=1, keepdims=True))
    along = (vectors.transpose(0, 2, 1) @ first[:, :, None])[:, :, 0] / size
    return np.asarray(-(vectors @ along[:, :, None])[:, :, 0])


def _halved(
    r: Floats, base: Floats, point: Floats, value: Floats, step: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return point, value and inverse after the longest halving of the step that gains."""
    reached = point + step
    found, inverse = _discrepancy(r, base, reached)
    waiting = np.flatnonzero(~(found < value))
    share = 1.0
    for _ in range(_HALVINGS):
        if not len(waiting):
            break
        share /= 2
        trial = point[waiting] + share * step[waiting]
        tried, its_inverse = _discrepancy(r[waiting], base[waiting], trial)
        reached[waiting], found[waiting], inverse[waiting] = trial, tried, its_inverse
        waiting = waiting[~(tried < value[waiting])]
    if len(waiting):
        reached[waiting] = point[waiting]
        found[waiting], inverse[waiting] = _discrepancy(r[waiting], base[waiting], point[waiting])
    return reached, found, inverse


def information(loadings: Floats, uniquenesses: Floats) -> Floats:
    """How much does one person tell of loadings and uniquenesses?

    Args:
        loadings: (items,).
        uniquenesses: (items,).

    Returns:
        (2 items, 2 items) expected information of one normal observation, loadings first.

    Source:
        Browne (1974): 1/2 tr(W dM/da W dM/db), W the inverse of the model M.

    Example:
        >>> information(np.ones(3), np.ones(3)).shape
        (6, 6)
    """
    model = np.outer(loadings, loadings) + np.diag(uniquenesses)
    inverse = np.linalg.inv(model)
    w = inverse @ loadings
    count = len(loadings)
    found = np.empty((2 * count, 2 * count))
    found[:count, :count] = np.outer(w, w) + inverse * float(loadings @ w)
    found[:count, count:] = inverse * w[None, :]
    found[count:, :count] = found[:count, count:].T
    found[count:, count:] = inverse**2 / 2
    return found
