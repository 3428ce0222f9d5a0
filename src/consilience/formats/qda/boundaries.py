"""Does a passage begin and end where people begin and end passages, or where its name says?"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_JOINER: Final = "\u200d"
_OPENING: Final = frozenset("([{\"'“‘„«¿¡<—–[")
_INNER: Final = frozenset("'’-‐_.,")  # within words and numbers: don't, well-known, 3.5
_ELLIPSIS: Final = ("…", "...")
_SPACE: Final = re.compile(r"\s+")
# Below this a name says nothing of a place: it would be found anywhere.
SHORTEST_QUOTE: Final = 4


def _joins(letter: str) -> bool:
    """Return whether a character belongs to the one before it, as an accent does."""
    return letter == _JOINER or unicodedata.category(letter)[0] == "M" or "🏻" <= letter <= "🏿"


def start_fit(text: str, at: int) -> float:
    """Return how likely people begin a passage at this place: 0 within a word, 1 at its start.

    Args:
        text: the whole text.
        at: code point; outside the text fits nothing.

    Example:
        >>> start_fit("front door", 6), start_fit("front door", 7)
        (1.0, 0.0)
    """
    if not 0 <= at < len(text) or _joins(text[at]):
        return 0.0
    if text[at].isspace():
        return 0.3
    before = text[at - 1] if at else " "
    if before.isspace():
        return 1.0
    if before == _JOINER:
        return 0.0
    if before.isalnum() or _joins(before):
        return 0.0 if text[at].isalnum() else 0.3
    if not text[at].isalnum():
        return 0.5
    if before in _INNER and at > 1 and text[at - 2].isalnum():
        return 0.1
    return 0.9 if before in _OPENING else 0.5


def end_fit(text: str, at: int) -> float:
    """Return how likely people end a passage before this place.

    Example:
        >>> end_fit("front door", 5), end_fit("front door", 6), end_fit("front door", 7)
        (1.0, 0.4, 0.0)
    """
    if not 0 < at <= len(text):
        return 0.0
    last, after = text[at - 1], text[at] if at < len(text) else ""
    if last == _JOINER or (after and _joins(after)):
        return 0.0
    if last.isspace():
        return _end_in_space(last, after)
    if not after or after.isspace():
        return 1.0
    if last.isalnum() or _joins(last):
        return _end_of_word(after, text[at + 1 : at + 2])
    if after.isalnum():
        return 0.1 if last in _OPENING else 0.4
    return 1.0


def _end_in_space(last: str, after: str) -> float:
    # A whole line or text may be taken with its end; Word takes a word with the space behind it.
    if not after:
        return 0.6
    if after.isspace():
        return 0.2
    return 0.7 if last == "\n" else 0.4


def _end_of_word(after: str, next_but_one: str) -> float:
    if after.isalnum():
        return 0.0
    if after in _INNER and next_but_one.isalnum():
        return 0.1
    # Some take a sentence with its full stop and some without: neither tells how places count.
    return 1.0


def squeeze(text: str) -> str:
    r"""Return a text with each stretch of white space as one space, as XML gives attributes.

    Example:
        >>> squeeze("a\n\nb ")
        'a b '
    """
    return _SPACE.sub(" ", text)


class Quote:
    """The name of a passage, where it may quote its text, whole or its beginning."""

    def __init__(self, name: str) -> None:
        """Take a name as it stands."""
        # As the program wrote it: one that cuts at a length cuts before white space is set aside.
        self.length = len(name)
        squeezed = squeeze(name)
        cut = next((each for each in _ELLIPSIS if squeezed.rstrip().endswith(each)), "")
        self.cut = bool(cut)
        self.core = squeezed.rstrip().removesuffix(cut) if cut else squeezed
        self.bare = self.core.strip()

    @property
    def says_something(self) -> bool:
        """Whether it is long enough to be found in one place only."""
        return len(self.bare) >= SHORTEST_QUOTE

    def start_fit(self, text: str, start: int, end: int) -> float:
        """Return whether the passage begins as the name does: 1, 0.8 but for white space, or 0."""
        if not 0 <= start < end:
            return 0.0
        reach = start + 4 * len(self.core) + 40
        passage = squeeze(text[start : min(end, reach)])
        if passage.startswith(self.core):
            return 1.0
        return 0.8 if passage.lstrip().startswith(self.bare) else 0.0

    def end_fit(self, text: str, start: int, end: int) -> float:
        """Return whether the passage ends as the name does; for names that are not cut."""
        if not 0 <= start < end <= len(text):
            return 0.0
        reach = end - 4 * len(self.core) - 40
        passage = squeeze(text[max(start, reach) : end])
        tail = self.core[-40:]
        if passage.endswith(tail):
            return 1.0
        return 0.8 if passage.rstrip().endswith(tail.strip()) else 0.0
