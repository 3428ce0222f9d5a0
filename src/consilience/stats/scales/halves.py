"""How far do the two halves of a scale agree, for every way of halving it?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice
from math import comb
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.scales.alpha import raw_alpha, spearman_brown, unique_shares
from consilience.stats.scales.moments import correlation, moments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BASES: Final = ("correlation", "covariance")
_NAN: Final = float("nan")

# Scales with at most this many items are halved in every way: 6,435 ways for 16.
EVERY: Final = 16
_BLOCK: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SplitHalf:
    """How far halves of a scale agree; nan where undefined.

    Args:
        n: people with every item answered.
        splits: (splits,) Guttman's coefficient 4 c_ab / variance of the sum, for each halving
            looked at, c_ab being the covariance of the halves.
        greatest: of them (lambda 4); its half in `greatest_half`.
        least: of them (beta, the worst split half); its half in `least_half`.
        mean: of them; alpha, if the number of items is even and every halving was looked at.
        greatest_half: places of the items in one of the halves.
        least_half: places of the items in one of the halves.
        odd_even: Guttman's coefficient for odd against even items.
        odd_even_r: correlation of those two halves.
        spearman_brown: that correlation stepped up to the whole length.
        lambda1: Guttman's lambda 1.
        lambda2: Guttman's lambda 2.
        lambda3: Guttman's lambda 3, which is alpha.
        lambda6: Guttman's lambda 6.
        every: whether every halving was looked at.

    Example:
        >>> split_half([[1, 2], [2, 3], [3, 3]]).every
        True
    """

    n: int
    splits: Floats
    greatest: float
    least: float
    mean: float
    greatest_half: tuple[int, ...]
    least_half: tuple[int, ...]
    odd_even: float
    odd_even_r: float
    spearman_brown: float
    lambda1: float
    lambda2: float
    lambda3: float
    lambda6: float
    every: bool


def split_half(
    items: ArrayLike,
    *,
    based: str = "correlation",
    missing: str = "complete",
    rng: np.random.Generator | None = None,
    samples: int = 10_000,
) -> SplitHalf:
    """How far do the two halves of a scale agree, for every way of halving it?

    Args:
        items: (people, items), nan where missing, negative items turned round already.
        based: `correlation` brings items to equal variance first, `covariance` does not.
        missing: `complete` or `pairwise`, see `cronbach_alpha`.
        rng: needed above 16 items, where halvings are drawn.
        samples: how many are drawn then.

    Returns:
        See `SplitHalf`. Of an odd number of items one half has one more. Items that do not vary
        are left out.

    Raises:
        Fault: STA-001 for another basis or rule, STA-002 if there are not two dimensions,
            STA-003 if a stream is needed and not given.

    Source:
        Guttman (1945), A basis for analyzing test-retest reliability; Revelle (1979),
        Hierarchical cluster analysis and the internal structure of tests, for beta.

    Differs:
        psych::splitHalf gives `greatest`, `least`, `mean`, lambda2, lambda3, lambda6 for
        `correlation`; it also turns items round by itself unless told not to, and of an odd
        number of items it takes a part of the halvings only, whose mean then is another.

    Example:
        >>> answers = [[4, 5, 4, 3], [2, 3, 2, 2], [5, 4, 4, 5], [1, 2, 3, 2], [3, 3, 3, 5]]
        >>> found = split_half(answers)
        >>> round(found.greatest, 3), round(found.mean, 3), round(found.lambda3, 3)
        (0.945, 0.876, 0.876)
    """
    if based not in BASES:
        raise Fault("STA-001", what="basis of halves", value=based, known=", ".join(BASES))
    table = moments(items, missing=missing)
    varies = np.flatnonzero(~table.constant)
    matrix = table.covariance[np.ix_(varies, varies)]
    count = len(varies)
    if count > EVERY and rng is None:
        raise Fault("STA-003", what="rng", value=None, wanted="a stream, with over 16 items")
    r = correlation(matrix)
    matrix = r if based == "correlation" else matrix
    total = float(matrix.sum())
    if count < 2 or not total > 1e-12 * np.trace(matrix):
        return _nothing(table.n)
    halves = _every_half(count) if rng is None or count <= EVERY else _drawn(count, samples, rng)
    splits = _coefficients(matrix, halves)
    odd = np.zeros((1, count))
    odd[0, ::2] = 1.0
    r_halves = _between(matrix, odd[0])
    best, worst = int(splits.argmax()), int(splits.argmin())
    return SplitHalf(
        n=table.n,
        splits=splits,
        greatest=float(splits[best]),
        least=float(splits[worst]),
        mean=float(splits.mean()),
        greatest_half=tuple(int(each) for each in varies[halves[best] > 0]),
        least_half=tuple(int(each) for each in varies[halves[worst] > 0]),
        odd_even=float(_coefficients(matrix, odd)[0]),
        odd_even_r=r_halves,
        spearman_brown=float(spearman_brown(r_halves)),
        every=count <= EVERY,
        **_lambdas(matrix, r, total),
    )


def _every_half(count: int) -> Floats:
    size = count // 2
    ways = comb(count, size)
    # Of an even number every halving occurs twice; those with the first item stand first.
    chosen = islice(combinations(range(count), size), ways // 2 if count % 2 == 0 else ways)
    places = np.array(list(chosen), dtype=np.int64)
    halves = np.zeros((len(places), count))
    np.put_along_axis(halves, places, 1.0, axis=1)
    return halves


def _drawn(count: int, samples: int, rng: np.random.Generator) -> Floats:
    half = np.zeros((samples, count))
    half[:, : count // 2] = 1.0
    return rng.permuted(half, axis=1)


def _coefficients(matrix: Floats, halves: Floats) -> Floats:
    total = float(matrix.sum())
    found = np.empty(len(halves))
    for start in range(0, len(halves), _BLOCK):
        half = halves[start : start + _BLOCK]
        found[start : start + _BLOCK] = ((half @ matrix) * (1 - half)).sum(axis=1)
    return 4 * found / total


def _between(matrix: Floats, half: Floats) -> float:
    other = 1 - half
    own = float((half @ matrix @ half) * (other @ matrix @ other))
    return float(half @ matrix @ other / np.sqrt(own)) if own > 0 else _NAN


def _lambdas(matrix: Floats, r: Floats, total: float) -> dict[str, float]:
    count = len(matrix)
    own = np.diag(matrix)
    off = matrix - np.diag(own)
    first = 1 - float(own.sum()) / total
    return {
        "lambda1": first,
        "lambda2": first + float(np.sqrt(count / (count - 1) * (off**2).sum())) / total,
        "lambda3": raw_alpha(matrix),
        "lambda6": 1 - float(own @ unique_shares(r)) / total,
    }


def _nothing(n: int) -> SplitHalf:
    return SplitHalf(
        n=n,
        splits=np.empty(0),
        greatest=_NAN,
        least=_NAN,
        mean=_NAN,
        greatest_half=(),
        least_half=(),
        odd_even=_NAN,
        odd_even_r=_NAN,
        spearman_brown=_NAN,
        lambda1=_NAN,
        lambda2=_NAN,
        lambda3=_NAN,
        lambda6=_NAN,
        every=True,
    )
