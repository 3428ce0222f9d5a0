"""Check a whole study: the file, and what only its frames can tell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Faults, Where
from consilience.design.check import FrameFacts, check_frames
from consilience.design.model import FrameStage, Study
from consilience.design.read import find_faults
from consilience.desk.lying_open import note_in
from consilience.frame.load import load_frame
from consilience.frame.model import Frame, from_stamped


def require_study(folder: Path) -> None:
    """Raise STU-002 if the folder has no study file."""
    if not (folder / "study.yaml").exists():
        raise Fault("STU-002", where=Where(file=str(folder)), folder=str(folder))


def read_checked(folder: Path) -> Study:
    """Return the study of a folder.

    Raises:
        Fault: STU-002 if there is none.
        Faults: all errors of the study file in one.
    """
    require_study(folder)
    study, faults = find_faults(folder)
    errors = [fault for fault in faults if not fault.is_warning]
    if errors or study is None:
        raise Faults(errors)
    return study


def check_study_folder(folder: Path) -> list[Fault]:
    """Return every fault of a study in one pass: of the file, its frames and what both say.

    Texts that lie open without a reason are told too (INT-163).

    Raises:
        Fault: STU-002 if the folder has no study file.
    """
    require_study(folder)
    study, faults = find_faults(folder)
    if study is None or any(not fault.is_warning for fault in faults):
        return faults
    frames: dict[str, Frame] = {}
    for stage in study.stages:
        if not isinstance(stage, FrameStage):
            continue
        try:
            areas = frames.get(stage.areas) if stage.areas else None
            frame, warnings = load_frame(
                stage, folder=folder, areas=areas, simulated=study.study.simulated
            )
        except Fault as fault:
            return [*faults, fault]
        except Faults as several:
            return [*faults, *several.faults]
        frames[stage.id] = frame
        faults += warnings
    return faults + check_against(study, folder, frames) + note_in(folder, study)


def check_against(study: Study, folder: Path, frames: Mapping[str, Frame]) -> list[Fault]:
    """Return what in the study file does not fit its frames."""
    facts = {name: _facts(frame) for name, frame in frames.items()}
    return check_frames(study, folder, facts)


def check_frozen(study: Study, folder: Path, tables: Mapping[str, pa.Table]) -> list[Fault]:
    """Return what in the study file does not fit the frames as they were frozen."""
    return check_against(study, folder, {n: from_stamped(t) for n, t in tables.items()})


def _facts(frame: Frame) -> FrameFacts:
    nominal = [each.name for each in frame.attributes if each.kind == "nominal"]
    numeric = frozenset(each.name for each in frame.attributes if each.kind == "numeric")
    return FrameFacts(
        size=frame.table.num_rows,
        levels={name: _levels(frame.table[name]) for name in [*nominal, "area"]},
        numeric=numeric,
        ids=frozenset(frame.table["id"].to_pylist()),
    )


def _levels(column: pa.ChunkedArray) -> dict[str, int]:
    counted = pc.value_counts(column.drop_null())
    return {str(each["values"]): int(each["counts"]) for each in counted.to_pylist()}
