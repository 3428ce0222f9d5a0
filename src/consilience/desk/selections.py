"""Make a choice: hand the units with everything known of them to selection."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from consilience.design.model import (
    CongruenceStage,
    LinkStage,
    Question,
    SelectStage,
    Study,
    reads,
)
from consilience.desk.steps import Made, Step, Task, agency_of
from consilience.frame.model import from_stamped
from consilience.selection.choose import select_units


def _run(task: Task) -> Made:
    stage: SelectStage = task.stage
    units = from_stamped(task.table(stage.from_, "frame")).table
    for source in stage.attributes_from:
        units = _joined(units, _attributes(task, source))
    within = task.table(stage.within, "choice") if stage.within else None
    selected = select_units(
        stage,
        units=units,
        within=within,
        levels=_levels(task.study, stage),
        workers=task.workers,
    )
    return Made(tables=selected.tables, warnings=selected.warnings)


def _attributes(task: Task, source: str) -> pa.Table:
    """Return what another stage knows of each unit: one row a unit, `id` first."""
    stage = task.study.stage(source)
    if isinstance(stage, CongruenceStage):
        band = task.table(source, "band")
        columns = ["area", "label", "probability", "value"]
        names = ["id", "band", "band_probability", "congruence"]
        return band.select(columns).rename_columns(names)
    return _answers(task.study, stage, task.table(source, "linked_answer"))


def _answers(study: Study, stage: LinkStage, answers: pa.Table) -> pa.Table:
    """Return answers as one column a question; coded choices by their label."""
    several = len(stage.surveys) > 1
    values: dict[str, dict[str, str | float | None]] = {}
    for survey in stage.surveys:
        agency = agency_of(study, survey)
        for question in study.instruments[study.stage(survey).instrument].questions:
            name = f"{agency}_{question.id}" if several else question.id
            values[name] = _column(question, survey, answers)
    units = sorted({unit for column in values.values() for unit in column})
    return pa.table(
        {"id": units} | {name: [column.get(u) for u in units] for name, column in values.items()}
    )


def _column(question: Question, survey: str, answers: pa.Table) -> dict[str, str | float | None]:
    column: dict[str, str | float | None] = {}
    for row in answers.to_pylist():
        if row["survey"] != survey or row["item"] != question.id:
            continue
        if question.options and row["value"] is not None:
            column[row["area"]] = question.options.get(int(row["value"]), str(row["value"]))
        else:
            column[row["area"]] = row["text"] if question.kind == "open" else row["value"]
    return column


def _joined(units: pa.Table, more: pa.Table) -> pa.Table:
    return units.join(more, keys="id", join_type="left outer").sort_by("id")


def _levels(study: Study, stage: SelectStage) -> tuple[str, ...]:
    """Return the order of the groups: as told, or the order of the bands."""
    if stage.levels or stage.per != "band":
        return stage.levels
    for source in stage.attributes_from:
        named = study.stage(source)
        if isinstance(named, CongruenceStage):
            return tuple(named.bands.labels)
    return ()


def _context(study: Study, stage: SelectStage) -> object:
    """Return what turns the tables read into attributes: options and labels."""
    sources = [study.stage(name) for name in reads(stage)]
    links = [each for each in sources if isinstance(each, LinkStage)]
    options = [
        (agency_of(study, survey), q.id, q.kind, q.options and dict(q.options))
        for link in links
        for survey in link.surveys
        for q in study.instruments[study.stage(survey).instrument].questions
    ]
    return {"options": options, "levels": _levels(study, stage)}


STEP: Final = Step(
    kind="select",
    reads=frozenset({"frame", "choice", "band", "linked_answer"}),
    writes=frozenset(
        {
            "choice",
            "reserve",
            "alternative",
            "front",
            "objective",
            "proof",
            "coverage",
            "decision",
        }
    ),
    run=_run,
    context=_context,
)
