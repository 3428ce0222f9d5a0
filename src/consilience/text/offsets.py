"""Where is a passage after the text was edited, and where was it before?

A text is edited by replacing stretches of it. The map that is left knows lengths and places only,
never what was written there, so that it may be kept where the words may not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq

from consilience.base.errors import Fault

Positions = npt.NDArray[np.int64]

Span = tuple[int, int]
Kept = tuple[int, int, int]

_LINE: Final = re.compile(r"[^\n]*\S[^\n]*")
_WORD: Final = re.compile(r"\w+|[^\w\s]")
# Words of one times words of the other, a bit each: 100 MB. Beyond, a stretch counts as rewritten.
_MOST_CELLS: Final = 800_000_000


@dataclass(frozen=True, slots=True)
class Edit:
    """One stretch of a text and what stands there instead.

    Args:
        start: first code point that goes, from 0.
        end: code point after the last one that goes; equal to `start` where text comes in.
        text: what stands there afterwards; empty where text goes.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class OffsetMap:
    """The places that edits changed, in order, between two versions of a text.

    Args:
        starts: first code point of each changed stretch in the older version.
        ends: code point after the last one of each.
        lengths: how long each stretch is in the newer version.
        length: code points of the older version.
        rest: further steps, each from the version that the one before it leads to; see `then`.
            The stretches above are those of the first step only.
    """

    starts: Positions
    ends: Positions
    lengths: Positions
    length: int
    rest: tuple[OffsetMap, ...] = ()

    @property
    def new_length(self) -> int:
        """Code points of the newer version."""
        if self.rest:
            return self.rest[-1].new_length
        return int(self.length + (self.lengths - (self.ends - self.starts)).sum())

    @property
    def new_starts(self) -> Positions:
        """First code point of each changed stretch after the first step."""
        grown = self.lengths - (self.ends - self.starts)
        starts: Positions = self.starts + np.cumsum(grown) - grown
        return starts

    @property
    def steps(self) -> tuple[OffsetMap, ...]:
        """The steps one by one."""
        return (replace(self, rest=()), *self.rest)

    def then(self, other: OffsetMap) -> OffsetMap:
        """Return the map over two steps; its spans are those of one step after the other.

        The steps are kept apart: stretches that overlap each other's edges cannot be made one
        without making spans wider than they are.

        Args:
            other: the map from the version this one leads to.

        Raises:
            Fault: TXT-010 if `other` begins at a text of another length.

        Example:
            >>> older, first = apply_edits("Ann said so.", [Edit(0, 3, "Annie")])
            >>> _, second = apply_edits(older, [Edit(0, 5, "[Head]")])
            >>> first.then(second).span(0, 8)
            (0, 11)
        """
        if other.length != self.new_length:
            raise Fault("TXT-010", left=self.new_length, found=other.length)
        return _joined((*self.steps, *other.steps))

    def inverse(self) -> OffsetMap:
        """Return the map from the newer version to the older."""
        return _joined([_turned(step) for step in reversed(self.steps)])

    def spans(self, starts: npt.ArrayLike, ends: npt.ArrayLike) -> tuple[Positions, Positions]:
        """Return where spans of the older version are in the newer.

        A span that reaches into a changed stretch takes in the whole of what stands there now: a
        coding of part of a name covers the pseudonym. Text that came in at the edge of a span
        stays outside it. A span whose whole text went is empty afterwards, and an empty one
        stays so.

        Args:
            starts: first code point of each span, from 0 to `length`.
            ends: code point after the last, not before the start.

        Returns:
            New starts and ends, int64, of the same length.

        Example:
            >>> _, moved = apply_edits("Ann said so.", [Edit(0, 3, "[Head]")])
            >>> [array.tolist() for array in moved.spans([0, 4], [3, 8])]
            [[0, 7], [6, 11]]
        """
        first = np.array(starts, dtype=np.int64)
        last = np.array(ends, dtype=np.int64)
        for step in self.steps:
            first, last = _moved(step, first, last)
        return first, last

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where one span of the older version is in the newer; see `spans`."""
        firsts, lasts = self.spans([start], [end])
        return int(firsts[0]), int(lasts[0])

    def touched(self, starts: npt.ArrayLike, ends: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return which spans of the older version hold other words in the newer.

        Text that came in at the edge of a span leaves it as it was, as in `spans`.

        Args:
            starts: first code point of each span, from 0 to `length`.
            ends: code point after the last, not before the start.

        Example:
            >>> _, moved = apply_edits("Ann said so.", [Edit(0, 3, "[Head]")])
            >>> moved.touched([0, 4], [3, 8]).tolist()
            [True, False]
        """
        first = np.array(starts, dtype=np.int64)
        last = np.array(ends, dtype=np.int64)
        found = np.zeros(len(first), dtype=np.bool_)
        for step in self.steps:
            # A stretch that begins before the end of a span and ends after its beginning.
            begun = np.searchsorted(step.starts, last, side="left")
            over = np.searchsorted(step.ends, first, side="right")
            found |= begun > over
            first, last = _moved(step, first, last)
        return found

    def pack(self) -> bytes:
        """Return the map as bytes for keeping.

        Little-endian int64; for each step the length of its older version, the number of
        stretches, then starts, ends and lengths.
        """
        return b"".join(
            np.concatenate([[step.length, len(step.starts)], step.starts, step.ends, step.lengths])
            .astype("<i8")
            .tobytes()
            for step in self.steps
        )


