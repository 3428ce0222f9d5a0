"""Which of many starts leads to the likeliest mixture?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.mixtures.climb import Climbed, climb
from consilience.stats.mixtures.likelihood import Mixture, Sample, maximise

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# EM steps after which the better half of the starts is told from the rest.
_SHORT: Final = 12
# Starts that are finished in any case.
_FINALISTS: Final = 10
# Probabilities held at once: 32 MB.
_HELD: Final = 4_000_000
# How near to the best a log-likelihood counts as the same solution.
SAME: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """The best of many starts.

    Args:
        mixture: its parameters, one start, in the units of the sample.
        loglik: its log-likelihood in the units of the sample; -inf if every start ran into a
            profile without variance.
        logliks: (starts,) of all starts, highest first; -inf for those without bound; of
            starts that were given up early, as far as they got.
        trace: log-likelihoods of the best start on its way.
        settled: whether it settled.
        rounds: EM steps it took.
    """

    mixture: Mixture
    loglik: float
    logliks: Floats
    trace: Floats
    settled: bool
    rounds: int


def as_posteriors(groups: Integers, *, profiles: int) -> Floats:
    """Which probabilities does a partition stand for?

    Args:
        groups: (starts, units) group numbers.
        profiles: how many groups.

    Returns:
        (starts, profiles, units) of 0 and 1.

    Example:
        >>> as_posteriors(np.array([[0, 1]]), profiles=2).tolist()
        [[[1.0, 0.0], [0.0, 1.0]]]
    """
    return np.asarray(groups[:, None, :] == np.arange(profiles)[:, None], dtype=float)


def search(
    sample: Sample, model: str, posteriors: Floats, *, tolerance: float, rounds: int
) -> Found:
    """Which start leads highest, when all run shortly and the better ones to the end?

    Args:
        sample: the data.
        model: covariance model.
        posteriors: (starts, profiles, units) to set out from.
        tolerance: see `climb`.
        rounds: EM steps of a finished start at most.

    Returns:
        The best start.
    """
    first = _short(sample, model, posteriors, tolerance, rounds)
    order = np.argsort(-first.logliks, kind="stable")
    logliks = first.logliks[order]
    wanted = max(_FINALISTS, len(order) // 2)
    best, sound = None, 0
    for place in _batches(len(order), wanted):
        # Starts without bound make room for those after them.
        if sound >= wanted or np.isneginf(logliks[place[0]]):
            break
        ended = climb(
            sample, model, first.mixture.take(order[place]), tolerance=tolerance, rounds=rounds
        )
        logliks[place] = ended.logliks
        sound += int(np.isfinite(ended.logliks).sum())
        top = int(ended.logliks.argmax())
        if best is None or ended.logliks[top] > best.loglik:
            best = _found(ended, top, first.traces[:, order[place[top]]])
    if best is None:
        best = _found(first, int(order[0]), np.empty(0))
    return Found(
        mixture=best.mixture,
        loglik=best.loglik,
        logliks=np.sort(logliks)[::-1],
        trace=best.trace,
        settled=best.settled,
        rounds=best.rounds,
    )


def _batches(starts: int, size: int) -> Iterator[Integers]:
    for begin in range(0, starts, size):
        yield np.arange(begin, min(begin + size, starts))


def _short(
    sample: Sample, model: str, posteriors: Floats, tolerance: float, rounds: int
) -> Climbed:
    starts, profiles, units = posteriors.shape
    size = max(1, _HELD // (profiles * max(units, 1)))
    parts = []
    for place in _batches(starts, size):
        begin = maximise(sample, model, posteriors[place], None)
        parts.append(climb(sample, model, begin, tolerance=tolerance, rounds=min(_SHORT, rounds)))
    steps = max(len(part.traces) for part in parts)
    return Climbed(
        mixture=Mixture(
            shares=np.concatenate([part.mixture.shares for part in parts]),
            means=np.concatenate([part.mixture.means for part in parts]),
            covariances=np.concatenate([part.mixture.covariances for part in parts]),
        ),
        logliks=np.concatenate([part.logliks for part in parts]),
        traces=np.hstack([_padded(part.traces, steps) for part in parts]),
        settled=np.concatenate([part.settled for part in parts]),
        rounds=np.concatenate([part.rounds for part in parts]),
    )


def _padded(traces: Floats, steps: int) -> Floats:
    return np.pad(traces, ((0, steps - len(traces)), (0, 0)), constant_values=np.nan)


def _found(ended: Climbed, start: int, before: Floats) -> Found:
    trace = np.concatenate([before, ended.traces[:, start]])
    return Found(
        mixture=ended.mixture.take(np.array([start])),
        loglik=float(ended.logliks[start]),
        logliks=ended.logliks,
        trace=trace[~np.isnan(trace)],
        settled=bool(ended.settled[start]),
        rounds=int(ended.rounds[start]),
    )
