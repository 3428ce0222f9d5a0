"""Who speaks when? Stretches of a recording by voice, proposed to a person who names them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage

from consilience.interviews.voices import FRAMES, HOP, RATE, Floats, VoiceWeights, embed, mel_frames

# A voice is looked at twice in each of its stretches of 1.6 s.
_STEP: Final = FRAMES // 2
# Below this power, relative to the loud parts, a frame is taken as silence (35 dB).
_SILENCE: Final = 10**-3.5
# No separation of two groups better than this is found within one voice (flite's voices: 0.05
# within, 0.3 and more between two).
_LEAST_SEPARATION: Final = 0.15
_MOST_SPEAKERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One stretch in which one voice speaks: seconds from the start, and the voice from 0."""

    t0: float
    t1: float
    voice: int


def voices_in(
    sound: Floats, weights: VoiceWeights, *, speakers: int | None = None
) -> tuple[Stretch, ...]:
    """Return who speaks when, the first voice heard being 0.

    Args:
        sound: samples at 16 kHz, -1 to 1.
        weights: of the voice encoder.
        speakers: how many there are, None to have it found: the number whose groups are best
            apart by the silhouette, or one where none are.

    Returns:
        Stretches in order of time, touching or apart; empty for silence.

    Source: number of groups by Rousseeuw (1987), Silhouettes; groups by average linkage of cosine
    distances.
    """
    frames = mel_frames(sound)
    loud = frames.sum(axis=1)
    speech = loud > _SILENCE * (np.quantile(loud, 0.95) if loud.size else 0)
    starts = np.arange(0, max(1, len(frames) - FRAMES + 1), _STEP)
    starts = starts[[speech[at : at + FRAMES].mean() > 0.5 for at in starts]]
    if not len(starts):
        return ()
    padded = np.pad(frames, ((0, FRAMES), (0, 0)))
    vectors = embed(np.stack([padded[at : at + FRAMES] for at in starts]), weights)
    groups = _groups(vectors, speakers)
    return _stretches(starts, groups, speech)


def _groups(vectors: Floats, speakers: int | None) -> npt.NDArray[np.int64]:
    if len(vectors) < 2:
        return np.zeros(len(vectors), np.int64)
    tree = linkage(vectors.astype(np.float64), method="average", metric="cosine")
    if speakers is not None:
        return _cut(tree, speakers)
    distances = 1 - vectors @ vectors.T
    best, found = _LEAST_SEPARATION, np.zeros(len(vectors), np.int64)
    for count in range(2, min(_MOST_SPEAKERS, len(vectors) - 1) + 1):
        groups = _cut(tree, count)
        score = _silhouette(distances, groups)
        if score > best:
            best, found = score, groups
    return found


def _cut(tree: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """Return groups numbered in the order in which they are first heard."""
    labels = fcluster(tree, count, criterion="maxclust")
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], dtype=np.int64)


def _silhouette(distances: npt.NDArray[np.float32], groups: npt.NDArray[np.int64]) -> float:
    members = np.eye(groups.max() + 1)[groups]
    sizes = members.sum(axis=0)
    sums = distances @ members
    own = sizes[groups]
    within = sums[np.arange(len(groups)), groups] / np.maximum(own - 1, 1)
    means = sums / sizes
    means[np.arange(len(groups)), groups] = np.inf
    between = means.min(axis=1)
    widths = np.where(own > 1, (between - within) / np.maximum(within, between), 0)
    return float(widths.mean())


def _stretches(
    starts: npt.NDArray[np.int64],
    groups: npt.NDArray[np.int64],
    speech: npt.NDArray[np.bool_],
) -> tuple[Stretch, ...]:
    """Give each frame of speech the voice of the nearest looks, and join what follows."""
    frames = np.flatnonzero(speech)
    middles = starts + FRAMES // 2
    nearest = np.abs(frames[:, None] - middles[None, :]).argmin(axis=1)
    voices = groups[nearest]
    # A pause of half a second, or another voice, ends a stretch.
    breaks = np.flatnonzero((np.diff(voices) != 0) | (np.diff(frames) > 50)) + 1
    edges = [0, *breaks.tolist(), len(frames)]
    seconds = HOP / RATE
    return tuple(
        Stretch(
            t0=float(frames[first] * seconds),
            t1=float((frames[last - 1] + 1) * seconds),
            voice=int(voices[first]),
        )
        for first, last in pairwise(edges)
    )
