"""Read a project of any program that can be read here, told by what the file holds."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.opening import DAMAGED, check_there
from consilience.formats.projects import qualcoder, rqda, taguette
from consilience.formats.projects.database import HEAD, Foreign, opened_database
from consilience.formats.qda.conventions import Convention
from consilience.formats.qda.read import read_project
from consilience.formats.qda.record import Reading

_DATABASE: Final = "data.qda"
_MOST: Final = 1024**3
_READERS: Final[tuple[tuple[frozenset[str], Callable[..., Reading]], ...]] = (
    (qualcoder.TABLES, qualcoder.read_qualcoder),
    (taguette.TABLES, taguette.read_taguette),
    (rqda.TABLES, rqda.read_rqda),
)


def read_any_project(
    path: Path, *, convention: Convention | None = None, check: bool = True
) -> Reading:
    """Read a project of any program known here.

    REFI-QDA (.qdpx, .qde), QualCoder (the .qda folder, an archive of it, or its data.qda),
    Taguette (.sqlite3), RQDA (.rqda).

    Args:
        path: the file, or the folder of QualCoder.
        convention: how positions are counted, for REFI-QDA; None finds it out.
        check: whether to refuse a project whose convention is not clear.

    Raises:
        Fault: FMT-001, FMT-002 if there is no such file; FMT-230 to FMT-250 as `read_project`;
            FMT-255 if it is a database of another program, FMT-256 if it is damaged, FMT-257 if it
            holds several projects, FMT-260 if a cell holds what it cannot, FMT-200 if a text is too
            large.
    """
    if path.is_dir() and (path / _DATABASE).is_file():
        return _of_database(path / _DATABASE, name=path.stem)
    check_there(path)
    with path.open("rb") as handle:
        head = handle.read(len(HEAD))
    if head == HEAD:
        name = path.parent.stem if path.name == _DATABASE else path.stem
        return _of_database(path, name=name)
    packed = _packed(path) if head.startswith(b"PK") else None
    if packed is not None:
        return _of_database(path, name=path.name.split(".")[0], content=packed)
    return read_project(path, convention=convention, check=check)


def _packed(path: Path) -> bytes | None:
    """Return the database of QualCoder in an archive, None if there is none."""
    where = Where(file=str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.filename.rsplit("/", 1)[-1].lower() != _DATABASE:
                    continue
                if entry.file_size > _MOST:
                    what = f"a database of {entry.file_size:,} bytes"
                    raise Fault("FMT-232", where=where, name=path.name, what=what)
                return archive.read(entry)
    except DAMAGED as error:
        raise Fault("FMT-231", where=where, name=path.name, reason=str(error)) from error
    return None


def _of_database(path: Path, *, name: str, content: bytes | None = None) -> Reading:
    with opened_database(path, content=content) as database:
        return _read(database, path=path, name=name)


def _read(database: Foreign, *, path: Path, name: str) -> Reading:
    for tables, read in _READERS:
        if tables <= database.tables:
            return read(database, name=name)
    raise Fault("FMT-255", where=database.where, name=path.name, tables=len(database.tables))
