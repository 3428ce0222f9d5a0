"""Say why: why this area, why this band, why this choice, what this error means."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from consilience.base.catalogue import CATALOGUE
from consilience.base.counting import counted
from consilience.base.errors import Fault
from consilience.design.model import (
    CongruenceStage,
    FrameStage,
    ImportanceStage,
    InterviewStage,
    LinkStage,
    SelectStage,
    Study,
    StudyFinding,
    SurveyStage,
)
from consilience.design.model.deposit import DepositStage
from consilience.desk.explain_deposit import deposit_parts, fate_of, standing_of
from consilience.desk.shelf import Shelf
from consilience.frame.model import Frame, from_stamped

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Some lines under a heading; `stage` is where they come from, empty if from none."""

    heading: str
    lines: tuple[str, ...]
    stage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a thing is as it is.

    Args:
        thing: what was asked for.
        kind: unit, interview, band, stage, finding or error.
        title: what it is called.
        passages: the reasons.
        simulated: whether simulated data went in.
    """

    thing: str
    kind: str
    title: str
    passages: tuple[Passage, ...]
    simulated: bool = False


def explain_code(code: str) -> Explanation:
    """Return what an error code means and what to do.

    Raises:
        Fault: STU-005 if there is no such code.

    Example:
        >>> explain_code("BAS-001").title
        'Not an id'
    """
    entry = CATALOGUE.get(code.upper())
    if entry is None:
        raise _unknown(code, CATALOGUE)
    lines = (f"What happened: {entry.what}", f"What to do: {entry.remedy}")
    passage = Passage(heading="Warning" if entry.warning else "Error", lines=lines)
    return Explanation(thing=code.upper(), kind="error", title=entry.title, passages=(passage,))


def explain(study: Study, shelf: Shelf, thing: str) -> Explanation:
    """Return why a unit, an interview, a band or a stage is as it is.

    Args:
        study: the study.
        shelf: its results so far.
        thing: id or name of a unit, label of a band, id of an interview, of a stage or of a
            finding, or an error code.

    Raises:
        Fault: STU-005 if nothing is known of it.
    """
    if thing.upper() in CATALOGUE:
        return explain_code(thing)
    found = _of_design(study, shelf, thing)
    if found is not None:
        return found
    frames = [s for s in study.stages if isinstance(s, FrameStage) and s.id in shelf.results]
    for stage in frames:
        frame = from_stamped(shelf.table(stage.id, "frame"))
        unit = _unit(frame, thing)
        if unit is not None:
            return _explain_unit(study, shelf, frame, unit)
    talk = _explain_interview(study, shelf, thing)
    if talk is not None:
        return talk
    known = [*shelf.results, *[finding.id for finding in study.findings]]
    for stage in frames:
        table = shelf.table(stage.id, "frame")
        known += [*table["id"].to_pylist(), *[n for n in table["name"].to_pylist() if n]]
    raise _unknown(thing, known)


def _of_design(study: Study, shelf: Shelf, thing: str) -> Explanation | None:
    """Explain a stage that has run, a band or a finding; None if it is none of these."""
    if thing in shelf.results:
        return _explain_stage(study, shelf, thing)
    for stage in study.stages:
        ran = stage.id in shelf.results
        if ran and isinstance(stage, CongruenceStage) and thing in stage.bands.labels:
            return _explain_band(study, shelf, stage, thing)
    for finding in study.findings:
        if finding.id == thing:
            return _explain_finding(study, shelf, finding)
    return None


def _unknown(thing: str, known: Iterable[str]) -> Fault:
    near = difflib.get_close_matches(thing, list(known), n=3, cutoff=0.5)
    return Fault("STU-005", thing=thing, nearest=" or ".join(map(repr, near)) or "something else")


def _unit(frame: Frame, thing: str) -> Row | None:
    for column in ("id", "name"):
        values = frame.table[column].to_pylist()
        if thing in values:
            return dict(frame.table.slice(values.index(thing), 1).to_pylist()[0])
    return None


def _explain_unit(study: Study, shelf: Shelf, frame: Frame, unit: Row) -> Explanation:
    titles = {attribute.name: attribute.title for attribute in frame.attributes}
    known = tuple(
        f"{titles[name]}: {_value(unit[name])}" for name in titles if unit.get(name) is not None
    )
    passages = [Passage(heading="In the frame", lines=known, stage=frame.id)]
    for stage in study.stages:
        if stage.id not in shelf.results:
            continue
        lines: tuple[str, ...] = ()
        if isinstance(stage, LinkStage):
            lines = _answered(shelf, stage, unit["id"])
        elif isinstance(stage, CongruenceStage):
            lines = _agreed(shelf, stage, unit["id"])
        elif isinstance(stage, SelectStage):
            lines = _selected(shelf, stage, unit["id"])
        elif isinstance(stage, InterviewStage):
            lines = _interviewed(shelf, stage, unit["id"])
        if lines:
            passages.append(Passage(heading=stage.title or stage.id, lines=lines, stage=stage.id))
    return Explanation(
        thing=unit["id"],
        kind="unit",
        title=unit["name"] or unit["id"],
        passages=tuple(passages),
        simulated=study.study.simulated or frame.simulated,
    )


def _answered(shelf: Shelf, stage: LinkStage, unit: str) -> tuple[str, ...]:
    lines = []
    for row in _rows(shelf, stage.id, "case", area=unit):
        more = f", {row['duplicates']} further answer(s) set aside" if row["duplicates"] else ""
        why = f": {row['reason']}" if row["reason"] else ""
        lines.append(f"{row['agency']}: {row['disposition']}{why}{more}")
    lines += [
        f"answer {row['response']} of {row['survey']} linked by {row['method']}, {row['given']!r}"
        for row in _rows(shelf, stage.id, "link", area=unit)
    ]
    return tuple(lines)


def _agreed(shelf: Shelf, stage: CongruenceStage, unit: str) -> tuple[str, ...]:
    bands = _rows(shelf, stage.id, "band", area=unit)
    if not bands:
        return ("no band: not all agencies answered enough here",)
    band = bands[0]
    how = f"{stage.index}, centring {stage.centring}"
    sure = f"probability {_value(band['probability'])} by resampling {stage.bands.resample}"
    lines = [
        f"congruence {band['value']:.3f} ({how}): rank {band['rank']} from the least congruent",
        f"band {band['label']!r}, {sure}",
    ]
    others = [
        f"{row['label']} {row['probability']:.2f}"
        for row in _rows(shelf, stage.id, "stability", area=unit)
    ]
    lines.append("probability of each band: " + ", ".join(others))
    lines += [
        f"{row['agency_a']} and {row['agency_b']}: mean absolute difference"
        f" {_value(row['absolute'])}"
        for row in _rows(shelf, stage.id, "pair", area=unit, construct="total")
    ]
    return tuple(lines)


def _selected(shelf: Shelf, stage: SelectStage, unit: str) -> tuple[str, ...]:
    chosen = _rows(shelf, stage.id, "choice", unit=unit)
    lines = [f"{row['status']}: {row['reason']}" for row in chosen]
    lines += [
        f"reserve {row['rank']} of group {row['group'] or 'all'}: {row['reason']}"
        for row in _rows(shelf, stage.id, "reserve", unit=unit)
    ]
    lines += [
        f"{row['decision']}: {row['reason']}"
        for row in _rows(shelf, stage.id, "decision", unit=unit)
    ]
    return tuple(lines)


def _interviewed(shelf: Shelf, stage: InterviewStage, unit: str) -> tuple[str, ...]:
    states = {row["interview"]: row for row in _rows(shelf, stage.id, "status")}
    people = [row["interview"] for row in _rows(shelf, stage.id, "participant")]
    lines = []
    for row in _rows(shelf, stage.id, "interview", case=unit):
        state = states[row["interview"]]
        when = f" on {row['date']}" if row["date"] else ""
        why = f": {state['reason']}" if state["reason"] else ""
        count = people.count(row["interview"])
        lines.append(f"{row['interview']} with {count}{when}: {state['state']}{why}")
    return tuple(lines)


def _explain_interview(study: Study, shelf: Shelf, interview: str) -> Explanation | None:
    """Return how far an interview came and whether it is deposited; None if there is none."""
    passages = []
    for stage in study.stages:
        if stage.id not in shelf.results:
            continue
        lines: tuple[str, ...] = ()
        if isinstance(stage, InterviewStage):
            lines = standing_of(shelf, stage.id, interview)
        elif isinstance(stage, DepositStage):
            lines = fate_of(shelf, stage.id, interview)
        if lines:
            passages.append(Passage(heading=stage.title or stage.id, lines=lines, stage=stage.id))
    if not passages:
        return None
    return Explanation(
        thing=interview,
        kind="interview",
        title=f"interview {interview}",
        passages=tuple(passages),
        simulated=study.study.simulated,
    )


def _explain_band(study: Study, shelf: Shelf, stage: CongruenceStage, label: str) -> Explanation:
    rows = _rows(shelf, stage.id, "band", label=label)
    names = _names(study, shelf)
    values = [row["value"] for row in rows]
    cut = (
        f"{counted(len(rows), 'unit')}, congruence {min(values):.3f} to {max(values):.3f}"
        if rows
        else "none"
    )
    members = tuple(
        f"{names.get(row['area'], row['area'])}: {row['value']:.3f}, probability"
        f" {_value(row['probability'])}"
        + (f", else most often {row['next_label']}" if row["next_label"] else "")
        for row in rows
    )
    passages = [
        Passage(heading="The band", lines=(cut, _rule(stage)), stage=stage.id),
        Passage(heading="Its units", lines=members, stage=stage.id),
    ]
    for select in study.stages:
        if isinstance(select, SelectStage) and select.per == "band" and select.id in shelf.results:
            lines = [
                f"{r['name']}: {r['reason']}"
                for r in _rows(shelf, select.id, "choice", group=label)
            ]
            lines += [
                f"reserve {r['rank']}: {r['name']}: {r['reason']}"
                for r in _rows(shelf, select.id, "reserve", group=label)
            ]
            passages.append(
                Passage(heading=select.title or select.id, lines=tuple(lines), stage=select.id)
            )
    return Explanation(
        thing=label,
        kind="band",
        title=f"band {label!r}",
        passages=tuple(passages),
        simulated=study.study.simulated,
    )


def _rule(stage: CongruenceStage) -> str:
    bands = stage.bands
    return (
        f"{counted(bands.count, 'band')} by {bands.cut} of {stage.index}"
        f" (centring {stage.centring});"
        f" ties {bands.ties}"
    )


def _explain_finding(study: Study, shelf: Shelf, finding: StudyFinding) -> Explanation:
    """Return what shows a finding, and which questions it shaped."""
    asked = [
        f"{stage.id}, {question.id}: {question.text}"
        for stage in study.stages
        if isinstance(stage, SurveyStage)
        for question in study.instruments[stage.instrument].questions
        if question.from_finding == finding.id
    ]
    passages = [
        Passage(heading="Found in", lines=(f"{finding.from_}: {finding.text}",)),
        Passage(heading="Shown by", lines=_evidence(study, shelf, finding)),
        Passage(heading="Shaped", lines=tuple(asked) or ("no question",)),
    ]
    return Explanation(
        thing=finding.id,
        kind="finding",
        title=f"finding {finding.id}",
        passages=tuple(passages),
        simulated=study.study.simulated,
    )


def _evidence(study: Study, shelf: Shelf, finding: StudyFinding) -> tuple[str, ...]:
    """Return how often its codes were used, once coding has run; else what was named."""
    shown = [
        f"{row['kind']} {row['name'] or row['thing']}: {counted(row['places'], 'passage')} in"
        f" {counted(row['documents'], 'text')}, marked by {counted(row['coders'], 'coder')}"
        for stage in study.stages
        if stage.kind == "code" and stage.id in shelf.results
        for row in _rows(shelf, stage.id, "evidence", finding=finding.id)
    ]
    named = [*(f"code {c}" for c in finding.codes), *(f"coding {c}" for c in finding.codings)]
    return tuple(shown or named or ["nothing named"])


def _explain_stage(study: Study, shelf: Shelf, stage_id: str) -> Explanation:
    stage = study.stage(stage_id)
    result = shelf.results[stage_id]
    passages = []
    if isinstance(stage, SelectStage):
        passages += _choice_passages(shelf, stage_id)
    elif isinstance(stage, ImportanceStage):
        passages += _contributions(shelf, stage)
    elif isinstance(stage, DepositStage):
        passages += [
            Passage(heading=heading, lines=lines, stage=stage_id)
            for heading, lines in deposit_parts(shelf, stage_id)
        ]
    lineage = result.lineage
    passages += [
        Passage(
            heading="Its tables",
            lines=tuple(
                f"{name}: {counted(shelf.rows(stage_id, name), 'row')}, {sha[:12]}"
                for name, sha in sorted(result.tables.items())
            ),
        ),
        Passage(
            heading="Made from",
            lines=(
                *[f"{name}: {sha[:12]}" for name, sha in sorted(lineage.inputs.items())],
                f"parameters: {lineage.parameters[:12]}",
                f"random stream: {lineage.seed_stream}",
                f"code: {lineage.code}",
            ),
        ),
    ]
    return Explanation(
        thing=stage_id,
        kind="stage",
        title=stage.title or stage_id,
        passages=tuple(passages),
        simulated=lineage.simulated,
    )


def _contributions(shelf: Shelf, stage: ImportanceStage) -> list[Passage]:
    first = {
        row["predictor"]: row["probability"]
        for row in _rows(shelf, stage.id, "importance_rank")
        if row["rank"] == 1
    }
    rows = _rows(shelf, stage.id, "importance")
    compared = sorted((r for r in rows if r["value"] is not None), key=lambda row: -row["value"])
    lines = [
        f"{row['predictor']}: {_value(row['value'])} ({_value(row['low'])} to"
        f" {_value(row['high'])}), first with probability {_value(first.get(row['predictor']))}"
        for row in compared
    ]
    held = ", ".join(row["predictor"] for row in rows if row["value"] is None)
    model = _rows(shelf, stage.id, "importance_model")[0]
    lines.append(
        f"{model['model']} model of {counted(model['rows'], 'case')} in"
        f" {counted(model['areas'], 'area')}, fit"
        f" {_value(model['fit'])}; in every model: {held or 'nothing'}"
    )
    heading = f"What goes with {stage.outcome}"
    return [Passage(heading=heading, lines=tuple(lines), stage=stage.id)]


def _choice_passages(shelf: Shelf, stage_id: str) -> list[Passage]:
    proofs = [
        f"{row['group'] or 'all'}: {row['method']}, {row['status']}; value {_value(row['value'])},"
        f" gap {_value(row['gap'])}; optimal sets {_value(row['optimal_sets'])},"
        f" within {row['near_share']:.0%}: {_value(row['near_sets'])}"
        for row in _rows(shelf, stage_id, "proof")
    ]
    chosen = [
        f"{row['group'] or ''} {row['name'] or row['unit']}: {row['reason']}".strip()
        for row in _rows(shelf, stage_id, "choice")
    ]
    short = [
        f"{row['group'] or 'all'}: {row['attribute']} {row['level']}: {row['why']}"
        for row in _rows(shelf, stage_id, "coverage")
        if row["short"]
    ]
    parts = [("Chosen", chosen), ("How it was proved", proofs), ("Quotas that fall short", short)]
    return [Passage(heading=h, lines=tuple(lines), stage=stage_id) for h, lines in parts if lines]


def _names(study: Study, shelf: Shelf) -> dict[str, str]:
    names: dict[str, str] = {}
    for stage in study.stages:
        if isinstance(stage, FrameStage) and stage.id in shelf.results:
            table = shelf.table(stage.id, "frame")
            pairs = zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True)
            names |= {unit: name for unit, name in pairs if name}
    return names


def _rows(shelf: Shelf, stage: str, table: str, **equal: str) -> list[dict[str, Any]]:
    rows = shelf.table(stage, table).to_pylist()
    return [row for row in rows if all(row[name] == value for name, value in equal.items())]


def _value(value: object) -> str:
    if value is None:
        return "not known"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return str(value)
