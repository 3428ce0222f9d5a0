"""Which texts lie open only because the study was simulated when they came in, and is not now?"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, select

from consilience.base.counting import counted
from consilience.base.errors import Fault
from consilience.design.model import Study, TalkStage
from consilience.interviews.model import Document, Version
from consilience.store.database import HIDDEN, NAME, open_database, snapshot
from consilience.store.ledger import append
from consilience.store.tables import LEDGER
from consilience.store.transcripts import documents, erased_texts, versions

# Why texts of a simulated study lie open, as the ledger has it.
STUDY_SIMULATED: Final = "the study is simulated"
IMPORTED: Final = "transcripts imported"
_LEFT_OPEN: Final = "texts left open"
_MOST_NAMED: Final = 20


def opens_all(study: Study) -> str | None:
    """Return the reason for which each stage of interviews and groups lets words lie open."""
    talks = [stage for stage in study.stages if isinstance(stage, TalkStage)]
    if talks and not any(stage.pseudonymise for stage in talks):
        return talks[0].because
    return None


def open_versions(connection: Connection, document: str) -> list[Version]:
    """Return the versions of a text that lie open with the words as they came or were corrected."""
    return [
        each
        for each in versions(connection, document)
        if not each.sealed and each.kind in ("raw", "corrected")
    ]


def without_reason(connection: Connection, study: Study) -> list[Document]:
    """Return the texts that came in open because the study was simulated, if it is not any more.

    Args:
        connection: to read from.
        study: as its file says now.
    """
    if study.study.simulated or opens_all(study) is not None:
        return []
    simulated, left = _came_in_simulated(connection), _left_open(connection)
    suspects = simulated - left - erased_texts(connection)
    if not suspects:
        return []
    return [
        each
        for each in documents(connection)
        if each.id in suspects and open_versions(connection, each.id)
    ]


def _came_in_simulated(connection: Connection) -> set[str]:
    found: set[str] = set()
    for detail in _details(connection, IMPORTED):
        if detail.get("unsealed") == STUDY_SIMULATED:
            found |= set(detail["sha256"])
    return found


def _left_open(connection: Connection) -> set[str]:
    return {each for detail in _details(connection, _LEFT_OPEN) for each in detail["texts"]}


def _details(connection: Connection, action: str) -> list[dict[str, Any]]:
    wanted = select(LEDGER.c.detail).where(LEDGER.c.action == action).order_by(LEDGER.c.line)
    return [json.loads(each) for each in connection.execute(wanted).scalars()]


def note_left_open(
    connection: Connection,
    texts: Collection[str],
    *,
    reason: str,
    at: dt.datetime,
    actor: str,
) -> None:
    """Note in the ledger why texts may go on lying open."""
    append(
        connection,
        at=at,
        actor=actor,
        action=_LEFT_OPEN,
        subject=counted(len(texts), "text"),
        detail={"texts": sorted(texts), "reason": reason},
    )


def note_of_open(engine: Engine, study: Study) -> Fault | None:
    """Return INT-163 if texts lie open without a reason.

    Args:
        engine: of the study.
        study: as its file says now.
    """
    with snapshot(engine) as connection:
        texts = without_reason(connection, study)
    if not texts:
        return None
    # Ids: names may be those of people.
    more = len(texts) - _MOST_NAMED
    names = ", ".join(each.id for each in texts[:_MOST_NAMED])
    return Fault(
        "INT-163", count=len(texts), names=f"{names} and {more} more" if more > 0 else names
    )


def note_in(folder: Path, study: Study) -> list[Fault]:
    """Return INT-163 if texts of a study lie open without a reason; nothing if it keeps none."""
    database = folder / HIDDEN / NAME
    if study.study.simulated or not database.exists():
        return []
    engine = open_database(database)
    try:
        note = note_of_open(engine, study)
    finally:
        engine.dispose()
    return [note] if note else []
