"""Signing in and out."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from consilience.base.errors import Fault
from consilience.desk import accounts
from consilience.web.audience import PUBLIC, SIGNED_IN
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.tokens import form_token, give_cookie, new_token, take_cookie


def form(call: Call) -> Response:
    """Show the form; the visit gets a token, so that its form cannot be sent from elsewhere."""
    if call.token:
        return _form(call, call.token)
    token = new_token()
    response = _form(call, token)
    give_cookie(response, call.site.place, token, visit=True)
    return response


def sign_in(call: Call) -> Response:
    """Check login and password; open a session with a new token, or show the form again."""
    login, password = call.field("login", most=200), next(iter(call.form.get("password", ())), "")
    try:
        call.site.attempts.count(login=login, address=call.address)
        token, _ = accounts.sign_in(
            call.site.engine,
            login=login,
            password=password[:1000],
            at=call.at,
            previous=call.session,
        )
    except Fault as fault:
        return _form(call, call.token or "", fault=fault)
    call.site.attempts.forget(login=login, address=call.address)
    response = RedirectResponse(own_path(call.field("next")), 303)
    give_cookie(response, call.site.place, token)
    take_cookie(response, call.site.place, visit=True)
    return response


def sign_out(call: Call) -> Response:
    """End this session."""
    call.site.vaults.lock(call.token or "")
    accounts.sign_out(call.site.engine, call.token or "")
    return _gone(call)


def sign_out_everywhere(call: Call) -> Response:
    """End all sessions of whoever asks."""
    call.site.vaults.lock_all(call.who.id)
    accounts.sign_out_everywhere(call.site.engine, call.who, at=call.at)
    return _gone(call)


def own_path(path: str) -> str:
    """Return a path of this site to go on to; the first page for anything else.

    Example:
        >>> own_path("/texts/a"), own_path("//elsewhere.example"), own_path("https://x.example")
        ('/texts/a', '/', '/')
    """
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if fine and "\\" not in path else "/"


def _form(call: Call, token: str, *, fault: Fault | None = None) -> Response:
    return call.page(
        "sign-in.html",
        status=status_of(fault) if fault else 200,
        token=form_token(token),
        fault=fault,
        login=call.field("login", most=200),
        next=own_path(call.query.get("next", "") or call.field("next")),
    )


def _gone(call: Call) -> Response:
    response = call.go("sign-in", done="signed-out")
    take_cookie(response, call.site.place)
    return response


DOORS: Final = (
    Door(method="GET", path="/sign-in", name="sign-in", to=PUBLIC, handler=form),
    Door(method="POST", path="/sign-in", name="sign-in", to=PUBLIC, handler=sign_in, slow=True),
    Door(
        method="POST",
        path="/sign-out",
        name="sign-out",
        to=SIGNED_IN,
        handler=sign_out,
        before_change=True,
    ),
    Door(
        method="POST",
        path="/sign-out/everywhere",
        name="sign-out-everywhere",
        to=SIGNED_IN,
        handler=sign_out_everywhere,
        before_change=True,
    ),
)
