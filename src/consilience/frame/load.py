"""The frame that a stage of the study describes, from whatever it names as its source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.design.model import FileShape, FrameStage
from consilience.formats.gias import read_links, read_register
from consilience.formats.parquet import read_parquet
from consilience.formats.tables import TableShape, found_in, read_table, row_numbers
from consilience.frame.areas import england_upper_tier_2018
from consilience.frame.attributes import examples
from consilience.frame.mapped import mapped_units
from consilience.frame.model import UNIT, Attribute, Frame, describe
from consilience.frame.narrow import narrow
from consilience.frame.schools import school_units
from consilience.frame.successors import resolve

REGISTER_LICENCE: Final = "Open Government Licence v3.0"
REGISTER_SOURCE: Final = (
    "Get Information about Schools. Contains public sector information licensed under the Open "
    "Government Licence v3.0."
)


def _shape(shape: FileShape) -> TableShape:
    return TableShape(
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        sheet=shape.sheet,
        header_rows=shape.header_rows,
    )


def _table(stage: FrameStage, path: Path) -> tuple[pa.Table, list[int], tuple[Fault, ...]]:
    """Return the table that the stage names, the row of each record, and warnings."""
    if stage.format == "parquet":
        table = read_parquet(path)
        return table, list(range(1, table.num_rows + 1)), ()
    table = read_table(path, shape=_shape(stage.shape))
    return table, list(row_numbers(table)), found_in(table).notes


def _mapped(
    stage: FrameStage, path: Path, *, areas: Frame | None, simulated: bool
) -> tuple[Frame, list[Fault]]:
    """Return the frame of a table with a mapping of its columns."""
    if stage.columns is None:
        raise Fault("FRA-011", stage=stage.id, file=path.name)
    table, rows, notes = _table(stage, path)
    units, found = mapped_units(
        table,
        columns=stage.columns,
        rows=rows,
        file=str(path),
        areas=areas,
        area_key=stage.area_key,
    )
    known = [(field.name, field.type) for field in units.schema if field.name not in UNIT.names]
    frame = _frame(stage, units, describe(known), simulated=simulated)
    return frame, [*notes, *found]


def _register(
    stage: FrameStage, path: Path, *, areas: Frame | None, simulated: bool
) -> tuple[Frame, list[Fault]]:
    """Return the frame of an extract of the school register."""
    register = read_register(path, encoding=stage.shape.encoding)
    # Authorities are matched by their three-digit code unless the study names another key.
    told = "area_key" in stage.model_fields_set
    by_dfe = not told and areas is not None and "dfe_code" in areas.table.column_names
    key = "dfe_code" if by_dfe else stage.area_key
    units = school_units(register, date=stage.date, areas=areas, area_key=key, file=str(path))
    frame = _frame(stage, units.table, units.attributes, simulated=simulated)
    source = f"{stage.file}: {REGISTER_SOURCE}"
    return (
        replace(frame, source=source, licence=stage.licence or REGISTER_LICENCE),
        list(units.notes),
    )


def _frame(
    stage: FrameStage, units: pa.Table, attributes: tuple[Attribute, ...], *, simulated: bool
) -> Frame:
    return Frame(
        id=stage.id,
        of=stage.of,
        date=stage.date,
        source=stage.file or "",
        licence=stage.licence,
        simulated=simulated,
        attributes=attributes,
        table=units,
    )


def _succeeded(frame: Frame, path: Path) -> list[Fault]:
    """Return a warning that names the units which others had taken over by the frame's day."""
    ids = frame.table.column("id").to_pylist()
    moved = [
        each
        for each in resolve(ids, read_links(path), on=frame.date)
        if each.outcome in {"successor", "split"} and each.urn not in each.valid
    ]
    if not moved:
        return []
    words = examples([f"{each.urn} by {' and '.join(each.valid)}" for each in moved])
    place = Where(file=str(path))
    return [Fault("FRA-041", where=place, count=len(moved), date=frame.date, examples=words)]


def _whole(
    stage: FrameStage, *, folder: Path, areas: Frame | None, simulated: bool
) -> tuple[Frame, list[Fault]]:
    """Return the frame before anybody is left out."""
    if stage.source is not None and stage.of == "areas":
        return england_upper_tier_2018(frame_id=stage.id, date=stage.date), []
    if stage.file is None:
        raise Fault("FRA-010", stage=stage.id, of=stage.of)
    read = _register if stage.format == "register" else _mapped
    return read(stage, folder / stage.file, areas=areas, simulated=simulated)


def load_frame(
    stage: FrameStage, *, folder: Path, areas: Frame | None, simulated: bool
) -> tuple[Frame, list[Fault]]:
    """Who could be asked, on the day that this stage names?

    Args:
        stage: the stage.
        folder: of the study; files are named relative to it.
        areas: the frame that `stage.areas` names, in which schools are placed by
            `stage.area_key`; None where the stage names none.
        simulated: whether the units are invented.

    Returns:
        The frame, sorted by id, without those that conditions and exclusions leave out; and
        warnings. The `area` of a school is the id of its area in `areas`.

    Raises:
        Fault: FRA-003, FRA-010, FRA-011 for a stage that cannot be served; FMT codes of the
            reader of the file; FRA-012 to FRA-024 for its columns; FRA-030 to FRA-033 for
            conditions and exclusions.
        Faults: FRA-034 if nobody is left.

    Example:
        >>> import datetime as dt
        >>> stage = FrameStage(id="areas", kind="frame", of="areas", date=dt.date(2017, 9, 1),
        ...                    source="england-upper-tier-2018")
        >>> frame, warnings = load_frame(stage, folder=Path(), areas=None, simulated=False)
        >>> frame.table.num_rows, warnings
        (152, [])
    """
    frame, notes = _whole(stage, folder=folder, areas=areas, simulated=simulated)
    if stage.links is not None:
        notes.extend(_succeeded(frame, folder / stage.links))
    left, found = narrow(frame.table, where=stage.where, exclude=stage.exclude, of=stage.of)
    return replace(frame, table=left.combine_chunks()), [*notes, *found]
