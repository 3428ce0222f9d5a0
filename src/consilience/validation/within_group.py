"""Cases of agreement within groups, variance between them, and what chance would give."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.seeds import stream
from consilience.stats.within_group.agreement import Agreement, rwg, rwg_j, rwg_j_lindell
from consilience.stats.within_group.awg import a_wg
from consilience.stats.within_group.chance import critical_values
from consilience.stats.within_group.components import (
    GroupComponents,
    anova_components,
    icc1_interval,
    stepped_up,
)
from consilience.stats.within_group.deviation import average_deviation, practical_limit
from consilience.stats.within_group.means import group_means
from consilience.stats.within_group.nulls import null_distribution, null_variance
from consilience.stats.within_group.random_groups import random_groups
from consilience.stats.within_group.reml import group_mean_reliability, reml_components
from consilience.stats.within_group.waba import waba
from consilience.validation.model import Answer, Case, NotSupported, Statistic
from consilience.validation.within_group_call import (
    Groups,
    arguments,
    expressed,
    given,
    groups_of,
    named_columns,
    number,
    option,
    other_numbers,
)
from consilience.validation.within_group_form import answer_as_asked, of_variables, rows_of_groups
from consilience.validation.within_group_score import of_score

Floats = NDArray[np.float64]

_ITEMS: Final = (
    "items",
    "item",
    "columns",
    "variables",
    "variable",
    "values",
    "value",
    "x",
)
_CRITICAL: Final = (
    *("rwg_sim", "rwg_j_sim", "rwgj_sim", "rwg.sim", "rwg.j.sim", "ad_m_sim", "ad.m.sim"),
    *("awg_sim", "a_wg_sim", "agreement_critical_values", "agreement_critical"),
    *("rwg_critical", "rwg_critical_values", "rwg_critical_value", "rwg_simulation"),
    *("rwg_j_critical", "rwgj_critical", "rwg_j_critical_values", "rwgj_critical_values"),
    *("rwg_j_lindell_critical", "a_wg_critical", "awg_critical"),
    *("ad_critical", "ad_m_critical", "ad_critical_values", "average_deviation_critical"),
)
_MODEL: Final = re.compile(
    r"(?:[\w.]+\$)?([\w.]+)\s*~\s*(?:1\s*(?:\+\s*\(\s*1\s*\|)?|(?:as\.)?(?:factor|character)\()?"
    r"\s*(?:[\w.]+\$)?([A-Za-z][\w.]*)?"
)
_RANDOM: Final = re.compile(r"random\s*=\s*(?:list\()?~?\s*1\s*\|\s*(?:[\w.]+\$)?([\w.]+)")


# --- agreement --------------------------------------------------------------------------


def single_item(case: Case) -> Answer:
    """Return rwg of one item, or of each of several."""
    groups, items = _items(case, ("rwg",))
    found = rwg(
        case.matrix(items), groups.codes, null_variance=_null(case), negative=_negative(case)
    )
    each = {
        name: rows_of_groups(
            case, groups, found.answers[:, k], {"rwg": found.value[:, k], "var": variance}
        )
        for k, (name, variance) in enumerate(zip(items, found.variance.T, strict=True))
    }
    return answer_as_asked(case, each[items[0]] if len(items) == 1 else {**each[items[0]], **each})


def multi_item(case: Case) -> Answer:
    """Return rwg(j) of a scale, or of each of several."""

    def one(items: Sequence[str], groups: Groups) -> dict[str, Any]:
        found = rwg_j(
            case.matrix(items),
            groups.codes,
            null_variance=_null(case),
            negative=_negative(case),
            missing=_missing(case, kept_since=(2, 8)),
        )
        return _agreement(case, groups, found, ("rwg_j", "rwg.j", "rwgj"))

    return _by_scale(case, ("rwg.j", "rwgj", "RWGJ"), one)


def lindell(case: Case) -> Answer:
    """Return r*wg(j) of a scale, or of each of several."""

    def one(items: Sequence[str], groups: Groups) -> dict[str, Any]:
        found = rwg_j_lindell(
            case.matrix(items),
            groups.codes,
            null_variance=_null(case),
            missing=_missing(case, kept_since=(2, 8)),
        )
        names = ("rwg_lindell", "rwg.lindell", "rwg_j_lindell", "rwgj_lindell", "rwg_star")
        return _agreement(case, groups, found, names)

    return _by_scale(case, ("rwg.j.lindell",), one)


def in_range(case: Case) -> Answer:
    """Return a_wg of a scale, or of each of several."""
    low, high = _range(case)

    def one(items: Sequence[str], groups: Groups) -> dict[str, Any]:
        found = a_wg(case.matrix(items), groups.codes, low=low, high=high, missing=_missing(case))
        return rows_of_groups(
            case,
            groups,
            found.raters,
            {
                **dict.fromkeys(("a_wg", "a.wg", "awg"), found.value),
                **dict.fromkeys(
                    ("avg_grp_var", "avg.grp.var", "grp.var", "grp_var"), found.mean_variance
                ),
                "nraters": found.raters,
                "nitems": np.full(len(found.raters), len(items)),
                "enough": found.enough,
            },
        )

    return _by_scale(case, ("awg",), one)


def deviation(case: Case) -> Answer:
    """Return the average deviation from mean or median of a scale, or of each of several."""
    told = given(case, ("type", "centre", "center", "about", "method")) or option(case, "type")
    centre = "median" if "med" in f"{told} {case.statistic}".lower() else "mean"

    def one(items: Sequence[str], groups: Groups) -> dict[str, Any]:
        found = average_deviation(
            case.matrix(items), groups.codes, centre=centre, missing=_missing(case)
        )
        names = ("AD", "AD.M", "ad_m", "AD_M", "average_deviation")
        points = number(case, ("points", "nresp"), 5)
        return {
            **rows_of_groups(case, groups, found.n, dict.fromkeys(names, found.value)),
            "pract.sig": practical_limit(int(points or 5)),
        }

    return _by_scale(case, ("ad.m",), one)


def _agreement(
    case: Case, groups: Groups, found: Agreement, names: Sequence[str]
) -> dict[str, Any]:
    # An item with one answer has no variance, so the mean is over the others.
    defined = ~np.isnan(found.variance)
    with np.errstate(invalid="ignore"):
        variance = np.where(defined, found.variance, 0.0).sum(axis=1) / np.where(
            defined.any(axis=1), defined.sum(axis=1), np.nan
        )
    columns = {**dict.fromkeys(names, found.value), "mean_variance": variance}
    return rows_of_groups(case, groups, found.n, columns)


# --- variance components ----------------------------------------------------------------


def anova(case: Case) -> Answer:
    """Return ICC(1), ICC(2) and the analysis of variance of one variable, or of several."""
    groups, items = _variables(case, ("mult.icc",))
    found = anova_components(case.matrix(items), groups.codes)
    level = number(case, ("conf_level", "conf.level", "level", "conf"), 0.95) or 0.95
    method = "smith" if "smith" in f"{case.args} {case.call}".lower() else "f"
    low, high = icc1_interval(found, level=level, method=method)
    return of_variables(case, items, {**_anova_figures(found), **_bounds(low, high)})


def _anova_figures(found: GroupComponents) -> dict[str, Any]:
    figures = {
        "ICC1": found.icc1,
        "ICC2": found.icc2,
        "ICC1_n0": found.icc1_n0,
        "F": found.f,
        "p": found.p,
        "eta2": found.eta2,
        "omega2": found.omega2,
        "MSB": found.ms_between,
        "MSW": found.ms_within,
        "SSB": found.ss_between,
        "SSW": found.ss_within,
        "df1": found.df_between,
        "df2": found.df_within,
        "mean_size": found.mean_size,
        "n0": found.n0,
        "n": found.n,
        "groups": found.groups,
        "tau2": found.tau2,
        "sigma2": found.ms_within,
    }
    also = {
        "ICC": "ICC1",
        "f_value": "F",
        "p_value": "p",
        "eta_squared": "eta2",
        "etasq": "eta2",
        "omega_squared": "omega2",
        "mean_group_size": "mean_size",
        "k": "groups",
        "n_groups": "groups",
        "ICC1_searle": "ICC1_n0",
    }
    return figures | {name: figures[of] for name, of in also.items()}


def _bounds(low: Floats, high: Floats) -> dict[str, Floats]:
    names = ("ci_{}", "{}_ci", "ICC1_{}", "{}", "{}er")
    lows = {name.format(word): low for name in names for word in ("low", "lower", "LowerCI")}
    highs = {name.format(word): high for name in names for word in ("high", "upper", "UpperCI")}
    return {**lows, **highs, "LowerCI": low, "UpperCI": high}


def likelihood(case: Case) -> Answer:
    """Return ICC(1), ICC(2) and variances by restricted or full likelihood."""
    groups, items = _variables(case, ("mult.icc",))
    told = f"{given(case, ('method',))} {option(case, 'method')}".upper().split()
    full = "ML" in told or "FALSE" in f"{given(case, ('reml',))} {option(case, 'REML')}".upper()
    found = reml_components(case.matrix(items), groups.codes, method="ml" if full else "reml")
    icc2 = found.icc2
    if "mult.icc" in case.call:
        # It divides the people, with or without an answer, by the groups.
        icc2 = stepped_up(found.icc1, np.isfinite(groups.codes).sum() / len(groups.labels))
    figures = {
        "ICC1": found.icc1,
        "ICC2": icc2,
        "ICC": found.icc1,
        **dict.fromkeys(("tau2", "tau00", "var_between", "between"), found.tau2),
        **dict.fromkeys(("sigma2", "var_within", "within", "residual"), found.sigma2),
        **dict.fromkeys(("loglik", "logLik"), found.loglik),
        **dict.fromkeys(("mean", "intercept", "fixef", "gamma00"), found.mean),
        **dict.fromkeys(("k", "groups", "n_groups"), found.groups),
        "n": found.n,
    }
    answer = of_variables(case, items, figures)
    if full or not any(re.match("multilevel|nlme", package) for package in case.packages):
        return answer
    # nlme searches the logarithm of a standard deviation and stops near the best, or near 0.
    near = max(case.tolerance, 1e-4)
    size = np.isfinite(groups.codes).sum() / len(groups.labels)
    at_bound = bool(np.any(found.icc1 <= near))
    loose = {"ICC1": near, "ICC": near, "ICC2": near * size if at_bound else near}
    return Answer(values=answer.values, loose=loose)


def mean_reliability(case: Case) -> Answer:
    """Return the reliability of each group's mean."""
    groups, items = _variables(case, ())
    full = '"ML"' in case.call.replace("'", '"')
    found = group_mean_reliability(
        case.numbers(items[0]), groups.codes, method="ml" if full else "reml"
    )
    names = ("MeanRel", "mean_rel", "reliability", "lambda", "group_mean_reliability")
    rows = rows_of_groups(case, groups, found.n, dict.fromkeys(names, found.reliability))
    values = {
        **rows,
        **dict.fromkeys(("ICC", "ICC1"), found.icc1),
        **dict.fromkeys(("Group", "groups"), rows["grpid"]),
        "GrpSize": rows["gsize"],
        "mean_reliability": rows["mean"],
    }
    return answer_as_asked(case, values)


