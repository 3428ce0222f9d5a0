"""SPSS files in and out, with labels, missing codes and measures."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Where
from consilience.formats.opening import check_there
from consilience.formats.sav_names import shorten, variable_names
from consilience.formats.sav_out import (
    LABEL_BYTES,
    SYSTEM_MISSING,
    TEXT_BYTES,
    VALUE_LABEL_BYTES,
    Value,
    Variable,
    sav_bytes,
)

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
# SPSS counts seconds from the first day of the Gregorian calendar.
_EPOCH: Final = dt.datetime(1582, 10, 14)  # noqa: DTZ001  (SPSS knows no time zones)
_DATES: Final = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavFile:
    """An SPSS file that was read.

    Args:
        table: text, float64, date or time columns, null where system-missing; codes that mean
            no answer stand as they are.
        labels: label by column.
        value_labels: label by value, by column.
        missing: lowest and highest value of each range that means no answer, by column.
        measures: nominal, ordinal or scale, by column, where it is said.
        title: label of the file.
        note: its documents.
    """

    table: pa.Table
    labels: Mapping[str, str]
    value_labels: Mapping[str, Mapping[Value, str]]
    missing: Mapping[str, tuple[tuple[Value, Value], ...]]
    measures: Mapping[str, str]
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavWritten:
    """What had to be changed for SPSS.

    Args:
        renamed: variable name by column name, where they differ.
        shortened: columns some label of which did not fit.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    shortened: tuple[str, ...] = ()


def _kind(values: Sequence[object], type_: str, shown: str) -> pa.DataType:
    """Return the Arrow type of a variable from its values, else from the way it is shown."""
    if type_ == "string":
        return pa.string()
    first = next((value for value in values if value is not None), None)
    if isinstance(first, dt.datetime) or (first is None and shown.startswith("DATETIME")):
        return pa.timestamp("us")
    if isinstance(first, dt.date) or (first is None and shown.startswith(_DATES)):
        return pa.date32()
    return pa.time64("us") if isinstance(first, dt.time) else pa.float64()


def _column(values: Any, type_: str, shown: str) -> pa.Array:  # noqa: ANN401  (array of any kind)
    cells = [
        None if value is None or value == "" or (isinstance(value, float) and math.isnan(value))
        else value
        for value in getattr(values, "tolist", values.copy)()
    ]  # fmt: skip
    return pa.array(cells, _kind(cells, type_, shown))


def _parse(path: Path) -> tuple[dict[str, Any], Any]:
    import pyreadstat  # noqa: PLC0415  (slow to load, needed for SPSS files only)

    try:
        data, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="dict")
    # A damaged file surfaces as any of these from the reader's parser and its conversions.
    except (
        pyreadstat.PyreadstatError, pyreadstat.ReadstatError, ValueError, OverflowError, OSError,
    ) as error:  # fmt: skip
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Fault(
            "FMT-040", where=Where(file=str(path)), name=path.name, reason=reason
        ) from error
    return data, meta


def read_sav(path: Path) -> SavFile:
    """What stands in this SPSS file, with all that it says of its variables?

    Args:
        path: a .sav or .zsav file.

    Returns:
        Table, labels and missing codes; see `SavFile`.

    Raises:
        Fault: FMT-001, FMT-002 if there is no such file; FMT-004 if it is empty; FMT-040 if it
            is damaged or no SPSS file.

    Differs:
        From pandas `read_spss`: codes that mean no answer stay in the data and are named beside
        it; values keep their codes.
    """
    check_there(path)
    if path.stat().st_size == 0:
        raise Fault("FMT-004", where=Where(file=str(path)), name=path.name)
    data, meta = _parse(path)
    types, shown = meta.readstat_variable_types, meta.original_variable_types
    return SavFile(
        table=pa.table(
            {name: _column(data[name], types[name], shown[name]) for name in meta.column_names}
        ),
        labels={k: v for k, v in meta.column_names_to_labels.items() if v},
        value_labels={k: dict(v) for k, v in meta.variable_value_labels.items()},
        missing={
            name: tuple((each["lo"], each["hi"]) for each in ranges)
            for name, ranges in meta.missing_ranges.items()
        },
        measures={k: v for k, v in meta.variable_measure.items() if v != "unknown"},
        title=meta.file_label or "",
        note="\n".join(line.rstrip() for line in meta.notes or ()),
    )


