"""What do the estimates of several imputed data sets say together, and how sure is it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import t_quantile, t_tail

Floats = NDArray[np.float64]

# Degrees of freedom are those of at least this share of variance from missingness, so that
# estimates that are all the same give finite ones. It is mice's bound.
_LEAST_SHARE: Final = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """Estimates over m imputations, each field of the shape of one set of estimates.

    Args:
        m: number of imputations.
        estimate: mean of the estimates.
        ubar: variance within imputations, the mean of the variances.
        b: variance between imputations; nan for one imputation.
        t: total variance.
        dfcom: degrees of freedom if the data were complete.
        df: degrees of freedom as the data are.
        riv: relative increase of variance due to missing data, 0 or more.
        share_missing: lambda, share of the total variance that is due to missing data, 0 to 1.
        fmi: fraction of missing information, 0 to 1.
        se: standard error, the root of t.
        statistic: estimate / se.
        p: of the two-sided test that the estimate is 0, by Student's t.
        low: lower end of the interval.
        high: upper end.
    """

    m: int
    estimate: Floats
    ubar: Floats
    b: Floats
    t: Floats
    dfcom: Floats
    df: Floats
    riv: Floats
    share_missing: Floats
    fmi: Floats
    se: Floats
    statistic: Floats
    p: Floats
    low: Floats
    high: Floats


def pool(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    complete_df: ArrayLike = np.inf,
    rule: str = "rubin1987",
    level: float = 0.95,
) -> Pooled:
    """What do estimates of m imputed data sets say together?

    Args:
        estimates: (m, ...) an estimate, or several, a data set.
        variances: (m, ...) their squared standard errors, 0 or more.
        complete_df: degrees of freedom that the test would have with complete data, one for all
            or one an estimate; infinite for the classical rule of large samples.
        rule: `rubin1987` for missing data; `reiter2003` for data sets that were synthesised in
            part from complete data, where t = ubar + b / m.
        level: of the interval, between 0 and 1.

    Returns:
        The pooled estimates. b is nan for one imputation, and then all that rests on it. Where
        all variances are 0 the shares and df are nan.

    Raises:
        Fault: STA-001 for another rule; STA-002 if the shapes differ; STA-003 for a variance
            below 0 or a level beyond 0 to 1; STA-004 without an imputation.

    Source:
        Rubin (1987), Multiple Imputation for Nonresponse in Surveys, 3.1.2-3.1.10; df by Barnard
        and Rubin (1999), Small-sample degrees of freedom with multiple imputation, formula 3;
        Reiter (2003), Inference for partially synthetic, public use microdata sets.

    Differs:
        Agrees with `mice::pool` 3.15: for df lambda is at least 0.0001, so that equal estimates
        give about (dfcom + 1) dfcom / (dfcom + 3), not infinity. fmi is 3.1.10 with that df.

    Example:
        >>> found = pool([2.0, 2.1, 1.8, 2.4, 2.05], [0.10, 0.11, 0.09, 0.10, 0.12], complete_df=38)
        >>> round(float(found.estimate), 2), round(float(found.t), 4), round(float(found.df), 2)
        (2.07, 0.1604, 13.59)
        >>> same = pool([2.0] * 5, [0.1] * 5, complete_df=38)
        >>> float(same.b), round(float(same.df), 2)
        (0.0, 36.14)
    """
    if rule not in _RULES:
        raise Fault("STA-001", what="rule of pooling", value=rule, known=", ".join(_RULES))
    if not 0 < level < 1:
        raise Fault("STA-003", what="level", value=level, wanted="a share between 0 and 1")
    q, u = _checked(estimates, variances)
    m = len(q)
    dfcom = np.broadcast_to(np.asarray(complete_df, dtype=float), q.shape[1:])
    ubar = u.mean(axis=0)
    b = q.var(axis=0, ddof=1) if m > 1 else np.full(q.shape[1:], np.nan)
    # Equal numbers must not differ by the rounding of their mean.
    b = np.where((q == q[0]).all(axis=0) & (m > 1), 0.0, b)
    estimate = np.where((q == q[0]).all(axis=0), q[0], q.mean(axis=0))
    with np.errstate(all="ignore"):
        t, df, riv, share, fmi = _RULES[rule](m, ubar, b, dfcom)
        se = np.sqrt(t)
        statistic = estimate / se
        p = np.minimum(2 * t_tail(np.abs(statistic), df), 1.0)
        half = t_quantile((1 + level) / 2, df) * se
    return Pooled(
        m=m,
        estimate=estimate,
        ubar=ubar,
        b=b,
        t=t,
        dfcom=dfcom,
        df=df,
        riv=riv,
        share_missing=share,
        fmi=fmi,
        se=se,
        statistic=statistic,
        p=p,
        low=estimate - half,
        high=estimate + half,
    )


def pool_scalar(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    n: float = np.inf,
    k: float = 1,
    rule: str = "rubin1987",
    level: float = 0.95,
) -> Pooled:
    """What do m estimates of one number say together, from n rows with k parameters?

    Args:
        estimates: (m,) estimates.
        variances: (m,) their squared standard errors.
        n: rows of the data set.
        k: parameters of the model.
        rule: see `pool`.
        level: of the interval.

    Returns:
        As `pool` with n - k degrees of freedom of complete data; 0 where k is not below n.

    Raises:
        Fault: as `pool`.

    Example:
        >>> found = pool_scalar([-1.5457, -1.428], [0.9723**2, 1.041**2], n=25, k=2)
        >>> round(float(found.estimate), 5), round(float(found.df), 3)
        (-1.48685, 20.97)
    """
    return pool(estimates, variances, complete_df=max(n - k, 0.0), rule=rule, level=level)


def barnard_rubin(m: int, share_missing: ArrayLike, complete_df: ArrayLike = np.inf) -> Floats:
    """How many degrees of freedom does a pooled estimate have?

    Args:
        m: number of imputations, 2 or more.
        share_missing: lambda = (1 + 1/m) b / t, 0 to 1; below 0.0001 it counts as that.
        complete_df: degrees of freedom with complete data, may be infinite.

    Returns:
        old obs / (old + obs) with old = (m - 1) / lambda² and
        obs = (1 - lambda) dfcom (dfcom + 1) / (dfcom + 3); old where dfcom is infinite.

    Source:
        Barnard and Rubin (1999), formula 3.

    Example:
        >>> barnard_rubin(5, [0.0, 0.2, 0.5], 22).round(3).tolist()
        [20.238, 13.936, 6.199]
    """
    share = np.maximum(np.asarray(share_missing, dtype=float), _LEAST_SHARE)
    df = np.asarray(complete_df, dtype=float)
    share, df = np.broadcast_arrays(share, df)
    with np.errstate(all="ignore"):
        old = (m - 1) / share**2
        observed = (df + 1) / (df + 3) * df * (1 - share)
        return np.asarray(np.where(np.isposinf(df), old, old * observed / (old + observed)))


_Parts = tuple[Floats, Floats, Floats, Floats, Floats]


def _rubin(m: int, ubar: Floats, b: Floats, dfcom: Floats) -> _Parts:
    between = (1 + 1 / m) * b
    t = ubar + between
    riv, share = np.asarray(between / ubar), np.asarray(between / t)
    df = barnard_rubin(m, share, dfcom)
    fmi = (riv + 2 / (df + 3)) / (riv + 1)
    return t, df, riv, share, np.asarray(fmi)


def _reiter(m: int, ubar: Floats, b: Floats, dfcom: Floats) -> _Parts:
    t = ubar + b / m
    df = np.asarray((m - 1) * (1 + ubar / (b / m)) ** 2) + 0 * dfcom
    nothing = np.full(ubar.shape, np.nan)
    return t, df, np.asarray((1 + 1 / m) * b / ubar), nothing, nothing


_RULES: Final[Mapping[str, Callable[[int, Floats, Floats, Floats], _Parts]]] = MappingProxyType(
    {"rubin1987": _rubin, "reiter2003": _reiter}
)


def _checked(estimates: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    if q.ndim < 1 or q.shape != u.shape:
        raise Fault("STA-002", what="variances", shape=u.shape, wanted=f"shape {q.shape}")
    if not len(q):
        raise Fault("STA-004", what="pooling", least=1, count=0)
    if (u < 0).any():
        raise Fault("STA-003", what="a variance", value=float(np.nanmin(u)), wanted="0 or more")
    return q, u
