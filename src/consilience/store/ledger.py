"""The audit ledger: who did what, each line chained to the one before it by its hash."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from consilience.base.errors import Fault, Where
from consilience.base.lineage import hash_json
from consilience.store.tables import LEDGER, LEDGER_HEAD

START: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the ledger.

    Args:
        line: number from 1.
        at: time in UTC, to the second.
        actor: who.
        action: what was done, such as `run` or `stage`.
        subject: to what.
        detail: plain values as JSON; never a name or an answer of an informant.
        previous: hash of the line before, zeros for the first.
        sha256: hash of all the others.
    """

    line: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    previous: str
    sha256: str

    def computed(self) -> str:
        """Return the hash that the line should have."""
        content = asdict(self)
        del content["sha256"]
        return hash_json(content)


def append(
    connection: Connection,
    *,
    at: dt.datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object],
) -> Line:
    """Add a line, in the transaction of what it tells of."""
    head = connection.execute(select(LEDGER_HEAD)).first()
    draft = Line(
        line=(head.lines if head else 0) + 1,
        at=at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        actor=actor,
        action=action,
        subject=subject,
        detail=json.dumps(detail, sort_keys=True, ensure_ascii=False),
        previous=head.sha256 if head else START,
        sha256="",
    )
    line = replace(draft, sha256=draft.computed())
    connection.execute(LEDGER.insert(), asdict(line))
    if head:
        connection.execute(LEDGER_HEAD.update().values(lines=line.line, sha256=line.sha256))
    else:
        connection.execute(LEDGER_HEAD.insert(), {"one": 1, "lines": 1, "sha256": line.sha256})
    return line


def lines(connection: Connection) -> list[Line]:
    """Return all lines in order."""
    rows = connection.execute(select(LEDGER).order_by(LEDGER.c.line))
    return [Line(**row._mapping) for row in rows]  # noqa: SLF001  (SQLAlchemy's public name)


def newest_line(connection: Connection, *, action: str, subject: str) -> Line | None:
    """Return the newest line that tells of such a deed to a thing, None if there is none."""
    wanted = (LEDGER.c.action == action, LEDGER.c.subject == subject)
    row = connection.execute(
        select(LEDGER).where(*wanted).order_by(LEDGER.c.line.desc()).limit(1)
    ).first()
    return Line(**row._mapping) if row else None  # noqa: SLF001


def verify(entries: Iterable[Line], *, expected: int | None = None) -> list[Fault]:
    """Return what is wrong with a ledger: nothing if every line is as it was written.

    Args:
        entries: the lines in the order in which they stand.
        expected: how many were written, None if that is not known.

    Returns:
        STO-006 for a line that was changed, STO-007 where one was removed, added or moved,
        STO-008 if lines are missing at the end.
    """
    faults = []
    previous, count = START, 0
    for count, entry in enumerate(entries, start=1):
        if entry.computed() != entry.sha256:
            faults.append(Fault("STO-006", line=entry.line))
        elif entry.previous != previous or entry.line != count:
            faults.append(Fault("STO-007", line=entry.line))
        previous = entry.sha256
    if expected is not None and count != expected:
        faults.append(Fault("STO-008", found=count, expected=expected))
    return faults


def verify_kept(connection: Connection) -> tuple[int, list[Fault]]:
    """Return the number of lines kept and what is wrong with them."""
    head = connection.execute(select(LEDGER_HEAD)).first()
    kept = lines(connection)
    return len(kept), verify(kept, expected=head.lines if head else 0)


def read_export(path: Path) -> list[Line]:
    """Read a ledger that was written as one JSON object a line.

    Raises:
        Fault: STO-010 naming the line that is not one of a ledger.
    """
    entries = []
    for number, content in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entries.append(Line(**json.loads(content)))
        except (ValueError, TypeError) as error:
            where = Where(file=str(path), line=number)
            raise Fault(
                "STO-010", where=where, line=number, path=str(path), reason=str(error)
            ) from error
    return entries