def between_within(case: Case) -> Answer:
    """Return the within-and-between analysis of two variables."""
    told = arguments(case, ("waba",))
    pair = given(case, ("variables", "columns", "items"))
    if pair is None:
        x = given(case, ("x",)) or told.get("x") or told.get("0")
        y = given(case, ("y",)) or told.get("y") or told.get("1")
        if x is None or y is None:
            raise NotSupported("no two variables")
        pair = [x, y]
    x, y = named_columns(case, pair)[:2]
    groups = groups_of(case, told.get("grpid") or told.get("2"))
    found = waba(case.numbers(x), case.numbers(y), groups.codes)
    theorem = {
        "RawCorr": found.raw,
        "EtaBx": found.eta_between_x,
        "EtaBy": found.eta_between_y,
        "CorrB": found.between,
        "EtaWx": found.eta_within_x,
        "EtaWy": found.eta_within_y,
        "CorrW": found.within,
    }
    counts = {
        **dict.fromkeys(("n.obs", "n_obs", "n"), found.n),
        **dict.fromkeys(("n.grps", "n_grps", "n_groups", "k"), found.groups),
    }
    parts = {
        **dict.fromkeys(("between_part", "between_component"), found.between_part),
        **dict.fromkeys(("within_part", "within_component"), found.within_part),
    }
    nested = dict.fromkeys(("Cov.Theorem", "Cov_Theorem", "cov_theorem"), theorem)
    return Answer(values={**theorem, **parts, **counts, **nested})


