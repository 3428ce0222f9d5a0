"""TXT: strings and addresses in them."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "TXT-001": Entry(
        "Edit outside the text",
        "an edit from {start} to {end} is outside the text of {length} characters or in another",
        "Give edits within the text that do not overlap.",
    ),
}
