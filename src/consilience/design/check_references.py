"""Does every id stand once, and does everything that is named exist?

Works on plain data, so that it also answers for a study of which other parts do not fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from consilience.design.positions import Finding, Route
from consilience.design.wording import at, guess, listed, owner

Entry = tuple[Route, Mapping[str, Any]]

_UNIQUE: Final[Mapping[str, str]] = {
    "stages": "DES-060",
    "phases": "DES-061",
    "agencies": "DES-062",
    "constructs": "DES-063",
    "datasets": "DES-064",
    "findings": "DES-202",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One key of a stage that names another stage.

    Args:
        stage: id of the stage that reads.
        key: the key.
        route: where the name stands.
        name: the id that is named.
        wanted: kinds a stage there may have.
    """

    stage: str
    key: str
    route: Route
    name: str
    wanted: tuple[str, ...]


# Which keys of a kind of stage name other stages, and of which kinds those must be.
READS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "frame": {"areas": ("frame",)},
    "select": {
        "from": ("frame",),
        "within": ("select",),
        "attributes_from": ("congruence", "link"),
    },
    "survey": {"of": ("frame",), "within": ("select",)},
    "link": {"surveys": ("survey",), "to": ("frame",), "within": ("select",)},
    "congruence": {"of": ("link",)},
    "importance": {"of": ("link",), "frame": ("frame",)},
    "interview": {"of": ("frame",), "within": ("select",)},
    "group": {"of": ("frame",), "within": ("select",)},
    "code": {"of": ("interview", "group", "survey")},
    "deposit": {"of": ("interview", "group", "survey", "link", "frame"), "frame": ("frame",)},
}


def entries(data: object, *route: str | int) -> Iterator[Entry]:
    """Yield the entries of a list that are groups of keys, each with its route."""
    found = at(data, route)
    if isinstance(found, list):
        for number, entry in enumerate(found):
            if isinstance(entry, Mapping):
                yield (*route, number), entry


def ids(data: object, *route: str | int) -> list[str]:
    """Return the ids of the entries of a list."""
    found = (entry.get("id") for _, entry in entries(data, *route))
    return [each for each in found if isinstance(each, str)]


def check_references(data: Mapping[str, Any]) -> list[Finding]:
    """Return what stands twice, and what is named and is not there.

    Args:
        data: the study as plain data, instruments under `instruments` by file, guides under
            `guides`; of any shape.

    Returns:
        DES-060 to DES-068, DES-071 to DES-078, DES-121, DES-202 and DES-203, not yet in order
        of the file.
    """
    return [
        *_twice(data),
        *_stages(data),
        *_phases(data),
        *_agencies(data),
        *_constructs(data),
        *_scales(data),
    ]


def _twice(data: object) -> Iterator[Finding]:
    for key, code in _UNIQUE.items():
        yield from _unique(data, code, key)
    instruments = at(data, ("instruments",)) or {}
    seen: dict[tuple[str, str], str] = {}
    for file, instrument in instruments.items() if isinstance(instruments, dict) else ():
        yield from _unique(data, "DES-065", "instruments", file, "questions")
        name, version = at(instrument, ("id",)), at(instrument, ("version",))
        if not (isinstance(name, str) and isinstance(version, str)):
            continue
        other = seen.setdefault((name, version), file)
        if other != file:
            values = {"id": name, "version": version, "file": file, "other": other}
            yield Finding(code="DES-066", route=("instruments", file, "id"), values=values)
    guides = at(data, ("guides",))
    for file in guides if isinstance(guides, dict) else ():
        yield from _unique(data, "DES-203", "guides", file, "topics")


def _unique(data: object, code: str, *route: str | int) -> Iterator[Finding]:
    seen: dict[str, Route] = {}
    for place, entry in entries(data, *route):
        name = entry.get("id")
        if not isinstance(name, str):
            continue
        first = seen.setdefault(name, (*place, "id"))
        if first != (*place, "id"):
            yield Finding(code=code, route=(*place, "id"), values={"id": name}, first=first)


def readings(data: object) -> Iterator[Reading]:
    """Yield every key of a stage that names another stage, in the order of the file."""
    for route, stage in entries(data, "stages"):
        for key, wanted in READS.get(str(stage.get("kind")), {}).items():
            named = stage.get(key)
            several = isinstance(named, list)
            for number, name in enumerate(named if isinstance(named, list) else [named]):
                if isinstance(name, str):
                    place = (*route, key, number) if several else (*route, key)
                    yield Reading(
                        stage=str(stage.get("id")), key=key, route=place, name=name, wanted=wanted
                    )


def _stages(data: object) -> Iterator[Finding]:
    kinds = {str(each.get("id")): str(each.get("kind")) for _, each in entries(data, "stages")}
    named = Counter(ids(data, "stages"))
    for reading in readings(data):
        values: dict[str, object] = {
            "stage": reading.stage, "key": reading.key, "value": reading.name
        }  # fmt: skip
        known = [name for name, kind in kinds.items() if kind in reading.wanted]
        if named[reading.name] > 1:
            continue  # which of them is meant is not known; that has its fault
        if reading.name in _before(data, reading.route):
            yield Finding(code="DES-078", route=reading.route, values=values)
        elif reading.name not in kinds:
            values |= {"guess": guess(reading.name, known), "known": listed(known)}
            yield Finding(code="DES-067", route=reading.route, values=values)
        elif kinds[reading.name] not in reading.wanted and kinds[reading.name] in READS:
            could = f"These are: {listed(known)}." if known else "There is none yet."
            values |= {"kind": kinds[reading.name], "known": could}
            values["wanted"] = " or ".join(reading.wanted)
            yield Finding(code="DES-068", route=reading.route, values=values)


