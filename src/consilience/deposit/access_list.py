"""Which file may be had by whom: `access.csv`, which travels in the package and opens files."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.deposit.model import DataSet, DepositFile, Part
from consilience.formats.metadata.model import Level

NAME: Final = "access.csv"
_STRICTNESS: Final = tuple(Level)
_RESTRICTED: Final = (Part.DATA, Part.TRANSCRIPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLine:
    """One file of the package and who may have it; the columns of `access.csv` in order.

    Attributes:
        path: where it lies in the package (in the bag, below `data/`).
        data_set: id of its data set; empty for what is about the whole.
        part: what it is.
        level: who may have it.
        licence: under which licence; empty if none is named.
        embargo: the day from which it may be had; None if at once.
        sha256: of its bytes, in hexadecimal.
        size: bytes.
        media_type: such as `text/csv`.
        contents: what it holds.
        simulated: whether what it holds was made by a program.
    """

    path: str
    data_set: str
    part: Part
    level: Level
    licence: str
    embargo: dt.date | None
    sha256: str
    size: int
    media_type: str
    contents: str
    simulated: bool


COLUMNS: Final = tuple(field.name for field in fields(AccessLine))


def access_line(
    file: DepositFile, data_sets: Mapping[str, DataSet], *, licence: str = ""
) -> AccessLine:
    """Who may have this file?

    Data and transcripts are never easier to get than their data set: the stricter level and the
    later day hold. Licence: its own, else that of its data set, else that of the study.

    Args:
        file: the file.
        data_sets: data sets by id.
        licence: of the study.
    """
    home = data_sets.get(file.data_set)
    level, embargo = file.level, file.embargo
    if home is not None and file.part in _RESTRICTED:
        level = max(level, home.level, key=_STRICTNESS.index)
        embargo = max(filter(None, (embargo, home.embargo)), default=None)
    return AccessLine(
        path=file.path,
        data_set=file.data_set,
        part=file.part,
        level=level,
        licence=file.licence or (home.licence if home else "") or licence,
        embargo=embargo,
        sha256=hashlib.sha256(file.content).hexdigest(),
        size=len(file.content),
        media_type=file.media_type,
        contents=file.contents,
        simulated=file.simulated,
    )


def access_csv(lines: Iterable[AccessLine]) -> bytes:
    """Return `access.csv`: one line a file, sorted by path."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in sorted(lines, key=lambda each: each.path):
        writer.writerow([_written(getattr(line, name)) for name in COLUMNS])
    return made.getvalue().encode()


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def read_access(data: bytes) -> tuple[AccessLine, ...]:
    """Return what `access.csv` says, for whoever publishes the package.

    Raises:
        Fault: DEP-046 if a column is missing, a value cannot be or a file is named twice; then
            nobody may have anything.
    """
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        lines: dict[str, AccessLine] = {}
        for row in rows:
            line = _read(row)
            if lines.setdefault(line.path, line) is not line:
                raise ValueError(f"{line.path} is named twice")
        return tuple(lines.values())
    except (UnicodeDecodeError, csv.Error, KeyError, ValueError, AttributeError) as error:
        raise Fault("DEP-046", where=Where(file=NAME), reason=str(error)) from error


def _read(row: Mapping[str, str]) -> AccessLine:
    if row["simulated"] not in ("yes", "no"):
        raise ValueError(f"simulated is {row['simulated']!r}, not yes or no")
    return AccessLine(
        path=row["path"],
        data_set=row["data_set"],
        part=Part(row["part"]),
        level=Level(row["level"]),
        licence=row["licence"],
        embargo=dt.date.fromisoformat(row["embargo"]) if row["embargo"] else None,
        sha256=row["sha256"],
        size=int(row["size"]),
        media_type=row["media_type"],
        contents=row["contents"],
        simulated=row["simulated"] == "yes",
    )
