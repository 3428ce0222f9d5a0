"""How far has each interview come, and why not further?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from consilience.interviews.consents import allowed_by_all
from consilience.interviews.model import REACHED, STATUS, Consent, Permission
from consilience.interviews.plan import several_fault
from consilience.interviews.reading import Told

_LEAST: Final = "transcribed"
_GONE: Final = ("withdrawn", "erased")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is known of an interview or event beside its text.

    Args:
        name: its id.
        state: as the plan has it.
        reason: why, empty if not told.
        recording: yes, no or declined; None if not told.
        people: ids of those in it.
    """

    name: str
    state: str
    reason: str
    recording: str | None
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStanding:
    """Where the text of an interview stands: name of the document, its state, and why."""

    document: str
    state: str
    reason: str


def standing_of(documents: pa.Table, states: pa.Table) -> dict[str, TextStanding]:
    """Return where the text of each interview stands.

    Args:
        documents: live documents: `id`, `name`, `interview`.
        states: the state each is in: `document`, `state`, `reason`.

    Returns:
        Interview to its text; of several texts the one that has come least far. One that is
        withdrawn or erased stands for its interview if there is no other.
    """
    said = {row["document"]: row for row in states.to_pylist()}
    found: dict[str, TextStanding] = {}
    for row in documents.to_pylist():
        if row["interview"] is None:
            continue
        state = said.get(row["id"], {"state": _LEAST, "reason": ""})
        gone = state["state"] in _GONE
        # A text that is there was transcribed, whatever was noted.
        reached = state["state"] if gone else max(state["state"], _LEAST, key=REACHED.index)
        text = TextStanding(document=row["name"], state=reached, reason=state["reason"] or "")
        other = found.get(row["interview"])
        if other is None or _farness(text) < _farness(other):
            found[row["interview"]] = text
    return found


def _farness(text: TextStanding) -> int:
    return len(REACHED) if text.state in _GONE else REACHED.index(text.state)


def taken_back(people: Sequence[str], consents: Sequence[Consent]) -> list[Consent]:
    """Return the consents that people of an interview took back, as far as its text goes."""
    return [
        consent
        for consent in consents
        if consent.person in people
        and consent.withdrawn is not None
        and consent.material in ("all", "transcript")
    ]


def board(
    held: Sequence[Held],
    *,
    texts: Mapping[str, TextStanding],
    consents: Sequence[Consent],
    pseudonymise: bool,
    told: Told,
) -> pa.Table:
    """How far has each interview or event come?

    Args:
        held: all that were planned.
        texts: of each that has one, where its text stands.
        consents: what people allowed.
        pseudonymise: whether texts must be pseudonymised before they are cleared.
        told: takes INT-084, INT-085 and INT-180.

    Returns:
        Schema `STATUS` in the order of the plan. Nothing is cleared that somebody in it has not
        allowed to be deposited.
    """
    rows: list[dict[str, Any]] = []
    blocked, gone, early = [], [], []
    for each in held:
        deposit = allowed_by_all(
            consents, people=each.people, material="transcript", purpose="deposit"
        )
        text = texts.get(each.name)
        state, reason = _state(each, text, consents)
        if state == "withdrawn" and text is not None and text.state not in _GONE:
            gone.append(each.name)
        if each.state not in ("done", "withdrawn") and text and text.state not in _GONE:
            early.append(each.name)
        if state == "cleared" and not deposit.allowed:
            blocked.append(each.name)
            state = "pseudonymised" if pseudonymise else "checked"
            reason = f"not cleared: {deposit.reason}"
        rows.append(_row(each, state, reason, text, deposit))
    for code, names in (("INT-084", blocked), ("INT-085", gone), ("INT-180", early)):
        if names:
            told.append(several_fault(code, names, None))
    return pa.Table.from_pylist(rows, schema=STATUS)


def _state(each: Held, text: TextStanding | None, consents: Sequence[Consent]) -> tuple[str, str]:
    """Return the state and the reason for it."""
    back = [
        f"{consent.person} took it back on {consent.withdrawn}"
        for consent in taken_back(each.people, consents)
    ]
    if back and each.state == "done":
        return "withdrawn", "; ".join(back)
    if each.state != "done":
        return each.state, each.reason
    if text is not None and text.state in _GONE:
        return "withdrawn", f"its text was {text.state}: {text.reason}"
    if text is not None:
        return text.state, text.reason
    if each.recording in ("no", "declined"):
        why = "recording was declined" if each.recording == "declined" else "nothing was recorded"
        return "not recorded", each.reason or why
    return "collected", each.reason or "no transcript yet"


def _row(
    each: Held, state: str, reason: str, text: TextStanding | None, deposit: Permission
) -> dict[str, Any]:
    held = each.state == "done"
    return {
        "interview": each.name,
        "state": state,
        "reason": reason or None,
        "document": text.document if text else None,
        "deposit": deposit.allowed if held else None,
        "deposit_reason": deposit.reason if held else None,
    }
