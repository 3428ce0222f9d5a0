"""The glossary of the checkout, as a page of the site."""

from __future__ import annotations

from reference_pages.markdown import DOCS, page


def glossary() -> str:
    title, _, text = (DOCS.parent / "GLOSSARY.md").read_text(encoding="utf-8").partition("\n\n")
    return page(title.removeprefix("# "), text.rstrip())
