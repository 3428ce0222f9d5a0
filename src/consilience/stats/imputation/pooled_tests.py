"""Do several coefficients differ from 0, over all imputations together?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import f_tail
from consilience.stats.regression import GeneralModel, linear_model, logistic_model, poisson_model

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledTest:
    """A test of k parameters over m imputations.

    Args:
        statistic: F; below 0 if imputations contradict each other much.
        df1: k, number of parameters.
        df2: degrees of freedom of the denominator; may be infinite.
        p: probability of so great an F if the parameters are 0.
        riv: average relative increase of variance due to missing data.
    """

    statistic: float
    df1: int
    df2: float
    p: float
    riv: float


def pool_wald(
    estimates: ArrayLike, covariances: ArrayLike, *, complete_df: float = np.inf
) -> PooledTest:
    """Are k coefficients all 0, judged by their pooled estimates (D1)?

    Args:
        estimates: (m, k) the coefficients that are tested, a row an imputation.
        covariances: (m, k, k) their covariance matrices.
        complete_df: residual degrees of freedom of the full model with complete data.

    Returns:
        The test; nan for fewer than two imputations or a covariance that cannot be inverted.
        With t = k (m - 1): for finite `complete_df` df2 is Reiter's, which wants t > 4, is 4 at
        t = 4 and nan or not to be relied on below; else Li, Raghunathan and Rubin's.

    Raises:
        Fault: STA-002 if the shapes do not fit.

    Source:
        Li, Raghunathan and Rubin (1991), Large-sample significance levels from multiply imputed
        data, 1.17-1.19 and 2.7; Reiter (2007), Small-sample degrees of freedom for
        multi-component significance tests with multiple imputation, 7.

    Differs:
        Agrees with `mice::D1` 3.15 (which asks mitml); that gives nan for infinite `dfcom`.

    Example:
        >>> found = pool_wald(
        ...     [[1.0, 0.4], [1.3, 0.2], [0.8, 0.5], [1.1, 0.1]],
        ...     [[[0.2, 0.0], [0.0, 0.1]]] * 4,
        ...     complete_df=40,
        ... )
        >>> round(found.statistic, 3), found.df1, round(found.df2, 2), round(found.p, 4)
        (2.386, 2, 11.51, 0.1359)
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(covariances, dtype=float)
    if q.ndim != 2 or u.shape != (*q.shape, q.shape[1]):
        raise Fault(
            "STA-002", what="covariances", shape=u.shape, wanted=f"{q.shape} and k once more"
        )
    m, k = q.shape
    centre, within = q.mean(axis=0), u.mean(axis=0) if m else np.full((k, k), np.nan)
    if m < 2 or not k or not np.isfinite(within).all() or not np.isfinite(q).all():
        return _undefined(k)
    # Equal rows must not differ by the rounding of their mean.
    off = np.where((q == q[0]).all(axis=0), 0.0, q - centre)
    try:
        solved = np.linalg.solve(within, np.column_stack([centre, off.T @ off / (m - 1)]))
    except np.linalg.LinAlgError:
        return _undefined(k)
    riv = (1 + 1 / m) * float(np.trace(solved[:, 1:])) / k
    statistic = float(centre @ solved[:, 0]) / (k * (1 + riv))
    t = k * (m - 1)
    df2 = _large_sample(riv, k, t) if np.isinf(complete_df) else _small_sample(riv, t, complete_df)
    return _test(statistic, k, df2, riv)


def pool_chi2(statistics: ArrayLike, *, df: int) -> PooledTest:
    """Are k parameters all 0, judged by the chi-squares of the imputed data sets (D2)?

    Args:
        statistics: (m,) chi-squares, of Wald or likelihood ratio tests.
        df: k, their degrees of freedom.

    Returns:
        The test; nan for fewer than two imputations. Weaker than `pool_wald` and
        `pool_likelihood`: to be used where only the chi-squares are left.

    Raises:
        Fault: STA-002 unless one number an imputation; STA-003 if `df` is below 1.

    Source:
        Li, Meng, Raghunathan and Rubin (1991), Significance levels from repeated p-values with
        multiply-imputed data, 2.1-2.2; agrees with `mice::D2` 3.15.

    Example:
        >>> found = pool_chi2([6.2, 4.1, 7.9, 5.5, 3.8], df=2)
        >>> round(found.statistic, 3), round(found.df2, 1), round(found.p, 3)
        (2.201, 158.0, 0.114)
    """
    d = np.asarray(statistics, dtype=float)
    if d.ndim != 1:
        raise Fault("STA-002", what="chi-squares", shape=d.shape, wanted="one an imputation")
    _tested(df)
    m = len(d)
    if m < 2 or np.isnan(d).any():
        return _undefined(df)
    riv = (1 + 1 / m) * float(np.sqrt(np.maximum(d, 0)).var(ddof=1))
    statistic = (float(d.mean()) / df - (m + 1) / (m - 1) * riv) / (1 + riv)
    df2 = df ** (-3 / m) * (m - 1) * (1 + 1 / riv) ** 2 if riv > 0 else np.inf
    return _test(statistic, df, df2, riv)


