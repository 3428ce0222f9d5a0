"""Who may use which address: the whole table, and nothing beside it."""

from __future__ import annotations

import re

import pytest
from role_table import check_role, check_stranger, check_whole

from consilience.desk.roles import ROLES

ALL = set(ROLES)
TEXT_ROLES = {"lead", "coder", "analyst"}
# Every address of the web face and who may use it. A new one must be written down here too.
TABLE = {
    ("GET", "/static/{version}/{name}"): "public",
    ("GET", "/sign-in"): "public",
    ("POST", "/sign-in"): "public",
    ("POST", "/sign-out"): ALL,
    ("POST", "/sign-out/everywhere"): ALL,
    ("GET", "/account"): ALL,
    ("GET", "/account/password"): ALL,
    ("POST", "/account/password"): ALL,
    ("GET", "/"): ALL - {"reader"},
    ("GET", "/texts"): TEXT_ROLES,
    ("GET", "/texts/{text}"): TEXT_ROLES,
    ("POST", "/texts/{text}/turns"): TEXT_ROLES,
    ("GET", "/texts/{text}/changes"): TEXT_ROLES,
    ("GET", "/texts/{text}/compare"): TEXT_ROLES,
    ("POST", "/texts/{text}/marks"): {"lead", "coder"},
    ("POST", "/texts/{text}/marks/remove"): {"lead", "coder"},
    ("POST", "/texts/{text}/undo"): {"lead", "coder"},
    ("GET", "/texts/{text}/release"): {"lead", "coder"},
    ("POST", "/texts/{text}/release"): {"lead", "coder"},
    ("GET", "/texts/{text}/coders"): {"lead"},
    ("POST", "/texts/{text}/coders"): {"lead"},
    ("GET", "/differences"): {"lead", "coder"},
    ("POST", "/differences/agreed"): {"lead"},
    ("GET", "/differences/{item}"): {"lead", "coder"},
    ("POST", "/differences/{item}"): {"lead", "coder"},
    ("GET", "/agreement"): TEXT_ROLES,
    ("GET", "/find"): TEXT_ROLES,
    ("GET", "/tables"): TEXT_ROLES,
    ("GET", "/tables/csv"): TEXT_ROLES,
    ("GET", "/texts/{text}/at/{place}"): TEXT_ROLES,
    ("GET", "/interviews"): {"lead", "manager", "interviewer"},
    ("GET", "/deposit"): {"lead", "curator"},
    ("GET", "/transcripts"): {"lead", "transcriber", "interviewer"},
    ("GET", "/transcripts/{text}/speakers"): {"lead", "transcriber", "interviewer"},
    ("POST", "/transcripts/{text}/speakers"): {"lead", "transcriber", "interviewer"},
    ("POST", "/transcripts"): {"lead", "transcriber"},
    ("POST", "/transcripts/{text}/checked"): {"lead", "transcriber", "interviewer"},
    ("GET", "/transcripts/{text}/withdraw"): {"lead"},
    ("POST", "/transcripts/{text}/withdraw"): {"lead"},
    ("GET", "/pseudonyms"): {"pseudonymiser"},
    ("POST", "/pseudonyms/find"): {"pseudonymiser"},
    ("GET", "/pseudonyms/replace"): {"pseudonymiser"},
    ("POST", "/pseudonyms/replace"): {"pseudonymiser"},
    ("GET", "/pseudonyms/{entity}"): {"pseudonymiser"},
    ("POST", "/pseudonyms/{entity}"): {"pseudonymiser"},
    ("POST", "/pseudonyms/{entity}/here"): {"pseudonymiser"},
    ("GET", "/vault"): {"lead", "transcriber", "pseudonymiser"},
    ("POST", "/vault"): {"lead", "transcriber", "pseudonymiser"},
    ("POST", "/vault/lock"): {"lead", "transcriber", "pseudonymiser"},
    ("GET", "/codebook"): TEXT_ROLES,
    ("POST", "/codebook"): {"lead"},
    ("POST", "/codebook/undo"): {"lead"},
    ("GET", "/codebook/{code}"): TEXT_ROLES,
    ("POST", "/codebook/{code}"): {"lead"},
    ("POST", "/codebook/{code}/move"): {"lead"},
    ("POST", "/codebook/{code}/merge"): {"lead"},
    ("POST", "/codebook/{code}/split"): {"lead"},
    ("POST", "/codebook/{code}/retire"): {"lead"},
    ("GET", "/memos"): TEXT_ROLES,
    ("POST", "/memos"): TEXT_ROLES,
    ("GET", "/memos/{memo}"): TEXT_ROLES,
    ("POST", "/memos/{memo}"): TEXT_ROLES,
    ("POST", "/memos/{memo}/delete"): TEXT_ROLES,
}


def test_every_address_stands_in_the_table(web):
    check_whole(web.app, TABLE)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(web, role):
    client = web.signed_in(f"only-{role}", role)
    check_role(client, TABLE, role, left_out=("/sign-out", "/changes"))


def test_nobody_gets_in_without_signing_in(web):
    check_stranger(web.visitor(), TABLE, public=(200, 400, 404))


@pytest.mark.parametrize("role", sorted(ROLES - TEXT_ROLES))
def test_the_stream_of_changes_is_shut_too(web, role):
    answer = web.signed_in(f"only-{role}", role).get("/texts/x/changes")
    assert answer.status_code == 403
    assert "WEB-022" in answer.text


@pytest.mark.parametrize("role", sorted(ROLES - {"reader"}))
def test_nobody_is_shown_a_way_that_is_shut(web, role):
    client = web.signed_in(f"only-{role}", role)
    page = client.get("/").text
    for path in re.findall(r'href="(/[^"]*)"', page):
        if not path.startswith("/static/"):
            assert client.get(path).status_code == 200, path
