"""Who may use which address of a catalogue: the whole table, and nothing beside it."""

from __future__ import annotations

import re

import pytest
from made_catalogue import AT
from made_site import PASSWORD
from role_table import address_of, check_role, check_stranger, check_whole

from consilience.desk.roles import ROLES
from consilience.web.pages.catalogue_doors import CATALOGUE_DOORS

ALL = set(ROLES)
FORMS = ("ddi25.xml", "ddi26.xml", "datacite.xml", "datacite.json", "dc.xml", "jsonld")
# Every address of a catalogue and who may use it. A new one must be written down here too.
TABLE = {
    ("GET", "/oai"): "public",
    ("POST", "/oai"): "public",
    ("GET", "/static/{version}/{name}"): "public",
    ("GET", "/"): "public",
    ("GET", "/search"): "public",
    ("GET", "/access"): "public",
    **{("GET", f"/records/{{record}}.{form}"): "public" for form in FORMS},
    ("GET", "/records/{record}"): "public",
    ("GET", "/records/{record}/variables"): "public",
    ("GET", "/records/{record}/versions/{version}"): "public",  # leads all but curators away
    ("GET", "/records/{record}/files/{file}"): "public",
    ("GET", "/records/{record}/files/{file}/content"): "public",
    ("POST", "/records/{record}/files/{file}/link"): ALL,
    ("GET", "/links/{token}"): "public",
    ("GET", "/records/{record}/ask"): {"reader"},
    ("POST", "/records/{record}/ask"): {"reader"},
    ("GET", "/register"): "public",
    ("POST", "/register"): "public",
    ("GET", "/confirm/{token}"): "public",
    ("POST", "/confirm/{token}"): "public",
    ("GET", "/forgotten"): "public",
    ("POST", "/forgotten"): "public",
    ("GET", "/reset/{token}"): "public",
    ("POST", "/reset/{token}"): "public",
    ("GET", "/sign-in"): "public",
    ("POST", "/sign-in"): "public",
    ("POST", "/sign-out"): ALL,
    ("POST", "/sign-out/everywhere"): ALL,
    ("GET", "/account"): ALL,
    ("POST", "/account/confirm-again"): ALL,
    ("GET", "/account/password"): ALL,
    ("POST", "/account/password"): ALL,
    ("GET", "/terms"): "public",
    ("POST", "/terms"): {"reader"},
    ("GET", "/requests"): {"curator"},
    ("POST", "/requests/{request}"): {"curator"},
    ("GET", "/readers"): {"curator"},
    ("POST", "/readers/{reader}"): {"curator"},
    ("GET", "/downloads"): {"curator"},
}
# Programs harvest without a session or a token of a form; what they ask changes nothing.
BY_MACHINE = {("POST", "/oai")}


def test_every_address_stands_in_the_table(archive):
    check_whole(archive.app, TABLE)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(archive, role):
    check_role(archive.staff(f"only-{role}", role), TABLE, role)


def test_nobody_gets_in_without_signing_in(archive):
    check_stranger(archive.visitor(), TABLE, public=(200, 303, 400, 403, 404))


def test_nothing_is_done_without_the_token_of_the_session(archive):
    client = archive.staff("ann", "curator", "reader")
    for method, path in set(TABLE) - BY_MACHINE:
        if method == "GET":
            continue
        for data in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
            answer = client.post(
                address_of(path), data={**data, "login": "ann", "password": PASSWORD}
            )
            assert answer.status_code == 403, path
            assert "WEB-020" in answer.text


def test_machines_use_nothing_else():
    there = {(door.method, door.path) for door in CATALOGUE_DOORS if door.by_machine}
    assert there == {("GET", "/oai"), ("POST", "/oai")}


@pytest.mark.parametrize("role", ["curator", "reader", None])
def test_nobody_is_shown_a_way_that_is_shut(archive, role):
    client = archive.staff("ann", role) if role else archive.visitor()
    for page in ("/", "/search", "/access", "/terms", AT):
        for path in set(re.findall(r'href="(/[^"]*)"', client.get(page).text)):
            if path.startswith("/static/"):
                continue
            answer = client.get(path.replace("&amp;", "&"))
            waits = path.endswith("/ask") and role != "reader"
            assert answer.status_code == 200 or (waits and answer.status_code in (303, 403)), path


def test_pages_for_anybody_know_who_is_signed_in(archive):
    client = archive.staff("ann", "curator")
    assert "Sign out" in client.get("/").text
    assert "/requests" in client.get("/search").text
    assert "Sign out" not in archive.visitor().get("/").text
    assert "/requests" not in archive.visitor().get("/search").text
