"""What a reader of a catalogue does: the own account, terms of use, asking for files."""

from __future__ import annotations

import functools
from typing import Final

from starlette.responses import RedirectResponse, Response

from consilience.base.errors import Fault
from consilience.desk.access import Holdings, download_lines, holdings_of
from consilience.desk.access_requests import ask_for, request_lines
from consilience.desk.readers import accept_terms, reader_of
from consilience.desk.study_page import slug_of
from consilience.web.audience import SIGNED_IN, VISITORS, only
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.of_catalogue import named, settings_of, terms_now
from consilience.web.pages.sign_in import own_path

READER: Final = only("reader")


def account(call: Call) -> Response:
    """Show the own account, requests and downloads."""
    engine, who = call.site.engine, call.who
    reader = reader_of(engine, who)
    return call.page(
        "reader-account.html",
        reader=reader,
        terms_hold=reader is not None and reader.terms == terms_now(call).version,
        lines=request_lines(engine, account=who.id) if reader else [],
        taken=download_lines(engine, account=who.id, most=50) if reader else [],
        slug_of=functools.partial(slug_of, repository=settings_of(call).repository),
    )


def terms(call: Call) -> Response:
    """Show the terms of use to anybody, and let a reader accept them."""
    return _terms(call)


def accept(call: Call) -> Response:
    """Accept the terms of use that were shown."""
    try:
        accept_terms(
            call.site.engine,
            call.who,
            version=call.field("version", most=100),
            terms=terms_now(call),
            at=call.at,
        )
    except Fault as fault:
        return _terms(call, fault=fault)
    wanted = own_path(call.field("next"))
    return call.go("terms", done="terms") if wanted == "/" else RedirectResponse(wanted, 303)


def ask_form(call: Call) -> Response:
    """Show the form that asks for files of a study."""
    return _ask(call)


def ask(call: Call) -> Response:
    """Keep a request."""
    try:
        ask_for(
            call.site.engine,
            call.who,
            record=named(call),
            what=call.field("what", most=200),
            project=call.field("project", most=300),
            purpose=call.field("purpose", most=4_000),
            terms=terms_now(call).version,
            at=call.at,
        )
    except Fault as fault:
        return _ask(call, fault=fault)
    return call.go("account", done="asked")


def _terms(call: Call, *, fault: Fault | None = None) -> Response:
    return call.page(
        "terms.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        terms=terms_now(call),
        reader=reader_of(call.site.engine, call.person) if call.person else None,
        next=own_path(call.query.get("next", "") or call.field("next")),
    )


def _ask(call: Call, *, fault: Fault | None = None) -> Response:
    record = named(call)
    held = holdings_of(
        call.site.engine, record, person=call.who, terms=terms_now(call).version, at=call.at
    )
    if held is None or held.withdrawn:
        raise Fault("WEB-025")
    return call.page(
        "ask.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        slug=call.path["record"],
        title=held.title,
        choices=_choices(held),
        what=call.field("what", most=200) or call.query.get("what", "")[:200],
        project=call.field("project", most=300),
        purpose=call.field("purpose", most=4_000),
    )


def _choices(held: Holdings) -> list[tuple[str, str]]:
    """Return what can be asked for: all, a data set with controlled files, such a file."""
    shut = [line.file for line in held.files if line.file.level.value == "controlled"]
    sets = {file.data_set for file in shut}
    return [
        ("all", "All controlled files"),
        *((f"set:{each.id}", each.title) for each in held.data_sets if each.id in sets),
        *((f"file:{file.file}", file.path) for file in shut),
    ]


DOORS: Final = (
    Door(method="GET", path="/account", name="account", to=SIGNED_IN, handler=account),
    Door(method="GET", path="/terms", name="terms", to=VISITORS, handler=terms),
    Door(method="POST", path="/terms", name="terms", to=READER, handler=accept),
    Door(method="GET", path="/records/{record}/ask", name="ask", to=READER, handler=ask_form),
    Door(method="POST", path="/records/{record}/ask", name="ask", to=READER, handler=ask),
)
