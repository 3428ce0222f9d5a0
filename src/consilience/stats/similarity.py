"""How alike are two profiles, part by part, and units described by things of many kinds?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

PARTS: Final = (
    "d2",
    "d2_mean",
    "elevation",
    "scatter",
    "shape",
    "pearson",
    "double_entry_icc",
    "lin_ccc",
    "mad",
)


def profile_similarity(first: ArrayLike, second: ArrayLike) -> dict[str, Floats]:
    """In level, in spread or in shape: where do two profiles differ?

    Args:
        first: (..., items) answers, none missing.
        second: the same shape.

    Returns:
        By name, arrays of shape (...): `d2` sum of squared differences, which is the sum of
        `elevation` (items times squared difference of the means), `scatter` (squared difference
        of the spreads) and `shape` (2 s1 s2 (1 - r)); `d2_mean` per item; `pearson` r and
        `double_entry_icc`, `lin_ccc` (n - 1 in the variances), nan where a profile is constant
        or nothing varies; `mad` mean absolute difference.

    Source:
        Cronbach and Gleser (1953), Assessing similarity between profiles, the three components
        of D squared; Lin (1989), A concordance correlation coefficient, (2).

    Example:
        >>> parts = profile_similarity([1, 2, 3], [2, 3, 4])
        >>> float(parts["d2"]), float(parts["elevation"]), round(float(parts["pearson"]), 9)
        (3.0, 3.0, 1.0)
    """
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    items = x.shape[-1]
    if not items:
        lost = np.full(np.broadcast_shapes(x.shape, y.shape)[:-1], np.nan)
        return dict.fromkeys(PARTS, lost)
    mean_x, off_x = _centred(x)
    mean_y, off_y = _centred(y)
    sum_x, sum_y = (off_x**2).sum(axis=-1), (off_y**2).sum(axis=-1)
    cross = (off_x * off_y).sum(axis=-1)
    spread_x, spread_y = np.sqrt(sum_x), np.sqrt(sum_y)
    gap = (mean_x - mean_y) ** 2
    d2 = ((x - y) ** 2).sum(axis=-1)
    return {
        "d2": d2,
        "d2_mean": d2 / items,
        "elevation": items * gap,
        "scatter": (spread_x - spread_y) ** 2,
        "shape": 2 * (spread_x * spread_y - cross),
        "pearson": _share(cross, spread_x * spread_y),
        "double_entry_icc": _share(2 * cross - items * gap / 2, sum_x + sum_y + items * gap / 2),
        "lin_ccc": _share(2 * cross, sum_x + sum_y + (items - 1) * gap),
        "mad": np.abs(x - y).mean(axis=-1),
    }


def _centred(values: Floats) -> tuple[Floats, Floats]:
    """Return mean and deviations; a constant profile deviates by 0, not by rounding."""
    mean = values.mean(axis=-1)
    same = values.min(axis=-1) == values.max(axis=-1)
    mean = np.where(same, values[..., 0], mean)
    return mean, values - mean[..., None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trait:
    """One thing by which units are described.

    Args:
        values: (n,) numbers; levels of a nominal trait are any numbers; nan where missing.
        kind: nominal (same level or not), numeric (ordered levels by their rank as numbers) or
            presence (1 or 0; that two units both lack it says nothing).
        weight: 0 or more.
    """

    values: Floats
    kind: Literal["nominal", "numeric", "presence"] = "numeric"
    weight: float = 1.0


def gower_distances(traits: Sequence[Trait]) -> Floats:
    """How far apart are units described by things of many kinds?

    Args:
        traits: at least one, each with a value a unit.

    Returns:
        (n, n) distances 0 to 1: the weighted mean, over the traits known of both units, of
        0 or 1 (nominal), |difference| / range (numeric), or 0 or 1 where at least one of the
        two has it (presence); nan where two units share no trait, 0 from a unit to itself.

    Source:
        Gower (1971), A general coefficient of similarity and some of its properties, (1)-(4).

    Differs:
        From R's `cluster::daisy` in nothing here: missing values drop out of a pair. The choice
        of diverse units uses `consilience.stats.choice.gower`, where a missing value is a level, so
        that sums of distances keep a linear form.

    Example:
        >>> size = Trait(values=np.array([10.0, 20.0, 50.0]))
        >>> kind = Trait(values=np.array([1.0, 1.0, 2.0]), kind="nominal")
        >>> gower_distances([size, kind])[0].tolist()
        [0.0, 0.125, 1.0]
    """
    units = len(traits[0].values)
    above, below = np.zeros((units, units)), np.zeros((units, units))
    for trait in traits:
        distance, counts = _trait_distances(trait)
        above += np.where(counts, trait.weight * distance, 0.0)
        below += trait.weight * counts
    found = _share(above, below)
    np.fill_diagonal(found, 0.0)
    return found


def _trait_distances(trait: Trait) -> tuple[Floats, NDArray[np.bool_]]:
    one, other = trait.values[:, None], trait.values[None, :]
    counts = ~np.isnan(one) & ~np.isnan(other)
    if trait.kind == "numeric":
        known = trait.values[~np.isnan(trait.values)]
        width = float(np.ptp(known)) if len(known) else 0.0
        return np.abs(one - other) / (width or 1.0), counts
    if trait.kind == "presence":
        counts &= (one != 0) | (other != 0)
    return (one != other).astype(float), counts


def _share(above: Floats, below: Floats) -> Floats:
    share: Floats = np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below > 0)
    return share
