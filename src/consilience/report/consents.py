"""What people allowed, who approved it, and how they were approached."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from consilience.design.model import InterviewStage
from consilience.report.charts import Part, Stack, stacked
from consilience.report.lookup import make_grid, without_empty
from consilience.report.model import Block, Column, Figure, Findings, Sign
from consilience.report.svg import swatch
from consilience.report.wording import several

Rows = list[dict[str, Any]]
_OPTIONS: Final = {
    "take_part": "Take part",
    "record": "Be recorded",
    "quote": "Be quoted",
    "deposit": "Deposit",
    "recontact": "Be asked again",
}
_STATED: Final = {"yes": "#0072b2", "no": "#d55e00", "not stated": "#c9ced3"}


def consent_blocks(findings: Findings, stage_id: str, rows: Rows) -> tuple[Block, ...]:
    """Return what people allowed, a bar an option; nothing if no consent is kept."""
    valid = [row for row in rows if row["withdrawn"] is None]
    if not rows:
        return ()
    table: Rows = []
    for option, title in _OPTIONS.items():
        counts = Counter(
            "not stated" if row[option] is None else "yes" if row[option] else "no" for row in valid
        )
        table.append({"option": title, **{word: counts[word] for word in _STATED}})
    simulated = findings.simulated(stage_id)
    total = max(len(valid), 1)
    back = len(rows) - len(valid)
    taken = several(back, "statement was", "statements were").capitalize()
    figure = Figure(
        caption="What was allowed, by statement",
        drawings=(
            stacked(
                [
                    Stack(
                        row["option"],
                        tuple(
                            Part(row[word] / total, fill, str(row[word]))
                            for word, fill in _STATED.items()
                        ),
                    )
                    for row in table
                ],
                title="What was allowed",
                description="; ".join(
                    f"{row['option'].lower()}: {row['yes']} of {len(valid)}" for row in table
                )
                + ".",
            ),
        ),
        grid=make_grid(
            "Statements of consent",
            {
                "option": Column("Option"),
                **{word: Column(word.capitalize(), "count") for word in _STATED},
            },
            table,
            simulated=simulated,
            note="One statement a person and kind of material. Not stated is not allowed.",
        ),
        key=tuple(Sign(swatch(fill), word) for word, fill in _STATED.items()),
        simulated=simulated,
        note=f"{taken} taken back." if back else "",
    )
    return (figure,)


def approach_blocks(findings: Findings, stage: InterviewStage) -> tuple[Block, ...]:
    """Return how often who was written to or called, and with what outcome."""
    rows = findings.rows(stage.id, "approach")
    if not rows:
        return ()
    counts = Counter(row["outcome"] for row in rows)
    people = {
        outcome: {r["contact"] for r in rows if r["outcome"] == outcome} for outcome in counts
    }
    table = [
        {"outcome": outcome.capitalize(), "times": count, "people": len(people[outcome])}
        for outcome, count in counts.most_common()
    ]
    columns = {
        "outcome": Column("Outcome"),
        "times": Column("Times", "count"),
        "people": Column("People", "count"),
    }
    caption = "Letters, calls and mails by outcome"
    return (make_grid(caption, columns, table, simulated=findings.simulated(stage.id)),)


def approval_blocks(rows: Rows) -> tuple[Block, ...]:
    """Return who approved what, from when to when."""
    columns = {
        "body": Column("Approved by"),
        "reference": Column("Reference"),
        "date": Column("From"),
        "until": Column("Until"),
    }
    return (make_grid("Approvals", without_empty(columns, rows), rows),) if rows else ()
