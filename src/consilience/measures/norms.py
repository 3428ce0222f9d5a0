"""Where do scores stand among those of a norm group that the study names?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa

from consilience.base.errors import Fault, Faults
from consilience.measures.model import NORM, NORM_STEP, SCORE, T_SCORE
from consilience.measures.scales import check_columns
from consilience.stats.scales.norms import look_up, t_scores


def norms_of(table: pa.Table) -> pa.Table:
    """Which norms does a file hold?

    Args:
        table: columns scale, population, date (2018-03-31), n, mean, sd as text or as what they
            are; other columns are passed over.

    Returns:
        Schema `NORM`.

    Raises:
        Fault: MEA-002 for a missing column.
        Faults: MEA-010 for each cell that cannot be read, MEA-012 for two norms of one scale,
            population and date.

    Example:
        >>> cells = {"scale": ["trust"], "population": ["invented"], "date": ["2018-03-31"]}
        >>> norms = norms_of(pa.table(cells | {"n": ["400"], "mean": ["3.2"], "sd": ["0.4"]}))
        >>> norms["mean"].to_pylist(), norms["date"].to_pylist()
        ([3.2], [datetime.date(2018, 3, 31)])
    """
    rows = _read(table, NORM, _NORM_CELLS)
    seen: set[tuple[Any, ...]] = set()
    faults = []
    for row in rows:
        own = row["scale"], row["population"], row["date"]
        if own in seen:
            faults.append(Fault("MEA-012", scale=own[0], population=own[1], of=f"dated {own[2]}"))
        seen.add(own)
    if faults:
        raise Faults(faults)
    return pa.Table.from_pylist(rows, schema=NORM)


def steps_of(table: pa.Table) -> pa.Table:
    """Which norm tables with steps does a file hold?

    Args:
        table: columns scale, population, raw, t.

    Returns:
        Schema `NORM_STEP`, the steps of each scale and population rising.

    Raises:
        Fault: MEA-002 for a missing column.
        Faults: MEA-010 for each cell that cannot be read, MEA-012 for two steps at one score.

    Example:
        >>> cells = {"scale": ["trust"] * 2, "population": ["invented"] * 2}
        >>> steps_of(pa.table(cells | {"raw": ["5", "1"], "t": ["80", "20"]}))["t"].to_pylist()
        [20.0, 80.0]
    """
    rows = _read(table, NORM_STEP, _STEP_CELLS)
    rows.sort(key=lambda row: (row["scale"], row["population"], row["raw"]))
    faults = [
        Fault(
            "MEA-012",
            scale=row["scale"],
            population=row["population"],
            of=f"at the score {row['raw']:g}",
        )
        for before, row in pairwise(rows)
        if [before[name] for name in ("scale", "population", "raw")]
        == [row[name] for name in ("scale", "population", "raw")]
    ]
    if faults:
        raise Faults(faults)
    return pa.Table.from_pylist(rows, schema=NORM_STEP)


def _text(value: Any) -> str:  # noqa: ANN401  (a cell of any type)
    text = str(value if value is not None else "").strip()
    if not text:
        raise ValueError
    return text


def _number(value: Any) -> float:  # noqa: ANN401  (a cell of any type)
    number = float(_text(value))
    if not np.isfinite(number):
        raise ValueError
    return number


def _above_zero(value: Any) -> float:  # noqa: ANN401  (a cell of any type)
    number = _number(value)
    if number <= 0:
        raise ValueError
    return number


def _count(value: Any) -> int:  # noqa: ANN401  (a cell of any type)
    number = _above_zero(value)
    if number != int(number):
        raise ValueError
    return int(number)


def _date(value: Any) -> dt.date:  # noqa: ANN401  (a cell of any type)
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(_text(value))


_Reader = tuple[Callable[[Any], Any], str]
_NORM_CELLS: Final[Mapping[str, _Reader]] = {
    "scale": (_text, "the id of a scale"),
    "population": (_text, "a name of the population"),
    "date": (_date, "a date such as 2018-03-31"),
    "n": (_count, "how many the norm rests on"),
    "mean": (_number, "a number"),
    "sd": (_above_zero, "a number above 0"),
}
_STEP_CELLS: Final[Mapping[str, _Reader]] = {
    "scale": (_text, "the id of a scale"),
    "population": (_text, "a name of the population"),
    "raw": (_number, "a number"),
    "t": (_number, "a number"),
}


def _read(table: pa.Table, schema: pa.Schema, cells: Mapping[str, _Reader]) -> list[dict[str, Any]]:
    check_columns(table, schema, what="norms")
    rows, faults = [], []
    for number, given in enumerate(table.select(list(cells)).to_pylist(), start=2):
        row = {}
        for name, (reader, wanted) in cells.items():
            try:
                row[name] = reader(given[name])
            except ValueError:
                value = given[name]
                faults.append(Fault("MEA-010", column=name, row=number, value=value, wanted=wanted))
        rows.append(row)
    if faults:
        raise Faults(faults)
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """The norm of one scale: mean, standard deviation, how many, when."""

    mean: float
    sd: float
    n: int
    date: dt.date


def norm_for(norms: pa.Table, scale: str, *, population: str, date: dt.date | None = None) -> Norm:
    """Which norm holds for a scale?

    Args:
        norms: schema `NORM`.
        scale: its id.
        population: which norm group.
        date: the newest norm that is not later; None takes the newest.

    Returns:
        The norm.

    Raises:
        Fault: MEA-011 if there is none.

    Example:
        >>> cells = {"scale": ["trust"], "population": ["invented"], "date": ["2018-03-31"]}
        >>> norms = norms_of(pa.table(cells | {"n": [400], "mean": [3.2], "sd": [0.4]}))
        >>> norm_for(norms, "trust", population="invented").n
        400
    """
    rows = norms.to_pylist()
    fitting = [
        row
        for row in rows
        if row["scale"] == scale
        and row["population"] == population
        and (date is None or row["date"] <= date)
    ]
    if not fitting:
        known = sorted({row["population"] for row in rows if row["scale"] == scale})
        raise Fault(
            "MEA-011", scale=scale, population=population, known=", ".join(known) or "(none)"
        )
    newest = max(fitting, key=lambda row: row["date"])
    return Norm(mean=newest["mean"], sd=newest["sd"], n=newest["n"], date=newest["date"])


def to_t(
    scores: pa.Table, norms: pa.Table, *, population: str, date: dt.date | None = None
) -> pa.Table:
    """Where do people stand in a norm group?

    Args:
        scores: schema `SCORE`.
        norms: schema `NORM`; of persons.
        population: which norm group. No default: who is compared with whom is a decision.
        date: the newest norms that are not later are taken; None takes the newest.

    Returns:
        Schema `T_SCORE`: T = 50 + 10 (score - mean) / sd, and the percentile if the norm group
        is normal; null without a score.

    Raises:
        Fault: MEA-002 for a missing column, MEA-011 if a scale has no norm.

    Example:
        >>> cells = {"scale": ["trust"], "population": ["invented"], "date": ["2018-03-31"]}
        >>> norms = norms_of(pa.table(cells | {"n": [400], "mean": [3.2], "sd": [0.4]}))
        >>> row = {"person": "a", "scale": "trust", "score": 3.6}
        >>> scores = pa.Table.from_pylist([row], schema=SCORE)
        >>> [round(t, 6) for t in to_t(scores, norms, population="invented")["t"].to_pylist()]
        [60.0]
    """
    check_columns(scores, SCORE, what="scores")
    scales = np.array(scores["scale"].to_pylist(), dtype=object)
    held = {
        scale: norm_for(norms, scale, population=population, date=date)
        for scale in dict.fromkeys(scales.tolist())
    }
    raw = scores["score"].to_numpy()
    each = [held[scale] for scale in scales]
    found = t_scores(raw, [norm.mean for norm in each], [norm.sd for norm in each])
    return _t_table(
        scores,
        population,
        t=found.t,
        percentile=found.percentile,
        norm_n=[float(norm.n) for norm in each],
        norm_date=[norm.date for norm in each],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """Where people stand by a norm table with steps.

    Args:
        table: schema `T_SCORE`, the percentile null, as the table says nothing of it.
        warnings: MEA-013.
    """

    table: pa.Table
    warnings: tuple[Fault, ...]


def to_t_by_steps(
    scores: pa.Table, steps: pa.Table, *, population: str, between: str = "interpolate"
) -> Standing:
    """Where do people stand by a norm table that gives a T-score for each raw score?

    Args:
        scores: schema `SCORE`.
        steps: schema `NORM_STEP`, see `steps_of`.
        population: which norm group.
        between: see `consilience.stats.scales.norms.look_up`.

    Returns:
        The T-scores; scores outside the table get that of its end and are marked.

    Raises:
        Fault: MEA-002 for a missing column, MEA-011 if a scale has no table, STA-001 for another
            rule between steps.
    """
    check_columns(scores, SCORE, what="scores")
    scales = np.array(scores["scale"].to_pylist(), dtype=object)
    raw = scores["score"].to_numpy()
    t, outside = np.full(len(raw), np.nan), np.zeros(len(raw), dtype=bool)
    warnings = []
    held = steps.to_pylist()
    for scale in dict.fromkeys(scales.tolist()):
        own = [r for r in held if (r["scale"], r["population"]) == (scale, population)]
        if not own:
            known = sorted({row["population"] for row in held if row["scale"] == scale})
            told = ", ".join(known) or "(none)"
            raise Fault("MEA-011", scale=scale, population=population, known=told)
        rows = scales == scale
        ends = [row["raw"] for row in own]
        found = look_up(raw[rows], steps=ends, values=[row["t"] for row in own], between=between)
        t[rows], outside[rows] = found.values, found.outside
        if found.outside.any():
            warnings.append(
                Fault(
                    "MEA-013",
                    count=int(found.outside.sum()),
                    scale=scale,
                    population=population,
                    low=f"{ends[0]:g}",
                    high=f"{ends[-1]:g}",
                )
            )
    return Standing(
        table=_t_table(scores, population, t=t, outside=outside), warnings=tuple(warnings)
    )


def _t_table(scores: pa.Table, population: str, **columns: Any) -> pa.Table:  # noqa: ANN401  (columns)
    count = scores.num_rows
    given = {"population": [population] * count, "outside": np.zeros(count, dtype=bool)} | columns
    taken = {name: scores[name] for name in ("person", "scale", "score")} | given
    arrays = [
        pa.array(taken[field.name], type=field.type, from_pandas=True)
        if field.name in given
        else taken[field.name].cast(field.type)
        if field.name in taken
        else pa.nulls(count, field.type)
        for field in T_SCORE
    ]
    return pa.table(arrays, schema=T_SCORE)
