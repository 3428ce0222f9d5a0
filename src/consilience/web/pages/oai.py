"""The door for harvesters: OAI-PMH 2.0 with GET and POST."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.responses import PlainTextResponse, Response

from consilience.base.errors import Fault
from consilience.desk.catalogue import is_paused
from consilience.desk.harvest import answer_harvester
from consilience.web.audience import PUBLIC
from consilience.web.call import Call
from consilience.web.doors import Door

_NOT_AT_ALL: Final = re.compile(r"q=0(\.0*)?")
_PAUSE_SECONDS: Final = 300
_OWN: Final = frozenset({"127.0.0.1", "::1"})
_WAIT_SECONDS: Final = 30
_MOST_ARGUMENTS: Final = 50


@functools.cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


def harvest(call: Call) -> Response:
    """Answer one request of a harvester."""
    settings = call.site.catalogue
    if settings is None:
        raise Fault("WEB-025")
    if is_paused(call.site.folder):
        return _later(_PAUSE_SECONDS, "This catalogue is being worked on.")
    allowed = RateLimitItemPerMinute(settings.harvests_per_minute)
    if not _limiter().hit(allowed, str(call.site.folder), call.address):
        return _later(_WAIT_SECONDS, "These are too many requests in a minute.")
    gzip = _takes_gzip(call.headers) and not _is_idle(call)
    content = answer_harvester(
        call.site.engine, settings, _pairs(call.asked), at=call.at, gzip=gzip
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "Vary": "Accept-Encoding"}
    return Response(content, headers={**headers, "Content-Encoding": "gzip"} if gzip else headers)


def _pairs(asked: str) -> list[tuple[str, str]]:
    """Return the arguments in their order, repeated ones too."""
    try:
        return parse_qsl(asked, keep_blank_values=True, max_num_fields=_MOST_ARGUMENTS)
    except ValueError:  # more arguments than there are; the protocol says what is wrong with none
        return []


def _takes_gzip(headers: Mapping[str, str]) -> bool:
    """Return whether gzip is asked for, and not forbidden.

    Example:
        >>> _takes_gzip({"accept-encoding": "gzip;q=0.5, *;q=0"})
        True
        >>> _takes_gzip({"accept-encoding": "identity, gzip;q=0"})
        False
    """
    for part in headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return not _NOT_AT_ALL.fullmatch(quality.replace(" ", ""))
    return False


def _is_idle(call: Call) -> bool:
    """Return whether to pack would save nothing: the client is on this machine, with no proxy.

    Libraries list all encodings they know; who asks for gzip alone means it, and is given it.
    """
    listed = call.headers.get("accept-encoding", "").split(",")
    return call.address in _OWN and not call.site.place.secure and len(listed) > 1


def _later(seconds: int, words: str) -> Response:
    return PlainTextResponse(
        f"{words} Please come back later.\n",
        status_code=503,
        headers={"Retry-After": str(seconds)},
    )


DOORS: Final = (
    Door(method="GET", path="/oai", name="oai", to=PUBLIC, handler=harvest, by_machine=True),
    Door(method="POST", path="/oai", name="oai", to=PUBLIC, handler=harvest, by_machine=True),
)
