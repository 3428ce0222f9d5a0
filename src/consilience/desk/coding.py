"""Read and mark texts: alone and blind until released, each deed undoable."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

import pyarrow as pa
from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.coding import codebook
from consilience.coding.apply import check_open, check_span
from consilience.coding.model import Assignment, Code, Coding, Memo
from consilience.desk.doubles import alike
from consilience.desk.memo_places import memo_row, text_once, thing_there
from consilience.desk.sealed import refuse_erased
from consilience.desk.usable_codes import code_to_mark, refuse_merged
from consilience.interviews.model import Document, Turn, Version
from consilience.store import codings as kept
from consilience.store.changes import Change, Deed, Rows, do, newest, next_number
from consilience.store.changes import redo as do_again
from consilience.store.changes import undo as take_back
from consilience.store.coded import Sees, own_counts, sees_coding, visible_codings
from consilience.store.database import snapshot, transaction
from consilience.store.erased_words import ERASED, forget_memos
from consilience.store.ledger import append
from consilience.store.transcripts import (
    find_document,
    find_version,
    readable_version,
    text_of,
    texts_in_use,
    turns_of,
    withdrawn_texts,
)
from consilience.text.normal import text_hash

# Ids of codings and memos are made from what they are and the number of their change, so that no
# two are the same and the same work gives the same ids.
_SPACE: Final = uuid.UUID("7b0e5a3c-6f55-5a0e-9d5e-3a1f4c2b8d10")
_AREAS: Final = ("coding", "memo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A text as it stands in the list of a coder.

    Args:
        document: the text.
        version: the version that is read, None if all its versions are sealed.
        assignment: when it was given and released, None if it was not given.
        codings: passages this coder marked in it.
    """

    document: Document
    version: Version | None
    assignment: Assignment | None
    codings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A text with what is marked in it, as one person may see it.

    Args:
        document: the text.
        version: the version being read; all places are counted in it.
        text: its words.
        turns: who said what.
        codings: passages in order.
        codes: the codebook.
        assignment: whether the text was given to this person, and released.
        number: of the newest change it shows; see `changes_since`.
    """

    document: Document
    version: Version
    text: str
    turns: tuple[Turn, ...]
    codings: tuple[Coding, ...]
    codes: tuple[Code, ...]
    assignment: Assignment | None
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new in a text: the newest change and version; codings and codebook if they moved."""

    number: int
    version: int
    codings: tuple[Coding, ...] | None
    codes: tuple[Code, ...] = ()


def written(at: dt.datetime) -> str:
    """Return a time as records keep it.

    Example:
        >>> written(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC))
        '2026-03-02T09:00:00Z'
    """
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def documents_for(engine: Engine, coder: str, *, all_texts: bool = False) -> list[Given]:
    """Return the texts given to a coder, by name.

    Args:
        engine: the database of the study.
        coder: id of the coder.
        all_texts: also those that were not given to this coder.
    """
    with snapshot(engine) as connection:
        given = {each.document: each for each in kept.assignments(connection, coder=coder)}
        marked = own_counts(connection, coder)
        return [
            Given(
                document=each,
                version=readable_version(connection, each.id),
                assignment=given.get(each.id),
                codings=marked.get(each.id, 0),
            )
            for each in texts_in_use(connection)
            if all_texts or each.id in given
        ]


def page_of(engine: Engine, document: str, coder: str, *, sees: Sees = "own") -> Page:
    """Return a text as somebody may see it.

    Args:
        engine: the database of the study.
        document: id or name of the text.
        coder: id of who looks.
        sees: how much: `own` for coders, `released` for analysts, `all` for leads.

    Raises:
        Fault: COD-006 if there is no such text, COD-007 if it may not be read yet, INT-018 if it
            is withdrawn.
    """
    with snapshot(engine) as connection:
        found, version = _readable(connection, document)
        table = visible_codings(
            connection, found.id, coder=coder, sees=sees, version=version.number
        )
        return Page(
            document=found,
            version=version,
            text=text_of(connection, found.id, version.number) or "",
            turns=tuple(turns_of(connection, found.id, version.number)),
            codings=records(table),
            codes=tuple(kept.codes(connection)),
            assignment=_assignment(connection, found.id, coder),
            number=newest(connection, found.id),
        )


