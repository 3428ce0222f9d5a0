"""Which of k ordered bands does each value fall into?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

RULES: Final = ("equal-counts", "equal-width", "fixed", "clusters")
TIES: Final = ("file-order", "together-low", "together-high")

# Values that agree in so many decimals are tied, so that rounding breaks no tie.
DECIMALS: Final = 12


def cut(
    values: ArrayLike,
    *,
    count: int,
    rule: str = "equal-counts",
    ties: str = "file-order",
    limits: Sequence[float] = (),
) -> Integers:
    """Which band, 1 (lowest) to k (highest), does each value fall into?

    - `equal-counts`: in order of value; of n = q k + r values the r lowest bands hold q + 1
      and the others q (39 in five bands: 8, 8, 8, 8, 7).
    - `equal-width`: k intervals of one width from the lowest to the highest value; if all are
      equal, all are in the middle band.
    - `fixed`: k - 1 rising limits.
    - `clusters`: the k groups with the least sum of squares within (exact k-means in one
      dimension); fewer distinct values than k make fewer bands, numbered from 1.

    Args:
        values: (n,) or (replicates, n); nan has no band.
        count: k, 2 or more.
        rule: how the limits are found.
        ties: of equal values, `file-order` splits them over bands in the order given;
            `together-low` and `together-high` keep them in the lowest or highest band that any
            of them gets. For equal-width and fixed, which look at values only, it says where a
            value exactly on a limit goes: below it for `together-low`, else above.
        limits: the limits of `fixed`.

    Returns:
        Bands of the shape of `values`, 1 to k, and 0 where the value is nan.

    Raises:
        Fault: CON-002 for another rule; CON-003 if the limits do not rise or are not k - 1.

    Source:
        Wang and Song (2011), Ckmeans.1d.dp: optimal k-means clustering in one dimension by
        dynamic programming (the recurrence (1)).

    Differs:
        From `pandas.qcut`, which cuts at interpolated quantiles and so gives unequal counts.

    Example:
        >>> cut([0.3, 0.1, 0.2, float("nan"), 0.9], count=2).tolist()
        [2, 1, 1, 0, 2]
    """
    for what, value, known in (("cut rule", rule, RULES), ("rule for ties", ties, TIES)):
        if value not in known:
            raise Fault("CON-002", what=what, value=value, known=", ".join(known))
    given = np.round(np.asarray(values, dtype=float), DECIMALS)
    table = np.atleast_2d(given)
    if rule == "equal-counts":
        bands = _equal_counts(table, count, ties)
    elif rule == "clusters":
        bands = _clusters(table, count)
    elif rule == "equal-width":
        bands = _equal_width(table, count, ties)
    else:
        bands = _fixed(table, count, ties, limits)
    return np.where(np.isnan(table), 0, bands).reshape(given.shape)


def band_shares(bands: Integers, *, count: int) -> Floats:
    """In what share of replicates does each unit fall into each band?

    Args:
        bands: (replicates, n), 1 to k, or 0 for none.
        count: k.

    Returns:
        (n, k) shares of the replicates in which the unit had a band, summing to 1 for each
        unit; nan for a unit that never had one.

    Example:
        >>> band_shares(np.array([[1, 2], [1, 1]]), count=2).tolist()
        [[1.0, 0.0], [0.5, 0.5]]
    """
    units = bands.shape[1]
    cells = np.arange(units) * (count + 1) + bands
    tally = np.bincount(cells.ravel(), minlength=units * (count + 1))
    inside = tally.reshape(units, count + 1)[:, 1:].astype(float)
    total = inside.sum(axis=1, keepdims=True)
    share: Floats = np.divide(inside, total, out=np.full(inside.shape, np.nan), where=total > 0)
    return share


def kept_and_moved(first: Integers, second: Integers) -> tuple[float, float]:
    """What share of units keep their band, and what share move two or more?

    Args:
        first: (n,) bands under one rule, 0 for none.
        second: (n,) bands under another.

    Returns:
        Shares 0-1 of the units that have a band under both; nan if there are none.

    Example:
        >>> kept_and_moved(np.array([1, 2, 3, 4]), np.array([1, 2, 2, 1]))
        (0.5, 0.25)
    """
    both = (first > 0) & (second > 0)
    if not both.any():
        return float("nan"), float("nan")
    steps = np.abs(first[both] - second[both])
    return float((steps == 0).mean()), float((steps >= 2).mean())


def _sorted(table: Floats) -> tuple[Integers, Floats, Integers]:
    order = np.argsort(table, axis=1, kind="stable")
    return order, np.take_along_axis(table, order, axis=1), (~np.isnan(table)).sum(axis=1)


def _back(order: Integers, bands: Integers) -> Integers:
    result = np.empty_like(bands)
    np.put_along_axis(result, order, bands, axis=1)
    return result


def _equal_counts(table: Floats, count: int, ties: str) -> Integers:
    order, ranked, known = _sorted(table)
    position = np.broadcast_to(np.arange(table.shape[1]), table.shape)
    if ties != "file-order":
        position = _shared_position(ranked, last=ties == "together-high")
    size, extra = (part[:, None] for part in np.divmod(known, count))
    inside = extra * (size + 1)
    low = position // (size + 1)
    high = extra + (position - inside) // np.maximum(size, 1)
    return _back(order, np.where(position < inside, low, high) + 1)


def _shared_position(ranked: Floats, *, last: bool) -> Integers:
    units = ranked.shape[1]
    change = ranked[:, 1:] != ranked[:, :-1]
    edge = np.ones((len(ranked), 1), dtype=bool)
    if last:
        ends = np.where(np.hstack([change, edge]), np.arange(units), units)
        return np.asarray(np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1])
    starts = np.where(np.hstack([edge, change]), np.arange(units), 0)
    return np.asarray(np.maximum.accumulate(starts, axis=1))


def _equal_width(table: Floats, count: int, ties: str) -> Integers:
    missing = np.isnan(table)
    low = np.where(missing, np.inf, table).min(axis=1, keepdims=True, initial=np.inf)
    high = np.where(missing, -np.inf, table).max(axis=1, keepdims=True, initial=-np.inf)
    flat = ~(high > low)
    steps = np.arange(1, count) / count
    inner = np.where(flat, 0.0, low)[..., None] + np.where(flat, 0.0, high - low)[..., None] * steps
    bands = _above(table, np.round(inner, DECIMALS), ties)
    return np.where(flat, (count + 1) // 2, bands)


def _fixed(table: Floats, count: int, ties: str, limits: Sequence[float]) -> Integers:
    inner = np.asarray(limits, dtype=float)
    if len(inner) != count - 1 or np.isnan(inner).any() or (np.diff(inner) <= 0).any():
        raise Fault("CON-003", limits=list(limits), wanted=count - 1, count=count)
    return _above(table, inner, ties)


def _above(table: Floats, inner: Floats, ties: str) -> Integers:
    passed = table[..., None] > inner if ties == "together-low" else table[..., None] >= inner
    return np.asarray(passed.sum(axis=-1) + 1)


def _clusters(table: Floats, count: int) -> Integers:
    order, ranked, known = _sorted(table)
    rows, units = table.shape
    missing = np.isnan(ranked)
    centred = np.where(missing, 0.0, ranked)
    centred -= (centred.sum(axis=1) / np.maximum(known, 1))[:, None]
    centred[missing] = 0.0
    distinct = ((ranked[:, 1:] != ranked[:, :-1]) & ~missing[:, 1:]).sum(axis=1) + (known > 0)
    starts = _best_starts(centred, min(count, units))
    bands = np.ones((rows, units), dtype=np.int64)
    end, every = known - 1, np.arange(rows)
    positions = np.arange(units)
    for cluster in range(min(count, units) - 1, 0, -1):
        active = distinct > cluster
        begin = np.where(active, starts[cluster, every, np.maximum(end, 0)], 0)
        inside = (positions >= begin[:, None]) & (positions <= end[:, None])
        bands[active[:, None] & inside] = cluster + 1
        end = np.where(active, begin - 1, end)
    return _back(order, bands)


def _best_starts(centred: Floats, count: int) -> Integers:
    """Return (k, rows, n): where the last of so many clusters starts that end at a position."""
    rows, units = centred.shape
    sums = np.concatenate([np.zeros((rows, 1)), np.cumsum(centred, axis=1)], axis=1)
    squares = np.concatenate([np.zeros((rows, 1)), np.cumsum(centred**2, axis=1)], axis=1)
    sizes = np.arange(units + 1, dtype=float)
    starts = np.zeros((count, rows, units), dtype=np.int64)
    best = squares[:, 1:] - sums[:, 1:] ** 2 / sizes[1:]
    for cluster in range(1, count):
        following = np.full((rows, units), np.inf)
        for last in range(cluster, units):
            first = np.arange(cluster, last + 1)
            total = sums[:, last + 1, None] - sums[:, first]
            within = squares[:, last + 1, None] - squares[:, first]
            within = within - total**2 / (last + 1 - first)
            cost = best[:, first - 1] + within
            choice = cost.argmin(axis=1)
            starts[cluster, :, last] = first[choice]
            following[:, last] = np.take_along_axis(cost, choice[:, None], axis=1)[:, 0]
        best = following
    return starts


def mean_ranks(values: Floats) -> Floats:
    """Return the rank of each value from 1; equal values share the mean of their ranks.

    Args:
        values: (n,) numbers, none missing.

    Returns:
        (n,) ranks.

    Example:
        >>> mean_ranks(np.array([3.0, 1.0, 3.0])).tolist()
        [2.5, 1.0, 2.5]
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Floats = (last - (counts - 1) / 2)[inverse]
    return ranks
