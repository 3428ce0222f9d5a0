"""Memos: notes on texts, codes, passages and the study."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk.memos import about, keep_memo, memos_for
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.texts import READERS

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
            call.site.engine, call.who, on=on, thing=thing, title=title, text=text, at=call.at
        )
    except Fault as fault:
        return _page(call, on=on, thing=thing, title=title, text=text, fault=fault)
    return call.go("memos", done="memo", query={"on": on, "thing": thing})


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
)
