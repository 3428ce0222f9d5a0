"""A lead takes a text out of all work on a page, and brings it back."""

from __future__ import annotations

import re

import pytest
from made_site import send, token_of
from made_texts import assign, keep_text, make_text
from made_vault import KEY, seal_texts, told

from consilience.desk.erasing import erase_text
from consilience.desk.pseudonyms import apply
from consilience.desk.registry import candidates, decide, read_book
from consilience.desk.transcripts import bring_to_state, listed
from consilience.store.vault import open_vault

PAGE = "/transcripts/text-1/withdraw"


@pytest.fixture
def lea(web):
    web.add("lea", "lead")
    web.add("ann", "coder")
    keep_text(web.engine, *make_text(60), name="Talk <1>")
    assign(web.engine, "person-2")
    return web.signed_in("lea")


def state(web):
    (line,) = [each for each in listed(web.engine) if each.document.id == "text-1"]
    return line.state.state if line.state else None, line.state.reason if line.state else None


def test_a_lead_withdraws_a_text_and_brings_it_back(web, lea):
    bring_to_state(web.engine, "text-1", "checked", reason="Heard.", at=web.clock(), actor="x")
    assert f'href="{PAGE}" aria-label="Withdraw Talk &lt;1&gt;"' in lea.get("/transcripts").text
    page = lea.get(PAGE).text
    assert "as it is now (checked)" in page
    assert "--erase" in page, "where its words are destroyed"
    done = send(lea, PAGE, PAGE, step="withdraw", reason=" left the study ")
    assert (done.status_code, done.headers["location"]) == (
        303, "/transcripts?done=text-withdrawn",
    )  # fmt: skip
    assert state(web) == ("withdrawn", "left the study")
    assert web.signed_in("ann").get("/texts/text-1").status_code == 410
    listing = lea.get("/transcripts").text
    assert f'href="{PAGE}" aria-label="Bring back Talk &lt;1&gt;"' in listing
    page = lea.get(PAGE).text
    assert "left the study" in page
    assert 'value="back"' in page
    assert send(lea, PAGE, PAGE, step="back", reason="agreed").status_code == 303
    assert state(web) == ("checked", "agreed")
    assert web.signed_in("ann").get("/texts/text-1").status_code == 200
    by_lea = [each for each in told(web) if each == ("transcript state", "text-1", "person-1")]
    assert len(by_lea) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"step": "withdraw", "reason": " "}, "needs a reason"),
        ({"step": "withdraw", "reason": "x" * 501}, "longer than 500"),
        ({"step": "erase", "reason": "left"}, "no such step"),
        ({"reason": "left"}, "no such step"),
        ({"step": "back", "reason": "left"}, "is not withdrawn"),
    ],
)
def test_what_is_not_right_is_said_and_changes_nothing(web, lea, fields, words):
    answer = send(lea, PAGE, PAGE, **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert state(web) == (None, None)
    if fields["reason"].strip():
        assert f'value="{fields["reason"][:500]}"' in answer.text, "what was typed is kept"


def test_one_whom_another_lead_was_ahead_of_is_told(web, lea):
    token = token_of(lea.get(PAGE))
    send(lea, PAGE, PAGE, step="withdraw", reason="first")
    answer = lea.post(PAGE, data={"csrf": token, "step": "withdraw", "reason": "second"})
    assert answer.status_code == 410
    assert "is withdrawn" in answer.text
    assert state(web) == ("withdrawn", "first")


def test_it_needs_the_token_of_the_form_and_a_lead(web, lea):
    form = {"step": "withdraw", "reason": "left"}
    assert lea.post(PAGE, data=form).status_code == 403
    tom = web.add("tom", "transcriber") and web.signed_in("tom")
    assert tom.get(PAGE).status_code == 403
    page = tom.get("/transcripts")
    assert "/withdraw" not in page.text
    assert tom.post(PAGE, data=form | {"csrf": token_of(tom.get("/account"))}).status_code == 403
    assert state(web) == (None, None)
    assert lea.get("/transcripts/nothing/withdraw").status_code == 404


def test_an_erased_text_and_an_answer_have_no_form(web, lea):
    erase_text(
        web.engine, web.folder, "text-1", reason="form 2", key=None, at=web.clock(), actor="x"
    )
    page = lea.get(PAGE).text
    assert "form 2" in page
    assert 'name="step"' not in page
    listing = lea.get("/transcripts").text
    assert PAGE not in listing
    assert "/transcripts/text-1/speakers" not in listing, "it would lead to what is gone"


def test_a_name_found_later_is_read_in_no_older_version_without_the_vault(web):
    seal_texts(web)
    now = {"at": web.clock(), "actor": "x"}
    study = (web.engine, web.folder, KEY)
    candidates(*study, **now)
    book = read_book(open_vault(web.folder / ".consilience", KEY)).registry
    (kwame,) = [each for each in book if "Kwame Boateng" in each.forms]
    row = {"entity": str(kwame.number)}
    decide(*study, [row | {"decision": "keep"}], file="d", **now)
    apply(*study, **now)
    tom = web.signed_in("tom", "transcriber")
    assert "Kwame Boateng" in tom.get("/transcripts/s01/speakers").text
    decide(*study, [row | {"decision": "replace", "replacement": "[Head]"}], file="d", **now)
    apply(*study, **now)
    page = tom.get("/transcripts/s01/speakers")
    assert "Boateng" not in page.text
    assert re.search(r"2 pseudonymised \(in the vault\)", page.text)
    for version in ("1", "2"):
        shut = tom.get(f"/transcripts/s01/speakers?version={version}")
        assert shut.status_code == 403
        assert "Boateng" not in shut.text
