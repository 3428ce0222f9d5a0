"""Which names could be one: misspellings, short forms, initials; proposed, never applied."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from rapidfuzz import fuzz, process

from consilience.text.identifiers.tables import nicknames
from consilience.text.pseudonyms import Entity, Registry, key_of

Reason = Literal["spelling", "short form", "initials", "part"]

# Of five letters one may differ, of ten two: below that chance likenesses outweigh slips.
_ALIKE: Final = 80.0
_SHORTEST: Final = 4
_ROWS: Final = 500
# Debbie, Debby and Debbi sound alike.
_ENDING: Final = re.compile(r"(?<=\w\w)(?:ie|ey|i)\b")

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Two entities that a person should look at: they could be the same.

    Args:
        entity: the number of the one met later.
        same_as: the number of the other.
        reason: why.
        score: how alike, from 0 to 100.
    """

    entity: int
    same_as: int
    reason: Reason
    score: float


def proposals(registry: Registry) -> list[Proposal]:
    """Return which entities of a registry could be the same, the surest first.

    Args:
        registry: people are compared with people and names of something unknown; schools,
            organisations, authorities and places with each other and with such names.

    Example:
        >>> known = tuple(
        ...     Entity(number=n, kind="person", forms=(form,), ruling="replace",
        ...         replacement="[P]")
        ...     for n, form in enumerate(("Deborah Nuttall", "Debbie", "Debora Nuttall"), start=1))
        >>> [(each.entity, each.same_as, each.reason) for each in proposals(known)]
        [(3, 1, 'spelling'), (2, 1, 'short form')]
    """
    people = _keys(registry, ("person", "name"))
    bodies = _keys(registry, ("school", "organisation", "authority", "place", "name"))
    best: dict[tuple[int, int], Proposal] = {}
    of_people = (_spellings, _given_names, _short_forms, _initials, _parts)
    for found in (*(each(people) for each in of_people), _spellings(bodies), _parts(bodies)):
        for one, other, reason, score in found:
            if one == other:
                continue
            pair = max(one, other), min(one, other)
            if pair not in best or score > best[pair].score:
                best[pair] = Proposal(entity=pair[0], same_as=pair[1], reason=reason, score=score)
    return sorted(best.values(), key=lambda each: (-each.score, each.entity, each.same_as))


_Found = Iterator[tuple[int, int, Reason, float]]


def _keys(registry: Registry, kinds: Sequence[str]) -> list[tuple[_Key, int]]:
    known = [each for each in registry if each.kind in kinds]
    return sorted({(key, each.number) for each in known for key in _of(each)})


def _of(entity: Entity) -> Iterator[_Key]:
    for form in entity.forms:
        if key := key_of(entity.kind, form):
            yield key


def _spellings(keys: Sequence[tuple[_Key, int]]) -> _Found:
    written = {(" ".join(key), number) for key, number in keys}
    written |= {(key[-1], number) for key, number in keys}
    yield from _alike(sorted(written), sorted(written))


def _given_names(keys: Sequence[tuple[_Key, int]]) -> _Found:
    """A first name alone, and the same before a surname but spelt otherwise."""
    alone = sorted((key[0], number) for key, number in keys if len(key) == 1)
    yield from _alike(alone, sorted({(key[0], number) for key, number in keys if len(key) > 1}))


def _alike(some: Sequence[tuple[str, int]], others: Sequence[tuple[str, int]]) -> _Found:
    some, others = ([each for each in kept if len(each[0]) >= _SHORTEST] for kept in (some, others))
    heard = [_heard(name) for name, _ in others]
    for first in range(0, len(some), _ROWS):
        rows = some[first : first + _ROWS]
        scores = process.cdist(
            [_heard(name) for name, _ in rows], heard, scorer=fuzz.ratio, score_cutoff=_ALIKE
        )
        for row, column in np.argwhere(scores > 0):
            (one, number), (other, owner) = rows[row], others[column]
            if one != other:
                yield number, owner, "spelling", round(float(scores[row, column]), 1)


def _heard(name: str) -> str:
    """Return a name without accents, and with one ending for those that sound alike.

    Example:
        >>> _heard("siân"), _heard("debbie") == _heard("debby")
        ('sian', True)
    """
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", name) if sign.isalnum() or sign == " "
    )
    return _ENDING.sub("y", bare)


def _short_forms(keys: Sequence[tuple[_Key, int]]) -> _Found:
    """A first name and its short form, alone or before the same surname."""
    by_key = _owners([(_spoken(key), number) for key, number in keys])
    by_first = _owners([(_spoken(key[:1]), number) for key, number in keys if len(key) > 1])
    for key, number in keys:
        for form in nicknames().get(key[0], ()):
            for wanted in {_spoken((form,)), _spoken((form, *key[1:]))}:
                for other in by_key.get(wanted, ()):
                    yield number, other, "short form", 90.0 if len(wanted) > 1 else 75.0
            for other in by_first.get(_spoken((form,)), ()) if len(key) == 1 else ():
                yield number, other, "short form", 70.0


def _spoken(key: _Key) -> _Key:
    return tuple(_heard(word) for word in key)


def _initials(keys: Sequence[tuple[_Key, int]]) -> _Found:
    """A name and its initials: JS, J. Smith, J. S."""
    by_key = _owners(keys)
    for key, number in keys:
        if len(key) > 1:
            letters = tuple(word[0] for word in key)
            for wanted in {("".join(letters),), letters, (key[0][0], *key[1:])} - {key}:
                for other in by_key.get(wanted, ()):
                    yield number, other, "initials", 95.0 if wanted[-1] == key[-1] else 70.0


def _parts(keys: Sequence[tuple[_Key, int]]) -> _Found:
    """A name that stands in a longer one, which was met later or is not the only one."""
    by_key = _owners(keys)
    for key, number in keys:
        if len(key) > 1:
            for part in {(word,) for word in key} | {key[:end] for end in range(1, len(key))}:
                for other in by_key.get(part, ()):
                    yield number, other, "part", 65.0


def _owners(keys: Sequence[tuple[_Key, int]]) -> Mapping[_Key, list[int]]:
    owners: dict[_Key, list[int]] = {}
    for key, number in keys:
        owners.setdefault(key, []).append(number)
    return owners
