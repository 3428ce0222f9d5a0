"""Find words in very many texts: an index of tantivy beside the database, made from its index.

It is an extra. It holds nothing that the index in the database does not hold, is brought in step
before each search, and may be deleted at any time. What it cannot do as FTS5 does (NEAR, and a
phrase whose last word may go on) is left to the database.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.store.files import write_whole, writing_fault
from consilience.store.query import AllOf, AnyOf, Near, Phrase, Query, Without
from consilience.store.search import SHIFT, Ids
from consilience.store.words import words

# From how many texts on the index in the database takes longer than a tenth of a second.
MANY: Final = 2_000
FOLDER: Final = "search"
_STATE: Final = "state.json"
_HEAP: Final = 50_000_000


def is_installed() -> bool:
    """Return whether the extra `search` is installed."""
    return importlib.util.find_spec("tantivy") is not None


def can_answer(query: Query) -> bool:
    """Return whether tantivy answers a query as FTS5 does."""
    if isinstance(query, Phrase):
        return not query.prefix or len(words(query.text)) == 1
    if isinstance(query, Near):
        return False
    if isinstance(query, Without):
        return can_answer(query.wanted) and can_answer(query.unwanted)
    return all(can_answer(part) for part in query.parts)


def forget_index(hidden: Path) -> None:
    """Delete the index, if there is one: the next search makes it from what is there then.

    Raises:
        Fault: STO-009 if it cannot be deleted.
    """
    folder = hidden / FOLDER
    try:
        if folder.is_dir():
            shutil.rmtree(folder)
    except OSError as error:
        raise writing_fault(folder, error) from error


class LargeIndex:
    """An index of tantivy in a folder beside the database."""

    def __init__(self, hidden: Path) -> None:
        """Open the index, or make an empty one.

        Args:
            hidden: folder of the database.

        Raises:
            Fault: STO-076 if tantivy is not installed, or the folder cannot be used.
        """
        try:
            import tantivy  # noqa: PLC0415  (an extra: the core does without)
        except ImportError as error:
            raise Fault("STO-076", reason=str(error)) from error
        self._tantivy: Any = tantivy
        self._folder = hidden / FOLDER
        build = tantivy.SchemaBuilder()
        build.add_unsigned_field("passage", fast=True)
        build.add_unsigned_field("number", indexed=True, fast=True)
        build.add_text_field("speaker", tokenizer_name="raw", index_option="basic")
        # Words go in as `words` makes them, so that both indexes cut and fold alike.
        build.add_text_field("words", tokenizer_name="whitespace", index_option="position")
        self._schema = build.build()
        try:
            self._folder.mkdir(exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(self._folder))
        except (ValueError, OSError) as error:
            raise Fault("STO-076", reason=str(error)) from error
        analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("whitespace", analyser)

    def keep_in_step(self, connection: Connection) -> int:
        """Renew the texts that changed since the last time; return how many.

        Args:
            connection: to read from.

        Raises:
            Fault: STO-076 if something else is writing the index.
        """
        now = _stamps(connection)
        kept = self._state()
        gone = [number for number in kept if kept[number] != now.get(number)]
        new = [number for number in now if kept.get(number) != now[number]]
        if not gone and not new:
            return 0
        try:
            writer = self._index.writer(heap_size=_HEAP, num_threads=1)
            # What an earlier writer left behind when it was stopped is taken out as well. By query,
            # because tantivy 0.27 deletes nothing by the term of an unsigned field.
            old = sorted(map(int, {*gone, *new}))
            writer.delete_documents_by_query(
                self._tantivy.Query.term_set_query(self._schema, "number", old)
            )
            for number in new:
                self._add(connection, writer, int(number))
            writer.commit()
            writer.wait_merging_threads()
        except ValueError as error:
            raise Fault("STO-076", reason=str(error)) from error
        write_whole(self._folder / _STATE, json.dumps(now).encode())
        self._index.reload()
        return len(new)

    def _state(self) -> Mapping[str, str]:
        path = self._folder / _STATE
        kept: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
        return kept

    def _add(self, connection: Connection, writer: Any, number: int) -> None:  # noqa: ANN401
        text = connection.exec_driver_sql(
            "SELECT c.text FROM searched s JOIN content c ON c.document = s.document AND "
            "c.version = s.version WHERE s.number = ?",
            (number,),
        ).scalar_one()
        rows = connection.exec_driver_sql(
            'SELECT id, start, "end", speaker FROM passage WHERE id BETWEEN ? AND ?',
            (number << SHIFT, (number + 1) << SHIFT),
        )
        for own, start, end, speaker in rows:
            made = self._tantivy.Document()
            made.add_unsigned("passage", own)
            made.add_unsigned("number", number)
            made.add_text("words", " ".join(words(text[start:end])))
            if speaker is not None:
                made.add_text("speaker", speaker)
            writer.add_document(made)

    def ids_of(
        self,
        query: Query,
        numbers: Sequence[int] | None,
        speakers: Sequence[str],
        *,
        limit: int,
        offset: int,
    ) -> Ids:
        """Return what `store.search.ids_of` does, from this index; see `can_answer`."""
        wanted = self._query(query)
        Q, must = self._tantivy.Query, self._tantivy.Occur.Must
        if numbers is not None:
            chosen = Q.term_set_query(self._schema, "number", list(numbers))
            wanted = Q.boolean_query([(must, wanted), (must, chosen)])
        if speakers:
            said = Q.term_set_query(self._schema, "speaker", list(speakers))
            wanted = Q.boolean_query([(must, wanted), (must, said)])
        searcher = self._index.searcher()
        found = searcher.search(
            wanted,
            limit=max(limit, 1),
            offset=offset,
            order_by_field="passage",
            order=self._tantivy.Order.Asc,
        )
        page = [int(own) for own, _ in found.hits][:limit]
        return Ids(page, int(found.count), self._texts(searcher, wanted))

    def _texts(self, searcher: Any, query: Any) -> int:  # noqa: ANN401
        # Each text has its own bucket; the count that tantivy calls cardinality is an estimate.
        many = max(len(self._state()), 1)
        terms = {"field": "number", "size": many, "segment_size": many}
        counted = searcher.aggregate(query, {"texts": {"terms": terms}})
        return len(counted["texts"]["buckets"])

    def _query(self, query: Query) -> Any:  # noqa: ANN401  (a query of tantivy)
        Q, occur = self._tantivy.Query, self._tantivy.Occur
        if isinstance(query, Phrase):
            said = words(query.text)
            if query.prefix:
                return Q.regex_query(self._schema, "words", f"{said[0]}.*")
            if len(said) == 1:
                return Q.term_query(self._schema, "words", said[0])
            return Q.phrase_query(self._schema, "words", said)
        if isinstance(query, Without):
            parts = [
                (occur.Must, self._query(query.wanted)),
                (occur.MustNot, self._query(query.unwanted)),
            ]
            return Q.boolean_query(parts)
        if isinstance(query, AllOf | AnyOf):
            how = occur.Must if isinstance(query, AllOf) else occur.Should
            return Q.boolean_query([(how, self._query(part)) for part in query.parts])
        raise TypeError(query)


def _stamps(connection: Connection) -> dict[str, str]:
    """Return what each text in the database's index is like, by its number."""
    rows = connection.exec_driver_sql(
        "SELECT s.number, s.revision, v.sha256 FROM searched s JOIN version v "
        "ON v.document = s.document AND v.number = s.version"
    )
    return {str(number): f"{revision} {sha256}" for number, revision, sha256 in rows}
