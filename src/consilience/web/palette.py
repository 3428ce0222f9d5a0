"""The colours of codes: few, told apart by most eyes, readable in light and dark.

A code's own colour, such as another program gave it, is kept for exchange; the page draws the
nearest of ours, because it must be seen on white and on black, and no rule may stand in a line.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from consilience.base.shades import shade_of

# Of Okabe and Ito where they can be seen on white; in the order of `--k0` to `--k7`.
PALETTE: Final = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#aa4c86",
    "#8a6d00",
    "#3f8fc4",
    "#c4372f",
    "#56616b",
)
_GREY: Final = 7


class CodeLike(Protocol):
    """A code as far as its colour goes."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def colour(self) -> str | None: ...  # noqa: D102


def colours_of(codes: Sequence[CodeLike]) -> Mapping[str, int]:
    """Return the number of the colour of each code: its own, or what its id tells.

    It stays whatever becomes of others, and of the code itself: a colour that moved would have
    people read the lines under words wrongly.

    Args:
        codes: in any order.
    """
    return {
        code.id: shade_of(code.id) if code.colour is None else nearest(code.colour)
        for code in codes
    }


def nearest(colour: str) -> int:
    """Return the number of the colour of ours that is nearest in hue; grey for what has none.

    Args:
        colour: `#RRGGBB`.

    Example:
        >>> nearest("#ff0000"), nearest("#777777")
        (6, 7)
    """
    hue, _, saturation = _hls(colour)
    if saturation < 0.12:
        return _GREY
    return min(range(_GREY), key=lambda number: _apart(hue, _hls(PALETTE[number])[0]))


def _hls(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return colorsys.rgb_to_hls(red, green, blue)


def _apart(one: float, other: float) -> float:
    return min(abs(one - other), 1 - abs(one - other))
