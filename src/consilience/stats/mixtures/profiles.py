"""Into which latent profiles do units fall, and how well is that told by their values?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.mixtures.climb import expect
from consilience.stats.mixtures.covariance import (
    check_model,
    covariance_parameters,
    own_parameters,
)
from consilience.stats.mixtures.likelihood import Sample, make_sample
from consilience.stats.mixtures.search import SAME, Found, as_posteriors, search
from consilience.stats.mixtures.starts import Ground, make_ground, partitions

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profiles:
    """Which profiles were found, how big they are, and who is in which?

    Profiles are ordered by size, the largest first. Where nothing can be fitted, every figure
    is nan and a warning says why.

    Args:
        model: covariance model.
        profiles: k, how many.
        units: n, units with at least one value, or the sum of their weights.
        shares: (k,) sizes, with the sum 1.
        means: (k, variables).
        covariances: (k, variables, variables) within profiles.
        posterior: (units, k) probability of each profile for each unit; nan for a unit without
            values.
        modal: (units,) most probable profile, 0 to k - 1; -1 where there is none.
        loglik: log-likelihood of all observed values.
        npar: free parameters.
        icl: integrated completed likelihood on the scale of `bic`: bic - 2 sum of the log
            posterior probability of the modal profile.
        entropy: relative entropy, 1 when every unit is told without doubt, 0 when by chance;
            nan for one profile.
        logliks: (starts,) of all starts, highest first; -inf for starts that ran into a
            profile without variance, which are refused.
        replicated: how many starts came within .001 of the best.
        trace: log-likelihood on the way of the best start, never falling.
        rounds: EM steps of the best start after its short run.
        settled: whether it settled.
        warnings: what a reader should know.

    Example:
        >>> from consilience.base.seeds import stream
        >>> found = latent_profiles(
        ...     [[1], [2], [3], [11], [12], [13], [12]], profiles=2, rng=stream(1, "profiles")
        ... )
        >>> found.modal.tolist(), found.means.ravel().round(2).tolist()
        ([1, 1, 1, 0, 0, 0, 0], [12.0, 2.0])
    """

    model: str
    profiles: int
    units: float
    shares: Floats
    means: Floats
    covariances: Floats
    posterior: Floats
    modal: Integers
    loglik: float
    npar: int
    icl: float
    entropy: float
    logliks: Floats
    replicated: int
    trace: Floats
    rounds: int
    settled: bool
    warnings: tuple[Fault, ...]

    @property
    def variances(self) -> Floats:
        """(k, variables) variances within profiles."""
        return np.diagonal(self.covariances, axis1=1, axis2=2).copy()

    @property
    def aic(self) -> float:
        """Akaike's criterion, -2 loglik + 2 npar; less is better."""
        return -2 * self.loglik + 2 * self.npar

    @property
    def bic(self) -> float:
        """Schwarz's criterion, -2 loglik + npar log n; less is better (mclust: minus this)."""
        return self._penalised(float(np.log(self.units)) if self.units else np.nan)

    @property
    def sabic(self) -> float:
        """Sample-size adjusted BIC, with log((n + 2) / 24) for log n (Sclove 1987)."""
        return self._penalised(float(np.log((self.units + 2) / 24)))

    @property
    def caic(self) -> float:
        """Consistent AIC, with log n + 1 for log n (Bozdogan 1987)."""
        return self.bic + self.npar

    def _penalised(self, each: float) -> float:
        return -2 * self.loglik + self.npar * each


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """What the search for one solution needs; shared by several solutions of the same data.

    Args:
        values: (units, variables), nan where missing.
        weights: (units,) how often each unit counts.
        starts: how many starts.
        tolerance: see `latent_profiles`.
        rounds: see `latent_profiles`.
        ground: what starts are drawn from; None if nothing can be fitted.
        lack: why nothing can be fitted, "" if something can.
    """

    values: Floats
    weights: Floats
    starts: int
    tolerance: float
    rounds: int
    ground: Ground | None
    lack: str


