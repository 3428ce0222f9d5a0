"""Do two names mean the same place? One stated normalisation, and a score where they differ.

Normalisation, in this order: accents and capitals go; `&` becomes `and`; apostrophes go, other
punctuation becomes a blank; `st` becomes `saint`, `cofe` and `c of e` become `church of
england`, `rc` becomes `roman catholic`; then forms of government go from both ends (Council,
Borough of, City of, County of, LA and the like), as long as something is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

_WORDS: Final = (
    (re.compile(r"\bst\b"), "saint"),
    (re.compile(r"\b(?:cofe|c of e)\b"), "church of england"),
    (re.compile(r"\brc\b"), "roman catholic"),
)
_GOVERNMENT: Final = (
    r"(?:(?:london|royal|metropolitan|city and|unitary|district|county|city)\s+)*"
    r"(?:borough|city|county|council|district|corporation)"
)
_LEADING: Final = re.compile(rf"^(?:the\s+|county\s+(?!of\b)|{_GOVERNMENT}\s+of\s+(?:the\s+)?)")
_TRAILING: Final = re.compile(
    r"\s+(?:(?:royal|metropolitan|borough|city|county|district|unitary|london)\s+)*"
    r"(?:council|authority|mbc|mdc|cc|bc|la|local authority|"
    r"(?:london |royal |metropolitan )?borough of|city of|county of)$"
)


def normalise(name: str) -> str:
    """Return the form under which two spellings of a name are equal.

    Example:
        >>> normalise("Bristol, City of") == normalise("City of Bristol Council")
        True
        >>> normalise("St. Helens MBC"), normalise("Brighton & Hove LA")
        ('saint helens', 'brighton and hove')
    """
    return _without_government(spell_out(name))


def spell_out(name: str) -> str:
    """Return the normalised form before forms of government go; for likeness, never equality.

    Example:
        >>> spell_out("Bristol, City of")
        'bristol city of'
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"['’`]", "", text.replace("&", " and "))
    text = " ".join(re.sub(r"[\W_]+", " ", text).split())
    for pattern, word in _WORDS:
        text = pattern.sub(word, text)
    return text


def _without_government(text: str) -> str:
    while True:
        shorter = _TRAILING.sub("", _LEADING.sub("", text, count=1), count=1).strip()
        if not shorter or shorter == text:
            return text
        text = shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A name that looks like the one given.

    Args:
        position: where the name stands in the list searched.
        score: 0 to 100; 100 means equal words in any order.
    """

    position: int
    score: float


def most_alike(
    given: str, names: Sequence[str], *, at_least: float, count: int
) -> tuple[Likeness, ...]:
    """Which names look most like the given one?

    Args:
        given: a normalised name.
        names: normalised names.
        at_least: lowest score shown, 0 to 100.
        count: how many are shown at most.

    Returns:
        The most alike first; equal scores in the order of `names`.

    Source:
        The higher of two Indel similarities (rapidfuzz): of the names as they stand (ratio)
        and with their words in alphabetical order (token_sort_ratio).

    Differs:
        Partial matching is not used: it holds York and North Yorkshire to be 90 % alike.

    Example:
        >>> [found.position for found in most_alike("hartlepol", ["york", "hartlepool"],
        ...                                         at_least=80, count=3)]
        [1]
    """
    if not given or not names:
        return ()
    scores = np.maximum(
        process.cdist([given], names, scorer=fuzz.ratio)[0],
        process.cdist([given], names, scorer=fuzz.token_sort_ratio)[0],
    )
    order = np.lexsort((np.arange(len(names)), -scores))[:count]
    return tuple(
        Likeness(position=int(at), score=float(scores[at]))
        for at in order
        if scores[at] >= at_least
    )
