"""Words that people typed into versions without names: which, and did somebody look for names?

Replacements are put where names stand in the words that came in. Whoever corrects the version that
coders read types words that stand nowhere else; a name among them would be searched by nobody. What
speakers are called there counts as words.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, select

from consilience.desk.edited import CORRECTED, NAMING
from consilience.desk.sealed import words_of
from consilience.interviews.model import Document, Version
from consilience.store.ledger import append
from consilience.store.tables import LEDGER
from consilience.store.transcripts import documents, erased_texts, turns_of, versions
from consilience.store.vault import Vault
from consilience.text.labels import is_role
from consilience.text.offsets import OffsetMap, difference
from consilience.text.pseudonyms import usual_label

SPEAKERS: Final = "speakers corrected"
_SEARCHED: Final = "typed words searched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Words as a person left them, beside what they were made from.

    Args:
        before: the older words.
        words: the newer.
        edits: from the older to the newer.
    """

    before: str = field(repr=False)
    words: str = field(repr=False)
    edits: OffsetMap

    def touched(self, start: int, end: int) -> bool:
        """Return whether a passage of the newer words holds any that are not in the older."""
        starts = self.edits.new_starts
        return bool(((starts < end) & (starts + self.edits.lengths > start)).any())


def typed(before: str, words: str) -> Typed:
    """Return words beside what they were made from.

    Example:
        >>> made = typed("[Head] said so.", "[Head] said Ann did so.")
        >>> made.touched(12, 15), made.touched(0, 6)
        (True, False)
    """
    return Typed(before=before, words=words, edits=difference(before, words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A version without names that a person corrected, and that lies open.

    Args:
        document: the text.
        base: the version that replacements, or an import, left.
        version: the one that is read now.
    """

    document: Document
    base: Version
    version: Version

    def words(self, connection: Connection, vault: Vault | None) -> Typed:
        """Return the words of both."""
        return typed(*(words_of(connection, vault, each) for each in (self.base, self.version)))

    def labels(self, connection: Connection) -> Typed:
        """Return what speakers are called, a line each, if a person gave names to some."""
        if not _named_by_hand(connection, self.base, self.version):
            return called(())
        turns = turns_of(connection, self.document.id, self.version.number)
        return called(turn.speaker for turn in turns if turn.speaker is not None)

    def parts(self, connection: Connection, vault: Vault | None) -> tuple[Typed, ...]:
        """Return the words, and what speakers are called if a person gave names to some."""
        labels = self.labels(connection)
        words = self.words(connection, vault)
        return (words, labels) if labels.words else (words,)


def given_names(given: Iterable[str]) -> list[str]:
    """Return what speakers are called that is neither a role nor a usual replacement.

    Example:
        >>> given_names(["R1", "[Person 2]", "Ann Ash", "Ann Ash"])
        ['Ann Ash']
    """
    return [each for each in dict.fromkeys(given) if not (is_role(each) or usual_label(each))]


def called(given: Iterable[str]) -> Typed:
    """Return names that a person gave to speakers as words that a person typed."""
    return typed("", "\n".join(given_names(given)))


def _named_by_hand(connection: Connection, base: Version, version: Version) -> bool:
    """Return whether a person gave names to speakers of a version, or of one it comes from."""
    wanted = select(LEDGER.c.detail).where(
        LEDGER.c.subject == version.document, LEDGER.c.action == SPEAKERS
    )
    between = range(base.number, version.number + 1)
    details = map(json.loads, connection.execute(wanted).scalars())
    return any(each["version"] in between and each.get("named", 0) for each in details)


def base_of(made: Sequence[Version], version: Version) -> Version:
    """Return the version from which one without names comes, in which nobody typed anything."""
    known = {each.number: each for each in made}
    base = version
    while base.kind not in NAMING and base.parent is not None:
        parent = known[base.parent]
        if parent.kind in NAMING:
            break
        base = parent
    return base


def corrected_open(connection: Connection, *, leave: Collection[str] = ()) -> Iterator[Open]:
    """Yield the texts whose version without names a person corrected, or gave names to speakers of.

    Args:
        connection: to read from.
        leave: ids of texts to leave out; those that were erased always are.
    """
    gone = erased_texts(connection)
    for document in documents(connection):
        if document.id not in gone and document.id not in leave:
            found = corrected_open_of(connection, document)
            if found is not None:
                yield found


def corrected_open_of(connection: Connection, document: Document) -> Open | None:
    """Return a text with the version without names that a person corrected, None if none is."""
    made = versions(connection, document.id)
    version = next((each for each in reversed(made) if not each.sealed), None)
    if version is None or version.kind in NAMING:
        return None
    base = base_of(made, version)
    if base.sha256 == version.sha256 and not _named_by_hand(connection, base, version):
        return None
    return Open(document=document, base=base, version=version)


def was_searched(connection: Connection, version: Version) -> bool:
    """Return whether somebody with the key looked for names in what was typed into a version."""
    wanted = select(LEDGER.c.action, LEDGER.c.detail).where(
        LEDGER.c.subject == version.document,
        LEDGER.c.action.in_((CORRECTED, SPEAKERS, _SEARCHED)),
    )
    looked = False
    for action, detail in connection.execute(wanted.order_by(LEDGER.c.line)):
        known = json.loads(detail)
        if known["version"] != version.number:
            continue
        if action == SPEAKERS:
            looked = known["searched"] if known.get("named") else looked
        else:
            looked = looked or action == _SEARCHED or bool(known.get("searched"))
    return looked


def nothing_unsearched(connection: Connection, made: Sequence[Version], version: Version) -> bool:
    """Return whether names were looked for in all that people typed into a version.

    Args:
        connection: to read from.
        made: the versions of the text.
        version: one without names.
    """
    base = base_of(made, version)
    same = base.sha256 == version.sha256 and not _named_by_hand(connection, base, version)
    return same or was_searched(connection, version)


def note_searched(connection: Connection, version: Version, *, at: dt.datetime, actor: str) -> None:
    """Note that somebody with the key looked for names in what was typed into a version."""
    append(
        connection, at=at, actor=actor, action=_SEARCHED, subject=version.document,
        detail={"version": version.number},
    )  # fmt: skip
