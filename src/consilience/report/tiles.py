"""A map of one tile an area: every area counts the same and keeps its place among others."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.report.model import Drawing
from consilience.report.svg import element, ink_on
from consilience.stats.assignment import assign

MOST_TILES: Final = 1200  # the assignment is cubic; beyond this a tile is too small to read
_SIDE: Final = 40.0
_POINTS: Final = frozenset({"North", "South", "East", "West", "Central"})


@dataclass(frozen=True, slots=True)
class Tile:
    """One area of the map.

    Args:
        name: shown short in the tile, whole when pointed at.
        fill: colour, empty for an area without a value.
        text: what stands large in the tile, so that colour is never alone.
        chosen: whether it has the heavy frame.
    """

    name: str
    fill: str
    text: str
    chosen: bool = False


def _spread(values: NDArray[np.float64], *, even: float) -> NDArray[np.float64]:
    """Mix places with their ranks: dense places get room, the outline stays."""
    order = np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(np.float64)
    ranks = order / max(len(values) - 1, 1)
    reach = float(values.max() - values.min()) or 1.0
    mixed = (1 - even) * (values - values.min()) / reach + even * ranks
    return np.asarray(mixed, dtype=np.float64)


def _is_degrees(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    return bool(np.abs(x).max() <= 180 and np.abs(y).max() <= 90)


def place_tiles(
    x: NDArray[np.float64], y: NDArray[np.float64], *, even: float = 0.55, room: float = 1.35
) -> NDArray[np.int64]:
    """Answer which cell of a grid each area takes, so that neighbours stay neighbours.

    Args:
        x: shape (areas,), eastings or longitudes, none missing.
        y: shape (areas,), northings or latitudes.
        even: 0 keeps true distances, 1 spreads the areas evenly; between them dense places
            open up and the outline can still be known.
        room: cells of the grid an area; more than 1 leaves the sea empty.

    Returns:
        Shape (areas, 2): column from the west, row from the north, both from 0; no cell twice.

    Source:
        Least sum of squared displacements, a linear assignment.

    Example:
        >>> x, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 1.0, 0.0, 0.0])
        >>> place_tiles(x, y, room=1).tolist()
        [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    wide = float(np.ptp(x)) * (
        math.cos(math.radians(float(y.mean()))) if _is_degrees(x, y) else 1.0
    )
    tall = float(np.ptp(y))
    shape = min(max(wide / tall if tall else 3.0, 0.4), 2.5)
    cells = max(len(x) * room, len(x))
    columns = max(1, round(math.sqrt(cells * shape)))
    rows = max(1, math.ceil(cells / columns))
    across = _spread(x, even=even) * (columns - 1)
    down = (1 - _spread(y, even=even)) * (rows - 1)
    grid = np.array([(c, r) for r in range(rows) for c in range(columns)], dtype=np.float64)
    cost = (across[:, None] - grid[None, :, 0]) ** 2 + (down[:, None] - grid[None, :, 1]) ** 2
    places = grid[assign(cost)].astype(np.int64)
    return np.asarray(places - places.min(axis=0), dtype=np.int64)


def short_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return four letters a name, as different as they get.

    Example:
        >>> short_names(["Kent", "North Yorkshire", "Derby", "Derbyshire", "Isle of Wight"])
        ('Kent', 'NYor', 'Dery', 'Dere', 'Isle')
    """
    first = [_short(name) for name in names]
    count = Counter(first)
    return tuple(
        short if count[short] == 1 else _shorter(name)
        for name, short in zip(names, first, strict=True)
    )


def _words(name: str) -> list[str]:
    words = re.split(r"[ ,.-]+", name)
    return [word for word in words if word[:1].isupper() or word[:1].isdigit()]


def _short(name: str) -> str:
    words = _words(name)
    if not words:
        return name[:4]
    if len(words) > 1 and (words[0] in _POINTS or len(words[0]) < 3):
        heads = "".join(word[:1] for word in words[:-1])[:2] if words[0] in _POINTS else words[0]
        return (heads + words[-1])[:4]
    return words[0][:4]


def _shorter(name: str) -> str:
    """Return three letters and one that tells apart: of the next word, else the last one."""
    words = _words(name) or [name]
    return words[0][:3] + (words[-1][0] if len(words) > 1 else name[-1])


def tile_map(
    tiles: Sequence[Tile], places: NDArray[np.int64], *, title: str, description: str
) -> Drawing:
    """Answer where the values lie: one tile an area, at the places of `place_tiles`."""
    columns, rows = (places.max(axis=0) + 1).tolist()
    parts, rings = [], []
    for tile, short, (column, row) in zip(
        tiles, short_names([t.name for t in tiles]), places.tolist(), strict=True
    ):
        left, top = column * _SIDE + 3, row * _SIDE + 3
        parts.append(_tile(tile, short, left, top))
        if tile.chosen:
            rings.append(
                element(
                    "rect",
                    x=left + 1,
                    y=top + 1,
                    width=_SIDE - 4,
                    height=_SIDE - 4,
                    rx=4,
                    class_="chosen",
                )
            )
    return Drawing(
        title=title,
        description=description,
        body="".join([*parts, *rings]),
        height=rows * _SIDE + 6,
        width=columns * _SIDE + 6,
    )


def _tile(tile: Tile, short: str, left: float, top: float) -> str:
    side = _SIDE - 2
    inside = [element("title", text=f"{tile.name}: {tile.text or 'no value'}")]
    ink: dict[str, float | str]
    if tile.fill:
        inside.append(element("rect", x=left, y=top, width=side, height=side, rx=4, fill=tile.fill))
        ink = {"fill": ink_on(tile.fill)}
    else:
        inside.append(element("rect", x=left, y=top, width=side, height=side, rx=4, class_="empty"))
        ink = {"class_": "quiet"}
    middle = left + side / 2
    look = f"tile {ink.pop('class_', '')}".strip()
    inside.append(
        element(
            "text",
            text=short,
            x=middle,
            y=top + (15 if tile.text else 24),
            class_=f"{look} small",
            **ink,
        )
    )
    if tile.text:
        inside.append(
            element("text", text=tile.text, x=middle, y=top + 33, class_=f"{look} large", **ink)
        )
    return element("g", *inside)
