"""Schools from the register of England: who was open on a day, and of what kind."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Where
from consilience.formats.gias import Register
from consilience.frame.attributes import examples, typed
from consilience.frame.model import Attribute, Frame
from consilience.frame.place import place
from consilience.frame.school_kinds import autonomy_of, faith_of, phase_of, status_of
from consilience.frame.successors import Resolution, resolve

__all__ = ["REGISTER_ATTRIBUTES", "RegisterUnits", "Resolution", "resolve", "school_units"]

# More than a year between register and frame is worth a word.
_FAR: Final = dt.timedelta(days=366)

REGISTER_ATTRIBUTES: Final = (
    Attribute(name="phase", title="Phase", kind="nominal"),
    Attribute(name="type", title="Type of establishment", kind="nominal"),
    Attribute(name="status", title="Status", kind="nominal"),
    Attribute(name="autonomy", title="Relation to the authority", kind="nominal"),
    Attribute(name="trust", title="Trust", kind="nominal"),
    Attribute(name="trust_schools", title="Schools of the trust", kind="numeric", unit="schools"),
    Attribute(name="opened", title="Opened", kind="nominal"),
    Attribute(name="converted", title="Became an academy", kind="nominal"),
    Attribute(name="pupils", title="Pupils", kind="numeric", unit="pupils"),
    Attribute(name="fsm", title="Pupils on free school meals", kind="numeric", unit="%"),
    Attribute(name="faith", title="Religious character", kind="nominal"),
    Attribute(name="ofsted", title="Ofsted rating", kind="nominal"),
    Attribute(name="district", title="District", kind="nominal"),
    Attribute(name="urban_rural", title="Urban or rural", kind="nominal"),
)

_Cells = list[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUnits:
    """Schools of a register on a day.

    Args:
        table: the columns of `UNIT` and those of `REGISTER_ATTRIBUTES` the extract knows.
        attributes: what they are.
        notes: warnings.
    """

    table: pa.Table
    attributes: tuple[Attribute, ...]
    notes: tuple[Fault, ...]


class _Extract:
    """The columns of a register by their names without "(name)" and "(code)"."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self.rows = table.num_rows

    def has(self, column: str) -> bool:
        return any(f"{column}{end}" in self._table.column_names for end in ("", " (name)"))

    def cells(self, column: str, *, code: bool = False) -> _Cells:
        """Return a column; all null if the extract does not have it."""
        for end in (" (code)",) if code else (" (name)", ""):
            if f"{column}{end}" in self._table.column_names:
                cells: _Cells = self._table.column(f"{column}{end}").to_pylist()
                return cells
        return [None] * self.rows


def _open_on(extract: _Extract, date: dt.date) -> tuple[list[bool], list[int]]:
    """Return which schools are open on a day, and the places of those of which it is not known.

    A school is open from its opening day to its closing day, both within; no opening day means
    long ago. One marked closed or proposed without a date that settles it is not known.
    """
    day = date.isoformat()
    opened, closed = extract.cells("OpenDate"), extract.cells("CloseDate")
    marks = extract.cells("EstablishmentStatus")
    is_open, unknown = [], []
    for row, (first, last, mark) in enumerate(zip(opened, closed, marks, strict=True)):
        within = (first is None or first <= day) and (last is None or day <= last)
        unsettled = (mark == "Closed" and last is None) or (
            mark == "Proposed to open" and first is None
        )
        if within and unsettled:
            unknown.append(row)
        is_open.append(within and not unsettled)
    return is_open, unknown


def _autonomy_columns(
    extract: _Extract, status: Sequence[str | None], is_open: Sequence[bool]
) -> dict[str, _Cells | list[float | None]]:
    """Return the variables of school autonomy: who runs it, which trust, how large, since when.

    A converter's number is new, so its opening day is the day of conversion.
    """
    trusts = [name or None for name in extract.cells("Trusts")]
    sizes = Counter(name for name, here in zip(trusts, is_open, strict=True) if name and here)
    types, opened = extract.cells("TypeOfEstablishment"), extract.cells("OpenDate")
    flags = extract.cells("TrustSchoolFlag")
    return {
        "autonomy": [autonomy_of(s, f) for s, f in zip(status, flags, strict=True)],
        "trust": trusts,
        "trust_schools": [float(sizes[name]) if name else None for name in trusts],
        "opened": opened,
        "converted": [
            first if "converter" in (type_ or "") else None
            for type_, first in zip(types, opened, strict=True)
        ],
    }


def _number_cells(
    column: _Cells, name: str, file: str
) -> tuple[pa.ChunkedArray, tuple[Fault, ...]]:
    values, notes = typed(pa.chunked_array([pa.array(column, pa.string())]), name=name, file=file)
    if not pa.types.is_floating(values.type):
        values = pc.if_else(
            pc.fill_null(pc.match_substring_regex(values, r"^\d+(\.\d+)?$"), False),
            values,
            pa.scalar(None, pa.string()),
        ).cast(pa.float64())
    return values, notes


