"""The nouns of agreement on codings: who read what, figures, passages compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from consilience.coding.model import AGREEMENT, ReadText

__all__ = [
    "AGREEMENT",
    "By",
    "Compared",
    "Passage",
    "ReadText",
    "Standing",
    "Unit",
]

By = Literal["code", "domain", "document", "case", "all"]
Unit = Literal["characters", "tokens", "sentences", "turns", "segments"]

# Whether the readers of a text differ in a passage, and whether somebody decided about it.
Standing = Literal["agreed", "open", "settled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What a coder marked of a passage on which coders are compared.

    Args:
        coding: id of the coding.
        coder: who marked it.
        start: first code point.
        end: code point after the last.
    """

    coding: str
    coder: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A passage that somebody marked with a code, and what each reader of the text marked of it.

    Args:
        id: made from the code, the codings and the readers: it changes when one of them does.
        document: id of the text.
        version: version in which all places are counted.
        code: id of the code.
        start: where the first coder begins.
        end: where the last one ends.
        passages: what was marked, by place and coder.
        readers: all coders who read the text.
        standing: agreed, if all marked the same within the tolerance; else open or settled.
    """

    id: str
    document: str
    version: int
    code: str
    start: int
    end: int
    passages: tuple[Passage, ...]
    readers: tuple[str, ...]
    standing: Standing

    @property
    def silent(self) -> tuple[str, ...]:
        """Return the readers who marked nothing of it."""
        marked = {each.coder for each in self.passages}
        return tuple(each for each in self.readers if each not in marked)
