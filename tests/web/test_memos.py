"""Memos on pages: changed and deleted by their writer and leads, names kept out of them."""

from __future__ import annotations

import re

import pytest
from made_site import send
from made_texts import assign, keep_codes, keep_text, make_codes, make_text
from made_vault import KEY, seal_texts

from consilience.base.catalogue import CATALOGUE
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


def stamp_of(page):
    """Return what a page of a memo says that it shows."""
    return re.search(r'name="shown" value="(\w+)"', page.text)[1]


def change(client, place, page=None, **data):
    """Send the form of a memo as a page showed it, or as one does now."""
    return send(client, place, place, shown=stamp_of(page or client.get(place)), **data)


def delete(client, place, page=None):
    """Take a memo out from a page, or from that of now."""
    return send(client, f"{place}/delete", place, shown=stamp_of(page or client.get(place)))


def test_the_writer_changes_and_deletes_a_memo(coded):
    ann = coded.signed_in("ann")
    place = note(ann, "Is it two?")
    shown = ann.get(place).text
    assert "Is it two?" in shown
    assert "Yours" in shown
    done = change(ann, place, title="Doubt", text="It is one.", forget="yes")
    assert done.headers["location"] == "/memos?done=memo"
    listed = ann.get("/memos").text
    assert ("It is one." in listed, "Is it two?" in listed, "Doubt" in listed) == (
        True,
        False,
        True,
    )
    empty = change(ann, place, title="kept as typed", text=" ")
    assert empty.status_code == 400
    assert "kept as typed" in empty.text
    gone = delete(ann, place)
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
    assert change(lea, place, title="", text="It is one.").status_code == 303
    assert "It is one." in coded.signed_in("ann").get("/memos").text
    assert delete(lea, place).status_code == 303


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
    changed = change(lea, place, title="", text="Featherstone, again")
    assert "Name in a memo" in changed.text
    assert "again" not in lea.get("/memos").text
    assert change(lea, place, title="", text="The head.").status_code == 303


def test_a_memo_on_a_text_is_changed_from_its_page(coded):
    ann = coded.signed_in("ann")
    place = note(ann, "<b>bold</b>", on="document", thing="text-1")
    assert "&lt;b&gt;bold" in ann.get(place).text
    assert "Change a memo on " in ann.get(place).text


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(coded):
    ann, lea = coded.signed_in("ann"), coded.signed_in("lea")
    place = note(ann, "Is it two?")
    before = ann.get(place)
    assert change(lea, place, title="Lea", text="Said by Lea.").status_code == 303
    refused = change(ann, place, before, title="", text="Said by Ann.")
    assert refused.status_code == 409
    assert CATALOGUE["COD-172"].title in refused.text
    for words in ("Said by Ann.</textarea>", "Said by Lea.", "What stands now"):
        assert words in refused.text
    assert "Said by Lea." in ann.get("/memos").text
    empty = change(ann, place, before, title="", text=" ")
    assert change(ann, place, empty, title="", text="Ann again.").status_code == 409, "as before"
    gone = delete(ann, place, before)
    assert (gone.status_code, "What you wrote" in gone.text) == (409, False)
    assert "Said by Lea." in ann.get("/memos").text
    assert change(ann, place, before, title="Lea", text="Said by Lea.").status_code == 303, "same"
    assert change(ann, place, refused, title="", text="Said by both.").status_code == 303, "seen"
    assert "Said by both." in ann.get("/memos").text


def test_a_form_of_a_memo_without_its_stamp_changes_nothing(coded):
    ann = coded.signed_in("ann")
    place = note(ann, "Is it two?")
    for path in (place, f"{place}/delete"):
        answer = send(ann, path, place, title="", text="It is one.")
        assert answer.status_code == 400
        assert CATALOGUE["COD-143"].title in answer.text
    assert "Is it two?" in ann.get("/memos").text
