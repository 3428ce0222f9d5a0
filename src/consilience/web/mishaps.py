"""Pages that say what went wrong: plain words, what to do next, a number that the log has."""

from __future__ import annotations

import functools
from typing import Final
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from consilience.base.errors import Fault, Faults
from consilience.desk.accounts import Person, people, signed_in
from consilience.web.rendering import render
from consilience.web.site import Site
from consilience.web.tokens import cookie_name, form_token

_STATUS: Final = {
    "COD-004": 403,
    "COD-006": 404,
    "COD-007": 404,
    "COD-008": 404,
    "COD-009": 403,
    "COD-068": 404,
    "COD-070": 409,
    "COD-103": 409,
    "COD-104": 409,
    "COD-105": 409,
    "COD-106": 409,
    "COD-111": 404,
    "COD-112": 409,
    "COD-140": 409,
    "COD-141": 409,
    "COD-142": 409,
    "COD-144": 404,
    "COD-172": 409,
    "INT-001": 404,
    "INT-008": 404,
    "INT-018": 410,
    "INT-048": 409,
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
    "STO-002": 507,
    "STO-011": 503,
    "WEB-032": 507,
    "WEB-033": 503,
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
    "WEB-100": 403,
    "WEB-101": 403,
}
# Rooms whose sentences are meant for who uses a page; others may name files of the server.
_TOLD: Final = ("WEB", "COD", "INT", "TXT", "STO-07")
_TOLD_CODES: Final = ("BAS-001", "STO-012", "STO-050", "STO-051", "STO-052")
# What the room below says with a path of this machine, said without.
_INSTEAD: Final = {"STO-002": "WEB-032", "STO-011": "WEB-033"}
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


def shown(site: Site, fault: Fault, person: Person | None = None) -> Fault:
    """Return a fault as somebody may read it: no folders of the server, people by their names.

    Leads see who codes what; others are told of themselves only.
    """
    if fault.code in _INSTEAD:
        return Fault(_INSTEAD[fault.code])
    if status_of(fault) == 500:
        return Fault("WEB-028")
    if fault.code == "COD-004" and person and fault.values["coder"] == person.id:
        code = "WEB-101" if "lead" in person.roles else "WEB-100"
        return Fault(code, document=fault.values["document"])
    coder = fault.values.get("coder")
    if person is None or coder is None:
        return fault
    names = {person.id: person.name}
    if "lead" in person.roles:
        names |= {each.id: each.name for each in people(site.engine)}
    called = names.get(str(coder), coder)
    return Fault(fault.code, where=fault.where, **{**fault.values, "coder": called})


def plain_page(
    site: Site,
    fault: Fault,
    *,
    id: str,  # noqa: A002  (its name)
    scope: Scope | None = None,
) -> Response:
    """Return the page about a fault, in the frame of the site for who is signed in.

    Args:
        site: the study on the web.
        fault: what went wrong.
        id: stands in the log too.
        scope: of the call, None where nothing is known of it.
    """
    state = scope["state"] if scope else {}
    person, token = state.get("person"), state.get("token")
    words = render(
        site,
        "mishap.html",
        fault=shown(site, fault, person),
        id=id,
        person=person,
        door="",
        csrf=form_token(token) if token else "",
        back=_page_before(site, scope) if scope else "",
    )
    return HTMLResponse(words, status_code=status_of(fault))


def _page_before(site: Site, scope: Scope) -> str:
    """Return the page of this site from which something was sent; empty if none is known."""
    came = urlsplit(Headers(scope=scope).get("referer", ""))
    known = came.netloc.lower() in site.place.hosts and scope["method"] == "POST"
    return f"{came.path}{'?' if came.query else ''}{came.query}" if known else ""


async def on_fault(request: Request, error: Exception) -> Response:
    """Answer a call that ended in a fault."""
    if isinstance(error, Faults):
        error = error.faults[0]
    if isinstance(error, HTTPException):
        await _recognise(request)
        fault = Fault(_OF_ROUTER.get(error.status_code, "WEB-027"), why=error.detail)
        return _answer(request, fault, headers=error.headers)
    return _answer(request, error if isinstance(error, Fault) else Fault("WEB-028"))


async def _recognise(request: Request) -> None:
    """Note who is signed in where no door was found that would have asked, for the way on."""
    site: Site = request.app.state.site
    token = request.cookies.get(cookie_name(site.place))
    if not token or "person" in request.scope["state"]:
        return
    look = functools.partial(signed_in, site.engine, token, at=site.clock(), in_use=False)
    person = await to_thread.run_sync(look)
    if person and not person.one_time:
        request.scope["state"] |= {"person": person, "token": token}


def _answer(request: Request, fault: Fault, *, headers: object = None) -> Response:
    site: Site = request.app.state.site
    request.scope["state"]["code"] = fault.code
    number: str = request.scope["state"]["id"]
    answer: Response
    if wants_json(request):
        said = shown(site, fault, request.scope["state"].get("person"))
        told = {"code": said.code, "what": said.what, "remedy": said.remedy, "id": number}
        answer = JSONResponse(told, status_code=status_of(fault))
    else:
        answer = plain_page(site, fault, id=number, scope=request.scope)
    if isinstance(headers, dict):
        answer.headers.update({name: str(value) for name, value in headers.items()})
    return answer