def _seconds(column: pa.ChunkedArray) -> np.ndarray:
    """Return dates or times as seconds of SPSS, missing where null."""
    cells = column.cast(pa.timestamp("us")).to_pylist()
    return np.array(
        [SYSTEM_MISSING if cell is None else (cell - _EPOCH).total_seconds() for cell in cells]
    )


def _texts(name: str, column: pa.ChunkedArray) -> tuple[np.ndarray, int]:
    cells = [(cell or "").encode() for cell in column.to_pylist()]
    width = max(map(len, cells), default=1) or 1
    if width > TEXT_BYTES:
        raise Fault("FMT-043", column=name, length=width, limit=TEXT_BYTES)
    return np.array(cells, dtype=f"S{width}"), width


def _numbers(column: pa.ChunkedArray) -> tuple[np.ndarray, int]:
    """Return numbers with missing for null, and how many digits to show after the point."""
    array = column.cast(pa.float64()).fill_null(SYSTEM_MISSING).to_numpy()
    array = np.where(np.isfinite(array), array, SYSTEM_MISSING)
    return array, 0 if bool(np.all(array == np.round(array))) else 2


def _values(name: str, column: pa.ChunkedArray) -> dict[str, Any]:
    """Return kind, width, decimals and values of a column."""
    kind = column.type
    if pa.types.is_null(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        cells, width = _texts(name, column.cast(pa.string()))
        return {"kind": "text", "width": width, "values": cells}
    if pa.types.is_date(kind):
        return {"kind": "date", "values": _seconds(column)}
    if pa.types.is_timestamp(kind):
        return {"kind": "datetime", "values": _seconds(column)}
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        if pa.types.is_boolean(kind):
            column = pc.cast(column, pa.int8())
        numbers, decimals = _numbers(column)
        return {"kind": "number", "decimals": decimals, "values": numbers}
    raise Fault("FMT-041", column=name, kind=str(kind))


def _labelled(name: str, kind: str, given: Mapping[Any, str]) -> dict[Value, str]:
    """Return the value labels that the kind of the column can have.

    Raises:
        Fault: FMT-042 for a text on numbers, a number on texts, or a text of over 8 bytes.
    """
    labels: dict[Value, str] = {}
    for value, label in given.items():
        key = value if isinstance(value, str) else float(value)
        reason = None
        if isinstance(key, str) != (kind == "text"):
            reason = f"the column holds {'texts' if kind == 'text' else 'numbers'}"
        elif isinstance(key, str) and len(key.encode()) > 8:
            reason = "the text has over 8 bytes"
        if reason:
            raise Fault("FMT-042", column=name, value=value, reason=reason)
        labels[key] = shorten(label, VALUE_LABEL_BYTES)
    return labels


def _missing(
    name: str, parts: Mapping[str, Any], codes: Sequence[float], labelled: Sequence[Value]
) -> dict[str, Any]:
    """Return the codes of a column of numbers that mean no answer.

    SPSS takes three, or a range with one beside it: more than three go into a range that holds
    none of the other values.
    """
    kind = parts["kind"]
    if not codes or (kind == "number" and len(codes) <= 3):
        return {"missing": tuple(float(code) for code in codes)}
    reason = "the column holds no numbers"
    if kind == "number":
        reason = "there are over three, and values lie between them"
        ordered = sorted(map(float, codes))
        numbers = [each for each in labelled if not isinstance(each, str)]
        values = np.setdiff1d([*parts["values"], *numbers], [*ordered, SYSTEM_MISSING])
        for inside, alone in (
            (ordered, []),
            (ordered[:-1], ordered[-1:]),
            (ordered[1:], ordered[:1]),
        ):
            low, high = inside[0], inside[-1]
            if not np.any((values >= low) & (values <= high)):
                return {"missing": (low, high, *alone), "missing_range": True}
    raise Fault("FMT-044", column=name, codes=", ".join(map(str, codes)), reason=reason)


def write_sav(
    path: Path,
    table: pa.Table,
    *,
    labels: Mapping[str, str] = _NONE,
    value_labels: Mapping[str, Mapping[Any, str]] = _NONE,
    measures: Mapping[str, str] = _NONE,
    missing: Mapping[str, Sequence[float]] = _NONE,
    note: str = "",
) -> SavWritten:
    """Write a table for SPSS; see `sav_of`.

    Args:
        path: where to; its folder must be there.
        table: as for `sav_of`, and so are the others.
        labels: label by column.
        value_labels: label by value, by column.
        measures: nominal, ordinal or scale, by column.
        missing: codes that mean no answer, by column of numbers.
        note: what must be known of the file.

    Returns:
        Names and labels that had to be changed.
    """
    content, written = sav_of(
        table,
        labels=labels,
        value_labels=value_labels,
        measures=measures,
        missing=missing,
        note=note,
    )
    path.write_bytes(content)
    return written


def sav_of(
    table: pa.Table,
    *,
    labels: Mapping[str, str] = _NONE,
    value_labels: Mapping[str, Mapping[Any, str]] = _NONE,
    measures: Mapping[str, str] = _NONE,
    missing: Mapping[str, Sequence[float]] = _NONE,
    note: str = "",
) -> tuple[bytes, SavWritten]:
    """Return a table as a file of SPSS; the same table gives the same bytes.

    Args:
        table: columns of text, numbers, truth values (as 0 and 1), dates or times, at least one.
        labels: label by column.
        value_labels: label by value, by column; values of the kind of the column.
        measures: nominal, ordinal or scale, by column; numbers are scale and texts nominal
            where nothing is said.
        missing: codes that mean no answer, by column of numbers: up to three, or more where all,
            or all but the lowest or highest, lie in a range that holds no other value.
        note: what must be known of the file, such as that its data are simulated: the first 64
            bytes become the label of the file, all of it its document.

    Returns:
        The file, and names and labels that had to be changed.

    Raises:
        Fault: FMT-041 for a column of another kind; FMT-042 for a value label that cannot be;
            FMT-043 for a text of over 32,767 bytes; FMT-044 for missing codes that cannot be.

    Differs:
        From pyreadstat: no creation time, so that equal tables are equal files; invalid and
        double variable names are changed and told, not refused.
    """
    names = dict(zip(table.column_names, variable_names(table.column_names), strict=True))
    variables = []
    shortened = []
    for name in table.column_names:
        parts = _values(name, table.column(name))
        label, values = labels.get(name, ""), value_labels.get(name, {})
        labelled = _labelled(name, parts["kind"], values)
        cut = any(len(each.encode()) > VALUE_LABEL_BYTES for each in values.values())
        if cut or len(label.encode()) > LABEL_BYTES:
            shortened.append(name)
        variables.append(
            Variable(
                name=names[name],
                label=shorten(label, LABEL_BYTES),
                measure=measures.get(name, "nominal" if parts["kind"] == "text" else "scale"),
                value_labels=labelled,
                **_missing(name, parts, missing.get(name, ()), list(labelled)),
                **parts,
            )
        )
    title = shorten(note.splitlines()[0] if note else "", 64)
    renamed = {name: new for name, new in names.items() if name != new}
    content = sav_bytes(variables, rows=table.num_rows, title=title, note=note)
    return content, SavWritten(renamed=renamed, shortened=tuple(shortened))
