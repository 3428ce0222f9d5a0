"""Which set is best, when all sets can be compared?

The sets are the product of the ways to choose within each group. Sums and minima of distances
are added up by broadcasting, in blocks of about a million sets.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from consilience.stats.choice.diverse_problem import Floats, Instance, Integers
from consilience.stats.choice.gower import distances

BLOCK = 600_000
# Most units in the table of ways to choose within one group (160 MB).
WAYS = 20_000_000


def count_sets(instance: Instance) -> int:
    """Return how many sets keep the numbers per group and the pins.

    Args:
        instance: the compiled problem.

    Returns:
        A whole number, exact.
    """
    free, need = _free(instance)
    return math.prod(
        math.comb(int(there), int(wanted)) for there, wanted in zip(free, need, strict=True)
    )


def enumerable(instance: Instance, *, sets: int) -> bool:
    """Return whether all sets can be compared within a limit.

    Args:
        instance: the compiled problem.
        sets: most sets to compare; fewer where quotas and pairs within groups make a set dear.

    Returns:
        Whether there are no more sets than that, and the ways within a group fit in memory.
    """
    free, need = _free(instance)
    pairs = int((need * (need - 1) // 2).sum())
    if count_sets(instance) * (1 + pairs / 5 + len(instance.quotas)) > sets:
        return False
    ways = (math.comb(int(n), int(k)) * int(k) for n, k in zip(free, need, strict=True))
    return max(ways, default=0) <= WAYS


def _free(instance: Instance) -> tuple[Integers, Integers]:
    groups = len(instance.need)
    pinned = np.bincount(instance.group[instance.pins], minlength=groups)
    return np.bincount(instance.group, minlength=groups) - pinned, instance.need - pinned


def combinations(n: int, k: int) -> Integers:
    """Return all ways to choose k of 0..n-1, in lexicographic order.

    Args:
        n: how many there are, 0 or more.
        k: how many are chosen, 1 to n.

    Returns:
        (ways, k) ascending within rows.

    Example:
        >>> combinations(3, 2).tolist()
        [[0, 1], [0, 2], [1, 2]]
    """
    rows = np.arange(n - k + 1, dtype=np.int64)[:, None]
    for column in range(1, k):
        last = rows[:, -1]
        ways = (n - k + column) - last
        starts = np.repeat(np.cumsum(ways) - ways, ways)
        following = np.arange(int(ways.sum())) - starts + np.repeat(last, ways) + 1
        rows = np.column_stack((np.repeat(rows, ways, axis=0), following))
    return rows


@dataclass(frozen=True, slots=True)
class Axis:
    """The ways to choose within one group: (ways, chosen) positions among `units`."""

    units: Integers
    ways: Integers


def _axes(instance: Instance) -> list[Axis]:
    pinned = np.zeros(len(instance.units), dtype=bool)
    pinned[instance.pins] = True
    axes = []
    for code, wanted in enumerate(_free(instance)[1]):
        if wanted:
            units = np.flatnonzero((instance.group == code) & ~pinned)
            axes.append(Axis(units, combinations(len(units), int(wanted))))
    if len(instance.pins):
        axes.append(Axis(instance.pins, np.arange(len(instance.pins))[None, :]))
    # The greatest axis is cut into blocks; the order of the others does not matter.
    return sorted(axes, key=lambda axis: -len(axis.ways))


@dataclass(frozen=True, slots=True)
class Table:
    """Sum, minimum, counts per quota and score of every way of a product of axes."""

    total: Floats
    smallest: Floats
    counts: Integers
    score: Floats


def _within(instance: Instance, axis: Axis, rows: slice) -> Table:
    ways = axis.ways[rows]
    total = np.zeros(len(ways))
    smallest = np.full(len(ways), np.inf)
    if ways.shape[1] > 1:
        matrix = distances(instance, axis.units, axis.units)
        for first in range(ways.shape[1]):
            for second in range(first + 1, ways.shape[1]):
                pairs = matrix[ways[:, first], ways[:, second]]
                total += pairs
                np.minimum(smallest, pairs, out=smallest)
    members = axis.units[ways]
    counts = instance.masks[:, members].sum(axis=2)
    return Table(total, smallest, counts, instance.score[members].sum(axis=1))


def _between(matrix: Floats, one: Integers, other: Integers) -> tuple[Floats, Floats]:
    total = np.zeros((len(one), len(other)))
    smallest = np.full((len(one), len(other)), np.inf)
    for first in range(one.shape[1]):
        for second in range(other.shape[1]):
            pairs = matrix[one[:, first]][:, other[:, second]]
            total += pairs
            np.minimum(smallest, pairs, out=smallest)
    return total, smallest


def _spread(values: Floats, shape: tuple[int, ...], *places: int) -> Floats:
    wide = [1] * len(shape)
    for place in places:
        wide[place] = shape[place]
    return values.reshape(wide)


def _fold(instance: Instance, axes: list[Axis]) -> Table:
    shape = tuple(len(axis.ways) for axis in axes)
    total, smallest, score = np.zeros(shape), np.full(shape, np.inf), np.zeros(shape)
    counts = np.zeros((len(instance.quotas), *shape), dtype=np.int64)
    for place, axis in enumerate(axes):
        own = _within(instance, axis, slice(None))
        total += _spread(own.total, shape, place)
        score += _spread(own.score, shape, place)
        np.minimum(smallest, _spread(own.smallest, shape, place), out=smallest)
        for quota, column in enumerate(own.counts):
            counts[quota] += _spread(column, shape, place)
        for before in range(place):
            matrix = distances(instance, axes[before].units, axis.units)
            added, nearest = _between(matrix, axes[before].ways, axis.ways)
            total += _spread(added, shape, before, place)
            np.minimum(smallest, _spread(nearest, shape, before, place), out=smallest)
    return Table(total.ravel(), smallest.ravel(), counts.reshape(-1, total.size), score.ravel())


@dataclass(frozen=True, slots=True)
class Block:
    """Some ways of the first axis times all ways of the left and right half of the others."""

    start: int
    own: Table
    left: tuple[Floats, Floats]
    right: tuple[Floats, Floats]
    rest: Table

    @property
    def size(self) -> int:
        """How many sets it holds."""
        return len(self.own.score) * len(self.rest.score)

    def part(self, instance: Instance, name: str, at: Integers | None) -> Floats:
        """Return one part of the objective for all sets of the block, or some of them."""
        if name in {"total", "smallest"}:
            return self._distance(name, at)
        rows, ways = len(self.own.score), len(self.rest.score)
        if name == "score":
            grid = self.own.score[:, None] + self.rest.score[None, :]
        else:
            grid = np.zeros((rows, ways))
            for quota in range(len(instance.quotas)):
                counts = self.own.counts[quota][:, None] + self.rest.counts[quota][None, :]
                low, high = instance.low[quota], instance.high[quota]
                missed = np.maximum(low - counts, 0) + np.maximum(counts - high, 0)
                grid -= instance.penalty[quota] * missed
        flat = grid.ravel()
        return flat if at is None else flat[at]

    def _distance(self, name: str, at: Integers | None) -> Floats:
        which = 0 if name == "total" else 1
        join = np.add if name == "total" else np.minimum
        own = self.own.total if name == "total" else self.own.smallest
        rest = self.rest.total if name == "total" else self.rest.smallest
        left, right = join(self.left[which], own[:, None]), self.right[which]
        if at is None:
            grid = join(left[:, :, None], right[:, None, :])
            join(grid, rest.reshape(1, left.shape[1], right.shape[1]), out=grid)
            return np.asarray(grid.ravel(), dtype=float)
        row, way = np.divmod(at, rest.size)
        far, near = np.divmod(way, right.shape[1])
        return np.asarray(join(join(left[row, far], right[row, near]), rest[way]), dtype=float)


class Space:
    """All sets of an instance, in blocks.

    Args:
        instance: the compiled problem.
    """

    def __init__(self, instance: Instance) -> None:
        """Fold the axes that are shared by all blocks."""
        self.instance = instance
        self.axes = _axes(instance)
        others = self.axes[1:]
        split = _halves([len(axis.ways) for axis in others])
        self._left, self._right = others[:split], others[split:]
        self._rest = _fold(instance, others)
        self._matrices = [distances(instance, self.axes[0].units, axis.units) for axis in others]

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks in order; numbers of sets run on through them."""
        ways = len(self.axes[0].ways)
        width = self._rest.total.size
        step = max(1, BLOCK // width)
        for start in range(0, ways, step):
            rows = slice(start, min(start + step, ways))
            own = _within(self.instance, self.axes[0], rows)
            split = len(self._left)
            yield Block(
                start * width,
                own,
                self._reach(rows, self._left, self._matrices[:split]),
                self._reach(rows, self._right, self._matrices[split:]),
                self._rest,
            )

    def _reach(
        self, rows: slice, axes: list[Axis], matrices: list[Floats]
    ) -> tuple[Floats, Floats]:
        own = self.axes[0].ways[rows]
        shape = (len(own), *(len(axis.ways) for axis in axes))
        total, smallest = np.zeros(shape), np.full(shape, np.inf)
        for place, (axis, matrix) in enumerate(zip(axes, matrices, strict=True), start=1):
            added, nearest = _between(matrix, own, axis.ways)
            total += _spread(added, shape, 0, place)
            np.minimum(smallest, _spread(nearest, shape, 0, place), out=smallest)
        return total.reshape(len(own), -1), smallest.reshape(len(own), -1)

    def members(self, numbers: Integers) -> Integers:
        """Return the sets of these numbers.

        Args:
            numbers: (k,) numbers of sets.

        Returns:
            (k, m) positions in the pool, ascending within rows.
        """
        places = np.unravel_index(numbers, [len(axis.ways) for axis in self.axes])
        columns = [
            axis.units[axis.ways[place]] for axis, place in zip(self.axes, places, strict=True)
        ]
        return np.sort(np.concatenate(columns, axis=1), axis=1)


def _halves(lengths: list[int]) -> int:
    """Return where to cut the axes so that both halves have about as many ways."""
    cuts = range(len(lengths) + 1)
    return min(cuts, key=lambda cut: math.prod(lengths[:cut]) + math.prod(lengths[cut:]))
