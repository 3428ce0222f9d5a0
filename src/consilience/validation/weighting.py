"""Cases of weighting, design-based estimates and nonresponse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.weighting.calibrated import Calibrated
from consilience.stats.weighting.calibration import calibrate
from consilience.stats.weighting.estimates import (
    Estimate,
    domain_means,
    weighted_mean,
    weighted_ratio,
    weighted_total,
)
from consilience.stats.weighting.proportions import weighted_proportion
from consilience.stats.weighting.raking import poststratify, rake
from consilience.stats.weighting.sample_design import (
    SampleDesign,
    adjusted,
    degrees_of_freedom,
)
from consilience.stats.weighting.trimming import kish, trim_weights
from consilience.validation.model import Answer, Case, NotSupported, Statistic
from consilience.validation.nonresponse import (
    finite_population_interval,
    frame_comparison,
    nonresponse,
    r_indicators,
    raking_to_sample,
)
from consilience.validation.sample_reading import (
    NAMED,
    WEIGHTS,
    Sample,
    answer,
    answered_of,
    argument,
    as_long,
    codes_of,
    column_of,
    columns_of,
    levels_of,
    margins_of,
    number_of,
    of_weights,
    option,
    outcomes_of,
    pair,
    sample_of,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Values = dict[str, Any]


def _spread(estimate: Estimate) -> Values:
    return {
        "se": estimate.se,
        "SE": estimate.se,
        "df": estimate.df,
        "ci_low": estimate.low,
        "ci_high": estimate.high,
        "low": estimate.low,
        "high": estimate.high,
        "deff": estimate.deff,
        "var": estimate.se**2,
    }


def _free(case: Case) -> float | None:
    """Return what confint of R takes: normal unless degrees of freedom are named."""
    if "confint" in case.call and not re.search(r"\bdf\s*=", case.call):
        return float("inf")
    return None


def _estimates(case: Case, design: SampleDesign, used: Sequence[str], suffix: str = "") -> Values:
    """Return mean and total of every variable under the names that a case may use."""
    values: Values = {}
    level = number_of(case, "level", "conf_level", "confidence", otherwise=0.95)
    removes = "na.rm" in case.call or bool(argument(case, "na.rm"))
    total_only = "svytotal" in case.call and "svymean" not in case.call
    for number, name in enumerate(outcomes_of(case, used)):
        column = case.numbers(name)
        if np.isnan(column).any() and not removes:
            continue
        found = {
            "mean": weighted_mean(column, design=design, confidence=level, df=_free(case)),
            "total": weighted_total(column, design=design, confidence=level, df=_free(case)),
        }
        for kind, estimate in found.items():
            for head in (kind, f"svy{kind}"):
                values[f"{head}_{name}{suffix}"] = estimate.value
                values[f"se_{head}_{name}{suffix}"] = estimate.se
                values[f"{head}_{name}_se{suffix}"] = estimate.se
                if not number:
                    values[f"{head}{suffix}"] = estimate.value
                    values[f"se_{head}{suffix}"] = estimate.se
                    values[f"{head}_se{suffix}"] = estimate.se
        values[f"se_{name}{suffix}"] = found["mean"].se
        values[name + suffix] = found["mean"].value
        if not number:
            main = found["total" if total_only else "mean"]
            values |= {key + suffix: value for key, value in _spread(main).items()}
    return values


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
    values = _estimates(case, raked, used)
    values |= _estimates(case, design, used, "_unraked") | _estimates(case, design, used, "_base")
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


def poststratification(case: Case) -> Answer:
    """Return poststratified weights and estimates with them; one margin, or all jointly."""
    margins, sample = margins_of(case), sample_of(case)
    if len(margins) != 1:
        raise NotSupported("poststratification without one margin")
    ((name, table),) = margins.items()
    codes = codes_of(case, name, list(table))
    found = poststratify(codes, list(table.values()), weights=sample.design.weights, missing="nan")
    design = adjusted(sample.design, found.weights, codes=[codes])
    used = (*sample.used, name)
    values = _estimates(case, design, used) | _estimates(case, sample.design, used, "_unadjusted")
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
        method=option(case, "calfun", "method") or "linear",
        bounds=None if unlimited else bounds,
    )
    design = adjusted(sample.design, found.weights, auxiliaries=auxiliaries)
    values = _estimates(case, design, sample.used)
    values |= _estimates(case, sample.design, sample.used, "_uncalibrated")
    return answer(case, values | of_weights(found.weights) | {"g": found.factors})


def trimming(case: Case) -> Answer:
    """Return trimmed weights and estimates with them."""
    sample = sample_of(case)
    found = trim_weights(
        sample.design.weights,
        lower=number_of(case, "lower", otherwise=-np.inf),
        upper=number_of(case, "upper", otherwise=np.inf),
        strict=(option(case, "strict") or "").lower() in ("true", "t"),
    )
    design = SampleDesign(
        weights=found.weights,
        strata=sample.design.strata,
        clusters=sample.design.clusters,
        fpc=sample.design.fpc,
    )
    return answer(case, _estimates(case, design, sample.used) | of_weights(found.weights))


def survey_estimates(case: Case) -> Answer:
    """Return means, totals, shares, a ratio and domain means, as far as the case asks."""
    sample = sample_of(case)
    values = _estimates(case, sample.design, sample.used)
    values |= {"degf": degrees_of_freedom(sample.design)}
    if not case.args.get("weights") and "n" not in values:
        values["n"] = len(np.asarray(sample.design.weights))
    if over := _ratio_columns(case):
        estimate = weighted_ratio(
            case.numbers(over[0]), case.numbers(over[1]), design=sample.design, df=_free(case)
        )
        values |= {"ratio": estimate.value, "estimate": estimate.value} | _spread(estimate)
    if names := _domain_columns(case, sample):
        values |= _domains(case, sample, *names)
    elif category := _category(case):
        values |= _shares(case, sample, category)
    values.setdefault("estimate", values.get("mean"))
    return answer(case, values, "mean")


def _ratio_columns(case: Case) -> tuple[str, str] | None:
    above, below = column_of(case, "numerator", "above"), column_of(case, "denominator", "below")
    found = re.search(r"svyratio\(\s*~\s*([\w.]+)\s*,\s*~\s*([\w.]+)", case.call)
    if above and below:
        return above, below
    return (found[1], found[2]) if found else None


def _domain_columns(case: Case, sample: Sample) -> tuple[str, str] | None:
    by = column_of(case, "by", "domain", "group", "domains")
    found = re.search(r"svyby\(\s*~\s*([\w.]+)\s*,\s*~\s*([\w.]+)", case.call)
    if found:
        return found[1], by or found[2]
    names = [name for name in outcomes_of(case, sample.used) if name != by]
    return (names[0], by) if by and names else None


def _domains(case: Case, sample: Sample, name: str, by: str) -> Values:
    levels = levels_of(case, by)
    found = domain_means(
        case.numbers(name), codes_of(case, by, levels), design=sample.design, domains=len(levels)
    )
    rows = {
        level: {"mean": found.value[k], name: found.value[k], by: level}
        | {
            key: np.atleast_1d(part)[k % len(np.atleast_1d(part))]
            for key, part in _spread(found).items()
        }
        for k, level in enumerate(levels)
    }
    plain = isinstance(case.expected, Mapping) and any(
        isinstance(case.expected.get(level), int | float) for level in levels
    )
    named: Values = {level: row["mean"] for level, row in rows.items()} if plain else dict(rows)
    lists = {"mean": found.value, "means": found.value, name: found.value, "levels": levels}
    return named | lists | {"se": found.se, "ses": found.se, "by": levels}


def _category(case: Case) -> str | None:
    named = re.search(r"svy(?:mean|table|ciprop)\(\s*~\s*(?:I\()?([\w.]+)", case.call)
    name = column_of(case, "variable", "category", "y") or (named[1] if named else "")
    if name not in case.columns:
        return None
    return name if "svyciprop" in case.call or not case.is_numeric(name) else None


def _shares(case: Case, sample: Sample, name: str) -> Values:
    levels = levels_of(case, name)
    method = {"asin": "arcsine", "xlogit": "logit"}.get(option(case, "method") or "logit")
    found = weighted_proportion(
        codes_of(case, name, levels),
        design=sample.design,
        categories=len(levels),
        interval=method or option(case, "method") or "logit",
        confidence=number_of(case, "level", "conf_level", otherwise=0.95),
    )
    values: Values = {}
    for k, level in enumerate(levels):
        for label in (level, f"{name}{level}"):
            values[label] = found.value[k]
            values[f"se_{label}"] = found.se[k]
    told = argument(case, "level", "category")
    picked = re.search(r"==\s*[\"']?([\w.]+)", case.call)
    one = str(told) if str(told) in levels else picked[1] if picked else None
    lists = {"mean": found.value, "p": found.value, "share": found.value} | _spread(found)
    if one in levels:
        k = levels.index(one)
        lists = {
            key: np.atleast_1d(part)[k % len(np.atleast_1d(part))] for key, part in lists.items()
        }
    return values | lists


def _all(function: Callable[[Case], Answer], *names: str) -> dict[str, Statistic]:
    return dict.fromkeys(names, function)


STATISTICS: Final[Mapping[str, Statistic]] = {
    **_all(raking, "raking", "rake", "raking_weights", "raked_mean"),
    **_all(raking_to_sample, "raked_nonresponse_weights", "nonresponse_raking"),
    **_all(poststratification, "poststratification", "poststratify", "post_stratification"),
    **_all(kish_design_effect, "kish_design_effect", "kish", "effective_sample_size", "neff"),
    **_all(calibration, "calibration", "calibrate", "linear_calibration", "calibrated_totals"),
    **_all(trimming, "trim_weights", "trimWeights", "weight_trimming", "trimming"),
    **_all(
        survey_estimates,
        "svymean",
        "svytotal",
        "svyratio",
        "svyby",
        "svyciprop",
        "survey_mean",
        "survey_total",
        "survey_ratio",
        "weighted_mean",
        "weighted_total",
        "weighted_ratio",
        "weighted_proportion",
        "weighted_proportions",
        "domain_means",
        "design_based_mean",
    ),
    **_all(
        nonresponse,
        "nonresponse_weights",
        "nonresponse_weighting",
        "nonresponse_adjustment",
        "propensity_weights",
        "propensity_weighting",
        "response_propensity",
        "propensity",
    ),
    **_all(r_indicators, "r_indicator", "R_indicator", "representativity", "partial_r_indicators"),
    **_all(
        finite_population_interval,
        "finite_population_interval",
        "finite_population_ci",
        "finite_interval",
    ),
    **_all(frame_comparison, "frame_comparison", "compare_with_frame"),
}
