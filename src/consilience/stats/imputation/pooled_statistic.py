"""What does any statistic say over imputed data sets?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.imputation.pooling import Pooled, pool
from consilience.stats.resample import Streams

Floats = NDArray[np.float64]
Estimate = ArrayLike | tuple[ArrayLike, ArrayLike]


def pool_any(
    statistic: Callable[[Floats], Estimate],
    imputed: ArrayLike,
    *,
    complete_df: ArrayLike = np.inf,
    streams: Streams | None = None,
    replicates: int = 200,
    level: float = 0.95,
) -> Pooled:
    """What does a statistic of a data set say over m imputed data sets?

    Args:
        statistic: takes (n, k), one data set without missing values, and returns an estimate
            and its variance as a tuple, or an estimate alone; numbers or arrays of one shape.
        imputed: (m, n, k) data sets, see `impute`.
        complete_df: degrees of freedom with complete data, see `pool`.
        streams: the random stream of an imputation, by its number; asked for where `statistic`
            gives an estimate alone, whose variance is then that over bootstrap samples of rows.
        replicates: how many bootstrap samples an imputation, 2 or more.
        level: of the interval.

    Returns:
        The pooled estimate. An undefined estimate of a bootstrap sample is left out.

    Raises:
        Fault: STA-002 unless `imputed` has three axes; STA-003 if variances are to be found and
            `replicates` is below 2; STA-004 if they are to be found and there are no streams.

    Source:
        Rubin (1987); Schomaker and Heumann (2018), Bootstrap inference when using multiple
        imputation: their MI Boot, of which the variance goes into Rubin's rules.

    Example:
        >>> sets = np.array([[[1.0], [2], [3], [6]], [[1.0], [2], [3], [4]]])
        >>> found = pool_any(lambda x: (x.mean(), x.var(ddof=1) / len(x)), sets, complete_df=3)
        >>> round(float(found.estimate), 2), round(float(found.se), 3)
        (2.75, 0.99)
    """
    sets = np.asarray(imputed, dtype=float)
    if sets.ndim != 3:
        raise Fault(
            "STA-002", what="imputed data", shape=sets.shape, wanted="imputations, rows, columns"
        )
    estimates, variances = [], []
    for number, rows in enumerate(sets):
        found = statistic(rows)
        if isinstance(found, tuple):
            estimate, variance = found
        else:
            estimate = found
            variance = _bootstrap(statistic, rows, _stream(streams, number), replicates)
        estimates.append(np.asarray(estimate, dtype=float))
        variances.append(np.asarray(variance, dtype=float))
    return pool(np.array(estimates), np.array(variances), complete_df=complete_df, level=level)


def _stream(streams: Streams | None, number: int) -> np.random.Generator:
    if streams is None:
        raise Fault("STA-004", what="a variance by bootstrap, in random streams,", least=1, count=0)
    return streams(number)


def _bootstrap(
    statistic: Callable[[Floats], Estimate],
    rows: Floats,
    rng: np.random.Generator,
    replicates: int,
) -> Floats:
    if replicates < 2:
        raise Fault("STA-003", what="replicates", value=replicates, wanted="2 or more")
    drawn = rng.integers(len(rows), size=(replicates, len(rows)))
    found = np.array([np.asarray(statistic(rows[each]), dtype=float) for each in drawn])
    there = ~np.isnan(found)
    count = there.sum(axis=0)
    with np.errstate(all="ignore"):
        centre = np.where(there, found, 0.0).sum(axis=0) / count
        square = np.where(there, found - centre, 0.0) ** 2
        return np.asarray(square.sum(axis=0) / np.where(count > 1, count - 1, np.nan))
