"""Settling, correcting, deciding and finding as people do it: keyboard, mouse, without scripts."""

from __future__ import annotations

import datetime as dt
import re
from importlib.resources import files

import pytest
from made_listening import come_to, listen
from made_server import serving
from made_site import Web
from made_texts import assign, keep_codes, keep_codings, keep_text, make_codes, make_text
from made_vault import KEY, seal_texts
from playwright.sync_api import expect
from talk_study import write_study

from consilience.desk.differences import differences_for
from consilience.desk.kept import at_work
from consilience.desk.run import run
from consilience.interviews.transcripts import turns_in
from consilience.store.codings import codings_table
from consilience.store.database import snapshot
from consilience.web.site import place_of

pytestmark = pytest.mark.browser

VIOLATIONS = """axe.run().then(found => found.violations.map(
    each => `${each.id}: ${each.nodes[0].html.slice(0, 160)}`))"""
DONE = "2026-03-03T09:00:00Z"
TALK = "A: What do schools (hear?) of it?\n\nB: Little. And you? Little.\n\nB: They send a form.\n"
PAGES = (
    "/", "/deposit", "/tables", "/tables?by=document", "/codebook",
    "/differences", "/differences?state=all", "/agreement", "/interviews", "/transcripts",
    "/transcripts/talk/speakers", "/transcripts/talk/speakers?turn=2",
    "/transcripts/s01/speakers", "/transcripts/talk/withdraw", "/vault", "/pseudonyms",
    "/pseudonyms/1", "/pseudonyms/replace", "/find",
    "/find?codes=*&words=trust", "/find?words=trust",
)  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Return a study with differences, a text whose speakers are wrong, and sealed texts."""
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    run(folder, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), actor="test")
    with at_work(folder) as engine:
        web = Web(engine, folder, place_of(host="127.0.0.1", port=8080))
        for login in ("ann", "ben"):
            web.add(login, "coder", name=f"{login.title()} C.")
        web.add("lea", "lead", "manager", "transcriber", "pseudonymiser", name="Lea H.")
        keep_codes(engine, make_codes(8))
        web.text = keep_text(engine, *make_text(200))
        for coder in ("person-1", "person-2"):
            assign(engine, coder, released=DONE)
        keep_codings(engine, [
            {"id": f"c{n}{coder}", "document": "text-1", "start": 60 * n + 5,
             "end": 60 * n + 40 + 9 * int(coder), "code": f"c{n}", "coder": f"person-{coder}"}
            for n in range(4) for coder in "12"
        ])  # fmt: skip
        keep_text(engine, TALK, turns_in(TALK), document="talk", name="Talk")
        seal_texts(web)
        web.sessions = {}
        with serving(engine, folder) as web.address:
            yield web


@pytest.fixture
def come(browser, study):
    """Return a function that signs somebody in and opens a page; pages must not complain."""
    contexts, complaints = [], []

    def opened(login, path, *, width=1280, scheme="light", script=True, policy=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme,
            java_script_enabled=script, bypass_csp=not policy, reduced_motion="reduce",
            storage_state=study.sessions.get(login),
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        come_to(page, study, path, login=login)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [each for each in complaints if "403" not in each] == []


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def items(study):
    return differences_for(study.engine, study.people["lea"]).items


def consensus(study):
    with snapshot(study.engine) as connection:
        rows = codings_table(connection, coder="consensus").to_pylist()
    return {row["code"]: (row["start"], row["end"]) for row in rows}


def select(page, root, words):
    """Select words within an element as a mouse would."""
    page.evaluate(
        """([root, words]) => {
            const walker = document.createTreeWalker(
                document.querySelector(root), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                document.getSelection().setBaseAndExtent(
                    walker.currentNode, at, walker.currentNode, at + words.length);
                return;
            }
        }""",
        [root, words],
    )


OUT_OF_COLUMN = """() => [...document.querySelectorAll('.stack td[data-title] > *')].filter(
    each => each.getClientRects().length && each.getBoundingClientRect().left
        < each.closest('td').getBoundingClientRect().left + 100).map(each => each.outerHTML)"""


@pytest.mark.parametrize("path", ["/interviews", "/transcripts", "/differences", "/agreement"])
def test_on_a_narrow_screen_what_is_said_stands_beside_its_label(come, path):
    page = come("lea", path, width=400)
    assert page.locator(".stack td[data-title]").count()
    assert page.evaluate(OUT_OF_COLUMN) == []


def test_the_title_and_the_ways_of_all_roles_stand_in_one_row(come):
    page = come("lea", "/")
    tops = page.evaluate("""() => [...document.querySelectorAll('.bar nav a, .bar form')]
        .filter(each => each.checkVisibility()).map(
            each => Math.round(each.getBoundingClientRect().top / 12))""")
    assert len(tops) == 11
    assert len(set(tops)) == 1
    height = "document.querySelector('.bar').getBoundingClientRect().height"
    page.evaluate(
        "document.querySelector('.study').textContent = 'A long title of a study '.repeat(3)"
    )
    assert page.evaluate(height) < 95


def test_a_passage_is_settled_by_keyboard_and_the_next_one_comes(come, study):
    first, second = items(study)[:2]
    page = come("lea", f"/differences/{first.id}")
    page.wait_for_selector("#passage[data-ready]")
    press(page, "j")
    expect(page).to_have_url(f"{study.address}/differences/{second.id}")
    press(page, "k")
    expect(page).to_have_url(f"{study.address}/differences/{first.id}")
    page.wait_for_selector("#passage[data-ready]")
    press(page, "3")
    page.keyboard.type("Both mean it, j k 1.")
    press(page, "Enter")
    expect(page).to_have_url(f"{study.address}/differences/{second.id}?done=settled")
    assert consensus(study)[first.code.id] == (first.start, first.end)


def test_an_own_passage_is_selected_with_the_mouse(come, study):
    item = next(each for each in items(study) if each.decision is None)
    page = come("lea", f"/differences/{item.id}")
    page.wait_for_selector("#passage[data-ready]")
    words = page.locator("#passage mark").first.inner_text()[3:20].strip()
    select(page, "#passage mark", words)
    expect(page.locator("#field-words")).to_have_value(words)
    assert page.locator("input[value=own]").is_checked()
    page.fill("#field-reason", "Only this.")
    page.click("#settling button")
    page.wait_for_url("**done=settled")
    start, end = consensus(study)[item.code.id]
    assert study.text[start:end] == words


def test_a_passage_is_settled_without_scripts(come, study):
    item = next(each for each in items(study) if each.decision is None)
    page = come("lea", "/differences", script=False)
    page.click(f'a[href="/differences/{item.id}"]')
    page.check("input[value='accept:person-2']")
    page.fill("#field-reason", "Ben is right.")
    page.click("#settling button")
    expect(page.locator("[role=status]")).to_have_text("Settled.")
    assert consensus(study)[item.code.id] == item.marked[1].spans[0]


def test_speakers_are_corrected_by_keyboard_and_by_selecting(come):
    page = come("lea", "/transcripts/talk/speakers")
    page.wait_for_selector("#turns[data-ready]")
    page.locator("a.correct").first.focus()
    press(page, "j", "Enter")
    page.wait_for_selector("#t2.now")
    select(page, "#t2 .words", "And you?")
    expect(page.locator("#words")).to_have_value("And you? Little.")
    page.select_option("#split", "A")
    page.click("button[value=split]")
    page.wait_for_selector("#t4")
    expect(page.locator("#t3 b")).to_have_text("A")
    expect(page.locator("#t3 .words")).to_have_text("And you? Little.")


def test_speakers_are_corrected_without_scripts(come):
    page = come("lea", "/transcripts/talk/speakers", script=False)
    page.locator("a.correct").last.click()
    page.fill("#give-other", "C")
    page.click("button[value=give]")
    expect(page.locator("section b").last).to_have_text("C")
    page.select_option("#old", "C")
    page.fill("#new", "B")
    page.click("button[value=rename]")
    expect(page.locator("section b").last).to_have_text("B")


def test_a_text_is_withdrawn_by_keyboard_and_brought_back_without_scripts(come, study):
    page = come("lea", "/transcripts")
    page.get_by_role("link", name="Withdraw S02").focus()
    press(page, "Enter")
    expect(page).to_have_url(f"{study.address}/transcripts/s02/withdraw")
    page.get_by_label("Why").focus()
    page.keyboard.type("left the study")
    press(page, "Tab")
    expect(page.get_by_role("button", name="Withdraw the text")).to_be_focused()
    press(page, "Enter")
    expect(page).to_have_url(f"{study.address}/transcripts?done=text-withdrawn")
    expect(page.get_by_role("row", name="S02")).to_contain_text("left the study")
    for width in (400, 1280):
        page = come("lea", "/transcripts/s02/withdraw", width=width, policy=False)
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
        assert page.evaluate(VIOLATIONS) == []
    page = come("lea", "/transcripts/s02/withdraw", script=False)
    page.get_by_label("Why").fill("agreed in writing")
    page.get_by_role("button", name="Bring it back").click()
    expect(page).to_have_url(f"{study.address}/transcripts?done=text-back")
    expect(page.get_by_role("row", name="S02")).to_contain_text("agreed in writing")


def test_names_are_decided_by_keyboard_behind_the_vault(come, study):
    page = come("lea", "/pseudonyms")
    page.fill("#field-key", KEY)
    page.click("main button")
    page.click("text=Look for names")
    page.click("text=Decide one by one")
    page.wait_for_selector("#passage[data-ready]")
    first = page.url
    press(page, "3", "Enter")
    page.wait_for_url("**done=decided")
    page.wait_for_selector("#passage[data-ready]")
    assert not page.url.startswith(first)
    press(page, "k")
    expect(page).to_have_url(first.partition("?")[0])
    assert page.locator("input[value=keep]").is_checked()
    page.goto(f"{study.address}/pseudonyms")
    page.get_by_role("button", name="Put the replacements into all texts").press("Enter")
    expect(page.locator("h1")).to_have_text("Put the replacements into all texts")
    expect(page.locator("main")).to_contain_text("undecided")
    page.get_by_role("button", name="Put them in").press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("pseudonymised version")
    page.goto(f"{study.address}/vault")
    page.click("text=Lock the vault")
    expect(page.locator("[role=status]")).to_have_text("The vault is locked.")
    page.goto(f"{study.address}/pseudonyms")
    assert page.locator("#field-key").is_visible()


def test_what_is_found_leads_to_its_place(come):
    page = come("lea", "/find", script=False)
    page.fill("#field-codes", "*")
    page.click("main form button")
    page.locator(".found a").first.click()
    expect(page).to_have_url(re.compile("/texts/text-1#t"))


@pytest.mark.parametrize(("width", "scheme"), [(400, "light"), (1280, "dark")])
def test_axe_finds_nothing(come, study, width, scheme):
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page = come("lea", "/vault", width=width, scheme=scheme, policy=False)
    if page.locator("#field-key").count():
        page.fill("#field-key", KEY)
        page.click("main button")
        page.wait_for_selector("text=What waits for you")
        page.goto(f"{study.address}/pseudonyms")
        page.click("text=Look for names")
        page.wait_for_selector("[role=status]")
    for path in (*PAGES, f"/differences/{items(study)[-1].id}"):
        page.goto(study.address + path)
        page.evaluate(axe)
        assert page.evaluate(VIOLATIONS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
