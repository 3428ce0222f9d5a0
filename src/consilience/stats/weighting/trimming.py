"""How unequal are weights, and what do they become when the extreme ones are cut?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.weighting.calibrated import Calibrated, base_weights, ratio

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unequal:
    """What do unequal weights cost?

    Args:
        n: number of rows with a weight above 0.
        deff: design effect of weighting, 1 or more; nan without weights.
        effective_n: n / deff, the number of equally weighted answers worth as much.
        cv: coefficient of variation of the weights (divided by n, not n - 1).
        total: sum of the weights.
        range_ratio: greatest over least weight.
    """

    n: int
    deff: float
    effective_n: float
    cv: float
    total: float
    range_ratio: float


def kish(weights: ArrayLike) -> Unequal:
    """By how much do unequal weights inflate the variance of a mean?

    Args:
        weights: (n,) weights, 0 or more; rows with 0 or nan are not in the sample.

    Returns:
        deff = n sum(w^2) / sum(w)^2 = 1 + cv^2, and what goes with it.

    Raises:
        Fault: STA-003 for a negative weight.

    Source:
        Kish (1965), Survey Sampling, section 11.7; (1992), Journal of Official Statistics 8,
        183-200.

    Example:
        >>> cost = kish([1, 1, 2, 4])
        >>> cost.deff, round(cost.effective_n, 4)
        (1.375, 2.9091)
    """
    given = np.asarray(weights, dtype=float).ravel()
    held = base_weights(given[~np.isnan(given)], int((~np.isnan(given)).sum()))
    held = held[held > 0]
    n = len(held)
    if not n:
        nan = float("nan")
        return Unequal(n=0, deff=nan, effective_n=nan, cv=nan, total=0.0, range_ratio=nan)
    # As shares of the greatest, so that no square overflows.
    share = held / held.max()
    deff = n * float(share @ share) / float(share.sum()) ** 2
    return Unequal(
        n=n,
        deff=deff,
        effective_n=n / deff,
        cv=float(np.sqrt(max(deff - 1, 0.0))),
        total=float(held.sum()),
        range_ratio=float(1 / share.min()),
    )


def trim_weights(
    weights: ArrayLike,
    *,
    lower: float = 0.0,
    upper: float = np.inf,
    strict: bool = False,
    rounds: int = 1000,
) -> Calibrated:
    """What are the weights when the extreme ones are cut and the total is kept?

    Weights beyond a limit are set to it; what that takes away or adds is spread evenly, as an
    equal amount each, over the weights that were within the limits.

    Args:
        weights: (n,) weights, 0 or more.
        lower: least weight.
        upper: greatest weight.
        strict: repeat until no weight is beyond a limit: spreading may push others out.
        rounds: at most so many repetitions.

    Returns:
        The weights; `misfit` is what is missing of the total as a share, 0 but for rounding.

    Raises:
        Fault: STA-003 if the limits are the wrong way round; STA-083 if no weights within the
            limits have this total, or none is left to take up what was cut.

    Source:
        Potter (1990), A study of procedures to identify and trim extreme sampling weights;
        the rule of spreading is that of R's survey::trimWeights.

    Differs:
        Where every weight is beyond a limit, trimWeights sets each to its limit and changes the
        total; here those that were cut take it up within the limits.

    Example:
        >>> trim_weights([1, 1, 2, 16], upper=10).weights.tolist()
        [3.0, 3.0, 4.0, 10.0]
    """
    given = np.asarray(weights, dtype=float)
    base = base_weights(given, given.size)
    if not lower < upper:
        value = f"{lower:g} to {upper:g}"
        raise Fault("STA-003", what="limits", value=value, wanted="a lower below an upper limit")
    held, made, total = base, 0, float(base.sum())
    # Rounding of a spread amount is no reason for another round.
    slack = 1e-12 * max(1.0, float(base.max(initial=0.0)))
    if strict:
        _can_hold(base, lower, upper, slack)
    while made < rounds and _beyond(held, lower, upper, slack).any():
        held = _trimmed(held, lower, upper, slack)
        made += 1
        if not strict:
            break
    settled = not (strict and bool(_beyond(held, lower, upper, slack).any()))
    late = Fault("STA-005", what="trimming", rounds=made)
    return Calibrated(
        weights=held,
        factors=ratio(held, base),
        misfit=abs(float(held.sum()) - total) / total if total else 0.0,
        rounds=made,
        settled=settled,
        warnings=() if settled else (late,),
    )


def _beyond(weights: Floats, lower: float, upper: float, slack: float) -> NDArray[np.bool_]:
    return (weights < lower - slack) | (weights > upper + slack)


def _can_hold(weights: Floats, lower: float, upper: float, slack: float) -> None:
    count, total = len(weights), float(weights.sum())
    # An unlimited side times no weights is not a number.
    if count and not count * lower - slack <= total <= count * upper + slack:
        raise _cannot(weights, lower, upper)


def _trimmed(weights: Floats, lower: float, upper: float, slack: float) -> Floats:
    cut = np.clip(weights, lower, upper)
    rest = float(weights.sum() - cut.sum())
    takes = ~_beyond(weights, lower, upper, slack)
    if not takes.any():
        # Nobody was within: those at the other limit have room.
        takes = cut < upper if rest > 0 else cut > lower
    if takes.any():
        cut[takes] += rest / np.count_nonzero(takes)
    elif abs(rest) > slack:
        raise _cannot(weights, lower, upper)
    return np.asarray(cut)


def _cannot(weights: Floats, lower: float, upper: float) -> Fault:
    total = f"{float(weights.sum()):g}"
    return Fault("STA-083", count=len(weights), low=f"{lower:g}", high=f"{upper:g}", total=total)
