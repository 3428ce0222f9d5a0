"""The study record: what the study is, its phases, data sets, deviations, agencies."""

from __future__ import annotations

from consilience.base.counting import counted
from consilience.design.model import Study
from consilience.report.charts import Bar, timeline
from consilience.report.lookup import agency_titles, make_grid
from consilience.report.model import (
    Block,
    Column,
    Facts,
    Figure,
    Findings,
    Grid,
    Point,
    Points,
    Section,
    Sign,
    Words,
)
from consilience.report.svg import element
from consilience.report.wording import day, plain


def record_section(findings: Findings) -> Section:
    """Answer what study this is, by its own record."""
    study = findings.study
    sections = [
        Section(id="phases", title="Phases and surveys", blocks=_phases(findings)),
        Section(id="data-sets", title="Data sets", blocks=_datasets(study)),
        Section(id="agencies", title="Who was asked", blocks=_agencies(study)),
        Section(
            id="deviations", title="What was done otherwise than planned", blocks=_deviations(study)
        ),
    ]
    return Section(
        id="record",
        title="Study record",
        blocks=_head(study),
        sections=tuple(section for section in sections if section.blocks),
    )


def _head(study: Study) -> tuple[Block, ...]:
    head = study.study
    team = "; ".join(
        ", ".join(part for part in (person.name, person.role, person.affiliation) if part)
        for person in head.team
    )
    facts = [
        ("Study", head.id),
        ("Runs", f"{day(head.starts)} to {day(head.ends)}"),
        ("Funder", head.funder or ""),
        ("Grant", head.grant or ""),
        ("Team", team),
        ("Protocol", f"version {head.protocol}"),
        ("Sources", "; ".join(head.sources)),
    ]
    blocks: list[Block] = [Facts(tuple(pair for pair in facts if pair[1]))]
    if head.aims:
        blocks.append(Words("The study asks:"))
        blocks.append(Points(tuple(Point(aim) for aim in head.aims)))
    return tuple(blocks)


def _phases(findings: Findings) -> tuple[Block, ...]:
    study = findings.study
    titles = agency_titles(findings)
    bars = [Bar(phase.title, phase.starts, phase.ends) for phase in study.phases]
    windows = [
        Bar(
            stage.title or titles.get(stage.agency, plain(stage.agency)),
            stage.opens,
            stage.extended_to or stage.closes,
            "window",
        )
        for stage in study.stages
        if stage.kind == "survey"
    ]
    if not bars and not windows:
        return ()
    rows = [
        {
            "what": "Survey" if bar.look == "window" else "Phase",
            "title": bar.label,
            "starts": bar.starts,
            "ends": bar.ends,
            "days": (bar.ends - bar.starts).days + 1,
        }
        for bar in (*bars, *windows)
    ]
    columns = {
        "title": Column("Phase or survey"),
        "what": Column("What"),
        "starts": Column("Starts"),
        "ends": Column("Ends"),
        "days": Column("Days", "count"),
    }
    first, last = min(r["starts"] for r in rows), max(r["ends"] for r in rows)
    drawing = timeline(
        [*bars, *windows],
        title="When each phase and survey ran",
        description=f"{counted(len(bars), 'phase')} and {counted(len(windows), 'survey')} "
        f"between {first:%B %Y} "
        f"and {last:%B %Y}; the dates stand in the table below.",
    )
    key = (Sign(_block(14, "phase"), "phase"), Sign(_block(8, "window"), "survey open"))
    figure = Figure(
        caption="Phases of the study and windows of its surveys",
        drawings=(drawing,),
        key=key,
        grid=make_grid("Phases and survey windows", columns, rows),
    )
    return (figure, *([_methods(study)] if study.phases else []))


def _block(height: float, look: str) -> str:
    return element("rect", x=0, y=7 - height / 2, width=14, height=height, class_=f"bar {look}")


def _methods(study: Study) -> Grid:
    rows = [
        {
            "title": phase.title,
            "methods": "; ".join(phase.methods),
            "inputs": "; ".join(phase.inputs),
            "outputs": "; ".join(phase.outputs),
        }
        for phase in study.phases
    ]
    columns = {
        "title": Column("Phase"),
        "methods": Column("Methods"),
        "inputs": Column("Takes in"),
        "outputs": Column("Gives"),
    }
    return make_grid("What each phase does", columns, rows)


def _datasets(study: Study) -> tuple[Block, ...]:
    if not study.datasets:
        return ()
    phases = {phase.id: phase.title for phase in study.phases}
    rows = [
        {
            "title": each.title,
            "type": each.type,
            "phase": phases.get(each.phase, each.phase),
            "unit": each.unit,
            "planned": each.planned,
            "collected": each.collected,
            "access": each.access,
        }
        for each in study.datasets
    ]
    columns = {
        "title": Column("Data set"),
        "type": Column("Type"),
        "phase": Column("Phase"),
        "unit": Column("Unit"),
        "planned": Column("Planned", "count"),
        "collected": Column("Collected", "count"),
        "access": Column("Access"),
    }
    return (make_grid("Data sets that the study plans to deposit", columns, rows),)


def _agencies(study: Study) -> tuple[Block, ...]:
    if not study.agencies:
        return ()
    rows = [
        {
            "title": each.title,
            "state": "dropped" if each.dropped else "asked",
            "date": each.dropped.date if each.dropped else None,
            "reason": each.dropped.reason if each.dropped else None,
        }
        for each in study.agencies
    ]
    columns = {"title": Column("Agency"), "state": Column("State")}
    if any(each.dropped for each in study.agencies):
        columns |= {"date": Column("Dropped on"), "reason": Column("Reason")}
    return (make_grid("Groups of informants", columns, rows),)


def _deviations(study: Study) -> tuple[Block, ...]:
    if not study.deviations:
        return (Words("No deviation from the protocol is recorded."),)
    rows = [
        {"date": each.date, "planned": each.planned, "done": each.done, "reason": each.reason}
        for each in study.deviations
    ]
    columns = {
        "date": Column("Date"),
        "planned": Column("Planned"),
        "done": Column("Done"),
        "reason": Column("Reason"),
    }
    return (make_grid("Deviations from the protocol", columns, rows),)
