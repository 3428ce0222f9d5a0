"""What harvesters are given of a catalogue: pages of records along the numbers, and sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from sqlalchemy import Connection

from consilience.store.catalogue import PREFIXES, SHIFT

_NAMES: Final = {code: prefix for prefix, code in PREFIXES.items()}

Parts = Literal["headers", "plain", "packed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which records a harvester asks for.

    Attributes:
        prefix: the metadata prefix.
        since: the earliest datestamp, to the second; empty for the beginning.
        until: the latest; empty for the end.
        set_spec: the set; empty for all.
    """

    prefix: str
    since: str = ""
    until: str = ""
    set_spec: str = ""


class Harvested(NamedTuple):
    """One record of a page; its XML is empty for one that is deleted, or if headers go out."""

    number: int
    identifier: str
    datestamp: str
    deleted: bool
    sets: str
    about: str
    xml: bytes
    packed: bytes


def harvest_page(
    connection: Connection, wanted: Selection, *, after: int, limit: int, parts: Parts = "packed"
) -> list[Harvested]:
    """Return the records after a number, by number.

    A record that is edited between two pages keeps its number, and so is on one page only.

    Args:
        connection: to read from.
        wanted: which records.
        after: number of the last record of the page before; 0 for the first page.
        limit: the most records.
        parts: `headers` leaves out the XML, `plain` its blocks for gzip; `packed` has both.
    """
    source, given = _source(wanted)
    xml = {"headers": "x'', x''", "plain": "f.xml, x''", "packed": "f.xml, f.packed"}[parts]
    rows = connection.exec_driver_sql(
        f"SELECT r.number, r.identifier, r.datestamp, r.deleted, r.sets, r.about, {xml} {source} "
        "AND r.number > ? ORDER BY r.number LIMIT ?",
        (*given, after, limit),
    )
    return [Harvested._make(row) for row in rows.fetchall()]


def count_selected(connection: Connection, wanted: Selection) -> int:
    """Return how many records a harvester would be given."""
    source, given = _source(wanted)
    return int(connection.exec_driver_sql(f"SELECT count(*) {source}", given).scalar_one())


def one_record(connection: Connection, identifier: str, prefix: str) -> Harvested | None:
    """Return one record by its name, None if it has no such name or not this prefix."""
    source, given = _source(Selection(prefix=prefix))
    row = connection.exec_driver_sql(
        "SELECT r.number, r.identifier, r.datestamp, r.deleted, r.sets, r.about, f.xml, f.packed "
        f"{source} AND r.identifier = ?",
        (*given, identifier),
    ).first()
    return None if row is None else Harvested._make(row)


def _source(wanted: Selection) -> tuple[str, tuple[object, ...]]:
    parts = ["FROM record r"]
    given: list[object] = []
    if wanted.set_spec:
        parts = ["FROM record_set s JOIN record r ON s.spec = ? AND s.number = r.number"]
        given.append(wanted.set_spec)
    parts.append("JOIN record_form f ON f.id = ? + r.number")
    given.append(PREFIXES[wanted.prefix] << SHIFT)
    parts.append("WHERE 1")
    if wanted.since:
        parts.append("AND r.datestamp >= ?")
        given.append(wanted.since)
    if wanted.until:
        parts.append("AND r.datestamp <= ?")
        given.append(wanted.until)
    return " ".join(parts), tuple(given)


def prefixes_of(connection: Connection, identifier: str) -> tuple[str, ...] | None:
    """Return the metadata prefixes of one record, None if there never was one of that name."""
    number = connection.exec_driver_sql(
        "SELECT number FROM record WHERE identifier = ?", (identifier,)
    ).scalar()
    if number is None:
        return None
    ids = [(code << SHIFT) + number for code in PREFIXES.values()]
    rows = connection.exec_driver_sql(
        f"SELECT id FROM record_form WHERE id IN ({', '.join(map(str, ids))}) ORDER BY id"
    )
    return tuple(_NAMES[own >> SHIFT] for own in rows.scalars())


def earliest_datestamp(connection: Connection) -> str:
    """Return the datestamp before which nothing was changed; empty if there are no records."""
    return connection.exec_driver_sql("SELECT min(datestamp) FROM record").scalar() or ""


def sets_of(connection: Connection) -> list[tuple[str, str]]:
    """Return each set with its name, parents first; a set nobody named is called as it is spelt."""
    rows = connection.exec_driver_sql(
        "SELECT s.spec, coalesce(c.name, s.spec) FROM (SELECT DISTINCT spec FROM record_set) s "
        "LEFT JOIN catalogue_set c ON c.spec = s.spec ORDER BY s.spec"
    )
    return [(spec, name) for spec, name in rows]
