"""Between which limits does a share of a small population lie?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import normal_quantile
from consilience.stats.weighting.proportions import wilson_ends

Floats = NDArray[np.float64]

METHODS: Final = ("normal", "wilson", "exact")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareInterval:
    """What share is it, and between which limits?

    Args:
        share: of those who answered; nan if nobody did.
        se: its standard error with the finite population; nan with one answer of several.
        low: lower end of the share in the population, 0 to 1.
        high: upper end.
        count_low: lower end as a number of units; whole for `exact`.
        count_high: upper end as a number of units.
    """

    share: float
    se: float
    low: float
    high: float
    count_low: float
    count_high: float


def finite_interval(
    successes: int,
    n: int,
    population: float,
    *,
    method: str = "exact",
    confidence: float = 0.95,
    unbiased: bool = True,
) -> ShareInterval:
    """Between which limits does a share of the population lie, with n of N asked at random?

    Args:
        successes: how many of those who answered have the property, 0 to n.
        n: how many answered, 0 to `population`.
        population: N, how many units there are; inf for a population without end.
        method: `exact`: all numbers of units that a two-sided hypergeometric test at half the
            level each would not reject; `wilson`: with n (N - 1) / (N - n) for n; `normal`:
            share -+ z se, which goes wrong near 0 and 1.
        confidence: of the interval, 0 to 1.
        unbiased: whether se rests on p q / (n - 1) (1 - n / N), which is unbiased; else on
            p q / n (N - n) / (N - 1). `normal` uses it.

    Returns:
        The interval; nan if nobody answered. If all were asked it has no width.

    Raises:
        Fault: STA-001 for another method, STA-003 for impossible numbers; `exact` needs a finite
            population.

    Source:
        Cochran (1977), Sampling Techniques, 3.2-3.6; Wilson (1927); Buonaccorsi (1987), A note on
        confidence intervals for proportions in finite populations, American Statistician 41.

    Example:
        >>> found = finite_interval(30, 82, 150)
        >>> found.count_low, found.count_high, round(found.low, 3), round(found.high, 3)
        (45.0, 66.0, 0.3, 0.44)
    """
    if method not in METHODS:
        raise Fault("STA-001", what="interval", value=method, known=", ".join(METHODS))
    _checked(successes, n, population, method, confidence)
    if not n:
        nan = float("nan")
        return ShareInterval(share=nan, se=nan, low=nan, high=nan, count_low=nan, count_high=nan)
    share = successes / n
    se = _se(share, n, population, unbiased=unbiased)
    level = (1 + confidence) / 2
    if method == "exact":
        low, high = (each / population for each in _exact(successes, n, int(population), level))
    elif n == population:
        low = high = share
    elif method == "wilson":
        worth = n if np.isinf(population) else n * (population - 1) / (population - n)
        ends = wilson_ends(np.asarray(share), np.asarray(worth), float(normal_quantile(level)))
        low, high = float(ends[0]), float(ends[1])
    else:
        reach = float(normal_quantile(level)) * se
        low, high = share - reach, share + reach
    return ShareInterval(
        share=share,
        se=se,
        low=low,
        high=high,
        count_low=low * population,
        count_high=high * population,
    )


def _checked(successes: int, n: int, population: float, method: str, confidence: float) -> None:
    if not 0 <= successes <= n:
        raise Fault("STA-003", what="number of successes", value=successes, wanted=f"0 to {n}")
    if not n <= population or population < 1:
        wanted = f"a population of at least {max(n, 1)}"
        raise Fault("STA-003", what="population", value=population, wanted=wanted)
    if method == "exact" and not float(population).is_integer():
        wanted = "a whole number for the exact interval"
        raise Fault("STA-003", what="population", value=population, wanted=wanted)
    if not 0 < confidence < 1:
        raise Fault("STA-003", what="confidence", value=confidence, wanted="a share from 0 to 1")


def _se(share: float, n: int, population: float, *, unbiased: bool) -> float:
    if n == population:
        return 0.0
    spread = share * (1 - share)
    if unbiased:
        return float(np.sqrt(spread / (n - 1) * (1 - n / population))) if n > 1 else float("nan")
    left = 1.0 if np.isinf(population) else (population - n) / (population - 1)
    return float(np.sqrt(spread / n * left))


def _exact(successes: int, n: int, population: int, level: float) -> tuple[int, int]:
    """Return the least and greatest number of units with the property not rejected."""
    least, most = successes, population - (n - successes)
    # A tail that is the level itself does not reject, whatever its last digit.
    limit = (1 - level) * (1 - 1e-9)
    # P(X >= x) grows with the number of units, so both ends can be halved towards.
    low = _first(least, most, lambda k: _at_least(successes, n, k, population) > limit)
    # P(X <= x) = P(n - X >= n - x), seen from the units without the property.
    other = _first(
        population - most,
        population - least,
        lambda k: _at_least(n - successes, n, k, population) > limit,
    )
    return low, population - other


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _at_least(x: int, n: int, marked: int, population: int) -> float:
    """Return P(X >= x) for n drawn of the population with so many marked."""
    start, end = max(0, n - (population - marked)), min(n, marked)
    if x <= start:
        return 1.0
    k = np.arange(start, end, dtype=float)
    steps = np.log((marked - k) * (n - k)) - np.log((k + 1) * (population - marked - n + k + 1))
    log = np.concatenate([[0.0], steps.cumsum()])
    mass = np.exp(log - log.max())
    return float(mass[x - start :].sum() / mass.sum())
