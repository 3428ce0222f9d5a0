"""Memos as one person may read them: those on unreleased work stay with who wrote them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal, cast

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.coding.model import Memo
from consilience.desk.accounts import Person
from consilience.desk.coding import note
from consilience.desk.reading import names_of
from consilience.desk.sight import Sight, sight_of
from consilience.store.codings import codes, find_coding, memos
from consilience.store.database import snapshot

On = Literal["code", "coding", "document", "study"]
_KINDS: Final = ("code", "coding", "document", "study")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoLine:
    """A memo in a list.

    Args:
        id: its id.
        title: a few words, may be empty.
        text: what was noted.
        author: the name of who wrote it.
        own: whether the reader wrote it.
        at: when, UTC.
        about: the thing it is on, in words.
    """

    id: str
    title: str
    text: str
    author: str
    own: bool
    at: str
    about: str


def memos_for(engine: Engine, person: Person, *, on: str = "", thing: str = "") -> list[MemoLine]:
    """Return the memos that somebody may read, newest first.

    Args:
        engine: the database of the study.
        person: who reads.
        on: only those on this kind of thing; empty for all.
        thing: only those on the thing of this id; empty for all.
    """
    names = names_of(engine)
    with snapshot(engine) as connection:
        sight = sight_of(connection, person)
        lines = [
            MemoLine(
                id=memo.id,
                title=memo.title,
                text=memo.text,
                author=names.get(memo.author, memo.author),
                own=memo.author == person.id,
                at=memo.at,
                about=_about(connection, sight, memo.on, memo.thing) or memo.on,
            )
            for memo in memos(connection, on=on or None, thing=thing or None)
            if _visible(connection, sight, memo)
        ]
    return lines[::-1]


def about(engine: Engine, person: Person, *, on: str, thing: str) -> str:
    """Return in words what a memo would be on; empty if somebody may not see that thing."""
    with snapshot(engine) as connection:
        return _about(connection, sight_of(connection, person), on, thing)


def keep_memo(
    engine: Engine, person: Person, *, on: str, thing: str, title: str, text: str, at: dt.datetime
) -> Memo:
    """Keep a new memo on something that its author may see.

    Raises:
        Fault: COD-012 if the thing is not there, or not for the author.
    """
    if on not in _KINDS or not about(engine, person, on=on, thing=thing):
        raise Fault("COD-012", on=on, thing=thing)
    draft = Memo(
        id="", on=cast("On", on), thing=thing, text=text, author=person.id, at="", title=title
    )
    return note(engine, draft, at=at)


def _visible(connection: Connection, sight: Sight, memo: Memo) -> bool:
    if memo.on in ("code", "study", "case"):
        return True
    if memo.author == sight.person.id:
        return True
    if memo.on == "document":
        return sight.reads(memo.thing) and sight.sees(memo.author, memo.thing)
    coding = find_coding(connection, memo.thing)
    # What a lead wrote on a passage tells of the passage: whoever may not see that sees neither.
    return (
        coding is not None
        and sight.reads(coding.document)
        and sight.sees(memo.author, coding.document)
        and sight.sees(coding.coder, coding.document)
    )


def _about(connection: Connection, sight: Sight, on: str, thing: str) -> str:
    if on == "study":
        return "the whole study"
    named = {each.id: each.name for each in codes(connection)}
    if on == "code":
        return named.get(thing, "")
    if on == "document":
        return sight.texts[thing] if sight.reads(thing) else ""
    coding = find_coding(connection, thing) if on == "coding" else None
    if coding is None or not sight.reads(coding.document):
        return ""
    if not sight.sees(coding.coder, coding.document):
        return ""
    return f"a passage of {sight.texts[coding.document]} ({named[coding.code]})"
