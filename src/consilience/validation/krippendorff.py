"""Cases of Krippendorff's alpha."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.seeds import stream
from consilience.stats.agreement.krippendorff import krippendorff, krippendorff_alpha
from consilience.stats.agreement.krippendorff_resampled import alpha_resampled, alpha_shuffled
from consilience.validation.agreement import one_of_family
from consilience.validation.correlation import long_table
from consilience.validation.model import Answer, Case, NotSupported, Statistic
from consilience.validation.selected import columns_of, rows_of

Floats = NDArray[np.float64]

_METRIC: Final = re.compile(r"['\"](nominal|ordinal|interval|ratio|circular)['\"]")
# Functions that take no ratings but counts of them, or weights instead of a metric.
_OF_IRRCAC: Final = re.compile(r"krippen2\.table\b|krippen\.alpha\.(dist|raw)\b")
# Columns that say which unit a row is about, or who rated it, and hold no rating.
_AROUND: Final = ("unit", "id", "subject", "item", "area", "agency", "case", "group", "rater")


def alpha(case: Case) -> Answer:
    """Return alpha of a table of units by raters, of every area, or of every metric named."""
    if _OF_IRRCAC.search(case.call):
        return one_of_family("krippendorff")(case)
    several = isinstance(case.expected, Mapping) and isinstance(case.expected.get("alpha"), list)
    if several or _first(case, ("by", "group", "per"), ()) is not None:
        return alpha_per_area(case)
    metrics = case.args.get("metrics")
    if isinstance(metrics, list):
        table = _table(case)
        return Answer(values={each: krippendorff_alpha(table, metric=each) for each in metrics})
    found = krippendorff(_table(case), metric=_metric(case), period=_period(case))
    return Answer(
        values={
            "alpha": found.alpha,
            "value": found.alpha,
            "observed": found.observed,
            "expected": found.expected,
            "do": found.observed,
            "de": found.expected,
            "units": found.units,
            "pairable": found.units,
            "n": found.units,
            "subjects": found.units,
            "values": found.values,
        }
    )


def alpha_per_area(case: Case) -> Answer:
    """Return alpha of each area in the order of the data.

    Raters are the rows of an area where a column says who rated; else they are the columns.
    """
    area = _first(case, ("by", "group", "area", "per"), ("area", "la", "unit", "group"))
    if area is None:
        raise NotSupported("no column that says which area a row is about")
    labels = case.texts(area)
    rater = _first(case, ("rater", "agency", "informant"), ("agency", "rater", "informant"))
    items = case.args.get("items") or [
        name for name in case.columns if name not in (area, rater) and case.is_numeric(name)
    ]
    values = case.matrix(_named(case, items))
    turned = rater is not None or case.args.get("units") == "items"
    of_areas = {
        str(name): krippendorff_alpha(
            values[labels == name].T if turned else values[labels == name], metric=_metric(case)
        )
        for name in dict.fromkeys(labels.tolist())
    }
    each = list(of_areas.values())
    known = [value for value in each if not np.isnan(value)]
    summary = {
        "n_defined": len(known),
        "mean": float(np.mean(known)) if known else None,
        "median": float(np.median(known)) if known else None,
    }
    return Answer(values={"alpha": each, "area": list(of_areas), **summary, **of_areas})


def alpha_bootstrap(case: Case) -> Answer:
    """Return alpha with the interval that resampled units or clusters give."""
    args = case.args
    cluster = _first(case, ("cluster", "clusters"), ())
    paired = str(args.get("resample", args.get("unpairable", ""))).lower()
    found = alpha_resampled(
        _table(case),
        replicates=int(_number(args, ("replicates", "B", "R", "nboot", "boot"), 10_000)),
        streams=lambda block: stream(int(args.get("seed") or 1), case.id, block=block),
        metric=_metric(case),
        period=_period(case),
        clusters=None if cluster is None else case.texts(cluster),
        resample="paired"
        if paired in ("paired", "pairable", "drop", "excluded", "false")
        else "all",
        level=_number(args, ("level", "conf", "conf_level", "conf.level"), 0.95),
    )
    known = found.draws[~np.isnan(found.draws)]
    ends = {"alpha": found.alpha, "se": found.standard_error, "sd": found.standard_error}
    ends |= dict.fromkeys(("low", "ci_low", "lower", "q025", "2.5%", "lbound"), found.low)
    ends |= dict.fromkeys(("high", "ci_high", "upper", "q975", "97.5%", "ubound"), found.high)
    return Answer(values={**ends, "mean": float(known.mean()) if len(known) else None})


def alpha_permutation(case: Case) -> Answer:
    """Return alpha against shuffled raters."""
    found = alpha_shuffled(
        _table(case),
        permutations=int(_number(case.args, ("permutations", "B", "R", "nperm"), 9_999)),
        streams=lambda block: stream(int(case.args.get("seed") or 1), case.id, block=block),
        metric=_metric(case),
    )
    return Answer(values={"alpha": found.alpha, "p": found.p, "p_value": found.p})


def _first(case: Case, keys: Sequence[str], columns: Sequence[str]) -> str | None:
    """Return the column that an argument names, or that is called so."""
    for key in keys:
        if isinstance(case.args.get(key), str) and case.args[key] in case.columns:
            return str(case.args[key])
    return next((name for name in case.columns if name.lower() in columns), None)


def _number(args: Mapping[str, Any], keys: Sequence[str], otherwise: float) -> float:
    return next((float(args[key]) for key in keys if args.get(key) is not None), otherwise)


def _metric(case: Case) -> str:
    for key in ("metric", "level", "method", "weights"):
        if isinstance(case.args.get(key), str):
            return str(case.args[key])
    named = _METRIC.search(case.call)
    return named[1] if named else "nominal"


def _period(case: Case) -> float | None:
    given = case.args.get("period", case.args.get("U"))
    return None if given is None else float(given)


def _named(case: Case, items: object) -> list[str]:
    """Return columns named one by one, or as the first and last of a run."""
    if isinstance(items, str) and ".." in items:
        first, last = (part.strip() for part in items.split("..", maxsplit=1))
        names = list(case.columns)
        return names[names.index(first) : names.index(last) + 1]
    return [items] if isinstance(items, str) else [str(each) for each in items]  # type: ignore[attr-defined]  # a list, by the form of the cases


def _table(case: Case) -> Floats:
    """Return (units, raters) ratings; text becomes the number of its place in the alphabet."""
    if (long := long_table(case)) is not None:
        return long
    named = columns_of(case)
    # One column alone is a cell that the call takes for another end, such as d[1,1].
    named = named if len(named) > 1 else list(case.columns)
    names = [name for name in named if name.lower() not in _AROUND] or named
    kept = rows_of(case, names)
    if all(case.is_numeric(name) for name in names):
        table = case.matrix(names)[kept]
    else:
        texts = np.column_stack([case.texts(name) for name in names])[kept]
        levels, places = np.unique(texts, return_inverse=True)
        codes = places.reshape(texts.shape).astype(float)
        table = np.where(texts == "", np.nan, codes) if len(levels) else codes
    if "na.omit" in case.call:
        table = table[~np.isnan(table).any(axis=1)]
    # irr takes raters in rows: its t(d) is our table as it stands.
    in_rows = "kripp.alpha(" in case.call and not re.search(r"\bt\(", case.call)
    return table.T if in_rows or case.args.get("units") == "columns" else table


STATISTICS: Final[Mapping[str, Statistic]] = {
    **dict.fromkeys(("krippendorff_alpha", "kripp_alpha", "kalpha"), alpha),
    **dict.fromkeys(("krippendorff_alpha_per_area", "kalpha_per_area"), alpha_per_area),
    **dict.fromkeys(
        (
            "krippendorff_alpha_bootstrap",
            "krippendorff_bootstrap",
            "kalpha_bootstrap",
            "alpha_bootstrap",
            "krippendorff_alpha_ci",
        ),
        alpha_bootstrap,
    ),
    **dict.fromkeys(
        ("krippendorff_alpha_permutation", "krippendorff_permutation"), alpha_permutation
    ),
}
