"""In which form does a case of within-group statistics ask for the figures of its groups?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.validation.model import Answer, Case
from consilience.validation.within_group_call import Groups

Floats = NDArray[np.float64]

_FIRST: Final = re.compile(r"(?:first|head)_?(\d+)$", re.IGNORECASE)


def rows_of_groups(
    case: Case, groups: Groups, n: NDArray[Any], columns: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a data frame as R's functions give it, and a summary of its first column.

    A group in which nobody counts has no row, as in R, unless the case has one for every group.
    """
    some = np.ones(len(n), dtype=bool) if _has(case.expected, groups.labels) else n > 0
    labels = [name for name, kept in zip(groups.labels, some, strict=True) if kept]
    rows = {name: np.asarray(column)[some].tolist() for name, column in columns.items()}
    first = np.asarray(next(iter(columns.values())), dtype=float)[some]
    defined = first[~np.isnan(first)]
    nan = float("nan")
    return {
        **dict.fromkeys(("mean", "median", "sd", "min", "max"), nan),
        **(_summary(defined) if len(defined) else {}),
        **rows,
        **dict.fromkeys(("grpid", "group", "labels"), labels),
        **dict.fromkeys(("gsize", "n"), n[some].tolist()),
        "n_groups": len(labels),
    }


def _has(asked: Any, labels: Sequence[str]) -> bool:  # noqa: ANN401  (figures of any form)
    """Say whether figures hold a list, or an object, of one figure for every group."""
    if isinstance(asked, Mapping):
        if asked and set(map(str, asked)) == set(labels):
            return True
        return any(_has(each, labels) for each in asked.values())
    return isinstance(asked, list) and len(asked) == len(labels)


def _keyed(asked: Any, ours: Any, labels: Sequence[str]) -> Any:  # noqa: ANN401  (of any form)
    """Return our lists by group where the case has an object by group."""
    if not isinstance(asked, Mapping):
        return ours
    if isinstance(ours, list):
        return dict(zip(labels, ours, strict=True)) if len(ours) == len(labels) else ours
    if not isinstance(ours, Mapping):
        return ours
    own = ours.get("labels", labels)
    held = {str(name).lower(): value for name, value in ours.items()}
    return {**ours} | {
        name: _keyed(theirs, held[str(name).lower()], own)
        for name, theirs in asked.items()
        if str(name).lower() in held
    }


def _summary(values: Floats) -> dict[str, float]:
    above = float((values >= 0.7).mean())
    return {
        "mean": float(values.mean()),
        "median": float(np.median(values)),
        "sd": float(values.std(ddof=1)) if len(values) > 1 else float("nan"),
        "min": float(values.min()),
        "max": float(values.max()),
        **dict.fromkeys(("share_70", "share_above_70", "prop_above_70", "share_ge_70"), above),
    }


def of_variables(case: Case, names: Sequence[str], figures: Mapping[str, Any]) -> Answer:
    """Return figures of one variable as numbers, of several as lists and by name."""
    table = {name: np.asarray(each, dtype=float).tolist() for name, each in figures.items()}
    if len(names) == 1:
        one = {name: each[0] for name, each in table.items()}
        return answer_as_asked(case, {**one, "variable": [names[0]]})
    by_name = {
        variable: {name: each[place] for name, each in table.items()}
        for place, variable in enumerate(names)
    }
    return answer_as_asked(case, {**by_name, **table, "variable": list(names)})


def answer_as_asked(case: Case, values: dict[str, Any]) -> Answer:
    """Return the figures, with the first few of the groups where the case asks for these."""
    asked = case.expected if isinstance(case.expected, Mapping) else {}
    main = next((each for each in values.values() if isinstance(each, list)), [])
    labels = values.get("labels", [])
    if isinstance(case.expected, list):
        return Answer(values=_listed(case.expected, values))
    if asked and main and set(map(str, asked)) <= set(labels):
        values = {**values, **dict(zip(labels, main, strict=False))}
    heads = {name: main[: int(found[1])] for name in asked if (found := _FIRST.match(str(name)))}
    return Answer(values=_keyed(asked, {**values, **heads}, labels))


def _listed(asked: Sequence[Any], values: Mapping[str, Any]) -> list[Any]:
    """Return our figures as a list: of rows where the case has rows, else of the first figure."""
    rows = len(values.get("labels", values.get("variable", ())))
    columns = {
        name: each for name, each in values.items() if isinstance(each, list) and len(each) == rows
    }
    if asked and isinstance(asked[0], Mapping):
        one = {name: [each] for name, each in values.items() if rows == 1}
        columns = {**one, **columns}
        return [{name: each[k] for name, each in columns.items()} for k in range(rows)]
    return next(iter(columns.values()), [])
