"""Cases of the reliability of scales, and of their items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.seeds import stream
from consilience.stats.scales.alpha import (
    Alpha,
    alpha_of_covariance,
    cronbach_alpha,
    feldt_interval,
    spearman_brown,
)
from consilience.stats.scales.halves import split_half
from consilience.stats.scales.items import ItemStatistics, item_statistics
from consilience.stats.scales.moments import correlation, moments
from consilience.stats.scales.omega import omega_bootstrap, omega_total
from consilience.stats.scales.scoring import reverse
from consilience.validation.model import Answer, Case, NotSupported, Statistic
from consilience.validation.scale_keys import Keyed, as_asked, given, keyed, turned

Floats = NDArray[np.float64]

_MATRIX: Final = re.compile(r"alpha\(\s*(?:cov|cor)\(|is a (?:covariance|correlation)")


def reliability(case: Case) -> Answer:
    """Return alpha, items and omega of one scale, or of each."""
    if _MATRIX.search(f"{case.call} {case.note}"):
        return _of_matrix(case)
    found = keyed(case)
    if len(found.scales) == 1:
        items = _turned_or_checked(case, found)
        values = _reliable(case, items)
        return Answer(values=as_asked(case, {**values, **_by_item(case, found, items, values)}))
    each = {
        scale: _reliable(case, turned(found, place)) for place, scale in enumerate(found.scales)
    }
    names = next(iter(each.values()))
    across = {name: {scale: one[name] for scale, one in each.items()} for name in names}
    return Answer(values=as_asked(case, {**across, **each}))


def _turned_or_checked(case: Case, found: Keyed) -> Floats:
    """Turn items round as keyed, or as psych's check.keys does: against the first component."""
    items = turned(found)
    told = bool(case.args.get("check_keys") or case.args.get("check.keys"))
    if not (told or re.search(r"check\.keys\s*=\s*T", case.call)):
        return items
    covariance = moments(items, missing="pairwise").covariance
    sd = np.sqrt(np.diag(covariance))
    first = np.linalg.eigh(covariance / np.outer(sd, sd))[1][:, -1]
    negative = first * np.sign(first.sum()) < 0
    return reverse(items, low=found.low, high=found.high, negative=negative)


def _of_matrix(case: Case) -> Answer:
    items = turned(keyed(case))
    table = moments(items, missing="complete" if "na.omit" in case.call else "pairwise")
    matrix = table.covariance
    if re.search(r"alpha\(\s*cor\(", case.call):
        sd = np.sqrt(np.diag(matrix))
        matrix = matrix / np.outer(sd, sd)
    n = int(given(case.args, ("n", "n_obs", "n.obs")) or 0)
    return Answer(values=as_asked(case, _alpha_named(alpha_of_covariance(matrix, n=n))))


def _reliable(case: Case, items: Floats) -> dict[str, Any]:
    missing = _missing(case)
    everybody = len(items) if missing == "pairwise" else None
    confidence = _confidence(case)
    # psych leaves out items that do not vary; multilevel and the formula typed out count them.
    by_hand = re.search(r"\(\s*k\s*-\s*1\s*\)|ncol\(\w+\)\s*-\s*1", case.call) is not None
    by_hand = by_hand or re.search(r"(?<!\w)cronbach\(", case.call) is not None
    constant = "keep" if by_hand and "alpha(" not in case.call else "drop"
    alpha = cronbach_alpha(
        items, missing=missing, constant=constant, confidence=confidence, n=everybody
    )
    points = given(case.args, ("points", "categories"))
    each = item_statistics(
        items,
        missing=missing,
        n=everybody,
        confidence=confidence,
        points=points if isinstance(points, list) else None,
    )
    answered = ~np.isnan(items)
    count = answered.sum(axis=1)
    total = np.where(answered, items, 0.0).sum(axis=1)[count > 0] / count[count > 0]
    if missing == "complete":
        total = (
            items[answered.all(axis=1)].mean(axis=1) if answered.all(axis=1).any() else total[:0]
        )
    return {
        **_alpha_named(alpha),
        "n": alpha.n,
        "mean": float(total.mean()) if len(total) else float("nan"),
        "sd": float(total.std(ddof=1)) if len(total) > 1 else float("nan"),
        **_items_named(each, alpha, items, missing),
        **_omega_named(case, items),
    }


