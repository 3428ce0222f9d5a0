"""How far are units apart on attributes of mixed kinds (Gower's distance)?"""

from __future__ import annotations

import numpy as np

from consilience.stats.choice.diverse_problem import TIE, Floats, Instance, Integers


def distances(instance: Instance, rows: Integers, columns: Integers) -> Floats:
    """Return the weighted Gower distance of units of the pool.

    d(i, j) is the weighted mean over attributes of 1[x_i != x_j] (nominal) or
    |x_i - x_j| / span (ordered); 0 alike in all, 1 as far as can be.

    Args:
        instance: the compiled problem.
        rows: (r,) positions in the pool.
        columns: (c,) positions in the pool.

    Returns:
        (r, c) distances, 0 to 1 (above 1 only if a given span is smaller than the range).

    Source:
        Gower (1971), A general coefficient of similarity and some of its properties, (1)-(4);
        here as distance 1 - S.

    Differs:
        R's `cluster::daisy` drops an attribute from pairs in which it is missing; here a
        missing nominal value is a level and a missing ordered value the median, so that the
        sum of distances keeps its exact linear form.
    """
    total = np.zeros((len(rows), len(columns)))
    for position, weight in enumerate(instance.weights):
        column = instance.codes[:, position]
        total += weight * (column[rows][:, None] != column[columns])
    for position in range(instance.scaled.shape[1]):
        values = instance.scaled[:, position]
        total += np.abs(values[rows][:, None] - values[columns])
    return total


def contributions(instance: Instance, chosen: Integers) -> Floats:
    """Return what each attribute adds to the sum of the distances of all pairs.

    Args:
        instance: the compiled problem.
        chosen: (m,) positions in the pool.

    Returns:
        (attributes,) parts of the sum, in the order of `instance.names`.
    """
    upper = np.triu_indices(len(chosen), 1)
    parts = []
    for position, weight in enumerate(instance.weights):
        codes = instance.codes[chosen, position]
        parts.append(weight * np.count_nonzero(codes[upper[0]] != codes[upper[1]]))
    for position in range(instance.scaled.shape[1]):
        values = instance.scaled[chosen, position]
        parts.append(np.abs(values[upper[0]] - values[upper[1]]).sum())
    return np.array(parts, dtype=float)


def measure(instance: Instance, chosen: Integers) -> tuple[float, float]:
    """Return the sum and the smallest of the distances of all pairs of a set.

    Args:
        instance: the compiled problem.
        chosen: (m,) positions in the pool.

    Returns:
        Sum and smallest distance; the smallest is infinite for one unit.
    """
    if len(chosen) < 2:
        return 0.0, float("inf")
    pairs = distances(instance, chosen, chosen)[np.triu_indices(len(chosen), 1)]
    return float(pairs.sum()), float(pairs.min())


def shortfall(instance: Instance, chosen: Integers) -> float:
    """Return the weighted number of units by which the quotas are missed.

    Args:
        instance: the compiled problem.
        chosen: (m,) positions in the pool.

    Returns:
        0 if every quota holds.
    """
    counts = instance.masks[:, chosen].sum(axis=1)
    return float(price(instance, counts))


def price(instance: Instance, counts: Integers) -> Floats:
    """Return the weighted shortfall of counts per quota.

    Args:
        instance: the compiled problem.
        counts: (quotas, ...) how many chosen units are of each kind.

    Returns:
        (...) weighted shortfall.
    """
    shape = (-1,) + (1,) * (counts.ndim - 1)
    low, high = instance.low.reshape(shape), instance.high.reshape(shape)
    missing = np.maximum(low - counts, 0) + np.maximum(counts - high, 0)
    return np.asarray((instance.penalty.reshape(shape) * missing).sum(axis=0), dtype=float)


def key(
    instance: Instance, chosen: Integers, *, objective: str
) -> tuple[float, float, float, float]:
    """Return what decides between sets, as rounded numbers of which greater is better.

    Args:
        instance: the compiled problem.
        chosen: (m,) positions in the pool.
        objective: `max-sum`, `max-min` or `lexicographic`.

    Returns:
        Minus the shortfall, first and second part of the objective, score.
    """
    total, smallest = measure(instance, chosen)
    first, second = parts_in_order(total, smallest, objective=objective)
    score = float(instance.score[chosen].sum())
    whole = (-shortfall(instance, chosen), first, second, score)
    return tuple(round(part / TIE) * TIE if np.isfinite(part) else part for part in whole)  # type: ignore[return-value]  # four parts in, four out


def parts_in_order(total: float, smallest: float, *, objective: str) -> tuple[float, float]:
    """Return the two parts of the objective, the one that decides first.

    Args:
        total: sum of the distances of all pairs.
        smallest: smallest distance of a pair.
        objective: `max-sum`, `max-min` or `lexicographic`.

    Returns:
        First and second part; the second is 0 where only one counts.
    """
    if objective == "max-sum":
        return total, 0.0
    return (smallest, 0.0) if objective == "max-min" else (smallest, total)
