"""What stands in a table of fieldwork, and what is wrong with it? One pass, every fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.formats.dates import read_day
from consilience.formats.tables import read_table, row_numbers

_FLAGS: Final = {"yes": True, "no": False}
# What may go on is told apart from what may not only at the end, by the catalogue.
Told = list[Fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a table.

    Args:
        cells: column to what stands there, without blanks around it; empty if nothing.
        where: file and row.
        told: takes what is wrong with the row.
    """

    cells: dict[str, str]
    where: Where
    told: Told

    def blame(self, code: str, **values: object) -> None:
        """Note a fault of this row."""
        self.told.append(Fault(code, where=self.where, **values))

    def text(self, column: str) -> str:
        """Return what stands in a column, empty if nothing does or there is no such column."""
        return self.cells.get(column, "")

    def needed(self, column: str) -> str:
        """Return what stands in a column in which something must; INT-064 if nothing does."""
        if not self.text(column):
            self.blame("INT-064", column=column)
        return self.text(column)

    def word(self, column: str, allowed: Sequence[str]) -> str | None:
        """Return one of a few words, None if nothing stands there; INT-062 for another."""
        found = self.text(column).casefold()
        if found and found not in allowed:
            values = {"column": column, "value": self.text(column)}
            self.blame("INT-062", allowed=", ".join(allowed), **values)
            return None
        return found or None

    def flag(self, column: str) -> bool | None:
        """Return yes or no, None if nothing stands there; INT-062 for anything else."""
        found = self.word(column, tuple(_FLAGS))
        return None if found is None else _FLAGS[found]

    def day(self, column: str) -> dt.date | None:
        """Return a date, None if nothing stands there; INT-063 if it is none."""
        written = self.text(column)
        found = read_day(written) if written else None
        if written and found is None:
            self.blame("INT-063", column=column, value=written)
        return found

    def minutes(self, column: str) -> int | None:
        """Return a number of minutes, None if nothing stands there; INT-065 if it is none."""
        written = self.text(column)
        if written and not (written.isascii() and written.isdigit() and int(written) < 1440):
            self.blame("INT-065", column=column, value=written)
            return None
        return int(written) if written else None


def lines_of(
    folder: Path, file: str | None, *, what: str, needed: Sequence[str], told: Told
) -> Iterator[Line]:
    """Give each row of a table; none if there is no table or it has not come yet.

    Args:
        folder: the study folder.
        file: the table, relative to it.
        what: of what it is, for complaints.
        needed: columns that must be there; without one the table is not read (INT-060).
        told: takes what is wrong.
    """
    if file is None or not (folder / file).exists():
        return
    table: pa.Table = read_table(folder / file)
    absent = [column for column in needed if column not in table.column_names]
    for column in absent:
        where = Where(file=file, row=1)
        told.append(
            Fault("INT-060", where=where, what=what, column=column, needed=", ".join(needed))
        )
    if absent:
        return
    for row, cells in zip(row_numbers(table), table.to_pylist(), strict=True):
        plain = {column: (value or "").strip() for column, value in cells.items()}
        yield Line(cells=plain, where=Where(file=file, row=row), told=told)


@dataclass(frozen=True, slots=True)
class Once:
    """Notes INT-061 for what stands in a second row.

    Args:
        what: what stands once only, for complaints.
        seen: what was seen, and in which row.
    """

    what: str
    seen: dict[object, int]

    def check(self, line: Line, key: object, said: str) -> bool:
        """Return whether a key stands here for the first time."""
        first = self.seen.setdefault(key, line.where.row or 0)
        if first != (line.where.row or 0):
            line.blame("INT-061", what=self.what, value=said, first=first)
            return False
        return True
