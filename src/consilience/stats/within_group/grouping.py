"""Who belongs to which group, as numbers 0, 1, 2, ... that sums by group can use?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Integer names within this many times the number of people are looked up in a table, not sorted.
SPARSE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """Which people belong to which group?

    Args:
        labels: (groups,) names in ascending order; integers stay integers.
        codes: (people,) place of each person's group in `labels`; -1 where it is missing.
        sizes: (groups,) people in each.

    Example:
        >>> found = group_codes(["b", "a", "b", ""])
        >>> found.labels.tolist(), found.codes.tolist(), found.sizes.tolist()
        (['a', 'b'], [1, 0, 1, -1], [1, 2])
    """

    labels: NDArray[Any]
    codes: Integers
    sizes: Integers

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.labels)


def group_codes(groups: ArrayLike | Grouping) -> Grouping:
    """Which group is each person in?

    Args:
        groups: (people,) integers, numbers or texts; missing where nan, None or "". A
            `Grouping` is returned as it is, so that several statistics can share one.

    Returns:
        Groups in ascending order of numbers, or of code points of texts (upper case first).

    Raises:
        Fault: STA-002 if there is more than one dimension.

    Example:
        >>> group_codes([30, 10, 30]).labels.tolist()
        [10, 30]
    """
    if isinstance(groups, Grouping):
        return groups
    given = np.asarray(groups)
    if given.ndim != 1:
        raise Fault("STA-002", what="groups", shape=given.shape, wanted="one group a person")
    if given.dtype.kind == "O":
        given = _plain(given)
    if given.dtype.kind in "iub":
        return _of_integers(given)
    missing = np.isnan(given) if given.dtype.kind == "f" else given == given.dtype.type()
    if given.dtype.kind == "f":
        given = _whole_numbers(given, missing)
    if not missing.any():
        return _of_integers(given) if given.dtype.kind == "i" else _of_any(given)
    kept = group_codes(given[~missing])
    codes = np.full(len(given), -1, dtype=np.int64)
    codes[~missing] = kept.codes
    return Grouping(labels=kept.labels, codes=codes, sizes=kept.sizes)


def arranged(values: ArrayLike, groups: ArrayLike | Grouping) -> tuple[Floats, Grouping]:
    """What are the values, and the groups, of those who have a group?

    Args:
        values: (people,) or (people, variables), nan or infinite where missing.
        groups: (people,) as for `group_codes`.

    Returns:
        (people with a group, variables) values, and their groups, without -1.

    Raises:
        Fault: STA-002 if values and groups differ in length, or values have other dimensions.

    Example:
        >>> table, found = arranged([1.0, 2.0, 3.0], ["a", "", "b"])
        >>> table.tolist(), found.codes.tolist()
        ([[1.0], [3.0]], [0, 1])
    """
    found = group_codes(groups)
    table = np.asarray(values, dtype=float)
    if table.ndim not in (1, 2) or len(table) != len(found.codes):
        wanted = f"(people,) or (people, variables), {len(found.codes)} people"
        raise Fault("STA-002", what="values", shape=table.shape, wanted=wanted)
    table = _finite(table[:, None] if table.ndim == 1 else table)
    # Fewer people counted than given means that some have no group.
    if found.sizes.sum() == len(table):
        return table, found
    kept = found.codes >= 0
    return table[kept], Grouping(labels=found.labels, codes=found.codes[kept], sizes=found.sizes)


def gaps(table: Floats) -> bool:
    """Say whether any value is missing, without a copy of the table.

    Args:
        table: of any shape.
    """
    with np.errstate(all="ignore"):
        return not np.isfinite(table.sum())


def _finite(table: Floats) -> Floats:
    """Return the table with infinite values as missing ones: no mean is near them."""
    return np.where(np.isinf(table), np.nan, table) if gaps(table) else table


def _plain(given: NDArray[Any]) -> NDArray[Any]:
    """Return objects as numbers if all are, else as texts, "" where missing."""
    missing = np.array(
        [each is None or (isinstance(each, float) and math.isnan(each)) for each in given],
        dtype=bool,
    )
    present = given[~missing]
    if all(isinstance(each, int | float | np.number) for each in present):
        numbers = np.full(len(given), np.nan)
        numbers[~missing] = present.astype(float)
        return numbers
    texts = np.array([str(each) for each in given], dtype=np.str_)
    texts[missing] = ""
    return texts


def _whole_numbers(given: NDArray[Any], missing: NDArray[np.bool_]) -> NDArray[Any]:
    """Return numbers as integers if all are whole and small enough to be exact."""
    filled = np.where(missing, 0.0, given)
    # Beyond 2**53 a float no longer tells neighbouring integers apart.
    whole = np.abs(filled) < 2.0**53
    return filled.astype(np.int64) if (whole & (np.floor(filled) == filled)).all() else given


def _of_integers(given: NDArray[Any]) -> Grouping:
    if not len(given):
        nothing = np.zeros(0, dtype=np.int64)
        return Grouping(labels=nothing, codes=nothing, sizes=nothing)
    low, high = int(given.min()), int(given.max())
    if high - low > SPARSE * len(given) + 1000 or high > np.iinfo(np.int64).max:
        return _of_any(given)
    codes = given.astype(np.int64, copy=False) - low
    sizes = np.bincount(codes)
    labels = np.flatnonzero(sizes)
    if len(labels) < len(sizes):
        place = np.zeros(len(sizes), dtype=np.int64)
        place[labels] = np.arange(len(labels))
        codes, sizes = place[codes], sizes[labels]
    return Grouping(labels=labels + low, codes=codes, sizes=sizes.astype(np.int64, copy=False))


def _of_any(given: NDArray[Any]) -> Grouping:
    labels, codes, sizes = np.unique(given, return_inverse=True, return_counts=True)
    return Grouping(labels=labels, codes=codes.reshape(-1), sizes=sizes.astype(np.int64))
