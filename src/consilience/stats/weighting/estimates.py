"""How large is it in the population, and how sure are we: means, totals, ratios, by domain?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import t_quantile
from consilience.stats.weighting.calibrated import ratio
from consilience.stats.weighting.sample_design import (
    SampleDesign,
    covariance,
    degrees_of_freedom,
)

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """What is the estimate, how does it vary, and what did the design cost?

    Args:
        value: () or (k,) the estimates; nan where nobody is there to estimate from.
        se: standard errors, by Taylor linearisation.
        low: lower end of the interval value -+ t se.
        high: upper end.
        df: degrees of freedom of t: clusters less strata, or those asked for.
        covariance: (k, k) covariances of the estimates.
        deff: variance over that of a simple random sample of as many rows, drawn without
            replacement; nan if the weights do not add up to more than the rows.
        deff_replace: the same, drawn with replacement.
        n: () or (k,) rows that the estimate rests on.
        warnings: what a reader should know.
    """

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    df: float
    covariance: Floats
    deff: Floats
    deff_replace: Floats
    n: NDArray[np.int64]
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Linear:
    """Estimates as totals of linearised variables; `inside` the rows of each."""

    value: Floats
    variables: Floats
    inside: Booleans


def weighted_mean(
    values: ArrayLike,
    *,
    design: SampleDesign,
    domain: ArrayLike | None = None,
    confidence: float = 0.95,
    df: float | None = None,
) -> Estimate:
    """What is the mean in the population?

    Args:
        values: (n,) or (n, k); a row with nan is left out, as if outside the domain.
        design: how the rows were drawn, with their weights.
        domain: (n,) whether a row is in the part of the population asked about; all if None.
        confidence: of the interval.
        df: degrees of freedom of the interval; those of the design if None, inf for normal.

    Returns:
        The estimate, of shape () or (k,).

    Raises:
        Fault: STA-002 for shapes, STA-003 for a confidence not between 0 and 1; as `covariance`.

    Source:
        Saerndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, 5.7 and 10.3.

    Example:
        >>> found = weighted_mean([1.0, 2.0, 6.0], design=SampleDesign(weights=[2, 1, 1]))
        >>> float(found.value), round(float(found.se), 4), found.df
        (2.5, 1.4197, 2.0)
    """
    table, weights = _table(values, design), np.asarray(design.weights, dtype=float)
    inside = _inside(table, domain)
    held = np.where(inside, table, 0.0)
    below = np.full(table.shape[1], float((weights * inside[:, 0]).sum()))
    value = ratio(weights @ held, below)
    off = np.where(inside, table - value, 0.0)
    linear = _Linear(
        value=value, variables=off / np.where(below != 0, below, np.nan), inside=inside
    )
    return _estimate(linear, design, np.ndim(values), confidence, df)


def weighted_total(
    values: ArrayLike,
    *,
    design: SampleDesign,
    domain: ArrayLike | None = None,
    confidence: float = 0.95,
    df: float | None = None,
) -> Estimate:
    """What is the sum over the population?

    Args:
        values: (n,) or (n, k); a row with nan is left out.
        design: see `weighted_mean`.
        domain: see there.
        confidence: see there.
        df: see there.

    Returns:
        The estimate, of shape () or (k,).

    Raises:
        Fault: as `weighted_mean`.

    Source:
        Horvitz and Thompson (1952), JASA 47, 663-685.

    Example:
        >>> design = SampleDesign(weights=[2, 2], fpc=[4, 4])
        >>> found = weighted_total([1.0, 3.0], design=design)
        >>> float(found.value), round(float(found.se), 4)
        (8.0, 2.8284)
    """
    table, weights = _table(values, design), np.asarray(design.weights, dtype=float)
    inside = _inside(table, domain)
    held = np.where(inside, table, 0.0)
    linear = _Linear(value=weights @ held, variables=held, inside=inside)
    return _estimate(linear, design, np.ndim(values), confidence, df)


def weighted_ratio(
    above: ArrayLike,
    below: ArrayLike,
    *,
    design: SampleDesign,
    domain: ArrayLike | None = None,
    confidence: float = 0.95,
    df: float | None = None,
) -> Estimate:
    """What is the sum of one variable over the sum of another in the population?

    Args:
        above: (n,) or (n, k) numerators.
        below: (n,) denominator.
        design: see `weighted_mean`.
        domain: see there.
        confidence: see there.
        df: see there.

    Returns:
        The estimate, nan where the denominator is 0.

    Raises:
        Fault: as `weighted_mean`.

    Source:
        Cochran (1977), Sampling Techniques, 6.3 and 6.13.

    Example:
        >>> found = weighted_ratio([1.0, 3.0], [2.0, 2.0], design=SampleDesign(weights=[1, 1]))
        >>> float(found.value), float(found.se)
        (1.0, 0.5)
    """
    table, weights = _table(above, design), np.asarray(design.weights, dtype=float)
    divisor = _table(below, design)
    if divisor.shape[1] != 1:
        raise Fault("STA-002", what="denominator", shape=divisor.shape, wanted="(rows,)")
    inside = _inside(np.column_stack([table, divisor]), domain)[:, : table.shape[1]]
    held = np.where(inside, table, 0.0)
    under = np.where(inside, divisor, 0.0)
    sums = weights @ under
    value = ratio(weights @ held, sums)
    off = np.where(inside, held - value * under, 0.0)
    linear = _Linear(value=value, variables=off / np.where(sums != 0, sums, np.nan), inside=inside)
    return _estimate(linear, design, np.ndim(above), confidence, df)


def domain_means(
    values: ArrayLike,
    groups: ArrayLike,
    *,
    design: SampleDesign,
    domains: int | None = None,
    confidence: float = 0.95,
    df: float | None = None,
) -> Estimate:
    """What is the mean in each of several parts of the population?

    Args:
        values: (n,); nan where missing.
        groups: (n,) number of the part, 0, 1, ...; -1 for none.
        design: see `weighted_mean`.
        domains: how many parts there are; as many as the greatest number says if None.
        confidence: see `weighted_mean`.
        df: see there.

    Returns:
        The estimates, (domains,), with their covariances; nan for a part without a row.

    Raises:
        Fault: as `weighted_mean`.

    Source:
        Saerndal, Swensson and Wretman (1992), 10.3: the rows outside stay in the design.

    Example:
        >>> found = domain_means([1.0, 3.0, 7.0], [0, 0, 1], design=SampleDesign(weights=[1] * 3))
        >>> found.value.tolist()
        [2.0, 7.0]
    """
    column, weights = _table(values, design), np.asarray(design.weights, dtype=float)
    if column.shape[1] != 1:
        raise Fault("STA-002", what="values", shape=column.shape, wanted="(rows,)")
    numbers = np.asarray(groups)
    if numbers.shape != weights.shape:
        raise Fault("STA-002", what="groups", shape=numbers.shape, wanted=f"{weights.shape}")
    count = int(numbers.max(initial=-1)) + 1 if domains is None else domains
    inside = (numbers[:, None] == np.arange(count)) & ~np.isnan(column)
    held = np.where(inside, column, 0.0)
    sums = weights @ inside
    value = ratio(weights @ held, sums)
    off = np.where(inside, held - value, 0.0)
    linear = _Linear(value=value, variables=off / np.where(sums != 0, sums, np.nan), inside=inside)
    return _estimate(linear, design, 2, confidence, df)


def _table(values: ArrayLike, design: SampleDesign) -> Floats:
    given = np.asarray(values, dtype=float)
    rows = len(np.asarray(design.weights))
    if given.ndim not in (1, 2) or len(given) != rows:
        raise Fault("STA-002", what="values", shape=given.shape, wanted=f"{rows} rows")
    return given[:, None] if given.ndim == 1 else given


def _inside(table: Floats, domain: ArrayLike | None) -> Booleans:
    rows: Booleans = np.asarray(~np.isnan(table).any(axis=1))
    if domain is not None:
        chosen = np.asarray(domain, dtype=bool)
        if chosen.shape != rows.shape:
            raise Fault("STA-002", what="domain", shape=chosen.shape, wanted=f"{rows.shape}")
        rows &= chosen
    return np.broadcast_to(rows[:, None], table.shape)


def _estimate(
    linear: _Linear, design: SampleDesign, dimensions: int, confidence: float, df: float | None
) -> Estimate:
    if not 0 < confidence < 1:
        raise Fault("STA-003", what="confidence", value=confidence, wanted="a share from 0 to 1")
    found, warnings = _covariance(linear, design)
    variance = np.diagonal(found)
    # Rounding can leave a variance of nothing a hair below 0.
    se = np.sqrt(np.where(variance > 0, variance, np.where(np.isnan(variance), np.nan, 0.0)))
    free = float(degrees_of_freedom(design)) if df is None else float(df)
    reach = t_quantile((1 + confidence) / 2, free) * se
    weights = np.asarray(design.weights, dtype=float)
    without, replaced = _simple(linear, weights)
    shape = (slice(None),) if dimensions > 1 else (0,)
    return Estimate(
        value=np.asarray(linear.value[shape]),
        se=np.asarray(se[shape]),
        low=np.asarray((linear.value - reach)[shape]),
        high=np.asarray((linear.value + reach)[shape]),
        df=free,
        covariance=found,
        deff=np.asarray(ratio(variance, without)[shape]),
        deff_replace=np.asarray(ratio(variance, replaced)[shape]),
        n=np.asarray((linear.inside & (weights != 0)[:, None]).sum(axis=0)[shape]),
        warnings=warnings,
    )


def _covariance(linear: _Linear, design: SampleDesign) -> tuple[Floats, tuple[Fault, ...]]:
    known = np.isfinite(linear.variables).all(axis=0) & np.isfinite(linear.value)
    count = len(linear.value)
    found = np.full((count, count), np.nan)
    part, warnings = covariance(linear.variables[:, known], design)
    found[np.ix_(known, known)] = part
    return found, warnings


def _simple(linear: _Linear, weights: Floats) -> tuple[Floats, Floats]:
    """Return the variances under simple random sampling without and with replacement."""
    part = weights[:, None] * linear.inside
    rows, size = (part != 0).sum(axis=0).astype(float), part.sum(axis=0)
    held = np.where(linear.inside, linear.variables, 0.0)
    mean = ratio((part * held).sum(axis=0), size)
    squares = (part * (held - mean) ** 2).sum(axis=0)
    spread = ratio(squares * rows, size * (rows - 1))
    replaced = size**2 * ratio(spread, rows)
    left = np.where(size > rows * (1 + 1e-9), 1 - ratio(rows, size), np.nan)
    return replaced * left, replaced
