"""Cases of design-based estimates: means, totals, shares, ratios, parts of the population."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consilience.stats.weighting.estimates import (
    Estimate,
    domain_means,
    weighted_mean,
    weighted_ratio,
    weighted_total,
)
from consilience.stats.weighting.proportions import weighted_proportion
from consilience.stats.weighting.sample_design import (
    SampleDesign,
    degrees_of_freedom,
)
from consilience.validation.formula import rows_where
from consilience.validation.model import Answer, Case
from consilience.validation.sample_reading import (
    Sample,
    answer,
    argument,
    cells_of,
    codes_of,
    column_of,
    levels_of,
    names_of,
    number_of,
    option,
    outcomes_of,
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
        "cv": np.divide(
            estimate.se,
            estimate.value,
            out=np.full(np.shape(estimate.se), np.nan),
            where=np.asarray(estimate.value) != 0,
        ),
    }


def _free(case: Case) -> float | None:
    """Return what confint of R takes: normal unless degrees of freedom are named."""
    if re.search(r"confint|svyby", case.call) and not re.search(r"\bdf\s*=", case.call):
        return float("inf")
    return None


def estimates_of(case: Case, design: SampleDesign, used: Sequence[str], suffix: str = "") -> Values:
    """Return mean and total of every variable under the names that a case may use."""
    values: Values = {}
    level = number_of(case, "level", "conf_level", "confidence", otherwise=0.95)
    removes = not case.call or "na.rm" in case.call or bool(argument(case, "na.rm"))
    total_only = "svytotal" in case.call and "svymean" not in case.call
    for number, name in enumerate(outcomes_of(case, used)):
        column = case.numbers(name)
        if np.isnan(column[np.asarray(design.weights) > 0]).any() and not removes:
            column = np.full(len(column), np.nan)
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
    category = _category(case)
    if category and category not in used and not case.is_numeric(category):
        values |= {
            key + suffix: value
            for key, value in _shares(case, design, category).items()
            if key.startswith(("se_", category))
        }
    return values | (_errors_before(case, values) if not suffix else {})


def _errors_before(case: Case, values: Values) -> Values:
    """Return errors without a name, each of the estimate of its kind that stands before it."""
    found: Values = {}
    last: dict[str, str] = {}
    for key in case.expected if isinstance(case.expected, Mapping) else ():
        named = re.fullmatch(r"(?:svy)?(mean|total)_(\w[\w.]*)", str(key))
        if named and f"se_{named[1]}_{named[2]}" in values:
            last[named[1]] = named[2]
        bare = re.fullmatch(r"se_(mean|total)|(mean|total)_se", str(key))
        kind = (bare[1] or bare[2]) if bare else ""
        if kind in last:
            found[str(key)] = values[f"se_{kind}_{last[kind]}"]
    return found


def survey_estimates(case: Case) -> Answer:
    """Return means, totals, shares, a ratio and domain means, as far as the case asks."""
    case = _with_condition(case)
    sample = _part_of(case, sample_of(case))
    values = estimates_of(case, sample.design, sample.used)
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
        values |= _shares(case, sample.design, category)
    values |= _listed(case, sample.design)
    values.setdefault("estimate", values.get("mean"))
    return answer(case, values, "mean")


def _with_condition(case: Case) -> Case:
    """Return the case with a column for a comparison whose mean or total its call asks for."""
    start = r"(svy(?:mean|total)\(\s*~\s*)(?:I|as\.numeric|as\.integer)\(([^()]*)\)"
    found = re.search(start, case.call)
    rows = rows_where(case, found[2]) if found else None
    if found is None or rows is None:
        return case
    columns = {**case.columns, "condition": [str(int(row)) for row in rows]}
    call = re.sub(start, r"\1condition", case.call)
    return replace(case, columns=columns, call=call)


def _part_of(case: Case, sample: Sample) -> Sample:
    """Return the sample with no weight outside the part that `subset(...)` of the call names."""
    told = argument(case, "subset", "where")
    found = re.search(r"\bsubset\(.*,\s*([^,()]+?)\s*\)", case.call)
    written = told if isinstance(told, str) else found[1] if found else ""
    rows = rows_where(case, written)
    if rows is None:
        return sample
    weights = np.where(rows, np.asarray(sample.design.weights), 0.0)
    return replace(sample, design=replace(sample.design, weights=weights))


def _indicators(case: Case, names: Sequence[str]) -> tuple[list[str], list[Floats]]:
    """Return numbers as they are and text as a column a category, under the names of R."""
    labels, columns = [], []
    for name in names:
        if case.is_numeric(name):
            labels.append(name)
            columns.append(case.numbers(name))
            continue
        texts = case.texts(name)
        for level in levels_of(case, name):
            labels.append(name + level)
            columns.append(np.where(texts == "", np.nan, (texts == level).astype(float)))
    return labels, columns


def _at(case: Case, key: str) -> Any:  # noqa: ANN401  (figures of any form)
    return case.expected.get(key) if isinstance(case.expected, Mapping) else None


def _listed(case: Case, design: SampleDesign) -> Values:
    """Return the estimates of several columns, or categories, as R lists them in one call."""
    called = re.search(r"svy(mean|total)\(\s*~\s*([\w.]+(?:\s*\+\s*[\w.]+)*)", case.call)
    if called is None or "svyby" in case.call:
        return {}
    names = [each for each in re.findall(r"[\w.]+", called[2]) if each in case.columns]
    labels, columns = _indicators(case, names)
    if len(labels) < 2:
        return {}
    estimate = weighted_mean if called[1] == "mean" else weighted_total
    found = estimate(np.column_stack(columns), design=design, df=_free(case))
    lists: Values = {
        called[1]: found.value,
        f"svy{called[1]}": found.value,
        "estimate": found.value,
    }
    lists |= {key: each for key, each in _spread(found).items() if np.shape(each) == (len(labels),)}
    values: Values = {}
    for key, each in lists.items():
        form = _at(case, key)
        if isinstance(form, Mapping | list):
            named = dict(zip(labels, each.tolist(), strict=True))
            if len(names) == 1:
                # A case of one classification may leave its name away.
                named |= {label.removeprefix(names[0]): named[label] for label in labels}
            values[key] = named if isinstance(form, Mapping) else each
    for at, label in enumerate(labels):
        own = {key: each[at] for key, each in lists.items()}
        values[label] = own if isinstance(_at(case, label), Mapping) else found.value[at]
    for label, error in zip(labels, found.se.tolist(), strict=True):
        values |= dict.fromkeys((f"se_{label}", f"{label}_se"), error)
    return values | dict.fromkeys(("variable", "variables", "term", "terms", "names"), labels)


def _ratio_columns(case: Case) -> tuple[str, str] | None:
    above, below = column_of(case, "numerator", "above"), column_of(case, "denominator", "below")
    found = re.search(r"svyratio\(\s*~\s*([\w.]+)\s*,\s*~\s*([\w.]+)", case.call)
    if above and below:
        return above, below
    return (found[1], found[2]) if found else None


def _domain_columns(case: Case, sample: Sample) -> tuple[list[str], list[str]] | None:
    """Return what is asked about, and the columns by whose categories."""
    by = names_of(case, "by", "domain", "group", "domains")
    sums = r"~\s*([\w.]+(?:\s*\+\s*[\w.]+)*)"
    if found := re.search(rf"svyby\(\s*{sums}\s*,\s*(?:by\s*=\s*)?{sums}", case.call):
        asked, parts = (
            [each for each in re.findall(r"[\w.]+", text) if each in case.columns]
            for text in found.groups()
        )
        return asked, by or parts
    names = [name for name in outcomes_of(case, sample.used) if name not in by]
    return (names[:1], by) if by and names else None


def _domains(case: Case, sample: Sample, names: Sequence[str], by: Sequence[str]) -> Values:
    levels, codes = cells_of(case, by)
    labels, columns = _indicators(case, names)
    shown = {label: list(map(_cell, each)) for label, each in zip(labels, columns, strict=True)}
    case = replace(case, columns={**case.columns, **shown})
    values: Values = {}
    for name in reversed(labels):
        values |= _domain_figures(case, sample, name, levels, codes)
    for number, column in enumerate(by):
        parts = [level.split(".")[number] for level in levels] if len(by) > 1 else levels
        numeric = case.is_numeric(column)
        values[column] = [float(part) for part in parts] if numeric else parts
    return values | {"levels": levels, "by": levels}


def _cell(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value))


def _domain_figures(
    case: Case, sample: Sample, name: str, levels: Sequence[str], codes: Integers
) -> Values:
    column = case.numbers(name)
    removes = not case.call or "na.rm" in case.call or bool(argument(case, "na.rm"))
    if not removes:
        spoilt = np.isin(codes, codes[np.isnan(column)])
        column = np.where(spoilt, np.nan, column)
    if "svytotal" in case.call or "total" in case.statistic:
        each = [
            weighted_total(column, design=sample.design, domain=codes == k, df=_free(case))
            for k in range(len(levels))
        ]
        value, se = (np.array([getattr(one, part) for one in each]) for part in ("value", "se"))
        rows = {
            level: {"total": one.value, name: one.value} | _spread(one)
            for level, one in zip(levels, each, strict=True)
        }
    else:
        found = domain_means(
            column, codes, design=sample.design, domains=len(levels), df=_free(case)
        )
        value, se = found.value, found.se
        rows = {
            level: {"mean": found.value[k], name: found.value[k]}
            | {
                key: np.atleast_1d(part)[k % len(np.atleast_1d(part))]
                for key, part in _spread(found).items()
            }
            for k, level in enumerate(levels)
        }
    plain = isinstance(case.expected, Mapping) and any(
        isinstance(case.expected.get(level), int | float) for level in levels
    )
    head = dict(zip(levels, value.tolist(), strict=True)) if plain else rows
    lists = {"mean": value, "means": value, "total": value, "totals": value, name: value}
    apart = {"se": se, "ses": se, f"se.{name}": se, f"{name}_se": se, f"se_{name}": se}
    named = {
        key: dict(zip(levels, each.tolist(), strict=True)) for key, each in (lists | apart).items()
    }
    asked = case.expected if isinstance(case.expected, Mapping) else {}
    return head | {
        key: named[key] if isinstance(asked.get(key), Mapping) else each
        for key, each in (lists | apart).items()
    }


def _category(case: Case) -> str | None:
    named = re.search(r"svy(?:mean|total|table|ciprop)\(\s*~\s*(?:I\()?([\w.]+)", case.call)
    name = column_of(case, "variable", "category", "y") or (named[1] if named else "")
    if name not in case.columns:
        return None
    return name if "svyciprop" in case.call or not case.is_numeric(name) else None


def _shares(case: Case, design: SampleDesign, name: str) -> Values:
    levels = levels_of(case, name)
    method = {"asin": "arcsine", "xlogit": "logit"}.get(option(case, "method") or "logit")
    found = weighted_proportion(
        codes_of(case, name, levels),
        design=design,
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
    values |= {name: found.value, f"{name}_se": found.se, f"se_{name}": found.se}
    lists = {"mean": found.value, "p": found.value, "share": found.value} | _spread(found)
    if one in levels:
        k = levels.index(one)
        lists = {
            key: np.atleast_1d(part)[k % len(np.atleast_1d(part))] for key, part in lists.items()
        }
    return values | lists
