"""MEA: measures under licence, norms, climate."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # MEA-001 to MEA-009: keys and scores (consilience.measures.scales)
    "MEA-001": Entry(
        "Key of a measure that does not fit",
        "{place} of the key: {reason}",
        "Correct the file; a key has id, title, licence, low, high and scales with their items.",
    ),
    "MEA-002": Entry(
        "Table without a column",
        "the table of {what} has no column {column!r}",
        "Give it the columns {wanted}.",
    ),
    "MEA-003": Entry(
        "Answer outside the scale of a measure",
        "{person!r} answered {value} to item {item!r}, whose answers go from {low} to {high}",
        "Correct the answer, leave it out if it means no answer, or mend low and high in the key.",
    ),
    "MEA-004": Entry(
        "Two answers to one item",
        "{person!r} answered item {item!r} twice",
        "Keep one of the two answers.",
    ),
    "MEA-005": Entry(
        "Item without any answer",
        "nobody answered item {item!r} of scale {scale!r}",
        "Did you mean {nearest!r}? Compare the names of items in key and answers.",
        warning=True,
    ),
    # MEA-010 to MEA-019: norms (consilience.measures.norms)
    "MEA-010": Entry(
        "Norm that cannot be read",
        "{column} of row {row} of the norms is {value!r}",
        "Give {wanted}.",
    ),
    "MEA-011": Entry(
        "No norm",
        "there is no norm for scale {scale!r} of population {population!r}",
        "Use one of the populations {known}, or leave the scale out.",
    ),
    "MEA-012": Entry(
        "Two norms",
        "scale {scale!r} has two norms of population {population!r} {of}",
        "Keep one of the two, or tell the populations apart.",
    ),
    "MEA-013": Entry(
        "Scores outside a norm table",
        "{count} scores on {scale!r} lie outside the table of {population!r} from {low} to {high}",
        "They get the T-score of its nearest end; say so when you report them.",
        warning=True,
    ),
    # MEA-020 to MEA-029: climate (consilience.measures.climate)
    "MEA-020": Entry(
        "Person in two schools",
        "{person!r} belongs to {first!r} and to {second!r}",
        "Keep the school that the answers are about.",
    ),
    "MEA-021": Entry(
        "People without a school",
        "{count} people have answers and no school, the first of them {first!r}",
        "They count for no school; add them to the table of members if they belong to one.",
        warning=True,
    ),
    "MEA-022": Entry(
        "Schools with too few people",
        "{count} schools have a scale with fewer than {fewest} people",
        "Nothing is shown of them there; do not work the figures out by other ways.",
        warning=True,
    ),
    "MEA-023": Entry(
        "Answers without points",
        "answers to scale {scale!r} go from {low} to {high}, which are no whole points",
        "Nothing, if this is meant; rwg(j) needs a scale of points and is left out for this one.",
        warning=True,
    ),
}
