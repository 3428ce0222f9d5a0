"""How sure is agreement, if other texts of the same kind had been coded?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from consilience.base.errors import Fault
from consilience.stats.resample import Streams, blocks, bootstrap_weights
from consilience.stats.unitizing.spans import Booleans, Floats

# Gives (b, ...) coefficients for (b, d) weights of texts.
Work = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBootstrap:
    """How often texts are drawn anew.

    Args:
        replicates: samples of texts.
        streams: the random stream of a block of replicates, by its number.
        level: share of replicates between the ends of an interval, between 0 and 1.

    Example:
        >>> from consilience.base.seeds import stream
        >>> drawing = TextBootstrap(replicates=1000, streams=lambda n: stream(1, "texts", block=n))
        >>> drawing.level
        0.95
    """

    replicates: int
    streams: Streams
    level: float = 0.95


def intervals_of_texts(
    values: Floats,
    work_of: Callable[[Booleans], Work],
    *,
    chosen: Booleans,
    bootstrap: TextBootstrap | None,
) -> tuple[Floats, Floats]:
    """Return the ends of percentile intervals when texts are drawn with replacement.

    Args:
        values: (s, ...) coefficients of each choice of texts.
        work_of: for a choice of texts, what gives (b, ...) coefficients for (b, d) weights.
        chosen: (s, d) the texts; those without two readers carry nothing but are drawn.
        bootstrap: how they are drawn; None for no intervals.

    Returns:
        Lower and upper ends, as `values`; nan without a value, with fewer than two texts, and
        where fewer than half of the replicates have a value.

    Raises:
        Fault: STA-003 for a level outside 0 to 1.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, 13.3, by clusters: the
        words of a text depend on each other, so whole texts are drawn.
    """
    low, high = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    if bootstrap is None:
        return low, high
    if not 0 < bootstrap.level < 1:
        raise Fault(
            "STA-003", what="the level", value=bootstrap.level, wanted="a number between 0 and 1"
        )
    for number, choice in enumerate(chosen):
        if np.count_nonzero(choice) > 1 and bootstrap.replicates:
            drawn = _drawn(work_of(choice), choice, bootstrap)
            low[number], high[number] = percentiles(drawn, level=bootstrap.level)
    missing = np.isnan(values)
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)


def _drawn(work: Work, choice: Booleans, bootstrap: TextBootstrap) -> Floats:
    texts = np.flatnonzero(choice)
    drawn: Floats | None = None
    first = 0
    for number, size in blocks(bootstrap.replicates):
        weights = np.zeros((size, len(choice)))
        weights[:, texts] = bootstrap_weights(
            bootstrap.streams(number), units=len(texts), replicates=size
        )
        block = work(weights)
        if drawn is None:
            drawn = np.empty((bootstrap.replicates, *block.shape[1:]))
        drawn[first : first + size] = block
        first += size
    return drawn if drawn is not None else np.empty((0,))


def percentiles(draws: Floats, *, level: float) -> tuple[Floats, Floats]:
    """Return the quantiles (1 - level) / 2 and (1 + level) / 2 over the first axis.

    Undefined draws are left out; where they are more than half, the ends are nan.
    """
    ordered = np.sort(draws, axis=0)  # nan comes last
    known = (~np.isnan(ordered)).sum(axis=0)
    ends = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        place = share * np.maximum(known - 1, 0)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(known - 1, 0))
        low, high = (np.take_along_axis(ordered, at[None], axis=0)[0] for at in (below, above))
        end = low + (place - below) * (high - low)
        ends.append(np.where(2 * known >= len(draws), end, np.nan))
    return ends[0], ends[1]
