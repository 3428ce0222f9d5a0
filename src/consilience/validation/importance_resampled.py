"""Cases of resampled importance and dominance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.seeds import stream
from consilience.stats.importance.draws import CONTRIBUTIONS, Resampling
from consilience.stats.importance.reproduced import Reproduced, dominance_resampled
from consilience.stats.importance.resampled import (
    ResampledImportance,
    contribution,
    importance_resampled,
)
from consilience.validation.importance_model import case_model, link_of, outcome_kind, said
from consilience.validation.importance_tables import (
    Values,
    by_name,
    differences,
    dominance_values,
    pairs,
    ranks,
)
from consilience.validation.model import Answer, Case, NotSupported

Floats = NDArray[np.float64]

_INTERVALS: Final = {"perc": "percentile", "basi": "basic", "norm": "normal", "bca": "bca"}
_REPLICATES: Final = ("B", "b", "R", "replicates", "reps", "nboot", "n_boot", "bootstrap")


def _resampling(case: Case, kind: str = "general") -> Resampling:
    args = case.args
    replicates = next((int(args[key]) for key in _REPLICATES if args.get(key)), 4000)
    fixed = bool(args.get("fixed")) or "fixed=TRUE" in case.call.replace(" ", "")
    cluster = args.get("cluster") or args.get("clusters")
    told = str(said(case, "bty", "kind", "ci", "type") or "perc").lower()
    return Resampling(
        replicates=max(replicates, 2000),
        resample="residuals" if fixed else "cases",
        clusters=case.texts(cluster) if isinstance(cluster, str) else None,
        kind=_INTERVALS.get(told[:4], "percentile"),
        level=float(args.get("level") or args.get("conf") or args.get("conf.level") or 0.95),
        contribution=kind,
    )


def _streams(case: Case) -> Callable[[int], np.random.Generator]:
    seed = case.args.get("seed")
    return lambda block: stream(
        int(seed) if isinstance(seed, int | float) else 1, case.id, block=block
    )


def bootstrap(case: Case) -> Answer:
    """Return contributions with the quantiles that resampled cases give."""
    model = case_model(case)
    kind = outcome_kind(case)
    if kind != "linear" and link_of(case) != "logit":
        raise NotSupported("resamples with a link that is not the logit")
    values: Values = {}
    told = said(case, "type", "types", "metric", "metrics")
    every = [told] if isinstance(told, str) else [str(each) for each in told or ()]
    asked = [each for each in every if each[:4].lower() not in _INTERVALS] or ["lmg"]
    for name in asked:
        source = {"lmg": "general", "genizi": "johnson"}.get(name, name)
        if source not in CONTRIBUTIONS:
            raise NotSupported(f"resamples of {name!r}")
        found = importance_resampled(
            model.y,
            model.columns,
            players=model.players,
            outcome=kind,
            always=model.always,
            weights=model.weights,
            streams=_streams(case),
            how=_resampling(case, source),
        )
        if not values:
            values |= dominance_values(case, found.importance.names, found.importance.dominance)
            values |= dict.fromkeys(("R2", "r2"), found.importance.fit)
            values |= dict.fromkeys(("R2_low", "R2.lower", "r2_lower"), found.fit_low)
            values |= dict.fromkeys(("R2_high", "R2.upper", "r2_upper"), found.fit_high)
            values |= _resampled_values(found, source)
        inner = _resampled_values(found, source)
        values |= {f"{name}{dot}{key}": each for key, each in inner.items() for dot in "._"}
    return Answer(values=values)


def _resampled_values(found: ResampledImportance, kind: str) -> Values:
    names = found.importance.names
    own = contribution(found.importance, kind)
    known = found.draws[~np.isnan(found.draws).any(axis=1)]
    low, high = by_name(names, found.low), by_name(names, found.high)
    values: Values = dict.fromkeys(("low", "lower", "ci_low", "q025", "lwr"), low)
    values |= dict.fromkeys(("high", "upper", "ci_high", "q975", "upr"), high)
    both = {
        name: dict.fromkeys(("low", "lower", "ci_low"), low[name])
        | dict.fromkeys(("high", "upper", "ci_high"), high[name])
        for name in names
    }
    values |= dict.fromkeys(("ci", "interval", "intervals"), both)
    mean = known.mean(axis=0) if len(known) else np.full(len(names), np.nan)
    values |= dict.fromkeys(("original", "estimate", "est"), by_name(names, own))
    values |= dict.fromkeys(("mean", "boot_mean", "bs.E", "average"), by_name(names, mean))
    values |= {"bias": by_name(names, mean - own)}
    errors = by_name(names, found.standard_error)
    values |= dict.fromkeys(("se", "sd", "std.error", "bs.SE", "SE"), errors)
    values["rank1"] = values["p_first"] = by_name(names, found.ranks[:, 0])
    values["mean_rank"] = by_name(names, found.mean_rank)
    values["failed"] = found.failed
    values["above"] = pairs(None, names, found.above)
    for share in (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975):
        at = np.quantile(known, share, axis=0) if len(known) else mean
        shown = by_name(names, at)
        values |= {f"{share}": shown, f"{share:.1%}".replace(".0%", "%"): shown}
    place = len(names) + 1 - np.array([len(names) + 1 - ranks(row) for row in known])
    if len(known):
        for name, share in (("lower", 0.025), ("upper", 0.975)):
            values[f"rank.{name}"] = by_name(names, np.quantile(place, share, axis=0))
            apart = [list(differences(names, row).values()) for row in known]
            ends = np.quantile(np.array(apart), share, axis=0) if len(names) > 1 else []
            keys = differences(names, own)
            values[f"diff.{name}"] = dict(zip(keys, map(float, ends), strict=True))
    return values


def dominance_bootstrap(case: Case) -> Answer:
    """Return how often resamples show each dominance (dominanceanalysis's bootstrap)."""
    model = case_model(case)
    found = dominance_resampled(
        model.y,
        model.columns,
        players=model.players,
        outcome=outcome_kind(case),
        always=model.always,
        weights=model.weights,
        streams=_streams(case),
        how=_resampling(case),
    )
    names = found.importance.names
    values: Values = {}
    for name in ("complete", "conditional", "general"):
        values[name] = _reproduced_values(names, getattr(found, name))
        values |= {f"{name}_{key}": each for key, each in values[name].items()}
    return Answer(values=values)


def _reproduced_values(names: Sequence[str], held: Reproduced) -> Values:
    called = {
        "observed": ("observed", "Dij"),
        "mean": ("mean", "mDij"),
        "sd": ("sd", "SE.Dij", "se"),
        "above": ("above", "Pij"),
        "below": ("below", "Pji"),
        "neither": ("neither", "Pnoij"),
        "same": ("same", "Rep", "reproducibility"),
    }
    return {
        name: pairs(None, names, getattr(held, source)) | _by_pair(names, getattr(held, source))
        for source, alike in called.items()
        for name in alike
    }


def _by_pair(names: Sequence[str], matrix: Floats) -> dict[str, Any]:
    return {
        f"{one}{sign}{other}": float(matrix[at, to])
        for at, one in enumerate(names)
        for to, other in enumerate(names)
        for sign in ("-", ".", "_", ">")
        if at != to
    }
