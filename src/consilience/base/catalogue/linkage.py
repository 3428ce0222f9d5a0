"""LNK: which answers belong to one area."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # LNK-001 to LNK-009: bodies and files
    "LNK-001": Entry(
        "File without a column",
        "the file of {what} has no column {column!r}",
        "Give it the columns {needed}.",
    ),
    "LNK-002": Entry(
        "Body of no area",
        "body {body!r} is said to speak for {area!r}, which is no area of the frame",
        "Use the ids or another code of the frame, and give every row a body.",
    ),
    "LNK-003": Entry(
        "Not a date",
        "{value!r} in column {column!r} is not a date",
        "Write dates as 2018-03-31 or 31/03/2018, or leave the cell empty: without end.",
    ),
    "LNK-004": Entry(
        "Ends before it starts",
        "body {body!r} is said to speak for its area from {since} to {until}",
        "Correct one of the two dates; `to` is the last day.",
    ),
    # LNK-010 to LNK-019: decisions of a person
    "LNK-010": Entry(
        "Decision about no response",
        "survey {survey!r} has no response {response!r}",
        "Correct the ids, or take the row out if the response is gone from the export.",
    ),
    "LNK-011": Entry(
        "Decision for no area",
        "{area!r} is no area of the frame",
        "Use the ids or another code of the frame; empty, with reject, means none of them.",
    ),
    "LNK-012": Entry(
        "Unknown decision",
        "{value!r} is not a decision",
        "Write accept or reject, or leave the cell empty to keep it open.",
    ),
    "LNK-013": Entry(
        "Accepted without an area",
        "response {response!r} is accepted, but no area is named",
        "Name the area, or write reject to leave the response out.",
    ),
    "LNK-014": Entry(
        "Decisions against each other",
        "for response {response!r} of {survey}, {areas} {how}",
        "Keep one decision; several areas go together only if one body speaks for them.",
    ),
    # LNK-020 to LNK-029: what a person should know
    "LNK-020": Entry(
        "Doubts to be decided",
        "{count} responses in {stage} could not be linked for sure and count nowhere",
        "Look at the doubts, write accept or reject into the decisions file, and run again.",
        warning=True,
    ),
    "LNK-021": Entry(
        "Answers from units not invited",
        "{count} responses to {survey} come from units not invited to it: {units}",
        "Check the frame and `within`; they count nowhere.",
        warning=True,
    ),
    "LNK-022": Entry(
        "Answers from ineligible units",
        "{count} units noted as ineligible answered {survey}: {units}",
        "Check the note; the answers count until you take them out of the export.",
        warning=True,
    ),
    "LNK-023": Entry(
        "Role without seniority",
        "{count} responses with a duplicate have a role that `seniority` does not name: {roles}",
        "Add the roles to `seniority`; until then they come last.",
        warning=True,
    ),
}
