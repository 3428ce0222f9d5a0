"""Tables of other tools: delimited text and workbooks in, delimited text out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.formats.csv_out import csv_bytes, write_csv
from consilience.formats.delimited import read_delimited
from consilience.formats.opening import kind_of, read_bytes
from consilience.formats.shape import (
    Found,
    RawRows,
    TableShape,
    found_in,
    row_numbers,
    with_found,
)
from consilience.formats.workbook import read_workbook

__all__ = [
    "Found",
    "TableShape",
    "csv_bytes",
    "found_in",
    "read_table",
    "row_numbers",
    "write_csv",
]

TEXT_SUFFIXES: Final = (".csv", ".tsv", ".tab", ".txt")
WORKBOOK_SUFFIXES: Final = (".xlsx", ".xlsm", ".xls")

_Row = Sequence[str | None]
_NOTHING_TOLD: Final = TableShape()


def _check_content(data: bytes, path: Path, suffix: str) -> None:
    """Refuse binary content under the name of a text file."""
    content = kind_of(data)
    if content is not None:
        place = Where(file=str(path))
        raise Fault("FMT-006", where=place, name=path.name, suffix=suffix, content=content)


def _raw_rows(path: Path, shape: TableShape) -> RawRows:
    """Read a file by its suffix."""
    inner = Path(path.stem) if path.suffix.lower() == ".gz" else path
    suffix = inner.suffix.lower()
    if suffix not in (*TEXT_SUFFIXES, *WORKBOOK_SUFFIXES):
        known = ", ".join((*TEXT_SUFFIXES, ".xlsx", "and these with .gz"))
        raise Fault("FMT-005", where=Where(file=str(path)), name=path.name, known=known)
    data = read_bytes(path)
    if suffix in WORKBOOK_SUFFIXES:
        return read_workbook(data, sheet=shape.sheet, file=str(path))
    _check_content(data, path, suffix)
    return read_delimited(data, shape=shape, file=str(path))


def _filled(row: _Row) -> bool:
    return any(cell is not None for cell in row)


def _from_first_filled(raw: RawRows) -> RawRows:
    """Return the rows without empty ones before the heading."""
    lead = next((n for n, row in enumerate(raw.rows) if _filled(row)), len(raw.rows))
    return replace(raw, rows=raw.rows[lead:], first=raw.first + lead)


def _check_headings(rows: RawRows, shape: TableShape, path: Path) -> None:
    """Refuse a file whose rows are fewer or other than the heading rows told."""
    head = len(rows.rows)
    if head < shape.header_rows:
        place = Where(file=str(path))
        values = {"name": path.name, "header_rows": shape.header_rows, "rows": head}
        raise Fault("FMT-024", where=place, **values)
    for number, row in enumerate(rows.rows[shape.header_rows : 3], shape.header_rows + 1):
        if row and (row[0] or "").replace(" ", "").startswith('{"ImportId"'):
            place = Where(file=str(path), row=rows.first + number - 1)
            raise Fault("FMT-023", where=place, row=rows.first + number - 1)


def _names(heading: _Row, width: int, body: Sequence[_Row]) -> tuple[list[str], list[int]]:
    """Return the names of `width` columns, and the places of those that have none but values."""
    named = [(cell or "").strip().lstrip("\ufeff") for cell in heading]
    names = [*named, *[""] * (width - len(named))][:width]
    used = [
        place
        for place, name in enumerate(names)
        if not name and any(place < len(row) and row[place] is not None for row in body)
    ]
    return [name or f"column {place + 1}" for place, name in enumerate(names)], used


def _check_unique(names: Sequence[str], place: Where) -> None:
    for column, count in Counter(names).items():
        if count > 1:
            places = ", ".join(str(n + 1) for n, name in enumerate(names) if name == column)
            raise Fault("FMT-021", where=place, column=column, count=count, places=places)


def _check_even(
    numbered: Sequence[tuple[int, _Row]], *, width: int, padded: bool, path: Path
) -> tuple[Fault, ...]:
    """Refuse rows longer (in values) or, in delimited text, shorter than the heading.

    A short last row is a file cut short: a warning, for nothing is shifted.
    """
    uneven = [
        (number, len(row))
        for number, row in numbered
        if (len(row) > width and _filled(row[width:])) or (len(row) < width and not padded)
    ]
    if not uneven:
        return ()
    number, fields = uneven[0]
    place = Where(file=str(path), row=number)
    values: dict[str, object] = {"columns": width, "fields": fields}
    if number == numbered[-1][0] and fields < width:
        return (Fault("FMT-025", where=place, **values),)
    examples = ", ".join(str(each) for each, _ in uneven[:5])
    raise Fault("FMT-016", where=place, count=len(uneven), examples=examples, **values)


def _column(body: Sequence[_Row], place: int) -> pa.Array:
    cells = [row[place] if place < len(row) else None for row in body]
    return pa.array(cells, pa.string())


def _width(heading: _Row) -> int:
    """Return the place of the last heading: blank ones after it are no columns."""
    return max((place + 1 for place, cell in enumerate(heading) if cell is not None), default=0)


def _assemble(raw: RawRows, shape: TableShape, path: Path) -> pa.Table:
    """Make a table of rows, with what was found in its metadata."""
    where = Where(file=str(path), sheet=raw.sheet, row=raw.first)
    heading = raw.rows[0]
    start = raw.first + shape.header_rows
    numbered = list(enumerate(raw.rows[shape.header_rows :], start))
    body = [(number, row) for number, row in numbered if _filled(row)]
    width = _width(heading)
    cut = _check_even(body, width=width, padded=raw.padded, path=path)
    rows = [row for _, row in body]
    names, unnamed = _names(heading, width, rows)
    _check_unique(names, where)
    notes = [
        *raw.notes,
        *cut,
        *[Fault("FMT-022", where=where, place=at + 1, name=names[at]) for at in unnamed],
    ]
    if not rows:
        notes.append(Fault("FMT-020", where=where, name=path.name, columns=width))
    kept = [at for at in range(width) if heading[at] is not None or at in unnamed]
    table = pa.table({names[at]: _column(rows, at) for at in kept})
    labels = raw.rows[1] if shape.header_rows > 1 else ()
    found = Found(
        encoding=raw.encoding,
        delimiter=raw.delimiter,
        sheet=raw.sheet,
        header_rows=start - 1,
        labels=tuple(labels[at] or "" if at < len(labels) else "" for at in kept) if labels else (),
        blank=tuple(number for number, row in numbered if not _filled(row)),
        notes=tuple(notes),
    )
    return with_found(table, found)


def read_table(path: Path, *, shape: TableShape = _NOTHING_TOLD) -> pa.Table:
    """What stands in this table of another tool, every value as the text it is there?

    Args:
        path: a .csv, .tsv, .tab, .txt (these also with .gz) or .xlsx file.
        shape: what is told of how it is written; what is not told is found out.

    Returns:
        One text column a named column, null where empty. Rows in which nothing stands are left
        out, and so are nameless columns without values. `found_in(table)` says which encoding,
        delimiter and sheet were found, with warnings; `row_numbers(table)` in which row of the
        file each record stood.

    Raises:
        Fault: FMT-001 to FMT-007 if the file cannot be opened; FMT-010 to FMT-018 if its text
            cannot be split; FMT-021, FMT-023, FMT-024 if its heading is wrong; FMT-030 to
            FMT-034 if a workbook cannot be read; FMT-270 to FMT-273 if there is more in a packed
            file than can be read.

    Differs:
        From pandas `read_csv`: no value is turned into a number, a date or "missing"; uneven
        rows and broken quoting are refused with their row, not filled up or swallowed.
    """
    raw = _from_first_filled(_raw_rows(path, shape))
    if not raw.rows:
        raise Fault("FMT-004", where=Where(file=str(path), sheet=raw.sheet), name=path.name)
    _check_headings(raw, shape, path)
    return _assemble(raw, shape, path)
