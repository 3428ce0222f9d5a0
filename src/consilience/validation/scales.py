"""Cases of scale scores and norms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.scales.moments import moments
from consilience.stats.scales.norms import look_up, t_scores
from consilience.stats.scales.omega import omega_total
from consilience.stats.scales.relations import scale_relations
from consilience.stats.scales.scoring import scale_scores
from consilience.stats.within_group.agreement import rwg_j
from consilience.stats.within_group.components import anova_components
from consilience.stats.within_group.deviation import average_deviation
from consilience.stats.within_group.nulls import null_variance
from consilience.validation import scale_reliability
from consilience.validation.model import Answer, Case, NotSupported, Statistic
from consilience.validation.scale_keys import (
    Keyed,
    as_asked,
    as_rows,
    given,
    group_column,
    keyed,
    least_share,
    norms_of,
    turned,
)

Floats = NDArray[np.float64]

_UNITS: Final = ("school", "unit", "group", "team", "site", "grpid", "cluster", "area")
_UNIT_ROWS: Final = ("units", "groups", "schools", "unit_means", "group_means", "school_means",
                     "by_unit", "by_school", "aggregated")  # fmt: skip
_FIRST: Final = re.compile(r"(?:first|head)_?(\d+)$", re.IGNORECASE)


def scores(case: Case) -> Answer:
    """Return person scores with their descriptives, alpha and relations; T if norms are told."""
    found = keyed(case)
    table = scored(case, found)
    imputed = _imputed(case)
    relations = scale_relations(
        _filled(found, imputed) if imputed else found.values,
        found.keys,
        missing="complete" if "na.omit" in case.call else "pairwise",
    )
    count = np.abs(found.keys).sum(axis=0)
    # psych calls a scale of one item wholly reliable, and derives r and signal from alpha.
    alpha = np.where(count == 1, 1.0, relations.alpha)
    values = {
        **_described(table, found.scales),
        "alpha": _by(found.scales, alpha),
        "raw_alpha": _by(found.scales, alpha),
        "std_alpha": _by(found.scales, relations.standardised),
        "av_r": _by(found.scales, alpha / (count - alpha * (count - 1))),
        "av.r": _by(found.scales, alpha / (count - alpha * (count - 1))),
        "average_r": _by(found.scales, relations.average_r),
        "sn": _by(found.scales, alpha / np.where(alpha < 1, 1 - alpha, np.nan)),
        "n_items": _by(found.scales, count),
        "n.items": _by(found.scales, count),
        "omega": _by(found.scales, _omegas(found)),
    }
    between = (("scale_cor", relations.correlation), ("cor", relations.correlation))
    values |= dict.fromkeys(
        ("G6", "lambda6", "guttman6"), _by(found.scales, _pooled6(found, imputed))
    )
    for name, matrix in (*between, ("corrected", relations.corrected)):
        values[name] = {
            scale: _by(found.scales, row) for scale, row in zip(found.scales, matrix, strict=True)
        }
    values["item_cor"] = values["item.cor"] = {
        item: _by(found.scales, row)
        for item, row in zip(found.names, relations.with_items, strict=True)
    }
    rows = {**_persons(case, table, found.scales), **_units(case, table, found.scales)}
    if given(case.args, ("norms", "norm", "norm_mean", "norm_table")) is not None:
        rows |= _standing(case, table, found.scales, alone=False)
    return Answer(values=as_asked(case, {**values, **rows}))


def scored(case: Case, found: Keyed) -> Floats:
    """Return (people, scales) scores by the missing rule and method of the case."""
    told = f"{case.args.get('method', '')} {case.args.get('score', '')}".lower()
    by_r = re.search(r"totals\s*=\s*T", case.call) is not None or bool(case.args.get("totals"))
    imputed = _imputed(case)
    columns = []
    for column in found.keys.T:
        own = column != 0
        least = least_share(case, int(own.sum()))
        one_scale = scale_scores(
            found.values[:, own],
            column[own],
            low=found.low,
            high=found.high,
            missing=f"item {imputed}" if imputed else "mean" if least is None else "share",
            least=1.0 if least is None else least,
            method="sum" if "sum" in told or (by_r and imputed) else "mean",
        )
        one = one_scale.scores[:, 0]
        # psych sums what was answered, gaps or not.
        columns.append(one * one_scale.answered[:, 0] if by_r and not imputed else one)
    return np.column_stack(columns)


def _imputed(case: Case) -> str:
    told = case.args.get("impute")
    if told is None and (found := re.search(r"impute\s*=\s*['\"](\w+)", case.call)):
        told = found[1]
    if told is None and "scoreItems" in case.call:
        told = "median"
    return str(told) if told in ("mean", "median") else ""


def _filled(found: Keyed, by: str) -> Floats:
    """Return the answers with the item's mean or median in its gaps."""
    each = np.eye(found.values.shape[1])
    return scale_scores(
        found.values, each, low=found.low, high=found.high, missing=f"item {by}"
    ).scores


