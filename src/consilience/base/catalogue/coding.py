"""COD: codebook, codings and their exchange."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # COD-100 to COD-109: proposed passages
    "COD-100": Entry(
        "Code not clear",
        "{count} codes are called {named!r}",
        "Give the id of the code, as `consilience codebook show` prints it.",
    ),
    "COD-101": Entry(
        "Judgement cannot be read",
        "in column {column!r} stands {value}",
        "Write yes or no into `relevant`, or leave it empty, and the other columns as they were.",
    ),
    "COD-102": Entry(
        "Judgement of something unknown",
        "the study has no code {named!r} or no text {document!r}",
        "Take a fresh list of proposals: the codebook or the texts have changed.",
    ),
}
