"""DEP: what goes into the archive, and what keeps it back."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
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
}
