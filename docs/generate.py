"""Write the reference pages from the code.

python docs/generate.py            writes docs/reference/*.md
python docs/generate.py --check    says which pages are stale, and ends with 1 if any is
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

PAGES = (
    "errors",
    "study_file",
    "records",
    "settings",
    "glossary",
    "commands",
    "statistics",
    "differences",
)
REFERENCE = Path(__file__).resolve().parent / "reference"


def make(name: str) -> dict[str, str]:
    """Return the text of a page by its file stem, and those of the pages below it.

    Each module has a function of its own name; one that has `families` makes a page of each.
    """
    module = importlib.import_module(f"reference_pages.{name}")
    below: dict[str, str] = module.families() if hasattr(module, "families") else {}
    return {name.replace("_", "-"): getattr(module, name)(), **below}


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them."""
    check = "--check" in arguments
    stale = 0
    for name in PAGES:
        if name == "commands" and importlib.util.find_spec("consilience.cli.main") is None:
            continue
        for stem, text in make(name).items():
            path = REFERENCE / f"{stem}.md"
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale += 1
            if not check:
                path.write_text(text, encoding="utf-8")
            print(
                f"docs/reference/{path.name}", "is stale: make docs FIX=1" if check else "written"
            )
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
