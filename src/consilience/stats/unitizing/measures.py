"""The coefficients of agreement, from lengths summed over texts.

Each is a numerator over a denominator, so that codes are pooled by adding both: what is expected
by chance is held code by code, and a code that half the team overuses cannot hide behind others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from consilience.stats.agreement.linearised import NOTHING
from consilience.stats.unitizing.spans import Booleans, Floats

MEASURES: Final = (
    "percent",
    "cohen",
    "fleiss",
    "brennan_prediger",
    "ac1",
    "holsti",
    "f1",
    "jaccard",
    "alpha_binary",
    "u_alpha",
    "u_alpha_binary",
    "cu_alpha",
)
# Those that say what is seen and correct nothing for chance.
PLAIN: Final = frozenset({"percent", "holsti", "f1", "jaccard"})


class Ratio(NamedTuple):
    """A coefficient in two parts; nan in both where it is undefined."""

    above: Floats
    below: Floats

    def value(self) -> Floats:
        """Return the coefficient, nan where there is nothing to divide by."""
        below = np.where(self.below > NOTHING, self.below, np.nan)
        return np.asarray(self.above / below)

    def pooled(self) -> Ratio:
        """Return the coefficient of several codes together: parts added over the last axis."""
        known = ~np.isnan(self.above) & ~np.isnan(self.below)
        return Ratio(*(np.where(known, part, 0.0).sum(axis=-1, keepdims=True) for part in self))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CodeTotals:
    """Sums of codes over texts: s choices of texts, c codes, p pairs of coders.

    Args:
        both: (p, s, c) marked by both of a pair.
        first: (p, s, c) marked by the first, in texts that both read; `second` likewise.
        apart: (s, c) disagreement as a share of pairs, times length.
        shared: (s, c) share of readers who marked, times length.
        observed: (s, c) disagreement over readers less 1.
        marked: (s, c) marked, in texts of two readers or more; `squares` of these passages.
        read: (p, s, 1) length of texts that both read.
        two: (s, 1) length of texts with two readers or more.
        one: (s, 1) with one or more.
        values: (s, 1) length times readers, for two or more.
    """

    both: Floats
    first: Floats
    second: Floats
    apart: Floats
    shared: Floats
    observed: Floats
    marked: Floats
    squares: Floats
    read: Floats
    two: Floats
    one: Floats
    values: Floats

    @staticmethod
    def of(codes: Floats, texts: Floats, pairs: int) -> CodeTotals:
        """Return the totals from sums (s, c, k) of codes and (s, k) of texts."""
        columns, lengths = np.moveaxis(codes, -1, 0), np.moveaxis(texts, -1, 0)[..., None]
        apart, shared, observed, marked, squares = columns[3 * pairs :]
        two, one, values = lengths[pairs:]
        return CodeTotals(
            both=columns[:pairs],
            first=columns[pairs : 2 * pairs],
            second=columns[2 * pairs : 3 * pairs],
            apart=apart,
            shared=shared,
            observed=observed,
            marked=marked,
            squares=squares,
            read=lengths[:pairs],
            two=two,
            one=one,
            values=values,
        )

    @property
    def used(self) -> Booleans:
        """(s, c) whether somebody marked the code, where two read."""
        return np.asarray(self.marked > 0)

    @property
    def varies(self) -> Booleans:
        """(s, c) whether it is marked somewhere and unmarked elsewhere."""
        return np.asarray(self.used & (self.marked < self.values))


def _over(above: Floats, below: Floats) -> Floats:
    share: Floats = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)
    return share


def _beyond(agreed: Floats, chance: Floats, defined: Booleans) -> Ratio:
    return Ratio(np.where(defined, agreed - chance, np.nan), np.where(defined, 1 - chance, np.nan))


def _percent(sums: CodeTotals) -> Ratio:
    agreed = 1 - _over(sums.apart, sums.two + 0 * sums.apart)
    agreed = np.where(sums.used, agreed, np.nan)
    return Ratio(agreed, np.where(sums.used, 1.0, np.nan))


def _seen(sums: CodeTotals) -> tuple[Floats, Floats]:
    """Return the share of pairs that agree, and the share of readers who marked."""
    agreed = 1 - _over(sums.apart, sums.two + 0 * sums.apart)
    return agreed, _over(sums.shared, sums.one + 0 * sums.shared)


def _cohen(sums: CodeTotals) -> Ratio:
    length = sums.read + 0 * sums.both
    first, second = _over(sums.first, length), _over(sums.second, length)
    agreed = 1 - first - second + 2 * _over(sums.both, length)
    chance = first * second + (1 - first) * (1 - second)
    return _beyond(agreed, chance, ~np.isnan(first))


def _fleiss(sums: CodeTotals) -> Ratio:
    agreed, share = _seen(sums)
    return _beyond(agreed, share**2 + (1 - share) ** 2, sums.varies)


def _brennan_prediger(sums: CodeTotals) -> Ratio:
    agreed, _ = _seen(sums)
    return _beyond(agreed, np.full_like(agreed, 0.5), sums.varies)


def _ac1(sums: CodeTotals) -> Ratio:
    agreed, share = _seen(sums)
    return _beyond(agreed, 2 * share * (1 - share), sums.varies)


def _dice(sums: CodeTotals) -> Ratio:
    return Ratio(2 * sums.both, sums.first + sums.second)


def _jaccard(sums: CodeTotals) -> Ratio:
    return Ratio(sums.both, sums.first + sums.second - sums.both)


def _alpha(sums: CodeTotals, itself: Floats) -> Ratio:
    """Return alpha, where `itself` is how often a value would be paired with its own unit."""
    n, marked = sums.values, sums.marked
    observed = _over(sums.observed, n + 0 * sums.observed)
    between = n * n - itself
    expected = _over(2 * marked * (n - marked), between + 0 * marked)
    return Ratio(
        np.where(sums.varies, expected - observed, np.nan), np.where(sums.varies, expected, np.nan)
    )


def _alpha_binary(sums: CodeTotals) -> Ratio:
    return _alpha(sums, sums.values)


def _u_alpha(sums: CodeTotals) -> Ratio:
    # Passages have the square of their length; gaps have no structure, so unit by unit.
    return _alpha(sums, sums.squares + sums.values - sums.marked)


def _nothing(sums: CodeTotals) -> Ratio:
    empty = np.full(np.shape(sums.marked), np.nan)
    return Ratio(empty, empty)


CODE_MEASURES: Final[Mapping[str, Callable[[CodeTotals], Ratio]]] = {
    "percent": _percent,
    "cohen": _cohen,
    "fleiss": _fleiss,
    "brennan_prediger": _brennan_prediger,
    "ac1": _ac1,
    "holsti": _dice,
    "f1": _dice,
    "jaccard": _jaccard,
    "alpha_binary": _alpha_binary,
    "u_alpha": _u_alpha,
    "u_alpha_binary": _u_alpha,
    "cu_alpha": _nothing,
}
OF_PAIRS: Final = frozenset({"cohen", "holsti", "f1", "jaccard"})


def mean_of_pairs(values: NDArray[np.float64]) -> Floats:
    """Return the mean over pairs of coders (p, ...) that have a value, nan if none has."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    return _over(total, known.sum(axis=0) + 0 * total)
