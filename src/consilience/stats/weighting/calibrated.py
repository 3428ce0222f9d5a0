"""What does an adjustment of weights give?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibrated:
    """What are the weights after an adjustment, and does it meet what was asked of it?

    Args:
        weights: (n,) adjusted weights, 0 or more unless linear calibration makes some negative;
            nan for rows that took no part.
        factors: (n,) adjusted over base weights; nan where the base weight is 0.
        misfit: largest distance of a weighted total from the one asked for, as a share.
        rounds: how many rounds were made.
        settled: whether the misfit is within tolerance.
        warnings: what a reader should know.
    """

    weights: Floats
    factors: Floats
    misfit: float
    rounds: int
    settled: bool
    warnings: tuple[Fault, ...] = ()


def base_weights(weights: ArrayLike | None, rows: int) -> Floats:
    """Which weights does an adjustment start from?

    Args:
        weights: (n,) finite and 0 or more, or None for 1 each.
        rows: n.

    Returns:
        (n,) weights.

    Raises:
        Fault: STA-002 for another shape, STA-003 for a weight that is negative or not finite.

    Example:
        >>> base_weights(None, 3)
        array([1., 1., 1.])
    """
    if weights is None:
        return np.ones(rows)
    given = np.asarray(weights, dtype=float)
    if given.shape != (rows,):
        raise Fault("STA-002", what="weights", shape=given.shape, wanted=f"one a row ({rows},)")
    wrong = ~(np.isfinite(given) & (given >= 0))
    if wrong.any():
        first = float(given[wrong][0])
        raise Fault("STA-003", what="a weight", value=first, wanted="finite weights, 0 or more")
    return given


def ratio(above: Floats, below: Floats) -> Floats:
    """What is above over below; nan where below is 0?

    Args:
        above: any shape.
        below: the same shape.

    Returns:
        The quotients.

    Example:
        >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
        array([0.5, nan])
    """
    divided: Floats = np.divide(
        above, below, out=np.full(np.shape(above), np.nan), where=below != 0
    )
    return divided


def sums_by(groups: Integers, values: Floats, count: int) -> Floats:
    """What is the sum in each group?

    Args:
        groups: (n,) group numbers, 0 or more.
        values: (n,).
        count: how many groups there are at least.

    Returns:
        (count,) sums.

    Example:
        >>> sums_by(np.array([0, 0, 2]), np.array([1.0, 2.0, 5.0]), 3).tolist()
        [3.0, 0.0, 5.0]
    """
    return np.asarray(np.bincount(groups, weights=values, minlength=count), dtype=float)
