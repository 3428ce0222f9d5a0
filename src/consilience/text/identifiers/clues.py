"""Indirect clues: what names nobody and yet leaves one person only, in people's speech."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import Final

from consilience.text.identifiers.candidate import MARKED, Candidate
from consilience.text.identifiers.tables import plain, table
from consilience.text.turns import read_script

# Speech is told from documents by its small words: a twentieth of what people say, and next to
# nothing of what a court writes.
_SPOKEN: Final = re.compile(
    r"\b(?:I|you|we|me|my|our|your|yeah|yes)\b|['’](?:re|ve|ll|d|m)\b|"
    r"\b(?:it|he|she|that|there|what|who)['’]s\b"
)
_SPOKEN_SHARE: Final = 0.02
# Notes leave out such words, and verbs too; no document has sentences as short as theirs.
_STOP: Final = re.compile(r"(?<!\d)[.!?](?=\s)|\n(?=\S)")
_NOTE_WORDS: Final = 8
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
_WORD: Final = re.compile(r"[^\W\d_]+")
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
_BREAK: Final = re.compile(r"[.!?;](?=\s|$)\s?|\n")


@lru_cache(maxsize=8)
def is_spoken(text: str) -> bool:
    """Return whether a text is speech or notes of speech rather than a document."""
    sample = text[:_SAMPLE]
    words = sample.count(" ") + 1
    if sum(1 for _ in _SPOKEN.finditer(sample)) >= _SPOKEN_SHARE * words:
        return True
    return words >= 50 and words < _NOTE_WORDS * sum(1 for _ in _STOP.finditer(sample))


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


def clues(text: str, found: Iterable[Candidate]) -> list[Candidate]:
    """Find the sentences that a trigger or a describing word makes a clue.

    Args:
        text: a normal text; in a document, which is no speech, nothing is marked.
        found: what other rules found: ages, occupations, health, peoples, faiths.
    """
    if not is_spoken(text):
        return []
    breaks = [(0, 0), *(match.span() for match in _BREAK.finditer(text)), (len(text), len(text))]
    starts, ends = [start for start, _ in breaks], [end for _, end in breaks]
    turns = read_script(text).turns
    labels = [turn.start for turn in turns]
    made: dict[tuple[int, int], Candidate] = {}
    for start, end, rule in chain(_told(text), _around(text, found)):
        opened = ends[bisect_right(ends, start) - 1]
        closed = starts[bisect_left(starts, end)]
        at = bisect_right(labels, start) - 1
        if at >= 0 and opened < turns[at].said <= start:
            opened = turns[at].said  # the label says who speaks, and is no part of the sentence
        span = _within_reach(text, start, end, opened, closed)
        if span not in made:
            made[span] = Candidate(*span, "clue", rule, "quasi", 0.5)
    return list(made.values())


def _told(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what tells by itself: a phrase of the table, or what somebody is said to be."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    lower, known = lower.replace("’", "'"), _triggers()
    for match in _WORD.finditer(lower):
        entry = known.get(match.group())
        if entry is None or not lower.startswith(entry[0], match.start()):
            continue
        for phrase, heading in zip(*entry, strict=True):
            end = match.start() + len(phrase)
            if lower.startswith(phrase, match.start()) and not lower[end : end + 1].isalnum():
                yield match.start(), end, heading
                break
    for match in _PREDICATE.finditer(text):
        if match.group().count(" ") > 1 or "'" in match.group() or "’" in match.group():
            yield *match.span(), "what somebody is"


def _around(text: str, found: Iterable[Candidate]) -> Iterator[tuple[int, int, str]]:
    """Yield what other rules found and the words around it tell more of."""
    for each in found:
        if each.score < MARKED:
            continue
        if each.kind in _TELLING:
            yield each.start, each.end, each.kind
        elif each.kind in ("person", "name") and not _is_label(text, each):
            yield each.start, each.end, BESIDE_NAME


def _is_label(text: str, found: Candidate) -> bool:
    """Return whether a name only says who speaks: before a colon, or alone on a line."""
    if text.startswith(":", found.end):
        return True
    alone = found.start == 0 or text[found.start - 1] == "\n"
    return alone and text[found.end : found.end + 1] in ("", "\n")


def _within_reach(text: str, start: int, end: int, opened: int, closed: int) -> tuple[int, int]:
    """Hold a sentence to what stands near: whole words, `_LONGEST` before and after at most."""
    if start - opened > _LONGEST:
        opened = max(text.find(" ", start - _LONGEST, start) + 1, start - _LONGEST)
    if closed - end > _LONGEST:
        closed = max(end, text.rfind(" ", end, end + _LONGEST))
    return min(opened, start), max(closed, end)
