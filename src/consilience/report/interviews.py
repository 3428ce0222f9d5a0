"""Interviews: who was interviewed, how far each came, what was covered and what is allowed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from consilience.base.counting import counted
from consilience.design.model import InterviewStage
from consilience.interviews.model import ENDED, REACHED
from consilience.report.charts import Part, Stack, stacked
from consilience.report.consents import approach_blocks, approval_blocks, consent_blocks
from consilience.report.lookup import make_grid, unit_names, without_empty
from consilience.report.matrices import Cell, heat
from consilience.report.model import (
    Block,
    Column,
    Figure,
    Findings,
    Fold,
    Point,
    Section,
    Sign,
    Words,
)
from consilience.report.sections import stage_section
from consilience.report.svg import steps_colour, swatch
from consilience.report.wording import day, in_words, listed, plain, several, titled

Rows = list[dict[str, Any]]
_MODES: Final = ("place", "telephone", "video")
_MODE_FILLS: Final = {"place": "#0072b2", "telephone": "#f0b252", "video": "#009e73", "": "#c9ced3"}
_ENDED_FILLS: Final = ("#d55e00", "#e69f00", "#aa4c86", "#8a8f94")
STATE_FILLS: Final[Mapping[str, str]] = {
    **{state: steps_colour(at + 1, len(REACHED)) for at, state in enumerate(REACHED)},
    **dict(zip(ENDED, _ENDED_FILLS, strict=True)),
}
_COVERED: Final = {"yes": ("#0072b2", "✓"), "partly": ("#78bee8", "~"), "no": ("#d55e00", "✗")}


def interview_section(findings: Findings, stage: InterviewStage) -> Section:
    """Answer who was interviewed and how, how far each came, and what may be done with it."""
    parts = [
        ("who", "Who was interviewed, and how", _who(findings, stage)),
        ("board", "How far each interview came", _board(findings, stage)),
        ("topics", "Topics covered", _topics(findings, stage)),
        (
            "consent",
            "What people allowed",
            consent_blocks(findings, stage.id, findings.rows(stage.id, "consent")),
        ),
        ("approaches", "Letters and calls", approach_blocks(findings, stage)),
        ("approvals", "Approvals", approval_blocks(findings.rows(stage.id, "approval"))),
    ]
    return stage_section(stage, (Words(lead(findings, stage), "lead"),), parts)


def lead(findings: Findings, stage: InterviewStage) -> str:
    """Say in a sentence or two what became of the interviews."""
    rows = findings.rows(stage.id, "interview")
    held = {row["interview"] for row in rows if row["state"] == "done"}
    people = [r for r in findings.rows(stage.id, "participant") if r["interview"] in held]
    cases = {row["case"] for row in rows if row["interview"] in held and row["case"]}
    where = f" in {several(len(cases), 'case', 'cases')}" if cases else ""
    persons = several(len({row["person"] for row in people}), "person", "people")
    window = f"the window was {day(stage.opens)} to {day(stage.closes)}"
    said = (
        f"{several(len(held), 'interview', 'interviews').capitalize()} held of "
        f"{len(rows)} in the plan{f', with {persons}{where}' if held else ''}"
        f"{_held_when(rows)} ({window})."
    )
    # What was held and is withdrawn since is told by its board; the plan has it as held.
    states = [row["state"] for row in findings.rows(stage.id, "status")]
    ended = Counter(each for each in states if each in ("declined", "withdrawn"))
    if ended:
        words = [f"{in_words(count)} {state}" for state, count in sorted(ended.items())]
        said += f" {listed(words).capitalize()}."
    return said


def _held_when(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say on which days interviews were held, as far as they are known."""
    days = sorted(row["date"] for row in rows if row["state"] == "done" and row["date"])
    if not days:
        return ""
    if days[0] == days[-1]:
        return f", on {day(days[0])}"
    return f", between {day(days[0])} and {day(days[-1])}"


def cautions_of_interviews(findings: Findings, stage: InterviewStage) -> list[Point]:
    """Say what waits for a person: texts to check, consent that is missing."""
    rows = findings.rows(stage.id, "status")
    waiting = [row for row in rows if row["state"] in ("collected", "transcribed")]
    points = []
    if waiting:
        said = several(len(waiting), "interview waits", "interviews wait")
        points.append(
            Point(
                f"{titled(stage)}: {said} to be transcribed or checked.",
                f"stage-{stage.id}-board",
                "which",
            )
        )
    return points


# --- who --------------------------------------------------------------------------------


def _role_titles(stage: InterviewStage) -> dict[str, str]:
    return {use.role: plain(use.role) for use in stage.guides} | dict(stage.roles)


