"""The worked examples of the page on agreement between coders hold."""

import doctest
import re

BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def outcome(text):
    blocks = "\n".join(BLOCK.findall(text))
    examples = doctest.DocTestParser().get_doctest(blocks, {}, "page", None, 0)
    return doctest.DocTestRunner().run(examples, out=lambda _told: None)


def test_the_examples_of_the_page(root):
    page = root / "docs" / "explanation" / "text-agreement.md"
    found = outcome(page.read_text(encoding="utf-8"))
    assert found.attempted > 10
    assert found.failed == 0


def test_a_wrong_example_is_seen():
    assert outcome("```python\n>>> 1 + 1\n3\n```\n").failed == 1
