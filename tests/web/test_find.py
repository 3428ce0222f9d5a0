"""Finding passages on the web: by codes, by words, by both, and only what one may see."""

from __future__ import annotations

import re

import pytest
from made_texts import assign, keep_codes, keep_codings, keep_text

from consilience.base.errors import Fault
from consilience.coding.model import Code
from consilience.interviews.model import Document
from consilience.interviews.transcripts import turns_in
from consilience.store.database import transaction
from consilience.store.transcripts import keep_document

DONE = "2026-03-03T09:00:00Z"
ONE = """Held in May.

I: What of trust between you?

R: Trust grows slowly. The front door helps, and a form does not.

R: We lost trust over budgets.
"""
TWO = "I: And here?\n\nR: No trust at all; the front door is shut.\n"


def keep_mark(web, coding, text, words, code, coder, document):
    start = text.index(words)
    keep_codings(web.engine, [
        {"id": coding, "document": document, "start": start, "end": start + len(words),
         "code": code, "coder": coder}
    ])  # fmt: skip


@pytest.fixture
def coded(web):
    """Return a study: ann and ben code the first text, ann has released it; ben has the second."""
    for login in ("ann", "ben"):
        web.add(login, "coder", name=f"{login.title()} K.")
    web.add("lea", "lead")
    keep_codes(web.engine, [
        Code(id="h", name="Ties", codable=False),
        Code(id="c1", name="Trust", parent="h"),
        Code(id="c2", name="Ways in & out", parent="h", position=1),
    ])  # fmt: skip
    for document, text in (("one", ONE), ("two", TWO)):
        keep_text(web.engine, text, turns_in(text), document=document, name=document.title())
    assign(web.engine, "person-1", document="one", released=DONE)
    assign(web.engine, "person-2", document="one")
    assign(web.engine, "person-2", document="two")
    keep_mark(web, "a1", ONE, "Trust grows slowly. The front door helps", "c1", "person-1", "one")
    keep_mark(web, "a2", ONE, "front door", "c2", "person-1", "one")
    keep_mark(web, "b1", ONE, "We lost trust over budgets.", "c1", "person-2", "one")
    keep_mark(web, "b2", TWO, "No trust at all", "c1", "person-2", "two")
    return web


def found(client, **asked):
    """Return the passages that a page shows, without marks, and how many it says there are."""
    page = client.get("/find", params=asked)
    assert page.status_code == 200, page.text
    shown = re.findall(r"<blockquote>(.*?)</blockquote>", page.text, re.DOTALL)
    count = re.search(r'id="found">([\d,]+) passage', page.text)
    assert count, page.text
    assert int(count[1]) == len(shown)
    return sorted(re.sub(r"<[^>]+>", "", each) for each in shown)


def test_nothing_asked_is_nothing_found(coded):
    page = coded.signed_in("lea").get("/find").text
    assert 'id="found"' not in page
    assert 'href="/find?codes=Trust"' in page
    assert 'href="/find?codes=%22Ways%20in%20%26%20out%22"' in page
    assert 'href="/find?codes=Ties%2A"' in page


def test_passages_are_found_by_codes(coded):
    lea = coded.signed_in("lea")
    assert len(found(lea, codes="Trust")) == 3
    assert found(lea, codes='Trust and "Ways in & out"') == ["front door"]
    assert found(lea, codes='"Ways in & out" in Trust') == ["front door"]
    assert len(found(lea, codes="Ties*")) == 4
    page = lea.get("/find?codes=Trust").text
    assert "Ties &gt; Trust" in page
    assert "Ann K." in page


def test_passages_are_found_by_words(coded):
    lea = coded.signed_in("lea")
    assert len(found(lea, words='"front door"')) == 2
    assert len(found(lea, words="trust", speaker="I")) == 1
    assert len(found(lea, words="trust", document="two")) == 1
    page = lea.get('/find?words="front door"').text
    assert '<mark class="named">front door</mark>' in page or page.count("front</mark>") == 2


