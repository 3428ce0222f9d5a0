"""Tables as files of the package: CSV, SPSS and Parquet, each with the same values."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from consilience.deposit.model import DataSet, DepositFile, Part
from consilience.deposit.variables import check_described
from consilience.formats.csv_out import cell_text, csv_bytes
from consilience.formats.metadata.model import Variable
from consilience.formats.sav import sav_of

SIMULATED: Final = "SIMULATED DATA, not findings"
MEDIA_TYPES: Final = MappingProxyType(
    {
        "csv": "text/csv",
        "sav": "application/x-spss-sav",
        "parquet": "application/vnd.apache.parquet",
    }
)
FORMS: Final = tuple(MEDIA_TYPES)
_MEASURES: Final = {
    "nominal": "nominal",
    "ordinal": "ordinal",
    "interval": "scale",
    "ratio": "scale",
}
# Longer texts can have no label in SPSS.
_SPSS_TEXT: Final = 8


def deposited_table(table: pa.Table) -> pa.Table:
    """Return a table with values that all three formats can hold.

    Truth values become 0 and 1, lists texts parted by "; ", times of day and other kinds texts as
    CSV has them, what is no number null; times with a zone become UTC.

    Example:
        >>> deposited_table(pa.table({"a": [True, None], "b": [["x", "y"], []]})).to_pydict()
        {'a': [1, None], 'b': ['x; y', '']}
    """
    columns = {name: _plain(table.column(name)) for name in table.column_names}
    return pa.table(columns)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return pc.cast(column, pa.int8())
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_finite(column), column, None).cast(pa.float64())
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", tz="UTC" if kind.tz else None)).cast(
            pa.timestamp("us")
        )
    if pa.types.is_integer(kind):
        return column.cast(pa.int64())
    if pa.types.is_date(kind):
        return column.cast(pa.date32())
    texts = [None if cell is None else cell_text(cell) for cell in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def table_files(
    table: pa.Table,
    variables: Sequence[Variable],
    data_set: DataSet,
    *,
    stem: str,
    contents: str,
    forms: Sequence[str] = FORMS,
    simulated: bool = False,
) -> tuple[DepositFile, ...]:
    """Return a table as files, a format each, with the same values.

    Args:
        table: made by `deposited_table`.
        variables: labels, categories and missing codes by name; others have none.
        data_set: which it belongs to; its level, licence and embargo are those of the files.
        stem: path without ending, such as `data/surveys/education`.
        contents: what it holds, in a line.
        forms: some of `FORMS`.
        simulated: whether a program made the data.

    Raises:
        Fault: FMT-041 to FMT-044 for what SPSS cannot hold, DEP-044 and DEP-045 for what the
            table cannot be.
    """
    check_described(table, variables, stem=stem)
    # Real data carry no note: what stands in the properties of a file is looked at by nobody.
    note = f"{SIMULATED}. {contents}" if simulated else ""
    written: dict[str, Callable[[], bytes]] = {
        "csv": lambda: csv_file(table),
        "sav": lambda: sav_file(table, variables, note=note),
        "parquet": lambda: parquet_file(table, variables, note=note),
    }
    return tuple(
        DepositFile(
            path=f"{stem}.{form}",
            content=written[form](),
            part=Part.DATA,
            contents=contents,
            media_type=MEDIA_TYPES[form],
            data_set=data_set.id,
            level=data_set.level,
            licence=data_set.licence,
            embargo=data_set.embargo,
            cases=table.num_rows,
            variables=table.num_columns,
            simulated=simulated,
        )
        for form in forms
    )


def csv_file(table: pa.Table) -> bytes:
    """Return a table as CSV by RFC 4180: UTF-8, lines ended by CRLF, empty where there is no value.

    Values stand as they are, also a text that begins with `=` or `+`: an archive keeps what was
    said. README tells readers to import the file, not to open it in a spreadsheet by a click.

    Differs:
        From the tables of reports, which put an apostrophe before what a spreadsheet would run.
    """
    return csv_bytes(table, guarded=False, ending="\r\n")


def sav_file(table: pa.Table, variables: Sequence[Variable], *, note: str) -> bytes:
    """Return a table for SPSS with labels, value labels, missing codes and levels of measurement.

    Texts of over 8 bytes have no value labels and texts no missing codes in SPSS; both stand in
    the codebook.

    Raises:
        Fault: FMT-041 to FMT-044 for what SPSS cannot hold.
    """
    known = {each.name: each for each in variables}
    kinds = {name: table.column(name).type for name in known}
    numeric = {n for n, k in kinds.items() if pa.types.is_integer(k) or pa.types.is_floating(k)}
    labelled = {n for n, kind in kinds.items() if n in numeric or pa.types.is_string(kind)}
    content, _ = sav_of(
        table,
        labels={name: each.label for name, each in known.items()},
        value_labels={n: _labels(known[n], n in numeric) for n in sorted(labelled)},
        measures={
            name: _MEASURES[each.measure]
            for name, each in known.items()
            if each.measure in _MEASURES
        },
        missing={
            name: [float(value.value) for value in known[name].categories if value.missing]
            for name in sorted(numeric)
        },
        note=note,
    )
    return content


def _labels(variable: Variable, numeric: bool) -> Mapping[float | str, str]:
    return {
        float(each.value) if numeric else each.value: each.label
        for each in variable.categories
        if each.label and (numeric or len(each.value.encode()) <= _SPSS_TEXT)
    }


def parquet_file(table: pa.Table, variables: Sequence[Variable], *, note: str) -> bytes:
    """Return a table as Parquet; each field says in its metadata what it holds.

    Keys of a field, where there is something to say: `label`, `question`, `measure`, `values`
    (labels by value, JSON) and `missing` (codes, JSON list). Key of the table: `description`.
    """
    known = {each.name: each for each in variables}
    fields = [
        field.with_metadata(_told(known[field.name])) if field.name in known else field
        for field in table.schema
    ]
    made = io.BytesIO()
    schema = pa.schema(fields, metadata={"description": note} if note else None)
    pq.write_table(table.cast(schema), made, compression="zstd", version="2.6")
    return made.getvalue()


def _told(variable: Variable) -> dict[str, str]:
    labels = {each.value: each.label for each in variable.categories if each.label}
    missing = [each.value for each in variable.categories if each.missing]
    told = {
        "label": variable.label,
        "question": variable.question,
        "measure": variable.measure,
        "values": json.dumps(labels, ensure_ascii=False) if labels else "",
        "missing": json.dumps(missing) if missing else "",
    }
    return {name: value for name, value in told.items() if value}
