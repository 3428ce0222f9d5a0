"""How long until a long transcript is painted, and from a click until the mark is?

Run: python -m benchmarks.coding_page
Bound: 10,000 words with 300 overlapping codings of 40 codes: first paint in 1 s, a mark in 0.1 s.

Measured in headless Chromium against the real server on this machine: first contentful paint as
the browser reports it, and the time from the click on a code to the frame after its mark stands
in the page. Beside it what the server alone takes, and the size of the page.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "web"))  # made-up texts

from made_server import serving
from made_site import PASSWORD, Web
from made_texts import assign, keep_codes, keep_codings, keep_text, make_codes, make_codings
from made_texts import make_text as made_text

from consilience.desk.kept import at_work
from consilience.web.site import place_of

SIZES = ((2_500, 75), (10_000, 300), (40_000, 1_200))
MARKS = 15
QUIET = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update"""
PAINT = """() => new Promise((done) => new PerformanceObserver((list) =>
    done(list.getEntriesByName('first-contentful-paint')[0].startTime)
).observe({type: 'paint', buffered: true}))"""
# From the click to the frame in which the mark is painted.
CLICK = """(n) => new Promise((done) => {
    const page = document.getElementById('text');
    const sentence = page.querySelectorAll('.s')[5 + 3 * n];
    const range = document.createRange();
    range.selectNodeContents(sentence);
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(range);
    const label = document.querySelectorAll('.codes label')[n];
    setTimeout(() => {
        const begun = performance.now();
        page.addEventListener('patched', () => requestAnimationFrame(() =>
            setTimeout(() => done(performance.now() - begun))), {once: true});
        label.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
        label.click();
    }, 60);
})"""


def study(folder, words, codings):
    (folder / "study.yaml").write_text("consilience: 1\n", encoding="utf-8")
    with at_work(folder) as engine:
        web = Web(engine, folder, place_of(host="127.0.0.1", port=8080))
        web.add("ann", "coder")
        codes = make_codes(40)
        keep_codes(engine, codes)
        text = keep_text(engine, *made_text(words))
        assign(engine, "person-1")
        codable = [code.id for code in codes if code.codable]
        keep_codings(engine, make_codings(text, codings, codes=codable, coder="person-1"))
        yield engine


def measure(browser, address):
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#field-login", "ann")
    page.fill("#field-password", PASSWORD)
    page.click("main button")
    paints, answers = [], []
    for _ in range(5):
        begun = time.perf_counter()
        size = len(page.request.get(f"{address}/texts/text-1").body())
        answers.append(1000 * (time.perf_counter() - begun))
        page.goto(f"{address}/texts/text-1")
        page.wait_for_selector("#text[data-ready]")
        paints.append(page.evaluate(PAINT))
    marked = [page.evaluate(CLICK, n) for n in range(MARKS)]
    assert page.locator("#trouble").is_hidden()
    page.context.close()
    return paints, answers, marked, size


def main():
    columns = ("words", "codings", "page", "answer", "paint", "mark", "slowest mark")
    print("".join(f"{column:>14}" for column in columns))
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET.split())
        for words, codings in SIZES:
            with tempfile.TemporaryDirectory() as name:
                for engine in study(Path(name), words, codings):
                    with serving(engine, Path(name)) as address:
                        paints, answers, marked, size = measure(browser, address)
            times = (statistics.median(answers), statistics.median(paints),
                     statistics.median(marked), max(marked))  # fmt: skip
            shown = (f"{words:,}", f"{codings:,}", f"{size // 1024:,} KB",
                     *(f"{each:.0f} ms" for each in times))  # fmt: skip
            print("".join(f"{each:>14}" for each in shown))
        browser.close()


if __name__ == "__main__":
    main()
