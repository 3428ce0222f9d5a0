"""Names beside pictures stand on the page and end before the bars, on a desk and on a phone."""

from __future__ import annotations

import pytest

from consilience.report.charts import Interval, intervals
from consilience.report.matrices import Cell, counted, heat

NAMES = (
    "Something comes back", "Nothing comes back to us", "Wondering whom to call",
    "Thresholds are unclear", "Local safeguarding children boards",
    "Information sharing agreements between agencies",
    "What the board of the authority asks of schools",
)  # fmt: skip
# Where names lie that begin before the picture, or end where its bars begin.
ASTRAY = """() => [...document.querySelectorAll('svg.wide')].flatMap(picture => {
    const whole = picture.getBoundingClientRect()
    return [...picture.querySelectorAll('text.label')].map(name => name.getBoundingClientRect())
        .filter(name => name.left < whole.left - 1 || name.right > whole.left + whole.width * .36)
        .map(name => [name.left, name.right])
})"""


# Names that lie over each other, as lines of two rows do where rows are too low.
OVER = """() => [...document.querySelectorAll('svg.wide')].flatMap(picture => {
    const boxes = [...picture.querySelectorAll('text.label')].map(
        name => [name.textContent, name.getBoundingClientRect()])
    return boxes.slice(1).map(([name, box], at) => [name, box.top - boxes[at][1].bottom])
        .filter(([, gap]) => gap < -3.5)
})"""


def pictures():
    return (
        intervals([Interval(name, 0.5, 0.3, 0.7) for name in NAMES], title="t", description="d"),
        counted(
            [("  " * (n % 4) + name, [(5, "#0072b2"), (3, "#d55e00")])
             for n, name in enumerate(NAMES)],
            title="t", description="d",
        ),
        heat([(name, [Cell("#0072b2", "1", "x")] * 5) for name in NAMES], list("abcde"), title="t",
             description="d"),
    )  # fmt: skip


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("style", ["web/static/site.css", "report/style.css"])
def test_no_name_is_cut_or_runs_under_a_bar(browser, root, style, width):
    css = (root / "src" / "consilience" / style).read_text("utf-8")
    drawn = "".join(
        f'<figure><svg class="wide" width="100%" height="{each.height}">{each.body}</svg></figure>'
        for each in pictures()
    )
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content(f"<!doctype html><style>{css}</style><main>{drawn}</main>")
    assert page.locator("text.label").count() >= 3 * len(NAMES)
    assert page.evaluate(ASTRAY) == []
    assert page.evaluate(OVER) == []
    assert not page.locator("text.label", has_text="…").count()
    page.close()
