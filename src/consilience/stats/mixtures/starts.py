"""From which partitions should the search for profiles set out?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.mixtures.ward import MOST_UNITS, cut_tree, ward_tree

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Two views of the units, and a tree over each: what all starts are drawn from.

    Args:
        views: (units, dimensions) standardised values, and the same turned and stretched so
            that no direction is correlated with another or wider.
        trees: the Ward tree of each view, over the units of `leaves`.
        leaves: positions of the units in the trees.
        weights: (units,) how often each unit counts.
    """

    views: tuple[Floats, ...]
    trees: tuple[Integers, ...]
    leaves: Integers
    weights: Floats


def make_ground(
    values: Floats, weights: Floats, *, rng: np.random.Generator | None = None
) -> Ground:
    """What do all starts have in common?

    Args:
        values: (units, variables), nan where missing; every variable varies.
        weights: (units,) 0 or more.
        rng: the random stream, used only if there are more than `ward.MOST_UNITS` units; no
            trees are grown if None.

    Returns:
        The views and trees; a missing value counts as the mean of its variable.
    """
    present = ~np.isnan(values)
    centred = np.where(present, values - np.nanmean(values, axis=0), 0.0)
    plain = centred / np.sqrt((centred**2).sum(axis=0) / len(values))
    left, sizes, right = np.linalg.svd(plain, full_matrices=False)
    kept = sizes > 1e-6 * sizes[0]
    # Turned back: the signs of singular vectors are another processor's choice, and the slices
    # along random directions would be others there.
    round_ = left[:, kept] @ right[kept] * np.sqrt(len(values))
    weights = np.where(present.any(axis=1), weights, 0.0)
    leaves = np.flatnonzero(weights > 0)
    if rng is not None and len(leaves) > MOST_UNITS:
        leaves = np.sort(rng.permutation(leaves)[:MOST_UNITS])
    views = (plain, round_)
    trees = () if rng is None else tuple(ward_tree(view[leaves]) for view in views)
    return Ground(views=views, trees=trees, leaves=leaves, weights=weights)


def partitions(ground: Ground, *, profiles: int, starts: int, rng: np.random.Generator) -> Integers:
    """Which partitions of the units are worth a try?

    Args:
        ground: see `make_ground`.
        profiles: how many groups, 2 or more.
        starts: how many partitions, 1 or more.
        rng: the random stream.

    Returns:
        (starts, units) group numbers: the cut of each tree; then in turn, in both views,
        k-means from spread-out centres, the nearest of units drawn at random, slices along a
        random direction, and shells about a unit drawn at random.

    Source:
        Ward (1963); Arthur and Vassilvitskii (2007), k-means++: the advantages of careful
        seeding.
    """
    found = [_grown(ground, tree, profiles) for tree in range(len(ground.trees))][:starts]
    left = starts - len(found)
    shares = [(left + 7 - kind) // 8 for kind in range(8)]
    for kind, count in enumerate(shares):
        if count:
            way = (_k_means, _nearest_of_any, _slices, _shells)[kind // 2]
            view = ground.views[kind % 2]
            found.extend(way(view, ground.weights, (count, profiles), rng))
    return _all_in_use(np.array(found, dtype=np.int64), ground.weights, profiles, rng)


def _all_in_use(
    groups: Integers, weights: Floats, profiles: int, rng: np.random.Generator
) -> Integers:
    """Give a group that has nobody one unit of the largest."""
    weighed = weights > 0
    for start in groups:
        counts = np.bincount(start[weighed], minlength=profiles)
        for group in np.flatnonzero(counts == 0):
            members = np.flatnonzero(weighed & (start == counts.argmax()))
            start[rng.choice(members)] = group
            counts[counts.argmax()] -= 1
    return groups


def _grown(ground: Ground, tree: int, profiles: int) -> Integers:
    view = ground.views[tree]
    groups = cut_tree(ground.trees[tree], groups=profiles)
    if len(ground.leaves) == len(view):
        return groups
    inner = view[ground.leaves]
    centres = np.array([inner[groups == group].mean(axis=0) for group in range(profiles)])
    return np.asarray(_nearest(view, centres[None])[0])


def _nearest(view: Floats, centres: Floats) -> Integers:
    """Return (starts, units): the nearest of (starts, groups, dimensions) centres."""
    starts, groups, dimensions = centres.shape
    half = 0.5 * (centres**2).sum(axis=2)[..., None]
    across = (centres.reshape(-1, dimensions) @ view.T).reshape(starts, groups, -1)
    return np.asarray((half - across).argmin(axis=1), dtype=np.int64)


def _k_means(
    view: Floats, weights: Floats, size: tuple[int, int], rng: np.random.Generator
) -> Integers:
    starts, groups = size
    centres = _spread_out(view, weights, size, rng)
    for _ in range(_ROUNDS):
        group = _nearest(view, centres)
        member = (group[:, None, :] == np.arange(groups)[:, None]) * weights
        count = member.sum(axis=2, keepdims=True)
        means = (member.reshape(starts * groups, -1) @ view).reshape(centres.shape)
        centres = np.where(count > 0, means / np.maximum(count, 1e-10), centres)
    return _nearest(view, centres)


def _spread_out(
    view: Floats, weights: Floats, size: tuple[int, int], rng: np.random.Generator
) -> Floats:
    starts, groups = size
    centres = np.empty((starts, groups, view.shape[1]))
    chance = np.broadcast_to(weights, (starts, len(view)))
    away = np.full((starts, len(view)), np.inf)
    for group in range(groups):
        bounds = chance.cumsum(axis=1)
        marks = rng.random((starts, 1)) * bounds[:, -1:]
        chosen = np.minimum((bounds <= marks).sum(axis=1), len(view) - 1)
        centres[:, group] = view[chosen]
        off = ((view - view[chosen][:, None, :]) ** 2).sum(axis=2)
        away = np.minimum(away, off)
        chance = away * weights
    return centres


def _nearest_of_any(
    view: Floats, weights: Floats, size: tuple[int, int], rng: np.random.Generator
) -> Integers:
    starts, groups = size
    keys = np.where(weights > 0, rng.random((starts, len(view))), 2.0)
    drawn = np.argpartition(keys, groups - 1, axis=1)[:, :groups]
    return _nearest(view, view[drawn])


def _slices(
    view: Floats, weights: Floats, size: tuple[int, int], rng: np.random.Generator
) -> Integers:
    starts, _ = size
    along = rng.standard_normal((starts, view.shape[1])) @ view.T
    return _cut(along, weights, rng.random((starts, size[1] - 1)))


def _shells(
    view: Floats, weights: Floats, size: tuple[int, int], rng: np.random.Generator
) -> Integers:
    starts, groups = size
    centres = view[rng.choice(np.flatnonzero(weights > 0), starts)]
    along = 0.5 * (view**2).sum(axis=1) - centres @ view.T
    # Squares make the inner shells small: a few near units against the rest.
    return _cut(along, weights, rng.random((starts, groups - 1)) ** 2)


def _cut(along: Floats, weights: Floats, cuts: Floats) -> Integers:
    """Return (starts, units): groups of neighbours in an order, parted at shares of all."""
    order = along.argsort(axis=1, kind="stable")
    below = weights[order].cumsum(axis=1) - weights[order] / 2
    group = np.empty(order.shape, dtype=np.int64)
    level = (below[:, :, None] >= cuts[:, None, :] * weights.sum()).sum(axis=2)
    np.put_along_axis(group, order, level, axis=1)
    return group
