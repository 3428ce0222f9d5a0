"""Which cells of a record have to go, and which can be given back?"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.disclosure.key_table import matching, read_keys
from consilience.stats.disclosure.suppression_matching import MISSING, count_matches

Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_CACHE: Final = 2**28


def fewest_cells(keys: Integers, counts: Integers, *, k: int, importance: Floats) -> Integers:
    """Which fewest cells of each record have to go so that k original records fit the rest?

    Subsets of the keys are tried from the least important; each record takes the first that is
    enough for it, and among equally important ones that which most records fit. This is exact:
    what is asked of a record does not depend on what becomes of the others.

    Args:
        keys: (d, m) distinct records, -1 where missing.
        counts: (d,) how many records are alike.
        k: how many records are wanted, 1 or more.
        importance: (m,) above 0; infinite for keys that must stay.

    Returns:
        (d, m) the records with cells suppressed; those for which nothing is enough unchanged.

    Example:
        >>> table = np.array([[0, 0], [0, 1], [1, 1]])
        >>> fewest_cells(table, np.array([1, 2, 2]), k=2, importance=np.ones(2)).tolist()
        [[0, -1], [0, 1], [1, 1]]
    """
    found, left = keys.copy(), np.arange(len(keys))
    table, number = read_keys(list(keys.T)), counts.astype(float)
    for alike in subsets(importance):
        if not len(left):
            break
        most = np.zeros(len(left))
        best = keys[left]
        for subset in alike:
            kept = [key for key in table.keys if key not in subset]
            reached = matching(table, kept, counted=slice(None), asked=left, values=number)
            better = (reached >= k) & (reached > most)
            best[better] = without(keys[left[better]], subset)
            most[better] = reached[better]
        found[left] = best
        left = left[most < k]
    return found


def without(keys: Integers, subset: list[int]) -> Integers:
    """Return records without some keys.

    Args:
        keys: (n, m) codes.
        subset: which keys are to be missing.

    Returns:
        (n, m) codes, a copy.

    Example:
        >>> without(np.array([[3, 4]]), [0]).tolist()
        [[-1, 4]]
    """
    found = keys.copy()
    found[:, subset] = MISSING
    return found


def subsets(importance: Floats) -> list[list[list[int]]]:
    """Which subsets of the keys may go, in the order of what it costs?

    Args:
        importance: (m,) above 0; infinite for keys that must stay.

    Returns:
        Lists of subsets of equal cost, the cheapest (none) first.

    Example:
        >>> subsets(np.array([1.0, 1.0, np.inf]))
        [[[]], [[0], [1]], [[0, 1]]]
    """
    free = [int(each) for each in np.flatnonzero(np.isfinite(importance))]
    groups: dict[float, list[list[int]]] = {}
    for size in range(len(free) + 1):
        for subset in combinations(free, size):
            # Sums of the same numbers in another order may differ in the last digit.
            lost = round(float(sum(importance[list(subset)])), 9)
            groups.setdefault(lost, []).append(list(subset))
    return [groups[lost] for lost in sorted(groups)]


class FittingRows:
    """Sets of rows as bits: which have a value of a key, and which fit everything there?"""

    def __init__(self, keys: Integers, missing: NDArray[np.bool_]) -> None:
        """Hold (n, m) original codes, and where a key is read as missing."""
        self._keys = keys
        self._rows = len(keys)
        self._wild = [packed(missing[:, key]) for key in range(keys.shape[1])]
        self._equal: dict[tuple[int, int], Bits] = {}
        self._most = max(64, _CACHE // max(1, self._wild[0].nbytes))

    def of(self, key: int, value: int) -> Bits:
        """Return the rows that have the value of the key, or are missing there."""
        held = self._equal.get((key, value))
        if held is None:
            if len(self._equal) >= self._most:
                self._equal.clear()
            held = self._equal[key, value] = packed(self._keys[:, key] == value)
        return held | self._wild[key]

    def fitting(self, record: Integers) -> Bits:
        """Return the rows that fit a record, (m,) codes with -1 for missing."""
        found = packed(np.ones(self._rows, dtype=bool))
        for key in np.flatnonzero(record >= 0).tolist():
            found &= self.of(key, int(record[key]))
        return found

    def give_back(self, row: int, key: int) -> None:
        """Read a cell as missing no longer."""
        word, bit = divmod(row, 64)
        self._wild[key][word] &= ~np.uint64(1 << bit)


def packed(rows: NDArray[np.bool_]) -> Bits:
    """Return a set of rows as bits, 64 to a word.

    Args:
        rows: (n,) whether each is in it.

    Returns:
        Words, the last filled up with zeros.

    Example:
        >>> packed(np.array([True, False, True])).tolist()
        [5]
    """
    bits = np.packbits(rows, bitorder="little")
    return np.pad(bits, (0, -len(bits) % 8)).view(np.uint64)


def numbers_of(bits: Bits) -> Integers:
    """Return the numbers of the rows in a set, ascending.

    Args:
        bits: words as of `packed`.

    Returns:
        Row numbers.

    Example:
        >>> numbers_of(packed(np.array([True, False, True]))).tolist()
        [0, 2]
    """
    words = np.flatnonzero(bits)
    rows, places = np.nonzero(
        np.unpackbits(bits[words].view(np.uint8), bitorder="little").reshape(-1, 64)
    )
    return words[rows] * 64 + places


def restore_cells(
    keys: Integers, published: Integers, *, counts: Integers, need: Integers, importance: Floats
) -> Integers:
    """Which suppressed cells can be given back, one after the other, with enough left for all?

    Enough published records have to fit each published one, where missing fits everything. Cells
    of the most important keys come first, then those of records with few suppressed cells.
    Afterwards no single cell can be given back.

    Args:
        keys: (n, m) original records, -1 where missing.
        published: (n, m) the same with cells suppressed; such a record stands for itself alone.
        counts: (n,) how many records each row stands for.
        need: (n,) how many are wanted for each; 0 where nothing is asked.
        importance: (m,) of the keys.

    Returns:
        (n, m) records with fewer cells suppressed.

    Example:
        >>> table = np.array([[0, 0], [1, 1], [2, 0], [0, 2]])
        >>> hidden = np.array([[-1, 0], [-1, -1], [-1, 0], [0, -1]])
        >>> each, two = np.ones(4, dtype=int), np.full(4, 2)
        >>> restore_cells(table, hidden, counts=each, need=two, importance=np.ones(2)).tolist()
        [[0, 0], [-1, -1], [2, 0], [0, 2]]
    """
    state = _Restoring(keys, published, counts, need)
    cells = _in_turn(keys, published, state.fitting, importance)
    while True:
        refused = [(row, key) for row, key in cells if not state.give_back(row, key)]
        if len(refused) == len(cells):
            return state.found
        cells = refused


class _Restoring:
    def __init__(
        self, keys: Integers, published: Integers, counts: Integers, need: Integers
    ) -> None:
        self.found = published.copy()
        self.fitting = count_matches(published, published, counts=counts)
        self._keys, self._counts, self._need = keys, counts, need
        self._rows = FittingRows(keys, published < 0)
        # A row that has just what it needs can lose nobody.
        self._tight = packed(self.fitting <= need)

    def give_back(self, row: int, key: int) -> bool:
        """Give a cell back if everybody has enough without it, and return whether."""
        record = self.found[row].copy()
        record[key] = MISSING
        lost = self._rows.fitting(record) & ~self._rows.of(key, int(self._keys[row, key]))
        if (lost & self._tight).any():
            return False
        leaving = numbers_of(lost)
        fewer = int(self._counts[leaving].sum())
        if self.fitting[row] - fewer < self._need[row]:
            return False
        self.fitting[row] -= fewer
        self.fitting[leaving] -= 1
        self.found[row, key] = self._keys[row, key]
        self._rows.give_back(row, key)
        touched = np.append(leaving, row)
        for each in touched[self.fitting[touched] <= self._need[touched]].tolist():
            self._tight[each // 64] |= np.uint64(1 << (each % 64))
        return True


def _in_turn(
    keys: Integers, found: Integers, own: Integers, importance: Floats
) -> list[tuple[int, int]]:
    row, key = np.nonzero((found < 0) & (keys >= 0))
    suppressed = ((found < 0) & (keys >= 0)).sum(axis=1)
    order = np.lexsort((key, row, own[row], suppressed[row], -importance[key]))
    return list(zip(row[order].tolist(), key[order].tolist(), strict=True))
