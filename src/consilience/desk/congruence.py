"""How far the agencies agree, cut into bands, each with its stability."""

from __future__ import annotations

from typing import Final

from consilience.congruence.bands import cut_bands
from consilience.congruence.profiles import measure
from consilience.congruence.sensitivity import compare
from consilience.design.model import CongruenceStage, Study
from consilience.desk.steps import Made, Step, Task, answers_context


def _run(task: Task) -> Made:
    stage: CongruenceStage = task.stage
    answers = task.table(stage.of, "linked_answer")
    measured = measure(stage, study=task.study, answers=answers, rng_for=task.rng)
    cut = cut_bands(stage, measured=measured, rng=task.rng("bands"))
    return Made(
        tables={
            "score": measured.score,
            "index": measured.index,
            "pair": measured.pair,
            "agreement": measured.agreement,
            "permutation": measured.permutation,
            "band": cut.band,
            "stability": cut.stability,
            "sensitivity": compare(stage, measured=measured),
        },
        warnings=(*measured.warnings, *cut.warnings),
    )


def _context(study: Study, stage: CongruenceStage) -> object:
    used = [c for c in study.constructs if not stage.constructs or c.id in stage.constructs]
    return answers_context(study, used)


STEP: Final = Step(
    kind="congruence",
    reads=frozenset({"linked_answer"}),
    writes=frozenset(
        {
            "score",
            "index",
            "pair",
            "agreement",
            "permutation",
            "band",
            "stability",
            "sensitivity",
        }
    ),
    run=_run,
    context=_context,
)
