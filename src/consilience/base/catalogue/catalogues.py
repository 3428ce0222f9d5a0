"""CAT: a catalogue of records, and what is loaded into it."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # CAT-001 to CAT-019: the folder and its settings
    "CAT-001": Entry(
        "No catalogue",
        "{folder} has no catalogue.yaml",
        "Name the folder of a catalogue, or make one with `consilience catalogue new`.",
    ),
    "CAT-002": Entry(
        "Folder is not empty",
        "{folder} holds something already, such as {example}",
        "Choose a new folder for the catalogue.",
    ),
    "CAT-003": Entry(
        "Setting that does not fit",
        "`{key}` of the catalogue {problem}",
        "Write it as in {example}.",
    ),
    "CAT-004": Entry(
        "Unknown setting",
        "a catalogue has no setting {key!r}",
        "Use one of {known}.",
    ),
    # CAT-020 to CAT-029: a record
    "CAT-020": Entry(
        "Record without title",
        "the record {identifier} has no title",
        "Give it a title in at least one language.",
    ),
    "CAT-021": Entry(
        "Form is not valid",
        "the record {identifier} as {prefix} breaks its schema: {reason}",
        "Correct the record at this place, and save it again.",
    ),
    "CAT-022": Entry(
        "Unknown facet",
        "{facet!r} is no facet of the catalogue",
        "Use one of {known}, as in `--facet country=Finland`.",
    ),
    # CAT-030 to CAT-039: loading
    "CAT-030": Entry(
        "No record in a file",
        "{path} holds nothing that a record can be made of: {reason}",
        "Give DDI-Codebook, an answer of an OAI-PMH server, Dataverse's native JSON (one export, "
        "or one a line), or a REFI-QDA project.",
    ),
    "CAT-031": Entry(
        "Record without identifier",
        "the record in {path} says no identifier, and its file is not the only one of its name",
        "Give it an IDNo, or load its file from a folder of its own.",
    ),
}
