"""One call of a page: who asks, what was sent, and the ways to answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from consilience.base.counting import counted
from consilience.base.errors import Fault
from consilience.desk.accounts import Person
from consilience.web.mishaps import shown
from consilience.web.rendering import render
from consilience.web.site import Site
from consilience.web.tokens import form_token


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a handler is handed.

    Args:
        site: the study on the web.
        at: the time now.
        id: stands in the log and on an error page.
        door: name of the door that was used.
        method: GET, HEAD or POST.
        person: who is signed in; None at public doors, but those that greet.
        token: the token of the session; at public doors that of a visit before signing in.
        session: the token of the session at public doors too, unchecked, so that it can end.
        address: where the call comes from.
        path: values of the gaps of the address.
        query: what stood behind the question mark.
        form: the fields of a form that was sent, each with all its values.
        files: the files that were sent with it, gone once the call is answered.
        sent: the JSON that was sent, None if none was.
        asked: the arguments as they were written, of a GET and at doors of programs.
        headers: of the call, their names in small letters.
        wants_json: whether a script asks, not a person.
    """

    site: Site
    at: dt.datetime
    id: str
    door: str
    address: str
    method: str = "GET"
    person: Person | None = None
    token: str | None = None
    session: str | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    sent: Any = None
    asked: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    wants_json: bool = False

    @property
    def who(self) -> Person:
        """Who is signed in; doors that are not public are shut to everybody else."""
        if self.person is None:
            raise LookupError("a public door has nobody signed in")
        return self.person

    def field(self, name: str, *, most: int = 2_000) -> str:
        """Return one field of the form, stripped; empty if it was not sent.

        Raises:
            Fault: WEB-027 if it is longer than `most` characters.
        """
        text = next(iter(self.form.get(name, ())), "").strip()
        if len(text) > most:
            raise Fault("WEB-027", why=f"{name} is longer than {counted(most, 'character')}")
        return text

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Return a page made from a template; a fault on it as whoever asks may read it."""
        fault = values.get("fault")
        if isinstance(fault, Fault):
            values["fault"] = shown(self.site, fault, self.person)
        return HTMLResponse(
            render(
                self.site,
                template,
                person=self.person,
                door=self.door,
                csrf=form_token(self.token) if self.token else "",
                done=self.query.get("done", ""),
                **values,
            ),
            status_code=status,
        )

    def go(
        self, door: str, *, done: str = "", query: Mapping[str, str] | None = None, **values: object
    ) -> Response:
        """Return the way on after something was done: the browser asks for another page."""
        asked = {**(query or {}), **({"done": done} if done else {})}
        to = self.site.address(door, **values)
        return RedirectResponse(f"{to}?{urlencode(asked)}" if asked else to, 303)

    def json(self, value: object, *, status: int = 200) -> Response:
        """Return plain values to a script."""
        return JSONResponse(value, status_code=status)
