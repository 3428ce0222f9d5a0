"""The school register of England (Get Information about Schools) as it really comes.

Rows with more fields than the heading, headings that are blank, Windows-1252 or UTF-8, dates as
dd-mm-yyyy or dd/mm/yyyy, and names and telephones of persons, which are left at the door.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.formats.dates import read_day
from consilience.formats.delimited import read_delimited
from consilience.formats.opening import kind_of, read_bytes
from consilience.formats.shape import RawRows, TableShape

# Columns about persons: heads, inspectors, proprietors, and every telephone and e-mail address.
_PERSONAL: Final = re.compile(
    r"head\s*(title|first|last|preferred)|headteacher|telephone|phone|e-?mail|"
    r"inspect\w*name|propsname|proprietor|chair|contact",
    re.IGNORECASE,
)
DATE_COLUMNS: Final = (
    "OpenDate",
    "CloseDate",
    "CensusDate",
    "OfstedLastInsp",
    "LastChangedDate",
    "DateOfLastInspectionVisit",
    "NextInspectionVisit",
)
LINK_COLUMNS: Final = ("URN", "LinkURN", "LinkType", "LinkEstablishedDate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """An extract of the register.

    Args:
        table: the columns kept, as text, null where empty; dates in ISO 8601; sorted by URN.
        dropped_columns: names of the columns about persons, whose content was not kept.
        ragged_rows: rows of the file (heading = 1) with fields beyond the heading.
        encoding: in which it was read.
        notes: warnings.
    """

    table: pa.Table
    dropped_columns: tuple[str, ...]
    ragged_rows: tuple[int, ...]
    encoding: str
    notes: tuple[Fault, ...]


def is_personal(column: str) -> bool:
    """Tell whether a column of the register holds names or telephones of persons.

    Example:
        >>> is_personal("HeadFirstName"), is_personal("Trusts (name)")
        (True, False)
    """
    return bool(_PERSONAL.search(column))


def _open(path: Path, encoding: str | None) -> RawRows:
    data = read_bytes(path)
    content = kind_of(data)
    if content is not None:
        values = {"name": path.name, "suffix": path.suffix, "content": content}
        raise Fault("FMT-006", where=Where(file=str(path)), **values)
    return read_delimited(data, shape=TableShape(encoding=encoding), file=str(path))


def _heading(raw: RawRows, path: Path, *, required: Sequence[str]) -> list[str]:
    """Return the stripped headings; refuse a file without the required ones, or with doubles."""
    names = [(cell or "").strip() for cell in raw.rows[0]]
    where = Where(file=str(path), row=1)
    for column in required:
        if column not in names:
            known = ", ".join(name for name in names[:8] if name) + (" ..." if names[8:] else "")
            raise Fault("FMT-050", where=where, name=path.name, column=column, known=known)
    for column, count in Counter(name for name in names if name).items():
        if count > 1:
            places = ", ".join(str(n + 1) for n, name in enumerate(names) if name == column)
            raise Fault("FMT-021", where=where, column=column, count=count, places=places)
    return names


def _dates(column: str, cells: list[str | None], *, path: Path) -> list[str | None]:
    known: dict[str | None, str | None] = {None: None}
    for row, cell in enumerate(cells, 2):
        if cell not in known:
            day = read_day(str(cell))
            if day is None:
                place = Where(file=str(path), row=row)
                raise Fault("FMT-052", where=place, value=cell, column=column)
            known[cell] = day.isoformat()
    return [known[cell] for cell in cells]


def _check_urns(urns: Sequence[str | None], path: Path) -> None:
    bad = [row for row, urn in enumerate(urns, 2) if not (urn or "").strip().isdigit()]
    if bad:
        place = Where(file=str(path), row=bad[0])
        raise Fault("FMT-054", where=place, count=len(bad), value=urns[bad[0] - 2])
    urn, count = Counter(urns).most_common(1)[0]
    if count > 1:
        place = Where(file=str(path), row=len(urns) + 1 - list(reversed(urns)).index(urn))
        raise Fault("FMT-053", where=place, urn=urn, count=count)


def _short_rows(raw: RawRows, width: int, path: Path) -> None:
    """Refuse rows with fewer fields than the heading: their fields may be shifted."""
    short = [n for n, row in enumerate(raw.rows[1:], 2) if row and len(row) < width]
    if short:
        raise Fault(
            "FMT-016",
            where=Where(file=str(path), row=short[0]),
            count=len(short),
            columns=width,
            fields=len(raw.rows[short[0] - 1]),
            examples=", ".join(map(str, short[:5])),
        )


def read_register(path: Path, *, encoding: str | None = None) -> Register:
    """Which establishments does this extract of the register name, without any person?

    Args:
        path: an extract with at least the column URN (.csv or .csv.gz), such as the national
            file, a search result, or the fixture of the department.
        encoding: as it was saved; None has it found.

    Returns:
        The register; see `Register`. Columns about persons are dropped while the file is read:
        no table ever holds them. Fields beyond the heading (linked establishments) are left out.

    Raises:
        Fault: FMT-001 to FMT-007 if the file cannot be opened; FMT-010 to FMT-018 if its text
            cannot be split; FMT-016 if a row is too short; FMT-020, FMT-021, FMT-050 if its
            heading is wrong; FMT-052 to FMT-054 for dates and URNs that are none.
    """
    raw = _open(path, encoding)
    names = _heading(raw, path, required=("URN",))
    width = max(place + 1 for place, name in enumerate(names) if name)
    _short_rows(raw, width, path)
    rows = [row for row in raw.rows[1:] if row]
    if not rows:
        raise Fault("FMT-004", where=Where(file=str(path)), name=path.name)
    ragged = tuple(
        number
        for number, row in enumerate(raw.rows[1:], 2)
        if any(cell is not None for cell in row[width:])
    )
    dropped = tuple(name for name in names if is_personal(name))
    columns: dict[str, list[str | None]] = {}
    for place, name in enumerate(names[:width]):
        if name and name not in dropped:
            cells = [row[place] for row in rows]
            columns[name] = _dates(name, cells, path=path) if name in DATE_COLUMNS else cells
    _check_urns(columns["URN"], path)
    table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    notes = list(raw.notes)
    if ragged:
        notes.append(Fault("FMT-051", where=Where(file=str(path)), count=len(ragged)))
    return Register(
        table=table.sort_by("URN"),
        dropped_columns=dropped,
        ragged_rows=ragged,
        encoding=raw.encoding or "",
        notes=tuple(notes),
    )


def read_links(path: Path) -> pa.Table:
    """Which establishments took over from which, by the links file of the register?

    Args:
        path: .csv or .csv.gz with the columns URN, LinkURN, LinkType, LinkEstablishedDate.

    Returns:
        Columns urn, link_urn, link_type (text) and established (date32, null where not known),
        in the order of the file.

    Raises:
        Fault: as `read_register`.
    """
    raw = _open(path, None)
    names = _heading(raw, path, required=LINK_COLUMNS)
    _short_rows(raw, len(names), path)
    rows = [row for row in raw.rows[1:] if row]
    columns = {name: [row[names.index(name)] for row in rows] for name in LINK_COLUMNS}
    established = _dates("LinkEstablishedDate", columns["LinkEstablishedDate"], path=path)
    return pa.table(
        {
            "urn": pa.array(columns["URN"], pa.string()),
            "link_urn": pa.array(columns["LinkURN"], pa.string()),
            "link_type": pa.array(columns["LinkType"], pa.string()),
            "established": pa.array(established, pa.string()).cast(pa.date32()),
        }
    )