def aggregated(case: Case) -> Answer:
    """Return the means of each group."""
    groups, items = _items(case, ("aggregate", "tapply"))
    minimum = int(number(case, ("minimum", "min_n", "min_respondents", "suppress")) or 0)
    found = group_means(case.matrix(items), groups.codes, minimum=minimum)
    each = {
        name: rows_of_groups(
            case, groups, found.n[:, k], {"group_mean": found.mean[:, k], "sd": found.sd[:, k]}
        )
        for k, name in enumerate(items)
    }
    means = {name: rows["group_mean"] for name, rows in each.items()}
    by = groups.columns[0]
    rows = [
        {by: label, **dict(zip(items, row, strict=True)), "n": int(n[0])}
        for label, row, n in zip(groups.labels, found.mean.tolist(), found.n, strict=True)
    ]
    if isinstance(case.expected, list):
        return Answer(values=rows)
    labelled: dict[str, Any] = {row[by]: {name: row[name] for name in items} for row in rows}
    values = {**labelled, **each[items[0]], **means, "rows": rows, "groups": rows}
    values[by] = list(groups.labels)
    if len(items) > 1:
        return answer_as_asked(case, values)
    first = each[items[0]]
    one = {"means": means[items[0]], "mean": means[items[0]], "sd": first["sd"]}
    return answer_as_asked(case, {**values, **{row[by]: row[items[0]] for row in rows}, **one})


