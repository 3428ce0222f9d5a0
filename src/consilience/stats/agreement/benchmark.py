"""How good is an agreement, given that it is known with error only?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import normal_tail

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Words for ranges of an agreement coefficient.

    Args:
        labels: from the lowest range to the highest.
        limits: where one range ends and the next begins, one fewer than labels; the limit
            belongs to the higher range.

    Example:
        >>> Scale(labels=("poor", "good"), limits=(0.5,)).limits
        (0.5,)
    """

    labels: tuple[str, ...]
    limits: tuple[float, ...]


SCALES: Final[Mapping[str, Scale]] = MappingProxyType(
    {
        "landis-koch": Scale(
            labels=("Poor", "Slight", "Fair", "Moderate", "Substantial", "Almost Perfect"),
            limits=(0.0, 0.2, 0.4, 0.6, 0.8),
        ),
        "altman": Scale(
            labels=("Poor", "Fair", "Moderate", "Good", "Very Good"), limits=(0.2, 0.4, 0.6, 0.8)
        ),
        "fleiss": Scale(labels=("Poor", "Intermediate to Good", "Excellent"), limits=(0.40, 0.75)),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Benchmark:
    """In which range of a scale an agreement coefficient may be.

    Args:
        label: the best label that is reached with the probability asked for; "" if the
            coefficient is undefined. The lowest label is always reached.
        labels: from the best to the worst.
        lows: (k,) where each range begins.
        highs: (k,) where it ends.
        probabilities: (k,) that the true coefficient is in the range.
        cumulative: (k,) that it is in the range or a better one.

    Example:
        >>> benchmark(0.7, 0.1).labels[0]
        'Almost Perfect'
    """

    label: str
    labels: tuple[str, ...]
    lows: Floats
    highs: Floats
    probabilities: Floats
    cumulative: Floats


def category_probabilities(
    coefficient: ArrayLike,
    standard_error: ArrayLike | None = None,
    *,
    limits: Sequence[float],
    lowest: float = -1.0,
    highest: float = 1.0,
) -> Floats:
    """How probable is each of several ordered categories of a coefficient?

    Args:
        coefficient: with errors, any shape (...); without, (draws, ...) draws of it, such as
            bootstrap replicates, of which nan is left out.
        standard_error: (...) of the coefficient; 0 says that it is known.
        limits: (k - 1,) ascending; a limit belongs to the category above it.
        lowest: least value that the coefficient can have.
        highest: greatest value.

    Returns:
        (..., k) probabilities of the categories in ascending order. From errors: a normal
        distribution cut at `lowest` and `highest`. nan where the coefficient or its error is
        nan, or no draw is left.

    Raises:
        Fault: STA-003 for limits that do not ascend or a negative error.

    Source:
        Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, section 6.5.

    Example:
        >>> category_probabilities(0.55, 0.1, limits=(0.4, 0.7)).round(3).tolist()
        [0.067, 0.866, 0.067]
        >>> category_probabilities([0.1, 0.5, 0.6, 0.9], limits=(0.4, 0.7)).tolist()
        [0.25, 0.5, 0.25]
    """
    cuts = np.asarray(limits, dtype=float)
    if not (np.diff(cuts) > 0).all():
        raise Fault(
            "STA-003", what="the row of limits", value=list(limits), wanted="ascending numbers"
        )
    value = np.asarray(coefficient, dtype=float)
    if standard_error is None:
        return _shares(value, cuts)
    error = np.asarray(standard_error, dtype=float)
    if (error < 0).any():
        raise Fault(
            "STA-003", what="a standard error", value=float(error.min()), wanted="0 or more"
        )
    value, error = np.broadcast_arrays(value, error)
    above = _above(value, error, np.concatenate([[lowest], cuts, [highest]]))
    inside = above[..., :1] - above[..., -1:]
    chances = above[..., :-1] - above[..., 1:]
    # With a limit beyond the range of the coefficient nothing may be left inside.
    spread: Floats = np.divide(
        chances, inside, out=np.full(chances.shape, np.nan), where=inside > 0
    )
    place = (value[..., None] >= cuts).sum(axis=-1)
    known = (np.arange(len(cuts) + 1) == place[..., None]).astype(float)
    known[np.isnan(value)] = np.nan
    return np.where((error == 0)[..., None], known, spread)


def benchmark(
    coefficient: float,
    standard_error: float,
    *,
    scale: str | Scale = "landis-koch",
    certainty: float = 0.95,
) -> Benchmark:
    """How good is an agreement for sure?

    Args:
        coefficient: an agreement coefficient, at most 1.
        standard_error: its error, 0 or more.
        scale: `landis-koch`, `altman`, `fleiss`, or an own one.
        certainty: how probable the label or a better one must be, between 0 and 1.

    Returns:
        The label with the probabilities behind it, so that it never stands alone.

    Raises:
        Fault: STA-001 for an unknown scale, STA-003 for a negative error or an impossible
            certainty.

    Source:
        Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, section 6.5: cumulative
        membership probabilities. The scales are those of Landis and Koch (1977), Altman (1991)
        and Fleiss (1981).

    Differs:
        irrCAC::landis.koch.bf, altman.bf and fleiss.bf give `cumulative`, to 5 digits.

    Example:
        >>> found = benchmark(0.77544, 0.14295)
        >>> found.label, found.cumulative.round(5).tolist()
        ('Moderate', [0.39674, 0.88336, 0.99542, 0.99997, 1.0, 1.0])
    """
    if isinstance(scale, str) and scale not in SCALES:
        raise Fault("STA-001", what="scale", value=scale, known=", ".join(SCALES))
    if not 0 < certainty < 1:
        raise Fault("STA-003", what="certainty", value=certainty, wanted="a number between 0 and 1")
    words = SCALES[scale] if isinstance(scale, str) else scale
    ascending = category_probabilities(coefficient, standard_error, limits=words.limits)
    labels = words.labels[::-1]
    probabilities = ascending[::-1]
    cumulative = np.minimum(probabilities.cumsum(), 1.0)
    reached = np.flatnonzero(cumulative >= certainty)
    limits = np.array(words.limits)
    return Benchmark(
        label="" if np.isnan(cumulative).any() else labels[int(reached[0])],
        labels=labels,
        lows=np.concatenate([[-1.0], limits])[::-1],
        highs=np.concatenate([limits, [1.0]])[::-1],
        probabilities=probabilities,
        cumulative=cumulative,
    )


def _above(value: Floats, error: Floats, edges: Floats) -> Floats:
    """Return the probability to be above each edge; anything where the error is 0."""
    safe = np.where(error > 0, error, np.nan)[..., None]
    with np.errstate(over="ignore"):
        return normal_tail((edges - value[..., None]) / safe)


def _shares(draws: Floats, cuts: Floats) -> Floats:
    there = ~np.isnan(draws)
    count = there.sum(axis=0)
    place = (draws[..., None] >= cuts).sum(axis=-1)
    held = [((place == number) & there).sum(axis=0) for number in range(len(cuts) + 1)]
    shares: Floats = np.divide(
        np.stack(held, axis=-1),
        count[..., None],
        out=np.full((*count.shape, len(held)), np.nan),
        where=count[..., None] > 0,
    )
    return shares
