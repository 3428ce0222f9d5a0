"""What do protected data still tell of what the originals told?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.disclosure.suppression_matching import key_codes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def suppressed_shares(original: Sequence[ArrayLike], published: Sequence[ArrayLike]) -> Floats:
    """Which share of the cells that were there is no longer told, key by key?

    Args:
        original: for each key (n,) whole numbers; a negative one is missing.
        published: the same keys with more of them missing.

    Returns:
        (keys,) shares, 0 to 1; nan for a key that was always missing.

    Raises:
        Fault: STA-002, STA-003 for shapes and values.

    Example:
        >>> suppressed_shares([[0, 1, -1, 1]], [[0, -1, -1, 1]]).round(3).tolist()
        [0.333]
    """
    before, after = _both(original, published)
    there = (before >= 0).sum(axis=0)
    gone = ((before >= 0) & (after < 0)).sum(axis=0)
    return np.asarray(np.divide(gone, there, out=np.full(len(there), np.nan), where=there > 0))


def entropy_loss(original: Sequence[ArrayLike], published: Sequence[ArrayLike]) -> Floats:
    """Which share of what each key told can no longer be told from what is published?

    A cell loses -log2 of the share that its original has among those published alike, and a
    suppressed one that of its share among all; what there was to lose is the key's entropy.

    Args:
        original: for each key (n,) whole numbers; a negative one is missing and loses nothing.
        published: the same keys suppressed, recoded or exchanged.

    Returns:
        (keys,) shares, 0 for nothing to 1 for all; nan for a key that told nothing.

    Raises:
        Fault: STA-002, STA-003 for shapes and values.

    Source:
        Non-uniform entropy: de Waal and Willenborg (1999), Information loss through global
        recoding and local suppression, Netherlands Official Statistics 14, 17-20.

    Example:
        >>> entropy_loss([[0, 1, 2, 3], [0, 1, 0, 1]], [[0, 0, 1, 1], [0, 1, -1, 1]]).tolist()
        [0.5, 0.25]
    """
    before, after = _both(original, published)
    return np.array([_bits_lost(*each) for each in zip(before.T, after.T, strict=True)])


def _bits_lost(before: Integers, after: Integers) -> float:
    was, now = before[before >= 0], after[before >= 0]
    value, counts = _numbered(was)
    if len(counts) < 2:
        return float("nan")
    told, groups = _numbered(now)
    _, pair, alike = np.unique(value * len(groups) + told, return_inverse=True, return_counts=True)
    share = np.where(now < 0, counts[value] / len(was), alike[pair] / groups[told])
    whole = -np.log2(counts[value] / len(was)).sum()
    # No cell loses is 0, and not -0.
    return float(-np.log2(share).sum() / whole) + 0.0


def _numbered(codes: Integers) -> tuple[Integers, Integers]:
    _, number, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return number, counts


def il1s(original: ArrayLike, protected: ArrayLike) -> float:
    """How far are numbers moved on average, in standard deviations?

    Args:
        original: (n, p) numbers, or (n,); nan where missing.
        protected: the same after protection. Cells missing in either are not compared.

    Returns:
        Mean of |x - x'| / (sqrt(2) s) over cells, s the standard deviation of the column's
        original (n - 1); nan if nothing can be compared. A column that does not vary is left out.

    Raises:
        Fault: STA-002 if the shapes differ.

    Source:
        IL1s: Yancey, Winkler and Creecy (2002), Disclosure risk assessment in perturbative
        microdata protection, in Inference Control in Statistical Databases, 135-152.

    Differs:
        Programs also give the sum over cells; this is the mean, which compares between tables.

    Example:
        >>> round(il1s([1, 2, 3, 4], [1.5, 1.5, 3.5, 3.5]), 4)
        0.2739
    """
    before, after = _tables(original, protected)
    moved = []
    for was, now in zip(before.T, after.T, strict=True):
        there = was[~np.isnan(was)]
        spread = float(there.std(ddof=1)) if len(there) > 1 else 0.0
        if spread > 0:
            moved.append(np.abs(was - now) / (np.sqrt(2) * spread))
    cells = np.concatenate(moved) if moved else np.empty(0)
    cells = cells[~np.isnan(cells)]
    return float(cells.mean()) if len(cells) else float("nan")


def margin_distances(original: Sequence[ArrayLike], published: Sequence[ArrayLike]) -> Floats:
    """How unlike are the shares of each key's categories before and after?

    Args:
        original: for each key (n,) whole numbers; a negative one is missing.
        published: the same keys, of as many or other records. Missing ones are not compared.

    Returns:
        (keys,) Hellinger distances, 0 for the same shares to 1 for no category in common; nan
        where all are missing.

    Raises:
        Fault: STA-002, STA-003 for shapes and values.

    Source:
        Hellinger's distance sqrt(1 - sum sqrt(p q)), as in Shlomo (2010), Releasing microdata,
        Journal of Privacy and Confidentiality 2, 73-91.

    Example:
        >>> margin_distances([[0, 0, 1, 1], [0, 0, 0, 0]], [[0, 0, 0, 0], [1, 1, 1, 1]]).round(3)
        array([0.541, 1.   ])
    """
    before, after = key_codes(original), key_codes(published)
    if before.shape[1] != after.shape[1]:
        shape, wanted = (after.shape[1],), f"({before.shape[1]},) keys"
        raise Fault("STA-002", what="published", shape=shape, wanted=wanted)
    return np.array([_hellinger(*each) for each in zip(before.T, after.T, strict=True)])


def _hellinger(before: Integers, after: Integers) -> float:
    was, now = before[before >= 0], after[after >= 0]
    if not len(was) or not len(now):
        return float("nan")
    _, number = np.unique(np.concatenate([was, now]), return_inverse=True)
    size = int(number.max()) + 1
    p = np.bincount(number[: len(was)], minlength=size) / len(was)
    q = np.bincount(number[len(was) :], minlength=size) / len(now)
    return float(np.sqrt(max(0.0, 1 - float(np.sqrt(p * q).sum()))))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CorrelationChange:
    """How far did correlations move?

    Args:
        changes: (p, p) protected less original; nan where one cannot be computed.
        mean: mean of their absolute values over pairs of columns; nan without any.
        largest: the largest of them; nan without any.
    """

    changes: Floats
    mean: float
    largest: float


def correlation_change(original: ArrayLike, protected: ArrayLike) -> CorrelationChange:
    """How far did the correlations of numbers move?

    Args:
        original: (n, p) numbers, 2 columns or more; nan where missing.
        protected: the same after protection. Each table is used where all its numbers are there.

    Returns:
        The changes of Pearson's correlation.

    Raises:
        Fault: STA-002 for shapes.

    Example:
        >>> found = correlation_change([[1, 1], [2, 2], [3, 3]], [[1, 1], [2, 3], [3, 2]])
        >>> found.changes.round(2).tolist(), round(found.largest, 2)
        ([[0.0, -0.5], [-0.5, 0.0]], 0.5)
    """
    before, after = _tables(original, protected)
    if before.shape[1] < 2:
        raise Fault("STA-002", what="original", shape=before.shape, wanted="2 columns or more")
    changes = _correlations(after) - _correlations(before)
    pairs = np.abs(changes[np.triu_indices(before.shape[1], 1)])
    pairs = pairs[~np.isnan(pairs)]
    none = float("nan")
    return CorrelationChange(
        changes=changes,
        mean=float(pairs.mean()) if len(pairs) else none,
        largest=float(pairs.max()) if len(pairs) else none,
    )


def _correlations(table: Floats) -> Floats:
    whole = table[~np.isnan(table).any(axis=1)]
    if len(whole) < 2:
        return np.full((table.shape[1],) * 2, np.nan)
    off = whole - whole.mean(axis=0)
    spread = np.sqrt((off**2).sum(axis=0))
    scaled = np.divide(off, spread, out=np.full(off.shape, np.nan), where=spread > 0)
    return np.asarray(scaled.T @ scaled)


def _both(
    original: Sequence[ArrayLike], published: Sequence[ArrayLike]
) -> tuple[Integers, Integers]:
    before, after = key_codes(original), key_codes(published)
    if before.shape != after.shape:
        shape, wanted = after.shape[::-1], f"{before.shape[::-1]}"
        raise Fault("STA-002", what="published", shape=shape, wanted=wanted)
    return before, after


def _tables(original: ArrayLike, protected: ArrayLike) -> tuple[Floats, Floats]:
    before, after = np.asarray(original, dtype=float), np.asarray(protected, dtype=float)
    if before.shape != after.shape or before.ndim not in (1, 2):
        wanted = f"(rows,) or (rows, columns), as the original {before.shape}"
        raise Fault("STA-002", what="protected", shape=after.shape, wanted=wanted)
    if before.ndim == 1:
        return before[:, None], after[:, None]
    return before, after
