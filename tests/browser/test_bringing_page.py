"""Transcripts are brought in as people do it: files chosen, by mouse, keyboard, without scripts."""

from __future__ import annotations

from importlib.resources import files as package_files

import pytest
from made_intake import let_in, write_transcripts
from made_listening import listen
from made_server import serving
from made_site import PASSWORD, Web
from made_vault import KEY
from playwright.sync_api import expect

from consilience.base.errors import Fault
from consilience.desk.kept import at_work
from consilience.desk.transcripts import listed
from consilience.interviews.transcripts import read_transcript
from consilience.store.database import snapshot
from consilience.store.ledger import lines
from consilience.web.site import place_of
from consilience.web.uploads import MOST_BYTES

pytestmark = pytest.mark.browser

VIOLATIONS = """axe.run().then(found => found.violations.map(
    each => `${each.id}: ${each.nodes[0].html.slice(0, 160)}`))"""
REAL = (
    "covid_inquiry_m8/2025-10-07_01_ms_amanda_stocks.txt",
    "hitsave_ccbysa/2023_Goodboy_Galaxy_Goodboy_Galaxy_-_Rik_Nicol.vtt",
    "hitsave_ccbysa/2022_Betty_Earl_Interview_with_Matthew_Brelsford_creator_of_Betty_Earl.md",
    "pdpilot_bsd3/P1.pdf",
)


@pytest.fixture
def study(tmp_path):
    """Return a study without texts, with a lead, served."""
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "study.yaml").write_text("consilience: 1\n", encoding="utf-8")
    with at_work(folder) as engine:
        web = Web(engine, folder, place_of(host="127.0.0.1", port=8080))
        let_in(web, KEY)
        web.add("lea", "lead", name="Lea H.")
        with serving(engine, folder) as web.address:
            yield web


@pytest.fixture
def made(tmp_path):
    return write_transcripts(tmp_path / "in")


