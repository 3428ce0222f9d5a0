"""Cases of kappas, chance-corrected agreement, concordance and benchmarks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
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
from consilience.stats.agreement.kappa import cohen_kappa, fleiss_kappa, light_kappa
from consilience.stats.agreement.kappa_tables import Kappa
from consilience.stats.agreement.weights import KINDS, agreement_weights
from consilience.validation.model import Answer, Case, NotSupported, Statistic
from consilience.validation.selected import counts_of, option, ratings_of

Floats = NDArray[np.float64]

_CATEGORIES: Final = ("categories", "categ_labels", "categ.labels", "categ", "labels", "scale")
_LEVEL: Final = ("conf_level", "conf.level", "conflev", "level", "confidence")
_QUOTED: Final = re.compile(r"['\"]([\w-]+)['\"]")
_NAMES: Final = {"Equal-Spacing": "equal", "Fleiss-Cohen": "squared", "u": "unweighted"}

# irrCAC's functions of tables, and vcd::Kappa of the whole data.
_OF_TABLE: Final = re.compile(r"\w\.table\(|Kappa\((as\.(matrix|table)\()*\w+\b(?![$\[(])")

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
    given = option(case, "weights", "weight")
    if given is None or (isinstance(given, str) and given.endswith(")")):
        known = [each for each in _QUOTED.findall(case.call) if each in (*KINDS, *_NAMES)]
        given = known[0] if known else "unweighted"
    if isinstance(given, str):
        kind = _NAMES.get(given, given)
        if found := re.match(r"(\w+)\.weights", kind):
            kind = found[1]
        if kind not in KINDS:
            raise NotSupported(f"weights {given!r}")
        return kind
    return np.array(given, dtype=float)


def _kappa_weights(case: Case, scale: NDArray[Any]) -> str | Floats:
    """Return weights; a vector runs from agreement to the widest disagreement, as in irr."""
    given = _weights(case)
    if isinstance(given, str) or given.ndim != 1:
        return given
    if len(given) != len(scale) or given[0] == given[-1]:
        raise NotSupported("a vector of weights that does not fit the categories")
    steps = np.abs(np.arange(len(given))[:, None] - np.arange(len(given)))
    weights: Floats = 1 - (given - given[0])[steps] / (given[-1] - given[0])
    return weights


def _scale(case: Case) -> list[Any] | None:
    given = option(case, *_CATEGORIES)
    return given if isinstance(given, list) else None


def _is_table(case: Case) -> bool:
    if "table" in case.args or case.statistic.endswith("_table"):
        return True
    if not _OF_TABLE.search(case.call):
        return False
    counts = counts_of(case)
    return bool(counts.shape[0] == counts.shape[1])


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
    if _is_table(case):
        return chance_corrected_table(counts_of(case), **options)
    if "distribution" in case.statistic or re.search(r"\.dist\b", case.call):
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


def _one(*names: str) -> Statistic:
    """Return the statistic that gives one coefficient of the family, the first there is."""

    def statistic(case: Case) -> Answer:
        found = _family(case)
        name = next(each for each in names if each in found)
        shown = _agreement(found[name])
        own = {alias: shown["coeff"] for alias in _ALIASES[name] if alias not in shown}
        return Answer(values=own | {"kappa": shown["coeff"]} | shown, loose=_printed(case))

    return statistic


def _cohen(case: Case) -> Kappa:
    level = float(option(case, *_LEVEL, default=0.95))
    scale = _scale(case)
    if _is_table(case):
        counts = counts_of(case)
        weights = _kappa_weights(case, np.arange(len(counts)))
        return cohen_kappa(counts, weights=weights, categories=scale, level=level)
    ratings = ratings_of(case)
    if ratings.shape[1] < 2:
        raise NotSupported("one rater only")
    two = complete_codes(ratings[:, :2], scale)
    weights = _kappa_weights(case, two.categories)
    return cohen_kappa(
        ratings[:, 0], ratings[:, 1], weights=weights, categories=two.categories, level=level
    )


def cohen(case: Case) -> Answer:
    """Return Cohen's kappa as irr, vcd and psych print it: z and p of the first."""
    found = _cohen(case)
    general = found.standard_error
    values = {
        "kappa": found.kappa,
        "value": found.kappa,
        "weighted_kappa": found.kappa,
        "z": found.z,
        "statistic": found.z,
        "p": found.p,
        "p.value": found.p,
        "ase": general,
        "se": general,
        "var": general**2,
        "ase0": found.null_error,
        "z_ase": found.kappa / general if general > 0 else math.nan,
        "lower": found.low,
        "upper": found.high,
        "ci_low": found.low,
        "ci_high": found.high,
        "po": found.observed,
        "pe": found.expected,
        "max_kappa": found.maximum,
        "pabak": found.adjusted,
        "prevalence_index": found.prevalence_index,
        "bias_index": found.bias_index,
        "n": found.n,
    }
    return Answer(values=values)


