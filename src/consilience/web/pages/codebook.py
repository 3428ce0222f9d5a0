"""The codebook: everybody who codes reads it, the lead changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import Engine
from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk import codebook_changes as changes
from consilience.desk.code_totals import code_totals
from consilience.desk.open_words import refuse_open_names, words_of_code
from consilience.desk.reading import codebook_of, passages_with
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.codetree import code_rows
from consilience.web.doors import Door
from consilience.web.layout import shortened
from consilience.web.mishaps import status_of
from consilience.web.pages.texts import READERS
from consilience.web.pages.vault import vault_of

EDITORS: Final = only("lead")
# As many passages as a person looks through; the rest is asked for at the terminal.
_MOST: Final = 200


def codebook(call: Call) -> Response:
    """Show all codes as a tree."""
    return _codebook(call)


def code(call: Call) -> Response:
    """Show one code with its passages, and to the lead the forms that change it."""
    return _code(call)


def add(call: Call) -> Response:
    """Add a code."""
    draft = {name: call.field(name) for name in ("name", "parent", "definition")}
    try:
        _refuse_names(call, draft["name"], draft["definition"])
        made = changes.add_code(
            call.site.engine,
            name=draft["name"],
            parent=draft["parent"] or None,
            said=changes.Said(definition=draft["definition"]),
            at=call.at,
            actor=call.who.id,
        )
    except Fault as fault:
        return _codebook(call, fault=fault, draft=draft)
    return call.go("code", code=made.code.id, done="code")


def edit(call: Call) -> Response:
    """Keep what a code says of itself; what others changed of the rest meanwhile stays."""
    old = next(
        (each for each in codebook_of(call.site.engine) if each.id == call.path["code"]), None
    )
    if old is None:
        raise Fault("WEB-025")
    examples = tuple(line for line in call.field("examples").splitlines() if line.strip())
    draft = replace(
        old,
        name=call.field("name", most=500),
        definition=call.field("definition"),
        inclusion=call.field("inclusion"),
        exclusion=call.field("exclusion"),
        examples=examples,
        codable=call.field("codable") == "1",
    )
    shown = call.field("shown")
    try:
        _refuse_names(call, draft.name, *words_of_code(draft))
        changes.edit_code(call.site.engine, draft, shown=shown, at=call.at, actor=call.who.id)
    except Fault as fault:
        # What others changed alone stands in the form too, so that saving it again keeps that.
        found = changes.brought_together(old, draft, shown=shown)
        return _code(call, fault=fault, draft=found.code if found else draft)
    return call.go("code", code=old.id, done="code")


def move(call: Call) -> Response:
    """Move a code below another."""
    parent = call.field("parent") or None
    return _step(
        call,
        lambda engine, code: changes.move_code(
            engine, code, parent=parent, at=call.at, actor=call.who.id
        ),
    )


def merge(call: Call) -> Response:
    """Merge a code into another, and go on to that."""
    into = call.field("into")
    try:
        done = changes.merge_code(
            call.site.engine, call.path["code"], into=into, at=call.at, actor=call.who.id
        )
    except Fault as fault:
        return _code(call, fault=fault)
    return call.go("code", code=into, query={"merged": str(done.moved + done.together)})


def split(call: Call) -> Response:
    """Give some passages of a code a new one."""
    name, codings = call.field("split_name", most=500), call.form.get("coding", ())

    def parted(engine: Engine, code: str) -> object:
        _refuse_names(call, name)
        return changes.split_code(
            engine, code, name=name, codings=codings, at=call.at, actor=call.who.id
        )

    return _step(call, parted)


def _refuse_names(call: Call, *words: str | None) -> None:
    found = vault_of(call)
    refuse_open_names(found.vault if found else None, "what the code says", words)


def retire(call: Call) -> Response:
    """Take a code out of use, or bring it back."""
    retired = call.field("retired") == "1"
    return _step(
        call,
        lambda engine, code: changes.retire_code(
            engine, code, retired=retired, at=call.at, actor=call.who.id
        ),
    )


def undo(call: Call) -> Response:
    """Take back the own last change of the codebook."""
    try:
        change = changes.undo_codebook(call.site.engine, at=call.at, actor=call.who.id)
    except Fault as fault:
        return _codebook(call, fault=fault)
    return call.go("codebook", done="undone" if change else "nothing")


def _step(call: Call, step: Callable[[Engine, str], object]) -> Response:
    """Do one step with the code of the address; show its page again if it cannot be done."""
    try:
        step(call.site.engine, call.path["code"])
    except Fault as fault:
        return _code(call, fault=fault)
    return call.go("code", code=call.path["code"], done="code")


def _codebook(
    call: Call, *, fault: Fault | None = None, draft: Mapping[str, str] | None = None
) -> Response:
    rows = code_rows(codebook_of(call.site.engine))
    return call.page(
        "codebook.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        codes=rows,
        totals=code_totals(call.site.engine, call.site.folder, person=call.who),
        count=sum(not row.retired for row in rows),
        retired=sum(row.retired for row in rows),
        may_change=EDITORS.lets_in(call.who.roles),
        draft=draft or {"name": "", "parent": "", "definition": ""},
    )


def _code(call: Call, *, fault: Fault | None = None, draft: object = None) -> Response:
    codes = codebook_of(call.site.engine)
    by_id = {each.id: each for each in codes}
    rows = code_rows(codes)
    found = by_id.get(call.path["code"])
    if found is None:
        raise Fault("WEB-025")
    above, at = [], found.parent
    while at is not None:
        above.append(by_id[at])
        at = by_id[at].parent
    passages = passages_with(call.site.engine, found.id, call.who, most=_MOST)
    merged = call.query.get("merged", "")
    return call.page(
        "code.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        code=found,
        draft=draft or found,
        shown=changes.stamp_of(found),
        colour=next(row.colour for row in rows if row.id == found.id),
        above=above[::-1],
        others=[row for row in rows if row.id != found.id and not row.retired],
        passages=[
            {
                "id": each.coding,
                "quote": shortened(each.words),
                "text": each.document,
                "name": each.name,
                "coder": each.coder,
            }
            for each in passages
        ],
        may_change=EDITORS.lets_in(call.who.roles),
        merged=int(merged) if merged.isdecimal() and len(merged) < 8 else None,
    )


DOORS: Final = (
    Door(method="GET", path="/codebook", name="codebook", to=READERS, handler=codebook),
    Door(method="POST", path="/codebook", name="codebook", to=EDITORS, handler=add),
    Door(method="POST", path="/codebook/undo", name="undo-codebook", to=EDITORS, handler=undo),
    Door(method="GET", path="/codebook/{code}", name="code", to=READERS, handler=code),
    Door(method="POST", path="/codebook/{code}", name="code", to=EDITORS, handler=edit),
    Door(method="POST", path="/codebook/{code}/move", name="move-code", to=EDITORS, handler=move),
    Door(
        method="POST", path="/codebook/{code}/merge", name="merge-code", to=EDITORS, handler=merge
    ),
    Door(
        method="POST", path="/codebook/{code}/split", name="split-code", to=EDITORS, handler=split
    ),
    Door(
        method="POST",
        path="/codebook/{code}/retire",
        name="retire-code",
        to=EDITORS,
        handler=retire,
    ),
)
