"""Take in transcripts that somebody sends to a page, and say what became of each."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from consilience.base.errors import Fault, Faults
from consilience.desk.checks import read_checked
from consilience.desk.fieldwork import talks_now
from consilience.desk.intake import Entry, Terms, placed, take_in, terms_of_study, with_notes
from consilience.desk.lying_open import note_of_open
from consilience.desk.talk_plan import planned
from consilience.desk.transcripts import require_document
from consilience.store.database import HIDDEN, snapshot
from consilience.store.transcripts import all_states, turns_of, versions
from consilience.store.vault import Vault

_ROOMS: Final = "incoming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What became of a file.

    Args:
        entry: as the import tells it.
        document: id of the text, empty if the file was refused.
        state: where the text stands now, empty if the file was refused.
        turns: how many turns its newest version has.
        speakers: who speaks in it, as it stands outside the vault.
    """

    entry: Entry
    document: str = ""
    state: str = ""
    turns: int = 0
    speakers: tuple[str, ...] = ()


def open_because(folder: Path) -> str | None:
    """Return why all texts of a study lie open, as its file says; None if they are sealed.

    Raises:
        Fault: STU-002 if there is no study.
        Faults: all errors of the study file in one.
    """
    return terms_of_study(read_checked(folder), Terms()).unsealed


def planned_talks(folder: Path) -> tuple[str, ...]:
    """Return the interviews and groups that a study plans; none where its plan cannot be read."""
    try:
        talks = talks_now(folder)
    except (Fault, Faults):
        return ()
    rows = (row for talk in talks for row in talk.rows("interview", "event"))
    return tuple(dict.fromkeys(row.get("interview") or row["event"] for row in rows))


def bring_in(
    engine: Engine,
    folder: Path,
    files: Sequence[Path],
    *,
    terms: Terms,
    vault: Vault | None,
    at: dt.datetime,
    actor: str,
) -> tuple[Brought, ...]:
    """Take transcripts into a study that others work in meanwhile.

    Each file is a transaction of its own, so that nobody who codes waits for all of them; else
    it is as `desk.intake.import_files`.

    Args:
        engine: of the study.
        folder: the study folder.
        files: transcripts.
        terms: on which terms; what the study file says of its texts is added.
        vault: opened, None if it is not open.
        at: the time now.
        actor: who brings them in.

    Raises:
        Fault: INT-007 if texts are to be sealed and the vault is not open; INT-130, INT-132 or
            INT-133 if the interview or the case is none.
        Faults: what is wrong with the study file.
    """
    study = read_checked(folder)
    terms = terms_of_study(study, terms)
    talks = planned(study, folder, engine)
    terms, notes = placed(engine, folder, terms, talks)
    entries: list[Entry] = []
    for path in files:
        entries += take_in(
            engine, [path], terms=terms, vault=vault, talks=talks, at=at, actor=actor
        )
    left = note_of_open(engine, study)
    told = with_notes(entries, notes, always=[left] if left else [])
    return tuple(_now(engine, entry) for entry in told)


def _now(engine: Engine, entry: Entry) -> Brought:
    """Look at the text of a file as it stands now."""
    if entry.name is None:
        return Brought(entry=entry)
    with snapshot(engine) as connection:
        document = require_document(connection, entry.name)
        newest = versions(connection, document.id)[-1]
        turns = turns_of(connection, document.id, newest.number)
        state = all_states(connection).get(document.id)
    return Brought(
        entry=entry,
        document=document.id,
        state=state.state if state else "transcribed",
        turns=len(turns),
        speakers=tuple(dict.fromkeys(turn.speaker for turn in turns if turn.speaker)),
    )


# --- where files lie while they come in -------------------------------------------------
# In the study folder, not where the system keeps scratch: what may name people stays on the disk
# that the team chose for it.


def make_room(folder: Path) -> Path:
    """Make a folder for files that come in, which only this account of the machine can read."""
    rooms = folder / HIDDEN / _ROOMS
    rooms.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=rooms))


def clear_room(room: Path) -> None:
    """Remove a folder of files that came in, with all in it."""
    shutil.rmtree(room)


def clear_rooms(folder: Path) -> None:
    """Remove what a server left behind that was killed while files came in."""
    shutil.rmtree(folder / HIDDEN / _ROOMS, ignore_errors=True)
