"""The pictures of the deposit: how far things came, risk before and after, risk against loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from consilience.report.model import Drawing
from consilience.report.svg import Scale, element, mark, numbered, steps_colour, written
from consilience.report.wording import listed, number, percent

_ROW: Final = 26.0
_TOP: Final = 34.0
_BOTTOM: Final = 214.0
# Points nearer to each other than this, in per cent of the width and in pixels, share a label.
_NEAR: Final = (6.0, 14.0)


@dataclass(frozen=True, slots=True)
class Count:
    """How many things came so far; None if nobody said how many there should be."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a number of cases that share their keys costs (x) and leaves as risk (y)."""

    k: int
    loss: float
    risk: float
    efficient: bool
    chosen: bool


def stage_fill(at: int, steps: int) -> str:
    """Return the fill of one step of how far things came: the deeper, the further.

    Args:
        at: its number from 0, the plan.
        steps: how many there are.
    """
    return steps_colour(at, steps - 1)


def funnel(rows: Sequence[Count], *, title: str, description: str, heading: str) -> Drawing:
    """Answer how many of what was planned are left at each step: a bar a step, with its count.

    Args:
        rows: in order; the widest bar is the largest count of these rows.
        title: what it shows.
        description: what can be read from it.
        heading: what stands above it among others.
    """
    scale = Scale(0, max([each.count or 0 for each in rows] + [1]), 25, 88)
    parts = []
    for at, each in enumerate(rows):
        y = _ROW * at + _ROW / 2
        end = scale.place(each.count or 0)
        parts.append(element("text", text=each.label, x="23%", y=y + 4, class_="label end"))
        if each.count:
            parts.append(
                element(
                    "rect",
                    x="25%",
                    y=y - 8,
                    height=16,
                    width=f"{written(end - 25)}%",
                    fill=stage_fill(at, len(rows)),
                    class_="edge",
                )
            )
        text = "not stated" if each.count is None else f"{each.count:,}"
        look = "quiet" if each.count is None else "label"
        parts.append(element("text", text=text, x=f"{written(end + 1.5)}%", y=y + 4, class_=look))
    return Drawing(
        title=title,
        description=description,
        body="".join(parts),
        height=_ROW * len(rows) + 4,
        heading=heading,
    )


def trade_off(choices: Sequence[Choice], *, limit: float, title: str, description: str) -> Drawing:
    """Answer what less risk would cost: a point a choice, those that nothing beats joined.

    Args:
        choices: in any order; `k` is written beside each.
        limit: the highest risk that the study allows, drawn as a dashed line.
        title: what it shows.
        description: what can be read from it.
    """
    most = max([each.loss for each in choices] + [0.0]) or 0.01
    across = Scale(-0.05 * most, 1.05 * most, 12, 96)
    upright = Scale(0, 1.12 * max([each.risk for each in choices] + [limit, 0.01]))
    points = [
        (across.place(each.loss), _down(each.risk, upright))
        for each in sorted(choices, key=lambda each: (each.loss, -each.risk, each.k))
    ]
    ordered = sorted(choices, key=lambda each: (each.loss, -each.risk, each.k))
    parts = [*_frame(across, upright), *_limit(limit, upright)]
    best = [point for point, each in zip(points, ordered, strict=True) if each.efficient]
    for (x, y), (x2, y2) in pairwise(best):
        parts.append(
            element("line", x1=_per(x), x2=_per(x2), y1=y, y2=y2, class_="curve", opacity="0.45")
        )
    for (x, y), each in zip(points, ordered, strict=True):
        parts.append(mark(0 if each.efficient else 5, _per(x), y))
    for (x, y), each in zip(points, ordered, strict=True):
        if each.chosen:
            parts.append(element("circle", cx=_per(x), cy=y, r=9, class_="chosen"))
    parts.extend(_labels(points, [each.k for each in ordered]))
    return Drawing(title=title, description=description, body="".join(parts), height=_BOTTOM + 44)


def described(choices: Sequence[Choice]) -> str:
    """Say in words what the picture of risk against loss shows.

    Example:
        >>> described([Choice(3, 0.014, 0.1, True, True)])
        'k = 3 leaves 0.10 and costs 1.4% (chosen).'
    """
    said = [
        f"k = {each.k} leaves {number(each.risk)} and costs {percent(each.loss, 1)}"
        + (" (chosen)" if each.chosen else "")
        for each in choices
    ]
    return f"{listed(said)}."


def ring() -> str:
    """Return the sign for the key that marks the chosen one."""
    return element("circle", cx=7, cy=7, r=6, class_="chosen")


def _per(place: float) -> str:
    return f"{written(place)}%"


def _down(value: float, upright: Scale) -> float:
    share = (value - upright.low) / (upright.high - upright.low)
    return _BOTTOM - share * (_BOTTOM - _TOP)


def _frame(across: Scale, upright: Scale) -> list[str]:
    parts = [element("text", text="highest probability of a right guess", x="1%", y=12,
                     class_="tick")]  # fmt: skip
    for value, text in numbered(upright, 4):
        y = _down(value, upright)
        parts.append(element("line", x1="12%", x2="96%", y1=y, y2=y, class_="grid"))
        parts.append(element("text", text=text, x="10.5%", y=y + 4, class_="tick end"))
    ticks = [tick for tick in across.ticks(4) if tick >= 0]
    fine = len(ticks) > 1 and ticks[1] < 0.01
    for value in ticks:
        text = percent(value, 1 if fine else 0)
        parts.append(
            element("text", text=text, x=across.at(value), y=_BOTTOM + 18, class_="tick middle")
        )
    name = "cells of keys suppressed"
    return [*parts, element("text", text=name, x="96%", y=_BOTTOM + 36, class_="tick end")]


def _limit(limit: float, upright: Scale) -> list[str]:
    y = _down(limit, upright)
    return [
        element("line", x1="12%", x2="96%", y1=y, y2=y, class_="middle-line"),
        element("text", text=f"limit {number(limit)}", x="96%", y=y - 5, class_="tick end"),
    ]


def _labels(points: Sequence[tuple[float, float]], names: Sequence[int]) -> list[str]:
    """Write k above each point, once for points that lie too close together."""
    groups: list[list[int]] = []
    for at, (x, y) in enumerate(points):
        if groups:
            x0, y0 = points[groups[-1][-1]]
            if x - x0 < _NEAR[0] and abs(y - y0) < _NEAR[1]:
                groups[-1].append(at)
                continue
        groups.append([at])
    parts = []
    for at, group in enumerate(groups):
        x = sum(points[each][0] for each in group) / len(group)
        y = min(points[each][1] for each in group)
        text = ", ".join(str(names[each]) for each in sorted(group, key=lambda i: names[i]))
        name = f"k = {text}" if at == 0 else text
        parts.append(element("text", text=name, x=_per(x), y=y - 15, class_="in middle"))
    return parts
