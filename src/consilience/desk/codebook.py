"""The codebook of a study as a whole: shown, numbered, compared, read from files and written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine

from consilience.base.counting import counted
from consilience.base.errors import Fault
from consilience.base.lineage import hash_file
from consilience.coding.code_names import named_code
from consilience.coding.codebook_file import codebook_yaml, read_codebook_file
from consilience.coding.codebook_sheet import codebook_csv, read_codebook_sheet
from consilience.coding.codebook_versions import Difference, differences
from consilience.coding.model import Code
from consilience.desk.arrivals import take_codes
from consilience.desk.checks import require_study
from consilience.desk.coding import written
from consilience.desk.exchange import Loss, export_codebook, import_codebook
from consilience.desk.kept import at_work, opened
from consilience.store.changes import Change, changes
from consilience.store.codebook_versions import (
    CodebookVersion,
    codebook_versions,
    find_codebook_version,
    keep_codebook_version,
)
from consilience.store.codings import codes
from consilience.store.database import snapshot, transaction
from consilience.store.files import write_whole
from consilience.store.ledger import append

__all__ = ["CodebookVersion", "Difference", "Line", "Loss", "Shown", "Taken", "code_called",
           "diff", "export", "history", "import_", "number", "shown"]  # fmt: skip
_YAML: Final = (".yaml", ".yml")
_SHEETS: Final = (".csv", ".tsv", ".xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A code in the tree, and how many codes are above it."""

    code: Code
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came out of a file: how many codes are new and known, warnings, what had no place."""

    counts: Mapping[str, int]
    warnings: tuple[Fault, ...] = ()
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the log of the codebook.

    Args:
        at: when, UTC.
        actor: who.
        action: what was done; `version` where the codebook was numbered.
        change: number of the change, None for a version.
        version: number of the version, None for a change.
        told: to what, in words.
        undone: whether it was taken back since, and not done again.
    """

    at: str
    actor: str
    action: str
    change: int | None
    version: int | None
    told: str
    undone: bool = False


def shown(engine: Engine, *, version: int | None = None) -> list[Shown]:
    """Return the codebook as a tree, as it is or as it was in a version.

    Raises:
        Fault: COD-018 if there is no such version.
    """
    with snapshot(engine) as connection:
        found = _codes_of(connection, version)
    depths: dict[str | None, int] = {None: -1}
    lines = []
    for code in found:
        depths[code.id] = depths[code.parent] + 1
        lines.append(Shown(code=code, depth=depths[code.id]))
    return lines


def code_called(engine: Engine, named: str) -> Code:
    """Return the code of this id, name or path.

    Raises:
        Fault: COD-002 if there is none, COD-040 if there are several.
    """
    with snapshot(engine) as connection:
        return named_code(codes(connection), named)


def import_(folder: Path, path: Path, *, at: dt.datetime, actor: str) -> Taken:
    """Take the codes of a file into the codebook, as one change; known ones stay as they are.

    Args:
        folder: the study folder.
        path: YAML, CSV, TSV, XLSX, a .qdc, or a project of another program.
        at: the time now.
        actor: who asks.

    Raises:
        Fault: STU-002 if there is no study; what reading such a file raises.
        Faults: what is wrong in the file; nothing is taken then.
    """
    require_study(folder)
    suffix = path.suffix.lower()
    if suffix not in (*_YAML, *_SHEETS):
        done = import_codebook(folder, path, at=at, actor=actor)
        return Taken(counts=done.counts, warnings=done.warnings, losses=done.losses)
    read = read_codebook_file if suffix in _YAML else read_codebook_sheet
    found = read(path, name=path.name)
    with at_work(folder) as engine, transaction(engine) as connection:
        accepted = take_codes(connection, found, at=at, actor=actor)
        detail = {**accepted.counts, "sha256": hash_file(path)}
        _note(connection, "import", detail, at=at, actor=actor)
    return Taken(counts=accepted.counts, warnings=accepted.warnings)


def export(
    folder: Path, target: Path, *, version: int | None = None
) -> tuple[int, tuple[Loss, ...]]:
    """Write the codebook into a file; return how many codes, and what has no place in it.

    Args:
        folder: the study folder.
        target: .yaml, .csv or .qdc.
        version: which numbered codebook, None for the present one; a .qdc holds the present one.

    Raises:
        Fault: STU-002, STU-006 if there is no study or it is empty; COD-085 for a file of another
            kind; FMT-251 for a .qdc without codes; COD-018 if there is no such version;
            STO-002, STO-009 if it cannot be written.
    """
    suffix = target.suffix.lower()
    if suffix == ".qdc" and version is None:
        done = export_codebook(folder, target)
        return done.counts["codes"], done.losses
    makers = {**dict.fromkeys(_YAML, codebook_yaml), ".csv": codebook_csv}
    if suffix not in makers:
        known = ", ".join((*makers, ".qdc") if version is None else makers)
        raise Fault("COD-085", name=target.name, known=known)
    with opened(folder) as engine, snapshot(engine) as connection:
        found = _codes_of(connection, version)
    write_whole(target, makers[suffix](found))
    return len(found), ()


