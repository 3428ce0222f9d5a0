"""Which cells have to go so that every published record has others exactly like it?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from consilience.stats.disclosure.suppression_matching import distinct
from consilience.stats.disclosure.suppression_search import subsets, without

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def alike(keys: Integers) -> Integers:
    """How many records have exactly the codes of each, missing being a code like others?

    Args:
        keys: (n, m) codes, -1 where missing.

    Returns:
        (n,) counts, 1 or more.

    Example:
        >>> alike(np.array([[0, -1], [0, 1], [0, -1]])).tolist()
        [2, 1, 2]
    """
    _, kind, counts = distinct(keys)
    return counts[kind]


def group_records(
    keys: Integers, *, k: int, importance: Floats, reachable: NDArray[np.bool_]
) -> Integers:
    """Which cells go so that at least k records share what is left?

    From the cheapest subset of keys on, records that share the other keys with k - 1 more that
    are still open are settled together, first by the subsets that settle most. Few may be left
    over: they lose all keys that may go, and take records from larger groups along.

    Args:
        keys: (n, m) original records, -1 where missing.
        k: how many are wanted, 1 or more.
        importance: (m,) above 0; infinite for keys that must stay.
        reachable: (n,) whether k records share the keys that must stay.

    Returns:
        (n, m) records with cells suppressed; those out of reach unchanged.

    Source:
        The problem (k-anonymity by suppression) is NP-hard: Meyerson and Williams (2004), On the
        complexity of optimal k-anonymity, PODS, 223-228. This is a greedy solution.

    Example:
        >>> table = np.array([[0, 0], [0, 1], [1, 1], [1, 1]])
        >>> group_records(table, k=2, importance=np.ones(2), reachable=np.ones(4, bool)).tolist()
        [[0, -1], [0, -1], [1, 1], [1, 1]]
    """
    found, left = keys.copy(), np.flatnonzero(reachable)
    for level in subsets(importance):
        order = sorted(level, key=lambda each: -int(_settled(keys[left], each, k).sum()))
        for subset in order:
            if len(left) < k:
                break
            now = _settled(keys[left], subset, k)
            found[left[now]] = without(found[left[now]], subset)
            left = left[~now]
    return _left_over(found, left, k, importance)


def _settled(keys: Integers, subset: list[int], k: int) -> NDArray[np.bool_]:
    return np.asarray(alike(without(keys, subset)) >= k)


def _left_over(found: Integers, left: Integers, k: int, importance: Floats) -> Integers:
    """Put those left over with the records that lose least by joining them."""
    free = np.flatnonzero(np.isfinite(importance)).tolist()
    bare = without(found, free)
    _, kind, _ = distinct(bare)
    for each in np.unique(kind[left]).tolist():
        here = left[kind[left] == each]
        others = np.setdiff1d(np.flatnonzero(kind == each), left)
        joined = np.concatenate([here, _joining(found, others, k, len(here), importance)])
        found[joined] = bare[joined]
    return found


def _joining(found: Integers, others: Integers, k: int, there: int, importance: Floats) -> Integers:
    """Choose whole groups or what is spare of them, the cheapest a record first."""
    finite = np.where(np.isfinite(importance), importance, 0.0)
    cost = (found[others] >= 0) @ finite
    _, kind, counts = distinct(found[others])
    # Those that have lost all keys already take anybody in.
    if (cost == 0).any():
        return others[:0]
    chosen: list[int] = []
    spare = counts - k
    for place in np.lexsort((others, cost)).tolist():
        if there + len(chosen) >= k:
            return np.array(chosen, dtype=np.int64)
        if spare[kind[place]] > 0:
            spare[kind[place]] -= 1
            chosen.append(int(others[place]))
    # Not enough is spare: the cheapest group joins as a whole.
    whole = np.bincount(kind, weights=cost)
    return np.asarray(others[kind == int(np.argmin(whole))])
