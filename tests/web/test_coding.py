"""Reading, marking, releasing: what each coder gets to see, down to the raw answers."""

from __future__ import annotations

import re

import anyio
import pytest
from made_site import send, token_of
from made_texts import assign, keep_codes, keep_codings, keep_text, make_codes, make_text

from consilience.coding.model import Code
from consilience.desk.codebook_changes import merge_code, rename_code, retire_code
from consilience.desk.coding import page_of, release, reopen
from consilience.desk.reading import news_of
from consilience.interviews.model import Document, Turn
from consilience.store.coding_tables import MEMO
from consilience.store.database import transaction
from consilience.store.transcripts import bring_back, keep_document, withdraw
from consilience.web.call import Call
from consilience.web.pages import live

TEXT = "/texts/text-1"
EVIL = "<script>alert(1)</script>&\"'"
JSON = {"accept": "application/json"}
PAGES = (
    "/",
    "/texts",
    "/texts/text-1",
    "/texts/text-1/compare",
    "/codebook",
    "/codebook/c1",
    "/memos",
)


@pytest.fixture
def coded(web):
    """Return a study with a text for two coders, and a codebook."""
    for login in ("ann", "ben"):
        web.add(login, "coder", name=f"{login.title()} K.")
    keep_codes(web.engine, make_codes(8))
    web.text = keep_text(web.engine, *make_text(120))
    for person in web.people.values():
        assign(web.engine, person.id)
    return web


def looks(page):
    return dict(re.findall(r'id="(t\d+)" data-look="(\w+)"', page.text))


def ask(client, what, text="text-1", **wanted):
    """Ask as the page's script does."""
    page = client.get(f"/texts/{text}")
    body = {"version": 1, "looks": looks(page), **wanted}
    headers = {**JSON, "x-form-token": re.search(r'data-token="(\w+)"', page.text)[1]}
    return client.post(f"/texts/{text}/{what}", json=body, headers=headers)


def turns_on(client, text="text-1"):
    """Return how the form of a page names its turns."""
    return re.findall(r'name="turn" value="([^"]+)"', client.get(f"/texts/{text}").text)


def mark(client, words, web, code="c1", **wanted):
    start = web.text.index(words)
    return ask(client, "marks", start=start, end=start + len(words), code=code, **wanted)


def test_a_text_that_was_withdrawn_is_gone_for_coders_until_it_is_back(coded):
    client = coded.signed_in("ann")
    body = {"version": 1, "looks": {}, "start": 0, "end": 4, "code": "c1"}
    page = client.get("/texts/text-1")
    headers = {**JSON, "x-form-token": re.search(r'data-token="(\w+)"', page.text)[1]}
    why = {"at": "2026-01-01T00:00:00Z", "actor": "t", "reason": "not in the export any more"}
    with transaction(coded.engine) as connection:
        withdraw(connection, "text-1", **why)
    for path in ("/texts/text-1", "/texts/text-1/compare"):
        gone = client.get(path)
        assert gone.status_code == 410, path
        assert "INT-018" in gone.text
    assert client.post("/texts/text-1/marks", json=body, headers=headers).status_code == 410
    form = {"csrf": token_of(client.get("/account"))}
    assert client.post("/texts/text-1/release", data=form).status_code == 410
    assert "/texts/text-1" not in client.get("/texts").text
    with transaction(coded.engine) as connection:
        bring_back(connection, "text-1", **why)
    assert client.get("/texts/text-1").status_code == 200


def test_a_mark_draws_only_its_turn_anew(coded):
    client = coded.signed_in("ann")
    words = coded.text.split("R: ")[1].split(".")[0]
    answer = mark(client, words, coded).json()
    assert list(answer["turns"]) == ["t2"]
    assert f">{words}</mark>" in answer["turns"]["t2"]
    assert answer["said"].startswith("Marked with Thresholds: aspect 1: ")
    assert f">{words}</mark>" in client.get("/texts/text-1").text
    assert ask(client, "turns").json()["turns"] == {}


