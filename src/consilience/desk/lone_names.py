"""Which names and passages of the registry has one text alone? Those go when it is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import get_args

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.desk.registry import read_book
from consilience.desk.repeated_words import written_words
from consilience.desk.sealed import words_of
from consilience.store.transcripts import documents, erased_texts, versions
from consilience.store.vault import Vault
from consilience.text.pseudonyms import Entity, Registry, Ruling, key_of, searched_forms
from consilience.text.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Lone:
    """What of the registry stands in no text, memo or code that stays.

    Args:
        entities: those; none where other texts cannot be read.
        unread: how many versions of other texts cannot be read, so that nobody knows.
    """

    entities: tuple[Entity, ...] = ()
    unread: int = 0


def lone_entities(
    connection: Connection, vault: Vault, document: str, *, going: Collection[str]
) -> Lone:
    """Return who and what is named in no text but one, in no memo and in no code.

    One of whom any writing stands elsewhere, or a part of the name, stays as it is. A text that is
    withdrawn may come back and counts.

    Args:
        connection: to read from.
        vault: opened.
        document: id of the text that goes.
        going: ids of memos that go with it.

    Raises:
        Fault: STO-032 or STO-036 if the registry cannot be read.
    """
    registry = read_book(vault).registry
    standing = Standing(_forms(registry))
    stays: set[int] = set()
    unread = 0
    for words in _others(connection, vault, document):
        if words is None:
            unread += 1
        else:
            stays |= standing.in_text(words)
    for words in written_words(connection, vault, without=going):
        stays |= standing.in_text(words)
    if unread:
        return Lone(unread=unread)
    return Lone(entities=tuple(e for e in registry if e.forms and e.number not in stays))


def _forms(registry: Registry) -> Iterator[tuple[str, int]]:
    yield from searched_forms(registry, get_args(Ruling))
    for entity in registry:
        for form in entity.forms:
            yield form, entity.number
            yield " ".join(key_of(entity.kind, form)), entity.number


def _others(connection: Connection, vault: Vault, document: str) -> Iterator[str | None]:
    """Yield the words of each version of each other text, None for one that cannot be read."""
    gone = {document, *erased_texts(connection)}
    for other in documents(connection):
        for version in () if other.id in gone else versions(connection, other.id):
            try:
                yield words_of(connection, vault, version)
            except Fault:
                yield None
