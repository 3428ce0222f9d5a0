"""How does a program count the characters of a text?

The standard says code points from 0 and leaves line ends, the byte-order mark and the end of a
passage open. Programs differ in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from consilience.base.errors import Fault

Widths = npt.NDArray[np.integer[Any]]
Unit = Literal["points", "utf16", "utf8"]
Breaks = Literal["crlf1", "filed", "crlf2"]
First = Literal["nobom", "bom", "from1"]
End = Literal["exclusive", "inclusive"]


@dataclass(frozen=True, slots=True)
class Convention:
    """One way of counting.

    Args:
        unit: code points, UTF-16 units, or bytes of UTF-8.
        breaks: each line end counts 1; as many characters as it has in the file; or 2.
        first: the first character is 0; a byte-order mark in the file counts before it; or the
            first character is 1.
        end: the end is after the last character, or is the last.
    """

    unit: Unit = "points"
    breaks: Breaks = "crlf1"
    first: First = "nobom"
    end: End = "exclusive"

    def __str__(self) -> str:
        """Write the four words as `parse_convention` takes them."""
        return ",".join((self.unit, self.breaks, self.first, self.end))

    @property
    def oddity(self) -> float:
        """Points that it must lead by: traits that no real export was seen to have need evidence.

        One for the first of them, half for each other.
        """
        odd = (
            self.unit == "utf8",
            self.breaks == "crlf2",
            self.first != "nobom",
            self.end == "inclusive",
        )
        return (1 + sum(odd)) / 2 if any(odd) else 0.0


CONVENTIONS: Final = tuple(
    Convention(unit, breaks, first, end)
    for unit in ("points", "utf16", "utf8")
    for breaks in ("crlf1", "filed", "crlf2")
    for first in ("nobom", "bom", "from1")
    for end in ("exclusive", "inclusive")
)
# What programs are known or said to count; the names under which a user may ask for it.
NAMED: Final[Mapping[str, Convention]] = {
    "standard": Convention(),
    "nvivo-windows": Convention(unit="utf16", breaks="filed"),
    "maxqda": Convention(breaks="filed"),
    "atlas-ti": Convention(),
    "qualcoder": Convention(),
}
_WORDS: Final = {
    "unit": ("points", "utf16", "utf8"),
    "breaks": ("crlf1", "filed", "crlf2"),
    "first": ("nobom", "bom", "from1"),
    "end": ("exclusive", "inclusive"),
}


def parse_convention(value: str) -> Convention:
    """Return the convention that a user names.

    Args:
        value: the name of a program, or words with commas: points, utf16, utf8; crlf1, filed,
            crlf2; nobom, bom, from1; exclusive, inclusive. What is not said is as in the standard.

    Raises:
        Fault: FMT-245 if a word is unknown or two exclude each other.

    Example:
        >>> str(parse_convention("utf16,inclusive"))
        'utf16,crlf1,nobom,inclusive'
    """
    if value in NAMED:
        return NAMED[value]
    said: dict[str, str] = {}
    for word in value.replace(" ", "").split(","):
        trait = next((name for name, words in _WORDS.items() if word in words), None)
        if trait is None or trait in said:
            known = [*NAMED, *(each for words in _WORDS.values() for each in words)]
            raise Fault("FMT-245", value=value, word=word, known=", ".join(known))
        said[trait] = word
    return next(each for each in CONVENTIONS if all(getattr(each, k) == v for k, v in said.items()))


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How a text lay in its file.

    Args:
        bom: whether a byte-order mark stood before it.
        widths: characters of each line end; None if all have one.
    """

    bom: bool = False
    widths: Widths | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How well one convention fits a project.

    Args:
        convention: which.
        score: mean fit of the starts and ends looked at, 0 to 1.
    """

    convention: Convention
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Which convention a project follows, and how sure that is.

    Args:
        convention: the one taken.
        score: its mean fit, None where there was nothing to look at.
        margin: points by which it leads the next that would place a passage elsewhere, None where
            there is no such other.
        basis: what spoke: quotations, boundaries of words, nothing, the sidecar, the user, or the
            program's own definition.
        looked_at: passages looked at.
        standings: all conventions that differ on these passages, best first, one of each sort.
        scores: the mean fit of every convention.
    """

    convention: Convention
    score: float | None = None
    margin: float | None = None
    basis: Literal["quotes", "words", "nothing", "sidecar", "user", "program"] = "nothing"
    looked_at: int = 0
    standings: tuple[Standing, ...] = ()
    scores: tuple[Standing, ...] = ()