def changes_since(
    engine: Engine,
    document: str,
    number: int,
    *,
    coder: str,
    sees: Sees = "own",
    version: int | None = None,
) -> News:
    """Return what changed in a text since a page of it was made; quick if nothing did.

    Args:
        engine: the database of the study.
        document: id of the text.
        number: that of the page, or of the last news.
        coder: id of who looks.
        sees: as for `page_of`.
        version: that of the page, or of the last news; None asks for changes only.

    Raises:
        Fault: COD-006, COD-007 or INT-018 as `page_of`.
    """
    with snapshot(engine) as connection:
        found, read = _readable(connection, document)
        now, at = newest(connection, found.id), read.number
        if now <= number and version in (None, at):
            return News(number=now, version=at, codings=None)
        table = visible_codings(connection, found.id, coder=coder, sees=sees, version=at)
        codes = tuple(kept.codes(connection))
        return News(number=now, version=at, codings=records(table), codes=codes)


def mark(
    engine: Engine,
    document: str,
    version: int,
    start: int,
    end: int,
    *,
    code: str,
    coder: str,
    at: dt.datetime,
) -> Coding:
    """Mark a passage with a code; marked so before, nothing changes.

    Args:
        engine: the database of the study.
        document: id of the text.
        version: the version in which start and end are counted.
        start: first code point, from 0.
        end: code point after the last.
        code: id of the code.
        coder: id of the coder, to whom the text must have been given.
        at: the time now.

    Raises:
        Fault: COD-001 to COD-003 for a passage or code that cannot be, COD-004 if the text was
            not given to the coder, COD-005 if it is released, COD-006 if there is no such text,
            COD-007 if the version is sealed, COD-106 if the code is part of another now, INT-018
            if the text is withdrawn.
    """
    (coding,) = mark_all(engine, document, version, ((start, end),), code=code, coder=coder, at=at)
    return coding


def mark_all(
    engine: Engine,
    document: str,
    version: int,
    spans: Iterable[tuple[int, int]],
    *,
    code: str,
    coder: str,
    at: dt.datetime,
) -> tuple[Coding, ...]:
    """Mark passages of a text with a code as one deed: all of it is kept, or nothing.

    Args:
        engine: the database of the study.
        document: id of the text.
        version: the version in which places are counted.
        spans: first code point and the one after the last of each passage.
        code: id of the code.
        coder: id of the coder.
        at: the time now.

    Raises:
        Fault: as `mark`.
    """
    made: list[Coding] = []
    new: dict[str, Mapping[str, object]] = {}
    with transaction(engine) as connection:
        found, known = _version(connection, document, version)
        check_open(_assignment(connection, found.id, coder), document=found.name, coder=coder)
        code_to_mark(connection, code)
        for start, end in dict.fromkeys(spans):
            check_span(start, end, length=known.length, document=found.name)
            place = (found.id, version, start, end, code, coder)
            coding = Coding(
                id=_new_id(connection, *map(str, place)),
                document=found.id,
                version=version,
                start=start,
                end=end,
                code=code,
                coder=coder,
                at=written(at),
            )
            there = alike(connection, coding)
            made.append(there[0] if there else coding)
            if not there:
                row = asdict(coding)
                new[row.pop("id")] = row
        if new:
            deed = Deed(
                area="coding",
                action="mark",
                document=found.id,
                before={"coding": dict.fromkeys(new)},
                after={"coding": new},
            )
            _carry_out(connection, deed, subject=found.id, at=at, actor=coder)
    return tuple(made)


def unmark(engine: Engine, coding: str, *, coder: str, at: dt.datetime) -> None:
    """Take out a coding of one's own, and those that say the same on another version.

    Raises:
        Fault: COD-008 if there is none of this id that the coder may see, COD-009 if it is
            another's, COD-004 if its text is not given to the coder any more, COD-005 if it was
            released.
    """
    with transaction(engine) as connection:
        found = kept.find_coding(connection, coding)
        if found is None or not sees_coding(connection, coding, coder=coder):
            raise Fault("COD-008", coding=coding)
        if found.coder != coder:
            raise Fault("COD-009", coding=coding)
        _check_open(connection, found.document, coder)
        gone = {each.id: asdict(each) for each in alike(connection, found)}
        for row in gone.values():
            del row["id"]
        deed = Deed(
            area="coding",
            action="unmark",
            document=found.document,
            before={"coding": gone},
            after={"coding": dict.fromkeys(gone)},
        )
        _carry_out(connection, deed, subject=found.document, at=at, actor=coder)


def undo(engine: Engine, *, coder: str, at: dt.datetime) -> Change | None:
    """Take back what a coder did last; return it, None if there was nothing.

    Raises:
        Fault: COD-011 if the same was changed by somebody else since, COD-004 if its text is not
            given to the coder any more, COD-005 if it was released; COD-002, COD-003 or COD-106 if
            a passage would carry a code that is gone, a heading or part of another now; COD-012
            if the thing is gone that a memo was on.
    """
    with transaction(engine) as connection:
        change = take_back(connection, _AREAS, at=written(at), actor=coder, of=coder)
        _note_turn(connection, "undo", change, at=at, actor=coder)
    return change


