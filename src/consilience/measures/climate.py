"""What is the climate of each school, and do its people agree enough to speak of one?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from consilience.base.errors import Fault
from consilience.measures.model import (
    CLIMATE,
    CLIMATE_SCALE,
    FEWEST,
    MEMBER,
    MeasureKey,
    ScaleKey,
)
from consilience.measures.norms import norm_for
from consilience.measures.scales import (
    Answered,
    check_columns,
    keyed_items,
    scores_of,
    side_by_side,
)
from consilience.stats.resample import Streams
from consilience.stats.scales.alpha import cronbach_alpha
from consilience.stats.scales.norms import t_scores
from consilience.stats.scales.omega import omega_total
from consilience.stats.within_group.agreement import rwg_j
from consilience.stats.within_group.chance import ChanceAgreement, critical_values
from consilience.stats.within_group.components import anova_components
from consilience.stats.within_group.deviation import average_deviation
from consilience.stats.within_group.nulls import null_variance

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Groups that answer at random, for each number of people and items: an error of about .002 in
# a tail of .05.
DRAWS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climate:
    """The climate of schools.

    Args:
        schools: schema `CLIMATE`, school by school, scale by scale.
        scales: schema `CLIMATE_SCALE`.
        warnings: MEA-005, MEA-021, MEA-022, MEA-023.
    """

    schools: pa.Table
    scales: pa.Table
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """With which norms schools are compared.

    Args:
        norms: schema `NORM`, of schools: means and standard deviations of school means.
        population: which norm group.
        date: the newest norms that are not later; None takes the newest.
    """

    norms: pa.Table
    population: str
    date: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Staff:
    """Who answered, and where: `codes` is the place of each person's school, -1 without one."""

    answered: Answered
    schools: tuple[str, ...]
    codes: Integers


def school_climate(
    answers: pa.Table,
    key: MeasureKey,
    members: pa.Table,
    *,
    streams: Streams,
    against: Against | None = None,
    draws: int = DRAWS,
) -> Climate:
    """What is the climate of each school, and do its people agree enough to speak of one?

    Args:
        answers: schema `ANSWER`.
        key: of the measure.
        members: schema `MEMBER`, to which school each person belongs.
        streams: the random stream of groups that answer at random, by a number that stands for
            how many people and items they have.
        against: the norms to compare school means with; None gives no T-scores.
        draws: how many such groups.

    Returns:
        The climate of every school of `members`. A scale of a school on which fewer than five
        people have a score is suppressed: no figure, not even how many they are.

    Raises:
        Fault: MEA-002 for a missing column, MEA-011 if a scale has no norm, MEA-020 for a person
            in two schools.
        Faults: MEA-003 for answers outside the scale, MEA-004 for two answers to an item.

    Source:
        James, Demaree and Wolf (1984) for rwg(j) against uniform answers; Cohen, Doveh and
        Nahum-Shani (2009) for its critical values; Bliese (2000) for ICC(1) and ICC(2); Burke,
        Finkelstein and Dusig (1999) for average deviations.

    Differs:
        No limit such as .70 is applied: with five people and eleven items one group in eight
        passes it by chance. The limit is that of chance for the people and items there are.

    Example:
        >>> from consilience.base.seeds import stream
        >>> from consilience.measures.scales import key_of
        >>> scales = [{"id": "trust", "title": "Trust", "items": ["t1", "-t2"]}]
        >>> ends = {"low": 1, "high": 5}
        >>> told = {"id": "trust", "title": "Trust", "licence": "CC0", "scales": scales}
        >>> people = [name for name in "abcde" for item in range(2)]
        >>> values = [4.0, 2.0, 5.0, 1.0, 4.0, 2.0, 4.0, 1.0, 5.0, 1.0]
        >>> climate = school_climate(
        ...     pa.table({"person": people, "item": ["t1", "t2"] * 5, "value": values}),
        ...     key_of(told | ends),
        ...     pa.table({"person": list("abcde"), "school": ["x"] * 5}),
        ...     streams=lambda number: stream(1, "climate", block=number),
        ... )
        >>> row = climate.schools.to_pylist()[0]
        >>> row["n"], round(row["mean"], 2), round(row["rwg_j"], 2), row["verdict"]
        (5, 4.5, 0.92, 'shared')
    """
    staff, warnings = _staff(answers, key, members)
    rows: list[dict[str, Any]] = []
    scales: list[dict[str, Any]] = []
    chance = cache(partial(_chance, draws, streams))
    for scale in key.scales:
        found = _of_scale(staff, scale, key)
        own = _rows(found, staff, against, chance)
        rows += own
        scales.append(_summary(found, own))
        if not found.points:
            low, high = (f"{end:g}" for end in key.ends(scale))
            warnings.append(Fault("MEA-023", scale=scale.id, low=low, high=high))
    hidden = {row["school"] for row in rows if row["suppressed"]}
    if hidden:
        warnings.append(Fault("MEA-022", count=len(hidden), fewest=FEWEST))
    order = {name: place for place, name in enumerate(staff.schools)}
    rows.sort(key=lambda row: order[row["school"]])
    return Climate(
        schools=pa.Table.from_pylist(rows, schema=CLIMATE),
        scales=pa.Table.from_pylist(scales, schema=CLIMATE_SCALE),
        warnings=tuple(warnings),
    )


def _chance(draws: int, streams: Streams, size: int, items: int, points: int) -> ChanceAgreement:
    number = (size * 1000 + items) * 1000 + points
    return critical_values(
        "rwg_j", size=size, items=items, points=points, draws=draws, rng=streams(number)
    )


