"""Which rows and columns can a model of an ordered outcome be fitted to?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# A column whose spread is below this share of its size is a constant but for rounding.
_STILL: Final = 1e-12
# Rows that agree in everything are counted instead where that leaves less than this share.
_WORTH: Final = 0.7
# A column of which less than this share of the variance is new depends on those before it.
_NEW: Final = 1e-11
_BLOCK: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelRows:
    """Rows of like outcome together, columns of mean 0 and standard deviation 1.

    Args:
        level: (m,) number of the outcome's level, 0 upwards, ascending.
        columns: (m, k) predictors, centred and scaled; 0 where a column does not vary.
        weight: (m,) above 0; rows that agree in everything are one row with their sum.
        levels: (J,) the values of the outcome, ascending.
        centre: (k,) what was taken from each column.
        scale: (k,) by what it was divided.
        still: (k,) which columns do not vary.
        rows: complete rows with a weight above 0, before they were counted together.
        dropped: rows with a missing value.
    """

    level: Integers
    columns: Floats
    weight: Floats
    levels: Floats
    centre: Floats
    scale: Floats
    still: Flags
    rows: int
    dropped: int

    @property
    def counts(self) -> Floats:
        """(J,) weighted number of rows at each level."""
        found = np.bincount(self.level, weights=self.weight, minlength=len(self.levels))
        return found.astype(float)

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.weight.sum())

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """STA-024 for rows left out, STA-032 where the outcome does not vary."""
        found = [Fault("STA-024", count=self.dropped)] if self.dropped else []
        if len(self.levels) < 2:
            value = f"{self.levels[0]:g}" if len(self.levels) else "missing"
            found.append(Fault("STA-032", value=value))
        return tuple(found)


def model_rows(
    y: ArrayLike, columns: ArrayLike, *, weights: ArrayLike | None = None, count: bool = True
) -> ModelRows:
    """Which rows and columns can be used, in the form that is fitted fastest?

    Args:
        y: (n,) outcome as numbers, nan where missing.
        columns: (n, k) or (n,) predictors, nan where missing.
        weights: (n,) 0 or more; a row of weight 0 is left out. 1 each if None.
        count: whether rows that agree in everything are counted together where that pays.

    Returns:
        Complete rows. Levels of the outcome that no row has do not count.

    Raises:
        Fault: STA-002 for lengths that differ, STA-003 for a negative weight.

    Example:
        >>> rows = model_rows([2, 1, 1, 2], [[1.0], [3.0], [3.0], [np.nan]])
        >>> rows.levels.tolist(), rows.level.tolist(), rows.weight.tolist(), rows.dropped
        ([1.0, 2.0], [0, 1], [2.0, 1.0], 1)
    """
    outcome, table, weight = _arrays(y, columns, weights)
    complete = np.isfinite(outcome) & np.isfinite(table).all(axis=1) & np.isfinite(weight)
    used = complete & (weight > 0)
    outcome, table, weight = outcome[used], table[used], weight[used]
    levels, level = np.unique(outcome, return_inverse=True)
    level = level.ravel().astype(np.int64)
    rows = len(level)
    if count and _repeats(table):
        level, table, weight = _counted(level, table, weight)
    order = np.argsort(level, kind="stable")
    level, table, weight = level[order], table[order], weight[order]
    centre, scale, still = _measured(table, weight)
    return ModelRows(
        level=level,
        columns=np.where(still, 0.0, (table - centre) / scale),
        weight=weight,
        levels=levels,
        centre=centre,
        scale=scale,
        still=still,
        rows=rows,
        dropped=int((~complete).sum()),
    )


def _arrays(
    y: ArrayLike, columns: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    outcome, table = np.asarray(y, dtype=float), np.asarray(columns, dtype=float)
    if outcome.ndim != 1:
        raise Fault("STA-002", what="the outcome", shape=outcome.shape, wanted="one number a row")
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or len(table) != len(outcome):
        raise Fault("STA-002", what="predictors", shape=table.shape, wanted=f"{len(outcome)} rows")
    weight = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != outcome.shape:
        raise Fault("STA-002", what="weights", shape=weight.shape, wanted="one number a row")
    if (weight < 0).any():
        raise Fault("STA-003", what="a weight", value=float(np.nanmin(weight)), wanted="0 or more")
    return outcome, table, weight


def _repeats(table: Floats) -> bool:
    """Say whether rows may repeat: not if a single column already tells most of them apart."""
    return all(len(np.unique(column)) <= _WORTH * len(table) for column in table.T)


def _counted(level: Integers, table: Floats, weight: Floats) -> tuple[Integers, Floats, Floats]:
    if not len(level):
        return level, table, weight
    joined = np.column_stack([level, table])
    order = np.lexsort(joined.T[::-1])
    ordered = joined[order]
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    if first.sum() > _WORTH * len(first):
        return level, table, weight
    sums = np.add.reduceat(weight[order], np.flatnonzero(first))
    return ordered[first, 0].astype(np.int64), ordered[first, 1:], sums


def _measured(table: Floats, weight: Floats) -> tuple[Floats, Floats, Flags]:
    if not len(table):
        nothing = np.zeros(table.shape[1])
        return nothing, nothing + 1, np.ones(table.shape[1], dtype=bool)
    share = weight / weight.sum()
    centre = share @ table
    spread = np.sqrt(share @ (table - centre) ** 2)
    still = spread <= _STILL * np.maximum(np.abs(table).max(axis=0), 1e-300)
    return centre, np.where(still, 1.0, spread), still


def independent_in_subsets(rows: ModelRows, active: Flags) -> Flags:
    """Which of the columns of many models are not determined by those before them?

    Args:
        rows: the rows, columns of mean 0.
        active: (s, k) which columns each model has.

    Returns:
        (s, k) the same without columns that do not vary or that earlier ones determine. The
        likelihood of a model is that of the columns which are left.

    Source:
        Pivots of the correlation matrix, as in a Cholesky decomposition, of all models at once.

    Example:
        >>> rows = model_rows([0, 1, 0], [[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]])
        >>> independent_in_subsets(rows, np.array([[True, True], [False, True]])).tolist()
        [[True, False], [False, True]]
    """
    found = active & ~rows.still
    gram = (rows.columns * (rows.weight / max(rows.total, 1e-300))[:, None]).T @ rows.columns
    whole = _pivots(gram, np.any(active, axis=0)[None] & ~rows.still)[0]
    if (whole | ~(active.any(axis=0) & ~rows.still)).all():
        return found
    parts = [_pivots(gram, found[at : at + _BLOCK]) for at in range(0, len(found), _BLOCK)]
    return np.concatenate(parts)


def _pivots(gram: Floats, active: Flags) -> Flags:
    left = np.repeat(gram[None], len(active), axis=0)
    kept = active.copy()
    for column in range(gram.shape[0]):
        pivot = left[:, column, column]
        kept[:, column] &= pivot > _NEW
        share = np.where(kept[:, column], 1 / np.where(kept[:, column], pivot, 1.0), 0.0)
        left -= left[:, :, column, None] * left[:, None, column, :] * share[:, None, None]
    return kept