def test_a_page_that_shows_another_codebook_gets_its_list_anew(coded):
    client, lead = coded.signed_in("ann"), {"at": coded.clock(), "actor": "lea"}
    shown = re.search(r'class="codes" tabindex="-1" data-look="(\w+)"', client.get(TEXT).text)[1]
    assert ask(client, "turns", codes=shown, chosen="c1").json()["codes"] is None
    assert ask(client, "turns").json()["codes"] is None, "a page without the list"
    merge_code(coded.engine, "c1", into="c2", **lead)
    anew = ask(client, "turns", codes=shown, chosen="c1").json()["codes"]
    assert anew["look"] != shown
    assert 'value="c2"' in anew["html"]
    assert 'value="c1"' not in anew["html"]
    heir = "Time and how it grows > Time: aspect 1"
    assert anew["gone"] == (
        f"The code 'Thresholds: aspect 1' is part of '{heir}' now. "
        f"Use '{heir}': what was marked with the other before carries it already."
    )
    assert ask(client, "turns", codes=shown, chosen="c2").json()["codes"]["gone"] == ""
    retire_code(coded.engine, "c2", retired=True, **lead)
    again = ask(client, "turns", codes=anew["look"], chosen="c2").json()["codes"]
    assert again["gone"].startswith("'Time: aspect 1' is retired, so that no passage may be")
    assert ask(client, "turns", codes=again["look"], chosen="c2").json()["codes"] is None
    release(coded.engine, "text-1", coder="person-1", at=coded.clock())
    assert ask(client, "turns", codes=shown).json()["codes"] is None, "it marks nothing any more"


def test_a_mark_with_a_code_that_was_merged_is_answered_with_the_one_in_its_place(coded):
    client = coded.signed_in("ann")
    merge_code(coded.engine, "c1", into="c2", at=coded.clock(), actor="lea")
    answer = mark(client, coded.text[3:20], coded)
    assert answer.status_code == 409
    assert answer.json()["code"] == "COD-106"
    assert "is part of 'Time and how it grows > Time: aspect 1' now" in answer.json()["what"]
    form = send(client, f"{TEXT}/marks", TEXT, version="1", turn=turns_on(client)[:1], code="c1")
    assert form.status_code == 409
    assert "is part of" in form.text
    assert page_of(coded.engine, "text-1", "person-1").codings == ()


def test_every_change_of_the_codebook_is_news_of_a_text(coded):
    reader = coded.people["ann"]
    before = news_of(coded.engine, "text-1", reader, since=(-1, 1))
    rename_code(coded.engine, "c1", name="Otherwise", at=coded.clock(), actor="lea")
    seen, state = news_of(coded.engine, "text-1", reader, since=before[0])
    assert seen > before[0]
    assert state not in (None, before[1])


def test_white_space_at_the_ends_is_not_marked(coded):
    start = coded.text.index(". ") + 1
    ask(coded.signed_in("ann"), "marks", start=start, end=start + 9, code="c1")
    (made,) = page_of(coded.engine, "text-1", "person-1").codings
    assert coded.text[made.start : made.end] == coded.text[start : start + 9].strip()


def test_a_mark_is_removed_and_taken_back(coded):
    client = coded.signed_in("ann")
    html = mark(client, coded.text[3:20], coded).json()["turns"]["t1"]
    coding = re.search(r'name="coding" value="([^"]+)"', html)[1]
    assert "<mark" not in ask(client, "marks/remove", coding=coding).json()["turns"]["t1"]
    assert "<mark" in ask(client, "undo").json()["turns"]["t1"]
    assert "<mark" not in ask(client, "undo").json()["turns"]["t1"]
    assert ask(client, "undo").json()["said"] == "There is nothing to take back"


