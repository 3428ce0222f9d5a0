"""STU: a study folder, its runs, and what can be asked of it."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES = {
    "STU-001": Entry(
        "Folder not empty",
        "{folder} holds something already ({example})",
        "Name a folder that is not there yet, or an empty one.",
    ),
    "STU-002": Entry(
        "Not a study",
        "{folder} has no study.yaml",
        "Name the folder of a study, or make one with `consilience new {folder}`.",
    ),
    "STU-003": Entry(
        "No such stage",
        "there is no stage {stage!r}",
        "The stages are: {known}.",
    ),
    "STU-004": Entry(
        "No such table",
        "the stage {stage!r} has no table {table!r}",
        "Its tables are: {known}. A stage has tables once `consilience run` has run it.",
    ),
    "STU-005": Entry(
        "Nothing known of it",
        "{thing!r} is no unit, band, stage or error code of this study",
        "Did you mean {nearest}? Ask for an id or a name as the frame has it.",
    ),
    "STU-006": Entry(
        "Not run yet",
        "the study {folder} has no results yet",
        "Run it first: `consilience run {folder}`; or bring in what it is to hold, once more if "
        "that was stopped before its end.",
    ),
    "STU-007": Entry(
        "Unknown form of table",
        "{frame!r} is no form of table",
        "Ask for 'arrow', 'pandas' or 'polars'.",
    ),
    "STU-008": Entry(
        "Library not installed",
        "tables as {frame} need the library {library}, which is not installed",
        "Install it (`pip install {library}`), or ask for 'arrow'.",
    ),
}
