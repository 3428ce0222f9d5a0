"""What do the study file and the instruments and guides it names say, as one?"""

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

# What a file begins with, for those that are empty.
_FIRST_KEYS: Final = {
    STUDY_FILE: "consilience: 1",
    "instruments": "id: my-instrument",
    "guides": "id: my-guide",
}
# Groups of files that hang under the study; none is a key of the study file.
_MISPLACED: Final = {"instruments": "DES-049", "guides": "DES-200"}
_MISSING: Final = {"instruments": "DES-171", "guides": "DES-201"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All files of a study as plain data.

    Args:
        data: the study; instruments by file name under `instruments`, guides under `guides`.
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
    for group, code in _MISPLACED.items():
        if group in study.data:
            finding = Finding(code=code, route=(group,), on_key=True)
            faults.append(finding.fault(study.positions))
    parts: dict[Route, Document] = {(): study}
    for part in _named(study.data):
        document, found = _part(folder, part, study.positions)
        faults += found
        if document is not None:
            parts[part.group, part.file] = document
    return _joined(study, parts, faults)


def positions_of(folder: Path) -> Positions:
    """Return where everything of a study stands; nowhere if its files cannot be read."""
    found = gather(folder)
    return found.positions if isinstance(found, Gathered) else Positions(values={}, keys={})


def _joined(study: Document, parts: Mapping[Route, Document], faults: list[Fault]) -> Gathered:
    groups: dict[str, dict[str, Any]] = {group: {} for group in _MISPLACED}
    for under, each in parts.items():
        if under:
            groups[str(under[0])][str(under[1])] = each.data
    return Gathered(
        data={**study.data, **groups},
        positions=joined((under, each.positions) for under, each in parts.items()),
        written={
            under + route: text
            for under, each in parts.items()
            for route, text in each.written.items()
        },
        spoilt=frozenset(under + route for under, each in parts.items() for route in each.spoilt),
        faults=tuple(faults),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A file that hangs under the study: its group, and where which stage names it first."""

    group: str
    file: str
    route: Route
    stage: str
    kind: str


def _named(data: object) -> list[_Part]:
    """Return each instrument and guide once, with where it is named first."""
    found: dict[tuple[str, str], _Part] = {}
    for route, stage in entries(data, "stages"):
        kind = stage.get("kind")
        named: list[tuple[str, Route, object]] = []
        if kind == "survey":
            named = [("instruments", (*route, "instrument"), stage.get("instrument"))]
        elif kind == "interview":
            uses = entries(data, *route, "guides")
            named = [("guides", (*place, "file"), use.get("file")) for place, use in uses]
        for group, place, file in named:
            if isinstance(file, str):
                part = _Part(
                    group=group, file=file, route=place, stage=str(stage.get("id")), kind=str(kind)
                )
                found.setdefault((group, file), part)
    return list(found.values())


def _part(folder: Path, part: _Part, positions: Positions) -> tuple[Document | None, list[Fault]]:
    file, route = part.file, part.route
    what = f"{part.kind} {part.stage!r}"
    wrong = misplaced(file, route=route, what=what)
    faults = [wrong.fault(positions)] if wrong else []
    if wrong and wrong.code == "DES-175":
        return None, faults
    if is_folder(folder, file):
        values = {"what": what, "value": file}
        return None, [*faults, Finding(code="DES-173", route=route, values=values).fault(positions)]
    if not is_there(folder, file):
        missing = {"stage": part.stage, "value": file, "guess": nearby(folder, file)}
        finding = Finding(code=_MISSING[part.group], route=route, values=missing)
        return None, [*faults, finding.fault(positions)]
    document, found = read_yaml(folder / file, name=file, first_key=_FIRST_KEYS[part.group])
    return document, [*faults, *found]
