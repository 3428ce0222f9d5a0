"""Load the frames and freeze them."""

from __future__ import annotations

from typing import Final

from consilience.design.model import FrameStage
from consilience.desk.steps import Made, Step, Task
from consilience.frame.load import load_frame
from consilience.frame.model import from_stamped


def _run(task: Task) -> Made:
    stage: FrameStage = task.stage
    areas = from_stamped(task.table(stage.areas, "frame")) if stage.areas else None
    frame, warnings = load_frame(
        stage, folder=task.folder, areas=areas, simulated=task.study.study.simulated
    )
    return Made(tables={"frame": frame.stamped()}, warnings=tuple(warnings))


def _files(stage: FrameStage) -> tuple[str | None, ...]:
    return stage.file, stage.links


STEP: Final = Step(
    kind="frame",
    reads=frozenset({"frame"}),
    writes=frozenset({"frame"}),
    run=_run,
    files=_files,
    context=lambda study, _stage: study.study.simulated,
)
