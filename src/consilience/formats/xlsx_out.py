"""One table as a workbook: the same table gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, Final

import pyarrow as pa
import xlsxwriter

_CREATED: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001  (workbooks know no time zones)
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
# More characters than a cell can hold are cut.
_MOST: Final = 32_767


def xlsx_bytes(table: pa.Table, *, note: str = "") -> bytes:
    """Return a table as a workbook with one sheet.

    Args:
        table: plain columns and lists of text; text is written as text, never as a formula.
        note: what must be known of it, such as that its data are simulated.
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _OPTIONS) as book:
        book.set_properties({"created": _CREATED, "comments": note})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        head = book.add_format({"bold": True, "bottom": 1})
        for at, name in enumerate(table.column_names):
            sheet.write_string(0, at, name, head)
            for row, value in enumerate(table.column(at).to_pylist(), start=1):
                _write(sheet, row, at, value)
        if note:
            sheet.set_header(f"&C{note}")
    return made.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:  # noqa: ANN401  (any cell)
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif value is not None:
        text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        sheet.write_string(row, column, text[:_MOST])
