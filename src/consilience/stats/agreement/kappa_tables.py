"""How much more do two raters agree than by chance, by their table of counts?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.agreement.counts import square_table
from consilience.stats.agreement.linearised import NOTHING
from consilience.stats.agreement.weights import agreement_weights
from consilience.stats.distributions import normal_quantile, normal_tail

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kappa:
    """Cohen's kappa of two raters, with what helps to read it.

    Args:
        kappa: (observed - expected) / (1 - expected), at most 1; nan if undefined.
        standard_error: asymptotic, whatever kappa is; for intervals.
        null_error: asymptotic if kappa is 0; for the test.
        low: lower end of the interval kappa -/+ z standard_error, not below -1.
        high: upper end, not above 1.
        z: kappa / null_error; nan if that is 0.
        p: two-sided, normal.
        observed: weighted share of agreement, 0 to 1.
        expected: the same by chance, the shares of both raters held.
        maximum: greatest kappa that the shares of the two raters allow; nan with weights.
        adjusted: PABAK, kappa if every category were as frequent: (q observed - 1) / (q - 1);
            nan with weights.
        prevalence_index: |n11 - n22| / n; nan unless there are two categories.
        bias_index: |n12 - n21| / n; nan unless there are two categories.
        n: units with both ratings.

    Example:
        >>> cohen_kappa_table([[20, 5], [10, 15]]).n
        50
    """

    kappa: float
    standard_error: float
    null_error: float
    low: float
    high: float
    z: float
    p: float
    observed: float
    expected: float
    maximum: float
    adjusted: float
    prevalence_index: float
    bias_index: float
    n: int


def cohen_kappa_table(
    table: ArrayLike,
    *,
    weights: str | ArrayLike = "unweighted",
    categories: ArrayLike | None = None,
    level: float = 0.95,
) -> Kappa:
    """How much do two raters agree beyond chance, by their table of counts?

    Args:
        table: (q, q) units by category of the first rater (row) and second (column).
        weights: name or matrix, see `agreement_weights`; `equal` and `squared` are the usual
            ones for kappa.
        categories: (q,) values of the scale; 1 to q if None.
        level: probability of the interval, between 0 and 1.

    Returns:
        The kappa; nan without units, or if both raters put all units into one category.

    Raises:
        Fault: STA-001 for unknown weights, STA-002 for a table that is not square, STA-003 for
            a negative count or an impossible level.

    Source:
        Cohen (1960) and (1968); errors by Fleiss, Cohen and Everitt (1969), Large sample
        standard errors of kappa and weighted kappa, formulas 8 and 9; the maximum by Cohen
        (1960), PABAK and the indices by Byrt, Bishop and Carlin (1993), Bias, prevalence and
        kappa.

    Differs:
        irr::kappa2 has this z and p. vcd::Kappa divides by `standard_error` for its z, and its
        intervals may leave [-1, 1]. psych::cohen.kappa 2.2.9 cuts intervals as here, but its
        variance of weighted kappa is not that of the paper: it multiplies the weights of a row
        by that row's own share, not by those of the columns, and is at times 0.

    Example:
        >>> found = cohen_kappa_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]], weights="squared")
        >>> round(found.kappa, 6), round(found.standard_error, 6)
        (0.892157, 0.035352)
    """
    counts = square_table(table)
    if not 0 < level < 1:
        raise Fault("STA-003", what="level", value=level, wanted="a number between 0 and 1")
    scale = np.arange(1, len(counts) + 1) if categories is None else np.asarray(categories)
    matrix = agreement_weights(scale, weights)
    units = float(counts.sum())
    return _undefined() if not units else _kappa(counts / units, matrix, units, level)


def _kappa(shares: Floats, weights: Floats, units: float, level: float) -> Kappa:
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed = float((shares * weights).sum())
    expected = float(rows @ weights @ columns)
    rest = 1 - expected
    plain = np.array_equal(weights, np.eye(len(weights)))
    defined = rest > NOTHING
    kappa = (observed - expected) / rest if defined else float("nan")
    error = null = float("nan")
    if defined:
        towards = (weights @ columns)[:, None] + rows @ weights
        null = _root_of_difference(float(rows @ (weights - towards) ** 2 @ columns), expected**2)
        off = weights * rest - towards * (1 - observed)
        centre = observed * expected - 2 * expected + observed
        error = _root_of_difference(float((shares * off**2).sum()), centre**2)
        null, error = null / (rest * math.sqrt(units)), error / (rest**2 * math.sqrt(units))
    z = kappa / null if null > 0 else float("nan")
    reach = float(normal_quantile((1 + level) / 2)) * error
    return Kappa(
        kappa=kappa,
        standard_error=error,
        null_error=null,
        low=float(np.maximum(kappa - reach, -1.0)),
        high=float(np.minimum(kappa + reach, 1.0)),
        z=z,
        p=2 * float(normal_tail(abs(z))),
        observed=observed,
        expected=expected,
        n=round(units),
        **_limits(shares, expected, plain=plain, defined=defined),
    )


def _limits(shares: Floats, expected: float, *, plain: bool, defined: bool) -> dict[str, float]:
    size, nan = len(shares), float("nan")
    most = float(np.minimum(shares.sum(axis=0), shares.sum(axis=1)).sum())
    two = size == 2
    return {
        "maximum": (most - expected) / (1 - expected) if plain and defined else nan,
        "adjusted": (size * float(np.trace(shares)) - 1) / (size - 1)
        if plain and size > 1
        else nan,
        "prevalence_index": abs(float(shares[0, 0] - shares[1, 1])) if two else nan,
        "bias_index": abs(float(shares[0, 1] - shares[1, 0])) if two else nan,
    }


def _root_of_difference(one: float, other: float) -> float:
    # A smaller share of the minuend is what rounding leaves where both are equal.
    return math.sqrt(one - other) if one - other > 1e-12 * one else 0.0


def _undefined() -> Kappa:
    nan = float("nan")
    return Kappa(
        kappa=nan,
        standard_error=nan,
        null_error=nan,
        low=nan,
        high=nan,
        z=nan,
        p=nan,
        observed=nan,
        expected=nan,
        maximum=nan,
        adjusted=nan,
        prevalence_index=nan,
        bias_index=nan,
        n=0,
    )
