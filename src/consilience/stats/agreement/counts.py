"""How often did a unit receive each category, and from whom?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RatingCounts:
    """Ratings as numbers of categories, and as counts of them.

    Args:
        categories: (q,) the scale; in order of value unless it was given.
        counts: (rows, q) how many raters put the unit into each category.
        codes: (rows, raters) place of the rating in `categories`, -1 where missing; no columns
            if it is not known who rated.
        times: (rows,) how many units a row stands for.
    """

    categories: NDArray[Any]
    counts: Floats
    codes: Integers
    times: Floats

    def rated(self, least: int = 1) -> RatingCounts:
        """Return the rows with at least so many ratings."""
        keep = self.counts.sum(axis=1) >= least
        return RatingCounts(
            categories=self.categories,
            counts=self.counts[keep],
            codes=self.codes[keep],
            times=self.times[keep],
        )


def rating_counts(ratings: ArrayLike, categories: ArrayLike | None = None) -> RatingCounts:
    """How many raters put each unit into each category?

    Args:
        ratings: (units, raters) numbers with nan where missing, or texts with "" where missing
            (None also, in an array of objects).
        categories: (q,) the scale, with the points that nobody used; the ratings seen, in
            order, if None.

    Returns:
        The counts; `codes` says which rater gave which category.

    Raises:
        Fault: STA-002 for another shape, STA-003 for a rating outside `categories` or a
            category given twice.

    Example:
        >>> rating_counts([[1, 3], [3, 3], [1, float("nan")]]).counts.tolist()
        [[1.0, 1.0], [0.0, 2.0], [1.0, 0.0]]
    """
    table = np.asarray(ratings)
    if table.ndim != 2:
        raise Fault(
            "STA-002",
            what="the ratings",
            shape=table.shape,
            wanted="one row a unit, one column a rater",
        )
    values, given = _split(table)
    if categories is None:
        scale, places = np.unique(values[given], return_inverse=True)
    else:
        scale = _scale(categories, values.dtype)
        places = _places(values[given], scale)
    codes = np.full(table.shape, -1, dtype=np.int64)
    codes[given] = places
    return RatingCounts(
        categories=scale,
        counts=_counted(codes, len(scale)),
        codes=codes,
        times=np.ones(len(codes)),
    )


def square_table(table: ArrayLike) -> Floats:
    """Is this a table of two raters over the same categories?

    Args:
        table: (q, q) units by category of the first rater (row) and of the second (column).

    Returns:
        (q, q) the same, as numbers.

    Raises:
        Fault: STA-002 for another shape, STA-003 for a negative or missing count.

    Example:
        >>> square_table([[3, 1], [0, 4]]).sum(axis=1).tolist()
        [4.0, 4.0]
    """
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise Fault(
            "STA-002",
            what="the table of two raters",
            shape=counts.shape,
            wanted="a square, with a row and a column for each category",
        )
    return _nonnegative(counts, "a count of the table")


def table_counts(table: ArrayLike, categories: ArrayLike | None = None) -> RatingCounts:
    """How many units did two raters put into each pair of categories?

    Args:
        table: (q, q) units by category of the first rater (row) and of the second (column).
        categories: (q,) the scale; 1 to q if None.

    Returns:
        The counts: one row for each cell that is not empty, with its units as `times`.

    Raises:
        Fault: STA-002 for another shape, STA-003 for a negative or missing count.

    Example:
        >>> table_counts([[3, 1], [0, 4]]).times.tolist()
        [3.0, 1.0, 4.0]
    """
    counted = square_table(table)
    used = np.argwhere(counted > 0)
    return RatingCounts(
        categories=_named(categories, len(counted)),
        counts=_counted(used, len(counted)),
        codes=used.astype(np.int64),
        times=counted[counted > 0],
    )


def distribution_counts(
    distribution: ArrayLike, categories: ArrayLike | None = None
) -> RatingCounts:
    """How many raters put each unit into each category, if that is all that is known?

    Args:
        distribution: (units, q) number of raters by category.
        categories: (q,) the scale; 1 to q if None.

    Returns:
        The counts, without `codes`.

    Raises:
        Fault: STA-002 for another shape, STA-003 for a negative or missing count.

    Example:
        >>> distribution_counts([[0, 3], [1, 2]]).codes.shape
        (2, 0)
    """
    counts = np.asarray(distribution, dtype=float)
    if counts.ndim != 2:
        raise Fault(
            "STA-002",
            what="the distribution of ratings",
            shape=counts.shape,
            wanted="one row a unit, one column a category",
        )
    return RatingCounts(
        categories=_named(categories, counts.shape[1]),
        counts=_nonnegative(counts, "a number of raters"),
        codes=np.empty((len(counts), 0), dtype=np.int64),
        times=np.ones(len(counts)),
    )


def complete_codes(ratings: ArrayLike, categories: ArrayLike | None = None) -> RatingCounts:
    """What do the units look like that every rater rated?

    Args:
        ratings: as for `rating_counts`.
        categories: as for `rating_counts`; categories of incomplete units only are left out
            if None.

    Returns:
        The counts of units with every rating.

    Raises:
        Fault: as `rating_counts`.

    Example:
        >>> complete_codes([[1, 2], [5, float("nan")], [2, 2]]).categories.tolist()
        [1.0, 2.0]
    """
    table = np.asarray(ratings)
    if table.ndim == 2:
        table = table[_split(table)[1].all(axis=1)]
    return rating_counts(table, categories)


def _split(table: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return the ratings as numbers or texts, and which are there."""
    if table.dtype.kind in "biu":
        return table.astype(float), np.ones(table.shape, dtype=bool)
    if table.dtype.kind == "f":
        return table, ~np.isnan(table)
    if table.dtype.kind == "U":
        return table, table != ""
    absent = [each is None or each == "" or bool(np.isnan(_number(each))) for each in table.ravel()]
    given = ~np.array(absent, dtype=bool).reshape(table.shape)
    if all(isinstance(each, int | float | np.number) for each in table[given]):
        return np.where(given, table, np.nan).astype(float), given
    return np.where(given, table, "").astype(np.str_), given


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float | np.number) else 0.0