def redo(engine: Engine, *, coder: str, at: dt.datetime) -> Change | None:
    """Do again what a coder took back last; return it, None if there was nothing.

    Raises:
        Fault: as `undo`.
    """
    with transaction(engine) as connection:
        change = do_again(connection, _AREAS, at=written(at), actor=coder, of=coder)
        _note_turn(connection, "redo", change, at=at, actor=coder)
    return change


def _note_turn(
    connection: Connection, action: str, change: Change | None, *, at: dt.datetime, actor: str
) -> None:
    if change is None:
        return
    document = change.deed.document
    if document is not None and change.deed.area == "coding":
        _check_open(connection, document, actor)
    _check_places(connection, change.deed.before)
    detail = {"change": change.number}
    append(connection, at=at, actor=actor, action=action, subject=document or "", detail=detail)


def _check_places(connection: Connection, rows: Rows) -> None:
    """Refuse codings and memos that come back to what is not there for them any more."""
    known = {each.id: each for each in kept.codes(connection)}
    for row in rows.get("coding", {}).values():
        if row is not None:
            refuse_merged(connection, known, row["code"])
            code = codebook.find(known.values(), row["code"])
            if not code.codable:
                raise Fault("COD-003", code=code.name, why="a heading")
    for key, row in rows.get("memo", {}).items():
        if row is not None:
            thing_there(connection, Memo(id=key, **row))


def memo_stamp(memo: Memo) -> str:
    """Return what stands for all that a form shows of a memo.

    Example:
        >>> memo = Memo(id="a", on="study", thing="", text="Why?", author="ann", at="")
        >>> memo_stamp(memo) == memo_stamp(Memo(id="a", on="study", thing="", text="Why?",
        ...                                     author="ann", at="2026-01-01T00:00:00Z"))
        True
    """
    return text_hash(f"{memo.title}\n{memo.text}")


def _refuse_stale(now: Memo, wanted: Memo, *, shown: str) -> None:
    if memo_stamp(now) not in (shown, memo_stamp(wanted)):
        raise Fault("COD-172", memo=now.id)


def note(
    engine: Engine,
    memo: Memo,
    *,
    at: dt.datetime,
    by: str | None = None,
    forget: bool = False,
    shown: str | None = None,
) -> Memo:
    """Keep a memo on something, or change one; return it with its id and time.

    The ledger has the hash of the words that a change or removal took away, and no words.

    Args:
        engine: the database of the study.
        memo: with an empty id for a new one; an empty text takes the memo out.
        at: the time now.
        by: who does it, where that is not its author.
        forget: whether its words so far go from the log of changes too, so that nothing brings
            them back.
        shown: what the form showed that was sent, see `memo_stamp`; None if there was no form.

    Raises:
        Fault: COD-012 if the thing is not there, COD-013 if the memo is another's, COD-172 if
            somebody else changed it after the form was shown.
    """
    actor = by or memo.author
    with transaction(engine) as connection:
        document = thing_there(connection, memo) if memo.text else text_once(connection, memo)
        there = {each.id: each for each in kept.memos(connection, on=memo.on, thing=memo.thing)}
        old = there.get(memo.id)
        if memo.id and (old is None or old.author != memo.author):
            raise Fault("COD-013", memo=memo.id)
        if old is not None and shown is not None:
            _refuse_stale(old, memo, shown=shown)
        detail: dict[str, object] = {}
        if old is not None:
            detail = {"memo": old.id, "was": memo_stamp(old), "forgotten": forget}
        if old is not None and forget:
            forget_memos(connection, [old.id])
            old = replace(old, title="", text=ERASED)
        key = memo.id or _new_id(connection, memo.on, memo.thing, memo.author)
        row = asdict(memo) | {"at": written(at)}
        del row["id"]
        deed = Deed(
            area="memo",
            action="note" if old is None else "memo changed" if memo.text else "memo deleted",
            document=document,
            before={"memo": {key: memo_row(old)}},
            after={"memo": {key: row if memo.text else None}},
        )
        _carry_out(connection, deed, subject=memo.thing, at=at, actor=actor, detail=detail)
    return Memo(id=key, **row)


def assign(engine: Engine, document: str, coder: str, *, at: dt.datetime, actor: str) -> Assignment:
    """Give a text to a coder.

    Raises:
        Fault: COD-006 if there is no such text, INT-018 if it is withdrawn.
    """
    with transaction(engine) as connection:
        found = _in_use(connection, document)
        kept.assign(connection, found.id, coder, at=written(at))
        _log_assignment(connection, "assign", found.id, coder, at=at, actor=actor)
        (made,) = kept.assignments(connection, document=found.id, coder=coder)
    return made


