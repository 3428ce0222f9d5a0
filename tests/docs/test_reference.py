"""The made pages are up to date, and every link of every page leads somewhere."""

import importlib
import re
import shutil

import pytest

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def generate(root, monkeypatch):
    """Return docs/generate.py as a module."""
    monkeypatch.syspath_prepend(str(root / "docs"))
    return importlib.import_module("generate")


def test_the_made_pages_are_up_to_date(generate, capsys):
    assert generate.main(["--check"]) == 0, capsys.readouterr().out


def test_a_stale_page_is_named_and_mended(generate, root, tmp_path, monkeypatch, capsys):
    reference = tmp_path / "reference"
    shutil.copytree(root / "docs" / "reference", reference)
    monkeypatch.setattr(generate, "REFERENCE", reference)
    generate.main([])  # whatever else may be stale now is not the matter here
    page = reference / "settings.md"
    page.write_text(page.read_text(encoding="utf-8").replace("workers", "wrkers"), encoding="utf-8")
    capsys.readouterr()
    assert generate.main(["--check"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told == ["docs/reference/settings.md is stale: make docs FIX=1"]
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def slug(heading):
    """Return the anchor of a heading, as the site makes it."""
    plain = re.sub(r"[^\w\s-]", "", heading.lower()).strip()
    return re.sub(r"[\s-]+", "-", plain)


def dead_links(root):
    """Return `file: target` of each link that leads nowhere in the checkout."""
    found = []
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *root.glob("changelog.d/*.md")]
    for page in sorted(pages):
        text = FENCE.sub("", page.read_text(encoding="utf-8"))
        for target in LINK.findall(text):
            if "://" in target or target.startswith("mailto:"):
                continue
            name, _, anchor = target.partition("#")
            aim = (page.parent / name).resolve() if name else page
            if not aim.exists():
                found.append(f"{page.relative_to(root)}: {target}")
            elif anchor and aim.suffix == ".md":
                there = re.findall(r"^#+ (.+)$", aim.read_text(encoding="utf-8"), re.MULTILINE)
                if anchor not in {slug(each) for each in there}:
                    found.append(f"{page.relative_to(root)}: {target}")
    return found


def test_every_link_leads_somewhere(root):
    assert dead_links(root) == []


@pytest.mark.parametrize("target", ["missing.md", "b.md#missing", "#missing"])
def test_a_dead_link_is_seen(tmp_path, target):
    (tmp_path / "b.md").write_text("# There\n", encoding="utf-8")
    text = f"# Here\n[a]({target}) [b](b.md#there)\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert dead_links(tmp_path) == [f"a.md: {target}"]
