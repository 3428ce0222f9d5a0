"""Which values are missing together, and which columns can help with which?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissingPatterns:
    """The patterns in which values are missing.

    Args:
        columns: (k,) number of each column, the one with the fewest missing values first.
        observed: (patterns, k) whether a column, in that order, is observed in a pattern.
        counts: (patterns,) rows with the pattern.
        missing: (patterns,) columns that are missing in the pattern.
        of_row: (n,) pattern of each row.
        by_column: (k,) missing values of each column, in that order.
    """

    columns: Integers
    observed: NDArray[np.bool_]
    counts: Integers
    missing: Integers
    of_row: Integers
    by_column: Integers


def missing_patterns(values: ArrayLike) -> MissingPatterns:
    """In which patterns are values missing, and how often is each?

    Args:
        values: (n, k), nan where missing.

    Returns:
        The patterns, in the order of `mice::md.pattern` 3.15: of two patterns, that comes first
        which has the first column in which they differ.

    Raises:
        Fault: STA-002 unless there are rows and columns.

    Example:
        >>> nan = float("nan")
        >>> found = missing_patterns([[1, 2], [nan, 3], [4, 5], [nan, nan]])
        >>> found.columns.tolist(), found.observed.astype(int).tolist(), found.counts.tolist()
        ([1, 0], [[1, 1], [1, 0], [0, 0]], [2, 1, 1])
    """
    gone = np.isnan(_table(values))
    totals = gone.sum(axis=0)
    columns = np.argsort(totals, kind="stable")
    patterns, of_row, counts = np.unique(
        gone[:, columns], axis=0, return_inverse=True, return_counts=True
    )
    return MissingPatterns(
        columns=columns,
        observed=~patterns,
        counts=counts,
        missing=patterns.sum(axis=1),
        of_row=of_row.reshape(-1),
        by_column=totals[columns],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairCounts:
    """For each pair of columns, (k, k), in how many rows are they observed or missing?

    Args:
        both: the first (row) and the second (column) observed.
        first: the first observed, the second missing.
        second: the first missing, the second observed.
        neither: both missing.
    """

    both: Integers
    first: Integers
    second: Integers
    neither: Integers


def pair_counts(values: ArrayLike) -> PairCounts:
    """In how many rows are two columns observed, or missing, together?

    Args:
        values: (n, k), nan where missing.

    Returns:
        The counts; rr, rm, mr and mm of `mice::md.pairs`.

    Raises:
        Fault: STA-002 unless there are rows and columns.

    Example:
        >>> nan = float("nan")
        >>> pair_counts([[1, 2], [nan, 3], [4, 5], [nan, nan]]).second.tolist()
        [[0, 1], [0, 0]]
    """
    gone = np.isnan(_table(values)).astype(np.int64)
    there = 1 - gone
    return PairCounts(
        both=there.T @ there,
        first=there.T @ gone,
        second=gone.T @ there,
        neither=gone.T @ gone,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flux:
    """How each column stands to the missing values of the others, (k,) each.

    Args:
        observed: share of the column's values that are observed, 0 to 1.
        influx: pairs in which it is missing and another observed, of all observed values; 0 for
            a complete column.
        outflux: pairs in which it is observed and another missing, of all missing values; 1 for
            a complete column, nan if nothing is missing.
        inbound: mean share of the other columns observed where it is missing; 0 for a complete
            column, nan for the only one.
        outbound: mean share of the other columns missing where it is observed; 0 for a column
            without values.
        incomplete: share of incomplete rows among those in which it is observed; nan for a
            column without values.
    """

    observed: Floats
    influx: Floats
    outflux: Floats
    inbound: Floats
    outbound: Floats
    incomplete: Floats


def flux(values: ArrayLike) -> Flux:
    """How well can a column be imputed from the others, and how much does it help them?

    Args:
        values: (n, k), nan where missing.

    Returns:
        See `Flux`; agrees with `mice::flux` 3.15, also in what it calls 0.

    Raises:
        Fault: STA-002 unless there are rows and columns.

    Source:
        Van Buuren (2018), Flexible Imputation of Missing Data, section 4.1.3; White and Carlin
        (2010) for `incomplete`.

    Example:
        >>> nan = float("nan")
        >>> found = flux([[1, 2, 3], [nan, 3, 4], [4, 5, nan], [nan, nan, 1]])
        >>> found.influx.round(3).tolist(), found.outflux.tolist()
        ([0.375, 0.125, 0.25], [0.25, 0.5, 0.75])
    """
    gone = np.isnan(_table(values))
    pairs = pair_counts(values)
    missing = gone.sum(axis=0)
    there = len(gone) - missing
    others = gone.shape[1] - 1
    lacking, giving = pairs.second.sum(axis=1), pairs.first.sum(axis=1)
    affected = (~gone[gone.any(axis=1)]).sum(axis=0)
    return Flux(
        observed=there / len(gone),
        influx=_share(lacking, there.sum()),
        outflux=_share(giving, missing.sum()),
        inbound=np.where(missing > 0, _share(lacking, missing * others), 0.0),
        outbound=np.where(there > 0, _share(giving, there * others), 0.0),
        incomplete=_share(affected, there),
    )


def _share(above: Integers, below: Integers) -> Floats:
    above, below = np.broadcast_arrays(above, below)
    share: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return share


def _table(values: ArrayLike) -> Floats:
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or not table.size:
        raise Fault("STA-002", what="the table", shape=table.shape, wanted="rows and columns")
    return table
