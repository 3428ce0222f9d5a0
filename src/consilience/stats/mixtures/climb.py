"""Where does the likelihood lead from each of many starts?

The EM algorithm, every start in the same matrix products, with the extrapolation of Varadhan and
Roland (2008, scheme S3): after two steps the parameters are thrown forward along their path, and
the throw is kept only where the likelihood is no lower for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.mixtures.covariance import EMPTY, LEAST_VARIANCE
from consilience.stats.mixtures.likelihood import (
    Mixture,
    Sample,
    least_variance,
    log_densities,
    maximise,
)

Floats = NDArray[np.float64]

# Models whose parameters leave the model when thrown along a straight line.
_CURVED: Final = ("VEE", "EEV", "VEV", "EVV")
# Units below which a profile has vanished, and the start has found fewer profiles.
_VANISHED: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climbed:
    """Where every start got to.

    Args:
        mixture: parameters of every start.
        logliks: (starts,) log-likelihoods of these parameters, in units of the sample; -inf
            for one that ran into a profile without variance or without units.
        traces: (steps, starts) log-likelihoods on the way, nan after a start has settled; the last
            row is where it ended.
        settled: (starts,) whether the last step gained no more than the tolerance.
        rounds: (starts,) EM steps taken.
    """

    mixture: Mixture
    logliks: Floats
    traces: Floats
    settled: NDArray[np.bool_]
    rounds: NDArray[np.int64]


def expect(sample: Sample, mixture: Mixture) -> tuple[Floats, Floats]:
    """How probable is each profile for each unit, and how likely is all that was observed?

    Args:
        sample: the data.
        mixture: parameters of every start.

    Returns:
        (starts, profiles, units) posterior probabilities and (starts,) log-likelihoods.
    """
    joint = log_densities(sample, mixture)
    joint += np.log(np.maximum(mixture.shares, EMPTY * EMPTY))[..., None]
    highest = joint.max(axis=1, keepdims=True)
    joint -= highest
    np.exp(joint, out=joint)
    sums = joint.sum(axis=1, keepdims=True)
    joint /= sums
    return joint, (highest[:, 0] + np.log(sums[:, 0])) @ sample.weights


def climb(
    sample: Sample, model: str, mixture: Mixture, *, tolerance: float, rounds: int
) -> Climbed:
    """Which parameters does every start lead to?

    Args:
        sample: the data.
        model: covariance model.
        mixture: parameters to start from.
        tolerance: gain of one EM step, as a share of 1 + |log-likelihood|, at which a start has
            settled.
        rounds: EM steps at most.

    Returns:
        Parameters and log-likelihoods; the log-likelihood of a start never falls on the way,
        unless it runs into a profile without variance.
    """
    starts = len(mixture.shares)
    place = np.arange(starts)
    now, done = mixture, _copy(mixture)
    traces: list[Floats] = []
    settled, spent = np.zeros(starts, dtype=np.bool_), np.zeros(starts, dtype=np.int64)
    for step in range(0, max(rounds, 1), 3):
        now, gained = _cycle(sample, model, now)
        traces += [_at(place, starts, each) for each in gained]
        spent[place] = step + 3
        _keep(done, now, place)
        still = gained[1] - gained[0] > tolerance * (1 + np.abs(gained[1]))
        settled[place[~still]] = True
        place, now = place[still], now.take(still)
        if not len(place):
            break
    _, logliks = expect(sample, done)
    traces.append(logliks)
    # The eigenvalues of a lifted matrix are off by rounding.
    sound = least_variance(sample, done) > 1.001 * LEAST_VARIANCE
    sound &= done.shares.min(axis=1) * sample.total > _VANISHED
    return Climbed(
        mixture=done,
        logliks=np.where(sound, logliks, -np.inf),
        traces=np.array(traces),
        settled=settled,
        rounds=spent,
    )


def _cycle(sample: Sample, model: str, start: Mixture) -> tuple[Mixture, tuple[Floats, Floats]]:
    """Take two EM steps and, where it gains, a third from the point they lead towards."""
    posterior, before = expect(sample, start)
    first = maximise(sample, model, posterior, start)
    posterior, after = expect(sample, first)
    second = maximise(sample, model, posterior, first)
    if model in _CURVED:
        return second, (before, after)
    thrown = _throw(sample, start, first, second)
    posterior, there = expect(sample, thrown)
    gains = there >= after
    if not gains.any():
        return second, (before, after)
    third = maximise(sample, model, posterior, thrown)
    _keep(second, third.take(gains), np.flatnonzero(gains))
    return second, (before, after)


def _throw(sample: Sample, start: Mixture, first: Mixture, second: Mixture) -> Mixture:
    points = [_coordinates(sample, each) for each in (start, first, second)]
    steps = [after - before for before, after in pairwise(points)]
    bend = steps[1] - steps[0]
    size, bent = (np.sqrt((each**2).sum(axis=1, keepdims=True)) for each in (steps[0], bend))
    length = np.maximum(np.divide(size, bent, out=np.ones_like(size), where=bent > 0), 1.0)
    return _mixture(sample, points[0] + 2 * length * steps[0] + length**2 * bend, start)


def _coordinates(sample: Sample, mixture: Mixture) -> Floats:
    spread = np.log(mixture.covariances) if sample.diagonal else mixture.covariances
    parts = (np.log(mixture.shares), mixture.means, spread)
    return np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)


def _mixture(sample: Sample, point: Floats, like: Mixture) -> Mixture:
    starts, profiles, variables = like.means.shape
    logs, means, spread = np.split(point, [profiles, profiles * (1 + variables)], axis=1)
    # Far throws must neither overflow nor empty a profile for good.
    shares = np.exp(np.clip(logs - logs.max(axis=1, keepdims=True), -50.0, 0.0))
    covariances = spread.reshape(like.covariances.shape)
    if sample.diagonal:
        covariances = np.exp(np.clip(covariances, np.log(LEAST_VARIANCE), 10.0))
    return Mixture(
        shares=shares / shares.sum(axis=1, keepdims=True),
        means=means.reshape(starts, profiles, variables),
        covariances=covariances,
    )


def _copy(mixture: Mixture) -> Mixture:
    return Mixture(
        shares=mixture.shares.copy(),
        means=mixture.means.copy(),
        covariances=mixture.covariances.copy(),
    )


def _keep(into: Mixture, found: Mixture, place: NDArray[np.int64]) -> None:
    into.shares[place] = found.shares
    into.means[place] = found.means
    into.covariances[place] = found.covariances


def _at(place: NDArray[np.int64], starts: int, values: Floats) -> Floats:
    row = np.full(starts, np.nan)
    row[place] = values
    return row
