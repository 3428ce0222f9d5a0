"""Cases of intraclass correlation, similarity of profiles, and their tests."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.seeds import stream
from consilience.stats.agreement.icc import MeanSquares, mean_squares
from consilience.stats.agreement.icc_components import (
    Components,
    equivalent_mean_squares,
    one_way_components,
    two_way_components,
)
from consilience.stats.agreement.icc_forms import Intraclass, icc_forms, inferences
from consilience.stats.profile_permutation import MEASURES, profiles_shuffled
from consilience.stats.similarity import Trait, gower_distances, profile_similarity
from consilience.validation.level_order import levels_in_order
from consilience.validation.model import Answer, Case, NotSupported, Statistic
from consilience.validation.selected import columns_of, named_columns, option, rows_of

Floats = NDArray[np.float64]

# Shrout and Fleiss to McGraw and Wong, by the names of psych and by those in print.
_NAMES: Final = {
    "ICC(1)": ("ICC1_1", "ICC1", "Single_raters_absolute", "ICC(1,1)"),
    "ICC(A,1)": ("ICC2_1", "ICC2", "Single_random_raters", "ICC(2,1)", "ICCA1", "ICC_A1"),
    "ICC(C,1)": ("ICC3_1", "ICC3", "Single_fixed_raters", "ICC(3,1)", "ICCC1", "ICC_C1"),
    "ICC(k)": ("ICC1_k", "ICC1k", "Average_raters_absolute", "ICC(1,k)", "ICCk", "ICC_k"),
    "ICC(A,k)": ("ICC2_k", "ICC2k", "Average_random_raters", "ICC(2,k)", "ICCAk", "ICC_Ak"),
    "ICC(C,k)": ("ICC3_k", "ICC3k", "Average_fixed_raters", "ICC(3,k)", "ICCCk", "ICC_Ck"),
}
_AROUND: Final = ("unit", "id", "subject", "target", "ss")


def long_table(case: Case) -> Floats | None:
    """Return (units, raters) from rows of unit, rater and rating; None if the data are wide."""
    lowered = {name.lower(): name for name in case.columns}

    def column(key: str, *usual: str) -> str | None:
        told = case.args.get(key)
        if isinstance(told, str) and told in case.columns:
            return told
        return next((lowered[each] for each in usual if each in lowered), None)

    unit = column("unit", "unit", "subject", "target", "id", "area")
    rater = column("rater", "rater", "judge", "informant", "agency")
    if unit is None or rater is None or len(case.columns) > 3:
        return None
    value = next(name for name in case.columns if name not in (unit, rater))
    _, row = np.unique(case.texts(unit), return_inverse=True)
    _, place = np.unique(case.texts(rater), return_inverse=True)
    table = np.full((row.max() + 1, place.max() + 1), np.nan)
    table[row, place] = case.numbers(value)
    return table


def _ratings(case: Case) -> Floats:
    """Return (units, raters): wide as it stands, or from long rows of unit, rater and rating."""
    if (long := long_table(case)) is not None:
        return long
    named = columns_of(case)
    named = named if len(named) > 1 else list(case.columns)
    names = [name for name in named if name.lower() not in _AROUND and case.is_numeric(name)]
    return case.matrix(names or named)[rows_of(case, names)]


def _level(case: Case) -> float:
    level = option(case, "conf.level", "conf_level", "level", "conf")
    alpha = option(case, "alpha")
    if level is not None:
        return float(level)
    return 1 - float(alpha) if isinstance(alpha, int | float) else 0.95


def _shown(form: Intraclass) -> dict[str, float]:
    """Return one form under the names that psych and irr give its parts."""
    ends = dict.fromkeys(("ci_low", "low", "lbound", "lower", "lower bound"), form.low)
    ends |= dict.fromkeys(("ci_high", "high", "ubound", "upper", "upper bound"), form.high)
    p = dict.fromkeys(("p", "p.value", "p_value"), form.p)
    value = dict.fromkeys(("icc", "value"), form.coefficient)
    f = dict.fromkeys(("F", "Fvalue"), form.f)
    return {**value, **f, "df1": form.df1, "df2": form.df2, **p, **ends}


def _named_forms(case: Case, found: Mapping[str, Intraclass], raters: int) -> dict[str, Any]:
    """Return every form under its names: its parts, or its coefficient where that is asked for.

    The names of forms of a mean hold k, or the number of raters itself.
    """
    asked = case.expected if isinstance(case.expected, Mapping) else {}
    numbers = {str(key).lower() for key, each in asked.items() if not isinstance(each, Mapping)}
    values: dict[str, Any] = {}
    for form, each in found.items():
        names = (form, *_NAMES[form])
        for name in (*names, *(re.sub(r"k(\)?)$", rf"{raters}\1", name) for name in names)):
            values[name] = each.coefficient if name.lower() in numbers else _shown(each)
    return values


def _squares(found: MeanSquares) -> dict[str, float]:
    """Return mean squares of units (B), within units (W), of raters (J), and of the rest (E)."""
    return {
        **dict.fromkeys(("MSB", "MSR", "BMS"), found.between),
        **dict.fromkeys(("MSW", "WMS"), found.within),
        **dict.fromkeys(("MSJ", "MSC", "JMS"), found.raters_between),
        **dict.fromkeys(("MSE", "EMS"), found.error),
    }


def all_forms(case: Case) -> Answer:
    """Return the six forms, by restricted likelihood where ratings are missing."""
    table = _ratings(case)
    how = "reml" if np.isnan(table).any() and "na.omit" not in case.call else "drop"
    # lme4 stops at about 1e-6 of the variances, of which F is a ratio.
    loose = dict.fromkeys(("F", "p"), 1e-4) if how == "reml" else {}
    found = icc_forms(table, level=_level(case), missing=how)
    squares = (
        mean_squares(table) if how == "drop" else equivalent_mean_squares(two_way_components(table))
    )
    values = _named_forms(case, found, table.shape[1])
    return Answer(values=values | _squares(squares), loose=loose)


def one_form(case: Case) -> Answer:
    """Return the form that is named, or that irr calls by model, type and unit; all by name too."""
    table, name = _ratings(case), _form(case)
    null = float(option(case, "r0", "null", default=0))
    by_irr = "irr::" in case.call or any(name.split()[:1] == ["irr"] for name in case.packages)
    degrees = "irr" if by_irr else "paper"
    found = icc_forms(table, level=_level(case), null=null, degrees=degrees)
    values = _named_forms(case, found, table.shape[1]) | _squares(mean_squares(table))
    counts = {"n": int((~np.isnan(table).any(axis=1)).sum()), "subjects": len(table)}
    return Answer(values={**values, **_shown(found[name]), **counts, "raters": table.shape[1]})


def _form(case: Case) -> str:
    told = option(case, "form", "icc_form", "icc_type")
    for form, others in _NAMES.items():
        if told in (form, *others):
            return form
    model = str(option(case, "model", default="oneway")).lower()
    kind = str(option(case, "type", default="consistency")).lower()
    of_mean = str(option(case, "unit", default="single")).lower().startswith("a")
    letter = "" if model.startswith("one") else ("A," if kind.startswith("a") else "C,")
    return f"ICC({letter}{'k' if of_mean else '1'})"


def by_likelihood(case: Case) -> Answer:
    """Return variances and forms of ratings of which some are missing."""
    table = _ratings(case)
    two, one = two_way_components(table), one_way_components(table)
    forms = inferences(equivalent_mean_squares(two), level=_level(case))
    values: dict[str, Any] = {**_variances(two), "one_way": _variances(one)}
    values |= _named_forms(case, forms, table.shape[1])
    if len(re.findall(r"\(1\s*\|", case.call)) == 1:
        # The model of the call has one random part only: units.
        values |= {**_variances(one), "icc": one.share()}
        values |= dict.fromkeys(("ICC(1)", *_NAMES["ICC(1)"]), one.share())
        values |= dict.fromkeys(("ICC(k)", *_NAMES["ICC(k)"]), one.share(raters=one.raters))
    values |= {"one_way_icc": one.share(), "icc_oneway": one.share()}
    return Answer(values=values)


def _variances(found: Components) -> dict[str, float]:
    unit = dict.fromkeys(("unit", "var_unit", "var_subject", "subject", "sigma2_s"), found.unit)
    rater = dict.fromkeys(("rater", "var_rater", "var_judge", "sigma2_r"), found.rater)
    error = dict.fromkeys(
        ("error", "var_error", "residual", "var_residual", "sigma2_e"), found.error
    )
    return {
        **unit,
        **rater,
        **error,
        "agreement": found.share(),
        "consistency": found.share(agreement=False),
        "agreement_k": found.share(raters=found.raters),
        "consistency_k": found.share(agreement=False, raters=found.raters),
        "mean": found.mean,
        "loglik": found.loglik,
    }


# --- profiles ---------------------------------------------------------------------------


def _informants(case: Case) -> tuple[list[str], list[str], Floats]:
    """Return units, informants and (units, informants, items), nan where there is no row."""
    around = [name for name in case.columns if not case.is_numeric(name) or name.lower() == "area"]
    unit = str(case.args.get("unit") or case.args.get("area") or around[0])
    rater = str(case.args.get("informant") or case.args.get("agency") or around[1])
    items = case.args.get("items")
    if not isinstance(items, list):
        items = [name for name in case.columns if name not in (unit, rater)]
    units, informants = (list(dict.fromkeys(case.texts(each).tolist())) for each in (unit, rater))
    table = np.full((len(units), len(informants), len(items)), np.nan)
    rows = zip(case.texts(unit), case.texts(rater), case.matrix(items), strict=True)
    for one, other, values in rows:
        table[units.index(str(one)), informants.index(str(other))] = values
    return units, informants, table


def similarity(case: Case) -> Answer:
    """Return the parts of similarity of every two informants of every unit."""
    units, informants, table = _informants(case)
    values: dict[str, Any] = {}
    for place, unit in enumerate(units):
        for one, other in combinations(range(len(informants)), 2):
            both = ~np.isnan(table[place, one]) & ~np.isnan(table[place, other])
            parts = profile_similarity(table[place, one][both], table[place, other][both])
            key = f"{unit}|{informants[one]}|{informants[other]}"
            values[key] = {name: float(part) for name, part in parts.items()}
    return Answer(values=values)


def shuffled(case: Case) -> Answer:
    """Return mean similarity within units against shuffled informants, exact where it can be."""
    _, informants, table = _informants(case)
    args = case.args
    if len(informants) > 2 and {args.get("x"), args.get("y")} <= set(informants):
        raise NotSupported("two of several informants, of which one is shuffled")
    if isinstance(args.get("areas"), int):
        table = table[: args["areas"]]
    table = table[~np.isnan(table).any(axis=(1, 2))]
    given = str(args.get("index") or args.get("measure") or args.get("statistic") or "mad")
    alias = {
        "mean_absolute_difference": "mad",
        "mean_d2": "d2_mean",
        "d2": "d2_mean",
        "D2": "d2_mean",
    }
    measure = alias.get(given, given)
    if measure not in MEASURES:
        raise NotSupported(f"a measure {given!r}")
    found = profiles_shuffled(
        table,
        measure=measure,
        centring=str(args.get("centring") or args.get("center") or "none"),
        permutations=int(args.get("permutations") or 1_000_000),
        streams=lambda block: stream(int(args.get("seed") or 1), case.id, block=block),
    )
    _same_design(case, found.permutations)
    p = dict.fromkeys(("p", "p_value", "p_exact"), found.p)
    observed = dict.fromkeys(("observed", "statistic"), found.observed)
    count = dict.fromkeys(("permutations", "n_permutations", "n_perm"), found.permutations)
    return Answer(values={**p, **observed, **count, "mean": found.mean, "sd": found.sd})


def _same_design(case: Case, permutations: int) -> None:
    """Refuse a case whose count of permutations says that it shuffles something else."""
    asked = case.expected if isinstance(case.expected, Mapping) else {}
    names = ("permutations", "n_permutations", "n_perm", "nperm")
    told = [asked[name] for name in names if isinstance(asked.get(name), int | float)]
    told += [
        math.factorial(int(each))
        for each in re.findall(r"(?<!\()\b(\d{1,2})!(?!=|\s*[\^*)])", case.call)
    ]
    if any(each != permutations for each in told):
        raise NotSupported(f"a test with {told[0]:g} permutations; ours has {permutations}")


# --- Gower ------------------------------------------------------------------------------

_KINDS: Final = {
    "symmetric_binary": "nominal",
    "symm": "nominal",
    "nominal": "nominal",
    "factor": "nominal",
    "asymmetric_binary": "presence",
    "asymm": "presence",
    "asymmetric": "presence",
    "ordinal": "numeric",
    "ordered": "numeric",
    "ordratio": "numeric",
    "numeric": "numeric",
    "interval": "numeric",
    "ratio": "numeric",
}


def gower(case: Case) -> Answer:
    """Return distances of units; ordered levels by their place among those that occur."""
    weights = option(case, "weights")
    traits: list[Trait] = []
    for place, (name, kind, ordered) in enumerate(_traits(case)):
        values = _levels(case, name, ordered=ordered)
        weight = 1.0 if weights is None else _weight(weights, name, place)
        traits.append(Trait(values=values, kind=kind, weight=weight))  # type: ignore[arg-type]  # kinds of _KINDS are those of a trait
    found = gower_distances(traits)
    lower = found[np.tril_indices(len(found), -1)]
    known = lower[~np.isnan(lower)]
    values_: dict[str, Any] = {f"row{number + 1}": row for number, row in enumerate(found)}
    return Answer(
        values={
            **values_,
            "first_row": found[0],
            "row_1": found[0],
            "sum": float(np.nansum(found)),
            "max": float(known.max()) if len(known) else None,
            "mean": float(known.mean()) if len(known) else None,
            "matrix": found,
            "distances": lower,
            "lower": found.T[np.triu_indices(len(found), 1)],
            "n_missing": int(np.isnan(lower).sum()),
        }
    )


def _weight(weights: Any, name: str, place: int) -> float:  # noqa: ANN401  (list or object)
    return float(weights[name] if isinstance(weights, Mapping) else weights[place])


def _traits(case: Case) -> list[tuple[str, str, bool]]:
    """Return each column that counts, its kind, and whether its levels are only ordered."""
    every = list(case.columns)
    kinds: dict[str, str] = {}
    for word in _KINDS:
        if (given := option(case, word)) is not None:
            kinds |= dict.fromkeys(named_columns(given, every), word)
    # Arguments tell of every column that counts, a call only of those that are not as they look.
    wanted = kinds if set(_KINDS) & set(case.args) else every
    usual = {name: "numeric" if case.is_numeric(name) else "nominal" for name in every}
    words = [(name, (usual | kinds)[name]) for name in every if name in wanted]
    return [(name, _KINDS[word], word in ("ordinal", "ordered")) for name, word in words]


def _levels(case: Case, name: str, *, ordered: bool) -> Floats:
    if case.is_numeric(name) and not ordered:
        return case.numbers(name)
    texts = case.texts(name)
    order = levels_in_order(case, name, sorted({*texts.tolist()} - {""}), outcome=ordered)
    return np.array([float(order.index(str(text))) if text else np.nan for text in texts])


STATISTICS: Final[Mapping[str, Statistic]] = {
    **dict.fromkeys(("icc_all_forms", "icc_forms"), all_forms),
    **dict.fromkeys(
        (
            "icc",
            "icc_irr",
            "irr_icc",
            "icc_form",
            "icc_mcgraw_wong",
            "mcgraw_wong_icc",
            "icc_f_test",
        ),
        one_form,
    ),
    **dict.fromkeys(
        (
            "icc_variance_components",
            "icc_reml",
            "icc_missing",
            "icc_missing_reml",
            "icc_lme4",
            "icc_unbalanced",
        ),
        by_likelihood,
    ),
    "profile_similarity": similarity,
    **dict.fromkeys(
        (
            "congruence_permutation",
            "profile_permutation",
            "permutation_test",
            "exact_permutation",
            "congruence_permutation_exact",
            "congruence_permutation_p",
            "permutation_p_exact",
            "permutation_p",
        ),
        shuffled,
    ),
    **dict.fromkeys(("gower_distance", "gower"), gower),
}
