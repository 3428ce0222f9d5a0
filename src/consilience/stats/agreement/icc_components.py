"""Variances of units, raters and the rest where ratings are missing, by restricted likelihood."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.agreement.icc import MeanSquares

Floats = NDArray[np.float64]

# Ratios of standard deviations from which the search starts; the likelihood may have two tops.
STARTS: Final = ((1.0, 1.0), (0.1, 0.1), (3.0, 0.3), (0.3, 3.0))
STEPS: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """Variances of ratings, and what they were estimated from.

    Args:
        units: how many units have a rating.
        raters: how many raters gave one.
        ratings: how many there are.
        unit: variance between units, 0 or more.
        rater: variance between raters, 0 or more; 0 in a one-way model.
        error: variance of what is left.
        mean: estimate of the mean rating.
        loglik: restricted log-likelihood, comparable between models of the same ratings.
    """

    units: int
    raters: int
    ratings: int
    unit: float
    rater: float
    error: float
    mean: float
    loglik: float

    def share(self, *, agreement: bool = True, raters: int = 1) -> float:
        """Return the share of the variance of a mean of raters that is between units.

        Args:
            agreement: whether the levels of raters count against it.
            raters: of how many raters the mean is.
        """
        noise = self.error + (self.rater if agreement else 0.0)
        total = self.unit + noise / raters
        return self.unit / total if total > 0 else float("nan")


def two_way_components(values: ArrayLike) -> Components:
    """How does the variance fall into units, raters and the rest, some ratings missing?

    Args:
        values: (units, raters), nan where missing.

    Returns:
        Variances by restricted maximum likelihood; nan where there are not two units, two
        raters and more ratings than these, or nothing varies.

    Raises:
        Fault: STA-002 if there are not two dimensions.

    Source:
        Patterson and Thompson (1971), Recovery of inter-block information when block sizes are
        unequal; units are eliminated first, so that a step costs raters cubed.

    Differs:
        lme4's `lmer(y ~ 1 + (1 | unit) + (1 | rater))` maximises the same likelihood; figures
        agree to about 1e-5.

    Example:
        >>> found = two_way_components([[9, 2, 5], [6, 1, float("nan")], [8, 4, 6], [7, 1, 2]])
        >>> round(found.unit, 3), round(found.rater, 3), round(found.error, 3)
        (1.664, 7.582, 0.789)
    """
    return _fitted(_read(values), two_way=True)


def one_way_components(values: ArrayLike) -> Components:
    """How does the variance fall into units and the rest, some ratings missing?

    Args:
        values: (units, raters), nan where missing; the order within a unit does not matter.

    Returns:
        As `two_way_components`, without a variance of raters.

    Raises:
        Fault: STA-002 if there are not two dimensions.

    Source:
        As `two_way_components`.

    Example:
        >>> found = one_way_components([[1, 2], [4, 5], [7, float("nan")]])
        >>> round(found.unit, 3), round(found.error, 3)
        (7.182, 0.502)
    """
    return _fitted(_read(values), two_way=False)


def equivalent_mean_squares(found: Components) -> MeanSquares:
    """Which mean squares would complete ratings with these variances have had?

    Args:
        found: by `two_way_components`.

    Returns:
        Their expected values, for all units and raters there are.

    Source:
        McGraw and Wong (1996), Table 3, expected mean squares.
    """
    return MeanSquares(
        units=found.units,
        raters=found.raters,
        between=found.raters * found.unit + found.error,
        within=found.rater + found.error,
        raters_between=found.units * found.rater + found.error,
        error=found.error,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Read:
    """Ratings less their mean, 0 where missing, and which there are."""

    values: Floats
    known: Floats
    middle: float


def _read(values: ArrayLike) -> _Read:
    table = np.asarray(values, dtype=float)
    if table.ndim != 2:
        raise Fault("STA-002", what="values", shape=table.shape, wanted="(units, raters)")
    known = ~np.isnan(table)
    table = table[known.any(axis=1)][:, known.any(axis=0)]
    known = ~np.isnan(table)
    middle = float(table[known].mean()) if known.any() else 0.0
    return _Read(
        values=np.where(known, table - middle, 0.0), known=known.astype(float), middle=middle
    )


def _fitted(read: _Read, *, two_way: bool) -> Components:
    units, raters = read.known.shape
    count = int(read.known.sum())
    spread = float(np.abs(read.values).max(initial=0.0))
    free = count - units - (raters - 1 if two_way else 0)
    if units < 2 or (two_way and raters < 2) or free < 1 or spread <= 1e-12 * abs(read.middle):
        nan = float("nan")
        return Components(
            units=units, raters=raters, ratings=count, unit=nan, rater=nan, error=nan, mean=nan,
            loglik=nan,
        )  # fmt: skip
    scaled = _Read(values=read.values / spread, known=read.known, middle=0.0)

    def likelihood(ratios: Floats) -> float:
        return _restricted(scaled, float(ratios[0]), float(ratios[1]) if two_way else 0.0)[0]

    best = _greatest(likelihood, 2 if two_way else 1)
    unit, rater = float(best[0]), float(best[1]) if two_way else 0.0
    loglik, error, mean = _restricted(scaled, unit, rater)
    return Components(
        units=units,
        raters=raters,
        ratings=count,
        unit=unit**2 * error * spread**2,
        rater=rater**2 * error * spread**2,
        error=error * spread**2,
        mean=read.middle + mean * spread,
        loglik=loglik - (count - 1) * math.log(spread),
    )


def _greatest(likelihood: Callable[[Floats], float], count: int) -> Floats:
    """Return the ratios of standard deviations, 0 or more, of the greatest likelihood."""
    from scipy.optimize import minimize  # noqa: PLC0415  (a second that only this pays)

    def cost(ratios: Floats) -> float:
        return -likelihood(np.abs(ratios))

    options = {"xatol": 1e-10, "fatol": 1e-13, "maxiter": STEPS, "maxfev": STEPS}
    tops = [
        minimize(cost, np.array(start[:count]), method="Nelder-Mead", options=options)
        for start in STARTS
    ]
    best = min(tops, key=lambda top: float(top.fun))
    # A ratio that is nothing in the likelihood is nothing: variances end at 0, not near it.
    ratios: Floats = np.abs(np.asarray(best.x, dtype=float))
    for place in range(count):
        without = ratios.copy()
        without[place] = 0.0
        if cost(without) <= float(best.fun) + 1e-12:
            ratios = without
    return ratios


def _restricted(read: _Read, unit: float, rater: float) -> tuple[float, float, float]:
    """Return restricted log-likelihood, error variance and mean at ratios of sds to the error's.

    With V = I + u Z_u Z_u' + r Z_r Z_r' units drop out by Woodbury, rater by rater sums remain.
    """
    size = read.known.sum(axis=1)
    weight = unit**2 / (1 + size * unit**2)
    sums = read.values.sum(axis=1)
    count = float(size.sum())
    ones = count - float(weight @ size**2)
    cross = float(sums.sum() - weight @ (size * sums))
    square = float((read.values**2).sum() - weight @ sums**2)
    log_v = float(np.log1p(size * unit**2).sum())
    if rater > 0:
        held = read.known * weight[:, None]
        inner = np.diag(read.known.sum(axis=0)) - read.known.T @ held
        to_one = read.known.sum(axis=0) - held.T @ size
        to_y = read.values.sum(axis=0) - held.T @ sums
        core = np.eye(len(inner)) + rater**2 * inner
        half = np.linalg.solve(core, rater**2 * np.column_stack([to_one, to_y]))
        ones -= float(to_one @ half[:, 0])
        cross -= float(to_one @ half[:, 1])
        square -= float(to_y @ half[:, 1])
        log_v += float(np.linalg.slogdet(core)[1])
    mean = cross / ones
    rest = max(square - cross * mean, np.finfo(float).tiny)
    free = count - 1
    error = rest / free
    loglik = -(free * (1 + math.log(2 * math.pi * error)) + log_v + math.log(ones)) / 2
    return loglik, error, mean
