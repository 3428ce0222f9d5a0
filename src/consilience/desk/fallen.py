"""What was said of a text holds for the words of that day: when they change it falls back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from consilience.desk.edited import CORRECTED, NAMING
from consilience.desk.intake import utc
from consilience.interviews.model import REACHED, StateChange, TextState, Version
from consilience.store.ledger import append
from consilience.store.tables import LEDGER
from consilience.store.transcripts import GONE, set_state, states_of, versions, withdraw

STATED: Final = "transcript state"
UNSEARCHED: Final = "words were corrected, and nobody looked for names in them"
REPLACED: Final = "typed names replaced"
_CHANGED: Final = (
    CORRECTED, REPLACED, "speakers corrected", "speakers carried over", "pseudonymised",
    "corrections carried over",
)  # fmt: skip


def fall_back(
    connection: Connection,
    version: Version,
    *,
    searched: bool,
    what: str,
    at: dt.datetime,
    actor: str,
) -> TextState | None:
    """Take back what was said of a text before a version of it changed.

    A text without names is pseudonymised afterwards if somebody looked for names in the new words,
    and else checked; so is one that may name people. A withdrawn one stays so, and is no more than
    that when it comes back. What lies in the vault is not what was cleared.

    Args:
        connection: within the transaction.
        version: the one that changed, or came.
        searched: whether names were looked for in what is new in it.
        what: what was done, for the history.
        at: the time now.
        actor: who did it.

    Returns:
        The state that it fell back to, None if it was no further than that.
    """
    said = states_of(connection, version.document)
    reached = [each.state for each in said if each.state not in GONE]
    if version.sealed or not reached:
        return None
    nameless = version.kind not in NAMING
    to: TextState = "pseudonymised" if nameless and searched else "checked"
    if REACHED.index(reached[-1]) <= REACHED.index(to):
        return None
    reason = UNSEARCHED if nameless and not searched else f"{what} since it was {reached[-1]}"
    _say(connection, version.document, to, reason=reason, at=at, actor=actor)
    return to


def _say(
    connection: Connection,
    document: str,
    state: TextState,
    *,
    reason: str,
    at: dt.datetime,
    actor: str,
) -> None:
    """Set a state; a withdrawn text stays withdrawn, and is that once it comes back."""
    said = [each.state for each in states_of(connection, document)]
    before = [each for each in said if each not in GONE][-1]
    set_state(connection, document, state, at=utc(at), actor=actor, reason=reason)
    append(
        connection, at=at, actor=actor, action=STATED, subject=document,
        detail={"state": state, "from": before},
    )  # fmt: skip
    if said[-1] == "withdrawn":
        withdraw(connection, document, at=utc(at), actor=actor, reason="withdrawn as before")


def bring_up(connection: Connection, document: str, *, at: dt.datetime, actor: str) -> None:
    """Say that a text is pseudonymised again, if it fell back because nobody had looked for names.

    That it was withdrawn since and came back changes nothing.

    Args:
        connection: within the transaction.
        document: id of the text.
        at: the time now.
        actor: who looked for names.
    """
    last = _last_said(states_of(connection, document))
    if last is not None and last.reason == UNSEARCHED:
        reason = "names were looked for in corrected words"
        _say(connection, document, "pseudonymised", reason=reason, at=at, actor=actor)


def _last_said(changes: Sequence[StateChange]) -> StateChange | None:
    """Return what was last said of a text: not that it was withdrawn, nor that it came back."""
    last: StateChange | None = None
    gone = False
    for each in changes:
        came_back = gone and last is not None and last.state == each.state
        gone = each.state in GONE
        if not gone and not came_back:
            last = each
    return last


def changed_since_cleared(connection: Connection, document: str) -> bool:
    """Return whether words or speakers that lie open are others than those that were cleared.

    The ledger knows the order in which things were done, also within one second. A text that comes
    back after it was withdrawn is what it was, and was not cleared for that.
    """
    is_open = {each.number for each in versions(connection, document) if not each.sealed}
    wanted = select(LEDGER.c.action, LEDGER.c.detail).where(
        LEDGER.c.subject == document, LEDGER.c.action.in_((STATED, *_CHANGED))
    )
    changed = False
    for action, detail in connection.execute(wanted.order_by(LEDGER.c.line)):
        known = json.loads(detail)
        if action != STATED:
            changed |= known["version"] in is_open
        elif known["state"] == "cleared" and known["from"] not in GONE:
            changed = False
    return changed
