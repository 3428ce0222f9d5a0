"""Every error and warning: its code, what happened, what to do."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

from consilience.base.catalogue import CATALOGUE
from reference_pages.markdown import PACKAGE, page


def template(text: str) -> str:
    """Show the fields of a template as code; anything like a tag would be lost in a page."""
    return re.sub(r"\{(\w+)[^}]*\}", r"`\1`", text).replace("<", "&lt;")


def errors() -> str:
    intro = (
        "Every message of consilience has a code, says where, what happened, and what to do "
        "next. Words in `this type` stand for the value at hand. A warning lets the work go on; "
        "an error stops it before anything half-done is kept."
    )
    parts = [intro]
    for prefix in dict.fromkeys(code[:3] for code in CATALOGUE):
        # A room with many errors has them in several files; the first is named after the room.
        rooms = [m for m in _catalogues() if any(c.startswith(prefix) for c in m.ENTRIES)]
        parts.append(f"## {(rooms[0].__doc__ or '').splitlines()[0].rstrip('.')}")
        for code, entry in (each for room in rooms for each in room.ENTRIES.items()):
            kind = "Warning" if entry.warning else "Error"
            parts.append(
                f"### {code} {entry.title}\n\n{kind}: {template(entry.what)}.\n\n"
                f"What to do: {template(entry.remedy)}"
            )
    return page("Errors and warnings", *parts)


def _catalogues() -> Iterator[Any]:
    for path in sorted((PACKAGE / "base" / "catalogue").glob("*.py")):
        module = importlib.import_module(f"consilience.base.catalogue.{path.stem}")
        if path.stem != "__init__" and hasattr(module, "ENTRIES"):
            yield module
