"""Groups: who met, which findings were fed back, and which conclusions changed."""

from __future__ import annotations

from collections import Counter

from consilience.design.model import GroupStage
from consilience.report.consents import Rows, approval_blocks, consent_blocks
from consilience.report.interviews import board_figure
from consilience.report.lookup import make_grid, unit_names, without_empty
from consilience.report.model import Block, Column, Findings, Section, Words
from consilience.report.sections import stage_section
from consilience.report.wording import listed, plain, several


def group_section(findings: Findings, stage: GroupStage) -> Section:
    """Answer which groups met, what they said to the findings, and what changed since."""
    parts = [
        ("events", "Who met", _events(findings, stage)),
        ("fed", "Findings fed back", _fed(findings, stage)),
        ("changes", "Conclusions that changed", _changes(findings, stage)),
        ("board", "How far each came", _board(findings, stage)),
        (
            "consent",
            "What people allowed",
            consent_blocks(findings, stage.id, findings.rows(stage.id, "event_consent")),
        ),
        ("approvals", "Approvals", approval_blocks(findings.rows(stage.id, "event_approval"))),
    ]
    return stage_section(stage, (Words(lead(findings, stage), "lead"),), parts)


def lead(findings: Findings, stage: GroupStage) -> str:
    """Say in a sentence what became of the groups."""
    rows = findings.rows(stage.id, "event")
    held = {row["event"] for row in rows if row["state"] == "done"}
    people = {r["person"] for r in findings.rows(stage.id, "attendance") if r["event"] in held}
    changed = len(findings.rows(stage.id, "change"))
    return (
        f"{several(len(held), 'event', 'events').capitalize()} held of {len(rows)} in the plan, "
        f"with {several(len(people), 'participant', 'participants')}; "
        f"{several(changed, 'conclusion was', 'conclusions were')} changed."
    )


def _events(findings: Findings, stage: GroupStage) -> tuple[Block, ...]:
    names = unit_names(findings, stage.of) if stage.of else {}
    roles: dict[str, Counter[str]] = {}
    for row in findings.rows(stage.id, "attendance"):
        title = stage.roles.get(row["role"], plain(row["role"]))
        roles.setdefault(row["event"], Counter())[title] += 1
    rows: Rows = [
        {
            **row,
            "case": names.get(row["case"], row["case"]),
            "people": sum(roles.get(row["event"], Counter()).values()),
            "roles": listed([f"{n} {role}" for role, n in roles.get(row["event"], {}).items()]),
        }
        for row in findings.rows(stage.id, "event")
    ]
    columns = {
        "title": Column("Event"),
        "date": Column("Date"),
        "case": Column("Case"),
        "people": Column("People", "count"),
        "roles": Column("Of whom"),
        "minutes": Column("Minutes", "count"),
        "state": Column("State"),
        "reason": Column("Reason"),
    }
    simulated = findings.simulated(stage.id)
    return (make_grid("Events", without_empty(columns, rows), rows, simulated=simulated),)


def _fed(findings: Findings, stage: GroupStage) -> tuple[Block, ...]:
    rows = _worded(findings, stage, "fed")
    if not rows:
        return ()
    columns = {
        "event": Column("Event"),
        "finding": Column("Finding"),
        "text": Column("As it was put"),
        "response": Column("Response"),
        "note": Column("Note"),
    }
    simulated = findings.simulated(stage.id)
    caption = "Findings and how groups responded"
    return (make_grid(caption, without_empty(columns, rows), rows, simulated=simulated),)


def _changes(findings: Findings, stage: GroupStage) -> tuple[Block, ...]:
    rows = _worded(findings, stage, "change")
    if not rows:
        return ()
    columns = {
        "finding": Column("Finding"),
        "before": Column("Before"),
        "after": Column("Since"),
        "reason": Column("Why"),
        "event": Column("Event"),
    }
    simulated = findings.simulated(stage.id)
    return (make_grid("What stood before, and since", columns, rows, simulated=simulated),)


def _worded(findings: Findings, stage: GroupStage, table: str) -> Rows:
    """Return rows with the title of the event and the words of the finding."""
    titles = {row["event"]: row["title"] for row in findings.rows(stage.id, "event")}
    texts = {each.id: each.text for each in findings.study.findings}
    rows = findings.rows(stage.id, table)
    return [
        {**row, "event": titles.get(row["event"], row["event"]), "text": texts.get(row["finding"])}
        for row in rows
    ]


def _board(findings: Findings, stage: GroupStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "event_status")
    if not rows:
        return ()
    groups = {"All": [row["state"] for row in rows]}
    return (board_figure(findings, stage.id, rows, groups, first="Event"),)
