"""What is learnt of a record by those who only know which few it must be among?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from consilience.base.errors import Fault
from consilience.stats.disclosure.frequencies import agreeing
from consilience.stats.disclosure.key_table import (
    Floats,
    Integers,
    classes_of,
    read_keys,
    sums_by,
)

DISTANCES: Final = ("equal", "ordered")

# So many counts of (class, value) are held at once.
_BLOCK: Final = 2**23


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LDiversity:
    """How many values of a sensitive attribute are there among records that look alike?

    Args:
        distinct: (classes,) number of values.
        entropy: (classes,) exp of the entropy: as many equally frequent values would be as
            diverse; nan where no value is known.
        recursive: (classes,) the largest l for which the class is recursively (c, l)-diverse; 0
            if for none.
        c: of the recursive form.
        of_row: (n,) the class of each record: `found.distinct[found.of_row]` is per record.
    """

    distinct: Integers
    entropy: Floats
    recursive: Integers
    c: float
    of_row: Integers

    def least(self) -> tuple[int, float, int]:
        """Which l has the file as a whole, of each kind?

        Returns:
            The least distinct, entropy and recursive l of all classes in which a value is known;
            0 without any.
        """
        known = self.distinct > 0
        if not known.any():
            return 0, 0.0, 0
        kinds = self.distinct[known], self.entropy[known], self.recursive[known]
        return int(kinds[0].min()), float(kinds[1].min()), int(kinds[2].min())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TCloseness:
    """How far are the values of records that look alike from those of all?

    Args:
        distances: (classes,) 0 to 1; nan where no value is known.
        distance: how they were measured.
        of_row: (n,) the class of each record.
    """

    distances: Floats
    distance: str
    of_row: Integers

    def t(self) -> float:
        """Which t has the file as a whole: the largest distance of a class?"""
        known = self.distances[~np.isnan(self.distances)]
        return float(known.max()) if len(known) else 0.0


def l_diversity(
    keys: Sequence[ArrayLike],
    sensitive: ArrayLike,
    *,
    c: float = 2.0,
    missing: str = "wildcard",
) -> LDiversity:
    """Does whoever knows the keys of a record thereby know its sensitive value?

    Args:
        keys: for each key (n,) whole numbers; a negative one is missing.
        sensitive: (n,) whole numbers; a negative one is missing and left out.
        c: above 0: a class is (c, l)-diverse if its most frequent value is less than c times as
            frequent as its l-th, l+1-th, ... most frequent together.
        missing: as `key_frequencies`.

    Returns:
        The l of each class by number of values, entropy and recursion.

    Raises:
        Fault: STA-001, STA-002, STA-003 for options, shapes and values.

    Source:
        Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam (2007), l-diversity, ACM TKDD 1(1),
        principle 2, definitions 4.1 (entropy) and 4.2 (recursive).

    Differs:
        pycanon gives whole numbers for entropy too, of the file only.

    Example:
        >>> found = l_diversity([[0, 0, 0, 1, 1]], [0, 1, 1, 2, 2])
        >>> found.distinct.tolist(), found.entropy.round(3).tolist(), found.recursive.tolist()
        ([2, 1], [1.89, 1.0], [1, 1])
    """
    if not c > 0:
        raise Fault("STA-003", what="c", value=c, wanted="a number above 0")

    def measures(counts: Floats) -> Floats:
        ordered = -np.sort(-counts, axis=1)
        tails = np.cumsum(ordered[:, ::-1], axis=1)[:, ::-1]
        shares = _shares(counts)
        return np.column_stack(
            [
                (counts > 0).sum(axis=1),
                np.exp(-(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)),
                (ordered[:, :1] < c * tails).sum(axis=1),
            ]
        )

    found, of_row = _by_class(keys, sensitive, missing, measures)
    return LDiversity(
        distinct=found[:, 0].astype(np.int64),
        entropy=found[:, 1],
        recursive=found[:, 2].astype(np.int64),
        c=c,
        of_row=of_row,
    )


def t_closeness(
    keys: Sequence[ArrayLike],
    sensitive: ArrayLike,
    *,
    distance: str = "equal",
    missing: str = "wildcard",
) -> TCloseness:
    """How much is learnt of a sensitive value beyond what the whole file says?

    Args:
        keys: for each key (n,) whole numbers; a negative one is missing.
        sensitive: (n,) whole numbers; a negative one is missing and left out.
        distance: `equal` if values are equally far from each other (half the sum of the absolute
            differences), `ordered` if they lie in the order of their numbers at equal steps (the
            earth mover's distance; steps between values that occur).
        missing: as `key_frequencies`.

    Returns:
        The distance of each class from the file.

    Raises:
        Fault: STA-001, STA-002, STA-003 for options, shapes and values.

    Source:
        Li, Li and Venkatasubramanian (2007), t-closeness: privacy beyond k-anonymity and
        l-diversity, ICDE, section 5.

    Differs:
        pycanon takes `ordered` for numbers and `equal` for text; here it is said.

    Example:
        >>> keys, pay = [[0, 0, 1, 1]], [1, 2, 3, 3]
        >>> [t_closeness(keys, pay, distance=each).t() for each in ("equal", "ordered")]
        [0.5, 0.375]
    """
    if distance not in DISTANCES:
        known = ", ".join(DISTANCES)
        raise Fault("STA-001", what="distance", value=distance, known=known)
    values = _values(sensitive)
    whole = sums_by(values[values >= 0], None, _kinds(values))

    def measures(counts: Floats) -> Floats:
        apart = _shares(counts) - _shares(whole[None, :])
        if distance == "equal":
            return np.asarray(np.abs(apart).sum(axis=1, keepdims=True) / 2)
        steps = max(counts.shape[1] - 1, 1)
        return np.asarray(np.abs(np.cumsum(apart, axis=1)).sum(axis=1, keepdims=True) / steps)

    found, of_row = _by_class(keys, values, missing, measures)
    return TCloseness(distances=found[:, 0], distance=distance, of_row=of_row)


def _by_class(
    keys: Sequence[ArrayLike],
    sensitive: ArrayLike,
    missing: str,
    measures: Callable[[Floats], Floats],
) -> tuple[Floats, Integers]:
    """Return the measures of the counts of values in each class, and the class of each record."""
    table, values = read_keys(keys, missing=missing), _values(sensitive)
    if len(values) != table.rows:
        wanted = f"one a record ({table.rows},)"
        raise Fault("STA-002", what="sensitive values", shape=values.shape, wanted=wanted)
    classes = classes_of(table)
    count, kinds = len(classes.rows), _kinds(values)
    known = values >= 0
    cells, held = np.unique(classes.of_row[known] * kinds + values[known], return_counts=True)
    if table.gaps is not None:
        counts = np.zeros((count, kinds))
        counts.flat[cells] = held
        return measures(agreeing(table, classes, counts)), classes.of_row
    step = max(_BLOCK // kinds, 1)
    parts = []
    for first in range(0, max(count, 1), step):
        counts = np.zeros((min(step, count - first), kinds))
        low, high = np.searchsorted(cells, [first * kinds, (first + step) * kinds])
        counts.flat[cells[low:high] - first * kinds] = held[low:high]
        parts.append(measures(counts))
    return np.concatenate(parts), classes.of_row


def _values(sensitive: ArrayLike) -> Integers:
    """Return the values numbered in their order by those that occur, -1 for a missing one."""
    given = np.asarray(sensitive)
    if given.ndim != 1:
        raise Fault("STA-002", what="sensitive values", shape=given.shape, wanted="(records,)")
    if given.dtype.kind not in "iub" and not np.array_equal(np.trunc(given), given):
        wanted = "whole numbers, a negative one where the value is missing"
        raise Fault("STA-003", what="sensitive values", value="no whole number", wanted=wanted)
    whole = given.astype(np.int64)
    met = np.unique(whole[whole >= 0])
    return np.where(whole >= 0, np.searchsorted(met, whole), -1)


def _kinds(values: Integers) -> int:
    """Return how many values there are, 1 for none so that every class has a share of nan."""
    return max(int(values.max(initial=-1)) + 1, 1)


def _shares(counts: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(counts / counts.sum(axis=1, keepdims=True))
