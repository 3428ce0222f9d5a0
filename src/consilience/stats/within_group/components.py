"""How much of what people answer is a matter of their group: ICC(1), ICC(2), eta squared?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import f_quantile, f_tail, normal_quantile
from consilience.stats.within_group.grouping import Grouping, arranged
from consilience.stats.within_group.spread import group_spread, share

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

METHODS: Final = ("f", "smith")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupComponents:
    """The one-way analysis of variance of answers by group; (variables,) arrays, () for one.

    Args:
        labels: (groups,) names, ascending.
        group_n: (groups, variables) answers; a group without one does not count.
        group_mean: (groups, variables); nan without an answer.
        n: N, answers.
        groups: k, groups with an answer.
        ss_between: sum of squares of group means around the grand mean, weighted by size.
        ss_within: sum of squares of answers around group means.

    Example:
        >>> found = anova_components([1, 2, 3, 4, 5, 6], ["a", "a", "b", "b", "c", "c"])
        >>> float(found.ms_between), float(found.ms_within), float(found.f)
        (8.0, 0.5, 16.0)
    """

    labels: NDArray[Any]
    group_n: Integers
    group_mean: Floats
    n: Integers
    groups: Integers
    ss_between: Floats
    ss_within: Floats

    @property
    def df_between(self) -> Integers:
        """Degrees of freedom k - 1."""
        return np.asarray(self.groups - 1)

    @property
    def df_within(self) -> Integers:
        """Degrees of freedom N - k."""
        return np.asarray(self.n - self.groups)

    @property
    def ms_between(self) -> Floats:
        """MSB; nan with fewer than two groups."""
        return share(self.ss_between, self.df_between)

    @property
    def ms_within(self) -> Floats:
        """MSW; nan where every group has one answer."""
        return share(self.ss_within, self.df_within)

    @property
    def f(self) -> Floats:
        """MSB / MSW; infinite where only groups differ, nan where nothing does."""
        return _ratio(self.ms_between, self.ms_within)

    @property
    def p(self) -> Floats:
        """Probability of so great an F when groups do not differ."""
        return f_tail(self.f, self.df_between, self.df_within)

    @property
    def mean_size(self) -> Floats:
        """Answers a group, N / k."""
        return share(self.n, self.groups)

    @property
    def n0(self) -> Floats:
        """Searle's size (N - sum n² / N) / (k - 1), at most `mean_size`."""
        squares = (self.group_n.astype(float) ** 2).sum(axis=0).reshape(np.shape(self.n))
        return share(self.n - share(squares, self.n), self.df_between)

    @property
    def tau2(self) -> Floats:
        """(MSB - MSW) / n0, the variance between groups; may be below 0."""
        return _ratio(self.ms_between - self.ms_within, self.n0)

    @property
    def icc1(self) -> Floats:
        """ICC(1) with the mean size: share of variance that is between groups; may be below 0."""
        return self._icc1(self.mean_size)

    @property
    def icc1_n0(self) -> Floats:
        """ICC(1) with Searle's size `n0`, which makes the variance between groups unbiased."""
        return self._icc1(self.n0)

    @property
    def icc2(self) -> Floats:
        """ICC(2) = (MSB - MSW) / MSB: reliability of group means of the mean size."""
        return _ratio(self.ms_between - self.ms_within, self.ms_between)

    @property
    def eta2(self) -> Floats:
        """Share of the sum of squares that is between groups; grows with many small groups."""
        return _ratio(self.ss_between, self.ss_between + self.ss_within)

    @property
    def omega2(self) -> Floats:
        """The same, corrected for what chance puts between groups; may be below 0."""
        within = self.ms_within
        return _ratio(
            self.ss_between - self.df_between * within, self.ss_between + self.ss_within + within
        )

    @property
    def group_icc2(self) -> Floats:
        """(groups, variables) reliability of each group's mean at its own size; see `icc1`."""
        return stepped_up(self.icc1, self.group_n)

    def _icc1(self, size: Floats) -> Floats:
        between, within = self.ms_between, self.ms_within
        return _ratio(between - within, between + (size - 1) * within)


def anova_components(values: ArrayLike, groups: ArrayLike | Grouping) -> GroupComponents:
    """How does the variance of answers fall into between and within groups?

    Args:
        values: (people,) or (people, variables), nan where missing; each variable on its own.
        groups: (people,) integers or texts, missing where nan or "".

    Returns:
        See `GroupComponents`; every figure is nan where it is undefined.

    Raises:
        Fault: STA-002 for shapes that do not fit.

    Source:
        Bartko (1976), On various intraclass correlation reliability coefficients; Bliese
        (2000), Within-group agreement, non-independence, and reliability; Searle, Casella and
        McCulloch (1992), Variance Components, 3.6, for n0; Hays (1963) for omega squared.

    Differs:
        As multilevel::ICC1 and ICC2 of an aov in R, which builds a column a group and so needs
        minutes for a thousand groups. `icc1_n0` is the ICC(1) of psychometric texts for
        unequal groups, which multilevel does not give.

    Example:
        >>> found = anova_components([1, 2, 3, 4, 5, 6], ["a", "a", "b", "b", "c", "c"])
        >>> round(float(found.icc1), 4), float(found.icc2), round(float(found.eta2), 4)
        (0.8824, 0.9375, 0.9143)
    """
    table, found = arranged(values, groups)
    spread = group_spread(table, found)
    shape = np.shape(values)[1:]
    # Means off one of them: exactly 0 where all groups are alike.
    first = np.array([column[~np.isnan(column)][:1].sum() for column in spread.mean.T])
    off = np.where(spread.n > 0, spread.mean - first, 0.0)
    n = spread.n.sum(axis=0)
    grand = share((spread.n * off).sum(axis=0), n)
    between = np.where(spread.n > 0, spread.n * (off - grand) ** 2, 0.0).sum(axis=0)
    within = np.where(spread.n > 0, spread.squares, 0.0).sum(axis=0)
    return GroupComponents(
        labels=found.labels,
        group_n=spread.n,
        group_mean=spread.mean,
        n=n.reshape(shape),
        groups=(spread.n > 0).sum(axis=0).reshape(shape),
        ss_between=between.reshape(shape),
        ss_within=within.reshape(shape),
    )


