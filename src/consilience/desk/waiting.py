"""How much waits for people: texts to bring in, check, give out and clear, by what a state says.

Which names are undecided lies in the vault; only who has it open is told how many.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from consilience.base.errors import Fault, Faults
from consilience.desk.name_review import outlook
from consilience.desk.talk_board import boards_of
from consilience.desk.transcripts import SAID, STATES, listed, stage_of
from consilience.desk.unlocking import OpenVault
from consilience.store.codings import assignments
from consilience.store.database import snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsWaiting:
    """How many texts wait for whom; those that are withdrawn or erased wait for nobody.

    Args:
        unchecked: of talks, not yet checked.
        sealed: of which nobody can read a word before their names are replaced.
        unassigned: talks that could be coded and were given to nobody.
        uncleared: talks with their names replaced that nobody has cleared for deposit.
    """

    unchecked: int
    sealed: int
    unassigned: int
    uncleared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TalksWaiting:
    """How many interviews and events are still to be held, and held without a text."""

    planned: int
    collected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesWaiting:
    """How many names wait, as who has the vault open may know.

    Args:
        asked: stand at `ask`: not decided, and they stay in the texts.
        proposed: get what the rule of their kind proposes; nobody has looked.
        unsearched: texts in whose present words nobody looked for names.
    """

    asked: int
    proposed: int
    unsearched: int


def texts_waiting(engine: Engine) -> TextsWaiting:
    """Return how many texts wait to be checked, opened, given out and cleared."""
    there = [each for each in listed(engine) if stage_of(each) in SAID]
    talks = [each for each in there if each.document.kind != "answer"]
    with snapshot(engine) as connection:
        given = {each.document for each in assignments(connection)}
    return TextsWaiting(
        unchecked=sum(STATES.index(stage_of(each)) < STATES.index("checked") for each in talks),
        sealed=sum(all(version.sealed for version in each.versions) for each in there),
        unassigned=sum(
            each.document.id not in given and not all(v.sealed for v in each.versions)
            for each in talks
        ),
        uncleared=sum(stage_of(each) == "pseudonymised" for each in talks),
    )


def talks_waiting(folder: Path) -> TalksWaiting:
    """Return how many interviews and events wait; none where the study file cannot be read."""
    try:
        boards = boards_of(folder)
    except (Fault, Faults):
        return TalksWaiting(planned=0, collected=0)
    planned, collected = (
        sum(board.states.get(state, 0) for board in boards) for state in ("planned", "collected")
    )
    return TalksWaiting(planned=planned, collected=collected)


def names_waiting(engine: Engine, opened: OpenVault) -> NamesWaiting:
    """Return how many names wait.

    Raises:
        Fault: STO-032 or STO-036 if what the vault keeps of names was changed or is gone.
    """
    found = outlook(engine, opened)
    return NamesWaiting(
        asked=sum(found.asked.values()) + sum(found.left.values()),
        proposed=sum(found.proposed.values()),
        unsearched=len(found.waiting),
    )
