"""A browser without a network, and pages opened in it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))  # the tests are no package
sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import absent

CHROMIUM = Path("/usr/bin/chromium")
QUIET = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update"""


@pytest.fixture(scope="session")
def browser():
    """Return a headless Chromium, or skip."""
    if not CHROMIUM.is_file():
        absent("Chromium (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=str(CHROMIUM), args=QUIET.split())
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """Return the reports that are looked at, by name."""
    from made_findings import make_findings
    from made_talks import make_talks

    from consilience.report.pages import render_report

    folder = tmp_path_factory.mktemp("reports")
    shapes = {"three": {}, "many": {"areas": 297, "places": False, "agencies": 2}}
    for name, options in shapes.items():
        (folder / f"{name}.html").write_text(render_report(make_findings(**options)), "utf-8")
    talks = make_talks(tmp_path_factory.mktemp("talks"))
    (folder / "talks.html").write_text(render_report(talks), "utf-8")
    return folder


@pytest.fixture
def visit(browser, reports):
    """Return a function that opens a report, and keeps what it asked for on the page object."""
    contexts = []

    def opened(name, *, width=1280, scheme="light", script=True, policy=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme,
            java_script_enabled=script, bypass_csp=not policy, reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto((reports / f"{name}.html").as_uri())
        return page, asked, complaints

    yield opened
    for context in contexts:
        context.close()
