"""Do two variables go together because groups differ, or because people within groups do?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.within_group.components import anova_components
from consilience.stats.within_group.grouping import Grouping, arranged
from consilience.stats.within_group.spread import complete_rows

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waba:
    """The correlation of two variables, taken apart by groups; nan where undefined.

    Args:
        n: people with both answers.
        groups: with such a person.
        raw: correlation over people.
        eta_between_x: correlation of x with its group means, 0 to 1.
        eta_between_y: the same for y.
        between: correlation of group means, weighted by size.
        eta_within_x: correlation of x with its deviation from the group mean, 0 to 1.
        eta_within_y: the same for y.
        within: correlation of the deviations from group means.

    Example:
        >>> found = waba([1, 2, 5, 6], [2, 1, 6, 5], [1, 1, 2, 2])
        >>> round(found.between_part, 3), round(found.within_part, 3)
        (0.941, -0.059)
    """

    n: int
    groups: int
    raw: float
    eta_between_x: float
    eta_between_y: float
    between: float
    eta_within_x: float
    eta_within_y: float
    within: float

    @property
    def between_part(self) -> float:
        """What groups add to the raw correlation."""
        return self.eta_between_x * self.eta_between_y * self.between

    @property
    def within_part(self) -> float:
        """What people within groups add to it; with `between_part` it makes `raw`."""
        return self.eta_within_x * self.eta_within_y * self.within

    @property
    def e_x(self) -> float:
        """Eta between / eta within of x: above 1.30 speaks for groups, below 0.77 for people."""
        return self.eta_between_x / self.eta_within_x if self.eta_within_x > 0 else float("nan")

    @property
    def e_y(self) -> float:
        """The same for y."""
        return self.eta_between_y / self.eta_within_y if self.eta_within_y > 0 else float("nan")


def waba(x: ArrayLike, y: ArrayLike, groups: ArrayLike | Grouping) -> Waba:
    """How much of a correlation lies between groups and how much within?

    Args:
        x: (people,) nan where missing; people without one of both answers are left out.
        y: (people,) likewise.
        groups: (people,) integers or texts, missing where nan or "".

    Returns:
        See `Waba`: raw = eta_bx eta_by r_b + eta_wx eta_wy r_w, where all are defined.

    Raises:
        Fault: STA-002 for shapes that do not fit.

    Source:
        Dansereau, Alutto and Yammarino (1984), Theory Testing in Organizational Behavior;
        Robinson (1950), Ecological correlations and the behavior of individuals.

    Differs:
        As R's multilevel::waba, which has no parts and no E ratios.

    Example:
        >>> found = waba([1, 2, 5, 6], [2, 1, 6, 5], [1, 1, 2, 2])
        >>> round(found.raw, 3), found.between, found.within
        (0.882, 1.0, -1.0)
    """
    if np.ndim(x) != 1 or np.shape(x) != np.shape(y):
        raise Fault("STA-002", what="y", shape=np.shape(y), wanted="as many answers as x")
    both = np.column_stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)])
    table, found = complete_rows(*arranged(both, groups), missing="complete")
    parts = anova_components(table, found)
    means = parts.group_mean[found.codes]
    bx, by = np.sqrt(parts.eta2)
    wx, wy = np.sqrt(1 - parts.eta2)
    return Waba(
        n=len(table),
        groups=int(parts.groups[0]),
        raw=_correlation(table),
        eta_between_x=float(bx),
        eta_between_y=float(by),
        between=_correlation(means),
        eta_within_x=float(wx),
        eta_within_y=float(wy),
        within=_correlation(table - means),
    )


def _correlation(pairs: Floats) -> float:
    # Off the first row: columns of equal values give exact zeros, not rounding.
    off = pairs - pairs[:1]
    off = off - off.mean(axis=0) if len(off) else off
    xx, yy = (off**2).sum(axis=0)
    if not (xx > 0 and yy > 0):
        return float("nan")
    return float(np.clip((off[:, 0] @ off[:, 1]) / (np.sqrt(xx) * np.sqrt(yy)), -1, 1))
