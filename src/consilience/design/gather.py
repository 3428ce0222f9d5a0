"""What do the study file and the instrument files it names say, as one?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from consilience.base.errors import Fault, Where
from consilience.design.check_files import is_folder, is_there, misplaced, nearby
from consilience.design.check_references import entries
from consilience.design.positions import STUDY_FILE, Finding, Positions, Route, joined
from consilience.design.yaml_file import Document, read_yaml

_FIRST_KEYS: Final = {STUDY_FILE: "consilience: 1", "instrument": "id: my-instrument"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All files of a study as plain data.

    Args:
        data: the study; instruments by file name under `instruments`.
        positions: where everything stands, in its own file.
        written: how numbers, true and false were written.
        spoilt: values that could not be read and have their fault already.
        faults: of how the files are written.
    """

    data: dict[str, Any]
    positions: Positions
    written: Mapping[Route, str]
    spoilt: frozenset[Route]
    faults: tuple[Fault, ...]


def gather(folder: Path) -> Gathered | tuple[Fault, ...]:
    """Return the files of a study, or the faults for which there is no study to speak of."""
    if not is_there(folder, STUDY_FILE) and not is_folder(folder, STUDY_FILE):
        where = Where(file=STUDY_FILE)
        return (Fault("DES-001", where=where, name=STUDY_FILE, folder=str(folder)),)
    path = folder / STUDY_FILE
    study, faults = read_yaml(path, name=STUDY_FILE, first_key=_FIRST_KEYS[STUDY_FILE])
    if study is None:
        return tuple(faults)
    if "instruments" in study.data:
        misplaced_key = Finding(code="DES-049", route=("instruments",), on_key=True)
        faults.append(misplaced_key.fault(study.positions))
    parts: dict[Route, Document] = {(): study}
    for file, route, stage in _instruments(study.data):
        document, found = _instrument(folder, file, route, stage, study.positions)
        faults += found
        if document is not None:
            parts["instruments", file] = document
    return _joined(study, parts, faults)


def positions_of(folder: Path) -> Positions:
    """Return where everything of a study stands; nowhere if its files cannot be read."""
    found = gather(folder)
    return found.positions if isinstance(found, Gathered) else Positions(values={}, keys={})


def _joined(study: Document, parts: Mapping[Route, Document], faults: list[Fault]) -> Gathered:
    instruments = {str(under[1]): each.data for under, each in parts.items() if under}
    return Gathered(
        data={**study.data, "instruments": instruments},
        positions=joined((under, each.positions) for under, each in parts.items()),
        written={
            under + route: text
            for under, each in parts.items()
            for route, text in each.written.items()
        },
        spoilt=frozenset(under + route for under, each in parts.items() for route in each.spoilt),
        faults=tuple(faults),
    )


def _instruments(data: object) -> list[tuple[str, Route, str]]:
    """Return each instrument file once, with where and by which survey it is named first."""
    found: dict[str, tuple[str, Route, str]] = {}
    for route, stage in entries(data, "stages"):
        file = stage.get("instrument")
        if stage.get("kind") == "survey" and isinstance(file, str):
            found.setdefault(file, (file, (*route, "instrument"), str(stage.get("id"))))
    return list(found.values())


def _instrument(
    folder: Path, file: str, route: Route, stage: str, positions: Positions
) -> tuple[Document | None, list[Fault]]:
    what = f"survey {stage!r}"
    wrong = misplaced(file, route=route, what=what)
    faults = [wrong.fault(positions)] if wrong else []
    if wrong and wrong.code == "DES-175":
        return None, faults
    if is_folder(folder, file):
        values = {"what": what, "value": file}
        return None, [*faults, Finding(code="DES-173", route=route, values=values).fault(positions)]
    if not is_there(folder, file):
        missing = {"stage": stage, "value": file, "guess": nearby(folder, file)}
        finding = Finding(code="DES-171", route=route, values=missing)
        return None, [*faults, finding.fault(positions)]
    document, found = read_yaml(folder / file, name=file, first_key=_FIRST_KEYS["instrument"])
    return document, [*faults, *found]
