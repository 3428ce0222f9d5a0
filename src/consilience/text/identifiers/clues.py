"""Indirect clues: what names nobody and yet leaves one person only, in people's speech."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from consilience.text.identifiers.candidate import MARKED, Candidate, Kind
from consilience.text.identifiers.signs import ENOUGH, KNOWN, Sign, signs
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
# What is said in one breath with a name is about whom it names: to be read with the name, and no
# finding of its own.
BESIDE_NAME: Final = "beside a name"
# Some speak, and some recognisers write, without a full stop.
_LONGEST: Final = 120
_SENTENCE: Final = re.compile(r"[.!?;](?=\s|$)\s?|\n")
_CLAUSE: Final = re.compile(
    r"(?:,|[.!?;:](?=\s|$))?(?:\s(?:[Aa]nd|[Bb]ut|[Ss]o|[Bb]ecause|['’][Cc]ause|cos|though|"
    r"although|or|[Ww]ell|[Yy]eah|[Yy]es|[Uu]m|[Ee]rm?|[Oo]h|like|I mean|you know|I think|"
    r"I suppose),?(?=\s))+\s?|"
    r"[.!?;:](?=\s|$)\s?|\n|, | ?[()—–] ?"
)
# What people add when they hear what they have just said.
_TAG: Final = re.compile(
    r",? (?:you see|as it happens|as you know|well,? (?:he|she|it|they) (?:is|was|were)|"
    r"not that I (?:[a-z]+ ?){1,3}|so (?:that['’]s|forgive|excuse|don['’]t) (?:[a-z]+ ?){1,3}|"
    r"going into \d{4}|with (?:the|an?) [a-z]+ [a-z]+)(?=[,.;!?\n]|$)"
)
_MUCH: Final = 0.5
_BETWEEN: Final = re.compile(r",? (?:[a-z]{1,7},? ){0,2}")

_Span = tuple[int, int]


@lru_cache(maxsize=8)
def is_spoken(text: str) -> bool:
    """Return whether a text is speech or notes of speech rather than a document."""
    sample = text[:_SAMPLE]
    words = sample.count(" ") + 1
    if sum(1 for _ in _SPOKEN.finditer(sample)) >= _SPOKEN_SHARE * words:
        return True
    return words >= 50 and words < _NOTE_WORDS * sum(1 for _ in _STOP.finditer(sample))


def clues(text: str, found: Sequence[Candidate]) -> list[Candidate]:
    """Find the clauses and sentences in which enough signs stand that they tell of one person.

    Args:
        text: a normal text; in a document, which is no speech, nothing is marked.
        found: what other rules found: ages, occupations, health, peoples, faiths.

    Returns:
        Clauses as features; whole sentences as clues where they say that all would know.
    """
    if not is_spoken(text):
        return []
    seen = list(signs(text, found))
    said = [turn.said for turn in read_script(text).turns]
    clauses: dict[_Span, dict[str, int]] = {}
    breaks = _breaks(text, _CLAUSE)
    for span, each in zip(_spans(text, _places(seen), breaks, said), seen, strict=True):
        clauses.setdefault(span, {})[each.rule] = each.weight
    known = _places(each for each in seen if each.rule == KNOWN)
    sentences = [
        Candidate(*span, "clue", KNOWN, "quasi", 0.5)
        for span in dict.fromkeys(_spans(text, known, _breaks(text, _SENTENCE), said))
    ]
    tagged = [
        each._replace(end=tag.end())
        for each in found
        if each.kind == "feature" and (tag := _TAG.match(text, each.end))
    ]
    made = [*_enough(text, clauses), *tagged]
    return [*made, *_rest(text, [*found, *made], breaks, said), *sentences]


def sentences_around(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return for each passage its sentence, with which a person reads it who decides about it.

    Args:
        text: a normal text.
        places: start of each passage, and code point after its last.

    Returns:
        Start and end of the sentence, or of what stands near where it is long: 120 code points
        before and after the passage at most, and no label of who speaks.

    Example:
        >>> text = "R1: No. Ann left in May. Yes."
        >>> [text[start:end] for start, end in sentences_around(text, [(8, 11)])]
        ['Ann left in May']
    """
    said = [turn.said for turn in read_script(text).turns]
    return _spans(text, places, _breaks(text, _SENTENCE), said)


def _places(seen: Iterable[Sign]) -> list[_Span]:
    return [(each.start, each.end) for each in seen]


def _rest(
    text: str, found: Iterable[Candidate], breaks: Iterable[_Span], said: Sequence[int]
) -> Iterator[Candidate]:
    """Yield the clauses of which much was found, from there on: what follows belongs to it."""
    covered, named = bytearray(len(text)), bytearray(len(text))
    for each in found:
        if each.score >= MARKED:
            mask = b"\x01" * (each.end - each.start)
            covered[each.start : each.end] = mask
            if each.kind in ("person", "name"):
                named[each.start : each.end] = mask
    at = 0
    for until, after in breaks:
        start, at, end = at, after, until
        if turn := bisect_right(said, end):
            start = max(start, said[turn - 1])  # not the label of who speaks
        if _MUCH * (end - start) <= covered.count(1, start, end) < end - start:
            first = covered.find(1, start, end)
            if covered.find(0, first, end) < 0:
                continue
            beside = named.find(1, first, end) >= 0
            kind: Kind = "clue" if beside else "feature"
            yield Candidate(
                first, end, kind, BESIDE_NAME if beside else "rest of a clause", "quasi", 0.5
            )


def _breaks(text: str, pattern: re.Pattern[str]) -> list[_Span]:
    """Return where clauses or sentences part, the ends of the text among them."""
    return [(0, 0), *(match.span() for match in pattern.finditer(text)), (len(text), len(text))]


def _spans(
    text: str, places: Iterable[_Span], breaks: Sequence[_Span], said: Sequence[int]
) -> list[_Span]:
    """Return for each passage the clause or sentence it stands in, without who speaks."""
    starts, ends = [start for start, _ in breaks], [end for _, end in breaks]
    spans = []
    for start, end in places:
        opened = ends[bisect_right(ends, start) - 1]
        closed = starts[bisect_left(starts, end)]
        if at := bisect_right(said, start):
            opened = max(opened, said[at - 1])
        spans.append(_within_reach(text, (start, end), opened, closed))
    return spans


def _within_reach(text: str, place: _Span, opened: int, closed: int) -> _Span:
    """Hold a clause to what stands near: whole words, `_LONGEST` before and after at most."""
    start, end = place
    if start - opened > _LONGEST:
        opened = max(text.find(" ", start - _LONGEST, start) + 1, start - _LONGEST)
    if closed - end > _LONGEST:
        closed = max(end, text.rfind(" ", end, end + _LONGEST))
    return min(opened, start), max(closed, end)


def _enough(text: str, clauses: Mapping[_Span, Mapping[str, int]]) -> list[Candidate]:
    """Return clauses with signs enough; those that only a small word parts become one."""
    made: list[Candidate] = []
    for (start, close), told in sorted(clauses.items()):
        if sum(told.values()) < ENOUGH:
            continue
        tag = _TAG.match(text, close)
        end = tag.end() if tag else close
        if made and _BETWEEN.fullmatch(text, made[-1].end, max(made[-1].end, start)):
            made[-1] = made[-1]._replace(end=max(made[-1].end, end))
        else:
            rule = max(told, key=lambda rule: told[rule])
            made.append(Candidate(start, end, "feature", rule, "quasi", 0.5))
    return made
