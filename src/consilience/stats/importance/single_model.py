"""What is the greatest likelihood of one model, and what if predictors part the outcome?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from consilience.base.errors import Fault
from consilience.stats.importance.climb import (
    ROUNDS,
    ROUNDS_PENALISED,
    Fits,
    Flags,
    Likelihood,
    climb,
)
from consilience.stats.importance.model_rows import ModelRows, independent_in_subsets
from consilience.stats.importance.separation import parted

FALLBACKS: Final = ("firth", "limit", "none")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SingleModel:
    """The search for one model, and for the one without its predictors.

    Args:
        found: of the model.
        null: of the model without predictors, fitted likewise.
        active: (1, m) the coefficients that it has.
        separated: whether predictors part the outcome.
        penalised: whether a penalty was used.
        blank: whether nothing is to be told, as the outcome is parted and `none` was chosen.
    """

    found: Fits
    null: Fits
    active: Flags
    separated: bool
    penalised: bool
    blank: bool

    @property
    def loglik(self) -> float:
        """Log-likelihood of the model without the penalty, at most 0; nan if blank."""
        return float("nan") if self.blank else min(0.0, float(self.found.loglik[0]))

    @property
    def converged(self) -> bool:
        """Whether the search settled at coefficients that mean something."""
        return bool(self.found.converged[0]) and not (self.separated and not self.penalised)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What should be said beside the figures: STA-005, STA-030."""
        told = []
        if self.separated:
            answer = "Firth's penalty was used" if self.penalised else "coefficients mean nothing"
            told.append(Fault("STA-030", parted=1, models=1, answer=answer))
        if not self.found.converged.all():
            rounds = ROUNDS_PENALISED if self.penalised else ROUNDS
            told.append(Fault("STA-005", what="the likelihood of the model", rounds=rounds))
        return tuple(told)


def check_fallback(fallback: str) -> None:
    """Refuse (STA-001) what is not `firth`, `limit` or `none`."""
    if fallback not in FALLBACKS:
        raise Fault("STA-001", what="fallback", value=fallback, known=", ".join(FALLBACKS))


def climb_one(model: Likelihood, rows: ModelRows, *, fallback: str, firth: bool) -> SingleModel:
    """Where is the likelihood of the model with all columns greatest?

    Args:
        model: what is climbed.
        rows: its rows, of two levels or more.
        fallback: where predictors part the outcome, see `fit_logit`.
        firth: whether to use the penalty in any case.
    """
    lead = np.ones((1, len(model.null)), dtype=bool)
    free = independent_in_subsets(rows, np.ones((1, rows.columns.shape[1]), dtype=bool))
    active = np.hstack([lead, free])
    start = np.zeros((1, active.shape[1]))
    start[0, : len(model.null)] = model.null
    found = climb(model, start, active, penalty=firth)
    # A search that ran out of rounds may have been on its way to infinity, too.
    suspect = bool(found.endless[0]) or not found.converged[0]
    separated = suspect and not firth and parted(rows)
    penalised = firth or (separated and fallback == "firth")
    if penalised and not firth:
        found = climb(model, start, active, penalty=True)
    null = climb(model, start, np.hstack([lead, np.zeros_like(free)]), penalty=penalised)
    return SingleModel(
        found=found,
        null=null,
        active=active,
        separated=separated,
        penalised=penalised,
        blank=separated and fallback == "none",
    )
