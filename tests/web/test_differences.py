"""Where coders differ: who may see it, how it is settled, and in figures."""

from __future__ import annotations

import re
from html import unescape

import pytest
from made_site import send, token_of
from made_texts import assign, keep_codes, keep_codings, keep_text, make_codes, make_text
from talk_study import write_study

from consilience.base.errors import Fault
from consilience.desk import differences
from consilience.desk.agreement import queue
from consilience.desk.coding import reopen
from consilience.desk.differences import differences_for, may_judge, rule, ruling_of, stamp_of
from consilience.desk.sight import sight_of
from consilience.store.codings import codings_table
from consilience.store.database import snapshot

DONE = "2026-03-03T09:00:00Z"


def code_text(web, document, rows, *, released=("person-1", "person-2")):
    """Keep a text that ann and ben code: rows are code, coder and the place of words."""
    text = keep_text(web.engine, *make_text(120), document=document, name=document.title())
    for coder in ("person-1", "person-2"):
        assign(web.engine, coder, document=document,
               released=DONE if coder in released else None)  # fmt: skip
    keep_codings(web.engine, [
        {"id": f"{document}-{n}", "document": document, "start": start, "end": end, "code": code,
         "coder": coder}
        for n, (code, coder, start, end) in enumerate(rows)
    ])  # fmt: skip
    return text


@pytest.fixture
def coded(web):
    """Return a study in which two coders agree once and differ twice on one text."""
    for login in ("ann", "ben", "eve"):
        web.add(login, "coder", name=f"{login.title()} K.")
    web.add("lea", "lead", name="Lea <b>")
    keep_codes(web.engine, make_codes(8))
    web.text = code_text(web, "one", [
        ("c1", "person-1", 3, 30), ("c1", "person-2", 3, 32),
        ("c2", "person-1", 40, 80), ("c2", "person-2", 50, 90),
        ("c3", "person-1", 100, 120),
    ])  # fmt: skip
    code_text(web, "two", [("c1", "person-1", 3, 30)], released=("person-1",))
    return web


def items(web, login="lea", code=None):
    found = differences_for(web.engine, web.people[login]).items
    return [each for each in found if code in (None, each.code.id)]


def consensus(web):
    with snapshot(web.engine) as connection:
        rows = codings_table(connection, coder="consensus").to_pylist()
    return sorted((row["code"], row["start"], row["end"]) for row in rows)


def settle(client, item, **fields):
    page = f"/differences/{item.id}"
    shown = client.get(page)
    seen = re.search(r'name="seen" value="(\w*)"', shown.text)
    return client.post(page, data={
        "csrf": token_of(shown), "seen": seen[1], "reason": "Both mean it.", **fields
    })  # fmt: skip


def test_what_others_decided_meanwhile_is_shown_and_asked_never_overwritten(coded):
    lea, ann = coded.signed_in("lea"), coded.signed_in("ann")
    (item,) = items(coded, code="c2")
    page = f"/differences/{item.id}"
    shown = lea.get(page)
    stale = {"csrf": token_of(shown), "seen": "", "choice": "reject", "reason": "Not meant."}
    settle(ann, item, choice="merge", reason="Both are <b>.")
    refused = lea.post(page, data=stale)
    assert refused.status_code == 409
    text = unescape(refused.text)
    assert "settled after the page was shown, with the reason 'Both are <b>.'" in text
    assert "Settled by Ann K." in text
    assert 'value="Not meant."' in text, "what was written stays"
    assert consensus(coded) == [("c2", 40, 90)]
    seen = re.search(r'name="seen" value="(\w+)"', refused.text)[1]
    assert lea.post(page, data={**stale, "seen": seen}).status_code == 303, "knowing of it"
    assert consensus(coded) == []
    again = ann.post(page, data={**stale, "csrf": token_of(ann.get(page)), "seen": seen})
    assert again.status_code == 409, "the one seen is gone too (COD-070)"


@pytest.mark.parametrize("other", ["", "0" * 16])
def test_a_decision_is_made_only_on_what_was_seen(coded, other):
    (item,) = items(coded, code="c2")
    lea = coded.people["lea"]
    made = (coded.engine, lea, item.id, ruling_of("reject", reason="No."))
    decision = rule(*made, seen="", at=coded.clock())
    with pytest.raises(Fault) as caught:
        rule(*made, seen=other, at=coded.clock())
    assert caught.value.code == "COD-070"
    rule(*made, seen=stamp_of(decision), at=coded.clock())


def test_the_queue_shows_what_coders_differ_on_and_what_waits(coded):
    page = coded.signed_in("lea").get("/differences").text
    assert "2 of 2 passages are open" in page
    assert page.count('<th scope="row">') == 2
    assert "Ann K., Ben K." in page
    assert "1 passage was marked alike" in page
    assert re.search(r"not released it: Two\.", page)


