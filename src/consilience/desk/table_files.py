"""Write one table where somebody wants it: .csv, .xlsx or .sav."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.formats.csv_out import csv_bytes
from consilience.formats.sav import write_sav
from consilience.formats.xlsx_out import xlsx_bytes
from consilience.report.exports import flat
from consilience.store.files import SCRATCH, check_place, publish, write_whole, writing_fault

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
FORMS: Final = (".csv", ".xlsx", ".sav")
SIMULATED: Final = "SIMULATED DATA, not findings"


def check_form(target: Path) -> None:
    """Require an ending that a table can be written with, before anything is computed.

    Raises:
        Fault: COD-028 for another ending.
    """
    if target.suffix.lower() not in FORMS:
        known = ", ".join(FORMS)
        raise Fault("COD-028", where=Where(file=str(target)), form=target.suffix, known=known)


def write_table(
    table: pa.Table,
    target: Path,
    *,
    labels: Mapping[str, str] = _NONE,
    value_labels: Mapping[str, Mapping[float, str]] = _NONE,
    measures: Mapping[str, str] = _NONE,
    note: str = "",
) -> None:
    """Write a table, whole or not at all.

    Args:
        table: any; lists become text parted by semicolons.
        target: where to; its ending says the form.
        labels: label by column, for .sav.
        value_labels: label by value, by column, for .sav.
        measures: nominal, ordinal or scale, by column, for .sav.
        note: what must be known of it, for .xlsx and .sav.

    Raises:
        Fault: COD-028 for another ending, STO-002, STO-009 or STO-013 if it cannot be written.
    """
    check_form(target)
    if target.suffix.lower() == ".csv":
        write_whole(target, csv_bytes(table))
    elif target.suffix.lower() == ".xlsx":
        write_whole(target, xlsx_bytes(table, note=note))
    else:
        check_place(target)
        scratch = target.with_name(target.name + SCRATCH)
        write_whole(scratch, b"")  # says in words why it cannot be written there
        try:
            write_sav(
                scratch,
                flat(table),
                labels=labels,
                value_labels=value_labels,
                measures=measures,
                note=note,
            )
            publish(scratch, target)
        except OSError as error:
            raise writing_fault(target, error) from error
        finally:
            scratch.unlink(missing_ok=True)
