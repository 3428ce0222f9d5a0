"""Cases of kappas, chance-corrected agreement, concordance and benchmarks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.agreement.benchmark import benchmark
from consilience.stats.agreement.chance_corrected import (
    ChanceCorrected,
    chance_corrected,
    chance_corrected_distribution,
    chance_corrected_table,
)
from consilience.stats.agreement.concordance import (
    finn,
    kendall_w,
    mean_correlation,
    percent_agreement,
    robinson_a,
)
from consilience.stats.agreement.counts import complete_codes
from consilience.stats.agreement.homogeneity import bhapkar, rater_bias, stuart_maxwell
from consilience.stats.agreement.kappa import (
    CategoryKappa,
    cohen_kappa,
    fleiss_kappa,
    light_kappa,
)
from consilience.stats.agreement.kappa_tables import Kappa
from consilience.stats.agreement.weights import KINDS, agreement_weights
from consilience.stats.distributions import normal_tail
from consilience.validation.count_tables import counts_of, is_distribution, is_table
from consilience.validation.model import Answer, Case, NotSupported, Statistic
from consilience.validation.selected import columns_of, option, r_value, ratings_of
from consilience.validation.within_group_call import split

Floats = NDArray[np.float64]

_CATEGORIES: Final = (
    "order",
    "categories",
    "categ_labels",
    "categ.labels",
    "categ",
    "labels",
    "scale",
)
_LEVEL: Final = ("conf_level", "conf.level", "conflev", "level", "confidence")
_QUOTED: Final = re.compile(r"['\"]([\w-]+)['\"]")
_NAMES: Final = {
    "Equal-Spacing": "equal", "Fleiss-Cohen": "squared", "equal-spacing": "equal",
    "fleiss-cohen": "squared", "u": "unweighted", "none": "unweighted", "identity": "unweighted",
    "cicchetti-allison": "equal", "quad": "quadratic",
}  # fmt: skip

_KAPPA_OF_IRRCAC: Final = re.compile(r"kappa2\.table\b|kappa2\b[^()]*\}\.table\b")
_FLEISS_OF_IRRCAC: Final = re.compile(r"fleiss\.kappa\.(dist|raw)\b")
_PERCENT_OF_IRRCAC: Final = re.compile(r"\bpa2\.table\b|\bpa\.coeff\.(raw|dist)\b")
# What a kappa without and one with weights are asked for as `weighted_ase` and so on.
_PARTS: Final = ("ase", "se", "z", "p", "low", "high", "ci_low", "ci_high", "lower", "upper")

# Names under which a case may ask for a coefficient of the family.
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "ac": ("ac", "ac1", "ac2", "gwet", "gwet_ac1", "gwet_ac2", "gwet.ac1"),
    "fleiss": ("fleiss", "fleiss_kappa", "fleiss.kappa"),
    "scott": ("scott", "scott_pi", "scott2", "fleiss"),
    "krippendorff": ("krippendorff", "krippen", "alpha", "krippendorff_alpha", "krippen.alpha"),
    "conger": ("conger", "conger_kappa", "conger.kappa"),
    "cohen": ("cohen", "cohen_kappa", "kappa", "kappa2", "conger"),
    "brennan_prediger": ("brennan_prediger", "bp", "bp_coeff", "bp.coeff", "bp2"),
    "percent": ("percent", "pa", "percent_agreement", "pa.coeff", "pa2"),
}


def _weights(case: Case) -> str | Floats:
    given = option(case, "weights", "weight", "w", "kappa_weights")
    if given is None or (isinstance(given, str) and given.endswith(")")):
        called = re.findall(r"(\w+)\.weights\(", case.call) + _QUOTED.findall(case.call)
        known = [each for each in called if each in (*KINDS, *_NAMES)]
        given = known[0] if known else "unweighted"
    if isinstance(given, str):
        kind = _NAMES.get(given, _NAMES.get(given.lower(), given.lower()))
        if found := re.match(r"(\w+)\.weights", kind):
            kind = found[1]
        if kind not in KINDS:
            raise NotSupported(f"weights {given!r}")
        return kind
    return np.array(given, dtype=float)


def _by_distance(given: str | Floats, scale: NDArray[Any]) -> str | Floats:
    """Return weights; a vector runs from agreement to the widest disagreement, as in irr."""
    if isinstance(given, str) or given.ndim != 1:
        return given
    if len(given) != len(scale) or given[0] == given[-1]:
        raise NotSupported("a vector of weights that does not fit the categories")
    steps = np.abs(np.arange(len(given))[:, None] - np.arange(len(given)))
    weights: Floats = 1 - (given - given[0])[steps] / (given[-1] - given[0])
    return weights


def _scale(case: Case) -> list[Any] | None:
    given = option(case, *_CATEGORIES, "levels")
    if not isinstance(given, list) and (found := re.search(r"factor\(", case.call)):
        parts = split(case.call[found.end() :] + ")")
        given = r_value(parts[1]) if len(parts) > 1 else None
    return given if isinstance(given, list) else None


def _agreement(found: ChanceCorrected) -> dict[str, Any]:
    shown = {
        "coeff": found.coefficient,
        "se": found.standard_error,
        "ci_low": found.low,
        "ci_high": found.high,
        "p": found.p,
        "pa": found.percent_agreement,
        "pe": found.chance_agreement,
        "n": found.n,
    }
    others = {
        "coeff": ("coeff.val", "coeff_val", "coefficient", "value", "estimate"),
        "se": ("coeff.se", "coeff_se", "stderr", "standard_error"),
        "ci_low": ("low", "lower", "lcb"),
        "ci_high": ("high", "upper", "ucb"),
        "p": ("p.value", "p_value", "coeff.pval", "pval"),
    }
    return shown | {other: shown[name] for name, names in others.items() for other in names}


def _printed(case: Case) -> dict[str, float]:
    """Return how exactly irrCAC prints: 5 decimals, and 3 for the ends of intervals."""
    if not any("irrCAC" in package for package in case.packages):
        return {}
    five, three = max(case.tolerance, 1e-5), max(case.tolerance, 1e-3)
    ends = ("ci_low", "ci_high", "low", "high", "lower", "upper", "lcb", "ucb")
    rest = ("coeff", "coeff.val", "coeff_val", "se", "coeff.se", "coeff_se", "stderr", "estimate")
    return dict.fromkeys(ends, three) | dict.fromkeys(rest, five)


def _family(case: Case) -> dict[str, ChanceCorrected]:
    options: dict[str, Any] = {
        "weights": _weights(case),
        "categories": _scale(case),
        "level": float(option(case, *_LEVEL, default=0.95)),
        "population": _population(case),
    }
    if is_table(case):
        return chance_corrected_table(counts_of(case), **options)
    if is_distribution(case):
        return chance_corrected_distribution(counts_of(case), **options)
    return chance_corrected(ratings_of(case), **options)


def _population(case: Case) -> float:
    given = option(case, "N", "population", default=math.inf)
    return float(given) if not isinstance(given, str) else math.inf


def chance_corrected_family(case: Case) -> Answer:
    """Return every coefficient of the family under the names that are in use for it."""
    found = _family(case)
    values = {
        alias: _agreement(found[name])
        for name, aliases in _ALIASES.items()
        if name in found
        for alias in aliases
    }
    return Answer(values=values, loose=_printed(case))


def one_of_family(*names: str) -> Statistic:
    """Return the statistic that gives one coefficient of the family, the first there is.

    Of ratings, a table or a distribution, whichever the case holds.
    """

    def statistic(case: Case) -> Answer:
        found = _family(case)
        name = next(each for each in names if each in found)
        shown = _agreement(found[name])
        own = {alias: shown["coeff"] for alias in _ALIASES[name] if alias not in shown}
        return Answer(values=own | {"kappa": shown["coeff"]} | shown, loose=_printed(case))

    return statistic


def _cohen(case: Case, weights: str | Floats) -> Kappa:
    scale, level = _scale(case), _level(case)
    if is_table(case):
        counts = counts_of(case)
        people = option(case, "n_obs", "nobs")
        if isinstance(people, int | float) and abs(counts.sum() - 1) < 1e-6:
            counts = counts * people
        given = _by_distance(weights, np.arange(len(counts)))
        scale = scale if scale is not None and len(scale) == len(counts) else None
        return cohen_kappa(counts, weights=given, categories=scale, level=level)
    ratings = ratings_of(case)
    if ratings.shape[1] < 2:
        raise NotSupported("one rater only")
    two = complete_codes(ratings[:, :2], scale)
    given = _by_distance(weights, two.categories)
    return cohen_kappa(
        ratings[:, 0], ratings[:, 1], weights=given, categories=two.categories, level=level
    )


def _level(case: Case) -> float:
    """Return the probability of the interval, which psych tells by its complement alpha."""
    told = option(case, *_LEVEL)
    if isinstance(told, int | float) and not isinstance(told, bool):
        return float(told)
    alpha = option(case, "alpha")
    return 1 - float(alpha) if isinstance(alpha, float) and 0 < alpha < 0.5 else 0.95


def cohen(case: Case) -> Answer:
    """Return Cohen's kappa as irr, vcd and psych print it, without and with weights.

    z and p are those of irr, against no agreement, unless vcd was called, whose z is kappa over
    its error. Weights that are not told are squared as in psych, or equally spaced as in vcd.
    irrCAC's function of a table takes the t distribution, as its whole family does.
    """
    if _KAPPA_OF_IRRCAC.search(case.call):
        return one_of_family("cohen", "conger")(case)
    by_vcd = re.search(r"\bKappa\(", case.call) is not None
    told = _weights(case)
    plain = isinstance(told, str) and told == "unweighted"
    without = _kappa_named(_cohen(case, "unweighted"), by_vcd=by_vcd)
    other: str | Floats = ("equal" if by_vcd else "squared") if plain else told
    weighted = _kappa_named(_cohen(case, other), by_vcd=by_vcd)
    values = weighted if _asks_weighted(case, plain=plain) else without
    both = {"unweighted": without, "weighted": weighted}
    ends = ("lower", "estimate", "upper")
    return Answer(
        values={
            **values,
            "weighted_kappa": weighted["kappa"],
            "weighted.kappa": weighted["kappa"],
            "kappa_weighted": weighted["kappa"],
            "unweighted_kappa": without["kappa"],
            "kappa_unweighted": without["kappa"],
            **dict.fromkeys(("var_kappa", "var.kappa"), without["var"]),
            **dict.fromkeys(("var_weighted", "var.weighted"), weighted["var"]),
            **dict.fromkeys(("n.obs", "n_obs"), without["n"]),
            **both,
            **{f"{k}_{name}": each[name] for k, each in both.items() for name in _PARTS},
            **dict.fromkeys(("lower_w", "lower_weighted"), weighted["lower"]),
            **dict.fromkeys(("upper_w", "upper_weighted"), weighted["upper"]),
            "confid": {f"{k} kappa": {end: each[end] for end in ends} for k, each in both.items()},
            "ci": {name: values[name] for name in ("low", "high", "lower", "upper", "lwr", "upr")},
        }
    )


def _asks_weighted(case: Case, *, plain: bool) -> bool:
    """Say whether `kappa` means the weighted one: as the call picks it, else where it is told."""
    asked = {str(name).lower() for name in case.expected} if _is_object(case.expected) else set()
    if re.search(r"\$Unweighted|\$kappa\b|'kappa'\]", case.call):
        return False
    if re.search(r"\$Weighted|\$weighted\.kappa", case.call):
        return True
    if "kappa" in asked and asked & {"weighted_kappa", "weighted.kappa", "kappa_weighted"}:
        return False
    return not plain or "weighted" in case.statistic.replace("unweighted", "")


def _is_object(expected: Any) -> bool:  # noqa: ANN401  (figures of any form)
    return isinstance(expected, Mapping)


def _kappa_named(found: Kappa, *, by_vcd: bool) -> dict[str, Any]:
    general = found.standard_error
    ratio = found.kappa / general if general > 0 else math.nan
    z = ratio if by_vcd else found.z
    p = min(1.0, 2 * float(normal_tail(abs(z)))) if by_vcd else found.p
    return {
        **dict.fromkeys(("kappa", "value", "estimate"), found.kappa),
        **dict.fromkeys(("z", "statistic"), z),
        **dict.fromkeys(("p", "p.value", "p_value", "Pr(>|z|)"), p),
        **dict.fromkeys(("ase", "se", "std_error"), general),
        "var": general**2,
        "ase0": found.null_error,
        "z_ase": ratio,
        **dict.fromkeys(("lower", "low", "ci_low", "lwr", "lower_ci"), found.low),
        **dict.fromkeys(("upper", "high", "ci_high", "upr", "upper_ci"), found.high),
        "po": found.observed,
        "pe": found.expected,
        "max_kappa": found.maximum,
        "pabak": found.adjusted,
        "prevalence_index": found.prevalence_index,
        "bias_index": found.bias_index,
        "n": found.n,
    }


def fleiss(case: Case) -> Answer:
    """Return Fleiss' kappa, or Conger's if `exact`, with its details by category."""
    if _FLEISS_OF_IRRCAC.search(case.call) or is_distribution(case):
        return one_of_family("fleiss")(case)
    named = "exact" in case.statistic or "conger" in case.statistic
    exact = bool(option(case, "exact", default=named))
    found = fleiss_kappa(ratings_of(case), categories=_scale(case), exact=exact)
    values = {
        "kappa": found.kappa,
        "value": found.kappa,
        "exact": found.kappa,
        "z": found.z,
        "statistic": found.z,
        "p": found.p,
        "p.value": found.p,
        "n": found.units,
        "subjects": found.units,
        "raters": found.raters,
    }
    return Answer(values=values | _by_category(case, found.detail))


def _by_category(case: Case, detail: Sequence[CategoryKappa]) -> dict[str, Any]:
    """Return the kappas of categories: records, lists or objects, whichever the case has."""
    asked = case.expected if isinstance(case.expected, Mapping) else {}
    values: dict[str, Any] = {"categories": [each.category for each in detail]}
    for part in ("kappa", "z", "p"):
        column = {_text(each.category): getattr(each, part) for each in detail}
        names = (f"detail_{part}", f"category_{part}", f"{part}_by_category", f"{part}_categories")
        for name in names:
            by_name = isinstance(asked.get(name), Mapping)
            values[name] = column if by_name else list(column.values())
    whole = {name: _detail(asked.get(name), detail) for name in ("detail", "by_category")}
    return values | whole


def _detail(asked: Any, detail: Sequence[CategoryKappa]) -> Any:  # noqa: ANN401  (of any form)
    """Return categories in the form that is asked for: object of objects if in none."""
    inner = list(asked.values()) if isinstance(asked, Mapping) else asked or []
    first = inner[0] if isinstance(inner, list) and inner else None
    records = {
        _text(each.category): {"category": each.category, "kappa": each.kappa, "z": each.z}
        | {"p": each.p, "p.value": each.p, "p_value": each.p}
        for each in detail
    }
    if isinstance(first, list) and isinstance(asked, Mapping):
        return {part: [each[part] for each in records.values()] for part in ("kappa", "z", "p")}
    if isinstance(first, int | float):
        records = {name: each["kappa"] for name, each in records.items()}
    if isinstance(asked, list) and not (isinstance(first, Mapping) and "_row" in first):
        return list(records.values())
    return records


def _text(category: Any) -> str:  # noqa: ANN401  (a number or a text)
    return f"{category:g}" if isinstance(category, float) else str(category)


def light(case: Case) -> Answer:
    """Return Light's kappa."""
    ratings = ratings_of(case)
    scale = complete_codes(ratings, _scale(case)).categories
    found = light_kappa(ratings, weights=_by_distance(_weights(case), scale), categories=scale)
    pairs = found.pairs[np.triu_indices(len(found.pairs), 1)].tolist()
    values = {
        **dict.fromkeys(("pairwise", "pairs", "pairwise_kappa", "kappas"), pairs),
        "kappa": found.kappa,
        "value": found.kappa,
        "av.kappa": found.kappa,
        "z": found.z,
        "statistic": found.z,
        "p": found.p,
        "p.value": found.p,
        "se": found.standard_error,
        "n": found.units,
        "subjects": found.units,
        "raters": found.raters,
    }
    return Answer(values=values)


