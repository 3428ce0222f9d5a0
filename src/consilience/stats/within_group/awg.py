"""Do the members of a group agree, given where their mean lies: a_wg?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.within_group.grouping import Grouping, arranged
from consilience.stats.within_group.spread import (
    GroupSpread,
    complete_rows,
    group_spread,
    mean_defined,
    share,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

# A mean this share of the scale beyond its bound is on the bound but for rounding.
ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AgreementInRange:
    """How far do the members of each group agree, by the greatest variance their mean allows?

    Args:
        labels: (groups,) names, ascending.
        value: (groups,) mean of a_wg over the items that have one, -1 to 1; else nan.
        items: (groups, items) a_wg of each; nan with fewer than two answers, or where the mean
            is so near an end that the greatest variance cannot be reached. All answers at
            one end count as full agreement; all equal next to it do not count (of two
            people, only a mean in the middle does).
        raters: (groups,) people who count.
        mean_variance: (groups,) variance, by n - 1, of the means of people over items.
        enough: (groups,) whether there are the A - 1 raters that the index asks for.

    Example:
        >>> a_wg([3, 4, 1, 5], ["a", "a", "b", "b"], low=1, high=5).items.tolist()
        [[nan], [-1.0]]
    """

    labels: NDArray[Any]
    value: Floats
    items: Floats
    raters: Integers
    mean_variance: Floats
    enough: Booleans


def a_wg(
    items: ArrayLike,
    groups: ArrayLike | Grouping,
    *,
    low: float,
    high: float,
    missing: str = "answered",
) -> AgreementInRange:
    """How far is a group from the greatest disagreement that its mean allows?

    Args:
        items: (people,) answers to one item or (people, items), nan where missing.
        groups: (people,) integers or texts, missing where nan or "".
        low: lowest point of the scale.
        high: highest point of the scale, above `low`; points are one unit apart.
        missing: `answered` takes for each item the answers there are; `complete` only people
            with every item answered.

    Returns:
        1 - 2 s² / s²max with s²max = ((H + L) m - m² - H L) n / (n - 1): 1 when all are equal,
        0 at half of the greatest variance, -1 at the greatest.

    Raises:
        Fault: STA-001 for another rule, STA-002 for shapes that do not fit, STA-003 if `high`
            is not above `low`.

    Source:
        Brown and Hauenstein (2005), Interrater agreement reconsidered: an alternative to the
        rwg indices, formulas for a_wg(1) and a_wg(J), bounds of the mean and A - 1 raters.

    Differs:
        As R's multilevel::awg, which always takes people with every item answered
        (`missing="complete"`), and calls `mean_variance` avg.grp.var. A mean on the bound
        counts as inside even if rounding puts it outside.

    Example:
        >>> found = a_wg([3, 4, 3, 3, 2, 3, 4], [1, 1, 1, 1, 2, 2, 2], low=1, high=5)
        >>> found.value.round(3).tolist(), found.enough.tolist()
        ([0.905, 0.667], [True, False])
    """
    if not high > low:
        raise Fault("STA-003", what="highest point", value=high, wanted=f"one above {low}")
    table, found = complete_rows(*arranged(items, groups), missing=missing)
    each = _of_items(group_spread(table, found), low, high)
    means = group_spread(mean_defined(table)[:, None], found)
    return AgreementInRange(
        labels=found.labels,
        value=mean_defined(each),
        items=each,
        raters=found.sizes,
        mean_variance=means.variance[:, 0],
        # A - 1 with A points one unit apart.
        enough=found.sizes >= high - low,
    )


def _of_items(spread: GroupSpread, low: float, high: float) -> Floats:
    n, mean, variance = spread.n, spread.mean, spread.variance
    greatest = share(((high + low) * mean - mean**2 - high * low) * n, n - 1)
    slack = ROUNDING * (high - low)
    inside = (mean >= share(low * (n - 1) + high, n) - slack) & (
        mean <= share(high * (n - 1) + low, n) + slack
    )
    value = 1 - 2 * share(variance, np.where(inside, greatest, 0.0))
    # At an end all are equal, and there is no greatest variance to compare with.
    at_an_end = (variance == 0) & ((mean == low) | (mean == high))
    return np.where(at_an_end, 1.0, value)
