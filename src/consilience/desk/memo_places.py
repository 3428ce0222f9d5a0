"""What is a memo on, and is that there? As the log of changes keeps it."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.coding.model import Memo
from consilience.store import codings as kept
from consilience.store.changes import text_of_gone
from consilience.store.transcripts import find_document


def thing_there(connection: Connection, memo: Memo) -> str | None:
    """Return the text that a memo concerns, having checked that its thing is there.

    Raises:
        Fault: COD-012 if it is not.
    """
    if memo.on == "coding":
        coding = kept.find_coding(connection, memo.thing)
        if coding is not None:
            return coding.document
    elif memo.on == "document":
        document = find_document(connection, memo.thing)
        if document is not None and document.id == memo.thing:
            return document.id
    elif memo.on != "code" or any(each.id == memo.thing for each in kept.codes(connection)):
        return None
    raise Fault("COD-012", on=memo.on, thing=memo.thing)


def text_once(connection: Connection, memo: Memo) -> str | None:
    """Return the text that a memo concerned which is taken out, whatever became of its thing."""
    coding = kept.find_coding(connection, memo.thing) if memo.on == "coding" else None
    if coding is not None:
        return coding.document
    return memo.thing if memo.on == "document" else text_of_gone(connection, memo.thing)


def memo_row(memo: Memo | None) -> dict[str, object] | None:
    """Return a memo as the log of changes has it, None for none."""
    if memo is None:
        return None
    row = asdict(memo)
    del row["id"]
    return row
