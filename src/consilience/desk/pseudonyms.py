"""Put replacements where names stand, have the names back, and see that none goes out.

The ledger notes numbers only; names are in the vault and in what is returned to who opened it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.base.counting import counted
from consilience.base.errors import Fault, Where
from consilience.desk.lost_words import Losing, coder_names, lost_between, told_of
from consilience.desk.pen import Pen, sound_book
from consilience.desk.registry import Book, naming_versions, read_book, unsearched
from consilience.desk.renewal import Applied, Renewal, corrected_turns, replacing
from consilience.desk.sealed import (
    kept_or_taken_back,
    log_entry,
    note_opening,
    vault_for_writing,
    words_of,
)
from consilience.desk.transcripts import require_document
from consilience.desk.typed_names import Retyped, note_carried, replace_typed
from consilience.interviews.decisions import asked_about
from consilience.interviews.model import Document, Version
from consilience.store.database import HIDDEN, overwrite_free_space, transaction
from consilience.store.large_search import forget_index
from consilience.store.ledger import append
from consilience.store.search import clear_forgotten
from consilience.store.transcripts import (
    documents,
    find_version,
    readable_version,
    versions,
    withdrawn_texts,
)
from consilience.store.vault import Vault
from consilience.text.normal import normal_text, text_hash
from consilience.text.pseudonyms import Replaced, undone

__all__ = ["Applied", "apply", "replace_in", "residual_check", "restore"]

# Texts named in a message; how many more there are is told.
_MOST_NAMED: Final = 20


def apply(
    engine: Engine,
    folder: Path,
    key: str,
    *,
    discard: Collection[str] = (),
    leave_asked: bool = False,
    seal_raw: bool = False,
    at: dt.datetime,
    actor: str,
) -> tuple[tuple[Applied, ...], tuple[Fault, ...]]:
    """Make the pseudonymised version of every text; codings follow through its map.

    A text gets one only if names were looked for in its very words. One of which the newest
    version is what would be made is left as it is. What a person corrected in the version before
    is made in the new one too. The log of what stood where goes into the vault, and so does every
    version without names but the newest: a name that was found since stands in it. Names that a
    person typed into a version without names are replaced there.

    Args:
        engine: of the study.
        folder: the study folder.
        key: the pass phrase of the vault.
        discard: names or ids of texts whose corrections by hand are left out.
        leave_asked: whether people, contacts and codes that stand at `ask` stay in the texts.
        seal_raw: whether versions that came in open go into the vault too.
        at: the time now.
        actor: who does it.

    Returns:
        What became of each text, INT-045 if some were left as they are because names were not
        looked for in them or in what was typed into them, INT-034 if entities are not decided,
        INT-118 if what came in open still lies so, INT-025 if older versions went into the vault
        and their words may be left in free space of the database, and INT-145 if codings lost all
        their words.

    Raises:
        Fault: STO-031 if the pass phrase is another one; INT-044 if names were looked for in no
            text, INT-046 if people are not decided, INT-008 if there is no text to discard.
        Faults: INT-038 if a replacement holds a name that is to go, INT-047 for texts whose
            corrections cannot be made again. Nothing is replaced then.
    """
    vault = vault_for_writing(folder, key)
    book = sound_book(vault)
    sealed: list[tuple[Vault, str]] = []
    with transaction(engine) as connection, kept_or_taken_back(sealed):
        note_opening(connection, at=at, actor=actor, purpose="replace names", subject="all texts")
        texts = list(naming_versions(connection))
        waiting = unsearched(texts, book)
        if waiting and len(waiting) == len(texts):
            raise Fault("INT-044", count=len(waiting), names=_names_of(waiting))
        _leave(connection, book, leave_asked, at=at, actor=actor)
        renewal = Renewal(
            connection=connection,
            vault=vault,
            pen=Pen(book),
            at=at,
            actor=actor,
            discard=frozenset(require_document(connection, each).id for each in discard),
            by_hand=corrected_turns(connection),
            withdrawn=withdrawn_texts(connection),
            sealed=sealed,
            seal_raw=seal_raw,
        )
        read = {each.id: readable_version(connection, each.id) for each in documents(connection)}
        typed = replace_typed(
            connection, vault, renewal.pen, leave=renewal.discard, at=at, actor=actor
        )
        waiting += [each for each in typed.waiting if each not in waiting]
        left = {each.id for each in waiting}
        made = _with_typed(renewal, typed, renewal.of([e for e in texts if e[0].id not in left]))
        note_carried(connection, leave=left, at=at, actor=actor)
        lost = _lost(connection, read, made)
        raw = _open_raw(connection, texts, made)
        sealing = any(each.sealed for each in made)
        if sealing:
            clear_forgotten(connection)
            forget_index(folder / HIDDEN)
    undecided = sum(each.ruling == "ask" and bool(each.forms) for each in book.registry)
    warnings = [Fault("INT-045", count=len(waiting), names=_names_of(waiting))] if waiting else []
    warnings += [Fault("INT-034", count=undecided)] if undecided else []
    warnings += [Fault("INT-118", count=len(raw), names=_names_of(raw))] if raw else []
    if sealing and not overwrite_free_space(engine):
        warnings.append(Fault("INT-025"))
    told = told_of(lost, coder_names(engine))
    return made, (*warnings, told) if told else tuple(warnings)


def _with_typed(renewal: Renewal, typed: Retyped, made: Sequence[Applied]) -> tuple[Applied, ...]:
    """Return what became of each text, those among them in which only typed names were replaced."""
    found = {each.document: each for each in made}
    for id_, (number, edits) in typed.made.items():
        if id_ in found:
            done = found[id_]
            version = done.version or number
            found[id_] = replace(done, version=version, edits=done.edits + edits)
        else:
            document = require_document(renewal.connection, id_)
            sealed = renewal.seal_older(document)
            found[id_] = Applied(document=id_, version=number, edits=edits, sealed=sealed)
    return tuple(found.values())


def _lost(
    connection: Connection, read: Mapping[str, Version | None], made: Sequence[Applied]
) -> list[Losing]:
    """Return what new versions did to the codings of each coder in each text."""
    lost: list[Losing] = []
    for each in made:
        before, now = read[each.document], readable_version(connection, each.document)
        if before is not None and now is not None and before.number != now.number:
            lost += lost_between(connection, each.document, before.number, now.number)
    return lost


def _open_raw(
    connection: Connection, texts: Sequence[tuple[Document, Version]], made: Sequence[Applied]
) -> list[Document]:
    """Return the texts in which something is replaced, while what came in still lies open."""
    replaced = {each.document for each in made if each.edits}
    return [
        document
        for document, _ in texts
        if document.id in replaced
        and not document.simulated
        and any(
            each.kind in ("raw", "corrected") and not each.sealed
            for each in versions(connection, document.id)
        )
    ]


def _names_of(texts: Sequence[Document]) -> str:
    """Return ids of texts: the names may be those of people."""
    more = len(texts) - _MOST_NAMED
    named = ", ".join(each.id for each in texts[:_MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named


def _leave(
    connection: Connection, book: Book, leave_asked: bool, *, at: dt.datetime, actor: str
) -> None:
    """Note who is left in the texts undecided, or refuse to."""
    asked = Counter(each.kind for each in asked_about(book.registry))
    if not asked:
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(asked.items()))
    if not leave_asked:
        raise Fault("INT-046", count=asked.total(), kinds=kinds)
    append(
        connection,
        at=at,
        actor=actor,
        action="names left",
        subject="registry",
        detail={"entities": asked.total(), "kinds": dict(sorted(asked.items()))},
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

    Raises:
        Fault: INT-053 if the study knows no name yet.
    """
    book = sound_book(vault_for_writing(folder, key))
    if not book.registry:
        raise Fault("INT-053", count=len(texts))
    pen = Pen(book)
    with transaction(engine) as connection:
        subject = counted(len(texts), "file")
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
    pen = Pen(read_book(vault_for_writing(folder, key)))
    with transaction(engine) as connection:
        subject = counted(len(texts), "file")
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
