"""The charts of the report, each a pure function from values to a drawing.

Every chart is rows under one scale: names on the left third, marks on the rest. The same
values give the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from consilience.report.model import Drawing
from consilience.report.svg import Scale, axis, covering, element, ink_on, mark, numbered, written
from consilience.report.wording import lines

_TOP: Final = 26  # room for the values of the axis
_ROW: Final = 26.0
_SLIM: Final = 5  # a row without a name, where there are too many to name
NAMED_ROWS: Final = 60  # more rows than this are drawn slim


@dataclass(frozen=True, slots=True)
class Bar:
    """From one day to another, of one look: phase or window."""

    label: str
    starts: dt.date
    ends: dt.date
    look: str = "phase"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a stacked bar: its share of the whole, its fill, and what it may show."""

    share: float
    fill: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """One row of a chart of stacked bars; there is room above where a new group starts."""

    label: str
    parts: tuple[Part, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Dots:
    """One row of a dot plot: one value a series, None where there is none."""

    label: str
    values: tuple[float | None, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """What was asked (from `low`, to `high` or without end) and what there is."""

    label: str
    low: float
    high: float | None
    value: float
    met: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """One row of estimates: a value and the ends of its interval, None where there is none."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """A count beside what chance would give."""

    label: str
    observed: float
    expected: float
    sd: float


def _label(text: str, y: float) -> str:
    broken = lines(text)
    first = y + 4 - 6.5 * (len(broken) - 1)
    return "".join(
        element("text", text=line, x="34%", y=first + 13 * at, class_="label end")
        for at, line in enumerate(broken)
    )


def _row(labels: Sequence[str], height: float) -> float:
    """Return the height of a row: more where any label takes more than one line."""
    most = max((len(lines(label)) for label in labels), default=1)
    return max(height, 13 * most + 6) if most > 1 else height


def _heights(groups: Sequence[str], *, row: float) -> list[float]:
    places, y = [], _TOP + row / 2
    for at, group in enumerate(groups):
        y += (row * 0.4 + 4) if at and group != groups[at - 1] else 0
        places.append(y)
        y += row
    return places


def _group_labels(groups: Sequence[str], places: Sequence[float], *, end: str) -> list[str]:
    """Name each group at its middle, where rows are too slim to have names."""
    marked = []
    for group, rows in groupby(range(len(groups)), key=lambda at: groups[at]):
        at = list(rows)
        y = (places[at[0]] + places[at[-1]]) / 2
        marked.append(element("text", text=group, x=end, y=y + 4, class_="tick end"))
    return marked


def timeline(bars: Sequence[Bar], *, title: str, description: str) -> Drawing:
    """Answer when each phase and survey ran: one bar a row under the years and quarters."""
    low = min(bar.starts for bar in bars).toordinal()
    high = max(bar.ends for bar in bars).toordinal()
    scale = Scale(low, high)
    years = range(dt.date.fromordinal(low).year, dt.date.fromordinal(high).year + 1)
    every = 6 if len(years) <= 4 else 12
    ticks = [
        (float(day.toordinal()), f"{day:%b}" + (f" {day:%y}" if len(years) > 1 else ""))
        for year in years
        for month in range(1, 13, every)
        if low <= (day := dt.date(year, month, 1)).toordinal() <= high
    ]
    tall = _row([bar.label for bar in bars], _ROW)
    height = _TOP + tall * len(bars) + 4
    parts = [axis(scale, top=_TOP, bottom=height, labels=ticks)]
    for row, bar in enumerate(bars):
        y = _TOP + tall * row + tall / 2
        start, end = scale.place(bar.starts.toordinal()), scale.place(bar.ends.toordinal())
        thick = 14 if bar.look == "phase" else 8
        parts.append(_label(bar.label, y))
        parts.append(
            element(
                "rect",
                x=f"{written(start)}%",
                y=y - thick / 2,
                height=thick,
                rx=2,
                width=f"{written(max(end - start, 0.6))}%",
                class_=f"bar {bar.look}",
            )
        )
    return Drawing(title=title, description=description, body="".join(parts), height=height)


def stacked(stacks: Sequence[Stack], *, title: str, description: str) -> Drawing:
    """Answer how a whole is divided, one bar a row, from 0 to 100%."""
    slim = len(stacks) > NAMED_ROWS
    row = _SLIM if slim else _row([stack.label for stack in stacks], _ROW)
    groups = [stack.group for stack in stacks]
    places = _heights(groups, row=row)
    bottom = places[-1] + row / 2 + 4
    scale = Scale(0, 1, 18 if slim else 36)
    parts = [axis(scale, top=_TOP, bottom=bottom, labels=[(0, "0%"), (0.5, "50%"), (1, "100%")])]
    parts.extend(_group_labels(groups, places, end="16%") if slim else [])
    for stack, y in zip(stacks, places, strict=True):
        if not slim:
            parts.append(_label(stack.label, y))
        parts.extend(_segments(stack, y, scale=scale, thick=row if slim else 16))
    return Drawing(title=title, description=description, body="".join(parts), height=bottom)


def _segments(stack: Stack, y: float, *, scale: Scale, thick: float) -> list[str]:
    drawn, at = [], 0.0
    for part in stack.parts:
        if part.share <= 0:
            continue
        start, end = scale.place(at), scale.place(at + part.share)
        look = "edge" if thick > _SLIM else "bare"
        drawn.append(
            element(
                "rect",
                x=f"{written(start)}%",
                y=y - thick / 2,
                height=thick,
                width=f"{written(end - start)}%",
                fill=part.fill,
                class_=look,
            )
        )
        if part.text and part.share >= 0.09 and thick > _SLIM:
            ink = ink_on(part.fill)
            middle = f"{written((start + end) / 2)}%"
            drawn.append(
                element("text", text=part.text, x=middle, y=y + 4, fill=ink, class_="in middle")
            )
        at += part.share
    return drawn


def dots(
    rows: Sequence[Dots],
    *,
    title: str,
    description: str,
    scale: Scale | None = None,
    mean_line: float | None = None,
) -> Drawing:
    """Answer how series differ, row by row: one mark a series, joined by a line.

    Args:
        rows: top to bottom.
        title: what it shows.
        description: what can be read from it.
        scale: the range of the values; over the values themselves if None.
        mean_line: a value to mark with a dashed line.
    """
    slim = len(rows) > NAMED_ROWS
    row = _SLIM + 1 if slim else _row([each.label for each in rows], 24)
    known = [value for each in rows for value in each.values if value is not None]
    start = 18 if slim else 36
    base = scale or covering(known)
    scale = Scale(base.low, base.high, start, base.end)
    groups = [each.group for each in rows]
    places = _heights(groups, row=row)
    bottom = places[-1] + row / 2 + 4
    parts = [axis(scale, top=_TOP, bottom=bottom, labels=numbered(scale))]
    parts.extend(_group_labels(groups, places, end="16%") if slim else [])
    if mean_line is not None:
        at = scale.at(mean_line)
        parts.append(element("line", x1=at, x2=at, y1=_TOP, y2=bottom, class_="middle-line"))
    for each, y in zip(rows, places, strict=True):
        if not slim:
            parts.append(_label(each.label, y))
        parts.append(_joined(each, y, scale=scale, size=0.5 if slim else 1))
    return Drawing(title=title, description=description, body="".join(parts), height=bottom)


def _joined(row: Dots, y: float, *, scale: Scale, size: float) -> str:
    known = [value for value in row.values if value is not None]
    if not known:
        return ""
    line = element(
        "line", x1=scale.at(min(known)), x2=scale.at(max(known)), y1=y, y2=y, class_="span"
    )
    marks = [
        mark(series, scale.at(value), y, size=size)
        for series, value in enumerate(row.values)
        if value is not None
    ]
    return "".join([line, *marks])


def ranges(rows: Sequence[Range], *, title: str, description: str) -> Drawing:
    """Answer what was asked and what there is: a band for asked, a mark for what there is."""
    ends = [row.value for row in rows] + [row.high or row.low for row in rows]
    top_value = max([*ends, 1])
    scale = Scale(0, top_value * 1.12)
    tall = _row([row.label for row in rows], _ROW)
    height = _TOP + tall * len(rows) + 4
    whole = [tick for tick in numbered(scale) if float(tick[0]).is_integer()]
    parts = [axis(scale, top=_TOP, bottom=height, labels=whole)]
    for at, row in enumerate(rows):
        y = _TOP + tall * at + tall / 2
        start = scale.place(row.low)
        end = scale.place(row.high if row.high is not None else scale.high)
        look = "asked" if row.high is not None else "asked open"
        parts.append(_label(row.label, y))
        parts.append(
            element(
                "rect",
                x=f"{written(start)}%",
                y=y - 6,
                height=12,
                rx=3,
                class_=look,
                width=f"{written(max(end - start, 0.8))}%",
            )
        )
        parts.append(mark(0 if row.met else 1, scale.at(row.value), y))
    return Drawing(title=title, description=description, body="".join(parts), height=height)


def intervals(
    rows: Sequence[Interval], *, title: str, description: str, to: float = 0.0
) -> Drawing:
    """Answer how large each estimate is and how sure: a mark on its interval, from 0.

    Args:
        rows: the estimates, top to bottom.
        title: what it shows.
        description: what can be read from it.
        to: what the axis reaches at least, such as 1 for a coefficient.
    """
    ends = [v for row in rows for v in (row.low, row.value, row.high) if v is not None]
    low, high = min(0.0, *ends), max(0.0, to, *ends)
    scale = Scale(low * 1.06, (high or 1.0) * 1.06)
    tall = _row([row.label for row in rows], _ROW)
    height = _TOP + tall * len(rows) + 4
    parts = [axis(scale, top=_TOP, bottom=height, labels=numbered(scale))]
    for at, row in enumerate(rows):
        y = _TOP + tall * at + tall / 2
        parts.append(_label(row.label, y))
        if row.low is not None and row.high is not None:
            start, end = scale.place(row.low), scale.place(row.high)
            parts.append(
                element(
                    "rect",
                    x=f"{written(start)}%",
                    y=y - 5,
                    height=10,
                    rx=3,
                    class_="asked",
                    width=f"{written(max(end - start, 0.6))}%",
                )
            )
        parts.append(mark(0, scale.at(row.value), y))
    return Drawing(title=title, description=description, body="".join(parts), height=height)


def against_chance(rows: Sequence[Expected], *, title: str, description: str) -> Drawing:
    """Answer whether counts are more than chance gives: a line for expected, two sd wide."""
    values = [v for r in rows for v in (r.observed, r.expected - 2 * r.sd, r.expected + 2 * r.sd)]
    base = covering(values)
    scale = Scale(max(0.0, base.low), base.high)
    tall = _row([row.label for row in rows], _ROW)
    height = _TOP + tall * len(rows) + 4
    parts = [axis(scale, top=_TOP, bottom=height, labels=numbered(scale))]
    for at, row in enumerate(rows):
        y = _TOP + tall * at + tall / 2
        start, end = (scale.place(row.expected + d * row.sd) for d in (-2, 2))
        middle = scale.at(row.expected)
        parts.append(_label(row.label, y))
        parts.append(
            element(
                "rect",
                x=f"{written(start)}%",
                y=y - 5,
                height=10,
                class_="asked",
                width=f"{written(end - start)}%",
            )
        )
        parts.append(element("line", x1=middle, x2=middle, y1=y - 8, y2=y + 8, class_="expected"))
        parts.append(mark(0, scale.at(row.observed), y))
    return Drawing(title=title, description=description, body="".join(parts), height=height)


def scatter(
    points: Sequence[tuple[float, float]],
    chosen: int | None,
    *,
    title: str,
    description: str,
    names: tuple[str, str],
) -> Drawing:
    """Answer what is gained and lost along two aims at once.

    Args:
        points: (x, y) in the order of x; joined by steps.
        chosen: which of them was taken, None if it is not among them.
        title: what it shows.
        description: what can be read from it.
        names: of the two axes.
    """
    across = covering([x for x, _ in points], start=12)
    upright = covering([y for _, y in points])
    top, bottom = 34.0, 220.0

    def down(value: float) -> float:
        return bottom - (value - upright.low) / (upright.high - upright.low) * (bottom - top)

    parts = [element("text", text=names[1], x="1%", y=12, class_="tick")]
    for value, text in numbered(Scale(upright.low, upright.high), 4):
        y = down(value)
        parts.append(element("line", x1="12%", x2="96%", y1=y, y2=y, class_="grid"))
        parts.append(element("text", text=text, x="11%", y=y + 4, class_="tick end"))
    for value, text in numbered(across, 4):
        parts.append(
            element("text", text=text, x=across.at(value), y=bottom + 18, class_="tick middle")
        )
    parts.append(element("text", text=names[0], x="96%", y=bottom + 36, class_="tick end"))
    for (x, y), (x2, y2) in pairwise(points):
        parts.append(
            element(
                "line", x1=across.at(x), x2=across.at(x2), y1=down(y), y2=down(y2), class_="span"
            )
        )
    for at, (x, y) in enumerate(points):
        size = 1.5 if at == chosen else 1
        parts.append(mark(1 if at == chosen else 0, across.at(x), down(y), size=size))
    return Drawing(title=title, description=description, body="".join(parts), height=bottom + 44)
