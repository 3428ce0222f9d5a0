"""How far, in points of the scale, are the members of a group from its middle?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.within_group.grouping import Grouping, arranged
from consilience.stats.within_group.spread import (
    answers,
    centred,
    complete_rows,
    mean_defined,
    share,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Scales with at most so many points are counted instead of sorted.
POINTS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deviation:
    """How far are the members of each group from its middle?

    Args:
        labels: (groups,) names, ascending.
        value: (groups,) mean over the items that have one, 0 when all agree; else nan.
        items: (groups, items) average deviation; nan with fewer than two answers.
        n: (groups,) people who count.

    Example:
        >>> average_deviation([1, 2, 6], ["a", "a", "b"]).value.tolist()
        [0.5, nan]
    """

    labels: NDArray[Any]
    value: Floats
    items: Floats
    n: Integers


def average_deviation(
    items: ArrayLike,
    groups: ArrayLike | Grouping,
    *,
    centre: str = "mean",
    missing: str = "answered",
) -> Deviation:
    """How many points of the scale is a member on average from the middle of the group?

    Args:
        items: (people,) answers to one item or (people, items), nan where missing.
        groups: (people,) integers or texts, missing where nan or "".
        centre: `mean` or `median` of the group's answers to the item.
        missing: `answered` takes for each item the answers there are; `complete` only people
            with every item answered.

    Returns:
        The mean absolute deviation of each item, in the unit of the answers, and its mean over
        items. See `practical_limit` for how much is little.

    Raises:
        Fault: STA-001 for another centre or rule, STA-002 for shapes that do not fit.

    Source:
        Burke, Finkelstein and Dusig (1999), On average deviation indices for estimating
        interrater agreement, formulas for AD of items and scales.

    Differs:
        As R's multilevel::ad.m, which takes people with every item answered
        (`missing="complete"`).

    Example:
        >>> average_deviation([1, 2, 6, 2], ["a", "a", "a", "b"], centre="median").value.tolist()
        [1.6666666666666667, nan]
    """
    if centre not in _CENTRES:
        raise Fault("STA-001", what="centre", value=centre, known=", ".join(_CENTRES))
    table, found = complete_rows(*arranged(items, groups), missing=missing)
    each = np.empty((found.count, table.shape[1]))
    for place, column, codes, count in answers(table, found):
        total = _CENTRES[centre](column, codes, count)
        each[:, place] = np.where(count > 1, share(total, count), np.nan)
    return Deviation(labels=found.labels, value=mean_defined(each), items=each, n=found.sizes)


def practical_limit(points: int) -> float:
    """Below which average deviation do people agree for practical purposes?

    Args:
        points: A, points of the scale, 2 or more.

    Returns:
        A / 6, which corresponds to rwg of about .70 against uniform answers.

    Raises:
        Fault: STA-003 for fewer than two points.

    Source:
        Burke and Dunlap (2002), Estimating interrater agreement with the average deviation
        index: a user's guide; Dunlap, Burke and Smith-Crowe (2003).

    Example:
        >>> round(practical_limit(5), 3)
        0.833
    """
    if points < 2:
        raise Fault("STA-003", what="number of points", value=points, wanted="2 or more")
    return points / 6


def _about_mean(column: Floats, codes: Integers, count: Integers) -> Floats:
    _, off, centre = centred(column, codes, count)
    around = centre[codes]
    np.subtract(off, around, out=around)
    return _sums(codes, np.abs(around, out=around), len(count))


def _about_median(column: Floats, codes: Integers, count: Integers) -> Floats:
    low = column.min() if len(column) else 0.0
    high = column.max() if len(column) else 0.0
    if high - low < POINTS:
        places = (column - low).astype(np.int64)
        if (places == column - low).all():
            return _counted(places, codes, count, int(high - low) + 1)
    return _sorted(column, codes, count)


def _counted(places: Integers, codes: Integers, count: Integers, points: int) -> Floats:
    """Return sums of deviations from the median, from how many chose each point."""
    cells = np.bincount(codes * points + places, minlength=len(count) * points)
    below = cells.reshape(-1, points).cumsum(axis=1)
    # The sum is the same around any median: take the lower one, the first point by which
    # half have answered.
    median = (2 * below < count[:, None]).sum(axis=1)
    scale = np.abs(np.arange(points) - median[:, None])
    return np.asarray((cells.reshape(-1, points) * scale).sum(axis=1), dtype=float)


def _sorted(column: Floats, codes: Integers, count: Integers) -> Floats:
    """Return sums of deviations from the median: what is above it less what is below."""
    order = np.argsort(column)
    # Numbers of two bytes are sorted by counting, ten times faster.
    narrow = np.uint16 if len(count) <= 2**16 else np.int64
    order = order[np.argsort(codes[order].astype(narrow), kind="stable")]
    column, codes = column[order], codes[order]
    start = np.cumsum(count) - count
    median = np.full(len(count), np.nan)
    some = count > 0
    median[some] = column[(start + (count - 1) // 2)[some]]
    return _sums(codes, np.abs(column - median[codes]), len(count))


def _sums(codes: Integers, weights: Floats, groups: int) -> Floats:
    return np.asarray(np.bincount(codes, weights=weights, minlength=groups), dtype=float)


_CENTRES: Final[Mapping[str, Callable[[Floats, Integers, Integers], Floats]]] = MappingProxyType(
    {"mean": _about_mean, "median": _about_median}
)
