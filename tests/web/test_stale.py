"""Pages that are older than a correction of their text: what was chosen is kept, or refused."""

from __future__ import annotations

import re

import anyio
import pytest
from made_site import send
from made_texts import AT, assign, keep_codes, keep_text, make_codes

from consilience.desk.coding import page_of
from consilience.interviews.model import Turn
from consilience.store.database import transaction
from consilience.store.transcripts import Draft, add_version, find_version, seal_version, text_of
from consilience.text.offsets import Edit, apply_edits
from consilience.web.call import Call
from consilience.web.pages import live

PAGE = "/texts/text-1"
SAID = ("Hello, what do you think?", "We trust the head a lot.", "Forms are slow.")


def text_with(said):
    """Return a text of turns, and the turns."""
    text, turns = "", []
    for number, words in enumerate(said):
        speaker = "IR"[number % 2]
        turns.append(
            Turn(speaker=speaker, start=len(text), said=len(text) + 3,
                 end=len(text) + 3 + len(words))
        )  # fmt: skip
        text += f"{speaker}: {words}\n\n"
    return text, turns


@pytest.fixture
def coded(web):
    """Return a study with a text that ann codes."""
    web.add("ann", "coder", name="Ann K.")
    keep_codes(web.engine, make_codes(8))
    web.text = keep_text(web.engine, *text_with(SAID))
    assign(web.engine, "person-1")
    return web


class Page:
    """A page as it was shown once, and what is sent from it."""

    def __init__(self, client):
        self.client, self.shown = client, client.get(PAGE).text
        self.version = re.search(r'data-version="(\d+)"', self.shown)[1]
        self.turns = re.findall(r'name="turn" value="([^"]+)"', self.shown)
        self.state = re.search(r'data-state="(\w+)"', self.shown)[1]

    def select(self, words, text, code="c1"):
        """Mark words that are on the page as its script does."""
        start = text.index(words)
        looks = dict(re.findall(r'id="(t\d+)" data-look="(\w+)"', self.shown))
        token = re.search(r'data-token="(\w+)"', self.shown)[1]
        return self.client.post(
            f"{PAGE}/marks",
            json={"version": int(self.version), "looks": looks, "start": start,
                  "end": start + len(words), "code": code},
            headers={"accept": "application/json", "x-form-token": token},
        )  # fmt: skip

    def look(self):
        """Ask for what is new as the page's script does."""
        token = re.search(r'data-token="(\w+)"', self.shown)[1]
        return self.client.post(
            f"{PAGE}/turns", json={"version": int(self.version), "looks": {}},
            headers={"accept": "application/json", "x-form-token": token},
        ).json()  # fmt: skip

    def choose(self, *turns, code="c1"):
        """Mark turns of the page as its form does."""
        places = [self.turns[each - 1] for each in turns]
        return send(self.client, f"{PAGE}/marks", turn=places, code=code, version=self.version)


def corrected(web, *edits):
    """Keep a newer version of the text."""
    with transaction(web.engine) as connection:
        last = page_of(web.engine, "text-1", "person-1").version
        words, way = apply_edits(text_of(connection, "text-1", last.number), edits)
        starts = [at.start() for at in re.finditer(r"^[IR]: ", words, re.MULTILINE)]
        turns = [
            Turn(speaker=words[start], start=start, said=start + 3, end=end)
            for start, end in zip(starts, [*starts[1:], len(words)], strict=True)
        ]
        draft = Draft(kind="corrected", text=words, turns=turns, edits=way, sealed=False)
        add_version(connection, last, draft, at=AT, actor="t")


def put_before(web):
    corrected(web, Edit(0, 0, "I: Some words before all of it.\n\n"))


def kept(web):
    page = page_of(web.engine, "text-1", "person-1")
    return [page.text[each.start : each.end] for each in page.codings]


def test_turns_of_an_older_page_are_those_that_it_showed(coded):
    page = Page(coded.signed_in("ann"))
    put_before(coded)
    done = page.choose(2, 3)
    assert done.headers["location"] == f"{PAGE}?done=marked#t3", (
        "the first of them, where it is now"
    )
    assert kept(coded) == list(SAID[1:])
    page.choose(2)
    assert kept(coded) == list(SAID[1:]), "once"


@pytest.mark.parametrize("words", ["do you think", " you ", "trust the head"])
def test_words_of_an_older_page_are_those_that_it_showed(coded, words):
    page = Page(coded.signed_in("ann"))
    put_before(coded)
    answer = page.select(words, coded.text)
    assert answer.status_code == 200
    assert answer.json()["reload"]
    assert kept(coded) == [words.strip()]


def test_words_that_became_others_are_not_marked_unseen(coded):
    page = Page(coded.signed_in("ann"))
    start = coded.text.index("head")
    corrected(coded, Edit(start, start + 4, "board"))
    answer = page.select("trust the head", coded.text)
    assert (answer.status_code, answer.json()["code"]) == (409, "COD-141")
    assert "version 2" in answer.json()["what"]
    form = page.choose(2)
    assert form.status_code == 409
    assert "We trust the board a lot." in form.text, "the newer version is shown"
    assert "Nothing was marked" in form.text
    assert kept(coded) == []
    assert page.select("think", coded.text).status_code == 200, "elsewhere nothing changed"
    fresh = Page(page.client)
    assert fresh.choose(2).status_code == 303
    assert kept(coded) == ["think", "We trust the board a lot."]


def test_words_that_went_are_not_marked(coded):
    page = Page(coded.signed_in("ann"))
    start = coded.text.index(" a lot")
    corrected(coded, Edit(start, start + 6, ""))
    assert page.select("a lot", coded.text).json()["code"] == "COD-141"
    assert kept(coded) == []


def test_words_of_a_version_in_the_vault_are_not_guessed(coded):
    page = Page(coded.signed_in("ann"))
    put_before(coded)
    assert page.look()["open"]
    with transaction(coded.engine) as connection:
        seal_version(connection, find_version(connection, "text-1", 1), turns=())
    answer, form = page.select("trust", coded.text), page.choose(2)
    assert (answer.status_code, answer.json()["code"]) == (409, "COD-140")
    assert not page.look()["open"], "and the page says so before anything is chosen"
    assert form.status_code == 409
    assert "the older one lie in the vault" in form.text
    assert kept(coded) == []


@pytest.mark.parametrize("version", [0, 7])
def test_a_version_that_is_not_there_is_refused(coded, version):
    page = Page(coded.signed_in("ann"))
    page.version = str(version)
    assert page.select("trust", coded.text).status_code == 404  # INT-001
    assert page.choose(2).status_code == 404


def test_an_older_page_is_told_of_the_newer_version(coded, monkeypatch):
    monkeypatch.setattr(live, "_TICK", 0.001)
    page = Page(coded.signed_in("ann"))
    person = coded.people["ann"]
    call = Call(
        site=coded.site, at=coded.clock(), id="1", door="changes", address="a", person=person,
        token=page.client.cookies.get("consilience"), path={"text": "text-1"},
    )  # fmt: skip

    async def events():
        found = []
        async for event in live.news(call, state=page.state, seconds=40):
            found.append(event)
            if len(found) == 1:
                put_before(coded)
        return found

    assert [each.split("\n")[0] for each in anyio.run(events)][:2] == ["retry: 3000", "event: news"]