def kendall(case: Case) -> Answer:
    """Return Kendall's W; without correction for ties unless the case asks, as irr."""
    correct = bool(option(case, "correct_ties", "correct", default=False))
    found = kendall_w(ratings_of(case), correct=correct)
    values = {
        "W": found.w,
        "value": found.w,
        "chisq": found.chi_square,
        "chi_square": found.chi_square,
        "statistic": found.chi_square,
        "df": found.df,
        "p": found.p,
        "p.value": found.p,
        "mean_spearman": found.mean_spearman,
        "n": found.units,
        "subjects": found.units,
        "raters": found.raters,
    }
    return Answer(values=values)


def _mean_of_pairs(*, ranked: bool) -> Statistic:
    def statistic(case: Case) -> Answer:
        fisher = bool(option(case, "fisher", default=True))
        found = mean_correlation(ratings_of(case), ranked=ranked, fisher=fisher)
        names = ("value", "r", "rho", "R", "mean")
        values = dict.fromkeys(names, found.value) | {"z": found.z, "statistic": found.z}
        return Answer(values=values | {"p": found.p, "p.value": found.p, "n": found.units})

    return statistic


def agree(case: Case) -> Answer:
    """Return the share of units on which all agree, in percent as irr and as a share."""
    if _PERCENT_OF_IRRCAC.search(case.call):
        return one_of_family("percent")(case)
    tolerance = float(option(case, "tolerance", default=0))
    names = ("value", "percent", "percent_agreement", "agree")
    if is_table(case):
        counts = counts_of(case)
        share = _share_of_table(counts, tolerance)
        units, raters = float(counts.sum()), 2
    else:
        ratings = ratings_of(case)
        share = percent_agreement(ratings, tolerance=tolerance)
        units, raters = len(complete_codes(ratings).codes), ratings.shape[1]
    sizes = {"n": units, "subjects": units, "raters": raters}
    return Answer(values=dict.fromkeys(names, 100 * share) | {"share": share, "po": share} | sizes)


