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
        "Give DDI-Codebook, an answer of an OAI-PMH server with DDI in it, Dataverse's native JSON "
        "(one export a file, or one a line), or a REFI-QDA project.",
    ),
    "CAT-031": Entry(
        "Record without identifier",
        "the record in {path} says no identifier, and several records lie in that file",
        "Give it an identifier (IDNo), or load it from a file of its own.",
    ),
    "CAT-032": Entry(
        "Record in two files",
        "{identifier} is in {first} and in {path}; what the later one says is kept",
        "Load one of the two only, or give them different identifiers.",
        warning=True,
    ),
    # CAT-040 to CAT-059: publishing, mails, DOIs
    "CAT-040": Entry(
        "Terms cannot be read",
        "{path} cannot be read as text: {reason}",
        "Write it as plain text in UTF-8, or take it away to use the plain terms.",
    ),
    "CAT-041": Entry(
        "Mail server that does not fit",
        "{path} cannot be used: {reason}",
        "Write it as in `host: mail.example.org`, `port: 587`, `sender: archive@example.org`.",
    ),
    "CAT-042": Entry(
        "Package without record",
        "the bag {folder} has no {path}",
        "Publish a package that `consilience deposit` made, or put a DDI record there.",
    ),
    "CAT-043": Entry(
        "Package not released",
        "the package {folder} may not be published: {reason}",
        "Let a second person look at it and release it with `consilience release`.",
    ),
    "CAT-044": Entry(
        "Access list is not so",
        "the access list names {path}, which {reason}",
        "Make the package again: its list and its files belong together.",
    ),
    "CAT-045": Entry(
        "Data sets cannot be read",
        "{path} of the package says nothing of data sets: {reason}",
        "Make the package again.",
    ),
    "CAT-046": Entry(
        "No registry named",
        "no DOI registry is named, and none is ever asked by itself",
        "Name one with `--endpoint`, such as https://api.test.datacite.org to try it out.",
    ),
    "CAT-047": Entry(
        "No account at the registry",
        "CONSILIENCE_DOI_USER or CONSILIENCE_DOI_PASSWORD is empty",
        "Set both to the account of your repository at the registry.",
    ),
    "CAT-048": Entry(
        "No DOI prefix",
        "{prefix!r} is no prefix of a DOI",
        "Give the one of your repository, as in `--repository 10.5072`.",
    ),
    "CAT-049": Entry(
        "DOI of another repository",
        "the study {identifier} has the DOI {doi} already",
        "Keep it: a study has one. To bring it up to date, name the same prefix and endpoint.",
    ),
}
