"""How much does each predictor contribute to an outcome?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.importance.dominance import Dominance, dominance
from consilience.stats.importance.johnson_models import (
    johnson_weights_logit,
    johnson_weights_ordinal,
)
from consilience.stats.importance.model_fits import model_fits
from consilience.stats.importance.refusals import Cases, complete_cases
from consilience.stats.importance.shares import Shares, beyond, variance_shares
from consilience.stats.importance.subsets import MOST_PLAYERS, linear_fits, moments_of

Floats = NDArray[np.float64]

OUTCOMES: Final = ("linear", "logit", "ordinal")
MEASURES: Final = (
    "mcfadden",
    "mcfadden_adjusted",
    "cox_snell",
    "nagelkerke",
    "estrella",
    "aldrich_nelson",
    "veall_zimmermann",
    "tjur",
    "efron",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What is fitted to the outcome, and how fit is measured.

    Args:
        outcome: `linear`, `logit` or `ordinal` (cumulative).
        measure: of fit: `r2` for a linear model, else one of `MEASURES`.
        link: of an ordinal model.
    """

    outcome: str = "linear"
    measure: str = "r2"
    link: str = "logit"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Importance:
    """What each predictor contributes, as it stands in one sample.

    An order of predictors is a guess until `importance_resampled` says how often another sample
    would have given it.

    Args:
        names: (p,) of the predictors or groups.
        measure: what fit is measured by; `r2` for a linear model.
        fit: of the model with all predictors.
        base: of the model with the columns in `always` alone, 0 without any.
        dominance: general (LMG), conditional and complete dominance, first and last.
        share: (p,) general dominance as a share of what the predictors add, summing to 1; nan
            where they add nothing.
        johnson: (p,) relative weights, which sum to `fit` less `base`; nan for groups of columns,
            and in a model that is not linear beside columns in `always`.
        shares: other measures of a linear model of single columns, beyond those in `always`;
            else None.
        cases: how many were used.
        warnings: what should be said beside the figures.
    """

    names: tuple[str, ...]
    measure: str
    fit: float
    base: float
    dominance: Dominance
    share: Floats
    johnson: Floats
    shares: Shares | None
    cases: int
    warnings: tuple[Fault, ...]

    @property
    def added(self) -> float:
        """What the predictors add to the columns in `always`."""
        return self.fit - self.base

    @property
    def general(self) -> Floats:
        """(p,) mean contribution over all orders (LMG)."""
        return self.dominance.general


def relative_importance(
    y: ArrayLike,
    columns: ArrayLike,
    *,
    players: Mapping[str, Sequence[int]] | None = None,
    outcome: str = "linear",
    measure: str | None = None,
    always: Sequence[int] = (),
    weights: ArrayLike | None = None,
    link: str = "logit",
) -> Importance:
    """How much does each predictor contribute to an outcome?

    Args:
        y: (n,) outcome: numbers; two values for a logit; ordered codes for an ordinal model. nan
            where missing.
        columns: (n, k) predictors, a constant not among them; nan where missing.
        players: name to the columns of each predictor; several columns are one group, such as
            the levels of a factor. Every column on its own if None.
        outcome: `linear`, `logit` or `ordinal` (cumulative logit).
        measure: of fit, for a logit or an ordinal model: `mcfadden` (if None) or another of
            `consilience.stats.importance.model_fits.ModelFits.measure`.
        always: columns that stand in every model, such as what is controlled for.
        weights: (n,) of the cases, 0 or more.
        link: of an ordinal model: `logit`, `probit`, `cloglog` or `loglog`.

    Returns:
        Contributions that add up to `fit` less `base`, with warnings about what makes them
        doubtful. A predictor that does not vary has nan.

    Raises:
        Fault: STA-001 for an unknown outcome or measure, STA-002, STA-003 and STA-020 as
            `complete_cases`, STA-003 for more than 24 predictors.

    Source:
        Lindeman, Merenda and Gold (1980) for LMG; Azen and Budescu (2003), Azen and Traxel
        (2009) for dominance in linear and logistic regression.

    Differs:
        relaimpo's `calc.relimp` (lmg, with `groups`, `always`, weights), dominanceanalysis and
        domir give the same figures; the first takes 100 times as long at 16 predictors.

    Example:
        >>> x = np.array([[1, 1], [2, 1], [3, 2], [4, 2], [5, 3], [6, 5], [7, 4.0]])
        >>> found = relative_importance([1, 2, 2, 4, 5, 6, 6.0], x)
        >>> found.names, found.general.round(2).tolist(), round(found.fit, 2)
        (('x1', 'x2'), [0.53, 0.42], 0.95)
    """
    cases = complete_cases(y, columns, players=players, always=always, weights=weights)
    model = check_model(outcome, measure, link=link, players=len(cases.players))
    fits, warnings = subset_fits(cases, model)
    return of_fits(cases, fits, model=model, warnings=warnings)


