"""Linkage: which answers belong to which area, by which method, and each doubt."""

from __future__ import annotations

from collections import Counter
from typing import Any

from consilience.design.model import LinkStage, SurveyStage
from consilience.report.lookup import make_grid, nouns, survey_title, unit_names, without_empty
from consilience.report.model import Block, Column, Facts, Findings, Fold, Section, Words
from consilience.report.responses import response_section
from consilience.report.wording import day, plain, several, titled

Rows = list[dict[str, Any]]
_METHODS = {"key": "by key", "body": "through a body", "name": "by name", "decided": "by a person"}


def link_section(findings: Findings, stage: LinkStage) -> Section:
    """Answer what came in and to whom it belongs, for the surveys of one linkage."""
    return Section(
        id=f"stage-{stage.id}",
        title=_title(findings, stage),
        blocks=(Facts(_windows(findings, stage)),),
        sections=(
            response_section(findings, stage),
            Section(
                id=f"stage-{stage.id}-linkage",
                title="Which answer belongs where",
                blocks=_linkage(findings, stage),
            ),
        ),
    )


def _title(findings: Findings, stage: LinkStage) -> str:
    if stage.title or len(findings.stages("link")) == 1:
        return stage.title or "Responses"
    return f"Responses: {titled(stage).lower()}"


def survey_section(findings: Findings, stage: SurveyStage) -> Section:
    """Answer what came in to a survey that no linkage reads."""
    rows = findings.rows(stage.id, "response")
    states = Counter(row["status"] for row in rows)
    facts = [
        ("Open", _window(stage)),
        ("Invited", f"{findings.table(stage.id, 'invitation').num_rows:,}"),
        ("Responses", f"{len(rows):,}"),
        *[(plain(state), f"{count:,}") for state, count in sorted(states.items())],
    ]
    return Section(
        id=f"stage-{stage.id}",
        title=f"Survey: {survey_title(findings, stage.id)}",
        blocks=(Facts(tuple(facts)),),
    )


def _window(stage: SurveyStage) -> str:
    end = stage.extended_to or stage.closes
    longer = f" (extended from {day(stage.closes)})" if stage.extended_to else ""
    return f"{day(stage.opens)} to {day(end)}{longer}"


def _windows(findings: Findings, stage: LinkStage) -> tuple[tuple[str, str], ...]:
    return tuple(
        (survey_title(findings, name), _window(findings.study.stage(name)))
        for name in stage.surveys
    )


def open_doubts(findings: Findings, stage: LinkStage) -> Rows:
    """Return the doubts that nobody has decided yet."""
    return [row for row in findings.rows(stage.id, "doubt") if row["decision"] is None]


def _linkage(findings: Findings, stage: LinkStage) -> tuple[Block, ...]:
    return (
        *_methods(findings, stage),
        *_doubts(findings, stage),
        *_duplicates(findings, stage),
        *_noted(findings, stage),
    )


def _methods(findings: Findings, stage: LinkStage) -> tuple[Block, ...]:
    links = findings.rows(stage.id, "link")
    if not links:
        return (Words("No response is linked yet."),)
    counts = Counter((row["survey"], row["method"]) for row in links)
    rows = [
        {
            "title": survey_title(findings, survey),
            "responses": len({row["response"] for row in links if row["survey"] == survey}),
            "links": sum(1 for row in links if row["survey"] == survey),
            **{method: counts[survey, method] for method in _METHODS},
        }
        for survey in dict.fromkeys(row["survey"] for row in links)
    ]
    columns = {
        "title": Column("Survey"),
        "responses": Column("Responses linked", "count"),
        "links": Column("Links", "count"),
        **{method: Column(title.capitalize(), "count") for method, title in _METHODS.items()},
    }
    return (
        make_grid(
            "How responses were linked",
            columns,
            rows,
            simulated=findings.simulated(stage.id),
            note="A response of a body that covers several areas has one link for each.",
        ),
    )


def _doubts(findings: Findings, stage: LinkStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "doubt")
    if not rows:
        return (Words("No response was left in doubt."),)
    for row in rows:
        row["title"] = survey_title(findings, row["survey"])
        row["decision"] = row["decision"] or "open"
    columns = {
        "given": Column("Given"),
        "title": Column("Survey"),
        "response": Column("Response"),
        "name": Column("Candidate"),
        "score": Column("Likeness", "number", 0),
        "decision": Column("Decision"),
        "reason": Column("Reason"),
    }
    opened = [row for row in rows if row["decision"] == "open"]
    settled = [row for row in rows if row["decision"] != "open"]
    simulated = findings.simulated(stage.id)
    waiting = len({(row["survey"], row["response"]) for row in opened})
    blocks: list[Block] = []
    if opened:
        blocks.append(
            Words(
                f"{several(waiting, 'response waits', 'responses wait').capitalize()} "
                "for a person to decide. Until then nothing of it is counted."
            )
        )
        blocks.append(
            make_grid("Open doubts", without_empty(columns, opened), opened, simulated=simulated)
        )
    if settled:
        grid = make_grid(
            "Doubts that people decided",
            without_empty(columns, settled),
            settled,
            simulated=simulated,
        )
        blocks.append(
            Fold(several(len(settled), "decided doubt", "decided doubts").capitalize(), (grid,))
        )
    return tuple(blocks)


def _duplicates(findings: Findings, stage: LinkStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "duplicate")
    if not rows:
        return (Words(f"None of the {nouns(findings, stage.to)} answered a survey twice."),)
    names = unit_names(findings, stage.to)
    for row in rows:
        row["name"] = names.get(row["area"], row["area"])
        row["title"] = survey_title(findings, row["survey"])
    columns = {
        "name": Column("Unit"),
        "title": Column("Survey"),
        "response": Column("Set aside"),
        "kept": Column("Used"),
        "rule": Column("Rule"),
    }
    grid = make_grid(
        "More than one response for a unit", columns, rows, simulated=findings.simulated(stage.id)
    )
    said = several(len(rows), "response was", "responses were")
    return (
        Words(f"{said.capitalize()} set aside because the same unit answered more than once."),
        Fold("Which ones", (grid,)),
    )


def _noted(findings: Findings, stage: LinkStage) -> tuple[Block, ...]:
    rows = [row for row in findings.rows(stage.id, "case") if row["reason"]]
    if not rows:
        return ()
    names = unit_names(findings, stage.to)
    for row in rows:
        row["name"] = names.get(row["area"], row["area"])
        row["title"] = survey_title(findings, row["survey"])
    columns = {
        "name": Column("Unit"),
        "title": Column("Survey"),
        "disposition": Column("How it ended"),
        "reason": Column("Reason"),
    }
    grid = make_grid(
        "Reasons that fieldwork noted", columns, rows, simulated=findings.simulated(stage.id)
    )
    return (Fold(f"{len(rows)} reasons that fieldwork noted", (grid,)),)
