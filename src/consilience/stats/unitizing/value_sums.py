"""What of a domain, whose codes exclude each other in principle, must be known of each text?

At each place a coder has one value: nothing, one code, or, where codes overlap, the set of them
as a value of its own. All sums are lengths (or squares of lengths) that add up over texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from consilience.stats.unitizing.spans import Floats, Integers, Spans, Texts
from consilience.stats.unitizing.sweep import Sweep, sweep

# Codes are bits of a word; one bit less than there are keeps the sign out of it.
WORD: Final = 62


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValueSums:
    """Sums of one domain, text by text: d texts, v values (0 for nothing), m coders, p pairs.

    Args:
        values: (v,) the codes of each value, places in the domain.
        same: (p, d) length with the same value by both of a pair, nothing among them.
        alike: (p, d) the same where that value is not nothing.
        either: (2, p, d) marked by the first and the second, in texts that both read.
        margin: (m, d, v) length of each value by coder.
        apart: (d,) disagreement as a share of pairs, times length.
        observed: (d,) disagreement over readers less 1; `outside` that between something and
            nothing, counted once.
        squares: (d,) squared lengths of passages, with two readers or more.
        met: (d, v) what of a value meets something of another coder; `agreed` the same value.
        met_squares: (d, v) squared lengths of passages in so far as they meet something.
    """

    values: tuple[tuple[int, ...], ...]
    same: Floats
    alike: Floats
    either: Floats
    margin: Floats
    apart: Floats
    observed: Floats
    outside: Floats
    squares: Floats
    met: Floats
    agreed: Floats
    met_squares: Floats

    @staticmethod
    def of(spans: Spans, texts: Texts, codes: Sequence[int]) -> ValueSums:
        """Return the sums of a domain, from passages that `read_spans` gave."""
        highest = max(int(spans.code.max(initial=0)), *codes, 0)
        place = np.full(highest + 1, -1)
        place[list(codes)] = np.arange(len(codes))
        own = spans.of(place[spans.code] >= 0)
        events = sweep(own, own.document)
        names, held = _values(events, own, place[own.code], texts.coded.shape[1])
        return _Meeting(events=events, spans=own, texts=texts, held=held, count=len(names)).sums(
            names
        )


def _values(
    events: Sweep, spans: Spans, place: Integers, coders: int
) -> tuple[tuple[tuple[int, ...], ...], Integers]:
    """Return the values that occur, and (m, e) the value of each coder in each stretch."""
    words = int(place.max(initial=0)) // WORD + 1
    held = np.zeros((words, coders, len(events.length)), dtype=np.int64)
    for word in range(words):
        bits = np.where(place // WORD == word, np.int64(1) << (place % WORD), 0)
        for coder in range(coders):
            held[word, coder] = events.level(np.where(spans.coder == coder, bits, 0))
    held[:, :, events.length == 0] = 0
    flat = held.reshape(words, -1)
    # The first row is that of nothing, so that nothing is value 0 whatever occurs.
    rows = np.concatenate([np.zeros((words, 1), dtype=np.int64), flat], axis=1)
    numbers = np.zeros(rows.shape[1], dtype=np.int64)
    for word in rows:
        _, once = np.unique(word, return_inverse=True)
        numbers = np.unique(numbers * (int(once.max()) + 1) + once, return_inverse=True)[1]
    _, at, numbers = np.unique(numbers, return_index=True, return_inverse=True)
    names = tuple(_codes_of(rows[:, first]) for first in at)
    return names, np.asarray(numbers[1:], dtype=np.int64).reshape(coders, -1)


def _codes_of(words: Integers) -> tuple[int, ...]:
    found = []
    for number, word in enumerate(words.tolist()):
        found += [number * WORD + bit for bit in range(WORD) if word >> bit & 1]
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Meeting:
    """Stretches of a domain with the value of every coder."""

    events: Sweep
    spans: Spans
    texts: Texts
    held: Integers
    count: int

    def sums(self, names: tuple[tuple[int, ...], ...]) -> ValueSums:
        """Return all sums."""
        texts, read = self.texts, self.texts.coded.T.astype(float)
        pairs = texts.pairs
        fewer = np.maximum(texts.readers - 1, 1).astype(float)
        both = np.array([read[one] * read[other] for one, other in pairs]).reshape(len(pairs), -1)
        length = both * texts.lengths
        differs = np.array([self._differing(*pair) for pair in pairs]).reshape(length.shape)
        alike = np.array([self._alike(*pair) for pair in pairs]).reshape(*length.shape, -1)
        margin = np.array([self._margin(coder) for coder in range(len(read))])
        marked = margin[:, :, 1:].sum(axis=2)
        first = np.array([marked[one] for one, _ in pairs]).reshape(length.shape) * both
        second = np.array([marked[other] for _, other in pairs]).reshape(length.shape) * both
        met, met_squares = self._met()
        covered = np.array([self._covered(*pair) for pair in pairs]).reshape(length.shape)
        return ValueSums(
            values=names,
            same=length - differs * both,
            alike=alike.sum(axis=2),
            either=np.array([first, second]),
            margin=margin,
            apart=2 * differs.sum(axis=0) / np.maximum(texts.readers * fewer, 1),
            observed=2 * differs.sum(axis=0) / fewer,
            outside=(first + second - 2 * covered).sum(axis=0) / fewer,
            squares=self._squares(),
            met=met / fewer[:, None],
            agreed=2 * alike.sum(axis=0) / fewer[:, None],
            met_squares=met_squares / fewer[:, None],
        )

    def _read(self, one: int, other: int) -> Integers:
        """Return the length of stretches of texts that both read, 0 of the others."""
        coded = self.texts.coded
        both = (coded[:, one] & coded[:, other])[self.events.group]
        return np.where(both, self.events.length, 0)

    def _by_text(self, lengths: Integers) -> Floats:
        documents = len(self.texts.lengths)
        return np.asarray(
            np.bincount(self.events.group, weights=lengths, minlength=documents), dtype=float
        )

    def _by_value(self, values: Integers, weights: Floats | Integers) -> Floats:
        documents = len(self.texts.lengths)
        at = self.events.group * self.count + values
        table = np.bincount(at, weights=weights, minlength=documents * self.count)
        return np.asarray(table.reshape(documents, self.count))

    def _differing(self, one: int, other: int) -> Floats:
        differ = self.held[one] != self.held[other]
        return self._by_text(np.where(differ, self._read(one, other), 0))

    def _covered(self, one: int, other: int) -> Floats:
        both = (self.held[one] > 0) & (self.held[other] > 0)
        return self._by_text(np.where(both, self._read(one, other), 0))

    def _alike(self, one: int, other: int) -> Floats:
        alike = (self.held[one] == self.held[other]) & (self.held[one] > 0)
        return self._by_value(self.held[one], np.where(alike, self._read(one, other), 0))

    def _margin(self, coder: int) -> Floats:
        table = self._by_value(self.held[coder], self.events.length)
        table[:, 0] = 0
        read = self.texts.lengths * self.texts.coded[:, coder]
        table[:, 0] = read - table.sum(axis=1)
        return table

    def _passages(self, coder: int) -> Integers:
        """Return (e,) the number of the coder's passage: each own start or end begins one."""
        own = self.spans.coder[self.events.span] == coder
        return np.asarray(np.cumsum(own), dtype=np.int64)

    def _squares(self) -> Floats:
        paired = (self.texts.readers > 1)[self.events.group]
        total = np.zeros(len(self.texts.lengths))
        for coder, held in enumerate(self.held):
            lengths = np.where((held > 0) & paired, self.events.length, 0)
            total += self._squared(coder, lengths).sum(axis=1)
        return total

    def _squared(self, coder: int, lengths: Integers) -> Floats:
        """Return (d, v) squares of what lengths add up to within each passage of a coder."""
        passage = self._passages(coder)
        whole = np.bincount(passage, weights=lengths)
        # A passage has one value; its square stands at its first stretch that has a length.
        first = np.zeros(len(passage), dtype=bool)
        at = np.flatnonzero(lengths)
        first[at[np.diff(passage[at], prepend=-1) != 0]] = True
        return self._by_value(self.held[coder], np.where(first, whole[passage] ** 2, 0.0))

    def _met(self) -> tuple[Floats, Floats]:
        shape = len(self.texts.lengths), self.count
        met, squares = np.zeros(shape), np.zeros(shape)
        for one in range(len(self.held)):
            for other in range(len(self.held)):
                if one != other:
                    meet = (self.held[one] > 0) & (self.held[other] > 0)
                    lengths = np.where(meet, self._read(one, other), 0)
                    met += self._by_value(self.held[one], lengths)
                    squares += self._squared(one, lengths)
        return met, squares
