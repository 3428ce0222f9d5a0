"""Do members of a group differ less than people put together at random?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.within_group.grouping import Grouping, arranged
from consilience.stats.within_group.spread import complete_rows, group_spread

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomGroups:
    """How do real groups compare with random ones of the same sizes?

    Args:
        groups: how many real groups have two answers or more.
        real: mean variance of the answers within them.
        random: mean variance within all random groups.
        random_sd: standard deviation of the variances within random groups.
        z: (real - random) / (random_sd / sqrt(groups)); below 0 where members agree.
        p: share of rearrangements, this one counted, with a mean variance of at most `real`.
        means: (replicates,) mean variance of each rearrangement.
    """

    groups: int
    real: float
    random: float
    random_sd: float
    z: float
    p: float
    means: Floats


def random_groups(
    values: ArrayLike, groups: ArrayLike | Grouping, *, replicates: int, rng: np.random.Generator
) -> RandomGroups:
    """Is the variance within groups smaller than within random groups of the same sizes?

    Args:
        values: (people,) answers, nan where missing.
        groups: (people,) integers or texts, missing where nan or "".
        replicates: how often all people are dealt out anew, 1 or more.
        rng: the random stream.

    Returns:
        See `RandomGroups`; nan where no group has two answers.

    Raises:
        Fault: STA-002 for shapes that do not fit, STA-003 for fewer than one replicate.

    Source:
        Bliese and Halverson (2002), Using random group resampling in multilevel research;
        p by Phipson and Smyth (2010).

    Differs:
        As R's multilevel::rgr.agree, which refuses groups of one (here left out of the means,
        though dealt out with the rest) and has no p.

    Example:
        >>> rng = np.random.Generator(np.random.Philox(1))
        >>> found = random_groups([1, 1, 5, 5, 3, 3], [1, 1, 2, 2, 3, 3], replicates=99, rng=rng)
        >>> found.real, found.random > 2
        (0.0, True)
    """
    if replicates < 1:
        raise Fault("STA-003", what="number of replicates", value=replicates, wanted="1 or more")
    if np.ndim(values) != 1:
        raise Fault("STA-002", what="values", shape=np.shape(values), wanted="one answer a person")
    table, found = complete_rows(*arranged(values, groups), missing="complete")
    several = found.sizes > 1
    count = int(several.sum())
    nan = float("nan")
    if not count:
        means = np.full(replicates, nan)
        return RandomGroups(
            groups=0, real=nan, random=nan, random_sd=nan, z=nan, p=nan, means=means
        )
    real = float(group_spread(table, found).variance[several].mean())
    drawn = np.array(
        [group_spread(rng.permutation(table), found).variance[several] for _ in range(replicates)]
    )
    means, spread = drawn.mean(axis=(1, 2)), float(drawn.std(ddof=1)) if drawn.size > 1 else nan
    random = float(drawn.mean())
    # Equal means may differ by rounding, as sums run in another order.
    lower = int(np.count_nonzero(means <= real + 1e-12 * max(abs(real), abs(random))))
    return RandomGroups(
        groups=count,
        real=real,
        random=random,
        random_sd=spread,
        z=(real - random) / (spread / count**0.5) if spread > 0 else nan,
        p=(lower + 1) / (replicates + 1),
        means=means,
    )
