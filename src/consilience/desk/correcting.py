"""Take an edited file as a new version of a text, and see what that does to names and codings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault, Faults, Where
from consilience.desk.edited import (
    CORRECTED,
    NAMING,
    brought_over,
    newest_beside,
    refuse_older,
)
from consilience.desk.fallen import fall_back
from consilience.desk.intake import read_safely, utc
from consilience.desk.lost_words import Losing, as_seen, coder_names, told_of, touched_by
from consilience.desk.pen import Look, Pen
from consilience.desk.registry import ids_of_study, move_rulings, read_book
from consilience.desk.retrieval import person_called
from consilience.desk.sealed import (
    named_turns,
    note_opening,
    seal_words,
    sealed_turns,
    words_of,
)
from consilience.desk.transcripts import chosen_version, require_document
from consilience.desk.typed import base_of, nothing_unsearched, typed
from consilience.interviews.model import Document, TextState, Version
from consilience.interviews.transcripts import turns_of_edited
from consilience.store.database import transaction
from consilience.store.ledger import append
from consilience.store.transcripts import Draft, add_version, map_between, versions
from consilience.store.vault import Vault
from consilience.text.offsets import OffsetMap, difference

__all__ = ["Corrected", "correct"]

# A correction keeps most words; a file that keeps fewer is another text, given by mistake.
_LEAST_KEPT: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A corrected version.

    Args:
        version: the version made, None where nothing differs.
        changes: how many places differ.
        kept: share of the words kept.
        state: what the text fell back to, None where it stays what it was.
        codings: what it did to the codings of each coder who has any in the text and may be seen.
        faults: INT-141 or INT-144 if names are to be looked for, INT-148 if names came into words
            that lie open, INT-145 if codings lost words.
    """

    version: Version | None
    changes: int
    kept: float
    state: TextState | None = None
    codings: tuple[Losing, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """A correction before it is kept.

    Args:
        document: of which text.
        made: its versions.
        parent: the version that is corrected.
        old: its words.
        new: the words that are to stand.
        edits: from the one to the other.
    """

    document: Document
    made: Sequence[Version]
    parent: Version
    old: str = field(repr=False)
    new: str = field(repr=False)
    edits: OffsetMap

    @property
    def nameless(self) -> bool:
        """Whether the version is read by people who may see no names."""
        return self.parent.kind not in NAMING


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Whether names were looked for in what is new, and what is to be told of it."""

    searched: bool
    told: Fault | None = None


def correct(
    engine: Engine,
    named: str,
    file: Path,
    *,
    version: int | None,
    vault: Vault | None,
    against: Vault | None = None,
    at: dt.datetime,
    actor: str,
) -> Corrected:
    """Take an edited file as a new version of a text; codings follow through its map.

    Words that lie open and may name nobody are compared with the names of the study. What was said
    of the older words holds no more: see `desk.fallen`.

    Args:
        engine: of the study.
        named: name or id of the text.
        file: the edited text, of any kind that can be imported.
        version: the version that the file was made from; what it changed is brought over to the
            newest. None for the newest that can be read here.
        vault: opened, None if the version is not sealed.
        against: opened to see that no name comes into an open version; None takes `vault`.
        at: the time now.
        actor: who corrected it.

    Returns:
        No version where nothing differs.

    Raises:
        Fault: INT-006 if fewer than half the characters stay, INT-007 if the version is sealed and
            the vault is not open, INT-026 or INT-142 if the file was made from an older version
            than the newest and that was not said, INT-027 if that changed the same words; INT-143
            if it takes all replacements out and nobody can compare, INT-147 if words that may name
            people would be read instead of a version without names.
        Faults: INT-140 for names of the registry that come into a version without names.
    """
    new = read_safely(file).text
    known = against or vault
    with transaction(engine) as connection:
        document = require_document(connection, named)
        parent = chosen_version(connection, document.id, version, sealed=vault is not None)
        old = words_of(connection, vault, parent)
        if old == new:
            return Corrected(version=None, changes=0, kept=1.0)
        _refuse_another(file, document, old, new)
        if known is not None:
            note_opening(connection, at=at, actor=actor, purpose="correct", subject=document.id)
        if version is None:
            refuse_older(connection, known, document, parent, text=new, actor=actor)
        edit = _edit_of(connection, vault, document, parent, (old, new), said=version is not None)
        seen = _look(connection, known, edit, file=file.name)
        touched = touched_by(connection, edit.parent, edit.edits)
        made = _keep(connection, known, edit, at=at, actor=actor)
        gone = 0
        if vault is not None and made.kind == "corrected":
            gone = move_rulings(vault, {document.id: edit.edits})
        append(
            connection,
            at=at,
            actor=actor,
            action=CORRECTED,
            subject=document.id,
            detail={
                "version": made.number, "of": edit.parent.number, "sha256": made.sha256,
                "changes": len(edit.edits.starts), "rulings gone": gone,
                "searched": seen.searched, "codings lost": touched.lost,
                "codings changed": touched.changed,
            },
        )  # fmt: skip
        state = fall_back(
            connection, made, searched=seen.searched, what="words corrected", at=at, actor=actor
        )
    person = person_called(engine, actor)
    losing = as_seen(engine, touched.by_coder, document=document.id, person=person)
    warnings = (seen.told, told_of(losing, coder_names(engine)))
    return Corrected(
        version=made,
        changes=len(edit.edits.starts),
        kept=_kept(edit.edits),
        state=state,
        codings=losing,
        faults=tuple(each for each in warnings if each is not None),
    )


def _edit_of(
    connection: Connection,
    vault: Vault | None,
    document: Document,
    base: Version,
    words: tuple[str, str],
    *,
    said: bool,
) -> _Edit:
    """Return what a file changes in the newest version beside the one it was made from."""
    old, new = words
    made = versions(connection, document.id)
    parent = newest_beside(made, base) if said else base
    if parent.number != base.number:
        newest = words_of(connection, vault, parent)
        new = brought_over(
            old, new, newest, name=document.name, base_number=base.number, number=parent.number
        )
        old = newest
    return _Edit(
        document=document, made=made, parent=parent, old=old, new=new, edits=difference(old, new)
    )


def _look(connection: Connection, vault: Vault | None, edit: _Edit, *, file: str) -> _Seen:
    """Look for names in what is new, if it is to be read where no names are."""
    name = edit.document.name
    if not edit.nameless:
        return _Seen(searched=False, told=_named_openly(connection, vault, edit))
    if vault is None:
        _refuse_undone(connection, edit)
        return _Seen(searched=False, told=Fault("INT-141", name=name))
    look = Pen(read_book(vault)).look(typed(edit.old, edit.new), ids=ids_of_study(connection))
    if look.known or look.asked:
        raise _known_fault(edit, look, file=file)
    if look.new:
        kinds = ", ".join(f"{number} {kind}" for kind, number in look.new.items())
        return _Seen(searched=False, told=Fault("INT-144", name=name, kinds=kinds))
    return _Seen(searched=nothing_unsearched(connection, edit.made, edit.parent))


def _named_openly(connection: Connection, vault: Vault | None, edit: _Edit) -> Fault | None:
    """Return INT-148 if names that are to go come into words that came in open and stay so."""
    if vault is None or edit.parent.sealed or edit.document.simulated:
        return None
    look = Pen(read_book(vault)).look(typed(edit.old, edit.new), ids=ids_of_study(connection))
    count = len(look.known) + len(look.asked)
    return Fault("INT-148", name=edit.document.name, count=count) if count else None


def _known_fault(edit: _Edit, look: Look, *, file: str) -> Faults:
    naming = [each for each in edit.made if each.kind in NAMING] or [edit.parent]
    found = (*look.known, *look.asked)
    first = {number: stand for stand, number in reversed(found)}
    return Faults(
        [
            Fault(
                "INT-140",
                where=Where(file=file, line=edit.new.count("\n", 0, stand.start) + 1),
                name=edit.document.name,
                entity=number,
                replacement=stand.text,
                base=naming[-1].number,
            )
            for number, stand in sorted(first.items())
        ]
    )


def _refuse_undone(connection: Connection, edit: _Edit) -> None:
    """See that a file does not put names where replacements stand, if nobody can compare.

    Lengths tell: the map to the version with names knows how long each name was.
    """
    base, id_ = base_of(edit.made, edit.parent), edit.document.id
    if base.parent is None:
        return
    way = map_between(connection, id_, base.parent, base.number).steps[-1]
    onward = map_between(connection, id_, base.number, edit.parent.number)
    places = onward.spans(way.new_starts, way.new_starts + way.lengths)
    starts, ends = edit.edits.spans(*places)
    names = way.ends - way.starts
    named = (ends - starts == names) & edit.edits.touched(*places)
    sure = names != way.lengths
    if named[sure].sum() * 2 > sure.sum():
        count, name = int(named[sure].sum()), edit.document.name
        raise Fault("INT-143", name=name, count=count, older=base.parent)


def _keep(
    connection: Connection, vault: Vault | None, edit: _Edit, *, at: dt.datetime, actor: str
) -> Version:
    """Keep the corrected words: in the vault if the version lies there, or has one without names.

    Raises:
        Fault: INT-147 if the vault is wanted for words that lay open, and is not open.
    """
    parent, id_ = edit.parent, edit.document.id
    sealed = parent.sealed
    if not edit.nameless and any(each.kind == "pseudonymised" for each in edit.made):
        if vault is None:
            raise Fault("INT-147", name=edit.document.name)
        sealed = True
    turns = turns_of_edited(
        named_turns(connection, vault, parent), edit.edits, old=edit.old, new=edit.new
    )
    number = edit.made[-1].number + 1
    if sealed and vault is not None:
        seal_words(vault, id_, number, edit.new)
        turns = tuple(sealed_turns(vault, id_, number, turns))
    # Corrections of a text without names leave it one, so that coders go on reading it.
    kind = "corrected" if parent.kind == "raw" else parent.kind
    draft = Draft(kind=kind, text=edit.new, turns=turns, edits=edit.edits, sealed=sealed)
    return add_version(connection, parent, draft, at=utc(at), actor=actor)


def _kept(edits: OffsetMap) -> float:
    return 1 - float((edits.ends - edits.starts).sum()) / max(edits.length, 1)


def _refuse_another(file: Path, document: Document, old: str, new: str) -> None:
    kept = _kept(difference(old, new))
    if kept < _LEAST_KEPT:
        raise Fault("INT-006", where=Where(file=file.name), name=document.name, share=kept)
