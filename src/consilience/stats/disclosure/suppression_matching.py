"""Which records are alike, and how many of a table fit a record with missing keys?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.stats.disclosure.key_table import classes_of, matching, read_keys

Integers = NDArray[np.int64]

MISSING: Final = -1


def key_codes(keys: Sequence[ArrayLike]) -> Integers:
    """Which codes has each record, in one table?

    Args:
        keys: for each key (n,) whole numbers; a negative one is missing.

    Returns:
        (n, keys) codes, -1 where missing.

    Raises:
        Fault: STA-002, STA-003 for shapes and values.

    Example:
        >>> key_codes([[0, 1], [2, -9]]).tolist()
        [[0, 2], [1, -1]]
    """
    read_keys(keys)
    return np.column_stack(
        [np.maximum(np.asarray(each).astype(np.int64), MISSING) for each in keys]
    )


def distinct(codes: Integers) -> tuple[Integers, Integers, Integers]:
    """Which records differ, which of them is each record, and how many are alike?

    Args:
        codes: (n, m) codes, -1 where missing, which here is a category of its own.

    Returns:
        (d,) the first record of each kind, in the order of the rows whatever the labels; (n,) the
        kind of each record; (d,) how many are of it.

    Example:
        >>> distinct(np.array([[0, 1], [0, -1], [0, 1]]))
        (array([0, 1]), array([0, 1, 0]), array([2, 1]))
    """
    classes = classes_of(read_keys(list(codes.T), missing="category"))
    first = np.empty(len(classes.sizes), dtype=np.int64)
    first[classes.of_row[::-1]] = np.arange(len(codes))[::-1]
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return first[order], place[classes.of_row], classes.sizes[order]


def count_matches(query: Integers, pool: Integers, *, counts: Integers | None = None) -> Integers:
    """How many records of a pool does each record fit, where missing fits everything?

    Two records fit if each key is equal in both or missing in either.

    Args:
        query: (a, m) codes, -1 where missing.
        pool: (b, m) codes, -1 where missing.
        counts: (b,) how many records each row of the pool stands for; 1 each if None.

    Returns:
        (a,) counts, exact.

    Example:
        >>> table = np.array([[0, 1], [0, 2], [0, -1]])
        >>> count_matches(table, table).tolist()
        [2, 2, 3]
    """
    table = read_keys(list(np.concatenate([query, pool]).T))
    found = matching(
        table,
        table.keys,
        counted=np.arange(len(query), table.rows),
        asked=np.arange(len(query)),
        values=None if counts is None else counts.astype(float),
    )
    return found.astype(np.int64)
