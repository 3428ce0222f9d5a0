"""The status board: how far interviews and groups came, who was there, what they allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from consilience.base.errors import Fault
from consilience.desk.fieldwork import TalkNow, permissions, talks_now
from consilience.interviews.model import ENDED, REACHED, Material, Permission, Purpose

# What people are asked for, in words, with the material that it is about.
_ASKED: Final[Mapping[str, tuple[Material, Purpose]]] = {
    "record": ("recording", "record"),
    "quote": ("transcript", "quote"),
    "deposit": ("transcript", "deposit"),
    "recontact": ("transcript", "recontact"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkLine:
    """One interview or event.

    Args:
        name: its id.
        title: of an event, else empty.
        state: how far it came, or how it ended.
        reason: why not further, empty if not told.
        date: the day, empty if not told.
        mode: place, telephone or video; empty if not told.
        interviewer: who of the team, empty if not told.
        case: the unit it speaks of, empty if none.
        people: id and role of each who was in it.
        allowed: what may be done, by what was asked; empty before it was held.
        topics: each topic of the guide and whether it was covered: yes, partly, no or not noted.
    """

    name: str
    title: str
    state: str
    reason: str
    date: str
    mode: str
    interviewer: str
    case: str
    people: tuple[tuple[str, str], ...]
    allowed: Mapping[str, Permission]
    topics: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One stage of interviews or groups.

    Args:
        id: of the stage.
        title: of the stage.
        lines: its interviews or events in the order of the plan.
        states: how many came how far, in order; states without any are left out.
        modes: how many were held or planned how.
        roles: how many people of each role are in those that were held.
        warnings: what should be looked at.
    """

    id: str
    title: str
    lines: tuple[TalkLine, ...]
    states: Mapping[str, int]
    modes: Mapping[str, int]
    roles: Mapping[str, int]
    warnings: tuple[Fault, ...]


def boards_of(folder: Path) -> tuple[Board, ...]:
    """How do the interviews and groups of a study stand now, stage by stage?

    Args:
        folder: the study folder.

    Raises:
        Fault: as `desk.fieldwork.talks_now`.
        Faults: what is wrong with the study file or the tables of fieldwork.
    """
    talks = talks_now(folder)
    allowed = {
        words: permissions(talks, material=material, purpose=purpose)
        for words, (material, purpose) in _ASKED.items()
    }
    return tuple(_board(talk, allowed) for talk in talks)


def _board(talk: TalkNow, allowed: Mapping[str, Mapping[str, Permission]]) -> Board:
    roles = talk.stage.roles
    plans = {row.get("interview") or row["event"]: row for row in talk.rows("interview", "event")}
    people: dict[str, list[tuple[str, str]]] = {}
    for row in talk.rows("participant", "attendance"):
        name = row.get("interview") or row["event"]
        people.setdefault(name, []).append((row["person"], roles.get(row["role"], row["role"])))
    topics: dict[str, list[tuple[str, str]]] = {}
    if "topic_coverage" in talk.tables:
        for row in talk.tables["topic_coverage"].to_pylist():
            said = (row["text"], row["covered"] or "not noted")
            topics.setdefault(row["interview"], []).append(said)
    lines = tuple(
        _line(
            row,
            plans[row["interview"]],
            people=people.get(row["interview"], ()),
            allowed={
                words: found[row["interview"]]
                for words, found in allowed.items()
                if row["deposit"] is not None and row["interview"] in found
            },
            topics=topics.get(row["interview"], ()),
        )
        for row in talk.rows("status", "event_status")
    )
    held = [line for line in lines if line.allowed]
    states = Counter(line.state for line in lines)
    return Board(
        id=talk.stage.id,
        title=talk.stage.title or talk.stage.id,
        lines=lines,
        states={each: states[each] for each in (*REACHED, *ENDED) if states[each]},
        modes=dict(Counter(line.mode for line in lines if line.mode).most_common()),
        roles=dict(Counter(role for line in held for _, role in line.people).most_common()),
        warnings=talk.warnings,
    )


def _line(
    status: Mapping[str, Any],
    plan: Mapping[str, Any],
    *,
    people: Sequence[tuple[str, str]],
    allowed: Mapping[str, Permission],
    topics: Sequence[tuple[str, str]],
) -> TalkLine:
    return TalkLine(
        name=status["interview"],
        title=plan.get("title") or "",
        state=status["state"],
        reason=status["reason"] or "",
        date=plan["date"].isoformat() if plan["date"] else "",
        mode=plan["mode"] or "",
        interviewer=plan.get("interviewer") or "",
        case=plan["case"] or "",
        people=tuple(people),
        allowed=allowed,
        topics=tuple(topics),
    )
