"""INT-115 to INT-119 but INT-118: words of texts that were erased for good."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "INT-115": Entry(
        "To be read by a person",
        "{count} memos, codes or texts that are not of the text repeat words of it: {names}",
        "Read them. `--erase --memo ID` erases the words of a memo; codes are edited.",
        warning=True,
    ),
    "INT-116": Entry(
        "Words not looked for",
        "the words of {versions} versions were gone, so nothing was searched for them",
        "What was found when they were erased stood in the answer then.",
        warning=True,
    ),
    "INT-117": Entry(
        "No such memo",
        "there is no memo with the id {memo!r}",
        "Give an id as the answer named it.",
    ),
    "INT-119": Entry(
        "Names that stay",
        "the words of {versions} versions of other texts cannot be read, so that all names stay in "
        "the registry of the vault",
        "Run `consilience vault check`, mend what it tells, and erase again.",
        warning=True,
    ),
}
