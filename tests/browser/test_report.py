"""The report as people meet it: on a phone, at a desk, in the dark, by keyboard, offline."""

from __future__ import annotations

from importlib.resources import files

import pytest

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"
# Rows of a table and of a picture are alike; axe takes its time over each, so a few stay.
FEW_ROWS = """document.querySelectorAll(
    'tbody tr:nth-child(n+3), svg.wide > *:nth-child(n+24), svg.whole > g:nth-child(n+20)'
).forEach(each => each.remove())"""
VIOLATIONS = """axe.run().then(found => found.violations.map(
    each => `${each.id}: ${each.nodes[0].html.slice(0, 120)}`))"""
FOCUSABLE = "a[href], summary, [tabindex='0']"


@pytest.fixture(scope="session")
def axe():
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("name", ["three", "talks"])
@pytest.mark.parametrize(("width", "scheme"), [(400, "light"), (1280, "dark")])
def test_axe_finds_nothing(visit, axe, name, width, scheme):
    page, *_ = visit(name, width=width, scheme=scheme, policy=False)
    page.evaluate(OPEN_ALL)
    page.evaluate(FEW_ROWS)
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []


def test_axe_finds_nothing_with_many_areas(visit, axe):
    page, *_ = visit("many", width=400, policy=False)
    page.evaluate(FEW_ROWS)
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []


@pytest.mark.parametrize("name", ["three", "many", "talks"])
@pytest.mark.parametrize("width", [320, 400, 1280])
def test_page_never_scrolls_sideways(visit, name, width):
    page, *_ = visit(name, width=width)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_is_asked_for_but_the_file(visit):
    page, asked, complaints = visit("three")
    page.evaluate(OPEN_ALL)
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1
    assert asked[0].startswith("file:")
    assert complaints == []  # among them breaches of the page's policy


def test_page_is_whole_without_script(visit):
    page, *_ = visit("three", script=False)
    assert page.locator("svg[role=img]").count() > 15
    assert page.locator("h1").inner_text().startswith("Do schools")
    numbers = page.locator("figure details").first
    numbers.locator("summary").click()
    assert numbers.locator("table").is_visible()


def test_keyboard_reaches_everything_and_shows_where_it_is(visit):
    page, *_ = visit("three")
    page.evaluate(OPEN_ALL)
    total = page.locator(FOCUSABLE).count()
    seen = page.evaluate("[]")
    for _ in range(total):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => { const on = document.activeElement; const look = getComputedStyle(on);
                const all = [...document.querySelectorAll("a[href], summary, [tabindex='0']")];
                const box = on.getBoundingClientRect();
                return [all.indexOf(on), look.outlineStyle, parseFloat(look.outlineWidth),
                        box.width > 0 && box.bottom > 0 && box.top < innerHeight]; }"""
            )
        )
    assert [place for place, *_ in seen] == list(range(total))
    assert all(style == "solid" and width >= 2 and shown for _, style, width, shown in seen)


def test_skip_link_leads_to_the_content(visit):
    page, *_ = visit("three")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_summary_opens_by_keyboard(visit):
    page, *_ = visit("three")
    summary = page.locator("figure summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("figure details").first.get_attribute("open") is not None


def test_letters_keep_their_size_on_a_phone(visit):
    page, *_ = visit("three", width=400)
    sizes = page.evaluate(
        """[...document.querySelectorAll('svg.wide text')].map(
            each => each.getBoundingClientRect().height)"""
    )
    assert len(sizes) > 100
    assert min(sizes) >= 9


def test_labels_stay_on_the_page_on_a_phone(visit):
    page, *_ = visit("three", width=400)
    lefts = page.evaluate(
        """[...document.querySelectorAll('svg.wide text')].map(
            each => each.getBoundingClientRect()).map(box => [box.left, box.right])"""
    )
    assert min(left for left, _ in lefts) >= 0
    assert max(right for _, right in lefts) <= 400


def test_tables_with_sentences_stand_as_cards_on_a_phone(visit):
    page, *_ = visit("three", width=400)
    cell = page.locator("table.stack td.long:visible").first
    box = cell.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400


def test_it_prints(visit):
    page, *_ = visit("three")
    page.emulate_media(media="print")
    assert not page.locator(".contents").is_visible()
    assert len(page.pdf(format="A4")) > 50_000
