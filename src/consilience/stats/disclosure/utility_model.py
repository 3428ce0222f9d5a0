"""Can a model tell protected data from the originals, and which protection is worth its price?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.regression import logistic_model

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PropensityError:
    """How well does a model tell protected records from original ones?

    Args:
        pmse: mean squared distance of the model's probabilities from the share of protected
            records, 0 if it cannot tell them to c (1 - c) if it always can.
        expected: what it would be on average for records drawn anew from the true model of the
            originals (synthetic data); two samples of one population are further apart.
        ratio: pmse over expected; about 1 for synthetic data of a right model.
        rows: how many complete records were compared.
        warnings: as those of the model.
    """

    pmse: float
    expected: float
    ratio: float
    rows: int
    warnings: tuple[Fault, ...]


def propensity_mse(original: ArrayLike, protected: ArrayLike) -> PropensityError:
    """How well does a simple logistic model tell protected records from original ones?

    Args:
        original: (n, p) numbers; a categorical variable as columns of 0 and 1 for all categories
            but one. Rows with nan are left out, and so should be the categories of missing.
        protected: (m, p) the same columns after protection.

    Returns:
        The error. The model has each column as it is, without interactions.

    Raises:
        Fault: STA-002 for shapes; STA-004 without a complete row in either.

    Warns:
        STA-005, STA-070 as `logistic_model`.

    Source:
        Woo et al. (2009), Global measures of data utility for microdata masked for disclosure
        limitation, Journal of Privacy and Confidentiality 1, 111-124. The expected value under
        c (1 - c)^2 times the parameters besides the constant over the rows: Snoke et al. (2018),
        General and specific utility measures for synthetic data, JRSS A 181, 663-688.

    Differs:
        A file in which few cells were changed lies far below the expected value, which is that of
        synthetic data; compare protections with each other.

    Example:
        >>> found = propensity_mse([[0.0], [1.0], [2.0], [3.0]], [[1.0], [1.0], [2.0], [2.0]])
        >>> round(found.pmse, 6), found.expected
        (0.0, 0.015625)
    """
    before, after = np.asarray(original, dtype=float), np.asarray(protected, dtype=float)
    if before.ndim != 2 or after.ndim != 2 or before.shape[1] != after.shape[1]:
        wanted = "(rows, columns), as many columns as the original"
        raise Fault("STA-002", what="protected", shape=after.shape, wanted=wanted)
    was, now = (each[~np.isnan(each).any(axis=1)] for each in (before, after))
    if not len(was) or not len(now):
        raise Fault("STA-004", what="comparison", least="one complete row of each", count=0)
    table = np.concatenate([was, now])
    second = np.repeat([0.0, 1.0], [len(was), len(now)])
    share = float(second.mean())
    model = logistic_model(second, table)
    there = ~np.isnan(model.coefficients)
    design = np.column_stack([np.ones(len(table)), table])[:, there]
    eta = design @ model.coefficients[there]
    p = 1 / (1 + np.exp(-np.clip(eta, -700, 700)))
    pmse = float(((p - share) ** 2).mean())
    expected = (int(there.sum()) - 1) * (1 - share) ** 2 * share / len(table)
    return PropensityError(
        pmse=pmse,
        expected=expected,
        ratio=pmse / expected if expected else float("nan"),
        rows=len(table),
        warnings=model.warnings,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """Which of several protections are worth their price?

    Args:
        efficient: (n,) whether no other has less risk without having less utility, or more
            utility without having more risk.
        order: numbers of the efficient ones, from the least risk to the most.
        beaten_by: (n,) for each that is not, one that has no more risk and no less utility (of
            these the one of most utility); -1 for the efficient ones.
    """

    efficient: Booleans
    order: Integers
    beaten_by: Integers


def efficient_frontier(risk: ArrayLike, utility: ArrayLike) -> Frontier:
    """Which of several protections lie on the frontier of a risk-utility picture?

    Args:
        risk: (n,) risk under each protection, less being better; finite.
        utility: (n,) utility under each, more being better; give a loss with its sign turned.

    Returns:
        The frontier. Protections equal in both are efficient together.

    Raises:
        Fault: STA-002 if the lengths differ, STA-003 for numbers that are not finite.

    Source:
        R-U confidentiality map: Duncan, Keller-McNulty and Stokes (2001), Disclosure risk vs. data
        utility: the R-U confidentiality map, technical report 121, NISS.

    Example:
        >>> found = efficient_frontier([0.3, 0.1, 0.2, 0.3], [0.9, 0.5, 0.4, 0.8])
        >>> found.order.tolist(), found.beaten_by.tolist()
        ([1, 0], [-1, -1, 1, 0])
    """
    risks, utilities = np.asarray(risk, dtype=float), np.asarray(utility, dtype=float)
    if risks.ndim != 1 or risks.shape != utilities.shape:
        raise Fault("STA-002", what="utility", shape=utilities.shape, wanted="as many as risks")
    for what, each in (("risk", risks), ("utility", utilities)):
        if not np.isfinite(each).all():
            raise Fault("STA-003", what=what, value="not finite", wanted="finite numbers")
    beaten = np.full(len(risks), -1, dtype=np.int64)
    order = np.lexsort((np.arange(len(risks)), -utilities, risks))
    best = -1
    for place in order.tolist():
        if best < 0 or utilities[place] > utilities[best]:
            best = place
        elif (risks[place], utilities[place]) != (risks[best], utilities[best]):
            beaten[place] = best
    return Frontier(efficient=beaten < 0, order=order[beaten[order] < 0], beaten_by=beaten)
