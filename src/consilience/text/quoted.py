"""Does a text repeat so many words of another in a row?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"\w+")
# Fewer words stand in any text: "yes", "I do".
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """The runs of words of one or more texts, to be found again in others.

    Letters count in any case, signs and spaces between words do not.

    Args:
        runs: each run of words, by how many words it has.
    """

    runs: dict[int, frozenset[tuple[str, ...]]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be found."""
        return not any(self.runs.values())

    @property
    def size(self) -> int:
        """How many runs there are."""
        return sum(map(len, self.runs.values()))

    def shared_with(self, other: str) -> Wording:
        """Return the runs that another text repeats.

        Example:
            >>> said = wording_of(["So what do schools hear? Nothing."], in_a_row=5)
            >>> said.shared_with("And what do schools hear? Much.").runs
            {5: frozenset()}
            >>> said.shared_with("So what do schools hear?").size, said.size
            (1, 2)
        """
        words = _WORD.findall(other.casefold())
        return Wording(
            {size: known.intersection(_runs_of(words, size)) for size, known in self.runs.items()}
        )

    def without(self, other: Wording) -> Wording:
        """Return the runs that are not in another wording."""
        none: frozenset[tuple[str, ...]] = frozenset()
        return Wording(
            {size: known - other.runs.get(size, none) for size, known in self.runs.items()}
        )

    def is_in(self, other: str) -> bool:
        """Return whether another text repeats a run."""
        if self.is_empty:
            return False
        words = _WORD.findall(other.casefold())
        return any(
            run in known for size, known in self.runs.items() for run in _runs_of(words, size)
        )


def wording_of(texts: Iterable[str], *, in_a_row: int) -> Wording:
    """Return what is to be found of texts.

    Args:
        texts: versions of one text, or several.
        in_a_row: how many words make a passage. A text that has fewer is found as a whole, one of
            fewer than three words not at all.

    Example:
        >>> said = wording_of(["Nobody told the board, nor us."], in_a_row=5)
        >>> said.is_in("She says: nobody TOLD the board nor her!"), said.is_in("told the board")
        (True, False)
        >>> wording_of(["Yes."], in_a_row=5).is_empty
        True
    """
    runs: dict[int, set[tuple[str, ...]]] = {}
    for each in texts:
        words = _WORD.findall(each.casefold())
        size = min(in_a_row, len(words))
        if size >= _FEWEST:
            runs.setdefault(size, set()).update(_runs_of(words, size))
    return Wording({size: frozenset(known) for size, known in runs.items()})


def _runs_of(words: list[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[first:] for first in range(size)), strict=False)
