"""Where is a position of a program in our text, and the other way round?

Of a long text only where each stretch begins is kept; a stretch that is asked for is measured then.
Marks for every character of fifty megabytes would take a gigabyte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from consilience.formats.qda.conventions import Convention, Layout

Positions = npt.NDArray[np.int64]
# Characters measured in one go.
_STRETCH: Final = 1 << 16


class Measure:
    """The units of the characters of a text, stretch by stretch."""

    def __init__(self, text: str, layout: Layout, *, unit: str, breaks: str) -> None:
        """Measure each stretch once, and keep where it begins."""
        self._text, self._layout = text, layout
        self._unit, self._breaks = unit, breaks
        self._kept: tuple[int, Positions] | None = None
        firsts = range(0, len(text), _STRETCH)
        self._lines = np.zeros(len(firsts) + 1, dtype=np.int64)
        self.begins: Positions = np.zeros(len(firsts) + 1, dtype=np.int64)
        for number, first in enumerate(firsts):
            self._lines[number + 1] = self._lines[number] + text.count(
                "\n", first, first + _STRETCH
            )
            self.begins[number + 1] = self.begins[number] + self._widths(number).sum()

    @property
    def total(self) -> int:
        """Units of the whole text."""
        return int(self.begins[-1])

    def found(self, at: Positions, *, side: Literal["left", "right"]) -> Positions:
        """Return where positions are among the marks of all characters and of the end."""
        rows = np.searchsorted(self.begins[:-1], at, side=side) - 1
        return self._by_stretch(rows, at, lambda marks, one: np.searchsorted(marks, one, side=side))

    def marks(self, points: Positions) -> Positions:
        """Return the units before code points."""
        rows = points // _STRETCH
        first = np.clip(rows, 0, len(self.begins) - 2) * _STRETCH
        return self._by_stretch(rows, points - first, lambda marks, one: marks[one], add=False)

    def _by_stretch(
        self,
        rows: Positions,
        values: Positions,
        of: Callable[[Positions, Positions], npt.NDArray[np.int64]],
        *,
        add: bool = True,
    ) -> Positions:
        result = np.zeros(len(values), dtype=np.int64)
        rows = np.clip(rows, 0, len(self.begins) - 2)
        for number in np.unique(rows).tolist():
            chosen = rows == number
            first = number * _STRETCH if add else 0
            result[chosen] = first + of(self._stretch(number), values[chosen])
        return result

    def _stretch(self, number: int) -> Positions:
        """Return the units before each character of a stretch, and before what is behind it."""
        if self._kept is None or self._kept[0] != number:
            widths = self._widths(number)
            marks = np.empty(len(widths) + 1, dtype=np.int64)
            marks[0] = self.begins[number]
            np.cumsum(widths, out=marks[1:])
            marks[1:] += marks[0]
            self._kept = number, marks
        return self._kept[1]

    def _widths(self, number: int) -> npt.NDArray[np.int64]:
        stretch = self._text[number * _STRETCH : (number + 1) * _STRETCH]
        points = np.frombuffer(stretch.encode("utf-32-le"), dtype=np.uint32)
        widths = np.ones(len(points), dtype=np.int64)
        if self._unit == "utf16":
            widths += points > 0xFFFF
        elif self._unit == "utf8":
            for least in (0x7F, 0x7FF, 0xFFFF):
                widths += points > least
        if self._breaks == "crlf2":
            widths[points == 10] = 2
        elif self._breaks == "filed" and self._layout.widths is not None:
            first, last = self._lines[number : number + 2].tolist()
            widths[points == 10] = self._layout.widths[first:last]
        return widths


@dataclass(frozen=True, slots=True, eq=False)
class Ruler:
    """Turns positions of a program into ours for one text, and back.

    Args:
        measure: the units of the characters; None where each counts one.
        shift: position of the first character there.
        length: code points of the text.
        inclusive: whether an end is the last character.
    """

    measure: Measure | None
    shift: int
    length: int
    inclusive: bool

    @property
    def total(self) -> int:
        """Units of the whole text."""
        return self.length if self.measure is None else self.measure.total

    def starts(self, foreign: Positions) -> Positions:
        """Return code points for starts; one within a character becomes that character.

        Positions outside the text stay outside: below 0, or above `length`.
        """
        at = foreign - self.shift
        if self.measure is None:
            return at
        return self._beyond(at, self.measure.found(at, side="right") - 1)

    def ends(self, foreign: Positions) -> Positions:
        """Return code points for ends, after the last character."""
        at = foreign - self.shift
        if self.measure is None:
            return at + 1 if self.inclusive else at
        found = self._beyond(at, self.measure.found(at, side="right" if self.inclusive else "left"))
        return np.where(self.inclusive & (at >= self.total), self.length + 1, found)

    def positions(self, points: Positions) -> Positions:
        """Return code points in the numbers of the program; ends are taken as after the last."""
        at = points if self.measure is None else self.measure.marks(points)
        return np.asarray(at + self.shift, dtype=np.int64)

    def _beyond(self, at: Positions, found: Positions) -> Positions:
        outside = np.where(at > self.total, self.length + 1, found)
        return np.where(at < 0, -1, outside).astype(np.int64)


def ruler_of(text: str, layout: Layout, convention: Convention) -> Ruler:
    """Return what turns positions of a convention into code points of a text.

    Args:
        text: the normal text.
        layout: how it lay in its file.
        convention: how the program counts.

    Example:
        >>> ruler = ruler_of("a\U0001f600b", Layout(), Convention(unit="utf16"))
        >>> ruler.starts(np.array([3])).tolist(), ruler.ends(np.array([4])).tolist()
        ([2], [3])
    """
    return next(rulers_of(text, layout, (convention,)))


def rulers_of(text: str, layout: Layout, conventions: Iterable[Convention]) -> Iterator[Ruler]:
    """Yield the ruler of each convention; what those beside each other share is made once."""
    made: Measure | None = None
    of: tuple[str, str] | None = None
    for convention in conventions:
        kind = _kind(text, layout, convention)
        if kind != of:
            of = kind
            made = Measure(text, layout, unit=kind[0], breaks=kind[1]) if kind else None
        shift = {"nobom": 0, "from1": 1, "bom": 3 if convention.unit == "utf8" else 1}
        first = shift[convention.first] if convention.first != "bom" or layout.bom else 0
        yield Ruler(made, first, len(text), convention.end == "inclusive")


def _kind(text: str, layout: Layout, convention: Convention) -> tuple[str, str] | None:
    """Return by what characters differ from one, None if none does."""
    unit = "points" if text.isascii() else convention.unit
    long = convention.breaks == "crlf2" or (
        convention.breaks == "filed" and layout.widths is not None
    )
    breaks = convention.breaks if long and "\n" in text else "crlf1"
    return None if (unit, breaks) == ("points", "crlf1") else (unit, breaks)