def test_the_queue_is_filtered_by_text_code_and_state(coded):
    lea = coded.signed_in("lea")
    assert lea.get("/differences?code=c3").text.count('<th scope="row">') == 1
    assert "No passage is like that" in lea.get("/differences?text=two").text
    settle(lea, items(coded, code="c3")[0], choice="reject")
    assert lea.get("/differences").text.count('<th scope="row">') == 1
    assert lea.get("/differences?state=settled").text.count('<th scope="row">') == 1
    assert lea.get("/differences?state=all").text.count('<th scope="row">') == 2


def test_the_passage_stands_in_its_turns_with_who_marked_what(coded):
    (item,) = items(coded, code="c2")
    page = coded.signed_in("lea").get(f"/differences/{item.id}").text
    assert "As Ann K. marked it" in page
    assert "All of it together" in page
    assert page.count("<mark") >= 2
    (item,) = items(coded, code="c3")
    page = coded.signed_in("lea").get(f"/differences/{item.id}").text
    assert "Ben K. did not" in page
    assert "All of it together" not in page, "one passage is not merged with itself"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("accept:person-1", [("c2", 40, 80)]),
        ("accept:person-2", [("c2", 50, 90)]),
        ("merge", [("c2", 40, 90)]),
        ("reject", []),
    ],
)
def test_a_passage_is_settled_and_the_next_one_comes(coded, choice, expected):
    lea = coded.signed_in("lea")
    (item,), (other,) = items(coded, code="c2"), items(coded, code="c3")
    done = settle(lea, item, choice=choice)
    assert done.headers["location"] == f"/differences/{other.id}?done=settled"
    assert consensus(coded) == expected
    page = lea.get(f"/differences/{item.id}").text
    assert "Settled by you on 2 March 2026: Both mean it." in page
    assert settle(lea, other, choice="reject").headers["location"].startswith("/differences?")


def test_filters_go_along_to_the_next_passage(coded):
    lea = coded.signed_in("lea")
    first = items(coded)[0]
    page = f"/differences/{first.id}?text=one"
    done = send(lea, page, page, choice="reject", reason="No.")
    assert done.headers["location"].endswith("?text=one&done=settled")


def test_an_own_passage_is_found_by_its_words(coded):
    lea = coded.signed_in("lea")
    (item,) = items(coded, code="c2")
    words = coded.text[45:70].strip()
    start = coded.text.index(words)
    settle(lea, item, choice="own", words=words.replace(" ", "\r\n"), chosen="", start="1", end="2")
    assert consensus(coded) == [("c2", start, start + len(words))]


def test_words_that_stand_twice_are_taken_where_they_are_nearest(coded):
    (item,) = items(coded, code="c3")
    places = [each.start() for each in re.finditer(" and ", coded.text)]
    nearest = min(places, key=lambda place: abs(place - item.start)) + 1
    assert nearest > places[0] + 1
    settle(coded.signed_in("lea"), item, choice="own", words="and", chosen="", start="", end="")
    assert consensus(coded) == [("c3", nearest, nearest + 3)]