def _share_of_table(counts: Floats, tolerance: float = 0) -> float:
    places = np.arange(len(counts))
    near = np.abs(places[:, None] - places) <= tolerance
    return float(counts[near].sum() / counts.sum()) if counts.sum() > 0 else math.nan


def agree_by_pair(case: Case) -> Answer:
    """Return the share of units on which two agree, for every two raters, and its mean."""
    ratings, names = ratings_of(case), columns_of(case)
    shares = {
        f"{names[one]}|{names[other]}": percent_agreement(ratings[:, [one, other]])
        for one, other in combinations(range(ratings.shape[1]), 2)
    }
    mean = float(np.mean(list(shares.values()))) if shares else math.nan
    asked = case.expected.get("pairs") if isinstance(case.expected, Mapping) else None
    pairs = list(shares.values()) if isinstance(asked, list) else shares
    return Answer(values={"mean": mean, "value": mean, "pairs": pairs, "pairwise": pairs, **shares})


def maxwell(case: Case) -> Answer:
    """Return Maxwell's RE, 2 po - 1, of two raters and two categories."""
    share = _share_of_table(_two_raters(case))
    return Answer(values=dict.fromkeys(("re", "value"), 2 * share - 1))


def finn_coefficient(case: Case) -> Answer:
    """Return Finn's coefficient."""
    points = option(case, "s.levels", "s_levels", "points", "levels")
    if not isinstance(points, int | float):
        raise NotSupported("Finn's coefficient without the number of points of the scale")
    two_way = str(option(case, "model", default="oneway")).startswith("t")
    found = finn(ratings_of(case), points=int(points), two_way=two_way)
    values = {"finn": found.value, "value": found.value, "f": found.f, "statistic": found.f}
    return Answer(values=values | {"df": found.df, "p": found.p, "p.value": found.p})


