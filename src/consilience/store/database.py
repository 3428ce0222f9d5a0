"""The study database: one SQLite file, opened safely, migrated when it is older."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from consilience.base.errors import Fault
from consilience.store.catalogue_tables import make_record_index
from consilience.store.files import writing_fault
from consilience.store.schema import METADATA
from consilience.store.search import make_index

HEAD: Final = "0003"
# The folder of a study in which all of this is kept, and the database in it.
HIDDEN: Final = ".consilience"
NAME: Final = "study.db"
# Seconds for which a writer waits for another.
_PATIENCE: Final = 30
# Marks a connection that only reads, so that it need not wait for the writer's lock.
_READS: Final = "reads_only"


def open_database(path: Path) -> Engine:
    """Open a study database, making or migrating it if need be.

    Commits are durable (WAL with full synchronisation), foreign keys are enforced and a writer
    takes its lock at the beginning of its transaction.

    Raises:
        Fault: STO-003 if the file is not a database, STO-004 if a newer version wrote it,
            STO-002 or STO-009 if it cannot be written.
    """
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with transaction(engine, path) as connection:
        _migrate(connection, path)
    return engine


@contextlib.contextmanager
def transaction(engine: Engine, path: Path | None = None) -> Iterator[Connection]:
    """Run a block in one transaction: all of it is kept, or nothing.

    Raises:
        Fault: STO-002 if the disk is full, STO-003 if the file is not a database, STO-011 if
            another writes for too long.
    """
    with _told(path or Path(str(engine.url.database))), engine.begin() as connection:
        yield connection


@contextlib.contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Read what was committed when the block began, beside writers and without holding any up.

    Raises:
        Fault: STO-003 if the file is not a database.
    """
    with _told(Path(str(engine.url.database))), engine.connect() as plain:
        connection = plain.execution_options(**{_READS: True})
        with connection.begin():
            yield connection


@contextlib.contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise _operational(place, error.orig) from error
    except DatabaseError as error:
        if isinstance(error.orig, sqlite3.IntegrityError):
            raise
        raise Fault("STO-003", path=str(place), reason=str(error.orig)) from error
    except UnicodeEncodeError as error:
        # A byte of a command line that is not of UTF-8, or a lone surrogate from a page.
        raise Fault("STO-012", text=error.object[max(0, error.start - 20) : error.end]) from error


def overwrite_free_space(engine: Engine) -> bool:
    """Write the file of a database anew, so that nothing that was deleted stands in it any more.

    Returns:
        Whether it was done; others who read or write meanwhile, or a full disk, keep it from
        being done.
    """
    plain = engine.raw_connection()
    try:
        plain.execute("VACUUM")
        (busy, _, _), *_ = plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.OperationalError:
        return False
    finally:
        plain.close()
    return not busy


def _operational(place: Path, error: BaseException | None) -> Fault:
    reason = str(error)
    if "full" in reason or "disk I/O" in reason:
        return writing_fault(place, OSError(errno.ENOSPC, reason))
    if "locked" in reason:
        return Fault("STO-011", path=str(place), seconds=_PATIENCE)
    if "readonly" in reason or "unable to open" in reason:
        return writing_fault(place, OSError(errno.EACCES, reason))
    return Fault("STO-003", path=str(place), reason=reason)


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  (a DBAPI connection)
    connection.isolation_level = None  # transactions begin where `_begin` says
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {1000 * _PATIENCE}",
        "trusted_schema = OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get(_READS):
        connection.exec_driver_sql("BEGIN")
        return
    # Of the 2 MB that it keeps else, pages of a large import are written out again and again.
    connection.exec_driver_sql("PRAGMA cache_size = -8192")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(connection: Connection, path: Path) -> None:
    found = _revision(connection)
    if found == HEAD:
        return
    if found is None:
        _make(connection)
        return
    if found > HEAD:
        raise Fault("STO-004", path=str(path), found=found, known=HEAD)
    upgrade(connection)


def _make(connection: Connection) -> None:
    """Make a new database as declared; a test holds this equal to all migrations in turn."""
    METADATA.create_all(connection)
    make_index(connection)
    make_record_index(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def upgrade(connection: Connection) -> None:
    """Run every migration that the database has not had."""
    from alembic import command  # noqa: PLC0415  (0.4 s that only an older study pays)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    exists = connection.execute(
        text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
    ).first()
    if not exists:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
