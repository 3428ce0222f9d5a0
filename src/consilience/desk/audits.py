"""Read and verify the audit ledger of a study or a catalogue."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.desk.catalogue import FILE, opened_catalogue
from consilience.desk.kept import reading
from consilience.store.database import snapshot
from consilience.store.ledger import Line, lines, read_export, verify, verify_kept


def ledger_lines(folder: Path) -> list[Line]:
    """Return the ledger of a study, or of a catalogue, in order.

    Raises:
        Fault: STU-002 if there is no study, STU-006 if it was never run.
    """
    with _ledger(folder) as connection:
        return lines(connection)


def verify_study(folder: Path) -> tuple[int, list[Fault]]:
    """Return the number of lines of the ledger of a study or catalogue, and their faults.

    Raises:
        Fault: STU-002 if there is no study, STU-006 if it was never run.
    """
    with _ledger(folder) as connection:
        return verify_kept(connection)


def verify_export(path: Path) -> tuple[int, list[Fault]]:
    """Return the number of lines of an exported ledger and what is wrong with them.

    Raises:
        Fault: STO-010 if it is no export of a ledger.
    """
    entries = read_export(path)
    return len(entries), verify(entries)


@contextlib.contextmanager
def _ledger(folder: Path) -> Iterator[Connection]:
    """Read what the folder keeps, whichever of the two it is of."""
    if not (folder / FILE).is_file():
        with reading(folder) as connection:
            yield connection
        return
    with opened_catalogue(folder) as catalogue, snapshot(catalogue.engine) as connection:
        yield connection
