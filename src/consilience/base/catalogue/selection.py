"""SEL: who is chosen."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # SEL-001 to SEL-019: the exact choice of diverse cases (consilience.stats.diversity)
    "SEL-001": Entry(
        "Columns of different length",
        "{what} has {length} values, but there are {expected} units",
        "Give one value per unit, in the same order everywhere.",
    ),
    "SEL-002": Entry(
        "Not a number to use",
        "{what} is {value!r}",
        "Use finite numbers; weights and penalties must be above 0, missing ordered values NaN.",
    ),
    "SEL-003": Entry(
        "Not enough units",
        "{needed} units are to be chosen from group {group}, but only {available} may be chosen",
        "Ask for fewer units there, lift a veto, or widen the frame.",
    ),
    "SEL-004": Entry(
        "Pins that cannot all be kept",
        "{what}",
        "Unpin or unveto a unit, or choose more units from its group.",
    ),
    "SEL-005": Entry(
        "A quota that says nothing",
        "quota {name!r} asks for at least {low} and at most {high}",
        "Use whole numbers with 0 <= at least <= at most.",
    ),
    "SEL-006": Entry(
        "How many units?",
        "{what}",
        "Say how many units to choose: one whole number of 1 or more, or one number per group.",
    ),
    "SEL-007": Entry(
        "Unknown option",
        "{option} is {value!r}",
        "Use one of: {allowed}.",
    ),
    "SEL-008": Entry(
        "No such unit",
        "{what} names unit {unit}, but units are numbered 0 to {last}",
        "Name units by their position in the columns.",
    ),
    "SEL-009": Entry(
        "Nothing to compare",
        "no attribute is given, so no unit differs from another",
        "Name at least one attribute on which the chosen units should differ.",
    ),
    "SEL-010": Entry(
        "No set found in time",
        "the search stopped at its limit of {seconds} seconds before it found any set",
        "Raise the limit, or choose fewer units.",
    ),
    "SEL-011": Entry(
        "Not a choice of this problem",
        "unit {unit} is {what}",
        "Give the chosen units of the same problem; only chosen units can be lost.",
    ),
}
