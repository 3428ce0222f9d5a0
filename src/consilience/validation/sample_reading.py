"""What do the arguments, the call and the columns of a case say of its sample?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.weighting.sample_design import (
    SampleDesign,
    inclusion_weights,
)
from consilience.stats.weighting.trimming import kish
from consilience.validation.model import Answer, Case

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Values = dict[str, Any]

# Under which names an argument or, failing that, a column of a design may go.
WEIGHTS: Final = ("base_weight", "base_weights", "weights", "weight", "pw", "w", "wt", "d")
_CLUSTERS: Final = ("cluster", "clusters", "ids", "id", "psu", "dnum")
_STRATA: Final = ("strata", "stratum", "strat", "st")
_FPC: Final = ("fpc", "N", "population_size")
RESPONSE: Final = ("responded", "response", "respondent", "respondents", "resp", "answered", "r")

# A case that says any of these says all of its design.
_TOLD: Final = {name.lower() for name in (*WEIGHTS, *_CLUSTERS, *_STRATA, *_FPC)} - {"n"}

_NUMBER: Final = r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
NAMED: Final = re.compile(rf"(?:`([^`]+)`|\"([^\"]+)\"|'([^']+)'|([\w.]+))\s*=\s*({_NUMBER})")


def argument(case: Case, *names: str) -> Any:  # noqa: ANN401  (arguments of any form)
    """Return an argument under any of its names, None if there is none."""
    for name in names:
        if name in case.args:
            return case.args[name]
    # n and N are two things, so single letters have to be written alike.
    held = {str(key).lower(): value for key, value in case.args.items() if len(str(key)) > 1}
    return next((held[name.lower()] for name in names if name.lower() in held), None)


def option(case: Case, *names: str) -> str | None:
    """Return an option of the arguments, else of the call, as text."""
    if (given := argument(case, *names)) is not None and not isinstance(given, Mapping | list):
        return str(given)
    for name in names:
        if found := re.search(rf"\b{re.escape(name)}\s*=\s*[\"']?([\w.+-]+)", case.call):
            return found[1]
    return None


def number_of(case: Case, *names: str, otherwise: float) -> float:
    """Return an option as a number."""
    text = option(case, *names)
    try:
        return float(text or otherwise)
    except ValueError:
        return otherwise


def pair(case: Case, name: str) -> tuple[float, float] | None:
    """Return a pair of limits, None if the case has none."""
    given = argument(case, name)
    if isinstance(given, Sequence) and not isinstance(given, str):
        low, high = (np.inf if each is None else float(each) for each in given)
        return low, high
    found = re.search(rf"\b{name}\s*=\s*c\(\s*(-?[\w.]+)\s*,\s*([\w.]+)\s*\)", case.call)
    if not found:
        return None
    ends = [float(each.replace("Inf", "inf")) for each in found.groups()]
    return ends[0], ends[1]


def columns_of(case: Case, names: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Return columns that arguments name, else the call, else those named as is usual."""
    for key in keys:
        given = argument(case, key)
        if isinstance(given, str):
            given = re.findall(r"[\w.]+", given)
        if isinstance(given, list) and all(str(each) in case.columns for each in given):
            return [str(each) for each in given]
        if found := re.search(rf"\b{key}\s*=\s*~\s*([\w.]+(?:\s*\+\s*[\w.]+)*)", case.call):
            return [each for each in re.findall(r"[\w.]+", found[1]) if each in case.columns]
    told = {str(key).lower() for key in case.args} & _TOLD or "svydesign" in case.call
    return [] if told else [name for name in names if name in case.columns][:1]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """The design of a case and which columns it takes."""

    design: SampleDesign
    used: tuple[str, ...]


def sample_of(case: Case) -> Sample:
    """Return the design of a case."""
    weight = columns_of(case, WEIGHTS, WEIGHTS)
    cluster = columns_of(case, _CLUSTERS, _CLUSTERS)
    strata = columns_of(case, _STRATA, _STRATA)
    fpc = columns_of(case, _FPC, _FPC)
    rows = len(next(iter(case.columns.values()), ()))

    def labels(names: list[str]) -> NDArray[np.str_] | None:
        return np.column_stack([case.texts(name) for name in names]) if names else None

    size = case.matrix(fpc) if fpc else None
    if weight:
        weights = case.numbers(weight[0])
    elif size is not None:
        weights = inclusion_weights(size, strata=labels(strata), clusters=labels(cluster))
    else:
        weights = np.ones(rows)
    lonely = {
        "adjust": "centre",
        "remove": "certainty",
        "certainty": "certainty",
        "average": "average",
    }
    design = SampleDesign(
        weights=np.where(np.isnan(weights), 0.0, weights),
        strata=labels(strata),
        clusters=labels(cluster),
        fpc=size,
        lonely=lonely.get(option(case, "survey.lonely.psu", "lonely", "lonely.psu") or "", "nan"),
    )
    return Sample(design=design, used=(*weight, *cluster, *strata, *fpc))


