"""How many sentences lie between two places, in texts that are cut only where it matters?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import numpy as np

from consilience.coding.retrieve import Within
from consilience.coding.spans import Flags, Line, Positions
from consilience.text.segments import sentence_starts

# That it begins with a line end lets it run over the rest quickly.
_LINE_BEGINS: Final = re.compile(r"\n\s*(?=\S)")


class SentenceIndex:
    """Where sentences begin, found a line at a time when first asked for, and kept.

    A sentence ends with its line, so that lines can be cut one by one, and each line that is not
    blank begins one, so that places many lines apart need no cutting.
    """

    def __init__(self, line: Line) -> None:
        """Begin with no text read."""
        self._line = line
        self._lines: dict[int, Positions] = {}
        self._cut: dict[int, Flags] = {}
        self._begun: dict[int, Positions] = {}

    def measure(self, text_of: Callable[[str], str]) -> Within:
        """Return what says whether one place is at most so many sentences after another.

        Args:
            text_of: returns the words of a text by its id; asked at most once a text and call.
        """

        def within(first: Positions, last: Positions, most: int) -> Flags:
            found = np.zeros(len(first), np.bool_)
            numbers = self._line.number(first)
            order = np.argsort(numbers, kind="stable")
            cuts = np.flatnonzero(np.diff(numbers[order])) + 1
            for rows in np.split(order, cuts) if len(order) else ():
                number = int(numbers[rows[0]])
                base = self._line.bases[number]
                text = _Once(text_of, self._line.documents[number])
                found[rows] = self._near(number, text, first[rows] - base, last[rows] - base, most)
            return found

        return within

    def _near(
        self, number: int, text: _Once, first: Positions, last: Positions, most: int
    ) -> Flags:
        if number not in self._lines:
            words = text()
            top = len(words) - len(words.lstrip())
            begins = [match.end() for match in _LINE_BEGINS.finditer(words, top)]
            self._lines[number] = np.array([top, *begins], dtype=np.int64)
        lines = self._lines[number]
        of_first = np.searchsorted(lines, first, side="right") - 1
        of_last = np.searchsorted(lines, last, side="right") - 1
        near: Flags = of_last - of_first <= most
        wanted = np.zeros(len(lines) + 1, np.int64)
        np.add.at(wanted, np.maximum(of_first[near], 0), 1)
        np.add.at(wanted, of_last[near] + 1, -1)
        # All lines from the one place to the other are cut, so none is missed in counting.
        begun = self._begun_in(number, text, np.cumsum(wanted)[:-1] > 0)
        between = np.searchsorted(begun, last, side="right") - np.searchsorted(
            begun, first, side="right"
        )
        return near & (between <= most)

    def _begun_in(self, number: int, text: _Once, needed: Flags) -> Positions:
        """Return where sentences begin in these lines of a text, and in others cut before."""
        lines, begun = self._lines[number], self._begun.get(number, np.empty(0, np.int64))
        cut = self._cut.setdefault(number, np.zeros(len(lines), np.bool_))
        missing = needed & ~cut
        if missing.any():
            edges = np.flatnonzero(np.diff(missing, prepend=False, append=False))
            bounds = np.append(lines, len(text()))[edges].reshape(-1, 2)
            new = [sentence_starts(text(), *stretch) for stretch in bounds.tolist()]
            begun = np.union1d(begun, np.concatenate(new)).astype(np.int64)
            self._begun[number] = begun
            cut |= missing
        return begun


class _Once:
    """The words of a text, read when first asked for."""

    def __init__(self, text_of: Callable[[str], str], document: str) -> None:
        self._text_of, self._document = text_of, document
        self._words: str | None = None

    def __call__(self) -> str:
        if self._words is None:
            self._words = self._text_of(self._document)
        return self._words