def latent_profiles(
    values: ArrayLike,
    *,
    profiles: int,
    rng: np.random.Generator,
    model: str = "EEI",
    starts: int = 100,
    weights: ArrayLike | None = None,
    tolerance: float = 1e-10,
    rounds: int = 3000,
) -> Profiles:
    """Into how distinct kinds do units fall, if there are so many and each is normal?

    Args:
        values: (units, variables) numbers, nan where missing; what is missing is assumed to
            be missing at random, and every unit with a value counts (full information maximum
            likelihood).
        profiles: how many profiles, 1 or more.
        rng: the random stream of the starts.
        model: how covariances may differ between profiles, as named by mclust. `EEI` equal
            variances, no covariances (the classic latent profile analysis); `VVI` variances
            differ; `EEE` equal covariances; `VVV` all differ; also `EII`, `VII`, `VEI`, `EVI`,
            `VEE`, `EEV`, `VEV`, `EVV`. Not `EVE` and `VVE`.
        starts: how many starts, 1 or more: two Ward trees, then random ones. All take a short
            run, the better half (10 at least) runs to the end.
        weights: (units,) how often each unit counts, 0 or more; 1 if None. With survey weights
            this is pseudo maximum likelihood.
        tolerance: gain of an EM step, as a share of 1 + |log-likelihood|, at which a start has
            settled.
        rounds: EM steps at most.

    Returns:
        The likeliest solution. A start is refused if a profile loses its variance in any
        direction (below 1e-6 of that in all data), as its likelihood has no bound, or all its
        units, as it has found fewer profiles. With none left, or with a variable that does not
        vary, or fewer units than profiles, every figure is nan.

    Raises:
        Fault: STA-001 for an unknown model; STA-002 if shapes do not fit; STA-003 for less
            than one profile or start, a negative weight or an infinite value.

    Source:
        Celeux and Govaert (1995), Gaussian parsimonious clustering models; Dempster, Laird and
        Rubin (1977); for missing values Ghahramani and Jordan (1994); for starts Biernacki,
        Celeux and Govaert (2003), Choosing starting values for the EM algorithm.

    Differs:
        mclust has one start, from a tree, and stops at a relative gain of 1e-5, so it may end
        lower (iris, VVI, three profiles: by .32), with shares off in the third decimal, or, on
        rounded data, halfway to a profile without variance. It takes no missing values, and
        its `bic` has the other sign.

    Example:
        >>> from consilience.base.seeds import stream
        >>> rng = stream(7, "example")
        >>> data = np.vstack([rng.normal(0, 1, (60, 3)), rng.normal(4, 1, (40, 3))])
        >>> found = latent_profiles(data, profiles=2, rng=stream(7, "starts"))
        >>> found.shares.round(2).tolist(), found.npar, found.replicated > 10
        ([0.6, 0.4], 10, True)
    """
    task = make_task(
        values, weights=weights, starts=starts, tolerance=tolerance, rounds=rounds, rng=rng
    )
    name = check_model(model, variables=max(task.values.shape[1], 1))
    return solve(task, name, check_profiles(profiles), rng=rng)


def check_profiles(profiles: int) -> int:
    """Is this a number of profiles?

    Raises:
        Fault: STA-003 if it is less than one.
    """
    if profiles < 1:
        raise Fault("STA-003", what="the number of profiles", value=profiles, wanted="1 or more")
    return int(profiles)


