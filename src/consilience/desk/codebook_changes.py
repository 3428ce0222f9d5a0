"""Change the codebook: each change with what it does to codings, and each can be taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.coding.model import Code
from consilience.desk.coding import records, written
from consilience.store.changes import Change, Deed, do, next_number
from consilience.store.changes import undo as take_back
from consilience.store.codings import code_row, codes, codings_table, memos
from consilience.store.database import transaction
from consilience.store.ledger import append

Rows = dict[str, Mapping[str, Any] | None]

# Ids of codes are made from their name and the number of the change that made them.
_SPACE: Final = uuid.UUID("5d0b7c52-3f6e-5b0f-8d0a-1c7d0f1e2a44")


def add_code(
    engine: Engine, *, name: str, parent: str | None, definition: str, at: dt.datetime, actor: str
) -> Code:
    """Add a code below another, or at the top, as the last there.

    Raises:
        Fault: WEB-031 without a name, WEB-034 if the parent is not there.
    """
    with transaction(engine) as connection:
        known = _known(connection)
        code = _new(connection, known, name=name, parent=parent, definition=definition)
        _carry_out(
            connection, "add", code.id, {"code": {code.id: None}}, {"code": {code.id: _row(code)}},
            at=at, actor=actor,
        )  # fmt: skip
    return code


def edit_code(engine: Engine, code: Code, *, at: dt.datetime, actor: str) -> None:
    """Keep what a code says of itself: name, definition, rules, examples, whether it is codable.

    Raises:
        Fault: WEB-031 without a name, WEB-034 if the code is not there.
    """
    with transaction(engine) as connection:
        old = _find(_known(connection), code.id)
        new = replace(code, name=_named(code.name), parent=old.parent, position=old.position)
        _change(connection, "edit", old, new, at=at, actor=actor)


def move_code(
    engine: Engine, code: str, *, parent: str | None, at: dt.datetime, actor: str
) -> None:
    """Move a code with all below it to another place, as the last there.

    Raises:
        Fault: WEB-034 if a code is not there, WEB-032 if it would come below itself.
    """
    with transaction(engine) as connection:
        known = _known(connection)
        old = _find(known, code)
        if parent is not None and code in _upwards(known, parent):
            raise Fault("WEB-032", name=old.name)
        new = replace(old, parent=parent, position=_last(known.values(), parent))
        _change(connection, "move", old, new, at=at, actor=actor)


def retire_code(engine: Engine, code: str, *, retired: bool, at: dt.datetime, actor: str) -> None:
    """Take a code out of use, or bring it back; what was coded with it stays.

    Raises:
        Fault: WEB-034 if the code is not there.
    """
    with transaction(engine) as connection:
        old = _find(_known(connection), code)
        action = "retire" if retired else "bring-back"
        _change(connection, action, old, replace(old, retired=retired), at=at, actor=actor)


def merge_code(engine: Engine, code: str, *, into: str, at: dt.datetime, actor: str) -> None:
    """Give the passages, memos and lower codes of a code to another, and take the code out.

    A passage that a coder marked with both is marked with the other once.

    Raises:
        Fault: WEB-034 if a code is not there, WEB-033 if the other takes no passages, WEB-032 if
            it is the code itself or lies below it.
    """
    with transaction(engine) as connection:
        known = _known(connection)
        old, other = _find(known, code), _find(known, into)
        if code in _upwards(known, into):
            raise Fault("WEB-032", name=old.name)
        if not other.codable:
            raise Fault("WEB-033", name=other.name)
        before: dict[str, Rows] = {"code": {}, "coding": {}, "memo": {}}
        after: dict[str, Rows] = {"code": {}, "coding": {}, "memo": {}}
        place = _last(known.values(), into)
        for number, child in enumerate(each for each in known.values() if each.parent == code):
            before["code"][child.id] = {"parent": code, "position": child.position}
            after["code"][child.id] = {"parent": into, "position": place + number}
        before["code"][code], after["code"][code] = _row(old), None
        _merge_codings(connection, code, into, before["coding"], after["coding"])
        for memo in memos(connection, on="code", thing=code):
            before["memo"][memo.id], after["memo"][memo.id] = {"thing": code}, {"thing": into}
        _carry_out(connection, "merge", code, before, after, at=at, actor=actor)


def split_code(
    engine: Engine,
    code: str,
    *,
    name: str,
    codings: Iterable[str],
    at: dt.datetime,
    actor: str,
) -> Code:
    """Make a code beside another, and give it some of its passages.

    Args:
        engine: the database of the study.
        code: id of the code.
        name: name of the new one.
        codings: ids of codings with the code; at least one.
        at: the time now.
        actor: who asks.

    Raises:
        Fault: WEB-034 if the code is not there, WEB-031 without a name, WEB-030 if none of the
            codings carries it.
    """
    wanted = set(codings)
    with transaction(engine) as connection:
        known = _known(connection)
        old = _find(known, code)
        of_code = {each.id for each in records(codings_table(connection, code=code))}
        moved = sorted(wanted & of_code)
        if not moved:
            raise Fault("WEB-030", what="passage")
        new = _new(connection, known, name=name, parent=old.parent, definition="")
        before: dict[str, Rows] = {"code": {new.id: None}, "coding": {}}
        after: dict[str, Rows] = {"code": {new.id: _row(new)}, "coding": {}}
        for each in moved:
            before["coding"][each], after["coding"][each] = {"code": code}, {"code": new.id}
        _carry_out(connection, "split", code, before, after, at=at, actor=actor)
    return new


def undo_codebook(engine: Engine, *, at: dt.datetime, actor: str) -> Change | None:
    """Take back what somebody changed last in the codebook; return it, None if nothing.

    Raises:
        Fault: COD-011 if the same was changed since, COD-010 if a code that would go is used.
    """
    with transaction(engine) as connection:
        change = take_back(connection, ("codebook",), at=written(at), actor=actor, of=actor)
        if change is not None:
            detail = {"change": change.number}
            append(connection, at=at, actor=actor, action="undo", subject="codebook", detail=detail)
    return change


def _known(connection: Connection) -> Mapping[str, Code]:
    return {each.id: each for each in codes(connection)}


def _find(known: Mapping[str, Code], code: str) -> Code:
    if code not in known:
        raise Fault("WEB-034", value=code)
    return known[code]


def _upwards(known: Mapping[str, Code], code: str) -> Sequence[str]:
    """Return a code and all above it."""
    found = [code]
    while (parent := _find(known, found[-1]).parent) is not None:
        found.append(parent)
    return found


def _new(
    connection: Connection,
    known: Mapping[str, Code],
    *,
    name: str,
    parent: str | None,
    definition: str,
) -> Code:
    if parent is not None:
        _find(known, parent)
    made = str(uuid.uuid5(_SPACE, f"{name}\x1f{next_number(connection)}"))
    place = _last(known.values(), parent)
    return Code(id=made, name=_named(name), parent=parent, position=place, definition=definition)


def _named(name: str) -> str:
    if not name.strip():
        raise Fault("WEB-031", what="name of the code")
    return name.strip()


def _last(known: Iterable[Code], parent: str | None) -> int:
    return max((each.position + 1 for each in known if each.parent == parent), default=0)


def _row(code: Code) -> Mapping[str, Any]:
    row = dict(code_row(code))
    del row["id"]
    return row


def _merge_codings(connection: Connection, code: str, into: str, before: Rows, after: Rows) -> None:
    """Note the codings that get the other code, and those that go because it is there already."""
    there = {
        (each.document, each.version, each.start, each.end, each.coder)
        for each in records(codings_table(connection, code=into))
    }
    for each in records(codings_table(connection, code=code)):
        if (each.document, each.version, each.start, each.end, each.coder) in there:
            whole = {name: getattr(each, name) for name in type(each).__slots__ if name != "id"}
            before[each.id], after[each.id] = whole, None
        else:
            before[each.id], after[each.id] = {"code": code}, {"code": into}


def _change(
    connection: Connection, action: str, old: Code, new: Code, *, at: dt.datetime, actor: str
) -> None:
    was, now = _row(old), _row(new)
    changed = [name for name in was if was[name] != now[name]]
    if changed:
        before: dict[str, Rows] = {"code": {old.id: {name: was[name] for name in changed}}}
        after: dict[str, Rows] = {"code": {old.id: {name: now[name] for name in changed}}}
        _carry_out(connection, action, old.id, before, after, at=at, actor=actor)


def _carry_out(
    connection: Connection,
    action: str,
    subject: str,
    before: Mapping[str, Rows],
    after: Mapping[str, Rows],
    *,
    at: dt.datetime,
    actor: str,
) -> None:
    deed = Deed(area="codebook", action=action, before=before, after=after)
    change = do(connection, deed, at=written(at), actor=actor)
    detail = {"change": change.number}
    append(connection, at=at, actor=actor, action=action, subject=subject, detail=detail)
