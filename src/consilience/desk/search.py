"""Find words in the texts that somebody may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.desk.accounts import Person
from consilience.desk.sight import sight_of
from consilience.desk.transcripts import require_document
from consilience.interviews.model import DocumentKind
from consilience.store.database import snapshot
from consilience.store.large_search import MANY, LargeIndex, can_answer, is_installed
from consilience.store.query import Query, read_query
from consilience.store.search import (
    Filters,
    Found,
    Hit,
    cases_of,
    count_texts,
    hits_of,
    ids_of,
    numbers_of,
    speakers_of,
)

__all__ = ["INDEXES", "KINDS", "Found", "Hit", "Index", "Where", "search"]

# auto: tantivy from 2,000 texts on where it is installed, else the index in the database.
Index = Literal["auto", "sqlite", "tantivy"]
INDEXES: tuple[str, ...] = get_args(Index)
KINDS: tuple[str, ...] = get_args(DocumentKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where to look, and which page of what is found.

    Args:
        document: name or id of the only text, None for all.
        speaker: only what this speaker says, in any case of letters.
        case: only texts that speak of this case.
        kind: only texts of this kind.
        limit: hits on a page.
        offset: hits before it.
        index: which index answers.
    """

    document: str | None = None
    speaker: str | None = None
    case: str | None = None
    kind: str | None = None
    limit: int = 50
    offset: int = 0
    index: Index = "auto"


def search(
    engine: Engine, typed: str, *, person: Person | None = None, where: Where | None = None
) -> Found:
    """Return the turns in which something stands, in the order in which texts were taken in.

    Only words that coders may read are found, those of the newest version that is not sealed.

    Args:
        engine: the database of the study.
        typed: what to find; see `store.query.read_query`.
        person: who looks, None for who sits at the terminal and may read all; a coder finds only
            what stands in texts that were given to that coder.
        where: where to look, and which page.

    Raises:
        Fault: STO-070 to STO-075 for a query that cannot be, STO-076 if tantivy is demanded and
            cannot be used, INT-008 if there is no text of that name, COD-026 if there is no such
            speaker or case.
    """
    wanted = where or Where()
    query = read_query(typed)
    with snapshot(engine) as connection:
        filters = _filters(connection, person, wanted)
        numbers = numbers_of(connection, filters)
        paged = {"limit": wanted.limit, "offset": wanted.offset}
        large = _large(connection, engine, query, wanted.index)
        if large is not None:
            ids = large.ids_of(query, numbers, filters.speakers, **paged)
        else:
            ids = ids_of(connection, query, numbers, filters.speakers, **paged)
        return hits_of(connection, query, ids)


def _filters(connection: Connection, person: Person | None, where: Where) -> Filters:
    may = _readable(connection, person)
    # All that may be read, not only what the other filters leave: who says nothing there is known.
    seen = numbers_of(connection, Filters(documents=may))
    if where.case is not None and where.case not in (cases := cases_of(connection, seen)):
        raise _unknown("case", where.case, cases)
    speakers: tuple[str, ...] = ()
    if where.speaker is not None:
        names = speakers_of(connection, seen)
        speakers = tuple(n for n in names if n.casefold() == where.speaker.casefold())
        if not speakers:
            raise _unknown("speaker", where.speaker, names)
    if where.document is not None:
        named = require_document(connection, where.document)
        if may is not None and named.id not in may:
            raise Fault("INT-008", named=where.document)
        may = frozenset({named.id})
    return Filters(documents=may, speakers=speakers, case=where.case, kind=where.kind)


def _unknown(what: str, value: str, there: Sequence[str]) -> Fault:
    return Fault("COD-026", what=what, value=value, known=", ".join(there[:10]) or "none")


def _readable(connection: Connection, person: Person | None) -> frozenset[str] | None:
    """Return the ids of the texts that somebody may read, None for all."""
    if person is None:
        return None
    sight = sight_of(connection, person)
    return frozenset(each for each in sight.texts if sight.reads(each))


def _large(connection: Connection, engine: Engine, query: Query, index: Index) -> LargeIndex | None:
    """Return the index of tantivy in step with the texts, None where the database is to answer."""
    if index == "sqlite" or not can_answer(query):
        return None
    if index == "auto" and (not is_installed() or count_texts(connection) <= MANY):
        return None
    try:
        large = LargeIndex(Path(str(engine.url.database)).parent)
        large.keep_in_step(connection)
    except Fault:
        # Somebody else may be writing it; the database finds the same, only later.
        if index == "auto":
            return None
        raise
    return large
