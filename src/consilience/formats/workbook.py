"""Rows of a sheet of an xlsx workbook, every cell as text."""

from __future__ import annotations

import datetime as dt
import difflib
import io
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from consilience.base.errors import Fault, Where
from consilience.formats.opening import DAMAGED
from consilience.formats.shape import RawRows
from consilience.formats.workbook_limits import MOST_CELLS, MOST_ROWS, check_workbook

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

# Damaged parts surface as any of these, from the archive, the XML parser or openpyxl itself.
_DAMAGED: Final = (*DAMAGED, KeyError, TypeError, SyntaxError, AttributeError)


def _damaged(place: Where, error: Exception) -> Fault:
    reason = str(error) or type(error).__name__
    return Fault("FMT-030", where=place, name=Path(place.file or "").name, reason=reason)


def _check_container(data: bytes, file: str) -> None:
    """Refuse what is no zip archive, saying what it is instead."""
    place = Where(file=file)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        # Both live in the same old container; the protected one names its stream in UTF-16.
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Fault("FMT-031" if locked else "FMT-032", where=place, name=file)
    if not data.startswith(b"PK"):
        raise Fault("FMT-030", where=place, name=Path(file).name, reason="it is no zip archive")


def _open(data: bytes, file: str, *, results: bool) -> Workbook:
    """Open the workbook; `results` gives what formulas last gave, not the formulas."""
    import openpyxl  # noqa: PLC0415  (slow to load, needed for workbooks only)

    with warnings.catch_warnings():
        # openpyxl warns of styles and validations it does not know; values are not touched.
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=results, keep_links=False
            )
        except _DAMAGED as error:
            raise _damaged(Where(file=file), error) from error


def _rows(book: Workbook, sheet: str, file: str) -> list[list[Any]]:
    """Return the cells of a sheet, rows as long as they are filled.

    Raises:
        Fault: FMT-030 if it is damaged, FMT-272 if it has too many rows or cells.
    """
    worksheet = book[sheet]
    # Some writers state a wrong extent; without it every row that is there is read.
    worksheet.reset_dimensions()
    place = Where(file=file, sheet=sheet)
    rows: list[list[Any]] = []
    cells = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for row in worksheet.iter_rows(values_only=True):
                # A number in a tag makes a million rows, or one that is a thousand cells long.
                cells += len(row)
                if cells > MOST_CELLS:
                    raise Fault("FMT-272", where=place, most=MOST_CELLS, what="cells")
                if len(rows) == MOST_ROWS:
                    raise Fault("FMT-272", where=place, most=MOST_ROWS, what="rows")
                rows.append(list(row))
        except _DAMAGED as error:
            raise _damaged(place, error) from error
    return rows


def _without_end(rows: list[list[str | None]]) -> list[list[str | None]]:
    """Return rows without the empty ones at the end, which formats leave behind by the million."""
    end = len(rows)
    while end and not any(cell is not None for cell in rows[end - 1]):
        end -= 1
    return rows[:end]


def _sheet_name(book: Workbook, told: str | None, file: str) -> str:
    """Return the sheet that is asked for, the first if none is."""
    names = [sheet.title for sheet in book.worksheets]
    if not names:
        reason = "it has no sheet of cells"
        raise Fault("FMT-030", where=Where(file=file), name=Path(file).name, reason=reason)
    if told is None:
        return names[0]
    if told in names:
        return told
    (near,) = difflib.get_close_matches(told, names, n=1, cutoff=0)
    known = ", ".join(names)
    raise Fault("FMT-033", where=Where(file=file), sheet=told, nearest=near, known=known)


def cell_text(value: object) -> str | None:
    """Return how a cell reads as text: whole numbers without a point, dates in ISO 8601.

    Example:
        >>> cell_text(7.0), cell_text(dt.datetime(2017, 10, 3)), cell_text(" ")
        ('7', '2017-10-03', None)
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return value.date().isoformat()
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    text = str(value)
    return text if text.strip() else None


def _cell_name(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


_ERRORS = frozenset({"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"})


def _without_errors(rows: list[list[Any]], place: Where) -> tuple[Fault, ...]:
    """Empty the cells that hold an error value; return the warning about them."""
    spots = [
        (r, c)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if isinstance(value, str) and value in _ERRORS
    ]
    if not spots:
        return ()
    r, c = spots[0]
    value = rows[r][c]
    for row, column in spots:
        rows[row][column] = None
    cell = _cell_name(r, c)
    return (Fault("FMT-035", where=place, count=len(spots), value=value, cell=cell),)


def _check_results(data: bytes, rows: Iterable[list[Any]], *, sheet: str, file: str) -> None:
    """Refuse formulas that have no stored result: they would pass for empty cells."""
    formulas = _rows(_open(data, file, results=False), sheet, file)
    spots = [
        (r, c)
        for r, (row, written) in enumerate(zip(rows, formulas, strict=True))
        for c, value in enumerate(written)
        if isinstance(value, str) and value.startswith("=") and row[c] is None
    ]
    if spots:
        cell = _cell_name(*spots[0])
        place = Where(file=file, sheet=sheet)
        raise Fault("FMT-034", where=place, count=len(spots), cell=cell)


def read_workbook(data: bytes, *, sheet: str | None, file: str) -> RawRows:
    """Return the rows of one sheet, formulas as their stored results.

    Args:
        data: the file.
        sheet: name of the sheet; None takes the first.
        file: its name for messages.

    Raises:
        Fault: FMT-030 if damaged, FMT-031 if under a password, FMT-032 if of Excel 97-2003,
            FMT-033 if the sheet is not there, FMT-034 if formulas have no stored result, FMT-270
            or FMT-272 if it holds more than can be read, FMT-271 if it declares a document type.
    """
    _check_container(data, file)
    has_formulas = check_workbook(data, file=file)
    book = _open(data, file, results=True)
    name = _sheet_name(book, sheet, file)
    cells = _rows(book, name, file)
    if has_formulas:
        _check_results(data, cells, sheet=name, file=file)
    notes = _without_errors(cells, Where(file=file, sheet=name))
    for row in cells:
        # In place: numbers and their texts side by side would double what a large sheet takes.
        row[:] = [cell_text(value) for value in row]
    return RawRows(rows=_without_end(cells), padded=True, sheet=name, notes=notes)
