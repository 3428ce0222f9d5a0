"""CON: how far informants agree, and bands."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "CON-001": Entry(
        "Impossible overlap",
        "sets of {sizes} units cannot be drawn from {units} units",
        "Give at least one size, each between 0 and the number of units.",
    ),
    "CON-002": Entry(
        "Unknown choice",
        "there is no {what} {value!r}",
        "Use one of: {known}.",
    ),
    "CON-003": Entry(
        "Limits of bands do not fit",
        "the limits {limits} cannot cut values into {count} bands",
        "Give {wanted} limits, each above the one before.",
    ),
    "CON-004": Entry(
        "Nothing to compare",
        "stage {stage!r} compares agencies, but its constructs ask the same of {agencies} only",
        "Add questions of at least two of the linked agencies to the rows of {constructs}.",
    ),
    "CON-005": Entry(
        "Question without a scale",
        "construct {construct!r} names question {question!r} of agency {agency!r}, which {lack}",
        "Name a question of kind scale, on a scale with a lowest and a highest point, in that"
        " agency's instrument.",
    ),
    "CON-006": Entry(
        "Agency left out",
        "agency {agency!r} is linked, but asked about none of the constructs",
        "Nothing, if this is meant; it is left out of the congruence. Else add its questions to"
        " the rows of the constructs.",
        warning=True,
    ),
    "CON-007": Entry(
        "Too few areas",
        "stage {stage!r} has {areas} areas with an index, too few for {count} bands",
        "Lower `bands: count`, lower `min_items`, or wait for more answers.",
    ),
    "CON-008": Entry(
        "Few items to resample",
        "stage {stage!r} resamples {rows} items, so the probabilities of the bands are coarse",
        "Read them as a rough guide, or set `resample: error` with an `error_sd`.",
        warning=True,
    ),
    "CON-009": Entry(
        "No error to add",
        "stage {stage!r} has no `error_sd`, and the answers do not let it be estimated",
        "Give `error_sd` in points of the scale, or set `resample: items`.",
    ),
    "CON-010": Entry(
        "No agreement beyond chance",
        "agencies of the same area agree no more than those of different areas (p = {p:.3f})",
        "Bands are cut all the same, but may order nothing but chance: say so where they are used.",
        warning=True,
    ),
    "CON-011": Entry(
        "Labels do not fit the bands",
        "there are {labels} labels for {count} bands",
        "Give one label for each band, from the lowest congruence to the highest.",
    ),
    "CON-012": Entry(
        "Areas left out",
        "{areas} complete areas have no index, as agencies share too few answered items",
        "Nothing, if this is meant; they get no band. Else lower `min_items`.",
        warning=True,
    ),
    "CON-013": Entry(
        "Unknown construct",
        "stage {stage!r} names the construct {construct!r}, which the study does not have",
        "Use one of: {known}.",
    ),
    "CON-014": Entry(
        "Too few cases",
        "stage {stage!r} has {cases} cases with an outcome, for {columns} columns of predictors",
        "Name fewer predictors, set `unit: answers`, or wait for more answers.",
    ),
}
