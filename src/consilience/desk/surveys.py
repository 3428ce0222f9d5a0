"""Who is invited to a survey, and the answers that came in."""

from __future__ import annotations

from typing import Final

from consilience.design.model import Study, SurveyStage
from consilience.desk.steps import Made, Step, Task
from consilience.frame.model import from_stamped
from consilience.surveys.intake import take_in
from consilience.surveys.windows import invitations


def _run(task: Task) -> Made:
    stage: SurveyStage = task.stage
    frame = from_stamped(task.table(stage.of, "frame"))
    within = task.table(stage.within, "choice") if stage.within else None
    invited = invitations(stage, frame=frame, within=within, folder=task.folder)
    taken = take_in(stage, study=task.study, folder=task.folder)
    return Made(
        tables={"invitation": invited, "response": taken.response, "answer": taken.answer},
        warnings=tuple(taken.warnings),
    )


def _files(stage: SurveyStage) -> tuple[str | None, ...]:
    return stage.instrument, stage.intake.file, stage.contacts


def _context(study: Study, _stage: SurveyStage) -> object:
    return {name: scale.model_dump(mode="json") for name, scale in study.scales.items()}


STEP: Final = Step(
    kind="survey",
    reads=frozenset({"frame", "choice"}),
    writes=frozenset({"invitation", "response", "answer"}),
    run=_run,
    files=_files,
    context=_context,
)
