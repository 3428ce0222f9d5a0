"""Which small groups of records share their mean, so that no single number is told?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Microaggregated:
    """What is told of numbers whose groups share their mean, and what does it cost?

    Args:
        values: the numbers, in the shape given; nan for rows that took no part.
        groups: (n,) number of each row's group; -1 for rows that took no part.
        loss: sum of squares within groups as a share of the whole, 0 to 1, of standardised
            numbers where there are several; 0 if nothing varies.
    """

    values: Floats
    groups: Integers
    loss: float


def microaggregate(values: ArrayLike, *, k: int) -> Microaggregated:
    """Which groups of k or more neighbours lose least when each is told as its mean?

    The groups are the best that there are: a shortest path through the sorted values, whose steps
    are groups of k to 2k - 1.

    Args:
        values: (n,) numbers, nan where missing; these take no part.
        k: how many have to share a mean, 1 or more.

    Returns:
        The means. Every mean of all rows stays, no variance does.

    Raises:
        Fault: STA-002 for another shape, STA-003 for k or infinite values, STA-004 for fewer than
            k numbers.

    Source:
        Hansen and Mukherjee (2003), A polynomial algorithm for optimal univariate
        microaggregation, IEEE TKDE 15, 1043-1044.

    Differs:
        Groups of k neighbours from one end on (individual ranking) lose more, never less.

    Example:
        >>> found = microaggregate([1, 2, 3, 10, 11, 30, 31], k=2)
        >>> found.values.tolist(), found.groups.tolist()
        ([2.0, 2.0, 2.0, 10.5, 10.5, 30.5, 30.5], [0, 0, 0, 1, 1, 2, 2])
    """
    given = np.asarray(values, dtype=float)
    if given.ndim != 1:
        raise Fault("STA-002", what="values", shape=given.shape, wanted="(rows,)")
    part = _taking_part(given[:, None], k)
    order = np.argsort(given[part], kind="stable")
    groups = np.full(len(given), -1, dtype=np.int64)
    groups[part[order]] = _shortest(given[part][order], k)
    return _means(given[:, None], groups, given[:, None], given.shape)


def _taking_part(table: Floats, k: int) -> Integers:
    if k < 1:
        raise Fault("STA-003", what="k", value=k, wanted="1 or more")
    if np.isinf(table).any():
        raise Fault("STA-003", what="a value", value="infinite", wanted="finite numbers or nan")
    part = np.flatnonzero(~np.isnan(table).any(axis=1))
    if 0 < len(part) < k:
        raise Fault("STA-004", what="groups of k", least=k, count=len(part))
    return part


def _shortest(ordered: Floats, k: int) -> Integers:
    """Return the group of each of the sorted values."""
    count = len(ordered)
    within = _within(ordered, k)
    cost = np.full(count + 1, np.inf)
    cost[0], before = 0.0, np.zeros(count + 1, dtype=np.int64)
    for end in range(k, count + 1):
        first = max(0, end - 2 * k + 1)
        starts = np.arange(first, end - k + 1)
        ways = cost[starts] + within[end - starts - k, starts]
        best = int(np.argmin(ways))
        cost[end], before[end] = ways[best], starts[best]
    begins = np.zeros(count, dtype=np.int64)
    end = count
    while end > 0:
        end = int(before[end])
        begins[end] = 1
    return np.cumsum(begins) - 1


def _within(ordered: Floats, k: int) -> Floats:
    """Return (k, n) sums of squares of groups of k, k + 1, ... values by where they begin.

    One value is added at a time, as differences of running sums would lose the digits of groups
    that are small beside the whole.
    """
    count = len(ordered)
    found = np.full((k, count), np.inf)
    mean, squares = ordered.copy(), np.zeros(count)
    for size in range(1, 2 * k):
        if size > count:
            break
        if size > 1:
            there = count - size + 1
            off = ordered[size - 1 :] - mean[:there]
            mean = mean[:there] + off / size
            squares = squares[:there] + off * (ordered[size - 1 :] - mean)
        if size >= k:
            found[size - k, : len(squares)] = squares
    return found


def mdav(table: ArrayLike, *, k: int, standardise: bool = True) -> Microaggregated:
    """Which groups of k records near each other in several numbers are told as their means?

    The record furthest from the centre and its k - 1 nearest become a group, then the record
    furthest from that one and its nearest, and so on; the last k to 2k - 1 are one group.

    Args:
        table: (n, p) numbers, nan where missing; rows with a missing number take no part.
        k: how many have to share their means, 1 or more.
        standardise: whether distances are in standard deviations of each column.

    Returns:
        The means, as (n, p). A heuristic: finding the best groups is NP-hard.

    Raises:
        Fault: STA-002 for another shape, STA-003 for k or infinite values, STA-004 for fewer than
            k records.

    Source:
        Domingo-Ferrer and Torra (2005), Ordinal, continuous and heterogeneous k-anonymity through
        microaggregation, Data Mining and Knowledge Discovery 11, 195-212, MDAV-generic.

    Example:
        >>> found = mdav([[0, 0], [9, 9], [0, 1], [9, 8]], k=2)
        >>> found.values.tolist()
        [[0.0, 0.5], [9.0, 8.5], [0.0, 0.5], [9.0, 8.5]]
    """
    given = np.asarray(table, dtype=float)
    if given.ndim != 2 or not given.shape[1]:
        raise Fault("STA-002", what="table", shape=given.shape, wanted="(rows, columns)")
    part = _taking_part(given, k)
    scaled = _scaled(given, part) if standardise else given
    groups = np.full(len(given), -1, dtype=np.int64)
    groups[part] = _mdav(scaled[part], k)
    return _means(given, groups, _scaled(given, part), given.shape)


def _scaled(table: Floats, part: Integers) -> Floats:
    if not len(part):
        return table
    spread = table[part].std(axis=0)
    return np.asarray((table - table[part].mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _mdav(table: Floats, k: int) -> Integers:
    groups = np.full(len(table), -1, dtype=np.int64)
    # Column by column, as sums along short rows are slow.
    left, columns, made = np.arange(len(table)), np.ascontiguousarray(table.T), 0
    while len(left) >= 2 * k:
        first = columns[:, _furthest(columns, columns.mean(axis=1))]
        # The second group is that of the furthest from the first one's centre, if enough are left.
        for opposite in (False, True):
            if len(left) < 2 * k:
                break
            centre = columns[:, _furthest(columns, first)] if opposite else first
            near = _nearest(columns, centre, k)
            groups[left[near]] = made
            stays = np.ones(len(left), dtype=bool)
            stays[near] = False
            left, columns, made = left[stays], columns[:, stays], made + 1
    groups[left] = made
    return groups


def _distances(columns: Floats, point: Floats) -> Floats:
    found = (columns[0] - point[0]) ** 2
    for column, place in zip(columns[1:], point[1:], strict=True):
        found += (column - place) ** 2
    return np.asarray(found)


def _furthest(columns: Floats, point: Floats) -> int:
    return int(np.argmax(_distances(columns, point)))


def _nearest(columns: Floats, point: Floats, k: int) -> Integers:
    distances = _distances(columns, point)
    limit = np.partition(distances, k - 1)[k - 1]
    below = np.flatnonzero(distances < limit)
    return np.concatenate([below, np.flatnonzero(distances == limit)[: k - len(below)]])


def _means(
    table: Floats, groups: Integers, scaled: Floats, shape: tuple[int, ...]
) -> Microaggregated:
    told = np.full(table.shape, np.nan)
    part = groups >= 0
    within = whole = 0.0
    for column in range(table.shape[1]):
        told[part, column] = _group_means(table[part, column], groups[part])
        each = scaled[part, column]
        within += float(((each - _group_means(each, groups[part])) ** 2).sum())
        whole += float(((each - each.mean()) ** 2).sum()) if len(each) else 0.0
    return Microaggregated(
        values=told.reshape(shape), groups=groups, loss=within / whole if whole else 0.0
    )


def _group_means(values: Floats, groups: Integers) -> Floats:
    sizes = np.bincount(groups)
    # About a middle, so that large numbers of little spread keep their digits.
    middle = float(np.median(values)) if len(values) else 0.0
    return np.asarray(
        (np.bincount(groups, weights=values - middle) / np.maximum(sizes, 1) + middle)[groups]
    )
