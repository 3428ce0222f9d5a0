"""A study on the web, in this process: its clock stands until a test moves it."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from html import unescape

from consilience.desk.accounts import add_person
from consilience.desk.kept import at_work
from consilience.web.app import make_app
from consilience.web.server import held_open

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the client asks for a successor of httpx when imported
    from starlette.testclient import TestClient

PASSWORD = "four plain words here"
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
HOST = "http://127.0.0.1:8080"


class Clock:
    """A clock that goes only when told."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def go(self, **step):
        self.now += dt.timedelta(**step)


class Web:
    """A study, its web face, and people who visit it."""

    def __init__(self, engine, folder, place):
        self.engine, self.folder, self.clock = engine, folder, Clock()
        self.app = make_app(
            engine=engine, folder=folder, title="Joint <working>", place=place, clock=self.clock
        )
        self.people = {}

    @property
    def site(self):
        return self.app.site

    def add(self, login, *roles, name=None):
        person, _ = add_person(
            self.engine, login=login, name=name or login.title(), roles=roles, password=PASSWORD,
            at=self.clock(), actor="test",
        )  # fmt: skip
        self.people[login] = person
        return person

    def visitor(self, base=HOST):
        return TestClient(self.app, base_url=base, follow_redirects=False)

    def signed_in(self, login, *roles):
        """Return a client that has signed in, with an account made if need be."""
        if login not in self.people:
            self.add(login, *roles)
        client = self.visitor()
        done = sign_in(client, login)
        assert done.status_code == 303, done.text
        return client


def token_of(page):
    """Return the token of the forms of a page."""
    return unescape(re.search(r'name="csrf" value="([^"]+)"', page.text)[1])


def sign_in(client, login, password=PASSWORD, **fields):
    """Send the form of signing in as a browser would."""
    token = token_of(client.get("/sign-in"))
    data = {"csrf": token, "login": login, "password": password, **fields}
    return client.post("/sign-in", data=data)


def send(client, path, page=None, **data):
    """Send a form with the token of a page of the session."""
    token = token_of(client.get(page or "/account"))
    return client.post(path, data={"csrf": token, **data})


def opened(folder, place):
    """Yield a study on the web."""
    (folder / "study.yaml").write_text("consilience: 1\n", encoding="utf-8")
    with at_work(folder) as engine, held_open(engine):
        yield Web(engine, folder, place)
