"""Find words in texts: an index in the study database, kept in step with the texts.

Of each text the version that coders read is in it, the newest that is not sealed; sealed words
never are. The index keeps where words stand and no second copy of the text.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from consilience.store.query import Query, in_fts5
from consilience.store.words import TOKENISER
from consilience.text.segments import paragraphs

# Alembic is told to pass over these: FTS5 makes and owns them.
TABLE: Final = "search"
# An id of a passage is the number of its text, shifted by this, and its own number.
SHIFT: Final = 32
# Signs that no normal text holds, so that what is found can be marked with them.
_OPEN, _CLOSE = "\x02", "\x03"
_BEFORE, _LONGEST = 80, 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Where to look.

    Args:
        documents: ids of texts, None for all.
        speakers: only what these speakers say, as their turns name them; empty for all.
        case: only texts that speak of this case.
        kind: only texts of this kind.
    """

    documents: frozenset[str] | None = None
    speakers: tuple[str, ...] = ()
    case: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage in which something was found.

    Args:
        document: id of the text.
        name: its name.
        version: the version in which places are counted.
        turn: number of the turn from 1, None for a paragraph outside of turns.
        speaker: who says it, None if not known.
        start: first code point of what was said, or of the paragraph.
        end: code point after its last.
        marks: start and end of each place found.
        snippet: the words around the first of them, as they stand.
        snippet_start: code point of its first letter.
    """

    document: str
    name: str
    version: int
    turn: int | None
    speaker: str | None
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    snippet: str
    snippet_start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of hits, and how many there are in all: passages, and texts that have one."""

    hits: tuple[Hit, ...]
    total: int
    texts: int


class Ids(NamedTuple):
    """Ids of the passages of one page in order, how many there are in all, in how many texts."""

    page: list[int]
    total: int
    texts: int


def make_index(connection: Connection) -> None:
    """Make the index of words, with every text that the database holds already.

    The tables `searched` and `passage` must be there.

    Args:
        connection: within the transaction of a new database or a migration.
    """
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5"
        f"(words, content='', columnsize=0, tokenize='{TOKENISER}')"
    )
    newest = "SELECT document, max(version) FROM content GROUP BY document ORDER BY document"
    for document, version in connection.exec_driver_sql(newest).fetchall():
        index_text(connection, document, version)


def is_ours(name: str | None) -> bool:
    """Return whether a table of the database is one of those that make up the index of words."""
    return name is not None and (name == TABLE or name.startswith(f"{TABLE}_"))


def index_text(connection: Connection, document: str, version: int) -> None:
    """Put a version with its turns into the index, in the place of what it had of that text.

    Nothing happens unless it is the newest that is not sealed.

    Args:
        connection: within the transaction that changed the text or its turns.
        document: id of the text.
        version: what was made, or given other turns.
    """
    newest = connection.exec_driver_sql(
        "SELECT version, text FROM content WHERE document = ? ORDER BY version DESC LIMIT 1",
        (document,),
    ).first()
    if newest is None or newest[0] != version:
        return
    number = _number(connection, document, version)
    rows = connection.exec_driver_sql(
        'SELECT number, speaker, start, said, "end" FROM turn WHERE document = ? AND version = ?'
        " ORDER BY start, number",
        (document, version),
    ).fetchall()
    found = list(_passages(newest[1], [tuple(row) for row in rows]))
    ids = range((number << SHIFT) + 1, (number << SHIFT) + 1 + len(found))
    if found:
        connection.exec_driver_sql(
            'INSERT INTO passage (id, turn, speaker, start, "end") VALUES (?, ?, ?, ?, ?)',
            [(own, *each) for own, each in zip(ids, found, strict=True)],
        )
        connection.exec_driver_sql(
            f"INSERT INTO {TABLE} (rowid, words) VALUES (?, ?)",
            [(own, newest[1][a:b]) for own, (_, _, a, b) in zip(ids, found, strict=True)],
        )


def forget_text(connection: Connection, document: str) -> None:
    """Take a text out of the index; nothing happens if it is not in it."""
    known = connection.exec_driver_sql(
        "SELECT number, version FROM searched WHERE document = ?", (document,)
    ).first()
    if known is not None:
        _forget(connection, document, int(known[0]), int(known[1]))
        connection.exec_driver_sql("DELETE FROM searched WHERE document = ?", (document,))


