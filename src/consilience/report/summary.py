"""The summary: what came out in plain words, and what to look at next."""

from __future__ import annotations

from collections.abc import Sequence

from consilience.base.counting import counted
from consilience.base.errors import Fault
from consilience.design.model import CongruenceStage, LinkStage, SelectStage
from consilience.report.agreement import (
    UNSURE,
    band_rows,
    permutation_sentence,
    total_permutation,
)
from consilience.report.deposit import cautions_of_deposit
from consilience.report.deposit import sentence as deposited
from consilience.report.importance import cautions_of, sentence
from consilience.report.interviews import cautions_of_interviews
from consilience.report.interviews import lead as interviews_held
from consilience.report.linking import open_doubts
from consilience.report.lookup import group_titles, nouns, unit_names
from consilience.report.model import Block, Facts, Findings, Point, Points, Section, Words
from consilience.report.responses import overlap_rows, overlap_sentence, rates_of
from consilience.report.wording import listed, percent, several, titled

_LOW_RESPONSE = 0.5
_MOST_NAMES = 8


def summary_section(findings: Findings) -> Section:
    """Answer in a minute's reading what came out and what needs a person next."""
    said = [*_found(findings), *[_choice(findings, stage) for stage in findings.stages("select")]]
    waiting = cautions(findings)
    blocks: list[Block] = [Facts(_figures(findings), "figures"), Points(tuple(said))]
    sections = (
        Section(
            id="next",
            title="What to look at next",
            blocks=(Points(waiting, "caution"),)
            if waiting
            else (Words("Nothing waits for a decision."),),
        ),
    )
    return Section(id="summary", title="In short", blocks=tuple(blocks), sections=sections)


def headlines(findings: Findings) -> tuple[str, ...]:
    """Return what came out, a sentence each, for a terminal."""
    chosen = [_choice(findings, stage) for stage in findings.stages("select")]
    return tuple(point.text for point in (*_found(findings), *chosen))


def _found(findings: Findings) -> list[Point]:
    links = [text for s in findings.stages("link") for text in _response(findings, s)]
    agreed = [text for s in findings.stages("congruence") for text in _agreement(findings, s)]
    driven = [
        Point(sentence(findings, stage), f"stage-{stage.id}", "how sure")
        for stage in findings.stages("importance")
    ]
    held = [
        Point(
            f"{titled(s)}: {interviews_held(findings, s)[:1].lower()}"
            f"{interviews_held(findings, s)[1:]}",
            f"stage-{s.id}",
            "who and how",
        )
        for s in findings.stages("interview")
    ]
    given = [
        Point(
            f"{titled(s)}: {deposited(findings, s)[:1].lower()}{deposited(findings, s)[1:]}",
            f"stage-{s.id}",
            "what is left of the risk",
        )
        for s in findings.stages("deposit")
    ]
    return [*held, *[Point(text) for text in (*links, *agreed)], *driven, *given]


def _figures(findings: Findings) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for stage in findings.stages("frame"):
        rows = findings.frame(stage.id).table.num_rows
        found.append((f"{nouns(findings, stage.id)} in the frame", f"{rows:,}"))
    for stage in findings.stages("link"):
        found.extend(
            (f"complete: {row['title']}", f"{row['complete']:,}")
            for row in rates_of(findings, stage)
        )
        found.extend(
            (f"{nouns(findings, stage.to)} with every survey", f"{row['observed']:,}")
            for row in overlap_rows(findings, stage)
            if row["all"] and row["size"] > 1
        )
    for stage in findings.stages("interview"):
        states = findings.table(stage.id, "interview")["state"].to_pylist()
        found.append((f"held: {titled(stage).lower()}", f"{states.count('done'):,}"))
    for stage in findings.stages("select"):
        rows = findings.table(stage.id, "choice").num_rows
        found.append((f"chosen: {titled(stage).lower()}", f"{rows:,}"))
    return tuple(found)


def _response(findings: Findings, stage: LinkStage) -> list[str]:
    rows = rates_of(findings, stage)
    if not rows:
        return []
    parts = [
        f"{row['complete']:,} of {row['eligible']:,} ({percent(row['share'], 1)})"
        f" for {row['title']}"
        for row in rows
    ]
    said = [f"{nouns(findings, stage.to).capitalize()} that answered in full: {listed(parts)}."]
    said.extend(
        overlap_sentence(row)
        for row in overlap_rows(findings, stage)
        if row["all"] and row["size"] > 1
    )
    return said


def _agreement(findings: Findings, stage: CongruenceStage) -> list[str]:
    total = total_permutation(findings, stage)
    return [permutation_sentence(total)] if total else []


def _choice(findings: Findings, stage: SelectStage) -> Point:
    rows = findings.rows(stage.id, "choice")
    names = unit_names(findings, stage.from_)
    titles = group_titles(findings, rows)
    link = (f"stage-{stage.id}", "who and why")
    shown = [row["name"] or names.get(row["unit"], row["unit"]) for row in rows]
    if len(rows) > _MOST_NAMES:
        groups = {row["group"] for row in rows if row["group"]}
        among = f" in {several(len(groups), 'group', 'groups')}" if groups else ""
        return Point(f"{titled(stage)}: {len(rows)} chosen{among}.", *link)
    marked = [
        f"{name} ({titles[row['group']]})" if row["group"] else name
        for name, row in zip(shown, rows, strict=True)
    ]
    return Point(f"{titled(stage)}: {listed(marked)}.", *link)


