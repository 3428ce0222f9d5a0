"""Put replacements where a person typed names into a version without names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from consilience.desk.fallen import REPLACED, bring_up, fall_back
from consilience.desk.intake import utc
from consilience.desk.pen import Pen
from consilience.desk.registry import ids_of_study
from consilience.desk.typed import SPEAKERS, Open, corrected_open, note_searched, was_searched
from consilience.interviews.model import Document
from consilience.interviews.transcripts import turns_after
from consilience.store.ledger import append
from consilience.store.transcripts import Draft, add_version, replace_turns, turns_of
from consilience.store.vault import Vault
from consilience.text.offsets import Edit
from consilience.text.pseudonyms import replaced

__all__ = ["Retyped", "note_carried", "replace_typed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retyped:
    """What became of words that people typed into versions without names.

    Args:
        made: the number of each version made, and how many names were replaced, by id of the text.
        waiting: texts in whose typed words something else is named that nobody has decided.
    """

    made: Mapping[str, tuple[int, int]]
    waiting: tuple[Document, ...]


def replace_typed(
    connection: Connection,
    vault: Vault,
    pen: Pen,
    *,
    leave: Collection[str],
    at: dt.datetime,
    actor: str,
) -> Retyped:
    """Make a version with replacements of each text into which a person typed names.

    Words in which the rules find nothing new were searched thereby, and need no other search.

    Args:
        connection: within the transaction.
        vault: opened.
        pen: writes what was decided.
        leave: ids of texts whose corrections are left out anyway.
        at: the time now.
        actor: who does it.
    """
    made: dict[str, tuple[int, int]] = {}
    waiting = []
    ids = ids_of_study(connection)
    for each in corrected_open(connection, leave=leave):
        typed = each.words(connection, vault)
        labels = each.labels(connection)
        look, spoken = pen.look(typed, ids=ids), pen.look(labels, ids=ids)
        searched = was_searched(connection, each.version)
        sure = searched or not (look.new or spoken.new)
        if spoken.known and not look.known:
            made[each.document.id] = _called_otherwise(connection, pen, each, at=at, actor=actor)
        if look.known:
            made[each.document.id] = _replaced(connection, pen, each, typed.words, look.known,
                                               sure=sure, at=at, actor=actor)  # fmt: skip
        elif sure and not searched:
            note_searched(connection, each.version, at=at, actor=actor)
        if sure:
            bring_up(connection, each.document.id, at=at, actor=actor)
        else:
            waiting.append(each.document)
    return Retyped(made=made, waiting=tuple(waiting))


def _called_otherwise(
    connection: Connection, pen: Pen, found: Open, *, at: dt.datetime, actor: str
) -> tuple[int, int]:
    """Call speakers what stands for them; return the number of the version, and how many."""
    version = found.version
    turns = turns_of(connection, version.document, version.number)
    names = {turn.speaker: pen.label(turn.speaker) for turn in turns if turn.speaker is not None}
    newer = [t if t.speaker is None else replace(t, speaker=names[t.speaker]) for t in turns]
    replace_turns(connection, version.document, version.number, newer)
    changed = sum(new != old for old, new in names.items())
    append(
        connection, at=at, actor=actor, action=SPEAKERS, subject=version.document,
        detail={"version": version.number, "what": "names replaced", "turns": len(turns)},
    )  # fmt: skip
    return version.number, changed


def _replaced(
    connection: Connection,
    pen: Pen,
    found: Open,
    words: str,
    edits: Sequence[tuple[Edit, int]],
    *,
    sure: bool,
    at: dt.datetime,
    actor: str,
) -> tuple[int, int]:
    """Keep the version with replacements; return its number, and how many they are.

    `sure` says whether nothing else is named there that somebody has to decide.
    """
    version = found.version
    newer, moved, _ = replaced(words, edits)
    turns = turns_after(turns_of(connection, version.document, version.number), moved, text=newer)
    turns = [t if t.speaker is None else replace(t, speaker=pen.label(t.speaker)) for t in turns]
    draft = Draft(kind=version.kind, text=newer, turns=turns, edits=moved, sealed=False)
    made = add_version(connection, version, draft, at=utc(at), actor=actor)
    append(
        connection, at=at, actor=actor, action=REPLACED, subject=version.document,
        detail={"version": made.number, "of": version.number, "edits": len(edits)},
    )  # fmt: skip
    if sure:
        note_searched(connection, made, at=at, actor=actor)
    fall_back(connection, made, searched=sure, what="typed names replaced", at=at, actor=actor)
    return made.number, len(edits)


def note_carried(
    connection: Connection, *, leave: Collection[str], at: dt.datetime, actor: str
) -> None:
    """Note that names were looked for in corrections that were carried over into newer versions.

    Args:
        connection: within the transaction.
        leave: ids of texts in which they were not.
        at: the time now.
        actor: who looked.
    """
    for each in corrected_open(connection, leave=leave):
        if not was_searched(connection, each.version):
            note_searched(connection, each.version, at=at, actor=actor)
