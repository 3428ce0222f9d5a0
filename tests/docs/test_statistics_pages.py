"""Every Python block of the pages on statistics says what is true."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "explanation" / "statistics").glob("*.md"))
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
REAL = re.compile(r"^```pycon\n(.*?)^```", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_blocks_of_a_page(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    the_examples_hold(page, BLOCK)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```pycon" in page.read_text()], ids=lambda page: page.stem
)
@pytest.mark.usefixtures("shared")
def test_the_real_data_of_a_page(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    the_examples_hold(page, REAL)


def the_examples_hold(page, blocks):
    text = "\n".join(blocks.findall(page.read_text(encoding="utf-8")))
    examples = doctest.DocTestParser().get_doctest(text, {}, page.stem, str(page), 0)
    told = []
    outcome = doctest.DocTestRunner(optionflags=FLAGS).run(examples, out=told.append)
    assert outcome.failed == 0, "".join(told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_an_example_and_says_where_it_comes_from(page):
    text = page.read_text(encoding="utf-8")
    assert ">>>" in text
    assert re.search(r"\b(1[89]|20)\d\d\b", text), "no paper is cited"


def test_the_stage_that_is_shown_is_that_of_the_example():
    page = (ROOT / "docs/explanation/statistics/importance.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    study = (ROOT / "examples/schools-2017/study.yaml").read_text(encoding="utf-8")
    assert shown in study