def _missing(case: Case) -> str:
    told = given(case.args, ("missing", "use", "na"))
    if told in ("complete", "pairwise", "complete.obs", "pairwise.complete.obs"):
        return str(told).split(".")[0]
    text = f"{case.call} {case.note} {case.args}"
    if "na.omit" in text or "complete" in text or "listwise" in text:
        return "complete"
    return "pairwise" if "psych::alpha" in text or "pairwise" in text else "complete"


def _confidence(case: Case) -> float:
    told = given(case.args, ("confidence", "conf", "level", "conf_level", "conf.level"))
    if isinstance(told, int | float) and 0 < told < 1:
        return float(told)
    p = given(case.args, ("p.val", "p_val", "p"))
    if p is None and (found := re.search(r"p\.val\s*=\s*(0?\.\d+)", case.call)):
        p = float(found[1])
    return 1 - float(p) if isinstance(p, int | float) and 0 < p < 1 else 0.95


def _alpha_named(found: Alpha) -> dict[str, Any]:
    values: dict[str, Any] = {"k": found.items, "n_items": found.items, "nvar": found.items}
    for names, value in (
        (("raw_alpha", "alpha"), found.alpha),
        (("std_alpha", "std.alpha", "standardised_alpha", "standardized_alpha"),
         found.standardised),
        (("average_r", "mean_r", "r.bar", "r_bar"), found.average_r),
        (("median_r", "med_r"), found.median_r),
        (("G6(smc)", "G6", "lambda6", "g6_smc"), found.lambda6),
        (("S/N", "s_n", "sn", "signal_noise"), found.s_n),
        (("ase", "se", "alpha_se", "alpha se"), found.ase),
        (("feldt_low", "lower.ci", "lower", "ci_low", "low", "feldt_lower"), found.low),
        (("feldt_high", "upper.ci", "upper", "ci_high", "high", "feldt_upper"), found.high),
    ):  # fmt: skip
        values |= dict.fromkeys(names, value)
    return values


def _items_named(each: ItemStatistics, alpha: Alpha, items: Floats, missing: str) -> dict[str, Any]:
    """Return what stands beside each item that varies, in the words of psych."""
    kept = [place for place in range(items.shape[1]) if place not in alpha.dropped]
    alpha_drop, standard_drop = each.alpha_drop[kept], each.standardised_drop[kept]
    if len(kept) == 2:
        # psych prints a regression weight, and the correlation, for the one that is left.
        covariance = moments(items, missing=missing).covariance[np.ix_(kept, kept)]
        alpha_drop = covariance[0, 1] / np.diag(covariance)[::-1]
        standard_drop = np.full(2, alpha.average_r)
    valid = np.maximum(each.n, 1)[:, None]
    named = {
        ("alpha_drop", "alpha.drop", "raw_alpha_drop", "alpha_if_dropped"): alpha_drop,
        ("std_alpha_drop", "std.alpha.drop"): standard_drop,
        ("ase_drop", "alpha_se_drop"): each.ase_drop[kept],
        ("r_drop", "r.drop"): each.r_drop[kept],
        ("r_cor", "r.cor"): each.r_cor[kept],
        ("raw_r", "raw.r", "r_total"): each.r_total[kept],
        ("std_r", "std.r"): each.r_standardised[kept],
        ("item_mean", "item_means"): each.mean[kept],
        ("item_sd", "item_sds"): each.sd[kept],
        ("item_n", "n_item"): each.n[kept].astype(float),
        ("skew", "item_skew"): each.skew[kept],
        ("kurtosis", "item_kurtosis"): each.kurtosis[kept],
        ("floor",): each.floor[kept],
        ("ceiling",): each.ceiling[kept],
        ("missing", "miss", "item_missing"): each.missing[kept],
    }
    values: dict[str, Any] = {name: v.tolist() for names, v in named.items() for name in names}
    values["response_freq"] = values["response.freq"] = (each.frequencies / valid).tolist()
    values["frequencies"] = each.frequencies.tolist()
    return values


