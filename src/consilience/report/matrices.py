"""Pictures of two things against each other, and of how something grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from consilience.report.model import Drawing
from consilience.report.svg import Scale, axis, element, ink_on, numbered, written
from consilience.report.wording import lines

_TOP: Final = 26.0
_ROW: Final = 24.0
_START: Final = 36.0
_END: Final = 98.0
# More columns than this have no room for their names.
_NAMED_COLUMNS: Final = 26
# Letters of a name that begins at the left and ends before the bars, on a phone too.
_NAME_LETTERS: Final = 21
_LINE: Final = 13.0
_FEWEST: Final = 8  # columns, so that a few cells do not grow into bars


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its fill (empty if there is nothing), what it shows, and what it says in words."""

    fill: str
    text: str
    said: str


def heat(
    rows: Sequence[tuple[str, Sequence[Cell]]],
    columns: Sequence[str],
    *,
    title: str,
    description: str,
    heading: str = "",
) -> Drawing:
    """Answer how two things meet: one row a name, one column a name, a cell for each pair.

    Args:
        rows: name and cells, as many as there are columns.
        columns: short names, above; left out where there are too many for their width.
        title: what it shows.
        description: what can be read from it.
        heading: to stand above it among several pictures.
    """
    width = (_END - _START) / max(len(columns), _FEWEST)
    tops = _tops([len(lines(name)) for name, _ in rows])
    height = tops[-1] + 4
    parts = []
    if len(columns) <= _NAMED_COLUMNS:
        for at, name in enumerate(columns):
            middle = f"{written(_START + width * (at + 0.5))}%"
            parts.append(element("text", text=name[:5], x=middle, y=_TOP - 8, class_="tick middle"))
    for (name, cells), (top, bottom) in zip(rows, pairwise(tops), strict=True):
        parts.append(_named(lines(name), (top + bottom) / 2, x="34%", look="label end"))
        parts.extend(
            _cell(cell, at, top, width=width, height=bottom - top) for at, cell in enumerate(cells)
        )
    return Drawing(
        title=title,
        description=description,
        body="".join(parts),
        height=height,
        heading=heading,
    )


def _tops(counts: Sequence[int]) -> list[float]:
    """Return where rows begin and the last one ends, each as high as the lines of its name need."""
    return [*accumulate((max(_ROW, _LINE * each + 5) for each in counts), initial=_TOP)]


def _named(broken: Sequence[str], y: float, *, x: str, look: str) -> str:
    first = y + 4 - _LINE / 2 * (len(broken) - 1)
    return "".join(
        element("text", text=line, x=x, y=first + _LINE * at, class_=look)
        for at, line in enumerate(broken)
    )


def _cell(cell: Cell, at: int, top: float, *, width: float, height: float) -> str:
    left = _START + width * at
    look = {"fill": cell.fill, "class_": "edge"} if cell.fill else {"class_": "empty"}
    inside = [
        element("title", text=cell.said),
        element(
            "rect",
            x=f"{written(left + 0.1)}%",
            y=top + 1,
            width=f"{written(width - 0.2)}%",
            height=height - 2,
            rx=2,
            **look,
        ),
    ]
    if cell.text and width >= 2:
        ink = {"fill": ink_on(cell.fill)} if cell.fill else {}
        middle = f"{written(left + width / 2)}%"
        inside.append(
            element(
                "text", text=cell.text, x=middle, y=top + height / 2 + 4, class_="in middle", **ink
            )
        )
    return element("g", *inside)


def counted(
    rows: Sequence[tuple[str, Sequence[tuple[float, str]]]], *, title: str, description: str
) -> Drawing:
    """Answer how many there are of each: one bar a row, parted into groups, from 0.

    Args:
        rows: name, and size and fill of each part; blanks before a name move it in.
        title: what it shows.
        description: what can be read from it.
    """
    most = max([sum(size for size, _ in parts) for _, parts in rows] or [1])
    scale = Scale(0, max(most, 1) * 1.04, _START, 96)
    tops = _tops([len(_broken(name)) for name, _ in rows])
    height = tops[-1] + 4
    ticks = [tick for tick in numbered(scale) if float(tick[0]).is_integer()]
    drawn = [axis(scale, top=_TOP, bottom=height, labels=ticks)]
    for (name, parts), (top, bottom) in zip(rows, pairwise(tops), strict=True):
        y = (top + bottom) / 2
        x = f"{written(0.5 + _deep(name))}%"
        drawn.append(_named(_broken(name), y, x=x, look="label"))
        at = 0.0
        for size, fill in parts:
            start, end = scale.place(at), scale.place(at + size)
            at += size
            if size:
                drawn.append(
                    element(
                        "rect",
                        x=f"{written(start)}%",
                        y=y - 8,
                        width=f"{written(end - start)}%",
                        height=16,
                        fill=fill,
                        class_="edge",
                    )
                )
    return Drawing(title=title, description=description, body="".join(drawn), height=height)


def _deep(name: str) -> int:
    """Return how far in a name begins, in hundredths of the picture: one a blank before it."""
    return min(len(name) - len(name.lstrip()), _NAME_LETTERS // 2)


def _broken(name: str) -> tuple[str, ...]:
    return lines(name.strip(), _NAME_LETTERS - _deep(name))


def curve(
    values: Sequence[float], *, title: str, description: str, names: tuple[str, str]
) -> Drawing:
    """Answer how something grew step by step: a line from the first value to the last.

    Args:
        values: one a step, from 0.
        title: what it shows.
        description: what can be read from it.
        names: of the steps and of the values.
    """
    top, bottom = 34.0, 220.0
    across = Scale(1, max(len(values), 2), 12, 96)
    upright = Scale(0, max([*values, 1]) * 1.05)

    def down(value: float) -> float:
        return bottom - value / upright.high * (bottom - top)

    parts = [element("text", text=names[1], x="1%", y=12, class_="tick")]
    for value, text in numbered(upright, 4):
        y = down(value)
        parts.append(element("line", x1="12%", x2="96%", y1=y, y2=y, class_="grid"))
        parts.append(element("text", text=text, x="11%", y=y + 4, class_="tick end"))
    for step, text in numbered(across, 6):
        if float(step).is_integer():
            parts.append(
                element("text", text=text, x=across.at(step), y=bottom + 18, class_="tick middle")
            )
    parts.append(element("text", text=names[0], x="96%", y=bottom + 36, class_="tick end"))
    points = [(across.at(step), down(value)) for step, value in enumerate(values, start=1)]
    parts.extend(
        element("line", x1=x, x2=x2, y1=y, y2=y2, class_="curve")
        for (x, y), (x2, y2) in pairwise(points)
    )
    return Drawing(title=title, description=description, body="".join(parts), height=bottom + 44)
