"""A codebook as a table, one code a row, for a spreadsheet: read and written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from consilience.base.errors import Fault, Faults, Where
from consilience.coding.codebook import in_order
from consilience.coding.model import Code
from consilience.formats.csv_out import csv_bytes
from consilience.formats.tables import read_table, row_numbers

COLUMNS: Final = (
    "id", "parent", "name", "definition", "inclusion", "exclusion", "examples", "colour",
    "codable", "retired",
)  # fmt: skip
_TRUE: Final = ("true", "yes", "1")
# What `csv_bytes` puts before text that a spreadsheet would run.
_GUARDED: Final = re.compile(r"^'(?=[=+\-@\t\r])")


def codebook_csv(codes: Sequence[Code]) -> bytes:
    """Return a codebook as CSV: columns `COLUMNS`, in the order of the tree.

    Args:
        codes: parents before children.

    Returns:
        UTF-8; several examples stand in one cell, each in its own line. The place of a row among
        those with the same parent is its position.

    Differs:
        White space at the ends of a cell and lines without words are not kept, nor an apostrophe
        before a sign that begins a formula.

    Example:
        >>> print(codebook_csv([Code(id="c1", name="Trust")]).decode().splitlines()[1])
        c1,,Trust,,,,,,true,false
    """
    columns: dict[str, list[Any]] = {
        name: [getattr(code, name) for code in codes] for name in COLUMNS
    }
    columns["examples"] = ["\n".join(code.examples) for code in codes]
    types = {"codable": pa.bool_(), "retired": pa.bool_()}
    return csv_bytes(
        pa.table({n: pa.array(v, types.get(n, pa.string())) for n, v in columns.items()})
    )


def read_codebook_sheet(path: Path, *, name: str) -> tuple[Code, ...]:
    """Read a codebook from CSV or a workbook: `id` and `name`, the other `COLUMNS` if there.

    Args:
        path: a .csv, .tsv or .xlsx file; encoding and delimiter are found out.
        name: how faults call it.

    Returns:
        The codes, parents before children; without a column `codable`, codes that have others
        below them are headings.

    Raises:
        Fault: FMT-001 to FMT-034 if it cannot be read.
        Faults: INT-094 for a row without id or name, INT-095 for an id twice, INT-096 for a
            column that is none, COD-002 for a parent that is not there, COD-014 for a code below
            itself.
    """
    table = read_table(path)
    faults = [
        Fault("INT-096", where=Where(file=name), key=column, known=", ".join(COLUMNS))
        for column in table.column_names
        if column not in COLUMNS
    ]
    faults += [
        Fault("INT-094", where=Where(file=name), key=column)
        for column in ("id", "name")
        if column not in table.column_names
    ]
    if faults:
        raise Faults(faults)
    codes: dict[str, Code] = {}
    rows = table.to_pylist()
    above = {row.get("parent") for row in rows}
    for position, (number, row) in enumerate(zip(row_numbers(table), rows, strict=True)):
        try:
            code = _code(row, position, heading=row["id"] in above)
            if code.id in codes:
                raise Fault("INT-095", value=code.id)
            codes[code.id] = code
        except Fault as fault:
            where = Where(file=name, row=number)
            faults.append(Fault(fault.code, where=where, **fault.values))
    if faults:
        raise Faults(faults)
    try:
        return _numbered(in_order(codes.values()))
    except Fault as fault:
        raise Faults([Fault(fault.code, where=Where(file=name), **fault.values)]) from None


def _code(row: Mapping[str, str | None], position: int, *, heading: bool) -> Code:
    given = {key: _GUARDED.sub("", value or "") for key, value in row.items()}
    for key in ("id", "name"):
        if not given[key]:
            raise Fault("INT-094", key=key)
    codable = given.get("codable", "")
    return Code(
        id=given["id"],
        name=given["name"],
        parent=given.get("parent") or None,
        position=position,
        colour=given.get("colour") or None,
        definition=given.get("definition", ""),
        inclusion=given.get("inclusion", ""),
        exclusion=given.get("exclusion", ""),
        examples=tuple(e for e in given.get("examples", "").splitlines() if e.strip()),
        codable=codable.lower() in _TRUE if codable else not heading,
        retired=given.get("retired", "").lower() in _TRUE,
    )


def _numbered(codes: Sequence[Code]) -> tuple[Code, ...]:
    """Return codes whose positions count from 0 below each parent."""
    seen: dict[str | None, int] = {}
    found = []
    for code in codes:
        place = seen.get(code.parent, 0)
        seen[code.parent] = place + 1
        found.append(replace(code, position=place))
    return tuple(found)
