"""Cases of relative importance and dominance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.seeds import stream
from consilience.stats.importance.dominance import dominance
from consilience.stats.importance.importance import Importance, relative_importance
from consilience.stats.importance.model_fits import ModelFits, model_fits
from consilience.stats.importance.resampled import Resampling, importance_resampled
from consilience.stats.importance.shares import variance_shares
from consilience.validation.formula import Design, design, formulas
from consilience.validation.model import Answer, Case, NotSupported, Statistic

Floats = NDArray[np.float64]
Values = dict[str, Any]

# Indices of fit by the names of dominanceanalysis.
_INDICES: Final = {
    "mcfadden": ("mcfadden", "r2.m", "r2_mcfadden"),
    "cox_snell": ("cox_snell", "r2.cs", "cox.snell", "coxsnell"),
    "nagelkerke": ("nagelkerke", "r2.n"),
    "estrella": ("estrella", "r2.e"),
}


class _Model:
    """The model of a case: outcome, columns, players by name, what is always in, weights."""

    def __init__(self, case: Case) -> None:
        self.design = _design(case)
        self.always = self._columns(_names(_said(case, "always", "all", "constant")))
        self.players = self._players(case)
        self.weights = _weights(case)

    def _columns(self, terms: Sequence[str]) -> list[int]:
        held = self.design.terms
        if unknown := [term for term in terms if term not in held]:
            raise NotSupported(f"terms {', '.join(unknown)} that the model does not have")
        wanted = [held.index(term) for term in terms]
        return [at for at, term in enumerate(self.design.of_term) if term in wanted]

    def _players(self, case: Case) -> dict[str, list[int]]:
        groups = _groups(case, self.design)
        grouped = {term for terms in groups.values() for term in terms}
        held = set(self.always)
        players: dict[str, list[int]] = {}
        for term in self.design.terms:
            columns = self._columns([term])
            if term not in grouped and not held.issuperset(columns):
                players[term] = columns
        for name, terms in groups.items():
            players[name] = self._columns(terms)
        return players


def _design(case: Case) -> Design:
    if formulas(case):
        return design(case)
    outcome = _said(case, "outcome", "y", "response", "dependent")
    if not isinstance(outcome, str) or outcome not in case.columns:
        raise NotSupported("no model formula and no outcome in its arguments")
    terms = _names(_said(case, "predictors", "x", "terms", "independent")) or ["."]
    return design(case, f"{outcome}~{'+'.join(terms)}")


def _said(case: Case, *keys: str) -> Any:  # noqa: ANN401  (arguments of any form)
    """Return an argument under any of its names, else what the call gives it."""
    for key in keys:
        if case.args.get(key) is not None:
            return case.args[key]
    for key in keys:
        if found := re.search(rf"\b{key}\s*=\s*c\(([^)]*)\)", case.call):
            return re.findall(r"['\"]([^'\"]+)['\"]", found[1])
        if found := re.search(rf"\b{key}\s*=\s*['\"]([^'\"]+)['\"]", case.call):
            return found[1]
    return None


def _names(given: Any) -> list[str]:  # noqa: ANN401  (a name, several, or nothing)
    if given is None or isinstance(given, bool):
        return []
    if isinstance(given, str):
        return [part for part in re.split(r"[\s+,]+", given.strip("~ ")) if part]
    return [str(each) for each in given]


def _groups(case: Case, held: Design) -> dict[str, list[str]]:
    """Return name to terms of each group; unnamed ones are called G1, G2 as relaimpo does."""
    given = _said(case, "groups", "sets")
    if isinstance(given, Mapping):
        return {str(name): _names(terms) for name, terms in given.items()}
    if not isinstance(given, list) or not given:
        return {}
    nested = given if isinstance(given[0], list) else [given]
    names = _names(_said(case, "groupnames"))
    kept = [[term for term in _names(each) if term in held.terms] for each in nested]
    return {names[at] if at < len(names) else f"G{at + 1}": terms for at, terms in enumerate(kept)}


def _weights(case: Case) -> Floats | None:
    named = _said(case, "weights", "weight")
    if not isinstance(named, str):
        found = re.search(r"weights\s*=\s*(?:\w+\$)?([\w.]+)", case.call)
        named = found[1] if found else None
    return case.numbers(named) if named in case.columns else None


def relative(case: Case) -> Answer:
    """Return LMG and the other shares of a linear model."""
    model = _Model(case)
    found = _importance(model)
    values = _of_dominance(found)
    added = found.fit - found.base
    values |= {"R2": found.fit, "R2decomp": added, "R2.decomp": added, "r2": found.fit}
    shares = found.shares
    if shares is not None:
        for name, each in (
            ("betasq", shares.betasq),
            ("pratt", shares.pratt),
            ("genizi", shares.johnson),
            ("car", shares.car),
            ("johnson", shares.johnson),
        ):
            values[name] = _by(found.names, each)
    if case.args.get("normalise") or case.args.get("rela") or "rela=TRUE" in case.call:
        for name in ("lmg", "last", "first", "betasq", "pratt", "genizi", "car", "general"):
            if name in values:
                total = sum(values[name].values())
                values[name] = {key: part / total for key, part in values[name].items()}
    return Answer(values=values)


def _importance(model: _Model) -> Importance:
    return relative_importance(
        model.design.y,
        model.design.columns,
        players=model.players,
        always=model.always,
        weights=model.weights,
    )


def _by(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _of_dominance(found: Importance) -> Values:
    return _dominance_values(found.names, found.dominance)


def _dominance_values(names: Sequence[str], held: Any) -> Values:  # noqa: ANN401  (a Dominance)
    general = _by(names, held.general)
    levels = {str(size): _by(names, row) for size, row in enumerate(held.conditional)}
    values: Values = dict.fromkeys(("lmg", "general", "general_dominance", "average"), general)
    values |= {"first": _by(names, held.first), "last": _by(names, held.last)}
    values |= dict.fromkeys(("conditional", "conditional_dominance", "by_level"), levels)
    for name in ("complete", "conditional", "general"):
        matrix = getattr(held, f"{name}_matrix")
        rows = {one: _by(names, row) for one, row in zip(names, matrix, strict=True)}
        values[f"{name}_matrix"] = rows
        if name == "complete":
            values |= {"complete": rows, "complete_dominance": rows}
    total = sum(general.values())
    values["standardized"] = values["standardised"] = {
        name: part / total if total else None for name, part in general.items()
    }
    order = sorted(names, key=lambda name: -general[name])
    values["rank"] = values["ranks"] = {name: order.index(name) + 1 for name in names}
    values |= {"fit": held.fit, "r2": held.fit, "fitstat_overall": held.fit}
    return values


def linear_dominance(case: Case) -> Answer:
    """Return the three kinds of dominance of a linear model."""
    found = _importance(_Model(case))
    return Answer(values={**_of_dominance(found), "R2": found.fit})


def _fits(case: Case, model: _Model, outcome: str) -> ModelFits:
    link = str(_said(case, "link", "method") or "logit").lower()
    known = {"logistic": "logit", "probit": "probit", "cloglog": "cloglog", "logit": "logit"}
    if link not in known:
        raise NotSupported(f"a link {link!r}")
    extra = {"link": known[link]} if known[link] != "logit" else {}
    return model_fits(
        model.design.y,
        model.design.columns,
        players=list(model.players.values()),
        always=model.always,
        outcome=outcome,
        weights=model.weights,
        **extra,
    )


def _model_dominance(case: Case, outcome: str) -> Answer:
    model = _Model(case)
    fits = _fits(case, model, outcome)
    names = list(model.players)
    null, full = float(fits.null_loglik), float(fits.loglik[-1])
    values: Values = {
        "deviance": -2 * full,
        "null_deviance": -2 * null,
        "loglik": full,
        "null_loglik": null,
    }
    asked = str(case.args.get("fit") or case.args.get("measure") or "mcfadden").lower()
    for index, called in _INDICES.items():
        held = dominance(fits.measure(index))
        inner = _dominance_values(names, held)
        values |= dict.fromkeys(called, _by(names, held.general))
        values |= {f"{name}_details": inner for name in called}
        values[f"{index}_fit"] = held.fit
        if asked in (*called, index):
            values |= inner
    return Answer(values=values)


def logit_dominance(case: Case) -> Answer:
    """Return the dominance of a logistic model by its indices of fit."""
    return _model_dominance(case, "logit")


def ordinal_dominance(case: Case) -> Answer:
    """Return the dominance of a cumulative model by its indices of fit."""
    return _model_dominance(case, "ordinal")


def any_dominance(case: Case) -> Answer:
    """Return the dominance of the kind of model that the case names."""
    said = f"{case.args.get('family', '')} {case.args.get('model_type', '')} {case.call}".lower()
    if "polr" in said or "clm(" in said or "ordinal" in said or "cumulative" in said:
        return ordinal_dominance(case)
    return (
        logit_dominance(case) if "binomial" in said or "logit" in said else linear_dominance(case)
    )


def johnson(case: Case) -> Answer:
    """Return Johnson's relative weights of a table, or of given correlations."""
    if case.args.get("correlations") or case.args.get("correlation_matrix"):
        names = [name for name in case.columns if case.is_numeric(name)]
        matrix = case.matrix(names)
        shares = variance_shares(matrix)
        raw, total, names = shares.johnson, shares.r2, names[1:]
    else:
        if not formulas(case) and "outcome" not in case.args:
            # The outcome stands first, as the functions of R for these weights have it.
            first = next(iter(case.columns))
            names_ = [name for name in case.columns if name != first and case.is_numeric(name)]
            found = relative_importance(
                case.numbers(first),
                case.matrix(names_),
                players={name: [at] for at, name in enumerate(names_)},
            )
        else:
            found = _importance(_Model(case))
        raw, total, names = found.johnson, found.fit, list(found.names)
    weights = _by(names, raw)
    scaled = {name: 100 * part / total for name, part in weights.items()}
    values = dict.fromkeys(("raw", "rwa_pkg", "weights", "raw_weights"), weights)
    values |= dict.fromkeys(("rsq", "r2", "R2"), total)
    values |= dict.fromkeys(("rescaled", "scaled"), scaled)
    return Answer(values=values)