def _pooled6(found: Keyed, imputed: str) -> Floats:
    """Return lambda 6 of each scale, with items explained by all items of all scales, as psych."""
    items = _filled(found, imputed) if imputed else found.values
    covariance = moments(items, missing="pairwise").covariance
    keys = found.keys
    nan = np.full(len(found.scales), np.nan)
    if not np.isfinite(covariance).all() or np.linalg.matrix_rank(covariance) < len(covariance):
        return nan
    left = 1 / np.diag(np.linalg.inv(covariance))
    whole = np.einsum("ik,ij,jk->k", keys, covariance, keys)
    own: Floats = np.divide(keys.T**2 @ left, whole, out=nan, where=whole > 0)
    return 1 - own


def _omegas(found: Keyed) -> Floats:
    return np.array([omega_total(turned(found, k)).omega for k in range(len(found.scales))])


def _by(names: Sequence[str], values: Sequence[float] | Floats) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _described(table: Floats, scales: Sequence[str]) -> dict[str, Any]:
    known = [column[~np.isnan(column)] for column in table.T]
    nan = float("nan")
    n = [len(column) for column in known]
    means = [float(column.mean()) if len(column) else nan for column in known]
    sds = [float(column.std(ddof=1)) if len(column) > 1 else nan for column in known]
    lost = [len(table) - each for each in n]
    found: dict[str, Any] = {}
    for names, values in (
        (("means", "mean"), means),
        (("sds", "sd"), sds),
        (("n", "n_valid", "n_scored", "valid"), n),
        (("missing", "n_missing", "n_na", "na", "unscored"), lost),
        (("min", "mins"), [float(column.min()) if len(column) else nan for column in known]),
        (("max", "maxs"), [float(column.max()) if len(column) else nan for column in known]),
        (("median", "medians"), [float(np.median(c)) if len(c) else nan for c in known]),
    ):
        found |= {name: _by(scales, values) for name in names}
    return found


def _rows(table: Floats, scales: Sequence[str]) -> list[dict[str, float]]:
    return [_by(scales, row) for row in table]


def _persons(case: Case, table: Floats, scales: Sequence[str]) -> dict[str, Any]:
    """Return the scores of people under the names of the case: all, or the first so many."""
    rows = _rows(table, scales)
    found: dict[str, Any] = {"scores": rows, "persons": rows}
    for name in case.expected if isinstance(case.expected, Mapping) else ():
        if told := _FIRST.search(str(name)):
            found[str(name)] = rows[: int(told[1])]
    return found


def _units(case: Case, table: Floats, scales: Sequence[str]) -> dict[str, Any]:
    """Return means of units in the order of R's sort, if the case names a unit."""
    if (column := group_column(case)) is None:
        return {}
    labels, means = _unit_means(case, column, table)
    rows = [{column: label, **row} for label, row in zip(labels, _rows(means, scales), strict=True)]
    return dict.fromkeys(_UNIT_ROWS, rows)


def _unit_means(case: Case, column: str, table: Floats) -> tuple[list[Any], Floats]:
    texts = case.texts(column)
    labels = np.unique(texts[texts != ""]).tolist()
    numeric = case.is_numeric(column)
    labels.sort(key=float if numeric else str)
    means = np.full((len(labels), table.shape[1]), np.nan)
    for place, label in enumerate(labels):
        own = table[texts == label]
        count = (~np.isnan(own)).sum(axis=0)
        sums = np.where(np.isnan(own), 0.0, own).sum(axis=0)
        np.divide(sums, count, out=means[place], where=count > 0)
    return [float(label) if numeric else label for label in labels], means


