"""Cases of nonresponse: propensities, representativity, small populations, the frame."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.weighting.estimates import (
    weighted_mean,
)
from consilience.stats.weighting.finite import finite_interval
from consilience.stats.weighting.frame_comparison import Comparison, compare_with_frame
from consilience.stats.weighting.propensity import (
    Propensity,
    nonresponse_weights,
    propensity,
    propensity_classes,
    raked_nonresponse_weights,
)
from consilience.stats.weighting.representativity import (
    Partial,
    partial_indicators,
    r_indicator,
)
from consilience.stats.weighting.sample_design import (
    SampleDesign,
)
from consilience.validation.formula import design as model_of
from consilience.validation.formula import formulas, outcome_of
from consilience.validation.model import Answer, Case, NotSupported
from consilience.validation.sample_reading import (
    RESPONSE,
    WEIGHTS,
    answer,
    answered_of,
    argument,
    as_long,
    cells_of,
    codes_of,
    column_of,
    columns_of,
    levels_of,
    names_of,
    number_of,
    of_weights,
    option,
    outcome_of_answers,
    sample_of,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Values = dict[str, Any]

_OF_CATEGORIES: Final = (
    *("pu_category", "unconditional_category", "unconditional_categories"),
    *("p_u_categories", "pu_categories", "categories"),
)
_IDS: Final = ("id", "ID", "unit", "row", "case")


def raking_to_sample(case: Case) -> Answer:
    """Return the weights of those who answered, raked to the margins of all asked."""
    answered, sample = answered_of(case), sample_of(case)
    if answered is None:
        raise NotSupported("no column says who answered")
    given = argument(case, "variables", "margins", "by", "vars", "auxiliaries", "strata")
    names = re.findall(r"[\w.]+", given) if isinstance(given, str) else list(given or ())
    names = names or list(re.findall(r"~\s*([\w.]+)", case.call))
    names = [name for name in names if name in case.columns]
    if not names:
        raise NotSupported("raking without margins")
    found = raked_nonresponse_weights(
        [codes_of(case, name, levels_of(case, name)) for name in names],
        answered,
        weights=np.asarray(sample.design.weights),
    )
    values = of_weights(as_long(case, found.weights, found.weights[answered]))
    return answer(case, values | _weighted_outcomes(case, found.weights, answered))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Response:
    """The model of answering of a case."""

    names: tuple[str, ...]
    columns: Floats
    labels: tuple[str, ...]
    answered: NDArray[np.bool_]
    weights: Floats | None
    fitted: Propensity


def _response(case: Case) -> _Response:
    name = column_of(case, *RESPONSE) or next((n for n in RESPONSE if n in case.columns), None)
    given = argument(case, "variables", "covariates", "auxiliaries", "predictors", "x")
    text = next((each for each in formulas(case) if each.split("~")[0].strip()), None)
    if text is None and name is not None:
        apart = (name, outcome_of_answers(case), *_IDS, *WEIGHTS)
        names = re.findall(r"[\w.]+", given) if isinstance(given, str) else given
        names = names or [each for each in case.columns if each not in apart]
        text = f"{name} ~ {' + '.join(map(str, names))}"
    if text is None:
        raise NotSupported("no model of answering")
    model = model_of(case, text, interactions=True)
    weighted = columns_of(case, (), WEIGHTS)
    weights = case.numbers(weighted[0]) if weighted else None
    answered = model.y > 0
    in_fit = weights if "weights=" in case.call.replace(" ", "") else None
    return _Response(
        names=model.terms,
        columns=model.columns,
        labels=("(Intercept)", *model.names),
        answered=answered,
        weights=weights,
        fitted=propensity(model.columns, answered, weights=in_fit),
    )


def nonresponse(case: Case) -> Answer:
    """Return propensities and the weights of those who answered."""
    response = _response(case)
    p = response.fitted.probabilities
    classes: Integers | None = None
    if cells := column_of(case, "cells", "classes", "cell", "by"):
        classes = codes_of(case, cells, levels_of(case, cells))
    elif wanted := int(number_of(case, "classes", "cells", "quintiles", "groups", otherwise=0)):
        classes = propensity_classes(p, classes=5 if wanted == 1 else wanted)
    rates = _class_rates(case, p, response.answered, classes)
    found = nonresponse_weights(
        p if rates is None else rates,
        response.answered,
        weights=response.weights,
        classes=classes if rates is None else None,
        within=option(case, "within") or "rate",
    )
    answers = found.weights[response.answered]
    values = of_weights(as_long(case, found.weights, answers))
    values |= dict.fromkeys(("p", "propensity", "propensities", "probabilities", "fitted"), p)
    for source, keys in (("coefficients", ("coef", "coefficients", "estimate")), ("se", ("se",))):
        listed = getattr(response.fitted, source)
        by_name = dict(zip(response.labels, listed.tolist(), strict=True))
        for key in keys:
            values[key] = by_name if _is_named(case, key) else listed
    values |= {
        "term": list(response.labels),
        "deviance": response.fitted.deviance,
        "null_deviance": response.fitted.null_deviance,
        "aic": response.fitted.deviance + 2 * len(response.labels),
        "mean_propensity": float(np.nanmean(p)),
        "classes": None if classes is None else classes + 1,
        "deff": values["deff_kish"],
        "response_rate": float(np.mean(response.answered)),
        "sum": values["sum_weights"],
    }
    if classes is not None:
        levels = levels_of(case, cells) if cells else []
        values |= _by_class(case, classes, found.factors, response.answered, levels)
    return answer(case, values | _weighted_outcomes(case, found.weights, response.answered))


def _class_rates(
    case: Case, p: Floats, answered: NDArray[np.bool_], classes: Integers | None
) -> Floats | None:
    """Return the unweighted rate, or mean propensity, of each unit's class, None if not told."""
    if classes is None or argument(case, "weighted", "weighted_rates") is True:
        return None
    response = {*RESPONSE, *(outcome_of(each) for each in formulas(case))}
    averaged = re.search(r"(?:tapply\(([^,()]+),[^,()]+,\s*mean|ave\(([^,()]+),)", case.call)
    what = re.sub(r"^\w+\$", "", (averaged[1] or averaged[2]).strip()) if averaged else ""
    told = str(argument(case, "rate", "rates", "adjustment") or "").lower()
    plain = argument(case, "weighted", "weighted_rates") is False or "unweighted" in (
        f"{told} {case.call}".lower()
    )
    if "propensity" in told or (what in ("p", "ps", "phat", "propensity") and not plain):
        each = p
    elif plain or what in response:
        each = answered.astype(float)
    else:
        return None
    if not np.isin(classes, classes[answered]).all():
        return None  # A class in which nobody answered is the fault of the weighted rule.
    held = np.where(classes >= 0, classes, classes.max() + 1)
    counts = np.bincount(held)
    sums = np.bincount(held, weights=each)
    rates = np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    return np.asarray(rates[held])


