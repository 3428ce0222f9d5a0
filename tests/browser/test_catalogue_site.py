"""The site of a catalogue as readers and curators use it: wide, narrow, dark, without scripts."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
from made_catalogue import (
    AT,
    CONTENT,
    SAFE,
    SHUT,
    opened_copy,
    write_catalogue,
)
from made_listening import listen
from made_server import serving
from made_site import PASSWORD
from playwright.sync_api import expect

from consilience.desk.accounts import add_person
from consilience.desk.catalogue import change_records
from consilience.desk.catalogue_entries import entry_of
from consilience.desk.outbox import outbox
from consilience.desk.study_page import slug_of
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.web.pages.catalogue_doors import CATALOGUE_DOORS

pytestmark = pytest.mark.browser

VIOLATIONS = """axe.run().then(found => found.violations.map(
    each => `${each.id}: ${each.nodes[0].html.slice(0, 160)}`))"""
SEED = "oai:ukdataservice.ac.uk:854716"
PUBLIC = (
    "/", "/search?q=schools&access=safeguarded", "/access", "/terms", "/register", "/sign-in", AT,
    f"{AT}/variables", f"{AT}/files/{SAFE}", "/records/nothing",
)  # fmt: skip
STAFF = ("/requests", "/readers", "/downloads", "/account")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Return a catalogue that is served, with a curator and no reader yet."""
    folder = tmp_path_factory.mktemp("archive")
    opened = opened_copy(write_catalogue(folder / "made"), folder)
    web = next(opened)
    add_person(web.engine, login="cur", name="Cur A.", roles=("curator",), password=PASSWORD,
               at=web.clock(), actor="test")  # fmt: skip
    options = {"doors": CATALOGUE_DOORS, "catalogue": web.catalogue.settings}
    with serving(web.engine, web.folder, title="Archive of Studies", **options) as web.address:
        yield web
    opened.close()


