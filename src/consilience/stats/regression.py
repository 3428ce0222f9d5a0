"""Which coefficients fit best, and how certain are they: linear, logistic and Poisson models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# A column of which less than this share is new to those before it depends on them; lm's bound.
_NEW: Final = 1e-7
_NAN: Final = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearModel:
    """What least squares found.

    Args:
        coefficients: (p,) the constant first if there is one; nan for a column that depends on
            those before it.
        covariance: (p, p) of the coefficients; nan for such a column, and throughout where
            there are no residual degrees of freedom.
        residual_df: rows less coefficients.
        sigma: standard deviation of the residuals, 0 or more.
        r_squared: share of the variance that is explained, 0 to 1; nan if nothing varies.
        adjusted_r_squared: the same with degrees of freedom counted.
        loglik: the log-likelihood of normal residuals, its variance the sum of squares over n.
        rows: how many rows were used.
        residuals: (n,) outcome less fit; nan for a row that was not used.
    """

    coefficients: Floats
    covariance: Floats
    residual_df: int
    sigma: float
    r_squared: float
    adjusted_r_squared: float
    loglik: float
    rows: int
    residuals: Floats


def linear_model(
    y: ArrayLike, X: ArrayLike, *, weights: ArrayLike | None = None, intercept: bool = True
) -> LinearModel:
    """Which coefficients leave the least sum of squares?

    Args:
        y: (n,) outcome, nan where missing.
        X: (n, k) predictors, nan where missing; only complete rows are used.
        weights: (n,) 0 or more; a row of weight 0 is not used. 1 each if None.
        intercept: whether to put a constant before the predictors.

    Returns:
        The model. A column that depends on those before it gets nan, and the rest is as if it
        were not there.

    Raises:
        Fault: STA-002 if the lengths differ; STA-003 for a negative weight.

    Source:
        Householder's decomposition X = QR; covariance (X'WX)^-1 sigma^2.

    Example:
        >>> found = linear_model([1, 2, 4, 5], [[0], [1], [2], [3]])
        >>> found.coefficients.round(2).tolist(), round(found.r_squared, 3)
        ([0.9, 1.4], 0.98)
    """
    outcome, design, weight, used = _rows(y, X, weights, intercept)
    kept = independent_columns(design[used])
    root = np.sqrt(weight[used])
    A, b = design[used][:, kept] * root[:, None], outcome[used] * root
    solved, inverse = _least_squares(A, b)
    coefficients, covariance = _spread_out(solved, inverse, kept, design.shape[1])
    residuals = np.full(len(outcome), np.nan)
    residuals[used] = outcome[used] - design[used][:, kept] @ solved
    rest = float(weight[used] @ residuals[used] ** 2)
    rows, df = int(used.sum()), int(used.sum()) - len(kept)
    variance = rest / df if df > 0 else _NAN
    share = _explained(outcome[used], weight[used], rest, intercept=intercept)
    return LinearModel(
        coefficients=coefficients,
        covariance=covariance * variance,
        residual_df=df,
        sigma=float(np.sqrt(variance)),
        r_squared=share,
        adjusted_r_squared=1 - (1 - share) * (rows - intercept) / df if df > 0 else _NAN,
        loglik=_normal_loglik(rest, weight[used]),
        rows=rows,
        residuals=residuals,
    )


def _explained(outcome: Floats, weight: Floats, rest: float, *, intercept: bool) -> float:
    if not len(outcome):
        return _NAN
    centre = float(weight @ outcome) / float(weight.sum()) if intercept else 0.0
    total = float(weight @ (outcome - centre) ** 2)
    # Rounding must not turn an outcome without variance into an explained share.
    floor = 1e-24 * max(1.0, float(weight @ outcome**2))
    return max(0.0, 1 - rest / total) if total > floor else _NAN


def _normal_loglik(rest: float, weight: Floats) -> float:
    n = len(weight)
    if not n or rest <= 0:
        return _NAN if not n else float("inf")
    return 0.5 * float(np.log(weight).sum() - n * (np.log(2 * np.pi * rest / n) + 1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GeneralModel:
    """What maximum likelihood found for an outcome that is not normal.

    Args:
        coefficients: (p,) the constant first if there is one; nan for a column that depends on
            those before it.
        covariance: (p, p) inverse of the information.
        residual_df: rows less coefficients.
        deviance: twice the log-likelihood lost against a fit of every row.
        null_deviance: the same of the constant alone (of the offset alone without a constant).
        loglik: log-likelihood; for numbers of trials without the binomial coefficient.
        rows: how many rows were used.
        rounds: how many rounds of weighted least squares it took.
        warnings: STA-005 if it had not settled; STA-070 if rows are fitted as certain, as happens
            when predictors part the outcome: coefficients and covariance then mean nothing.
    """

    coefficients: Floats
    covariance: Floats
    residual_df: int
    deviance: float
    null_deviance: float
    loglik: float
    rows: int
    rounds: int
    warnings: tuple[Fault, ...]


def logistic_model(
    y: ArrayLike,
    X: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    intercept: bool = True,
    rounds: int = 25,
) -> GeneralModel:
    """How do predictors change the log-odds that y is 1?

    Args:
        y: (n,) 0 or 1, or a share when `weights` are numbers of trials; nan where missing.
        X: (n, k) predictors, nan where missing; only complete rows are used.
        weights: (n,) 0 or more.
        offset: (n,) part of the log-odds that is known.
        intercept: whether to put a constant before the predictors.
        rounds: the most rounds to take, 1 or more.

    Returns:
        The model. Start, stop (relative change of the deviance below 1e-8) and covariance (of
        the last round's weights) are those of R's `glm`, so that the digits are, too.

    Raises:
        Fault: STA-002 if lengths differ; STA-003 for weights below 0 or y outside 0 to 1.

    Source:
        McCullagh and Nelder (1989), Generalized Linear Models, section 2.5.

    Example:
        >>> found = logistic_model([0, 0, 1, 0, 1, 1], [[0], [1], [2], [3], [4], [5]])
        >>> found.coefficients.round(3).tolist(), round(found.deviance, 3)
        ([-3.035, 1.214], 4.956)
    """
    return _general("logistic", (y, X, weights, offset), intercept=intercept, rounds=rounds)


def poisson_model(
    y: ArrayLike,
    X: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    intercept: bool = True,
    rounds: int = 25,
) -> GeneralModel:
    """How do predictors change the logarithm of an expected count?

    Args:
        y: (n,) counts, 0 or more, nan where missing.
        X: (n, k) predictors, nan where missing; only complete rows are used.
        weights: (n,) 0 or more.
        offset: (n,) part of the logarithm that is known, such as that of the time at risk.
        intercept: whether to put a constant before the predictors.
        rounds: the most rounds to take, 1 or more.

    Returns:
        The model, see `logistic_model`.

    Raises:
        Fault: STA-002 if lengths differ; STA-003 for weights or counts below 0.

    Source:
        McCullagh and Nelder (1989), Generalized Linear Models, section 6.2.

    Example:
        >>> found = poisson_model([1, 1, 2, 4, 7], [[0], [1], [2], [3], [4]])
        >>> found.coefficients.round(3).tolist()
        [-0.334, 0.566]
    """
    return _general("poisson", (y, X, weights, offset), intercept=intercept, rounds=rounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """Mean, variance (the slope of the mean, as the links are natural), start and likelihood."""

    greatest: float
    mean: Callable[[Floats], Floats]
    variance: Callable[[Floats], Floats]
    start: Callable[[Floats, Floats], Floats]
    link: Callable[[Floats], Floats]
    deviance: Callable[[Floats, Floats], Floats]
    loglik: Callable[[Floats, Floats], Floats]


def _logistic(eta: Floats) -> Floats:
    # Beyond 30 the probability is as near to 0 or 1 as numbers go, and the weight not 0.
    least = np.finfo(float).eps / (1 + np.finfo(float).eps)
    inside = 1 / (1 + np.exp(-np.clip(eta, -30, 30)))
    return np.where(eta < -30, least, np.where(eta > 30, 1 - least, inside))


def _times_log(y: Floats, ratio: Floats) -> Floats:
    safe = np.where(y > 0, ratio, 1.0)
    return np.asarray(y * np.log(safe))


def _log_factorial(y: Floats) -> Floats:
    from scipy.special import gammaln  # noqa: PLC0415  (half a second that few commands need)

    return np.asarray(gammaln(y + 1))


_FAMILIES: Final[Mapping[str, _Family]] = MappingProxyType(
    {
        "logistic": _Family(
            greatest=1.0,
            mean=_logistic,
            variance=lambda mu: mu * (1 - mu),
            start=lambda y, w: (w * y + 0.5) / (w + 1),
            link=lambda mu: np.log(mu / (1 - mu)),
            deviance=lambda y, mu: (
                2 * (_times_log(y, y / mu) + _times_log(1 - y, (1 - y) / (1 - mu)))
            ),
            loglik=lambda y, mu: _times_log(y, mu) + _times_log(1 - y, 1 - mu),
        ),
        "poisson": _Family(
            greatest=float("inf"),
            mean=lambda eta: np.exp(np.clip(eta, -700, 700)),
            variance=lambda mu: mu,
            start=lambda y, w: y + 0.1 + 0 * w,
            link=lambda mu: np.asarray(np.log(mu)),
            deviance=lambda y, mu: 2 * (_times_log(y, y / mu) - (y - mu)),
            loglik=lambda y, mu: _times_log(y, mu) - mu - _log_factorial(y),
        ),
    }
)

_Data = tuple[ArrayLike, ArrayLike, ArrayLike | None, ArrayLike | None]


def _general(name: str, data: _Data, *, intercept: bool, rounds: int) -> GeneralModel:
    family = _FAMILIES[name]
    y, X, weights, offset = data
    outcome, design, weight, used = _rows(y, X, weights, intercept)
    known = np.zeros(len(outcome)) if offset is None else np.asarray(offset, dtype=float)
    if known.shape != outcome.shape:
        raise Fault("STA-002", what="offset", shape=known.shape, wanted="one number a row of y")
    used &= ~np.isnan(known)
    outcome, design, weight, known = outcome[used], design[used], weight[used], known[used]
    if len(outcome) and not 0 <= outcome.min() <= outcome.max() <= family.greatest:
        wanted = "0 to 1" if family.greatest == 1 else "0 or more"
        raise Fault("STA-003", what="an outcome", value=_beyond(outcome), wanted=wanted)
    kept = independent_columns(design)
    fitted = _fit(family, outcome, design[:, kept], weight, known, rounds)
    coefficients, covariance = _spread_out(
        fitted.coefficients, fitted.covariance, kept, design.shape[1]
    )
    one = np.ones((len(outcome), 1 if intercept else 0))
    null = _fit(family, outcome, one, weight, known, rounds)
    n = len(outcome)
    return GeneralModel(
        coefficients=coefficients,
        covariance=covariance,
        residual_df=n - len(kept),
        deviance=fitted.deviance if n else _NAN,
        null_deviance=null.deviance if n else _NAN,
        loglik=float(weight @ family.loglik(outcome, fitted.mean)) if n else _NAN,
        rows=n,
        rounds=fitted.rounds,
        warnings=_doubts(name, fitted, rounds),
    )


def _doubts(name: str, fitted: _Fit, rounds: int) -> tuple[Fault, ...]:
    found = []
    if not fitted.settled:
        found.append(Fault("STA-005", what=f"the {name} model", rounds=rounds))
    edge = 10 * np.finfo(float).eps
    sure = np.count_nonzero((fitted.mean < edge) | (fitted.mean > 1 - edge))
    if name == "logistic" and sure:
        found.append(Fault("STA-070", count=int(sure)))
    return tuple(found)


def _beyond(outcome: Floats) -> float:
    return float(outcome.min() if outcome.min() < 0 else outcome.max())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fit:
    coefficients: Floats
    covariance: Floats
    mean: Floats
    deviance: float
    rounds: int
    settled: bool


def _fit(
    family: _Family, y: Floats, X: Floats, weight: Floats, offset: Floats, rounds: int
) -> _Fit:
    """Fisher scoring: weighted least squares of the linearised outcome, until it settles."""
    mu = family.start(y, weight)
    eta = family.link(mu)
    if not len(y) or not X.shape[1]:
        mu = family.mean(offset)
        deviance = float(weight @ family.deviance(y, mu))
        empty = np.full((X.shape[1], X.shape[1]), np.nan)
        return _Fit(
            coefficients=empty[:, :1].ravel(),
            covariance=empty,
            mean=mu,
            deviance=deviance,
            rounds=0,
            settled=True,
        )
    last, settled = float(weight @ family.deviance(y, mu)), False
    done = 0
    while done < rounds and not settled:
        done += 1
        slope = family.variance(mu)
        root = np.sqrt(weight * slope)
        working = eta - offset + (y - mu) / slope
        solved, inverse = _least_squares(X * root[:, None], working * root)
        eta = X @ solved + offset
        mu = family.mean(eta)
        deviance = float(weight @ family.deviance(y, mu))
        settled = abs(deviance - last) / (abs(deviance) + 0.1) < 1e-8
        last = deviance
        if settled:
            break
    return _Fit(
        coefficients=solved,
        covariance=inverse,
        mean=mu,
        deviance=last,
        rounds=done,
        settled=settled,
    )


def independent_columns(X: Floats) -> Integers:
    """Which columns are not a linear combination of those before them?

    Args:
        X: (n, p) without missing values.

    Returns:
        Numbers of the columns, ascending. At most n.

    Source:
        Diagonal of R in X = QR: what is left of a column after those before it.

    Example:
        >>> independent_columns(np.array([[1.0, 2, 1], [1, 2, 0], [1, 2, 5]])).tolist()
        [0, 2]
    """
    kept = np.arange(X.shape[1])
    length = np.sqrt((X * X).sum(axis=0))
    while len(kept):
        left = np.abs(np.diagonal(np.linalg.qr(X[:, kept], mode="r"))) if len(X) else np.empty(0)
        old = np.ones(len(kept), dtype=bool)
        old[: len(left)] = left <= _NEW * length[kept[: len(left)]]
        if not old.any():
            break
        # What comes after the first dependent column was measured against noise.
        kept = np.delete(kept, int(np.argmax(old)))
    return kept


def _least_squares(A: Floats, b: Floats) -> tuple[Floats, Floats]:
    if not A.shape[1]:
        return np.empty(0), np.empty((0, 0))
    Q, R = np.linalg.qr(A)
    try:
        half = np.linalg.inv(R)
    except np.linalg.LinAlgError:
        nothing = np.full(A.shape[1], np.nan)
        return nothing, np.full((A.shape[1], A.shape[1]), np.nan)
    return half @ (Q.T @ b), half @ half.T


def _spread_out(
    solved: Floats, inverse: Floats, kept: Integers, count: int
) -> tuple[Floats, Floats]:
    coefficients, covariance = np.full(count, np.nan), np.full((count, count), np.nan)
    coefficients[kept] = solved
    covariance[np.ix_(kept, kept)] = inverse
    return coefficients, covariance


def _rows(
    y: ArrayLike, X: ArrayLike, weights: ArrayLike | None, intercept: bool
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    outcome = np.asarray(y, dtype=float)
    design = np.asarray(X, dtype=float)
    if outcome.ndim != 1:
        raise Fault("STA-002", what="the outcome", shape=outcome.shape, wanted="one number a row")
    design = design[:, None] if design.ndim == 1 else design
    if design.ndim != 2 or len(design) != len(outcome):
        raise Fault("STA-002", what="predictors", shape=design.shape, wanted=f"{len(outcome)} rows")
    weight = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != outcome.shape:
        raise Fault("STA-002", what="weights", shape=weight.shape, wanted="one number a row of y")
    if (weight < 0).any():
        raise Fault("STA-003", what="a weight", value=float(np.nanmin(weight)), wanted="0 or more")
    if intercept:
        design = np.column_stack([np.ones(len(outcome)), design])
    used = ~(np.isnan(outcome) | np.isnan(design).any(axis=1)) & (weight > 0)
    return outcome, design, weight, used
