"""The workbook: every table on a sheet of its own, behind a sheet that explains."""

from __future__ import annotations

import datetime as dt
import io
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from consilience.report.exports import Export, exports_of
from consilience.report.model import Findings
from consilience.report.wording import titled

# A sheet could hold a million; tables longer than this are for programs, and stand as CSV.
MOST_ROWS: Final = 2_000
_CREATED: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (a workbook's clock has no zone)
_WIDEST: Final = 60
_SAMPLE: Final = 200  # rows looked at for the width of a column
_WARNING: Final = "SIMULATED DATA: not findings about any real place or person."
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write_workbook(findings: Findings, path: Path) -> None:
    """Write all tables of a study into one workbook; same findings, same bytes.

    Args:
        findings: everything.
        path: where to, ending in .xlsx; its folder must be there.

    Raises:
        OSError: if it cannot be written, such as on a full disk.

    A table of more rows than `MOST_ROWS` is left out and the first sheet says so. Text is
    written as text: what begins with an equals sign is not a formula here.
    """
    exports = list(exports_of(findings))
    fitting = [export for export in exports if export.table.num_rows <= MOST_ROWS]
    names = dict(zip([(e.stage, e.name) for e in fitting], _sheet_names(fitting), strict=True))
    # Not into the file itself: on a full disk the library goes on trying when it is thrown away.
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, _OPTIONS)
    try:
        note = _WARNING if findings.simulated() else ""
        book.set_properties(
            {"title": findings.study.study.title, "created": _CREATED, "comments": note}
        )
        formats = {
            "title": book.add_format({"bold": True, "font_size": 13}),
            "warning": book.add_format(
                {"bold": True, "bg_color": "#FFF4D6", "font_color": "#3D2A00"}
            ),
            "head": book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            "number": book.add_format({"num_format": "0.0000"}),
            "count": book.add_format({"num_format": "#,##0"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        _explain(book, formats, findings, exports, names)
        for export in fitting:
            _sheet(
                book,
                formats,
                export,
                names[export.stage, export.name],
                titled(findings.study.stage(export.stage)),
            )
    finally:
        _close(book)
    path.write_bytes(made.getvalue())


def _close(book: Any) -> None:  # noqa: ANN401  (XlsxWriter has no types)
    """Finish a workbook; what keeps it from being written is told as the system says it."""
    try:
        book.close()
    except FileCreateError as error:
        refused = error.args[0]
        if isinstance(refused, OSError):
            # Its half-made archive is closed here and now, while what it writes to is there.
            traceback.clear_frames(refused.__traceback__)
        raise refused if isinstance(refused, OSError) else OSError(str(error)) from error


def _sheet_names(exports: Sequence[Export]) -> Iterator[str]:
    """Give each sheet a name of at most 31 characters, no two alike."""
    taken: set[str] = {"about"}
    for export in exports:
        whole = f"{export.stage}.{export.name}"
        name, number = whole[:31], 2
        while name.lower() in taken:
            tail = f"~{number}"
            name, number = whole[: 31 - len(tail)] + tail, number + 1
        taken.add(name.lower())
        yield name


def _explain(
    book: Any,  # noqa: ANN401  (XlsxWriter has no types)
    formats: dict[str, Any],
    findings: Findings,
    exports: Sequence[Export],
    names: dict[tuple[str, str], str],
) -> None:
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 2, 28)
    sheet.set_column(3, 4, 14)
    head = findings.study.study
    lines = (
        (head.title, "title"),
        (_WARNING if findings.simulated() else "", "warning"),
        (f"Study {head.id}, protocol {head.protocol}, seed {head.seed}.", ""),
        ("Each sheet is one table: a title, a heading, then one row a record.", ""),
        ("An empty cell has no value; shares and probabilities run from 0 to 1.", ""),
        ("The same tables are there as CSV files.", ""),
    )
    row = 0
    for text, look in lines:
        if text:
            sheet.write_string(row, 0, text, formats.get(look))
            row += 1
    row += 1
    for column, title in enumerate(("Sheet", "Stage", "Table", "Rows", "Simulated")):
        sheet.write_string(row, column, title, formats["head"])
    for at, export in enumerate(exports, start=row + 1):
        sheet.write_string(at, 0, names.get((export.stage, export.name), "left out: too long"))
        sheet.write_string(at, 1, titled(findings.study.stage(export.stage)))
        sheet.write_string(at, 2, export.name)
        sheet.write_number(at, 3, export.table.num_rows, formats["count"])
        sheet.write_string(at, 4, "simulated" if export.simulated else "no")


def _sheet(
    book: Any,  # noqa: ANN401  (XlsxWriter has no types)
    formats: dict[str, Any],
    export: Export,
    name: str,
    stage: str,
) -> None:
    sheet = book.add_worksheet(name)
    table = export.table
    looks = [_look(field.type, formats) for field in table.schema]
    for at, field in enumerate(table.schema):
        sheet.set_column(at, at, _width(field.name, table[field.name]))
    title = f"{stage}: {export.name}"
    if export.simulated:
        sheet.set_tab_color("#B86E00")
        sheet.set_header(f"&C{_WARNING}")
        title += " (SIMULATED)"
    sheet.freeze_panes(2, 1)
    sheet.write_string(0, 0, title, formats["warning" if export.simulated else "title"])
    for at, field in enumerate(table.schema):
        sheet.write_string(1, at, field.name, formats["head"])
    if table.num_rows and table.num_columns:
        sheet.autofilter(1, 0, table.num_rows + 1, table.num_columns - 1)
    row = 2
    for batch in table.to_batches(max_chunksize=5000):
        for record in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            for at, value in enumerate(record):
                _write(sheet, row, at, value, looks[at])
            row += 1


def _look(kind: pa.DataType, formats: dict[str, Any]) -> Any:  # noqa: ANN401  (a cell format)
    if pa.types.is_floating(kind):
        return formats["number"]
    if pa.types.is_integer(kind):
        return formats["count"]
    return formats["date"] if pa.types.is_date(kind) else None


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:  # noqa: ANN401  (any cell)
    if value is None or value != value:  # noqa: PLR0124  (not a number)
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, look)
    else:
        sheet.write_string(row, column, str(value)[:32767])


def _width(title: str, column: pa.ChunkedArray) -> int:
    if pa.types.is_floating(column.type):
        return max(len(title) + 2, 10)
    values = column.slice(0, _SAMPLE).to_pylist()
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(longest, len(title)) + 2, _WIDEST)