def test_whole_turns_are_marked_by_a_form(coded):
    client = coded.signed_in("ann")
    page = "/texts/text-1"
    done = send(client, f"{page}/marks", page, turn=turns_on(client)[:2], code="c1", version="1")
    assert done.headers["location"] == "/texts/text-1?done=marked#t1"
    send(client, f"{page}/undo", page)
    assert "<mark" not in client.get(page).text, "marked together, taken back together"
    for _ in range(2):  # what is marked already is not marked twice
        send(client, f"{page}/marks", page, turn=turns_on(client)[:2], code="c1", version="1")
    shown = client.get(page)
    assert len(page_of(coded.engine, "text-1", "person-1").codings) == 2
    assert shown.text.count("<mark") >= 2
    coding = re.search(r'name="coding" value="([^"]+)"', shown.text)[1]
    send(client, f"{page}/marks/remove", page, coding=coding)
    send(client, f"{page}/undo", page)
    assert coding in client.get(page).text


@pytest.mark.parametrize(
    "fields", [{"turn": "3-9", "version": "1"}, {"code": "c1", "version": "1"}]
)
def test_a_form_without_a_turn_or_a_code_says_so(coded, fields):
    client = coded.signed_in("ann")
    answer = send(client, "/texts/text-1/marks", "/texts/text-1", **fields)
    assert answer.status_code == 400
    assert "Nothing chosen" in answer.text  # and the page is there again
    assert 'id="t1"' in answer.text


@pytest.mark.parametrize(
    "wanted",
    [
        {"start": -1, "end": 5, "code": "c1"},
        {"start": 5, "end": 5, "code": "c1"},
        {"start": 0, "end": 10**9, "code": "c1"},
        {"start": 0, "end": 10**20, "code": "c1"},
        {"start": True, "end": 5, "code": "c1"},
        {"start": "0", "end": 5, "code": "c1"},
        {"start": 0, "end": 5, "code": "nothing"},
        {"start": 0, "end": 5, "code": "h1"},
        {"start": 0, "end": 5, "code": None},
        {"start": 0, "end": 5, "code": "c" * 100},
        {"start": 0, "end": 5},
    ],
)
def test_a_mark_that_cannot_be_is_refused_in_words(coded, wanted):
    answer = ask(coded.signed_in("ann"), "marks", **wanted)
    assert answer.status_code == 400
    assert answer.json()["remedy"]


def test_only_who_was_given_a_text_reads_and_marks_it(coded):
    coded.add("eve", "coder")
    coded.add("lea", "lead")
    eve, lea = coded.signed_in("eve"), coded.signed_in("lea")
    keep_text(coded.engine, "Words.", (), document="other", name="Other")
    with transaction(coded.engine) as connection:
        withdraw(connection, "other", at="2026-01-01T00:00:00Z", actor="t", reason="x")
    for path in ("", "/release", "/compare", "/at/3"):
        told = set()
        for text in ("text-1", "Interview 1", "other", "nothing"):
            said = eve.get(f"/texts/{text}{path}", headers=JSON)
            told.add((said.status_code, said.json()["what"].replace(text, "")))
        assert told == {(404, "there is no text '', or it was not given to you")}  # COD-144
    assert "text-1" not in eve.get("/texts").text
    page = lea.get("/texts/text-1")
    assert page.status_code == 200
    assert 'id="panel"' not in page.text
    assert ask(lea, "marks", start=0, end=5, code="c1").status_code == 403


def test_nobody_removes_what_another_marked(coded):
    ann, ben = coded.signed_in("ann"), coded.signed_in("ben")
    html = mark(ann, coded.text[3:20], coded).json()["turns"]["t1"]
    coding = re.search(r'name="coding" value="([^"]+)"', html)[1]
    assert ask(ben, "marks/remove", coding=coding).status_code == 404
    assert coding in ann.get("/texts/text-1").text