def t_of_norms(case: Case) -> Answer:
    """Return T-scores and percentiles of people, or of units if the case names a unit."""
    if given(case.args, ("keys", "scales", "scoring")) is not None:
        found = keyed(case)
        table, scales = scored(case, found), found.scales
    elif (raw := _told(case)) is not None:
        scales, table = raw
    else:
        scales = _norm_scales(case)
        table = case.matrix(scales)
    values = _standing(case, table, scales, alone=True)
    if isinstance(case.expected, list):
        return Answer(values=as_rows(case.expected, values["t"]))
    return Answer(values=as_asked(case, values))


def of_schools(case: Case) -> Answer:
    """Return T-scores of schools from the answers of their people; their means without norms."""
    by = group_column(case) or next((name for name in _UNITS if name in case.columns), None)
    if by is None:
        raise NotSupported("no column that says to which unit a person belongs")
    told = replace(case, args={**case.args, "group": by})
    norms = ("norms", "norm", "norm_mean", "norm_means", "norm_table")
    if given(case.args, norms) is not None:
        return t_of_norms(told)
    found = keyed(told)
    rows = _units(told, scored(told, found), found.scales)["units"]
    if isinstance(case.expected, list):
        return Answer(values=as_rows(case.expected, rows))
    heads = {
        str(name): rows[: int(first[1])]
        for name in (case.expected if isinstance(case.expected, Mapping) else ())
        if (first := _FIRST.search(str(name)))
    }
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    labelled = {str(row[by]): row for row in _plain(rows)}
    values = {
        **labelled,
        **columns,
        **dict.fromkeys((*_UNIT_ROWS, "rows", "scores"), rows),
        **heads,
    }
    return Answer(values=as_asked(case, values))


