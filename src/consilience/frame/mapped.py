"""A frame from any table, by a mapping of its columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Where
from consilience.design.model import Columns
from consilience.frame.attributes import as_text, examples, finite, nearest, numbers, typed
from consilience.frame.model import UNIT, Frame
from consilience.frame.place import place


def _check_columns(table: pa.Table, columns: Columns, file: str) -> None:
    """Refuse a mapping that names a column that is not there, or an attribute's taken name."""
    asked = {"id": columns.id, "name": columns.name, "area": columns.area}
    asked |= {"x": columns.x, "y": columns.y, **columns.attributes}
    known = table.column_names
    for role, column in asked.items():
        if column is not None and column not in known:
            raise Fault(
                "FRA-012",
                where=Where(file=file),
                column=column,
                role=role,
                nearest=nearest(column, known),
                known=examples(known, most=20),
            )
    for name in columns.attributes:
        if name in UNIT.names:
            raise Fault("FRA-017", where=Where(file=file), name=name, taken=", ".join(UNIT.names))


def _check_ids(ids: Sequence[str | None], rows: Sequence[int], *, column: str, file: str) -> None:
    """Refuse units without an id and ids that stand twice, naming their rows."""
    empty = [row for row, unit in zip(rows, ids, strict=True) if not unit]
    if empty:
        place_ = Where(file=file, row=empty[0])
        words = examples([str(row) for row in empty])
        raise Fault("FRA-013", where=place_, count=len(empty), column=column, rows=words)
    if len(set(ids)) == len(ids):
        return
    found: dict[str | None, list[int]] = defaultdict(list)
    for row, unit in zip(rows, ids, strict=True):
        found[unit].append(row)
    double = {unit: where for unit, where in found.items() if len(where) > 1}
    unit, where = next(iter(double.items()))
    words = examples([str(row) for row in where])
    raise Fault(
        "FRA-014", where=Where(file=file, row=where[1]), count=len(double), id=unit, rows=words
    )


def _position(table: pa.Table, column: str | None, file: str) -> pa.ChunkedArray:
    if column is None:
        return pa.chunked_array([pa.nulls(table.num_rows, pa.float64())])
    values = table.column(column)
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        return finite(values)
    return numbers(as_text(values, name=column, file=file), name=column, file=file)


def _text(table: pa.Table, column: str | None, file: str) -> pa.ChunkedArray:
    if column is None:
        return pa.chunked_array([pa.nulls(table.num_rows, pa.string())])
    text = pc.utf8_trim_whitespace(as_text(table.column(column), name=column, file=file))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def mapped_units(
    table: pa.Table,
    *,
    columns: Columns,
    rows: Sequence[int],
    file: str,
    areas: Frame | None,
    area_key: str,
) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Which units does this table name, with what attributes, by this mapping of columns?

    Args:
        table: a table of any tool, one row a unit.
        columns: which column holds what.
        rows: row of the file in which each record stands, for messages.
        file: for messages.
        areas: frame of areas in which the units lie; None keeps the area as it is given.
        area_key: column of `areas` in which the given value stands.

    Returns:
        The columns of `UNIT`, then the attributes by their names here, as numbers where all
        values are (see `attributes.typed`), sorted by id; and warnings. Units that lie in no
        area of the frame are left out with a warning.

    Raises:
        Fault: FRA-012 for a column that is not there; FRA-013, FRA-014 for ids missing or
            double; FRA-016 for a position that is no number; FRA-017 for an attribute called
            like a column of every frame; FRA-018 for lists and records; FRA-025 if `areas` is
            given and no column of areas; FRA-001, FRA-021, FRA-022, FRA-024 as `place`.
    """
    _check_columns(table, columns, file)
    if areas is not None and columns.area is None:
        raise Fault("FRA-025", where=Where(file=file), areas=areas.id)
    ids = _text(table, columns.id, file)
    _check_ids(ids.to_pylist(), rows, column=columns.id, file=file)
    parts = {
        "id": ids,
        "name": _text(table, columns.name, file),
        "area": _text(table, columns.area, file),
        "x": _position(table, columns.x, file),
        "y": _position(table, columns.y, file),
    }
    notes: list[Fault] = []
    for name, column in columns.attributes.items():
        parts[name], found = typed(table.column(column), name=name, file=file)
        notes.extend(found)
    if areas is not None:
        placed = place(parts["area"], areas=areas, key=area_key, file=file)
        parts["area"] = placed.areas
        notes.extend(placed.notes)
    units = pa.table(parts)
    if areas is not None:
        units = units.filter(pc.is_valid(units.column("area")))
    return units.sort_by("id"), tuple(notes)
