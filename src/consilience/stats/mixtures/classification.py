"""How surely are units put into profiles?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]

ASSIGNMENTS: Final = ("modal", "proportional")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classification:
    """How memberships and assignments go together.

    Args:
        shares: (k,) mean posterior probabilities.
        assigned: (k,) shares of units assigned to each profile.
        average: (k, k) mean posterior probability of each profile (column) among the units
            assigned to one (row); the diagonal is the average posterior probability. nan where
            nobody was assigned.
        errors: (k, k) probability of being assigned to each profile (column) for a unit that
            belongs to one (row), each row with the sum 1; the matrix D of Bolck, Croon and
            Hagenaars.
        odds: (k,) odds of correct classification, those of the average posterior probability
            over those of the share; above 5 is taken for good (Nagin 2005). inf without error.
        entropy: relative entropy, 0 to 1; nan for one profile.
        wrong: expected share of units assigned to another profile than their own.
    """

    shares: Floats
    assigned: Floats
    average: Floats
    errors: Floats
    odds: Floats
    entropy: float
    wrong: float


def classification_quality(
    posterior: ArrayLike,
    *,
    assignment: str = "modal",
    weights: ArrayLike | None = None,
) -> Classification:
    """How sure is the assignment to each profile, and how often is it wrong?

    Args:
        posterior: (units, k) probabilities, rows with the sum 1; rows with nan are left out.
        assignment: `modal`, to the most probable profile; or `proportional`, to each profile
            by its probability.
        weights: (units,) how often each unit counts; 1 if None.

    Returns:
        Averages, errors and odds; nan where a profile has nobody.

    Raises:
        Fault: STA-001 for another assignment; STA-002 if shapes do not fit; STA-003 if rows
            are no probabilities.

    Source:
        Nagin (2005), Group-based modeling of development, section 5.5; Vermunt (2010), Latent
        class modeling with covariates, formula 6 for `errors`.

    Example:
        >>> quality = classification_quality([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.0, 1.0]])
        >>> quality.average.round(2).tolist(), quality.odds.round(1).tolist()
        ([[0.85, 0.15], [0.15, 0.85]], [5.7, 5.7])
    """
    if assignment not in ASSIGNMENTS:
        raise Fault("STA-001", what="assignment", value=assignment, known=", ".join(ASSIGNMENTS))
    table, counts = check_posterior(posterior, weights)
    given = assigned_to(table, assignment)
    joint = (table * counts[:, None]).T @ given
    total, units, groups = counts.sum(), joint.sum(axis=1), joint.sum(axis=0)
    average = _over(joint, groups).T
    shares, sure = _over(units, total), np.diagonal(average)
    profiles = table.shape[1]
    logs = np.log(np.maximum(table, 1e-300))
    doubt = float(counts @ -(table * logs).sum(axis=1))
    return Classification(
        shares=shares,
        assigned=_over(groups, total),
        average=average,
        errors=_over(joint, units[:, None]),
        odds=_odds(sure, shares),
        entropy=1 - doubt / (total * np.log(profiles)) if profiles > 1 and total else np.nan,
        wrong=float(1 - np.trace(joint) / total) if total else np.nan,
    )


def check_posterior(posterior: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """Are these probabilities of memberships, and how often does each row count?

    Args:
        posterior: (units, k).
        weights: (units,) or None.

    Returns:
        The probabilities, 0 in rows with nan, and the weights, 0 for those rows.

    Raises:
        Fault: STA-002 if shapes do not fit; STA-003 if a row is no probabilities or a weight is
            negative.
    """
    table = np.asarray(posterior, dtype=float)
    if table.ndim != 2 or not table.shape[1]:
        raise Fault("STA-002", what="the posterior", shape=table.shape, wanted="(units, profiles)")
    held = ~np.isnan(table).any(axis=1)
    if np.any(table[held] < 0) or np.any(np.abs(table[held].sum(axis=1) - 1) > 1e-6):
        raise Fault(
            "STA-003", what="a row of the posterior", value="no probabilities", wanted="shares of 1"
        )
    counts = np.ones(len(table)) if weights is None else np.asarray(weights, dtype=float)
    if counts.shape != (len(table),):
        raise Fault("STA-002", what="the weights", shape=counts.shape, wanted=f"({len(table)},)")
    if not np.all(counts >= 0):
        raise Fault("STA-003", what="a weight", value="negative", wanted="weights of 0 or more")
    return np.where(held[:, None], table, 0.0), np.where(held, counts, 0.0)


def assigned_to(posterior: Floats, assignment: str) -> Floats:
    """Which share of each unit is assigned to each profile?

    Args:
        posterior: (units, k) probabilities.
        assignment: `modal` or `proportional`.

    Returns:
        (units, k), rows with the sum 1; ties go to the first profile.
    """
    if assignment == "proportional":
        return posterior
    return np.asarray(np.eye(posterior.shape[1])[posterior.argmax(axis=1)])


def _odds(sure: Floats, shares: Floats) -> Floats:
    above, below = sure * (1 - shares), shares * (1 - sure)
    endless = (below <= 1e-15) & (above > 0)
    return np.where(endless, np.inf, _over(above, np.where(endless, 0.0, below)))


def _over(above: Floats, below: ArrayLike) -> Floats:
    above, under = np.broadcast_arrays(above, np.asarray(below, dtype=float))
    share: Floats = np.divide(above, under, out=np.full(under.shape, np.nan), where=under > 0)
    return share
