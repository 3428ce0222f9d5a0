"""Cases of relative importance and dominance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.importance.dominance import Dominance, dominance
from consilience.stats.importance.importance import relative_importance
from consilience.stats.importance.johnson import (
    RelativeWeights,
    johnson_of_correlations,
    johnson_weights,
)
from consilience.stats.importance.johnson_models import (
    johnson_weights_logit,
    johnson_weights_ordinal,
)
from consilience.stats.importance.model_fits import ModelFits, model_fits
from consilience.stats.importance.shares import beyond, variance_shares
from consilience.stats.importance.subsets import linear_fits
from consilience.validation.importance_model import (
    CaseModel,
    case_model,
    link_of,
    outcome_kind,
    said,
)
from consilience.validation.importance_resampled import bootstrap, dominance_bootstrap
from consilience.validation.importance_tables import (
    Values,
    by_name,
    differences,
    dominance_values,
    labelled,
    ranks,
)
from consilience.validation.model import Answer, Case, NotSupported, Statistic

Floats = NDArray[np.float64]

# Indices of fit by the names of dominanceanalysis and others.
_INDICES: Final[Mapping[str, tuple[str, ...]]] = {
    "mcfadden": ("mcfadden", "r2.m", "r2_m", "r2_mcfadden", "mcfadden_r2"),
    "cox_snell": ("cox_snell", "r2.cs", "r2_cs", "cox.snell", "coxsnell"),
    "nagelkerke": ("nagelkerke", "r2.n", "r2_n"),
    "estrella": ("estrella", "r2.e", "r2_e"),
    "mcfadden_adjusted": ("mcfadden_adjusted", "mcfadden_adj"),
    "aldrich_nelson": ("aldrich_nelson",),
    "veall_zimmermann": ("veall_zimmermann",),
    "tjur": ("tjur",),
    "efron": ("efron",),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Linear:
    """A linear model of a case: dominance, and other measures by relaimpo's names."""

    names: list[str]
    labels: Mapping[str, str]
    dominance: Dominance
    measures: Mapping[str, Floats]


def _linear(model: CaseModel) -> _Linear:
    names = list(model.players)
    if model.moments is not None:
        players = list(model.players.values())
        held = dominance(linear_fits(model.moments, players=players, always=model.always))
        left, outside = beyond(model.moments, model.always)
        shares = variance_shares(left)
        measures = {
            name: np.asarray(getattr(shares, source) * outside)
            for name, source in _SIMPLER.items()
            if len(shares.pratt) == len(names)
        }
        return _Linear(names=names, labels={}, dominance=held, measures=measures)
    found = relative_importance(
        model.y,
        model.columns,
        players=model.players,
        always=model.always,
        weights=model.weights,
    )
    measures = {
        name: np.asarray(getattr(found.shares, source))
        for name, source in _SIMPLER.items()
        if found.shares is not None
    }
    return _Linear(names=names, labels=model.labels, dominance=found.dominance, measures=measures)


_SIMPLER: Final = {
    "betasq": "betasq",
    "pratt": "pratt",
    "genizi": "johnson",
    "car": "car",
    "johnson": "johnson",
}


def relative(case: Case) -> Answer:
    """Return LMG and the other shares of a linear model."""
    found = _linear(case_model(case))
    held = found.dominance
    normalised = any(said(case, key) is True for key in ("normalise", "normalize", "rela")) or (
        "rela=TRUE" in case.call.replace(" ", "")
    )
    measures = {"lmg": held.general, "last": held.last, "first": held.first, **found.measures}
    values = dominance_values(case, found.names, held)
    for name, each in measures.items():
        shown = _normalised(each) if normalised else each
        values[name] = by_name(found.names, shown)
        values |= dict.fromkeys((f"{name}.rank", f"{name}_rank"), by_name(found.names, ranks(each)))
        apart = differences(found.names, shown)
        values |= dict.fromkeys(
            (f"{name}.rela", f"{name}_rela"), by_name(found.names, _normalised(each))
        )
        values |= dict.fromkeys((f"{name}.diff", f"{name}_diff"), apart)
    values["general"] = values["lmg"]
    added = held.fit - held.base
    values |= dict.fromkeys(("R2", "r2", "rsq", "r.squared"), held.fit)
    values |= dict.fromkeys(("R2decomp", "R2.decomp", "R2_decomp"), added)
    return Answer(values=labelled(values, found.labels))