def _staff(answers: pa.Table, key: MeasureKey, members: pa.Table) -> tuple[_Staff, list[Fault]]:
    check_columns(members, MEMBER, what="members")
    school: dict[str, str] = {}
    for row in members.select(["person", "school"]).to_pylist():
        if row["person"] is None or row["school"] is None:
            continue
        person, name = str(row["person"]), str(row["school"])
        if school.setdefault(person, name) != name:
            raise Fault("MEA-020", person=person, first=school[person], second=name)
    answered = side_by_side(answers, key)
    names = tuple(sorted(set(school.values())))
    place = {name: number for number, name in enumerate(names)}
    codes = [place[school[person]] if person in school else -1 for person in answered.persons]
    warnings = list(answered.warnings)
    if strangers := [person for person in answered.persons if person not in school]:
        warnings.append(Fault("MEA-021", count=len(strangers), first=strangers[0]))
    staff = _Staff(answered=answered, schools=names, codes=np.array(codes, dtype=np.int64))
    return staff, warnings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _OfScale:
    """One scale: people who have a score on it and a school that is shown.

    Args:
        scale: its id.
        items: how many it has.
        points: of an item; 0 if the answers have no whole points.
        shown: (schools,) whether at least `FEWEST` people have a score.
        scores: (people,) of shown schools.
        keyed: (people, items) their answers, negative items turned round.
        codes: (people,) place of their school.
        alpha: of all people, with a school or without.
        omega: the same.
    """

    scale: str
    items: int
    points: int
    shown: NDArray[np.bool_]
    scores: Floats
    keyed: Floats
    codes: Integers
    alpha: float
    omega: float


def _of_scale(staff: _Staff, scale: ScaleKey, key: MeasureKey) -> _OfScale:
    scores = scores_of(staff.answered, scale, key).scores[:, 0]
    keyed = keyed_items(staff.answered, scale, key)
    low, high = key.ends(scale)
    scored = ~np.isnan(scores) & (staff.codes >= 0)
    shown = np.bincount(staff.codes[scored], minlength=len(staff.schools)) >= FEWEST
    used = np.flatnonzero(scored)
    used = used[shown[staff.codes[used]]]
    return _OfScale(
        scale=scale.id,
        items=len(scale.signs),
        points=int(high - low) + 1 if low == int(low) and high == int(high) else 0,
        shown=shown,
        scores=scores[used],
        keyed=keyed[used],
        codes=staff.codes[used],
        alpha=cronbach_alpha(keyed).alpha,
        omega=omega_total(keyed).omega,
    )


def _rows(
    found: _OfScale,
    staff: _Staff,
    against: Against | None,
    chance: Callable[[int, int, int], ChanceAgreement],
) -> list[dict[str, Any]]:
    hidden = [
        {"school": staff.schools[place], "scale": found.scale, "suppressed": True}
        for place in np.flatnonzero(~found.shown)
    ]
    if not len(found.scores):
        _norm(found.scale, against)
        return hidden
    parts = anova_components(found.scores, found.codes)
    deviations = average_deviation(found.keyed, found.codes)
    agreement = _agreement(found)
    mean, sd = _norm(found.scale, against)
    standing = t_scores(parts.group_mean[:, 0], mean, sd)
    rows = []
    for row, place in enumerate(parts.labels):
        own = found.scores[found.codes == place]
        told = {
            "school": staff.schools[int(place)],
            "scale": found.scale,
            "population": against.population if against else None,
            "n": len(own),
            "items": found.items,
            "mean": float(parts.group_mean[row, 0]),
            "sd": float(own.std(ddof=1)),
            "ad": float(deviations.value[row]),
            "t": float(standing.t[row]),
            "percentile": float(standing.percentile[row]),
            "suppressed": False,
            **_verdict(float(agreement[row]), len(own), found, chance),
        }
        rows.append({name: _nothing_if_nan(value) for name, value in told.items()})
    return hidden + rows


def _norm(scale: str, against: Against | None) -> tuple[float, float]:
    if against is None:
        return float("nan"), float("nan")
    norm = norm_for(against.norms, scale, population=against.population, date=against.date)
    return norm.mean, norm.sd


def _agreement(found: _OfScale) -> Floats:
    if not found.points:
        return np.full(int(found.shown.sum()), np.nan)
    return rwg_j(found.keyed, found.codes, null_variance=null_variance(found.points)).value


def _verdict(
    agreement: float,
    size: int,
    found: _OfScale,
    chance: Callable[[int, int, int], ChanceAgreement],
) -> dict[str, Any]:
    if np.isnan(agreement):
        return {"rwg_j": None, "verdict": "undefined"}
    random = chance(size, found.items, found.points)
    critical = random.critical()
    return {
        "rwg_j": agreement,
        "rwg_critical": critical,
        "rwg_p": float(random.p_value(agreement)),
        "verdict": "shared" if agreement > critical else "not shown",
    }


def _nothing_if_nan(value: Any) -> Any:  # noqa: ANN401  (a cell of any type)
    return None if isinstance(value, float) and np.isnan(value) else value


def _summary(found: _OfScale, rows: list[dict[str, Any]]) -> dict[str, Any]:
    parts = anova_components(found.scores, found.codes)
    told = {
        "scale": found.scale,
        "schools": int(found.shown.sum()),
        "persons": len(found.scores),
        "suppressed": int((~found.shown).sum()),
        "shared": sum(row.get("verdict") == "shared" for row in rows),
        "icc1": float(parts.icc1),
        "icc2": float(parts.icc2),
        "f": float(parts.f),
        "p": float(parts.p),
        "mean_size": float(parts.mean_size),
        "alpha": found.alpha,
        "omega": found.omega,
    }
    return {name: _nothing_if_nan(value) for name, value in told.items()}