def check_model(
    outcome: str | Model, measure: str | None = None, *, link: str = "logit", players: int
) -> Model:
    """Return the model; refuse what is unknown (STA-001) or too many players (STA-003)."""
    if isinstance(outcome, Model):
        given = outcome
        outcome, measure, link = given.outcome, given.measure, given.link
    if outcome not in OUTCOMES:
        raise Fault("STA-001", what="outcome", value=outcome, known=", ".join(OUTCOMES))
    known = ("r2",) if outcome == "linear" else MEASURES
    chosen = measure or known[0]
    if chosen not in known:
        raise Fault("STA-001", what="measure", value=chosen, known=", ".join(known))
    if players > MOST_PLAYERS:
        wanted = f"at most {MOST_PLAYERS}, by taking predictors together as groups"
        raise Fault("STA-003", what="the number of predictors", value=players, wanted=wanted)
    return Model(outcome=outcome, measure=chosen, link=link)


def subset_fits(cases: Cases, model: Model) -> tuple[Floats, tuple[Fault, ...]]:
    """Return (2 ** p,) fits by subset, and warnings."""
    if model.outcome == "linear":
        moments = moments_of(cases.y, cases.columns, weights=cases.weights)
        told = () if moments[0, 0] > 0 else (Fault("STA-032", value=float(cases.y[0])),)
        return linear_fits(moments, players=cases.players, always=cases.always), told
    fits = model_fits(
        cases.y,
        cases.columns,
        players=cases.players,
        always=cases.always,
        outcome=model.outcome,
        link=model.link,
        weights=cases.weights,
    )
    return fits.measure(model.measure), fits.warnings


def of_fits(cases: Cases, fits: Floats, *, model: Model, warnings: tuple[Fault, ...]) -> Importance:
    """Return the importance that fits by subset give."""
    found = _without_still(dominance(fits), cases)
    added = found.fit - found.base
    share = found.general / added if added > 0 else np.full(len(found.general), np.nan)
    single = all(len(each) == 1 for each in cases.players)
    shares = None
    if single and model.outcome == "linear":
        moments = moments_of(cases.y, cases.columns, weights=cases.weights)
        shares = linear_shares(cases, moments)
    return Importance(
        names=cases.names,
        measure=model.measure,
        fit=found.fit,
        base=found.base,
        dominance=found,
        share=share,
        johnson=_johnson(cases, shares, model) if single else np.full(len(share), np.nan),
        shares=shares,
        cases=len(cases.y),
        warnings=(*cases.warnings, *warnings),
    )


def linear_shares(cases: Cases, moments: Floats) -> Shares:
    """What do simpler measures say of single columns, beyond those in every model?

    Args:
        cases: who the predictors are, one column each.
        moments: (..., k + 1, k + 1) covariances of the outcome and all columns.

    Returns:
        The shares by player; nan for one that does not vary.
    """
    # Players in order, behind the columns in every model.
    moving = [p[0] for p, still in zip(cases.players, cases.still, strict=True) if not still]
    order = [0, *[column + 1 for column in (*cases.always, *moving)]]
    ordered = moments[..., order, :][..., :, order]
    left, outside = beyond(ordered, range(len(cases.always)))
    if not moving:
        nothing = np.full((*moments.shape[:-2], len(cases.players)), np.nan)
        return Shares(
            betasq=nothing, pratt=nothing, car=nothing, johnson=nothing, r2=nothing[..., 0]
        )
    found = variance_shares(left)

    def placed(values: Floats) -> Floats:
        spread = np.full((*values.shape[:-1], len(cases.players)), np.nan)
        spread[..., ~cases.still] = values * outside[..., None]
        return spread

    return Shares(
        betasq=placed(found.betasq),
        pratt=placed(found.pratt),
        car=placed(found.car),
        johnson=placed(found.johnson),
        r2=found.r2 * outside,
    )


def _without_still(found: Dominance, cases: Cases) -> Dominance:
    """Return nan for predictors that do not vary: of them nothing can be said."""
    if not cases.still.any():
        return found
    lone = np.where(cases.still, np.nan, 0.0)
    pair = lone[:, None] + lone
    return replace(
        found,
        general=found.general + lone,
        conditional=found.conditional + lone,
        first=found.first + lone,
        last=found.last + lone,
        complete_matrix=found.complete_matrix + pair,
        complete_share=found.complete_share + pair,
        conditional_matrix=found.conditional_matrix + pair,
        general_matrix=found.general_matrix + pair,
    )


def _johnson(cases: Cases, shares: Shares | None, model: Model) -> Floats:
    if shares is not None:
        return shares.johnson
    if cases.always or model.link != "logit":
        return np.full(len(cases.players), np.nan)
    columns = cases.columns[:, [player[0] for player in cases.players]]
    compute = johnson_weights_logit if model.outcome == "logit" else johnson_weights_ordinal
    return compute(cases.y, columns, weights=cases.weights).weights
