"""Which weights near the given ones meet the totals of auxiliary variables?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.weighting.calibrated import Calibrated, base_weights, ratio

Floats = NDArray[np.float64]
Bounds = tuple[ArrayLike, ArrayLike]
# From u = x'lambda to the factor and its slope, (n,) each.
_Curve = Callable[[Floats], tuple[Floats, Floats]]

METHODS: Final = ("linear", "raking", "logit")

# exp beyond this is no weight any more and would overflow in the products.
_LARGEST: Final = 200.0

# Lengths of a step tried in a round, and rounds without progress after which none is hoped for.
_TRIES: Final = 60
_STALLED: Final = 20


def calibrate(
    auxiliaries: ArrayLike,
    totals: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    method: str = "linear",
    bounds: Bounds | None = None,
    variance: ArrayLike | None = None,
    tolerance: float = 1e-10,
    rounds: int = 100,
) -> Calibrated:
    """Which weights near the given ones give the known totals of several variables?

    The adjusted weight is w g with g = F(x'lambda / variance), lambda chosen so that the totals
    are met: F(u) = 1 + u (`linear`, the generalised regression estimator), exp(u) (`raking`), or
    the S-shaped curve between two bounds (`logit`).

    Args:
        auxiliaries: (n, k) variables; a constant has to be one of them if the number of units is
            to be met. Columns that depend on others do no harm.
        totals: (k,) totals in the population.
        weights: (n,) weights to start from, 0 or more; 1 each if None.
        method: `linear`, `raking` or `logit`.
        bounds: least and greatest g, numbers or (n,) each; `linear` and `raking` are cut off at
            them, `logit` needs them, with 1 between. Limits of the weights themselves are
            (low / weights, high / weights).
        variance: (n,) variance of the residual of each row in the working model; 1 each if None.
        tolerance: |total - wanted| <= tolerance * (1 + |wanted|) for every variable.
        rounds: at most so many steps of Newton's method.

    Returns:
        The weights. If the totals cannot be met within the bounds, the nearest found, with
        `settled` False and the warning STA-005.

    Raises:
        Fault: STA-001 for another method, STA-002 for shapes that do not fit, STA-003 for missing
            values or impossible bounds.

    Source:
        Deville and Saerndal (1992), Calibration estimators in survey sampling, JASA 87,
        376-382, cases 1, 2, 6 and 7.

    Differs:
        R's survey::calibrate stops with an error where bounds cannot be met, and at a tolerance
        of 1e-7 by default.

    Example:
        >>> found = calibrate([[1, 1], [1, 2], [1, 3]], [30, 66], weights=[10, 10, 10])
        >>> found.weights.round(6).tolist()
        [7.0, 10.0, 13.0]
    """
    if method not in METHODS:
        raise Fault("STA-001", what="calibration", value=method, known=", ".join(METHODS))
    matrix, wanted = _checked(auxiliaries, totals)
    base = base_weights(weights, len(matrix))
    spread = np.ones(len(matrix)) if variance is None else np.asarray(variance, dtype=float)
    curve = _curve(method, _limits(bounds, len(matrix), method))
    # Columns of like size keep the linear system well conditioned.
    size = np.sqrt((matrix * matrix).mean(axis=0)) if len(matrix) else np.ones(len(wanted))
    size = np.where(size > 0, size, 1.0)
    problem = _Problem(
        matrix=matrix / size, wanted=wanted, size=size, base=base, spread=spread, curve=curve
    )
    factors, misfit, made = problem.solve(tolerance, rounds)
    settled = misfit <= tolerance
    late = Fault("STA-005", what="calibration", rounds=made)
    return Calibrated(
        weights=base * factors,
        factors=ratio(base * factors, base),
        misfit=misfit,
        rounds=made,
        settled=settled,
        warnings=() if settled else (late,),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Problem:
    matrix: Floats
    wanted: Floats
    size: Floats
    base: Floats
    spread: Floats
    curve: _Curve

    def solve(self, tolerance: float, rounds: int) -> tuple[Floats, float, int]:
        """Return the factors, the misfit and the rounds made, by Newton's method."""
        place = np.zeros(len(self.wanted))
        now = best = self.at(place)
        made, stalled = 0, 0
        while best.misfit > tolerance and made < rounds and stalled < _STALLED:
            place, now = self.along(place, now, self.step(now))
            stalled = 0 if now.misfit < best.misfit * (1 - 1e-6) else stalled + 1
            best = now if now.misfit < best.misfit else best
            made += 1
        return best.factors, best.misfit, made

    def at(self, place: Floats) -> _Point:
        factors, slopes = self.curve(self.matrix @ place / self.spread)
        missing = self.wanted / self.size - self.matrix.T @ (self.base * factors)
        off = np.abs(missing) * self.size / (1 + np.abs(self.wanted))
        return _Point(
            factors=factors, slopes=slopes, missing=missing, misfit=float(off.max(initial=0.0))
        )

    def step(self, now: _Point) -> Floats:
        # Rows at a bound do not move; a little of what they would keeps the system solvable.
        stiff = np.where(now.slopes > 0, now.slopes, 1e-2 * np.maximum(now.factors, 1e-2))
        pull = self.matrix.T @ (self.matrix * (self.base * stiff / self.spread)[:, None])
        found = np.linalg.lstsq(pull, now.missing, rcond=1e-13)[0]
        return np.asarray(found, dtype=float)

    def along(self, place: Floats, now: _Point, step: Floats) -> tuple[Floats, _Point]:
        """Return a point along the step at which it leads less far on than at its start.

        What is missing is the gradient of a concave function, so along the step its share in
        the direction of the step only falls: from above 0 to below 0 where the step is too long.
        """
        start = float(step @ now.missing)
        least, most, share = 0.0, np.inf, 1.0
        for _ in range(_TRIES):
            tried = self.at(place + share * step)
            left = float(step @ tried.missing)
            if abs(left) <= 0.5 * abs(start):
                break
            least, most = (share, most) if left > 0 else (least, share)
            share = 2 * share if np.isinf(most) else (least + most) / 2
        return place + share * step, tried


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Point:
    factors: Floats
    slopes: Floats
    missing: Floats
    misfit: float


def _checked(auxiliaries: ArrayLike, totals: ArrayLike) -> tuple[Floats, Floats]:
    given, wanted = np.asarray(auxiliaries, dtype=float), np.asarray(totals, dtype=float)
    matrix: Floats = given[:, None] if given.ndim == 1 else given
    if matrix.ndim != 2:
        raise Fault("STA-002", what="auxiliaries", shape=matrix.shape, wanted="(rows, variables)")
    wanted = np.atleast_1d(wanted)
    if wanted.shape != (matrix.shape[1],):
        raise Fault(
            "STA-002", what="totals", shape=wanted.shape, wanted=f"({matrix.shape[1]},) totals"
        )
    if not (np.isfinite(matrix).all() and np.isfinite(wanted).all()):
        raise Fault(
            "STA-003", what="an auxiliary or total", value="missing", wanted="finite numbers"
        )
    return matrix, wanted


def _limits(bounds: Bounds | None, rows: int, method: str) -> tuple[Floats, Floats] | None:
    if bounds is None:
        if method == "logit":
            raise Fault("STA-003", what="bounds", value=None, wanted="bounds for this method")
        return None
    low, high = (np.broadcast_to(np.asarray(each, dtype=float), (rows,)) for each in bounds)
    wrong = ~(low < high)
    if method == "logit":
        wrong |= ~((low < 1) & (high > 1) & np.isfinite(low) & np.isfinite(high))
    if wrong.any():
        pair = f"{low[wrong][0]:g} to {high[wrong][0]:g}"
        wanted = "a lower below an upper bound, for logit with 1 between"
        raise Fault("STA-003", what="bounds", value=pair, wanted=wanted)
    return low, high


def _curve(method: str, limits: tuple[Floats, Floats] | None) -> _Curve:
    if method == "logit" and limits is not None:
        return _logit(*limits)
    free = _straight if method == "linear" else _exponential
    if limits is None:
        return free
    low, high = limits

    def cut(u: Floats) -> tuple[Floats, Floats]:
        factor, slope = free(u)
        inside = (factor > low) & (factor < high)
        return np.clip(factor, low, high), np.where(inside, slope, 0.0)

    return cut


def _straight(u: Floats) -> tuple[Floats, Floats]:
    return 1 + u, np.ones_like(u)


def _exponential(u: Floats) -> tuple[Floats, Floats]:
    grown = np.exp(np.minimum(u, _LARGEST))
    return grown, grown


def _logit(low: Floats, high: Floats) -> _Curve:
    steep = (high - low) / ((1 - low) * (high - 1))

    def curve(u: Floats) -> tuple[Floats, Floats]:
        # Divided through by the greater exponential, so that neither end overflows.
        rise = np.exp(-np.abs(steep * u))
        up = u > 0
        left, right = np.where(up, rise, 1.0), np.where(up, 1.0, rise)
        below = (high - 1) * left + (1 - low) * right
        factor = (low * (high - 1) * left + high * (1 - low) * right) / below
        slope = (factor - low) * (high - factor) / ((1 - low) * (high - 1))
        return factor, slope

    return curve
