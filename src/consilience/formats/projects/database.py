"""Rows of another program's SQLite file: the one place below the store that opens one.

The file is somebody else's: it is opened for reading only, and only plain tables are asked.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from consilience.base.errors import Fault, Where

HEAD: Final = b"SQLite format 3\x00"
_MOST_CELL: Final = 512 * 1024**2
Row = Mapping[str, Any]


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

    def rows(self, table: str, *wanted: str, order: str) -> list[Row]:
        """Return the rows of a table; columns or tables that are not there give nothing.

        Args:
            table: its name.
            wanted: columns; one that an older version of the program lacks is None in each row.
            order: the column to sort by.
        """
        there = self._columns.get(table, ())
        known = [column for column in wanted if column in there]
        if not known:
            return []
        listed = ", ".join(f'"{column}"' for column in known)
        by = f' ORDER BY "{order}"' if order in there else ""
        empty = dict.fromkeys(wanted)
        return [
            empty | dict(zip(known, row, strict=True))
            for row in self._ask(f'SELECT {listed} FROM "{table}"{by}')
        ]

    def count(self, table: str) -> int:
        """Return the number of rows, 0 where there is no such table."""
        if table not in self._columns:
            return 0
        return int(self._ask(f'SELECT count(*) FROM "{table}"')[0][0])

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            raise _damaged(self.where, str(error)) from error


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