def _normalised(values: Floats) -> Floats:
    total = float(np.nansum(values))
    return values / total if total else np.full(len(values), np.nan)


def linear_dominance(case: Case) -> Answer:
    """Return the three kinds of dominance of a linear model."""
    found = _linear(case_model(case))
    values = dominance_values(case, found.names, found.dominance)
    return Answer(values=labelled({**values, "R2": found.dominance.fit}, found.labels))


def _fits(case: Case, model: CaseModel, outcome: str) -> ModelFits:
    link = link_of(case)
    if outcome == "logit" and link != "logit":
        # Of two values the cumulative model is the binary one, its cloglog seen from below.
        link, outcome = {"cloglog": "loglog", "loglog": "cloglog"}.get(link, link), "ordinal"
    return model_fits(
        model.y,
        model.columns,
        players=list(model.players.values()),
        always=model.always,
        outcome=outcome,
        link=link,
        weights=model.weights,
    )


def _model_dominance(case: Case, outcome: str) -> Answer:
    model = case_model(case)
    fits = _fits(case, model, outcome)
    names = list(model.players)
    null, full = float(fits.null_loglik), float(fits.loglik[-1])
    values: Values = {}
    asked = str(said(case, "fit", "measure", "index", "fit.functions") or "mcfadden").lower()
    average: Values = {}
    levels: Values = {}
    for index, called in _INDICES.items():
        if (outcome == "ordinal" or link_of(case) != "logit") and index in ("tjur", "efron"):
            continue
        held = dominance(fits.measure(index))
        inner = dominance_values(case, names, held)
        values |= {name: {**inner, **inner["general"]} for name in called}
        values |= {f"{name}_details": inner for name in called}
        values[f"{index}_fit"] = held.fit
        average |= dict.fromkeys(called, inner["general"])
        levels |= dict.fromkeys(called, inner["conditional"])
        if asked in (*called, index):
            values |= {name: each for name, each in inner.items() if name not in values}
    values |= dict.fromkeys(("contribution.average", "contribution_average"), average)
    values |= dict.fromkeys(("contribution.by.level", "contribution_by_level"), levels)
    values |= {"deviance": -2 * full, "loglik": full, "n": fits.n}
    values |= dict.fromkeys(("null_deviance", "null.deviance"), -2 * null)
    values |= dict.fromkeys(("null_loglik", "loglik_null", "loglik0"), null)
    return Answer(values=labelled(values, model.labels))


def logit_dominance(case: Case) -> Answer:
    """Return the dominance of a logistic model by its indices of fit."""
    return _model_dominance(case, "logit")


def ordinal_dominance(case: Case) -> Answer:
    """Return the dominance of a cumulative model by its indices of fit."""
    return _model_dominance(case, "ordinal")


def any_dominance(case: Case) -> Answer:
    """Return the dominance of the kind of model that the case names."""
    kind = outcome_kind(case)
    return linear_dominance(case) if kind == "linear" else _model_dominance(case, kind)


def any_importance(case: Case) -> Answer:
    """Return the importance of predictors in the kind of model that the case names."""
    kind = outcome_kind(case)
    return relative(case) if kind == "linear" else _model_dominance(case, kind)


def glm_dominance(case: Case) -> Answer:
    """Return the dominance of a generalised linear model, binomial unless it says otherwise."""
    kind = outcome_kind(case)
    if "gaussian" in f"{case.args.get('family', '')} {case.call}".lower():
        return linear_dominance(case)
    return _model_dominance(case, "ordinal" if kind == "ordinal" else "logit")


def johnson(case: Case) -> Answer:
    """Return Johnson's relative weights of a table, or of given correlations."""
    model = case_model(case)
    if any(len(columns) > 1 for columns in model.players.values()) or model.always:
        raise NotSupported("relative weights of groups of columns, or beside others")
    names = list(model.players)
    order = [columns[0] for columns in model.players.values()]
    kind = outcome_kind(case)
    if kind != "linear" and model.moments is None:
        if link_of(case) != "logit":
            raise NotSupported("relative weights with a link that is not the logit")
        return _johnson_of_model(model, kind)
    if model.moments is not None:
        places = [0, *[at + 1 for at in order]]
        found = johnson_of_correlations(model.moments[np.ix_(places, places)])
    else:
        # rwa takes each correlation from the cases that have both values.
        pairwise = "pairwise" in case.call or case.call.strip().startswith(("rwa(", "rwa::"))
        found = johnson_weights(
            model.y,
            model.columns[:, order],
            weights=model.weights,
            missing="pairwise" if pairwise else "drop",
        )
    return Answer(values=_weights_values(names, found))


