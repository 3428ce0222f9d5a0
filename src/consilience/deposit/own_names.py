"""Whose names may stand in README and record: those who made, paid for and publish the study.

A study has authors, and often they are its interviewers, so that their names stand in the registry
and are taken out of the texts. The rule: the names that the record gives to its creators,
contributors, producers, publishers, contacts and funders, and to where they work, may stand in
README and record, whole and as the record writes them. Anywhere else, in texts, tables, data lists
and documents, they are names like all others; and in README and record so is a part of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from consilience.formats.metadata.identifiers import parted
from consilience.formats.metadata.model import Record

_FILES: Final = frozenset({"README.md", "README.txt", "ro-crate-metadata.json"})
_FOLDER: Final = "metadata/"


def names_in(record: Record) -> tuple[str, ...]:
    """Return the names of people and bodies that a record names as its own, each once.

    Args:
        record: of the study.

    Example:
        >>> from consilience.formats.metadata.model import Agent
        >>> names_in(Record(titles=(), creators=(Agent(name="Roe, K", affiliation="A college"),)))
        ('Roe, K', 'A college')
    """
    people = (
        *record.creators,
        *record.contributors,
        *record.producers,
        *record.publishers,
        *record.contacts,
        *record.access.contact,
    )
    found = [name for each in people for name in (each.name, parted(each).name, each.affiliation)]
    found += [each.funder for each in record.grants]
    return tuple(dict.fromkeys(name for name in found if name.strip()))


def own_files(paths: Iterable[str]) -> frozenset[str]:
    """Return the files of a package in which those names may stand: README and record.

    Example:
        >>> sorted(own_files(["README.md", "metadata/dc.xml", "data/talks/txt/talks-1.txt"]))
        ['README.md', 'metadata/dc.xml']
    """
    return frozenset(each for each in paths if each in _FILES or each.startswith(_FOLDER))