def number(engine: Engine, *, note: str, at: dt.datetime, actor: str) -> CodebookVersion:
    """Number the codebook as it stands now.

    Args:
        engine: the database of the study.
        note: why, in a sentence.
        at: the time now.
        actor: who asks.
    """
    with transaction(engine) as connection:
        made = keep_codebook_version(
            connection, codes(connection), note=note, at=written(at), actor=actor
        )
        detail = {"version": made.number, "codes": len(made.codes)}
        _note(connection, "version", detail, at=at, actor=actor)
    return made


def diff(engine: Engine, *, old: int | None = None, new: int | None = None) -> list[Difference]:
    """Return what differs between two versions of the codebook.

    Args:
        engine: the database of the study.
        old: number of the older; None for the newest there is, an empty codebook if there is none.
        new: number of the newer; None for the codebook as it is now.

    Raises:
        Fault: COD-018 if there is no such version.
    """
    with snapshot(engine) as connection:
        if old is None:
            numbered = codebook_versions(connection)
            before = numbered[-1].codes if numbered else ()
        else:
            before = find_codebook_version(connection, old).codes
        return list(differences(before, _codes_of(connection, new)))


def history(engine: Engine, *, last: int | None = None) -> list[Line]:
    """Return what was done to the codebook and when it was numbered, in order of time.

    Args:
        engine: the database of the study.
        last: only so many of the newest lines.
    """
    with snapshot(engine) as connection:
        done = changes(connection, area="codebook")
        names = _names(done, codes(connection))
        known = {change.number: change for change in done}
        lines = [_line(change, names, undone=_is_undone(change, known)) for change in done]
        lines += [
            Line(
                at=each.at, actor=each.actor, action="version", change=None, version=each.number,
                told=each.note or counted(len(each.codes), "code"),
            )
            for each in codebook_versions(connection)
        ]  # fmt: skip
    lines.sort(key=lambda line: line.at)
    return lines if last is None else lines[max(0, len(lines) - last) :]


def _codes_of(connection: Connection, version: int | None) -> tuple[Code, ...]:
    if version is None:
        return tuple(codes(connection))
    return find_codebook_version(connection, version).codes


def _names(done: Iterable[Change], now: Iterable[Code]) -> dict[str, str]:
    """Return the newest name of every code that there is or ever was."""
    names: dict[str, str] = {}
    for change in done:
        for rows in (change.deed.before, change.deed.after):
            for key, row in rows.get("code", {}).items():
                if row is not None and "name" in row:
                    names[key] = row["name"]
    return names | {code.id: code.name for code in now}


def _is_undone(change: Change, known: Mapping[int, Change]) -> bool:
    """Return whether a change was taken back and not done again since."""
    undone = False
    while change.undone_by is not None:
        change, undone = known[change.undone_by], not undone
    return undone


def _line(change: Change, names: Mapping[str, str], *, undone: bool) -> Line:
    told = f"change {change.undoes}" if change.undoes is not None else _told(change, names)
    return Line(
        at=change.at,
        actor=change.actor,
        action=change.deed.action,
        change=change.number,
        version=None,
        told=told,
        undone=undone,
    )


def _told(change: Change, names: Mapping[str, str]) -> str:
    """Say which codes a change is about: what came, what went, what of others differs."""
    before, after = (rows.get("code", {}) for rows in (change.deed.before, change.deed.after))
    parts = []
    for key, now in after.items():
        name = names.get(key, key)
        if now is None or before[key] is None:
            parts.append(f"{'-' if now is None else '+'} {name}")
        else:
            parts.append(f"{name} ({', '.join(sorted(now))})")
    marked = len(change.deed.after.get("coding", {}))
    return "; ".join([*_shortened(parts), *([counted(marked, "passage")] if marked else [])])


def _shortened(parts: list[str]) -> list[str]:
    most = 4
    return parts if len(parts) <= most else [*parts[:most], f"{len(parts) - most} more"]


def _note(
    connection: Connection, action: str, detail: Mapping[str, Any], *, at: dt.datetime, actor: str
) -> None:
    append(connection, at=at, actor=actor, action=action, subject="codebook", detail=dict(detail))