def robinson(case: Case) -> Answer:
    """Return Robinson's A."""
    return Answer(values=dict.fromkeys(("A", "value", "robinson"), robinson_a(ratings_of(case))))


def _two_raters(case: Case) -> Floats:
    if is_table(case):
        return counts_of(case)
    seen = complete_codes(ratings_of(case)[:, :2], _scale(case))
    size = len(seen.categories)
    cells = seen.codes[:, 0] * size + seen.codes[:, 1]
    return np.bincount(cells, minlength=size * size).reshape(size, size).astype(float)


def _homogeneity(test: Callable[[Floats], Any]) -> Statistic:
    def statistic(case: Case) -> Answer:
        found = test(_two_raters(case))
        names = ("chisq", "chi_square", "statistic", "value")
        values: dict[str, Any] = dict.fromkeys(names, found.chi_square)
        return Answer(values=values | {"df": found.df, "p": found.p, "p.value": found.p})

    return statistic


def bias(case: Case) -> Answer:
    """Return the bias of two raters."""
    found = rater_bias(_two_raters(case))
    values = {"ratio": found.ratio, "value": found.ratio, "chisq": found.chi_square}
    return Answer(values=values | {"statistic": found.chi_square, "p": found.p, "p.value": found.p})


def benchmarked(case: Case) -> Answer:
    """Return the cumulative probabilities of the ranges of a scale, from the best."""
    coefficient, error = (
        option(case, *names)
        for names in (("coeff", "coefficient", "coeff_val"), ("se", "coeff_se", "standard_error"))
    )
    if coefficient is None or error is None:
        raise NotSupported("a benchmark without a coefficient and its error")
    named = str(option(case, "scale", "benchmark", default=f"{case.statistic} {case.call}"))
    scale = next((each for each in ("altman", "fleiss") if each in named.lower()), "landis-koch")
    found = benchmark(float(coefficient), float(error), scale=scale)
    cumulative = dict(zip(found.labels, found.cumulative.tolist(), strict=True))
    lists = {"cumprob": found.cumulative.tolist(), "probabilities": found.probabilities.tolist()}
    loose = dict.fromkeys((*cumulative, "cumprob", "CumProb"), max(case.tolerance, 1e-5))
    values: dict[str, Any] = cumulative | lists | {"label": found.label}
    return Answer(values=values, loose=loose if _printed(case) else {})