def _who(findings: Findings, stage: InterviewStage) -> tuple[Block, ...]:
    interviews = {row["interview"]: row for row in findings.rows(stage.id, "interview")}
    held = {name for name, row in interviews.items() if row["state"] == "done"}
    if not held:
        return (Words("No interview has been held yet."),)
    titles = _role_titles(stage)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, set[str]] = defaultdict(set)
    for row in findings.rows(stage.id, "participant"):
        if row["interview"] in held:
            people[row["role"]].add(row["person"])
            counts[row["role"]][interviews[row["interview"]]["mode"] or ""] += 1
    whole = Counter(interviews[name]["mode"] or "" for name in held)
    table = [_who_row("All interviews", whole, len(set().union(*people.values())))]
    table += [
        _who_row(titles.get(role, plain(role)), counts[role], len(people[role]))
        for role in sorted(counts, key=lambda role: (-sum(counts[role].values()), role))
    ]
    return (_who_figure(findings, stage, table), *_cases(findings, stage, interviews))


def _who_row(label: str, modes: Mapping[str, int], people: int) -> dict[str, Any]:
    return {"label": label, "people": people, "all": sum(modes.values()), **modes}


def _who_figure(findings: Findings, stage: InterviewStage, table: Rows) -> Figure:
    modes = [mode for mode in (*_MODES, "") if any(row.get(mode) for row in table)]
    names = {mode: {"place": "in place", "": "not noted"}.get(mode, mode) for mode in modes}
    simulated = findings.simulated(stage.id)
    grid = make_grid(
        "People and interviews by role and mode",
        {
            "label": Column("Role"),
            "people": Column("People", "count"),
            "all": Column("Interviews", "count"),
            **{mode: Column(names[mode].capitalize(), "count") for mode in modes},
        },
        [{**dict.fromkeys(modes, 0), **row} for row in table],
        simulated=simulated,
        note="Each person counts once in every interview they were in; several may be in one.",
    )
    first = table[0]
    said = [f"{first.get(mode, 0)} {names[mode]}" for mode in modes]
    return Figure(
        caption="How interviews were held, by role",
        drawings=(
            stacked(
                [
                    Stack(
                        f"{row['label']} ({row['all']})",
                        tuple(
                            Part(row.get(m, 0) / row["all"], _MODE_FILLS[m], str(row.get(m, 0)))
                            for m in modes
                        ),
                    )
                    for row in table
                ],
                title="Share of each mode, by role",
                description=f"Of {counted(first['all'], 'interview')} {listed(said)}.",
            ),
        ),
        grid=grid,
        key=tuple(Sign(swatch(_MODE_FILLS[mode]), names[mode]) for mode in modes),
        simulated=simulated,
    )


def _cases(
    findings: Findings, stage: InterviewStage, interviews: Mapping[str, dict[str, Any]]
) -> tuple[Block, ...]:
    if stage.of is None:
        return ()
    names = unit_names(findings, stage.of)
    people = Counter(row["interview"] for row in findings.rows(stage.id, "participant"))
    rows: dict[str, dict[str, Any]] = {}
    for name, row in interviews.items():
        if row["case"] is None:
            continue
        case = rows.setdefault(
            row["case"],
            {"case": names.get(row["case"], row["case"]), "held": 0, "people": 0, "lost": 0},
        )
        case["held"] += row["state"] == "done"
        case["people"] += people[name] if row["state"] == "done" else 0
        case["lost"] += row["state"] in ENDED
    if not rows:
        return ()
    grid = make_grid(
        "Interviews by case",
        {
            "case": Column("Case"),
            "held": Column("Held", "count"),
            "people": Column("People", "count"),
            "lost": Column("Declined, cancelled or withdrawn", "count"),
        },
        sorted(rows.values(), key=lambda row: str(row["case"])),
        simulated=findings.simulated(stage.id),
    )
    return (Fold("Every case", (grid,)),)


# --- how far ----------------------------------------------------------------------------


def status_stacks(groups: Mapping[str, Sequence[str]]) -> list[Stack]:
    """Return one bar a group of interviews, parted by the states they are in."""
    stacks = []
    for label, states in groups.items():
        counts = Counter(states)
        parts = tuple(
            Part(counts[state] / len(states), fill, str(counts[state]))
            for state, fill in STATE_FILLS.items()
            if counts[state]
        )
        stacks.append(Stack(f"{label} ({len(states)})", parts))
    return stacks


def _board(findings: Findings, stage: InterviewStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "status")
    if not rows:
        return ()
    guides = {row["interview"]: row["guide"] for row in findings.rows(stage.id, "interview")}
    groups: dict[str, list[str]] = {"All": [row["state"] for row in rows]}
    for row in rows:
        groups.setdefault(plain(guides.get(row["interview"]) or "no guide"), []).append(
            row["state"]
        )
    return (board_figure(findings, stage.id, rows, groups, first="Interview"),)