def unpack_map(packed: bytes) -> OffsetMap:
    """Return the map that `OffsetMap.pack` wrote.

    Example:
        >>> _, made = apply_edits("abc", [Edit(1, 2, "xyz")])
        >>> unpack_map(made.pack()).span(2, 3)
        (4, 5)
    """
    flat = np.frombuffer(packed, dtype="<i8").astype(np.int64)
    steps, at = [], 0
    while at < len(flat):
        length, count = int(flat[at]), int(flat[at + 1])
        starts, ends, lengths = flat[at + 2 : at + 2 + 3 * count].reshape(3, count)
        steps.append(OffsetMap(starts=starts, ends=ends, lengths=lengths, length=length))
        at += 2 + 3 * count
    return _joined(steps)


def unchanged(length: int) -> OffsetMap:
    """Return the map of a text of so many code points that nobody edited.

    Example:
        >>> unchanged(5).span(2, 4)
        (2, 4)
    """
    none = np.empty(0, dtype=np.int64)
    return OffsetMap(starts=none, ends=none, lengths=none, length=length)


def _turned(step: OffsetMap) -> OffsetMap:
    new = step.new_starts
    return OffsetMap(
        starts=new,
        ends=new + step.lengths,
        lengths=step.ends - step.starts,
        length=step.new_length,
    )


def _moved(step: OffsetMap, first: Positions, last: Positions) -> tuple[Positions, Positions]:
    if not len(step.starts):
        return first, last
    new = step.new_starts
    moved = _moved_starts(step, first, new)
    return moved, np.where(first == last, moved, _moved_ends(step, last, new))


def _moved_starts(step: OffsetMap, positions: Positions, new: Positions) -> Positions:
    # The last stretch that begins at or before the position; an insertion there is before it.
    at = np.searchsorted(step.starts, positions, side="right") - 1
    known = np.maximum(at, 0)
    after = new[known] + step.lengths[known] + (positions - step.ends[known])
    inside = positions < step.ends[known]
    return np.where(at < 0, positions, np.where(inside, new[known], after))


def _moved_ends(step: OffsetMap, positions: Positions, new: Positions) -> Positions:
    # The last stretch that begins before the position; an insertion there is after it.
    at = np.searchsorted(step.starts, positions, side="left") - 1
    known = np.maximum(at, 0)
    whole = new[known] + step.lengths[known]
    inside = positions < step.ends[known]
    after = whole + (positions - step.ends[known])
    return np.where(at < 0, positions, np.where(inside, whole, after))


def _joined(steps: Sequence[OffsetMap]) -> OffsetMap:
    return replace(steps[0], rest=tuple(steps[1:]))


