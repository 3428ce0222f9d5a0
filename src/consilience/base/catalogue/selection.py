"""SEL: who is chosen."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # SEL-001 to SEL-019: the exact choice of diverse cases (consilience.stats.choice.diversity)
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
    # SEL-020 on: the stage that chooses (consilience.selection)
    "SEL-020": Entry(
        "Attribute not there",
        "the stage {stage!r} asks for the attribute {attribute!r}, which its units do not have",
        "Use one of {known}, or add the stage that knows it to `attributes_from`.",
    ),
    "SEL-021": Entry(
        "Nobody left to choose from",
        "no unit is left for the stage {stage!r} after its conditions",
        "Loosen `where` or `within`, or check that the stages it reads found anything.",
    ),
    "SEL-022": Entry(
        "Preference is not a number",
        "the stage {stage!r} prefers by {attribute!r}, which is not a number",
        "Name a numeric attribute in `prefer`; to prefer a level, write a quota with a floor.",
    ),
    "SEL-023": Entry(
        "Named unit may not be chosen",
        "{what} {unit!r} is not among the units that the stage {stage!r} may choose",
        "Check its id, or loosen `where` and `within` so that it is among them.",
    ),
    "SEL-024": Entry(
        "Fewer units than asked for",
        "group {group!r} of the stage {stage!r} has {available} units, and {asked} are asked for",
        "All of them are chosen; lower `choose`, or widen the pool.",
        warning=True,
    ),
    "SEL-025": Entry(
        "Refused, and nobody chosen",
        "{unit!r} is named as refused, but the stage {stage!r} did not choose it",
        "Remove it from `refused`, or veto it if it should never be chosen.",
    ),
    "SEL-026": Entry(
        "Quota falls short",
        "the stage {stage!r} misses the quota {quota} in {group} by {by}: {why}",
        "Accept the shortfall, lower the quota, or widen the pool.",
        warning=True,
    ),
    "SEL-027": Entry(
        "Missing values set to the median",
        "{count} units of the stage {stage!r} have no {attribute!r}; they count as the median",
        "Fill the gaps in the frame, or leave units without the value out with `where`.",
        warning=True,
    ),
    "SEL-028": Entry(
        "Not proved best",
        "the choice of the stage {stage!r} in {group} is within {gap} of the best, not proved best",
        "Accept the gap, or choose fewer units or groups so that the search can end.",
        warning=True,
    ),
    "SEL-029": Entry(
        "Condition does not fit the attribute",
        "the stage {stage!r} asks for {attribute} {condition}, but it is {kind}",
        "Use `is` or `any_of` for text, `at_least` and `at_most` for numbers.",
    ),
}
