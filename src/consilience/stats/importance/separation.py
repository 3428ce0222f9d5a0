"""Do predictors part the outcome, so that no finite coefficient is most likely?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.importance.model_rows import ModelRows, model_rows

Floats = NDArray[np.float64]

# Margins below this are what the linear programme calls 0, columns having standard deviation 1.
_MARGIN: Final = 1e-5

OUTCOMES: Final = ("logit", "ordinal")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Separation:
    """Whether predictors part the outcome.

    Args:
        kind: `none`; `quasi` where some rows are foretold without error and the others lie on
            the border; `complete` where all are foretold.
        direction: (k,) coefficients along which the likelihood never falls, the largest 1 or -1,
            in units of a standard deviation of each column; 0 for `none`.
        share: share of the rows (by weight) that are foretold without error along it, 0 to 1.

    Example:
        >>> separation([0, 0, 1, 1], [1, 2, 3, 4]).kind
        'complete'
    """

    kind: str
    direction: Floats
    share: float


def separation(
    y: ArrayLike, X: ArrayLike, *, outcome: str = "logit", weights: ArrayLike | None = None
) -> Separation:
    """Do predictors part the outcome?

    Args:
        y: (n,) outcome, nan where missing.
        X: (n, k) predictors, nan where missing.
        outcome: `logit`, of two values, or `ordinal`, of ordered ones.
        weights: (n,) 0 or more; a row of weight 0 does not count.

    Returns:
        Whether and how; `none` for an outcome of fewer than two values.

    Raises:
        Fault: STA-001 for another outcome, STA-002 and STA-003 as `model_rows`; STA-003 for a
            logit of more than two values.

    Source:
        Albert and Anderson (1984), On the existence of maximum likelihood estimates in logistic
        regression models; Konis (2007), Linear programming algorithms for detecting separated
        data in binary logistic regression models, 4.2. For ordered outcomes the same programme
        over coefficients and thresholds (Haberman 1980, Agresti 2010, 3.4.5).

    Example:
        >>> separation([0, 0, 1, 1], [1, 2, 2, 4]).kind, separation([0, 1, 0, 1], [1, 2, 3, 4]).kind
        ('quasi', 'none')
    """
    if outcome not in OUTCOMES:
        raise Fault("STA-001", what="outcome", value=outcome, known=", ".join(OUTCOMES))
    rows = model_rows(y, X, weights=weights)
    if outcome == "logit" and len(rows.levels) > 2:
        value, wanted = f"of {len(rows.levels)} values", "an outcome of two values, or ordinal"
        raise Fault("STA-003", what="the outcome", value=value, wanted=wanted)
    k = rows.columns.shape[1]
    none = Separation(kind="none", direction=np.zeros(k), share=0.0)
    if len(rows.levels) < 2 or not k:
        return none
    margins, owner = _margins(rows)
    best = _widest(margins)
    if float((margins @ best).max()) <= _MARGIN:
        return none
    beside = _every_margin(margins)
    complete = beside is not None
    found = best if beside is None else beside
    slope = found[len(rows.levels) - 1 :]
    clear = np.ones(len(rows.weight), dtype=bool)
    np.logical_and.at(clear, owner, margins @ found > _MARGIN)
    return Separation(
        kind="complete" if complete else "quasi",
        direction=slope / max(float(np.abs(slope).max()), 1e-300),
        share=float(rows.weight[clear].sum() / rows.total),
    )


def parted(rows: ModelRows) -> bool:
    """Do the columns of these rows part their outcome, completely or not?

    Args:
        rows: of an outcome of two or more ordered values.

    Returns:
        Whether predictors part the outcome, completely or not.

    Source:
        See `separation`.

    Example:
        >>> parted(model_rows([0, 0, 1, 1], [1, 2, 2, 4])), parted(model_rows([0, 1, 0], [1, 2, 3]))
        (True, False)
    """
    if len(rows.levels) < 2 or not rows.columns.shape[1]:
        return False
    margins, _ = _margins(rows)
    return float((margins @ _widest(margins)).max()) > _MARGIN


def _margins(rows: ModelRows) -> tuple[Floats, NDArray[np.int64]]:
    """Return how far (thresholds, coefficients) put each row within its bounds; and the row.

    A row of level j has x b below threshold j and above threshold j - 1; the first and the last
    level have one bound.
    """
    bounds = len(rows.levels) - 1
    below = np.flatnonzero(rows.level < bounds)
    above = np.flatnonzero(rows.level > 0)
    owner = np.concatenate([below, above])
    threshold = np.concatenate([rows.level[below], rows.level[above] - 1])
    sign = np.concatenate([np.ones(len(below)), -np.ones(len(above))])
    found = np.zeros((len(owner), bounds + rows.columns.shape[1]))
    found[np.arange(len(owner)), threshold] = 1.0
    found[:, bounds:] = -rows.columns[owner]
    return found * sign[:, None], owner


def _widest(margins: Floats) -> Floats:
    """Return the direction with the largest sum of margins, none of them negative."""
    return _programme(-margins.sum(axis=0) / len(margins), -margins)


def _every_margin(margins: Floats) -> Floats | None:
    """Return a direction that leaves every row a margin, if there is one."""
    widened = np.column_stack([-margins, np.ones(len(margins))])
    aim = np.zeros(widened.shape[1])
    aim[-1] = -1.0
    found = _programme(aim, widened)
    return found[:-1] if found[-1] > _MARGIN else None


def _programme(aim: Floats, above: Floats) -> Floats:
    from scipy.optimize import linprog  # noqa: PLC0415  (half a second that few commands need)

    limits = np.zeros(len(above))
    found = linprog(aim, A_ub=above, b_ub=limits, bounds=(-1, 1), method="highs")
    # Staying where one is always is a solution, so there is none only if time ran out.
    return np.zeros(len(aim)) if found.x is None else np.asarray(found.x, dtype=float)