# What psych's item.stats prints, beside our names.
_ITEM_ROW: Final = {
    "n": "item_n", "raw.r": "raw_r", "std.r": "std_r", "r.cor": "r_cor", "r.drop": "r_drop",
    "mean": "item_mean", "sd": "item_sd",
}  # fmt: skip


def _by_item(case: Case, found: Keyed, items: Floats, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of psych by item: item.stats, alpha.drop, response.freq."""
    asked = {str(name).lower() for name in case.expected or ()} if _keys(case.expected) else set()
    wanted = {"item.stats", "item_stats", "alpha.drop", "alpha_drop", "response.freq"}
    if not asked & wanted:
        return {}
    own = np.flatnonzero(found.keys[:, 0])
    constant = moments(items, missing=_missing(case)).constant
    kept = [place for place in range(items.shape[1]) if not constant[place]]
    names = [found.names[own[place]] for place in kept]
    stats = [{name: values[of][k] for name, of in _ITEM_ROW.items()} for k in range(len(kept))]
    tables: dict[str, Any] = dict.fromkeys(("item.stats", "item_stats"), _labelled(names, stats))
    if _keys(_held(case.expected, "alpha.drop", "alpha_drop")):
        drop = [_without(case, items[:, kept], k, values) for k in range(len(kept))]
        tables |= dict.fromkeys(("alpha.drop", "alpha_drop"), _labelled(names, drop))
    return tables


def _keys(expected: Any) -> bool:  # noqa: ANN401  (figures of any form)
    """Say whether figures have names: an object, or a table of named rows."""
    if isinstance(expected, list):
        return bool(expected) and isinstance(expected[0], Mapping)
    return isinstance(expected, Mapping)


def _held(expected: Mapping[str, Any], *names: str) -> Any:  # noqa: ANN401  (of any form)
    return next((expected[name] for name in names if name in expected), None)


def _labelled(names: list[str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return rows under the names of items; psych writes a minus after those turned round."""
    both = (each for name in names for each in (name, f"{name}-"))
    return dict(zip(both, (row for row in rows for _ in range(2)), strict=True))


def _without(case: Case, items: Floats, left_out: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reliability of the items without one, in the words of psych's alpha.drop."""
    rest = np.delete(items, left_out, axis=1)
    missing = _missing(case)
    everybody = len(items) if missing == "pairwise" else None
    found = cronbach_alpha(rest, missing=missing, n=everybody)
    covariance = moments(rest, missing=missing).covariance
    pairs = correlation(covariance)[np.tril_indices(rest.shape[1], -1)]
    return {
        **_alpha_named(found),
        "raw_alpha": values["alpha_drop"][left_out],
        "std.alpha": values["std_alpha_drop"][left_out],
        "alpha se": values["ase_drop"][left_out],
        "var.r": float(pairs.var(ddof=1)) if len(pairs) > 1 else float("nan"),
        "med.r": found.median_r,
    }


def _omega_named(case: Case, items: Floats) -> dict[str, Any]:
    found = omega_total(items, confidence=_confidence(case))
    fit = found.fit
    values: dict[str, Any] = {
        "loadings": found.loadings.tolist(),
        "lambda": found.loadings.tolist(),
        "loadings_se": found.loadings_se.tolist(),
        "std_loadings": found.standardised.tolist(),
        "standardised_loadings": found.standardised.tolist(),
        "omega_se": found.se,
        "omega_low": found.low,
        "omega_high": found.high,
        "chisq": fit.chi2,
        "chi2": fit.chi2,
        "df": fit.df,
        "pvalue": fit.p,
        "rmsea": fit.rmsea,
        "cfi": fit.cfi,
        "tli": fit.tli,
        "srmr": fit.srmr,
        "heywood": [place + 1 for place in found.heywood],
    }
    omega = ("omega", "omega_total", "omega_total_1factor_ml", "omega_1factor_ml", "mcdonald_omega")
    values |= dict.fromkeys(omega, found.omega)
    unique = ("uniquenesses", "theta", "residual_variances", "residuals")
    return values | dict.fromkeys(unique, found.uniquenesses.tolist())


def omega_resampled(case: Case) -> Answer:
    """Return omega with its percentile interval over resampled people."""
    found = omega_bootstrap(
        turned(keyed(case)),
        replicates=int(given(case.args, ("replicates", "B", "R", "n_iter", "n.iter")) or 1000),
        streams=lambda block: stream(int(case.args.get("seed") or 1), case.id, block=block),
        confidence=_confidence(case),
    )
    ends = {"low": found.low, "ci_low": found.low, "high": found.high, "ci_high": found.high}
    return Answer(values={"omega": found.omega, "se": found.sd, "sd": found.sd, **ends})


def halves(case: Case) -> Answer:
    """Return the halvings of a scale in the words of psych::splitHalf."""
    found = split_half(
        _turned_or_checked(case, keyed(case)),
        based="covariance" if re.search(r"covar\s*=\s*T", case.call) else "correlation",
        missing=_missing(case),
        rng=stream(int(case.args.get("seed") or 1), case.id),
    )
    values: dict[str, Any] = {"alpha": found.lambda3, "n": found.n}
    for names, value in (
        (("maxrb", "lambda4", "lambda.4", "max", "greatest"), found.greatest),
        (("minrb", "beta", "min", "least"), found.least),
        (("meanr", "mean", "average"), found.mean),
        (("lambda1", "lambda.1"), found.lambda1),
        (("lambda2", "lambda.2"), found.lambda2),
        (("lambda3", "lambda.3"), found.lambda3),
        (("lambda6", "lambda.6"), found.lambda6),
        (("odd_even", "guttman"), found.odd_even),
        (("odd_even_r", "r", "r_halves"), found.odd_even_r),
        (("spearman_brown", "sb"), found.spearman_brown),
    ):
        values |= dict.fromkeys(names, value)
    return Answer(values=as_asked(case, values))


def stepped_up(case: Case) -> Answer:
    """Return a reliability at another length."""
    r = given(case.args, ("r", "reliability", "alpha"))
    factor = given(case.args, ("factor", "n", "k", "length")) or 2
    if r is None:
        raise NotSupported("no reliability to start from")
    found = spearman_brown(r, factor=factor).tolist()
    return Answer(values=dict.fromkeys(("r", "reliability", "spearman_brown", "alpha"), found))


def interval(case: Case) -> Answer:
    """Return Feldt's interval of a coefficient that is told, or else of that of the items."""
    args = case.args
    alpha = given(args, ("alpha", "r"))
    n, items = given(args, ("n", "n.obs", "n_obs")), given(args, ("k", "n.var", "n_var", "items"))
    numbers = re.search(r"alpha\.ci\(\s*([\d.]+)\s*,[^\d]*(\d+)\s*,[^\d]*(\d+)", case.call)
    if alpha is None and numbers:
        alpha, n, items = numbers.groups()
    if alpha is None or n is None or items is None or isinstance(items, list):
        return reliability(case)
    raw, count = float(alpha), int(items)
    low, high = feldt_interval(raw, n=int(n), items=count, confidence=_confidence(case))
    average = raw / (count - raw * (count - 1))
    return Answer(
        values={
            "alpha": raw,
            "r.bar": average,
            "r_bar": average,
            **dict.fromkeys(("lower.ci", "lower", "low", "feldt_low", "ci_low"), low),
            **dict.fromkeys(("upper.ci", "upper", "high", "feldt_high", "ci_high"), high),
        }
    )


STATISTICS: Final[Mapping[str, Statistic]] = {
    **dict.fromkeys(
        ("cronbach_alpha_omega", "cronbach_alpha", "alpha_omega", "omega_total", "omega",
         "mcdonald_omega", "item_statistics", "item_analysis", "climate_reliability",
         "reliability", "one_factor", "alpha"),
        reliability,
    ),
    **dict.fromkeys(("alpha_ci", "feldt_interval", "alpha.ci"), interval),
    **dict.fromkeys(("split_half", "splitHalf", "guttman_lambdas", "guttman"), halves),
    "omega_bootstrap": omega_resampled,
    "spearman_brown": stepped_up,
}  # fmt: skip
