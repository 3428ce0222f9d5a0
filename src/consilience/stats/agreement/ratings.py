"""Ratings as codes: who gave which value to which unit, equal units counted once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Whole numbers over a range no wider than this are coded without sorting them.
NARROW: Final = 1_000

# How many different units are counted by their number alone.
FEW_PATTERNS: Final = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ratings:
    """Ratings of units by raters.

    Args:
        values: (v,) values that may occur, rising; some may not occur.
        codes: (units, raters) position of each rating in `values`, -1 where missing; of 16 bits
            where that is enough, as most of the time goes into moving them.
        counts: (units,) how often the unit occurs; 1 each unless equal units were joined.
    """

    values: Floats
    codes: NDArray[np.signedinteger[Any]]
    counts: Floats

    @property
    def given(self) -> Integers:
        """(units,) how many raters rated the unit."""
        return np.asarray((self.codes >= 0).sum(axis=1), dtype=np.int64)

    def tally(self) -> Floats:
        """(units, v): how many raters gave the unit each value."""
        units, raters = self.codes.shape
        width = len(self.values) + 1
        places = (np.arange(units) * width)[:, None] + self.codes + 1
        found = np.bincount(places.ravel(), minlength=units * width).reshape(units, width)
        return np.asarray(found[:, 1:], dtype=float) if raters else np.zeros((units, width - 1))

    def of(self, kept: NDArray[np.bool_]) -> Ratings:
        """Return the units that are kept."""
        return Ratings(values=self.values, codes=self.codes[kept], counts=self.counts[kept])


def read_ratings(ratings: ArrayLike) -> Ratings:
    """Which value did each rater give each unit?

    Args:
        ratings: (units, raters) numbers, nan where missing.

    Returns:
        The ratings as codes.

    Raises:
        Fault: STA-002 if there are not two dimensions, STA-003 if a rating is infinite.

    Example:
        >>> read_ratings([[1, 2], [2, float("nan")]]).codes.tolist()
        [[0, 1], [1, -1]]
    """
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 2:
        raise Fault("STA-002", what="ratings", shape=table.shape, wanted="(units, raters)")
    flat = table.ravel()
    low, high = (float(np.fmin.reduce(flat)), float(np.fmax.reduce(flat))) if flat.size else (0, 0)
    if np.isinf([low, high]).any():
        raise Fault("STA-003", what="a rating", value="infinite", wanted="finite ratings, or nan")
    counts = np.ones(len(table))
    if not flat.size or np.isnan(low):
        codes = np.full(table.shape, -1, dtype=np.int64)
        return Ratings(values=np.empty(0), codes=codes, counts=counts)
    if high - low <= NARROW:
        # A missing rating becomes the place before the first.
        shifted = np.fmax(table, low - 1)
        shifted -= low
        small = shifted.astype(np.int16)
        if not (small != shifted).any():
            values = low + np.arange(int(high - low) + 1, dtype=float)
            return Ratings(values=values, codes=small, counts=counts)
    missing = np.isnan(table)
    levels, places = np.unique(table[~missing], return_inverse=True)
    codes = np.full(table.shape, -1, dtype=np.int64)
    codes[~missing] = places
    return Ratings(values=levels, codes=codes, counts=counts)


def join_equal(ratings: Ratings) -> Ratings:
    """Return each kind of unit once, with how often it occurs.

    Args:
        ratings: units one by one.

    Returns:
        The same units counted; their order is that of their codes.

    Example:
        >>> join_equal(read_ratings([[1, 2], [1, 1], [1, 2]])).counts.tolist()
        [1.0, 2.0]
    """
    units, raters = ratings.codes.shape
    base = len(ratings.values) + 1
    if not units or base**raters > FEW_PATTERNS:
        return ratings
    key = np.zeros(units, dtype=np.int64)
    for column in ratings.codes.T:
        key *= base
        key += column
        key += 1
    counts = np.bincount(key, weights=None if (ratings.counts == 1).all() else ratings.counts)
    kinds = np.flatnonzero(counts)
    powers = base ** np.arange(raters - 1, -1, -1)
    codes = kinds[:, None] // powers % base - 1
    return Ratings(values=ratings.values, codes=codes, counts=counts[kinds].astype(float))
