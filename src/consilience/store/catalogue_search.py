"""Find records of a catalogue by words and facets, with counts of every facet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from consilience.formats.metadata.model import Agent, Record, Term, Text
from consilience.store.catalogue_tables import RECORD_WORDS as TABLE
from consilience.store.query import AnyOf, Near, Phrase, Query, Without, in_fts5

FACETS: Final = (
    "topic", "kind", "country", "year", "publisher", "access", "language", "set",
)  # fmt: skip
# Every record that is not deleted has the one value of this facet.
_ALL: Final = "all"
_PAGE: Final = 8_192
_BYTES: Final = _PAGE // 8
# How much more a word in the title, or a creator's name, says than one in the rest.
_WEIGHTS: Final = "10.0, 5.0, 1.0"
# Of more hits than this nobody reads the best; the newest come first, which is quicker.
_RANKED: Final = 5_000
# Words that SQLite weighs or marks at once: its time goes with the square of them.
_WEIGHED: Final = 20
# Words shown before a place that was found, and from it on.
_BEFORE, _BEHIND = 8, 16
_MARK: Final = "\x02"

Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """What is to be found of a record.

    Attributes:
        title: its title, empty for a record that is deleted.
        creators: names of those who made it.
        words: everything else that words are found in.
        facets: pairs of facet and value.
    """

    title: str = ""
    creators: str = ""
    words: str = ""
    facets: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, record: Record, *, sets: Iterable[str] = ()) -> Indexed:
        """Return what is to be found of a record."""
        return cls(
            title=next((each.value for each in record.titles), ""),
            creators="; ".join(each.name for each in record.creators),
            words="\n".join(_words(record)),
            facets=tuple(dict.fromkeys([(_ALL, ""), *_facets(record, sets)])),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of the records found have a value of a facet."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHit:
    """A record that was found.

    Attributes:
        identifier: its name.
        title: its title.
        publisher: who distributes it.
        year: when it was published.
        level: access level, empty if not said.
        datestamp: when it was changed.
        snippet: words around what was found, empty if nothing was typed.
    """

    identifier: str
    title: str
    publisher: str
    year: str
    level: str
    datestamp: str
    snippet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsFound:
    """A page of records, how many there are in all, and the counts of each facet.

    Counts of a facet pass over what was chosen in that facet itself, so that another value can be
    chosen in its place or beside it.
    """

    hits: tuple[RecordHit, ...]
    total: int
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)


def index_records(connection: Connection, records: Mapping[int, Indexed]) -> None:
    """Put records into the index in the place of what it had of them; one without facets goes.

    Args:
        connection: within the transaction that changed the records.
        records: what is to be found of each, by number.
    """
    live = [(n, r.title, r.creators, r.words) for n, r in records.items() if r.facets]
    if records:
        connection.exec_driver_sql(f"DELETE FROM {TABLE} WHERE rowid = ?", [(n,) for n in records])
    if live:
        connection.exec_driver_sql(
            f"INSERT INTO {TABLE} (rowid, title, creators, words) VALUES (?, ?, ?, ?)", live
        )
    pages: dict[int, dict[int, Indexed]] = defaultdict(dict)
    for number, each in records.items():
        pages[number // _PAGE][number] = each
    for page, ones in pages.items():
        _index_page(connection, page, ones)


def _index_page(connection: Connection, page: int, records: Mapping[int, Indexed]) -> None:
    rows = connection.exec_driver_sql(
        "SELECT facet, value, bits FROM facet_page WHERE page = ?", (page,)
    )
    old = {(facet, value): bytes(bits) for facet, value, bits in rows}
    new: dict[tuple[str, str], bytearray] = {key: bytearray(bits) for key, bits in old.items()}
    places = [divmod(number % _PAGE, 8) for number in records]
    for bits in new.values():
        for byte, bit in places:
            bits[byte] &= ~(1 << bit)
    for each, (byte, bit) in zip(records.values(), places, strict=True):
        for key in each.facets:
            new.setdefault(key, bytearray(_BYTES))[byte] |= 1 << bit
    made = {key: bytes(bits) for key, bits in new.items()}
    changed = [(*key, page, bits) for key, bits in made.items() if old.get(key) != bits]
    gone = [key[:3] for key in changed if not any(key[3])]
    kept = [key for key in changed if any(key[3])]
    if gone:
        connection.exec_driver_sql(
            "DELETE FROM facet_page WHERE facet = ? AND value = ? AND page = ?", gone
        )
    if kept:
        connection.exec_driver_sql(
            "INSERT INTO facet_page VALUES (?, ?, ?, ?) "
            "ON CONFLICT (facet, value, page) DO UPDATE SET bits = excluded.bits",
            kept,
        )


def search_records(
    connection: Connection,
    query: Query | None,
    *,
    chosen: Mapping[str, Sequence[str]],
    limit: int,
    offset: int = 0,
) -> RecordsFound:
    """Return the records in which words stand and which have the chosen values.

    Args:
        connection: to read from.
        query: from `read_query`; None for all records, the newest first.
        chosen: for each facet the values of which a record must have one.
        limit: length of a page.
        offset: records before it.
    """
    values = _Values(connection)
    base = values.all() if query is None else values.of_numbers(_matches(connection, query))
    within = {facet: values.any_of(facet, wanted) for facet, wanted in chosen.items() if wanted}
    selected = base.copy()
    for bits in within.values():
        selected &= bits
    numbers = np.flatnonzero(np.unpackbits(selected.reshape(-1), bitorder="little"))
    facets = {}
    for facet in FACETS:
        own = base.copy() if facet in within else selected
        for name, bits in within.items() if facet in within else ():
            if name != facet:
                own &= bits
        facets[facet] = values.counts(facet, own)
    page = _page(connection, query, numbers, limit=limit, offset=offset)
    return RecordsFound(
        hits=tuple(_hits(connection, query, page)), total=int(numbers.size), facets=facets
    )


class _Values:
    """Every value of every facet, as bits of the records that have it."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.exec_driver_sql(
            "SELECT facet, value, page, bits FROM facet_page ORDER BY facet, value, page"
        ).fetchall()
        self._keys = [(facet, value) for facet, value, _, _ in rows]
        self._page = np.array([page for _, _, page, _ in rows], dtype=np.int64)
        joined = b"".join([bits for *_, bits in rows])
        self._bits: Bits = np.frombuffer(joined, np.uint8).reshape(-1, _BYTES)
        self._pages = int(self._page.max()) + 1 if rows else 0
        self._rows: dict[str, list[int]] = defaultdict(list)
        for row, (facet, _) in enumerate(self._keys):
            self._rows[facet].append(row)

    def all(self) -> Bits:
        """Return the bits of every record that is not deleted."""
        return self.any_of(_ALL, [""])

    def of_numbers(self, numbers: npt.NDArray[np.int64]) -> Bits:
        """Return the bits of records by number."""
        flags = np.zeros(self._pages * _PAGE, dtype=bool)
        flags[numbers] = True
        return np.packbits(flags, bitorder="little").reshape(self._pages, _BYTES)

    def any_of(self, facet: str, wanted: Iterable[str]) -> Bits:
        """Return the bits of records that have one of the values."""
        names, found = set(wanted), np.zeros((self._pages, _BYTES), dtype=np.uint8)
        for row in self._rows.get(facet, ()):
            if self._keys[row][1] in names:
                found[self._page[row]] |= self._bits[row]
        return found

    def counts(self, facet: str, selected: Bits) -> tuple[Count, ...]:
        """Return how many selected records have each value, the most frequent first."""
        rows = self._rows.get(facet, [])
        if not rows:
            return ()
        both = self._bits[rows] & selected[self._page[rows]]
        sums: dict[str, int] = defaultdict(int)
        ones = np.bitwise_count(both.view(np.uint64)).sum(axis=1)
        for row, count in zip(rows, ones.tolist(), strict=True):
            sums[self._keys[row][1]] += count
        order = sorted(sums.items(), key=lambda each: (-each[1], each[0]))
        return tuple(Count(value=value, count=count) for value, count in order if count)


