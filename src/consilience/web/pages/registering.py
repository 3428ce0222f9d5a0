"""Becoming a reader of a catalogue: registering, confirming, signing in, another password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from consilience.base.errors import Fault
from consilience.desk import readers
from consilience.desk.outbox import send_waiting
from consilience.web.audience import PUBLIC, SIGNED_IN
from consilience.web.call import Call
from consilience.web.doors import Door, Handler
from consilience.web.mishaps import status_of
from consilience.web.pages.of_catalogue import settings_of
from consilience.web.pages.sign_in import own_path
from consilience.web.tokens import form_token, give_cookie, new_token, take_cookie


def letters_of(call: Call) -> readers.Letters:
    """Return what mails of this catalogue say, with addresses that work from outside."""
    site = call.site
    base = settings_of(call).base_url
    return readers.Letters(
        catalogue=site.title,
        confirm=lambda token: base + site.address("confirm", token=token),
        reset=lambda token: base + site.address("reset", token=token),
    )


def mailing(call: Call, response: Response) -> Response:
    """Return a response after which mails that wait are sent, where a mail server is named."""
    response.background = BackgroundTask(send_waiting, call.site.engine, call.site.folder,
                                         clock=call.site.clock)  # fmt: skip
    return response


def _visited(
    call: Call, template: str, *, fault: Fault | None = None, **values: object
) -> Response:
    """Return a page with a form for somebody who has no session: a visit's token goes with it."""
    token = call.token or new_token()
    status = status_of(fault) if fault else 200
    page = call.page(template, status=status, token=form_token(token), fault=fault, **values)
    if not call.token:
        give_cookie(page, call.site.place, token, visit=True)
    return page


def register_form(call: Call) -> Response:
    """Show the form of registering."""
    return _visited(call, "register.html", name="", email="")


def register(call: Call) -> Response:
    """Register somebody; the answer is the same whether the address was known or not."""
    name, email = call.field("name", most=200), call.field("email", most=300)
    try:
        call.site.attempts.count(login=f"register:{email}", address=call.address)
        readers.register(
            call.site.engine,
            call.site.folder,
            name=name,
            email=email,
            password=_typed(call, "password"),
            letters=letters_of(call),
            at=call.at,
        )
    except Fault as fault:
        return _visited(call, "register.html", fault=fault, name=name, email=email)
    words = "Open the link in it within three days, and your address is confirmed."
    return mailing(call, call.page("mailed.html", email=email, words=words))


def confirm_form(call: Call) -> Response:
    """Ask for the password before an address is confirmed; programs that open links do nothing."""
    return _confirm(call)


def confirm(call: Call) -> Response:
    """Confirm an address."""
    return _done_by_link(call, "confirm", readers.confirm, again=_confirm, done="confirmed")


def forgotten_form(call: Call) -> Response:
    """Show the form that asks for another password."""
    return _visited(call, "forgotten.html", email="")


def forgotten(call: Call) -> Response:
    """Send a link that sets another password; the answer is the same for unknown addresses."""
    email = call.field("email", most=300)
    try:
        call.site.attempts.count(login=f"forgotten:{email}", address=call.address)
        readers.forgotten(
            call.site.engine, call.site.folder, email=email, letters=letters_of(call), at=call.at
        )
    except Fault as fault:
        return _visited(call, "forgotten.html", fault=fault, email=email)
    words = "The link in it can be used for an hour."
    return mailing(call, call.page("mailed.html", email=email, words=words))


def reset_form(call: Call) -> Response:
    """Show the form for another password."""
    return _reset(call)


def reset(call: Call) -> Response:
    """Set another password."""
    return _done_by_link(call, "reset", readers.set_password, again=_reset, done="password")


def _done_by_link(
    call: Call,
    name: str,
    deed: Callable[..., object],
    *,
    again: Callable[..., Response],
    done: str,
) -> Response:
    """Do what a link in a mail is for, with the password typed beside it."""
    token = call.path["token"]
    try:
        call.site.attempts.count(login=f"{name}:{token[:80]}", address=call.address)
        deed(
            call.site.engine,
            call.site.folder,
            token,
            password=_typed(call, "password"),
            at=call.at,
        )
    except Fault as fault:
        return again(call, fault=fault)
    return call.go("sign-in", done=done)


def sign_in_form(call: Call) -> Response:
    """Show the form of signing in."""
    return _sign_in(call)


def sign_in(call: Call) -> Response:
    """Check address and password; open a session with a new token, or show the form again."""
    email = call.field("login", most=300)
    try:
        call.site.attempts.count(login=email, address=call.address)
        token, _ = readers.sign_in_reader(
            call.site.engine,
            email=email,
            password=_typed(call, "password"),
            at=call.at,
            previous=call.session,
        )
    except Fault as fault:
        return _sign_in(call, fault=fault)
    call.site.attempts.forget(login=email, address=call.address)
    response = RedirectResponse(own_path(call.field("next")), 303)
    give_cookie(response, call.site.place, token)
    take_cookie(response, call.site.place, visit=True)
    return response


def confirm_again(call: Call) -> Response:
    """Send the mail that confirms the address once more."""
    call.site.attempts.count(login=f"again:{call.who.id}", address=call.address)
    readers.send_confirmation(
        call.site.engine, call.site.folder, call.who, letters=letters_of(call), at=call.at
    )
    return mailing(call, call.go("account", done="mailed"))


def _typed(call: Call, name: str) -> str:
    return next(iter(call.form.get(name, ())), "")[:1000]


def _sign_in(call: Call, *, fault: Fault | None = None) -> Response:
    return _visited(
        call,
        "reader-sign-in.html",
        fault=fault,
        login=call.field("login", most=300),
        next=own_path(call.query.get("next", "") or call.field("next")),
    )


def _confirm(call: Call, *, fault: Fault | None = None) -> Response:
    return _by_link(
        call,
        "confirm",
        fault,
        heading="Confirm your e-mail address",
        label="Password",
        hint="The one with which you registered.",
        complete="current-password",
        button="Confirm",
    )


def _reset(call: Call, *, fault: Fault | None = None) -> Response:
    return _by_link(
        call,
        "reset",
        fault,
        heading="Set another password",
        label="New password",
        hint="12 characters or more; some plain words are good.",
        complete="new-password",
        button="Set the password",
    )


def _by_link(call: Call, purpose: str, fault: Fault | None, **words: str) -> Response:
    """Return the page to which a link in a mail leads; a link that is none is told at once."""
    token = call.path["token"]
    email = readers.address_of_link(call.site.engine, call.site.folder, purpose, token, at=call.at)
    action = call.site.address(purpose, token=token)
    return _visited(call, "confirm.html", fault=fault, email=email, action=action, **words)


def _form_doors(path: str, name: str, shown: Handler, sent: Handler) -> tuple[Door, Door]:
    return (
        Door(method="GET", path=path, name=name, to=PUBLIC, handler=shown),
        Door(method="POST", path=path, name=name, to=PUBLIC, handler=sent, slow=True),
    )


DOORS: Final = (
    *_form_doors("/register", "register", register_form, register),
    *_form_doors("/confirm/{token}", "confirm", confirm_form, confirm),
    *_form_doors("/forgotten", "forgotten", forgotten_form, forgotten),
    *_form_doors("/reset/{token}", "reset", reset_form, reset),
    *_form_doors("/sign-in", "sign-in", sign_in_form, sign_in),
    Door(
        method="POST",
        path="/account/confirm-again",
        name="confirm-again",
        to=SIGNED_IN,
        handler=confirm_again,
    ),
)
