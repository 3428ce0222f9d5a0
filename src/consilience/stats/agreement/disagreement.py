"""How far do two values differ, and what does that add up to over units and over all pairs?

Weighted units are matrix products here, so that a thousand resampled alphas cost little more than
one. `Tallied` counts values and suits scales of points; `Wide` suits measurements, where nearly
every value is its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from consilience.base.errors import Fault
from consilience.stats.agreement.ratings import Ratings

Floats = NDArray[np.float64]

METRICS: Final = ("nominal", "ordinal", "interval", "ratio", "circular")

# More different values than this are not tallied one by one.
MOST_VALUES: Final = 200

# Expected disagreement below this share of the largest there could be is rounding: nothing varies.
FLAT: Final = 1e-12

# How many numbers a block of values by values may hold.
BLOCK: Final = 2_000_000


class Disagreement(Protocol):
    """What alpha needs: sums over weighted units."""

    @property
    def given(self) -> Floats:
        """(units,) ratings of the unit; 0 for a unit with fewer than two."""

    @property
    def counts(self) -> Floats:
        """(units,) how often the unit occurs."""

    @property
    def largest(self) -> float | None:
        """Largest squared difference of two values; None if it depends on the weights."""

    def disagreements(self) -> Floats:
        """(units,) what each unit adds to the observed disagreement."""

    def observed(self, weights: Floats) -> Floats:
        """(m,) observed disagreement times ratings, for (m, units) weights."""

    def expected(self, weights: Floats) -> Floats:
        """(m,) disagreement of all pairs of values, summed, for (m, units) weights."""


def disagreement_of(ratings: Ratings, *, metric: str, period: float | None) -> Disagreement:
    """Return the sums of some ratings, in the form that suits how many values there are.

    Raises:
        Fault: STA-001 for an unknown metric, STA-003 for a negative value on a ratio scale or a
            period that is not positive.
    """
    if metric not in METRICS:
        raise Fault("STA-001", what="metric", value=metric, known=", ".join(METRICS))
    values = ratings.values
    if metric == "ratio" and len(values) and values[0] < 0:
        lowest = f"{values[0]:g}"
        raise Fault("STA-003", what="a value on a ratio scale", value=lowest, wanted="0 or more")
    if period is not None and not period > 0:
        raise Fault("STA-003", what="the period", value=period, wanted="a number above 0")
    span = period or (float(np.ptp(values)) + 1 if len(values) else 1.0)
    if len(values) > MOST_VALUES:
        return Wide.of(ratings, metric=metric, period=span)
    return Tallied.of(ratings, metric=metric, period=span)


def alphas(sums: Disagreement, weights: Floats) -> Floats:
    """Return alpha for every row of weights over units.

    Args:
        sums: of the units.
        weights: (m, units) how often each unit counts.

    Returns:
        (m,) alphas; nan where no unit has two ratings or nothing varies.
    """
    n = weights @ sums.given
    expected, observed = sums.expected(weights), sums.observed(weights)
    largest = n * n if sums.largest is None else sums.largest
    found = np.full(len(weights), np.nan)
    np.divide((n - 1) * observed, expected, out=found, where=expected > FLAT * n * n * largest)
    return np.asarray(1 - found)


def gap(one: Floats, other: Floats, *, metric: str, period: float) -> Floats:
    """Return the squared difference of values; ordinal values come as their middle ranks.

    Source:
        Krippendorff (2011), section E.
    """
    if metric == "nominal":
        return np.asarray(one != other, dtype=float)
    if metric == "circular":
        return np.asarray(np.sin(np.pi * (one - other) / period) ** 2)
    square = (one - other) ** 2
    if metric != "ratio":
        return np.asarray(square)
    below = (one + other) ** 2
    return np.asarray(np.divide(square, below, out=np.zeros_like(square), where=below > 0))


def middle_ranks(totals: Floats) -> Floats:
    """Return the middle rank of each value among all ratings: (..., v).

    The ordinal difference of two values is the difference of their middle ranks.
    """
    return np.asarray(totals.cumsum(axis=-1) - totals / 2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tallied:
    """Disagreement over few values: ratings are counted by value.

    Args:
        given: (units,) ratings of the unit; 0 for a unit with fewer than two.
        counts: (units,) how often the unit occurs.
        tally: (units, v) ratings by value, over paired units only.
        gaps: (v, v) squared difference of two values; None for ordinal, where it depends on how
            often each value occurs.
    """

    given: Floats
    counts: Floats
    tally: Floats
    gaps: Floats | None

    @staticmethod
    def of(ratings: Ratings, *, metric: str, period: float) -> Tallied:
        """Return the sums of some ratings."""
        tally = ratings.tally()
        given = tally.sum(axis=1)
        paired = given > 1
        values = ratings.values
        gaps = None
        if metric != "ordinal":
            gaps = gap(values[:, None], values[None, :], metric=metric, period=period)
        return Tallied(
            given=np.where(paired, given, 0.0),
            counts=ratings.counts,
            tally=np.where(paired[:, None], tally, 0.0),
            gaps=gaps,
        )

    @property
    def largest(self) -> float | None:
        """Largest squared difference of two values; None for ordinal."""
        return None if self.gaps is None else float(self.gaps.max(initial=0.0))

    @property
    def scaled(self) -> Floats:
        """(units, v): the tally over raters less 1, as pairs are weighed."""
        return np.asarray(self.tally / np.maximum(self.given - 1, 1)[:, None])

    def disagreements(self) -> Floats:
        """(units,) what each unit adds to the observed disagreement."""
        gaps = self.gaps
        if gaps is None:
            places = middle_ranks(self.counts @ self.tally)
            gaps = (places[:, None] - places[None, :]) ** 2
        return np.asarray(((self.tally @ gaps) * self.scaled).sum(axis=1))

    def observed(self, weights: Floats) -> Floats:
        """(m,) observed disagreement times ratings, for (m, units) weights."""
        if self.gaps is not None:
            return np.asarray(weights @ self.disagreements())
        places = middle_ranks(weights @ self.tally)
        both = (weights @ self._pairs()).reshape(len(weights), *self.tally.shape[1:] * 2)
        square = (both.sum(axis=2) * places**2).sum(axis=1)
        cross = (np.matmul(both, places[:, :, None])[:, :, 0] * places).sum(axis=1)
        return np.asarray(2 * (square - cross))

    def _pairs(self) -> Floats:
        """Return (units, v * v): how often two values stand together in the unit, as weighed."""
        both = self.tally[:, :, None] * self.scaled[:, None, :]
        same = np.arange(both.shape[1])
        both[:, same, same] -= self.scaled
        return np.asarray(both.reshape(len(both), len(same) ** 2))

    def expected(self, weights: Floats) -> Floats:
        """(m,) disagreement of all pairs of values, summed, for (m, units) weights."""
        totals = weights @ self.tally
        if self.gaps is not None:
            return np.asarray(((totals @ self.gaps) * totals).sum(axis=1))
        return _spread(totals, middle_ranks(totals))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wide:
    """Disagreement over many values: pairs of raters are compared value by value.

    Args:
        given: (units,) ratings of the unit; 0 for a unit with fewer than two.
        counts: (units,) how often the unit occurs.
        codes: (units, raters) position of the value, -1 where missing or not paired.
        values: (v,) the values.
        metric: one of `METRICS`.
        period: of the circular metric.
    """

    given: Floats
    counts: Floats
    codes: NDArray[np.int64]
    values: Floats
    metric: str
    period: float

    @staticmethod
    def of(ratings: Ratings, *, metric: str, period: float) -> Wide:
        """Return the sums of some ratings."""
        given = ratings.given.astype(float)
        paired = given > 1
        return Wide(
            given=np.where(paired, given, 0.0),
            counts=ratings.counts,
            codes=np.where(paired[:, None], ratings.codes, -1),
            values=ratings.values,
            metric=metric,
            period=period,
        )

    @property
    def largest(self) -> float | None:
        """Largest squared difference there could be; None for ordinal."""
        if self.metric == "ordinal":
            return None
        return float(np.ptp(self.values)) ** 2 if self.metric == "interval" else 1.0

    def disagreements(self) -> Floats:
        """(units,) what each unit adds to the observed disagreement."""
        return self._between(self._placed(self._totals(self.counts)))

    def observed(self, weights: Floats) -> Floats:
        """(m,) observed disagreement times ratings, for (m, units) weights."""
        if self.metric != "ordinal":
            return np.asarray(weights @ self.disagreements())
        found = [row @ self._between(self._placed(self._totals(row))) for row in weights]
        return np.array(found)

    def expected(self, weights: Floats) -> Floats:
        """(m,) disagreement of all pairs of values, summed, for (m, units) weights."""
        return np.array([self._of_totals(self._totals(row)) for row in weights])

    def _totals(self, weights: Floats) -> Floats:
        known = self.codes >= 0
        spread = np.broadcast_to(weights[:, None], self.codes.shape)[known]
        found = np.bincount(self.codes[known], weights=spread, minlength=len(self.values))
        return np.asarray(found, dtype=float)

    def _placed(self, totals: Floats) -> Floats:
        return middle_ranks(totals) if self.metric == "ordinal" else self.values

    def _between(self, places: Floats) -> Floats:
        total = np.zeros(len(self.codes))
        for one, other in combinations(range(self.codes.shape[1]), 2):
            first, second = self.codes[:, one], self.codes[:, other]
            both = (first >= 0) & (second >= 0)
            apart = gap(places[first], places[second], metric=self.metric, period=self.period)
            total += np.where(both, apart, 0.0)
        return np.asarray(2 * total / np.maximum(self.given - 1, 1))

    def _of_totals(self, totals: Floats) -> float:
        n = float(totals.sum())
        if self.metric == "nominal":
            return n * n - float(totals @ totals)
        if self.metric in ("ordinal", "interval"):
            return float(_spread(totals[None], self._placed(totals))[0])
        if self.metric == "circular":
            angle = 2 * np.pi * self.values / self.period
            return (
                n * n - float(totals @ np.cos(angle)) ** 2 - float(totals @ np.sin(angle)) ** 2
            ) / 2
        step = max(1, BLOCK // len(self.values))
        return sum(
            float(
                totals[start : start + step]
                @ gap(
                    self.values[start : start + step, None],
                    self.values[None, :],
                    metric=self.metric,
                    period=self.period,
                )
                @ totals
            )
            for start in range(0, len(self.values), step)
        )


def _spread(totals: Floats, places: Floats) -> Floats:
    """Return the sum over all pairs of the squared difference of places, by row of totals."""
    n = totals.sum(axis=1)
    middle = (totals * places).sum(axis=1) / np.maximum(n, 1)
    return np.asarray(2 * n * (totals * (places - middle[:, None]) ** 2).sum(axis=1))
