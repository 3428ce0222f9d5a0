"""Pseudonyms on the web: behind the vault, decided by entity and by mention, put in its place."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from made_site import send
from made_vault import KEY, seal_more, seal_texts, told

from consilience.base.errors import Fault
from consilience.desk.correcting import correct
from consilience.desk.registry import decide as take_decisions
from consilience.desk.registry import read_book, stamp_of
from consilience.store.database import snapshot
from consilience.store.transcripts import state_of, text_of, versions
from consilience.store.vault import open_vault

NOW = {"at": dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "actor": "ann"}
NAMES = ("Featherstone", "Kwame", "Boateng", "Lark Hill", "Leeds")


@pytest.fixture
def sealed(web):
    seal_texts(web)
    web.add("pia", "pseudonymiser")
    return web


@pytest.fixture
def pia(sealed):
    """Return a pseudonymiser with the vault open, in a study whose names were looked for."""
    client = sealed.signed_in("pia")
    send(client, "/vault", "/vault", key=KEY, next="/pseudonyms")
    assert send(client, "/pseudonyms/find").headers["location"] == "/pseudonyms?done=found"
    return client


def book(web):
    return read_book(open_vault(web.folder / ".consilience", KEY))


def entity(web, form):
    return next(each for each in book(web).registry if form in each.forms)


def decide(client, number, **fields):
    page = f"/pseudonyms/{number}"
    return send(client, page, page, **{"seen": seen(client.get(page).text)} | fields)


def seen(page):
    """Return what a page says of what it showed of an entity."""
    form = page.split('id="settling"')[-1]
    found = re.search(r'name="seen" value="(\w*)"', form)
    return found[1] if found else ""


def newest(web, document):
    with snapshot(web.engine) as connection:
        return text_of(connection, document, versions(connection, document)[-1].number)


def test_nothing_is_shown_before_the_vault_is_open(sealed):
    client = sealed.signed_in("pia")
    page = client.get("/pseudonyms")
    assert page.status_code == 200
    assert "Pass phrase of the vault" in page.text
    assert "Pass phrase of the vault" in client.get("/pseudonyms/replace").text
    for path in ("/pseudonyms/find", "/pseudonyms/replace", "/pseudonyms/1", "/pseudonyms/1/here"):
        answer = send(client, path, decision="keep")
        assert "Pass phrase of the vault" in answer.text
    assert book(sealed).registry == ()
    assert "Pass phrase" in client.get("/pseudonyms/1").text


def test_it_is_shut_again_after_a_quarter_of_an_hour(sealed, pia):
    assert "Featherstone" in pia.get("/pseudonyms").text
    sealed.clock.go(minutes=15)
    page = pia.get("/pseudonyms").text
    assert all(name not in page for name in NAMES)
    assert "Pass phrase of the vault" in page


def test_a_lead_needs_the_role_too(sealed):
    sealed.add("lea", "lead")
    lea = sealed.signed_in("lea")
    send(lea, "/vault", "/vault", key=KEY)
    assert lea.get("/pseudonyms").status_code == 403


def test_entities_are_listed_with_what_is_proposed_and_counts_by_text(sealed, pia):
    page = pia.get("/pseudonyms").text
    assert "names wait for a decision" in page
    assert "[Person 1]" in page
    number = entity(sealed, "Deborah Featherstone").number
    page = pia.get(f"/pseudonyms/{number}").text
    assert "Person. S01: 3, S02: 2." in page
    assert '<mark class="named">' in page
    assert "known all over" in page
    assert "[Person" in page


def test_lists_are_filtered(pia):
    assert "No name is known" not in pia.get("/pseudonyms?state=decided").text
    assert pia.get("/pseudonyms?state=decided").text.count('<th scope="row">') == 0
    only = pia.get("/pseudonyms?kind=person").text
    assert "Featherstone" in only
    assert '<th scope="row"><a href="/pseudonyms/1">Lark' not in only


def test_a_decision_is_kept_and_the_next_open_entity_comes(sealed, pia):
    number = entity(sealed, "Kwame Boateng").number
    done = decide(pia, number, decision="replace", replacement="[Predecessor]", note="Left.")
    assert done.status_code == 303
    assert re.fullmatch(r"/pseudonyms/\d+\?done=decided", done.headers["location"])
    kept = entity(sealed, "Kwame Boateng")
    assert (kept.ruling, kept.replacement, kept.decided) == ("replace", "[Predecessor]", True)
    page = pia.get("/pseudonyms?state=decided").text
    assert "[Predecessor]" in page, "without looking through the texts again"


def test_what_was_decided_meanwhile_is_shown_and_asked_never_overwritten(sealed, pia):
    """In another tab, and by somebody else with the vault open."""
    sealed.add("pat", "pseudonymiser")
    pat = sealed.signed_in("pat")
    send(pat, "/vault", "/vault", key=KEY, next="/pseudonyms")
    number = entity(sealed, "Kwame Boateng").number
    old = seen(pia.get(f"/pseudonyms/{number}").text)
    pat.get(f"/pseudonyms/{number}")
    first = {"decision": "replace", "replacement": "[Predecessor]", "note": "Left."}
    assert decide(pia, number, **first).status_code == 303
    kept = entity(sealed, "Kwame Boateng")
    for client in (pia, pat):
        stale = decide(client, number, seen=old, decision="keep", note="Known anyway.")
        assert stale.status_code == 409
        assert f"What becomes of entity {number} was decided" in stale.text  # INT-048
        assert "Decided: put the replacement in its place, everywhere, [Predecessor]" in stale.text
        assert "Known anyway." in stale.text, "what was written stays"
        assert entity(sealed, "Kwame Boateng") == kept
    assert decide(pat, number, seen=seen(stale.text), decision="keep").status_code == 303
    assert entity(sealed, "Kwame Boateng").ruling == "keep"


@pytest.mark.usefixtures("pia")
def test_a_row_without_what_was_seen_is_not_asked_for_it(sealed):
    number = entity(sealed, "Leeds").number
    rows = [{"entity": str(number), "decision": "keep"}]
    give = {"file": "d.csv", "at": sealed.clock(), "actor": "x"}
    registry = take_decisions(sealed.engine, sealed.folder, KEY, rows, **give)
    with pytest.raises(Fault) as caught:
        take_decisions(sealed.engine, sealed.folder, KEY, [rows[0] | {"seen": ""}], **give)
    assert caught.value.code == "INT-048"
    mine = next(each for each in registry if each.number == number)
    again = [rows[0] | {"seen": stamp_of(mine), "decision": "replace"}]
    take_decisions(sealed.engine, sealed.folder, KEY, again, **give)
    assert entity(sealed, "Leeds").ruling == "replace"


def test_after_the_last_decision_the_list_comes(sealed, pia):
    for each in book(sealed).registry:
        done = decide(pia, each.number, decision=each.ruling)
    assert done.headers["location"] == "/pseudonyms?done=decided"
    assert "names are decided" in pia.get("/pseudonyms").text


def test_an_entity_is_merged_into_another_with_its_mentions(sealed, pia):
    one, two = entity(sealed, "Kwame Boateng"), entity(sealed, "Deborah Featherstone")
    decide(pia, one.number, decision="replace", same_as=str(two.number))
    assert "Kwame Boateng" in entity(sealed, "Deborah Featherstone").forms
    page = pia.get(f"/pseudonyms/{two.number}").text
    assert '<mark class="named">Kwame Boateng</mark>' in page
    assert pia.get(f"/pseudonyms/{one.number}").status_code == 404


def test_a_wrong_merger_is_told_and_taken_back(sealed, pia):
    before = book(sealed).registry
    one, school = entity(sealed, "Kwame Boateng"), entity(sealed, "Lark Hill School")
    done = decide(pia, one.number, decision="replace", same_as=str(school.number))
    assert done.headers["location"] == f"/pseudonyms/{school.number}?done=decided"
    page = pia.get(f"/pseudonyms/{school.number}").text
    told = f"Entity {one.number} (person) is part of entity {school.number} (school) now."
    assert told in page
    assert told in pia.get("/pseudonyms").text
    assert f"Take name {one.number} out again" in page
    stamp = re.search(r'name="seen" value="(\w+)">\n<p class="note">Part of it', page)[1]
    own = {"decision": "replace", "same_as": str(one.number), "seen": stamp}
    back = send(pia, f"/pseudonyms/{one.number}", f"/pseudonyms/{school.number}", **own)
    assert back.headers["location"] == f"/pseudonyms/{one.number}?done=decided"
    assert book(sealed).registry == before
    assert '<mark class="named">Kwame Boateng</mark>' in pia.get(f"/pseudonyms/{one.number}").text
    assert told not in pia.get("/pseudonyms").text


def test_one_replacement_for_two_is_told_or_refused(sealed, pia):
    one, other = entity(sealed, "Kwame Boateng"), entity(sealed, "Deborah Featherstone")
    done = decide(pia, one.number, decision="replace", replacement=other.replacement)
    assert done.headers["location"] == f"/pseudonyms/{one.number}?done=decided"
    assert "so that readers take them for one" in pia.get(f"/pseudonyms/{one.number}").text
    school = entity(sealed, "Lark Hill School")
    answer = decide(pia, school.number, decision="replace", replacement=other.replacement)
    assert answer.status_code == 400
    assert Fault("INT-050").entry.title in answer.text
    assert entity(sealed, "Lark Hill School").replacement == school.replacement


def test_one_mention_is_decided_by_itself(sealed, pia):
    number = entity(sealed, "Leeds").number
    page = pia.get(f"/pseudonyms/{number}").text
    sent = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]
        for name in ("document", "start", "end")
    }
    shown = re.compile(r'name="seen" value="(\w*)">\n<button class="second small" name="decision"')
    path = f"/pseudonyms/{number}/here"
    assert shown.search(page)[1] == ""
    done = send(pia, path, f"/pseudonyms/{number}", **sent, seen="", decision="keep")
    assert done.headers["location"].endswith("#mentions")
    (place,) = book(sealed).places
    assert (place.document, place.ruling) == ("s01", "keep")
    assert "Here: left as it is" in pia.get(f"/pseudonyms/{number}").text
    other = {"decision": "replace", "replacement": "[City]"}
    stale = send(pia, path, f"/pseudonyms/{number}", **sent, seen="", **other)
    assert stale.status_code == 409
    assert "What becomes of this mention was decided" in stale.text
    assert book(sealed).places == (place,)
    known = shown.search(stale.text)[1]
    send(pia, path, f"/pseudonyms/{number}", **sent, seen=known, **other)
    assert "Here: [City]" in pia.get(f"/pseudonyms/{number}").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "no decision was chosen"),
        ({"decision": "eat"}, "no decision was chosen"),
        ({"decision": "replace", "replacement": "bare"}, "does not stand in [brackets]"),
        ({"decision": "replace", "same_as": "999"}, "is no entity"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_with_what_was_written(sealed, pia, fields, words):
    number = entity(sealed, "Leeds").number
    answer = decide(pia, number, note="Kept words.", **fields)
    assert answer.status_code == 400
    assert words in answer.text.lower()
    assert "Kept words." in answer.text
    assert not entity(sealed, "Leeds").decided


def test_a_mention_that_is_none_is_refused(sealed, pia):
    number = entity(sealed, "Leeds").number
    page = f"/pseudonyms/{number}"
    fields = {"document": "s01", "start": "0", "end": "5", "decision": "keep"}
    answer = send(pia, f"{page}/here", page, **fields)
    assert answer.status_code == 400
    assert Fault("WEB-045").entry.title in answer.text
    assert book(sealed).places == ()
    for path in ("/pseudonyms/999", "/pseudonyms/x", "/pseudonyms/0"):
        assert pia.get(path).status_code == 404


def put_in(client, **fields):
    """Put the replacements in as the page that asks sends it."""
    page = client.get("/pseudonyms/replace").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    return send(client, "/pseudonyms/replace", "/pseudonyms/replace", **{"seen": seen} | fields)


def test_replacements_are_put_into_all_texts(sealed, pia):
    done = put_in(pia)
    assert done.headers["location"] == "/pseudonyms?done=replaced"
    for document in ("s01", "s02"):
        text = newest(sealed, document)
        assert text
        assert "Featherstone" not in text
        with snapshot(sealed.engine) as connection:
            assert state_of(connection, document).state == "pseudonymised"


def test_it_is_asked_first_and_said_how_many_nobody_decided(sealed, pia):
    answer = send(pia, "/pseudonyms/replace")
    assert answer.status_code == 200
    people = sum(each.kind == "person" for each in book(sealed).registry)
    assert re.search(rf"undecided</strong>: .*\b{people} person", answer.text)
    assert newest(sealed, "s01") is None
    # Whoever saw another number is asked again.
    assert put_in(pia, seen="1-0-0").status_code == 200
    assert newest(sealed, "s01") is None
    for each in book(sealed).registry:
        decide(pia, each.number, decision="keep" if each.ruling == "ask" else each.ruling)
    assert "All names are decided." in pia.get("/pseudonyms/replace").text


def test_people_at_ask_stay_in_the_texts_only_if_that_is_said(sealed, pia):
    decide(pia, entity(sealed, "Kwame Boateng").number, decision="ask")
    assert "1 person" in pia.get("/pseudonyms/replace").text.partition("at once")[2]
    answer = put_in(pia)
    assert answer.status_code == 400
    assert Fault("INT-046").entry.title in answer.text
    assert newest(sealed, "s01") is None
    assert put_in(pia, leave="yes").status_code == 303
    assert "Kwame Boateng" in newest(sealed, "s01")
    assert ("names left", "registry", "person-1") in told(sealed)


def test_nothing_goes_out_before_names_were_looked_for(sealed):
    client = sealed.signed_in("pia")
    send(client, "/vault", "/vault", key=KEY, next="/pseudonyms")
    page = client.get("/pseudonyms/replace").text
    assert "Nobody looked for names in the present words of 2 texts" in page
    answer = put_in(client)
    assert answer.status_code == 400
    assert Fault("INT-044").entry.title in answer.text
    assert newest(sealed, "s01") is None


def test_a_text_that_came_later_waits_until_it_was_searched(sealed, pia):
    seal_more(sealed, s03="Head: Gwendolen Ashworth is my deputy.\n")
    assert "S03" in pia.get("/pseudonyms/replace").text
    assert put_in(pia).headers["location"] == "/pseudonyms?done=replaced-some"
    assert newest(sealed, "s03") is None
    assert newest(sealed, "s01")


def test_names_that_were_typed_into_a_version_without_names_are_found_and_shown(sealed, pia):
    put_in(pia)
    file = sealed.folder / "edited.txt"
    for old, new in (("Head:", "Kwame Boateng:"), ("small", "small, says Gwendolen Ashworth")):
        words = newest(sealed, "s02")
        assert words.count(old) == 1
        file.write_text(words.replace(old, new), "utf-8")
        correct(sealed.engine, "s02", file, version=None, vault=None, **NOW)
    assert "S02" in pia.get("/pseudonyms/replace").text, "nobody has decided about one of them"
    send(pia, "/pseudonyms/find")
    page = pia.get(f"/pseudonyms/{entity(sealed, 'Gwendolen Ashworth').number}").text
    assert "S02, typed into its version without names." in page
    assert "Person. S02: 1." in page
    assert "/here" not in page
    known = pia.get(f"/pseudonyms/{entity(sealed, 'Kwame Boateng').number}").text
    assert "S02, typed into its version without names." in known
    assert put_in(pia).headers["location"] == "/pseudonyms?done=replaced"
    assert "Boateng" not in newest(sealed, "s02")
    assert "Ashworth" not in newest(sealed, "s02")


def test_openings_are_noted_and_names_lie_in_the_vault_only(sealed, pia):
    decide(pia, 1, decision="replace", replacement="[Somebody]")
    pia.get("/pseudonyms")
    noted = told(sealed)
    assert ("vault opened", "vault", "person-1") in noted
    assert ("names decided", "registry", "person-1") in noted
    for path in (sealed.folder / ".consilience").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert all(name.encode() not in content for name in NAMES), path
    send(pia, "/vault/lock", "/vault")
    assert ("vault closed", "vault", "person-1") in told(sealed)
