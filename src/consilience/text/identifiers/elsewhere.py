"""Where else does a name stand that is known: found once in the text, or brought by the study?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from consilience.text.identifiers.candidate import MARKED, Candidate, Kind, Strength
from consilience.text.identifiers.capitals import PART, UPPER, opens_sentence
from consilience.text.identifiers.tables import Lexicon, group, lowered, nicknames, plain

_CAPITAL: Final = re.compile(rf"(?<!\w)[{UPPER}][\w'’]*\w")


def elsewhere(text: str, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield every place of the words of names found, and of their short forms.

    A name that stands alone at the start of a sentence is not sure to be one; that it is one
    elsewhere makes it so.
    """
    wanted: dict[str, Candidate] = {}
    for each in found:
        if each.score >= MARKED and each.kind in ("person", "name", "place"):
            for part in PART.finditer(text, each.start, each.end):
                _want(wanted, part.group(), each)
    if not wanted:
        return
    common = lowered("common")
    for match in _CAPITAL.finditer(text):
        word = _bare(match.group())
        source = wanted.get(word)
        start, end = match.start(), match.start() + len(word)
        if source and (plain(word) not in common or _stands_as_name(text, start, end)):
            score = min(source.score, 0.7)
            yield Candidate(start, end, source.kind, "found elsewhere", source.strength, score)


def _bare(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word


def _want(wanted: dict[str, Candidate], written: str, source: Candidate) -> None:
    for word in {_bare(written), *_bare(written).split("-")}:
        key = plain(word)
        titled = key.rstrip(".") in group("heads", "titles")
        if len(word) > 2 and word[0].isupper() and key not in lowered("common") and not titled:
            wanted.setdefault(word, source)
        if source.kind == "person":
            for form in nicknames().get(key, ()):
                wanted.setdefault(form.capitalize(), source)


def _stands_as_name(text: str, start: int, end: int) -> bool:
    if not opens_sentence(text, start):
        return True
    after = re.match(r" (\w+)", text[end : end + 20])
    return after is not None and after.group(1) not in group("closed", "after a verb")


def brought(text: str, lexicon: Lexicon) -> Iterator[Candidate]:
    """Yield every place of the names that the study brings along."""
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("place", lexicon.areas),
        ("school", lexicon.schools),
        ("person", lexicon.people),
    )
    for kind, names in kinds:
        if not names:
            continue
        known = _by_first_word(names)
        for match in _CAPITAL.finditer(text):
            for name in known.get(match.group(), ()):
                end = match.start() + len(name)
                if text.startswith(name, match.start()) and not text[end : end + 1].isalnum():
                    strength: Strength = "direct" if kind == "person" else "quasi"
                    yield Candidate(match.start(), end, kind, "the study's own", strength, 0.9)
                    break


@lru_cache(maxsize=8)
def _by_first_word(names: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in sorted(set(names), key=len, reverse=True):
        if first := _CAPITAL.match(name):
            found.setdefault(first.group(), []).append(name)
    return {first: tuple(each) for first, each in found.items()}