def _plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with whole numbers as R writes them when they become names: 3, not 3.0."""
    return [
        {
            name: int(value) if isinstance(value, float) and value.is_integer() else value
            for name, value in row.items()
        }
        for row in rows
    ]


def _told(case: Case) -> tuple[tuple[str, ...], Floats] | None:
    """Return scales and raw scores that are told as numbers, not in the data."""
    raw = given(case.args, ("raw", "raw_means", "scores", "x", "unit_means"))
    if isinstance(raw, Mapping):
        columns = [np.atleast_1d(np.array(each, dtype=float)) for each in raw.values()]
        return tuple(map(str, raw)), np.column_stack(columns)
    if isinstance(raw, int | float):
        raw = [raw]
    if isinstance(raw, list) and raw and not isinstance(raw[0], str):
        name = str(case.args.get("scale") or "scale")
        return (name,), np.array(raw, dtype=float)[:, None]
    return None


def _norm_scales(case: Case) -> tuple[str, ...]:
    norms = given(case.args, ("norms", "norm"))
    inner = given(norms, ("mean", "means")) if isinstance(norms, Mapping) else None
    names = inner if isinstance(inner, Mapping) else norms
    if isinstance(names, list) and names and isinstance(names[0], Mapping):
        return tuple(str(given(row, ("scale", "name", "_row"))) for row in names)
    if isinstance(names, Mapping) and all(name in case.columns for name in names):
        return tuple(names)
    told = given(case.args, ("columns", "raw", "scores", "x", "scale", "items"))
    if told is not None:
        return (told,) if isinstance(told, str) else tuple(told)
    return tuple(name for name in case.columns if case.is_numeric(name))


def _standing(case: Case, table: Floats, scales: Sequence[str], *, alone: bool) -> dict[str, Any]:
    mean, sd = norms_of(case, scales)
    column = group_column(case)
    head: list[dict[str, Any]] = [{} for _ in table]
    if column is not None:
        labels, table = _unit_means(case, column, table)
        head = [{column: label} for label in labels]
    standing = t_scores(table, mean, sd)
    t = [first | row for first, row in zip(head, _rows(standing.t, scales), strict=True)]
    rank = [
        first | row for first, row in zip(head, _rows(standing.percentile, scales), strict=True)
    ]
    found: dict[str, Any] = {
        "percentile": rank,
        "percentiles": rank,
        "z": _rows(standing.z, scales),
    }
    found |= dict.fromkeys(("t", "t_scores", "tscores", "T", "t_score", "rows"), t)
    found |= {
        f"{before}{name}": value
        for name, value in _described(standing.t, scales).items()
        for before in (("t_", "") if alone else ("t_",))
        if alone or name in ("mean", "means", "sd", "sds")
    }
    if alone and column is not None:
        units = {column: [first[column] for first in head]}
        by_scale = dict(zip(scales, standing.t.T.tolist(), strict=True))
        found |= {**by_scale, **units, **dict.fromkeys(_UNIT_ROWS, t)}
        found |= {str(first[column]): row for first, row in zip(_plain(head), t, strict=True)}
    for name in case.expected if isinstance(case.expected, Mapping) else ():
        if (told := _FIRST.search(str(name))) and (alone or str(name).lower().startswith("t")):
            found[str(name)] = t[: int(told[1])]
    return found


def aggregation(case: Case) -> Answer:
    """Return how far units differ in their scores, and how far their people agree, by scale."""
    found = keyed(case)
    column = group_column(case) or next((name for name in _UNITS if name in case.columns), None)
    if column is None:
        raise NotSupported("no column that says to which unit a person belongs")
    table, units = scored(case, found), case.texts(column)
    least = int(given(case.args, ("least_people", "min_people", "min_group", "min_size")) or 2)
    points = int(given(case.args, ("categories", "npoints")) or found.high - found.low + 1)
    values: dict[str, dict[str, Any]] = {}
    for place, scale in enumerate(found.scales):
        own = ~np.isnan(table[:, place]) & (units != "")
        parts = anova_components(table[own, place], units[own])
        names, sizes = np.unique(units[own], return_counts=True)
        big = own & np.isin(units, names[sizes >= least])
        items = turned(found, place)[big]
        agreed = rwg_j(items, units[big], null_variance=null_variance(points))
        apart = average_deviation(items, units[big])
        told = {
            "icc1": float(parts.icc1),
            "icc2": float(parts.icc2),
            "f": float(parts.f),
            "p": float(parts.p),
            "n": int(own.sum()),
            "rwg_j": agreed.value.tolist(),
            "rwg.j": agreed.value.tolist(),
            "ad": apart.value.tolist(),
            "gsize": agreed.n.tolist(),
            "schools": agreed.labels.tolist(),
            "grpid": agreed.labels.tolist(),
            "mean_rwg_j": float(np.mean(agreed.value)) if len(agreed.value) else float("nan"),
            "median_rwg_j": float(np.median(agreed.value)) if len(agreed.value) else float("nan"),
        }
        for name, value in told.items():
            values.setdefault(name, {})[scale] = value
    each = {scale: {name: of[scale] for name, of in values.items()} for scale in found.scales}
    return Answer(values=as_asked(case, {**values, **each}))


def norm_table(case: Case) -> Answer:
    """Return what a table of steps says of raw scores (R's approx, rule 2)."""
    steps = given(case.args, ("steps", "raw_steps", "x"))
    values = given(case.args, ("values", "t_steps", "y", "t"))
    raw = given(case.args, ("raw", "xout", "scores"))
    if steps is None or values is None or raw is None:
        raise NotSupported("no table of steps and values, or no scores")
    score = case.numbers(raw) if isinstance(raw, str) else np.array(raw, dtype=float)
    found = look_up(
        score, steps=steps, values=values, between=str(case.args.get("between", "interpolate"))
    )
    told, outside = found.values.tolist(), found.outside.astype(float).tolist()
    return Answer(values={"t": told, "y": told, "values": told, "outside": outside})


STATISTICS: Final[Mapping[str, Statistic]] = {
    **dict.fromkeys(
        ("scale_scores", "climate_scores", "climate_scoring", "score_items", "scoreItems",
         "scale_means", "person_scores", "scoring"),
        scores,
    ),
    **dict.fromkeys(
        ("t_scores", "climate_t_scores", "t_score", "norm_scores", "climate_t", "norm_t_scores",
         "norm_referenced_scores"),
        t_of_norms,
    ),
    **dict.fromkeys(
        ("climate_school_scores", "school_scores", "school_t_scores", "climate_school_t_scores",
         "school_climate_scores", "unit_t_scores", "unit_scores", "group_t_scores",
         "climate_unit_scores", "school_means", "school_climate_t_scores"),
        of_schools,
    ),
    **dict.fromkeys(
        ("climate_aggregation", "school_climate", "climate_agreement", "aggregation"), aggregation
    ),
    **dict.fromkeys(("norm_lookup", "norm_table"), norm_table),
    **scale_reliability.STATISTICS,
}  # fmt: skip