def _scale(categories: ArrayLike, dtype: np.dtype[Any]) -> NDArray[Any]:
    scale = np.asarray(categories)
    scale = scale.astype(np.str_) if dtype.kind == "U" else scale.astype(float)
    if len(np.unique(scale)) < len(scale):
        raise Fault(
            "STA-003",
            what="the list of categories",
            value=", ".join(map(str, scale.tolist())),
            wanted="each category once",
        )
    return scale


def _places(values: NDArray[Any], scale: NDArray[Any]) -> Integers:
    order = np.argsort(scale)
    found = np.searchsorted(scale, values, sorter=order)
    places = order[np.minimum(found, len(scale) - 1)] if len(scale) else np.zeros_like(found)
    strange = np.ones(len(values), dtype=bool) if not len(scale) else scale[places] != values
    if strange.any():
        raise Fault(
            "STA-003",
            what="a rating",
            value=str(values[strange][0]),
            wanted="one of the categories " + ", ".join(map(str, scale.tolist())),
        )
    return places


def _named(categories: ArrayLike | None, count: int) -> NDArray[Any]:
    if categories is None:
        return np.arange(1, count + 1, dtype=float)
    scale = np.asarray(categories)
    if scale.shape != (count,):
        raise Fault(
            "STA-002",
            what="the list of categories",
            shape=scale.shape,
            wanted=f"{count} names or numbers, one a column",
        )
    return scale


def _nonnegative(counts: Floats, what: str) -> Floats:
    if not (counts >= 0).all():
        raise Fault(
            "STA-003", what=what, value=float(counts[~(counts >= 0)][0]), wanted="0 or more"
        )
    return counts


def _counted(codes: Integers, categories: int) -> Floats:
    counts = np.zeros((len(codes), categories))
    rows = np.arange(len(codes))
    for column in codes.T:
        given = column >= 0
        # A rater rates a unit once, so that no row appears twice in one column.
        counts[rows[given], column[given]] += 1
    return counts
