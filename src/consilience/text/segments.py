"""Where do words, sentences and paragraphs of a text begin and end?

All spans are code points of the normal form, as arrays that statistics and pages take whole.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]

# A word with what joins its parts (well-being, don't, 3.5), or one mark that is no word.
_TOKEN: Final = re.compile(r"\w+(?:[-'’.,]\w+)*|[^\w\s]")
_PARAGRAPH: Final = re.compile(r"\S(?:[^\n]*\S)?")
# What parts two sentences: not before a small letter, which goes on with the first.
# One set of letters comes first, so that all else is run over more than twice as fast.
_SENTENCE_END: Final = re.compile(
    r"""[.!?…\n](?:(?<=\n)\s*|(?<!\n)[.!?…]*['"”’)\]]*\s+(?=['"“‘(\[]*[^a-z\s]))"""
)
_BLACK: Final = re.compile(r"\S")
# What a full stop does not end. I is a word, not an initial.
_ABBREVIATED: Final = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Rev|Fr|Sr|Jr|St|No|Nos|Rd|Ave|Ltd|Co|Inc|Dept|approx|vs|cf|"
    r"e\.g|i\.e|etc|[A-HJ-Z])\.$"
)
_LONGEST_ABBREVIATION: Final = 8


def tokens(text: str) -> tuple[Positions, Positions]:
    """Return starts and ends of the words and marks of a text.

    Args:
        text: a normal text.

    Returns:
        First code point of each, and the one after its last; int64, in order, not overlapping.
        White space belongs to none.

    Example:
        >>> starts, ends = tokens("I don't know.")
        >>> ["I don't know."[start:end] for start, end in zip(starts, ends)]
        ['I', "don't", 'know', '.']
    """
    return _arrays(match.span() for match in _TOKEN.finditer(text))


def paragraphs(text: str) -> tuple[Positions, Positions]:
    r"""Return starts and ends of the lines of a text that are not blank, bare of outer space.

    Args:
        text: a normal text, one line a paragraph.

    Returns:
        As `tokens`.

    Example:
        >>> paragraphs("One.\n\n Two. \n")[0].tolist()
        [0, 7]
    """
    return _arrays(match.span() for match in _PARAGRAPH.finditer(text))


def sentences(text: str, start: int = 0, end: int | None = None) -> tuple[Positions, Positions]:
    r"""Return starts and ends of the sentences of a text, bare of outer space.

    A sentence ends at a full stop, question mark, exclamation mark or ellipsis before white space
    unless a small letter follows or an abbreviation or initial stands before it; and at the end of
    a line.

    Args:
        text: a normal text.
        start: where to begin, such as after the label of a speaker.
        end: where to stop, None for the end of the text.

    Returns:
        As `tokens`; together they hold every code point that is not white space.

    Example:
        >>> said = "Dr. Ash came. Why? \nNobody knew."
        >>> [said[first:last] for first, last in zip(*sentences(said))]
        ['Dr. Ash came.', 'Why?', 'Nobody knew.']
    """
    stop = len(text) if end is None else end
    begins = sentence_starts(text, start, stop)
    spans = (
        (first, first + len(text[first:following].rstrip()))
        for first, following in itertools.pairwise([*begins, stop])
    )
    return _arrays(spans)


def sentence_starts(text: str, start: int = 0, end: int | None = None) -> list[int]:
    r"""Return where the sentences of a text begin, in order: the starts of `sentences`, sooner.

    Example:
        >>> sentence_starts("Dr. Ash came. Why? \nNobody knew.")
        [0, 14, 20]
    """
    stop = len(text) if end is None else end
    first = _BLACK.search(text, start, stop)
    if first is None:
        return []
    begins = [first.start()]
    for match in _SENTENCE_END.finditer(text, begins[0], stop):
        mark = match[0]
        if mark[0] != "." or "\n" in mark or not _abbreviated(text, match.start() + 1):
            begins.append(match.end())
    # White space at the very end begins nothing.
    return begins if begins[-1] < stop else begins[:-1]


def _abbreviated(text: str, end: int) -> bool:
    # Bounded below, so that each look is of a few characters only.
    return bool(_ABBREVIATED.search(text, max(0, end - _LONGEST_ABBREVIATION), end))


def _arrays(spans: Iterable[tuple[int, int]]) -> tuple[Positions, Positions]:
    flat = np.array(list(spans), dtype=np.int64).reshape(-1, 2)
    return flat[:, 0].copy(), flat[:, 1].copy()