def _matches(connection: Connection, query: Query) -> npt.NDArray[np.int64]:
    rows = connection.exec_driver_sql(
        f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH ?", (in_fts5(query),)
    )
    return np.array([number for (number,) in rows.fetchall()], dtype=np.int64)


def _page(
    connection: Connection,
    query: Query | None,
    numbers: npt.NDArray[np.int64],
    *,
    limit: int,
    offset: int,
) -> list[int]:
    """Return numbers of a page: the best first if hits and words are few, else the newest."""
    if not numbers.size:
        return []
    many = numbers.size > _RANKED or (query is not None and len(_phrases(query)) > _WEIGHED)
    if query is None or many:
        return [int(number) for number in numbers[::-1][offset : offset + limit]]
    wanted = set(numbers.tolist())
    rows = connection.exec_driver_sql(
        f"SELECT rowid, bm25({TABLE}, {_WEIGHTS}) FROM {TABLE} WHERE {TABLE} MATCH ?",
        (in_fts5(query),),
    )
    ranked = sorted((rank, -number) for number, rank in rows if number in wanted)
    return [-number for _, number in ranked[offset : offset + limit]]


def _hits(connection: Connection, query: Query | None, page: Sequence[int]) -> Iterator[RecordHit]:
    within = ", ".join(map(str, page))  # numbers only, from the database itself
    rows = connection.exec_driver_sql(
        "SELECT number, identifier, title, publisher, year, level, datestamp FROM record "
        f"WHERE number IN ({within})"
    )
    found = {row[0]: tuple(row[1:]) for row in rows}
    snippets = {} if query is None else _snippets(connection, query, page)
    for number in page:
        identifier, title, publisher, year, level, datestamp = found[number]
        yield RecordHit(
            identifier=identifier,
            title=title,
            publisher=publisher,
            year=year,
            level=level,
            datestamp=datestamp,
            snippet=snippets.get(number, ""),
        )