def apply_edits(text: str, edits: Sequence[Edit]) -> tuple[str, OffsetMap]:
    """Return a text with stretches of it replaced, and the map of addresses.

    Args:
        text: the older version.
        edits: stretches in any order; they may touch and may not overlap.

    Returns:
        The newer version and the map from the older to it.

    Raises:
        Fault: TXT-001 if an edit lies outside the text or two overlap.

    Example:
        >>> apply_edits("Ann and Ben", [Edit(8, 11, "[B]"), Edit(0, 3, "[A]")])[0]
        '[A] and [B]'
    """
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    pieces: list[str] = []
    at = 0
    for edit in ordered:
        if edit.start < at or not edit.start <= edit.end <= len(text):
            raise Fault("TXT-001", start=edit.start, end=edit.end, length=len(text))
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    pieces.append(text[at:])
    made = OffsetMap(
        starts=np.array([edit.start for edit in ordered], dtype=np.int64),
        ends=np.array([edit.end for edit in ordered], dtype=np.int64),
        lengths=np.array([len(edit.text) for edit in ordered], dtype=np.int64),
        length=len(text),
    )
    return "".join(pieces), made


def difference(old: str, new: str) -> OffsetMap:
    """Return the map between two versions that somebody edited freely, word by word.

    Lines that both have are matched first, then the words of the lines between; white space stays
    with the words around it.

    Args:
        old: the older version.
        new: the newer version.

    Returns:
        A map that keeps every matched word as it is; not always the shortest edit.

    Example:
        >>> difference("We met in March.", "We all met in May.").span(3, 6)
        (7, 10)
    """
    kept: list[tuple[int, int, int]] = []
    at_old = at_new = 0
    for start_old, start_new, length in [
        *_matched(_LINE, old, new, (0, len(old)), (0, len(new))),
        (len(old), len(new), 0),
    ]:
        kept += _matched(_WORD, old, new, (at_old, start_old), (at_new, start_new))
        kept.append((start_old, start_new, length))
        at_old, at_new = start_old + length, start_new + length
    return _between(_grown(old, new, kept), len(old), len(new))


def _matched(
    pattern: re.Pattern[str], old: str, new: str, within_old: Span, within_new: Span
) -> list[Kept]:
    """Return pieces that both have in the same order: place in each, and length."""
    before = [match.span() for match in pattern.finditer(old, *within_old)]
    after = [match.span() for match in pattern.finditer(new, *within_new)]
    if not before or not after or len(before) * len(after) > _MOST_CELLS:
        return []
    numbers: dict[str, int] = {}
    left = [numbers.setdefault(old[start:end], len(numbers)) for start, end in before]
    right = [numbers.setdefault(new[start:end], len(numbers)) for start, end in after]
    return [
        (before[block.a + n][0], after[block.b + n][0], end - start)
        for block in LCSseq.editops(left, right).as_matching_blocks()
        for n, (start, end) in enumerate(before[block.a : block.a + block.size])
    ]


def _grown(old: str, new: str, kept: Sequence[Kept]) -> list[Kept]:
    """Return kept pieces with the white space beside them, as far as both have the same."""
    grown: list[Kept] = [(0, 0, 0)]
    for start_old, start_new, length in kept:
        first_old, first_new, size = grown[-1]
        gaps = old[first_old + size : start_old], new[first_new + size : start_new]
        ahead, behind = _shared_space(*gaps)
        grown[-1] = (first_old, first_new, size + ahead)
        grown.append((start_old - behind, start_new - behind, length + behind))
    return grown


def _shared_space(left: str, right: str) -> tuple[int, int]:
    """Return how much white space both begin with, and how much of the rest both end with."""
    ahead = behind = 0
    most = min(len(left), len(right))
    while ahead < most and left[ahead] == right[ahead] and left[ahead].isspace():
        ahead += 1
    while (
        behind < most - ahead
        and left[-1 - behind] == right[-1 - behind]
        and left[-1 - behind].isspace()
    ):
        behind += 1
    return ahead, behind


def _between(kept: Sequence[Kept], old_length: int, new_length: int) -> OffsetMap:
    edges = np.array([*kept, (old_length, new_length, 0)], dtype=np.int64)
    starts = (edges[:, 0] + edges[:, 2])[:-1]
    ends = edges[1:, 0]
    lengths = edges[1:, 1] - (edges[:, 1] + edges[:, 2])[:-1]
    changed = (ends > starts) | (lengths > 0)
    return OffsetMap(
        starts=starts[changed], ends=ends[changed], lengths=lengths[changed], length=old_length
    )
