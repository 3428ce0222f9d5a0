"""How likely is each level of an ordered outcome between its two thresholds?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.distributions import normal_quantile, normal_tail

Floats = NDArray[np.float64]

# Beyond these the density is 0 as far as numbers go, and its exponentials do not overflow.
_FAR: Final = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A distribution F of the latent outcome.

    Args:
        between: (low, high) to F(high) - F(low).
        density: f, 0 far out.
        bend: f', 0 far out.
        quantile: inverse of F.
    """

    between: Callable[[Floats, Floats], Floats]
    density: Callable[[Floats], Floats]
    bend: Callable[[Floats], Floats]
    quantile: Callable[[Floats], Floats]


def _near(x: Floats) -> Floats:
    return np.clip(x, -_FAR, _FAR)


def _logistic(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-_near(x))))


def _logistic_between(low: Floats, high: Floats) -> Floats:
    return np.asarray(_logistic(high) * _logistic(-low) * -np.expm1(_near(low) - _near(high)))


def _logistic_density(x: Floats) -> Floats:
    return np.asarray(_logistic(x) * _logistic(-x))


def _normal_between(low: Floats, high: Floats) -> Floats:
    # From the nearer tail: far out the difference of two probabilities near 1 is rounding.
    turned = low > 0
    near, far = np.where(turned, low, -high), np.where(turned, high, -low)
    return normal_tail(near) - normal_tail(far)


def _normal_density(x: Floats) -> Floats:
    near = np.clip(x, -40, 40)
    return np.asarray(np.exp(-near * near / 2) / np.sqrt(2 * np.pi))


def _extreme_between(low: Floats, high: Floats) -> Floats:
    below, above = np.exp(_near(low)), np.exp(_near(high))
    return np.asarray(np.exp(-below) * -np.expm1(below - above))


def _extreme_density(x: Floats) -> Floats:
    near = _near(x)
    return np.asarray(np.exp(near - np.exp(near)))


def _extreme_bend(x: Floats) -> Floats:
    return np.asarray(_extreme_density(x) * (1 - np.exp(_near(x))))


LINKS: Final[Mapping[str, Link]] = MappingProxyType(
    {
        "logit": Link(
            between=_logistic_between,
            density=_logistic_density,
            bend=lambda x: _logistic_density(x) * (1 - 2 * _logistic(x)),
            quantile=lambda p: np.log(p) - np.log1p(-p),
        ),
        "probit": Link(
            between=_normal_between,
            density=_normal_density,
            bend=lambda x: -np.clip(x, -40, 40) * _normal_density(x),
            quantile=normal_quantile,
        ),
        "cloglog": Link(
            between=_extreme_between,
            density=_extreme_density,
            bend=_extreme_bend,
            quantile=lambda p: np.log(-np.log1p(-p)),
        ),
        "loglog": Link(
            between=lambda low, high: _extreme_between(-high, -low),
            density=lambda x: _extreme_density(-x),
            bend=lambda x: -_extreme_bend(-x),
            quantile=lambda p: -np.log(-np.log(p)),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cell:
    """How the log-probability of a level changes with its upper and lower bound.

    Args:
        loglik: (s, n) log-probability; -inf or nan where the bounds are the wrong way round.
        upper: (s, n) derivative by the upper bound, 0 or more.
        lower: (s, n) derivative by the lower bound, its sign turned, 0 or more.
        bend_upper: (s, n) how fast `upper` falls as both bounds rise.
        bend_lower: (s, n) how fast `lower` rises as both bounds rise.
        cross: (s, n) derivative by both bounds.
    """

    loglik: Floats
    upper: Floats
    lower: Floats
    bend_upper: Floats
    bend_lower: Floats
    cross: Floats


def cell(link: str, low: Floats, high: Floats) -> Cell:
    """How likely is a level between these bounds, and how does that change with them?

    Args:
        link: a key of `LINKS`.
        low: (s, n) lower bound less the linear predictor, -inf for the lowest level.
        high: (s, n) upper bound less the linear predictor, inf for the highest level.

    Returns:
        The log-probability and its derivatives.

    Source:
        McCullagh (1980), Regression models for ordinal data. For the logit the log-probability is
        log F(high) + log F(-low) + log(1 - exp(low - high)), so that nothing cancels.

    Example:
        >>> inside = cell("logit", np.array([[-np.inf]]), np.array([[0.0]]))
        >>> inside.loglik.round(3).tolist(), inside.upper.tolist(), inside.lower.tolist()
        ([[-0.693]], [[0.5]], [[0.0]])
    """
    with np.errstate(all="ignore"):
        return _logit_cell(low, high) if link == "logit" else _any_cell(LINKS[link], low, high)


def _logit_cell(low: Floats, high: Floats) -> Cell:
    one, other = np.exp(-np.abs(high)), np.exp(-np.abs(low))
    beyond = np.where(high > 0, one, 1.0) / (1 + one)
    under = np.where(low < 0, other, 1.0) / (1 + other)
    # The distance of two thresholds is the same in every row.
    gap = (high[:, :1] - low[:, :1]) if high.shape[1] else np.full((len(high), 1), np.inf)
    push = 1 / np.expm1(gap)
    loglik = np.minimum(high, 0) - np.log((1 + one) * (1 + other)) - np.maximum(low, 0)
    return Cell(
        loglik=loglik + np.log(-np.expm1(-gap)),
        upper=beyond + push,
        lower=under + push,
        bend_upper=beyond * (1 - beyond),
        bend_lower=under * (1 - under),
        cross=np.broadcast_to(push * (1 + push), high.shape),
    )


def _any_cell(link: Link, low: Floats, high: Floats) -> Cell:
    chance = link.between(low, high)
    upper, lower = link.density(high) / chance, link.density(low) / chance
    cross = upper * lower
    return Cell(
        loglik=np.log(chance),
        upper=upper,
        lower=lower,
        bend_upper=upper * upper - cross - link.bend(high) / chance,
        bend_lower=lower * lower - cross + link.bend(low) / chance,
        cross=cross,
    )
