"""Read what a study keeps, without running anything."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.desk.checks import require_study
from consilience.store.database import HIDDEN, NAME, open_database, snapshot
from consilience.store.results import Result, current_results


def was_run(folder: Path) -> bool:
    """Return whether a study keeps anything."""
    return (folder / HIDDEN / NAME).exists()


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Engine]:
    """Open the database of a study that was run before.

    Raises:
        Fault: STU-002 if there is no study, STU-006 if it was never run.
    """
    require_study(folder)
    if not was_run(folder):
        raise Fault("STU-006", folder=str(folder))
    engine = open_database(folder / HIDDEN / NAME)
    try:
        yield engine
    finally:
        engine.dispose()


@contextlib.contextmanager
def at_work(folder: Path) -> Iterator[Engine]:
    """Open the database of a study, making it if the study was never run.

    Raises:
        Fault: STU-002 if there is no study, STO-002 or STO-009 if it cannot be written.
    """
    require_study(folder)
    (folder / HIDDEN).mkdir(parents=True, exist_ok=True)
    engine = open_database(folder / HIDDEN / NAME)
    try:
        yield engine
    finally:
        engine.dispose()


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[Connection]:
    """Read the database of a study that was run before.

    Raises:
        Fault: STU-002 if there is no study, STU-006 if it was never run.
    """
    with opened(folder) as engine, snapshot(engine) as connection:
        yield connection


def kept_results(folder: Path) -> Mapping[str, Result]:
    """Return the current result of each stage.

    Raises:
        Fault: STU-002 if there is no study, STU-006 if it was never run.
    """
    with reading(folder) as connection:
        return current_results(connection)
