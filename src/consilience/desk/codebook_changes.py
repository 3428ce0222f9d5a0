"""Change the codebook: each change with what it does to codings, and each can be taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.base.shades import SHADES, shade_of
from consilience.coding import codebook
from consilience.coding.codebook_stamps import brought_together, stamp_of
from consilience.coding.codebook_turns import check_turned
from consilience.coding.model import Code
from consilience.coding.said import NOTHING, Said
from consilience.desk.coding import records, written
from consilience.store.changes import Change, Deed, changes, do, next_number
from consilience.store.changes import redo as do_again
from consilience.store.changes import undo as take_back
from consilience.store.codings import carried, code_row, codes, codings_table, loose_codes, memos
from consilience.store.database import transaction
from consilience.store.ledger import append

__all__ = ["NOTHING", "Change", "Said", "Step", "add_code", "brought_together", "edit_code",
           "merge_code", "move_code", "redo_codebook", "rename_code", "retire_code", "say_of_code",
           "split_code", "stamp_of", "undo_codebook"]  # fmt: skip

Row = Mapping[str, Any] | None

# Ids of codes are made from their name and the number of the change that made them.
_SPACE: Final = uuid.UUID("5d0b7c52-3f6e-5b0f-8d0a-1c7d0f1e2a44")
_AREA: Final = "codebook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step did.

    Args:
        change: its number, None if nothing differed.
        code: the code as it is now; of a merge the one that stays, of a split the new one.
        passages: codings that carry this code now.
        moved: those of them that carried another before.
        together: codings that went, as the same coder had marked the same passage with both codes.
        memos: memos that are on something else now.
        below: other codes that came below this one.
    """

    change: int | None
    code: Code
    passages: int
    moved: int = 0
    together: int = 0
    memos: int = 0
    below: int = 0


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a step as they are and as they will be, by table and id."""

    before: dict[str, dict[str, Row]] = field(default_factory=dict)
    after: dict[str, dict[str, Row]] = field(default_factory=dict)

    def note(self, table: str, key: str, was: Row, now: Row) -> None:
        """Note one row."""
        self.before.setdefault(table, {})[key] = was
        self.after.setdefault(table, {})[key] = now


def add_code(
    engine: Engine,
    *,
    name: str,
    parent: str | None,
    said: Said = NOTHING,
    at: dt.datetime,
    actor: str,
) -> Step:
    """Add a code below another, or at the top, as the last there.

    Args:
        engine: the database of the study.
        name: as coders read it.
        parent: id of the code above it, None for the top.
        said: definition, rules, examples and the like.
        at: the time now.
        actor: who asks.

    Raises:
        Fault: COD-015 without a name, COD-002 if the parent is not there, COD-041 for a colour
            that is none.
    """
    with transaction(engine) as connection:
        known = codes(connection)
        draft = said.of(Code(id=_new_id(connection, name, known, parent), name=name, parent=parent))
        rows = _between(known, codebook.with_code(known, draft))
        return _carry_out(connection, "add", draft.id, rows, at=at, actor=actor)


def edit_code(
    engine: Engine, code: Code, *, shown: str | None = None, at: dt.datetime, actor: str
) -> Step:
    """Keep what a code says of itself: name, definition, rules, examples, whether it is codable.

    Args:
        engine: the database of the study.
        code: as it is wanted.
        shown: what the form showed that was sent, see `codebook_stamps.stamp_of`: what others
            changed of the rest meanwhile stays then. None keeps all as wanted.
        at: the time now.
        actor: who asks.

    Raises:
        Fault: COD-015 without a name, COD-002 if the code is not there, COD-016 if it would
            become a heading while passages carry it; COD-142 if somebody else changed the same
            meanwhile, COD-143 if `shown` is no stamp.
    """
    with transaction(engine) as connection:
        if shown is not None:
            found = brought_together(codebook.find(codes(connection), code.id), code, shown=shown)
            if found is None:
                raise Fault("COD-143")
            if found.both:
                raise Fault("COD-142", name=code.name, what=", ".join(found.both))
            code = found.code
        return _edit(connection, code, at=at, actor=actor)


def say_of_code(engine: Engine, code: str, said: Said, *, at: dt.datetime, actor: str) -> Step:
    """Change some of what a code says of itself; what others changed of the rest meanwhile stays.

    Raises:
        Fault: COD-002 if the code is not there, COD-016 if it would become a heading while
            passages carry it, COD-041 for a colour that is none.
    """
    with transaction(engine) as connection:
        new = said.of(codebook.find(codes(connection), code))
        return _edit(connection, new, at=at, actor=actor)


def _edit(connection: Connection, code: Code, *, at: dt.datetime, actor: str) -> Step:
    known = codes(connection)
    used = codings_table(connection, code=code.id).num_rows
    rows = _between(known, codebook.with_edit(known, code, used=used))
    return _carry_out(connection, "edit", code.id, rows, at=at, actor=actor)


def rename_code(engine: Engine, code: str, *, name: str, at: dt.datetime, actor: str) -> Step:
    """Call a code otherwise.

    Raises:
        Fault: COD-015 without a name, COD-002 if the code is not there.
    """
    with transaction(engine) as connection:
        known = codes(connection)
        rows = _between(known, codebook.with_name(known, code, name))
        return _carry_out(connection, "rename", code, rows, at=at, actor=actor)


def move_code(
    engine: Engine,
    code: str,
    *,
    parent: str | None,
    position: int | None = None,
    at: dt.datetime,
    actor: str,
) -> Step:
    """Move a code with all below it to another place.

    Args:
        engine: the database of the study.
        code: id of the code.
        parent: id of the code it comes below, None for the top.
        position: how many come before it there; None for the last place.
        at: the time now.
        actor: who asks.

    Raises:
        Fault: COD-002 if a code is not there, COD-014 if it would come below itself.
    """
    with transaction(engine) as connection:
        known = codes(connection)
        rows = _between(known, codebook.with_move(known, code, parent=parent, position=position))
        return _carry_out(connection, "move", code, rows, at=at, actor=actor)


def retire_code(engine: Engine, code: str, *, retired: bool, at: dt.datetime, actor: str) -> Step:
    """Take a code out of use, or bring it back; what was coded with it stays.

    Raises:
        Fault: COD-002 if the code is not there.
    """
    with transaction(engine) as connection:
        known = codes(connection)
        rows = _between(known, codebook.with_retired(known, code, retired=retired))
        action = "retire" if retired else "bring-back"
        return _carry_out(connection, action, code, rows, at=at, actor=actor)


def merge_code(engine: Engine, code: str, *, into: str, at: dt.datetime, actor: str) -> Step:
    """Give passages, memos, examples and lower codes of a code to another, and take the code out.

    A passage that a coder marked with both is marked with the other once; memos on the coding
    that goes are then on the one that stays.

    Raises:
        Fault: COD-002 if a code is not there, COD-003 if the other takes no passages, COD-014 if
            it is the code itself or lies below it, COD-010 if a decision speaks of the code.
    """
    with transaction(engine) as connection:
        known = codes(connection)
        rows = _between(known, codebook.with_merge(known, code, into=into))
        of_code = records(codings_table(connection, code=code))
        of_kept = records(codings_table(connection, code=into))
        merged = codebook.merged_codings(of_code, of_kept)
        for moved in merged.moved:
            rows.note("coding", moved, {"code": code}, {"code": into})
        for each in of_code:
            if each.id in merged.dropped:
                whole = asdict(each)
                del whole["id"]
                rows.note("coding", each.id, whole, None)
                _move_memos(connection, rows, "coding", each.id, merged.dropped[each.id])
        _move_memos(connection, rows, "code", code, into)
        return _carry_out(connection, "merge", code, rows, about=into, at=at, actor=actor)


def split_code(
    engine: Engine,
    code: str,
    *,
    name: str,
    codings: Iterable[str],
    said: Said = NOTHING,
    at: dt.datetime,
    actor: str,
) -> Step:
    """Make a code beside another, and give it some of its passages.

    Args:
        engine: the database of the study.
        code: id of the code.
        name: name of the new one.
        codings: ids of codings with the code; at least one.
        said: what is said of the new one.
        at: the time now.
        actor: who asks.

    Raises:
        Fault: COD-002 if the code is not there, COD-015 without a name, COD-017 if none of the
            codings carries it, COD-041 for a colour that is none.
    """
    with transaction(engine) as connection:
        known = codes(connection)
        of_code = codings_table(connection, code=code).column("id").to_pylist()
        beside = codebook.find(known, code).parent
        draft = said.of(Code(id=_new_id(connection, name, known, beside), name=name))
        new, moved = codebook.with_split(known, code, draft, chosen=codings, of_code=of_code)
        rows = _between(known, new)
        for each in moved:
            rows.note("coding", each, {"code": code}, {"code": draft.id})
        return _carry_out(connection, "split", code, rows, about=draft.id, at=at, actor=actor)


def undo_codebook(
    engine: Engine, *, at: dt.datetime, actor: str, anybody: bool = False
) -> Change | None:
    """Take back what was changed last in the codebook; return it, None if nothing.

    Args:
        engine: the database of the study.
        at: the time now.
        actor: who takes it back.
        anybody: whether it may be somebody else's change; else the own last one.

    Raises:
        Fault: COD-011 if the same was changed since, COD-010 if a code that would go is used,
            COD-103 to COD-105 if what was done since leaves no name or place for a code, or
            passages on a heading.
    """
    with transaction(engine) as connection:
        whose, before = None if anybody else actor, codes(connection)
        change = take_back(connection, (_AREA,), at=written(at), actor=actor, of=whose)
        _note_turn(connection, "undo", change, before=before, at=at, actor=actor)
    return change


def redo_codebook(
    engine: Engine, *, at: dt.datetime, actor: str, anybody: bool = False
) -> Change | None:
    """Do again what was taken back last in the codebook; return it, None if nothing.

    Args:
        engine: the database of the study.
        at: the time now.
        actor: who does it again.
        anybody: whether somebody else may have taken it back.

    Raises:
        Fault: as `undo_codebook`.
    """
    with transaction(engine) as connection:
        whose, before = None if anybody else actor, codes(connection)
        change = do_again(connection, (_AREA,), at=written(at), actor=actor, of=whose)
        _note_turn(connection, "redo", change, before=before, at=at, actor=actor)
    return change


def _note_turn(
    connection: Connection,
    action: str,
    change: Change | None,
    *,
    before: Sequence[Code],
    at: dt.datetime,
    actor: str,
) -> None:
    if change is not None:
        after = loose_codes(connection)
        headings = [each.id for each in after if not each.codable]
        check_turned(
            before,
            after,
            number=change.number,
            since=_placed_since(connection, change, after),
            carried=carried(connection, headings),
        )
        detail = {"change": change.number}
        append(connection, at=at, actor=actor, action=action, subject=_AREA, detail=detail)


def _placed_since(connection: Connection, change: Change, after: Iterable[Code]) -> set[str]:
    """Return the codes that came, or have another name or place, since a change was made."""
    then: dict[tuple[str, str], object] = {}
    for each in changes(connection, area=_AREA, after=change.number):
        if each.undoes != change.number:
            for key, row in each.deed.before.get("code", {}).items():
                for name in ("name", "parent"):
                    if row is None or name in row:
                        then.setdefault((key, name), row and row[name])
    return {
        code.id
        for code in after
        for name in ("name", "parent")
        if then.get((code.id, name), getattr(code, name)) != getattr(code, name)
    }


def _new_id(connection: Connection, name: str, known: Sequence[Code], parent: str | None) -> str:
    """Return an id of a shade that fewest codes have: beside it and above it first, then at all."""
    near = Counter(shade_of(each.id) for each in known if each.parent == parent)
    near.update(shade_of(each.id) for each in known if each.id == parent)
    all_over = Counter(shade_of(each.id) for each in known)
    made = f"{name}\x1f{next_number(connection)}"
    ids = [str(uuid.uuid5(_SPACE, made + "\x1f" * number)) for number in range(8 * SHADES)]
    return min(ids, key=lambda each: (near[shade_of(each)], all_over[shade_of(each)]))


def _between(old: Sequence[Code], new: Sequence[Code]) -> _Rows:
    """Return the rows of codes that differ; of a code in both, only the columns that do."""
    rows = _Rows()
    before, after = ({each.id: code_row(each) for each in codes} for codes in (old, new))
    for key in {**before, **after}:
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        if was is None or now is None:
            rows.note("code", key, _without_id(was), _without_id(now))
        else:
            changed = [name for name in was if was[name] != now[name]]
            was, now = ({name: row[name] for name in changed} for row in (was, now))
            rows.note("code", key, was, now)
    return rows


def _without_id(row: Row) -> Row:
    return {name: row[name] for name in row if name != "id"} if row is not None else None


def _move_memos(connection: Connection, rows: _Rows, on: str, thing: str, to: str) -> None:
    for memo in memos(connection, on=on, thing=thing):
        rows.note("memo", memo.id, {"thing": thing}, {"thing": to})


def _carry_out(
    connection: Connection,
    action: str,
    subject: str,
    rows: _Rows,
    *,
    about: str | None = None,
    at: dt.datetime,
    actor: str,
) -> Step:
    """Write a step and log it, nothing if nothing differs; return what it did to a code."""
    number = None
    if rows.after:
        deed = Deed(area=_AREA, action=action, before=rows.before, after=rows.after)
        number = do(connection, deed, at=written(at), actor=actor).number
        detail = {"change": number} | ({"into": about} if action == "merge" else {})
        append(connection, at=at, actor=actor, action=action, subject=subject, detail=detail)
    code = about or subject
    codings = rows.after.get("coding", {}).values()
    return Step(
        change=number,
        code=codebook.find(codes(connection), code),
        passages=codings_table(connection, code=code).num_rows,
        moved=sum(row is not None for row in codings),
        together=sum(row is None for row in codings),
        memos=len(rows.after.get("memo", {})),
        below=sum(_came_below(rows, key, code) for key in rows.after.get("code", {})),
    )


def _came_below(rows: _Rows, key: str, code: str) -> bool:
    """Return whether a code that was there before came below another in a step."""
    before, after = rows.before["code"][key], rows.after["code"][key]
    return before is not None and after is not None and after.get("parent") == code
