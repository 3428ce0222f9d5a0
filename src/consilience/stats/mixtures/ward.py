"""Which units are nearest to each other, then which groups, until all are one?"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Units above which the tree would take longer than the starts it is made for.
MOST_UNITS: Final = 1000


def ward_tree(points: Floats) -> Integers:
    """In which order do units join into groups when each step adds least within-group spread?

    Args:
        points: (units, dimensions), without missing values.

    Returns:
        (units - 1, 2) positions of the groups that join; the joint group keeps the first
        position.

    Source:
        Ward (1963), Hierarchical grouping to optimize an objective function; distances by the
        recurrence of Lance and Williams (1967).

    Example:
        >>> ward_tree(np.array([[0.0], [1.0], [10.0]])).tolist()
        [[0, 1], [0, 2]]
    """
    count = len(points)
    squares = (points**2).sum(axis=1)
    far = np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0.0)
    np.fill_diagonal(far, np.inf)
    sizes = np.ones(count)
    nearest = far.argmin(axis=1) if count else np.empty(0, dtype=np.int64)
    distance = far[np.arange(count), nearest]
    joins = np.empty((max(count - 1, 0), 2), dtype=np.int64)
    for step in range(count - 1):
        one = int(distance.argmin())
        other = int(nearest[one])
        joins[step] = one, other
        _join(far, sizes, one, other)
        distance[other] = np.inf
        stale = np.flatnonzero((nearest == one) | (nearest == other))
        stale = stale[np.isfinite(distance[stale])]
        nearest[stale] = far[stale].argmin(axis=1)
        distance[stale] = far[stale, nearest[stale]]
        # Ward's distances only grow, so no other group gets a nearer neighbour.
        nearest[one] = far[one].argmin()
        distance[one] = far[one, nearest[one]]
    return joins


def _join(far: Floats, sizes: Floats, one: int, other: int) -> None:
    """Put the distances of the joint group into the row of the first, and drop the second."""
    weight, added = sizes[one], sizes[other]
    between = far[one, other]
    row = (weight + sizes) * far[one] + (added + sizes) * far[other] - sizes * between
    row = row / (weight + added + sizes)
    row[one] = row[other] = np.inf
    sizes[one] += added
    far[one] = far[:, one] = row
    far[other] = far[:, other] = np.inf


def cut_tree(joins: Integers, *, groups: int) -> Integers:
    """Which group is each unit in when so many groups are left?

    Args:
        joins: see `ward_tree`.
        groups: how many groups, 1 to the number of units.

    Returns:
        (units,) group numbers, 0 to `groups` - 1.

    Example:
        >>> cut_tree(np.array([[0, 1], [0, 2]]), groups=2).tolist()
        [0, 0, 1]
    """
    count = len(joins) + 1
    head = np.arange(count)
    for one, other in joins[: count - groups]:
        head[head == head[other]] = head[one]
    return np.unique(head, return_inverse=True)[1].astype(np.int64).ravel()
