"""What leaves the study: data sets, protected tables, and what is left of the risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from consilience.base.errors import Fault
from consilience.deposit.data_sets import Talks, numeric_set, text_set
from consilience.deposit.model import TABLES, DataSet, Fate, Interview, Withheld
from consilience.deposit.publish import Published, published
from consilience.deposit.rows import tables_of
from consilience.deposit.source_tables import Answers, Described, file_source, survey_source
from consilience.design.model import InterviewStage, Study, SurveyStage
from consilience.design.model.deposit import DepositedSet, DepositStage, DepositTable
from consilience.desk.steps import Made, Step, Task
from consilience.frame.model import Frame, from_stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a deposit holds.

    Attributes:
        data_sets: with their counts.
        interviews: the data list.
        tables: the protected tables.
    """

    data_sets: tuple[DataSet, ...]
    interviews: tuple[Interview, ...]
    tables: tuple[Published, ...]


def contents_of(task: Task) -> Contents:
    """Return what a deposit stage holds; the same study gives the same.

    Args:
        task: the stage and the tables it reads.

    Raises:
        Fault: DEP-001 to DEP-008 for what the study file asks of tables that cannot be done.
    """
    stage: DepositStage = task.stage
    _require_named(task, stage)
    plans = {each.id: each for each in task.study.datasets}
    data_sets: list[DataSet] = []
    interviews: list[Interview] = []
    tables: list[Published] = []
    for rules in stage.sets:
        pseudonyms = _pseudonyms(task, rules)
        plan = plans[rules.data_set]
        if rules.texts is not None:
            data_set, listed = text_set(
                plan, rules, _talks(task, rules.texts), pseudonyms=pseudonyms
            )
            interviews += listed
        else:
            own = [
                each.model_copy(update={"recode": (*rules.recode, *each.recode)})
                for each in rules.tables
            ]
            made = [_table(task, rules, each, pseudonyms) for each in own]
            tables += made
            arrived = [ended for each in rules.tables for ended in _arrived(task, each)]
            invited = [_invited(task, each) for each in rules.tables]
            data_set = numeric_set(
                plan,
                rules,
                invited=None if None in invited else sum(each or 0 for each in invited),
                arrived=arrived or ["used"] * sum(each.table.num_rows for each in made),
                deposited=sum(each.table.num_rows for each in made),
                left_out=_left_out(made),
            )
        data_sets.append(data_set)
    return Contents(data_sets=tuple(data_sets), interviews=tuple(interviews), tables=tuple(tables))


def _run(task: Task) -> Made:
    held = contents_of(task)
    return Made(tables=tables_of(held.data_sets, held.interviews, held.tables))


def _require_named(task: Task, stage: DepositStage) -> None:
    """Require that who spoke in public is known: a mistyped id would hide what it tells."""
    if not stage.named:
        return
    units = set(task.table(stage.frame, "frame").column("id").to_pylist()) if stage.frame else set()
    for each in stage.named:
        if each.id not in units:
            raise Fault("DEP-007", unit=each.id, frame=stage.frame or "")


def _pseudonyms(task: Task, rules: DepositedSet) -> dict[str, str]:
    """Return a pseudonym for each area, drawn anew for each data set, so that they do not join."""
    stage: DepositStage = task.stage
    if stage.frame is None:
        return {}
    units = task.table(stage.frame, "frame").column("id").to_pylist()
    order = task.rng(f"pseudonyms/{rules.data_set}").permutation(len(units))
    width = max(3, len(str(len(units))))
    return {unit: f"A{number + 1:0{width}d}" for unit, number in zip(units, order, strict=True)}


def _talks(task: Task, name: str) -> Talks:
    stage = task.study.stage(name)
    frame = from_stamped(task.table(stage.of, "frame")) if stage.of else None
    return Talks(
        interview=task.table(name, "interview"),
        participant=task.table(name, "participant"),
        status=task.table(name, "status"),
        roles=stage.roles,
        frame=frame,
    )


def _table(
    task: Task, rules: DepositedSet, table: DepositTable, pseudonyms: Mapping[str, str]
) -> Published:
    if table.file is not None:
        described = file_source(table, folder=task.folder)
    else:
        described = _answers(task, table, pseudonyms)
    rng = task.rng(f"order/{rules.data_set}/{table.id}")
    return published(described, table, data_set=rules.data_set, rng=rng)


def _answers(task: Task, table: DepositTable, pseudonyms: Mapping[str, str]) -> Described:
    stage: DepositStage = task.stage
    link, survey = _linked(task.study, table)
    instrument = task.study.instruments[survey.instrument]
    answers = Answers(
        survey=survey.id,
        case=task.table(link, "case"),
        linked=task.table(link, "linked_answer"),
        response=task.table(survey.id, "response"),
        instrument=instrument,
        scales=task.study.scales,
    )
    frame: Frame = from_stamped(task.table(survey.of, "frame"))
    return survey_source(table, answers, frame=frame, pseudonyms=pseudonyms, named=stage.named)


def _linked(study: Study, table: DepositTable) -> tuple[str, SurveyStage]:
    if table.of is None or table.survey is None:
        raise Fault("DEP-006", table=table.id)
    survey: SurveyStage = study.stage(table.survey)
    return table.of, survey


def _arrived(task: Task, table: DepositTable) -> list[str]:
    """Return how each response of a table's survey ended."""
    if table.of is None:
        return []
    broken = {
        row["response"]
        for row in task.table(table.of, "case").to_pylist()
        if row["survey"] == table.survey and row["disposition"] not in ("complete", "partial")
    }
    return [
        "started" if row["outcome"] == "used" and row["response"] in broken else row["outcome"]
        for row in task.table(table.of, "outcome").to_pylist()
        if row["survey"] == table.survey
    ]


def _invited(task: Task, table: DepositTable) -> int | None:
    if table.survey is None:
        return None
    return int(task.table(table.survey, "invitation").num_rows)


def _left_out(made: list[Published]) -> list[Withheld]:
    return [
        Withheld(
            thing=f"{change.column} of {each.rules.id}",
            stopped=Fate.CONSENTED,
            reason=change.reason,
        )
        for each in made
        for change in (*each.left_out, *each.changes)
        if change.what == "withheld"
    ]


def _files(stage: DepositStage) -> tuple[str | None, ...]:
    tables = [table.file for rules in stage.sets for table in rules.tables]
    return (*tables, *(each.file for each in stage.documents))


def _context(study: Study, stage: DepositStage) -> object:
    used = [study.stage(name) for name in stage.of]
    return {
        "datasets": [each.model_dump(mode="json") for each in study.datasets],
        "scales": {name: scale.model_dump(mode="json") for name, scale in study.scales.items()},
        "instruments": [
            study.instruments[each.instrument].model_dump(mode="json")
            for each in used
            if isinstance(each, SurveyStage) and each.instrument in study.instruments
        ],
        "roles": {each.id: dict(each.roles) for each in used if isinstance(each, InterviewStage)},
    }


STEP: Final = Step(
    kind="deposit",
    reads=frozenset(
        {
            "frame", "interview", "participant", "status", "case", "outcome", "linked_answer",
            "response", "invitation",
        }
    ),
    writes=frozenset(TABLES),
    run=_run,
    files=_files,
    context=_context,
)  # fmt: skip
