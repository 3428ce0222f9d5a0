"""News of a text over a connection that stays open, for those who may see them."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from typing import Final

import anyio
from anyio import to_thread
from starlette.responses import Response, StreamingResponse

from consilience.base.errors import Fault
from consilience.desk.accounts import signed_in
from consilience.desk.reading import news_of
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door

# How long one connection lives; browsers open the next by themselves, and ask for a page then.
_SECONDS: Final = 300
_TICK: Final = 1.0
# Proxies cut a connection on which nothing comes for a minute.
_SIGN_OF_LIFE: Final = 20


def changes(call: Call) -> Response:
    """Say each time that something new may be seen in a text; what it is, the page asks for."""
    return StreamingResponse(
        news(call, state=call.query.get("state", "")),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def news(call: Call, *, state: str, seconds: int = _SECONDS) -> AsyncIterator[str]:
    """Yield events: `news` when another state may be seen, `gone` when nothing may be any more.

    Args:
        call: who asked, and for which text.
        state: what the page shows now.
        seconds: how long to go on.
    """
    yield "retry: 3000\n\n"
    since = (0, 0)
    for tick in range(1, seconds + 1):
        if call.site.closing.is_set():
            return
        found = await to_thread.run_sync(functools.partial(_look, call, since))
        if found is None:
            yield "event: gone\ndata: \n\n"
            return
        since, now = found
        if now not in (None, state):
            state = now or ""
            yield f"event: news\ndata: {state}\n\n"
        elif tick % _SIGN_OF_LIFE == 0:
            yield ":\n\n"
        await anyio.sleep(_TICK)


def _look(call: Call, since: tuple[int, int]) -> tuple[tuple[int, int], str | None] | None:
    """Return the news of a text; None if the session has ended or the text may not be read."""
    site = call.site
    person = signed_in(site.engine, call.token or "", at=site.clock(), in_use=False)
    if person is None or not MAY_READ.lets_in(person.roles):
        return None
    try:
        return news_of(site.engine, call.path["text"], person, since=since)
    except Fault:
        return None


MAY_READ: Final = only("lead", "coder", "analyst")

DOORS: Final = (
    Door(method="GET", path="/texts/{text}/changes", name="changes", to=MAY_READ, handler=changes),
)
