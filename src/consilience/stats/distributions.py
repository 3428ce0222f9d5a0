"""Tail probabilities and quantiles of the distributions that tests and intervals rest on.

SciPy's special functions are loaded when first asked for: half a second that a command which
tests nothing should not pay. Everything takes arrays, gives nan for nan or for impossible
degrees of freedom, and never warns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _special(name: str, *arguments: ArrayLike) -> Floats:
    from scipy import special  # noqa: PLC0415  (half a second that few commands need)

    function: Callable[..., Any] = getattr(special, name)
    with np.errstate(all="ignore"):
        return np.asarray(function(*[np.asarray(each, dtype=float) for each in arguments]))


def normal_tail(z: ArrayLike) -> Floats:
    """Return P(Z > z) of the standard normal distribution.

    Example:
        >>> round(float(normal_tail(1.959964)), 6)
        0.025
    """
    return _special("ndtr", -np.asarray(z, dtype=float))


def normal_quantile(p: ArrayLike) -> Floats:
    """Return z with P(Z <= z) = p; infinite at 0 and 1.

    Example:
        >>> round(float(normal_quantile(0.975)), 6)
        1.959964
    """
    return _special("ndtri", p)


def t_tail(t: ArrayLike, df: ArrayLike) -> Floats:
    """Return P(T > t) of Student's distribution with `df` degrees of freedom, which may be inf.

    Example:
        >>> round(float(t_tail(2.228139, 10)), 6)
        0.025
    """
    t, df = np.broadcast_arrays(np.asarray(t, dtype=float), np.asarray(df, dtype=float))
    endless = np.isposinf(df)
    found = _special("stdtr", np.where(endless, 1.0, np.where(df > 0, df, np.nan)), -t)
    return np.where(endless, normal_tail(t), found)


def t_quantile(p: ArrayLike, df: ArrayLike) -> Floats:
    """Return t with P(T <= t) = p for `df` degrees of freedom, which may be inf.

    Example:
        >>> round(float(t_quantile(0.975, 10)), 6)
        2.228139
    """
    p, df = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(df, dtype=float))
    endless = np.isposinf(df)
    found = _special("stdtrit", np.where(endless, 1.0, np.where(df > 0, df, np.nan)), p)
    return np.where(endless, normal_quantile(p), found)


def f_tail(f: ArrayLike, df1: ArrayLike, df2: ArrayLike) -> Floats:
    """Return P(F > f) for `df1` and `df2` degrees of freedom; `df2` may be inf.

    Example:
        >>> round(float(f_tail(3.325835, 5, 10)), 6)
        0.05
    """
    arrays = np.broadcast_arrays(*[np.asarray(each, dtype=float) for each in (f, df1, df2)])
    f, df1, df2 = arrays
    endless = np.isposinf(df2)
    fit = (df1 > 0) & (df2 > 0)
    found = _special("fdtrc", np.where(fit, df1, np.nan), np.where(endless, 1.0, df2), f)
    return np.where(endless & fit, chi2_tail(f * df1, df1), np.where(fit, found, np.nan))


def f_quantile(p: ArrayLike, df1: ArrayLike, df2: ArrayLike) -> Floats:
    """Return f with P(F <= f) = p for finite `df1` and `df2`.

    Example:
        >>> round(float(f_quantile(0.95, 5, 10)), 6)
        3.325835
    """
    return _special("fdtri", df1, df2, p)


def chi2_tail(x: ArrayLike, df: ArrayLike) -> Floats:
    """Return P(X > x) of the chi-squared distribution; nan for degrees of freedom below or at 0.

    Example:
        >>> round(float(chi2_tail(3.841459, 1)), 6)
        0.05
    """
    df = np.asarray(df, dtype=float)
    return _special("chdtrc", np.where(df > 0, df, np.nan), x)


def chi2_quantile(p: ArrayLike, df: ArrayLike) -> Floats:
    """Return x with P(X <= x) = p.

    Example:
        >>> round(float(chi2_quantile(0.95, 1)), 6)
        3.841459
    """
    return _special("chdtri", df, 1 - np.asarray(p, dtype=float))


def beta_quantile(p: ArrayLike, a: ArrayLike, b: ArrayLike) -> Floats:
    """Return x with P(X <= x) = p of the beta distribution with shapes `a` and `b`.

    Example:
        >>> round(float(beta_quantile(0.5, 2, 2)), 6)
        0.5
    """
    return _special("betaincinv", a, b, p)
