"""The word tables that the rules look into: small, written by us, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

_FOLDER: Final = resources.files("consilience.text.identifiers") / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Names that a study brings along, beside the tables shipped.

    Args:
        areas: local authorities and other areas of the frame, as written there.
        schools: schools of the frame.
        people: names that are known already, such as those of the registry.
        replacements: what stands in texts instead of names already, each with its [brackets].
    """

    areas: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    replacements: frozenset[str] = frozenset()


@cache
def table(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the groups of a table: entries by the heading under which they stand.

    Args:
        name: a file of the folder `data` without its ending.
    """
    groups: dict[str, list[str]] = {}
    heading = ""
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            heading = line[2:].strip()
        elif line and not line.startswith("#"):
            groups.setdefault(heading, []).extend(entry.strip() for entry in line.split(","))
    return {heading: tuple(filter(None, found)) for heading, found in groups.items()}


@cache
def entries(name: str) -> frozenset[str]:
    """Return all entries of a table, as they are written."""
    return frozenset(entry for found in table(name).values() for entry in found)


@cache
def lowered(name: str) -> frozenset[str]:
    """Return all entries of a table as `plain` has them."""
    return frozenset(plain(entry) for entry in entries(name))


@cache
def group(name: str, heading: str) -> frozenset[str]:
    """Return one group of a table as `plain` has its entries."""
    return frozenset(plain(entry) for entry in table(name)[heading])


@cache
def group_as_written(name: str, heading: str) -> frozenset[str]:
    """Return one group of a table with its capitals."""
    return frozenset(table(name)[heading])


@cache
def nicknames() -> Mapping[str, tuple[str, ...]]:
    """Return the short forms of each first name, in lower case."""
    found: dict[str, tuple[str, ...]] = {}
    for line in (_FOLDER / "nicknames.txt").read_text(encoding="utf-8").splitlines():
        if ":" in line and not line.startswith("#"):
            name, forms = line.split(":")
            found[plain(name)] = tuple(plain(form.strip()) for form in forms.split(","))
    return found


def plain(word: str) -> str:
    """Return a word as the tables are searched: lower case, straight apostrophes.

    Example:
        >>> plain("O’Brien")
        "o'brien"
    """
    return word.lower().replace("’", "'")
