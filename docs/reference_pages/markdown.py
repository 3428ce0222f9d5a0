"""The few forms of Markdown that the made pages use."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
PACKAGE = DOCS.parent / "src" / "consilience"
MADE = "<!-- Made by docs/generate.py from the code: edit the code, then `make docs FIX=1`. -->"


def page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", MADE, *parts]) + "\n"


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def table(heads: tuple[str, ...], rows: list[str]) -> str:
    return "\n".join([row(*heads), row(*["---"] * len(heads)), *rows])
