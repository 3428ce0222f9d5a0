"""Coding: how far the coders agree, what shows each finding, where topics ended up."""

from __future__ import annotations

from typing import Any, Final

from consilience.base.counting import counted
from consilience.design.model import CodeStage
from consilience.report.charts import Interval, intervals
from consilience.report.code_counts import code_blocks, meeting_blocks, saturation_blocks
from consilience.report.consents import Rows
from consilience.report.lookup import make_grid, without_empty
from consilience.report.model import (
    Block,
    Column,
    Figure,
    Findings,
    Fold,
    Grid,
    Section,
    Sign,
    Words,
)
from consilience.report.sections import stage_section
from consilience.report.svg import element, sign
from consilience.report.wording import listed, number, several, titled

_SHOWN: Final = "alpha_binary"
_MEASURES: Final = {
    "percent": "Share alike",
    "cohen": "Kappa",
    "fleiss": "Fleiss",
    "brennan_prediger": "Brennan-Prediger",
    "ac1": "AC1",
    "f1": "F1",
    "alpha_binary": "Alpha",
    "u_alpha": "u-alpha",
    "u_alpha_binary": "|u-alpha",
    "cu_alpha": "cu-alpha",
}
_BY: Final = {"code": "Code", "domain": "Domain", "document": "Text", "all": "All"}


def coding_section(findings: Findings, stage: CodeStage) -> Section:
    """Answer what was marked, how far the coders agree, and what shows the findings."""
    parts = [
        ("codes", "What was marked", code_blocks(findings, stage)),
        ("together", "Codes that meet", meeting_blocks(findings, stage)),
        ("saturation", "When new codes ended", saturation_blocks(findings, stage)),
        ("agreement", "How far the coders agree", _agreement(findings, stage)),
        ("topics", "Topics and their codes", _topics(findings, stage)),
    ]
    return stage_section(stage, (Words(lead(findings, stage), "lead"),), parts)


def lead(findings: Findings, stage: CodeStage) -> str:
    """Say in a sentence what was coded, and how far the coders agree over all codes."""
    texts = listed([titled(findings.study.stage(name)).lower() for name in stage.of])
    rows = findings.rows(stage.id, "coder_agreement")
    whole = [row for row in rows if (row["by"], row["measure"]) == ("all", _SHOWN)]
    said = f"Coded: {texts}."
    if whole and whole[0]["value"] is not None:
        row = whole[0]
        said += (
            f" {several(row['coders'], 'coder', 'coders').capitalize()} agree over all codes with"
            f" alpha {number(row['value'], 2)} in {row['unit']},"
            f" in {several(row['documents'], 'text', 'texts')} that two or more of them read."
        )
    return said


# --- agreement --------------------------------------------------------------------------


def agreement_rows(findings: Findings, stage: CodeStage, by: str) -> Rows:
    """Return a row a code, domain or text with every coefficient over all coders."""
    found: dict[str, dict[str, Any]] = {}
    for row in findings.rows(stage.id, "coder_agreement"):
        if row["by"] != by or row["coder_a"] or row["of"]:
            continue
        about = found.setdefault(
            row["subject"],
            {"name": row["name"], "share": row["share"], "documents": row["documents"]},
        )
        about[row["measure"]] = row["value"]
        if row["measure"] == _SHOWN:
            about |= {"low": row["low"], "high": row["high"], "reason": row["reason"]}
    return list(found.values())


def _agreement(findings: Findings, stage: CodeStage) -> tuple[Block, ...]:
    rows = agreement_rows(findings, stage, "code")
    if not rows:
        return (Words("No text was read by two coders who have both released it."),)
    names = {row["document"]: row["name"] for row in findings.rows(stage.id, "coded_text")}
    texts = agreement_rows(findings, stage, "document")
    for row in texts:
        row["name"] = names.get(row["name"], row["name"])
    others = [
        ("Agreement by domain, where codes exclude each other", "domain",
         agreement_rows(findings, stage, "domain")),
        ("Agreement by text, all codes together", "document", texts),
    ]  # fmt: skip
    folds = [
        Fold(caption, (_grid(findings, stage, by, given, caption),))
        for caption, by, given in others
        if given
    ]
    return (_figure(findings, stage, rows), *folds)


