"""Interviews and groups: what was planned, held, allowed and covered, and how far each came."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from consilience.base.errors import Fault, Faults
from consilience.design.model import GroupStage, Guide, InterviewStage, Study, TalkStage
from consilience.desk.steps import Made, Step, Task
from consilience.desk.talk_texts import bring_texts, notes_of_texts
from consilience.frame.model import from_stamped
from consilience.interviews.consents import check_consents, read_consents
from consilience.interviews.groups import people_of, read_groups
from consilience.interviews.guides import coverage
from consilience.interviews.model import (
    APPROACH,
    ATTENDANCE,
    CHANGE,
    CONSENT,
    EVENT,
    FED,
    GROUP_TABLES,
    INTERVIEW,
    INTERVIEW_TABLES,
    PARTICIPANT,
    Participant,
)
from consilience.interviews.plan import (
    Cases,
    approvals_table,
    cases_of,
    check_people,
    read_approaches,
    read_people,
    read_plan,
    roles_of,
    table_of,
)
from consilience.interviews.states import Held, board, standing_of


def _run_interviews(task: Task) -> Made:
    stage: InterviewStage = task.stage
    told: list[Fault] = []
    cases = _cases(task)
    guides = _guides(task.study, stage)
    folder = task.folder
    interviews = read_plan(stage, folder=folder, cases=cases, guides=guides, told=told)
    names = {each.interview for each in interviews}
    roles = roles_of(stage)
    people = read_people(stage, folder=folder, interviews=names, roles=roles, told=told)
    check_people(interviews, people, guides=guides, file=stage.plan, told=told)
    persons = {each.person for each in people}
    consents = read_consents(stage.consents, folder=folder, people=persons, told=told)
    check_consents(interviews, people, consents, file=stage.consents, told=told)
    approaches = read_approaches(stage, folder=folder, cases=cases, told=told)
    covered = coverage(stage, folder=folder, interviews=interviews, guides=guides, told=told)
    held = [
        Held(
            name=each.interview,
            state=each.state,
            reason=each.reason,
            recording=each.recording,
            people=_in(people, each.interview),
        )
        for each in interviews
    ]
    documents = task.live("document")
    texts = standing_of(documents, task.live("document_state"))
    told += notes_of_texts(stage, folder=folder, held=held, documents=documents)
    status = board(held, texts=texts, consents=consents, pseudonymise=stage.pseudonymise, told=told)
    return Made(
        tables={
            "interview": table_of(interviews, INTERVIEW),
            "participant": table_of(people, PARTICIPANT),
            "approach": pa.Table.from_pylist(approaches, schema=APPROACH),
            "consent": table_of(consents, CONSENT),
            "approval": approvals_table(stage),
            "topic_coverage": covered,
            "status": status,
        },
        warnings=_only_warnings(told),
    )


def _run_groups(task: Task) -> Made:
    stage: GroupStage = task.stage
    told: list[Fault] = []
    findings = [each.id for each in task.study.findings]
    groups = read_groups(
        stage, folder=task.folder, cases=_cases(task), findings=findings, told=told
    )
    people = [
        Participant(
            interview=row["event"], person=row["person"], role=row["role"], post=row["post"] or ""
        )
        for row in groups.attendance
    ]
    persons = {each.person for each in people}
    consents = read_consents(stage.consents, folder=task.folder, people=persons, told=told)
    held = [
        Held(
            name=row["event"],
            state=row["state"],
            reason=row["reason"] or "",
            recording=row["recording"],
            people=people_of(groups.attendance, row["event"]),
        )
        for row in groups.events
    ]
    documents = task.live("document")
    texts = standing_of(documents, task.live("document_state"))
    told += notes_of_texts(stage, folder=task.folder, held=held, documents=documents)
    status = board(held, texts=texts, consents=consents, pseudonymise=stage.pseudonymise, told=told)
    return Made(
        tables={
            "event": pa.Table.from_pylist(groups.events, schema=EVENT),
            "attendance": pa.Table.from_pylist(groups.attendance, schema=ATTENDANCE),
            "event_consent": table_of(consents, CONSENT),
            "event_approval": approvals_table(stage),
            "event_status": status,
            "fed": pa.Table.from_pylist(groups.fed, schema=FED),
            "change": pa.Table.from_pylist(groups.changes, schema=CHANGE),
        },
        warnings=_only_warnings(told),
    )


def _cases(task: Task) -> Cases:
    stage: TalkStage = task.stage
    frame = from_stamped(task.table(stage.of, "frame")) if stage.of else None
    within = task.table(stage.within, "choice") if stage.within else None
    return cases_of(frame, within, stage=stage)


def _guides(study: Study, stage: InterviewStage) -> dict[str, Guide]:
    return {use.file: study.guides[use.file] for use in stage.guides if use.file in study.guides}


def _in(people: tuple[Participant, ...], interview: str) -> tuple[str, ...]:
    return tuple(each.person for each in people if each.interview == interview)


def _only_warnings(told: list[Fault]) -> tuple[Fault, ...]:
    """Return what may go on, or raise everything that may not, all at once."""
    errors = [fault for fault in told if not fault.is_warning]
    if errors:
        raise Faults(errors)
    return tuple(told)


def _interview_files(stage: InterviewStage) -> tuple[str | None, ...]:
    guides = [use.file for use in stage.guides]
    tables = (stage.plan, stage.people, stage.approaches, stage.consents, stage.topics)
    return *tables, *guides, stage.transcripts


def _group_files(stage: GroupStage) -> tuple[str | None, ...]:
    return stage.events, stage.people, stage.consents, stage.fed, stage.changes, stage.notes


def _findings(study: Study, _stage: GroupStage) -> object:
    return [finding.id for finding in study.findings]


_LIVE: Final = frozenset({"document", "document_state"})

INTERVIEWS: Final = Step(
    kind="interview",
    reads=frozenset({"frame", "choice"}),
    writes=frozenset(INTERVIEW_TABLES),
    run=_run_interviews,
    files=_interview_files,
    live=_LIVE,
    bring=bring_texts,
)

GROUPS: Final = Step(
    kind="group",
    reads=frozenset({"frame", "choice"}),
    writes=frozenset(GROUP_TABLES),
    run=_run_groups,
    files=_group_files,
    context=_findings,
    live=_LIVE,
    bring=bring_texts,
)
