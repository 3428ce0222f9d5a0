"""What each stage made: immutable snapshots by content, results by what they were made from."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from consilience.base.errors import Fault
from consilience.base.lineage import Lineage, hash_file
from consilience.store.files import write_whole
from consilience.store.tables import (
    CURRENT,
    OUTPUT,
    RESULT,
    RESULT_INPUT,
    RESULT_TABLE,
    SNAPSHOT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A table on disk that is never changed."""

    sha256: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one stage made.

    Args:
        key: hash of everything it was made from.
        lineage: what that was.
        tables: name of each table to its snapshot's SHA-256.
        warnings: what a user should know, as plain values of faults.
    """

    key: str
    lineage: Lineage
    tables: Mapping[str, str]
    warnings: tuple[Mapping[str, object], ...]


def snapshot_path(folder: Path, sha256: str) -> Path:
    """Return where a snapshot lies below the folder `.consilience`."""
    return folder / "tables" / f"{sha256}.parquet"


def keep_snapshot(folder: Path, table: pa.Table) -> Snapshot:
    """Write a table under the hash of its bytes; the same table is written once.

    Raises:
        Fault: STO-002 or STO-009 if it cannot be written.
    """
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", version="2.6")
    content = buffer.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    path = snapshot_path(folder, sha256)
    if not path.exists():
        write_whole(path, content)
    return Snapshot(sha256=sha256, rows=table.num_rows, bytes=len(content))


def check_snapshot(folder: Path, sha256: str) -> Fault | None:
    """Return STO-005 if a snapshot is not there as it was written."""
    path = snapshot_path(folder, sha256)
    if not path.exists():
        return Fault("STO-005", path=path.name, state="missing")
    if hash_file(path) != sha256:
        return Fault("STO-005", path=path.name, state="not as it was written")
    return None


def keep_result(
    connection: Connection,
    *,
    lineage: Lineage,
    snapshots: Mapping[str, Snapshot],
    warnings: tuple[Mapping[str, object], ...],
) -> Result:
    """Record what a stage made and make it the current result of the stage."""
    key = lineage.key()
    for snapshot in snapshots.values():
        connection.execute(
            insert(SNAPSHOT)
            .values(sha256=snapshot.sha256, rows=snapshot.rows, bytes=snapshot.bytes)
            .on_conflict_do_nothing()
        )
    connection.execute(CURRENT.delete().where(CURRENT.c.result == key))
    connection.execute(RESULT.delete().where(RESULT.c.key == key))
    connection.execute(
        RESULT.insert().values(
            key=key,
            stage=lineage.stage,
            parameters=lineage.parameters,
            seed_stream=lineage.seed_stream,
            code=lineage.code,
            simulated=lineage.simulated,
            warnings=json.dumps(warnings, sort_keys=True, ensure_ascii=False),
        )
    )
    inputs = [{"result": key, "name": n, "sha256": h} for n, h in lineage.inputs.items()]
    if inputs:
        connection.execute(RESULT_INPUT.insert(), inputs)
    tables = {name: snapshot.sha256 for name, snapshot in snapshots.items()}
    rows = [{"result": key, "name": name, "snapshot": sha} for name, sha in tables.items()]
    connection.execute(RESULT_TABLE.insert(), rows)
    make_current(connection, stage=lineage.stage, key=key)
    return Result(key=key, lineage=lineage, tables=tables, warnings=warnings)


def make_current(connection: Connection, *, stage: str, key: str) -> None:
    """Let a kept result hold for its stage from now on."""
    statement = insert(CURRENT).values(stage=stage, result=key)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["stage"], set_={"result": key})
    )


def find_result(connection: Connection, key: str) -> Result | None:
    """Return the result made from exactly this, None if there is none."""
    row = connection.execute(select(RESULT).where(RESULT.c.key == key)).first()
    if row is None:
        return None
    inputs = connection.execute(select(RESULT_INPUT).where(RESULT_INPUT.c.result == key))
    tables = connection.execute(
        select(RESULT_TABLE).where(RESULT_TABLE.c.result == key).order_by(RESULT_TABLE.c.name)
    )
    lineage = Lineage(
        stage=row.stage,
        inputs={each.name: each.sha256 for each in inputs},
        parameters=row.parameters,
        seed_stream=row.seed_stream,
        code=row.code,
        simulated=row.simulated,
    )
    return Result(
        key=key,
        lineage=lineage,
        tables={each.name: each.snapshot for each in tables},
        warnings=tuple(json.loads(row.warnings)),
    )


def current_results(connection: Connection) -> dict[str, Result]:
    """Return the current result of each stage that has one."""
    rows = connection.execute(select(CURRENT)).all()
    found = {row.stage: find_result(connection, row.result) for row in rows}
    return {stage: result for stage, result in found.items() if result is not None}


def keep_outputs(connection: Connection, *, shows: str, files: Mapping[str, str]) -> None:
    """Record the files written for people: path to SHA-256, and the hash of what they show."""
    connection.execute(OUTPUT.delete())
    rows = [{"path": path, "sha256": sha, "shows": shows} for path, sha in files.items()]
    if rows:
        connection.execute(OUTPUT.insert(), rows)


def kept_outputs(connection: Connection) -> tuple[str | None, dict[str, str]]:
    """Return the hash of what the files written for people show, and path to SHA-256 of each."""
    rows = connection.execute(select(OUTPUT)).all()
    return (rows[0].shows if rows else None), {row.path: row.sha256 for row in rows}
