"""How much more do raters agree than by chance, by Cohen, Fleiss and Light?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.agreement.chance_corrected import chance_corrected
from consilience.stats.agreement.counts import RatingCounts, complete_codes
from consilience.stats.agreement.kappa_tables import Kappa, cohen_kappa_table
from consilience.stats.agreement.linearised import NOTHING
from consilience.stats.agreement.weights import agreement_weights
from consilience.stats.distributions import normal_quantile, normal_tail

Floats = NDArray[np.float64]


def cohen_kappa(
    first: ArrayLike,
    second: ArrayLike | None = None,
    *,
    weights: str | ArrayLike = "unweighted",
    categories: ArrayLike | None = None,
    level: float = 0.95,
) -> Kappa:
    """How much do two raters agree beyond chance?

    Args:
        first: (units,) ratings of one rater, numbers or texts; or, without `second`, the (q, q)
            table of counts.
        second: (units,) ratings of the other; units with both ratings count.
        weights: name or matrix, see `agreement_weights`. `equal` and `squared` count places
            among the categories, as irr::kappa2 does; `linear` and `quadratic` count values.
        categories: (q,) the whole scale; the ratings seen, in order, if None. Points that
            nobody used change nothing but `equal` and `squared` weights and PABAK.
        level: probability of the interval, between 0 and 1.

    Returns:
        The kappa; nan where `cohen_kappa_table` says.

    Raises:
        Fault: STA-001 for unknown weights, STA-002 for raters of different length, STA-003 for
            an impossible level, rating or count.

    Source:
        As `cohen_kappa_table`.

    Differs:
        As `cohen_kappa_table`.

    Example:
        >>> found = cohen_kappa([1, 1, 2, 2, 3, 3], [1, 1, 2, 3, 3, 3])
        >>> round(found.kappa, 4), round(found.z, 4)
        (0.75, 2.7136)
    """
    if second is None:
        return cohen_kappa_table(first, weights=weights, categories=categories, level=level)
    raters = np.asarray(first), np.asarray(second)
    if raters[0].ndim != 1 or raters[0].shape != raters[1].shape:
        raise Fault(
            "STA-002",
            what="the second rater",
            shape=raters[1].shape,
            wanted=f"ratings of the same units as the first rater, of shape {raters[0].shape}",
        )
    seen = complete_codes(np.column_stack(raters), categories)
    return cohen_kappa_table(
        _table(seen, 0, 1), weights=weights, categories=seen.categories, level=level
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CategoryKappa:
    """Agreement on one category against all others.

    Args:
        category: which one.
        kappa: its kappa; nan if nobody or everybody used it throughout.
        z: kappa over its error if there is only chance.
        p: two-sided, normal.

    Example:
        >>> fleiss_kappa([[1, 1], [2, 2], [1, 2]]).detail[0].category
        1.0
    """

    category: Any
    kappa: float
    z: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FleissKappa:
    """Agreement of several raters beyond chance.

    Args:
        kappa: at most 1; nan if undefined.
        null_error: asymptotic error if there is only chance; nan for Conger's exact kappa.
        z: kappa / null_error.
        p: two-sided, normal.
        detail: one record a category; empty for Conger's exact kappa.
        units: how many units every rater rated.
        raters: how many raters.

    Example:
        >>> fleiss_kappa([[1, 1], [2, 2], [1, 2]]).units
        3
    """

    kappa: float
    null_error: float
    z: float
    p: float
    detail: tuple[CategoryKappa, ...]
    units: int
    raters: int


def fleiss_kappa(
    ratings: ArrayLike, *, categories: ArrayLike | None = None, exact: bool = False
) -> FleissKappa:
    """How much do several raters agree beyond chance, on the whole and on each category?

    Args:
        ratings: (units, raters) numbers with nan where missing, or texts with ""; only units
            with every rating count.
        categories: (q,) the scale; the ratings seen if None. Only `detail` depends on it.
        exact: Conger's kappa, which lets each rater use the scale in an own way, and with two
            raters is Cohen's.

    Returns:
        The kappa; nan with fewer than two raters, without units, or with one category in all
        ratings.

    Raises:
        Fault: STA-002 for another shape, STA-003 for a rating outside `categories`.

    Source:
        Fleiss (1971), Measuring nominal scale agreement among many raters; the errors by
        Fleiss, Nee and Landis (1979), Large sample variance of kappa in the case of different
        sets of raters, formulas 12 and 14; Conger (1980) for `exact`.

    Differs:
        Not from irr::kappam.fleiss, which rounds its detail to 3 digits. For missing ratings,
        weights and intervals see `chance_corrected`.

    Example:
        >>> found = fleiss_kappa([[1, 1, 1], [1, 2, 1], [2, 2, 2], [2, 2, 2]])
        >>> round(found.kappa, 4), round(found.z, 4)
        (0.6571, 2.2764)
    """
    seen = complete_codes(ratings, categories)
    units, raters = seen.codes.shape
    nan = float("nan")
    if exact or not units or raters < 2:
        kappa = _conger(seen) if exact and units else nan
        return FleissKappa(
            kappa=kappa, null_error=nan, z=nan, p=nan, detail=(), units=units, raters=raters
        )
    pairs = units * raters * (raters - 1)
    share = seen.counts.sum(axis=0) / (units * raters)
    spread = share * (1 - share)
    apart = (seen.counts * (raters - seen.counts)).sum(axis=0) / pairs
    total = float(spread.sum())
    if not total > NOTHING:
        kappa = error = nan
    else:
        kappa = 1 - float(apart.sum()) / total
        left = max(0.0, total**2 - float(spread @ (1 - 2 * share)))
        error = math.sqrt(2 / pairs * left) / total
    z = kappa / error if error > 0 else nan
    return FleissKappa(
        kappa=kappa,
        null_error=error,
        z=z,
        p=2 * float(normal_tail(abs(z))),
        detail=_by_category(seen, apart, spread, math.sqrt(2 / pairs)),
        units=units,
        raters=raters,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LightKappa:
    """Mean agreement of all pairs of raters beyond chance.

    Args:
        kappa: mean of Cohen's kappas; nan if one of them is undefined.
        standard_error: asymptotic, whatever kappa is.
        low: lower end of the interval, not below -1.
        high: upper end, not above 1.
        z: the test that irr::kappam.light prints; nan where its variance is negative.
        p: two-sided, of that z.
        pairs: (raters, raters) Cohen's kappas, 1 on the diagonal.
        units: how many units every rater rated.
        raters: how many raters.

    Example:
        >>> light_kappa([[1, 1], [2, 2], [1, 2]]).raters
        2
    """

    kappa: float
    standard_error: float
    low: float
    high: float
    z: float
    p: float
    pairs: Floats
    units: int
    raters: int


def light_kappa(
    ratings: ArrayLike,
    *,
    weights: str | ArrayLike = "unweighted",
    categories: ArrayLike | None = None,
    level: float = 0.95,
) -> LightKappa:
    """How much do two of several raters agree beyond chance on average?

    Args:
        ratings: (units, raters) numbers with nan where missing, or texts with ""; only units
            with every rating count.
        weights: as for `cohen_kappa`.
        categories: as for `cohen_kappa`.
        level: probability of the interval, between 0 and 1.

    Returns:
        The mean kappa; nan with fewer than two raters.

    Raises:
        Fault: as `cohen_kappa`.

    Source:
        Light (1971), Measures of response agreement for qualitative data; Conger (1980). The
        error is that of the mean of the linear terms of each kappa (Fleiss, Cohen and Everitt
        1969, formula 8, before squaring).

    Differs:
        irr::kappam.light has the same kappa, no weights and no error. Its z takes the chance
        variance v = c / (n (1 - c)) with c = 1 - b and b the number of pairs of raters times
        the product of their chances to disagree; with three raters and a good mix of
        categories b exceeds 1 and z is nan. Use the interval.

    Example:
        >>> found = light_kappa([[1, 1, 1], [1, 2, 1], [2, 2, 2], [2, 2, 2]])
        >>> round(found.kappa, 4)
        0.6667
    """
    seen = complete_codes(ratings, categories)
    units, raters = seen.codes.shape
    matrix = agreement_weights(seen.categories, weights)
    kappas, parts, chances = np.eye(raters), [], []
    for one, other in combinations(range(raters), 2):
        table = _table(seen, one, other)
        found = cohen_kappa_table(table, weights=matrix, level=level)
        kappas[one, other] = kappas[other, one] = found.kappa
        parts.append(_terms(seen, (one, other), matrix, found))
        by_chance = table.sum(axis=1) @ table.sum(axis=0)
        chances.append(1 - float(by_chance) / units**2 if units else float("nan"))
    kappa = float(np.mean(kappas[np.triu_indices(raters, 1)])) if parts else float("nan")
    terms = np.mean(parts, axis=0) if parts else np.full(units, np.nan)
    error = math.sqrt(float(terms @ terms)) / units if units else float("nan")
    reach = float(normal_quantile((1 + level) / 2)) * error
    z = _chance_z(kappa, chances, units)
    return LightKappa(
        kappa=kappa,
        standard_error=error,
        low=float(np.maximum(kappa - reach, -1.0)),
        high=float(np.minimum(kappa + reach, 1.0)),
        z=z,
        p=2 * float(normal_tail(abs(z))),
        pairs=kappas,
        units=units,
        raters=raters,
    )


def _terms(seen: RatingCounts, pair: tuple[int, int], weights: Floats, found: Kappa) -> Floats:
    """Return what each unit adds to Cohen's kappa, with mean 0."""
    one, other = seen.codes[:, pair[0]], seen.codes[:, pair[1]]
    rest = 1 - found.expected
    if math.isnan(found.kappa):
        return np.full(len(one), np.nan)
    table = _table(seen, *pair) / len(one)
    towards = (weights @ table.sum(axis=0))[one] + (table.sum(axis=1) @ weights)[other]
    agreed = (weights[one, other] - found.observed) / rest
    return np.asarray(agreed - (1 - found.kappa) * (towards - 2 * found.expected) / rest)


def _chance_z(kappa: float, chances: list[float], units: int) -> float:
    by_chance = len(chances) * math.prod(chances)
    variance = (1 - by_chance) / (units * by_chance) if units and by_chance > 0 else 0.0
    return kappa / math.sqrt(variance) if variance > 0 else float("nan")


def _by_category(
    seen: RatingCounts, apart: Floats, spread: Floats, error: float
) -> tuple[CategoryKappa, ...]:
    share = np.divide(apart, spread, out=np.full(len(spread), np.nan), where=spread > NOTHING)
    kappas = 1 - share
    p = 2 * normal_tail(np.abs(kappas) / error)
    return tuple(
        CategoryKappa(category=category, kappa=float(kappa), z=float(kappa) / error, p=float(each))
        for category, kappa, each in zip(seen.categories.tolist(), kappas, p, strict=True)
    )


def _conger(seen: RatingCounts) -> float:
    found = chance_corrected(seen.codes, coefficients=("conger",))
    return found["conger"].coefficient


def _table(seen: RatingCounts, one: int, other: int) -> Floats:
    size = len(seen.categories)
    cells = seen.codes[:, one] * size + seen.codes[:, other]
    return np.bincount(cells, minlength=size * size).reshape(size, size).astype(float)
