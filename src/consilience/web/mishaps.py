"""Pages that say what went wrong: plain words, what to do next, a number that the log has."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from consilience.base.errors import Fault, Faults
from consilience.web.rendering import render
from consilience.web.site import Site

_STATUS: Final = {
    "COD-004": 403,
    "COD-006": 404,
    "COD-007": 404,
    "COD-008": 404,
    "COD-009": 403,
    "COD-068": 404,
    "COD-070": 409,
    "INT-001": 404,
    "INT-008": 404,
    "INT-018": 410,
    "INT-021": 410,
    "WEB-010": 403,
    "WEB-011": 429,
    "WEB-020": 403,
    "WEB-021": 403,
    "WEB-022": 403,
    "WEB-023": 400,
    "WEB-024": 413,
    "WEB-025": 404,
    "WEB-026": 405,
    "WEB-028": 500,
    "WEB-041": 403,
    "WEB-042": 409,
    "WEB-051": 413,
    "WEB-052": 413,
    "WEB-053": 409,
    "WEB-054": 403,
    "WEB-061": 403,
    "WEB-062": 403,
    "WEB-063": 403,
    "WEB-064": 403,
    "WEB-065": 403,
    "WEB-066": 403,
    "WEB-067": 410,
    "WEB-068": 409,
    "WEB-069": 409,
    "WEB-070": 409,
}
# Rooms whose sentences are meant for who uses a page; others may name files of the server.
_TOLD: Final = ("WEB", "COD", "INT", "TXT", "STO-07")
_TOLD_CODES: Final = ("BAS-001", "STO-050", "STO-051", "STO-052")
_OF_ROUTER: Final = {404: "WEB-025", 405: "WEB-026"}


def status_of(fault: Fault) -> int:
    """Return the status of a page about a fault.

    Example:
        >>> status_of(Fault("WEB-025"))
        404
    """
    told = fault.code.startswith(_TOLD) or fault.code in _TOLD_CODES
    return _STATUS.get(fault.code, 400 if told else 500)


def wants_json(request: Request) -> bool:
    """Return whether a script asks: it says so, browsers that load a page do not."""
    return "application/json" in request.headers.get("accept", "")


def plain_page(site: Site, fault: Fault, *, id: str) -> Response:  # noqa: A002  (its name)
    """Return the page about a fault."""
    status = status_of(fault)
    if status == 500:
        fault = Fault("WEB-028")
    words = render(site, "mishap.html", fault=fault, id=id)
    return HTMLResponse(words, status_code=status)


async def on_fault(request: Request, error: Exception) -> Response:
    """Answer a call that ended in a fault."""
    if isinstance(error, Faults):
        error = error.faults[0]
    if isinstance(error, HTTPException):
        fault = Fault(_OF_ROUTER.get(error.status_code, "WEB-027"), why=error.detail)
        return _answer(request, fault, headers=error.headers)
    return _answer(request, error if isinstance(error, Fault) else Fault("WEB-028"))


def _answer(request: Request, fault: Fault, *, headers: object = None) -> Response:
    site: Site = request.app.state.site
    request.scope["state"]["code"] = fault.code
    number: str = request.scope["state"]["id"]
    status = status_of(fault)
    shown = Fault("WEB-028") if status == 500 else fault
    answer: Response
    if wants_json(request):
        told = {"code": shown.code, "what": shown.what, "remedy": shown.remedy, "id": number}
        answer = JSONResponse(told, status_code=status)
    else:
        answer = plain_page(site, shown, id=number)
    if isinstance(headers, dict):
        answer.headers.update({name: str(value) for name, value in headers.items()})
    return answer
