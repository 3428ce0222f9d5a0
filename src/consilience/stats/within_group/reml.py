"""What are the variances between and within groups, by (restricted) likelihood?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.within_group.components import stepped_up
from consilience.stats.within_group.grouping import Grouping, arranged
from consilience.stats.within_group.spread import GroupSpread, group_spread, share

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

METHODS: Final = ("reml", "ml")

# Ratios of variances between which the top is sought; the likelihood may have more than one.
RATIOS: Final = np.concatenate([[0.0], np.geomspace(1e-8, 1e10, 361)])
HALVINGS: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LikelyComponents:
    """Variances between and within groups; (variables,) arrays, () for one.

    Args:
        labels: (groups,) names, ascending.
        group_n: (groups, variables) answers.
        n: N, answers.
        groups: k, groups with an answer.
        tau2: variance between groups, 0 or more.
        sigma2: variance within groups.
        mean: estimate of the mean over groups.
        loglik: the (restricted) log-likelihood at its top, with all constants; nan where it
            has none, as when nobody differs within a group.

    Example:
        >>> found = reml_components([1, 2, 3, 4, 5, 6], ["a", "a", "b", "b", "c", "c"])
        >>> round(float(found.tau2), 6), round(float(found.sigma2), 6)
        (3.75, 0.5)
    """

    labels: NDArray[Any]
    group_n: Integers
    n: Integers
    groups: Integers
    tau2: Floats
    sigma2: Floats
    mean: Floats
    loglik: Floats

    @property
    def icc1(self) -> Floats:
        """tau² / (tau² + sigma²)."""
        return share(self.tau2, self.tau2 + self.sigma2)

    @property
    def icc2(self) -> Floats:
        """Reliability of a group mean of the mean size N / k."""
        return stepped_up(self.icc1, share(self.n, self.groups))

    @property
    def reliability(self) -> Floats:
        """(groups, variables) lambda, the reliability of each group's mean at its own size."""
        return stepped_up(self.icc1, self.group_n)