# --- chance -----------------------------------------------------------------------------


def by_chance(case: Case) -> Answer:
    """Return what an index is in random groups; simulated."""
    index = _simulated_index(case)
    items = int(number(case, ("nitems", "items", "n_items"), 1) or 1)
    cut = given(case, ("itemcors", "correlation", "r"))
    found = critical_values(
        "rwg" if index == "rwg_j" and items == 1 else index,
        size=int(number(case, ("gsize", "size", "n", "group_size")) or 0),
        items=items,
        points=int(number(case, ("nresp", "points", "n_points", "a")) or 5),
        draws=max(int(number(case, ("nrep", "draws", "replicates", "reps")) or 0), 20_000),
        rng=stream(int(number(case, ("seed",)) or 1), f"validation/{case.id}"),
        correlation=0.0 if cut is None else np.asarray(cut, dtype=float),
        null=_kind(case) or "uniform",
    )
    critical = found.critical()
    names = ("critical", "critical_95", "rwg.95", "rwg_95", "ad.m.05", "ad_m_05", "cutoff")
    chances = ("chance_70", "p_above_70", "exceeds_70", "share_above_70", "chance")
    limit = number(case, ("limit", "threshold", "cutoff"), 0.7)
    figures = {
        **dict.fromkeys(names, critical),
        **{f"rwg.{p}": found.critical(level=1 - p / 100) for p in (90, 99)},
        **{f"critical_{p}": found.critical(level=1 - p / 100) for p in (90, 99)},
        **dict.fromkeys(chances, found.chance(0.7 if limit is None else limit)),
        "mean": float(found.values.mean()) if len(found.values) else float("nan"),
        "pract.sig": practical_limit(found.points),
    }
    # Two runs may stop at neighbours, which lie far apart in small groups.
    reps = number(case, ("nrep", "draws", "replicates", "reps"), 1000) or 1000
    error = 3 * (0.05 * 0.95 / reps) ** 0.5
    ends = [found.critical(level=level) for level in (max(0.05 - error, 0.0), 0.05 + error)]
    apart = max((abs(end - critical) for end in ends if not np.isnan(end - critical)), default=0.0)
    loose = dict.fromkeys(figures, max(case.tolerance, 0.02))
    # The last part of `rwg.95` is the name of the figure.
    ends_of = [name.rsplit(".", 1)[-1] for name in names]
    return Answer(
        values=figures, loose=loose | dict.fromkeys(ends_of, max(loose["mean"], apart + 1e-9))
    )


