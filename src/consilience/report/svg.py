"""The pieces that pictures are drawn from: elements, scales, marks, colours.

Horizontal places are percentages of the picture's width, vertical ones pixels, so that a
picture fills a phone and a desk alike while its letters keep their size. Colours come from
the classes of the stylesheet, which knows light, dark and print.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Okabe and Ito (2008), vermilion through grey to blue: apart for every kind of colour vision.
_RAMP: Final = ((213, 94, 0), (240, 178, 82), (221, 221, 221), (120, 190, 232), (0, 114, 178))
_SHAPES: Final = (
    "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0Z",
    "M0-6L6 0L0 6L-6 0Z",
    "M0-6L6 5L-6 5Z",
    "M-4.5-4.5H4.5V4.5H-4.5Z",
    "M0 6L6-5L-6-5Z",
    "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
)
SERIES: Final = len(_SHAPES)


def written(value: float | str) -> str:
    """Write a coordinate, the same bytes on every machine: at most two decimals."""
    if isinstance(value, str):
        return value
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(tag: str, *inside: str, text: str = "", **attributes: float | str) -> str:
    """Return one svg element.

    Args:
        tag: its name.
        inside: markup made by this function.
        text: plain text, escaped here.
        attributes: `class_` and `text_anchor` stand for names Python cannot have.

    Example:
        >>> element("text", text="A < B", x="50%", class_="label")
        '<text x="50%" class="label">A &lt; B</text>'
    """
    head = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(written(value))}"'
        for name, value in attributes.items()
    )
    content = html.escape(text, quote=False) + "".join(inside)
    return f"<{tag}{head}>{content}</{tag}>" if content else f"<{tag}{head}/>"


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to per cent of the width: `low` lies at `start`, `high` at `end`."""

    low: float
    high: float
    start: float = 36
    end: float = 96

    def place(self, value: float) -> float:
        """Return the place of a value in per cent, held inside the scale."""
        reach = self.high - self.low
        share = (value - self.low) / reach if reach else 0.5
        return self.start + (self.end - self.start) * min(max(share, 0), 1)

    def at(self, value: float) -> str:
        """Return the place of a value as an attribute."""
        return f"{written(self.place(value))}%"

    def ticks(self, about: int = 5) -> tuple[float, ...]:
        """Return round values on the scale, about so many.

        Example:
            >>> Scale(0, 93).ticks()
            (0, 20, 40, 60, 80)
        """
        reach = self.high - self.low
        if reach <= 0:
            return (self.low,)
        power = 10 ** math.floor(math.log10(reach / about))
        step = next(m * power for m in (1, 2, 5, 10) if reach / (m * power) <= about + 0.5)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return tuple(round(n * step, 10) for n in range(first, last + 1))


def covering(values: Sequence[float], *, start: float = 36, end: float = 96) -> Scale:
    """Return a scale over the values with a little room at both ends."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return Scale(0, 1, start, end)
    low, high = min(known), max(known)
    room = (high - low) * 0.06 or abs(high) * 0.06 or 0.5
    return Scale(low - room, high + room, start, end)


def mark(series: int, x: str, y: float, *, size: float = 1, class_: str = "") -> str:
    """Return the mark of one series, told apart by shape and by colour."""
    shape = element("path", d=_SHAPES[series % SERIES])
    if size != 1:
        shape = element("g", shape, transform=f"scale({written(size)})")
    name = f"mark s{series % SERIES} {class_}".strip()
    return element("svg", shape, x=x, y=y, overflow="visible", class_=name)


def axis(scale: Scale, *, top: float, bottom: float, labels: Sequence[tuple[float, str]]) -> str:
    """Return light vertical lines with their values above."""
    parts = []
    for value, label in labels:
        at = scale.at(value)
        parts.append(element("line", x1=at, x2=at, y1=top, y2=bottom, class_="grid"))
        parts.append(element("text", text=label, x=at, y=top - 6, class_="tick middle"))
    return "".join(parts)


def numbered(scale: Scale, about: int = 5) -> list[tuple[float, str]]:
    """Return the ticks of a scale with their labels."""
    ticks = scale.ticks(about)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0
    return [(tick, f"{tick:,.{decimals}f}".replace("-", "−")) for tick in ticks]


def band_colour(band: int, bands: int) -> str:
    """Return the fill of an ordered category: 1 is vermilion, the last one blue.

    Example:
        >>> [band_colour(band, 5) for band in (1, 3, 5)]
        ['#d55e00', '#dddddd', '#0072b2']
    """
    place = (band - 1) / max(bands - 1, 1) * (len(_RAMP) - 1)
    low = min(int(place), len(_RAMP) - 2)
    share = place - low
    pairs = zip(_RAMP[low], _RAMP[low + 1], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def steps_colour(step: int, steps: int) -> str:
    """Return the fill of a count from 0 (pale) to `steps` (blue)."""
    pale, deep = (233, 238, 242), (0, 114, 178)
    share = step / max(steps, 1)
    pairs = zip(pale, deep, strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def ink_on(fill: str) -> str:
    """Return black or white, whichever reads better on a fill.

    Source: relative luminance of WCAG 2.2; black wins above 0.179.
    """
    channels = (int(fill[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"


def swatch(fill: str) -> str:
    """Return a small square of a fill for a key."""
    return element("rect", x=1.5, y=1.5, width=11, height=11, fill=fill, class_="edge")


def sign(series: int, *, class_: str = "") -> str:
    """Return the mark of a series for a key."""
    return mark(series, "7", 7, class_=class_)
