"""What waits for each role when somebody signs in."""

from __future__ import annotations

import re

import pytest
from made_texts import assign, keep_codes, keep_codings, keep_text, make_codes, make_text
from made_vault import seal_texts

from consilience.desk.transcripts import bring_to_state
from consilience.store.database import transaction
from consilience.store.transcripts import withdraw


@pytest.fixture
def study(web):
    """Return a study with two sealed texts and one that is open, and somebody in each role."""
    seal_texts(web)
    keep_text(web.engine, *make_text(60), document="open", name="Open")
    for login in ("lead", "transcriber", "pseudonymiser", "coder", "analyst", "manager"):
        web.add(login, login)
    return web


def waits(study, login):
    """Return what waits for somebody: words and where they lead."""
    page = study.signed_in(login).get("/").text
    found = re.findall(
        r'<li><a href="([^"]+)">([^<]+)</a>', page.split("What waits for you</h1>")[1]
    )
    assert bool(found) != ("Nothing at the moment" in page)
    return [(words, to) for to, words in found]


def test_each_role_is_told_what_waits_for_it(study):
    checks = ("Check who speaks in 3 texts", "/transcripts")
    assert waits(study, "transcriber") == [checks]
    assert waits(study, "pseudonymiser") == [("Replace the names in 2 texts", "/pseudonyms")]
    assert waits(study, "lead") == [checks, ("Replace the names in 2 texts", "/transcripts")]
    for login in ("coder", "analyst", "manager"):
        assert waits(study, login) == []


def test_what_is_done_or_gone_waits_no_more(study):
    who = {"at": study.clock(), "actor": "x"}
    bring_to_state(study.engine, "open", "checked", reason="read through", **who)
    with transaction(study.engine) as connection:
        withdraw(connection, "s02", at="2026-03-02T09:00:00Z", actor="x", reason="asked to")
    assert waits(study, "transcriber")[0][0] == "Check who speaks in 1 text"
    assert waits(study, "pseudonymiser")[0][0] == "Replace the names in 1 text"


def test_leads_are_told_what_coders_differ_on(study):
    for login in ("ann", "ben"):
        study.add(login, "coder")
    keep_codes(study.engine, make_codes(3))
    for person in ("ann", "ben"):
        assign(
            study.engine, study.people[person].id, document="open", released="2026-03-02T09:00:00Z"
        )
    keep_codings(study.engine, [{"id": "k", "document": "open", "start": 3, "end": 30, "code": "c1",
                                 "coder": study.people["ann"].id}])  # fmt: skip
    assert ("Settle 1 passage on which coders differ", "/differences") in waits(study, "lead")
    assert [words for words, _ in waits(study, "ann")] == ["Compare Open"]
