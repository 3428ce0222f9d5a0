"""Cases of weighting, design-based estimates and nonresponse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.weighting.calibrated import Calibrated
from consilience.stats.weighting.calibration import calibrate
from consilience.stats.weighting.raking import poststratify, rake
from consilience.stats.weighting.sample_design import (
    SampleDesign,
    adjusted,
)
from consilience.stats.weighting.trimming import kish, trim_weights
from consilience.validation.model import Answer, Case, NotSupported, Statistic
from consilience.validation.nonresponse import (
    finite_population_interval,
    frame_comparison,
    nonresponse,
    r_indicators,
    raking_to_sample,
    weighting_class,
)
from consilience.validation.sample_reading import (
    NAMED,
    WEIGHTS,
    answer,
    answered_of,
    argument,
    as_long,
    cells_of,
    codes_of,
    column_of,
    columns_of,
    margins_of,
    number_of,
    of_weights,
    option,
    pair,
    sample_of,
)
from consilience.validation.survey_figures import estimates_of, survey_estimates

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Values = dict[str, Any]


def raking(case: Case) -> Answer:
    """Return raked weights, and estimates with them and with those before."""
    margins, sample = margins_of(case), sample_of(case)
    answered = answered_of(case, told=bool(margins))
    if not margins:
        if answered is None:
            raise NotSupported("raking without margins")
        return raking_to_sample(case)
    codes = [codes_of(case, name, list(table)) for name, table in margins.items()]
    totals = [np.array(list(table.values())) for table in margins.values()]
    design = sample.design
    base = np.asarray(design.weights)
    if answered is not None:
        base = np.where(answered, base, 0.0)
        design = SampleDesign(
            weights=base, strata=design.strata, clusters=design.clusters, fpc=design.fpc
        )
    found = _raked(case, codes, totals, base)
    raked = design
    # R's survey::rake takes out the means of each margin in turn, ten times, all rows alike.
    for each in codes * 10:
        raked = adjusted(raked, found.weights, codes=[each], regression="equal")
    used = (*sample.used, *margins)
    values = estimates_of(case, raked, used)
    values |= estimates_of(case, design, used, "_unraked") | estimates_of(
        case, design, used, "_base"
    )
    weights = found.weights if answered is None else found.weights[answered]
    return answer(case, values | of_weights(as_long(case, found.weights, weights)))


def _raked(case: Case, codes: list[Integers], totals: list[Floats], base: Floats) -> Calibrated:
    bounds = pair(case, "bounds")
    told = number_of(case, "epsilon", "tolerance", otherwise=0.0)
    most = int(number_of(case, "maxit", "rounds", otherwise=10 if "rake(" in case.call else 1000))
    if "rake(" not in case.call or bounds or 0 < told < 1e-6:
        return rake(
            codes, totals, weights=base, rounds=max(most, 1000), bounds=bounds, missing="nan"
        )
    # survey::rake stops early, by the cells of its table, so its rounds are counted as it does.
    limit = told or 1.0
    limit = limit * float(base.sum()) if limit < 1 else limit
    cell = np.unique(np.column_stack(codes), axis=0, return_inverse=True)[1].ravel()
    before = np.bincount(cell, weights=base)
    for rounds in range(1, most + 1):
        found = rake(codes, totals, weights=base, rounds=rounds, tolerance=0.0, missing="nan")
        after = np.bincount(cell, weights=np.nan_to_num(found.weights))
        if np.abs(after - before).max() < limit:
            break
        before = after
    return found


def _cells(case: Case) -> tuple[list[str], Integers, list[float]]:
    """Return columns, cell of each row and total of each cell of a poststratification."""
    given = argument(case, "margins", "population", "totals", "margin", "targets")
    if isinstance(given, list) and given and isinstance(given[0], Mapping):
        names = [key for key in given[0] if key in case.columns]
        total = next((key for key in given[0] if key not in names), None)
        if len(names) > 1 and total is not None:
            table = {".".join(str(row[name]) for name in names): float(row[total]) for row in given}
            levels, codes = cells_of(case, names)
            if set(levels) <= set(table):
                return names, codes, [table[level] for level in levels]
    margins = margins_of(case)
    if len(margins) != 1:
        raise NotSupported("poststratification without one margin")
    ((name, known),) = margins.items()
    return [name], codes_of(case, name, list(known)), list(known.values())


def poststratification(case: Case) -> Answer:
    """Return poststratified weights and estimates with them; one margin, or all jointly."""
    sample = sample_of(case)
    names, codes, totals = _cells(case)
    found = poststratify(codes, totals, weights=sample.design.weights, missing="nan")
    design = adjusted(sample.design, found.weights, codes=[codes])
    used = (*sample.used, *names)
    values = estimates_of(case, design, used) | estimates_of(
        case, sample.design, used, "_unadjusted"
    )
    return answer(case, values | of_weights(found.weights))


def kish_design_effect(case: Case) -> Answer:
    """Return the cost of the weights that the case names.

    Where it names none, raked weights if it has margins, else the column of weights; weights
    that are all alike cost nothing, so then those raked to margins known of the population.
    """
    named = column_of(case, "weights", "weight", "w", "column")
    columns = columns_of(case, WEIGHTS, WEIGHTS)
    weights = case.numbers(named or columns[0]) if named or columns else None
    margins = margins_of(case)
    alike = weights is None or float(np.nanmin(weights)) == float(np.nanmax(weights))
    if margins and (argument(case, "margins") is not None or (named is None and alike)):
        codes = [codes_of(case, name, list(table)) for name, table in margins.items()]
        totals = [list(table.values()) for table in margins.values()]
        weights = rake(codes, totals, weights=weights, missing="nan").weights
    if weights is None:
        raise NotSupported("no weights")
    cost = kish(weights)
    values = of_weights(weights) | {
        "deff": cost.deff,
        "n": cost.n,
        "cv": cost.cv,
        "DEFF": cost.deff,
    }
    return answer(case, values | {"cv2": cost.cv**2, "design_effect": cost.deff}, "deff")


def _auxiliary(case: Case, name: str) -> Floats:
    """Return a column of a model matrix by the name that R gives it."""
    if name in ("(Intercept)", "Intercept"):
        return np.ones(len(next(iter(case.columns.values()))))
    if ":" in name:
        parts = [_auxiliary(case, part) for part in name.split(":")]
        return np.asarray(np.prod(parts, axis=0))
    if name in case.columns:
        return case.numbers(name)
    bare = re.sub(r"^(?:as\.)?factor\(([\w.]+)\)", r"\1", name)
    for column in sorted(case.columns, key=len, reverse=True):
        if bare.startswith(column):
            texts = case.texts(column)
            return np.asarray(texts == bare[len(column) :], dtype=float)
    raise NotSupported(f"auxiliary {name!r}")


def _population(case: Case) -> dict[str, float]:
    given = argument(case, "population", "totals", "pop", "pop_totals", "targets")
    if isinstance(given, Mapping):
        return {str(key): float(value) for key, value in given.items()}
    start = case.call.find("c(")
    written = case.call[start:] if start >= 0 else ""
    found = {
        next(part for part in names if part): float(number)
        for *names, number in NAMED.findall(written)
    }
    return {
        key: value
        for key, value in found.items()
        if key == "(Intercept)" or any(key.startswith(column) for column in case.columns)
    }


def calibration(case: Case) -> Answer:
    """Return calibrated weights and estimates with them."""
    population, sample = _population(case), sample_of(case)
    if not population:
        raise NotSupported("calibration without totals")
    auxiliaries = np.column_stack([_auxiliary(case, name) for name in population])
    bounds = pair(case, "bounds")
    unlimited = bounds is None or (np.isinf(bounds[0]) and np.isinf(bounds[1]))
    found = calibrate(
        auxiliaries,
        list(population.values()),
        weights=sample.design.weights,
        method=option(case, "calfun", "method")
        or next((each for each in ("raking", "logit") if each in case.statistic), "linear"),
        bounds=None if unlimited else bounds,
    )
    design = adjusted(sample.design, found.weights, auxiliaries=auxiliaries)
    values = estimates_of(case, design, sample.used)
    values |= estimates_of(case, sample.design, sample.used, "_uncalibrated")
    values |= {"g": found.factors, "g_weights": found.factors}
    values |= dict.fromkeys(("g_min", "min_g"), np.nanmin(found.factors))
    values |= dict.fromkeys(("g_max", "max_g"), np.nanmax(found.factors))
    return answer(case, values | of_weights(found.weights))


def trimming(case: Case) -> Answer:
    """Return trimmed weights and estimates with them."""
    sample = sample_of(case)
    lower, upper = _limits(case)
    found = trim_weights(
        sample.design.weights,
        lower=lower,
        upper=upper,
        strict=(option(case, "strict") or "").lower() in ("true", "t"),
    )
    design = SampleDesign(
        weights=found.weights,
        strata=sample.design.strata,
        clusters=sample.design.clusters,
        fpc=sample.design.fpc,
    )
    values = estimates_of(case, design, sample.used) | of_weights(found.weights)
    if "svytotal" not in case.call:
        values |= dict.fromkeys(("total", "total_weight"), values["sum_weights"])
    return answer(case, values)


_SCALED: Final = re.compile(r"pmin\(|pmax\(|proportion|rescal|/\s*sum\(", re.IGNORECASE)


def _limits(case: Case) -> tuple[float, float]:
    """Return the least and the greatest weight that trimming leaves.

    Raises:
        NotSupported: if no limit is a number, or the excess is not spread evenly.
    """
    lower = number_of(case, "lower", "min_weight", "floor", otherwise=-np.inf)
    upper = number_of(case, "upper", "cap", "max_weight", otherwise=np.inf)
    told = any(argument(case, name) for name in ("rescale", "rescaled", "proportional", "iterate"))
    if "trimWeights" not in case.call and (told or _SCALED.search(case.call)):
        raise NotSupported("weights cut and rescaled; ours spread the excess evenly, as survey's")
    if np.isinf(lower) and np.isinf(upper):
        raise NotSupported("trimming without a limit `lower` or `upper` that is a number")
    return lower, upper


def _under(names: str, function: Callable[[Case], Answer]) -> dict[str, Statistic]:
    return dict.fromkeys(names.split(), function)


STATISTICS: Final[Mapping[str, Statistic]] = {
    **_under(
        "raking rake raking_weights raked_mean survey_raking raking_strata raking_clusters"
        " raked_weights rake_weights raking_stratified ipf_weights raking_bounded",
        raking,
    ),
    **_under(
        "raked_nonresponse_weights nonresponse_raking raked_nonresponse raking_nonresponse"
        " sample_based_raking",
        raking_to_sample,
    ),
    **_under(
        "poststratification poststratify post_stratification postStratify survey_poststratification"
        " poststratification_weights poststratified_mean",
        poststratification,
    ),
    **_under(
        "kish_design_effect kish effective_sample_size neff kish_deff kish_neff design_effect",
        kish_design_effect,
    ),
    **_under(
        "calibration calibrate linear_calibration calibrated_totals calibration_linear"
        " calibration_raking raking_calibration calibration_logit logit_calibration"
        " calibration_weights calibrated_weights survey_calibration greg greg_weights",
        calibration,
    ),
    **_under(
        "trim_weights trimWeights weight_trimming trimming trimmed_weights weights_trimmed",
        trimming,
    ),
    **_under(
        "svymean svytotal svyratio svyby svyciprop survey_mean survey_total survey_ratio"
        " survey_by survey_domain_means survey_proportion survey_ciprop svy_mean svy_total"
        " weighted_mean weighted_total weighted_ratio weighted_proportion weighted_proportions"
        " domain_means domain_totals design_based_mean",
        survey_estimates,
    ),
    **_under(
        "nonresponse_weights nonresponse_weighting nonresponse_adjustment propensity_weights"
        " propensity_weighting response_propensity propensity nonresponse_propensity"
        " propensity_scores response_propensities nonresponse_propensity_weights"
        " propensity_classes propensity_adjustment inverse_propensity_weights",
        nonresponse,
    ),
    **_under(
        "weighting_class weighting_classes weighting_class_weights weighting_cells"
        " weighting_class_adjustment nonresponse_classes nonresponse_cells adjustment_cells"
        " weighting_cell_adjustment class_weights",
        weighting_class,
    ),
    **_under(
        "r_indicator R_indicator r_indicators R_indicators representativity"
        " representativity_indicator partial_r_indicator partial_r_indicators"
        " partial_R_indicators representativeness r_indicator_partial"
        " r_indicator_partials R_indicator_partial",
        r_indicators,
    ),
    **_under(
        "finite_population_interval finite_population_ci finite_interval",
        finite_population_interval,
    ),
    **_under("frame_comparison compare_with_frame", frame_comparison),
}
