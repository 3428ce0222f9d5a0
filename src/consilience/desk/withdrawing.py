"""Take a text out of all work, or have it back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.desk.intake import utc
from consilience.desk.sealed import refuse_erased
from consilience.desk.transcripts import require_document
from consilience.interviews.model import Document, StateChange, TextState
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append
from consilience.store.transcripts import GONE, bring_back, state_of, withdraw

__all__ = ["GONE", "Standing", "bring_text_back", "check_reason", "of_survey", "refuse_answer",
           "standing_of", "withdraw_text"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A text whose place in the work is to be decided.

    Args:
        document: the text.
        state: where it stands and why, None if nothing was said of it yet.
    """

    document: Document
    state: StateChange | None


def of_survey(document: Document) -> bool:
    """Return whether a text is an answer, which stays as the export of its survey has it."""
    return document.kind == "answer" and "survey" in document.header


def standing_of(engine: Engine, named: str) -> Standing:
    """Return where a text stands.

    Args:
        engine: of the study.
        named: name or id of the text.

    Raises:
        Fault: INT-008 if there is no such text.
    """
    with snapshot(engine) as connection:
        document = require_document(connection, named)
        return Standing(document=document, state=state_of(connection, document.id))


def withdraw_text(
    engine: Engine, named: str, *, reason: str, at: dt.datetime, actor: str
) -> StateChange:
    """Take a text out of coding, counts, search, deposit and exchange; nothing is deleted.

    Args:
        engine: of the study.
        named: name or id of the text.
        reason: why, naming nobody.
        at: the time now.
        actor: who withdraws it.

    Raises:
        Fault: INT-008 if there is no such text, INT-013 without a reason, INT-018 or INT-021 if it
            is withdrawn or erased, INT-023 if it is an answer of a survey.
    """
    with transaction(engine) as connection:
        document, before = _text(connection, named, reason)
        if before == "withdrawn":
            raise Fault("INT-018", name=document.name)
        withdraw(connection, document.id, at=utc(at), actor=actor, reason=reason.strip())
        return _noted(connection, document, before, at=at, actor=actor)


def bring_text_back(
    engine: Engine, named: str, *, reason: str, at: dt.datetime, actor: str
) -> StateChange:
    """Let a withdrawn text be again what it was, with its codings.

    Args:
        engine: of the study.
        named: name or id of the text.
        reason: why, naming nobody.
        at: the time now.
        actor: who brings it back.

    Raises:
        Fault: INT-008 if there is no such text, INT-013 without a reason, INT-021 if it was
            erased, INT-023 if it is an answer of a survey, INT-024 if it is not withdrawn.
    """
    with transaction(engine) as connection:
        document, before = _text(connection, named, reason)
        if before != "withdrawn":
            raise Fault("INT-024", name=document.name)
        bring_back(connection, document.id, at=utc(at), actor=actor, reason=reason.strip())
        return _noted(connection, document, before, at=at, actor=actor)


def _text(connection: Connection, named: str, reason: str) -> tuple[Document, TextState | None]:
    """Return a text of which a person may say whether it is withdrawn, and its state."""
    document = require_document(connection, named)
    check_reason(reason)
    refuse_erased(connection, document.id)
    refuse_answer(document)
    before = state_of(connection, document.id)
    return document, before.state if before else None


def check_reason(reason: str) -> None:
    """See that a reason is given.

    Raises:
        Fault: INT-013 without one.
    """
    if not reason.strip():
        raise Fault("INT-013")


def refuse_answer(document: Document) -> None:
    """See that a text is none that an export of a survey has.

    Raises:
        Fault: INT-023 if it is.
    """
    if of_survey(document):
        raise Fault("INT-023", name=document.name, survey=document.header["survey"])


def _noted(
    connection: Connection,
    document: Document,
    before: TextState | None,
    *,
    at: dt.datetime,
    actor: str,
) -> StateChange:
    now = state_of(connection, document.id)
    if now is None:
        raise AssertionError(f"{document.id} is in no state")
    append(
        connection,
        at=at,
        actor=actor,
        action="transcript state",
        subject=document.id,
        detail={"state": now.state, "from": before},
    )
    return now
