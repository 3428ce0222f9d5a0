"""What does each informant say of the outcome and of what may go with it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from consilience.congruence.answers import (
    Floats,
    Integers,
    Profiles,
    agencies_linked,
    profiles_of,
)
from consilience.design.model import ImportanceStage, Study

# The predictor that stands for who answered.
AGENCY: Final = "agency"

Kind = Literal["construct", "attribute", "agency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """One predictor: a construct, an attribute of the frame, or who answered.

    Args:
        id: of the construct, name of the attribute, or `agency`.
        kind: what it is.
        columns: positions of its columns; an attribute with levels has one a level but the first.
        always: whether it stands in every model.
    """

    id: str
    kind: Kind
    columns: tuple[int, ...]
    always: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observations:
    """Outcome and predictors, one row an informant or an area.

    Args:
        areas: (n,) id of the area of each row.
        outcome: (n,) mean answer to the questions of the outcome, in points of its scale (0-1
            where its questions have several scales); for a logit 1 where it is a success, else
            0; for an ordinal model the nearest point.
        columns: (n, k) predictors: constructs in points of their scale, attributes as they are;
            nan where missing.
        predictors: in the order of the stage.
        without_outcome: how many rows were left out for want of an outcome.
        missing: how many cells of the predictors are missing.
    """

    areas: tuple[str, ...]
    outcome: Floats
    columns: Floats
    predictors: tuple[Predictor, ...]
    without_outcome: int
    missing: int


def observe(
    stage: ImportanceStage, *, study: Study, answers: pa.Table, frame: pa.Table | None
) -> Observations:
    """What does each informant, or each area, say of the outcome and its predictors?

    Args:
        stage: outcome, predictors, informants and unit.
        study: constructs, instruments and scales.
        answers: schema `LINKED_ANSWER`.
        frame: the frame, where attributes are asked for.

    Returns:
        One row an area and agency that answered (`unit: answers`), or one a complete area, the
        mean over its agencies (`unit: areas`); rows without an outcome are left out.

    Raises:
        Faults: CON-005 for each question that is not answered on a scale.
    """
    named = stage.constructs or tuple(c.id for c in study.constructs if c.id != stage.outcome)
    order = (stage.outcome, *named)
    constructs = sorted(
        (each for each in study.constructs if each.id in order), key=lambda c: order.index(c.id)
    )
    agencies = [
        each
        for each in agencies_linked(stage.of, study)
        if not stage.agencies or each in stage.agencies
    ]
    profiles = profiles_of(
        constructs,
        agencies,
        link=stage.of,
        study=study,
        answers=answers,
        complete=stage.unit == "areas",
    )
    rows = _rows(_means(profiles, stage.min_items), stage.unit)
    kept = ~np.isnan(rows.values[:, 0])
    areas = tuple(profiles.areas[at] for at in rows.area[kept])
    parts = _Columns()
    for construct, column in zip(constructs[1:], rows.values[kept, 1:].T, strict=True):
        parts.add(construct.id, "construct", column[:, None], stage)
    for name in stage.attributes:
        parts.add(name, "attribute", _attribute(frame, name, areas), stage)
    if stage.unit == "answers" and len(agencies) > 1:
        present = np.unique(rows.agency[kept])
        who = np.equal.outer(rows.agency[kept], present[1:]).astype(float)
        parts.add(AGENCY, "agency", who, stage)
    columns = np.column_stack(parts.columns)
    return Observations(
        areas=areas,
        outcome=_outcome(rows.values[kept, 0], stage),
        columns=columns,
        predictors=tuple(parts.predictors),
        without_outcome=int((~kept).sum()),
        missing=int(np.isnan(columns).sum()),
    )


def _means(profiles: Profiles, share: float) -> Floats:
    """Return (areas, agencies, constructs) mean answers in points, nan where too few."""
    members = profiles.members.T
    known = ~np.isnan(profiles.values)
    low, span = _scales(profiles)
    points = np.where(known, profiles.values, 0.0)
    counts = known.astype(float) @ members
    wanted = profiles.asked.astype(float) @ members
    enough = (counts >= share * wanted) & (counts > 0)
    means = np.divide(points @ members, counts, out=np.full(counts.shape, np.nan), where=enough)
    return np.asarray(low + span * means)


def _scales(profiles: Profiles) -> tuple[Floats, Floats]:
    """Return lowest point and length (constructs,) of each scale; 0 and 1 where they differ."""
    low, span = np.zeros(len(profiles.constructs)), np.ones(len(profiles.constructs))
    for place in range(len(profiles.constructs)):
        used = profiles.asked & (profiles.construct == place)
        lows, spans = np.unique(profiles.low[used]), np.unique(profiles.span[used])
        if len(lows) == len(spans) == 1:
            low[place], span[place] = lows[0], spans[0]
    return low, span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """(n, constructs) means, and position of the area and agency of each row."""

    values: Floats
    area: Integers
    agency: Integers


def _rows(means: Floats, unit: str) -> _Rows:
    if unit == "areas":
        area = np.arange(len(means))
        return _Rows(values=means.mean(axis=1), area=area, agency=np.zeros_like(area))
    area, agency = np.nonzero(np.isfinite(means).any(axis=2))
    return _Rows(values=means[area, agency], area=area, agency=agency)


class _Columns:
    """Predictors as they are gathered."""

    def __init__(self) -> None:
        self.columns: list[Floats] = []
        self.predictors: list[Predictor] = []

    def add(self, name: str, kind: Kind, columns: Floats, stage: ImportanceStage) -> None:
        """Add one predictor; who answered stands in every model."""
        start = sum(each.shape[1] for each in self.columns)
        self.columns.append(columns)
        self.predictors.append(
            Predictor(
                id=name,
                kind=kind,
                columns=tuple(range(start, start + columns.shape[1])),
                always=kind == AGENCY or name in stage.always,
            )
        )


def _attribute(frame: pa.Table | None, name: str, areas: Sequence[str]) -> Floats:
    """Return (n, columns): the numbers of an attribute, or a column a level but the first."""
    if frame is None:
        raise AssertionError("a checked stage with attributes names its frame")
    of = dict(zip(frame["id"].to_pylist(), frame[name].to_pylist(), strict=True))
    values = [of.get(area) for area in areas]
    if pa.types.is_floating(frame[name].type):
        return np.array([[np.nan if value is None else value] for value in values], dtype=float)
    levels = sorted({value for value in values if value is not None})[1:]
    return np.array(
        [
            [np.nan if value is None else float(value == level) for level in levels]
            for value in values
        ]
    ).reshape(len(values), len(levels))


def _outcome(values: NDArray[np.float64], stage: ImportanceStage) -> Floats:
    if stage.model == "logit":
        return np.asarray(values >= (stage.success_from or 0.0), dtype=float)
    return np.round(values) if stage.model == "ordinal" else values
