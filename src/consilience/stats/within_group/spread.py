"""How many answers has a group, what is their mean, and how do they vary around it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.within_group.grouping import Grouping, gaps

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MISSING: Final = ("answered", "complete")

# Columns, and rows of them, turned at a time.
COLUMNS: Final = 5
ROWS: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupSpread:
    """How do the answers of each group vary?

    Args:
        n: (groups, variables) answers.
        mean: (groups, variables); nan without an answer.
        squares: (groups, variables) sum of squares around the group's mean; exactly 0 where
            all answers are equal, nan without an answer.

    Example:
        >>> from consilience.stats.within_group.grouping import arranged
        >>> table, found = arranged([1, 3, 5, 5], ["a", "a", "b", "b"])
        >>> group_spread(table, found).squares.tolist()
        [[2.0], [0.0]]
    """

    n: Integers
    mean: Floats
    squares: Floats

    @property
    def variance(self) -> Floats:
        """(groups, variables) variance divided by n - 1; nan with fewer than two answers."""
        return share(self.squares, self.n - 1)


def group_spread(table: Floats, groups: Grouping) -> GroupSpread:
    """What are count, mean and sum of squares of every variable in every group?

    Args:
        table: (people, variables), nan where missing.
        groups: of these people, none without a group.

    Returns:
        See `GroupSpread`.

    Example:
        >>> from consilience.stats.within_group.grouping import arranged
        >>> table, found = arranged([1, 3, np.nan], [7, 7, 7])
        >>> group_spread(table, found).mean.tolist()
        [[2.0]]
    """
    shape = (groups.count, table.shape[1])
    n, mean, squares = np.empty(shape, dtype=np.int64), np.empty(shape), np.empty(shape)
    for place, column, codes, count in answers(table, groups):
        first, off, centre = centred(column, codes, count)
        n[:, place], mean[:, place] = count, first + centre
        np.multiply(off, off, out=off)
        total = np.bincount(codes, weights=off, minlength=shape[0])
        # Off one of the group's own answers, not off 0: little is lost by the subtraction.
        squares[:, place] = np.maximum(total - count * np.where(count > 0, centre, 0.0) ** 2, 0.0)
    squares[n == 0] = np.nan
    return GroupSpread(n=n, mean=mean, squares=squares)


def answers(table: Floats, groups: Grouping) -> Iterator[tuple[int, Floats, Integers, Integers]]:
    """Which answers are there to each variable, from which groups?

    Args:
        table: (people, variables), nan where missing.
        groups: of these people.

    Yields:
        Place of the variable, (answers,) values, (answers,) codes of groups, (groups,) how many
        each group has. The values may be overwritten.
    """
    whole = not gaps(table)
    for start in range(0, table.shape[1], COLUMNS):
        for place, column in enumerate(_turned(table[:, start : start + COLUMNS]), start):
            present = np.array(True) if whole else ~np.isnan(column)
            if present.all():
                yield place, column, groups.codes, groups.sizes
            else:
                codes = groups.codes[present]
                yield place, column[present], codes, np.bincount(codes, minlength=groups.count)


def _turned(table: Floats) -> Floats:
    """Return columns as rows, copied so that each line of memory is fetched once."""
    turned = np.empty(table.shape[::-1])
    for start in range(0, len(table), ROWS):
        turned[:, start : start + ROWS] = table[start : start + ROWS].T
    return turned


def centred(column: Floats, codes: Integers, count: Integers) -> tuple[Floats, Floats, Floats]:
    """How far is each answer from one answer of its own group?

    Args:
        column: (answers,) without nan.
        codes: (answers,) groups.
        count: (groups,) answers.

    Returns:
        (groups,) the answer taken as origin; (answers,) values off it, exactly 0 in a group
        of equal answers; (groups,) their mean; nan without an answer.
    """
    origin = np.full(len(count), np.nan)
    origin[codes] = column
    # In place: a new array of a million answers costs as much as the sum itself.
    off = origin[codes]
    np.subtract(column, off, out=off)
    return origin, off, share(np.bincount(codes, weights=off, minlength=len(count)), count)


def complete_rows(table: Floats, groups: Grouping, *, missing: str) -> tuple[Floats, Grouping]:
    """Who counts, under a rule for missing answers?

    Args:
        table: (people, items), nan where missing.
        groups: of these people.
        missing: `answered` keeps all; `complete` keeps those with every item answered.

    Returns:
        The same, of those who count; the groups stay, a group may be left with nobody.

    Raises:
        Fault: STA-001 for another rule.
    """
    if missing not in MISSING:
        raise Fault("STA-001", what="missing rule", value=missing, known=", ".join(MISSING))
    if missing == "answered" or not gaps(table):
        return table, groups
    kept = ~np.isnan(table).any(axis=1)
    codes = groups.codes[kept]
    sizes = np.bincount(codes, minlength=groups.count)
    return table[kept], Grouping(labels=groups.labels, codes=codes, sizes=sizes)


def share(above: ArrayLike, below: ArrayLike) -> Floats:
    """Return `above / below`, nan where `below` is not above 0."""
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    found: Floats = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return found


def mean_defined(table: Floats) -> Floats:
    """Return (rows,) means over the columns that are not nan; nan where none is."""
    defined = ~np.isnan(table)
    return share(np.where(defined, table, 0.0).sum(axis=1), defined.sum(axis=1))