def _figure(findings: Findings, stage: CodeStage, rows: Rows) -> Figure | Grid:
    grid = _grid(findings, stage, "code", rows, "Agreement of the coders, code by code")
    drawn = [row for row in rows if row.get(_SHOWN) is not None]
    if not drawn:
        return grid
    low, high = (pick(drawn, key=lambda row: row[_SHOWN]) for pick in (min, max))
    bar = element("rect", x=0, y=2, width=14, height=10, rx=3, class_="asked")
    return Figure(
        caption="Krippendorff's alpha of each code",
        drawings=(
            intervals(
                [
                    Interval(
                        str(row["name"]).rsplit(" > ", 1)[-1], row[_SHOWN], row["low"], row["high"]
                    )
                    for row in drawn
                ],
                title="Alpha by code",
                description=f"From {number(low[_SHOWN], 2)} ({low['name']}) to "
                f"{number(high[_SHOWN], 2)} ({high['name']}); 0 is chance, 1 full agreement.",
            ),
        ),
        key=(Sign(sign(0), "alpha: 0 is chance, 1 full agreement"), Sign(bar, "95% interval")),
        grid=grid,
        simulated=grid.simulated,
        note="Rare codes have low and unsure figures; look at the passages before judging coders.",
    )


def _last(path: str) -> str:
    """Return the name of a code without those of the codes above it."""
    return path.rsplit(" > ", 1)[-1]


def _grid(findings: Findings, stage: CodeStage, by: str, rows: Rows, caption: str) -> Grid:
    columns = {
        "name": Column(_BY[by]),
        "share": Column("Marked", "percent", 1),
        **{name: Column(title, "number", 2) for name, title in _MEASURES.items()},
        "low": Column("Alpha, lower end", "number", 2),
        "high": Column("Alpha, upper end", "number", 2),
        "documents": Column("Texts", "count"),
        "reason": Column("Why there is none"),
    }
    return make_grid(
        caption,
        without_empty(columns, rows),
        rows,
        simulated=findings.simulated(stage.id),
        note=f"In {stage.unit}. What cannot be computed stays empty.",
    )


# --- topics -----------------------------------------------------------------------------


def _topics(findings: Findings, stage: CodeStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "topic_code")
    if not rows:
        return ()
    for row in rows:
        row["guide"] = f"{row['guide']} {row['version']}"
        row["name"] = row["name"] or f"{row['code']} (not in the codebook)"
        row["share"] = row["coded"] / row["covered"] if row["covered"] else None
    columns = {
        "topic": Column("Topic"),
        "guide": Column("Guide"),
        "name": Column("Code"),
        "covered": Column("Interviews that covered it", "count"),
        "coded": Column("Of these, coded", "count"),
        "share": Column("Share", "percent", 0),
    }
    caption = "Did answers to a topic end up under its codes?"
    grid = make_grid(caption, columns, rows, simulated=findings.simulated(stage.id))
    # Each code of a topic has a row, in which the same interviews covered the topic.
    topics = {(row["guide"], row["topic"]): (row["any"], row["covered"]) for row in rows}
    shown, covered = (sum(counts) for counts in zip(*topics.values(), strict=True))
    gone = sum(row["name"] is None for row in findings.rows(stage.id, "topic_code"))
    said = (
        f"In {shown:,} of {counted(covered, 'case')} in which an interview covered a topic, "
        "its text carries at least one of the codes that the guide names for the topic."
    )
    if gone:
        said += f" {several(gone, 'code is', 'codes are').capitalize()} not in the codebook."
    return (Words(said), Fold("Every topic and code", (grid,)))