def dealt_anew(case: Case) -> Answer:
    """Return the comparison with random groups; simulated."""
    groups, items = _items(case, ("rgr.agree",))
    draws = int(number(case, ("replicates", "nrep", "draws", "nrangrps")) or 0)
    found = random_groups(
        case.numbers(items[0]),
        groups.codes,
        replicates=max(draws, 1000),
        rng=stream(int(number(case, ("seed",)) or 1), f"validation/{case.id}"),
    )
    figures = {
        **dict.fromkeys(("AvGrpVar", "real"), found.real),
        **dict.fromkeys(("AvRGRVar", "random"), found.random),
        **dict.fromkeys(("SDRGRVar", "random_sd"), found.random_sd),
        **dict.fromkeys(("zvalue", "z"), found.z),
        "p": found.p,
    }
    loose = {
        name: max(case.tolerance, 0.02) for name in figures if name not in ("AvGrpVar", "real")
    }
    return Answer(values=figures, loose=loose)


def without_agreement(case: Case) -> Answer:
    """Return the variance, and the shares, of a null distribution."""
    points, kind = int(number(case, ("points", "a", "nresp")) or 5), _kind(case) or "uniform"
    variance = null_variance(points, kind=kind)
    names = ("variance", "null_variance", "ranvar", "sigma2", "value")
    shares = null_distribution(points, kind=kind).tolist()
    return Answer(values={**dict.fromkeys(names, variance), "shares": shares, "p": shares})


def _simulated_index(case: Case) -> str:
    told = f"{given(case, ('statistic', 'index'))} {case.statistic} {case.call}".lower()
    if "lindell" in told:
        return "rwg_j_lindell"
    if "awg" in told or "a_wg" in told:
        return "a_wg"
    if re.search(r"\bad[_.]?(m|crit)|average_deviation", told):
        return "ad_median" if "median" in told else "ad_mean"
    return "rwg_j"


# --- what a case says -------------------------------------------------------------------


def _items(case: Case, functions: Sequence[str]) -> tuple[Groups, list[str]]:
    """Return the groups and the columns of answers."""
    told = arguments(case, functions)
    groups = groups_of(case, told.get("grpid") or told.get("1"))
    named = given(case, _ITEMS)
    if named is not None and not isinstance(named, Mapping):
        return groups, named_columns(case, named)
    first = told.get("x") or told.get("0")
    found = expressed(case, first) if first else []
    return groups, [name for name in found if name not in groups.columns] or other_numbers(
        case, groups
    )


def _variables(case: Case, functions: Sequence[str]) -> tuple[Groups, list[str]]:
    """Return the groups and variables, which may be told by a model formula."""
    told = arguments(case, functions)
    formula = str(given(case, ("formula", "model")) or case.call)
    model, random = _MODEL.search(formula), _RANDOM.search(formula)
    group = random[1] if random else model[2] if model else None
    groups = groups_of(case, told.get("grpid") or told.get("1") or group)
    named = given(case, (*_ITEMS, "outcome", "y", "dv"))
    if named is not None:
        return groups, named_columns(case, named)
    first = told.get("x") or told.get("0") or (model[1] if model else None)
    found = [name for name in expressed(case, first) if name not in groups.columns] if first else []
    return groups, found or other_numbers(case, groups)


def _by_scale(
    case: Case,
    functions: Sequence[str],
    one: Callable[[Sequence[str], Groups], dict[str, Any]],
) -> Answer:
    """Return the figures of the case's scale, or of each where it names several."""
    scales = given(case, ("scales", "items", "keys", "columns"))
    if isinstance(scales, Mapping):
        groups = groups_of(case)
        each = {name: one(named_columns(case, told), groups) for name, told in scales.items()}
        across = {
            name: {scale: figures[name] for scale, figures in each.items()}
            for name in next(iter(each.values()), {})
        }
        return answer_as_asked(case, {**across, **each})
    groups, items = _items(case, functions)
    return answer_as_asked(case, one(items, groups))


