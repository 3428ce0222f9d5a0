"""What fieldwork says of a text: which unit its interview speaks of, whether it was withdrawn."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, Engine, select

from consilience.base.counting import counted
from consilience.base.errors import Fault, Faults
from consilience.design.model import GroupStage, InterviewStage, Study, TalkStage
from consilience.desk.checks import read_checked
from consilience.desk.lying_open import note_of_open
from consilience.desk.shelf import Shelf
from consilience.frame.model import from_stamped
from consilience.interviews.consents import read_consents
from consilience.interviews.groups import people_of, read_groups
from consilience.interviews.plan import (
    Cases,
    cases_of,
    read_people,
    read_plan,
    roles_of,
    several_fault,
)
from consilience.interviews.states import taken_back
from consilience.store.database import snapshot
from consilience.store.ledger import append
from consilience.store.results import Result, current_results
from consilience.store.tables import LEDGER
from consilience.store.transcripts import documents, texts_in_use, update_document

# Id, state and unit of an interview or event, and who is in it.
_Talk = tuple[str, str, str | None, tuple[str, ...]]
_FOLLOWED: Final = "case of its interview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An interview or group as the files of fieldwork have it.

    Args:
        state: as its plan says.
        case: id of the unit that it speaks of, None if of none that is known.
        kind: whether it is an interview or a group.
        withdrawn: whether it was withdrawn, or somebody in it took the consent back.
    """

    state: str
    case: str | None
    withdrawn: bool
    kind: Literal["interview", "group"] = "interview"


def planned(study: Study, folder: Path, engine: Engine) -> dict[str, Planned]:
    """Return what fieldwork says of each interview and group of a study.

    What is wrong with its files is told when the study runs, and what cannot be read is left out.

    Args:
        study: as its file says.
        folder: the study folder.
        engine: of the study.
    """
    with snapshot(engine) as connection:
        results = current_results(connection)
    return _all_talks(study, folder, results)


def _all_talks(study: Study, folder: Path, results: Mapping[str, Result]) -> dict[str, Planned]:
    found: dict[str, Planned] = {}
    for stage in study.stages:
        if isinstance(stage, TalkStage):
            try:
                found |= talks_of(stage, study=study, folder=folder, results=results)
            except (Fault, Faults):
                continue
    return found


def talks_of(
    stage: TalkStage, *, study: Study, folder: Path, results: Mapping[str, Result]
) -> dict[str, Planned]:
    """Return what fieldwork says of each interview or event of a stage; its errors are not told.

    Args:
        stage: the stage.
        study: the whole study.
        folder: the study folder.
        results: of earlier stages; without that of its frame no unit is known.

    Raises:
        Fault: if a file of the stage cannot be read.
    """
    cases = _cases(stage, folder, results)
    ignored: list[Fault] = []
    held: list[_Talk] = []
    if isinstance(stage, GroupStage):
        groups = read_groups(stage, folder=folder, cases=cases, findings=(), told=ignored)
        held = [
            (row["event"], row["state"], row["case"], people_of(groups.attendance, row["event"]))
            for row in groups.events
        ]
    elif isinstance(stage, InterviewStage):
        held = _interviews(stage, study, folder, cases)
    persons = {person for _, _, _, people in held for person in people}
    consents = read_consents(stage.consents, folder=folder, people=persons, told=ignored)
    return {
        name: Planned(
            state=state,
            case=case,
            withdrawn=state == "withdrawn" or bool(taken_back(people, consents)),
            kind="group" if isinstance(stage, GroupStage) else "interview",
        )
        for name, state, case, people in held
    }


def _cases(stage: TalkStage, folder: Path, results: Mapping[str, Result]) -> Cases:
    if not stage.of or stage.of not in results:
        return cases_of(None, None, stage=stage)
    with Shelf(folder, results) as shelf:
        return cases_of(from_stamped(shelf.table(stage.of, "frame")), None, stage=stage)


def _interviews(stage: InterviewStage, study: Study, folder: Path, cases: Cases) -> list[_Talk]:
    ignored: list[Fault] = []
    plan = read_plan(stage, folder=folder, cases=cases, guides=study.guides, told=ignored)
    names = {each.interview for each in plan}
    people = read_people(
        stage, folder=folder, interviews=names, roles=roles_of(stage), told=ignored
    )
    return [
        (
            each.interview,
            each.state,
            each.case,
            tuple(one.person for one in people if one.interview == each.interview),
        )
        for each in plan
    ]


def notes_on_texts(folder: Path, engine: Engine) -> list[Fault]:
    """Return what is to be told of the texts of a study, as its file and fieldwork are now.

    INT-085 if texts are in use whose interview was withdrawn, INT-163 if some lie open without a
    reason.

    Args:
        folder: the study folder; while its file has errors nothing is told.
        engine: of the study.
    """
    try:
        study = read_checked(folder)
    except (Fault, Faults):
        return []
    left_open = note_of_open(engine, study)
    # Without results no unit is known, which is not asked here, and no table is read.
    gone = {name for name, each in _all_talks(study, folder, {}).items() if each.withdrawn}
    with snapshot(engine) as connection:
        names = [each.name for each in texts_in_use(connection) if each.interview in gone]
    withdrawn = [several_fault("INT-085", names, None)] if names else []
    return [*withdrawn, *([left_open] if left_open else [])]


def follow_cases(
    connection: Connection, cases: Mapping[str, str | None], *, at: dt.datetime, actor: str
) -> None:
    """Give each text the unit of its interview, and note what changed.

    Where the plan names none, a text loses the unit that it had from the plan before, and keeps
    one that a person gave it at import.

    Args:
        connection: within the transaction.
        cases: the unit of each interview and group.
        at: the time now.
        actor: who asked for it.
    """
    before: dict[str, str | None] | None = None
    changed: dict[str, str | None] = {}
    for each in documents(connection):
        if each.interview is None or each.interview not in cases:
            continue
        case = cases[each.interview]
        if case == each.case:
            continue
        if case is None:
            before = _followed(connection) if before is None else before
            if before.get(each.id) != each.case:
                continue
        update_document(connection, each.id, case=case)
        changed[each.id] = case
    if changed:
        note_cases(connection, changed, at=at, actor=actor)


def note_cases(
    connection: Connection, cases: Mapping[str, str | None], *, at: dt.datetime, actor: str
) -> None:
    """Note in the ledger which texts have their unit from the plan."""
    append(
        connection,
        at=at,
        actor=actor,
        action=_FOLLOWED,
        subject=counted(len(cases), "text"),
        detail=dict(cases),
    )


def _followed(connection: Connection) -> dict[str, str | None]:
    """Return the unit that each text had from the plan last."""
    wanted = select(LEDGER.c.detail).where(LEDGER.c.action == _FOLLOWED).order_by(LEDGER.c.line)
    found: dict[str, str | None] = {}
    for detail in connection.execute(wanted).scalars():
        found |= json.loads(detail)
    return found