def clear_forgotten(connection: Connection) -> None:
    """Write the index anew without what was forgotten, of which it keeps traces otherwise."""
    connection.exec_driver_sql(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")


def _number(connection: Connection, document: str, version: int) -> int:
    """Return the number of a text in the index, from which its older words were taken."""
    revision = int(
        connection.exec_driver_sql("SELECT coalesce(max(revision), 0) + 1 FROM searched").scalar()
        or 0
    )
    known = connection.exec_driver_sql(
        "SELECT number, version FROM searched WHERE document = ?", (document,)
    ).first()
    if known is None:
        # Not RETURNING: with it the index writes out what it still holds, after every text.
        made = connection.exec_driver_sql(
            "INSERT INTO searched (document, version, revision) VALUES (?, ?, ?)",
            (document, version, revision),
        )
        return int(made.lastrowid)
    number = int(known[0])
    _forget(connection, document, number, int(known[1]))
    connection.exec_driver_sql(
        "UPDATE searched SET version = ?, revision = ? WHERE number = ?",
        (version, revision, number),
    )
    return number


def _forget(connection: Connection, document: str, number: int, version: int) -> None:
    """Take a version out: the index wants the very words that went in."""
    old = connection.exec_driver_sql(
        "SELECT text FROM content WHERE document = ? AND version = ?", (document, version)
    ).scalar_one()
    bounds = (number << SHIFT, (number + 1) << SHIFT)
    rows = connection.exec_driver_sql(
        'SELECT id, start, "end" FROM passage WHERE id BETWEEN ? AND ?', bounds
    ).fetchall()
    if rows:
        connection.exec_driver_sql(
            f"INSERT INTO {TABLE} ({TABLE}, rowid, words) VALUES ('delete', ?, ?)",
            [(own, old[start:end]) for own, start, end in rows],
        )
    connection.exec_driver_sql("DELETE FROM passage WHERE id BETWEEN ? AND ?", bounds)


def _passages(
    words: str, turns: Sequence[tuple[int, str | None, int, int, int]]
) -> Iterator[tuple[int | None, str | None, int, int]]:
    """Yield turn, speaker, start and end of each turn as said, and of paragraphs around them."""
    place = 0
    for number, speaker, start, said, end in turns:
        yield from _between(words, place, start)
        if said < end:
            yield number, speaker, said, end
        place = max(place, end)
    yield from _between(words, place, len(words))


def _between(words: str, start: int, end: int) -> Iterator[tuple[None, None, int, int]]:
    if start < end and not words[start:end].isspace():
        first, last = paragraphs(words[start:end])
        for a, b in zip((first + start).tolist(), (last + start).tolist(), strict=True):
            yield None, None, a, b


def count_texts(connection: Connection) -> int:
    """Return how many texts are in the index."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM searched").scalar_one())


def numbers_of(connection: Connection, filters: Filters) -> list[int] | None:
    """Return the numbers in the index of the texts that filters let through, None for all."""
    if filters.documents is None and filters.case is None and filters.kind is None:
        return None
    rows = connection.execute(
        text(
            "SELECT s.number, d.id FROM searched s JOIN document d ON d.id = s.document WHERE "
            '(:case IS NULL OR d."case" = :case) AND (:kind IS NULL OR d.kind = :kind)'
        ),
        {"case": filters.case, "kind": filters.kind},
    )
    wanted = filters.documents
    return sorted(number for number, name in rows if wanted is None or name in wanted)


def speakers_of(connection: Connection, numbers: Sequence[int] | None) -> list[str]:
    """Return the names of all who speak in the texts of these numbers, None for all texts."""
    where = "speaker IS NOT NULL"
    if numbers is not None:
        where += f" AND (id >> {SHIFT}) IN ({', '.join(map(str, numbers))})"
    rows = connection.exec_driver_sql(
        f"SELECT DISTINCT speaker FROM passage WHERE {where} ORDER BY speaker"
    )
    return [str(each) for each in rows.scalars()]


def cases_of(connection: Connection, numbers: Sequence[int] | None) -> list[str]:
    """Return the cases of which the texts of these numbers speak, None for all texts."""
    where = 'd."case" IS NOT NULL'
    if numbers is not None:
        where += f" AND s.number IN ({', '.join(map(str, numbers))})"
    rows = connection.exec_driver_sql(
        'SELECT DISTINCT d."case" FROM searched s JOIN document d ON d.id = s.document '
        f'WHERE {where} ORDER BY d."case"'
    )
    return [str(each) for each in rows.scalars()]


def find(
    connection: Connection,
    query: Query,
    *,
    filters: Filters | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Found:
    """Return the passages in which something is found, in the order in which texts were taken in.

    Args:
        connection: to read from.
        query: from `read_query`.
        filters: where to look, None for everywhere.
        limit: length of a page.
        offset: hits before the page.
    """
    where = filters or Filters()
    numbers = numbers_of(connection, where)
    ids = ids_of(connection, query, numbers, where.speakers, limit=limit, offset=offset)
    return hits_of(connection, query, ids)


def ids_of(
    connection: Connection,
    query: Query,
    numbers: Sequence[int] | None,
    speakers: Sequence[str],
    *,
    limit: int,
    offset: int,
) -> Ids:
    """Return the ids of a page of passages, and how many passages and texts there are in all.

    Args:
        connection: to read from.
        query: what to find.
        numbers: of texts to look in, None for all.
        speakers: only what these say, empty for all.
        limit: length of a page.
        offset: hits before the page.
    """
    given = {"query": in_fts5(query), "limit": limit, "offset": offset}
    source = f"FROM {TABLE} WHERE {TABLE} MATCH :query"
    if numbers is not None:
        # Numbers only, from the database itself.
        source += f" AND (rowid >> {SHIFT}) IN ({', '.join(map(str, numbers))})"
    if speakers:
        given["speakers"] = json.dumps(speakers)
        source += (
            f" AND EXISTS (SELECT 1 FROM passage p WHERE p.id = {TABLE}.rowid"
            " AND p.speaker IN (SELECT value FROM json_each(:speakers)))"
        )
    counts = connection.execute(
        text(f"SELECT count(*), count(DISTINCT rowid >> {SHIFT}) {source}"), given
    ).one()
    page = connection.execute(
        text(f"SELECT rowid {source} ORDER BY rowid LIMIT :limit OFFSET :offset"), given
    )
    return Ids([int(each) for each in page.scalars()], int(counts[0]), int(counts[1]))


def hits_of(connection: Connection, query: Query, ids: Ids) -> Found:
    """Return passages with what was found marked in them.

    Args:
        connection: to read from.
        query: what was looked for.
        ids: from an index.
    """
    rows = connection.exec_driver_sql(
        'SELECT p.id, d.id, d.name, s.version, p.turn, p.speaker, p.start, p."end" '
        f"FROM passage p JOIN searched s ON s.number = p.id >> {SHIFT} "
        f"JOIN document d ON d.id = s.document WHERE p.id IN ({', '.join(map(str, ids.page))})"
        " ORDER BY p.id"
    ).fetchall()
    texts = {(row[1], row[3]): "" for row in rows}
    for key in texts:
        texts[key] = connection.exec_driver_sql(
            "SELECT text FROM content WHERE document = ? AND version = ?", key
        ).scalar_one()
    passages = {row[0]: texts[row[1], row[3]][row[6] : row[7]] for row in rows}
    marks = _marks(query, passages)
    hits = tuple(_hit(row[1:], passages[row[0]], marks.get(row[0], [])) for row in rows)
    return Found(hits=hits, total=ids.total, texts=ids.texts)


def _hit(row: Sequence[Any], said: str, marks: Sequence[tuple[int, int]]) -> Hit:
    document, name, version, turn, speaker, start, end = row
    first, last = _around(said, marks[0][0] if marks else 0)
    return Hit(
        document=document,
        name=name,
        version=version,
        turn=turn,
        speaker=speaker,
        start=start,
        end=end,
        marks=tuple((start + a, start + b) for a, b in marks),
        snippet=said[first:last],
        snippet_start=start + first,
    )


def _around(said: str, mark: int) -> tuple[int, int]:
    """Return where the words around a place begin and end, without cutting one in two."""
    first = max(0, mark - _BEFORE)
    if first:
        first = said.find(" ", first, mark) + 1 or first
    last = min(len(said), first + _LONGEST)
    if last < len(said):
        last = max(said.rfind(" ", mark + 1, last), mark) if " " in said[mark + 1 : last] else last
    return first, last


def _marks(query: Query, passages: Mapping[int, str]) -> dict[int, list[tuple[int, int]]]:
    """Return start and end of each place of a query in passages, by an index made of them only."""
    with contextlib.closing(sqlite3.connect(":memory:")) as index:
        index.execute(f"CREATE VIRTUAL TABLE one USING fts5(words, tokenize='{TOKENISER}')")
        index.executemany("INSERT INTO one (rowid, words) VALUES (?, ?)", passages.items())
        rows = index.execute(
            "SELECT rowid, highlight(one, 0, ?, ?) FROM one WHERE one MATCH ?",
            (_OPEN, _CLOSE, in_fts5(query)),
        ).fetchall()
    return {own: _places(marked) for own, marked in rows}


def _places(marked: str) -> list[tuple[int, int]]:
    found, place = [], 0
    for number, piece in enumerate(marked.replace(_CLOSE, _OPEN).split(_OPEN)):
        if number % 2:
            found.append((place, place + len(piece)))
        place += len(piece)
    return found
