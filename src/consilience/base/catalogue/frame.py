"""FRA: sampling frames."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # --- areas and dates --------------------------------------------------------------------
    "FRA-001": Entry(
        "Area code of another year",
        "{area} is {name}, {when}; this frame is of {date}",
        "Use {use}.",
    ),
    "FRA-002": Entry(
        "Unknown area code",
        "{area!r} is no upper-tier authority of England, past or current",
        "Did you mean {nearest}?",
    ),
    "FRA-003": Entry(
        "Date outside the geography",
        "the authorities of 2018 hold from {first} to {last}, and the frame is of {date}",
        "Choose a date in between, or bring a table of the authorities of that day by `file:` "
        "and `columns:`.",
    ),
    # --- files and columns ------------------------------------------------------------------
    "FRA-010": Entry(
        "Frame without a file",
        "the frame {stage!r} of {of} names neither `source:` nor `file:`",
        "Name the file that lists the units; `source: england-upper-tier-2018` gives areas only.",
    ),
    "FRA-011": Entry(
        "Frame without columns",
        "the frame {stage!r} does not say which column of {file!r} holds what",
        "Add `columns:` with at least `id:`.",
    ),
    "FRA-012": Entry(
        "No such column",
        "there is no column {column!r} for {role}",
        "Did you mean {nearest!r}? The columns are {known}.",
    ),
    "FRA-013": Entry(
        "Unit without an id",
        "{count} rows have nothing in the id column {column!r}, the first of them rows {rows}",
        "Fill the id in, or take the rows out.",
    ),
    "FRA-014": Entry(
        "Two units of one id",
        "{count} ids stand more than once; {id!r} stands in rows {rows}",
        "Take the doubles out, or name a column in which each unit has its own value.",
    ),
    "FRA-015": Entry(
        "Nearly all numbers",
        "{count} of {of} values of {column!r} are no numbers, such as {value!r}; the attribute is "
        "taken as text",
        "If it should be a number, correct these values or leave them empty.",
        warning=True,
    ),
    "FRA-016": Entry(
        "Position is no number",
        "{count} values of {column!r} are no numbers, such as {value!r}",
        "Correct them, or leave them empty where the position is not known.",
    ),
    "FRA-017": Entry(
        "Attribute under a name that is taken",
        "the attribute {name!r} has the name of a column that every frame has",
        "Give it another name; taken are {taken}.",
    ),
    "FRA-018": Entry(
        "Column of lists or records",
        "the column {column!r} is of the kind {kind}, which no attribute can be",
        "Turn it into text or numbers, one value a unit.",
    ),
    # --- schools in areas -------------------------------------------------------------------
    "FRA-020": Entry(
        "Schools outside the areas",
        "{count} of {of} schools lie in no area of the frame and are left out: {examples}",
        "If they should be in, see that these areas are in the frame of areas and that "
        "`area_key` names the right column of it.",
        warning=True,
    ),
    "FRA-021": Entry(
        "No school matches an area",
        "none of the {of} schools has an area that stands in {key!r} of the areas, such as "
        "{examples}",
        "Set `area_key` to the column that holds such values{hint}.",
    ),
    "FRA-022": Entry(
        "No such key of areas",
        "the frame of areas has no column {key!r}",
        "Did you mean {nearest!r}? It has {known}.",
    ),
    "FRA-023": Entry(
        "Areas without a school",
        "{count} of {of} areas have no school in this frame: {examples}",
        "If that is not so, see that the file is whole and that the area column is the right one.",
        warning=True,
    ),
    "FRA-024": Entry(
        "Area key is not unique",
        "the key {value!r} of {key!r} stands for {count} areas",
        "Set `area_key` to a column in which each area has its own value.",
    ),
    "FRA-025": Entry(
        "Schools without an area column",
        "the schools should lie in the areas {areas!r}, and no column says in which",
        "Add `area:` to `columns:`, or take `areas:` out of the stage.",
    ),
    # --- who is left out --------------------------------------------------------------------
    "FRA-030": Entry(
        "Excluded unit not there",
        "{id!r} is excluded and is not in the frame",
        "Did you mean {nearest!r}? Else take the exclusion out.",
    ),
    "FRA-031": Entry(
        "Condition on an unknown attribute",
        "there is no attribute {attribute!r} to set a condition on",
        "Did you mean {nearest!r}? The frame has {known}.",
    ),
    "FRA-032": Entry(
        "Condition on an unknown level",
        "no unit has the level {level!r} of {attribute!r}",
        "Did you mean {nearest!r}? The levels are {known}.",
        warning=True,
    ),
    "FRA-033": Entry(
        "Condition of the wrong kind",
        "{attribute!r} is {kind}, so it cannot be {condition}",
        "Use `is` and `any_of` for text, `at_least` and `at_most` for numbers.",
    ),
    "FRA-034": Entry(
        "Nobody left",
        "no unit of {of} meets the conditions of the frame",
        "Loosen `where:` or take exclusions out.",
    ),
    # --- the register and time --------------------------------------------------------------
    "FRA-040": Entry(
        "Register of another time",
        "the register stands as of {stands} and the frame is of {date}: who was open is told by "
        "dates, but pupils, phase and trust are those of {stands}",
        "Say so where it matters, or take an extract from nearer that day.",
        warning=True,
    ),
    "FRA-041": Entry(
        "Schools succeeded by others",
        "{count} schools had been taken over by {date}: {examples}",
        "Ask the successors, or take a list of schools from nearer that day.",
        warning=True,
    ),
    "FRA-042": Entry(
        "Opening not known",
        "{count} establishments are neither open nor dated as closed on {date} and are left out: "
        "{examples}",
        "Nothing need be done; give them a date in the extract if they should be in.",
        warning=True,
    ),
    "FRA-043": Entry(
        "Register without dates",
        "no column of the extract tells who was open on {date}; all {count} are taken as open",
        "Take an extract with OpenDate, CloseDate and EstablishmentStatus where that matters.",
        warning=True,
    ),
}
