"""How much each predictor contributes to an outcome."""

from __future__ import annotations

from typing import Final

from consilience.congruence.importance import contributions
from consilience.design.model import ImportanceStage, Study
from consilience.desk.steps import Made, Step, Task, answers_context


def _run(task: Task) -> Made:
    stage: ImportanceStage = task.stage
    found = contributions(
        stage,
        study=task.study,
        answers=task.table(stage.of, "linked_answer"),
        frame=task.table(stage.frame, "frame") if stage.frame else None,
        rng_for=task.rng,
    )
    return Made(
        tables={
            "importance": found.importance,
            "importance_rank": found.rank,
            "importance_pair": found.pair,
            "importance_model": found.model,
        },
        warnings=found.warnings,
    )


def _context(study: Study, stage: ImportanceStage) -> object:
    wanted = (*stage.constructs, stage.outcome)
    used = [c for c in study.constructs if not stage.constructs or c.id in wanted]
    return answers_context(study, used)


STEP: Final = Step(
    kind="importance",
    reads=frozenset({"linked_answer", "frame"}),
    writes=frozenset({"importance", "importance_rank", "importance_pair", "importance_model"}),
    run=_run,
    context=_context,
)
