"""Where could a number, a date or an address stand? A quick look before the slow rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from consilience.text.identifiers.tables import group_as_written

Stretches = list[tuple[int, int]]

_TOKEN: Final = re.compile(r"\d+|@|[^\W\d_]+")
_BEFORE: Final = 25
_AFTER: Final = 40


_DIGITS: Final = re.compile(r"\d+")


def digit_windows(text: str, pattern: re.Pattern[str] = _DIGITS) -> Stretches:
    """Return stretches around digits, or what else a pattern finds, in order, apart."""
    return _stretches(text, (match.span() for match in pattern.finditer(text)))


def windows(text: str) -> Stretches:
    """Return stretches around digits and the words of numbers and dates, in order, apart.

    Every rule of codes, dates, ages and quantities needs a digit or one of these words; between
    them lies nine tenths of what people say.
    """
    triggers = group_as_written("closed", "numbers and dates")
    return _stretches(
        text,
        (
            match.span()
            for match in _TOKEN.finditer(text)
            if (word := match.group()) in triggers or not word.isalpha() or word.lower() in triggers
        ),
    )


def _stretches(text: str, spans: Iterable[tuple[int, int]]) -> Stretches:
    found: Stretches = []
    for first, last in spans:
        start, end = max(0, first - _BEFORE), min(len(text), last + _AFTER)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return [_whole_words(text, start, end) for start, end in found]


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def within(pattern: re.Pattern[str], text: str, stretches: Stretches) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern in the stretches only."""
    for start, end in stretches:
        yield from pattern.finditer(text, start, end)