def levels_of(case: Case, column: str) -> list[str]:
    """Return the categories of a column, in order."""
    texts = [str(each) for each in np.unique(case.texts(column)) if each]
    return sorted(texts, key=float) if case.is_numeric(column) else texts


def codes_of(case: Case, column: str, levels: Sequence[str]) -> Integers:
    """Return the number of the category of each row, -1 for others."""
    place = {level: number for number, level in enumerate(levels)}
    return np.array([place.get(str(text), -1) for text in case.texts(column)], dtype=np.int64)


def cells_of(case: Case, columns: Sequence[str]) -> tuple[list[str], Integers]:
    """Return the cells of one or more classifications, and the number of each row's, -1 if none.

    R names a cell of two columns `a.b`; the categories of the first change fastest.
    """
    texts = case.texts(columns[0])
    levels = levels_of(case, columns[0])
    for other in columns[1:]:
        missing = (texts == "") | (case.texts(other) == "")
        levels = [f"{one}.{two}" for two in levels_of(case, other) for one in levels]
        joined = np.char.add(np.char.add(texts, "."), case.texts(other))
        texts = np.where(missing, "", joined)
        levels = [level for level in levels if level in texts]
    place = {level: number for number, level in enumerate(levels)}
    return levels, np.array([place.get(str(text), -1) for text in texts], dtype=np.int64)


def _table_of(case: Case, column: str, given: Any) -> dict[str, float]:  # noqa: ANN401
    """Return a margin given as {level: total}, rows of a table, or a list in order of levels."""
    if isinstance(given, Mapping):
        if column in given and isinstance(given[column], list):
            totals = next(given[key] for key in given if key != column)
            return {str(level): float(t) for level, t in zip(given[column], totals, strict=True)}
        return {str(level): float(total) for level, total in given.items()}
    if given and isinstance(given[0], Mapping):
        total = next(key for key in given[0] if key != column)
        return {str(row[column]): float(row[total]) for row in given}
    return dict(zip(levels_of(case, column), map(float, given), strict=True))


def margins_of(case: Case) -> dict[str, dict[str, float]]:
    """Return the margins of a case by column and category; none if it has none."""
    given = argument(case, "margins", "population", "totals", "margin", "targets")
    if isinstance(given, Mapping) and given:
        named = {key: value for key, value in given.items() if key in case.columns}
        if named:
            return {name: _table_of(case, name, value) for name, value in named.items()}
        column = column_of(case, "by", "variable", "strata")
        return {column: _table_of(case, column, given)} if column else {}
    written = {
        name: {
            level.strip("\"' "): float(total)
            for level, total in zip(levels.split(","), totals.split(","), strict=True)
        }
        for name, levels, totals in re.findall(
            r"([\w.]+)\s*=\s*c\(([^)]*)\)\s*,\s*Freq\s*=\s*c\(([^)]*)\)", case.call
        )
        if name in case.columns
    }
    return written or _margins_beside(case)


def _margins_beside(case: Case) -> dict[str, dict[str, float]]:
    """Return the margins that another case of the same data was told: those the call names."""
    told = case.beside.get("margins")
    if not isinstance(told, Mapping):
        return {}
    held = {str(name): value for name, value in told.items() if name in case.columns}
    named = [name for name in re.findall(r"~\s*([\w.]+)", case.call) if name in held]
    return {name: _table_of(case, name, held[name]) for name in named or held}


def column_of(case: Case, *keys: str) -> str | None:
    """Return the column that an argument names, None if it names none."""
    given = argument(case, *keys)
    name = given.strip("~ ") if isinstance(given, str) else None
    return name if name in case.columns else None


