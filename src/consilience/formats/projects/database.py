"""Rows of another program's SQLite file: the one place below the store that opens one.

The file is somebody else's: it is opened for reading only, and only plain tables are asked.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from consilience.base.errors import Fault, Where
from consilience.formats.documents.reading import LARGEST_FILE

HEAD: Final = b"SQLite format 3\x00"
_MOST_CELL: Final = 512 * 1024**2
Row = Mapping[str, Any]
# What columns hold, by the names they have in all programs that are read here.
_PLACES: Final = frozenset({"pos0", "pos1", "selfirst", "selend", "start_offset", "end_offset"})
_WORDS: Final = frozenset(
    word
    for line in (
        "attr_type color contents created date description file filename fulltext jentry journal",
        "mediapath memo name owner path payload seltext snippet user_login value variable",
    )
    for word in line.split()
)


class Foreign:
    """An opened database; its tables are asked by name."""

    def __init__(self, connection: sqlite3.Connection, *, where: Where) -> None:
        """Take an open connection."""
        self._connection = connection
        self.where = where
        self._columns: dict[str, tuple[str, ...]] = {}
        names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (name,) in self._ask(names):
            quoted = name.replace('"', '""')
            found = self._ask(f'PRAGMA table_info("{quoted}")')
            self._columns[name] = tuple(column[1] for column in found)

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables."""
        return frozenset(self._columns)

    def rows(self, table: str, *wanted: str, order: str, needed: Sequence[str] = ()) -> list[Row]:
        """Return the rows of a table; columns or tables that are not there give nothing.

        SQLite lets any cell hold anything. Words come as text or None, places as whole numbers or
        None, whatever was written; keys stay as they are.

        Args:
            table: its name.
            wanted: columns; one that an older version of the program lacks is None in each row.
            order: the column to sort by.
            needed: columns whose cells may not be empty.

        Raises:
            Fault: FMT-256 if a column that is needed is not there, FMT-260 for a cell that cannot
                be what its column says, FMT-200 for a text that is larger than any that is read.
        """
        there = self._columns.get(table, ())
        known = [column for column in wanted if column in there]
        if not known:
            return []
        if missing := [column for column in needed if column not in there]:
            reason = f"the table {table} has no column {missing[0]}"
            raise _damaged(self.where, reason)
        listed = ", ".join(f'"{column}"' for column in known)
        by = f' ORDER BY "{order}"' if order in there else ""
        empty = dict.fromkeys(wanted)
        return [
            empty
            | {
                column: self._cell(value, table, column, needed=column in needed)
                for column, value in zip(known, row, strict=True)
            }
            for row in self._ask(f'SELECT {listed} FROM "{table}"{by}')
        ]

    def _cell(self, value: Any, table: str, column: str, *, needed: bool) -> Any:  # noqa: ANN401
        if needed and value is None:
            raise self._odd(table, column, "nothing")
        if column in _PLACES:
            return whole(value)
        if column not in _WORDS or value is None:
            return value
        if isinstance(value, bytes):
            raise self._odd(table, column, f"{len(value)} bytes that are no text")
        words = str(value)
        if len(words) > LARGEST_FILE:
            raise Fault(
                "FMT-200", where=self.where, name=f"{table}.{column}", size=len(words),
                largest=LARGEST_FILE,
            )  # fmt: skip
        return words

    def _odd(self, table: str, column: str, found: str) -> Fault:
        name = Path(self.where.file or "").name
        return Fault(
            "FMT-260", where=self.where, name=name, table=table, column=column, found=found
        )

    def count(self, table: str) -> int:
        """Return the number of rows, 0 where there is no such table."""
        if table not in self._columns:
            return 0
        return int(self._ask(f'SELECT count(*) FROM "{table}"')[0][0])

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise _damaged(self.where, str(error)) from error


def whole(value: object) -> int | None:
    """Return a position, None if it is none; RQDA writes them as 12.0.

    Example:
        >>> whole("12.0"), whole(7), whole(b"7"), whole(float("inf"))
        (12, 7, None, None)
    """
    try:
        return int(float(str(value)))
    except (ValueError, OverflowError):
        return None


def _damaged(where: Where, reason: str) -> Fault:
    return Fault("FMT-256", where=where, name=Path(where.file or "").name, reason=reason)


@contextlib.contextmanager
def opened_database(path: Path, *, content: bytes | None = None) -> Iterator[Foreign]:
    """Open a database for reading.

    Args:
        path: the file, or the archive that `content` came out of.
        content: the bytes of a database within an archive; None to open the file.

    Raises:
        Fault: FMT-256 if it is damaged or no database.
    """
    where = Where(file=str(path))
    with contextlib.ExitStack() as stack:
        try:
            if content is None:
                uri = f"{path.resolve().as_uri()}?mode=ro"
                connection = sqlite3.connect(uri, uri=True)
            else:
                connection = sqlite3.connect(":memory:")
                connection.deserialize(content)
            stack.callback(connection.close)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_CELL)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.text_factory = _text
            foreign = Foreign(connection, where=where)
        except sqlite3.Error as error:
            raise _damaged(where, str(error)) from error
        yield foreign


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")