def _columns(
    extract: _Extract, is_open: Sequence[bool], file: str
) -> tuple[dict[str, pa.ChunkedArray | pa.Array], tuple[Fault, ...]]:
    """Return the attributes that this extract can tell, by name, and warnings."""
    types, groups = extract.cells("TypeOfEstablishment"), extract.cells("EstablishmentTypeGroup")
    phases = extract.cells("PhaseOfEducation")
    status = [status_of(t, g) for t, g in zip(types, groups, strict=True)]
    faith = extract.cells("ReligiousCharacter")
    if any(faith):
        faith = [faith_of(each) for each in faith]
    texts: dict[str, _Cells | list[float | None]] = {
        "phase": [phase_of(t, p) for t, p in zip(types, phases, strict=True)],
        "type": types,
        "status": status,
        **_autonomy_columns(extract, status, is_open),
        "faith": faith,
        "ofsted": extract.cells("OfstedRating"),
        "district": extract.cells("DistrictAdministrative"),
        "urban_rural": [
            each.removeprefix("(England/Wales) ") if each else None
            for each in extract.cells("UrbanRural")
        ],
    }
    columns: dict[str, pa.ChunkedArray | pa.Array] = {
        name: pa.array(cells, pa.float64() if name == "trust_schools" else pa.string())
        for name, cells in texts.items()
    }
    notes: list[Fault] = []
    for name, column in (("pupils", "NumberOfPupils"), ("fsm", "PercentageFSM")):
        columns[name], found = _number_cells(extract.cells(column), name, file)
        notes.extend(found)
    for name, column in (("x", "Easting"), ("y", "Northing")):
        columns[name], found = _number_cells(extract.cells(column), name, file)
        # The register writes 0 where it does not know a position.
        columns[name] = pc.if_else(
            pc.equal(columns[name], 0), pa.scalar(None, pa.float64()), columns[name]
        )
    return columns, tuple(notes)


def _as_of(extract: _Extract) -> dt.date | None:
    """Return the newest change in the register: about the day on which it was taken."""
    days = [day for day in extract.cells("LastChangedDate") if day]
    return dt.date.fromisoformat(max(days)) if days else None


def _time_notes(extract: _Extract, unknown: Sequence[int], date: dt.date, file: str) -> list[Fault]:
    notes = []
    where = Where(file=file)
    if not any(extract.has(each) for each in ("OpenDate", "CloseDate", "EstablishmentStatus")):
        notes.append(Fault("FRA-043", where=where, date=date, count=extract.rows))
    stands = _as_of(extract)
    if stands is not None and abs(stands - date) > _FAR:
        notes.append(Fault("FRA-040", where=where, stands=stands, date=date))
    if unknown:
        urns = [str(extract.cells("URN")[row]) for row in unknown]
        words = examples(urns)
        notes.append(Fault("FRA-042", where=where, count=len(urns), date=date, examples=words))
    return notes


def school_units(
    register: Register, *, date: dt.date, areas: Frame | None, area_key: str, file: str
) -> RegisterUnits:
    """Which schools of this register were open on that day, and of what kind was each?

    Args:
        register: as `formats.gias.read_register` gives it.
        date: the day.
        areas: frame of areas in which the schools lie; None keeps the authority's code.
        area_key: column of `areas` with the code: the GSS code of the authority is matched for
            `id`, its three-digit code for any other.
        file: for messages.

    Returns:
        The schools open on that day that lie in an area of the frame, sorted by URN. Columns
        that the extract does not have are left out.

    Raises:
        Fault: FMT-050 if the extract does not say in which authority a school lies; FRA-001,
            FRA-021, FRA-022, FRA-024 as `place.place`.
    """
    extract = _Extract(register.table)
    is_open, unknown = _open_on(extract, date)
    columns, notes = _columns(extract, is_open, file)
    by_gss = area_key == "id" and extract.has("GSSLACode")
    if areas is not None and not by_gss and "LA (code)" not in register.table.column_names:
        known = examples(register.table.column_names, most=8)
        raise Fault("FMT-050", where=Where(file=file), name=file, column="LA (code)", known=known)
    codes = extract.cells("GSSLACode") if by_gss else extract.cells("LA", code=True)
    kept = [each for each in REGISTER_ATTRIBUTES if columns[each.name].null_count < extract.rows]
    units = pa.table(
        {
            "id": register.table.column("URN"),
            "name": pa.array(extract.cells("EstablishmentName"), pa.string()),
            "area": pa.array(codes, pa.string()),
            "x": columns["x"],
            "y": columns["y"],
            **{each.name: columns[each.name] for each in kept},
        }
    ).filter(pa.array(is_open))
    found = [*register.notes, *notes, *_time_notes(extract, unknown, date, file)]
    if areas is not None:
        placed = place(units.column("area"), areas=areas, key=area_key, file=file)
        units = units.set_column(2, "area", placed.areas).filter(pc.is_valid(placed.areas))
        found.extend(placed.notes)
    return RegisterUnits(table=units.sort_by("id"), attributes=tuple(kept), notes=tuple(found))
