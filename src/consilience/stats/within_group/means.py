"""What does each group answer on average, and did enough people answer to say so?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.within_group.grouping import Grouping, arranged
from consilience.stats.within_group.spread import group_spread

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupMeans:
    """What does each group answer on average?

    Args:
        labels: (groups,) names, ascending.
        n: (groups, variables) answers.
        mean: (groups, variables); nan without an answer, or where it is withheld.
        sd: (groups, variables) by n - 1; nan with fewer than two answers, or where withheld.
        withheld: (groups, variables) whether there are answers, but fewer than the minimum.

    Example:
        >>> group_means([1, 2, 4], ["a", "a", "b"]).mean.tolist()
        [[1.5], [4.0]]
    """

    labels: NDArray[Any]
    n: Integers
    mean: Floats
    sd: Floats
    withheld: NDArray[np.bool_]


def group_means(values: ArrayLike, groups: ArrayLike | Grouping, *, minimum: int = 0) -> GroupMeans:
    """What is the mean of each group, of at least so many answers?

    Args:
        values: (people,) or (people, variables), nan where missing.
        groups: (people,) integers or texts, missing where nan or "".
        minimum: answers that a mean must rest on to be shown, 0 for all; 5 is a usual rule
            where a mean must not give away who said what.

    Returns:
        See `GroupMeans`; `n` is always told.

    Raises:
        Fault: STA-002 for shapes that do not fit, STA-003 for a minimum below 0.

    Example:
        >>> found = group_means([1, 2, 4], ["a", "a", "b"], minimum=2)
        >>> found.mean[:, 0].tolist(), found.withheld[:, 0].tolist()
        ([1.5, nan], [False, True])
    """
    if minimum < 0:
        raise Fault("STA-003", what="minimum", value=minimum, wanted="0 or more")
    table, found = arranged(values, groups)
    spread = group_spread(table, found)
    few = spread.n < minimum
    return GroupMeans(
        labels=found.labels,
        n=spread.n,
        mean=np.where(few, np.nan, spread.mean),
        sd=np.where(few, np.nan, np.sqrt(spread.variance)),
        withheld=few & (spread.n > 0),
    )
