"""What curators of a catalogue do: decide requests, shut readers out, see who took what."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk.access import download_lines
from consilience.desk.access_requests import Decision as Decided
from consilience.desk.access_requests import decide, request_lines
from consilience.desk.readers import reader_lines, set_reader_active
from consilience.desk.study_page import slug_of
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.of_catalogue import settings_of, terms_now
from consilience.web.pages.registering import mailing

CURATORS: Final = only("curator")
_DECISIONS: Final[dict[str, Decided]] = {
    "approved": "approved",
    "refused": "refused",
    "withdrawn": "withdrawn",
}


def requests(call: Call) -> Response:
    """Show all requests, those that wait first."""
    return _requests(call)


def decided(call: Call) -> Response:
    """Decide one request, or withdraw an approval."""
    number, decision = call.path["request"], _DECISIONS.get(call.field("decision"))
    if not (number.isascii() and number.isdigit()) or len(number) > 12 or decision is None:
        raise Fault("WEB-025")
    try:
        decide(
            call.site.engine,
            int(number),
            decision=decision,
            reason=call.field("reason", most=4_000),
            until=_day(call.field("until", most=20)),
            person=call.who,
            catalogue=call.site.title,
            at=call.at,
        )
    except Fault as fault:
        if fault.code == "WEB-025":
            raise
        return _requests(call, fault=fault)
    return mailing(call, call.go("requests", done="requests"))


def readers(call: Call) -> Response:
    """Show who registered."""
    return _readers(call)


def reader(call: Call) -> Response:
    """Shut a reader out, or let one in again."""
    try:
        set_reader_active(
            call.site.engine,
            call.path["reader"],
            active=call.field("active") == "yes",
            reason=call.field("reason"),
            at=call.at,
            actor=call.who.id,
        )
    except Fault as fault:
        if fault.code == "WEB-025":
            raise
        return _readers(call, fault=fault)
    return call.go("readers", done="readers")


def downloads(call: Call) -> Response:
    """Show who took what."""
    lines = reader_lines(call.site.engine)
    return call.page(
        "downloads.html",
        lines=download_lines(call.site.engine, most=500),
        names={line.account: line.name for line in lines},
        slug_of=functools.partial(slug_of, repository=settings_of(call).repository),
    )


def _requests(call: Call, *, fault: Fault | None = None) -> Response:
    lines = request_lines(call.site.engine)
    return call.page(
        "requests.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        lines=lines,
        waiting=sum(line.request.state == "asked" for line in lines),
        slug_of=functools.partial(slug_of, repository=settings_of(call).repository),
    )


def _readers(call: Call, *, fault: Fault | None = None) -> Response:
    return call.page(
        "readers.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        lines=reader_lines(call.site.engine),
        terms=terms_now(call).version,
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise Fault("WEB-027", why="the last day is no date") from None


DOORS: Final = (
    Door(method="GET", path="/requests", name="requests", to=CURATORS, handler=requests),
    Door(method="POST", path="/requests/{request}", name="decide", to=CURATORS, handler=decided),
    Door(method="GET", path="/readers", name="readers", to=CURATORS, handler=readers),
    Door(method="POST", path="/readers/{reader}", name="reader", to=CURATORS, handler=reader),
    Door(method="GET", path="/downloads", name="downloads", to=CURATORS, handler=downloads),
)
