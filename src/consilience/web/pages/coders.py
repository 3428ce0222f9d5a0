"""Who codes a text: the lead gives it out, takes it back, and opens it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk import coding
from consilience.desk.reading import coders_of, reading_of
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of

_LEADS: Final = only("lead")


def coders(call: Call) -> Response:
    """Show who codes a text and who could."""
    return _page(call)


def change(call: Call) -> Response:
    """Give a text to somebody, take it back, or open it again after it was released."""
    step = _STEPS.get(call.field("step"))
    coder = call.field("coder", most=64)
    able = {line.id for line in coders_of(call.site.engine, call.path["text"])}
    try:
        if step is None or coder not in able:
            raise Fault("WEB-027", why="there is no such step, or nobody of this id")
        step(call, coder)
    except Fault as fault:
        return _page(call, fault=fault)
    return call.go("coders", text=call.path["text"], done="coders")


def _give(call: Call, coder: str) -> None:
    coding.assign(call.site.engine, call.path["text"], coder, at=call.at, actor=call.who.id)


def _take(call: Call, coder: str) -> None:
    coding.unassign(call.site.engine, call.path["text"], coder, at=call.at, actor=call.who.id)


def _open(call: Call, coder: str) -> None:
    coding.reopen(call.site.engine, call.path["text"], coder=coder, at=call.at, actor=call.who.id)


_STEPS: Final[Mapping[str, Callable[[Call, str], None]]] = {
    "give": _give,
    "take": _take,
    "open": _open,
}


def _page(call: Call, *, fault: Fault | None = None) -> Response:
    reading = reading_of(call.site.engine, call.path["text"], call.who)
    return call.page(
        "coders.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        text=reading,
        coders=coders_of(call.site.engine, reading.id),
    )


DOORS: Final = (
    Door(method="GET", path="/texts/{text}/coders", name="coders", to=_LEADS, handler=coders),
    Door(method="POST", path="/texts/{text}/coders", name="coders", to=_LEADS, handler=change),
)
