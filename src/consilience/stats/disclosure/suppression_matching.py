"""How many records of a table fit a record, where a missing key fits everything?"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Integers = NDArray[np.int64]

MISSING: Final = -1

# All subsets of the keys may have to be looked at.
MOST_KEYS: Final = 20

# Up to so many possible combinations are counted in a table; beyond that, those met are sorted.
_TABLE: Final = 4_000_000
_SPAN: Final = 2**62


def key_codes(keys: ArrayLike, *, what: str = "keys") -> Integers:
    """Which codes do the keys have, as whole numbers?

    Args:
        keys: (n, m) category numbers 0, 1, ...; -1 where missing.
        what: the name of the argument, for the fault.

    Returns:
        (n, m) whole numbers.

    Raises:
        Fault: STA-002 for another shape, STA-003 for a code that is none, STA-120 for too many
            keys.

    Example:
        >>> key_codes([[0, 2], [1, -1]]).tolist()
        [[0, 2], [1, -1]]
    """
    given = np.asarray(keys)
    if given.ndim != 2 or not given.shape[1]:
        raise Fault(
            "STA-002", what=what, shape=given.shape, wanted="(records, keys), 1 key or more"
        )
    if given.shape[1] > MOST_KEYS:
        raise Fault("STA-120", count=given.shape[1], most=MOST_KEYS)
    if given.size and (given.dtype.kind not in "iuf" or not (given == np.floor(given)).all()):
        raise Fault(
            "STA-003", what=what, value="no table of whole numbers", wanted="0, 1, ... or -1"
        )
    if given.size and given.min() < MISSING:
        raise Fault("STA-003", what=what, value=int(given.min()), wanted="0, 1, ... or -1")
    return np.ascontiguousarray(given, dtype=np.int64)


def joint_codes(*tables: Integers) -> list[Integers]:
    """Which number stands for each row, the same for equal rows of all tables?

    Args:
        tables: (rows, p) tables of codes, 0 or more, all with the same p, 1 or more.

    Returns:
        For each table (rows,) numbers, 0 or more.

    Example:
        >>> joint_codes(np.array([[0, 1], [1, 0]]), np.array([[1, 0]]))
        [array([1, 2]), array([2])]
    """
    stacked = np.concatenate(tables) if len(tables) > 1 else tables[0]
    number = np.zeros(len(stacked), dtype=np.int64)
    span = 1
    for column in stacked.T:
        size = int(column.max(initial=0)) + 1
        if span * size > _SPAN:
            met, number = np.unique(number, return_inverse=True)
            span = len(met)
        if span * size > _SPAN:
            codes, column = np.unique(column, return_inverse=True)  # noqa: PLW2901  (renumbered)
            size = len(codes)
        number = number * size + column
        span *= size
    ends = np.cumsum([len(each) for each in tables])[:-1]
    return np.split(number, ends)


def distinct(keys: Integers) -> tuple[Integers, Integers, Integers]:
    """Which records differ, which of them is each record, and how many are alike?

    Args:
        keys: (n, m) codes, -1 where missing, which here is a category of its own.

    Returns:
        (d,) the first record of each kind, in the order of the rows whatever the labels; (n,) the
        kind of each record; (d,) how many are of it.

    Example:
        >>> distinct(np.array([[0, 1], [0, -1], [0, 1]]))
        (array([0, 1]), array([0, 1, 0]), array([2, 1]))
    """
    (numbers,) = joint_codes(keys + 1)
    _, first, kind, counts = np.unique(
        numbers, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first, kind="stable")
    return first[order], np.argsort(order, kind="stable")[kind], counts[order]


def count_matches(
    query: ArrayLike, pool: ArrayLike, *, counts: ArrayLike | None = None
) -> Integers:
    """How many records of a pool does each record fit, where missing fits everything?

    Two records fit if each key is equal in both or missing in either.

    Args:
        query: (a, m) codes, -1 where missing.
        pool: (b, m) codes, -1 where missing.
        counts: (b,) how many records each row of the pool stands for; 1 each if None.

    Returns:
        (a,) counts. A record of the pool itself counts as fitting, so that with the pool as
        query the counts are 1 or more.

    Raises:
        Fault: STA-002, STA-003, STA-120 for tables that are none.

    Source:
        Exact: for each pair of patterns of missing keys, the records are counted on the keys
        that both have.

    Differs:
        sdcMicro's freqCalc with alpha = 1 gives the same counts.

    Example:
        >>> table = [[0, 1], [0, 2], [0, -1]]
        >>> count_matches(table, table).tolist()
        [2, 2, 3]
    """
    asked, there = key_codes(query, what="query"), key_codes(pool, what="pool")
    if asked.shape[1] != there.shape[1]:
        raise Fault("STA-002", what="pool", shape=there.shape, wanted=f"(rows, {asked.shape[1]})")
    number = np.ones(len(there)) if counts is None else np.asarray(counts, dtype=float)
    found = np.zeros(len(asked), dtype=np.int64)
    pools = _by_pattern(there)
    for kept, rows in _by_pattern(asked):
        for held, members in pools:
            shared = kept & held
            found[rows] += _joined(
                asked[rows][:, shared], there[members][:, shared], number[members]
            )
    return found


def _by_pattern(keys: Integers) -> list[tuple[NDArray[np.bool_], Integers]]:
    """Return for each pattern of missing keys which keys are there, and the rows that have it."""
    if not len(keys):
        return []
    there = keys >= 0
    pattern = there @ (1 << np.arange(keys.shape[1]))
    order = np.argsort(pattern, kind="stable")
    ends = np.flatnonzero(np.diff(pattern[order])) + 1
    return [(there[rows[0]], rows) for rows in np.split(order, ends)]


def _joined(query: Integers, pool: Integers, counts: NDArray[np.float64]) -> Integers:
    if not query.shape[1]:
        return np.full(len(query), int(counts.sum()), dtype=np.int64)
    asked, there = joint_codes(query, pool)
    most = int(max(asked.max(), there.max()))
    if most <= _TABLE:
        return np.bincount(there, weights=counts, minlength=most + 1)[asked].astype(np.int64)
    met, place = np.unique(there, return_inverse=True)
    sums = np.bincount(place, weights=counts)
    spot = np.minimum(np.searchsorted(met, asked), len(met) - 1)
    return np.where(met[spot] == asked, sums[spot], 0).astype(np.int64)
