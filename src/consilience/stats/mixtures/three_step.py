"""What is known of the membership of each unit once it was assigned, errors and all?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import chi2_tail
from consilience.stats.mixtures.classification import (
    assigned_to,
    check_posterior,
    classification_quality,
)
from consilience.stats.resample import Streams, blocks, bootstrap_weights

Floats = NDArray[np.float64]

METHODS: Final = ("BCH", "ML", "none")

# Condition of the matrix of errors above which undoing them would only multiply noise.
_WORST: Final = 1e8
_BLOCK: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Members:
    """Assignments and how far they can be trusted.

    Args:
        posterior: (units, k) probabilities, 0 for a unit that has none.
        assigned: (units, k) share of each unit assigned to each profile.
        errors: (k, k) probability of being assigned to each profile (column) for a member of
            one (row).
        unmixed: (units, k) weights that undo the errors, rows with the sum 1, some negative.
        weights: (units,) how often each unit counts.
        lack: why errors cannot be undone, "" if they can.
    """

    posterior: Floats
    assigned: Floats
    errors: Floats
    unmixed: Floats
    weights: Floats
    lack: str


def members(
    posterior: ArrayLike, *, method: str, assignment: str, weights: ArrayLike | None
) -> Members:
    """Who was assigned where, with which probability wrongly?

    Args:
        posterior: (units, k) probabilities.
        method: `BCH`, `ML`, or `none`, which takes assignments for memberships.
        assignment: `modal` or `proportional`.
        weights: (units,) or None.

    Returns:
        The assignments and the weights of Bolck, Croon and Hagenaars (2004), W D^-1.

    Raises:
        Fault: STA-001, STA-002 and STA-003 as `classification_quality`; STA-001 for another
            method.
    """
    if method not in METHODS:
        raise Fault("STA-001", what="method", value=method, known=", ".join(METHODS))
    errors = classification_quality(posterior, assignment=assignment, weights=weights).errors
    table, counts = check_posterior(posterior, weights)
    given = np.where(counts[:, None] > 0, assigned_to(table, assignment), 0.0)
    if method == "none":
        errors = np.eye(len(errors))
    lack, inverse = "", np.asarray(np.eye(len(errors)))
    if np.isnan(errors).any():
        lack = "a profile has no members"
    elif np.linalg.cond(errors) > _WORST:
        lack = "assignments tell nothing of some profile"
    else:
        inverse = np.asarray(np.linalg.inv(errors))
    return Members(
        posterior=table,
        assigned=given,
        errors=errors,
        unmixed=given @ inverse,
        weights=counts,
        lack=lack,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wald:
    """A test that several quantities are 0.

    Args:
        statistic: the Wald statistic; nan where the covariance allows no test.
        df: degrees of freedom.
        p: its tail of the chi-squared distribution.
    """

    statistic: float
    df: int
    p: float


def wald(estimates: Floats, covariance: Floats) -> Wald:
    """Are all of these 0, but for chance?

    Args:
        estimates: (q,) quantities.
        covariance: (q, q) their covariance.

    Returns:
        The test; nan if the covariance is singular or has no number.

    Example:
        >>> test = wald(np.array([1.96]), np.array([[1.0]]))
        >>> round(test.statistic, 2), test.df, round(test.p, 3)
        (3.84, 1, 0.05)
    """
    df, statistic = len(estimates), float("nan")
    if df and np.isfinite(covariance).all() and np.isfinite(estimates).all():
        scale = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
        if scale.min() > 0:
            scaled = covariance / scale[:, None] / scale
            if np.linalg.eigvalsh(scaled)[0] > 1e-10:
                z = estimates / scale
                statistic = float(z @ np.linalg.solve(scaled, z))
    return Wald(statistic=statistic, df=df, p=float(chi2_tail(statistic, df)))


def contrasts(profiles: int, each: int) -> Floats:
    """Which differences are 0 when all profiles are alike?

    Args:
        profiles: k.
        each: how many quantities a profile has.

    Returns:
        ((k - 1) each, k each): every profile less the last.
    """
    against = np.hstack([np.eye(profiles - 1), -np.ones((profiles - 1, 1))])
    return np.asarray(np.kron(against, np.eye(each)), dtype=np.float64)


def bootstrap_covariance(
    estimate: Callable[[Floats], Floats], weights: Floats, *, replicates: int, streams: Streams
) -> tuple[Floats, int]:
    """How would estimates vary if other units had been drawn?

    Args:
        estimate: from (units,) weights to (q,) estimates.
        weights: (units,) as they are; units of weight 0 are never drawn.
        replicates: how many samples, 2 or more.
        streams: the random stream of a block of 100 samples, by its number.

    Returns:
        (q, q) covariance over samples, and how many had no estimate and were left out.

    Source:
        Efron (1979). The profiles themselves are not fitted anew: membership probabilities
        count as given.
    """
    drawn = np.flatnonzero(weights > 0)
    found = []
    for number, size in blocks(replicates, size=_BLOCK):
        counts = bootstrap_weights(streams(number), units=len(drawn), replicates=size)
        for count in counts:
            again = np.zeros_like(weights)
            again[drawn] = count * weights[drawn]
            found.append(estimate(again))
    table = np.array(found)
    kept = table[~np.isnan(table).any(axis=1)]
    lost, size = len(table) - len(kept), table.shape[1]
    covariance: Floats = np.full((size, size), np.nan, dtype=np.float64)
    if len(kept) > 1:
        off = kept - kept.mean(axis=0)
        covariance = np.asarray(off.T @ off / (len(kept) - 1))
    return covariance, lost
