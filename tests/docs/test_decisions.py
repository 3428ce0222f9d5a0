"""The table of decisions says of each what its page says."""

from __future__ import annotations

import re

ROW = re.compile(r"^\| (\d{4}) \| \[(.+?)\]\((.+?)\) \| (.+?) \|$", re.MULTILINE)
STATUS = re.compile(
    r"^# (\d{4}):? (.+)\n\n\*([^*]+?\.)(?: Adds to [^*]+)?\*\n\n## Context$", re.MULTILINE
)


def test_the_table_says_of_each_decision_what_its_page_says(root):
    folder = root / "docs" / "decisions"
    rows = ROW.findall((folder / "README.md").read_text(encoding="utf-8"))
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [file for _, _, file, _ in rows] == pages
    for number, title, file, status in rows:
        said = STATUS.match((folder / file).read_text(encoding="utf-8"))
        assert said is not None, f"{file} has no status"
        assert (number, title, status) == said.groups()
