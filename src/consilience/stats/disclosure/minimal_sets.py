"""Which smallest sets of keys single a row out?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.errors import Fault
from consilience.stats.disclosure.key_table import Integers, KeyTable, matching, rows_of

_MOST_SETS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MinimalSets:
    """Which keys single rows out, if none of them is left away?

    Args:
        keys: how many keys there are.
        rows: (m,) the row of each set, ascending; a row may have several sets, or none.
        bits: (m,) the keys of each set, key j as bit j.
    """

    keys: int
    rows: Integers
    bits: Integers

    def of(self, row: int) -> tuple[tuple[int, ...], ...]:
        """Which sets of keys single this row out?"""
        low, high = np.searchsorted(self.rows, [row, row + 1])
        return tuple(self._keys_of(bits) for bits in self.bits[low:high].tolist())

    def sizes(self) -> Integers:
        """How many keys has each set?"""
        return np.bitwise_count(self.bits).astype(np.int64)

    def _keys_of(self, bits: int) -> tuple[int, ...]:
        return tuple(key for key in range(self.keys) if bits >> key & 1)


def minimal_sets(
    table: KeyTable,
    *,
    counted: Integers,
    asked: Integers,
    at_most: int = 1,
    largest: int | None = None,
) -> MinimalSets:
    """Which smallest sets of keys leave at most so many counted rows that agree?

    All sets are looked at, small ones first; a set is passed over for the rows that one of its
    parts singles out already.

    Args:
        table: the keys.
        counted: rows that may agree.
        asked: rows to single out, ascending.
        at_most: so many agreeing rows single a row out.
        largest: no sets of more keys; all if None.

    Returns:
        The sets, numbered by the rows of the table.

    Raises:
        Fault: STA-003 for a `largest` below 1, STA-101 if there are too many sets.

    Source:
        Elliot, Manning and Ford (2002), A computational algorithm for handling the special
        uniques problem; Manning, Haglin and Keane (2008), A recursive search algorithm for
        statistical disclosure assessment.

    Differs:
        SUDA2 searches recursively on lists of rows; here each set is counted over the distinct
        combinations. The sets are the same.

    Example:
        >>> from consilience.stats.disclosure.key_table import read_keys
        >>> every = np.arange(3)
        >>> table = read_keys([[2, 1, 1], [0, 3, 0]])
        >>> found = minimal_sets(table, counted=every, asked=every)
        >>> [found.of(row) for row in range(3)]
        [((0,),), ((1,),), ((0, 1),)]
    """
    most = _largest(len(table.columns), largest)
    # Rows side by side once, so that no set has to gather the counted ones anew.
    held = rows_of(table, np.concatenate([counted, asked]))
    among, first = slice(0, len(counted)), len(counted)
    found_rows, found_bits = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    before: dict[int, NDArray[np.bool_]] = {0: np.zeros(len(asked), dtype=np.bool_)}
    for size in range(1, most + 1):
        now = {}
        for keys in combinations(table.keys, size):
            bits = sum(1 << key for key in keys)
            single = np.logical_or.reduce([before[bits ^ (1 << key)] for key in keys])
            todo = np.flatnonzero(~single)
            if len(todo):
                agreeing = matching(held, keys, counted=among, asked=todo + first)
                hits = todo[agreeing <= at_most]
                single[hits] = True
                found_rows.append(asked[hits])
                found_bits.append(np.full(len(hits), bits, dtype=np.int64))
            now[bits] = single
        before = now
    rows = np.concatenate(found_rows)
    order = np.argsort(rows, kind="stable")
    return MinimalSets(
        keys=len(table.columns), rows=rows[order], bits=np.concatenate(found_bits)[order]
    )


def _largest(keys: int, largest: int | None) -> int:
    most = keys if largest is None else min(largest, keys)
    if most < 1:
        raise Fault("STA-003", what="the largest set", value=largest, wanted="1 or more")
    count = sum(comb(keys, size) for size in range(1, most + 1))
    if count > _MOST_SETS:
        raise Fault("STA-101", keys=keys, count=f"{count:,}", most=f"{_MOST_SETS:,}")
    return most
