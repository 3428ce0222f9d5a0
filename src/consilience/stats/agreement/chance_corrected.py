"""How much more do raters agree than by chance, and how sure is that?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from consilience.base.errors import Fault
from consilience.stats.agreement.counts import (
    RatingCounts,
    distribution_counts,
    rating_counts,
    table_counts,
)
from consilience.stats.agreement.linearised import COEFFICIENTS, NOTHING, Linearised, linearise
from consilience.stats.agreement.weights import agreement_weights
from consilience.stats.distributions import t_quantile, t_tail

FROM_RATINGS: Final = tuple(COEFFICIENTS)
FROM_TABLE: Final = ("ac", "cohen", "scott", "krippendorff", "brennan_prediger", "percent")
FROM_DISTRIBUTION: Final = ("ac", "fleiss", "krippendorff", "brennan_prediger", "percent")

# With two raters and every rating, these are the same.
_OF_TWO: Final = {"cohen": "conger", "scott": "fleiss"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChanceCorrected:
    """An agreement coefficient with its error.

    Args:
        name: which one.
        coefficient: (percent_agreement - chance_agreement) / (1 - chance_agreement), at most 1;
            nan if undefined.
        standard_error: from the linear terms of the coefficient; nan with fewer than two units.
        percent_agreement: weighted share of pairs of raters that agree, 0 to 1.
        chance_agreement: the same by chance.
        low: lower end of the interval, by Student's distribution with n - 1 degrees of freedom.
        high: upper end, cut at 1.
        p: two-sided, for a coefficient of 0.
        n: units with a rating; for Krippendorff's alpha those with two.

    Example:
        >>> chance_corrected([[1, 1], [1, 2], [2, 2], [2, 2]])["percent"].n
        4
    """

    name: str
    coefficient: float
    standard_error: float
    percent_agreement: float
    chance_agreement: float
    low: float
    high: float
    p: float
    n: int


def chance_corrected(
    ratings: ArrayLike,
    *,
    weights: str | ArrayLike = "unweighted",
    categories: ArrayLike | None = None,
    level: float = 0.95,
    population: float = math.inf,
    coefficients: Sequence[str] = FROM_RATINGS,
) -> dict[str, ChanceCorrected]:
    """How much do raters agree beyond chance, with gaps, weights and errors?

    Args:
        ratings: (units, raters) numbers with nan where missing, or texts with "".
        weights: name or matrix, see `agreement_weights`.
        categories: (q,) the whole scale, with points that nobody used; the ratings seen if
            None. AC, Brennan-Prediger and most weights depend on it.
        level: probability of the interval, between 0 and 1.
        population: how many units there are in all; errors shrink by sqrt(1 - n / population),
            n those with a rating.
        coefficients: which of `ac` (AC1 without, AC2 with weights), `fleiss`, `krippendorff`,
            `conger` (of two raters: Cohen's kappa), `brennan_prediger`, `percent`.

    Returns:
        A record by name. All is nan without a unit that two raters rated; the error, interval
        and p with one unit only. With one category in all ratings, kappas and alpha are nan;
        AC and Brennan-Prediger are 1 if the scale has another category, else nan. p is 0 where
        all agree and the error is 0.

    Raises:
        Fault: STA-001 for an unknown coefficient or weights, STA-002 and STA-003 for ratings,
            categories, level or population that cannot be.

    Source:
        Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition: AC1 and AC2, Fleiss'
        kappa, Krippendorff's alpha, Conger's kappa, Brennan-Prediger, with missing ratings
        (sections 2.4, 3.6, 4.9 to 5.5). Gwet (2008), Computing inter-rater reliability and its
        variance in the presence of high agreement, for AC1.

    Differs:
        irrCAC gives the same with fewer digits (5, the interval 3). The PyPI package irrCAC
        halves p for Brennan-Prediger. As there, the error of `percent` counts units with one
        rating as without agreement, and so is a little too large where ratings are missing.

    Example:
        >>> nan = float("nan")
        >>> found = chance_corrected([[1, 1, nan], [2, 2, 2], [3, 3, 3], [2, 3, 3], [1, 1, 1]])
        >>> round(found["ac"].coefficient, 4), round(found["ac"].standard_error, 4)
        (0.8013, 0.2011)
    """
    counts = rating_counts(ratings, categories)
    return _assess(counts, weights, coefficients, FROM_RATINGS, level, population)


def chance_corrected_table(
    table: ArrayLike,
    *,
    weights: str | ArrayLike = "unweighted",
    categories: ArrayLike | None = None,
    level: float = 0.95,
    population: float = math.inf,
    coefficients: Sequence[str] = FROM_TABLE,
) -> dict[str, ChanceCorrected]:
    """How much do two raters agree beyond chance, from their table of counts?

    Args:
        table: (q, q) units by category of the first rater (row) and second (column).
        weights: name or matrix, see `agreement_weights`.
        categories: (q,) values of the scale; 1 to q if None.
        level: as for `chance_corrected`.
        population: as for `chance_corrected`.
        coefficients: which of `ac`, `cohen`, `scott`, `krippendorff`, `brennan_prediger`,
            `percent`.

    Returns:
        A record by name, the same as from the ratings themselves but for the error, which
        divides by n as the classical formulas for tables do, and not by n - 1.

    Raises:
        Fault: as `chance_corrected`.

    Source:
        Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, sections 2.7 and 3.5;
        for kappa Fleiss, Cohen and Everitt (1969), formula 8.

    Example:
        >>> found = chance_corrected_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]],
        ...                                weights="quadratic")
        >>> round(found["ac"].coefficient, 7), round(found["ac"].standard_error, 8)
        (0.9402369, 0.01792019)
    """
    counts = table_counts(table, categories)
    return _assess(counts, weights, coefficients, FROM_TABLE, level, population, lost=0)


def chance_corrected_distribution(
    distribution: ArrayLike,
    *,
    weights: str | ArrayLike = "unweighted",
    categories: ArrayLike | None = None,
    level: float = 0.95,
    population: float = math.inf,
    coefficients: Sequence[str] = FROM_DISTRIBUTION,
) -> dict[str, ChanceCorrected]:
    """How much do raters agree beyond chance, if only the counts by unit are known?

    Args:
        distribution: (units, q) how many raters put the unit into each category.
        weights: name or matrix, see `agreement_weights`.
        categories: (q,) values of the scale; 1 to q if None.
        level: as for `chance_corrected`.
        population: as for `chance_corrected`.
        coefficients: which of `ac`, `fleiss`, `krippendorff`, `brennan_prediger`, `percent`.
            Conger's kappa needs to know who rated.

    Returns:
        A record by name, the same as from the ratings themselves.

    Raises:
        Fault: as `chance_corrected`.

    Source:
        Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition.

    Differs:
        irrCAC::krippen.alpha.dist takes the change of chance agreement once in the error
        instead of twice, and so contradicts irrCAC::krippen.alpha.raw on the same ratings; here
        both are as in the latter.

    Example:
        >>> found = chance_corrected_distribution([[0, 3], [3, 0], [1, 2], [0, 3], [0, 3]])
        >>> round(found["fleiss"].coefficient, 4)
        0.6591
    """
    counts = distribution_counts(distribution, categories)
    return _assess(counts, weights, coefficients, FROM_DISTRIBUTION, level, population)


def scott_pi(
    first: ArrayLike, second: ArrayLike, *, weights: str | ArrayLike = "unweighted"
) -> ChanceCorrected:
    """How much do two raters agree beyond chance, if chance is the same for both?

    Args:
        first: (units,) ratings of one rater, numbers or texts.
        second: (units,) ratings of the other; units with both count.
        weights: name or matrix, see `agreement_weights`.

    Returns:
        Scott's pi, with weights its generalisation.

    Raises:
        Fault: as `chance_corrected`.

    Source:
        Scott (1955), Reliability of content analysis.

    Example:
        >>> round(scott_pi([1, 1, 2, 2], [1, 2, 2, 2]).coefficient, 4)
        0.4667
    """
    both = rating_counts(np.column_stack([np.asarray(first), np.asarray(second)])).rated(2)
    return _assess(both, weights, ("fleiss",), FROM_RATINGS, 0.95, math.inf)["fleiss"]


def conger(
    ratings: ArrayLike,
    *,
    weights: str | ArrayLike = "unweighted",
    categories: ArrayLike | None = None,
) -> ChanceCorrected:
    """How much do several raters agree beyond chance, if each uses the scale in an own way?

    Args:
        ratings: (units, raters) numbers with nan where missing, or texts with "".
        weights: name or matrix, see `agreement_weights`.
        categories: (q,) the whole scale; the ratings seen if None.

    Returns:
        Conger's exact kappa; with two raters and every rating it is Cohen's.

    Raises:
        Fault: as `chance_corrected`.

    Source:
        Conger (1980), Integration and generalization of kappas for multiple raters.

    Example:
        >>> round(conger([[1, 1, 1], [1, 2, 1], [2, 2, 2], [2, 2, 2]]).coefficient, 4)
        0.6667
    """
    found = chance_corrected(
        ratings, weights=weights, categories=categories, coefficients=("conger",)
    )
    return found["conger"]


def _assess(
    ratings: RatingCounts,
    weights: str | ArrayLike,
    names: Sequence[str],
    known: Sequence[str],
    level: float,
    population: float,
    *,
    lost: int = 1,
) -> dict[str, ChanceCorrected]:
    if not 0 < level < 1:
        raise Fault("STA-003", what="level", value=level, wanted="a number between 0 and 1")
    if strange := [name for name in names if name not in known]:
        raise Fault("STA-001", what="coefficient", value=strange[0], known=", ".join(known))
    matrix = agreement_weights(ratings.categories, weights)
    units = float(ratings.rated().times.sum())
    if not population >= max(units, 1.0):
        raise Fault(
            "STA-003",
            what="the size of the population",
            value=population,
            wanted=f"a number that is not below the {units:g} units rated",
        )
    found = linearise([_OF_TWO.get(name, name) for name in names], ratings, matrix)
    return {
        name: _record(name, found[_OF_TWO.get(name, name)], level, 1 - units / population, lost)
        for name in names
    }


def _record(
    name: str, found: Linearised, level: float, unseen: float, lost: int
) -> ChanceCorrected:
    n = float(found.times.sum())
    error = _error(found, n, unseen, lost)
    reach = float(t_quantile((1 + level) / 2, n - 1)) * error
    return ChanceCorrected(
        name=name,
        coefficient=found.coefficient,
        standard_error=error,
        percent_agreement=found.pa,
        chance_agreement=found.pe,
        low=found.coefficient - reach,
        high=min(found.coefficient + reach, 1.0) if not math.isnan(reach) else float("nan"),
        p=_p(found.coefficient, error, n - 1),
        n=round(n),
    )


def _error(found: Linearised, n: float, unseen: float, lost: int) -> float:
    if n < 2 or math.isnan(found.coefficient):
        return float("nan")
    off = found.values - found.coefficient
    mean_square = float(found.times @ (off * off)) / (n * (n - lost))
    error = math.sqrt(max(0.0, unseen) * mean_square)
    return error if error > NOTHING else 0.0


def _p(coefficient: float, error: float, df: float) -> float:
    if error > 0:
        return 2 * float(t_tail(abs(coefficient) / error, df))
    return 0.0 if error == 0 and coefficient != 0 else float("nan")
