"""How well does every subset of predictors predict, by linear regression?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Players = Sequence[Sequence[int]]

# With more players than this a subset fit each would take minutes and gigabytes.
MOST_PLAYERS: Final = 24

# A predictor of which the others leave less than this share of its variance adds nothing that is
# more than rounding.
PIVOT: Final = 1e-10

# A column that departs from its mean by less than this share of its size does not vary.
ROUNDING: Final = 1e-13

# How many subsets times replicates are settled at once.
BLOCK: Final = 1 << 15


def linear_fits(moments: Floats, *, players: Players, always: Sequence[int] = ()) -> Floats:
    """How much of the outcome's variance does every subset of predictors explain?

    Args:
        moments: (..., k + 1, k + 1) correlations or covariances, the outcome first, then the
            columns; more dimensions in front are computed at once.
        players: columns (0 to k - 1) of each predictor or group of predictors.
        always: columns that stand in every model.

    Returns:
        (..., 2 ** players) R2 by subset: bit i of the position is set where player i is in the
        model; position 0 is the model of the columns in `always` alone. Never falls as players
        are added; nan where the outcome does not vary.

    Raises:
        Fault: STA-003 for more than 24 players.

    Source:
        A tree of pivots (sweeps) on the matrix of moments: each step settles one player, with a
        branch that has it in the model and one that drops it, so that the matrices shrink as the
        branches double (Furnival 1971, All possible regressions with less computation).

    Differs:
        relaimpo solves each subset anew; figures agree to 1e-8 and better. A predictor that others
        in the model determine (less than 1e-10 of its variance left) adds nothing there.

    Example:
        >>> moments = np.array([[1.0, 0.6, 0.4], [0.6, 1.0, 0.0], [0.4, 0.0, 1.0]])
        >>> linear_fits(moments, players=[[0], [1]]).round(2).tolist()
        [0.0, 0.36, 0.16, 0.52]
    """
    if len(players) > MOST_PLAYERS:
        wanted = f"at most {MOST_PLAYERS}, by taking predictors together as groups"
        raise Fault("STA-003", what="the number of predictors", value=len(players), wanted=wanted)
    shape, size = moments.shape[:-2], moments.shape[-1]
    flat = np.array(moments, dtype=float).reshape(-1, size, size)
    spread = np.sqrt(np.maximum(np.einsum("mii->mi", flat), 0.0))
    scale = np.where(spread > 0, spread, 1.0)
    flat = flat / (scale[:, :, None] * scale[:, None, :])
    wide = max(0, min(len(players), BLOCK.bit_length() - 1))
    entering = [*reversed(players[wide:]), *players[:wide]]
    columns = [*always, *[column for player in entering for column in player]]
    order = [*[column + 1 for column in columns], 0]
    flat = np.ascontiguousarray(flat[:, order][:, :, order].transpose(1, 2, 0))
    found = np.empty((len(spread), 1 << len(players)))
    step = max(1, BLOCK >> wide)
    for start in range(0, len(spread), step):
        part = flat[:, :, start : start + step]
        rows = [part[at, at:, :, None] for at in range(len(order))]
        rows = _pivoted(rows, len(always))
        widths = [len(player) for player in entering]
        _settle(rows, widths, len(players) - wide, found[start : start + step])
    np.clip(found, 0.0, 1.0, out=found)
    np.subtract(1.0, found, out=found)
    found[spread[:, 0] == 0] = np.nan
    return found.reshape(*shape, -1)


def _settle(rows: list[Floats], widths: list[int], deep: int, found: Floats) -> None:
    """Write what every subset leaves of the outcome's variance.

    Args:
        rows: upper triangle, by row, of the moments of the players' columns and, last, the
            outcome: row i has shape (columns - i, m, branches).
        widths: how many columns each player has, in that order.
        deep: how many players, those of the highest bits, are settled one branch at a time, so
            that what is held at once fits into fast memory.
        found: (m, 2 ** players), filled.
    """
    if deep:
        half, width = found.shape[1] // 2, widths[0]
        _settle(rows[width:], widths[1:], deep - 1, found[:, :half])
        _settle(_pivoted(rows, width), widths[1:], deep - 1, found[:, half:])
        return
    for width in widths:
        inside = _pivoted(rows, width)
        rows = [np.concatenate(both, axis=2) for both in zip(rows[width:], inside, strict=True)]
    found[:] = rows[0][0]


def _pivoted(rows: list[Floats], times: int = 1) -> list[Floats]:
    """Return the moments left once so many columns from the front are in the model; they leave."""
    for _ in range(times):
        first, *rest = rows
        # Moments are of columns of length 1, so a pivot is the share that other columns leave.
        step = np.divide(1.0, first[0], out=np.zeros_like(first[0]), where=first[0] > PIVOT)
        scaled = first[1:] * step
        rows = [row - scaled[at] * first[at + 1 :] for at, row in enumerate(rest)]
    return rows


def moments_of(y: Floats, columns: Floats, *, weights: Floats | None = None) -> Floats:
    """How do the outcome and the columns vary together?

    Args:
        y: (n,) outcome.
        columns: (n, k) predictors.
        weights: (n,) 0 or more; 1 each if None.

    Returns:
        (k + 1, k + 1) covariances, the outcome first, divided by the sum of the weights; exactly
        0 for what does not vary.

    Example:
        >>> moments_of(np.array([1.0, 2.0, 3.0]), np.array([[1.0], [2.0], [3.0]])).round(3).tolist()
        [[0.667, 0.667], [0.667, 0.667]]
    """
    table = np.column_stack([y, columns])
    weight = np.ones(len(table)) if weights is None else weights
    total = weight.sum()
    middle = weight @ table / total
    off = table - middle
    # Shifted twice: the mean of large numbers is rounded.
    off = off - weight @ off / total
    # What is left of a column of one value is rounding of its mean.
    off = np.where(np.abs(off).max(axis=0) > ROUNDING * np.abs(table).max(axis=0), off, 0.0)
    return np.asarray((off * weight[:, None]).T @ off / total)
