"""Do the members of a group give the same answers: rwg, rwg(j) and r*wg(j)?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.within_group.grouping import Grouping, arranged
from consilience.stats.within_group.spread import (
    complete_rows,
    group_spread,
    mean_defined,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NEGATIVE: Final = ("zero", "keep")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreement:
    """How far do the members of each group agree?

    Args:
        labels: (groups,) names, ascending.
        n: (groups,) people who count.
        answers: (groups, items) how many of them answered.
        variance: (groups, items) of their answers, by n - 1; nan with fewer than two.
        value: (groups,) the index, or (groups, variables) of `rwg` for several variables; nan
            where no item has two answers.

    Example:
        >>> found = rwg([4, 5, 2, 4], ["a", "a", "b", "b"], null_variance=2.0)
        >>> found.labels.tolist(), found.variance.tolist(), found.value.tolist()
        (['a', 'b'], [[0.5], [2.0]], [0.75, 0.0])
    """

    labels: NDArray[Any]
    n: Integers
    answers: Integers
    variance: Floats
    value: Floats


def rwg(
    values: ArrayLike, groups: ArrayLike | Grouping, *, null_variance: float, negative: str = "zero"
) -> Agreement:
    """How much less do the members of a group differ on an item than people at random?

    Args:
        values: (people,) answers to one item, or (people, variables), each item on its own;
            nan where missing.
        groups: (people,) integers or texts, missing where nan or "".
        null_variance: of answers without agreement, above 0; see `nulls.null_variance`.
        negative: `zero` gives 0 where the answers vary more than that; `keep` the negative.

    Returns:
        1 - variance / null_variance, 1 when all are equal; nan with fewer than two answers.
        0 can mean answers at random, or two camps: look at `variance`.

    Raises:
        Fault: STA-001 for another rule, STA-002 for shapes that do not fit, STA-003 for a
            null variance that is not above 0.

    Source:
        James, Demaree and Wolf (1984), Estimating within-group interrater reliability with
        and without response bias, formula 1.

    Example:
        >>> rwg([5, 5, 1, 5], [1, 1, 2, 2], null_variance=2.0, negative="keep").value.tolist()
        [1.0, -3.0]
    """
    table, found = _given(values, groups, null_variance, negative)
    spread = group_spread(table, found)
    value = 1 - spread.variance / null_variance
    value = np.where(value < 0, 0.0, value) if negative == "zero" else value
    return Agreement(
        labels=found.labels,
        n=found.sizes,
        answers=spread.n,
        variance=spread.variance,
        value=value[:, 0] if np.ndim(values) == 1 else value,
    )


def rwg_j(
    items: ArrayLike,
    groups: ArrayLike | Grouping,
    *,
    null_variance: float,
    negative: str = "zero",
    missing: str = "answered",
) -> Agreement:
    """How much less do the members of a group differ on a scale of J items than at random?

    Args:
        items: (people, items), nan where missing.
        groups: (people,) integers or texts, missing where nan or "".
        null_variance: of answers to an item without agreement, above 0.
        negative: `zero` gives 0 where the mean item variance is above `null_variance`; `keep`
            the formula's value, which is below 0 there and jumps above 1 far out.
        missing: `answered` takes for each item the answers there are; `complete` only people
            with every item answered.

    Returns:
        J(1 - q) / (J(1 - q) + q) with q the mean item variance / null_variance. J counts all
        items of the scale; an item with fewer than two answers has no part in the mean
        variance. nan where no item has two.

    Raises:
        Fault: STA-001 for another rule, STA-002 for shapes that do not fit, STA-003 for a
            null variance that is not above 0.

    Source:
        James, Demaree and Wolf (1984), formula 2 for scales (Spearman-Brown form).

    Differs:
        R's multilevel 2.8 stops with an error where an item has fewer than two answers in a
        group; before 2.8 it took people with every item answered (`missing="complete"`). The
        paper knows no gaps: its J is the length of the scale whose reliability is stepped up,
        and the mean variance of parallel items is estimated from those that have one.

    Example:
        >>> answers = [[4, 4], [5, 4], [1, 3], [3, 4]]
        >>> found = rwg_j(answers, ["a", "a", "b", "b"], null_variance=2.0)
        >>> found.value.round(3).tolist()
        [0.933, 0.545]
    """
    table, found = _given(items, groups, null_variance, negative, missing)
    spread = group_spread(table, found)
    off, count = mean_defined(spread.variance) / null_variance, table.shape[1]
    above = count * (1 - off)
    # The denominator is 0 only far above the null variance, at q = J / (J - 1).
    value = np.divide(above, above + off, out=np.full(off.shape, np.nan), where=above + off != 0)
    if negative == "zero":
        value = np.where(off >= 1, 0.0, value)
    return Agreement(
        labels=found.labels,
        n=found.sizes,
        answers=spread.n,
        variance=spread.variance,
        value=value,
    )


def rwg_j_lindell(
    items: ArrayLike,
    groups: ArrayLike | Grouping,
    *,
    null_variance: float,
    missing: str = "answered",
) -> Agreement:
    """How much less do people differ on the items of a scale, whatever the number of items?

    Args:
        items: (people, items), nan where missing.
        groups: (people,) integers or texts, missing where nan or "".
        null_variance: of answers to an item without agreement, above 0; the variance of
            greatest dissent keeps the index between 0 and 1.
        missing: `answered` or `complete`, as for `rwg_j`.

    Returns:
        r*wg(j) = 1 - mean item variance / null_variance, below 0 where people differ more; nan
        where no item has two answers.

    Raises:
        Fault: STA-001 for another rule, STA-002 for shapes that do not fit, STA-003 for a
            null variance that is not above 0.

    Source:
        Lindell, Brandt and Whitney (1999), A revised index of interrater agreement for
        multi-item ratings of a single target.

    Example:
        >>> answers = [[4, 4], [5, 4], [1, 3], [3, 4]]
        >>> rwg_j_lindell(answers, [1, 1, 2, 2], null_variance=2.0).value.tolist()
        [0.875, 0.375]
    """
    table, found = _given(items, groups, null_variance, "keep", missing)
    spread = group_spread(table, found)
    return Agreement(
        labels=found.labels,
        n=found.sizes,
        answers=spread.n,
        variance=spread.variance,
        value=1 - mean_defined(spread.variance) / null_variance,
    )


def _given(
    values: ArrayLike,
    groups: ArrayLike | Grouping,
    null_variance: float,
    negative: str,
    missing: str = "answered",
) -> tuple[Floats, Grouping]:
    if negative not in NEGATIVE:
        raise Fault("STA-001", what="rule", value=negative, known=", ".join(NEGATIVE))
    if not null_variance > 0:
        raise Fault("STA-003", what="null variance", value=null_variance, wanted="one above 0")
    return complete_rows(*arranged(values, groups), missing=missing)
