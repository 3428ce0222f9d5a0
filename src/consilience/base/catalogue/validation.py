"""VAL: cases of other programs' figures."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    "VAL-001": Entry(
        "No cases",
        "{folder} holds no cases: it has no expected.json",
        "Name a folder with an expected.json and the CSV files it mentions.",
    ),
    "VAL-002": Entry(
        "Cases not readable",
        "{file} is not a file of cases: {reason}",
        "Write it as an object with `datasets` and `cases`, as the page on validation shows.",
    ),
    "VAL-003": Entry(
        "No such column",
        "case {case!r} needs the column {column!r}, which its data do not have",
        "Mend the case, or its data; the columns are: {known}.",
    ),
    "VAL-004": Entry(
        "Column not numeric",
        "case {case!r} needs numbers in the column {column!r}",
        "Mend the data of the case: numbers with a decimal point, empty where missing.",
    ),
}
