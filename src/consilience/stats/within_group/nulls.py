"""How would people answer who do not agree at all?"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]

# LeBreton and Senter (2008), Table 2: shares of answers on five points; the long tail is low.
FIVE_POINTS: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "slight-skew": (0.05, 0.15, 0.20, 0.35, 0.25),
        "moderate-skew": (0.00, 0.10, 0.15, 0.40, 0.35),
        "heavy-skew": (0.00, 0.00, 0.10, 0.40, 0.50),
        "triangular": (0.11, 0.22, 0.34, 0.22, 0.11),
        "normal": (0.07, 0.24, 0.38, 0.24, 0.07),
    }
)

KINDS: Final = ("uniform", *FIVE_POINTS, "maximum")


def null_distribution(points: int, *, kind: str = "uniform") -> Floats:
    """What share of answers falls on each point of a scale when there is no agreement?

    Args:
        points: A, points of the scale, 2 or more.
        kind: `uniform`, every point alike; `slight-skew`, `moderate-skew`, `heavy-skew`, all
            lean the same way (leniency, severity); `triangular` and `normal`, all tend to
            the middle; `maximum`, one half at each end.

    Returns:
        (points,) shares, sum 1. The skews favour the upper end; the variance of the mirror
        image is the same.

    Raises:
        Fault: STA-001 for another kind, STA-003 for fewer than two points.

    Source:
        LeBreton and Senter (2008), Answers to 20 questions about interrater reliability and
        interrater agreement, Table 2, for five points; James, Demaree and Wolf (1984) for the
        triangular one of other scales (1, 2, ..., 2, 1); Lindell and Brandt (1999) for
        `maximum`.

    Differs:
        For other than five points the published tables choose shares by eye. Here the skewed
        and normal shapes of five points are spread evenly over the scale, so the variance may
        differ from a printed one: give that number itself if a printed one is wanted.

    Example:
        >>> null_distribution(5, kind="normal").tolist()
        [0.07, 0.24, 0.38, 0.24, 0.07]
    """
    if kind not in KINDS:
        raise Fault("STA-001", what="null distribution", value=kind, known=", ".join(KINDS))
    if points < 2:
        raise Fault("STA-003", what="number of points", value=points, wanted="2 or more")
    if kind == "uniform":
        return np.full(points, 1 / points)
    if kind == "maximum":
        ends = np.zeros(points)
        ends[[0, -1]] = 0.5
        return ends
    if points == 5:
        return np.array(FIVE_POINTS[kind])
    if kind == "triangular":
        steps = np.minimum(np.arange(points), np.arange(points)[::-1]) + 1.0
        return np.asarray(steps / steps.sum())
    below = np.concatenate([[0.0], np.cumsum(FIVE_POINTS[kind])])
    return np.diff(np.interp(np.linspace(0, 5, points + 1), np.arange(6), below))


def null_variance(points: int, *, kind: str = "uniform") -> float:
    """How much would answers vary when there is no agreement?

    Args:
        points: A, points of the scale, 2 or more, one unit apart.
        kind: as for `null_distribution`.

    Returns:
        The variance of the shares: (A² - 1) / 12 for `uniform`.

    Raises:
        Fault: STA-001 for another kind, STA-003 for fewer than two points.

    Source:
        LeBreton and Senter (2008), Table 2; James, Demaree and Wolf (1984) for `uniform`.

    Example:
        >>> null_variance(5), round(null_variance(5, kind="slight-skew"), 2)
        (2.0, 1.34)
    """
    if kind == "uniform" and points >= 2:
        return (points**2 - 1) / 12
    shares = null_distribution(points, kind=kind)
    scale = np.arange(1.0, points + 1)
    return float(shares @ (scale - shares @ scale) ** 2)
