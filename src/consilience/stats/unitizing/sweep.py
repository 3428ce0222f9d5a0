"""Where along a text does what coders marked change?

Every start and end of a passage is an event. Between two events nothing changes, so a text of any
length is as many stretches as it has events, and characters are never laid out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from consilience.stats.unitizing.spans import Integers, Spans


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sweep:
    """Events in order of place, group by group; each begins a stretch.

    Args:
        span: (e,) the passage that starts or ends.
        sign: (e,) 1 where it starts, -1 where it ends.
        group: (e,) the group of the stretch.
        start: (e,) where the stretch begins.
        length: (e,) how long it is, 0 where several events are in one place.
    """

    span: Integers
    sign: Integers
    group: Integers
    start: Integers
    length: Integers

    def level(self, weights: ArrayLike) -> Integers:
        """Return for each stretch the sum of weights (n,) of the passages that cover it."""
        given = np.asarray(weights, dtype=np.int64)
        return np.cumsum(self.sign * given[self.span])


def sweep(spans: Spans, group: Integers) -> Sweep:
    """Where does something change?

    Args:
        spans: the passages.
        group: (n,) what each is swept with; passages of two groups do not meet.

    Returns:
        The events. After the last event of a group nothing is marked, and its length is 0.
    """
    n = len(spans)
    place = np.concatenate([spans.start, spans.end])
    groups = np.concatenate([group, group])
    order = np.lexsort((place, groups))
    place, groups = place[order], groups[order]
    length = np.zeros(2 * n, dtype=np.int64)
    same = groups[1:] == groups[:-1]
    length[:-1] = np.where(same, place[1:] - place[:-1], 0)
    return Sweep(
        span=np.asarray(order % max(n, 1), dtype=np.int64),
        sign=np.where(order < n, 1, -1).astype(np.int64),
        group=groups,
        start=place,
        length=length,
    )
