"""Put replacements where names stand, have the names back, and see that none goes out.

The ledger notes numbers only; names are in the vault and in what is returned to who opened it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault, Faults, Where
from consilience.desk.registry import Book, found_in, naming_versions, read_book
from consilience.desk.sealed import (
    check_sealed,
    log_entry,
    named_turns,
    note_opening,
    vault_for_writing,
    words_of,
)
from consilience.desk.transcripts import require_document
from consilience.frame.england import authorities_2018
from consilience.interviews.decisions import held_names
from consilience.interviews.model import Document, Turn, Version
from consilience.interviews.replacements import Replacer, Rules
from consilience.interviews.transcripts import turns_after
from consilience.store.database import transaction
from consilience.store.ledger import append
from consilience.store.transcripts import (
    Draft,
    add_version,
    find_document,
    find_version,
    set_state,
    update_document,
    versions,
    withdraw,
    withdrawn_texts,
)
from consilience.store.vault import Vault
from consilience.text.normal import normal_text, text_hash
from consilience.text.offsets import Edit
from consilience.text.pseudonyms import Replaced, replaced, undone

__all__ = ["Applied", "apply", "replace_in", "residual_check", "restore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of one text.

    Args:
        document: its id.
        version: the version made, None if the newest is the same.
        edits: how many replacements it has.
    """

    document: str
    version: int | None
    edits: int


@cache
def _regions() -> Mapping[str, str]:
    return {row["name"].lower(): row["region"] for row in authorities_2018()}


