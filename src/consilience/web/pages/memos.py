"""Memos: notes on texts, codes, passages and the study."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk.coding import memo_stamp
from consilience.desk.memos import (
    How,
    about,
    change_memo,
    delete_memo,
    find_memo,
    is_sealed,
    keep_memo,
    memos_for,
)
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.texts import READERS
from consilience.web.pages.vault import vault_of

_LONGEST: Final = 20_000


def memos(call: Call) -> Response:
    """List the memos that whoever asks may read, on one thing or on all."""
    on, thing = (call.query.get(name, "")[:64] for name in ("on", "thing"))
    return _page(call, on=on, thing=thing)


def keep(call: Call) -> Response:
    """Keep a new memo."""
    on, thing = call.field("on", most=64), call.field("thing", most=64)
    title, text = call.field("title", most=200), call.field("text", most=_LONGEST)
    try:
        if not text:
            raise Fault("WEB-031", what="memo")
        keep_memo(
            call.site.engine, call.who, on=on, thing=thing, title=title, text=text, at=call.at,
            vault=vault_of(call),
        )  # fmt: skip
    except Fault as fault:
        return _page(call, on=on, thing=thing, title=title, text=text, fault=fault)
    return call.go("memos", done="memo", query={"on": on, "thing": thing})


def memo(call: Call) -> Response:
    """Show a memo in a form that changes it, and one that takes it out."""
    found = find_memo(call.site.engine, call.who, call.path["memo"])
    return _form(call, title=found.title, text=found.text)


def change(call: Call) -> Response:
    """Write a memo anew."""
    title, text = call.field("title", most=200), call.field("text", most=_LONGEST)
    try:
        if not text:
            raise Fault("WEB-031", what="memo")
        change_memo(
            call.site.engine, call.who, call.path["memo"], title=title, text=text, at=call.at,
            how=_how(call), vault=vault_of(call),
        )  # fmt: skip
    except Fault as fault:
        return _form(call, title=title, text=text, fault=fault)
    return call.go("memos", done="memo")


def delete(call: Call) -> Response:
    """Take a memo out."""
    found = find_memo(call.site.engine, call.who, call.path["memo"])
    try:
        delete_memo(
            call.site.engine, call.who, found.id, at=call.at,
            how=_how(call), vault=vault_of(call),
        )  # fmt: skip
    except Fault as fault:
        return _form(call, title=found.title, text=found.text, fault=fault)
    return call.go("memos", done="memo-gone")


def _form(call: Call, *, title: str, text: str, fault: Fault | None = None) -> Response:
    found = find_memo(call.site.engine, call.who, call.path["memo"])
    stale = fault is not None and fault.code == "COD-172"
    sent = call.field("shown") if fault else ""
    return call.page(
        "memo.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        memo=found,
        own=found.author == call.who.id,
        about=about(call.site.engine, call.who, on=found.on, thing=found.thing),
        sealed=is_sealed(found),
        # After another fault the form still says what it showed first.
        shown=memo_stamp(found) if not fault or stale else sent or memo_stamp(found),
        meanwhile=stale and (title, text) != (found.title, found.text),
        draft={"title": title, "text": text},
    )


def _how(call: Call) -> How:
    return How(forget=call.field("forget") == "yes", shown=call.field("shown"))


def _page(
    call: Call,
    *,
    on: str,
    thing: str,
    title: str = "",
    text: str = "",
    fault: Fault | None = None,
) -> Response:
    what = about(call.site.engine, call.who, on=on, thing=thing) if on else ""
    shown = memos_for(call.site.engine, call.who, on=on, thing=thing) if what or not on else []
    return call.page(
        "memos.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        on=on,
        thing=thing,
        about=what,
        memos=shown,
        draft={"title": title, "text": text},
    )


DOORS: Final = (
    Door(method="GET", path="/memos", name="memos", to=READERS, handler=memos),
    Door(method="POST", path="/memos", name="memos", to=READERS, handler=keep),
    Door(method="GET", path="/memos/{memo}", name="memo", to=READERS, handler=memo),
    Door(method="POST", path="/memos/{memo}", name="memo", to=READERS, handler=change),
    Door(
        method="POST", path="/memos/{memo}/delete", name="delete-memo", to=READERS, handler=delete
    ),
)
