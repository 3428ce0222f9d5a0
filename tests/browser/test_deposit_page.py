"""The page of the deposit and what waits for its keepers, as a curator sees them."""

from __future__ import annotations

from importlib.resources import files

import pytest
from deposit_study import AT, clear, write_deposit_study
from made_server import serving
from made_site import PASSWORD, Web

from consilience.desk.deposit_work import Asked, prepare
from consilience.desk.kept import at_work
from consilience.desk.run import run
from consilience.web.site import place_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Return the address of a study of which a package was prepared."""
    folder = write_deposit_study(tmp_path_factory.mktemp("deposit") / "study")
    run(folder, at=AT, actor="test")
    clear(folder, "T1")
    assert prepare(folder, Asked(at=AT, actor="ann", environ={})).folder
    with at_work(folder) as engine:
        web = Web(engine, folder, place_of(host="127.0.0.1", port=8080))
        web.add("cur", "curator")
        with serving(engine, folder) as found:
            yield found


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_runs_out_of_the_page(browser, address, width, scheme):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{address}/deposit")
    page.fill("#field-login", "cur")
    page.fill("#field-password", PASSWORD)
    page.click("main button")
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    for path, said in (("/deposit", "waits for release"), ("/", "Have the package")):
        page.goto(f"{address}{path}")
        assert said in page.inner_text("main")
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(f => f.violations.map(each => each.id))")
        assert found == [], path
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), path
    context.close()
