"""How far are those who answered from a random part of those asked, and through what?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.weighting.calibrated import base_weights, ratio, sums_by
from consilience.stats.weighting.propensity import design_matrix

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FORMS: Final = ("sample", "population")


@dataclass(frozen=True, slots=True, kw_only=True)
class Representativity:
    """How representative is the response?

    Args:
        r: R = 1 - 2 S, 1 when all are as likely to answer, 0 at the furthest; nan without data.
        r_adjusted: R less its bias in a small sample; nan where it cannot be computed.
        s: standard deviation of the propensities.
        s_adjusted: the same less its bias, at least 0.
        mean: mean propensity: the weighted response rate.
        cv: S / mean, the greatest standardised bias of a mean (maximal absolute bias over its
            standard deviation); nan if nobody answers.
        cv_adjusted: with `s_adjusted`.
        q: S^2 / (p (1 - p)) with p the mean, the share of the greatest possible variance.
        lowest: the least R with this mean, 1 - 2 sqrt(p (1 - p)).
    """

    r: float
    r_adjusted: float
    s: float
    s_adjusted: float
    mean: float
    cv: float
    cv_adjusted: float
    q: float
    lowest: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Partial:
    """What does one classification contribute to the lack of representativity?

    Args:
        unconditional: standard deviation of propensities between its categories, 0 to 0.5.
        conditional: what is left within the cells of all other classifications, 0 to 0.5.
        of_category: (categories,) unconditional value of each category, negative where it is
            under-represented, -0.5 to 0.5; nan for a category without a unit.
        conditional_of_category: (categories,) 0 to 0.5.
    """

    unconditional: float
    conditional: float
    of_category: Floats
    conditional_of_category: Floats


def r_indicator(
    probabilities: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    form: str = "sample",
    auxiliaries: ArrayLike | None = None,
    population: float | None = None,
) -> Representativity:
    """How far are those who answered from a random part of those asked?

    Args:
        probabilities: (n,) propensities of all units asked, 0 to 1, see `propensity`.
        weights: (n,) design weights; 1 each if None.
        form: `sample`: the variance is divided by N - 1, with N the sum of the weights;
            `population`: the units are the whole population, divided by N.
        auxiliaries: (n, k) variables of the logistic model without a constant; needed for the
            adjustment for bias only.
        population: N in the adjustment; the sum of the weights if None.

    Returns:
        The indicator. The adjusted variance is (1 + 1/n - 1/N) S^2 less the mean over units of
        z' (sum z x')^-1 z with z = p (1 - p) x, at least 0. It holds for a simple random sample
        and the logistic model.

    Raises:
        Fault: STA-001 for another form, STA-002 for shapes, STA-003 for propensities beyond
            0 and 1.

    Source:
        Schouten, Cobben and Bethlehem (2009), Indicators for the representativeness of survey
        response, Survey Methodology 35, 101-113, formulas 5 and 6; Shlomo, Skinner and Schouten
        (2012), Journal of Statistical Planning and Inference 142, 201-211 (bias); Schouten,
        Shlomo and Skinner (2011), Journal of Official Statistics 27, 231-253.

    Example:
        >>> found = r_indicator([0.4, 0.4, 0.6, 0.6], form="population")
        >>> found.r, round(found.s, 6), round(found.cv, 6)
        (0.8, 0.1, 0.2)
    """
    if form not in FORMS:
        raise Fault("STA-001", what="form of the indicator", value=form, known=", ".join(FORMS))
    p, base = _checked(probabilities, weights)
    total = float(base.sum())
    nan = float("nan")
    below = total - 1 if form == "sample" else total
    mean = float(base @ p) / total if total > 0 else nan
    variance = float(base @ (p - mean) ** 2) / below if below > 0 else nan
    adjusted = _unbiased(p, variance, auxiliaries, total if population is None else population)
    s, s_adjusted = float(np.sqrt(variance)), float(np.sqrt(adjusted))
    room = mean * (1 - mean)
    return Representativity(
        r=1 - 2 * s,
        r_adjusted=1 - 2 * s_adjusted,
        s=s,
        s_adjusted=s_adjusted,
        mean=mean,
        cv=s / mean if mean > 0 else nan,
        cv_adjusted=s_adjusted / mean if mean > 0 else nan,
        q=variance / room if room > 0 else nan,
        lowest=1 - 2 * float(np.sqrt(max(room, 0.0))) if not np.isnan(room) else nan,
    )


def partial_indicators(
    probabilities: ArrayLike,
    codes: Sequence[ArrayLike],
    *,
    weights: ArrayLike | None = None,
    form: str = "sample",
) -> tuple[Partial, ...]:
    """Through which classifications and categories is the response not representative?

    Args:
        probabilities: (n,) propensities of all units asked.
        codes: for each classification (n,) category numbers 0, 1, ...
        weights: (n,) design weights; 1 each if None.
        form: of the conditional values, see `r_indicator`; the unconditional ones weight
            categories by their share of the sum of weights.

    Returns:
        For each classification: unconditional P_u = sqrt(sum over k of N_k / N (p_k - p)^2), of
        a category sqrt(N_k / N) (p_k - p); conditional P_c = sqrt(sum of squared distances of
        propensities from the mean of their cell / (N - 1)), with cells by all other
        classifications (all units one cell if there is no other).

    Raises:
        Fault: as `r_indicator`; STA-082 for missing codes.

    Source:
        Schouten, Shlomo and Skinner (2011), formulas 5 to 8; Schouten, Bethlehem et al. (2012),
        International Statistical Review 80, 382-399.

    Example:
        >>> (one,) = partial_indicators([0.4, 0.4, 0.6, 0.6], [[0, 0, 1, 1]], form="population")
        >>> round(one.unconditional, 6), one.of_category.round(6).tolist()
        (0.1, [-0.070711, 0.070711])
    """
    if form not in FORMS:
        raise Fault("STA-001", what="form of the indicator", value=form, known=", ".join(FORMS))
    p, base = _checked(probabilities, weights)
    held = []
    for number, each in enumerate(codes):
        given = np.asarray(each, dtype=np.int64)
        if given.shape != p.shape:
            wanted = f"{p.shape}"
            raise Fault("STA-002", what=f"variable {number}", shape=given.shape, wanted=wanted)
        if given.size and given.min() < 0:
            raise Fault("STA-082", what=f"variable {number}", count=int((given < 0).sum()))
        held.append(given)
    below = float(base.sum()) - (1 if form == "sample" else 0)
    return tuple(
        _partial(
            p, base, each, [other for place, other in enumerate(held) if place != number], below
        )
        for number, each in enumerate(held)
    )


def population_r_indicator(
    auxiliaries: ArrayLike,
    *,
    moments: ArrayLike,
    weights: ArrayLike | None = None,
) -> Representativity:
    """How representative is a response of which only those who answered can be seen?

    Args:
        auxiliaries: (n, k) variables of those who answered, without a constant.
        moments: (k + 1, k + 1) sums over the population of products of the variables with a
            constant before them; the first value is N.
        weights: (n,) design weights of those who answered; 1 each if None.

    Returns:
        The indicator with propensities x' (sum over population of x x')^-1 (sum of w x) of a
        linear model; the adjusted values are nan.

    Raises:
        Fault: STA-002, STA-003 for shapes and values.

    Source:
        Bianchi, Shlomo, Schouten, Da Silva and Skinner (2019), Estimation of response
        propensities and indicators of representative response using population-level
        information, Survey Methodology 45, 217-247, section 3.

    Example:
        >>> found = population_r_indicator([0, 0, 1, 1, 1], moments=[[10, 5], [5, 5]])
        >>> round(found.mean, 4), round(found.s, 4)
        (0.5, 0.1054)
    """
    matrix, _ = design_matrix(auxiliaries, np.ones(len(np.asarray(auxiliaries))))
    table = np.asarray(moments, dtype=float)
    if table.shape != (matrix.shape[1],) * 2:
        wanted = f"({matrix.shape[1]}, {matrix.shape[1]})"
        raise Fault("STA-002", what="moments", shape=table.shape, wanted=wanted)
    total = float(table[0, 0])
    if not total > 1 or not np.isfinite(table).all():
        raise Fault("STA-003", what="population", value=total, wanted="more than one unit")
    base = base_weights(weights, len(matrix))
    sums = matrix.T @ base
    p = matrix @ np.linalg.lstsq(table, sums, rcond=1e-13)[0]
    mean = float(base.sum()) / total
    # Those who answer are drawn with probability p, so a sum of p over them estimates one of p^2.
    variance = max((float(base @ p) - total * mean**2) / (total - 1), 0.0)
    nan, s, room = float("nan"), float(np.sqrt(variance)), mean * (1 - mean)
    return Representativity(
        r=1 - 2 * s,
        r_adjusted=nan,
        s=s,
        s_adjusted=nan,
        mean=mean,
        cv=s / mean if mean > 0 else nan,
        cv_adjusted=nan,
        q=variance / room if room > 0 else nan,
        lowest=1 - 2 * float(np.sqrt(room)) if room >= 0 else nan,
    )


def _checked(probabilities: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    p = np.asarray(probabilities, dtype=float)
    if p.ndim != 1:
        raise Fault("STA-002", what="propensities", shape=p.shape, wanted="(rows,)")
    if not ((p >= 0) & (p <= 1)).all():
        value = "missing, below 0 or above 1"
        raise Fault("STA-003", what="a propensity", value=value, wanted="shares from 0 to 1")
    return p, base_weights(weights, len(p))


def _unbiased(
    p: Floats, variance: float, auxiliaries: ArrayLike | None, population: float
) -> float:
    if auxiliaries is None or np.isnan(variance):
        return float("nan")
    matrix, _ = design_matrix(auxiliaries, np.zeros(len(p)))
    spread = p * (1 - p)
    z = matrix * spread[:, None]
    inverse = np.linalg.pinv(z.T @ matrix, rcond=1e-12, hermitian=True)
    noise = float(((z @ inverse) * z).sum()) / len(p)
    return max((1 + 1 / len(p) - 1 / population) * variance - noise, 0.0)


def _partial(
    p: Floats, base: Floats, codes: Integers, others: list[Integers], below: float
) -> Partial:
    count = int(codes.max(initial=-1)) + 1
    total = float(base.sum())
    size = sums_by(codes, base, count)
    if not total > 0:
        nothing, nan = np.full(count, np.nan), float("nan")
        return Partial(
            unconditional=nan,
            conditional=nan,
            of_category=nothing,
            conditional_of_category=nothing,
        )
    means = ratio(sums_by(codes, base * p, count), size)
    of_category = np.sqrt(size / total) * (means - float(base @ p) / total)
    cell = np.zeros(len(p), dtype=np.int64)
    for other in others:
        joint = cell * (int(other.max()) + 1) + other
        cell = np.unique(joint, return_inverse=True)[1].ravel().astype(np.int64)
    within = ratio(sums_by(cell, base * p, 0), sums_by(cell, base, 0))
    squares = np.where(base > 0, base * (p - within[cell]) ** 2, 0.0)
    share = sums_by(codes, squares, count)
    share = share / (below if below > 0 else np.nan)
    return Partial(
        unconditional=float(np.sqrt(np.nansum(of_category**2))),
        conditional=float(np.sqrt(share.sum())),
        of_category=of_category,
        conditional_of_category=np.where(size > 0, np.sqrt(share), np.nan),
    )
