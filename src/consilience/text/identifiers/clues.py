"""Indirect clues: what names nobody and yet leaves one person only, in people's speech."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Final

from consilience.text.identifiers.candidate import MARKED, Candidate
from consilience.text.identifiers.tables import plain, table

# Speech is told from documents by its small words: a twentieth of what people say, and next to
# nothing of what a court writes.
_SPOKEN: Final = re.compile(
    r"\b(?:I|you|we|me|my|our|your|yeah|yes)\b|['’](?:re|ve|ll|d|m)\b|"
    r"\b(?:it|he|she|that|there|what|who)['’]s\b"
)
_SPOKEN_SHARE: Final = 0.02
_SAMPLE: Final = 20_000
# What somebody is, was or has: `she's the`, `I was a`, `who had been an`, `he comes from`.
_PREDICATE: Final = re.compile(
    r"\b(?:[Hh]e|[Ss]he|[Ww]ho|I|[Tt]hey|[A-Z][a-z]+)(?:['’](?:s|m|d|re|ve)|\b)"
    r"(?: (?:is|was|are|were|am|been|has|had|have|used to be|would be|became|being|got))*"
    r"(?: (?:also|still|now|only|just|actually|originally|always|quite|very|really|nearly|about|"
    r"a bit|sort of|kind of))? "
    r"(?:a|an|the|our|one|from|ex|half|comes? from|came from|speaks?|spoke|works?|worked|lives?|"
    r"lived|runs?|owns?|plays?|played|keeps?|kept|drives?|drove|wears?|wore|teach(?:es)?|taught)\b"
)
# What is said in one breath with a name is about whom it names: to be read with the name, and no
# finding of its own.
BESIDE_NAME: Final = "beside a name"
# A sentence with one of these tells more than its words: who, where, of which kind.
_TELLING: Final = frozenset(
    (
        "age",
        "health",
        "people",
        "faith",
        "occupation",
        "place",
        "address",
        "school",
        "authority",
        "organisation",
    )
)
# Some speak, and some recognisers write, without a full stop.
_LONGEST: Final = 300
_END: Final = re.compile(r"[.!?;\n](?=\s|$)|\n")
_START: Final = re.compile(r"[.!?;\n]\s|\n")


@lru_cache(maxsize=8)
def is_spoken(text: str) -> bool:
    """Return whether a text is speech or notes of speech rather than a document."""
    sample = text[:_SAMPLE]
    words = sample.count(" ") + 1
    return sum(1 for _ in _SPOKEN.finditer(sample)) >= _SPOKEN_SHARE * words


@cache
def _triggers() -> dict[str, re.Pattern[str]]:
    made = {}
    for heading, entries in table("clues").items():
        words = sorted((re.escape(plain(entry)) for entry in entries), key=len, reverse=True)
        made[heading] = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")
    return made


def clues(text: str, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Find the clauses that a trigger or a describing word makes a clue.

    Args:
        text: a normal text; in a document, which is no speech, nothing is marked.
        found: what other rules found: ages, occupations, health, peoples, faiths.
    """
    if not is_spoken(text):
        return
    lower = text.lower() if len(text.lower()) == len(text) else text
    lower = lower.replace("’", "'")
    for heading, pattern in _triggers().items():
        for match in pattern.finditer(lower):
            yield _clause(text, *match.span(), heading)
    for match in _PREDICATE.finditer(text):
        if match.group().count(" ") > 1 or "'" in match.group() or "’" in match.group():
            yield _clause(text, *match.span(), "what somebody is")
    yield from _around(text, found)


def _around(text: str, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield the sentences around what other rules found."""
    for each in found:
        rule = each.kind if each.kind in _TELLING else BESIDE_NAME
        if each.score >= MARKED and (each.kind in _TELLING or each.kind in ("person", "name")):
            yield _clause(text, each.start, each.end, rule)


def _clause(text: str, start: int, end: int, rule: str) -> Candidate:
    """From the clause that holds the passage to the end of its sentence."""
    window = max(0, start - _LONGEST)
    opened = window
    for match in _START.finditer(text, window, start):
        opened = match.end()
    limit = min(len(text), end + _LONGEST)
    closed = _END.search(text, end, limit)
    return Candidate(opened, closed.start() if closed else limit, "clue", rule, "quasi", 0.5)