def bootstrap(case: Case) -> Answer:
    """Return contributions with the quantiles that resampled cases give."""
    model = _Model(case)
    args = case.args
    level = float(args.get("level") or args.get("conf") or 0.95)
    replicates = next((int(args[k]) for k in ("B", "b", "R", "replicates") if args.get(k)), 4000)
    fixed = bool(args.get("fixed")) or "fixed=TRUE" in case.call.replace(" ", "")
    cluster = args.get("cluster") or args.get("clusters")
    how = Resampling(
        replicates=replicates,
        resample="residuals" if fixed else "cases",
        clusters=case.texts(cluster) if isinstance(cluster, str) else None,
        kind=str(args.get("type") or "percentile").replace("perc", "percentile")[:10],
        level=level,
    )
    found = importance_resampled(
        model.design.y,
        model.design.columns,
        players=model.players,
        always=model.always,
        weights=model.weights,
        streams=lambda block: stream(int(args.get("seed") or 1), case.id, block=block),
        how=how,
    )
    names = found.importance.names
    low, high = _by(names, found.low), _by(names, found.high)
    values = _of_dominance(found.importance)
    values |= dict.fromkeys(("low", "lower", "ci_low", "q025", "lmg_low", "lmg_lower"), low)
    values |= dict.fromkeys(("high", "upper", "ci_high", "q975", "lmg_high", "lmg_upper"), high)
    known = found.draws[~np.isnan(found.draws).any(axis=1)]
    values |= {
        "se": _by(names, known.std(axis=0, ddof=1)),
        "mean": _by(names, known.mean(axis=0)),
        "R2": found.importance.fit,
        "R2_low": found.fit_low,
        "R2_high": found.fit_high,
        "rank1": _by(names, found.ranks[:, 0]),
    }
    for text in ("0.025", "0.05", "0.25", "0.5", "0.75", "0.95", "0.975"):
        values[text] = _by(names, np.quantile(known, float(text), axis=0))
        values[f"{float(text):.1%}".replace(".0%", "%")] = values[text]
    return Answer(values=values)


STATISTICS: Final[Mapping[str, Statistic]] = {
    **dict.fromkeys(("relative_importance", "lmg", "calc_relimp", "relimp"), relative),
    **dict.fromkeys(("dominance_analysis", "dominance", "domir"), any_dominance),
    **dict.fromkeys(("dominance_analysis_glm", "dominance_glm", "dominance_logit"), any_dominance),
    **dict.fromkeys(
        ("dominance_analysis_ordinal", "dominance_ordinal", "ordinal_dominance", "dominance_polr"),
        ordinal_dominance,
    ),
    **dict.fromkeys(("johnson_relative_weights", "johnson", "rwa", "relative_weights"), johnson),
    **dict.fromkeys(
        (
            "relative_importance_bootstrap",
            "relimp_bootstrap",
            "boot_relimp",
            "lmg_bootstrap",
            "relative_importance_boot",
        ),
        bootstrap,
    ),
}
