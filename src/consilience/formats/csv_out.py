"""Delimited text out: the same table gives the same bytes anywhere."""

from __future__ import annotations

import codecs
import datetime as dt
import gzip
import re
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

# What a spreadsheet would run as a formula (OWASP, CSV injection); a number may start so too.
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_SPECIAL: Final = re.compile(r'[",\r\n]')
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?")


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe goes before it.

    Numbers stay as they are, such as the missing code -9.

    Example:
        >>> neutral("=1+1"), neutral("-9"), neutral("- none")
        ("'=1+1", '-9', "'- none")
    """
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def _text(value: Any, guarded: bool) -> str:  # noqa: ANN401  (any value an Arrow cell can have)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return neutral(text) if guarded and not isinstance(value, int) else text


def cell_text(value: Any) -> str:  # noqa: ANN401  (any value an Arrow cell can have)
    """Return what stands for a value in a file of `csv_bytes` that is not guarded.

    Example:
        >>> cell_text(2.0), cell_text(0.5), cell_text(None)
        ('2', '0.5', '')
    """
    return _text(value, False)


def _quoted(text: str) -> str:
    """Return a field, in quotes where it must be (the csv module leaves a lone CR bare)."""
    if _SPECIAL.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _texts(column: pa.ChunkedArray, guarded: bool) -> list[str]:
    """Return the fields of a column; most columns hold few different values, each made once."""
    cells = column.to_pylist()
    if pa.types.is_nested(column.type):
        return [_quoted(_text(cell, guarded)) for cell in cells]
    made = {cell: _quoted(_text(cell, guarded)) for cell in set(cells)}
    return [made[cell] for cell in cells]


def csv_bytes(
    table: pa.Table, *, guarded: bool = True, ending: str = "\n", marked: bool = False
) -> bytes:
    r"""How does this table read as CSV?

    Args:
        table: columns of text, numbers, truth values, dates, times, or lists of them.
        guarded: whether an apostrophe goes before text that a spreadsheet would run as a
            formula; numbers are never touched. Leave it out only for files that no spreadsheet
            will open: answers of strangers stand in them.
        ending: of lines; RFC 4180 asks for CRLF.
        marked: whether a BOM says that it is UTF-8; without one Excel takes Siân for SiÃ¢n. For
            files that people fill in; other programs take it for a part of the first heading.

    Returns:
        UTF-8, without BOM unless asked for, quotes only where needed, empty where null, whole
        numbers without a point, other numbers in the fewest digits that give them back, dates
        in ISO 8601, lists joined by "; ".

    Example:
        >>> csv_bytes(pa.table({"area": ["Poole"], "value": [2.0]}))
        b'area,value\nPoole,2\n'
    """
    heads = [_quoted(_text(name, guarded)) for name in table.column_names]
    columns = [_texts(column, guarded) for column in table.columns]
    lines = [",".join(row) for row in [heads, *zip(*columns, strict=True)]]
    # A line on which nothing stands would not count as a row.
    mark = codecs.BOM_UTF8 if marked else b""
    return mark + "".join((line or '""') + ending for line in lines).encode()


def write_csv(table: pa.Table, path: Path, *, guarded: bool = True) -> None:
    """Write a table as CSV; compressed, and still the same bytes each time, if named `.gz`.

    Args:
        table: as for `csv_bytes`.
        path: where to; its folder must be there.
        guarded: as for `csv_bytes`.
    """
    data = csv_bytes(table, guarded=guarded)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
