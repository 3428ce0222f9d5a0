"""Names in a package: of files, of the ids by which a record knows files and variables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9]+){1,2}")
_FOLDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST: Final = 120
# Says nothing of what is inside.
_EMPTY: Final = re.compile(
    r"(untitled|document|book|new|copy|final|draft|file|data|test|temp|tmp|sheet)[ _-]?\d*",
    re.IGNORECASE,
)


def awkward_names(paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Which files are named in a way that archives refuse or people cannot read?

    Args:
        paths: where files lie in the package.

    Returns:
        Pairs of path and what is wrong with it, in the order given: blanks or special characters,
        no ending, too long, a name that says nothing, or one that another file has but for the
        case of letters.

    Source:
        UK Data Service, guidance for deposit: meaningful names without blanks and special
        characters.

    Example:
        >>> awkward_names(["data/a/survey.csv", "data/a/Final 2.csv"])
        (('data/a/Final 2.csv', 'blanks or special characters'),)
    """
    found: list[tuple[str, str]] = []
    seen: dict[str, str] = {}
    for path in paths:
        *folders, name = path.split("/")
        if not _PLAIN.fullmatch(name) or not all(map(_FOLDER.fullmatch, folders)):
            bare = "." not in name and _FOLDER.fullmatch(name)
            found.append((path, "no ending" if bare else "blanks or special characters"))
        elif len(path) > _LONGEST:
            found.append((path, f"over {_LONGEST} letters"))
        elif _EMPTY.fullmatch(name.split(".")[0]):
            found.append((path, "a name that says nothing"))
        if seen.setdefault(path.casefold(), path) != path:
            found.append((path, f"as {seen[path.casefold()]}, but for the case of letters"))
    return tuple(found)


def file_id(path: str) -> str:
    """Return the id by which a record knows a file, a valid XML name.

    Example:
        >>> file_id("data/surveys/education.csv")
        'F-data__surveys__education.csv'
    """
    return "F-" + _ODD.sub("_", path.replace("/", "__"))


def variable_id(table: str, name: str) -> str:
    """Return the id by which a record knows a variable, a valid XML name.

    Args:
        table: what tells its table from the others, such as `data/surveys/education`.
        name: the column.

    Example:
        >>> variable_id("data/surveys/education", "ed-1")
        'V-data__surveys__education-ed-1'
    """
    return "V-" + _ODD.sub("_", f"{table.replace('/', '__')}-{name}")
