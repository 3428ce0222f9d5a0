"""What does each unit add to an agreement coefficient, so that its error can be told?

A coefficient is (pa - pe) / (1 - pe). To first order in 1/n it is the mean over units of
gamma_i = (n / n') (pa_i - pe) / (1 - pe) - 2 (1 - gamma) (pe_i - pe) / (1 - pe), where n' units
have two ratings or more and pa_i - pe counts as 0 for the others. The variance of these values
over n is the variance of the coefficient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.agreement.counts import RatingCounts

Floats = NDArray[np.float64]

# What is left of 1 - pe when all raters use one category is rounding.
NOTHING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linearised:
    """A coefficient and what each unit adds to it.

    Args:
        coefficient: (pa - pe) / (1 - pe); nan if undefined.
        pa: weighted agreement seen.
        pe: weighted agreement by chance.
        values: (rows,) gamma_i.
        times: (rows,) how many units each row stands for.
    """

    coefficient: float
    pa: float
    pe: float
    values: Floats
    times: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """What the coefficients share: ratings, weights, agreement of each unit."""

    ratings: RatingCounts
    weights: Floats
    raters: Floats
    paired: NDArray[np.bool_]
    agreed: Floats
    units: float
    pairable: float
    pa: float


def _seen(ratings: RatingCounts, weights: Floats) -> _Seen:
    counts, times = ratings.counts, ratings.times
    raters = counts.sum(axis=1)
    paired = raters >= 2
    same = (counts * (counts @ weights - np.diag(weights))).sum(axis=1)
    agreed = np.divide(same, raters * (raters - 1), out=np.zeros(len(raters)), where=paired)
    pairable = float(times[paired].sum())
    return _Seen(
        ratings=ratings,
        weights=weights,
        raters=raters,
        paired=paired,
        agreed=agreed,
        units=float(times.sum()),
        pairable=pairable,
        pa=float(times @ agreed) / pairable if pairable else float("nan"),
    )


def _over(seen: _Seen, pe: float, pe_of_units: Floats | None) -> Linearised:
    """Return the coefficient for a chance agreement and what units add to it, None if fixed."""
    rest = 1.0 - pe
    if not seen.pairable or not rest > NOTHING:
        empty = np.full(len(seen.agreed), np.nan)
        return _result(float("nan"), seen, pe, empty)
    coefficient = (seen.pa - pe) / rest
    values = seen.units / seen.pairable * (seen.agreed - pe * seen.paired) / rest
    if pe_of_units is not None:
        values = values - 2 * (1 - coefficient) * (pe_of_units - pe) / rest
    return _result(coefficient, seen, pe, values)


def _result(coefficient: float, seen: _Seen, pe: float, values: Floats) -> Linearised:
    return Linearised(
        coefficient=coefficient, pa=seen.pa, pe=pe, values=values, times=seen.ratings.times
    )


def _prevalence(seen: _Seen) -> tuple[Floats, Floats]:
    """Return the share of each category, by unit and over all units."""
    shares = seen.ratings.counts / seen.raters[:, None]
    return shares, seen.ratings.times @ shares / (seen.units or float("nan"))


def _ac(seen: _Seen) -> Linearised:
    size = len(seen.weights)
    if size < 2:
        return _over(seen, float("nan"), None)
    shares, prevalence = _prevalence(seen)
    scale = float(seen.weights.sum()) / (size * (size - 1))
    pe = scale * float(prevalence @ (1 - prevalence))
    return _over(seen, pe, scale * (shares @ (1 - prevalence)))


def _fleiss(seen: _Seen) -> Linearised:
    shares, prevalence = _prevalence(seen)
    towards = seen.weights @ prevalence
    return _over(seen, float(prevalence @ towards), shares @ towards)


def _brennan_prediger(seen: _Seen) -> Linearised:
    size = len(seen.weights)
    return _over(seen, float(seen.weights.sum()) / size**2 if size else float("nan"), None)


def _percent(seen: _Seen) -> Linearised:
    return _over(seen, 0.0, None)


def _conger(seen: _Seen) -> Linearised:
    codes, times = seen.ratings.codes, seen.ratings.times
    present = [column for column in codes.T if (column >= 0).any()]
    raters, size = len(present), len(seen.weights)
    if raters < 2:
        return _over(seen, float("nan"), None)
    given = [np.where(column >= 0, times, 0.0) for column in present]
    shares = np.array(
        [
            np.bincount(np.maximum(column, 0), weights=weight, minlength=size) / weight.sum()
            for column, weight in zip(present, given, strict=True)
        ]
    )
    towards = (shares.sum(axis=0) - shares) @ seen.weights / (raters * (raters - 1))
    by_rater = (shares * towards).sum(axis=1)
    pe = float(by_rater.sum())
    of_units = np.full(len(times), pe)
    for number, (column, weight) in enumerate(zip(present, given, strict=True)):
        off = towards[number][np.maximum(column, 0)] - by_rater[number]
        of_units += np.where(column >= 0, off, 0.0) * seen.units / weight.sum()
    return _over(seen, pe, of_units)


def _krippendorff(seen: _Seen) -> Linearised:
    pairs = _seen(seen.ratings.rated(2), seen.weights)
    counts, times, units = pairs.ratings.counts, pairs.ratings.times, pairs.units
    if not units:
        return _over(pairs, float("nan"), None)
    average = float(times @ pairs.raters) / units
    extra = (pairs.raters - average) / average
    # Each unit counts with its raters, and a share of pairs is taken to agree of itself.
    agreed = pairs.agreed * pairs.raters / average
    first = float(times @ agreed) / units
    pa = first + (1 - first) / (units * average)
    prevalence = times @ counts / (units * average)
    towards = pairs.weights @ prevalence
    pe = float(prevalence @ towards)
    rest = 1.0 - pe
    if not rest > NOTHING:
        nan = float("nan")
        return Linearised(
            coefficient=nan, pa=pa, pe=pe, values=np.full(len(times), nan), times=times
        )
    left = (1 - first) / rest
    of_units = counts @ towards / average - pe * extra
    values = (agreed - pa * extra - pe) / rest - 2 * left * (of_units - pe) / rest
    # The values centre on the coefficient without the correction for few ratings.
    shift = (pa - first) / rest
    return Linearised(
        coefficient=(pa - pe) / rest, pa=pa, pe=pe, values=values + shift, times=times
    )


COEFFICIENTS: Final[Mapping[str, Callable[[_Seen], Linearised]]] = MappingProxyType(
    {
        "ac": _ac,
        "fleiss": _fleiss,
        "krippendorff": _krippendorff,
        "conger": _conger,
        "brennan_prediger": _brennan_prediger,
        "percent": _percent,
    }
)


def linearise(
    names: Iterable[str], ratings: RatingCounts, weights: Floats
) -> dict[str, Linearised]:
    """What are the coefficients, and what does each unit add to them?

    Args:
        names: some of `COEFFICIENTS`.
        ratings: the counts; units without a rating are left out.
        weights: (q, q) agreement of two categories; of a matrix that is not symmetric, the
            mean with its mirror image counts, as raters have no order.

    Returns:
        The coefficients and their values, by name; nan where undefined.

    Source:
        Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapters 2 to 5.

    Example:
        >>> from consilience.stats.agreement.counts import rating_counts
        >>> seen = rating_counts([[1, 1], [1, 2], [2, 2], [2, 2]])
        >>> round(linearise(["percent"], seen, np.eye(2))["percent"].coefficient, 2)
        0.75
    """
    seen = _seen(ratings.rated(), (weights + weights.T) / 2)
    return {name: COEFFICIENTS[name](seen) for name in names}