def pool_likelihood(own: ArrayLike, pooled: ArrayLike, *, df: int) -> PooledTest:
    """Are k parameters all 0, judged by likelihood ratios at pooled estimates (D3)?

    Args:
        own: (m,) likelihood ratio chi-squares 2 (log L full - log L null), each data set at its
            own estimates.
        pooled: (m,) the same, each data set at the means of the estimates over imputations.
        df: k, number of parameters by which the models differ.

    Returns:
        The test; nan for fewer than two imputations. df2 is infinite if riv is 0. riv can come
        out below 0, as the difference of two means.

    Raises:
        Fault: STA-002 unless both have one number an imputation; STA-003 if `df` is below 1.

    Source:
        Meng and Rubin (1992), Performing likelihood ratio tests with multiply-imputed data
        sets, 2.3-2.7.

    Example:
        >>> found = pool_likelihood([9.1, 7.4, 8.8], [6.9, 5.8, 7.0], df=2)
        >>> round(found.statistic, 3), round(found.riv, 3), round(found.df2, 3)
        (1.145, 1.867, 7.075)
    """
    one, other = np.asarray(own, dtype=float), np.asarray(pooled, dtype=float)
    if one.ndim != 1 or one.shape != other.shape:
        raise Fault("STA-002", what="ratios", shape=other.shape, wanted="one an imputation")
    _tested(df)
    m = len(one)
    if m < 2 or np.isnan(one).any() or np.isnan(other).any():
        return _undefined(df)
    lost = float(one.mean() - other.mean())
    # Equal data sets lose nothing but rounding.
    lost = 0.0 if abs(lost) <= 1e-12 * max(1.0, float(np.abs(one).max())) else lost
    riv = (m + 1) / (df * (m - 1)) * lost
    statistic = float(other.mean()) / (df * (1 + riv))
    return _test(statistic, df, _large_sample(riv, df, df * (m - 1)), riv)


def compare_models(
    y: ArrayLike, full: ArrayLike, null: ArrayLike, *, kind: str = "linear", constant: str = "free"
) -> PooledTest:
    """Is a model better than one nested in it, by likelihood ratios over imputations (D3)?

    Args:
        y: (m, n) outcome of each imputed data set.
        full: (m, n, p) predictors of the full model, without a constant.
        null: (m, n, q) those of the nested one, q < p; q may be 0.
        kind: `linear`, `logistic` or `poisson`.
        constant: `free`, each data set has a constant of its own when it is fitted at the
            pooled slopes, as `mice::D3`; `pooled`, the constant is pooled too, as Meng and Rubin.

    Returns:
        The test. A linear model's residual variance is that of each data set at the pooled
        coefficients. nan if a coefficient is not determined in one of the data sets.

    Raises:
        Fault: STA-001 for another kind or constant; STA-002 if the shapes do not fit; STA-003 if
            the full model has no more columns than the nested one.

    Source:
        Meng and Rubin (1992); `mice::D3` 3.15 for `free`, with which it agrees.

    Example:
        >>> y = [[1.0, 5, 2, 6, 4, 7], [1.0, 5, 3, 6, 4, 7], [1.0, 5, 2, 6, 5, 7]]
        >>> x = [[[0.0], [1], [2], [3], [4], [5]]] * 3
        >>> found = compare_models(y, x, [[[]] * 6] * 3)
        >>> round(found.statistic, 2), found.df1
        (4.65, 1)
    """
    if constant not in ("free", "pooled"):
        raise Fault("STA-001", what="constant", value=constant, known="free, pooled")
    outcome = np.asarray(y, dtype=float)
    ratios = np.zeros((2, len(outcome)))
    for sign, design in ((1, full), (-1, null)):
        X = np.asarray(design, dtype=float)
        if X.ndim != 3 or X.shape[:2] != outcome.shape:
            wanted = f"{outcome.shape} and a column a predictor"
            raise Fault("STA-002", what="predictors", shape=X.shape, wanted=wanted)
        ratios += sign * 2 * _logliks(outcome, X, kind, free=constant == "free")
    count = np.asarray(full).shape[2] - np.asarray(null).shape[2]
    return pool_likelihood(ratios[0], ratios[1], df=count)