def make_task(
    values: ArrayLike,
    *,
    weights: ArrayLike | None,
    starts: int,
    tolerance: float,
    rounds: int,
    rng: np.random.Generator | None,
) -> Task:
    """Is this something that profiles can be looked for in, and what do all starts share?

    Args:
        values: (units, variables).
        weights: (units,) or None.
        starts: how many.
        tolerance: see `latent_profiles`.
        rounds: see `latent_profiles`.
        rng: the random stream of the trees; none are grown if None.

    Returns:
        The task.

    Raises:
        Fault: STA-002 and STA-003 as for `latent_profiles`.
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2:
        raise Fault(
            "STA-002", what="the table of values", shape=table.shape, wanted="(units, variables)"
        )
    if np.isinf(table).any():
        raise Fault("STA-003", what="a value", value="infinite", wanted="finite numbers, or nan")
    if starts < 1:
        raise Fault("STA-003", what="the number of starts", value=starts, wanted="1 or more")
    counts = _weights(weights, len(table))
    lack = _lack(table[counts > 0])
    return Task(
        values=table,
        weights=counts,
        starts=starts,
        tolerance=tolerance,
        rounds=rounds,
        ground=None if lack else make_ground(table, counts, rng=rng),
        lack=lack,
    )


def _weights(weights: ArrayLike | None, units: int) -> Floats:
    if weights is None:
        return np.ones(units)
    counts = np.asarray(weights, dtype=float)
    if counts.shape != (units,):
        raise Fault("STA-002", what="the weights", shape=counts.shape, wanted=f"({units},)")
    if not np.all((counts >= 0) & np.isfinite(counts)):
        raise Fault(
            "STA-003", what="a weight", value="negative or missing", wanted="weights of 0 or more"
        )
    return counts


def _lack(values: Floats) -> str:
    if not values.size:
        return "there are no values"
    low = np.where(np.isnan(values), np.inf, values).min(axis=0)
    high = np.where(np.isnan(values), -np.inf, values).max(axis=0)
    # A spread within rounding of the numbers themselves is none.
    still = np.flatnonzero(~(high - low > 1e-12 * np.maximum(np.abs(high), np.abs(low))))
    return f"variables {(still + 1).tolist()} do not vary" if len(still) else ""


def solve(
    task: Task,
    model: str,
    profiles: int,
    *,
    rng: np.random.Generator,
    begin: Floats | None = None,
) -> Profiles:
    """Which solution with so many profiles of this model is the likeliest?

    Args:
        task: the data and the settings.
        model: one of `covariance.MODELS`.
        profiles: how many, 1 or more.
        rng: the random stream of the starts.
        begin: (more, profiles, units) posterior probabilities to start from as well.

    Returns:
        The solution; every figure nan if there is none.
    """
    if task.ground is None:
        return _nothing(task, model, profiles, task.lack)
    counted = int(np.count_nonzero(task.ground.weights))
    if counted < profiles:
        return _nothing(
            task, model, profiles, f"{profiles} profiles need more than {counted} units"
        )
    sample = make_sample(task.values, task.ground.weights, model=model)
    found = search(
        sample,
        model,
        _posteriors(task, task.ground, profiles, rng, begin),
        tolerance=task.tolerance,
        rounds=task.rounds,
    )
    if np.isneginf(found.loglik):
        return _nothing(
            task, model, profiles, "every start lost the variance or the units of a profile"
        )
    return _profiles(task, sample, model, found)


def _posteriors(
    task: Task, ground: Ground, profiles: int, rng: np.random.Generator, begin: Floats | None
) -> Floats:
    units = len(task.values)
    if profiles == 1:
        return np.ones((1, 1, units))
    groups = partitions(ground, profiles=profiles, starts=task.starts, rng=rng)
    own = as_posteriors(groups, profiles=profiles)
    return own if begin is None else np.concatenate([begin, own])


def _profiles(task: Task, sample: Sample, model: str, found: Found) -> Profiles:
    mixture = found.mixture
    order = np.argsort(-mixture.shares[0], kind="stable")
    posterior = expect(sample, mixture)[0][0][order].T
    empty = np.asarray(sample.present.sum(axis=1) == 0)
    spread = mixture.covariances[0][order]
    if sample.diagonal:
        spread = spread[:, :, None] * np.eye(spread.shape[1])
    profiles, variables = len(order), len(sample.scale)
    loglik = found.loglik + sample.offset
    npar = profiles * (variables + 1) - 1
    npar += covariance_parameters(model, profiles=profiles, variables=variables)
    doubt, certain = _doubt(posterior, sample.weights)
    return Profiles(
        model=model,
        profiles=profiles,
        units=sample.total,
        shares=mixture.shares[0][order],
        means=sample.centre + sample.scale * mixture.means[0][order],
        covariances=spread * sample.scale[:, None] * sample.scale,
        posterior=np.where(empty[:, None], np.nan, posterior),
        modal=np.where(empty, -1, posterior.argmax(axis=1)),
        loglik=loglik,
        npar=npar,
        icl=-2 * loglik + npar * float(np.log(sample.total)) - 2 * certain,
        entropy=1 - doubt / (sample.total * float(np.log(profiles))) if profiles > 1 else np.nan,
        logliks=found.logliks + sample.offset,
        replicated=int(np.count_nonzero(found.logliks >= found.loglik - SAME)),
        trace=found.trace + sample.offset,
        rounds=found.rounds,
        settled=found.settled,
        warnings=tuple(_warnings(task, sample, model, found)),
    )


def _doubt(posterior: Floats, weights: Floats) -> tuple[float, float]:
    """Return the entropy of all memberships and the log probability of the modal ones."""
    logs = np.log(np.maximum(posterior, 1e-300))
    doubt = float(weights @ -(posterior * logs).sum(axis=1))
    return max(doubt, 0.0), float(weights @ logs.max(axis=1))


def _warnings(task: Task, sample: Sample, model: str, found: Found) -> list[Fault]:
    starts, shares = len(found.logliks), found.mixture.shares[0]
    same = int(np.count_nonzero(found.logliks >= found.loglik - SAME))
    unbounded = int(np.isneginf(found.logliks).sum())
    smallest = float(shares.min() * sample.total)
    own = own_parameters(model, variables=len(sample.scale))
    warnings = []
    if not found.settled:
        warnings.append(Fault("STA-005", what="the best solution", rounds=task.rounds))
    if starts > 1 and same < 2:
        warnings.append(Fault("STA-051", starts=starts))
    if len(shares) > 1 and smallest <= own:
        warnings.append(Fault("STA-052", count=round(smallest, 1), parameters=own))
    if unbounded:
        warnings.append(Fault("STA-053", count=unbounded, starts=starts))
    return warnings


def _nothing(task: Task, model: str, profiles: int, reason: str) -> Profiles:
    units, variables = task.values.shape
    nan = float("nan")
    counted = task.weights @ (~np.isnan(task.values).all(axis=1)) if variables else 0.0
    npar = profiles * (variables + 1) - 1
    if variables:
        npar += covariance_parameters(model, profiles=profiles, variables=variables)
    return Profiles(
        model=model,
        profiles=profiles,
        units=float(counted),
        shares=np.full(profiles, nan),
        means=np.full((profiles, variables), nan),
        covariances=np.full((profiles, variables, variables), nan),
        posterior=np.full((units, profiles), nan),
        modal=np.full(units, -1, dtype=np.int64),
        loglik=nan,
        npar=npar,
        icl=nan,
        entropy=nan,
        logliks=np.full(task.starts, nan),
        replicated=0,
        trace=np.empty(0),
        rounds=0,
        settled=False,
        warnings=(Fault("STA-050", reason=reason),),
    )
