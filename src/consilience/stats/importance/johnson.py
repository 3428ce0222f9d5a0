"""How much does each predictor contribute, by way of uncorrelated stand-ins for them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.importance.shares import variance_shares
from consilience.stats.importance.subsets import moments_of

Floats = NDArray[np.float64]

MISSING: Final = ("drop", "pairwise")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RelativeWeights:
    """Johnson's relative weights.

    Args:
        raw: (k,) 0 or more; they add up to R2. nan where columns determine each other, or one
            does not vary.
        rescaled: (k,) the same as shares, adding up to 1.
        sign: (k,) 1, 0 or -1, of the correlation with the outcome: the weights have none.
        r2: of the regression on all columns.
    """

    raw: Floats
    rescaled: Floats
    sign: Floats
    r2: float


def johnson_weights(
    y: ArrayLike,
    columns: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    missing: str = "drop",
) -> RelativeWeights:
    """How much does each predictor contribute, by Johnson's relative weights?

    Args:
        y: (n,) outcome, nan where missing.
        columns: (n, k) predictors, nan where missing.
        weights: (n,) of the cases, 0 or more.
        missing: `drop` cases with a missing value, or `pairwise`: each correlation from the
            cases that have both.

    Returns:
        The weights. They cost nothing and lie near general dominance; unlike that, they depend on
        the predictors one by one, so they are not for the levels of a factor.

    Raises:
        Fault: STA-001 for another word for `missing`, STA-002 for shapes that do not fit.

    Source:
        Johnson (2000), A heuristic method for estimating the relative weight of predictor
        variables in multiple regression, (4)-(8).

    Differs:
        R's rwa has the same raw weights, and rescales to 100; it uses pairwise correlations where
        values are missing. Thomas, Zumbo, Kwan and Schweitzer (2014) show that no theory
        supports the weights where predictors are correlated: prefer general dominance.

    Example:
        >>> x = np.array([[1, 1], [2, 1], [3, 2], [4, 2], [5, 3], [6, 5], [7, 4.0]])
        >>> found = johnson_weights([1, 2, 2, 4, 5, 6, 6.0], x)
        >>> found.raw.round(2).tolist(), round(found.r2, 2)
        ([0.53, 0.42], 0.95)
    """
    if missing not in MISSING:
        raise Fault("STA-001", what="missing", value=missing, known=", ".join(MISSING))
    outcome, given = np.asarray(y, dtype=float), np.asarray(columns, dtype=float)
    if outcome.ndim != 1 or given.ndim != 2 or len(given) != len(outcome):
        raise Fault("STA-002", what="columns", shape=given.shape, wanted="(cases, predictors)")
    weight = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != outcome.shape:
        raise Fault("STA-002", what="weights", shape=weight.shape, wanted="one a case")
    table = np.column_stack([outcome, given])
    weight = np.nan_to_num(weight)
    if missing == "drop":
        weight = np.where(np.isfinite(table).all(axis=1), weight, 0.0)
        return johnson_of_correlations(_correlations(table, weight))
    size = table.shape[1]
    matrix = np.eye(size)
    for one in range(size):
        for other in range(one):
            pair = _correlations(table[:, [one, other]], weight)
            matrix[one, other] = matrix[other, one] = pair[0, 1]
    return johnson_of_correlations(matrix)


def johnson_of_correlations(correlations: ArrayLike) -> RelativeWeights:
    """What are Johnson's relative weights, correlations being given?

    Args:
        correlations: (k + 1, k + 1) of the outcome, first, and the predictors; covariances do
            as well.

    Returns:
        The weights; nan where the predictors determine each other or one does not vary.

    Raises:
        Fault: STA-002 if the matrix is not square with at least two rows.

    Source:
        Johnson (2000), (4)-(8).

    Example:
        >>> found = johnson_of_correlations([[1, 0.6, 0.4], [0.6, 1, 0.5], [0.4, 0.5, 1]])
        >>> found.raw.round(3).tolist(), found.rescaled.round(2).tolist()
        ([0.287, 0.087], [0.77, 0.23])
    """
    matrix = np.asarray(correlations, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise Fault("STA-002", what="correlations", shape=matrix.shape, wanted="a square matrix")
    length = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    length = np.where(length > 0, length, np.nan)
    matrix = matrix / length / length[:, None]
    found = variance_shares(matrix)
    r2 = float(found.r2)
    scaled = found.johnson / r2 if r2 > 0 else np.full(len(found.johnson), np.nan)
    return RelativeWeights(raw=found.johnson, rescaled=scaled, sign=np.sign(matrix[1:, 0]), r2=r2)


def _correlations(table: Floats, weight: Floats) -> Floats:
    """Return correlations over complete rows with a weight; nan where undefined."""
    used = (weight > 0) & np.isfinite(table).all(axis=1)
    size = table.shape[1]
    if used.sum() < 2:
        return np.full((size, size), np.nan)
    moments = moments_of(table[used, 0], table[used, 1:], weights=weight[used])
    rounding = 1e-10 * np.maximum(np.abs(table[used]).max(axis=0), 1e-300)
    length = np.sqrt(np.diag(moments))
    length = np.where(length > rounding, length, np.nan)
    return np.asarray(moments / length / length[:, None])
