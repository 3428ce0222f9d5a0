"""Which categories are exchanged by chance, so that none is sure and the shares stay?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exchanged:
    """What are the categories after exchange by chance, and by which chances?

    Args:
        codes: (n,) categories, -1 where missing.
        changed: (n,) whether the category is another than before.
        strata: the strata, ascending; 0 alone if there are none.
        matrices: (strata, c, c) the chance of each category (row) to be told as each (column).
        warnings: STA-128 if a share kept had to be raised.
    """

    codes: Integers
    changed: NDArray[np.bool_]
    strata: tuple[int, ...]
    matrices: Floats
    warnings: tuple[Fault, ...]


def invariant_matrix(frequencies: ArrayLike, *, keep: ArrayLike = 0.8) -> Floats:
    """Which chances of exchange keep each category with a given chance, and all shares expected?

    Of all matrices that do, it is the one that else prefers no pair: what is exchanged between
    two categories is the product of a number of each.

    Args:
        frequencies: (c,) how often each category is there, 0 or more.
        keep: the chance that a record keeps its category, 0 to 1, one for all or (c,). Where a
            category is so frequent that the others cannot take its place as often, more is kept.

    Returns:
        (c, c) chances, rows summing to 1, with frequencies times matrix the frequencies again.

    Raises:
        Fault: STA-002, STA-003 for shapes and values.

    Source:
        Gouweleeuw et al. (1998), Post randomisation for statistical disclosure control, Journal
        of Official Statistics 14, 463-478 (invariant PRAM). The flows are those of quasi-symmetry
        with an empty diagonal, solved for their margins.

    Differs:
        sdcMicro's pram draws a random matrix, makes it invariant in two stages and mixes it with
        the identity, so that its diagonal is not known beforehand.

    Example:
        >>> invariant_matrix([40, 40, 40], keep=0.8).round(3).tolist()
        [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]
    """
    counts = np.asarray(frequencies, dtype=float)
    if counts.ndim != 1:
        raise Fault("STA-002", what="frequencies", shape=counts.shape, wanted="one a category")
    if not (np.isfinite(counts) & (counts >= 0)).all():
        value, wanted = counts.tolist(), "finite numbers, 0 or more"
        raise Fault("STA-003", what="frequencies", value=value, wanted=wanted)
    leaving = _leaving(counts, _kept(keep, len(counts)))
    flows = _flows(leaving)
    there = counts > 0
    matrix = np.zeros((len(counts), len(counts)))
    matrix[there] = flows[there] / counts[there, None]
    np.fill_diagonal(matrix, 1 - matrix.sum(axis=1))
    return matrix


def _kept(keep: ArrayLike, categories: int) -> Floats:
    given = np.asarray(keep, dtype=float)
    if given.shape not in ((), (categories,)):
        wanted = f"one number, or ({categories},)"
        raise Fault("STA-002", what="keep", shape=given.shape, wanted=wanted)
    if not ((given >= 0) & (given <= 1)).all():
        raise Fault("STA-003", what="keep", value=given.tolist(), wanted="chances from 0 to 1")
    return np.broadcast_to(given, (categories,)).astype(float)


def _leaving(counts: Floats, keep: Floats) -> Floats:
    """Return how many leave each category: no more than come from all the others."""
    leaving = counts * (1 - keep)
    if len(leaving):
        most = int(np.argmax(leaving))
        leaving[most] = min(leaving[most], leaving.sum() - leaving[most])
    return leaving


def _flows(leaving: Floats) -> Floats:
    """Return flows x_i x_j between categories (0 within) that leave each as often as given.

    With X the sum of x, x_i (X - x_i) is what leaves i, so x_i is a root of a quadratic: the lower,
    save for the greatest, which may be the upper. One equation for X remains.
    """
    from scipy.optimize import brentq  # noqa: PLC0415  (half a second that few commands need)

    if leaving.sum() <= 0:
        return np.zeros((len(leaving), len(leaving)))
    share = leaving / leaving.sum()
    most = int(np.argmax(share))
    others = np.delete(share, most)
    if share[most] >= 0.5 - 1e-12:
        # All exchange is with the greatest one.
        flows = np.zeros((len(share), len(share)))
        flows[most] = flows[:, most] = leaving
        flows[most, most] = 0.0
        return flows
    least = 2 * float(np.sqrt(share[most]))
    upper = float(_lower(others, least).sum()) < least / 2

    def excess(total: float) -> float:
        lower = float(_lower(share[most], total))
        own = total - lower if upper else lower
        return float(_lower(others, total).sum()) + own - total

    # Towards infinity x_i is share / X, so that the excess has the sign of what is known there.
    high = 2 * least
    while (excess(high) < 0) == upper:
        high *= 2
    total = float(brentq(excess, least, high, xtol=1e-15, rtol=1e-15))
    root = _lower(share, total)
    if upper:
        root[most] = total - root[most]
    flows = np.outer(root, root)
    np.fill_diagonal(flows, 0.0)
    return np.asarray(flows * leaving.sum())


def _lower(share: Floats | float, total: float) -> Floats:
    # In the form that keeps its digits where the share is small.
    return np.asarray(2 * share / (total + np.sqrt(np.maximum(total**2 - 4 * share, 0.0))))


def pram(
    codes: ArrayLike,
    *,
    rng: np.random.Generator,
    keep: ArrayLike = 0.8,
    strata: ArrayLike | None = None,
) -> Exchanged:
    """What are the categories of records after some were exchanged by chance?

    Args:
        codes: (n,) category numbers 0, 1, ...; a negative one is missing and stays so.
        rng: where chance comes from.
        keep: the chance that a record keeps its category, 0 to 1, one for all or one a category.
        strata: (n,) whole numbers; shares are kept, and matrices made, within each. One for all if
            None.

    Returns:
        The categories, and the matrices by which analysts correct for the exchange. Within each
        stratum the expected frequencies are the observed ones.

    Raises:
        Fault: STA-002, STA-003 for shapes and values.

    Warns:
        STA-128 if a category keeps more than asked for, see `invariant_matrix`.

    Source:
        See `invariant_matrix`.

    Example:
        >>> rng = np.random.Generator(np.random.Philox(1))
        >>> found = pram([0, 1, 2] * 100, keep=0.7, rng=rng)
        >>> found.matrices[0].diagonal().round(3).tolist(), int(found.changed.sum())
        ([0.7, 0.7, 0.7], 87)
    """
    given, parts = _whole(codes, "codes"), np.zeros(np.shape(codes), dtype=np.int64)
    if strata is not None:
        parts = _whole(strata, "strata")
    if given.shape != parts.shape:
        raise Fault("STA-002", what="strata", shape=parts.shape, wanted=f"{given.shape}")
    given = np.maximum(given, -1)
    categories = int(given.max(initial=-1)) + 1
    kept = _kept(keep, categories)
    names = tuple(np.unique(parts).tolist()) if len(parts) else ()
    draws, found = rng.random(len(given)), given.copy()
    matrices, raised = np.empty((len(names), categories, categories)), set()
    for number, name in enumerate(names):
        rows = np.flatnonzero((parts == name) & (given >= 0))
        counts = np.bincount(given[rows], minlength=categories)
        matrices[number] = invariant_matrix(counts, keep=kept)
        more = matrices[number].diagonal() > kept + 1e-9
        raised.update(np.flatnonzero(more & (counts > 0)).tolist())
        found[rows] = _drawn(matrices[number], given[rows], draws[rows])
    named = ", ".join(f"category {each}" for each in sorted(raised))
    return Exchanged(
        codes=found,
        changed=found != given,
        strata=names,
        matrices=matrices,
        warnings=(Fault("STA-128", names=named),) if raised else (),
    )


def _whole(values: ArrayLike, what: str) -> Integers:
    given = np.asarray(values)
    if given.ndim != 1:
        raise Fault("STA-002", what=what, shape=given.shape, wanted="(rows,)")
    if given.size and given.dtype.kind not in "iu":
        raise Fault("STA-003", what=what, value="no whole number", wanted="whole numbers")
    return given.astype(np.int64)


def _drawn(matrix: Floats, codes: Integers, draws: Floats) -> Integers:
    found = codes.copy()
    # A last sum that rounds below 1 must not lead beyond the last category.
    sums = np.minimum(np.cumsum(matrix, axis=1), 1.0)
    for code in np.unique(codes).tolist():
        rows = codes == code
        last = int(np.flatnonzero(matrix[code] > 0)[-1])
        place = np.searchsorted(sums[code], draws[rows], side="right")
        found[rows] = np.minimum(place, last)
    return found
