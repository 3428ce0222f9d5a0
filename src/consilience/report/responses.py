"""Responses: how many answered, by survey and by place, and how many answered all."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from consilience.base.counting import counted
from consilience.design.model import LinkStage
from consilience.report.charts import Expected, Part, Stack, against_chance, stacked
from consilience.report.lookup import make_grid, survey_title, without_empty
from consilience.report.maps import area_map
from consilience.report.model import (
    Block,
    Column,
    Drawing,
    Figure,
    Findings,
    Fold,
    Section,
    Sign,
    Words,
)
from consilience.report.svg import element, mark, steps_colour, swatch
from consilience.report.tiles import Tile
from consilience.report.wording import number, percent, plain, probability

Rows = list[dict[str, Any]]
_OUTCOMES: Final = (
    ("complete", "complete", "#0072b2"),
    ("partial", "partial", "#78bee8"),
    ("started", "broke off", "#f0b252"),
    ("refused", "refused", "#d55e00"),
    ("no_reply", "no reply", "#b9bec4"),
)
_RATES: Final = {f"rr{n}": Column(f"RR{n}", "percent", 1) for n in range(1, 7)}


def response_section(findings: Findings, stage: LinkStage) -> Section:
    """Answer how many were asked, how many answered, where, and how many answered all."""
    return Section(
        id=f"stage-{stage.id}-response",
        title="How many answered",
        blocks=_rates(findings, stage),
        sections=tuple(
            section
            for section in (
                Section(
                    id=f"stage-{stage.id}-where",
                    title="Where they answered",
                    blocks=_where(findings, stage),
                ),
                Section(
                    id=f"stage-{stage.id}-overlap",
                    title="Who answered every survey",
                    blocks=_overlap(findings, stage),
                ),
            )
            if section.blocks
        ),
    )


def rates_of(findings: Findings, stage: LinkStage, by: str = "all") -> Rows:
    """Return the response of each survey of a linkage by the levels of one attribute."""
    rows = [row for row in findings.rows(stage.id, "rate") if row["by"] == by]
    for row in rows:
        row["title"] = survey_title(findings, row["survey"])
        row["share"] = (row["complete"] or 0) / row["eligible"] if row["eligible"] else None
    return rows


def _rates(findings: Findings, stage: LinkStage) -> tuple[Block, ...]:
    rows = rates_of(findings, stage)
    if not rows:
        return (Words("No response has been counted yet."),)
    simulated = findings.simulated(stage.id)
    counts = {name: Column(title.capitalize(), "count") for name, title, _ in _OUTCOMES}
    columns = {
        "title": Column("Survey"),
        "eligible": Column("Eligible", "count"),
        "invited": Column("Invited", "count"),
        **counts,
        "ineligible": Column("Not eligible", "count"),
        "duplicates": Column("More than one", "count"),
        "late": Column("Late", "count"),
    }
    grid = make_grid("Response to each survey", columns, rows, simulated=simulated)
    figure = Figure(
        caption="How each invitation ended",
        drawings=(_outcomes(rows),),
        grid=grid,
        key=tuple(Sign(swatch(fill), title) for _, title, fill in _OUTCOMES),
        simulated=simulated,
    )
    short = {
        "title": Column("Survey"),
        "complete": Column("Complete", "count"),
        "eligible": Column("Eligible", "count"),
        "share": Column("Complete of eligible", "percent", 1),
        **_RATES,
    }
    return (
        make_grid(
            "Response and response rates",
            short,
            rows,
            simulated=simulated,
            note="RR1 to RR6: response rates of the American "
            "Association for Public Opinion Research; see the method notes.",
        ),
        figure,
    )


def _outcomes(rows: Rows) -> Drawing:
    stacks = [
        Stack(
            row["title"],
            tuple(
                Part((row[name] or 0) / row["eligible"], fill, str(row[name]))
                for name, _, fill in _OUTCOMES
            ),
        )
        for row in rows
        if row["eligible"]
    ]
    said = "; ".join(
        f"{row['title']}: {row['complete']} complete, {row['partial']} partial of {row['eligible']}"
        for row in rows
    )
    return stacked(stacks, title="How each invitation ended", description=said)


# --- where ------------------------------------------------------------------------------


def _where(findings: Findings, stage: LinkStage) -> tuple[Block, ...]:
    blocks: list[Block] = []
    picture = _map(findings, stage)
    if picture:
        blocks.append(picture)
    for attribute in dict.fromkeys(row["by"] for row in findings.rows(stage.id, "rate")):
        if attribute != "all":
            blocks.extend(_by(findings, stage, attribute))
    return tuple(blocks)


def _by(findings: Findings, stage: LinkStage, attribute: str) -> tuple[Block, ...]:
    rows = rates_of(findings, stage, attribute)
    simulated = findings.simulated(stage.id)
    levels: dict[str, dict[str, Any]] = {}
    columns = {"level": Column(plain(attribute)), "eligible": Column("Areas", "count")}
    for row in rows:
        level = row["level"] or "not known"
        line = levels.setdefault(level, {"level": level, "eligible": 0})
        line["eligible"] = max(line["eligible"], row["invited"] or 0)
        line[row["survey"]] = f"{row['complete']} ({percent(row['share'])})"
        columns[row["survey"]] = Column(row["title"], "count")
    columns = {
        key: Column(c.title) if key not in {"level", "eligible"} else c
        for key, c in columns.items()
    }
    whole = {
        "title": Column("Survey"),
        "level": Column(plain(attribute)),
        "invited": Column("Invited", "count"),
        "eligible": Column("Eligible", "count"),
        "complete": Column("Complete", "count"),
        "partial": Column("Partial", "count"),
        **_RATES,
    }
    name = plain(attribute).lower()
    return (
        make_grid(
            f"Answered, by {name}",
            columns,
            levels.values(),
            simulated=simulated,
            note="Complete and partial answers, and their share of those eligible.",
        ),
        Fold(
            f"All response rates by {name}",
            (make_grid(f"Response rates by {name}", whole, rows, simulated=simulated),),
        ),
    )


def _map(findings: Findings, stage: LinkStage) -> Figure | None:
    cases = findings.rows(stage.id, "case")
    if not cases or findings.study.stage(stage.to).of != "areas":
        return None
    surveys = len({case["survey"] for case in cases})
    answered = Counter(case["area"] for case in cases if case["disposition"] == "complete")
    invited = {case["area"] for case in cases}
    spread = Counter(answered[unit] for unit in invited)

    def tile_for(unit: str, name: str) -> Tile:
        if unit not in invited:
            return Tile(name, "", "")
        return Tile(name, steps_colour(answered[unit], surveys), str(answered[unit]))

    return area_map(
        findings,
        stage.to,
        caption="How many surveys each area answered in full",
        tile_for=tile_for,
        description="; ".join(
            f"{counted(spread[n], 'area')} answered {n} of {surveys} in full"
            for n in range(surveys, -1, -1)
        )
        + ".",
        said={unit: f"{answered[unit]} of {surveys}" for unit in invited},
        key=tuple(
            Sign(swatch(steps_colour(n, surveys)), f"{n} of {surveys}") for n in range(surveys + 1)
        ),
        simulated=findings.simulated(stage.id),
    )


# --- overlap ----------------------------------------------------------------------------


def overlap_rows(findings: Findings, stage: LinkStage) -> Rows:
    """Return the overlaps of the surveys, pairs first, the full set last, with titles."""
    rows = findings.rows(stage.id, "overlap")
    agencies = {name: findings.study.stage(name).agency for name in stage.surveys}
    alone = len(set(agencies.values())) == len(agencies)
    short = {name: plain(agency if alone else name) for name, agency in agencies.items()}
    for row in rows:
        parts = row["surveys"].split(" + ")
        row["size"] = len(parts)
        row["title"] = " and ".join(survey_title(findings, part) for part in parts)
        row["label"] = " + ".join(short[part] for part in parts)
        row["all"] = len(parts) == len(stage.surveys)
    return sorted(rows, key=lambda row: row["size"])


def overlap_sentence(row: dict[str, Any]) -> str:
    """Say how many answered all, beside what chance would give."""
    if row["expected"] is None:
        return f"{row['observed']} of {row['eligible']} answered every survey."
    return (
        f"{row['observed']} of {row['eligible']} answered every survey; "
        f"{number(row['expected'], 1)} would be expected if the surveys were answered "
        f"independently (P {_p(row['p_at_least'])} for so many or more)."
    )


def _p(value: float | None) -> str:
    text = probability(value)
    return text if text.startswith("<") else f"= {text}"


def _overlap(findings: Findings, stage: LinkStage) -> tuple[Block, ...]:
    rows = overlap_rows(findings, stage)
    if not rows or len(stage.surveys) < 2:
        return ()
    simulated = findings.simulated(stage.id)
    columns = {
        "title": Column("Answered all of"),
        "eligible": Column("Invited to all", "count"),
        "observed": Column("Observed", "count"),
        "expected": Column("Expected", "number", 1),
        "sd": Column("SD", "number", 2),
        "p_at_least": Column("P", "probability"),
    }
    grid = make_grid(
        "Overlap of the surveys",
        without_empty(columns, rows),
        rows,
        simulated=simulated,
        note="Expected: if each survey's answers fell on areas independently of the others. "
        "P: exact probability of at least the observed number, the margins held.",
    )
    known = [row for row in rows if row["expected"] is not None and row["sd"] is not None]
    drawing = (
        against_chance(
            [
                Expected(
                    "All of them" if row["all"] and len(rows) > 1 else row["label"],
                    row["observed"],
                    row["expected"],
                    row["sd"],
                )
                for row in known
            ],
            title="Observed overlap of the surveys against chance",
            description="; ".join(
                f"{row['title']}: {row['observed']} observed, {number(row['expected'], 1)} expected"
                for row in known
            ),
        )
        if known
        else None
    )
    said = [Words(overlap_sentence(row)) for row in rows if row["all"]]
    if not drawing:
        return (*said, grid)
    key = (
        Sign(mark(0, "7", 7), "observed"),
        Sign(element("line", x1=7, x2=7, y1=0, y2=14, class_="expected"), "expected"),
        Sign(element("rect", x=0, y=3, width=14, height=8, class_="asked"), "two SD each way"),
    )
    return (
        *said,
        Figure(
            caption="Overlap of the surveys: observed and expected",
            drawings=(drawing,),
            grid=grid,
            key=key,
            simulated=simulated,
        ),
    )
