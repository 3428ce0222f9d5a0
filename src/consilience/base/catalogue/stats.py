"""STA: statistics as functions on arrays, and their validation."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "STA-001": Entry(
        "Unknown option",
        "there is no {what} {value!r}",
        "Use one of: {known}.",
    ),
    "STA-002": Entry(
        "Shape does not fit",
        "{what} has shape {shape}",
        "Give it as {wanted}.",
    ),
    "STA-003": Entry(
        "Value out of range",
        "{what} is {value}",
        "Give {wanted}.",
    ),
    "STA-004": Entry(
        "Too few to compute from",
        "{what} needs at least {least}, and there are {count}",
        "Give more data, or ask for a statistic with fewer demands.",
    ),
    "STA-005": Entry(
        "Not settled",
        "{what} had not settled after {rounds} rounds",
        "Raise the number of rounds, or look for categories with hardly any answers.",
        warning=True,
    ),
}
