"""DEP: what goes into the archive, and what keeps it back."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # DEP-001 to DEP-009: tables and their protection
    "DEP-001": Entry(
        "Bands of texts",
        "the column {column!r} holds texts, which have no bands and no limits",
        "Group its values with `groups`.",
    ),
    "DEP-002": Entry(
        "No such column to protect",
        "the table {table!r} has no column {columns}; it has {known}",
        "Name one of those under keys, sensitive, withhold and recode.",
    ),
    "DEP-003": Entry(
        "Too few cases to hide in",
        "the table {table!r} has {rows} cases, and {k} are to share their keys",
        "Name no keys and withhold those columns, or leave the table out.",
    ),
    "DEP-004": Entry(
        "No such attribute to deposit",
        "the frame has no attribute {attributes} for the table {table!r}; it has {known}",
        "Name one of those under `attributes`.",
    ),
    "DEP-005": Entry(
        "Table not there",
        "the file of the table {table!r} is not there",
        "Bring the file, or take the table out of the deposit.",
    ),
    "DEP-006": Entry(
        "Table from nowhere",
        "the table {table!r} names neither a file nor a link with one of its surveys",
        "Give it `file`, or `of` and `survey`.",
    ),
    "DEP-007": Entry(
        "Named but unknown",
        "{unit!r} is said to have told that it took part, and is not in the frame {frame!r}",
        "Correct the id under `named`, or name the frame of the deposit under `frame`.",
    ),
    "DEP-008": Entry(
        "Areas without a pseudonym",
        "{count} areas of the table {table!r} have no pseudonym; the first is {first}",
        "Name the frame of its survey under `frame`, or write `pseudonym: false` at the table.",
    ),
    # DEP-010 to DEP-019: preparing, waiving, releasing
    "DEP-010": Entry(
        "Nothing for the catalogue",
        "the study file has no `catalogue`, and {stage!r} deposits",
        "Add `catalogue:` with identifier, agency, publisher, rights, statement and abstract.",
    ),
    "DEP-011": Entry(
        "Text not there",
        "the interview {interview} is to be deposited, and its text {document!r} cannot be read",
        "Pseudonymise the text, or clear it no longer.",
    ),
    "DEP-012": Entry(
        "No deposit",
        "the study file has no stage of kind `deposit`",
        "Add one that names the data sets and where they come from.",
    ),
    "DEP-013": Entry(
        "Stages not up to date",
        "what would be deposited is not up to date: {stages}",
        "Use `consilience run` first.",
    ),
    "DEP-014": Entry(
        "Role that may not waive",
        "the role {role!r} may not let a finding pass",
        "Have it done by a {known}.",
    ),
    "DEP-015": Entry(
        "Waiver without a reason",
        "no reason is given for the waiver",
        "Say with --reason why it may pass; it stands in the package.",
    ),
    "DEP-016": Entry(
        "Check that cannot be waived",
        "the check {check!r} can be waived by nobody",
        "Do what it asks for.",
    ),
    "DEP-017": Entry(
        "Role not held",
        "{actor!r} has no account in this study with the role {role!r}",
        "Sign as somebody who has, or give the role with `consilience people`.",
    ),
    "DEP-018": Entry(
        "No package to release",
        "there is no package in {folder} that somebody prepared as it lies there",
        "Use `consilience deposit` first, and change nothing in it.",
    ),
    "DEP-019": Entry(
        "Four eyes are two people",
        "{actor!r} prepared the package and cannot release it as well",
        "Have another person look at it and release it.",
    ),
    "DEP-020": Entry(
        "No such check",
        "the gate has no check {check!r}",
        "Name one of these, or a check of data health such as health-duplicate-values: {known}.",
    ),
    "DEP-021": Entry(
        "Value that nothing has",
        "the recoding of {column!r} names {values}, which no unit of the frame has",
        "Write the values as they stand in the frame.",
    ),
    # DEP-040 to DEP-049: the package and its bag
    "DEP-040": Entry(
        "Two files of one path",
        "two files of the package would lie at {path}",
        "Give one of them another name; README, lists and metadata are made by the package.",
    ),
    "DEP-041": Entry(
        "File larger than an upload",
        "{path} has {size} bytes; one zip takes {largest}",
        "Part the file, or hand it over without a zip.",
    ),
    "DEP-042": Entry(
        "Something else lies there",
        "{folder} is there and is no bag",
        "Name another folder, or move away what lies there; only a bag is ever replaced.",
    ),
    "DEP-043": Entry(
        "Bag not whole",
        "the bag is not as it was packed: {reason}",
        "Make the package again, or fetch the bag again; do not mend its manifests by hand.",
    ),
    "DEP-044": Entry(
        "Value of another kind",
        "{value!r} is said to be a value of column {column!r} of {stem}, which holds numbers",
        "Write the code as a number, or have the column hold texts.",
    ),
    "DEP-045": Entry(
        "Described but not there",
        "the table of {stem} has no column {columns}",
        "Take the description out, or have the column in the table.",
    ),
    "DEP-046": Entry(
        "Unreadable list of access",
        "access.csv cannot be read: {reason}",
        "Make the package again; without this list nobody may have any file.",
    ),
    "DEP-047": Entry(
        "Path that no bag can carry",
        "{path!r} cannot be the path of a file in the package",
        "Use letters, digits, point, hyphen and underscore, folders parted by /.",
    ),
    "DEP-048": Entry(
        "Package cannot be written",
        "the package cannot be written: {reason}",
        "Make room or name a folder that you may write to; what lay there is untouched.",
    ),
    # DEP-080 to DEP-089: checks of data health
    "DEP-080": Entry(
        "Configuration that cannot be read",
        "{name!r} is no configuration of checks: {reason}",
        "Write YAML with the groups basic_file_checks, metadata, data_integrity, disclosure_risk.",
    ),
    "DEP-081": Entry(
        "Unknown check",
        "{name!r} is no group and no check of data health",
        "Write {near}, if that is meant, or take it out.",
    ),
    "DEP-082": Entry(
        "Setting of another kind",
        "the setting of {name} is {value!r}",
        "Write {kind}; what a failure does is `severity: refuse` or `severity: warn`.",
    ),
    "DEP-083": Entry(
        "Pattern that cannot be followed",
        "the pattern {pattern!r} of {name} is no regular expression: {reason}",
        "Correct the pattern; a backslash in double quotes is written twice.",
    ),
    "DEP-084": Entry(
        "No data file",
        "{name!r} is no data file that can be checked",
        "Name a file of one of these kinds: {known}.",
    ),
    "DEP-085": Entry(
        "Copy in the place of a file",
        "the copy of {name!r} in {folder} would take the place of another file",
        "Name an empty folder, and files of different names.",
    ),
}
