"""At every door: who is it, may they, and did they mean what was sent?"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from consilience.base.errors import Fault
from consilience.desk.accounts import Person, signed_in
from consilience.desk.roles import ROLES
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import wants_json
from consilience.web.site import Place, Site
from consilience.web.tokens import cookie_name, is_form_token
from consilience.web.uploads import Arrival, Fields, arriving

MOST_BYTES: Final = 256 * 1024
_MOST_FIELDS: Final = 2_000
TOKEN_HEADER: Final = "x-form-token"


class GuardedRoute(Route):
    """The route of a door. The application takes no other kind."""

    def __init__(self, door: Door, *, site: Site) -> None:
        """Put the guard before the door's handler."""
        self.door = door
        super().__init__(door.path, guarded(door, site), methods=[door.method], name=door.name)


def guarded(door: Door, site: Site) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a door: its handler, asked only when everything else was right."""

    async def endpoint(request: Request) -> Response:
        request.scope["state"]["door"] = door.name
        if not door.takes_files:
            return await _answer(door, site, request)
        async with arriving(request, site.folder) as arrival:
            return await _answer(door, site, request, arrival)

    return endpoint


async def _answer(
    door: Door, site: Site, request: Request, arrival: Arrival | None = None
) -> Response:
    """Answer a call at a door; `arrival` is there where files may come with it."""
    at = site.clock()
    token = request.cookies.get(cookie_name(site.place, visit=door.to.public))
    person = None
    if door.to.greets:
        person = await _greeted(site, request, at=at)
        token = request.cookies.get(cookie_name(site.place)) if person else token
    elif not door.to.public:
        person = await _signed_in(site, token, at=at, in_use=door.name != "changes")
        if person is None:
            return _to_sign_in(site, request)
        request.scope["state"]["account"] = person.id
        request.scope["state"] |= {"person": person, "token": token}
        if person.one_time and not door.before_change:
            return RedirectResponse(site.address("password"), 303)
        _check_role(door, person)
    sent = await _sent(door, request, site.place, token, arrival)
    call = Call(
        site=site,
        at=at,
        id=request.scope["state"]["id"],
        door=door.name,
        method=request.method,
        address=request.client.host if request.client else "",
        person=person,
        token=token,
        session=request.cookies.get(cookie_name(site.place)),
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        form=sent.form,
        sent=sent.json,
        files=sent.files,
        asked=await _asked(request) if door.by_machine or door.method == "GET" else "",
        headers=request.headers,
        wants_json=wants_json(request),
    )
    limiter = site.slow if door.slow else site.intake if door.takes_files else None
    return await to_thread.run_sync(door.handler, call, limiter=limiter)


async def _signed_in(
    site: Site, token: str | None, *, at: dt.datetime, in_use: bool
) -> Person | None:
    if not token:
        return None
    look = functools.partial(signed_in, site.engine, token, at=at, in_use=in_use)
    return await to_thread.run_sync(look)


async def _greeted(site: Site, request: Request, *, at: dt.datetime) -> Person | None:
    """Return who is signed in on a public page; nobody while the password is a given-out one."""
    session = request.cookies.get(cookie_name(site.place))
    person = await _signed_in(site, session, at=at, in_use=True)
    if person is None or person.one_time:
        return None
    request.scope["state"]["account"] = person.id
    return person


def _to_sign_in(site: Site, request: Request) -> Response:
    to = site.address("sign-in")
    if wants_json(request):
        return JSONResponse({"what": "your session has ended", "remedy": "Sign in again.",
                             "sign_in": to}, status_code=401)  # fmt: skip
    if request.method == "GET" and request.url.path != "/":
        to += f"?next={quote(request.url.path)}"
    return RedirectResponse(to, 303)


def _check_role(door: Door, person: Person) -> None:
    if not door.to.lets_in(person.roles):
        order = [role for role in sorted(ROLES) if role in door.to.roles]
        raise Fault("WEB-022", roles=" or ".join(order))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What came with a call: the fields of a form, its files, or JSON."""

    form: Fields = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    json: Any = None


async def _sent(
    door: Door, request: Request, place: Place, token: str | None, arrival: Arrival | None
) -> _Sent:
    """Return what was sent, if it came from a page of this session.

    Raises:
        Fault: WEB-021 if another site sent it, WEB-020 if it does not carry the token of the
            session; else as `_read` and `Arrival.read`.
    """
    if door.method != "POST" or door.by_machine:
        return _Sent()
    _check_origin(request, place)
    if arrival is None or not arrival.has_parts:
        return await _read(request, token, arrival)
    form, files = await arrival.read(
        is_token=lambda given: bool(token) and is_form_token(given, token or "")
    )
    return _Sent(form=form, files=files)


async def _read(request: Request, token: str | None, arrival: Arrival | None) -> _Sent:
    """Return the fields or the JSON that were sent.

    Raises:
        Fault: WEB-024 if it is too large, WEB-027 if it is neither a form nor JSON, WEB-020 if it
            does not carry the token of the session.
    """
    body = await _body(request, arrival.pieces if arrival else request.stream())
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    form: Fields = {}
    sent = None
    given = request.headers.get(TOKEN_HEADER, "")
    if kind == "application/json":
        sent = _json(body)
    elif kind == "application/x-www-form-urlencoded":
        form = _fields(body)
        given = next(iter(form.get("csrf", ())), "")
    else:
        raise Fault("WEB-027", why="it is neither a form nor JSON")
    if not token or not is_form_token(given, token):
        raise Fault("WEB-020")
    return _Sent(form=form, json=sent)


async def _asked(request: Request) -> str:
    """Return what is asked for: behind the question mark, or in the form that it sent.

    Raises:
        Fault: WEB-024 if it is too large.
    """
    if request.method != "POST":
        return request.url.query
    # What is no ASCII, or no form, has no argument that a protocol knows.
    return (await _body(request, request.stream())).decode("ascii", "replace")


def _check_origin(request: Request, place: Place) -> None:
    origin = request.headers.get("origin")
    if origin is not None:
        if not place.takes_from(origin.lower()):
            raise Fault("WEB-021")
    elif request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Fault("WEB-021")


async def _body(request: Request, coming: AsyncIterator[bytes]) -> bytes:
    most = MOST_BYTES // 1024
    said = request.headers.get("content-length", "0")
    if not said.isascii() or not said.isdigit() or int(said) > MOST_BYTES:
        raise Fault("WEB-024", most=most)
    pieces, size = [], 0
    async for piece in coming:
        size += len(piece)
        if size > MOST_BYTES:
            raise Fault("WEB-024", most=most)
        pieces.append(piece)
    return b"".join(pieces)


def _json(body: bytes) -> Any:  # noqa: ANN401  (whatever was sent; its handler checks it)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Fault("WEB-027", why="it is no JSON") from None


def _fields(body: bytes) -> Fields:
    try:
        found = parse_qs(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:  # among them what is not UTF-8
        raise Fault("WEB-027", why="its fields could not be read") from None
    return {name: tuple(values) for name, values in found.items()}
