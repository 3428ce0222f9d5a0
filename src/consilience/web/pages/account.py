"""The own account: roles, open sessions, password."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault
from consilience.desk.accounts import change_password, open_sessions
from consilience.desk.roles import MEANING
from consilience.web.audience import SIGNED_IN
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.tokens import take_cookie


def account(call: Call) -> Response:
    """Show who is signed in, what the roles mean, and how many sessions are open."""
    return call.page(
        "account.html",
        roles=[(role, MEANING[role]) for role in sorted(call.who.roles)],
        sessions=open_sessions(call.site.engine, call.who, at=call.at),
    )


def password_form(call: Call) -> Response:
    """Show the form for another password."""
    return _form(call)


def password(call: Call) -> Response:
    """Change the password; every session ends, so that whoever knew the old one is out."""
    old, new, again = (
        next(iter(call.form.get(name, ())), "")[:1000] for name in ("old", "new", "again")
    )
    try:
        call.site.attempts.count(login=f"change:{call.who.login}", address=call.address)
        if new != again:
            raise Fault("WEB-013", why="the new password was not typed twice the same")
        change_password(call.site.engine, call.who, old=old, new=new, at=call.at)
    except Fault as fault:
        return _form(call, fault=fault)
    response = call.go("sign-in", done="password")
    take_cookie(response, call.site.place)
    return response


def _form(call: Call, *, fault: Fault | None = None) -> Response:
    return call.page("password.html", status=status_of(fault) if fault else 200, fault=fault)


DOORS: Final = (
    Door(method="GET", path="/account", name="account", to=SIGNED_IN, handler=account),
    Door(
        method="GET",
        path="/account/password",
        name="password",
        to=SIGNED_IN,
        handler=password_form,
        before_change=True,
    ),
    Door(
        method="POST",
        path="/account/password",
        name="password",
        to=SIGNED_IN,
        handler=password,
        before_change=True,
        slow=True,
    ),
)