def fleiss(case: Case) -> Answer:
    """Return Fleiss' kappa, or Conger's if `exact`, with its details by category."""
    exact = bool(option(case, "exact", default="exact" in case.statistic))
    found = fleiss_kappa(ratings_of(case), categories=_scale(case), exact=exact)
    detail = {
        _text(each.category): {"kappa": each.kappa, "z": each.z, "p": each.p, "p.value": each.p}
        for each in found.detail
    }
    values = {
        "kappa": found.kappa,
        "value": found.kappa,
        "exact": found.kappa,
        "z": found.z,
        "statistic": found.z,
        "p": found.p,
        "p.value": found.p,
        "detail": detail,
        "category_kappa": [each.kappa for each in found.detail],
        "category_z": [each.z for each in found.detail],
        "n": found.units,
        "subjects": found.units,
        "raters": found.raters,
    }
    return Answer(values=values)


def _text(category: Any) -> str:  # noqa: ANN401  (a number or a text)
    return f"{category:g}" if isinstance(category, float) else str(category)


def light(case: Case) -> Answer:
    """Return Light's kappa."""
    ratings = ratings_of(case)
    scale = complete_codes(ratings, _scale(case)).categories
    found = light_kappa(ratings, weights=_kappa_weights(case, scale), categories=scale)
    values = {
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
    tolerance = float(option(case, "tolerance", default=0))
    share = percent_agreement(ratings_of(case), tolerance=tolerance)
    names = ("value", "percent", "percent_agreement", "agree")
    return Answer(values=dict.fromkeys(names, 100 * share) | {"share": share, "po": share})


def maxwell(case: Case) -> Answer:
    """Return Maxwell's RE, 2 po - 1, of two raters and two categories."""
    share = percent_agreement(ratings_of(case)[:, :2])
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
    if _is_table(case):
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


STATISTICS: Final[Mapping[str, Statistic]] = {
    "chance_corrected_family": chance_corrected_family,
    "chance_corrected_table": chance_corrected_family,
    "chance_corrected_distribution": chance_corrected_family,
    "gwet_ac": _one("ac"),
    "gwet_ac1": _one("ac"),
    "gwet_ac2": _one("ac"),
    "gwet_ac2_table": _one("ac"),
    "gwet_ac1_distribution": _one("ac"),
    "conger_kappa": _one("conger", "cohen"),
    "scott_pi": _one("scott", "fleiss"),
    "brennan_prediger": _one("brennan_prediger"),
    "cohen_kappa": cohen,
    "cohen_kappa_table": cohen,
    "weighted_kappa": cohen,
    "fleiss_kappa": fleiss,
    "fleiss_kappa_exact": fleiss,
    "light_kappa": light,
    "kendall_w": kendall,
    "mean_pearson": _mean_of_pairs(ranked=False),
    "mean_spearman": _mean_of_pairs(ranked=True),
    "meancor": _mean_of_pairs(ranked=False),
    "meanrho": _mean_of_pairs(ranked=True),
    "percent_agreement": agree,
    "agree": agree,
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
}
