"""See who speaks in a text, and correct it: rename, merge, move where a turn begins."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.desk.fallen import fall_back
from consilience.desk.pen import Look, Pen
from consilience.desk.registry import ids_of_study, read_book
from consilience.desk.sealed import (
    about,
    check_sealed,
    named_turns,
    note_opening,
    sealed_turns,
    words_of,
)
from consilience.desk.transcripts import chosen_version, require_document
from consilience.desk.typed import (
    SPEAKERS,
    called,
    corrected_open_of,
    given_names,
    nothing_unsearched,
    was_searched,
)
from consilience.interviews.model import Document, Turn, Version
from consilience.store.database import HIDDEN, snapshot, transaction
from consilience.store.ledger import append
from consilience.store.transcripts import replace_turns, versions
from consilience.store.vault import Vault, has_vault
from consilience.text.labels import is_role

Change = Callable[[list[Turn]], list[Turn]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A text as a person looks at it to correct its speakers.

    Args:
        document: the text.
        version: the version shown.
        text: its words.
        turns: who said what; the number of a turn is its place here, from 1.
        speakers: how many turns each has, in order of speaking.
        about: what the file said of itself: its name as `source`, and its header.
    """

    document: Document
    version: Version
    text: str
    turns: tuple[Turn, ...]
    speakers: Mapping[str, int]
    about: Mapping[str, object]


def review_of(
    engine: Engine,
    named: str,
    *,
    version: int | None = None,
    vault: Vault | None = None,
    at: dt.datetime,
    actor: str,
) -> Review:
    """Return a text with its turns to be looked at.

    Args:
        engine: of the study.
        named: name or id of the text.
        version: its number, None for the newest that can be read here.
        vault: opened, None to see open versions only; its use is noted in the ledger.
        at: the time now.
        actor: who looks.

    Raises:
        Fault: INT-008 or INT-001 if there is no such text or version, INT-007 if it is sealed and
            the vault is not open; STO-032 or STO-036 if what the vault keeps of it was changed.
    """
    with transaction(engine) as connection:
        document = require_document(connection, named)
        found = chosen_version(connection, document.id, version, sealed=vault is not None)
        if found.sealed and vault is not None:
            note_opening(connection, at=at, actor=actor, purpose="speakers", subject=document.id)
        for each in versions(connection, document.id):
            check_sealed(vault, each)
        turns = tuple(named_turns(connection, vault, found))
        return Review(
            document=document,
            version=found,
            text=words_of(connection, vault, found),
            turns=turns,
            speakers=_counts(turns),
            about=_about(document, vault),
        )


def _about(document: Document, vault: Vault | None) -> dict[str, object]:
    open_ = {"source": document.source, **document.header}
    return open_ | (about(vault, document.id) if vault is not None else {})


