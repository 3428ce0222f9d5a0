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
    # COD-060 to COD-079: agreement and adjudication
    "COD-060": Entry(
        "Nobody to compare",
        "none of the {texts} texts was read by two coders who released it",
        "Give a text to two coders, and let both code and release it.",
    ),
    "COD-061": Entry(
        "Units that are not known",
        "agreement was asked for on {unit}, but the texts were not cut into them",
        "Ask for characters, or give the units of every text.",
    ),
    "COD-062": Entry(
        "No such code",
        "{value!r} is the id or name of {count} codes, not of one",
        "Give the id of a code of the codebook, or a name that only one has.",
    ),
    "COD-063": Entry(
        "Negative tolerance",
        "{value} characters is no tolerance",
        "Give 0 to let nothing pass, or how many characters two passages may differ.",
    ),
    "COD-064": Entry(
        "Decision without a reason",
        "the decision about {item} says no reason",
        "Write in a sentence why, so that it can be told in the report.",
    ),
    "COD-065": Entry(
        "Unknown decision",
        "{value!r} is no decision about a passage",
        "Choose one of {known}.",
    ),
    "COD-066": Entry(
        "Nothing to accept",
        "coder {coder!r} marked nothing of {item}, but {marked} did",
        "Accept one who marked it, or reject the passage.",
    ),
    "COD-067": Entry(
        "Own passage that cannot be",
        "the own passage from {start} to {end} is not within the {length} characters of the text",
        "Give a start and an end within the text, the start before the end.",
    ),
    "COD-068": Entry(
        "No such disagreement",
        "{item!r} is no passage of that standing among texts that all coders released",
        "Look at the queue again: it changes when a coder changes a coding.",
    ),
    "COD-069": Entry(
        "Nothing to decide",
        "all readers agree on {item}, so there is nothing to decide",
        "Take over what is agreed, or let a coder change the coding first.",
    ),
}
