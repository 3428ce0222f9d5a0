"""How large is the error of a single answer, judged from the answers themselves?"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Alternating least squares ends when no answer moves by more than this share of the largest, or
# after so many sweeps.
SETTLED: Final = 1e-9
SWEEPS: Final = 500


def residual_sd(values: Floats) -> float:
    """How large is the error of a single answer, as far as the answers themselves can tell?

    Each answer is compared with what the area and agency, the area and item, and the agency and
    item would make one expect; the rest is taken to be error, though it holds whatever is
    special to one agency, in one area, on one item.

    Args:
        values: (areas, agencies, items), nan where missing.

    Returns:
        Standard deviation of the rest, in the units of the answers; nan where it has no degrees
        of freedom, as without at least two areas, agencies and items.

    Source:
        The mean square of the three-way interaction in the fully crossed design of
        generalisability theory (Brennan 2001, Generalizability Theory, chapter 3). With missing
        answers least squares by alternating between the three sets of means.

    Example:
        >>> answers = np.array([[[1.0, 2.0], [3.0, 4.0]], [[2.0, 3.0], [4.0, 7.0]]])
        >>> round(residual_sd(answers), 4)
        0.7071
    """
    known = ~np.isnan(values)
    # Cells of each margin that hold anything, less what the margins share.
    fitted = sum(known.any(axis=axis).sum() for axis in (0, 1, 2)) + 1
    fitted -= sum(known.any(axis=axes).sum() for axes in ((1, 2), (0, 2), (0, 1)))
    freedom = int(known.sum() - fitted)
    if freedom <= 0:
        return float("nan")
    rest = np.where(known, values, 0.0)
    settled = SETTLED * float(np.abs(rest).max())
    for _ in range(SWEEPS):
        before = rest
        for axis in (0, 1, 2):
            counts = np.maximum(known.sum(axis=axis, keepdims=True), 1)
            rest = np.where(known, rest - rest.sum(axis=axis, keepdims=True) / counts, 0.0)
        if float(np.abs(rest - before).max()) <= settled:
            break
    return math.sqrt(float((rest * rest).sum()) / freedom)
