"""Which of many writings stand in a text, also where one lies within another?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from consilience.text.identifiers.tables import lowered, plain

_TOKEN: Final = re.compile(r"\w+")


class Standing:
    """Finds out whose writings stand in texts; rather one too many than one too few.

    Case, gaps, line breaks and a possessive make no difference; what is one everyday word counts
    with a capital only, and a name of several words also where it is written as one.

    Example:
        >>> standing = Standing([("the mayor of Castlebay", 1), ("Castlebay", 2), ("May", 3)])
        >>> sorted(standing.in_text("I may see the MAYOR of Castlebay's."))
        [1, 2]
    """

    def __init__(self, forms: Iterable[tuple[str, int]]) -> None:
        """Take pairs of a writing and a number."""
        self._known: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for form, number in forms:
            words = tuple(plain(word) for word in _words(form))
            if words:
                self._known.setdefault(words[0], []).append((words[1:], number))
            if len(words) > 1:
                self._known.setdefault("".join(words), []).append(((), number))
        self._everyday = lowered("common") | lowered("words")

    def in_text(self, text: str) -> set[int]:
        """Return the numbers of which a writing stands in a text."""
        written = _words(text)
        words = [plain(word) for word in written]
        found = set()
        for at, word in enumerate(words):
            for rest, number in self._known.get(word, ()):
                if not rest and word in self._everyday and not written[at][0].isupper():
                    continue
                if tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
                    found.add(number)
        return found


def _words(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    return [word for word in _TOKEN.findall(composed) if word not in ("s", "S")]