def _by_class(
    case: Case,
    classes: Integers,
    of_unit: Floats,
    answered: NDArray[np.bool_],
    levels: Sequence[str],
) -> Values:
    """Return rate, factor and number of units of each class, by name where the case has names."""
    numbers = np.unique(classes[classes >= 0])
    own = [of_unit[answered & (classes == k)] for k in numbers]
    factors = [float(each[0]) if len(each) else float("nan") for each in own]
    sizes = [int((classes == k).sum()) for k in numbers]
    labels = [levels[k] if levels else str(k + 1) for k in numbers]
    rates = [1 / factor for factor in factors]
    listed: dict[tuple[str, ...], list[Any]] = {
        ("rates", "rate", "response_rates", "class_rates"): rates,
        ("factors", "factor", "adjustment", "adjustments", "class_weights"): factors,
        ("n", "sizes", "class_sizes", "n_class"): sizes,
    }
    return {
        key: dict(zip(labels, each, strict=True)) if _is_named(case, key) else each
        for keys, each in listed.items()
        for key in keys
    }


def _is_named(case: Case, key: str) -> bool:
    return isinstance(case.expected, Mapping) and isinstance(case.expected.get(key), Mapping)


def weighting_class(case: Case) -> Answer:
    """Return rates and weights by class, of a column or, if none is named, of propensities."""
    cells = names_of(case, "classes", "class", "cells", "cell", "by", "strata", "variable")
    if not cells:
        called = re.search(r"(?:tapply|ave|by)\([^,()]*,((?:[^()]|\([^()]*\))*)\)", case.call)
        named = re.findall(r"[\w.]+", called[1]) if called else []
        cells = [name for name in named if name in case.columns]
    answered = answered_of(case)
    if not cells or answered is None:
        return nonresponse(case)
    weighted = columns_of(case, (), WEIGHTS)
    levels, codes = cells_of(case, cells)
    ones = np.ones(len(answered))
    plain = _class_rates(case, ones, answered, codes)
    found = nonresponse_weights(
        ones if plain is None else plain,
        answered,
        weights=case.numbers(weighted[0]) if weighted else None,
        classes=codes if plain is None else None,
    )
    answers = found.weights[answered]
    factors = {
        level: float(found.factors[answered & (codes == k)][0]) for k, level in enumerate(levels)
    }
    values = of_weights(as_long(case, found.weights, answers))
    rates = {level: 1 / factor for level, factor in factors.items()}
    values |= dict.fromkeys(("rates", "rate", "response_rates", "class_rates"), rates)
    values |= dict.fromkeys(("factors", "class_weights", "adjustment", "adjustments"), factors)
    for key in ("rates", "response_rates", "factors", "class_weights"):
        if not _is_named(case, key):
            values[key] = list(values[key].values())
    values |= {"classes": levels, "levels": levels, "deff": values["deff_kish"]}
    values |= {"response_rate": float(np.mean(answered))}
    return answer(case, values | _weighted_outcomes(case, found.weights, answered))