def all_answers(client):
    """Return everything that a client can get, raw."""
    answers = [client.get(path).content for path in PAGES]
    answers += [client.get("/texts/text-1/compare?one=person-2&two=person-1&differing=1").content]
    answers += [ask(client, "turns").content]
    body = {"version": 1, "looks": {}}
    token = token_of(client.get("/account"))
    headers = {**JSON, "x-form-token": token}
    answers += [client.post("/texts/text-1/turns", json=body, headers=headers).content]
    return b"\n".join(answers)


def test_what_is_not_released_is_in_no_answer_at_all(coded):
    ann, ben = coded.signed_in("ann"), coded.signed_in("ben")
    keep_codings(coded.engine, [
        {"id": "secret-coding", "document": "text-1", "start": 3, "end": 30, "code": "c1",
         "coder": "person-2"},
    ])  # fmt: skip
    memo = {"id": "m", "on": "coding", "thing": "secret-coding", "title": "secret-title",
            "text": "secret-text", "author": "person-2", "at": "2026-03-02T09:00:00Z"}  # fmt: skip
    with transaction(coded.engine) as connection:
        connection.execute(MEMO.insert().values(memo))
        connection.execute(
            MEMO.insert().values(memo | {"id": "n", "on": "document", "thing": "text-1"})
        )
    blind = all_answers(ann)
    blind += ann.get("/memos?on=coding&thing=secret-coding").content
    assert b"secret-coding" not in blind.replace(b"thing=secret-coding", b"").replace(
        b'value="secret-coding"', b""
    )
    assert b"secret-t" not in blind
    assert b"secret-t" in ben.get("/memos").content
    for client in (ann, ben):
        assert b"secret-t" not in all_answers(ann)
        send(client, "/texts/text-1/release", "/texts/text-1/release")
    seen = all_answers(ann)
    assert b"secret-coding" in seen
    assert b"secret-text" in seen
    assert "Ben K." in ann.get("/texts/text-1").text


def test_who_leads_and_codes_is_blind_too(coded):
    coded.add("lea", "lead", "coder")
    assign(coded.engine, coded.people["lea"].id)
    keep_codings(coded.engine, [
        {"id": "of-ann", "document": "text-1", "start": 3, "end": 30, "code": "c1",
         "coder": "person-1"},
    ])  # fmt: skip
    lea = coded.signed_in("lea")
    assert "of-ann" not in lea.get("/texts/text-1").text
    assert "of-ann" not in lea.get("/codebook/c1").text
    send(lea, "/texts/text-1/release", "/texts/text-1/release")
    assert "of-ann" in lea.get("/texts/text-1").text


def test_an_analyst_sees_what_is_released(coded):
    coded.add("ada", "analyst")
    keep_codings(coded.engine, [
        {"id": "of-ann", "document": "text-1", "start": 3, "end": 30, "code": "c1",
         "coder": "person-1"},
    ])  # fmt: skip
    ada = coded.signed_in("ada")
    assert "of-ann" not in ada.get("/texts/text-1").text
    ann = coded.signed_in("ann")
    send(ann, "/texts/text-1/release", "/texts/text-1/release")
    assert "of-ann" in ada.get("/texts/text-1").text
    assert "of-ann" in ada.get("/codebook/c1").text or "you may see" in ada.get("/codebook/c1").text


def test_what_is_released_stays_as_it_is_until_the_lead_opens_it_again(coded):
    ann = coded.signed_in("ann")
    html = mark(ann, coded.text[3:20], coded).json()["turns"]["t1"]
    coding = re.search(r'name="coding" value="([^"]+)"', html)[1]
    send(ann, "/texts/text-1/release", "/texts/text-1/release")
    assert 'id="panel"' not in ann.get("/texts/text-1").text
    assert mark(ann, coded.text[3:9], coded).status_code == 400
    assert ask(ann, "marks/remove", coding=coding).status_code == 400
    assert ask(ann, "undo").status_code == 400
    reopen(coded.engine, "text-1", coder="person-1", at=coded.clock(), actor="lead")
    assert mark(ann, coded.text[3:9], coded).status_code == 200