class _Pen:
    """Writes what the book of a study says, in any text."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._replacer = Replacer(book.registry, Rules(dates=book.dates, regions=_regions()))
        self._labels: dict[str, str] = {}

    def edits(self, text: str, document: str = "") -> list[tuple[Edit, int]]:
        """Return the edits of a text; rulings about passages are those of its document."""
        found = found_in(text, self._book.registry, None)
        places = [each for each in self._book.places if each.document == document]
        return self._replacer.edits(text, found, places)

    def without_names(self, text: str) -> str:
        """Return a text with its replacements."""
        return replaced(text, self.edits(text))[0]

    def label(self, speaker: str) -> str:
        """Return what a speaker is called; few are called in many turns."""
        if speaker not in self._labels:
            self._labels[speaker] = self.without_names(speaker)
        return self._labels[speaker]

    def file_name(self, name: str) -> str:
        """Return the name of a file without names of people; what parts its words is a blank."""
        stem, dot, end = name.rpartition(".")
        plain = (stem if dot else name).replace("_", " ").replace("-", " ")
        newer = self.without_names(plain)
        return f"{newer}{dot}{end if dot else ''}" if newer != plain else name

    def left(self, text: str) -> list[tuple[int, int]]:
        """Return where names that were to go still stand."""
        return self._replacer.residual(text)


def apply(
    engine: Engine, folder: Path, key: str, *, at: dt.datetime, actor: str
) -> tuple[tuple[Applied, ...], tuple[Fault, ...]]:
    """Make the pseudonymised version of every text; codings follow through its map.

    A text of which the newest version is what would be made is left as it is. The log of what
    stood where goes into the vault.

    Args:
        engine: of the study.
        folder: the study folder.
        key: the pass phrase of the vault.
        at: the time now.
        actor: who does it.

    Returns:
        What became of each text, and INT-034 if entities are not decided.

    Raises:
        Fault: STO-031 if the pass phrase is another one.
        Faults: INT-038 if a replacement holds a name that is to go; then nothing is replaced.
    """
    vault = vault_for_writing(folder, key)
    book = _sound_book(vault)
    with transaction(engine) as connection:
        note_opening(connection, at=at, actor=actor, purpose="replace names", subject="all texts")
        applier = _Applier(
            connection=connection, vault=vault, pen=_Pen(book), at=at, actor=actor,
            withdrawn=withdrawn_texts(connection),
        )  # fmt: skip
        made = [applier.one(*each) for each in naming_versions(connection)]
    undecided = sum(each.ruling == "ask" and bool(each.forms) for each in book.registry)
    return tuple(made), (Fault("INT-034", count=undecided),) if undecided else ()


def _sound_book(vault: Vault) -> Book:
    """Return what is decided, if no replacement holds a name: names met later count too."""
    book = read_book(vault)
    faults = held_names(book.registry, book.places)
    if faults:
        raise Faults(faults)
    return book


@dataclass(frozen=True, slots=True, kw_only=True)
class _Applier:
    """Makes pseudonymised versions within one transaction."""

    connection: Connection
    vault: Vault
    pen: _Pen
    at: dt.datetime
    actor: str
    withdrawn: frozenset[str]

    def one(self, document: Document, version: Version) -> Applied:
        text = words_of(self.connection, self.vault, version)
        check_sealed(self.vault, version)
        edits = self.pen.edits(text, document.id)
        newer, moved, log = replaced(text, edits)
        newest = versions(self.connection, document.id)[-1]
        if newest.kind == "pseudonymised" and newest.sha256 == text_hash(newer):
            return Applied(document=document.id, version=None, edits=len(edits))
        named = named_turns(self.connection, self.vault, version)
        turns = [self._nameless(turn) for turn in turns_after(named, moved, text=newer)]
        draft = Draft(kind="pseudonymised", text=newer, turns=turns, edits=moved, sealed=False)
        utc = self.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = add_version(self.connection, version, draft, at=utc, actor=self.actor)
        content = json.dumps([asdict(each) for each in log], ensure_ascii=False)
        self.vault.write(log_entry(document.id, made.number), content.encode())
        self._rename(document)
        self._note(document, made, len(edits), utc)
        return Applied(document=document.id, version=made.number, edits=len(edits))

    def _nameless(self, turn: Turn) -> Turn:
        return turn if turn.speaker is None else replace(turn, speaker=self.pen.label(turn.speaker))

    def _rename(self, document: Document) -> None:
        """Take names out of what the text and its file are called."""
        name = self.pen.file_name(document.name)
        if name != document.name:
            taken = find_document(self.connection, name) is not None
            name = f"{name} {document.id}" if taken else name
            update_document(self.connection, document.id, name=name)
        source = self.pen.file_name(document.source) if document.source else document.source
        if source != document.source:
            update_document(self.connection, document.id, source=source)

    def _note(self, document: Document, made: Version, edits: int, utc: str) -> None:
        set_state(
            self.connection,
            document.id,
            "pseudonymised",
            at=utc,
            actor=self.actor,
            reason=f"{edits} replacements",
        )
        if document.id in self.withdrawn:
            # It is kept like the others, so that no name stands in it should it come back.
            reason = "withdrawn as before"
            withdraw(self.connection, document.id, at=utc, actor=self.actor, reason=reason)
        append(
            self.connection,
            at=self.at,
            actor=self.actor,
            action="pseudonymised",
            subject=document.id,
            detail={"version": made.number, "of": made.parent, "edits": edits},
        )


def restore(
    engine: Engine, folder: Path, key: str, named: str, *, at: dt.datetime, actor: str
) -> str:
    """Return the text as it was before its newest pseudonymised version was made.

    Args:
        engine: of the study.
        folder: the study folder.
        key: the pass phrase of the vault.
        named: name or id of the text.
        at: the time now.
        actor: who asks.

    Returns:
        The older text, proved by its hash to be the same, code point for code point.

    Raises:
        Fault: INT-037 if it was never pseudonymised, INT-036 if the log does not lead back,
            STO-032 if it was changed, STO-036 if it is gone.
    """
    vault = vault_for_writing(folder, key)
    with transaction(engine) as connection:
        document = require_document(connection, named)
        note_opening(connection, at=at, actor=actor, purpose="restore", subject=document.id)
        made = replacing(versions(connection, document.id))
        if not made:
            raise Fault("INT-037", document=document.name)
        version = made[-1]
        parent = find_version(connection, document.id, version.parent or 0)
        text = words_of(connection, vault, version)
    entry = log_entry(document.id, version.number)
    content = vault.read(entry)
    if content is None:
        raise Fault("STO-036", name=entry)
    log = json.loads(content)
    older = _undone(text, [Replaced(**each) for each in log])
    if older is None or text_hash(older) != parent.sha256:
        raise Fault("INT-036", document=document.name, version=version.number)
    return older


def replacing(made: Sequence[Version]) -> list[Version]:
    """Return the versions in which replacements were put; a correction of one puts in none."""
    naming = {each.number for each in made if each.kind in ("raw", "corrected")}
    return [each for each in made if each.kind == "pseudonymised" and each.parent in naming]


def _undone(text: str, log: list[Replaced]) -> str | None:
    try:
        return undone(text, log)
    except Fault:
        return None


def replace_in(
    engine: Engine,
    folder: Path,
    key: str,
    texts: Mapping[str, str],
    *,
    at: dt.datetime,
    actor: str,
) -> dict[str, str]:
    """Return texts of any origin with the replacements of the registry, by their new names.

    Answers to surveys, tables and notes get the same replacements as the transcripts do, and so
    do the names of their files.

    Args:
        engine: of the study.
        folder: the study folder.
        key: the pass phrase of the vault.
        texts: each by the name of its file.
        at: the time now.
        actor: who asks.
    """
    pen = _Pen(_sound_book(vault_for_writing(folder, key)))
    with transaction(engine) as connection:
        subject = f"{len(texts)} files"
        note_opening(connection, at=at, actor=actor, purpose="replace names", subject=subject)
    return {
        pen.file_name(name): pen.without_names(normal_text(text)) for name, text in texts.items()
    }


def residual_check(
    engine: Engine,
    folder: Path,
    key: str,
    texts: Mapping[str, str],
    *,
    at: dt.datetime,
    actor: str,
) -> list[Fault]:
    """Return where names that were to go still stand in texts about to leave; without the names.

    Every form of every name counts that is to be replaced or made general, or is undecided.

    Args:
        engine: of the study.
        folder: the study folder.
        key: the pass phrase of the vault.
        texts: each by the name of its file.
        at: the time now.
        actor: who is about to send them.

    Returns:
        INT-035 for each entity in each file, with the first line where it stands; nothing if
        the texts may go.
    """
    pen = _Pen(read_book(vault_for_writing(folder, key)))
    with transaction(engine) as connection:
        subject = f"{len(texts)} files"
        note_opening(connection, at=at, actor=actor, purpose="check export", subject=subject)
    faults = []
    for name, text in texts.items():
        places = pen.left(text)
        counts = Counter(number for _, number in places)
        first = {number: start for start, number in reversed(places)}
        for number, count in sorted(counts.items()):
            where = Where(file=name, line=text.count("\n", 0, first[number]) + 1)
            faults.append(Fault("INT-035", where=where, entity=number, count=count))
    return faults