def test_words_within_codes_are_found(coded):
    lea = coded.signed_in("lea")
    assert found(lea, codes="Trust", words='"front door"') == [
        "Trust grows slowly. The front door helps"
    ]
    assert len(found(lea, codes="Trust", words="trust")) == 3
    assert found(lea, codes="Trust", words="budget*") == ["We lost trust over budgets."]
    assert found(lea, codes="Trust", words="nowhere") == []


def test_a_coder_and_a_speaker_narrow_it(coded):
    lea = coded.signed_in("lea")
    assert len(found(lea, coder="person-1")) == 2
    assert len(found(lea, codes="Trust", coder="person-2")) == 2
    assert found(lea, codes="Trust", speaker="I") == []


def test_a_coder_finds_only_what_that_coder_may_see(coded):
    ann, ben = coded.signed_in("ann"), coded.signed_in("ben")
    assert found(ann, codes="Trust") == ["Trust grows slowly. The front door helps"]
    assert len(found(ben, codes="Trust")) == 2, "ann released, but ben has not"
    assert len(found(ann, words="trust")) == 3, "of her own text only"
    assert ann.get("/find?words=trust").text.count("simulated</span>") == 3
    page = ann.get("/find?words=trust").text
    assert "Two" not in page
    for asked in ("coder=person-2", "document=two&codes=Trust", "case=none&codes=Trust",
                  "document=none&codes=Trust"):  # fmt: skip
        answer = ann.get(f"/find?{asked}")
        assert "We lost" not in answer.text
        assert "No trust" not in answer.text
        assert "Two" not in answer.text
    three = "X: Somebody else.\n"
    with transaction(coded.engine) as connection:
        keep_document(connection, Document(id="three", name="Three", case="c"), text=three,
                      turns=turns_in(three), sealed=False, at=DONE, actor="t")  # fmt: skip
    for name, there in (("document", "two"), ("speaker", "X"), ("case", "c")):
        asked = [ann.get(f"/find?codes=Trust&{name}={each}") for each in (there, "nothing")]
        assert {each.status_code for each in asked} == {400}
        told = {re.search(r'role="alert">(.*?)</div>', each.text, re.DOTALL)[1] for each in asked}
        assert len(told) == 1, "no word of what others have"
    assert ">Ann K.<" not in ben.get("/find").text.split('name="coder"')[1].split("</select>")[0]


def test_an_analyst_finds_what_is_released(coded):
    coded.add("ada", "analyst")
    ada = coded.signed_in("ada")
    assert found(ada, codes="Trust") == ["Trust grows slowly. The front door helps"]
    assert len(found(ada, words="trust")) == 4


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("codes=Trust and", "cannot be read"),
        ("codes=Nothing", "unknown code"),
        ("words=%22open", "no closing quote"),
        ("words=(a", "do not match"),
        ("case=none&codes=Trust", Fault("WEB-046").what),
        ("document=none&words=trust", "no such text"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_what_was_typed(coded, query, words):
    answer = coded.signed_in("lea").get(f"/find?{query}")
    assert answer.status_code in (400, 404)
    assert words in answer.text.lower()
    assert 'name="codes"' in answer.text
    assert str(coded.folder) not in answer.text


def test_a_place_leads_to_its_turn(coded):
    lea = coded.signed_in("lea")
    page = lea.get("/find?codes=%22Ways%20in%20%26%20out%22").text
    to = re.search(r'href="(/texts/one/at/\d+)"', page)[1]
    answer = lea.get(to)
    assert answer.headers["location"] == "/texts/one#t3"
    turn = lea.get("/texts/one").text.split('id="t3"')[1].split("</article>")[0]
    assert "front door" in turn
    label = ONE.index("R: Trust")
    assert lea.get(f"/texts/one/at/{label}").headers["location"] == "/texts/one#t3"
    assert lea.get("/texts/one/at/0").headers["location"] == "/texts/one#t1"
    assert lea.get("/texts/one/at/x").status_code == 400
    assert coded.signed_in("ann").get("/texts/two/at/3").status_code == 404


def test_whatever_is_typed_is_escaped(coded):
    evil = "<script>alert(1)</script>\"'"
    lea = coded.signed_in("lea")
    for name in ("codes", "words", "document", "coder", "speaker", "case"):
        page = lea.get("/find", params={"codes": "Trust", name: evil})
        assert "<script>alert" not in page.text