def test_an_own_passage_is_taken_where_it_was_selected(coded):
    lea = coded.signed_in("lea")
    (item,) = items(coded, code="c2")
    start = coded.text.index(" ", 45)
    settle(lea, item, choice="own", words="a b", chosen="a\n b", start=str(start), end="75")
    ((_, first, last),) = consensus(coded)
    assert coded.text[first:last] == coded.text[start:75].strip()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"choice": "merge", "reason": " "}, "says no reason"),
        ({}, "no way to settle it was chosen"),
        ({"choice": "eat"}, "is no decision"),
        ({"choice": "accept:person-3"}, "marked nothing"),
        ({"choice": "own", "words": " "}, "the own passage is empty"),
        ({"choice": "own", "words": "nobody said this"}, Fault("WEB-040").what),
        ({"choice": "own", "words": "a", "chosen": "a", "start": "5", "end": "9999"}, "not within"),
        ({"choice": "own", "words": "a", "chosen": "a", "start": "x", "end": "9"}, "is none"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused_with_what_was_written(coded, fields, words):
    lea = coded.signed_in("lea")
    (item,) = items(coded, code="c2")
    answer = settle(lea, item, **fields)
    assert answer.status_code == 400
    assert words in unescape(answer.text).lower()
    assert consensus(coded) == []
    if fields.get("reason") != " ":
        assert 'value="Both mean it."' in answer.text


def test_what_is_agreed_is_taken_over_by_the_lead(coded):
    lea, ann = coded.signed_in("lea"), coded.signed_in("ann")
    assert send(ann, "/differences/agreed").status_code == 403
    assert send(lea, "/differences/agreed").headers["location"] == "/differences?done=taken"
    assert consensus(coded) == [("c1", 3, 32)]
    assert "Take" not in lea.get("/differences").text
    assert "taken" not in ann.get("/differences").text


def test_a_coder_sees_and_settles_only_what_was_coded_and_released_here(coded):
    ann, eve = coded.signed_in("ann"), coded.signed_in("eve")
    (item,) = items(coded, code="c2")
    assert "2 of 2" in ann.get("/differences").text
    assert "you" in ann.get(f"/differences/{item.id}").text
    assert "Nothing is to be settled" in eve.get("/differences").text
    assert eve.get(f"/differences/{item.id}").status_code == 404  # COD-068
    token = {"choice": "reject", "reason": "No."}
    assert send(eve, f"/differences/{item.id}", "/account", **token).status_code == 404
    assert consensus(coded) == []
    assert settle(ann, item, choice="merge").status_code == 303


def test_nothing_is_shown_while_a_coder_is_blind(coded):
    assign(coded.engine, "person-3", document="one")
    for login in ("lea", "ann", "eve"):
        page = coded.signed_in(login).get("/differences").text
        assert "Nothing is to be settled" in page
        assert "/differences/" not in page
    assert coded.signed_in("lea").get("/differences/x").status_code == 404


def test_settling_does_not_make_everything_be_compared_again(coded, monkeypatch):
    lea = coded.signed_in("lea")
    first = items(coded)[0]
    page = lea.get(f"/differences/{first.id}")
    counts = []
    monkeypatch.setattr(differences, "queue", lambda engine: counts.append(1) or queue(engine))
    data = {"csrf": token_of(page), "choice": "reject", "reason": "No."}
    assert lea.post(f"/differences/{first.id}", data=data).status_code == 303
    assert "1 of 2" in lea.get("/differences").text
    assert counts == []


def test_who_still_codes_a_text_judges_nothing_of_it(coded):
    assign(coded.engine, "person-4", document="one")
    with snapshot(coded.engine) as connection:
        sight = sight_of(connection, coded.people["lea"])
    assert not may_judge(sight, "one"), "a lead who codes it is a coder like others"
    assert may_judge(sight, "two")


def test_what_others_do_meanwhile_is_seen(coded):
    lea, ann = coded.signed_in("lea"), coded.signed_in("ann")
    first, second = items(coded)
    assert "2 of 2" in lea.get("/differences").text
    settle(ann, first, choice="merge")
    assert "1 of 2" in lea.get("/differences").text
    assert "Settled by Ann K." in lea.get(f"/differences/{first.id}").text
    settle(lea, first, choice="reject", reason="Not meant.")
    settle(lea, second, choice="reject")
    assert "Settled by Lea" in ann.get(f"/differences/{first.id}").text
    assert consensus(coded) == []
    reopen(coded.engine, "one", coder="person-1", at=coded.clock(), actor="person-4")
    assert "Nothing is to be settled" in lea.get("/differences").text
    assert lea.get(f"/differences/{first.id}").status_code == 404


def test_agreement_is_shown_by_code_with_its_unit(coded):
    write_study(coded.folder)
    ann = coded.signed_in("ann")
    page = ann.get("/agreement").text
    assert "Counted in characters of 1 text" in page
    assert page.count('class="mark s0"') >= 3
    assert "Percent" not in page, "0.97 is no percent"
    assert re.search(r'data-title="Share alike">0\.9\d<', page)
    assert re.search(r'data-title="Alpha">0\.9\d<', page)
    assert "Left out, as a coder has not released it: Two" in page
    assert "Counted in sentences" in ann.get("/agreement?unit=sentences").text
    assert "Counted in characters" in ann.get("/agreement?unit=<b>").text


def test_what_is_undefined_is_called_so_and_why(coded):
    write_study(coded.folder)
    rows = [("c4", coder, 0, len(coded.text)) for coder in ("person-1", "person-2")]
    keep_codings(coded.engine, [
        {"id": f"whole-{n}", "document": "one", "start": start, "end": end, "code": code,
         "coder": coder}
        for n, (code, coder, start, end) in enumerate(rows)
    ])  # fmt: skip
    page = coded.signed_in("lea").get("/agreement").text
    assert 'data-title="Alpha">undefined<' in page
    assert re.search(
        r"<summary>No variation: 1 code</summary>\s*<ul class=.plain.><li>Voice[^<]*aspect 1</li>",
        page,
    )
    assert re.search(
        r"<summary>Not used: [^<]*</summary>\s*<ul[^>]*>(<li>[^<]*</li>)*?<li>[^<]*Leadership", page
    )


def test_a_study_file_with_errors_is_told_of(coded):
    page = coded.signed_in("ann").get("/agreement")
    assert page.status_code == 200
    assert "The study file has errors" in page.text


def test_without_two_coders_there_are_no_figures(web):
    write_study(web.folder)
    web.add("ann", "coder")
    page = web.signed_in("ann").get("/agreement")
    assert page.status_code == 200
    assert "nothing to compare yet" in page.text
