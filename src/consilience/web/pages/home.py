"""The first page: what waits for whoever signs in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from consilience.desk.reading import TextLine, texts_for
from consilience.web.audience import STAFF
from consilience.web.call import Call
from consilience.web.doors import Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that waits: in words, and where it is done."""

    words: str
    more: str
    to: str


def home(call: Call) -> Response:
    """Show what waits for whoever asks."""
    readers = call.site.readers["texts"]
    lines = texts_for(call.site.engine, call.who) if readers.lets_in(call.who.roles) else []
    return call.page("home.html", waiting=list(_waiting(call, lines)), texts=len(lines))


def _waiting(call: Call, lines: list[TextLine]) -> Iterator[Waiting]:
    for line in lines:
        if line.open:
            verb = "Go on coding" if line.count else "Code"
            more = f"{line.count:,} codings so far" if line.count else "not begun"
            to = call.site.address("text", text=line.id)
            yield Waiting(words=f"{verb} {line.name}", more=more, to=to)
    for line in lines:
        if line.both:
            yield Waiting(
                words=f"Compare {line.name}",
                more=f"you and {line.others}",
                to=call.site.address("compare", text=line.id),
            )


DOORS: Final = (Door(method="GET", path="/", name="home", to=STAFF, handler=home),)
