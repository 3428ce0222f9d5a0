"""Which predictor contributes more: in every subset, at every size, on average?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]

# Two contributions nearer than this are equal but for rounding.
EQUAL: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dominance:
    """What every player adds to a measure of fit, in three senses.

    Matrices have 1 where the player of the row dominates that of the column, 0 where it is the
    other way round, 0.5 where neither does.

    Args:
        general: (p,) mean contribution over all orders in which players could enter (LMG, the
            Shapley value); they add up to `fit` less `base`.
        conditional: (p, p) mean contribution of the player of the column to models that hold so
            many others as the row says, from 0 to p - 1.
        first: (p,) contribution to the model without any player.
        last: (p,) contribution beyond all others.
        complete_matrix: dominance in every subset of the others.
        complete_share: in which share of the subsets of the others the player of the row adds
            more than that of the column; nan on the diagonal.
        conditional_matrix: at every number of others.
        general_matrix: on average.
        fit: of the model with all players.
        base: of the model without any.
    """

    general: Floats
    conditional: Floats
    first: Floats
    last: Floats
    complete_matrix: Floats
    complete_share: Floats
    conditional_matrix: Floats
    general_matrix: Floats
    fit: float
    base: float


def dominance(fits: ArrayLike, *, players: int | None = None) -> Dominance:
    """Which player contributes more, and in which sense?

    Args:
        fits: (2 ** p,) a measure of fit by subset: bit i of the position is set where player i
            is in the model.
        players: p, if it is to be checked.

    Returns:
        Contributions and matrices; nan where a fit is nan.

    Raises:
        Fault: STA-002 if the number of fits is no power of 2, below 2, or not `2 ** players`.

    Source:
        Azen and Budescu (2003), The dominance analysis approach for comparing predictors in
        multiple regression, (1)-(3); Lindeman, Merenda and Gold (1980), p. 119, for the mean
        over orders.

    Differs:
        R's dominanceanalysis, domir and relaimpo's lmg agree. Equal contributions, but for
        rounding, dominate neither way; domir gives `complete_share` as its complete dominance.

    Example:
        >>> found = dominance(np.array([0.0, 0.36, 0.16, 0.52]))
        >>> found.general.round(2).tolist(), found.complete_matrix.tolist()
        ([0.36, 0.16], [[0.5, 1.0], [0.0, 0.5]])
    """
    values = np.asarray(fits, dtype=float)
    count = _players(values)
    if values.ndim != 1 or players not in (None, count):
        raise Fault("STA-002", what="fits", shape=values.shape, wanted="one fit a subset: 2 ** p")
    conditional = by_size(values)
    general = general_dominance(values)
    alone = 1 << np.arange(count)
    complete, share = complete_dominance(values)
    return Dominance(
        general=general,
        conditional=conditional,
        first=values[alone] - values[0],
        last=values[-1] - values[(len(values) - 1) ^ alone],
        complete_matrix=complete,
        complete_share=share,
        conditional_matrix=dominance_matrix(conditional),
        general_matrix=dominance_matrix(general[None]),
        fit=float(values[-1]),
        base=float(values[0]),
    )


def general_dominance(fits: Floats) -> Floats:
    """What does every player add, averaged over all orders in which players could enter?

    Args:
        fits: (..., 2 ** p) as for `dominance`; more dimensions in front are computed at once.

    Returns:
        (..., p) contributions.

    Raises:
        Fault: STA-002 if the number of fits is no power of 2, or below 2.

    Source:
        Shapley (1953); the weight of a subset of s others is s! (p - 1 - s)! / p!.

    Example:
        >>> general_dominance(np.array([0.0, 0.5, 0.5, 0.5])).tolist()
        [0.25, 0.25]
    """
    players = _players(fits)
    size = _sizes(players - 1)
    # 1 / (p times the number of subsets of the size): the mean over sizes of means.
    choose = np.cumprod([1.0, *[(players - 1 - s) / (s + 1) for s in range(players - 1)]])
    weight = (1 / (players * choose))[size]
    added = [_added(fits, player) @ weight for player in range(players)]
    return np.stack(added, axis=-1)


def by_size(fits: Floats) -> Floats:
    """What does every player add to models that hold so many others?

    Args:
        fits: (..., 2 ** p) as for `general_dominance`.

    Returns:
        (..., p, p) mean contribution: the row for the number of others, the column for the
        player (conditional dominance).

    Raises:
        Fault: STA-002 if the number of fits is no power of 2, or below 2.

    Example:
        >>> by_size(np.array([0.0, 0.5, 0.5, 0.5])).tolist()
        [[0.5, 0.5], [0.0, 0.0]]
    """
    players = _players(fits)
    count = np.bincount(_sizes(players - 1), minlength=players)
    added = [_sums_by_size(_added(fits, player)) / count for player in range(players)]
    return np.stack(added, axis=-1)


def complete_dominance(fits: Floats) -> tuple[Floats, Floats]:
    """Which player adds more than another in every subset of the others, or in how many?

    Args:
        fits: (..., 2 ** p) as for `general_dominance`.

    Returns:
        (..., p, p) 1 where the player of the row adds more in every subset, 0 where that of the
        column does, else 0.5; and (..., p, p) the share of subsets in which that of the row adds
        more, nan on the diagonal. nan where a fit is.

    Raises:
        Fault: STA-002 if the number of fits is no power of 2, or below 2.

    Example:
        >>> matrix, share = complete_dominance(np.array([0, 0.5, 0.3, 0.7, 0.2, 0.5, 0.6, 0.8]))
        >>> matrix[0].tolist(), share[0, 1:].tolist()
        ([0.5, 0.5, 1.0], [0.5, 1.0])
    """
    players = _players(fits)
    lead = fits.shape[:-1]
    found = np.full((*lead, players, players), 0.5)
    shares = np.full((*lead, players, players), np.nan)
    subsets = max(1, 1 << players >> 2)
    for one, other in combinations(range(players), 2):
        beyond = 1 << (players - 1 - other)
        split = fits.reshape(*lead, beyond, 2, 1 << (other - one - 1), 2, 1 << one)
        # The first bit from the left is that of `other`.
        apart = split[..., 0, :, 1, :] - split[..., 1, :, 0, :]
        lost = np.where(np.isnan(apart.sum(axis=(-3, -2, -1))), np.nan, 0.0)
        more = np.count_nonzero(apart > EQUAL, axis=(-3, -2, -1))
        less = np.count_nonzero(apart < -EQUAL, axis=(-3, -2, -1))
        level = np.where(more == subsets, 1.0, np.where(less == subsets, 0.0, 0.5)) + lost
        found[..., one, other], found[..., other, one] = level, 1 - level
        shares[..., one, other] = more / subsets + lost
        shares[..., other, one] = less / subsets + lost
    return found, shares


def dominance_matrix(contributions: Floats) -> Floats:
    """Which player contributes more at every level?

    Args:
        contributions: (..., levels, p).

    Returns:
        (..., p, p) 1 where the player of the row contributes more at every level, 0 where that of
        the column does, else 0.5; nan where a contribution is.

    Example:
        >>> dominance_matrix(np.array([[0.3, 0.2], [0.2, 0.1]])).tolist()
        [[0.5, 1.0], [0.0, 0.5]]
    """
    apart = contributions[..., :, None] - contributions[..., None, :]
    above, below = (apart > EQUAL).all(axis=-3), (apart < -EQUAL).all(axis=-3)
    found = np.where(above, 1.0, np.where(below, 0.0, 0.5))
    return np.where(np.isnan(apart).any(axis=-3), np.nan, found)


def _players(fits: Floats) -> int:
    count = fits.shape[-1] if fits.ndim else 0
    if count < 2 or count & (count - 1):
        raise Fault("STA-002", what="fits", shape=fits.shape, wanted="one fit a subset: 2 ** p")
    return count.bit_length() - 1


def _sizes(players: int) -> NDArray[np.int64]:
    """Return (2 ** players,) how many players are in each subset."""
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(players):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def _added(fits: Floats, player: int) -> Floats:
    """Return (..., 2 ** (p - 1)) what the player adds to every subset of the others."""
    half = fits.shape[-1] // 2
    split = fits.reshape(*fits.shape[:-1], half >> player, 2, 1 << player)
    return np.asarray((split[..., 1, :] - split[..., 0, :]).reshape(*fits.shape[:-1], half))


def _sums_by_size(values: Floats) -> Floats:
    """Return (..., players + 1) sums over the subsets of a size: values (..., 2 ** players)."""
    players = values.shape[-1].bit_length() - 1
    low = players // 2
    # A subset is a high and a low half: two small products instead of one pass a size.
    of_low, of_high = (np.eye(n + 1)[_sizes(n)] for n in (low, players - low))
    split = values.reshape(*values.shape[:-1], 1 << (players - low), 1 << low)
    both = of_high.T @ (split @ of_low)
    sums = np.zeros((*values.shape[:-1], players + 1))
    for size in range(low + 1):
        sums[..., size : size + players - low + 1] += both[..., size]
    return sums
