"""Read a study folder, and find everything that is wrong with it in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from consilience.base.errors import Fault, Faults
from consilience.design.check import rule_findings
from consilience.design.check_files import check_files
from consilience.design.check_order import check_order
from consilience.design.check_references import check_references
from consilience.design.gather import Gathered, gather
from consilience.design.known_keys import known_keys
from consilience.design.model import Study
from consilience.design.positions import Finding, Route, in_order
from consilience.design.shape import Misfit, build, misfits, shape_findings
from consilience.design.wording import NAMED_GROUPS, nearest

# Each round takes out what did not fit; what lies deepest needs one round a level.
_ROUNDS: Final = 8

# Stands in for a header that does not fit, so that the rest can be checked; it bounds nothing.
_HEADER: Final[Mapping[str, object]] = {
    "id": "study",
    "title": "study",
    "starts": "0001-01-01",
    "ends": "9999-12-31",
    "seed": 0,
    "simulated": True,
}


def read_study(folder: Path) -> Study:
    """Return the study of a folder.

    Args:
        folder: the study folder, with `study.yaml` in it.

    Raises:
        Faults: all faults of the study file and its instruments, warnings apart.
    """
    study, faults = find_faults(folder)
    if study is None:
        raise Faults(fault for fault in faults if not fault.is_warning)
    return study


def find_faults(folder: Path) -> tuple[Study | None, list[Fault]]:
    """Return the study of a folder and everything that is wrong with it.

    Args:
        folder: the study folder, with `study.yaml` in it.

    Returns:
        The study, None if there is an error; and the faults with warnings, those of the study
        file first, each file from top to bottom. What an error hides is left out; all else is
        found in the same pass.
    """
    found = gather(folder)
    if not isinstance(found, Gathered):
        return None, in_order(found)
    data = _as_written(found)
    study, findings = _findings(data, folder, found.spoilt)
    placed = (finding.fault(found.positions) for finding in findings)
    faults = in_order([*found.faults, *placed])
    wrong = any(not fault.is_warning for fault in faults)
    return (None if wrong else study), faults


def _as_written(found: Gathered) -> dict[str, Any]:
    """Return the data with numbers, true and false as text where text is wanted.

    `version: 1.10` thus stays "1.10", and a school's number is an id without quotes.
    """
    try:
        build(found.data)
    except ValidationError as error:
        wanted = {
            each.route: found.written[each.route]
            for each in misfits(error, found.data)
            if each.kind == "string_type" and each.route in found.written
        }
        replaced: dict[str, Any] = _replaced(found.data, (), wanted)
        return replaced
    return found.data


def _replaced(value: Any, route: Route, texts: Mapping[Route, str]) -> Any:  # noqa: ANN401  (raw data)
    if isinstance(value, dict):
        return {key: _replaced(each, (*route, key), texts) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, (*route, n), texts) for n, each in enumerate(value)]
    return texts.get(route, value)


def _findings(
    data: dict[str, Any], folder: Path, spoilt: frozenset[Route]
) -> tuple[Study | None, list[Finding]]:
    """Return the study, None if it does not fit, and all findings with routes in `data`."""
    told: list[Finding] = [*check_references(data), *check_order(data)]
    try:
        study = build(data)
    except ValidationError as error:
        errors = misfits(error, data)
        told += shape_findings((each for each in errors if each.route not in spoilt), data)
        rest, removed = _salvaged(data, errors)
        if rest is not None:
            ruled = [*rule_findings(rest), *check_files(rest, folder)]
            told += _undisturbed(ruled, data, removed)
        return None, told
    return study, [*told, *rule_findings(study), *check_files(study, folder)]


# --- what can be checked beside what does not fit ---------------------------------------


def _salvaged(data: dict[str, Any], errors: list[Misfit]) -> tuple[Study | None, frozenset[Route]]:
    """Return the study without what does not fit, and the routes that were taken out.

    A key that may be left out is left out; else what it belongs to goes too.
    """
    removed: set[Route] = set()
    header: dict[str, object] = {}
    for _ in range(_ROUNDS):
        for each in errors:
            place = _original(each.route, removed)
            taken = place[:-1] if each.kind == "missing" else place
            if place[:1] == ("study",):
                header = dict(_HEADER)
                removed |= {("study", key) for key in _HEADER} | {("study",)}
            elif place[:1] != ("consilience",) and taken:
                removed.add(taken)
        kept: dict[str, Any] = _without(data, (), removed) | {"consilience": 1}
        kept |= {"study": header} if header else {}
        if not kept.get("stages"):
            return None, frozenset(removed)
        try:
            return build(kept), frozenset(removed)
        except ValidationError as error:
            errors = misfits(error, kept)
    return None, frozenset(removed)


def _without(value: Any, route: Route, removed: Iterable[Route]) -> Any:  # noqa: ANN401  (raw data)
    if isinstance(value, dict):
        return {
            key: _without(each, (*route, key), removed)
            for key, each in value.items()
            if (*route, key) not in removed
        }
    if isinstance(value, list):
        return [
            _without(each, (*route, number), removed)
            for number, each in enumerate(value)
            if (*route, number) not in removed
        ]
    return value


def _original(route: Route, removed: Iterable[Route]) -> Route:
    """Return the route in the whole data of a route in the data without the removed."""
    gone: dict[Route, set[int]] = defaultdict(set)
    for each in removed:
        if each and isinstance(each[-1], int):
            gone[each[:-1]].add(each[-1])
    whole: Route = ()
    for part in route:
        if isinstance(part, int):
            missing = gone[whole]
            number = -1
            for _ in range(part + 1):
                number += 1
                while number in missing:
                    number += 1
            whole = (*whole, number)
        else:
            whole = (*whole, part)
    return whole


def _undisturbed(
    findings: Iterable[Finding], data: object, removed: frozenset[Route]
) -> list[Finding]:
    """Return the findings that do not follow from what was taken out, routes made whole.

    A rule that joins several keys cannot be told where one of them was taken out.
    """
    touched = {_around(each, data) for each in removed}
    kept = []
    for finding in findings:
        route = _original(finding.route, removed)
        around = {route[:length] for length in range(1, len(route) + 1)}
        if not around & touched:
            first = None if finding.first is None else _original(finding.first, removed)
            kept.append(replace(finding, route=route, first=first))
    return kept


def _around(removed: Route, data: object) -> Route:
    """Return the thing about which no rule can be told once a part of it was taken out.

    Nothing, as an empty route, where that part changes nothing for its neighbours: an entry
    of a list at the top, a scale, an instrument, or a key that is not known.
    """
    *around, last = removed
    if len(removed) == 2 and (isinstance(last, int) or removed[0] in NAMED_GROUPS):
        return ()
    if isinstance(last, int):
        return tuple(around[:-1]) if removed[0] == "constructs" else tuple(around)
    known = known_keys(data, tuple(around))
    if known and last not in known and nearest(last, known) is None:
        return ()
    return tuple(around)
