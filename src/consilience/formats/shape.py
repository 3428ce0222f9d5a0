"""How a table stands in a file: what was told of it, and what was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from consilience.base.errors import Fault, Where

METADATA_KEY: Final = b"consilience.found"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """How a file is written, as far as it is told and need not be found out.

    Args:
        encoding: such as `cp1252`; None has it found.
        delimiter: one character; None has it found.
        sheet: name of the sheet of a workbook; None takes the first.
        header_rows: rows before the first record; names stand in the first of them (Qualtrics
            writes 3).
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_rows: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of a file that was read.

    Args:
        encoding: of delimited text; None for workbooks.
        delimiter: of delimited text; None for workbooks.
        sheet: of a workbook; None for text.
        header_rows: rows before the first record.
        labels: second heading row (the questions, in a Qualtrics export), else empty.
        blank: numbers of the rows left out because nothing stands in them.
        notes: warnings.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_rows: int = 1
    labels: tuple[str, ...] = ()
    blank: tuple[int, ...] = ()
    notes: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRows:
    """The rows of a file before they are a table: every cell text, or None where empty.

    Args:
        rows: all rows, heading rows among them.
        first: number of the first of them in the file.
        padded: whether short rows are the file's way of leaving out empty cells.
        encoding: as in `Found`.
        delimiter: as in `Found`.
        sheet: as in `Found`.
        notes: warnings so far.
    """

    rows: Sequence[Sequence[str | None]]
    first: int = 1
    padded: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    notes: tuple[Fault, ...] = ()


def with_found(table: pa.Table, found: Found) -> pa.Table:
    """Return the table with what was found in its metadata."""
    note = {
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "sheet": found.sheet,
        "header_rows": found.header_rows,
        "labels": list(found.labels),
        "blank": list(found.blank),
        "notes": [
            {
                "code": fault.code,
                "where": {name: getattr(fault.where, name) for name in Where.__slots__},
                "values": dict(fault.values),
            }
            for fault in found.notes
        ],
    }
    text = json.dumps(note, sort_keys=True, default=str).encode()
    return table.replace_schema_metadata({METADATA_KEY: text})


def found_in(table: pa.Table) -> Found:
    """Return how the file stood that `read_table` read: encoding, delimiter, warnings.

    Args:
        table: a table that came from `read_table`.

    Returns:
        What was found; all unknown for a table from elsewhere.

    Example:
        >>> found_in(pa.table({"a": ["1"]})).header_rows
        1
    """
    metadata = table.schema.metadata or {}
    if METADATA_KEY not in metadata:
        return Found()
    note = json.loads(metadata[METADATA_KEY])
    faults = tuple(
        Fault(each["code"], where=Where(**each["where"]), **each["values"])
        for each in note.pop("notes")
    )
    labels, blank = tuple(note.pop("labels")), tuple(note.pop("blank"))
    return Found(notes=faults, labels=labels, blank=blank, **note)


def row_numbers(table: pa.Table) -> tuple[int, ...]:
    """Return in which row of the file each record stood, the first heading row being row 1."""
    found = found_in(table)
    blank = set(found.blank)
    numbers: list[int] = []
    row = found.header_rows
    while len(numbers) < table.num_rows:
        row += 1
        if row not in blank:
            numbers.append(row)
    return tuple(numbers)