def unassign(engine: Engine, document: str, coder: str, *, at: dt.datetime, actor: str) -> None:
    """Take a text back from a coder; what was marked and released stays.

    Raises:
        Fault: COD-006 if there is no such text, COD-004 if it was not given, COD-086 if the coder
            has marked something in it that is not released.
    """
    with transaction(engine) as connection:
        found = _given(connection, document, coder)
        assignment = _assignment(connection, found.id, coder)
        count = kept.codings_table(connection, document=found.id, coder=coder).num_rows
        if count and assignment is not None and assignment.released_at is None:
            raise Fault("COD-086", coder=coder, count=count, document=found.name)
        kept.unassign(connection, found.id, coder)
        _log_assignment(connection, "unassign", found.id, coder, at=at, actor=actor)


def release(
    engine: Engine, document: str, *, coder: str, at: dt.datetime, actor: str | None = None
) -> None:
    """Say that a coder is done with a text; those who are done too see each other's work.

    Args:
        engine: the database of the study.
        document: id or name of the text.
        coder: id of the coder.
        at: the time now.
        actor: who says so, None for the coder.

    Raises:
        Fault: COD-006 if there is no such text, COD-004 if it was not given to the coder, INT-018
            or INT-021 if it is withdrawn or erased.
    """
    with transaction(engine) as connection:
        found = _in_use(connection, _given(connection, document, coder).id)
        kept.release(connection, found.id, coder, at=written(at))
        _log_assignment(connection, "release", found.id, coder, at=at, actor=actor or coder)


def reopen(engine: Engine, document: str, *, coder: str, at: dt.datetime, actor: str) -> None:
    """Let a coder go on with a text that was released; a lead decides that.

    Raises:
        Fault: COD-006 if there is no such text, COD-004 if it was not given to the coder.
    """
    with transaction(engine) as connection:
        found = _given(connection, document, coder)
        kept.release(connection, found.id, coder, at=None)
        _log_assignment(connection, "reopen", found.id, coder, at=at, actor=actor)


def records(table: pa.Table) -> tuple[Coding, ...]:
    """Return rows of `CODING` as records."""
    return tuple(Coding(**row) for row in table.to_pylist())


def _carry_out(
    connection: Connection,
    deed: Deed,
    *,
    subject: str,
    at: dt.datetime,
    actor: str,
    detail: Mapping[str, object] | None = None,
) -> Change:
    change = do(connection, deed, at=written(at), actor=actor)
    append(
        connection,
        at=at,
        actor=actor,
        action=deed.action,
        subject=subject,
        detail={"change": change.number, **(detail or {})},
    )
    return change


def _log_assignment(
    connection: Connection, action: str, document: str, coder: str, *, at: dt.datetime, actor: str
) -> None:
    deed = Deed(area="assignment", action=action, document=document, before={}, after={})
    do(connection, deed, at=written(at), actor=actor)
    append(connection, at=at, actor=actor, action=action, subject=document, detail={"coder": coder})


def _new_id(connection: Connection, *parts: str) -> str:
    return str(uuid.uuid5(_SPACE, "\x1f".join((*parts, str(next_number(connection))))))


def _document(connection: Connection, named: str) -> Document:
    found = find_document(connection, named)
    if found is None:
        raise Fault("COD-006", document=named)
    return found


def _in_use(connection: Connection, named: str) -> Document:
    found = _document(connection, named)
    if found.id in withdrawn_texts(connection):
        refuse_erased(connection, found.id)
        raise Fault("INT-018", name=found.name)
    return found


def _given(connection: Connection, named: str, coder: str) -> Document:
    found = _document(connection, named)
    if _assignment(connection, found.id, coder) is None:
        raise Fault("COD-004", document=found.name, coder=coder)
    return found


def _readable(connection: Connection, named: str) -> tuple[Document, Version]:
    found = _in_use(connection, named)
    version = readable_version(connection, found.id)
    if version is None:
        raise Fault("COD-007", document=found.name)
    return found, version


def _version(connection: Connection, named: str, number: int) -> tuple[Document, Version]:
    found = _in_use(connection, named)
    version = find_version(connection, found.id, number)
    # One without names that was replaced may still be on somebody's page: places follow.
    if version.sealed and version.kind != "pseudonymised":
        raise Fault("COD-007", document=found.name)
    return found, version


def _assignment(connection: Connection, document: str, coder: str) -> Assignment | None:
    found = kept.assignments(connection, document=document, coder=coder)
    return found[0] if found else None


def _check_open(connection: Connection, document: str, coder: str) -> None:
    check_open(_assignment(connection, document, coder), document=document, coder=coder)