def collect(client, coded, *, state, seconds):
    """Return the events that a stream sends in so many rounds."""
    token = client.cookies["consilience"]
    call = Call(site=coded.site, at=coded.clock(), id="x", door="changes", address="",
                person=coded.people["ann"], token=token, path={"text": "text-1"})  # fmt: skip

    async def listen():
        return [event async for event in live.news(call, state=state, seconds=seconds)]

    return anyio.run(listen)


@pytest.fixture
def quick_ticks(monkeypatch):
    monkeypatch.setattr(live, "_TICK", 0)


@pytest.mark.usefixtures("quick_ticks")
def test_news_come_when_what_may_be_seen_changes(coded):
    ann = coded.signed_in("ann")
    state = re.search(r'data-state="(\w+)"', ann.get("/texts/text-1").text)[1]
    assert collect(ann, coded, state=state, seconds=2) == ["retry: 3000\n\n"]
    ben = coded.signed_in("ben")
    mark(ben, coded.text[3:20], coded)
    assert collect(ann, coded, state=state, seconds=2) == ["retry: 3000\n\n"], "ben is not released"
    mark(ann, coded.text[3:20], coded)
    events = collect(ann, coded, state=state, seconds=2)
    assert events[1].startswith("event: news\ndata: ")
    assert len(events) == 2


@pytest.mark.usefixtures("quick_ticks")
def test_the_stream_ends_with_the_session(coded):
    ann = coded.signed_in("ann")
    coded.clock.go(hours=13)
    assert collect(ann, coded, state="", seconds=5) == [
        "retry: 3000\n\n",
        "event: gone\ndata: \n\n",
    ]


def test_whatever_people_write_is_escaped(web):
    web.add("ann", "coder", "lead", name=f"Ann {EVIL}")
    keep_codes(web.engine, [
        Code(id="c1", name=f"Code {EVIL}", definition=f"Meaning {EVIL}", inclusion=EVIL,
             exclusion=EVIL),
    ])  # fmt: skip
    text = f"I{EVIL}: said {EVIL} here."
    turns = [Turn(speaker=f"I{EVIL}", start=0, said=len(f"I{EVIL}: "), end=len(text))]
    keep_text(web.engine, text, turns, name=f"Text {EVIL}")
    assign(web.engine, "person-1")
    client = web.signed_in("ann")
    answer = ask(client, "marks", start=text.index("said"), end=len(text), code="c1")
    assert "<script>alert" not in answer.json()["turns"]["t1"]
    memo = {"on": "document", "thing": "text-1", "title": f"Title {EVIL}", "text": f"Memo {EVIL}"}
    send(client, "/memos", "/memos?on=document&thing=text-1", **memo)
    for path in (*PAGES, "/account", "/memos?on=document&thing=text-1", "/texts/text-1/release",
                 f"/memos?on={EVIL}&thing={EVIL}", f"/texts/{EVIL}", f"/sign-in?next=/{EVIL}",
                 f"/texts/text-1/compare?code={EVIL}"):  # fmt: skip
        page = client.get(path)
        assert "<script>alert" not in page.text, path
        assert 'alert(1)</script>&"' not in page.text, path
        assert not re.search(r"\son\w+=|javascript:", page.text), path
    assert "&lt;script&gt;alert(1)" in client.get("/texts/text-1").text


def test_memos_are_kept_and_found_on_their_thing(coded):
    ann = coded.signed_in("ann")
    where = "/memos?on=code&thing=c1"
    done = send(ann, "/memos", where, on="code", thing="c1", title="Doubt", text="Is it two?")
    assert done.status_code == 303
    assert "Is it two?" in ann.get(where).text
    assert "Is it two?" in coded.signed_in("ben").get("/memos").text, "on a code: for all"
    assert "Is it two?" not in ann.get("/memos?on=code&thing=c2").text
    empty = send(ann, "/memos", where, on="code", thing="c1", title="x", text=" ")
    assert empty.status_code == 400
    assert "the memo is empty" in empty.text.lower()
    nothing = send(ann, "/memos", where, on="code", thing="nothing", title="", text="x")
    assert nothing.status_code in (400, 404)