def _logliks(y: Floats, X: Floats, kind: str, *, free: bool) -> Floats:
    """Return (2, m) log-likelihoods: at each data set's own estimates, and at the pooled."""
    fit = _fitter(kind)
    fits = [fit(one, design, None) for one, design in zip(y, X, strict=True)]
    at = np.mean([coefficients for coefficients, _ in fits], axis=0)
    nothing = np.empty((y.shape[1], 0))
    held = []
    for one, design in zip(y, X, strict=True):
        known = design @ at[1:] + (0.0 if free else at[0])
        held.append(fit(one, nothing, (known, free))[1])
    return np.array([[loglik for _, loglik in fits], held])


_Fit = Callable[[Floats, Floats, tuple[Floats, bool] | None], tuple[Floats, float]]


def _fitter(kind: str) -> _Fit:
    """Return a function from outcome, predictors and (known part, constant?) to a fit."""
    general = {"logistic": logistic_model, "poisson": poisson_model}

    def linear(y: Floats, X: Floats, held: tuple[Floats, bool] | None) -> tuple[Floats, float]:
        known, constant = held or (np.zeros(len(y)), True)
        found = linear_model(y - known, X, intercept=constant)
        return found.coefficients, found.loglik

    def other(y: Floats, X: Floats, held: tuple[Floats, bool] | None) -> tuple[Floats, float]:
        known, constant = held or (np.zeros(len(y)), True)
        found: GeneralModel = general[kind](y, X, offset=known, intercept=constant)
        return found.coefficients, found.loglik

    if kind != "linear" and kind not in general:
        raise Fault(
            "STA-001", what="kind of model", value=kind, known=", ".join(["linear", *general])
        )
    return linear if kind == "linear" else other


def _tested(df: int) -> None:
    if df < 1:
        raise Fault("STA-003", what="the number of parameters", value=df, wanted="1 or more")


def _large_sample(riv: float, k: int, t: int) -> float:
    """Return df2 of Li, Raghunathan and Rubin."""
    if riv == 0:
        return float("inf")
    if t > 4:
        return 4 + (t - 4) * (1 + (1 - 2 / t) / riv) ** 2
    return t * (1 + 1 / k) * (1 + 1 / riv) ** 2 / 2


def _small_sample(riv: float, t: int, complete_df: float) -> float:
    """Return df2 of Reiter; its terms after the first are those of the missing data."""
    if t == 2:
        return float("nan")
    v = complete_df * (complete_df + 1) / (complete_df + 3)
    a = riv * t / (t - 2)
    near, far = v - 2 * (1 + a), v - 4 * (1 + a)
    if not near or not far:
        return float("nan")
    missing = (
        a**2 * near / ((1 + a) ** 2 * far)
        + 8 * a**2 * near / ((1 + a) * far**2)
        + 4 * a**2 / ((1 + a) * far)
        + 4 * a**2 / (far * near)
        + 16 * a**2 * near / far**3
        + 8 * a**2 / far**2
    )
    if t == 4:
        return 4.0 if missing else 4 + far
    whole = 1 / far + missing / (t - 4)
    return 4 + 1 / whole if whole else float("inf")


def _test(statistic: float, df1: int, df2: float, riv: float) -> PooledTest:
    p = float(f_tail(max(statistic, 0.0), df1, df2)) if not np.isnan(statistic) else float("nan")
    return PooledTest(statistic=statistic, df1=df1, df2=df2, p=p, riv=riv)


def _undefined(k: int) -> PooledTest:
    nan = float("nan")
    return PooledTest(statistic=nan, df1=k, df2=nan, p=nan, riv=nan)