def board_figure(
    findings: Findings,
    stage_id: str,
    rows: Rows,
    groups: Mapping[str, Sequence[str]],
    *,
    first: str,
) -> Figure:
    """Return the board: a bar a group, and one click away every interview with its reason.

    Args:
        findings: everything.
        stage_id: the stage.
        rows: of schema `STATUS`.
        groups: name of a bar to the states of those in it.
        first: what the first column of the table is called.
    """
    counts = Counter(row["state"] for row in rows)
    present = [state for state in STATE_FILLS if counts[state]]
    columns = {
        "interview": Column(first),
        "state": Column("State"),
        "reason": Column("Reason"),
        "document": Column("Text"),
        "deposit": Column("Deposit allowed", "flag"),
        "deposit_reason": Column("Why"),
    }
    simulated = findings.simulated(stage_id)
    return Figure(
        caption="How far each came",
        drawings=(
            stacked(
                status_stacks(groups),
                title="States, by group",
                description=f"{listed([f'{counts[state]} {state}' for state in present])}.",
            ),
        ),
        grid=make_grid(
            "State and reason of each", without_empty(columns, rows), rows, simulated=simulated
        ),
        key=tuple(Sign(swatch(STATE_FILLS[state]), state) for state in present),
        simulated=simulated,
        note="Cleared for deposit is only what everybody in it allowed to be deposited.",
    )


# --- topics -----------------------------------------------------------------------------


def _topics(findings: Findings, stage: InterviewStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "topic_coverage")
    if not rows:
        return ()
    noted = [row for row in rows if row["covered"] is not None]
    simulated = findings.simulated(stage.id)
    table = _topic_rows(rows)
    said = f"For {len(noted)} of {counted(len(rows), 'topic')} of an interview it was noted."
    least = _least_covered(noted)
    if least:
        said += f" Least often covered: {least}."
    columns = {
        "topic": Column("Topic"),
        "text": Column("In full"),
        "guide": Column("Guide"),
        "yes": Column("Covered", "count"),
        "partly": Column("Partly", "count"),
        "no": Column("Not", "count"),
        "unknown": Column("Not noted", "count"),
        "share": Column("Covered or partly", "percent", 0),
        "codes": Column("Codes"),
    }
    figure = Figure(
        caption="Topics by interview",
        drawings=tuple(
            _topic_matrix(guide, [row for row in rows if _guide(row) == guide])
            for guide in dict.fromkeys(_guide(row) for row in rows)
        ),
        grid=make_grid(
            "Topics and how often they were covered", columns, table, simulated=simulated
        ),
        key=tuple(
            Sign(swatch(fill), {"yes": "covered", "no": "not covered"}.get(word, word))
            for word, (fill, _) in _COVERED.items()
        ),
        simulated=simulated,
        note="An empty cell: nobody noted it. The numbers have the topics in full.",
    )
    return (Words(said), figure)


def _least_covered(noted: Rows) -> str:
    """Say which topic was covered least often, whatever guide it stands in; empty if none is."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in noted:
        counts[row["topic"]][0] += row["covered"] in ("yes", "partly")
        counts[row["topic"]][1] += 1
    if not counts:
        return ""
    topic, (covered, asked) = min(counts.items(), key=lambda each: each[1][0] / each[1][1])
    noun = "interview" if asked == 1 else "interviews"
    return f"{plain(topic).lower()} (in {covered} of {asked} {noun})"


def _guide(row: Mapping[str, Any]) -> str:
    return f"{plain(row['guide'])}, version {row['version']}"


def _topic_rows(rows: Rows) -> Rows:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        topic = found.setdefault(
            (_guide(row), row["topic"]),
            {
                "topic": plain(row["topic"]),
                "text": row["text"],
                "guide": _guide(row),
                "codes": ", ".join(row["codes"] or ()),
                **dict.fromkeys(("yes", "partly", "no", "unknown"), 0),
            },
        )
        topic[row["covered"] or "unknown"] += 1
    for topic in found.values():
        known = topic["yes"] + topic["partly"] + topic["no"]
        topic["share"] = (topic["yes"] + topic["partly"]) / known if known else None
    return list(found.values())


def _topic_matrix(guide: str, rows: Rows) -> Any:  # noqa: ANN401  (a drawing)
    interviews = list(dict.fromkeys(row["interview"] for row in rows))
    cells = {(row["topic"], row["interview"]): row for row in rows}
    texts = {row["topic"]: row["text"] for row in rows}
    lines = [
        (plain(topic), [_topic_cell(cells[topic, name]) for name in interviews])
        for topic, text in texts.items()
    ]
    covered = sum(row["covered"] in ("yes", "partly") for row in rows)
    return heat(
        lines,
        interviews,
        title=f"Topics by interview: {guide}",
        description=f"{several(len(texts), 'topic', 'topics').capitalize()} by "
        f"{several(len(interviews), 'interview', 'interviews')}; {covered} of "
        f"{counted(len(rows), 'pair')} covered at least partly.",
        heading=guide,
    )


def _topic_cell(row: Mapping[str, Any]) -> Cell:
    fill, text = _COVERED.get(row["covered"] or "", ("", ""))
    return Cell(fill, text, f"{row['interview']}, {row['text']}: {row['covered'] or 'not noted'}")
