"""Keep the inventory of recordings."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from consilience.interviews.model import Recording
from consilience.store.recording_tables import RECORDING


def keep_recording(connection: Connection, recording: Recording) -> bool:
    """Enter a recording; return whether it was new."""
    entered = connection.execute(
        insert(RECORDING).values(**asdict(recording)).on_conflict_do_nothing()
    )
    return entered.rowcount == 1


def recordings(connection: Connection) -> list[Recording]:
    """Return all recordings by name."""
    rows = connection.execute(select(RECORDING).order_by(RECORDING.c.name, RECORDING.c.sha256))
    return [Recording(**row._mapping) for row in rows]  # noqa: SLF001  (SQLAlchemy's public name)


def find_recordings(connection: Connection, named: str) -> list[Recording]:
    """Return the recordings of this name, or whose hash begins so."""
    return [
        each
        for each in recordings(connection)
        if each.name == named or (len(named) >= 6 and each.sha256.startswith(named))
    ]


def update_recording(connection: Connection, sha256: str, **values: str | None) -> None:
    """Change what is known of a recording: its interview or transcriber."""
    connection.execute(RECORDING.update().where(RECORDING.c.sha256 == sha256).values(**values))
