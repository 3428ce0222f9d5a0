"""What is the one form in which words are compared, and where do they stand as they came?"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from string import ascii_letters, digits
from typing import Final

_WIDE: Final = {ord(narrow) + 0xFEE0: narrow for narrow in f"{ascii_letters}{digits}#@"}
_ANY_WIDE: Final = re.compile(f"[{''.join(map(chr, _WIDE))}]")
# What is not ASCII, with the letter before that it may stand over.
_STRETCH: Final = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Composed:
    """A text as it is compared, and where each of its code points stands in the text as it came.

    Args:
        text: its words.
        came: the text as it came.
        places: of each code point, and of the end, where its letter begins there; None if all
            stand where they stood.
    """

    text: str = field(repr=False)
    came: str = field(repr=False)
    places: Sequence[int] | None = field(default=None, repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        r"""Return where a passage stands in the text as it came, its last accents with it.

        Args:
            start: first code point of the passage.
            end: code point after the last.

        Example:
            >>> composed("Sia\u0302n Rees").span(0, 4)
            (0, 5)
        """
        places = self.places
        if places is not None:
            while start < end < len(self.text) and places[end] == places[end - 1]:
                end += 1
            start, end = places[start], places[end]
        while start < end < len(self.came) and _joins(self.came[end]):
            end += 1
        return start, end

    def place(self, came: int) -> int:
        """Return where what begins at a code point of the text as it came is compared."""
        if self.places is None:
            return came
        return bisect_left(self.places, came)


def composed(text: str) -> Composed:
    r"""Return a text as it is compared with others: NFC, and wide letters as any.

    The same name comes as one code point a letter from one program, with its accents apart from
    another. Texts stay as they came, since addresses are counted in them.

    Example:
        >>> made = composed("Sia\u0302n, \uff24ebbie")
        >>> made.text, len(made.text), len(made.came)
        ('Siân, Debbie', 12, 13)
    """
    if text.isascii():
        return Composed(text, text)
    narrow = text.translate(_WIDE) if _ANY_WIDE.search(text) else text
    if unicodedata.is_normalized("NFC", narrow):
        return Composed(narrow, text)
    parts: list[str] = []
    places: list[int] = []
    done = 0
    for stretch in _STRETCH.finditer(narrow):
        parts.append(narrow[done : stretch.start()])
        places.extend(range(done, stretch.start()))
        done = stretch.end()
        for start, end in _letters(narrow, *stretch.span()):
            made = unicodedata.normalize("NFC", narrow[start:end])
            parts.append(made)
            places.extend([start] * len(made))
    parts.append(narrow[done:])
    places.extend(range(done, len(narrow) + 1))
    return Composed("".join(parts), text, places)


def _letters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span of each letter with what stands over it."""
    first = start
    for at in range(start + 1, end):
        if not _joins(text[at]):
            yield first, at
            first = at
    yield first, end


def _joins(letter: str) -> bool:
    """Return whether a code point is part of the letter before it: accents, Korean vowels."""
    return letter > "\u02ff" and (
        unicodedata.category(letter)[0] == "M" or "\u1160" <= letter <= "\u11ff"
    )
