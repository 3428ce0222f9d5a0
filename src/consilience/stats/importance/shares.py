"""Other ways to share out the variance explained by a linear regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]

# An eigenvalue of the correlations below this is nothing: predictors determine each other.
SINGULAR: Final = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """Shares of the variance explained, by column; all nan where columns determine each other.

    Further dimensions stand in front where there were several matrices.

    Args:
        betasq: (k,) squared standardised coefficients; they add up to nothing in particular.
        pratt: (k,) coefficient times correlation; they add up to R2, and may be negative.
        car: (k,) squared correlation-adjusted correlations; they add up to R2.
        johnson: (k,) relative weights of Johnson, the same as the measure of Genizi; they add up
            to R2.
        r2: () of the model with all columns.
    """

    betasq: Floats
    pratt: Floats
    car: Floats
    johnson: Floats
    r2: Floats


def variance_shares(correlations: Floats) -> Shares:
    """How do simpler measures share out the variance explained?

    Args:
        correlations: (..., k + 1, k + 1) the outcome first, then the columns; more dimensions in
            front are computed at once.

    Returns:
        The shares. Only LMG (`consilience.stats.importance.dominance`) has an argument for why a
        share is fair; these are quick, and known to readers.

    Raises:
        Fault: STA-002 if the matrix is not square with at least two rows.

    Source:
        Johnson (2000), A heuristic method for estimating the relative weight of predictor
        variables in multiple regression, (4)-(8); Genizi (1993); Pratt (1987); Zuber and
        Strimmer (2011) for CAR scores.

    Differs:
        relaimpo's genizi, car, pratt and betasq, and rwa's raw weights, agree to rounding.

    Example:
        >>> found = variance_shares(np.array([[1, 0.6, 0.4], [0.6, 1, 0.5], [0.4, 0.5, 1]]))
        >>> found.johnson.round(3).tolist(), round(float(found.r2), 3)
        ([0.287, 0.087], 0.373)
    """
    matrix = np.asarray(correlations, dtype=float)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2] or matrix.shape[-1] < 2:
        raise Fault("STA-002", what="correlations", shape=matrix.shape, wanted="a square matrix")
    known = np.isfinite(matrix).all(axis=(-2, -1))
    safe = np.where(known[..., None, None], matrix, np.eye(matrix.shape[-1]))
    to = safe[..., 1:, :1]
    values, vectors = np.linalg.eigh(safe[..., 1:, 1:])
    known &= values[..., 0] > SINGULAR
    values = np.where(known[..., None], values, 1.0)[..., None, :]
    turned = vectors.swapaxes(-1, -2)
    root = (vectors * np.sqrt(values)) @ turned
    whitened = (vectors / np.sqrt(values)) @ turned @ to
    beta = (vectors / values) @ turned @ to
    lost = np.where(known, 0.0, np.nan)
    return Shares(
        betasq=(beta**2)[..., 0] + lost[..., None],
        pratt=(beta * to)[..., 0] + lost[..., None],
        car=(whitened**2)[..., 0] + lost[..., None],
        johnson=(root**2 @ whitened**2)[..., 0] + lost[..., None],
        r2=(beta * to).sum(axis=(-2, -1)) + lost,
    )


def beyond(moments: Floats, always: Sequence[int]) -> tuple[Floats, Floats]:
    """What is left of the moments once some columns are in the model?

    Args:
        moments: (..., k + 1, k + 1) covariances or correlations, the outcome first, then the
            columns.
        always: the columns (0 to k - 1) in the model.

    Returns:
        (..., r + 1, r + 1) correlations of what they leave of the outcome and the other r
        columns, in order; (...) the share of the outcome's variance that they leave. A column
        that they determine, and one that does not vary, has nan.

    Source:
        Partial covariance. Shares of it, times the share left, add up to what the other columns
        explain beyond those in the model.

    Differs:
        relaimpo's `always` adjusts in the same way.

    Example:
        >>> left, share = beyond(np.array([[1, 0.6, 0.4], [0.6, 1, 0.5], [0.4, 0.5, 1]]), [0])
        >>> left.round(3).tolist(), round(float(share), 2)
        ([[1.0, 0.144], [0.144, 1.0]], 0.64)
    """
    whole = np.sqrt(np.maximum(np.einsum("...ii->...i", moments), 0.0))
    whole = np.where(whole > 0, whole, np.nan)
    rest = moments / whole[..., :, None] / whole[..., None, :]
    held = [column + 1 for column in always]
    for place in held:
        pivot = rest[..., place, place]
        known = pivot > SINGULAR
        step = np.divide(1.0, pivot, out=np.zeros_like(pivot), where=known)
        # A column that does not vary takes nothing away.
        column = np.nan_to_num(rest[..., :, place])
        rest = rest - step[..., None, None] * column[..., :, None] * column[..., None, :]
    kept = [at for at in range(moments.shape[-1]) if at not in held]
    rest = rest[..., kept, :][..., :, kept]
    left = np.einsum("...ii->...i", rest)
    length = np.sqrt(np.where(left > SINGULAR, left, np.nan))
    return rest / length[..., :, None] / length[..., None, :], left[..., 0]
