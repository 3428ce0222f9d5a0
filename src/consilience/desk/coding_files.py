"""Codings in and out as lines of JSON."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, Engine

from consilience.base.lineage import hash_file
from consilience.coding.coding_lines import Marked, coding_lines, read_coding_lines
from consilience.coding.model import CONSENSUS
from consilience.desk.accounts import Person
from consilience.desk.doubles import said_already
from consilience.desk.sight import sight_of
from consilience.formats.opening import check_there
from consilience.store.codings import codes, codings_table, insert_codings
from consilience.store.database import snapshot, transaction
from consilience.store.exchange import codings_there
from consilience.store.files import write_whole
from consilience.store.ledger import append
from consilience.store.transcripts import documents, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLines:
    """What became of the lines of a file.

    Args:
        new: codings that were kept.
        known: codings that were there already.
        twice: lines that say the same as a line before them, each counted once.
    """

    new: int
    known: int
    twice: int


def take_lines(connection: Connection, path: Path, *, name: str) -> TakenLines:
    """Keep the codings of a file that are not there yet.

    Args:
        connection: within the transaction.
        path: see `read_coding_lines`; codings that say no version are of the first.
        name: how faults call the file.

    Raises:
        Faults: INT-097 to INT-099, all that there are.
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
    settled = set(codings_table(connection, coder=CONSENSUS)["id"].to_pylist())
    found = read_coding_lines(
        path, name=name, texts=texts, codes=codes(connection), settled=settled
    )
    ids = found.codings["id"].to_pylist()
    there = codings_there(connection, ids)
    new = found.codings.filter(pa.array([each not in there for each in ids], pa.bool_()))
    # What somebody marked here already, on whatever version, is not marked twice.
    new = new.filter(pa.array([not each for each in said_already(connection, new)], pa.bool_()))
    insert_codings(connection, new)
    return TakenLines(new=new.num_rows, known=len(ids) - new.num_rows, twice=found.twice)


def import_lines(engine: Engine, path: Path, *, at: dt.datetime, actor: str) -> TakenLines:
    """Keep the codings of a file that are not there yet, all or none.

    Args:
        engine: the database of the study.
        path: the file.
        at: the time now.
        actor: who brings it in, for the ledger.

    Raises:
        Fault: FMT-001 or FMT-002 if there is no such file.
        Faults: INT-097 to INT-099, all that there are.
    """
    check_there(path)
    with transaction(engine) as connection:
        taken = take_lines(connection, path, name=path.name)
        detail = {"file": path.name, "sha256": hash_file(path), "codings": taken.new}
        append(
            connection, at=at, actor=actor, action="brought in", subject="codings", detail=detail
        )
    return taken


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