def test_what_waits(coded):
    ann, ben = coded.signed_in("ann"), coded.signed_in("ben")
    assert "Code Interview 1" in ann.get("/").text
    mark(ann, coded.text[3:20], coded)
    assert "Go on coding Interview 1" in ann.get("/").text
    assert "in work" in ann.get("/texts").text
    for client in (ann, ben):
        send(client, "/texts/text-1/release", "/texts/text-1/release")
    assert "Compare Interview 1" in ann.get("/").text
    assert "Ben K. (released)" in ann.get("/texts").text


def test_two_coders_beside_each_other(coded):
    ann, ben = coded.signed_in("ann"), coded.signed_in("ben")
    mark(ann, coded.text[3:20], coded, code="c1")
    mark(ben, coded.text[3:25], coded, code="c1")
    mark(ben, coded.text[30:40], coded, code="c2")
    assert "nothing to compare" in ann.get("/texts/text-1/compare").text
    for client in (ann, ben):
        send(client, "/texts/text-1/release", "/texts/text-1/release")
    page = ann.get("/texts/text-1/compare").text
    assert "only you" in page
    assert set(re.findall(r'class="[^"]*\b(k\d|swatch)\b', page)) == {"k0", "k1"}, "of coders only"
    rows = re.findall(
        r"row\">([^<]+)</th>.*?of both\">(\d+)<.*?only you\">(\d+)<.*?only Ben K.\">(\d+)<", page
    )
    assert [row[1:] for row in rows] == [("1", "0", "0"), ("0", "0", "1")]
    only_two = ann.get("/texts/text-1/compare?code=c2&differing=1").text
    assert only_two.count("<section") == 1
    none = ann.get("/texts/text-1/compare?code=c1&differing=1").text
    assert "No turn to show" in none


def test_the_lead_gives_texts_out_and_opens_them_again(coded):
    coded.add("lea", "lead")
    coded.add("eve", "coder", name="Eve L.")
    lea, eve = coded.signed_in("lea"), coded.signed_in("eve")
    page = "/texts/text-1/coders"
    assert "Eve L." in lea.get(page).text
    send(lea, page, page, coder="person-4", step="give")
    assert "Code Interview 1" in eve.get("/").text
    send(eve, "/texts/text-1/release", "/texts/text-1/release")
    assert "released" in lea.get(page).text
    send(lea, page, page, coder="person-4", step="open")
    assert "waits for you" in eve.get("/texts").text
    send(lea, page, page, coder="person-4", step="take")
    assert eve.get("/texts/text-1").status_code == 404
    assert send(lea, page, page, coder="nobody", step="give").status_code == 400
    assert send(lea, page, page, coder="person-4", step="eat").status_code == 400


def test_an_open_answer_stands_beside_what_was_ticked(web):
    web.add("ann", "coder")
    document = Document(
        id="text-1", name="Answer 1", kind="answer", header={"How often?": "<weekly>"}
    )
    with transaction(web.engine) as connection:
        keep_document(connection, document, text="We never met.", turns=[], sealed=False, at="x",
                      actor="x")  # fmt: skip
    assign(web.engine, "person-1")
    page = web.signed_in("ann").get("/texts/text-1").text
    assert "<dt>How often?</dt><dd>&lt;weekly&gt;</dd>" in page
    assert "We never met." in page


def test_release_is_for_who_codes_the_text_and_warns_of_nothing_marked(coded):
    lea, ann = coded.signed_in("lea", "lead"), coded.signed_in("ann", "coder")
    answer = lea.get("/texts/text-1/release")
    assert (answer.status_code, "Text you have not given yourself" in answer.text) == (403, True)
    assert "You have marked nothing in this text." in ann.get("/texts/text-1/release").text
