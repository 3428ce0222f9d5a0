"""Where is a passage after the text was edited, and where was it before?

A text is edited by replacing stretches of it. The map that is left knows lengths and places only,
never what was written there, so that it may be kept where the words may not.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from consilience.base.errors import Fault

Positions = npt.NDArray[np.int64]

_WORD: Final = re.compile(r"\w+|\s+|[^\w\s]")


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
    """

    starts: Positions
    ends: Positions
    lengths: Positions
    length: int

    @property
    def new_length(self) -> int:
        """Code points of the newer version."""
        return int(self.length + (self.lengths - (self.ends - self.starts)).sum())

    @property
    def new_starts(self) -> Positions:
        """First code point of each changed stretch in the newer version."""
        grown = self.lengths - (self.ends - self.starts)
        starts: Positions = self.starts + np.cumsum(grown) - grown
        return starts

    def inverse(self) -> OffsetMap:
        """Return the map from the newer version to the older."""
        new = self.new_starts
        return OffsetMap(
            starts=new,
            ends=new + self.lengths,
            lengths=self.ends - self.starts,
            length=self.new_length,
        )

    def spans(self, starts: npt.ArrayLike, ends: npt.ArrayLike) -> tuple[Positions, Positions]:
        """Return where spans of the older version are in the newer.

        A span that reaches into a changed stretch takes in the whole of what stands there now: a
        coding of part of a name covers the pseudonym. Text that came in at the edge of a span
        stays outside it. A span whose whole text went is empty afterwards.

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
        first = np.asarray(starts, dtype=np.int64)
        last = np.asarray(ends, dtype=np.int64)
        if not len(self.starts):
            return first.copy(), last.copy()
        new = self.new_starts
        moved_first = self._starts(first, new)
        moved_last = self._ends(last, new)
        # An empty span, or one within an edit that left nothing, may have its ends crossed.
        return moved_first, np.maximum(moved_first, moved_last)

    def _starts(self, positions: Positions, new: Positions) -> Positions:
        # The last stretch that begins at or before the position; an insertion there is before it.
        at = np.searchsorted(self.starts, positions, side="right") - 1
        known = np.maximum(at, 0)
        after = new[known] + self.lengths[known] + (positions - self.ends[known])
        inside = positions < self.ends[known]
        return np.where(at < 0, positions, np.where(inside, new[known], after))

    def _ends(self, positions: Positions, new: Positions) -> Positions:
        # The last stretch that begins before the position; an insertion there is after it.
        at = np.searchsorted(self.starts, positions, side="left") - 1
        known = np.maximum(at, 0)
        whole = new[known] + self.lengths[known]
        inside = positions < self.ends[known]
        after = whole + (positions - self.ends[known])
        return np.where(at < 0, positions, np.where(inside, whole, after))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where one span of the older version is in the newer; see `spans`."""
        firsts, lasts = self.spans([start], [end])
        return int(firsts[0]), int(lasts[0])

    def pack(self) -> bytes:
        """Return the map as bytes for keeping: int64, three a stretch, then the length."""
        flat = np.concatenate([self.starts, self.ends, self.lengths, [self.length]])
        return flat.astype("<i8").tobytes()


def unpack_map(packed: bytes) -> OffsetMap:
    """Return the map that `OffsetMap.pack` wrote.

    Example:
        >>> _, made = apply_edits("abc", [Edit(1, 2, "xyz")])
        >>> unpack_map(made.pack()).span(2, 3)
        (4, 5)
    """
    flat = np.frombuffer(packed, dtype="<i8").astype(np.int64)
    count = (len(flat) - 1) // 3
    starts, ends, lengths = flat[:count], flat[count : 2 * count], flat[2 * count : 3 * count]
    return OffsetMap(starts=starts, ends=ends, lengths=lengths, length=int(flat[-1]))


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

    Args:
        old: the older version.
        new: the newer version.

    Returns:
        A map that keeps every word both have in the same order; not always the shortest edit.

    Example:
        >>> difference("We met in March.", "We all met in May.").span(3, 6)
        (7, 10)
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    old_at, new_at = _places(before), _places(after)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    changed = [code[1:] for code in matcher.get_opcodes() if code[0] != "equal"]
    starts, ends, firsts, lasts = (
        np.array([code[n] for code in changed], dtype=np.int64) for n in range(4)
    )
    return OffsetMap(
        starts=old_at[starts],
        ends=old_at[ends],
        lengths=new_at[lasts] - new_at[firsts],
        length=len(old),
    )


def _places(words: Sequence[str]) -> Positions:
    return np.concatenate([[0], np.cumsum([len(word) for word in words])]).astype(np.int64)
