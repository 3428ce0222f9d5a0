"""Pages for people with own colours, large letters, a keyboard or a phone."""

from __future__ import annotations

from importlib.resources import files

import pytest
from made_listening import come_to, listen
from made_server import serving
from made_site import Web
from made_texts import (
    assign,
    keep_codes,
    keep_codings,
    keep_text,
    make_codes,
    make_codings,
    make_text,
)  # fmt: skip
from playwright.sync_api import expect

from consilience.coding.model import Code
from consilience.desk.kept import at_work
from consilience.web.site import place_of

pytestmark = pytest.mark.browser

TITLE = "A study of talks with an unusually long title about joint working of schools and services"
DONE = "2026-03-03T09:00:00Z"
UNBROKEN = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
VIOLATIONS = """axe.run().then(found => found.violations.map(
    each => `${each.id}: ${each.nodes[0].html.slice(0, 160)}`))"""
STOPS = """[...document.querySelectorAll('article :is(a, button)')].filter(
    each => each.tabIndex === 0 && each.checkVisibility())
    .map(each => each.closest('article').id)"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Return a study with a long title, a long name of a code, and a text with 300 codings."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "study.yaml").write_text("consilience: 1\n", encoding="utf-8")
    with at_work(folder) as engine:
        web = Web(engine, folder, place_of(host="127.0.0.1", port=8080))
        web.add("ann", "coder", "lead", "manager", "transcriber", "pseudonymiser", name="Ann B.")
        web.add("ben", "coder", name="Ben C.")
        codes = make_codes(16)
        keep_codes(engine, [*codes, Code(id="long", name=UNBROKEN, position=9)])
        ids = ["long", *(code.id for code in codes if code.codable)]
        text = keep_text(engine, *make_text(2000), name="A talk with a long name " * 4)
        assign(engine, "person-1")
        keep_codings(engine, make_codings(text, 300, codes=ids, coder="person-1"))
        both = keep_text(engine, *make_text(200), document="both", name="Both")
        for coder in ("person-1", "person-2"):
            assign(engine, coder, document="both", released=DONE)
            rows = make_codings(both, 12, codes=ids, coder=coder, document="both",
                                seed=int(coder[-1]))  # fmt: skip
            keep_codings(engine, [{**row, "id": f"{coder}-{row['id']}"} for row in rows])
        web.sessions = {}
        with serving(engine, folder, title=TITLE) as web.address:
            yield web


@pytest.fixture
def come(browser, study):
    """Return a function that signs somebody in and opens a page."""
    contexts, complaints = [], []

    def opened(path, *, login="ann", width=1280, height=900, **more):
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce",
            storage_state=study.sessions.get(login), **more,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        come_to(page, study, path, login=login)
        if more.get("java_script_enabled", True) and page.locator("#panel").count():
            page.wait_for_selector("#text[data-ready]")
        return page

    opened.complaints = complaints
    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("path", ["/texts/text-1", "/texts/both/compare"])
def test_lines_under_words_stay_where_somebody_has_set_own_colours(come, path):
    page = come(path, forced_colors="active")
    drawn = "each => getComputedStyle(each).backgroundImage"
    assert "rgb" in page.locator("mark").first.evaluate(drawn)
    looks = page.evaluate("""[...new Set([...document.querySelectorAll('.beside mark')].map(
        each => each.className.split(' ').includes('l0k1')
            ? getComputedStyle(each).getPropertyValue('--on0') : '8px'))]""")
    assert path == "/texts/text-1" or sorted(looks) == ["5px", "8px"]


def test_where_one_is_stays_to_be_seen_in_own_colours(come):
    page = come("/texts/text-1", forced_colors="active")
    outline = "getComputedStyle(document.querySelector('article:focus')).outline"
    assert "solid 3px" in page.evaluate(outline)
    page.goto(page.url.replace("/texts/text-1", "/codebook"))
    edges = page.evaluate("""[...document.querySelectorAll('.bar nav a')].map(
        each => [each.hasAttribute('aria-current'), getComputedStyle(each).borderBottomColor])""")
    [current] = {colour for here, colour in edges if here}
    assert current not in {colour for here, colour in edges if not here}


@pytest.mark.parametrize("width", [320, 400, 768, 1280])
@pytest.mark.parametrize("path", ["/find?codes=*", "/codebook", "/texts/text-1"])
def test_a_long_name_without_a_gap_makes_no_page_wide(come, path, width):
    page = come(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_only_what_stands_beside_the_turn_of_the_moment_is_a_stop(come):
    page = come("/texts/text-1")
    here = "document.querySelector(\"article[tabindex='0']\").id"
    assert set(page.evaluate(STOPS)) == {page.evaluate(here)} == {"t1"}
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert set(page.evaluate(STOPS)) == {page.evaluate(here)} == {"t2"}
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article').id") == "t2"
    bare = come("/texts/text-1", java_script_enabled=False)
    assert len(set(bare.evaluate(STOPS))) > 5


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1280, 640), (640, 450), (400, 800)])
def test_the_button_that_marks_and_the_turn_are_seen_together(come, width, height):
    page = come("/texts/text-1", width=width, height=height)
    page.keyboard.press("j")
    page.wait_for_selector("#panel.ready")
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    seen = page.evaluate("""['#mark', '.codes', "article[tabindex='0'] .who"].map((each) => {
        const box = document.querySelector(each).getBoundingClientRect();
        const top = document.elementFromPoint(box.left + 30, box.top + 9);
        return box.bottom <= innerHeight + 1 || each === '.codes'
            ? Boolean(top?.closest(each)) : box.bottom;
    })""")
    assert seen == [True, True, True]


@pytest.mark.parametrize("script", [True, False])
def test_what_went_wrong_has_the_focus_and_its_fields_say_so(browser, study, script):
    page = browser.new_page(java_script_enabled=script)
    page.goto(f"{study.address}/sign-in")
    page.fill("#field-login", "nobody")
    page.fill("#field-password", "nothing of that kind")
    page.click("main button")
    assert page.title().startswith("Error: Sign in")
    expect(page.locator("#fault")).to_be_focused()
    field = page.locator("#field-password")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", "fault")
    page.close()


def test_what_was_done_has_the_focus_and_code_in_words_is_set_as_code(come):
    page = come("/account?done=undone")
    expect(page.locator(".told")).to_be_focused()
    page = come("/find?codes=Nothing")
    assert page.title().startswith("Error: ")
    assert "`" not in page.locator("main").inner_text()
    assert page.locator("#fault code").all_inner_texts()[:1] == ["and"]
    come.complaints.clear()  # of the status of a page that says what went wrong


@pytest.mark.parametrize("width", [400, 1280])
def test_axe_finds_nothing(come, width):
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    found = {}
    for path in ("/texts/text-1", "/texts/both/compare", "/find?codes=*", "/agreement"):
        page = come(path, width=width, bypass_csp=True)
        page.evaluate(axe)
        found[path] = page.evaluate(VIOLATIONS)
    assert not any(found.values()), found


@pytest.mark.parametrize("path", ["/codebook", "/no-such-page"])
def test_the_way_to_other_pages_takes_little_of_a_phone(come, path):
    page = come(path, width=400)
    come.complaints.clear()
    assert page.locator(".bar").bounding_box()["height"] <= 130
    page.get_by_text("Pages", exact=True).click()
    page.get_by_role("link", name="Memos").click()
    expect(page.get_by_role("heading", name="Memos", exact=True)).to_be_visible()
