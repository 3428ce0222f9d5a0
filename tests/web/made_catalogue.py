"""A catalogue on the web, in this process, with one study of files of every level."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
from dataclasses import replace

from made_site import HOST, PASSWORD, START, Clock, TestClient, sign_in, token_of

from consilience.deposit.bag import write_bag
from consilience.deposit.model import DataSet, DepositFile, Fate, Package, Part, Withheld
from consilience.deposit.names import file_id
from consilience.deposit.package import bag_of
from consilience.desk.accounts import add_person
from consilience.desk.catalogue import checked_settings, make_catalogue, opened_catalogue
from consilience.desk.catalogue_publish import publish_bag
from consilience.desk.outbox import outbox
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Category,
    Identifier,
    Level,
    Record,
    Term,
    Text,
    Variable,
)
from consilience.web.app import make_app
from consilience.web.pages.catalogue_doors import CATALOGUE_DOORS
from consilience.web.server import held_open
from consilience.web.site import place_of

IDENTIFIER = "oai:data.example.org:joint-working"
AT = "/records/joint-working"
OPEN = file_id("documentation/guide.txt")
SAFE = file_id("data/surveys/education.csv")
SHUT = file_id("data/interviews/one.txt")
OTHER = file_id("data/interviews/two.txt")
LATE = file_id("data/surveys/late.csv")
EMBARGO = dt.date(2026, 6, 1)
CONTENT = {
    "documentation/guide.txt": b"What we asked, in the order in which we asked it.\n",
    "data/surveys/education.csv": b"id,q1\n" + b"".join(b"%d,4\n" % n for n in range(500)),
    "data/interviews/one.txt": b"I: Good morning.\nP: Good morning.\n",
    "data/interviews/two.txt": b"I: Good evening.\nP: Good evening.\n",
    "data/surveys/late.csv": b"id,q9\n1,1\n",
}
SCALE = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")


def settings(**changes):
    given = {
        "name": "Archive of <Social> Studies",
        "base_url": HOST,
        "admin_email": "archive@example.org",
        "repository": "data.example.org",
        "publisher": "Archive",
    }
    return checked_settings(**{**given, **changes})


def make_record(**changes):
    variables = tuple(
        Variable(
            id=f"V{n}", name=f"q{n}", label=label, question=f"{label}, would you say?",
            files=(SAFE,), interval="discrete", measure="ordinal", valid=90, invalid=10,
            categories=(
                *(Category(value=str(k), label=words, frequency=10 * k)
                  for k, words in enumerate(SCALE[:4])),
                Category(value="-9", label="Not answered", missing=True, frequency=10),
            ),
        )
        for n, label in enumerate(("Schools are asked early", "Thresholds are shared"), 1)
    )  # fmt: skip
    record = Record(
        titles=(Text(value="Joint working between schools and services", language="en"),),
        identifiers=(Identifier(value="joint-working"),),
        creators=(Agent(name="Baginsky, M"), Agent(name="Driscoll, J")),
        publishers=(Agent(name="Archive"),),
        published="2026-02-01",
        abstract=(Text(value="How schools and services work together.", language="en"),),
        topics=(Term(value="Children"),),
        data_kinds=(Term(value="Text"), Term(value="Numeric")),
        access=Access(level=Level.SAFEGUARDED),
        variables=variables,
        language="en",
        simulated=True,
    )
    return replace(record, **changes)


def make_package(record=None, *, content=CONTENT):
    levels = {
        "documentation/guide.txt": ("", Level.OPEN, Part.DOCUMENTATION, None),
        "data/surveys/education.csv": ("surveys", Level.SAFEGUARDED, Part.DATA, None),
        "data/interviews/one.txt": ("interviews", Level.CONTROLLED, Part.TRANSCRIPT, None),
        "data/interviews/two.txt": ("interviews", Level.CONTROLLED, Part.TRANSCRIPT, None),
        "data/surveys/late.csv": ("surveys", Level.OPEN, Part.DATA, EMBARGO),
    }
    sets = (
        DataSet(
            id="interviews", title="School interviews", kind="text", unit="interview",
            planned=50, collected=48, consented=44, deposited=44, level=Level.CONTROLLED,
            basis="Written consent to archiving",
            withheld=(Withheld(thing="i-9", stopped=Fate.COLLECTED, reason="no consent"),),
        ),
        DataSet(
            id="surveys", title="National surveys", kind="numeric", unit="area", planned=150,
            collected=93, consented=93, deposited=93, level=Level.OPEN, licence="CC-BY-4.0",
        ),
    )  # fmt: skip
    files = tuple(
        DepositFile(
            path=path, content=content[path], part=part, contents=f"About {path}",
            media_type="text/csv" if path.endswith(".csv") else "text/plain", data_set=data_set,
            level=level, embargo=embargo, simulated=True,
        )
        for path, (data_set, level, part, embargo) in levels.items()
    )  # fmt: skip
    return Package(
        identifier="joint-working",
        record=record or make_record(),
        data_sets=sets,
        files=files,
        made=dt.date(2026, 2, 1),
    )


def write_package(folder, package=None, *, release=True, **keys):
    """Write a bag, released by a second person unless told otherwise."""
    write_bag(folder, bag_of(package or make_package()))
    if release:
        digest = hashlib.sha256((folder / "manifest-sha256.txt").read_bytes()).hexdigest()
        note = {
            "prepared_by": "ann", "prepared_at": "2026-02-01T09:00:00Z", "released_by": "ben",
            "released_at": "2026-02-02T09:00:00Z", "digest": digest, **keys,
        }  # fmt: skip
        (folder / "release.json").write_text(json.dumps(note), "utf-8")
    return folder


def write_catalogue(folder):
    """Write a catalogue with the study published in it."""
    make_catalogue(folder / "archive", settings())
    bag = write_package(folder / "bag")
    with opened_catalogue(folder / "archive") as catalogue:
        publish_bag(catalogue, bag, clock=lambda: START, actor="test")
    return folder


class CatalogueWeb:
    """A catalogue, its web face, and people who visit it."""

    def __init__(self, catalogue):
        self.catalogue, self.engine, self.folder = catalogue, catalogue.engine, catalogue.folder
        self.clock = Clock()
        self.app = make_app(
            engine=self.engine, folder=self.folder, title=catalogue.settings.name,
            place=place_of(host="127.0.0.1", port=8080), clock=self.clock,
            doors=CATALOGUE_DOORS, catalogue=catalogue.settings,
        )  # fmt: skip

    def visitor(self):
        return TestClient(self.app, base_url=HOST, follow_redirects=False)

    def staff(self, login, *roles):
        """Return a client signed in with these roles."""
        add_person(
            self.engine, login=login, name=login.title(), roles=roles, password=PASSWORD,
            at=self.clock(), actor="test",
        )  # fmt: skip
        client = self.visitor()
        assert sign_in(client, login).status_code == 303
        return client

    def registered(self, email="eve@uni.example", *, confirmed=True, terms=True):
        """Return a client of somebody who registered, as far as is said."""
        client = self.visitor()
        token = token_of(client.get("/register"))
        data = {"csrf": token, "name": "Eve R.", "email": email, "password": PASSWORD}
        assert client.post("/register", data=data).status_code == 200
        if confirmed:
            path = self.link_in_mail()
            token = token_of(client.get(path))
            done = client.post(path, data={"csrf": token, "password": PASSWORD})
            assert done.status_code == 303, done.text
        assert sign_in(client, email).status_code == 303
        if terms:
            accept(client)
        return client

    def link_in_mail(self):
        """Return the path that the newest mail leads to."""
        words = outbox(self.engine)[-1].words
        return re.search(rf"{HOST}(/\S+)", words)[1]

    def publish(self, bag, **options):
        return publish_bag(self.catalogue, bag, clock=self.clock, actor="test", **options)


def accept(client):
    """Accept the terms of use as the page shows them."""
    page = client.get("/terms")
    version = re.search(r'name="version" value="([^"]+)"', page.text)[1]
    done = client.post("/terms", data={"csrf": token_of(page), "version": version})
    assert done.status_code == 303


def ask(client, what="all", project="Thresholds in practice"):
    """Ask for files and return the number of the request."""
    page = client.get(f"{AT}/ask")
    data = {"csrf": token_of(page), "what": what, "project": project, "purpose": "To compare."}
    return client.post(f"{AT}/ask", data=data)


def decide(client, number, decision, *, reason="Fits the consent.", until=""):
    """Decide a request as a curator does."""
    page = client.get("/requests")
    data = {"csrf": token_of(page), "decision": decision, "reason": reason, "until": until}
    return client.post(f"/requests/{number}", data=data)


def content(file):
    return f"{AT}/files/{file}/content"


def opened_copy(made, folder):
    """Yield the made catalogue, copied to where a test may change it."""
    shutil.copytree(made / "archive", folder / "archive")
    with opened_catalogue(folder / "archive") as catalogue, held_open(catalogue.engine):
        yield CatalogueWeb(catalogue)