def _snippets(connection: Connection, query: Query, page: Sequence[int]) -> dict[int, str]:
    """Return words around the first place where something was found, for each record.

    SQLite's own snippets take time with the square of the places in a record, a minute for a long
    one; its marks do not.
    """
    found: dict[int, str] = {}
    phrases = list(_phrases(query))
    for first in range(0, len(phrases), _WEIGHED):
        left = ", ".join(str(number) for number in page if number not in found)
        if not left:
            break
        some = AnyOf(parts=tuple(phrases[first : first + _WEIGHED]))
        columns = ", ".join(f"highlight({TABLE}, {column}, char(2), '')" for column in (2, 1, 0))
        rows = connection.exec_driver_sql(
            f"SELECT rowid, {columns} FROM {TABLE} WHERE {TABLE} MATCH ? AND rowid IN ({left})",
            (in_fts5(some),),
        )
        found |= {number: _around(next(each for each in texts if _MARK in each))
                  for number, *texts in rows}  # fmt: skip
    return found


def _around(marked: str) -> str:
    """Return some words before and after the first mark, on one line and without marks."""
    place = marked.index(_MARK)
    ahead = marked[max(0, place - 1_000) : place].split()
    behind = marked[place : place + 2_000].replace(_MARK, "").split()
    shown = [*ahead[-_BEFORE:], *behind[:_BEHIND]]
    return " ".join([
        *(["…"] if len(ahead) > _BEFORE else []),
        *shown,
        *(["…"] if len(behind) > _BEHIND else []),
    ])  # fmt: skip


def _phrases(query: Query) -> dict[Phrase | Near, None]:
    """Return what has to be found for a query, without what must not, each once."""
    if isinstance(query, Phrase | Near):
        return {query: None}
    if isinstance(query, Without):
        return _phrases(query.wanted)
    return {each: None for part in query.parts for each in _phrases(part)}


def _words(record: Record) -> Iterator[str]:
    """Yield the texts of a record in which words are found, beside title and creators."""
    texts: tuple[Iterable[Text], ...] = (
        record.titles[1:], record.alternative_titles, record.abstract, record.universe,
        record.method.sources, record.method.situation, record.notes,
    )  # fmt: skip
    for many in texts:
        yield from (each.value for each in many)
    terms: tuple[Iterable[Term], ...] = (
        record.keywords, record.topics, record.units, record.data_kinds, record.method.sampling,
        record.method.modes, record.method.instruments, record.method.time,
    )  # fmt: skip
    for some in terms:
        yield from (each.value or each.code for each in some)
    agents: tuple[Iterable[Agent], ...] = (record.contributors, record.producers, record.publishers)
    for all_of_them in agents:
        yield from (each.name for each in all_of_them)
    yield from (each.funder for each in record.grants if each.funder)
    yield from (each.value for each in (*record.nations, *record.places))
    yield from (each.value for each in record.identifiers)
    for variable in record.variables:
        yield from (part for part in (variable.name, variable.label, variable.question) if part)


def _facets(record: Record, sets: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of facet and value; a record has several of most."""
    languages = [record.language, *(each.language for each in record.titles)]
    level = record.access.level
    found = {
        "topic": [each.value or each.code for each in record.topics],
        "kind": [each.value or each.code for each in record.data_kinds],
        "country": [each.value or each.code for each in record.nations],
        "year": [record.published[:4]] if record.published[:4].isdecimal() else [],
        "publisher": [each.name for each in record.publishers],
        "access": [] if level is None else [level.value],
        "language": languages,
        "set": list(sets),
    }
    for facet, values in found.items():
        yield from ((facet, short) for each in values if (short := _short(each)))


def _short(value: str) -> str:
    return " ".join(value.split())[:256]
