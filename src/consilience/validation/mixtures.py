"""Cases of latent profiles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.seeds import stream
from consilience.stats.mixtures.classification import classification_quality
from consilience.stats.mixtures.covariates import predict_profiles
from consilience.stats.mixtures.likelihood_ratio import bootstrap_lrt
from consilience.stats.mixtures.outcomes import relate_profiles
from consilience.stats.mixtures.profiles import Profiles, latent_profiles
from consilience.stats.mixtures.selection import select_profiles
from consilience.validation.model import Answer, Case, NotSupported, Statistic

Floats = NDArray[np.float64]

_SEED: Final = 854716
_STARTS: Final = 300
_MODEL: Final = re.compile(r"model(?:Names?|s)?\s*=\s*c?\(?\s*((?:['\"]\w+['\"]\s*,?\s*)+)")
_NUMBER: Final = re.compile(
    r"\b(?:G|maxG|classes|n_profiles|nclass|profiles|k)\s*=\s*(\d+)\s*(?:[:-]\s*(\d+))?"
)
_SLICE: Final = re.compile(r"\[\s*,\s*(-?)\(?(\d+)(?:\s*:\s*(\d+))?\)?\s*\]")
_RANGE: Final = re.compile(r"^(\w+)\s*(?:\.\.|:)\s*(\w+)$")
_TIDY: Final = {"1": "EEI", "2": "VVI", "3": "EEE", "6": "VVV"}
# mclust stops at a relative gain of 1e-5: its figures are those of a point near the optimum,
# where a unit on the border may fall on the other side.
_NEAR: Final = {
    **dict.fromkeys(("prop", "pro", "shares", "entropy_rel", "entropy", "means"), 1e-2),
    **dict.fromkeys(("icl", "icl_mclust", "variances"), 1e-2),
    **dict.fromkeys(("posterior", "posterior_max", "uncertainty", "avepp", "n_modal"), 3e-2),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """What a case asks: data, numbers of profiles, models."""

    values: Floats
    columns: tuple[str, ...]
    numbers: tuple[int, ...]
    models: tuple[str, ...]
    weights: Floats | None


def latent_profile(case: Case) -> Answer:
    """Return one solution: fit, criteria, sizes and memberships, the smallest profile first."""
    asked = _asked(case)
    found = latent_profiles(
        asked.values,
        profiles=asked.numbers[-1],
        model=asked.models[0],
        starts=_STARTS,
        weights=asked.weights,
        rng=stream(_SEED, "validation/latent-profile"),
    )
    return Answer(
        values=_described(found, asked, case),
        loose=_NEAR,
        at_least=() if np.isnan(found.loglik) else ("loglik",),
    )


def _described(found: Profiles, asked: _Asked, case: Case) -> dict[str, Any]:
    upward = found.shares[::-1]
    posterior = found.posterior[:, ::-1]
    surest = posterior.max(axis=1) if posterior.size else np.full(len(posterior), np.nan)
    quality = classification_quality(found.posterior, weights=asked.weights)
    icl = -found.icl if re.search(r"(?<!-)\bicl\(|\$icl", case.call) else found.icl
    undefined = np.isnan(found.loglik)
    counts = np.bincount(found.modal[found.modal >= 0], minlength=found.profiles)
    return {
        "loglik": found.loglik,
        "bic_mclust": -found.bic,
        "bic": found.bic,
        "npar": found.npar,
        "df": found.npar,
        "aic": found.aic,
        "sabic": found.sabic,
        "caic": found.caic,
        "icl": icl,
        "icl_mclust": -found.icl,
        "n": found.units,
        "prop": upward.tolist(),
        "pro": upward.tolist(),
        "shares": upward.tolist(),
        "n_modal": float("nan") if undefined else np.sort(counts).tolist(),
        "entropy_rel": found.entropy,
        "entropy": found.entropy,
        "means": found.means[::-1].tolist(),
        "variances": found.variances[::-1].tolist(),
        "posterior": posterior.tolist(),
        "posterior_max": surest.tolist(),
        "uncertainty": (1 - surest).tolist(),
        "avepp": np.diagonal(quality.average)[::-1].tolist(),
        "odds": quality.odds[::-1].tolist(),
        "wrong": quality.wrong,
        "warnings": len(found.warnings),
    }


def profile_selection(case: Case) -> Answer:
    """Return the criteria of several numbers of profiles and models, and the best of each."""
    asked = _asked(case)
    table = select_profiles(
        asked.values,
        profiles=asked.numbers,
        models=asked.models,
        weights=asked.weights,
        streams=_streams("selection"),
    )
    values: dict[str, Any] = {}
    for each in table.solutions:
        solution = {
            "loglik": each.loglik,
            "npar": each.npar,
            "aic": each.aic,
            "bic": each.bic,
            "bic_mclust": -each.bic,
            "sabic": each.sabic,
            "icl": each.icl,
            "icl_mclust": -each.icl,
            "entropy": each.entropy,
        }
        values[f"{each.model}_{each.profiles}"] = solution
        values.setdefault(each.model, {})[str(each.profiles)] = solution
    for criterion in ("bic", "icl"):
        best = table.best(criterion)
        values[f"best_{criterion}"] = {"model": best.model, "profiles": best.profiles}
    return Answer(
        values=values,
        loose={"icl": 1e-2, "icl_mclust": 1e-2, "entropy": 1e-2},
        # A better optimum has a greater BIC in the sign of mclust.
        at_least=("loglik", "bic_mclust"),
    )


def profile_lrt(case: Case) -> Answer:
    """Return the bootstrap likelihood ratio tests of 2, 3, ... profiles up to those asked."""
    asked = _asked(case)
    replicates = int(_first(case, "replicates", "nboot", "B") or 99)
    last = max(asked.numbers)
    if "maxG" in case.call or "maxG" in case.args:
        last += 1
    first = 2 if "maxG" in case.call or "maxG" in case.args or len(asked.numbers) > 1 else last
    tests = [
        bootstrap_lrt(
            asked.values,
            profiles=number,
            model=asked.models[0],
            replicates=replicates,
            streams=_streams(f"lrt/{number}"),
        )
        for number in range(first, last + 1)
    ]
    ratios, tails = [test.statistic for test in tests], [test.p for test in tests]
    values = dict.fromkeys(("lrt", "LRTS", "obs", "statistic"), ratios)
    values |= dict.fromkeys(("p", "p_value", "p.value"), tails)
    loose = dict.fromkeys(("lrt", "LRTS", "obs", "statistic"), 1e-2)
    return Answer(values=values, loose=loose | dict.fromkeys(("p", "p_value", "p.value"), 0.15))


def profile_quality(case: Case) -> Answer:
    """Return average posterior probabilities, odds and errors of given memberships."""
    posterior = case.matrix(_columns(case))
    way = str(_first(case, "assignment") or "modal")
    quality = classification_quality(posterior, assignment=way)
    return Answer(
        values={
            "avepp": np.diagonal(quality.average).tolist(),
            "average": quality.average.tolist(),
            "errors": quality.errors.tolist(),
            "occ": quality.odds.tolist(),
            "odds": quality.odds.tolist(),
            "shares": quality.shares.tolist(),
            "assigned": quality.assigned.tolist(),
            "entropy": quality.entropy,
            "entropy_rel": quality.entropy,
            "wrong": quality.wrong,
        }
    )


def profile_outcome(case: Case) -> Answer:
    """Return an outcome by profile, from the memberships in the data."""
    posterior, name = case.matrix(_columns(case)), _first(case, "outcome", "y", "distal")
    if name is None:
        raise NotSupported("no outcome among its arguments")
    kind = str(_first(case, "kind") or ("continuous" if case.is_numeric(name) else "nominal"))
    found = relate_profiles(
        posterior,
        case.numbers(name) if kind == "continuous" else case.texts(name),
        kind=kind,
        method=str(_first(case, "method", "correction") or "BCH"),
        assignment=str(_first(case, "assignment") or "modal"),
    )
    estimates, se = found.estimates.tolist(), found.se.tolist()
    return Answer(
        values={
            **dict.fromkeys(("estimates", "means", "probabilities"), estimates),
            "se": se,
            "variances": found.variances.tolist(),
            **dict.fromkeys(("wald", "chisq", "statistic"), found.wald.statistic),
            "df": found.wald.df,
            "p": found.wald.p,
            "pairs": found.pairs.tolist(),
        }
    )


def profile_covariates(case: Case) -> Answer:
    """Return the multinomial logit of the memberships in the data."""
    names = _first(case, "covariates", "x", "predictors")
    if not names:
        raise NotSupported("no covariates among its arguments")
    found = predict_profiles(
        case.matrix(_columns(case)),
        case.matrix([names] if isinstance(names, str) else list(names)),
        method=str(_first(case, "method", "correction") or "ML"),
        assignment=str(_first(case, "assignment") or "modal"),
        reference=int(_first(case, "reference") or 0),
    )
    return Answer(
        values={
            "coefficients": found.coefficients.tolist(),
            "se": found.se.tolist(),
            "loglik": found.loglik,
            "wald": found.wald.statistic,
            "df": found.wald.df,
            "p": found.wald.p,
            "tests": [test.statistic for test in found.tests],
        }
    )


def _asked(case: Case) -> _Asked:
    columns = _columns(case)
    weights = _first(case, "weights", "weight")
    return _Asked(
        values=case.matrix(columns),
        columns=tuple(columns),
        numbers=_numbers(case),
        models=_models(case),
        weights=case.numbers(weights) if isinstance(weights, str) else None,
    )


def _first(case: Case, *names: str) -> Any:  # noqa: ANN401  (arguments of any type)
    given = {key.lower(): value for key, value in case.args.items()}
    found = (given.get(name.lower()) for name in names)
    return next((value for value in found if value is not None), None)


def _numbers(case: Case) -> tuple[int, ...]:
    given = _first(case, "classes", "profiles", "G", "k", "n_profiles", "nclass", "maxG")
    if given is None:
        match = _NUMBER.search(case.call)
        if not match:
            raise NotSupported("no number of profiles in its arguments or call")
        low, high = int(match[1]), int(match[2] or match[1])
        return tuple(range(low, high + 1))
    return tuple(int(each) for each in (given if isinstance(given, Sequence) else [given]))


def _models(case: Case) -> tuple[str, ...]:
    given = _first(case, "model", "models", "modelNames", "modelName", "tidyLPA_model")
    if given is None:
        match = _MODEL.search(case.call)
        given = re.findall(r"\w+", match[1]) if match else ["EEI"]
    names = given if isinstance(given, list) else [given]
    return tuple(_TIDY.get(str(each), str(each)) for each in names)


def _columns(case: Case) -> list[str]:
    given = _first(case, "columns", "items", "variables", "scales", "posterior")
    every = list(case.columns)
    if isinstance(given, str) and (ends := _RANGE.match(given)):
        given = every[every.index(ends[1]) : every.index(ends[2]) + 1]
    if given:
        return [given] if isinstance(given, str) else list(given)
    numeric = [name for name in every if case.is_numeric(name)]
    if match := _SLICE.search(case.call):
        low, high = int(match[2]), int(match[3] or match[2])
        if match[1]:
            return [name for place, name in enumerate(every, 1) if not low <= place <= high]
        if high <= len(every):
            return every[low - 1 : high]
    spent = {str(value) for value in case.args.values() if isinstance(value, str)}
    return [name for name in numeric if name not in spent and not _counts(case, name)]


def _counts(case: Case, name: str) -> bool:
    """Say whether a column only numbers the rows."""
    values = case.numbers(name)
    return len(values) > 2 and bool(np.array_equal(values, np.arange(1, len(values) + 1)))


def _streams(name: str) -> Callable[[int], np.random.Generator]:
    return lambda block: stream(_SEED, f"validation/{name}", block=block)


STATISTICS: Final[Mapping[str, Statistic]] = {
    **dict.fromkeys(
        ("latent_profile", "latent_profiles", "lpa", "mclust", "gaussian_mixture"), latent_profile
    ),
    **dict.fromkeys(
        ("profile_selection", "latent_profile_selection", "select_profiles", "mclust_bic"),
        profile_selection,
    ),
    **dict.fromkeys(
        ("profile_lrt", "bootstrap_lrt", "blrt", "latent_profile_blrt", "lpa_blrt"), profile_lrt
    ),
    **dict.fromkeys(("profile_quality", "classification_quality"), profile_quality),
    **dict.fromkeys(
        ("profile_outcome", "relate_profiles", "three_step", "distal_outcome", "bch"),
        profile_outcome,
    ),
    **dict.fromkeys(("profile_covariates", "predict_profiles"), profile_covariates),
}
