"""What share of the variance of a scale's sum is due to its one common factor (omega)?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import chi2_tail, normal_quantile
from consilience.stats.resample import Streams, blocks
from consilience.stats.scales.moments import correlation, moments
from consilience.stats.scales.one_factor import ROUNDS, OneFactor, information, one_factor
from consilience.stats.scales.scoring import item_table

Floats = NDArray[np.float64]

_NAN: Final = float("nan")
# Replicates solved side by side; a few megabytes for ten items.
_BATCH: Final = 250


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """How well does one factor reproduce the covariances? nan where undefined.

    Args:
        chi2: n times the discrepancy.
        df: items (items - 3) / 2.
        p: probability of a chi2 at least as high if one factor holds; nan with df 0.
        rmsea: root mean square error of approximation, 0 or more.
        cfi: comparative fit index against items without any relation, 0-1.
        tli: Tucker-Lewis index.
        srmr: root mean square of the differences of correlations, diagonal included.

    Example:
        >>> omega_total(np.eye(4)[[0, 1, 2, 3, 0, 1]]).fit.df
        2
    """

    chi2: float
    df: int
    p: float
    rmsea: float
    cfi: float
    tli: float
    srmr: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Omega:
    """How reliable a scale is if one factor holds; nan where undefined.

    Args:
        n: people with every item answered.
        omega: (sum of loadings)^2 over that and the sum of uniquenesses.
        se: standard error of omega, from the expected information.
        low: lower end of the interval omega -+ z se.
        high: upper end.
        confidence: of that interval, 0-1.
        loadings: (items,) on the factor of variance 1; nan for items that do not vary.
        loadings_se: (items,) their standard errors.
        standardised: (items,) loadings over the model's standard deviation of the item.
        uniquenesses: (items,) variance that is not the factor's.
        fit: how well one factor holds.
        heywood: places of items with a uniqueness below 0: an improper solution, whose omega
            should not be quoted.
        settled: whether the climb ended at a maximum.
        warnings: STA-005 if it did not, STA-060 for an improper solution.

    Example:
        >>> omega_total([[1, 2], [3, 4]]).omega
        nan
    """

    n: int
    omega: float
    se: float
    low: float
    high: float
    confidence: float
    loadings: Floats
    loadings_se: Floats
    standardised: Floats
    uniquenesses: Floats
    fit: Fit
    heywood: tuple[int, ...]
    settled: bool
    warnings: tuple[Fault, ...]


def omega_total(items: ArrayLike, *, confidence: float = 0.95, rounds: int = ROUNDS) -> Omega:
    """What share of the variance of a scale's sum is due to its one common factor?

    Args:
        items: (people, items), nan where missing, negative items turned round already; only
            people with every item answered count.
        confidence: of the interval, 0-1.
        rounds: steps of the climb at most.

    Returns:
        Omega with loadings, uniquenesses and fit. nan with fewer than three items that vary, or
        where items depend on each other (as with no more people than items). Where the climb
        does not settle, for instance since the likelihood grows with an ever larger loading,
        omega is nan, and the loadings are those reached.

    Raises:
        Fault: STA-002 if there are not two dimensions, STA-003 for a confidence outside 0-1.

    Source:
        McDonald (1999), Test theory, chapter 6, for omega; Joreskog (1967) for the likelihood;
        Raykov (2002), Analytic estimation of standard error and confidence interval for scale
        reliability, for the standard error by the delta method.

    Differs:
        The covariances are divided by n, as in lavaan::cfa(std.lv=TRUE), whose loadings,
        standard errors and fit these are; programs that divide by n - 1 have loadings larger by
        sqrt(n / (n - 1)) and the same omega. psych::omega with several factors gives another
        omega total.

    Example:
        >>> answers = [[4, 5, 4], [2, 3, 2], [5, 4, 4], [1, 2, 3], [3, 3, 3]]
        >>> found = omega_total(answers)
        >>> round(found.omega, 3), found.loadings.round(3).tolist()
        (0.927, [1.359, 0.883, 0.589])
    """
    if not 0 < confidence < 1:
        raise Fault("STA-003", what="confidence", value=confidence, wanted="more than 0, below 1")
    table = moments(items)
    count, n = len(table.means), table.n
    varies = np.flatnonzero(~table.constant)
    covariance = table.covariance[np.ix_(varies, varies)] * ((n - 1) / n if n else _NAN)
    fitted = one_factor(covariance[None], rounds=rounds)
    own, unique = fitted.loadings[0], fitted.uniquenesses[0]
    errors, spread = _errors(own, unique, n)
    # Where the climb has no end, what it has reached is nobody's reliability.
    omega = float(_omega(fitted)[0]) if fitted.settled[0] else _NAN
    spread = spread if fitted.settled[0] else _NAN
    half = float(normal_quantile((1 + confidence) / 2)) * spread
    heywood = tuple(int(each) for each in varies[unique < 0])
    settled = bool(fitted.settled[0])

    def placed(values: Floats) -> Floats:
        whole = np.full(count, np.nan)
        whole[varies] = values
        return whole

    return Omega(
        n=n,
        omega=omega,
        se=spread,
        low=omega - half,
        high=omega + half,
        confidence=confidence,
        loadings=placed(own),
        loadings_se=placed(errors),
        standardised=placed(own / np.sqrt(own**2 + unique)),
        uniquenesses=placed(unique),
        fit=_fit(covariance, fitted, n),
        heywood=heywood,
        settled=settled,
        warnings=_warnings(heywood, settled=settled or bool(np.isnan(own).all()), rounds=rounds),
    )


def _omega(fitted: OneFactor) -> Floats:
    common = fitted.loadings.sum(axis=1) ** 2
    total = common + fitted.uniquenesses.sum(axis=1)
    share: Floats = np.divide(common, total, out=np.full(len(total), np.nan), where=total > 0)
    return share


def _errors(loadings: Floats, uniquenesses: Floats, n: int) -> tuple[Floats, float]:
    """Return standard errors of the loadings and, by the delta method, of omega."""
    count = len(loadings)
    if np.isnan(loadings).any() or not count:
        return np.full(count, np.nan), _NAN
    information_of_all = information(loadings, uniquenesses) * n
    if np.linalg.cond(information_of_all) > 1e14:
        return np.full(count, np.nan), _NAN
    spread = np.linalg.inv(information_of_all)
    common, unique = float(loadings.sum()), float(uniquenesses.sum())
    below = (common**2 + unique) ** 2
    slope = np.repeat([2 * common * unique / below, -(common**2) / below], count)
    variances = np.diag(spread)[:count]
    positive = np.sqrt(np.where(variances > 0, variances, np.nan))
    variance = float(slope @ spread @ slope)
    return positive, float(np.sqrt(variance)) if variance >= 0 else _NAN


def _fit(covariance: Floats, fitted: OneFactor, n: int) -> Fit:
    loadings, unique = fitted.loadings[0], fitted.uniquenesses[0]
    count = len(loadings)
    df = count * (count - 3) // 2
    # Rounding must not make a perfect fit worse than perfect.
    chi2 = max(0.0, n * float(fitted.discrepancy[0])) if count else _NAN
    if np.isnan(chi2) or np.isnan(fitted.discrepancy[0]):
        return Fit(chi2=_NAN, df=df, p=_NAN, rmsea=_NAN, cfi=_NAN, tli=_NAN, srmr=_NAN)
    r = correlation(covariance)
    alone, alone_df = -n * float(np.linalg.slogdet(r)[1]), count * (count - 1) // 2
    excess, alone_excess = chi2 - df, alone - alone_df
    worst = max(excess, alone_excess, 0.0)
    sd = np.sqrt(np.diag(covariance))
    off = (covariance - np.outer(loadings, loadings) - np.diag(unique)) / np.outer(sd, sd)
    rows = np.tril_indices(count)
    ratio = alone / alone_df
    return Fit(
        chi2=chi2,
        df=df,
        p=float(chi2_tail(chi2, df)) if df else _NAN,
        rmsea=float(np.sqrt(max(excess, 0.0) / (df * n))) if df else 0.0,
        cfi=1 - max(excess, 0.0) / worst if worst > 0 else 1.0,
        tli=(ratio - chi2 / df) / (ratio - 1) if df and ratio != 1 else 1.0,
        srmr=float(np.sqrt((off[rows] ** 2).mean())),
    )


def _warnings(heywood: tuple[int, ...], *, settled: bool, rounds: int) -> tuple[Fault, ...]:
    found = []
    if not settled:
        found.append(Fault("STA-005", what="the one-factor solution", rounds=rounds))
    if heywood:
        found.append(Fault("STA-060", items=", ".join(str(each + 1) for each in heywood)))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OmegaBootstrap:
    """How omega varies when people are drawn again.

    Args:
        omega: of the people as they are.
        values: (replicates,) nan where a sample has no solution.
        sd: standard deviation of the values.
        low: lower end of the percentile interval.
        high: upper end.
        defined: how many replicates have a value.

    Example:
        >>> rng = np.random.Generator(np.random.Philox(1))
        >>> people = rng.normal(size=(60, 1)) + rng.normal(size=(60, 3))
        >>> found = omega_bootstrap(people, replicates=20, streams=lambda block: rng)
        >>> found.defined, bool(found.low < found.omega < found.high)
        (20, True)
    """

    omega: float
    values: Floats
    sd: float
    low: float
    high: float
    defined: int


def omega_bootstrap(
    items: ArrayLike, *, replicates: int, streams: Streams, confidence: float = 0.95
) -> OmegaBootstrap:
    """Between which values does omega lie when people are drawn again?

    Args:
        items: as `omega_total`.
        replicates: how many samples of as many people, with replacement.
        streams: the random stream of a block of replicates, by its number; see
            `consilience.stats.resample.blocks`.
        confidence: of the percentile interval, 0-1.

    Returns:
        See `OmegaBootstrap`; replicates in which an item does not vary have no value.

    Raises:
        Fault: STA-002 if there are not two dimensions, STA-003 for a confidence outside 0-1.

    Source:
        Padilla and Divers (2013), Coefficient omega bootstrap confidence intervals.

    Example:
        >>> from consilience.base.seeds import stream
        >>> rng = stream(1, "omega")
        >>> items = rng.normal(size=(80, 1)) + rng.normal(size=(80, 4))
        >>> found = omega_bootstrap(
        ...     items, replicates=40, streams=lambda block: stream(1, "again", block=block)
        ... )
        >>> bool(found.low < found.omega < found.high)
        True
    """
    point = omega_total(items, confidence=confidence).omega
    table = item_table(items)
    table = table[~np.isnan(table).any(axis=1)]
    pieces = [np.empty(0)]
    for number, size in blocks(replicates if len(table) else 0):
        rng = streams(number)
        pieces += [
            _resampled(table, rng, min(_BATCH, size - start)) for start in range(0, size, _BATCH)
        ]
    values = np.concatenate(pieces)
    known = np.sort(values[~np.isnan(values)])
    tail = (1 - confidence) / 2
    enough = len(known) > 1
    low, high = np.quantile(known, [tail, 1 - tail]) if enough else (_NAN, _NAN)
    return OmegaBootstrap(
        omega=point,
        values=values,
        sd=float(known.std(ddof=1)) if enough else _NAN,
        low=float(low),
        high=float(high),
        defined=len(known),
    )


def _resampled(table: Floats, rng: np.random.Generator, size: int) -> Floats:
    n, count = table.shape
    off = table - table.mean(axis=0)
    drawn = np.empty((size, count, count))
    for place in range(size):
        times = rng.multinomial(n, np.full(n, 1 / n)).astype(float)
        mean = times @ off / n
        drawn[place] = (off * times[:, None]).T @ off / n - np.outer(mean, mean)
    own = np.diagonal(drawn, axis1=1, axis2=2)
    # What is left of an item with equal answers is rounding.
    drawn[(own <= 1e-12 * off.var(axis=0)).any(axis=1)] = np.nan
    fitted = one_factor(drawn)
    return np.where(fitted.settled, _omega(fitted), np.nan)