def reml_components(
    values: ArrayLike, groups: ArrayLike | Grouping, *, method: str = "reml"
) -> LikelyComponents:
    """Which variances between and within groups are the most likely ones?

    Args:
        values: (people,) or (people, variables), nan where missing; each variable on its own.
        groups: (people,) integers or texts, missing where nan or "".
        method: `reml` restricted maximum likelihood, `ml` maximum likelihood.

    Returns:
        See `LikelyComponents`. Where answers differ between groups alone, sigma² is 0 and
        tau² the variance of the group means; nan with fewer than two groups, without a group
        of two, or where nothing varies.

    Raises:
        Fault: STA-001 for another method, STA-002 for shapes that do not fit.

    Source:
        Patterson and Thompson (1971), Recovery of inter-block information when block sizes are
        unequal; Searle, Casella and McCulloch (1992), Variance Components, 3.7 and 3.8.

    Differs:
        As nlme::lme and lme4::lmer in R, to about 1e-6, where those stop their search, and so
        multilevel::mult.icc; there a variance of 0 comes out as a small positive number.

    Example:
        >>> answers = [1, 2, 3, 4, 5, 6, 7]
        >>> found = reml_components(answers, ["a", "a", "b", "b", "b", "c", "c"])
        >>> round(float(found.icc1), 4), found.reliability.round(3)[:, 0].tolist()
        (0.8857, [0.939, 0.959, 0.939])
    """
    if method not in METHODS:
        raise Fault("STA-001", what="method", value=method, known=", ".join(METHODS))
    table, found = arranged(values, groups)
    spread = group_spread(table, found)
    shape = np.shape(values)[1:]
    each = [_one(spread, place, method) for place in range(table.shape[1])]
    tau2, sigma2, mean, loglik = np.array(each, dtype=float).reshape(-1, 4).T
    return LikelyComponents(
        labels=found.labels,
        group_n=spread.n,
        n=spread.n.sum(axis=0).reshape(shape),
        groups=(spread.n > 0).sum(axis=0).reshape(shape),
        tau2=tau2.reshape(shape),
        sigma2=sigma2.reshape(shape),
        mean=mean.reshape(shape),
        loglik=loglik.reshape(shape),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupMeanReliability:
    """How reliable is the mean of each group?

    Args:
        labels: (groups,) names, ascending.
        n: (groups,) answers.
        icc1: of the model.
        reliability: (groups,) 0 to 1; nan without an answer.

    Example:
        >>> answers = [1, 2, 3, 4, 5, 6]
        >>> group_mean_reliability(answers, [1, 1, 2, 2, 3, 3]).n.tolist()
        [2, 2, 2]
    """

    labels: NDArray[Any]
    n: Integers
    icc1: float
    reliability: Floats


def group_mean_reliability(
    values: ArrayLike, groups: ArrayLike | Grouping, *, method: str = "reml"
) -> GroupMeanReliability:
    """How far can each group's mean be relied on, given how many answered?

    Args:
        values: (people,) answers to one variable, nan where missing.
        groups: (people,) integers or texts, missing where nan or "".
        method: `reml` or `ml`.

    Returns:
        lambda_j = n_j tau² / (n_j tau² + sigma²) of each group.

    Raises:
        Fault: STA-001 for another method, STA-002 for shapes that do not fit.

    Source:
        Raudenbush and Bryk (2002), Hierarchical Linear Models, formula 3.33.

    Differs:
        As multilevel::gmeanrel of an lme in R, to the precision of the latter's search.

    Example:
        >>> answers = [1, 2, 3, 4, 5, 6, 7]
        >>> found = group_mean_reliability(answers, ["a", "a", "b", "b", "b", "c", "c"])
        >>> found.reliability.round(3).tolist()
        [0.939, 0.959, 0.939]
    """
    if np.ndim(values) != 1:
        raise Fault("STA-002", what="values", shape=np.shape(values), wanted="one answer a person")
    found = reml_components(values, groups, method=method)
    return GroupMeanReliability(
        labels=found.labels,
        n=found.group_n[:, 0],
        icc1=float(found.icc1),
        reliability=found.reliability[:, 0],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Profile:
    """What the likelihood depends on: sums over groups of one size, one entry a size."""

    size: Floats
    count: Floats
    sums: Floats
    squares: Floats
    within: float
    total: int
    restricted: bool

    @property
    def df(self) -> int:
        return self.total - self.restricted

    def parts(self, ratio: Floats) -> tuple[Floats, Floats, Floats]:
        """Return (ratios, sizes) weights, (ratios,) means, (ratios,) weighted squares."""
        weight = self.size / (1 + self.size * ratio[:, None])
        mean = (weight @ self.sums) / (weight @ self.count)
        return weight, mean, _off(self, weight, mean)

    def loglik(self, ratio: Floats) -> Floats:
        """Return (ratios,) log-likelihoods, the variance within groups being at its best."""
        weight, _, squares = self.parts(ratio)
        sigma2 = (self.within + squares) / self.df
        spread = np.log(self.size / weight) @ self.count
        lost = np.log(weight @ self.count) if self.restricted else 0.0
        constant = self.df * (math.log(2 * math.pi) + 1)
        return np.asarray(-0.5 * (self.df * np.log(sigma2) + spread + lost + constant))

    def slope(self, ratio: float) -> float:
        """Return how the log-likelihood changes with the ratio."""
        weight, mean, squares = self.parts(np.array([ratio]))
        # The mean is at its best, so it need not be differentiated.
        fall = float(_off(self, weight**2, mean)[0])
        lost = float((weight**2 @ self.count / (weight @ self.count))[0])
        gain = self.df * fall / (self.within + float(squares[0]))
        return 0.5 * (gain + self.restricted * lost - float((weight @ self.count)[0]))


def _off(profile: _Profile, weight: Floats, mean: Floats) -> Floats:
    """Return (ratios,) weighted sums of squares of group means around `mean`."""
    around = profile.squares - 2 * mean[:, None] * profile.sums
    around = around + mean[:, None] ** 2 * profile.count
    return np.asarray((weight * np.maximum(around, 0.0)).sum(axis=1))


def _one(spread: GroupSpread, place: int, method: str) -> tuple[float, float, float, float]:
    """Return tau², sigma², mean and log-likelihood of one variable."""
    some = spread.n[:, place] > 0
    n, means = spread.n[some, place], spread.mean[some, place]
    nan = math.nan
    if len(n) < 2 or n.max() < 2:
        return nan, nan, nan, nan
    within, centre = float(spread.squares[some, place].sum()), float(means[0])
    off = means - centre
    if within == 0:
        spare = float(off.var(ddof=1 if method == "reml" else 0))
        return (spare, 0.0, float(means.mean()), nan) if spare > 0 else (nan, nan, nan, nan)
    # In units of the variance within groups, near the middle: nothing is lost or overflows.
    unit, shift = math.sqrt(within / int(n.sum())), float(off.mean())
    profile = _profile(n, (off - shift) / unit, int(n.sum()), method)
    ratio = _top(profile.loglik, profile.slope)
    _, mean, squares = profile.parts(np.array([ratio]))
    sigma2 = (profile.within + float(squares[0])) / profile.df * unit**2
    loglik = float(profile.loglik(np.array([ratio]))[0]) - profile.df * math.log(unit)
    return ratio * sigma2, sigma2, float(mean[0]) * unit + shift + centre, loglik


def _profile(n: Integers, means: Floats, total: int, method: str) -> _Profile:
    size, place = np.unique(n, return_inverse=True)
    return _Profile(
        size=size.astype(float),
        count=np.bincount(place).astype(float),
        sums=np.bincount(place, weights=means).astype(float),
        squares=np.bincount(place, weights=means**2).astype(float),
        within=float(total),
        total=total,
        restricted=method == "reml",
    )


def _top(loglik: Callable[[Floats], Floats], slope: Callable[[float], float]) -> float:
    """Return the ratio of variances, 0 or more, at which the likelihood is highest."""
    best = int(np.argmax(loglik(RATIOS)))
    low, high = RATIOS[max(best - 1, 0)], RATIOS[min(best + 1, len(RATIOS) - 1)]
    if best == 0:
        return 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return float((low + high) / 2)
