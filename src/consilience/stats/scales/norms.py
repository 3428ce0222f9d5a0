"""Where does a score stand among those of a norm group (T-scores, percentiles, tables)?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import normal_tail

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

BETWEEN: Final = ("interpolate", "nearest", "lower")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TScores:
    """Where scores stand in a norm group, of the shape of the scores.

    Args:
        z: distance from the norm mean in norm standard deviations.
        t: 50 + 10 z.
        percentile: per cent of a normal norm group that lies below, 0-100.

    Example:
        >>> float(t_scores(3.0, 3.0, 0.5).t)
        50.0
    """

    z: Floats
    t: Floats
    percentile: Floats


def t_scores(raw: ArrayLike, norm_mean: ArrayLike, norm_sd: ArrayLike) -> TScores:
    """Where does a score stand among those of a norm group?

    Args:
        raw: scores, of any shape that goes with the norms; nan where missing.
        norm_mean: mean of the norm group, in the units of the scores; one number, or one a
            scale for scores of (people, scales).
        norm_sd: its standard deviation, of what is being compared: of persons for persons, of
            units for units.

    Returns:
        T = 50 + 10 (raw - mean) / sd, not rounded; nan for nan and for a standard deviation not
        above 0.

    Source:
        McCall (1922), How to measure in education, for the scale; here linear, without making
        the norm group normal first. Percentiles rest on normality.

    Example:
        >>> found = t_scores([3.0, 3.5, 2.0], 3.0, 0.5)
        >>> found.t.tolist(), found.percentile.round(1).tolist()
        ([50.0, 60.0, 30.0], [50.0, 84.1, 2.3])
    """
    score, mean, sd = np.broadcast_arrays(
        *[np.asarray(each, dtype=float) for each in (raw, norm_mean, norm_sd)]
    )
    z: Floats = np.divide(score - mean, sd, out=np.full(score.shape, np.nan), where=sd > 0)
    return TScores(z=z, t=50 + 10 * z, percentile=100 * normal_tail(-z))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LookedUp:
    """What a norm table says of scores, of their shape.

    Args:
        values: nan for nan; outside the table, that of its end.
        outside: whether the score lies outside the table.

    Example:
        >>> look_up([9.0], steps=[1, 2], values=[40, 60]).outside.tolist()
        [True]
    """

    values: Floats
    outside: Booleans


def look_up(
    raw: ArrayLike, *, steps: ArrayLike, values: ArrayLike, between: str = "interpolate"
) -> LookedUp:
    """What does a norm table with steps say of a score?

    Args:
        raw: scores of any shape, nan where missing.
        steps: (k,) raw scores of the table, rising.
        values: (k,) what it gives for them: T-scores, percentiles.
        between: for a score between two steps: `interpolate` in a straight line; `nearest`
            takes the nearer step, the higher of two equally near; `lower` the step below.

    Returns:
        The values, and which scores lie outside the table; they get that of its nearest end.

    Raises:
        Fault: STA-001 for another `between`, STA-002 if there is not one value a step, STA-003
            if the steps do not rise, STA-004 for an empty table.

    Example:
        >>> look_up([1.5, 2.0, 0.0], steps=[1, 2, 3], values=[40, 50, 55]).values.tolist()
        [45.0, 50.0, 40.0]
    """
    if between not in BETWEEN:
        raise Fault("STA-001", what="rule between steps", value=between, known=", ".join(BETWEEN))
    at, held = np.asarray(steps, dtype=float), np.asarray(values, dtype=float)
    if at.ndim != 1 or at.shape != held.shape:
        raise Fault("STA-002", what="values", shape=held.shape, wanted="one value a step")
    if not len(at):
        raise Fault("STA-004", what="a norm table", least=1, count=0)
    if not (np.diff(at) > 0).all():
        raise Fault("STA-003", what="steps", value=at.tolist(), wanted="steps that rise")
    score = np.asarray(raw, dtype=float)
    known = ~np.isnan(score)
    inside = np.clip(np.where(known, score, at[0]), at[0], at[-1])
    if between == "interpolate":
        found = np.interp(inside, at, held)
    elif between == "lower":
        found = held[np.searchsorted(at, inside, side="right") - 1]
    else:
        found = held[np.searchsorted((at[:-1] + at[1:]) / 2, inside, side="right")]
    return LookedUp(
        values=np.where(known, found, np.nan),
        outside=known & ((score < at[0]) | (score > at[-1])),
    )
