"""Have the chains mixed, and do imputed values look like observed ones?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import normal_quantile
from consilience.stats.imputation.impute import Imputed

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Convergence:
    """How chains stand after each iteration, (iterations, k) each.

    Args:
        autocorrelation: mean over iterations so far of the correlation over chains of one
            iteration with the next, -1 to 1; about 0 when mixed.
        rhat: potential scale reduction, 1 when mixed; above 1.01 doubtful by its authors, who
            think of longer chains.
    """

    autocorrelation: Floats
    rhat: Floats


def convergence(chains: ArrayLike) -> Convergence:
    """Have chains forgotten where they started?

    Args:
        chains: (m, iterations, k), `means` or `sds` of `impute`.

    Returns:
        The diagnostics after each iteration, from all iterations up to it. Autocorrelation is
        nan in the first iteration, for one or two chains and for chains that do not vary; R-hat
        before the fourth, and for chains that do not vary.

    Raises:
        Fault: STA-002 unless there are three axes.

    Source:
        Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Rank-normalization, folding, and
        localization: an improved R-hat, formulas 1-4, 14: the greater of split R-hat of
        rank-normalised values and of their distances from the median.

    Differs:
        Autocorrelation agrees with `mice::convergence` 3.15 but for two chains, where it can
        only be -1 or 1.

    Example:
        >>> rng = np.random.Generator(np.random.PCG64(1))
        >>> mixed = rng.normal(size=(20, 50, 1))
        >>> apart = mixed + 3 * np.arange(20)[:, None, None]
        >>> [round(float(convergence(each).rhat[-1, 0]), 1) for each in (mixed, apart)]
        [1.0, 7.6]
    """
    values = np.asarray(chains, dtype=float)
    if values.ndim != 3:
        wanted = "chains, iterations, columns"
        raise Fault("STA-002", what="the chains", shape=values.shape, wanted=wanted)
    rounds, k = values.shape[1:]
    rhat = np.full((rounds, k), np.nan)
    for last in range(3, rounds):
        for j in range(k):
            rhat[last, j] = _rhat(values[:, : last + 1, j])
    return Convergence(autocorrelation=_autocorrelation(values), rhat=rhat)


def _autocorrelation(values: Floats) -> Floats:
    m, rounds, k = values.shape
    found = np.full((rounds, k), np.nan)
    if m < 3 or rounds < 2:
        return found
    off = values - values.mean(axis=0)
    size = np.sqrt((off**2).sum(axis=0))
    floor = 1e-12 * np.maximum(1.0, np.abs(values).max(axis=0))
    size = np.where(size > floor, size, np.nan)
    one_on = (off[:, :-1] * off[:, 1:]).sum(axis=0) / (size[:-1] * size[1:])
    found[1:] = np.cumsum(one_on, axis=0) / np.arange(1, rounds)[:, None]
    return found


def _rhat(chains: Floats) -> float:
    if np.isnan(chains).any() or np.ptp(chains) == 0:
        return float("nan")
    folded = np.abs(chains - np.median(chains))
    found = [_split_rhat(_normal_scores(each)) for each in (_halves(chains), _halves(folded))]
    return max(found)


def _halves(chains: Floats) -> Floats:
    # The middle of an odd number of iterations is left out.
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, -half:]])


def _normal_scores(values: Floats) -> Floats:
    _, of, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[of].reshape(values.shape)
    return normal_quantile((ranks - 3 / 8) / (values.size + 1 / 4))


def _split_rhat(halves: Floats) -> float:
    n = halves.shape[1]
    within = float(halves.var(axis=1, ddof=1).mean())
    between = n * float(halves.mean(axis=1).var(ddof=1))
    if within == 0:
        return float("nan") if between == 0 else float("inf")
    return float(np.sqrt(((n - 1) / n * within + between / n) / within))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Observed and imputed values of each column, (k,) each; nan where there are none.

    Args:
        missing: share of values that was missing, 0 to 1.
        observed_mean: mean of the observed values.
        observed_sd: their standard deviation.
        imputed_mean: mean of the imputed values of all imputations.
        imputed_sd: their standard deviation.
        distance: greatest distance of the two distributions, 0 to 1 (Kolmogorov, Smirnov).
    """

    missing: Floats
    observed_mean: Floats
    observed_sd: Floats
    imputed_mean: Floats
    imputed_sd: Floats
    distance: Floats


def compare_imputed(imputed: Imputed) -> Comparison:
    """Do imputed values look like observed ones?

    They need not, where the rows that did not answer are other rows; but a difference wants a
    reason.

    Args:
        imputed: see `impute`.

    Returns:
        The comparison, column by column.

    Source:
        Abayomi, Gelman and Levy (2008), Diagnostics for multivariate imputations.

    Example:
        >>> nan = np.nan
        >>> values = np.array([[[1.0], [2], [3], [2]], [[1.0], [2], [3], [9]]])
        >>> gaps = np.array([[False], [False], [False], [True]])
        >>> chain = np.zeros((2, 1, 1))
        >>> done = Imputed(values=values, missing=gaps, means=chain, sds=chain, warnings=())
        >>> found = compare_imputed(done)
        >>> found.imputed_mean.tolist(), found.distance.tolist()
        ([5.5], [0.5])
    """
    k = imputed.missing.shape[1]
    found = np.full((6, k), np.nan)
    found[0] = imputed.missing.mean(axis=0)
    for j in range(k):
        gaps = imputed.missing[:, j]
        seen, drawn = imputed.values[0, ~gaps, j], imputed.values[:, gaps, j].ravel()
        drawn = drawn[~np.isnan(drawn)]
        found[1:3, j] = _moments(seen)
        found[3:5, j] = _moments(drawn)
        if len(seen) and len(drawn):
            found[5, j] = _distance(seen, drawn)
    return Comparison(
        missing=found[0],
        observed_mean=found[1],
        observed_sd=found[2],
        imputed_mean=found[3],
        imputed_sd=found[4],
        distance=found[5],
    )


def _moments(values: Floats) -> tuple[float, float]:
    nan = float("nan")
    return (
        float(values.mean()) if len(values) else nan,
        float(values.std(ddof=1)) if len(values) > 1 else nan,
    )


def _distance(one: Floats, other: Floats) -> float:
    points = np.concatenate([one, other])
    shares = [
        np.searchsorted(np.sort(each), points, side="right") / len(each) for each in (one, other)
    ]
    return float(np.abs(shares[0] - shares[1]).max())
