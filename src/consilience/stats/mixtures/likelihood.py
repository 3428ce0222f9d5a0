"""How likely are the values of each unit under each profile, from what was observed of it?

All quantities are linear in features of a unit (its values, their squares and products), so one
matrix product serves all units, profiles and starts. Units are grouped by which values they
lack; what is missing enters through its expectation given the rest (Ghahramani and Jordan
1994), which maximises the likelihood of the observed data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.mixtures.covariance import (
    EMPTY,
    LEAST_VARIANCE,
    fit_covariances,
    is_diagonal,
    is_scale_free,
    lift,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_LOG_2PI: Final = float(np.log(2 * np.pi))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """Units that have answers to the same variables.

    Args:
        units: positions of the units, or all of them as a slice.
        seen: positions of the variables that these units have.
        features: (units, features) what densities and moments are linear in.
    """

    units: Integers | slice
    seen: Integers
    features: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Data made ready for many starts of one model.

    Args:
        values: (units, variables) in units of the spread of each variable, 0 where missing.
        present: (units, variables) 1 where there is a value, 0 where it is missing.
        weights: (units,) how often each unit counts; 0 for one without any value.
        centre: (variables,) what was taken off.
        scale: (variables,) what the rest was divided by.
        diagonal: whether variables are independent within a profile.
        patterns: the units by what they lack, but those that lack all; one pattern for a
            diagonal model.
        offset: what scaling added to the log-likelihood.
    """

    values: Floats
    present: Floats
    weights: Floats
    centre: Floats
    scale: Floats
    diagonal: bool
    patterns: tuple[Pattern, ...]
    offset: float

    @property
    def total(self) -> float:
        """Sum of the weights: the number of units, unless weighted."""
        return float(self.weights.sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """Parameters of many starts at once, in the units of a `Sample`.

    Args:
        shares: (starts, profiles), each row with the sum 1.
        means: (starts, profiles, variables).
        covariances: (starts, profiles, variables) variances of a diagonal model, else
            (starts, profiles, variables, variables).
    """

    shares: Floats
    means: Floats
    covariances: Floats

    def take(self, starts: Integers | NDArray[np.bool_]) -> Mixture:
        """Return some of the starts."""
        return Mixture(
            shares=self.shares[starts],
            means=self.means[starts],
            covariances=self.covariances[starts],
        )


def make_sample(values: Floats, weights: Floats, *, model: str) -> Sample:
    """Which form of the data makes the work of every start short?

    Args:
        values: (units, variables), nan where missing; every variable varies.
        weights: (units,) 0 or more.
        model: one of `covariance.MODELS`.

    Returns:
        The values, centred and scaled, by one common scale for models that would become
        another model otherwise.
    """
    present = ~np.isnan(values)
    centre = np.nanmean(values, axis=0)
    off = np.where(present, values - centre, 0.0)
    scale = np.sqrt((off**2).sum(axis=0) / present.sum(axis=0))
    if not is_scale_free(model):
        scale = np.full_like(scale, np.sqrt((scale**2).mean()))
    scaled = off / scale
    weights = np.where(present.any(axis=1), weights, 0.0)
    diagonal = is_diagonal(model)
    here = present.astype(float)
    return Sample(
        values=scaled,
        present=here,
        weights=weights,
        centre=centre,
        scale=scale,
        diagonal=diagonal,
        patterns=_diagonal(scaled, here) if diagonal else _full(scaled, present),
        offset=-float(weights @ (here @ np.log(scale))),
    )


def _diagonal(values: Floats, present: Floats) -> tuple[Pattern, ...]:
    features = np.hstack([present, values, values**2])
    return (Pattern(units=slice(None), seen=np.arange(values.shape[1]), features=features),)


def _full(values: Floats, present: NDArray[np.bool_]) -> tuple[Pattern, ...]:
    kinds, kind = np.unique(present, axis=0, return_inverse=True)
    patterns = []
    for number, seen in enumerate(kinds):
        if not seen.any():
            continue
        units: Integers | slice = np.flatnonzero(kind.ravel() == number)
        if len(kinds) == 1:
            units = slice(None)
        held = values[units][:, seen]
        products = (held[:, :, None] * held[:, None, :]).reshape(len(held), -1)
        features = np.hstack([np.ones((len(held), 1)), held, products])
        patterns.append(Pattern(units=units, seen=np.flatnonzero(seen), features=features))
    return tuple(patterns)


def log_densities(sample: Sample, mixture: Mixture) -> Floats:
    """What is the log density of the observed values of each unit under each profile?

    Args:
        sample: see `make_sample`.
        mixture: parameters of every start.

    Returns:
        (starts, profiles, units), 0 for a unit without values.
    """
    starts, profiles, variables = mixture.means.shape
    if sample.diagonal:
        precisions = 1 / mixture.covariances
        linear = mixture.means * precisions
        constant = -0.5 * (mixture.means * linear - np.log(precisions) + _LOG_2PI)
        rows = np.concatenate([constant, linear, -0.5 * precisions], axis=2)
        flat = rows.reshape(starts * profiles, 3 * variables) @ sample.patterns[0].features.T
        return np.asarray(flat.reshape(starts, profiles, -1))
    found = np.zeros((starts, profiles, len(sample.values)))
    for pattern in sample.patterns:
        rows = _rows(mixture, pattern.seen)
        part = rows.reshape(starts * profiles, -1) @ pattern.features.T
        found[:, :, pattern.units] = part.reshape(starts, profiles, -1)
    return found


def _rows(mixture: Mixture, seen: Integers) -> Floats:
    """Return (starts, profiles, features): the log density as a linear form."""
    means = mixture.means[..., seen]
    root_inverse, log_root = _roots(mixture.covariances[..., seen[:, None], seen])
    precision = np.swapaxes(root_inverse, -1, -2) @ root_inverse
    linear = (precision @ means[..., None])[..., 0]
    constant = -0.5 * ((means * linear).sum(axis=-1) + len(seen) * _LOG_2PI) - log_root
    return np.concatenate(
        [constant[..., None], linear, -0.5 * precision.reshape(*linear.shape[:2], -1)], axis=2
    )


def _roots(covariances: Floats) -> tuple[Floats, Floats]:
    """Return inverses of the Cholesky roots and the logarithms of their determinants."""
    try:
        root = np.linalg.cholesky(covariances)
        low = np.diagonal(root, axis1=-2, axis2=-1).min() ** 2 < LEAST_VARIANCE
    except np.linalg.LinAlgError:
        low = True
    if low:
        root = np.linalg.cholesky(lift(covariances))
    log_root = np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
    return np.linalg.inv(root), log_root


def maximise(sample: Sample, model: str, posterior: Floats, given: Mixture | None) -> Mixture:
    """Which parameters fit best when the posterior probabilities are taken as they are?

    Args:
        sample: see `make_sample`.
        model: covariance model.
        posterior: (starts, profiles, units) probabilities.
        given: parameters from which missing values are expected; the whole sample's mean and
            spread if None.

    Returns:
        The parameters of every start.
    """
    weighted = posterior * sample.weights
    counts, sums, squares = _moments(sample, weighted, given)
    counts = np.maximum(counts, EMPTY)
    means = sums / counts[..., None]
    if sample.diagonal:
        scatter = np.maximum(squares - sums * means, 0.0)
    else:
        scatter = squares - sums[..., None] * means[..., None, :]
        scatter = (scatter + np.swapaxes(scatter, -1, -2)) / 2
    return Mixture(
        shares=counts / counts.sum(axis=1, keepdims=True),
        means=means,
        covariances=fit_covariances(model, counts, scatter),
    )


def _moments(
    sample: Sample, weighted: Floats, given: Mixture | None
) -> tuple[Floats, Floats, Floats]:
    starts, profiles, _ = weighted.shape
    variables = sample.values.shape[1]
    if given is None:
        given = _whole(sample, starts, profiles)
    if sample.diagonal:
        flat = weighted.reshape(starts * profiles, -1) @ sample.patterns[0].features
        seen, sums, squares = np.moveaxis(flat.reshape(starts, profiles, 3, variables), 2, 0)
        counts = weighted.sum(axis=2)
        lacking = np.maximum(counts[..., None] - seen, 0.0)
        filled = sums + lacking * given.means
        return counts, filled, squares + lacking * (given.means**2 + given.covariances)
    counts = np.zeros((starts, profiles))
    sums = np.zeros((starts, profiles, variables))
    squares = np.zeros((starts, profiles, variables, variables))
    for pattern in sample.patterns:
        flat = weighted[:, :, pattern.units].reshape(starts * profiles, -1) @ pattern.features
        _add(flat.reshape(starts, profiles, -1), pattern.seen, given, (counts, sums, squares))
    return counts, sums, squares


def _add(
    moments: Floats, seen: Integers, given: Mixture, into: tuple[Floats, Floats, Floats]
) -> None:
    """Add the moments of one pattern, what it lacks filled in by its expectation."""
    counts, sums, squares = into
    count, held = moments[..., 0], moments[..., 1 : 1 + len(seen)]
    products = moments[..., 1 + len(seen) :].reshape(*count.shape, len(seen), len(seen))
    counts += count
    if len(seen) == sums.shape[2]:
        sums += held
        squares += products
        return
    slope, constant, spare = _regression(given, seen)
    fitted = (slope @ held[..., None])[..., 0]
    sums += fitted + count[..., None] * constant
    cross = fitted[..., :, None] * constant[..., None, :]
    squares += slope @ products @ np.swapaxes(slope, -1, -2)
    squares += cross + np.swapaxes(cross, -1, -2)
    squares += count[..., None, None] * (constant[..., :, None] * constant[..., None, :] + spare)


def _regression(given: Mixture, seen: Integers) -> tuple[Floats, Floats, Floats]:
    """Return slope, constant and leftover covariance of all variables given those seen."""
    variables = given.means.shape[2]
    lacking = np.setdiff1d(np.arange(variables), seen)
    slope = np.zeros((*given.means.shape, len(seen)))
    slope[..., seen, np.arange(len(seen))] = 1.0
    across = given.covariances[..., lacking[:, None], seen]
    inverse, _ = _roots(given.covariances[..., seen[:, None], seen])
    weights = across @ np.swapaxes(inverse, -1, -2) @ inverse
    slope[..., lacking, :] = weights
    constant = np.zeros_like(given.means)
    constant[..., lacking] = (
        given.means[..., lacking] - (weights @ given.means[..., seen, None])[..., 0]
    )
    spare = np.zeros_like(given.covariances)
    left = given.covariances[..., lacking[:, None], lacking] - weights @ np.swapaxes(across, -1, -2)
    spare[..., lacking[:, None], lacking] = (left + np.swapaxes(left, -1, -2)) / 2
    return slope, constant, spare


def _whole(sample: Sample, starts: int, profiles: int) -> Mixture:
    variables = sample.values.shape[1]
    means = np.zeros((starts, profiles, variables))
    spread = (sample.values**2).sum(axis=0) / sample.present.sum(axis=0)
    shape = means.shape if sample.diagonal else (*means.shape, variables)
    covariances = np.broadcast_to(spread if sample.diagonal else np.diag(spread), shape).copy()
    return Mixture(
        shares=np.full((starts, profiles), 1 / profiles), means=means, covariances=covariances
    )


def least_variance(sample: Sample, mixture: Mixture) -> Floats:
    """What is the least variance of any profile in any direction, as a share of all?

    Args:
        sample: see `make_sample`.
        mixture: parameters of every start.

    Returns:
        (starts,) least variances in units of the sample, or of the greatest variance of the
        same profile if that is less; at or below `LEAST_VARIANCE` when the likelihood of the
        start has no bound.
    """
    found = mixture.covariances
    values = found if sample.diagonal else np.linalg.eigvalsh(found)
    least, greatest = values.min(axis=2), values.max(axis=2)
    return np.asarray((least / np.maximum(greatest, 1.0)).min(axis=1))