def _counts(turns: Sequence[Turn]) -> dict[str, int]:
    return dict(Counter(turn.speaker for turn in turns if turn.speaker is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which turns are corrected, and by whom.

    Args:
        document: name or id of the text.
        version: its number, None for the newest that can be read here.
        vault: opened where names of a sealed version are to be seen or given.
        against: opened to see that no name that is to go is given in an open version; None takes
            `vault`.
        at: the time now.
        actor: who corrects.
    """

    document: str
    version: int | None = None
    vault: Vault | None = None
    against: Vault | None = None
    at: dt.datetime
    actor: str


def unchecked_names(folder: Path, given: Iterable[str]) -> Fault | None:
    """Return INT-029 if names are given that nobody compares with those of the vault.

    Args:
        folder: the study folder.
        given: what speakers are called from now on, where the vault is not open.
    """
    names = [name for name in given if not is_role(name)]
    return Fault("INT-029", count=len(names)) if names and has_vault(folder / HIDDEN) else None


def counted(engine: Engine, place: Place) -> dict[str, int]:
    """Return how many turns each speaker has, in order of speaking.

    Raises:
        Fault: INT-008 or INT-001 if there is no such text or version, INT-007 if all are sealed
            and the vault is not open.
    """
    with snapshot(engine) as connection:
        document = require_document(connection, place.document)
        version = chosen_version(
            connection, document.id, place.version, sealed=place.vault is not None
        )
        return _counts(named_turns(connection, place.vault, version))


def set_speakers(engine: Engine, place: Place, names: Mapping[str, str]) -> dict[str, int]:
    """Call speakers otherwise; two that get one name are one speaker afterwards.

    Args:
        engine: of the study.
        place: which text.
        names: who is called how now, to the new name.

    Returns:
        How many turns each speaker has afterwards.

    Raises:
        Fault: INT-009 if nobody is called so; INT-007 if a name is given for a sealed version and
            the vault is not open; INT-028 if it is open, and the name is known, for an open one.
    """

    def renamed(turns: list[Turn]) -> list[Turn]:
        known = _counts(turns)
        for old in names:
            if old not in known:
                raise _no_speaker(place, old, known)
        return [replace(t, speaker=names.get(t.speaker or "", t.speaker)) for t in turns]

    return _corrected(engine, place, renamed, what="renamed", given=tuple(names.values()))


def _no_speaker(place: Place, speaker: str, known: Mapping[str, int]) -> Fault:
    told = ", ".join(known) or "nobody"
    return Fault("INT-009", name=place.document, speaker=speaker, known=told)


def set_speaker_of(engine: Engine, place: Place, number: int, speaker: str) -> dict[str, int]:
    """Say who speaks in one turn.

    Args:
        engine: of the study.
        place: which text.
        number: the turn, from 1.
        speaker: who speaks.

    Raises:
        Fault: INT-010 if there is no such turn; INT-007 as `set_speakers`.
    """

    def given(turns: list[Turn]) -> list[Turn]:
        at = _checked(place, turns, number, "be given a speaker")
        turns[at] = replace(turns[at], speaker=speaker)
        return turns

    return _corrected(engine, place, given, what="given", given=(speaker,))


def move_turn(engine: Engine, place: Place, number: int, start: int) -> dict[str, int]:
    """Let a turn begin elsewhere; the one before it ends there.

    Args:
        engine: of the study.
        place: which text.
        number: the turn, from 1.
        start: the code point at which it is to begin, after the beginning of the turn before and
            before the end of this one.

    Raises:
        Fault: INT-010 if there is no such turn or it cannot begin there.
    """

    def moved(turns: list[Turn]) -> list[Turn]:
        at = _checked(place, turns, number, "begin")
        turn, before = turns[at], turns[at - 1] if at else None
        first = before.said if before else -1
        if not first < start < turn.end:
            raise _no_turn(place, number, "begin")
        if before is not None:
            turns[at - 1] = replace(before, end=start)
        # Words before its label are its own now; within its label or after, the label is not.
        said = turn.said if start <= turn.start else max(start, turn.said)
        turns[at] = replace(turn, start=start, said=start if start < turn.start else said)
        return turns

    return _corrected(engine, place, moved, what="moved")


def split_turn(engine: Engine, place: Place, number: int, at: int, speaker: str) -> dict[str, int]:
    """Part a turn in two, the second said by somebody else.

    Args:
        engine: of the study.
        place: which text.
        number: the turn, from 1.
        at: the code point at which the second begins.
        speaker: who says the second.

    Raises:
        Fault: INT-010 if there is no such turn or it cannot be parted there; INT-007 as
            `set_speakers`.
    """

    def parted(turns: list[Turn]) -> list[Turn]:
        which = _checked(place, turns, number, "be parted")
        turn = turns[which]
        if not turn.said < at < turn.end:
            raise _no_turn(place, number, "be parted")
        second = Turn(speaker=speaker, start=at, said=at, end=turn.end, t0=None, t1=turn.t1)
        turns[which : which + 1] = [replace(turn, end=at, t1=None), second]
        return turns

    return _corrected(engine, place, parted, what="parted", given=(speaker,))


def join_turns(engine: Engine, place: Place, number: int) -> dict[str, int]:
    """Join a turn with the one after it, which becomes part of it.

    Args:
        engine: of the study.
        place: which text.
        number: the turn, from 1.

    Raises:
        Fault: INT-010 if there is no such turn or none after it.
    """

    def joined(turns: list[Turn]) -> list[Turn]:
        at = _checked(place, turns, number, "be joined")
        if at + 1 >= len(turns):
            raise _no_turn(place, number, "be joined")
        after = turns.pop(at + 1)
        turns[at] = replace(turns[at], end=after.end, t1=after.t1)
        return turns

    return _corrected(engine, place, joined, what="joined")


def _checked(place: Place, turns: Sequence[Turn], number: int, action: str) -> int:
    if not 1 <= number <= len(turns):
        raise _no_turn(place, number, action)
    return number - 1


def _no_turn(place: Place, number: int, action: str) -> Fault:
    return Fault("INT-010", name=place.document, number=number, action=action)


def _corrected(
    engine: Engine, place: Place, change: Change, *, what: str, given: Sequence[str] = ()
) -> dict[str, int]:
    with transaction(engine) as connection:
        document = require_document(connection, place.document)
        version = chosen_version(
            connection, document.id, place.version, sealed=place.vault is not None
        )
        if version.sealed and place.vault is None and not all(is_role(name) for name in given):
            raise Fault("INT-007")
        old = named_turns(connection, place.vault, version)
        names = given_names(given)
        fresh = set(names) - {turn.speaker for turn in old}
        look = None if version.sealed else _look(connection, place, document, names)
        before = nothing_unsearched(connection, versions(connection, document.id), version)
        searched = not fresh or (before and look is not None and not look.new)
        turns = change(old)
        counts = _counts(turns)
        _keep(connection, place, version, turns)
        append(
            connection,
            at=place.at,
            actor=place.actor,
            action=SPEAKERS,
            subject=document.id,
            detail={
                "version": version.number,
                "what": what,
                "turns": len(turns),
                "named": len(fresh),
                "searched": searched,
            },
        )
        fall_back(
            connection, version, searched=searched, what="speakers corrected", at=place.at,
            actor=place.actor,
        )  # fmt: skip
    return counts


def _look(
    connection: Connection, place: Place, document: Document, names: Sequence[str]
) -> Look | None:
    """See that no name that is known comes into an open text, and what else is named.

    None if the vault is not open.
    """
    vault = place.against or place.vault
    if vault is None or not names:
        return None
    note_opening(
        connection, at=place.at, actor=place.actor, purpose="check speakers", subject=document.id
    )
    look = Pen(read_book(vault)).look(called(names), ids=ids_of_study(connection))
    for edit, entity in (*look.known, *look.asked):
        raise Fault("INT-028", name=document.name, entity=entity, replacement=edit.text)
    return look


def unsearched_names(engine: Engine, place: Place) -> Fault | None:
    """Return INT-144 if names that nobody has decided were given to speakers of an open text.

    Args:
        engine: of the study.
        place: which text, with the vault opened; nothing is looked for without.
    """
    vault = place.against or place.vault
    if vault is None:
        return None
    with snapshot(engine) as connection:
        document = require_document(connection, place.document)
        found = corrected_open_of(connection, document)
        if found is None or was_searched(connection, found.version):
            return None
        labels = found.labels(connection)
        new = Pen(read_book(vault)).look(labels, ids=ids_of_study(connection)).new
    kinds = ", ".join(f"{number} {kind}" for kind, number in new.items())
    return Fault("INT-144", name=document.name, kinds=kinds) if new else None


def _keep(connection: Connection, place: Place, version: Version, turns: list[Turn]) -> None:
    if version.sealed and place.vault is not None:
        turns = sealed_turns(place.vault, version.document, version.number, turns)
    replace_turns(connection, version.document, version.number, turns)
