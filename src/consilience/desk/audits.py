"""Read and verify the audit ledger."""

from __future__ import annotations

from pathlib import Path

from consilience.base.errors import Fault
from consilience.desk.kept import reading
from consilience.store.ledger import Line, lines, read_export, verify, verify_kept


def ledger_lines(folder: Path) -> list[Line]:
    """Return the ledger of a study in order.

    Raises:
        Fault: STU-002 if there is no study, STU-006 if it was never run.
    """
    with reading(folder) as connection:
        return lines(connection)


def verify_study(folder: Path) -> tuple[int, list[Fault]]:
    """Return the number of lines of a study's ledger and what is wrong with them.

    Raises:
        Fault: STU-002 if there is no study, STU-006 if it was never run.
    """
    with reading(folder) as connection:
        return verify_kept(connection)


def verify_export(path: Path) -> tuple[int, list[Fault]]:
    """Return the number of lines of an exported ledger and what is wrong with them.

    Raises:
        Fault: STO-010 if it is no export of a ledger.
    """
    entries = read_export(path)
    return len(entries), verify(entries)