def _before(data: object, route: Route) -> list[object]:
    """Return what stands before a value in its list."""
    number = route[-1]
    return list(at(data, route[:-1]))[:number] if isinstance(number, int) else []


def _phases(data: object) -> Iterator[Finding]:
    known = ids(data, "phases")
    for key in ("stages", "datasets", "deviations"):
        for route, entry in entries(data, key):
            phase = entry.get("phase")
            if isinstance(phase, str) and phase not in known:
                values = {
                    "owner": owner(data, route),
                    "value": phase,
                    "guess": guess(phase, known),
                    "known": listed(known),
                }
                yield Finding(code="DES-073", route=(*route, "phase"), values=values)


def _agencies(data: object) -> Iterator[Finding]:
    known = ids(data, "agencies")
    for route, stage in entries(data, "stages"):
        agency = stage.get("agency")
        if isinstance(agency, str) and stage.get("kind") == "survey" and agency not in known:
            values = {
                "stage": stage.get("id"),
                "value": agency,
                "guess": guess(agency, known),
                "known": listed(known),
            }
            yield Finding(code="DES-071", route=(*route, "agency"), values=values)


def _constructs(data: object) -> Iterator[Finding]:
    agencies = ids(data, "agencies")
    asked = _questions_by_agency(data) if at(data, ("stages",)) else None
    for route, construct in entries(data, "constructs"):
        name = construct.get("id")
        for place, row in entries(data, *route, "items"):
            for agency, question in row.items():
                finding = _put_to(agency, question, agencies, asked)
                if finding:
                    code, values = finding
                    values = {"construct": name, **values}
                    at_key = code != "DES-076"
                    yield Finding(code=code, route=(*place, agency), on_key=at_key, values=values)
    yield from _measured(data)


def _put_to(
    agency: str,
    question: object,
    agencies: list[str],
    asked: Mapping[str, Mapping[str, list[str]]] | None,
) -> tuple[str, dict[str, object]] | None:
    """Return what is wrong with one question of a row: unknown agency, survey or question."""
    if agency not in agencies:
        known = {"guess": guess(agency, agencies), "known": listed(agencies)}
        return "DES-072", {"value": agency, **known}
    if asked is None:
        return None  # there are no stages, which has its fault
    if agency not in asked:
        misspelt = any(name not in agencies for name in asked)  # that has its fault
        return None if misspelt else ("DES-077", {"agency": agency})
    files = asked[agency]
    questions = [each for file in files.values() for each in file]
    if not isinstance(question, str) or question in questions or not all(files.values()):
        return None
    values = {"value": question, "agency": agency, "files": listed(files)}
    return "DES-076", {**values, "guess": guess(question, questions)}


def _questions_by_agency(data: object) -> dict[str, dict[str, list[str]]]:
    """Return agency -> instrument file -> ids of its questions (none if unreadable)."""
    asked: dict[str, dict[str, list[str]]] = {}
    for _, stage in entries(data, "stages"):
        agency, file = stage.get("agency"), stage.get("instrument")
        if stage.get("kind") == "survey" and isinstance(agency, str) and isinstance(file, str):
            asked.setdefault(agency, {})[file] = ids(data, "instruments", file, "questions")
    return asked


def _measured(data: object) -> Iterator[Finding]:
    known = ids(data, "constructs")
    for route, stage in entries(data, "stages"):
        if stage.get("kind") not in ("congruence", "importance"):
            continue
        if not at(data, ("constructs",)):
            values = {"stage": stage.get("id")}
            yield Finding(code="DES-121", route=(*route, "id"), values=values)
            continue
        for place, construct in _named_constructs(route, stage):
            if construct not in known:
                values = {
                    "stage": stage.get("id"),
                    "value": construct,
                    "guess": guess(construct, known),
                    "known": listed(known),
                }
                yield Finding(code="DES-074", route=place, values=values)


def _named_constructs(route: Route, stage: Mapping[str, Any]) -> Iterator[tuple[Route, str]]:
    named = stage.get("constructs")
    for number, construct in enumerate(named if isinstance(named, list) else ()):
        if isinstance(construct, str):
            yield (*route, "constructs", number), construct
    outcome = stage.get("outcome")
    if isinstance(outcome, str):
        yield (*route, "outcome"), outcome


def _scales(data: object) -> Iterator[Finding]:
    scales = at(data, ("scales",))
    known = list(scales) if isinstance(scales, Mapping) else []
    instruments = at(data, ("instruments",))
    for file in instruments if isinstance(instruments, Mapping) else ():
        for route, question in entries(data, "instruments", file, "questions"):
            scale = question.get("scale")
            if isinstance(scale, str) and scale not in known:
                values = {
                    "question": question.get("id"),
                    "value": scale,
                    "guess": guess(scale, known),
                    "known": listed(known),
                }
                yield Finding(code="DES-075", route=(*route, "scale"), values=values)
