"""Ask how interviews and groups stand now, what may be done with them, and who somebody is."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.design.model import SurveyStage, TalkStage
from consilience.desk.checks import read_checked
from consilience.desk.freshness import STEPS, kind_of
from consilience.desk.kept import kept_results, opened
from consilience.desk.live import LiveRecords
from consilience.desk.sealed import vault_for_writing
from consilience.desk.shelf import Shelf
from consilience.desk.steps import Task
from consilience.formats.tables import read_table
from consilience.interviews.consents import allowed_by_all, consents_of
from consilience.interviews.model import Material, Permission, Purpose
from consilience.store.database import HIDDEN, transaction
from consilience.store.ledger import append
from consilience.store.vault import open_vault

CONTACTS: Final = "contacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkNow:
    """A stage of interviews or groups as its files and texts stand now.

    Args:
        stage: the stage.
        tables: its tables by name.
        warnings: what should be looked at.
    """

    stage: Any
    tables: Mapping[str, pa.Table]
    warnings: tuple[Fault, ...]

    def rows(self, interviews: str, groups: str) -> list[dict[str, Any]]:
        """Return the rows of a table by its name among interviews and among groups."""
        name = interviews if interviews in self.tables else groups
        return list(self.tables[name].to_pylist())

    def people(self) -> dict[str, tuple[str, ...]]:
        """Return who was in each interview or event, by ids."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self.rows("participant", "attendance"):
            name = row.get("interview") or row["event"]
            found[name] = (*found.get(name, ()), row["person"])
        return found


def talks_now(folder: Path) -> tuple[TalkNow, ...]:
    """How do the interviews and groups of a study stand now? Nothing is kept.

    Args:
        folder: the study folder.

    Raises:
        Fault: STU-006 if the study was never run, STU-004 if the frame of a stage was not.
        Faults: what is wrong with the study file or the tables of fieldwork.
    """
    study = read_checked(folder)
    with opened(folder) as engine, Shelf(folder, kept_results(folder)) as shelf:
        live = LiveRecords(engine)
        found = []
        for stage in study.stages:
            if isinstance(stage, TalkStage):
                task = Task(
                    study=study, stage=stage, folder=folder, table=shelf.table, live=live.table
                )
                made = STEPS[kind_of(stage)].run(task)
                found.append(TalkNow(stage=stage, tables=made.tables, warnings=made.warnings))
    return tuple(found)


def permissions(
    talks: tuple[TalkNow, ...], *, material: Material, purpose: Purpose
) -> dict[str, Permission]:
    """What may be done with the material of each interview or event?

    Args:
        talks: as they stand now.
        material: kind of material.
        purpose: what it is to be used for.

    Returns:
        Interview or event to the answer; one that is missing is not allowed either.
    """
    found = {}
    for talk in talks:
        name = "consent" if "consent" in talk.tables else "event_consent"
        consents = consents_of(talk.tables[name])
        for interview, people in talk.people().items():
            found[interview] = allowed_by_all(
                consents, people=people, material=material, purpose=purpose
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A question and the finding that it comes from; None where nothing stands on that side."""

    finding: str
    text: str
    stage: str
    survey: str | None
    question: str | None
    words: str | None


def trace(folder: Path) -> tuple[Link, ...]:
    """Which finding shaped which question? Findings first that shaped none, as gaps show too."""
    study = read_checked(folder)
    asked = [
        (stage.id, question)
        for stage in study.stages
        if isinstance(stage, SurveyStage)
        for question in study.instruments[stage.instrument].questions
    ]
    links = []
    for finding in study.findings:
        own = [(survey, q) for survey, q in asked if q.from_finding == finding.id]
        head = {"finding": finding.id, "text": finding.text, "stage": finding.from_}
        if not own:
            links.append(Link(**head, survey=None, question=None, words=None))
        links += [
            Link(**head, survey=survey, question=question.id, words=question.text)
            for survey, question in own
        ]
    return tuple(links)


# --- contacts, which stand in the vault only --------------------------------------------


def add_contacts(folder: Path, file: Path, *, key: str, at: dt.datetime, actor: str) -> int:
    """Take a table of contacts into the vault, which is made if there is none.

    Args:
        folder: the study folder.
        file: a table with the column `person` and any others.
        key: the pass phrase of the vault.
        at: the time now, for the ledger.
        actor: who asks, for the ledger.

    Returns:
        How many people were written or written over; others stay as they are.

    Raises:
        Fault: INT-091 if there is no column `person`, STO-031 if the pass phrase is another one,
            or what is wrong with the table.
    """
    table = read_table(file)
    if "person" not in table.column_names:
        raise Fault("INT-091", where=Where(file=file.name, row=1))
    new = {row["person"]: row for row in table.to_pylist() if row["person"]}
    with opened(folder) as engine:
        vault = vault_for_writing(folder, key)
        kept = json.loads(vault.read(CONTACTS) or b"{}")
        vault.write(CONTACTS, json.dumps(kept | new, ensure_ascii=False).encode())
        with transaction(engine) as connection:
            append(
                connection,
                at=at,
                actor=actor,
                action="contacts added",
                subject="vault",
                detail={"people": len(new)},
            )
    return len(new)


def contacts(folder: Path, *, key: str, at: dt.datetime, actor: str) -> list[dict[str, str | None]]:
    """Who is who? Opens the vault, which the ledger notes.

    Args:
        folder: the study folder.
        key: the pass phrase of the vault.
        at: the time now, for the ledger.
        actor: who asks, for the ledger.

    Returns:
        A row a person, by id, in the columns that were taken in.

    Raises:
        Fault: STO-030 if there is no vault, STO-031 if the pass phrase is another one.
    """
    with opened(folder) as engine:
        vault = open_vault(folder / HIDDEN, key)
        kept: dict[str, dict[str, str | None]] = json.loads(vault.read(CONTACTS) or b"{}")
        with transaction(engine) as connection:
            append(
                connection,
                at=at,
                actor=actor,
                action="contacts read",
                subject="vault",
                detail={"people": len(kept)},
            )
    return [kept[person] for person in sorted(kept)]
