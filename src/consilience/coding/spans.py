"""What do stretches on a line have in common, and what lies between them?

All texts stand one after the other on one line, so that each question is a few sorted arrays
however many texts there are. A text and the next are one place apart: no stretch touches another
text's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Pairs looked at together: bounds the memory where much overlaps.
_PAIRS: Final = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Different stretches that are not empty, by start and end."""

    starts: Positions
    ends: Positions

    def where(self, flags: Flags) -> Spans:
        """Return those that are flagged."""
        return Spans(self.starts[flags], self.ends[flags])

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.starts)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Texts one after the other.

    Args:
        documents: their ids.
        lengths: code points of each.
        bases: place on the line at which each begins.
    """

    documents: tuple[str, ...]
    lengths: Positions
    bases: Positions

    def number(self, places: Positions) -> Positions:
        """Return the number of the text in which each place lies."""
        return np.searchsorted(self.bases, places, side="right") - 1

    def texts(self, wanted: Flags) -> Spans:
        """Return the wanted texts that are not empty as stretches."""
        held = wanted & (self.lengths > 0)
        return Spans(self.bases[held], (self.bases + self.lengths)[held])


def line_of(documents: Sequence[str], lengths: Sequence[int]) -> Line:
    """Return texts of these lengths as a line."""
    sizes = np.array(lengths, dtype=np.int64)
    return Line(tuple(documents), sizes, np.cumsum(sizes + 1) - (sizes + 1))


def distinct(starts: Positions, ends: Positions) -> Spans:
    """Return stretches in order, each once, without the empty ones."""
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    new = ends > starts
    new[1:] &= (np.diff(starts) != 0) | (np.diff(ends) != 0)
    return Spans(starts[new], ends[new])


def union(left: Spans, right: Spans) -> Spans:
    """Return the stretches of both."""
    return distinct(
        np.concatenate([left.starts, right.starts]), np.concatenate([left.ends, right.ends])
    )


def melted(spans: Spans) -> Spans:
    """Return what stretches cover, in as few as can be; those that touch become one."""
    if not len(spans):
        return spans
    reach = np.maximum.accumulate(spans.ends)
    begins = np.flatnonzero(np.append(True, spans.starts[1:] > reach[:-1]))
    return Spans(spans.starts[begins], reach[np.append(begins[1:], len(reach)) - 1])


def rest(spans: Spans, within: Spans) -> Spans:
    """Return what stretches leave uncovered.

    Args:
        spans: each within one of `within`.
        within: stretches that do not touch each other.
    """
    covered = melted(spans)
    # Between its edges a text is left from its start or the end of what is covered, to the next
    # start of what is covered or its end.
    starts = np.sort(np.concatenate([within.starts, covered.ends]))
    ends = np.sort(np.concatenate([within.ends, covered.starts]))
    return Spans(starts, ends).where(ends > starts)


def pairs(left: Spans, right: Spans) -> Iterator[tuple[Positions, Positions]]:
    """Give all pairs of stretches that overlap, as places in the left and in the right.

    Args:
        left: by start; the same stretch may be there more than once.
        right: likewise.
    """
    # The right one begins within the left, or the left one after the beginning of the right.
    begins = (
        np.searchsorted(right.starts, left.starts, side="left"),
        np.searchsorted(right.starts, left.ends, side="left"),
    )
    yield from _ranges(*begins)
    begins = (
        np.searchsorted(left.starts, right.starts, side="right"),
        np.searchsorted(left.starts, right.ends, side="left"),
    )
    yield from ((other, own) for own, other in _ranges(*begins))


def _ranges(first: Positions, last: Positions) -> Iterator[tuple[Positions, Positions]]:
    """Give each row with each place of its range, a bounded number at a time."""
    counts = np.maximum(last - first, 0)
    total = np.cumsum(counts)
    at = 0
    while at < len(counts):
        done = int(total[at - 1]) if at else 0
        stop = max(at + 1, int(np.searchsorted(total, done + _PAIRS, side="right")))
        some = counts[at:stop]
        rows = np.repeat(np.arange(at, stop), some)
        before = np.repeat(np.cumsum(some) - some, some)
        yield rows, np.arange(len(rows)) - before + np.repeat(first[at:stop], some)
        at = stop


def common(left: Spans, right: Spans) -> Spans:
    """Return what each stretch of the left has in common with each of the right."""
    found = Spans(np.empty(0, np.int64), np.empty(0, np.int64))
    for own, other in pairs(left, right):
        shared = distinct(
            np.maximum(left.starts[own], right.starts[other]),
            np.minimum(left.ends[own], right.ends[other]),
        )
        found = union(found, shared)
    return found


def inside(left: Spans, right: Spans) -> Flags:
    """Return which of the left lie wholly within one of the right."""
    return _reach(right, left.starts, side="right") >= left.ends


def overlapping(left: Spans, right: Spans) -> Flags:
    """Return which of the left share a place with one of the right."""
    return _reach(right, left.ends, side="left") > left.starts


def _reach(spans: Spans, places: Positions, *, side: Literal["left", "right"]) -> Positions:
    """Return how far stretches that begin before (or at) each place reach, -1 if none does."""
    furthest = np.append(-1, np.maximum.accumulate(spans.ends))
    reach: Positions = furthest[np.searchsorted(spans.starts, places, side=side)]
    return reach


def following(left: Spans, right: Spans) -> Positions:
    """Return where the next of the right begins after each of the left ends, -1 if none does."""
    at = np.searchsorted(right.starts, left.ends, side="left")
    begins: Positions = np.append(right.starts, -1)[at]
    return begins


def preceding(left: Spans, right: Spans) -> Positions:
    """Return where the last of the right ends before each of the left begins, -1 if none does."""
    ends = np.append(-1, np.sort(right.ends))
    ended: Positions = ends[np.searchsorted(ends[1:], left.starts, side="right")]
    return ended
