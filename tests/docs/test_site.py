"""The documentation builds without a warning, and the built pages fetch nothing from elsewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# What a browser would fetch by itself; a link that a reader may follow is none.
FETCHED = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"?(https?:)?//"
    r"|<link\b(?=[^>]*\brel=\"?(?:stylesheet|preload|preconnect|icon))[^>]*\bhref=\"?(https?:)?//"
    r"|@import\s+(?:url\()?[\"']?(https?:)?//"
    r"|url\([\"']?(https?:)?//"
)


def build(folder, site):
    return subprocess.run(
        [
            Path(sys.executable).with_name("mkdocs"),
            *("build", "--strict", "-f", folder / "mkdocs.yml", "-d", site),
        ],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "true"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    run = build(root, folder)
    assert run.returncode == 0, run.stderr
    return folder


def test_the_built_site_fetches_nothing(site):
    found = []
    for path in [*site.rglob("*.html"), *site.rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        found += [(path.name, match[0]) for match in FETCHED.finditer(text)]
    assert found == []
    assert (site / "index.html").exists()


def test_what_only_makes_the_pages_is_not_published(site):
    assert not [path for path in site.rglob("*") if path.suffix in {".py", ".yaml"}]


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://example.org/a.js">',
        '<link rel="stylesheet" href="//example.org/a.css">',
        "@import 'https://example.org/a.css'",
        "a { background: url(https://example.org/a.png) }",
    ],
)
def test_what_would_be_fetched_is_seen(text):
    assert FETCHED.search(text)


def test_a_dead_link_stops_the_build(root, tmp_path):
    shutil.copy(root / "mkdocs.yml", tmp_path)
    shutil.copytree(root / "docs", tmp_path / "docs")
    page = tmp_path / "docs" / "index.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n[x](gone.md)\n", encoding="utf-8")
    run = build(tmp_path, tmp_path / "site")
    assert run.returncode == 1
    assert "gone.md" in run.stderr


def test_make_docs_lets_warnings_be_heard(root):
    """Mkdocs counts only warnings that it prints: --quiet would make --strict say nothing."""
    (line,) = re.findall(r"mkdocs build.*", (root / "Makefile").read_text(encoding="utf-8"))
    assert "--strict" in line
    assert "--quiet" not in line
    assert "-q" not in line.split()
