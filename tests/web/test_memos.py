"""Memos on pages: changed and deleted by their writer and leads, names kept out of them."""

from __future__ import annotations

import re

import pytest
from made_site import send
from made_texts import assign, keep_codes, keep_text, make_codes, make_text
from made_vault import KEY, seal_texts

from consilience.desk.registry import candidates


@pytest.fixture
def coded(web):
    """Return a study with a text for two coders, and a lead."""
    for login in ("ann", "ben"):
        web.add(login, "coder", name=f"{login.title()} K.")
    web.add("lea", "lead", name="Lea K.")
    keep_codes(web.engine, make_codes(8))
    keep_text(web.engine, *make_text(120))
    for login in ("ann", "ben"):
        assign(web.engine, web.people[login].id)
    return web


def note(client, text, on="code", thing="c1"):
    """Keep a memo and return the address at which it is changed."""
    where = f"/memos?on={on}&thing={thing}"
    assert send(client, "/memos", where, on=on, thing=thing, text=text, title="").status_code == 303
    return re.search(r'href="(/memos/[^"?/]+)"', client.get(where).text)[1]


def test_the_writer_changes_and_deletes_a_memo(coded):
    ann = coded.signed_in("ann")
    place = note(ann, "Is it two?")
    shown = ann.get(place).text
    assert "Is it two?" in shown
    assert "Yours" in shown
    done = send(ann, place, place, title="Doubt", text="It is one.", forget="yes")
    assert done.headers["location"] == "/memos?done=memo"
    listed = ann.get("/memos").text
    assert ("It is one." in listed, "Is it two?" in listed, "Doubt" in listed) == (
        True,
        False,
        True,
    )
    empty = send(ann, place, place, title="kept as typed", text=" ")
    assert empty.status_code == 400
    assert "kept as typed" in empty.text
    gone = send(ann, f"{place}/delete", place)
    assert gone.headers["location"] == "/memos?done=memo-gone"
    assert "It is one." not in ann.get("/memos").text
    assert ann.get(place).status_code == 404


def test_the_writer_is_told_who_reads_a_memo_at_once(coded):
    ann, told = coded.signed_in("ann"), "sees this memo at once"
    for where in ("on=code&thing=c1", "on=study&thing=study"):
        assert told in ann.get(f"/memos?{where}").text
    assert told not in ann.get("/memos?on=document&thing=text-1").text
    assert told not in ann.get("/memos").text


def test_others_read_it_and_a_lead_may_change_it(coded):
    place = note(coded.signed_in("ann"), "Is it two?")
    ben, lea = coded.signed_in("ben"), coded.signed_in("lea")
    assert "Is it two?" in ben.get("/memos").text
    assert place not in ben.get("/memos").text
    for path in (place, f"{place}/delete"):
        assert send(ben, path, "/account", title="", text="x").status_code == 404
    assert ben.get(place).status_code == 404
    assert "Somebody else" in lea.get(place).text
    assert send(lea, place, place, title="", text="It is one.").status_code == 303
    assert "It is one." in coded.signed_in("ann").get("/memos").text
    assert send(lea, f"{place}/delete", place).status_code == 303


def test_with_the_vault_open_a_name_is_refused_and_what_was_typed_stays(coded):
    seal_texts(coded)
    candidates(coded.engine, coded.folder, KEY, at=coded.clock(), actor="test")
    lea = coded.signed_in("lea")
    place = note(lea, "Before the vault is open: Featherstone.")
    send(lea, "/vault", "/vault", key=KEY)
    where = "/memos?on=code&thing=c2"
    refused = send(lea, "/memos", where, on="code", thing="c2", title="", text="Featherstone?")
    assert refused.status_code == 400
    assert "Name in a memo" in refused.text
    assert "Featherstone?</textarea>" in refused.text
    changed = send(lea, place, place, title="", text="Featherstone, again")
    assert "Name in a memo" in changed.text
    assert "again" not in lea.get("/memos").text
    assert send(lea, place, place, title="", text="The head.").status_code == 303


def test_a_memo_on_a_text_is_changed_from_its_page(coded):
    ann = coded.signed_in("ann")
    place = note(ann, "<b>bold</b>", on="document", thing="text-1")
    assert "&lt;b&gt;bold" in ann.get(place).text
    assert "Change a memo on " in ann.get(place).text
