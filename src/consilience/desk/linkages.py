"""Which answers belong to which unit; then response by unit, and how the surveys overlap."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from consilience.design.model import LinkStage, Study
from consilience.desk.steps import Made, Step, Task, agency_of
from consilience.frame.model import from_stamped
from consilience.linkage.complete import settle_cases
from consilience.linkage.decisions import review_table
from consilience.linkage.link import link_responses
from consilience.linkage.model import TABLES as LINKAGE
from consilience.surveys.rates import overlaps, response_rates


def _run(task: Task) -> Made:
    stage: LinkStage = task.stage
    frame = from_stamped(task.table(stage.to, "frame"))
    within = task.table(stage.within, "choice") if stage.within else None
    responses, answers, invitations = (
        pa.concat_tables(task.table(survey, name) for survey in stage.surveys)
        for name in ("response", "answer", "invitation")
    )
    links = link_responses(
        stage, responses=responses, frame=frame, within=within, folder=task.folder
    )
    settled = settle_cases(
        stage,
        links=links.link,
        doubts=links.doubt,
        responses=responses,
        answers=answers,
        invitations=invitations,
        agencies={survey: agency_of(task.study, survey) for survey in stage.surveys},
        nominal=_nominal(task.study, stage),
    )
    no_reply = {survey: task.study.stage(survey).no_reply for survey in stage.surveys}
    return Made(
        tables={
            "link": links.link,
            "doubt": links.doubt,
            "case": settled.case,
            "duplicate": settled.duplicate,
            "outcome": settled.outcome,
            "review": review_table(links.doubt, decisions=links.decisions),
            "linked_answer": settled.linked_answer,
            "rate": response_rates(settled.case, frame=frame, by=stage.by, no_reply=no_reply),
            "overlap": overlaps(settled.case, surveys=stage.surveys),
        },
        warnings=(*links.warnings, *settled.warnings),
    )


def _files(stage: LinkStage) -> tuple[str | None, ...]:
    return stage.bodies, stage.decisions


def _nominal(study: Study, stage: LinkStage) -> dict[str, list[str]]:
    """Return the items of each survey whose codes have no order."""
    return {
        survey: [
            question.id
            for question in study.instruments[study.stage(survey).instrument].questions
            if question.kind in ("choice", "open")
        ]
        for survey in stage.surveys
    }


def _context(study: Study, stage: LinkStage) -> object:
    surveys = [(agency_of(study, name), study.stage(name).no_reply) for name in stage.surveys]
    return {"surveys": surveys, "nominal": _nominal(study, stage)}


STEP: Final = Step(
    kind="link",
    reads=frozenset({"frame", "choice", "response", "answer", "invitation"}),
    writes=frozenset({*LINKAGE, "rate", "overlap"}),
    run=_run,
    files=_files,
    context=_context,
)
