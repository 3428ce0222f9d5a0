"""The file to analyse: one row an area, with all that the study found out about it.

Frame attributes, how each survey ended, scores, congruence, band with its probability, and
whether the area was chosen, labelled for SPSS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa

from consilience.base.errors import Fault
from consilience.design.model import CongruenceStage, LinkStage
from consilience.formats.sav import SavWritten, write_sav
from consilience.report.lookup import (
    agency_titles,
    construct_titles,
    frame_of_areas,
    survey_title,
)
from consilience.report.model import Findings
from consilience.report.wording import plain, titled
from consilience.surveys.model import Disposition

Measure = Literal["nominal", "ordinal", "scale"]
_ENDINGS: Final = {state: at for at, state in enumerate(Disposition, start=1)}
_ENDING_LABELS: Final = {float(at): plain(state) for state, at in _ENDINGS.items()}
_YES_NO: Final = {0.0: "no", 1.0: "yes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaColumn:
    """One variable of the file.

    Args:
        name: letters, digits and underscores.
        label: what it is, for people.
        values: one an area, in the order of the frame.
        measure: of measurement.
        value_labels: code to what it means.
    """

    name: str
    label: str
    values: tuple[Any, ...]
    measure: Measure = "scale"
    value_labels: Mapping[float, str] = field(default_factory=dict)


def area_columns(findings: Findings) -> tuple[AreaColumn, ...]:
    """Return the variables of the file, over the first frame of areas.

    Raises:
        Fault: REP-004 if the study has no frame of areas that has run.
    """
    frames = [stage.id for stage in findings.stages("frame") if stage.of == "areas"]
    if not frames:
        raise Fault("REP-004", study=findings.study.study.id)
    frame_id = frames[0]
    areas: list[str] = findings.frame(frame_id).table["id"].to_pylist()
    columns = [
        *_of_frame(findings, frame_id),
        *[
            c
            for s in findings.stages("link")
            if s.to == frame_id
            for c in _endings(findings, s, areas)
        ],
        *[
            c
            for s in findings.stages("congruence")
            if frame_of_areas(findings, s) == frame_id
            for c in _of_congruence(findings, s, areas)
        ],
        *_chosen(findings, frame_id, areas),
    ]
    if findings.simulated():
        values = (1.0,) * len(areas)
        columns.append(
            AreaColumn(
                name="simulated",
                label="SIMULATED DATA, not findings",
                values=values,
                measure="nominal",
                value_labels=_YES_NO,
            )
        )
    return tuple(columns)


def area_table(columns: tuple[AreaColumn, ...]) -> pa.Table:
    """Return the variables as one table: text as it is, everything else as numbers."""
    arrays = [
        pa.array(
            each.values,
            pa.string() if any(isinstance(v, str) for v in each.values) else pa.float64(),
        )
        for each in columns
    ]
    return pa.table(arrays, names=[each.name for each in columns])


def write_area_file(findings: Findings, path: Path) -> SavWritten:
    """Write the file as .sav with labels; same findings, same bytes.

    Args:
        findings: everything.
        path: where to; its folder must be there.

    Returns:
        Names and labels that SPSS made it necessary to change.

    Raises:
        Fault: REP-004 if the study has no frame of areas that has run.
    """
    columns = area_columns(findings)
    said = "SIMULATED DATA, not findings. " if findings.simulated() else ""
    return write_sav(
        path,
        area_table(columns),
        labels={each.name: each.label for each in columns},
        value_labels={each.name: each.value_labels for each in columns if each.value_labels},
        measures={each.name: each.measure for each in columns},
        note=f"{said}{findings.study.study.title}. One row an area.",
    )


def _named(text: str) -> str:
    return text.replace("-", "_")


def _prefix(findings: Findings, stage: Any) -> str:  # noqa: ANN401  (any stage of the design)
    """Return nothing where the stage is the only one of its kind, else its id."""
    return "" if len(findings.stages(stage.kind)) == 1 else f"{_named(stage.id)}_"


def _of_frame(findings: Findings, frame_id: str) -> Iterator[AreaColumn]:
    frame = findings.frame(frame_id)
    for name, label in (("id", "Id"), ("name", "Name")):
        values = tuple(frame.table[name].to_pylist())
        yield AreaColumn(name=name, label=label, values=values, measure="nominal")
    for each in frame.attributes:
        unit = f" ({each.unit})" if each.unit else ""
        yield AreaColumn(
            name=_named(each.name),
            label=each.title + unit,
            values=tuple(frame.table[each.name].to_pylist()),
            measure="scale" if each.kind == "numeric" else "nominal",
        )


def _endings(findings: Findings, stage: LinkStage, areas: list[str]) -> Iterator[AreaColumn]:
    ended = {
        (row["survey"], row["area"]): float(_ENDINGS[Disposition(row["disposition"])])
        for row in findings.rows(stage.id, "case")
    }
    for survey in stage.surveys:
        yield AreaColumn(
            name=f"response_{_named(survey.removeprefix('survey-'))}",
            label=f"Response: {survey_title(findings, survey)}",
            values=tuple(ended.get((survey, area)) for area in areas),
            measure="nominal",
            value_labels=_ENDING_LABELS,
        )


def _of_congruence(
    findings: Findings, stage: CongruenceStage, areas: list[str]
) -> Iterator[AreaColumn]:
    yield from _scores(findings, stage, areas)
    yield from _indices(findings, stage, areas)
    start = _prefix(findings, stage)
    bands = {row["area"]: row for row in findings.rows(stage.id, "band")}
    labels = {float(row["band"]): row["label"] for row in bands.values()}
    yield AreaColumn(
        name=f"{start}band",
        label="Category of congruence",
        measure="ordinal",
        values=tuple(float(bands[a]["band"]) if a in bands else None for a in areas),
        value_labels=dict(sorted(labels.items())),
    )
    yield AreaColumn(
        name=f"{start}band_probability",
        label="Probability of this category",
        values=tuple(bands[a]["probability"] if a in bands else None for a in areas),
    )


def _scores(findings: Findings, stage: CongruenceStage, areas: list[str]) -> Iterator[AreaColumn]:
    agencies, titles = agency_titles(findings), construct_titles(findings)
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in findings.rows(stage.id, "score"):
        found.setdefault((row["agency"], row["construct"]), {})[row["area"]] = row["raw"]
    for (agency, construct), values in found.items():
        yield AreaColumn(
            name=f"{_prefix(findings, stage)}score_{_named(agency)}_{_named(construct)}",
            label=f"{titles.get(construct, construct)}: {agencies.get(agency, agency)}, mean",
            values=tuple(values.get(area) for area in areas),
        )


def _indices(findings: Findings, stage: CongruenceStage, areas: list[str]) -> Iterator[AreaColumn]:
    titles = construct_titles(findings)
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in findings.rows(stage.id, "index"):
        key = (row["construct"], row["index"], row["centring"])
        found.setdefault(key, {})[row["area"]] = row["value"]
    for (construct, index, centring), values in found.items():
        own = (index, centring) == (stage.index, stage.centring)
        tail = "" if own else f"_{_named(index)}_{_named(centring)}"
        yield AreaColumn(
            name=f"{_prefix(findings, stage)}congruence_{_named(construct)}{tail}",
            label=f"Congruence, {titles.get(construct, construct)} "
            f"({plain(index).lower()}, centring {centring})",
            values=tuple(values.get(area) for area in areas),
        )


def _chosen(findings: Findings, frame_id: str, areas: list[str]) -> Iterator[AreaColumn]:
    for stage in findings.stages("select"):
        if stage.from_ == frame_id:
            units = set(findings.table(stage.id, "choice")["unit"].to_pylist())
            yield AreaColumn(
                name=f"chosen_{_named(stage.id)}",
                label=f"Chosen: {titled(stage)}",
                values=tuple(float(area in units) for area in areas),
                measure="nominal",
                value_labels=_YES_NO,
            )
