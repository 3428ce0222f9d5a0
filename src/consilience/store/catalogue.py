"""Keep the records of a catalogue: saved, deleted for ever but never forgotten, found by name."""

from __future__ import annotations

import functools
import hashlib
import re
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.formats.metadata.model import Record
from consilience.formats.oaipmh.packing import packed
from consilience.store.catalogue_search import Indexed, index_records

# The number of each metadata prefix in ids of `record_form`; never given to another one.
PREFIXES: Final[Mapping[str, int]] = MappingProxyType(
    {"oai_dc": 1, "oai_ddi25": 2, "oai_datacite": 3}
)
SHIFT: Final = 40
# SQLite binds at most 32,766 values; and a batch should be short in memory.
_AT_ONCE: Final = 500
# What most harvesters ask for; the other forms are small and packed when they are asked for.
_PACKED: Final = frozenset({"oai_ddi25"})
_LEVEL: Final = 1
_CACHE: Final = 131_072  # KB, while many records are kept at once
# The signs of an address (RFC 3986); and those of a set's name, by OAI-PMH 2.0 section 2.6.
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,256}")
SET_SPEC: Final = re.compile(r"(?=.{1,128}$)[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record to be kept, with what harvesters are given of it.

    Attributes:
        identifier: the name by which harvesters ask for it.
        record: the record itself.
        forms: the XML of each metadata prefix, one root element without a declaration.
        sets: names of the sets that it is in, such as `language:en`.
        about: where it was harvested from, as the XML of OAI's `provenance`; empty for our own.
        source: SHA-256 of the bytes that it was read from; empty if it was made here.
    """

    identifier: str
    record: Record
    forms: Mapping[str, bytes] = field(default_factory=dict)
    sets: tuple[str, ...] = ()
    about: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An entry as its rows will hold it: made in any process, kept by the one that writes.

    Attributes:
        identifier: the name by which harvesters ask for it.
        json: the record, compressed.
        forms: prefix, XML and blocks of gzip of each form, empty where they are made later.
        sets: names of its sets.
        about: where it was harvested from.
        source: SHA-256 of the bytes that it was read from.
        digest: of everything that harvesters see but the datestamp.
        indexed: what is found of it; its number is given when it is kept.
    """

    identifier: str
    json: bytes
    forms: tuple[tuple[str, bytes, bytes], ...]
    sets: tuple[str, ...]
    about: str
    source: str
    digest: str
    indexed: Indexed


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as it is kept.

    Attributes:
        number: given once, in the order of arrival.
        identifier: the name by which harvesters ask for it.
        datestamp: the second, in UTC, of the newest change, as `2026-03-02T09:00:00Z`.
        deleted: whether it was taken out.
        sets: names of its sets.
        record: the record itself; None if deleted.
    """

    number: int
    identifier: str
    datestamp: str
    deleted: bool
    sets: tuple[str, ...]
    record: Record | None


@functools.cache
def _json() -> TypeAdapter[Record]:
    """Return what turns records into JSON and back; made once, as that takes a while."""
    return TypeAdapter(Record)


def prepare(entry: Entry) -> Prepared:
    """Return an entry as its rows will hold it.

    Raises:
        Fault: STO-081 for an identifier and STO-082 for a set name that cannot be one.
    """
    if not _IDENTIFIER.fullmatch(entry.identifier):
        raise Fault("STO-081", identifier=entry.identifier[:300])
    for spec in entry.sets:
        if not SET_SPEC.fullmatch(spec):
            raise Fault("STO-082", spec=spec[:300])
    content = _json().dump_json(entry.record, exclude_defaults=True)
    return Prepared(
        identifier=entry.identifier,
        json=zlib.compress(content, _LEVEL),
        forms=tuple(
            (prefix, xml, packed(xml) if prefix in _PACKED else b"")
            for prefix, xml in entry.forms.items()
        ),
        sets=entry.sets,
        about=entry.about,
        source=entry.source,
        digest=_digest(entry, content),
        indexed=Indexed.of(entry.record, sets=entry.sets),
    )


def save_record(connection: Connection, entry: Entry, *, datestamp: str) -> int | None:
    """Keep a record in the place of what its identifier named before.

    Returns:
        Its number; None if exactly this is kept already, and so nothing was changed.
    """
    return next(iter(save_records(connection, [entry], datestamp=datestamp)), None)


def save_records(
    connection: Connection, entries: Sequence[Entry | Prepared], *, datestamp: str
) -> tuple[int, ...]:
    """Keep records, each in the place of what its identifier named before.

    Args:
        connection: within a transaction.
        entries: what to keep; of two with one identifier the later holds.
        datestamp: the second of the change, in UTC, as `2026-03-02T09:00:00Z`.

    Returns:
        Numbers of the records that are new or changed, in the order of `entries`; those that are
        kept exactly so already are passed over.

    Raises:
        Fault: STO-081 for an identifier and STO-082 for a set name that cannot be one.
    """
    if len(entries) > _AT_ONCE:
        # Else pages of the indexes are written out and read again many times in one transaction.
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE}")
    ready = [each if isinstance(each, Prepared) else prepare(each) for each in entries]
    given = list({entry.identifier: entry for entry in ready}.values())
    changed: list[int] = []
    for batch in _batches(given, _AT_ONCE):
        changed += _save_batch(connection, batch, datestamp=datestamp)
    return tuple(changed)


def _save_batch(connection: Connection, batch: Sequence[Prepared], *, datestamp: str) -> list[int]:
    known = _known(connection, [entry.identifier for entry in batch])
    number = connection.exec_driver_sql("SELECT coalesce(max(number), 0) FROM record").scalar_one()
    changed: list[tuple[int, Prepared]] = []
    for entry in batch:
        old, digest = known.get(entry.identifier, (None, None))
        if entry.digest != digest:
            number += old is None
            changed.append((old or number, entry))
    olds = {old for old, _ in known.values()}
    _forget(connection, [own for own, _ in changed if own in olds])
    _insert(connection, "record", [_row(own, each, datestamp) for own, each in changed])
    _insert(connection, "record_content", [(own, each.json) for own, each in changed])
    forms = [
        ((PREFIXES[prefix] << SHIFT) + own, xml, blocks)
        for own, each in changed
        for prefix, xml, blocks in each.forms
    ]
    _insert(connection, "record_form", forms)
    sets = [(spec, own) for own, each in changed for spec in _with_parents(each.sets)]
    _insert(connection, "record_set", sets)
    index_records(connection, {own: each.indexed for own, each in changed})
    return [own for own, _ in changed]


def _row(number: int, entry: Prepared, datestamp: str) -> tuple[object, ...]:
    one = entry.indexed
    facets = dict(reversed(one.facets))  # the first of each holds
    return (
        number, entry.identifier, datestamp, False, " ".join(entry.sets), entry.about, one.title,
        facets.get("publisher", ""), facets.get("year", ""), facets.get("access", ""),
        entry.digest, entry.source,
    )  # fmt: skip


def _digest(entry: Entry, content: bytes) -> str:
    made = hashlib.sha256(content)
    for name, xml in sorted(entry.forms.items()):
        made.update(b"\0" + name.encode() + b"\0" + xml)
    made.update("\0".join(["", *entry.sets, entry.about]).encode())
    return made.hexdigest()


def _known(connection: Connection, identifiers: Sequence[str]) -> dict[str, tuple[int, str]]:
    gaps = ", ".join("?" * len(identifiers))
    rows = connection.exec_driver_sql(
        f"SELECT identifier, number, digest FROM record WHERE identifier IN ({gaps})",
        tuple(identifiers),
    )
    return {identifier: (number, digest) for identifier, number, digest in rows}


def _forget(connection: Connection, numbers: Iterable[int]) -> None:
    """Take out all rows of records that come anew; nothing is seen of it outside."""
    for own in numbers:
        for code in PREFIXES.values():
            connection.exec_driver_sql(
                "DELETE FROM record_form WHERE id = ?", ((code << SHIFT) + own,)
            )
        for table in ("record_content", "record_set", "record"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE number = ?", (own,))


def _insert(connection: Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        gaps = ", ".join("?" * len(rows[0]))
        connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({gaps})", list(rows))


def delete_record(connection: Connection, identifier: str, *, datestamp: str) -> int:
    """Take a record out; that it was there, in which sets and forms, is kept for ever.

    Returns:
        Its number.

    Raises:
        Fault: STO-080 if no record has that name, or it is deleted already.
    """
    kept = record_by_identifier(connection, identifier)
    if kept is None or kept.deleted:
        raise Fault("STO-080", identifier=identifier)
    connection.exec_driver_sql(
        "UPDATE record SET deleted = 1, datestamp = ?, digest = '', source = '' WHERE number = ?",
        (datestamp, kept.number),
    )
    connection.exec_driver_sql("DELETE FROM record_content WHERE number = ?", (kept.number,))
    for code in PREFIXES.values():
        connection.exec_driver_sql(
            "UPDATE record_form SET xml = x'', packed = x'' WHERE id = ?",
            ((code << SHIFT) + kept.number,),
        )
    index_records(connection, {kept.number: Indexed()})
    return kept.number


def record_by_identifier(connection: Connection, identifier: str) -> Kept | None:
    """Return a record by its name, None if there never was one."""
    row = connection.exec_driver_sql(
        "SELECT r.number, r.identifier, r.datestamp, r.deleted, r.sets, c.json FROM record r "
        "LEFT JOIN record_content c ON c.number = r.number WHERE r.identifier = ?",
        (identifier,),
    ).first()
    if row is None:
        return None
    number, name, datestamp, deleted, sets, content = row
    return Kept(
        number=number,
        identifier=name,
        datestamp=datestamp,
        deleted=bool(deleted),
        sets=tuple(sets.split()),
        record=None if content is None else _json().validate_json(zlib.decompress(content)),
    )


def form_of(connection: Connection, number: int, prefix: str) -> bytes | None:
    """Return the XML of a record under a metadata prefix, None if it has none."""
    xml = connection.exec_driver_sql(
        "SELECT xml FROM record_form WHERE id = ?", ((PREFIXES[prefix] << SHIFT) + number,)
    ).scalar()
    return bytes(xml) if xml else None


def restamp(
    connection: Connection, numbers: Sequence[int], *, stamped: str, datestamp: str
) -> None:
    """Give records that were changed in second `stamped` and not since a later datestamp."""
    for batch in _batches(numbers, _AT_ONCE):
        connection.exec_driver_sql(
            "UPDATE record SET datestamp = ? WHERE datestamp = ? AND number IN "
            f"({', '.join('?' * len(batch))})",
            (datestamp, stamped, *batch),
        )


def sources(connection: Connection) -> frozenset[str]:
    """Return the SHA-256 of the bytes that each kept record was read from."""
    rows = connection.exec_driver_sql("SELECT source FROM record WHERE source <> ''")
    return frozenset(rows.scalars())


def count_records(connection: Connection) -> tuple[int, int]:
    """Return how many records there are, and how many are deleted beside them."""
    rows = connection.exec_driver_sql("SELECT deleted, count(*) FROM record GROUP BY deleted")
    counts = {bool(deleted): int(count) for deleted, count in rows}
    return counts.get(False, 0), counts.get(True, 0)


def name_sets(connection: Connection, names: Mapping[str, str]) -> None:
    """Say what sets are called; a set that has a name already gets the new one."""
    if names:
        connection.exec_driver_sql(
            "INSERT INTO catalogue_set VALUES (?, ?) "
            "ON CONFLICT (spec) DO UPDATE SET name = excluded.name",
            list(names.items()),
        )


def make_key(connection: Connection) -> None:
    """Make the key that signs what the catalogue hands out, unless it has one."""
    connection.exec_driver_sql(
        "INSERT INTO catalogue_key VALUES (1, ?) ON CONFLICT DO NOTHING",
        (secrets.token_bytes(32),),
    )


def key_of(connection: Connection) -> bytes:
    """Return the key that signs what the catalogue hands out."""
    return bytes(connection.exec_driver_sql("SELECT secret FROM catalogue_key").scalar_one())


def _with_parents(sets: Iterable[str]) -> list[str]:
    """Return sets with those that they lie in: `a:b` lies in `a`.

    Example:
        >>> _with_parents(["language:en", "language:fi"])
        ['language', 'language:en', 'language:fi']
    """
    return sorted(
        {":".join(each.split(":")[:end]) for each in sets for end in range(1, each.count(":") + 2)}
    )


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