def icc1_interval(
    components: GroupComponents, *, level: float = 0.95, method: str = "f"
) -> tuple[Floats, Floats]:
    """Between which bounds does ICC(1) lie?

    Args:
        components: of one or more variables.
        level: confidence, above 0 and below 1.
        method: `f` inverts the F test: exact for groups of one size (and normal answers), else
            the unweighted means and harmonic mean size of Thomas and Hultquist; `smith` takes
            the large-sample variance around `icc1_n0`.

    Returns:
        Lower and upper bound, in the shape of `components.n`, at most 1; nan where ICC(1) is.

    Raises:
        Fault: STA-001 for another method, STA-003 for a level out of range.

    Source:
        Searle (1971), Linear Models, 9.10; Thomas and Hultquist (1978), Interval estimation
        for the unbalanced case of the one-way random effects model; Smith (1956), On the
        estimation of intraclass correlation; Donner and Wells (1986) compare them.

    Example:
        >>> found = anova_components([1, 2, 3, 4, 5, 6], ["a", "a", "b", "b", "c", "c"])
        >>> [round(float(bound), 3) for bound in icc1_interval(found)]
        [-0.001, 0.997]
    """
    if method not in METHODS:
        raise Fault("STA-001", what="method", value=method, known=", ".join(METHODS))
    if not 0 < level < 1:
        raise Fault("STA-003", what="level", value=level, wanted="a share between 0 and 1")
    if method == "smith":
        icc, error = components.icc1_n0, np.sqrt(_smith_variance(components))
        reach = normal_quantile((1 + level) / 2) * error
        return icc - reach, np.minimum(icc + reach, 1.0)
    size, f = _unweighted(components)
    low = _ratio(f, f_quantile((1 + level) / 2, components.df_between, components.df_within))
    high = _ratio(f, f_quantile((1 - level) / 2, components.df_between, components.df_within))
    return _of_f(low, size), _of_f(high, size)


def stepped_up(icc1: ArrayLike, size: ArrayLike) -> Floats:
    """How reliable is a mean of so many people, if one has the reliability ICC(1)?

    Args:
        icc1: reliability of one person.
        size: people, arrays of a shape that fits `icc1`.

    Returns:
        n r / (1 + (n - 1) r); nan where nothing is measured (n = 0) or it does not exist.

    Source:
        Spearman (1910) and Brown (1910).

    Example:
        >>> float(stepped_up(0.1, 9))
        0.5
    """
    icc1, size = np.asarray(icc1, dtype=float), np.asarray(size, dtype=float)
    below = 1 + (size - 1) * icc1
    return share(size * icc1, np.where(size > 0, below, 0.0))


def _unweighted(components: GroupComponents) -> tuple[Floats, Floats]:
    """Return the harmonic mean size and the F of unweighted means."""
    n, shape = components.group_n, np.shape(components.n)
    some = n > 0
    size = share(some.sum(axis=0), np.where(some, share(np.ones(n.shape), n), 0.0).sum(axis=0))
    centre = share(np.where(some, components.group_mean, 0.0).sum(axis=0), some.sum(axis=0))
    squares = np.where(some, (components.group_mean - centre) ** 2, 0.0).sum(axis=0)
    between = share(size * squares, some.sum(axis=0) - 1).reshape(shape)
    # The one formula is the other for equal sizes; the weighted sum has no rounding of means.
    equal = (n.max(axis=0, initial=0) * some == n).all(axis=0).reshape(shape)
    f = np.where(equal, components.f, _ratio(between, components.ms_within))
    return size.reshape(shape), f


def _of_f(f: Floats, size: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        found = np.asarray((f - 1) / (f + size - 1))
    return np.where(np.isposinf(f), 1.0, found)


def _smith_variance(components: GroupComponents) -> Floats:
    n = components.group_n.astype(float)
    shape = np.shape(components.n)
    second, third = ((n**power).sum(axis=0).reshape(shape) for power in (2, 3))
    total, k, n0, r = components.n, components.groups, components.n0, components.icc1_n0
    uneven = second - 2 * share(third, total) + share(second**2, total**2)
    between = share((k - 1) * (1 - r) * (1 + r * (2 * n0 - 1)) + r**2 * uneven, (k - 1) ** 2)
    within = share((1 + r * (n0 - 1)) ** 2, total - k)
    return np.maximum(share(2 * (1 - r) ** 2, n0**2) * (within + between), 0.0)


def _ratio(above: ArrayLike, below: ArrayLike) -> Floats:
    """Return above / below: infinite over 0, nan for 0 / 0."""
    with np.errstate(all="ignore"):
        return np.asarray(np.true_divide(above, below))
