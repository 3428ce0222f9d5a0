"""Profiles: what each agency says, in the chosen areas and in all of them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from consilience.base.counting import counted
from consilience.design.model import CongruenceStage
from consilience.report.charts import NAMED_ROWS, Dots, dots
from consilience.report.lookup import (
    agency_titles,
    chosen_by,
    construct_titles,
    frame_of_areas,
    make_grid,
    unit_names,
)
from consilience.report.model import Block, Column, Drawing, Figure, Findings, Sign
from consilience.report.svg import Scale, sign
from consilience.report.wording import several

Scores = dict[tuple[str, str, str], float]
_MOST_PANELS: Final = 12


def profile_blocks(findings: Findings, stage: CongruenceStage) -> tuple[Block, ...]:
    """Answer what each agency says: of each construct in the chosen areas, and in all areas."""
    rows = findings.rows(stage.id, "score")
    scores = {
        (row["area"], row["agency"], row["construct"]): row["raw"]
        for row in rows
        if row["raw"] is not None and row["construct"] != "total"
    }
    if not scores:
        return ()
    agencies = _in_order(findings, {agency for _, agency, _ in scores})
    order = [row["area"] for row in _ranked(findings, stage)]
    scored = {area for area, _, _ in scores}
    areas = [area for area in order if area in scored] or sorted(scored)
    return (
        *_chosen(findings, stage, scores, agencies),
        _all(findings, stage, scores, agencies, areas),
    )


def _ranked(findings: Findings, stage: CongruenceStage) -> list[dict[str, Any]]:
    return sorted(findings.rows(stage.id, "band"), key=lambda row: (row["rank"], row["area"]))


def _in_order(findings: Findings, used: set[str]) -> list[str]:
    known = [agency.id for agency in findings.study.agencies if agency.id in used]
    return known + sorted(used - set(known))


def _span(findings: Findings, scores: Scores) -> Scale:
    """Return the answer scale itself where all constructs share one, so panels compare."""
    spans = {scale.span for scale in findings.study.scales.values()}
    low, high = min(scores.values()), max(scores.values())
    if len(spans) == 1:
        start, end = next(iter(spans))
        if start < end and start <= low and high <= end:
            return Scale(start, end)
    room = (high - low) * 0.05 or 0.5
    return Scale(low - room, high + room)


def _key(findings: Findings, agencies: list[str]) -> tuple[Sign, ...]:
    titles = agency_titles(findings)
    return tuple(Sign(sign(at), titles.get(each, each)) for at, each in enumerate(agencies))


# --- chosen areas -----------------------------------------------------------------------


def _chosen(
    findings: Findings, stage: CongruenceStage, scores: Scores, agencies: list[str]
) -> tuple[Block, ...]:
    taken = chosen_by(findings, stage.id)
    bands = _ranked(findings, stage)
    shown = [row for row in bands if row["area"] in taken][:_MOST_PANELS]
    if not shown:
        return ()
    names = unit_names(findings, frame_of_areas(findings, stage))
    scale = _span(findings, scores)
    drawings = tuple(_panel(findings, row, names, scores, agencies, scale) for row in shown)
    titles, constructs = agency_titles(findings), construct_titles(findings)
    table = [
        {
            "name": names.get(row["area"], row["area"]),
            "label": row["label"],
            "construct": constructs.get(construct, construct),
            **{agency: scores.get((row["area"], agency, construct)) for agency in agencies},
        }
        for row in shown
        for construct in dict.fromkeys(key[2] for key in scores)
    ]
    columns = {
        "name": Column("Area"),
        "label": Column("Category"),
        "construct": Column("Construct"),
        **{agency: Column(titles.get(agency, agency), "number") for agency in agencies},
    }
    simulated = findings.simulated(stage.id)
    return (
        Figure(
            caption="Profiles of the chosen areas: mean answer of each agency on each construct",
            drawings=drawings,
            key=_key(findings, agencies),
            simulated=simulated,
            grid=make_grid("Mean answers in the chosen areas", columns, table, simulated=simulated),
        ),
    )


def _panel(
    findings: Findings,
    row: dict[str, Any],
    names: dict[str, str],
    scores: Scores,
    agencies: list[str],
    scale: Scale,
) -> Drawing:
    titles = construct_titles(findings)
    area = row["area"]
    rows = [
        Dots(
            titles.get(construct, construct),
            tuple(scores.get((area, agency, construct)) for agency in agencies),
        )
        for construct in dict.fromkeys(key[2] for key in scores)
    ]
    widest = max(rows, key=lambda each: _reach(each.values))
    return dots(
        rows,
        scale=scale,
        title=f"{names.get(area, area)} ({row['label']})",
        description=f"{len(agencies)} agencies on {several(len(rows), 'construct', 'constructs')}"
        f"; they differ most on {widest.label} (by {_reach(widest.values):.2f}).",
    )


def _reach(values: tuple[float | None, ...]) -> float:
    known = [value for value in values if value is not None]
    return max(known) - min(known) if known else 0.0


# --- all areas --------------------------------------------------------------------------


def _all(
    findings: Findings,
    stage: CongruenceStage,
    scores: Scores,
    agencies: list[str],
    areas: list[str],
) -> Figure:
    names = unit_names(findings, frame_of_areas(findings, stage))
    taken = chosen_by(findings, stage.id)
    means = _means(scores)
    bands = {row["area"]: row["label"] for row in _ranked(findings, stage)}
    rows = []
    for area in areas:
        label = ("★ " if area in taken else "") + names.get(area, area)
        values = tuple(means.get((area, agency)) for agency in agencies)
        rows.append(Dots(label, values, bands.get(area, "")))
    titles = agency_titles(findings)
    table = [
        {
            "name": names.get(area, area),
            **{agency: means.get((area, agency)) for agency in agencies},
        }
        for area in areas
    ]
    columns = {
        "name": Column("Area"),
        **{agency: Column(titles.get(agency, agency), "number") for agency in agencies},
    }
    simulated = findings.simulated(stage.id)
    slim = len(rows) > NAMED_ROWS
    named = "One line an area; names stand in the numbers." if slim else "★ chosen."
    return Figure(
        caption="Mean answer of each agency, by area, least congruent first",
        drawings=(
            dots(
                rows,
                title="Mean answer of each agency by area",
                description=f"{counted(len(rows), 'area')} from the least to the most congruent, "
                f"{counted(len(agencies), 'agency', 'agencies')} each; lines join the agencies of "
                "an area.",
            ),
        ),
        key=_key(findings, agencies),
        simulated=simulated,
        grid=make_grid("Mean answer of each agency by area", columns, table, simulated=simulated),
        note="Mean over the constructs, as answered (not centred). Gaps part the categories. "
        f"{named}",
    )


def _means(scores: Scores) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (area, agency, _), value in scores.items():
        found[area, agency].append(value)
    return {key: sum(values) / len(values) for key, values in found.items()}
