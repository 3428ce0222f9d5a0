"""How would the result vary by chance: resampled items, shuffled informants, added error?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, permutations, product
from math import factorial
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Streams = Callable[[int], np.random.Generator]

# Replicates of one random stream. A block is one piece of work: its draws depend on its number
# alone, so the result is the same however the blocks are spread.
BLOCK: Final = 1000


def blocks(replicates: int, *, size: int = BLOCK) -> Iterator[tuple[int, int]]:
    """Into which pieces of work do so many replicates fall?

    Args:
        replicates: how many in all, 0 or more.
        size: how many a block holds at most.

    Yields:
        Number of the block and how many replicates it has.

    Example:
        >>> list(blocks(2500))
        [(0, 1000), (1, 1000), (2, 500)]
    """
    for number, start in enumerate(range(0, replicates, size)):
        yield number, min(size, replicates - start)


def block_stream(rng: np.random.Generator, block: int) -> np.random.Generator:
    """Which random stream belongs to a block of replicates?

    Args:
        rng: a fresh stream of `consilience.base.seeds.stream`, on Philox; it is not drawn from.
        block: number of the block, 0 or more.

    Returns:
        The stream that `stream(seed, name, block=block)` gives.

    Example:
        >>> from consilience.base.seeds import stream
        >>> a = block_stream(stream(7, "shuffles"), 2).random()
        >>> bool(a == stream(7, "shuffles", block=2).random())
        True
    """
    counter = cast("np.random.Philox", rng.bit_generator)
    return np.random.Generator(counter.jumped(block))


def bootstrap_weights(rng: np.random.Generator, *, units: int, replicates: int) -> Floats:
    """How often is each unit drawn when as many units are drawn with replacement?

    Args:
        rng: the random stream.
        units: how many units, 1 or more.
        replicates: how many samples.

    Returns:
        (replicates, units) counts, each row with the sum `units` (multinomial).

    Source:
        Efron (1979), Bootstrap methods: another look at the jackknife.
    """
    drawn = rng.multinomial(units, np.full(units, 1 / units), size=replicates)
    return drawn.astype(float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permuted:
    """What shuffling gives for one statistic.

    Args:
        observed: the statistic as it is.
        mean: mean over shuffles.
        sd: standard deviation over shuffles.
        p: share of shuffles with a statistic of at least the observed one.
        permutations: how many shuffles.
        exact: whether these are all there are.
    """

    observed: float
    mean: float
    sd: float
    p: float
    permutations: int
    exact: bool


def permutation_test(
    statistic: Callable[[Integers], Floats],
    *,
    areas: int,
    agencies: int,
    permutations: int,
    streams: Streams,
) -> Permuted:
    """Is the statistic higher than when informants of different areas are put together?

    The first agency keeps its areas; those of every other agency are shuffled, each on its own.

    Args:
        statistic: takes (m, agencies, areas), the area whose answers each agency is given, and
            returns (m,) values, higher meaning more agreement; see `mean_agreement`.
        areas: how many areas.
        agencies: how many agencies.
        permutations: how many shuffles; if there are no more arrangements than that, each is
            taken once and p is exact.
        streams: the random stream of a block of shuffles, by its number.

    Returns:
        The observed statistic against the shuffled ones. p = (b + 1) / (m + 1) with b of m
        random shuffles at least as high as observed, or b / m when exact; nan where the
        statistic is undefined or nothing was shuffled.

    Source:
        Phipson and Smyth (2010), Permutation p-values should never be zero.

    Example:
        >>> alike, pairs = np.eye(4)[None], np.array([[0, 1]])
        >>> rng = np.random.Generator(np.random.Philox(1))
        >>> found = permutation_test(
        ...     mean_agreement(alike, pairs),
        ...     areas=4,
        ...     agencies=2,
        ...     permutations=99,
        ...     streams=lambda block: rng,
        ... )
        >>> found.exact, found.permutations, round(found.p, 4)
        (True, 24, 0.0417)
    """
    itself = np.broadcast_to(np.arange(areas), (1, agencies, areas))
    nan = float("nan")
    observed = float(statistic(itself)[0]) if areas else nan
    if np.isnan(observed) or not permutations:
        return Permuted(observed=observed, mean=nan, sd=nan, p=nan, permutations=0, exact=False)
    # 20! is beyond any number of shuffles that can be asked for.
    exact = factorial(min(areas, 20)) ** (agencies - 1) <= permutations
    shuffles = (
        _every_arrangement(areas, agencies)
        if exact
        else _shuffles(areas, agencies, permutations, streams)
    )
    found = np.concatenate([statistic(shuffle) for shuffle in shuffles])
    return _permuted(observed, found, exact=exact)


def _permuted(observed: float, found: Floats, *, exact: bool) -> Permuted:
    # A shuffle in which no area has a value is no evidence either way.
    found = found[~np.isnan(found)]
    # Equal statistics may differ by rounding, as sums run in another order.
    higher, count = int(np.count_nonzero(found >= observed - 1e-12)), len(found)
    nan = float("nan")
    return Permuted(
        observed=observed,
        mean=float(found.mean()) if count else nan,
        sd=float(found.std()) if count else nan,
        p=higher / count if exact else (higher + 1) / (count + 1),
        permutations=count,
        exact=exact,
    )


def mean_agreement(matrices: Floats, pairs: Integers) -> Callable[[Integers], Floats]:
    """What is the mean agreement over areas of agencies that are shuffled over them?

    Args:
        matrices: (pairs, areas, areas) agreement of a pair of agencies, the first answering
            for the area of the row and the second for that of the column; nan where undefined.
        pairs: (pairs, 2) the agencies of each pair.

    Returns:
        A function from (m, agencies, areas) to (m,): mean over areas of the mean over pairs.
        An area with an undefined pair is left out, in each shuffle anew; nan if none is left.
    """
    areas = matrices.shape[1]

    def statistic(shuffle: Integers) -> Floats:
        total = np.full((len(shuffle), areas), 0.0 if len(pairs) else np.nan)
        for matrix, (one, other) in zip(matrices, pairs, strict=True):
            total += matrix.ravel()[shuffle[:, one] * areas + shuffle[:, other]]
        return mean_of_areas(total / max(len(pairs), 1))

    return statistic


def mean_of_areas(values: Floats) -> Floats:
    """What is the mean over the areas that have a value?

    Args:
        values: (m, areas), nan where undefined.

    Returns:
        (m,) means; nan where no area has a value.
    """
    defined = ~np.isnan(values)
    count = defined.sum(axis=1)
    sums = values.sum(axis=1) if defined.all() else np.where(defined, values, 0.0).sum(axis=1)
    share: Floats = np.divide(sums, count, out=np.full(len(values), np.nan), where=count > 0)
    return share


def _shuffles(areas: int, agencies: int, permutations: int, streams: Streams) -> Iterator[Integers]:
    for number, size in blocks(permutations):
        arranged = np.empty((size, agencies, areas), dtype=np.int64)
        arranged[:] = np.arange(areas)
        streams(number).permuted(arranged[:, 1:], axis=2, out=arranged[:, 1:])
        yield arranged


def _every_arrangement(areas: int, agencies: int) -> Iterator[Integers]:
    one = list(permutations(range(areas)))
    itself = tuple(range(areas))
    every = ((itself, *others) for others in product(one, repeat=agencies - 1))
    while batch := list(islice(every, BLOCK)):
        yield np.array(batch, dtype=np.int64)
