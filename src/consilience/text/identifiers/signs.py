"""Signs that a clause tells of one person only: words of a table, predicates, what rules found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from consilience.text.identifiers.candidate import MARKED, Candidate
from consilience.text.identifiers.tables import group, plain, table


class Sign(NamedTuple):
    """A passage that makes the clause around it tell more.

    Args:
        start: first code point.
        end: code point after the last.
        rule: what kind of sign it is; two of one kind in a clause count once.
        weight: how much it tells; a clause needs `ENOUGH`.
    """

    start: int
    end: int
    rule: str
    weight: int


ENOUGH: Final = 2
# What says of itself that all would know who is meant.
KNOWN: Final = "known"
_SINGULAR: Final = "singular"
_IS: Final = "what somebody is"
_WEAK: Final = frozenset(("weak", "things", _IS))
# What other rules found tells more with a second sign; illness, faith and people tell alone.
_FOUND: Final = {
    "people": 2,
    "faith": 2,
    "health": 2,
    "place": 2,
    "address": 1,
    "school": 1,
    "organisation": 1,
    "authority": 1,
    "quantity": 1,
    "age": 1,
    "feature": 1,
    "occupation": 1,
}
# What somebody is, was or has: `she's the`, `I was a`, `who had been an`, `he comes from`.
_ONES: Final = frozenset(("only", "last", "first"))
_SUBJECTS: Final = frozenset(("he", "she", "who", "they"))
_PREDICATE: Final = re.compile(
    r"(?!(?:It|There|That|This|We|You|What|So|And|But|Then|Which|Here|Where|How)\b)"
    r"(?:he|she|who|they|I|[A-Z][a-z]+)"
    r"(?:(?:['’](?:s|m|d|re|ve)| (?:is|was|are|were|am|been|has|had|have|used to be|would be|"
    r"became|being|got))(?: (?:been|got|being))*)?"
    r"(?: (?:also|still|now|only|just|actually|originally|always|quite|very|really|nearly|about|"
    r"a bit|sort of|kind of))? "
    r"(?:a|an|the|our|my|his|her|their|one|from|ex|half|comes? from|came from|speaks?|spoke|"
    r"works?|worked|lives?|lived|runs?|owns?|plays?|played|keeps?|kept|drives?|drove|wears?|wore|"
    r"teach(?:es)?|taught)\b"
)
# The one of its kind: not `I only rang`, but `the only head who`.
_BEFORE_ONLY: Final = re.compile(
    r"\b(?:[Tt]he|[Oo]ur|[Tt]heir|[Hh]is|[Hh]er|[Mm]y|[Aa]n|is|was|are|were)[ ]$|['’]s $"
)
_AFTER_ONLY: Final = re.compile(
    r" (?!(?:thing|way|time|reason|point|problem|difference|question|been|just|got|a matter|when|"
    r"if|because|that|so|to|for|human)\b)"
)
_ONE: Final = re.compile(
    r"[A-Za-z][a-z]+ (?:one|two|three|person|family|school|child|woman|man|[a-z]+(?:er|or|ist)) "
    r"(?:in|on|of|at|who|that|they|we|I|left|with|from)\b"
)
_WORD: Final = re.compile(r"[^\W\d_]+")


def signs(text: str, found: Iterable[Candidate]) -> Iterator[Sign]:
    """Yield the signs of a text, in no order.

    Args:
        text: a normal text that is speech.
        found: what other rules found in it.
    """
    for start, end, heading in _told(text):
        yield Sign(start, end, heading, 1 if heading in _WEAK else 2)
    general, months = group("closed", "home nations"), group("common", "days and months")
    for each in found:
        if each.score >= MARKED and each.kind in _FOUND:
            words = plain(text[each.start : each.end])
            if words not in months:
                weight = 1 if words in general else _FOUND[each.kind]
                yield Sign(each.start, each.end, each.kind, weight)


@cache
def _triggers() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the phrases of the table, longest first, with their headings, by first word."""
    made: dict[str, list[tuple[str, str]]] = {}
    for heading, entries in table("clues").items():
        for phrase in map(plain, entries):
            if first := _WORD.match(phrase):
                made.setdefault(first.group(), []).append((phrase, heading))
    found = {}
    for first_word, each in made.items():
        each.sort(key=lambda pair: -len(pair[0]))
        found[first_word] = (tuple(p for p, _ in each), tuple(h for _, h in each))
    return found


def _told(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what tells by itself: a phrase of the table, or what somebody is said to be."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    lower, known = lower.replace("’", "'"), _triggers()
    for match in _WORD.finditer(lower):
        word, start = match.group(), match.start()
        if word in _ONES:
            if _ONE.match(text, start) or (word == "only" and _is_the_only(text, start)):
                yield *match.span(), _SINGULAR
        elif (word in _SUBJECTS or text[start].isupper()) and (end := _is(text, start)):
            yield start, end, _IS
        entry = known.get(word)
        if entry is None or not lower.startswith(entry[0], start):
            continue
        for phrase, heading in zip(*entry, strict=True):
            end = start + len(phrase)
            if lower.startswith(phrase, start) and not lower[end : end + 1].isalnum():
                yield start, end, heading
                break


def _is(text: str, start: int) -> int:
    """Return where what somebody is said to be begins, 0 if nothing is said: Ann keeps bees."""
    said = _PREDICATE.match(text, start)
    if said is None:
        return 0
    words = said.group()
    return said.end() if words.count(" ") > 1 or "'" in words or "’" in words else 0


def _is_the_only(text: str, start: int) -> bool:
    before = _BEFORE_ONLY.search(text, max(0, start - 12), start)
    return before is not None and _AFTER_ONLY.match(text, start + 4) is not None