def _weighted_outcomes(case: Case, weights: Floats, answered: NDArray[np.bool_]) -> Values:
    """Return the mean of every numeric column over those who answered."""
    values: Values = {}
    for name in case.columns:
        if case.is_numeric(name):
            estimate = weighted_mean(case.numbers(name), design=SampleDesign(weights=weights))
            values[f"mean_{name}"] = values[f"weighted_mean_{name}"] = estimate.value
    if told := outcome_of_answers(case):
        values["mean"] = values["weighted_mean"] = values[f"mean_{told}"]
        plain = weighted_mean(case.numbers(told), design=SampleDesign(weights=answered * 1.0))
        names = ("unweighted_mean", "respondent_mean", "raw_mean", "mean_unweighted")
        values |= dict.fromkeys((*names, "mean_respondents", "naive_mean"), plain.value)
        everyone = weighted_mean(
            case.numbers(told), design=SampleDesign(weights=np.ones(len(weights)))
        )
        values |= dict.fromkeys(("full_mean", "true_mean", "frame_mean"), everyone.value)
    return values


def r_indicators(case: Case) -> Answer:
    """Return the R-indicator, its bias adjustment and partials."""
    name = column_of(case, "propensity", "p", "probabilities")
    if name is not None:
        p, weights, columns = case.numbers(name), None, None
        names = [str(each) for each in argument(case, "variables", "partials") or ()]
    else:
        response = _response(case)
        p, weights, columns = response.fitted.probabilities, response.weights, response.columns
        names = list(response.names)
    form = _form(case)
    size = number_of(case, "population", "N", otherwise=float(np.nan))
    found = r_indicator(
        p,
        weights=weights,
        form=form,
        auxiliaries=columns,
        population=None if np.isnan(size) else size,
    )
    values: Values = {
        **dict.fromkeys(("r", "r_indicator", "rindicator", "r_hat"), found.r),
        **dict.fromkeys(("r_adjusted", "r_adj", "r_unbiased", "r_bias_adjusted"), found.r_adjusted),
        **dict.fromkeys(("s", "sd", "s_p", "sd_p", "sd_propensity"), found.s),
        **dict.fromkeys(("mean", "mean_p", "mean_propensity", "response_rate", "pbar"), found.mean),
        **dict.fromkeys(("cv", "cv_p", "max_bias", "maximal_bias"), found.cv),
        "var": found.s**2,
        "q": found.q,
        "p": p,
        "propensity": p,
        "fitted": p,
    }
    held = [each for each in names if each in case.columns]
    texts = [each for each in held if len(levels_of(case, each)) <= max(12, len(p) // 20)]
    codes = [codes_of(case, each, levels_of(case, each)) for each in texts]
    partials = partial_indicators(p, codes, weights=weights, form=form)
    return answer(case, values | _partials(case, dict(zip(texts, partials, strict=True))), "r")


def _form(case: Case) -> str:
    if (told := argument(case, "form")) in ("sample", "population"):
        return str(told)
    # A mean of squares, or a division by n or the sum of weights without 1 taken away.
    whole = re.search(r"mean\(\(|/\s*(?:n|N|sum\(\w+\))(?!\s*-|\w)", case.call)
    return "population" if whole and "sd(" not in case.call else "sample"


def _partials(case: Case, partials: Mapping[str, Partial]) -> Values:
    overall = {name: each.unconditional for name, each in partials.items()}
    within = {name: each.conditional for name, each in partials.items()}
    categories = {
        name: dict(zip(levels_of(case, name), each.of_category, strict=True))
        for name, each in partials.items()
    }
    inner = {
        name: dict(zip(levels_of(case, name), each.conditional_of_category, strict=True))
        for name, each in partials.items()
    }
    flat: Values = {}
    for name in partials:
        flat |= {f"pu_{name}": overall[name], f"pc_{name}": within[name]}
        flat |= {f"pu_{name}_{level}": value for level, value in categories[name].items()}
        flat |= {f"pc_{name}_{level}": value for level, value in inner[name].items()}
    told = column_of(case, "variable")
    found: Values = {}
    for keys, each in (
        (("pu", "p_u", "unconditional", "partial_unconditional"), overall),
        (("pc", "p_c", "conditional", "partial_conditional"), within),
        (_OF_CATEGORIES, categories),
        (("pc_category", "conditional_category", "conditional_categories"), inner),
    ):
        # A case of one variable may leave its name away.
        one = told in each and not any(_has_key(case, key, told) for key in keys)
        found |= dict.fromkeys(keys, each[told] if one and told else each)
    return {**flat, **found}


def _has_key(case: Case, key: str, name: str | None) -> bool:
    held = {str(each).lower(): value for each, value in dict(case.expected).items()}
    return isinstance(held.get(key), Mapping) and name in held[key]


def finite_population_interval(case: Case) -> Answer:
    """Return the share of a finite population by every method."""
    x = int(number_of(case, "x", "successes", "count", "k", otherwise=-1))
    n, size = (
        number_of(case, *names, otherwise=-1) for names in (("n", "sample"), ("N", "population"))
    )
    if min(x, n, size) < 0:
        raise NotSupported("a share without x, n and population")
    level = number_of(case, "conf_level", "level", "confidence", "conf", otherwise=0.95)
    unbiased = (option(case, "unbiased") or "true").lower() != "false"
    found = {
        method: finite_interval(x, int(n), size, method=method, confidence=level, unbiased=unbiased)
        for method in ("normal", "wilson", "exact")
    }
    method = {"hypergeometric": "exact", "wald": "normal"}.get(option(case, "method") or "exact")
    main = found[method or option(case, "method") or "exact"]
    values: Values = {
        **dict.fromkeys(("p", "share", "proportion", "estimate"), main.share),
        "se": main.se,
        **dict.fromkeys(("low", "ci_low", "lower"), main.low),
        **dict.fromkeys(("high", "ci_high", "upper"), main.high),
        **dict.fromkeys(("count_low", "k_low"), main.count_low),
        **dict.fromkeys(("count_high", "k_high"), main.count_high),
    }
    for name, each in found.items():
        values[name] = {"low": each.low, "high": each.high}
        values |= {f"{name}_low": each.low, f"{name}_high": each.high}
    return answer(case, values, "share")


def frame_comparison(case: Case) -> Answer:
    """Return those who answered against all, by attribute."""
    answered = answered_of(case)
    if answered is None:
        raise NotSupported("no column says who answered")
    given = argument(case, "variables", "attributes")
    names = [str(each) for each in given] if isinstance(given, list) else []
    names = names or [name for name in case.columns if name not in RESPONSE]
    kinds = ["numeric" if case.is_numeric(name) else "nominal" for name in names]
    columns = [
        case.numbers(name) if kind == "numeric" else codes_of(case, name, levels_of(case, name))
        for name, kind in zip(names, kinds, strict=True)
    ]
    found = compare_with_frame(columns, answered, kinds=kinds)
    values: Values = {
        name: _compared(case, name, each) for name, each in zip(names, found, strict=True)
    }
    return Answer(values=values)


def _compared(case: Case, name: str, found: Comparison) -> Values:
    def shaped(values: Floats) -> Any:  # noqa: ANN401  (one number, or one a category)
        if found.kind == "numeric":
            return values[0]
        return dict(zip(levels_of(case, name), values, strict=True))

    return {
        "frame": shaped(found.frame),
        "respondents": shaped(found.respondents),
        "difference": shaped(found.difference),
        "standardised": shaped(found.standardised),
        "statistic": found.statistic,
        "df": found.df,
        "p": found.p,
        "plain": found.plain,
        "association": found.association,
        "cramers_v": found.association,
        "n": found.n,
        "n_frame": found.n_frame,
    }
