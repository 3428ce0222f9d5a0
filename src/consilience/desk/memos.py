"""Memos as one person may read them: those on unreleased work stay with who wrote them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.coding.model import Memo
from consilience.desk.accounts import Person, people
from consilience.desk.coding import note
from consilience.desk.memo_names import refuse_names
from consilience.desk.reading import names_of
from consilience.desk.retrieval import person_called
from consilience.desk.sealed_memos import SEALED_MEMO, entries_of_memos
from consilience.desk.sight import Sight, sight_of
from consilience.desk.unlocking import OpenVault
from consilience.store.codings import codes, find_coding, memos
from consilience.store.database import overwrite_free_space, snapshot

On = Literal["code", "coding", "document", "study"]
# As much of an id as tells memos apart in a list.
SHOWN_OF_ID: Final = 8
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
        open: whether the reader may change it and take it out.
        at: when, UTC.
        about: the thing it is on, in words.
    """

    id: str
    title: str
    text: str
    author: str
    own: bool
    open: bool
    at: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a memo is changed or taken out.

    Args:
        forget: whether its words so far go from the log of changes too, so that nothing brings
            them back.
        shown: what the form showed that was sent, see `coding.memo_stamp`; None without a form.
    """

    forget: bool = False
    shown: str | None = None


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
                open=_may_change(person, memo),
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
    engine: Engine,
    person: Person,
    *,
    on: str,
    thing: str,
    title: str,
    text: str,
    at: dt.datetime,
    vault: OpenVault | None = None,
) -> Memo:
    """Keep a new memo on something that its author may see.

    Args:
        engine: the database of the study.
        person: who writes it.
        on: code, coding, document or study.
        thing: its id.
        title: a few words, may be empty.
        text: what is noted.
        at: the time now.
        vault: opened, to see that the memo holds none of its names; None if it is not at hand.

    Raises:
        Fault: COD-012 if the thing is not there, or not for the author; COD-110 if a name of the
            vault stands in it.
    """
    if on not in _KINDS or not about(engine, person, on=on, thing=thing):
        raise Fault("COD-012", on=on, thing=thing)
    refuse_names(vault, title=title, text=text)
    draft = Memo(
        id="", on=cast("On", on), thing=thing, text=text, author=person.id, at="", title=title
    )
    return note(engine, draft, at=at)


def memo_editor(engine: Engine, actor: str) -> Person:
    """Return who changes memos at the terminal; where nobody is a lead, whoever sits there is.

    Args:
        engine: the database of the study.
        actor: login or id of an account, or anybody.
    """
    person = person_called(engine, actor)
    led = any(each.active and "lead" in each.roles for each in people(engine))
    return person if led else replace(person, roles=person.roles | {"lead"})


def find_memo(engine: Engine, person: Person, memo: str) -> Memo:
    """Return a memo that somebody may change: its writer, or a lead who may see it.

    Args:
        engine: the database of the study.
        person: who wants to change it.
        memo: its id, or how no other such id begins, from eight characters on.

    Raises:
        Fault: COD-111 if there is no such memo, or not for that person.
    """
    with snapshot(engine) as connection:
        sight = sight_of(connection, person)
        found = [
            each
            for each in memos(connection)
            if (each.id == memo or (len(memo) >= SHOWN_OF_ID and each.id.startswith(memo)))
            and _may_change(person, each)
            and _visible(connection, sight, each)
        ]
    exact = [each for each in found if each.id == memo] or found
    if len(exact) != 1:
        raise Fault("COD-111", memo=memo)
    return exact[0]


def change_memo(
    engine: Engine,
    person: Person,
    memo: str,
    *,
    title: str,
    text: str,
    at: dt.datetime,
    how: How = How(),
    vault: OpenVault | None = None,
) -> tuple[Fault, ...]:
    """Write a memo anew; it stays that of its writer.

    Args:
        engine: the database of the study.
        person: its writer, or a lead.
        memo: its id.
        title: a few words, may be empty.
        text: what is noted now.
        at: the time now.
        how: what becomes of its words so far, and what whoever asks had before them.
        vault: opened, to see that the memo holds none of its names; None if it is not at hand.

    Returns:
        INT-025 if forgotten words may be left in free space of the database.

    Raises:
        Fault: COD-111 if there is no such memo, or not for that person; COD-110 if a name of the
            vault stands in it; COD-112 if its words lie in the vault; COD-172 if somebody else
            changed it after the form was shown, COD-143 if the form does not say what it showed.
    """
    old = find_memo(engine, person, memo)
    if is_sealed(old):
        raise Fault("COD-112", memo=old.id)
    _require_stamp(how)
    refuse_names(vault, title=title, text=text)
    new = replace(old, title=title, text=text)
    note(engine, new, at=at, by=person.id, forget=how.forget, shown=how.shown)
    return _overwritten(engine) if how.forget else ()


def delete_memo(
    engine: Engine,
    person: Person,
    memo: str,
    *,
    at: dt.datetime,
    how: How = How(),
    vault: OpenVault | None = None,
) -> tuple[Fault, ...]:
    """Take a memo out; the ledger keeps that it was there, with the hash of its words.

    Args:
        engine: the database of the study.
        person: its writer, or a lead.
        memo: its id.
        at: the time now.
        how: what becomes of its words, and what whoever asks had before them.
        vault: opened, for a memo whose words lie there; they go with it.

    Returns:
        INT-025 if forgotten words may be left in free space of the database.

    Raises:
        Fault: COD-111 if there is no such memo, or not for that person; INT-007 if its words lie
            in the vault and that was not opened; COD-172 and COD-143 as for `change_memo`.
    """
    old = find_memo(engine, person, memo)
    sealed = is_sealed(old)
    if sealed and vault is None:
        raise Fault("INT-007")
    _require_stamp(how)
    note(engine, replace(old, text=""), at=at, by=person.id, forget=how.forget, shown=how.shown)
    if sealed and vault is not None:
        vault.vault.clear(entries_of_memos(vault.vault, [old.id]))
    return _overwritten(engine) if how.forget else ()


def is_sealed(memo: Memo) -> bool:
    """Return whether the words of a memo lie in the vault."""
    return memo.text == SEALED_MEMO


def _require_stamp(how: How) -> None:
    if how.shown == "":
        raise Fault("COD-143")


def _overwritten(engine: Engine) -> tuple[Fault, ...]:
    return () if overwrite_free_space(engine) else (Fault("INT-025"),)


def _may_change(person: Person, memo: Memo) -> bool:
    return memo.author == person.id or "lead" in person.roles


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
