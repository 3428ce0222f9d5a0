"""Which set has the greatest sum of distances, by a mixed-integer programme that stays small?

The sum of Gower distances over pairs is separable in counts. For every level of a nominal
attribute with c chosen units the pairs that differ there number c (m - c), each counted at
both levels; for every cut between consecutive values of an ordered attribute with c chosen
units at or below it, c (m - c) pairs lie across it. c (m - c) is concave, so it is the sum of
ever smaller gains m - 1, m - 3, ... of one more unit: a linear form, exact at whole numbers.
The counts below consecutive cuts differ by the few units between them, which keeps the
matrix sparse (a chain). Units alike in all respects share one whole-number column.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.stats.choice.diverse_problem import Booleans, Floats, Instance, Integers
from consilience.stats.choice.integer_programme import INFINITE, Programme


@dataclass(frozen=True, slots=True)
class Cells:
    """Units of the pool that are alike in all that the choice looks at.

    Args:
        first: (cells,) the first unit of each cell, ascending.
        cell: (n,) cell of each unit.
        sizes: (cells,) how many units are in each.
        pinned: (cells,) how many of them are pinned.
    """

    first: Integers
    cell: Integers
    sizes: Integers
    pinned: Integers

    def members(self, instance: Instance, taken: Integers) -> Integers:
        """Return units for counts per cell: pins first, then score, then the lowest number.

        Args:
            instance: the compiled problem.
            taken: (cells,) how many to take of each.

        Returns:
            (m,) positions in the pool, ascending.
        """
        free = np.ones(len(self.cell), dtype=bool)
        free[instance.pins] = False
        used = np.flatnonzero(taken[self.cell])
        order = used[np.lexsort((used, -instance.score[used], free[used], self.cell[used]))]
        sorted_cells = self.cell[order]
        rank = np.arange(len(order)) - np.searchsorted(sorted_cells, sorted_cells)
        return np.sort(order[rank < taken[sorted_cells]])


def find_cells(instance: Instance) -> Cells:
    """Return the units of the pool collapsed to cells.

    Args:
        instance: the compiled problem.

    Returns:
        The cells, in the order of their first units.
    """
    columns = [instance.group, *instance.codes.T, *instance.scaled.T, *instance.masks]
    if instance.scored:
        columns.append(instance.score)
    order = np.lexsort((np.arange(len(instance.units)), *columns))
    new = np.zeros(len(order), dtype=bool)
    new[0] = True
    for column in columns:
        new[1:] |= column[order][1:] != column[order][:-1]
    label = np.empty(len(order), dtype=np.int64)
    label[order] = np.cumsum(new) - 1
    starts = order[new]
    place = np.argsort(np.argsort(starts))
    cell = place[label]
    count = len(starts)
    return Cells(
        np.sort(starts),
        cell,
        np.bincount(cell, minlength=count),
        np.bincount(cell[instance.pins], minlength=count),
    )


@dataclass(frozen=True, slots=True)
class Model:
    """A programme and what its columns and rows mean.

    Args:
        programme: the programme; constraints may be added to it.
        take: (cells,) columns: how many units of each cell.
        cells: the cells.
        quotas: first row of the quotas; -1 if there are none.
        nominal: first row and levels of each nominal attribute.
        ordered: first row and levels of each ordered attribute (one row less than levels).
    """

    programme: Programme
    take: Integers
    cells: Cells
    quotas: int
    nominal: tuple[tuple[int, Integers], ...]
    ordered: tuple[tuple[int, Floats], ...]


def sum_model(instance: Instance, *, allowed: float) -> Model:
    """Return the programme that maximises the sum of distances.

    Args:
        instance: the compiled problem.
        allowed: greatest weighted shortfall of the quotas.

    Returns:
        The model; constraints may be added to its programme.
    """
    cells = find_cells(instance)
    programme = Programme()
    take = programme.add_columns(
        np.zeros(len(cells.first)),
        low=cells.pinned.astype(float),
        high=np.minimum(cells.sizes, instance.size).astype(float),
        whole=True,
    )
    group = instance.group[cells.first]
    need = instance.need.astype(float)
    programme.add_rows((group, take, np.ones(len(take))), low=need, high=need)
    quotas = programme.rows if len(instance.quotas) else -1
    if len(instance.quotas):
        _add_quotas(programme, instance, instance.masks[:, cells.first], take, allowed)
    nominal = tuple(
        _add_levels(programme, instance, instance.codes[cells.first, position], take, weight)
        for position, weight in enumerate(instance.weights)
    )
    ordered = tuple(
        _add_cuts(programme, instance, column[cells.first], take) for column in instance.scaled.T
    )
    return Model(programme, take, cells, quotas, nominal, ordered)


def _add_quotas(
    programme: Programme, instance: Instance, masks: Booleans, take: Integers, allowed: float
) -> None:
    quotas = len(instance.quotas)
    none = np.zeros(quotas)
    many = np.maximum(instance.low, instance.size).astype(float)
    slack = many if allowed > 0 else none
    short = programme.add_columns(none, low=none, high=slack)
    over = programme.add_columns(none, low=none, high=slack)
    row, column = np.nonzero(masks)
    programme.add_rows(
        (row, take[column], np.ones(len(row))),
        (np.arange(quotas), short, np.ones(quotas)),
        (np.arange(quotas), over, -np.ones(quotas)),
        low=instance.low.astype(float),
        high=np.maximum(np.minimum(instance.high, instance.size), instance.low).astype(float),
    )
    if allowed > 0:
        prices = np.concatenate((instance.penalty, instance.penalty))
        columns = np.concatenate((short, over))
        programme.add_row(columns, prices, low=-INFINITE, high=allowed + 1e-6)


def _gains(programme: Programme, size: int, weights: Floats) -> Integers:
    """Add the columns whose sum is a count: the gains of the first, second, ... unit."""
    slope = size - 1.0 - 2.0 * np.arange(size)
    cost = (weights[:, None] * slope[None, :]).ravel()
    return programme.add_columns(cost, low=np.zeros(len(cost)), high=np.ones(len(cost)))


def _add_levels(
    programme: Programme, instance: Instance, codes: Integers, take: Integers, weight: float
) -> tuple[int, Integers]:
    levels, level = np.unique(codes, return_inverse=True)
    row = programme.rows
    size, count = instance.size, len(levels)
    # Each pair that differs is counted at both of its levels: half the weight at each.
    gains = _gains(programme, size, np.full(count, weight / 2))
    none = np.zeros(count)
    programme.add_rows(
        (level, take, np.ones(len(take))),
        (np.repeat(np.arange(count), size), gains, -np.ones(len(gains))),
        low=none,
        high=none,
    )
    return row, levels


def _add_cuts(
    programme: Programme, instance: Instance, values: Floats, take: Integers
) -> tuple[int, Floats]:
    levels, level = np.unique(values, return_inverse=True)
    gaps, first = np.diff(levels), programme.rows
    size, cuts = instance.size, len(gaps)
    gains = _gains(programme, size, gaps)
    below = level < cuts
    row = np.repeat(np.arange(cuts), size)
    later = row < cuts - 1
    none = np.zeros(cuts)
    programme.add_rows(
        (level[below], take[below], np.ones(int(below.sum()))),
        (row, gains, -np.ones(len(gains))),
        (row[later] + 1, gains[later], np.ones(int(later.sum()))),
        low=none,
        high=none,
    )
    return first, levels


def forbid(model: Model, instance: Instance, members: Integers) -> None:
    """Forbid the cells of one set: some cell must be taken less often than there.

    A cell of several units has a yes/no column for each unit taken of it: yes if it is taken
    at least so often. Two sets of units alike in every respect count as one.

    Args:
        model: the model, which is changed.
        instance: the instance it was made from.
        members: (m,) positions in the pool of the set.
    """
    counts = np.bincount(model.cells.cell[members], minlength=len(model.take))
    programme = model.programme
    columns = []
    for cell in np.flatnonzero(counts):
        size = int(min(model.cells.sizes[cell], instance.size))
        for taken in range(1, int(counts[cell]) + 1):
            yes = programme.add_columns(np.zeros(1), low=np.zeros(1), high=np.ones(1), whole=True)
            pair = np.array([model.take[cell], yes[0]])
            rise = np.array([1.0, -float(size - taken + 1)])
            programme.add_row(pair, rise, low=-INFINITE, high=float(taken - 1))
            columns.append(int(yes[0]))
    values = np.ones(len(columns))
    programme.add_row(np.array(columns), values, low=-INFINITE, high=len(columns) - 1.0)
