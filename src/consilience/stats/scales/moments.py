"""How do items vary together, when some answers are missing?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.scales.scoring import item_table

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

RULES: Final = ("complete", "pairwise")

# People taken at a time: the copies that centring needs stay in the processor's cache.
ROWS: Final = 8192


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Means and covariances of items.

    Args:
        n: people who count: with every item answered, or (pairwise) with one at least.
        counts: (items,) answers that count.
        means: (items,) of them; nan without an answer.
        covariance: (items, items), divided by n - 1; nan with fewer than two answers.
        constant: (items,) whether all answers to the item are equal, or there are none.

    Example:
        >>> moments([[1, 2], [3, 2], [5, 2]]).constant.tolist()
        [False, True]
    """

    n: int
    counts: NDArray[np.int64]
    means: Floats
    covariance: Floats
    constant: Booleans


def moments(items: ArrayLike, *, missing: str = "complete") -> Moments:
    """What are the means and covariances of items?

    Args:
        items: (people, items), nan where missing.
        missing: `complete` takes people with every item answered; `pairwise` takes, for each
            two items, the people who answered both.

    Returns:
        See `Moments`.

    Raises:
        Fault: STA-001 for another rule, STA-002 if there are not two dimensions.

    Differs:
        The pairwise matrix is that of R's cov(use="pairwise"); it need not be positive definite.

    Example:
        >>> found = moments([[1, 2], [3, np.nan], [5, 4]], missing="pairwise")
        >>> found.n, found.covariance.tolist()
        (3, [[4.0, 4.0], [4.0, 2.0]])
    """
    if missing not in RULES:
        raise Fault("STA-001", what="missing rule", value=missing, known=", ".join(RULES))
    table = item_table(items)
    # The sum is nan exactly if there is a nan (or opposed infinities), without a copy.
    whole = not np.isnan(table.sum())
    if not whole and missing == "complete":
        table, whole = table[~np.isnan(table).any(axis=1)], True
    return _whole(table) if whole else _pairwise(table)


def correlation(covariance: Floats) -> Floats:
    """What are the correlations of a covariance matrix?

    Args:
        covariance: (..., items, items).

    Returns:
        The same shape, 1 on the diagonal; nan where a variance is 0.

    Example:
        >>> correlation(np.array([[4.0, 2.0], [2.0, 4.0]])).tolist()
        [[1.0, 0.5], [0.5, 1.0]]
    """
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    scale = np.sqrt(np.where(variance > 0, variance, np.nan))
    found: Floats = covariance / scale[..., :, None] / scale[..., None, :]
    for place in range(covariance.shape[-1]):
        found[..., place, place] = np.where(np.isnan(scale[..., place]), np.nan, 1.0)
    return found


def _whole(table: Floats) -> Moments:
    n, count = table.shape
    if not n:
        nothing = np.full(count, np.nan)
        return Moments(
            n=0,
            counts=np.zeros(count, dtype=np.int64),
            means=nothing,
            covariance=np.full((count, count), np.nan),
            constant=np.ones(count, dtype=bool),
        )
    means = table.mean(axis=0)
    products = np.zeros((count, count))
    constant = np.ones(count, dtype=bool)
    for start in range(0, n, ROWS):
        part = table[start : start + ROWS]
        constant &= (part == table[0]).all(axis=0)
        off = part - means
        products += off.T @ off
    products[constant], products[:, constant] = 0.0, 0.0
    below = float(n - 1) if n > 1 else np.nan
    return Moments(
        n=n,
        counts=np.full(count, n, dtype=np.int64),
        means=np.where(constant, table[0], means),
        covariance=products / below,
        constant=constant,
    )


def _pairwise(table: Floats) -> Moments:
    count = table.shape[1]
    there = ~np.isnan(table)
    counts = there.sum(axis=0)
    filled = np.where(there, table, 0.0)
    means = np.divide(filled.sum(axis=0), counts, out=np.full(count, np.nan), where=counts > 0)
    centre = np.where(counts > 0, means, 0.0)
    products, sums, both = (np.zeros((count, count)) for _ in range(3))
    for start in range(0, len(table), ROWS):
        known = there[start : start + ROWS]
        off = np.where(known, filled[start : start + ROWS] - centre, 0.0)
        flags = known.astype(float)
        products += off.T @ off
        sums += off.T @ flags
        both += flags.T @ flags
    lowest = np.where(there, table, np.inf).min(axis=0)
    highest = np.where(there, table, -np.inf).max(axis=0)
    constant = (counts == 0) | (lowest == highest)
    # Around the mean of those who answered both; `sums` holds them around the item's own mean.
    inner = products - np.divide(sums * sums.T, both, out=np.zeros_like(sums), where=both > 0)
    inner[constant], inner[:, constant] = 0.0, 0.0
    covariance = np.divide(inner, both - 1, out=np.full((count, count), np.nan), where=both > 1)
    return Moments(
        n=int(there.any(axis=1).sum()),
        counts=counts.astype(np.int64),
        means=np.where(constant & (counts > 0), lowest, means),
        covariance=covariance,
        constant=constant,
    )
