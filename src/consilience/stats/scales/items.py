"""How does each item of a scale behave, and would the scale be better without it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import normal_quantile, t_quantile
from consilience.stats.scales.alpha import alpha_standard_error, raw_alpha, unique_shares
from consilience.stats.scales.moments import correlation, moments
from consilience.stats.scales.scoring import item_table

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NAN: Final = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemStatistics:
    """How each item behaves: one value an item, nan where undefined.

    Args:
        n: answers to the item.
        missing: share of people without an answer, 0-1.
        mean: of its answers.
        mean_low: lower end of the interval of the mean, by Student's t.
        mean_high: upper end.
        sd: standard deviation (n - 1).
        skew: third central moment over sd^3; 0 is symmetric.
        kurtosis: fourth central moment over sd^4, less 3; 0 is normal.
        r_total: correlation with the person's mean of all items, the item itself among them.
        r_standardised: the same, from correlations of items of equal variance.
        r_drop: correlation with the sum of the other items.
        r_drop_low: lower end of its interval, by Fisher's z.
        r_drop_high: upper end.
        r_cor: correlation with the scale, corrected for the item being part of it and for
            unreliability.
        alpha_drop: alpha of the other items; nan if fewer than two are left.
        standardised_drop: standardised alpha of the other items.
        ase_drop: standard error of `alpha_drop`.
        points: (points,) values counted in `frequencies`.
        frequencies: (items, points) number of answers at each point, 0 at an unused one.
        other: answers at none of the points.
        floor: share of answers at the lowest point, 0-1.
        ceiling: share of answers at the highest point.

    Example:
        >>> item_statistics([[1, 2], [3, 4]]).n.tolist()
        [2, 2]
    """

    n: Integers
    missing: Floats
    mean: Floats
    mean_low: Floats
    mean_high: Floats
    sd: Floats
    skew: Floats
    kurtosis: Floats
    r_total: Floats
    r_standardised: Floats
    r_drop: Floats
    r_drop_low: Floats
    r_drop_high: Floats
    r_cor: Floats
    alpha_drop: Floats
    standardised_drop: Floats
    ase_drop: Floats
    points: Floats
    frequencies: Integers
    other: Integers
    floor: Floats
    ceiling: Floats


def item_statistics(
    items: ArrayLike,
    *,
    missing: str = "complete",
    points: Sequence[float] | None = None,
    confidence: float = 0.95,
    n: int | None = None,
) -> ItemStatistics:
    """How does each item behave, and would the scale be better without it?

    Args:
        items: (people, items), nan where missing, negative items turned round already.
        missing: `complete` or `pairwise`, for all that relates items to each other, see
            `cronbach_alpha`. With `complete`, means, frequencies and the like rest on the same
            people; with `pairwise`, on every answer. `missing` always counts everybody.
        points: points of the answer scale in order, so that unused ones show; None takes the
            values that occur.
        confidence: of the intervals, 0-1.
        n: what `ase_drop` and the interval of `r_drop` rest on, if not the people who count.

    Returns:
        One value an item. Items that do not vary take no part in the correlations and alphas
        of the others; their own are nan, but `alpha_drop` is alpha as it is.

    Raises:
        Fault: STA-001 for another rule, STA-002 if there are not two dimensions, STA-003 for a
            confidence outside 0-1 or points that do not rise.

    Source:
        Henrysson (1963), Correction of item-total correlations, for `r_drop`; Cureton (1966),
        Corrected item-test correlations, for `r_cor`, with squared multiple correlations as
        communalities.

    Differs:
        `r_total`, `r_standardised`, `r_cor`, `r_drop` are raw.r, std.r, r.cor, r.drop of
        psych::alpha, which takes `pairwise`. `skew` and `kurtosis` are type 3 of psych.
        For two items psych::alpha prints a regression weight as alpha of the one left; here it
        is nan.

    Example:
        >>> answers = [[4, 5, 4], [2, 3, 2], [5, 4, 4], [1, 2, 3], [3, 3, 3]]
        >>> found = item_statistics(answers, points=[1, 2, 3, 4, 5])
        >>> found.r_drop.round(3).tolist(), found.frequencies[1].tolist()
        ([0.87, 0.827, 0.756], [0, 1, 2, 1, 1])
    """
    if not 0 < confidence < 1:
        raise Fault("STA-003", what="confidence", value=confidence, wanted="more than 0, below 1")
    everyone = item_table(items)
    table = moments(everyone, missing=missing)
    used = everyone if missing == "pairwise" else everyone[~np.isnan(everyone).any(axis=1)]
    counts = table.counts
    people = table.n if n is None else n
    off = used - table.means
    off[np.isnan(off)] = 0.0
    off[:, table.constant] = 0.0
    sd = np.sqrt(np.diag(table.covariance))
    tail = (1 + confidence) / 2
    half = t_quantile(tail, counts - 1) * _over(sd, np.sqrt(counts))
    varies = np.flatnonzero(~table.constant)
    related = _related(table.covariance[np.ix_(varies, varies)], len(counts), varies, n=people)
    gaps = bool(np.isnan(used.sum()))
    if gaps:
        related["r_total"] = _with_mean(used, varies)
    low, high = _fisher(related["r_drop"], people, tail)
    return ItemStatistics(
        n=counts,
        missing=_over(
            np.isnan(everyone).sum(axis=0).astype(float), np.full(len(counts), len(everyone))
        ),
        mean=table.means,
        mean_low=table.means - half,
        mean_high=table.means + half,
        sd=sd,
        skew=_over(np.einsum("ij,ij,ij->j", off, off, off), counts * sd**3),
        kurtosis=_over(np.einsum("ij,ij,ij,ij->j", off, off, off, off), counts * sd**4) - 3,
        r_drop_low=low,
        r_drop_high=high,
        **related,
        **_frequencies(used, points),
    )


def _over(above: Floats, below: ArrayLike) -> Floats:
    under = np.asarray(below, dtype=float)
    share: Floats = np.divide(above, under, out=np.full(above.shape, np.nan), where=under > 0)
    return share


def _related(covariance: Floats, count: int, varies: Integers, *, n: int) -> dict[str, Any]:
    names = (
        "r_total",
        "r_standardised",
        "r_drop",
        "r_cor",
        "alpha_drop",
        "standardised_drop",
        "ase_drop",
    )
    found = {name: np.full(count, np.nan) for name in names}
    found["alpha_drop"][:] = raw_alpha(covariance)
    r = correlation(covariance)
    found["standardised_drop"][:] = raw_alpha(r)
    found["ase_drop"][:] = alpha_standard_error(covariance, n=n)
    own, rows, total = np.diag(covariance), covariance.sum(axis=0), covariance.sum()
    if len(varies) > 1:
        rest = total - 2 * rows + own
        found["r_drop"][varies] = _over(rows - own, np.sqrt(np.maximum(own * rest, 0.0)))
        found["r_total"][varies] = _over(rows, np.sqrt(np.maximum(own * total, 0.0)))
        found["r_standardised"][varies] = _over(r.sum(axis=0), np.sqrt(max(r.sum(), 0.0)))
        found["r_cor"][varies] = _corrected(r)
    for place, item in enumerate(varies):
        left = np.delete(np.delete(covariance, place, axis=0), place, axis=1)
        found["alpha_drop"][item] = raw_alpha(left)
        found["standardised_drop"][item] = raw_alpha(correlation(left))
        found["ase_drop"][item] = alpha_standard_error(left, n=n)
    return found


def _corrected(r: Floats) -> Floats:
    reduced = r - np.diag(unique_shares(r))
    total = float(reduced.sum())
    return _over(reduced.sum(axis=0), np.sqrt(total) if total > 0 else _NAN)


def _with_mean(used: Floats, varies: Integers) -> Floats:
    """Return the correlation of each item with the mean of what the person answered."""
    found = np.full(used.shape[1], np.nan)
    varying = used[:, varies]
    there = ~np.isnan(varying)
    total = _over(np.where(there, varying, 0.0).sum(axis=1), there.sum(axis=1))
    for place, item in enumerate(varies):
        rows = there[:, place]
        x, y = varying[rows, place], total[rows]
        x, y = x - x.mean(), y - y.mean()
        found[item] = _over(np.array([x @ y]), np.sqrt((x @ x) * (y @ y)))[0]
    return found


def _fisher(r: Floats, n: int, tail: float) -> tuple[Floats, Floats]:
    if n < 4:
        return np.full(r.shape, np.nan), np.full(r.shape, np.nan)
    bounded = np.clip(r, -1 + 1e-15, 1 - 1e-15)
    half = float(normal_quantile(tail)) / np.sqrt(n - 3)
    return np.tanh(np.arctanh(bounded) - half), np.tanh(np.arctanh(bounded) + half)


def _frequencies(used: Floats, points: Sequence[float] | None) -> dict[str, Any]:
    there = ~np.isnan(used)
    scale = np.unique(used[there]) if points is None else np.asarray(points, dtype=float)
    if scale.ndim != 1 or (np.diff(scale) <= 0).any():
        raise Fault("STA-003", what="points", value=scale.tolist(), wanted="points that rise")
    counts = np.array([(used == point).sum(axis=0) for point in scale], dtype=np.int64)
    counts = counts.reshape(len(scale), used.shape[1]).T
    n = there.sum(axis=0)
    nothing = np.full(len(n), np.nan)
    return {
        "points": scale,
        "frequencies": counts,
        "other": (n - counts.sum(axis=1)).astype(np.int64),
        "floor": _over(counts[:, 0].astype(float), n) if len(scale) else nothing,
        "ceiling": _over(counts[:, -1].astype(float), n) if len(scale) else nothing,
    }