def names_of(case: Case, *keys: str) -> list[str]:
    """Return the columns that an argument names: one, several, or a sum such as `~ a + b`."""
    given = argument(case, *keys)
    named = re.findall(r"[\w.]+", given) if isinstance(given, str) else given
    return [str(each) for each in named if each in case.columns] if isinstance(named, list) else []


def outcomes_of(case: Case, used: Sequence[str]) -> list[str]:
    """Return the numeric columns, those that the case names as asked about before others."""
    free = [name for name in case.columns if name not in used and case.is_numeric(name)]
    keys = list(case.expected) if isinstance(case.expected, Mapping) else []
    asked = [name for name in free if any(str(key).endswith(name) for key in keys)]
    called = re.findall(r"svy(?:mean|total)\(\s*~\s*([\w.]+)", case.call)
    called += re.findall(r"weighted\.mean\(\s*(?:\w+\$)?([\w.]+)", case.call)
    told = argument(case, "variable", "y", "outcome")
    first = [name for name in (told, *called) if isinstance(name, str) and name in free]
    return list(dict.fromkeys([*first, *asked, *free]))


def answered_of(case: Case, *, told: bool = False) -> NDArray[np.bool_] | None:
    """Return who answered, if a column says so; `told`: only where the case names the column."""
    name = column_of(case, *RESPONSE) or next((n for n in RESPONSE if n in case.columns), None)
    if name is None:
        return None
    if told and not column_of(case, *RESPONSE) and not re.search(rf"\b{name}\b", case.call):
        return None
    return np.array(
        [str(cell).lower() in ("1", "1.0", "true", "yes", "y") for cell in case.texts(name)]
    )


def outcome_of_answers(case: Case) -> str | None:
    """Return the column asked about: told, called, or missing just where nobody answered."""
    told = column_of(case, "outcome", "y", "variable", "study_variable", "target")
    if told is not None:
        return told
    called = re.findall(
        r"(?:svy(?:mean|total)\(\s*~|(?:weighted\.)?mean\()\s*(?:\w+\$)?([\w.]+)", case.call
    )
    answered = answered_of(case)
    free = [name for name in case.columns if name not in RESPONSE and case.is_numeric(name)]
    named = [name for name in free if name in called]
    if named:
        return named[0]
    if answered is None or answered.all():
        return None
    alike = [name for name in free if np.array_equal(np.isnan(case.numbers(name)), ~answered)]
    return alike[0] if alike else None


def as_long(case: Case, everyone: Floats, answers: Floats) -> Floats:
    """Return the weights of all rows or of those who answered, as many as the case has."""
    held = case.expected.get("weights") if isinstance(case.expected, Mapping) else case.expected
    return everyone if isinstance(held, list) and len(held) == len(everyone) else answers


def answer(case: Case, values: Values, main: str = "weights") -> Answer:
    """Return the values, or only the main one where the case has but one figure or list."""
    if not isinstance(case.expected, Mapping):
        return Answer(values=values[main])
    return Answer(values=values | _first_of(case.expected, values))


def _first_of(expected: Mapping[str, Any], values: Values) -> Values:
    """Return the first figures of lists, where a case has them under such as `weights_first10`."""
    found: Values = {}
    for key in expected:
        part = re.fullmatch(r"(?:(\w+?)_?)?first_?(\d+)", str(key))
        whole = values.get(part[1] or "weights") if part else None
        if part and isinstance(whole, np.ndarray):
            found[key] = whole[: int(part[2])]
    return found


def of_weights(weights: Floats) -> Values:
    """Return what describes weights, under the names that a case may use."""
    cost = kish(weights)
    return {
        "weights": weights,
        "kish_deff": cost.deff,
        "deff_kish": cost.deff,
        "neff": cost.effective_n,
        "n_eff": cost.effective_n,
        "effective_n": cost.effective_n,
        "ess": cost.effective_n,
        "sum_weights": float(np.nansum(weights)),
        "sum": float(np.nansum(weights)),
        "sum_w": float(np.nansum(weights)),
        "weights_sum": float(np.nansum(weights)),
        "weights_min": float(np.nanmin(weights)),
        "weights_max": float(np.nanmax(weights)),
        "min": float(np.nanmin(weights)),
        "max": float(np.nanmax(weights)),
        "range": [float(np.nanmin(weights)), float(np.nanmax(weights))],
        "cv_weights": cost.cv,
    }
