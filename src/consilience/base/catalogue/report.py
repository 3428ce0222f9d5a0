"""REP: reports and exports."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "REP-001": Entry(
        "Table without a column",
        "the table {table!r} of the stage {stage!r} has no column {columns}",
        "It was written by another version of consilience: run the stage {stage!r} again.",
    ),
    "REP-002": Entry(
        "No frame to draw from",
        "the stage {stage!r} has no frame, or one that has lost its description",
        "Run the stage {stage!r} again.",
    ),
    "REP-003": Entry(
        "Nothing to report",
        "no stage of the study {study!r} has run",
        "Run the study first: consilience run.",
    ),
    "REP-004": Entry(
        "No areas to make a file of",
        "the study {study!r} has no frame of areas that has run",
        "Add a stage of the kind frame with of: areas, then run the study.",
    ),
}
