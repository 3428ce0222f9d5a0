"""How alike do several informants describe the same unit?"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

INDICES: Final = (
    "mean-absolute-difference",
    "variance",
    "rmsd",
    "profile-correlation",
    "d2",
    "gower",
)
CENTRINGS: Final = ("none", "agency", "agency-item")

# A profile that varies less than this (share of the squared span) counts as constant, so that
# rounding never turns a constant profile into a correlation.
FLAT: Final = 1e-12

# How many numbers a block of a matrix of areas by areas may hold.
BLOCK: Final = 2_000_000


def agency_pairs(agencies: int) -> Integers:
    """Which pairs can be made of so many agencies?

    Args:
        agencies: how many, 2 or more.

    Returns:
        (pairs, 2) positions, (0, 1), (0, 2), ..., (1, 2), ...
    """
    return np.array(list(combinations(range(agencies), 2)), dtype=np.int64).reshape(-1, 2)


def centre(values: Floats, *, centring: str, weights: ArrayLike | None = None) -> Floats:
    """What is left of the answers once the level of each agency is taken out?

    Args:
        values: (areas, agencies, items), or with replicates in front; nan where not answered.
        centring: `none`; `agency`, less the mean of all answers of the agency; `agency-item`,
            less the mean of the agency on the item over areas.
        weights: (items,) weights of the items in the mean of an agency, or (replicates, items)
            for one centring a replicate; 1 each if None. They do not touch `agency-item`.

    Returns:
        The same shape, with replicates in front if `weights` has them and `agency` is asked
        for; nan stays nan.

    Raises:
        Fault: CON-002 for another word.

    Example:
        >>> low_and_high = np.array([[[1.0, 3.0], [5.0, 7.0]]])
        >>> centre(low_and_high, centring="agency").tolist()
        [[[-1.0, 1.0], [-1.0, 1.0]]]
    """
    if centring not in CENTRINGS:
        raise Fault("CON-002", what="centring", value=centring, known=", ".join(CENTRINGS))
    if centring == "none":
        return values
    known = ~np.isnan(values)
    sums = np.where(known, values, 0.0).sum(axis=-3)
    counts = known.sum(axis=-3).astype(float)
    if centring == "agency-item":
        return np.asarray(values - _ratio(sums, counts)[..., None, :, :])
    weight = np.asarray([1.0] if weights is None else weights, dtype=float)[..., None, :]
    level = _ratio((weight * sums).sum(axis=-1), (weight * counts).sum(axis=-1))
    return np.asarray(values - level[..., None, :, None])


def congruence(
    values: Floats,
    *,
    index: str,
    weights: ArrayLike | None = None,
    asked: Booleans | None = None,
    span: ArrayLike = 1.0,
    min_items: float = 0.0,
) -> Floats:
    """How far do the agencies agree in each area, from 0 to 1 (1 = identical)?

    Every index is the mean over pairs of agencies, d being the difference of their answers to
    an item divided by the span of its scale, and the mean over items a weighted one:

    - `mean-absolute-difference`: 1 - mean |d|;
    - `variance`: 1 - v / v0, with v the mean over items of the variance of the agencies'
      answers (denominator agencies - 1, as half the mean d squared over pairs) and v0 the
      largest it can be, when the agencies stand at both ends of the scale in equal halves;
    - `rmsd`: 1 - root of (mean d squared), the root taken a pair at a time;
    - `d2`: 1 - mean d squared (Cronbach and Gleser's D squared per item), in the same order as
      `variance` when no answer is missing;
    - `gower`: 1 - mean of |difference| / range, the range of an item seen over all areas and
      agencies in place of the span;
    - `profile-correlation`: (1 + r) / 2 with r over items; missing when a profile is constant
      or fewer than three items are shared.

    Centred answers can differ by more than the span; the result is cut off at 0 and 1.

    Args:
        values: (areas, agencies, items), or (replicates, areas, agencies, items); nan where
            not answered.
        index: one of the six names.
        weights: (items,) weights, 0 or more, or (replicates, items); 1 each if None.
        asked: (agencies, items) which agency was asked which item; all if None.
        span: highest less lowest possible answer, one number or (items,).
        min_items: share 0-1 of the items put to both agencies of a pair (by weight) that both
            must have answered.

    Returns:
        (areas,) or (replicates, areas), 0 to 1; nan where any pair of agencies that shares
        items falls short of `min_items`, or the index is not defined. Pairs that were never
        asked the same thing are left out.

    Raises:
        Fault: CON-002 for another index.

    Source:
        Cronbach and Gleser (1953), Assessing similarity between profiles; Gower (1971), A
        general coefficient of similarity and some of its properties.

    Example:
        >>> answers = np.array([[[1.0, 5.0], [1.0, 4.0], [1.0, 3.0]]])
        >>> congruence(answers, index="mean-absolute-difference", span=4).round(4).tolist()
        [0.8333]
    """
    parts = pair_congruence(
        values, index=index, weights=weights, asked=asked, span=span, min_items=min_items
    )
    return mean_of_pairs(parts)


def mean_of_pairs(parts: Floats) -> Floats:
    """What is the congruence of areas, from that of their pairs of agencies?

    Args:
        parts: (..., pairs); nan where a pair is not defined.

    Returns:
        (...) mean, cut off at 0 and 1; nan where any pair is nan, or there is none.
    """
    if not parts.shape[-1]:
        return np.full(parts.shape[:-1], np.nan)
    return np.asarray(np.clip(parts.mean(axis=-1), 0.0, 1.0))


def pair_congruence(
    values: Floats,
    *,
    index: str,
    weights: ArrayLike | None = None,
    asked: Booleans | None = None,
    span: ArrayLike = 1.0,
    min_items: float = 0.0,
) -> Floats:
    """How far does each pair of agencies agree in each area?

    Args:
        values: as for `congruence`, and so the other arguments.
        index: likewise.
        weights: likewise.
        asked: likewise.
        span: likewise.
        min_items: likewise.

    Returns:
        (..., areas, pairs) in the order of `agency_pairs`, less the pairs that were never asked
        the same thing; not yet cut off at 0 and 1.

    Raises:
        Fault: CON-002 for another index.

    Example:
        >>> answers = np.array([[[1.0, 5.0], [1.0, 4.0], [1.0, 3.0]]])
        >>> pair_congruence(answers, index="mean-absolute-difference", span=4).tolist()
        [[0.875, 0.75, 0.875]]
    """
    scaled = _scaled(values, index, span)
    weight = _weights(weights, values.shape[-1])
    pairs, common = _common_items(values.shape[-2], values.shape[-1], asked)
    first, second = scaled[..., pairs[:, 0], :], scaled[..., pairs[:, 1], :]
    means = _Means(first=first, second=second, weights=weight, common=common)
    return means.congruence(index, agencies=values.shape[-2], min_items=min_items)


def cross_congruence(
    values: Floats,
    *,
    index: str,
    weights: ArrayLike | None = None,
    asked: Booleans | None = None,
    span: ArrayLike = 1.0,
    min_items: float = 0.0,
) -> tuple[Floats, Integers]:
    """How far would agencies agree if the answers came from two different areas?

    Args:
        values: (areas, agencies, items) without replicates; the rest as for `congruence`.
        index: likewise.
        weights: (items,) or None.
        asked: likewise.
        span: likewise.
        min_items: likewise.

    Returns:
        (pairs, areas, areas): pair by area of its first agency by area of its second; the
        diagonal holds what is. And the (pairs, 2) agencies of each pair.

    Raises:
        Fault: CON-002 for another index.
    """
    scaled = _scaled(values, index, span)
    areas, agencies, items = values.shape
    weight = _weights(weights, items)
    pairs, common = _common_items(agencies, items, asked)
    step = max(1, BLOCK // max(1, areas * items))
    result = np.empty((len(pairs), areas, areas))
    for number, (one, other) in enumerate(pairs):
        for start in range(0, areas, step):
            block = slice(start, start + step)
            first, second = np.broadcast_arrays(scaled[block, None, one], scaled[None, :, other])
            means = _Means(first=first, second=second, weights=weight, common=common[number])
            result[number, block] = means.congruence(index, agencies=agencies, min_items=min_items)
    return result, pairs


class _Means:
    """Weighted means over items of what two arrays (..., items) have in common."""

    def __init__(self, *, first: Floats, second: Floats, weights: Floats, common: Booleans) -> None:
        self.both = common & ~np.isnan(first) & ~np.isnan(second)
        whole = bool(self.both.all())
        self.first = first if whole else np.where(self.both, first, 0.0)
        self.second = second if whole else np.where(self.both, second, 0.0)
        self.weights = weights
        asked = np.asarray(weights @ common.T.astype(float))
        # Replicates of weights stand before the areas: (replicates, 1, pairs).
        self.asked = asked[:, None] if weights.ndim == 2 else asked
        self.answered = self.asked if whole else self._sum(self.both.astype(float))

    def _sum(self, terms: Floats, weights: Floats | None = None) -> Floats:
        weight = self.weights if weights is None else weights
        if weight.ndim == 1:
            return np.asarray(terms @ weight)
        if terms.ndim == 3:
            return np.asarray(np.moveaxis(terms @ weight.T, -1, 0))
        return np.asarray((terms @ weight[:, None, :, None])[..., 0])

    def _mean(self, terms: Floats) -> Floats:
        return _ratio(self._sum(terms), self.answered)

    def congruence(self, index: str, *, agencies: int, min_items: float) -> Floats:
        found = self._correlation() if index == "profile-correlation" else self._near(index)
        if index == "variance":
            # v / v0 = (mean d squared / 2) / v0.
            halves = (agencies // 2) * ((agencies + 1) // 2)
            found = 1 - (1 - found) * (agencies * (agencies - 1)) / (2 * halves)
        enough = self.answered >= min_items * self.asked - 1e-9
        return np.where(enough & (self.answered > 0), found, np.nan)

    def _near(self, index: str) -> Floats:
        difference = self.first - self.second
        if index in ("mean-absolute-difference", "gower"):
            return 1 - self._mean(np.abs(difference))
        square = self._mean(difference * difference)
        return 1 - (np.sqrt(square) if index == "rmsd" else square)

    def _correlation(self) -> Floats:
        x, y = self._mean(self.first), self._mean(self.second)
        xx = self._mean(self.first * self.first) - x * x
        yy = self._mean(self.second * self.second) - y * y
        xy = self._mean(self.first * self.second) - x * y
        count = self._sum(self.both.astype(float), (self.weights > 0).astype(float))
        fit = (xx > FLAT) & (yy > FLAT) & (count >= 3)
        root = np.sqrt(np.where(fit, xx * yy, 1.0))
        return np.where(fit, (1 + np.clip(xy / root, -1, 1)) / 2, np.nan)


def _common_items(agencies: int, items: int, asked: Booleans | None) -> tuple[Integers, Booleans]:
    put = np.ones((agencies, items), dtype=bool) if asked is None else asked
    pairs = agency_pairs(agencies)
    common = put[pairs[:, 0]] & put[pairs[:, 1]]
    used = common.any(axis=1)
    return pairs[used], common[used]


def _weights(weights: ArrayLike | None, items: int) -> Floats:
    return np.ones(items) if weights is None else np.asarray(weights, dtype=float)


def _scaled(values: Floats, index: str, span: ArrayLike) -> Floats:
    if index not in INDICES:
        raise Fault("CON-002", what="index", value=index, known=", ".join(INDICES))
    if index != "gower":
        return np.asarray(values / np.asarray(span, dtype=float))
    missing = np.isnan(values)
    low = np.where(missing, np.inf, values).min(axis=(-3, -2), keepdims=True, initial=np.inf)
    high = np.where(missing, -np.inf, values).max(axis=(-3, -2), keepdims=True, initial=-np.inf)
    return np.asarray(values / np.where(high > low, high - low, 1.0))


def _ratio(above: NDArray[np.generic], below: NDArray[np.generic]) -> Floats:
    top, bottom = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    empty = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    share: Floats = np.divide(top, bottom, out=empty, where=bottom > 0)
    return share
