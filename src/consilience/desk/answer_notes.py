"""What a study should be told of its open answers: withdrawn, cut, waiting, not taken over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from consilience.base.errors import Fault, Where
from consilience.desk.bring_answers import held_back
from consilience.interviews.model import Document, Version
from consilience.interviews.plan import several_fault
from consilience.store.codings import assignments, codings_table
from consilience.store.transcripts import (
    documents,
    replaced_by_raw,
    versions_by_text,
    withdrawn_texts,
)

# One row a text of which something is to be told, by survey and name; name is empty for what was
# not taken over. kind: withdrawn, cut (count: its codings that stand on other words than were
# marked), unread (it changed after a coder had released it), older (coders read older words than
# the export has), held (count: answers; reason).
ANSWER_NOTE: Final = pa.schema(
    [
        pa.field("survey", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)

_CODES: Final = {
    "withdrawn": "INT-015", "cut": "INT-016", "unread": "INT-020", "older": "INT-019",
}  # fmt: skip


def answer_notes(connection: Connection) -> pa.Table:
    """Return what is to be told of the answers of each survey, as they stand."""
    rows = [
        {"survey": survey, "kind": "held", "name": "", **detail}
        for survey, detail in sorted(held_back(connection).items())
        if detail
    ]
    made = versions_by_text(connection, "answer")
    released: dict[str, list[str]] = {}
    for given in assignments(connection):
        if given.released_at is not None:
            released.setdefault(given.document, []).append(given.released_at)
    withdrawn = withdrawn_texts(connection)
    for each in documents(connection):
        if each.kind != "answer" or "survey" not in each.header:
            continue
        if each.id in withdrawn:
            rows.append(_row(each, "withdrawn", 1))
        elif any(version.kind == "raw" and version.parent for version in made[each.id]):
            rows += _changed(connection, each, made[each.id], released.get(each.id, ()))
    return pa.Table.from_pylist(rows, schema=ANSWER_NOTE)


def _row(document: Document, kind: str, count: int) -> dict[str, Any]:
    return {
        "survey": document.header["survey"],
        "kind": kind,
        "name": document.name,
        "count": count,
        "reason": "",
    }


def _changed(
    connection: Connection,
    document: Document,
    made: Sequence[Version],
    released: Sequence[str],
) -> list[dict[str, Any]]:
    """Return what is to be told of an answer that changed."""
    read = next((each for each in reversed(made) if not each.sealed), None)
    if read is None:
        return []
    rows = []
    table = codings_table(connection, document=document.id)
    cut = sum(
        int(
            replaced_by_raw(
                connection,
                document.id,
                number,
                read.number,
                starts=own.column("start").to_numpy(),
                ends=own.column("end").to_numpy(),
            ).sum()
        )
        for number in pc.unique(table.column("version")).to_pylist()
        for own in [table.filter(pc.equal(table.column("version"), number))]
    )
    if cut:
        rows.append(_row(document, "cut", cut))
    raw = [each for each in made if each.kind == "raw"]
    if any(each < raw[-1].at for each in released):
        rows.append(_row(document, "unread", 1))
    if raw[-1].number > read.number:
        rows.append(_row(document, "older", 1))
    return rows


def notes_told(notes: pa.Table, surveys: Sequence[str]) -> tuple[Fault, ...]:
    """Return what is to be told of the answers of some surveys as warnings.

    Args:
        notes: schema `ANSWER_NOTE`.
        surveys: ids of their stages.

    Returns:
        INT-015 to INT-017, INT-019 and INT-020, by survey.
    """
    rows = notes.to_pylist()
    told = []
    for survey in surveys:
        own = [row for row in rows if row["survey"] == survey]
        told += [_held_fault(row) for row in own if row["kind"] == "held"]
        for kind, code in _CODES.items():
            these = [row for row in own if row["kind"] == kind]
            if these:
                told.append(_fault(code, survey, these))
    return tuple(told)


def _held_fault(row: dict[str, Any]) -> Fault:
    values = {name: row[name] for name in ("survey", "count", "reason")}
    return Fault("INT-017", where=Where(file="study.yaml"), **values)


def _fault(code: str, survey: str, rows: Sequence[dict[str, Any]]) -> Fault:
    names = several_fault(code, [row["name"] for row in rows], "study.yaml")
    values = dict(names.values) | {"count": sum(row["count"] for row in rows), "survey": survey}
    return Fault(code, where=names.where, **values)
