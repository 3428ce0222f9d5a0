"""Under which identifiers does a study go out, and what does it know again when they return?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from consilience.formats.qda.record import is_guid, made_guid

# Notes that tell what stands in the sidecar in words.
PAGES: Final = (
    "Who coded what",
    "History of the codebook",
    "Decisions on disagreements",
    "Versions of the texts",
)


def page_guid(study: str, name: str) -> str:
    """Return the identifier of one of the `PAGES` of a study."""
    return made_guid(study, "page", name)


def identifiers(
    study: str, kind: str, keys: Iterable[str], *, taken: Iterable[str] = ()
) -> dict[str, str]:
    """Return the GUID of each thing of a kind by its id, no two alike.

    An id that is a GUID stands for itself, unless that GUID is made for another thing: then that
    one had come back from another program and was taken for new.

    Args:
        study: id of the study.
        kind: code, coding, document, memo, coder or case.
        keys: the ids.
        taken: GUIDs that other things have.

    Example:
        >>> one = identifiers("s", "code", ["door"])["door"]
        >>> both = identifiers("s", "code", ["door", one])
        >>> both["door"] == one, both[one] == one, len(set(both.values()))
        (True, False, 2)
    """
    every = list(keys)
    made = {key: made_guid(study, kind, key) for key in every if not is_guid(key)}
    not_free = {*made.values(), *taken}
    return {
        key: made.get(key) or (made_guid(study, kind, key) if key in not_free else key)
        for key in every
    }


def returned_twice(study: str, kind: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the things that came back and were taken for new, with the one each doubles, by id.

    Example:
        >>> one = identifiers("s", "code", ["door"])["door"]
        >>> returned_twice("s", "code", ["door", one]) == {one: "door"}
        True
    """
    every = set(keys)
    made = {made_guid(study, kind, key): key for key in every if not is_guid(key)}
    return {guid: key for guid, key in sorted(made.items()) if guid in every}


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Ids of what a study has, by the GUID under which it goes out; where that is no id.

    Args:
        codes: codes.
        codings: codings.
        documents: texts.
        memos: memos.
        coders: coders, but not the consensus, which only this program settles.
        cases: cases.
        pages: GUIDs of the notes that are written from what stands elsewhere.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    codings: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    memos: Mapping[str, str] = field(default_factory=dict)
    coders: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, str] = field(default_factory=dict)
    pages: frozenset[str] = frozenset()


def returning(
    study: str, kind: str, keys: Iterable[str], *, taken: Iterable[str] = ()
) -> dict[str, str]:
    """Return ids by the GUID under which each goes out, where the two differ.

    Args:
        study: id of the study.
        kind: see `identifiers`.
        keys: the ids.
        taken: see `identifiers`.
    """
    found = identifiers(study, kind, keys, taken=taken)
    return {guid: key for key, guid in found.items() if guid != key}