@pytest.fixture
def come(browser, study):
    """Return a function that signs the lead in and opens the page of transcripts."""
    contexts, complaints = [], []

    def opened(*, width=1280, scheme="light", script=True, policy=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme,
            java_script_enabled=script, bypass_csp=not policy, reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        # Choosers are taken over in the background: asked for only at the key, it can come first.
        page.on("filechooser", lambda _: None)
        listen(page, complaints)
        page.goto(f"{study.address}/sign-in")
        page.fill("#field-login", "lea")
        page.fill("#field-password", PASSWORD)
        page.click("main button")
        page.goto(f"{study.address}/transcripts")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [each for each in complaints if "(Bad Request)" not in each and "413" not in each] == []


def unlock(page):
    page.click("text=open it first")
    page.fill("#field-key", KEY)
    page.click("main button")
    page.wait_for_selector("#field-files")


def send(page, *paths):
    page.set_input_files("#field-files", [str(path) for path in paths])
    page.click("#bring button")
    page.wait_for_selector("h1:text('What came in')")


def cells(page):
    """Return the words of each row, without what is told under the outcome."""
    return page.eval_on_selector_all(
        "tbody tr",
        """rows => rows.map(row => [...row.cells].map(cell =>
            (cell.querySelector('.stage') || cell).innerText.split('\\n')[0]))""",
    )


def kept(study):
    return {each.document.name: each for each in listed(study.engine)}


def left_over(study):
    return list((study.folder / ".consilience").glob("incoming/*"))


def test_real_transcripts_come_in_open(come, study, shared, made):
    paths = [shared / "data/transcripts" / name for name in REAL]
    page = come()
    page.check("input[value=open]")
    page.fill("#field-because", "published by those who spoke")
    page.fill("#field-case", "E06000001")
    send(page, *paths, made["S02.docx"], made["S04.docx"])
    assert page.locator("[role=status]").inner_text() == "5 of 6 files came in; 1 was refused."
    expected = [
        [path.name, "came in", path.stem, "transcribed", str(len(read_transcript(path).turns))]
        for path in (*paths, made["S02.docx"])
    ]
    assert [row[:5] for row in cells(page)[:5]] == expected
    assert cells(page)[5][:2] == ["S04.docx", "was refused"]
    told = page.locator("tr", has_text="S04.docx").locator(".said").inner_text()
    assert "(FMT-202)" in told
    assert Fault("FMT-202").remedy in told
    assert {each.document.case for each in kept(study).values()} == {"E06000001"}
    with snapshot(study.engine) as connection:
        by = {line.actor for line in lines(connection) if line.action == "transcripts imported"}
    assert by == {"person-1"}
    assert left_over(study) == []
    page.click("a:text-is('S02')")
    expect(page.locator("section b").first).to_have_text("I")


def test_texts_are_sealed_once_the_vault_is_open(come, study, shared, made):
    path = shared / "data/transcripts" / REAL[0]
    page = come()
    assert page.locator("input[value=sealed]").is_disabled()
    unlock(page)
    assert page.locator("input[value=sealed]").is_checked()
    assert not page.locator("#field-because").is_visible()
    send(page, path, made["S01.txt"])
    (_, _, text, state, *_), (_, _, plain, *_, speakers) = cells(page)
    assert (text[:5], state, plain, speakers) == ("text-", "transcribed", "S01", "2")
    assert "I, S1" in page.locator("tr", has_text="S01.txt").inner_text()
    assert all(each.versions[0].sealed for each in kept(study).values())
    for part in (b"Stocks", b"stocks", b"ANN ASH"):
        for file in (study.folder / ".consilience").rglob("*"):
            assert not (file.is_file() and part in file.read_bytes()), file
    page.click("text=Bring in more")
    send(page, path, made["S01.txt"])
    assert [row[1] for row in cells(page)] == ["was there already"] * 2
    assert len(kept(study)) == 2


def test_by_keyboard_alone(come, study, made):
    page = come()
    page.locator("#field-files").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(str(made["S01.txt"]))
    for key in ("Tab", "g", "Tab", *"G1", "Tab"):
        page.keyboard.press(key)
    while not page.evaluate("document.activeElement.matches('[name=words]')"):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.locator("input[value=open]").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("public hearing")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:text('What came in')")
    document = kept(study)["S01"].document
    assert (document.kind, document.interview) == ("group", "G1")


def test_without_scripts_a_missing_reason_is_told(come, study, made):
    page = come(script=False)
    page.check("input[value=open]")
    page.set_input_files("#field-files", str(made["S01.txt"]))
    page.click("#bring button")
    expect(page.locator("[role=alert]")).to_contain_text("Nothing written")
    assert page.locator("input[value=open]").is_checked()
    assert kept(study) == {}
    page.fill("#field-because", "public hearing")
    send(page, made["S01.txt"], made["S05"])
    assert [row[1] for row in cells(page)] == ["came in", "was refused"]


@pytest.mark.parametrize("factor", [1, 3])
def test_too_large_files_get_an_answer_and_nothing_comes_in(come, study, tmp_path, made, factor):
    large = tmp_path / "large.txt"
    with large.open("wb") as handle:
        handle.truncate(factor * MOST_BYTES + 1)
    page = come()
    page.check("input[value=invented]")
    page.set_input_files("#field-files", [str(made["S01.txt"]), str(large)])
    page.click("#bring button")
    expect(page.locator("body")).to_contain_text("WEB-052, number", timeout=60_000)
    assert kept(study) == {}
    assert left_over(study) == []
    page.goto(f"{study.address}/transcripts")
    page.check("input[value=invented]")
    send(page, made["S01.txt"])


@pytest.mark.parametrize(("width", "scheme"), [(400, "light"), (1280, "dark")])
def test_axe_finds_nothing(come, study, made, width, scheme):
    axe = (package_files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page = come(width=width, scheme=scheme, policy=False)

    def look(what):
        page.evaluate(axe)
        assert page.evaluate(VIOLATIONS) == [], what
        assert page.evaluate("document.documentElement.scrollWidth") <= width, what

    look("shut")
    page.check("input[value=open]")
    look("with a reason")
    unlock(page)
    look("open")
    send(page, *made.values())
    look("answer")
    page.goto(f"{study.address}/transcripts")
    look("with texts")
    (study.folder / "study.yaml").write_text("consilience: 1\n", encoding="utf-8")
    page.goto(f"{study.address}/transcripts")
    look("with errors in the study file")
