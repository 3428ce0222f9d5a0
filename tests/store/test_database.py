"""The study database opens safely, keeps its promises, and complains in words."""

from __future__ import annotations

import re
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine, event, insert, text
from sqlalchemy.exc import IntegrityError

from consilience.base.errors import Fault
from consilience.store.database import HEAD, open_database, transaction, upgrade
from consilience.store.search import is_ours
from consilience.store.tables import CURRENT, METADATA, SNAPSHOT


@pytest.fixture
def engine(tmp_path):
    engine = open_database(tmp_path / "study.db")
    yield engine
    engine.dispose()


def test_a_new_schema_is_the_declared_one(engine):
    with transaction(engine) as connection:
        context = context_of(connection)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, METADATA) == []


def test_all_migrations_in_turn_give_the_declared_schema(tmp_path):
    migrated = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}", poolclass=NullPool)
    with migrated.begin() as connection:
        upgrade(connection)
        context = context_of(connection)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, METADATA) == []
        assert names(connection) == {
            constraint.name
            for table in METADATA.tables.values()
            for constraint in table.constraints
        }


def context_of(connection):
    """Return what compares schemas, but for the index of words: FTS5 owns those tables.

    Alembic knows no virtual tables, and SQLite makes the others by itself; that the index is there
    and works is tested in test_search.py.
    """
    opts = {"include_name": lambda name, kind, _: not (kind == "table" and is_ours(name))}
    return MigrationContext.configure(connection, opts=opts)


def names(connection):
    """Return the names of all constraints that stand in the schema of a database."""
    schema = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    found = set(re.findall(r"CONSTRAINT (\w+)", " ".join(schema.scalars())))
    return found - {"alembic_version_pkc"}


def test_commits_are_durable_and_keys_enforced(engine):
    with transaction(engine) as connection:
        pragma = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_every_constraint_has_a_name():
    for table in METADATA.tables.values():
        assert all(constraint.name for constraint in table.constraints), table.name


def test_a_result_that_is_not_there_cannot_be_current(engine):
    with pytest.raises(IntegrityError), transaction(engine) as connection:
        connection.execute(insert(CURRENT).values(stage="areas", result="0" * 64))


def test_a_check_holds(engine):
    with pytest.raises(IntegrityError), transaction(engine) as connection:
        connection.execute(insert(SNAPSHOT).values(sha256="short", rows=1, bytes=1))


def test_a_failed_transaction_leaves_nothing(engine):
    with pytest.raises(RuntimeError):
        write_and_fail(engine)
    with transaction(engine) as connection:
        assert connection.execute(SNAPSHOT.select()).all() == []


def write_and_fail(engine):
    """Write a row and fail before the transaction ends."""
    with transaction(engine) as connection:
        connection.execute(insert(SNAPSHOT).values(sha256="0" * 64, rows=1, bytes=1))
        raise RuntimeError


def fill(engine):
    """Write more than the database may hold."""
    with transaction(engine) as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(5000):
            row = {"sha256": f"{number:064d}", "rows": 1, "bytes": 1}
            connection.execute(insert(SNAPSHOT).values(row))


def told(path):
    """Return the fault of opening a database that cannot be opened."""
    with pytest.raises(Fault) as caught:
        open_database(path)
    assert "<" not in caught.value.what + caught.value.remedy
    return caught.value


def test_a_file_that_is_no_database_is_told(tmp_path):
    path = tmp_path / "study.db"
    path.write_bytes(b"not a database at all" * 50)
    assert told(path).code == "STO-003"
    assert path.read_bytes().startswith(b"not a database")


def test_a_writer_that_waited_in_vain_is_told_to_wait(tmp_path):
    path = tmp_path / "study.db"
    engine = open_database(path)
    event.listen(engine, "connect", lambda made, _: made.execute("PRAGMA busy_timeout = 20"))
    with transaction(engine), pytest.raises(Fault) as caught, transaction(engine):
        pass
    engine.dispose()
    assert caught.value.code == "STO-011"
    assert "30 seconds" in caught.value.what


def test_a_newer_schema_is_told(tmp_path):
    path = tmp_path / "study.db"
    open_database(path).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    fault = told(path)
    assert fault.code == "STO-004"
    assert "9999" in fault.what


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path):
    path = tmp_path / "study.db"
    engine = open_database(path)
    with pytest.raises(Fault) as caught:
        fill(engine)
    assert caught.value.code == "STO-002"
    with transaction(engine) as connection:
        assert connection.execute(SNAPSHOT.select()).all() == []
    engine.dispose()
