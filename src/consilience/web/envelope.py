"""Around every answer, mistakes and files among them: host name, headers, an id, a line of log."""

from __future__ import annotations

import json
import logging
import secrets
import time
import traceback
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consilience.base.errors import Fault
from consilience.web.mishaps import plain_page
from consilience.web.site import Site

LOG: Final = logging.getLogger("consilience.web")

# Nothing but our own files is ever loaded, nothing stands in a line, nobody frames a page.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Without the origin of our own forms the check of it would refuse them.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
    "browsing-topics=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_STRICT_TRANSPORT: Final = "max-age=31536000"


class Envelope:
    """The outermost layer of the web face."""

    def __init__(self, inner: ASGIApp, *, site: Site, routes: list[BaseRoute]) -> None:
        """Stand around an application."""
        self._inner = inner
        self._site = site
        self.routes = routes

    @property
    def site(self) -> Site:
        """The study that is served."""
        return self._site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] != "http":
            return  # there are no web sockets, and nothing to start or stop
        state = scope.setdefault("state", {})
        state["id"] = secrets.token_hex(6)
        begun = time.perf_counter()
        status = 0

        async def enveloped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(message)
            await send(message)

        error: Exception | None = None
        try:
            if Headers(scope=scope).get("host", "").lower() in self._site.place.hosts:
                await self._inner(scope, receive, enveloped)
            else:
                page = plain_page(self._site, Fault("WEB-023"), id=state["id"])
                await page(scope, receive, enveloped)
        except Exception as caught:
            error = caught
            if status == 0:
                page = plain_page(self._site, Fault("WEB-028"), id=state["id"])
                await page(scope, receive, enveloped)
        finally:
            _log(scope, status=status, seconds=time.perf_counter() - begun, error=error)

    def _add_headers(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        # A handler may only be stricter: the bytes of a file have a policy of their own.
        for name, value in {**HEADERS, "Cache-Control": "no-store"}.items():
            headers.setdefault(name, value)
        if self._site.place.secure:
            headers["Strict-Transport-Security"] = _STRICT_TRANSPORT


def _log(scope: Scope, *, status: int, seconds: float, error: Exception | None) -> None:
    """Write what happened: the name of the door, never the address, a text, a token or a name."""
    state = scope["state"]
    line = {
        "id": state["id"],
        "method": scope["method"] if scope["method"].isalpha() else "?",
        "door": state.get("door", ""),
        "account": state.get("account", ""),
        "status": status,
        "ms": round(seconds * 1000, 1),
        "code": state.get("code", ""),
    }
    if error is not None:
        # Where it happened; what the error says may quote a text.
        line["error"] = type(error).__name__
        line["at"] = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
            for frame in traceback.extract_tb(error.__traceback__)[-8:]
        ]
    LOG.log(logging.ERROR if status >= 500 else logging.INFO, json.dumps(line))