def _null(case: Case) -> float:
    told = number(case, ("ranvar", "null_variance", "sigma2", "expected_variance"))
    if told is not None:
        return told
    points = number(case, ("points", "nresp", "a", "options", "categories"))
    kind = _kind(case)
    if points is None and kind is None:
        return 2.0
    return null_variance(int(points or 5), kind=kind or "uniform")


def _negative(case: Case) -> str:
    """Return what becomes of values below 0: set to 0, as in R, unless the case says otherwise."""
    names = ("negative", "reset", "truncate", "floor")
    told = given(case, names)
    if told is None:
        told = next((found for name in names if (found := option(case, name))), None)
    if given(case, ("keep_negative", "keep")) is True:
        told = "keep"
    return "keep" if str(told).lower() in ("keep", "false", "f") else "zero"


def _kind(case: Case) -> str | None:
    told = given(case, ("null", "kind", "null_distribution", "distribution", "shape"))
    if told is None:
        return None
    text = re.sub(r"[\s_.]+", "-", str(told).strip().lower())
    text = re.sub(r"^(slight|moderate|heav)\w*-skew\w*$", r"\1-skew", text)
    text = text.replace("heav-", "heavy-")
    return {"rectangular": "uniform", "maximum-dissensus": "maximum"}.get(text, text)


def _range(case: Case) -> tuple[float, float]:
    told = given(case, ("range", "limits", "scale_range"))
    if isinstance(told, Sequence) and not isinstance(told, str):
        return float(told[0]), float(told[1])
    if found := re.search(r"range\s*=\s*c\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)", case.call):
        return float(found[1]), float(found[2])
    low = number(case, ("low", "min", "minimum", "l"), 1.0)
    high = number(case, ("high", "max", "maximum", "h", "points", "nresp"), 5.0)
    return float(low or 0.0), float(high or 0.0)


def _missing(case: Case, *, kept_since: tuple[int, int] | None = None) -> str:
    """Return the rule for missing answers: as told, else as that version of multilevel has it."""
    told = given(case, ("listwise", "complete", "missing")) or option(case, "listwise")
    if told is not None:
        text = str(told).lower()
        return "complete" if text in ("true", "t", "1", "complete", "listwise") else "answered"
    version = next(
        (found for each in case.packages if (found := re.match(r"multilevel (\d+)\.(\d+)", each))),
        None,
    )
    if version is None or kept_since is None:
        return "answered" if version is None else "complete"
    return "answered" if (int(version[1]), int(version[2])) >= kept_since else "complete"


STATISTICS: Final[Mapping[str, Statistic]] = {
    **dict.fromkeys(("rwg", "rwg_single"), of_score(single_item)),
    **dict.fromkeys(("rwg_j", "rwgj", "rwg.j"), multi_item),
    **dict.fromkeys(("rwg_j_lindell", "rwg_lindell", "rwg.j.lindell"), lindell),
    **dict.fromkeys(("a_wg", "awg"), in_range),
    **dict.fromkeys(("average_deviation", "ad_m", "ad.m", "adm", "ad_index"), deviation),
    **dict.fromkeys(
        ("icc1_icc2", "icc_groups", "icc1", "icc2", "eta_squared", "icc1_ci"), of_score(anova)
    ),
    **dict.fromkeys(
        ("icc1_icc2_reml", "mult_icc", "icc_reml", "icc1_icc2_ml"), of_score(likelihood)
    ),
    **dict.fromkeys(("group_mean_reliability", "gmeanrel"), of_score(mean_reliability)),
    "waba": between_within,
    **dict.fromkeys(
        ("group_means", "group_aggregate", "aggregate_means", "means_by_group", "aggregate"),
        of_score(aggregated),
    ),
    **dict.fromkeys(_CRITICAL, by_chance),
    **dict.fromkeys(("rgr_agree", "random_group_resampling"), dealt_anew),
    "null_variance": without_agreement,
}