# --- what to look at next ---------------------------------------------------------------


def cautions(findings: Findings) -> tuple[Point, ...]:
    """Return what a person should decide or doubt, each with the section that shows it."""
    points: list[Point] = []
    points.extend(_not_run(findings))
    for stage in findings.stages("link"):
        points.extend(_link_cautions(findings, stage))
    for stage in findings.stages("congruence"):
        points.extend(_band_cautions(findings, stage))
    for stage in findings.stages("importance"):
        points.extend(
            Point(f"{titled(stage)}: {text[:1].lower()}{text[1:]}", f"stage-{stage.id}", "details")
            for text in cautions_of(findings, stage)[1:]
        )
    for stage in findings.stages("select"):
        points.extend(_choice_cautions(findings, stage))
    for stage in findings.stages("interview"):
        points.extend(cautions_of_interviews(findings, stage))
    for stage in findings.stages("deposit"):
        points.extend(cautions_of_deposit(findings, stage))
    for stage in findings.study.stages:
        points.extend(_warned(findings.warnings.get(stage.id, ())))
    return tuple(points)


def _warned(faults: Sequence[Fault]) -> list[Point]:
    """Return one point a kind of warning: the first of them, and how many there are."""
    points = []
    for code in dict.fromkeys(fault.code for fault in faults):
        alike = [fault for fault in faults if fault.code == code]
        what = f"{alike[0].what[:1].upper()}{alike[0].what[1:]}"
        more = (
            f" {several(len(alike) - 1, 'more', 'more').capitalize()} like it."
            if len(alike) > 1
            else ""
        )
        place = str(alike[0].where)
        said = f"{code}, {place}" if place else code
        points.append(Point(f"{what.rstrip('.')}.{more} {alike[0].remedy} ({said})"))
    return points


def _not_run(findings: Findings) -> list[Point]:
    waiting = [titled(stage) for stage in findings.study.stages if not findings.ran(stage.id)]
    return [Point(f"Not run yet: {listed(waiting)}.")] if waiting else []


def _link_cautions(findings: Findings, stage: LinkStage) -> list[Point]:
    points = []
    doubts = {(row["survey"], row["response"]) for row in open_doubts(findings, stage)}
    if doubts:
        said = several(len(doubts), "response waits", "responses wait").capitalize()
        points.append(
            Point(
                f"{said} for a person to say where it belongs."
                if len(doubts) == 1
                else f"{said} for a person to say where they belong.",
                f"stage-{stage.id}-linkage",
                "the doubts",
            )
        )
    low = [
        f"{row['title']} ({percent(row['share'])})"
        for row in rates_of(findings, stage)
        if row["share"] is not None and row["share"] < _LOW_RESPONSE
    ]
    if low:
        points.append(
            Point(
                f"Fewer than half answered in full: {listed(low)}.",
                f"stage-{stage.id}-response",
                "the response",
            )
        )
    return points


def _band_cautions(findings: Findings, stage: CongruenceStage) -> list[Point]:
    points = []
    total = total_permutation(findings, stage)
    if total and total["p"] is not None and total["p"] > 0.05:
        points.append(
            Point(
                "Agreement within areas is not beyond chance: do not read much into the "
                "categories.",
                f"stage-{stage.id}-chance",
                "the test",
            )
        )
    rows = [row for row in band_rows(findings, stage) if row["probability"] is not None]
    unsure = [row for row in rows if row["probability"] < UNSURE]
    if unsure:
        points.append(
            Point(
                f"{len(unsure)} of {counted(len(rows), 'area')} "
                f"{'is' if len(unsure) == 1 else 'are'} less likely than not to belong to "
                "their category.",
                f"stage-{stage.id}-sure",
                "how sure",
            )
        )
    taken = [
        f"{row['name']} ({row['label']}, {percent(row['probability'])})"
        for row in unsure
        if row["chosen"]
    ]
    if taken:
        points.append(
            Point(
                f"Chosen although unsure of its category: {listed(taken)}.",
                f"stage-{stage.id}-sure",
                "how sure",
            )
        )
    return points


def _choice_cautions(findings: Findings, stage: SelectStage) -> list[Point]:
    points = []
    short = [row for row in findings.rows(stage.id, "coverage") if row["short"]]
    if short:
        said = several(len(short), "demand falls", "demands fall")
        points.append(
            Point(f"{titled(stage)}: {said} short.", f"stage-{stage.id}-asked", "which and why")
        )
    proofs = findings.rows(stage.id, "proof")
    open_gap = [row for row in proofs if row["status"] != "optimal"]
    if open_gap:
        points.append(
            Point(
                f"{titled(stage)}: not proved to be the best (gap "
                f"{percent(max(row['gap'] or 0 for row in open_gap), 2)} at most).",
                f"stage-{stage.id}-proof",
                "the proof",
            )
        )
    near = sum(round(row["near_sets"]) - 1 for row in proofs if row["near_sets"] is not None)
    if near > 0:
        points.append(
            Point(
                f"{titled(stage)}: {several(near, 'other set is', 'other sets are')} as good or "
                "nearly, so other grounds may decide.",
                f"stage-{stage.id}-else",
                "the other sets",
            )
        )
    return points