def _weights_values(names: Sequence[str], found: RelativeWeights) -> Values:
    raw, scaled = by_name(names, found.raw), by_name(names, 100 * found.rescaled)
    values: Values = dict.fromkeys(
        ("raw", "rwa_pkg", "weights", "raw_weights", "raw.relweight", "genizi", "epsilon"), raw
    )
    values |= dict.fromkeys(("rsq", "r2", "rsquare", "total", "sum"), found.r2)
    values |= dict.fromkeys(("rescaled", "scaled", "percent", "rescaled.relweight"), scaled)
    values |= dict.fromkeys(("share", "relative"), by_name(names, found.rescaled))
    signs = np.where(found.sign < 0, "-", "+")
    values["sign"] = dict(zip(names, signs.tolist(), strict=True))
    return values


def _johnson_of_model(model: CaseModel, kind: str) -> Answer:
    columns = model.columns[:, [each[0] for each in model.players.values()]]
    compute = johnson_weights_logit if kind == "logit" else johnson_weights_ordinal
    found = compute(model.y, columns, weights=model.weights)
    values = dict.fromkeys(
        ("raw", "weights", "raw_weights", "epsilon"), by_name(list(model.players), found.weights)
    )
    return Answer(values={**values, "rsq": found.r2, "r2": found.r2})


STATISTICS: Final[Mapping[str, Statistic]] = {
    **dict.fromkeys(
        ("relative_importance", "lmg", "calc_relimp", "relimp", "shapley", "relaimpo"),
        any_importance,
    ),
    **dict.fromkeys(
        ("dominance_analysis", "dominance", "domir", "domin", "dominance_domir", "domir_dominance"),
        any_dominance,
    ),
    **dict.fromkeys(
        (
            "dominance_analysis_glm",
            "dominance_glm",
            "dominance_logit",
            "dominance_analysis_logit",
            "dominance_logistic",
            "logistic_dominance",
            "dominance_analysis_logistic",
            "dominance_probit",
            "dominance_analysis_probit",
            "dominance_analysis_binomial",
        ),
        glm_dominance,
    ),
    **dict.fromkeys(
        (
            "dominance_analysis_ordinal",
            "dominance_ordinal",
            "ordinal_dominance",
            "dominance_polr",
            "dominance_analysis_polr",
            "dominance_analysis_clm",
            "dominance_ordinal_polr",
            "dominance_ordinal_clm",
            "dominance_clm",
            "polr_dominance",
            "dominance_analysis_ordinal_polr",
            "ordinal_importance",
            "ordinal_dominance_analysis",
        ),
        ordinal_dominance,
    ),
    **dict.fromkeys(
        (
            "johnson_relative_weights",
            "johnson",
            "rwa",
            "relative_weights",
            "johnson_weights",
            "relative_weights_logit",
            "johnson_relative_weights_logit",
        ),
        johnson,
    ),
    **dict.fromkeys(
        (
            "relative_importance_bootstrap",
            "relative_importance_boot",
            "relimp_bootstrap",
            "boot_relimp",
            "relimp_boot",
            "boot_lmg",
            "lmg_boot",
            "lmg_quantiles",
            "lmg_bootstrap_quantiles",
            "relimp_quantiles",
            "bootstrap_relimp",
            "relative_importance_quantiles",
            "relative_importance_ci",
            "lmg_ci",
            "booteval_relimp",
            "lmg_bootstrap",
            "bootstrap_lmg",
            "bootstrap_relative_importance",
            "dominance_bootstrap_average",
            "dominance_average_bootstrap",
            "boot_average_dominance",
        ),
        bootstrap,
    ),
    **dict.fromkeys(
        ("dominance_bootstrap", "dominance_analysis_bootstrap", "boot_dominance"),
        dominance_bootstrap,
    ),
}
