"""Which rows share a combination of keys, whatever their codes look like?

Combinations are numbered in one 64-bit integer a row. Where the numbers are few they are counted in
a table, else sorted; where the levels multiply beyond 64 bits they are numbered anew on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
# A slice spares the copy that taking rows by number makes.
Rows: TypeAlias = Integers | slice

MISSING: Final = ("wildcard", "category")

_LARGEST: Final = 2**62
_SMALL_TABLE: Final = 2**16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeyTable:
    """What are the keys of some rows?

    Args:
        columns: for each key (n,) numbers 0 to levels - 1; 0 is what is missing, if any is.
        levels: of each key, how many numbers there may be.
        gaps: (n,) bits of the keys that are missing and stand for any value; None if none is.
    """

    columns: tuple[Integers, ...]
    levels: tuple[int, ...]
    gaps: Integers | None

    @property
    def rows(self) -> int:
        """How many rows are there?"""
        return len(self.columns[0])

    @property
    def keys(self) -> range:
        """Which are the numbers of the keys?"""
        return range(len(self.columns))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classes:
    """Which rows are alike in all keys, a missing one being like a missing one only?

    Args:
        of_row: (n,) number of the class of each row.
        rows: (classes,) one row of each class.
        sizes: (classes,) number of rows in each.
    """

    of_row: Integers
    rows: Integers
    sizes: Integers


def read_keys(keys: Sequence[ArrayLike], *, missing: str = "wildcard") -> KeyTable:
    """What are the keys, checked and numbered from 0?

    Args:
        keys: for each key (n,) whole numbers, any of 0 or more; a negative one is missing.
        missing: `wildcard` if a missing key stands for any value, `category` if for its own.

    Returns:
        The table.

    Raises:
        Fault: STA-001 for the option, STA-002 for shapes, STA-003 for other than whole numbers.

    Example:
        >>> read_keys([[5, 7, -1], [0, 1, 1]]).levels
        (9, 2)
    """
    if missing not in MISSING:
        raise Fault("STA-001", what="reading of missing keys", value=missing, known=_known())
    if not len(keys):
        raise Fault("STA-002", what="keys", shape=(0,), wanted="one column a key, one or more")
    given = [_whole(each, number) for number, each in enumerate(keys)]
    if any(len(each) != len(given[0]) for each in given):
        shape = tuple(len(each) for each in given)
        raise Fault("STA-002", what="keys", shape=shape, wanted="columns of one length")
    gaps = _gaps(given) if missing == "wildcard" else None
    numbered = [_numbered(each) for each in given]
    return KeyTable(
        columns=tuple(column for column, _ in numbered),
        levels=tuple(levels for _, levels in numbered),
        gaps=gaps,
    )


def classes_of(table: KeyTable) -> Classes:
    """Which rows are alike in all keys?

    Args:
        table: of n rows.

    Returns:
        The classes, a missing key being a value of its own.

    Example:
        >>> classes_of(read_keys([[5, 7, 5], [0, 1, 0]])).sizes.tolist()
        [2, 1]
    """
    codes, size = packed(table, table.keys)
    if size <= _table_limit(len(codes)):
        met = np.zeros(size, dtype=np.bool_)
        met[codes] = True
        there = np.flatnonzero(met)
        place = np.empty(size, dtype=np.int64)
        place[there] = np.arange(len(there))
        of_row, count = place[codes], len(there)
    else:
        distinct, of_row = np.unique(codes, return_inverse=True)
        count = len(distinct)
    rows = np.empty(count, dtype=np.int64)
    rows[of_row] = np.arange(len(of_row))
    return Classes(of_row=of_row, rows=rows, sizes=np.bincount(of_row, minlength=count))


def rows_of(table: KeyTable, rows: Integers) -> KeyTable:
    """What are the keys of some rows?

    Args:
        table: of all rows.
        rows: (r,) which of them.

    Returns:
        The table of r rows, with the same numbers.

    Example:
        >>> rows_of(read_keys([[5, 7, 5], [0, 1, 0]]), np.array([1])).columns[0].tolist()
        [2]
    """
    return KeyTable(
        columns=tuple(column[rows] for column in table.columns),
        levels=table.levels,
        gaps=None if table.gaps is None else table.gaps[rows],
    )


def packed(table: KeyTable, keys: Sequence[int], rows: Rows = slice(None)) -> tuple[Integers, int]:
    """Which number stands for the combination of some keys in each row?

    Args:
        table: the keys of n rows.
        keys: which of them.
        rows: which rows.

    Returns:
        The numbers, and a bound which none reaches. They compare with those of another call only
        if the levels of these keys multiply to less than 2**62; else ask for all rows at once.

    Example:
        >>> packed(read_keys([[5, 7, 5], [0, 1, 0]]), (0, 1))[0].tolist()
        [0, 5, 0]
    """
    if not keys:
        return np.zeros_like(table.columns[0][rows]), 1
    codes, size = table.columns[keys[0]][rows], table.levels[keys[0]]
    for key in keys[1:]:
        column = table.columns[key][rows]
        if size * table.levels[key] > _LARGEST:
            distinct, codes = np.unique(codes, return_inverse=True)
            size = max(len(distinct), 1)
        codes = codes * table.levels[key]
        codes += column
        size *= table.levels[key]
    return codes, size


def sums_by(numbers: Integers, values: Floats | None, size: int) -> Floats:
    """How much of a value has each number?

    Args:
        numbers: (n,) 0 to size - 1.
        values: (n,) of each; 1 if None.
        size: how many sums there are.

    Returns:
        (size,) sums.

    Example:
        >>> sums_by(np.array([0, 2, 2]), None, 3)
        array([1., 0., 2.])
    """
    return np.asarray(np.bincount(numbers, weights=values, minlength=size), dtype=np.float64)


def matching(
    table: KeyTable,
    keys: Sequence[int],
    *,
    counted: Rows,
    asked: Rows,
    values: Floats | None = None,
) -> Floats:
    """How many rows, or how much of a value, agree with each row asked about in some keys?

    A missing key agrees with every value if the table says so (`gaps`).

    Args:
        table: the keys of n rows.
        keys: which of them count.
        counted: (c,) rows that are counted.
        asked: (a,) rows that are asked about.
        values: (c,) or (c, m) what a counted row adds; 1 each if None.

    Returns:
        (a,) or (a, m) sums.

    Example:
        >>> table = read_keys([[0, 1, -1], [0, 1, 1]])
        >>> every = np.arange(3)
        >>> matching(table, (0, 1), counted=every, asked=every).tolist()
        [1.0, 2.0, 2.0]
    """
    if table.gaps is None:
        return _sums_at(table, keys, counted, asked, values)
    chosen = sum(1 << key for key in keys)
    ours, theirs = table.gaps[asked] & chosen, table.gaps[counted] & chosen
    if not ours.any() and not theirs.any():
        return _sums_at(table, keys, counted, asked, values)
    # Rows lie side by side by what they miss, so that no pair of patterns gathers them anew.
    first, second = np.argsort(theirs, kind="stable"), np.argsort(ours, kind="stable")
    every = np.arange(table.rows)
    held = rows_of(table, np.concatenate([every[counted][first], every[asked][second]]))
    worth = None if values is None else values[first]
    found = np.zeros((len(second), *(() if values is None else values.shape[1:])))
    for mine, here in _runs(ours[second]):
        for other, there in _runs(theirs[first]):
            both = [key for key in keys if not (mine | other) >> key & 1]
            part = None if worth is None else worth[there]
            at = slice(here.start + len(first), here.stop + len(first))
            found[second[here]] += _sums_at(held, both, there, at, part)
    return found


def _runs(ordered: Integers) -> list[tuple[int, slice]]:
    """Return each value of an ordered array, and where it stands."""
    met, starts = np.unique(ordered, return_index=True)
    ends = [*starts[1:].tolist(), len(ordered)]
    pairs = zip(met.tolist(), starts.tolist(), ends, strict=True)
    return [(value, slice(start, end)) for value, start, end in pairs]


def _sums_at(
    table: KeyTable,
    keys: Sequence[int],
    counted: Rows,
    asked: Rows,
    values: Floats | None,
) -> Floats:
    of, at, size = _packed_alike(table, keys, counted, asked)
    if size > _table_limit(len(of) + len(at)):
        distinct, of = np.unique(of, return_inverse=True)
        # Whatever is not there stands at one more number, which nothing has.
        size = len(distinct) + 1
        place = np.searchsorted(distinct, at)
        there = np.append(distinct, -1)[place] == at
        at = np.where(there, place, size - 1)
    if values is None or values.ndim == 1:
        return sums_by(of, values, size)[at]
    return np.column_stack([sums_by(of, each, size)[at] for each in values.T])


def _packed_alike(
    table: KeyTable, keys: Sequence[int], counted: Rows, asked: Rows
) -> tuple[Integers, Integers, int]:
    if prod(table.levels[key] for key in keys) <= _LARGEST:
        of, size = packed(table, keys, counted)
        return of, packed(table, keys, asked)[0], size
    every = np.arange(table.rows)
    both = np.concatenate([every[counted], every[asked]])
    codes, size = packed(table, keys, both)
    parted = len(every[counted])
    return codes[:parted], codes[parted:], size


def _table_limit(rows: int) -> int:
    return max(_SMALL_TABLE, 16 * rows)


def _known() -> str:
    return ", ".join(MISSING)


def _whole(column: ArrayLike, number: int) -> Integers:
    given = np.asarray(column)
    if given.ndim != 1:
        raise Fault("STA-002", what=f"key {number}", shape=given.shape, wanted="(rows,) codes")
    if given.dtype.kind in "iub":
        return given.astype(np.int64, copy=False)
    if given.dtype.kind != "f" or not np.array_equal(np.trunc(given), given):
        wanted = "whole numbers, a negative one where the key is missing"
        raise Fault("STA-003", what=f"key {number}", value="no whole number", wanted=wanted)
    return given.astype(np.int64)


def _gaps(columns: list[Integers]) -> Integers | None:
    gaps = None
    for number, column in enumerate(columns):
        if len(column) and column.min() < 0:
            gaps = np.zeros(len(column), dtype=np.int64) if gaps is None else gaps
            gaps |= (column < 0).astype(np.int64) << number
    return gaps


def _numbered(column: Integers) -> tuple[Integers, int]:
    """Return the column numbered from 0, with 0 for what is missing, and how many numbers."""
    if not len(column):
        return column, 1
    if column.min() < -1:
        column = np.maximum(column, -1)
    low, high = int(column.min()), int(column.max())
    if high - low < max(1024, len(column)):
        return column - low if low else column, high - low + 1
    distinct, inverse = np.unique(column, return_inverse=True)
    return inverse, len(distinct)
