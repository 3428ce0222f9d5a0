"""Codings in and out as lines of JSON."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, Engine

from consilience.base.lineage import hash_file
from consilience.coding.coding_lines import Marked, coding_lines, read_coding_lines
from consilience.desk.accounts import Person
from consilience.desk.sight import sight_of
from consilience.formats.opening import check_there
from consilience.store.codings import codes, codings_table, insert_codings
from consilience.store.database import snapshot, transaction
from consilience.store.exchange import codings_there
from consilience.store.files import write_whole
from consilience.store.ledger import append
from consilience.store.transcripts import documents, versions


def take_lines(connection: Connection, path: Path, *, name: str) -> int:
    """Keep the codings of a file that are not there yet; return how many there were.

    Args:
        connection: within the transaction.
        path: see `read_coding_lines`; codings that say no version are of the first.
        name: how faults call the file.

    Raises:
        Faults: INT-097 and INT-098, all that there are.
    """
    texts: dict[str, Marked] = {}
    for each in documents(connection):
        known = versions(connection, each.id)
        marked = Marked(
            document=each.id,
            version=known[0].number,
            lengths={version.number: version.length for version in known},
        )
        texts |= {each.id: marked, each.name: marked}
    table = read_coding_lines(path, name=name, texts=texts, codes=codes(connection))
    there = codings_there(connection, table["id"].to_pylist())
    fresh = [each not in there for each in table["id"].to_pylist()]
    new = table.filter(pa.array(fresh, pa.bool_()))
    insert_codings(connection, new)
    return int(new.num_rows)


def import_lines(engine: Engine, path: Path, *, at: dt.datetime, actor: str) -> int:
    """Keep the codings of a file that are not there yet, all or none; return how many.

    Args:
        engine: the database of the study.
        path: the file.
        at: the time now.
        actor: who brings it in, for the ledger.

    Raises:
        Fault: FMT-001 or FMT-002 if there is no such file.
        Faults: INT-097 and INT-098, all that there are.
    """
    check_there(path)
    with transaction(engine) as connection:
        new = take_lines(connection, path, name=path.name)
        detail = {"file": path.name, "sha256": hash_file(path), "codings": new}
        append(
            connection, at=at, actor=actor, action="brought in", subject="codings", detail=detail
        )
    return new


def export_lines(engine: Engine, target: Path, *, person: Person) -> int:
    """Write the codings that somebody may see, each in the version on which it was made.

    Args:
        engine: the database of the study.
        target: where to.
        person: who asks.

    Returns:
        How many were written.

    Raises:
        Fault: STO-002 or STO-009 if the file cannot be written.
    """
    with snapshot(engine) as connection:
        sight = sight_of(connection, person)
        table = codings_table(connection)
    pairs = zip(table["coder"].to_pylist(), table["document"].to_pylist(), strict=True)
    seen = [sight.reads(document) and sight.sees(coder, document) for coder, document in pairs]
    table = table.filter(pa.array(seen, pa.bool_()))
    write_whole(target, coding_lines(table))
    return int(table.num_rows)