@pytest.fixture
def come(browser, archive):
    """Return a function that opens a page, signed in or not; pages must not complain."""
    contexts, complaints, asked = [], [], []

    def opened(path, login=None, *, width=1280, scheme="light", script=True, policy=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme,
            java_script_enabled=script, bypass_csp=not policy, reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        page.on("request", lambda request: asked.append(request.url))
        if login:
            page.goto(f"{archive.address}/sign-in")
            page.fill("#field-login", login)
            page.fill("#field-password", PASSWORD)
            page.click("main button")
        page.goto(f"{archive.address}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [each for each in complaints if not re.search("40[34]|410", each)] == []
    assert {url for url in asked if not url.startswith(archive.address)} == set()


def link_in_mail(archive):
    words = outbox(archive.engine)[-1].words
    return re.search(r"https?://[^/\s]+(/\S+)", words)[1]


def register(page, archive, email):
    page.goto(f"{archive.address}/register")
    page.fill("#field-name", "Eve R.")
    page.fill("#field-email", email)
    page.fill("#field-password", PASSWORD)
    page.click("main button")
    expect(page.locator("h1")).to_have_text("Look into your mail")
    page.goto(archive.address + link_in_mail(archive))
    page.fill("#field-password", PASSWORD)
    page.click("main button")
    expect(page.locator("[role=status]")).to_contain_text("confirmed")
    page.fill("#field-login", email)
    page.fill("#field-password", PASSWORD)
    page.click("main button")
    page.goto(f"{archive.address}/terms")
    page.click("text=I accept these terms")
    expect(page.locator("[role=status]")).to_contain_text("accepted")


@pytest.mark.shared
def test_the_page_of_the_first_study_prints_what_the_aggregator_prints(come, archive, shared):
    content = (shared / "data/ddi25/seed-854716-reconstructed.xml").read_bytes()
    record = read_ddi(content, name="seed").record
    entry = entry_of(record, SEED, archive.catalogue.settings)
    change_records(archive.engine, [entry], clock=archive.clock, actor="test")
    wanted = json.loads(
        (shared / "data/archive/b2find/seed_landing_fields.json").read_text("utf-8")
    )
    page = come(f"/records/{slug_of(SEED, 'data.example.org')}")
    assert page.locator("h1").text_content() == wanted.pop("title")
    assert page.locator("[data-field=abstract]").all_text_contents() == [wanted.pop("abstract")]
    methods = page.locator("[data-field=Sampling], [data-field=Collection]")
    assert "\n\n".join(methods.all_text_contents()) == wanted.pop("method")
    shown = page.locator(".card [data-field]")
    printed = {each.get_attribute("data-field"): each.text_content() for each in shown.all()}
    assert printed == wanted
    titles = page.locator(".card h2").all_text_contents()
    assert titles[:3] == ["Identifier", "Provenance", "Representation"]


def test_a_reader_finds_registers_and_takes_a_safeguarded_file(come, archive):
    page = come("/", script=False)
    page.fill("#q", "joint working")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("1 study")
    page.click("text=Joint working between schools")
    page.click("text=data/surveys/education.csv >> nth=0")
    expect(page.locator("main")).to_contain_text("given to registered users only")
    register(page, archive, "eve@uni.example")
    page.goto(f"{archive.address}{AT}/files/{SAFE}")
    with page.expect_download() as got:
        page.click("a.act")
    assert got.value.suggested_filename == "education.csv"
    assert got.value.path().read_bytes() == CONTENT["data/surveys/education.csv"]
    page.click("text=Make an address for an hour")
    expect(page.locator("code.address")).to_contain_text("/links/")


def test_a_controlled_file_is_asked_for_decided_and_taken_back(come, archive):
    page = come("/", script=False)
    register(page, archive, "kim@uni.example")
    page.goto(f"{archive.address}{AT}")
    page.click("text=Ask for controlled files")
    page.select_option("#field-what", "set:interviews")
    page.fill("#field-project", "Thresholds in practice")
    page.fill("#field-purpose", "To compare what schools say.")
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("waits to be decided")
    curator = come("/requests", "cur")
    request = curator.locator(".queue", has_text="Thresholds in practice")
    request.locator("textarea").fill("Fits the consent.")
    request.locator("text=Approve").click()
    expect(curator.locator("[role=status]")).to_contain_text("Decided")
    page.goto(f"{archive.address}{AT}/files/{SHUT}")
    expect(page.locator("h3")).to_have_text("For Thresholds in practice")
    with page.expect_download() as got:
        page.click("a.act")
    assert got.value.path().read_bytes() == CONTENT["data/interviews/one.txt"]
    curator.goto(f"{archive.address}/requests")
    request.locator("summary").click()
    request.locator("textarea").fill("The project has ended.")
    request.locator("text=Withdraw it at once").click()
    page.reload()
    expect(page.locator("main")).to_contain_text("no project of yours is approved")
    curator.goto(f"{archive.address}/downloads")
    expect(curator.locator("table")).to_contain_text("Eve R.")


def test_facets_narrow_by_keyboard_and_without_scripts(come):
    page = come("/search", script=False)
    page.focus("input[name=access]")
    page.keyboard.press("Space")
    page.focus("text=Apply")
    page.keyboard.press("Enter")
    expect(page.locator(".chosen")).to_contain_text("Safeguarded")
    page.click(".chosen a")
    expect(page.locator(".chosen")).to_have_count(0)


def test_the_keyboard_reaches_the_content_and_the_search_first(come):
    page = come("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()


def test_bars_are_as_long_as_their_shares(come):
    page = come(f"{AT}/variables")
    rows = page.locator("#V1 tbody tr")
    bars = rows.locator("rect").evaluate_all("all => all.map(e => e.getBoundingClientRect().width)")
    assert len(bars) == 5
    assert [bar / bars[3] for bar in bars] == pytest.approx([0, 1 / 3, 2 / 3, 1, 1 / 3], abs=0.01)


@pytest.mark.parametrize(("width", "scheme"), [(400, "light"), (1280, "dark")])
def test_axe_finds_nothing_and_nothing_is_too_wide(come, archive, width, scheme):
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    for login, paths in ((None, PUBLIC), ("cur", STAFF)):
        page = come("/", login, width=width, scheme=scheme, policy=False)
        for path in paths:
            page.goto(archive.address + path)
            page.evaluate(axe)
            assert page.evaluate(VIOLATIONS) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_reader_s_own_pages_pass_too(come, archive):
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page = come("/", width=400, policy=False)
    register(page, archive, "lee@uni.example")
    for path in ("/account", "/terms", f"{AT}/ask", f"{AT}/files/{SHUT}"):
        page.goto(archive.address + path)
        page.evaluate(axe)
        assert page.evaluate(VIOLATIONS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, path
