"""Of which interview and unit are texts that come in? What somebody says of it is looked up."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.desk.shelf import Shelf
from consilience.frame.model import Frame, codes, from_stamped
from consilience.store.database import snapshot
from consilience.store.results import current_results
from consilience.store.transcripts import documents

_MOST: Final = 3


def check_interview(engine: Engine, interview: str, *, plan: Collection[str]) -> list[Fault]:
    """See that an interview is one of the plan.

    Args:
        engine: of the study.
        interview: as somebody named it.
        plan: the interviews and groups of the study, none if none are planned.

    Returns:
        INT-131 if there is no plan; nothing if there is one, or other texts are of it.

    Raises:
        Fault: INT-130 if the plan has no such interview.
    """
    if interview in plan:
        return []
    if plan:
        raise Fault("INT-130", value=interview, guess=guess(interview, plan))
    with snapshot(engine) as connection:
        named = {each.interview for each in documents(connection) if each.interview}
    if interview in named:
        return []
    return [Fault("INT-131", value=interview, guess=guess(interview, named))]


def unit_of(engine: Engine, folder: Path, case: str) -> tuple[str, list[Fault]]:
    """Return the id of the unit that a code names in the frames of a study.

    Args:
        engine: of the study.
        folder: the study folder.
        case: id or another code of a unit.

    Returns:
        The id; the code as it is, with INT-134, if no frame has been read yet.

    Raises:
        Fault: INT-132 if no unit has that code, INT-133 if several have.
    """
    units: set[str] = set()
    told: dict[str, str] = {}
    with snapshot(engine) as connection:
        results = current_results(connection)
    frames = [stage for stage, result in results.items() if "frame" in result.tables]
    with Shelf(folder, results) as shelf:
        for stage in frames:
            frame = from_stamped(shelf.table(stage, "frame"))
            units |= set(codes(frame).get(case, ()))
            told |= _names(frame)
    if not frames:
        return case, [Fault("INT-134", value=case)]
    if not units:
        raise Fault("INT-132", value=case, guess=_meant(case, told))
    if len(units) > 1:
        raise Fault("INT-133", value=case, units=", ".join(told[unit] for unit in sorted(units)))
    return units.pop(), []


def guess(value: str, known: Iterable[str]) -> str:
    """Return `Did you mean ...? ` with the names that are most like one, or nothing.

    Example:
        >>> guess("s-011", ["S01", "S11", "other"])
        'Did you mean S11 or S01? '
    """
    return _meant(value, {each: each for each in known})


def _names(frame: Frame) -> dict[str, str]:
    """Return what is told of each unit of a frame, by its id and by its name."""
    told = {}
    pairs = zip(*(frame.table[each].to_pylist() for each in ("id", "name")), strict=True)
    for unit, name in pairs:
        told[unit] = f"{unit} ({name})" if name else unit
        told |= {name: told[unit]} if name else {}
    return told


def _meant(value: str, told: Mapping[str, str]) -> str:
    """Return `Did you mean ...? ` with what is told of the names that are most like one."""
    alike = {name.casefold(): said for name, said in told.items()}
    near = difflib.get_close_matches(value.casefold(), list(alike), n=_MOST, cutoff=0.6)
    found = dict.fromkeys(alike[each] for each in near)
    return f"Did you mean {' or '.join(found)}? " if found else ""
