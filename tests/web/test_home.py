"""What waits for each role when somebody signs in."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from made_site import opened, send
from made_texts import assign, keep_codes, keep_codings, keep_text, make_codes, make_text
from made_vault import KEY, seal_texts
from talk_study import write_study

from consilience.desk.registry import decide, read_book
from consilience.desk.run import run
from consilience.desk.transcripts import bring_to_state
from consilience.store.database import transaction
from consilience.store.transcripts import withdraw
from consilience.store.vault import open_vault
from consilience.web.site import place_of

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


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
    assert waits(study, "pseudonymiser") == [
        ("Replace the names in 2 texts", "/pseudonyms"),
        ("Look whether names are undecided", "/pseudonyms"),
    ]
    assert waits(study, "lead") == [
        checks,
        ("Replace the names in 2 texts", "/transcripts"),
        ("Give 1 text to coders", "/texts"),
    ]
    for login in ("coder", "analyst", "manager"):
        assert waits(study, login) == []


def test_what_is_done_or_gone_waits_no_more(study):
    who = {"at": study.clock(), "actor": "x"}
    bring_to_state(study.engine, "open", "checked", reason="read through", **who)
    with transaction(study.engine) as connection:
        withdraw(connection, "s02", at="2026-03-02T09:00:00Z", actor="x", reason="asked to")
    assert waits(study, "transcriber")[0][0] == "Check who speaks in 1 text"
    assert waits(study, "pseudonymiser")[0][0] == "Replace the names in 1 text"


def test_undecided_names_are_counted_once_the_vault_is_open(study):
    client = study.signed_in("pseudonymiser")
    page = client.get("/").text
    assert "how many lies in the vault" in page
    assert send(client, "/vault", key=KEY, next="/").status_code == 303
    assert "Look for names in 3 texts" in client.get("/").text
    assert send(client, "/pseudonyms/find").status_code == 303
    opened = open_vault(study.folder / ".consilience", KEY)
    registry = read_book(opened).registry
    asked = sum(each.ruling == "ask" for each in registry)
    proposed = sum(each.ruling != "ask" for each in registry)
    page = client.get("/").text
    assert f"Look at {proposed} names that nobody decided" in page
    assert "Look for names" not in page
    assert ("stand at ask" in page) == bool(asked)
    rows = [{"entity": str(registry[0].number), "decision": "ask"}]
    who = {"file": "x", "at": study.clock(), "actor": "x"}
    decide(study.engine, study.folder, KEY, rows, **who)
    said = "1 name that stands" if not asked else f"{asked + 1} names that stand"
    assert f"Decide {said} at ask" in client.get("/").text


def test_texts_given_to_a_coder_wait_for_the_coder(study):
    study.add("ann", "coder")
    assign(study.engine, study.people["ann"].id, document="open")
    assert [words for words, _ in waits(study, "lead")] == [
        "Check who speaks in 3 texts",
        "Replace the names in 2 texts",
    ]
    assert [words for words, _ in waits(study, "ann")] == ["Code Open"]


@pytest.fixture
def fieldwork(tmp_path):
    """Return a study of interviews and a group, after a run, and somebody in each role."""
    folder = write_study(tmp_path / "study")
    run(folder, at=AT, actor="test", until="groups")
    for web in opened(folder, place_of(host="127.0.0.1", port=8080)):
        write_study(folder)
        for login in ("lead", "manager", "interviewer", "transcriber", "analyst"):
            web.add(login, login)
        yield web


def test_fieldwork_waits_for_who_holds_and_who_writes_it_down(fieldwork):
    hold = ("Hold 1 interview or event", "/interviews?state=planned")
    assert waits(fieldwork, "manager") == [hold]
    for login in ("lead", "interviewer"):
        assert hold in waits(fieldwork, login)
    bring, check = waits(fieldwork, "transcriber")
    assert bring == ("Bring in the texts of 1 interview", "/transcripts")
    assert check[0].startswith("Check who speaks")
    assert waits(fieldwork, "analyst") == []
    (fieldwork.folder / "study.yaml").write_text("consilience: [\n", "utf-8")
    assert waits(fieldwork, "manager") == []


def test_an_analyst_finds_the_agreement_and_others_by_the_differences(study):
    def ways(login):
        return re.findall(r'<li><a href="([^"]+)"', study.signed_in(login).get("/texts").text)

    assert "/agreement" in ways("analyst")
    assert "/agreement" not in ways("coder")
    assert "/differences" in ways("coder")


def test_a_lead_finds_the_deposit_from_the_interviews_and_a_curator_at_once(study):
    study.add("cur", "curator")
    lead = study.signed_in("lead").get("/interviews").text
    assert 'href="/deposit"' in lead.partition("<main")[2]
    assert 'href="/deposit"' not in lead.partition("<main")[0]
    assert 'href="/deposit"' in study.signed_in("cur").get("/").text
    assert 'href="/deposit"' not in study.signed_in("manager").get("/interviews").text


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