def weight_matrix(case: Case) -> Answer:
    """Return the matrix of weights of a scale."""
    scale = _scale(case) or option(case, "n", "q")
    categories = scale if isinstance(scale, list) else list(range(1, int(scale) + 1))
    return Answer(values={"weights": agreement_weights(categories, _weights(case)).tolist()})


def conger(case: Case) -> Answer:
    """Return Conger's kappa: of irr's exact Fleiss where that is called, else of the family."""
    return fleiss(case) if "kappam.fleiss" in case.call else one_of_family("conger", "cohen")(case)


def _forms(names: Sequence[str], statistic: Statistic) -> dict[str, Statistic]:
    """Return a statistic under its names, and those of its table, distribution and interval."""
    ends = ("", "_table", "_raw", "_distribution", "_se", "_ase", "_ci", "_test")
    return {name + end: statistic for name in names for end in ends}


STATISTICS: Final[Mapping[str, Statistic]] = {
    "chance_corrected_family": chance_corrected_family,
    **_forms(("chance_corrected", "chance_corrected_family"), chance_corrected_family),
    "agreement_table": chance_corrected_family,
    **_forms(("gwet_ac", "gwet_ac1", "gwet_ac2", "ac1", "ac2", "gwet"), one_of_family("ac")),
    **_forms(("conger_kappa", "conger"), conger),
    **_forms(("scott_pi", "scott"), one_of_family("scott", "fleiss")),
    **_forms(("brennan_prediger", "bp", "bp_coefficient"), one_of_family("brennan_prediger")),
    **_forms(("cohen_kappa", "kappa", "kappa2", "weighted_kappa", "cohen_weighted_kappa",
              "cohens_kappa", "kappa_weighted", "vcd_kappa", "psych_kappa"), cohen),
    **dict.fromkeys(("fleiss_kappa", "fleiss", "fleiss_kappa_detail", "fleiss_detail",
                     "fleiss_kappa_exact",
                     "fleiss_exact", "fleiss_exact_kappa", "exact_fleiss_kappa", "conger_exact",
                     "conger_exact_kappa", "conger_kappa_exact", "kappam_fleiss"), fleiss),
    **dict.fromkeys(("fleiss_kappa_distribution", "fleiss_distribution", "fleiss_kappa_raw"),
                    one_of_family("fleiss")),
    **dict.fromkeys(("light_kappa", "light", "kappam_light"), light),
    **dict.fromkeys(("kendall_w", "kendall", "kendalls_w", "kendall_concordance"), kendall),
    "mean_pearson": _mean_of_pairs(ranked=False),
    "mean_spearman": _mean_of_pairs(ranked=True),
    "meancor": _mean_of_pairs(ranked=False),
    "meanrho": _mean_of_pairs(ranked=True),
    "percent_agreement": agree,
    "agree": agree,
    **dict.fromkeys(("percent_agreement_pairwise", "pairwise_agreement"), agree_by_pair),
    "maxwell_re": maxwell,
    "maxwell": maxwell,
    "finn": finn_coefficient,
    "robinson_a": robinson,
    "stuart_maxwell": _homogeneity(stuart_maxwell),
    "bhapkar": _homogeneity(bhapkar),
    "rater_bias": bias,
    "benchmark": benchmarked,
    "benchmark_landis_koch": benchmarked,
    "benchmark_altman": benchmarked,
    "benchmark_fleiss": benchmarked,
    "agreement_weights": weight_matrix,
}  # fmt: skip
