"""Which groups met, what were they told, and which conclusions changed?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from consilience.design.model import GroupStage
from consilience.interviews.plan import (
    MODES,
    RECORDINGS,
    STATES,
    Cases,
    case_in,
    check_day,
    person_in,
    role_in,
)
from consilience.interviews.reading import Line, Once, Told, lines_of

RESPONSES: Final = ("agreed", "disputed", "added to", "not discussed")
_EVENTS: Final = ("event", "title", "date", "state")
_PEOPLE: Final = ("event", "person", "role")
_FED: Final = ("event", "finding", "response")
_CHANGES: Final = ("event", "finding", "before", "after", "reason")

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """What the files of a group stage say; rows of `EVENT`, `ATTENDANCE`, `FED` and `CHANGE`."""

    events: Rows
    attendance: Rows
    fed: Rows
    changes: Rows


def read_groups(
    stage: GroupStage,
    *,
    folder: Path,
    cases: Cases,
    findings: Collection[str],
    told: Told,
) -> Groups:
    """Read what became of the groups.

    Args:
        stage: the stage.
        folder: the study folder.
        cases: what may be spoken of.
        findings: ids of the findings of the study.
        told: takes INT-060 to INT-069, INT-072, INT-074, INT-075, INT-078 and INT-086.
    """
    events = _events(stage, folder, cases, told)
    names = {row["event"] for row in events}
    fed: Rows = []
    for line in lines_of(folder, stage.fed, what="findings fed back", needed=_FED, told=told):
        row = _about(line, names, findings)
        response = line.word("response", RESPONSES) or line.needed("response")
        fed.append({**row, "response": response, "note": line.text("note") or None})
    changes: Rows = []
    for line in lines_of(folder, stage.changes, what="changes", needed=_CHANGES, told=told):
        row = _about(line, names, findings)
        changes.append({**row, **{name: line.needed(name) for name in _CHANGES[2:]}})
    return Groups(
        events=events,
        attendance=_attendance(stage, folder, names, told),
        fed=fed,
        changes=changes,
    )


def _events(stage: GroupStage, folder: Path, cases: Cases, told: Told) -> Rows:
    once = Once("event", {})
    rows: Rows = []
    for line in lines_of(folder, stage.events, what="events", needed=_EVENTS, told=told):
        name = line.needed("event")
        if not name or not once.check(line, name, name):
            continue
        row: dict[str, Any] = {
            "event": name,
            "title": line.needed("title"),
            "case": case_in(line, cases, subject=f"event {name!r}"),
            "date": line.day("date"),
            "mode": line.word("mode", MODES),
            "place": line.text("place") or None,
            "minutes": line.minutes("minutes"),
            "state": line.word("state", STATES) or "planned",
            "reason": line.text("reason") or None,
            "recording": line.word("recording", RECORDINGS),
        }
        if row["state"] in STATES[2:] and not row["reason"]:
            line.blame("INT-075", interview=name, state=row["state"])
        check_day(line, name, row["date"], row["state"], stage)
        rows.append(row)
    return rows


def _attendance(stage: GroupStage, folder: Path, names: Collection[str], told: Told) -> Rows:
    once = Once("person in an event", {})
    rows: Rows = []
    for line in lines_of(folder, stage.people, what="people", needed=_PEOPLE, told=told):
        event, person = line.needed("event"), person_in(line, "person")
        role = role_in(line, tuple(stage.roles))
        if event and event not in names:
            line.blame("INT-068", what="event", value=event)
        elif once.check(line, (event, person), f"{person} in {event}"):
            more = {name: line.text(name) or None for name in ("post", "represents")}
            rows.append({"event": event, "person": person, "role": role, **more})
    return rows


def _about(line: Line, names: Collection[str], findings: Collection[str]) -> dict[str, str]:
    """Return the event and the finding that a row is about."""
    event, finding = line.needed("event"), line.needed("finding")
    if event and event not in names:
        line.blame("INT-068", what="event", value=event)
    if finding and finding not in findings:
        line.blame("INT-086", value=finding, known=", ".join(findings) or "none yet")
    return {"event": event, "finding": finding}


def people_of(rows: Sequence[dict[str, Any]], event: str) -> tuple[str, ...]:
    """Return the ids of those who took part in an event."""
    return tuple(row["person"] for row in rows if row["event"] == event)
