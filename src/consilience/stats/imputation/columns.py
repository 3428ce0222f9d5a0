"""Which columns are imputed, how, from which others, and in what order?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.regression import independent_columns

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

METHODS: Final = ("pmm", "norm", "logit", "polytomous", "none")
ORDERS: Final = ("left to right", "right to left", "fewest missing first", "most missing first")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """How a table is imputed.

    Args:
        methods: (k,) method of each column.
        visits: numbers of the columns that a model imputes, in order.
        constants: numbers of the columns whose missing values are their one observed value.
        blocks: columns of the design that each column takes, from and to; none for a column
            that predicts nothing and is not imputed by a normal model.
        categories: observed values of a column with categories, ascending; empty for others.
        centres: (k,) what is taken from a numeric column in the design.
        scales: (k,) by what it is divided.
        of_target: for each column the columns of the design that predict it.
        width: columns of the design; the first is 1.
        warnings: what was left out and why.
    """

    methods: tuple[str, ...]
    visits: tuple[int, ...]
    constants: tuple[int, ...]
    blocks: tuple[slice, ...]
    categories: tuple[Floats, ...]
    centres: Floats
    scales: Floats
    of_target: tuple[Integers, ...]
    width: int
    warnings: tuple[Fault, ...]


def plan_columns(
    table: Floats,
    *,
    methods: str | Sequence[str],
    predictors: ArrayLike | None,
    visits: str | Sequence[int],
    donors: int,
) -> Plan:
    """Which columns are imputed, how and from which others?

    Args:
        table: (n, k), nan where missing.
        methods: see `impute`.
        predictors: see `impute`.
        visits: see `impute`.
        donors: see `impute`.

    Returns:
        The plan.

    Raises:
        Fault: STA-001, STA-002 and STA-003 for options that do not fit, see `impute`.

    Example:
        >>> nan = float("nan")
        >>> table = np.array([[1.0, 2], [2, nan], [4, 5], [3, 1]])
        >>> plan = plan_columns(
        ...     table, methods="pmm", predictors=None, visits="left to right", donors=5
        ... )
        >>> plan.visits, [fault.code for fault in plan.warnings]
        ((1,), ['STA-073'])
    """
    k = table.shape[1]
    chosen = _methods(methods, k)
    missing = np.isnan(table)
    observed = len(table) - missing.sum(axis=0)
    categories = tuple(
        _categories(table[:, j], chosen[j], j) if observed[j] else np.empty(0) for j in range(k)
    )
    one_value = np.array([_one_value(table[:, j]) for j in range(k)])
    kept_missing = np.array([each == "none" for each in chosen]) & missing.any(axis=0)
    useless = (observed == 0) | one_value | kept_missing
    blocks, width = _blocks(categories)
    centres, scales = _moments(table, useless)
    design = design_of(table, blocks, categories, centres, scales, width)
    kept = _independent(design, missing, blocks, useless)
    to_do = missing.any(axis=0) & (observed > 0) & ~kept_missing
    order = _order(visits, missing.sum(axis=0))
    return Plan(
        methods=chosen,
        visits=tuple(j for j in order if to_do[j] and not one_value[j]),
        constants=tuple(j for j in order if to_do[j] and one_value[j]),
        blocks=blocks,
        categories=categories,
        centres=centres,
        scales=scales,
        of_target=_of_targets(predictors, blocks, kept, k),
        width=width,
        warnings=_warnings(observed, one_value, kept, blocks, useless)
        + _few_donors(observed, to_do & ~one_value, chosen, donors),
    )


def design_of(
    table: Floats,
    blocks: Sequence[slice],
    categories: Sequence[Floats],
    centres: Floats,
    scales: Floats,
    width: int,
) -> Floats:
    """What do the columns of a table look like as predictors?

    Args:
        table: (..., n, k) values.
        blocks: see `Plan`.
        categories: see `Plan`.
        centres: see `Plan`.
        scales: see `Plan`.
        width: see `Plan`.

    Returns:
        (..., n, width): 1, then a number less its centre over its scale, or a column of 0 and 1
        for every category but the first; nan where missing.

    Example:
        >>> table = np.array([[1.0, 7], [3, 8]])
        >>> codes = np.array([7.0, 8])
        >>> design_of(
        ...     table, [slice(1, 2), slice(2, 3)], [np.empty(0), codes],
        ...     np.array([2.0, 0]), np.array([1.0, 1]), 3,
        ... ).tolist()
        [[1.0, -1.0, 0.0], [1.0, 1.0, 1.0]]
    """
    design = np.ones((*table.shape[:-1], width))
    for j, block in enumerate(blocks):
        design[..., block] = as_predictor(table[..., j], categories[j], centres[j], scales[j])
    return design


def as_predictor(values: Floats, codes: Floats, centre: float, scale: float) -> Floats:
    """What does one column look like as a predictor; see `design_of`.

    Args:
        values: (...) values.
        codes: its categories, empty if it is numeric.
        centre: of a numeric column.
        scale: of a numeric column.

    Returns:
        (..., 1) or (..., categories - 1).

    Example:
        >>> as_predictor(np.array([2.0, 4.0]), np.empty(0), 3.0, 2.0).tolist()
        [[-0.5], [0.5]]
    """
    if not len(codes):
        return np.asarray((values[..., None] - centre) / scale)
    member = (values[..., None] == codes[1:]).astype(float)
    return np.where(np.isnan(values)[..., None], np.nan, member)


def _methods(methods: str | Sequence[str], k: int) -> tuple[str, ...]:
    chosen = (methods,) * k if isinstance(methods, str) else tuple(methods)
    if len(chosen) != k:
        raise Fault("STA-002", what="methods", shape=(len(chosen),), wanted=f"one for all, or {k}")
    for each in chosen:
        if each not in METHODS:
            raise Fault("STA-001", what="method", value=each, known=", ".join(METHODS))
    return chosen


def _categories(column: Floats, method: str, number: int) -> Floats:
    if method not in ("logit", "polytomous"):
        return np.empty(0)
    codes = np.unique(column[~np.isnan(column)])
    if method == "logit" and len(codes) > 2:
        raise Fault(
            "STA-003",
            what=f"number of values of column {number} with method logit",
            value=len(codes),
            wanted="two values, or the method polytomous",
        )
    return codes


def _one_value(column: Floats) -> bool:
    there = column[~np.isnan(column)]
    return bool(len(there)) and bool((there == there[0]).all())


def _blocks(categories: Sequence[Floats]) -> tuple[tuple[slice, ...], int]:
    blocks, at = [], 1
    for codes in categories:
        size = max(len(codes) - 1, 1) if len(codes) else 1
        blocks.append(slice(at, at + size))
        at += size
    return tuple(blocks), at


def _moments(table: Floats, useless: Bools) -> tuple[Floats, Floats]:
    centres, scales = np.zeros(table.shape[1]), np.ones(table.shape[1])
    for j in np.flatnonzero(~useless):
        there = table[~np.isnan(table[:, j]), j]
        centres[j], scales[j] = there.mean(), there.std()
    return centres, scales


def _independent(
    design: Floats, missing: Bools, blocks: Sequence[slice], useless: Bools
) -> Integers:
    """Return the columns of the design that predict: not those that follow from others.

    Of columns that determine each other the one with the most missing values goes, so that it
    is imputed from the others, and they are not imputed from what was imputed from them.
    """
    order = [j for j in np.argsort(missing.sum(axis=0), kind="stable") if not useless[j]]
    columns = [0, *(c for j in order for c in range(blocks[j].start, blocks[j].stop))]
    whole = ~np.isnan(design[:, columns]).any(axis=1)
    if whole.sum() > len(columns):
        columns = [columns[c] for c in independent_columns(design[whole][:, columns])]
    kept: list[int] = []
    for column in columns:
        if not any(_copies(design[:, column], design[:, other]) for other in kept[1:]):
            kept.append(column)
    return np.array(kept, dtype=np.int64)


def _copies(one: Floats, other: Floats) -> bool:
    both = ~(np.isnan(one) | np.isnan(other))
    a, b = one[both] - one[both].mean() if both.any() else one[both], other[both]
    b = b - b.mean() if both.any() else b
    size = float(a @ a) * float(b @ b)
    return both.sum() > 2 and size > 0 and float(a @ b) ** 2 > (1 - 1e-10) * size


def _of_targets(
    predictors: ArrayLike | None, blocks: Sequence[slice], kept: Integers, k: int
) -> tuple[Integers, ...]:
    allowed = np.ones((k, k), dtype=bool) if predictors is None else np.asarray(predictors) != 0
    if allowed.shape != (k, k):
        raise Fault(
            "STA-002", what="predictors", shape=allowed.shape, wanted=f"{k} rows and columns"
        )
    of_column = np.full(max(block.stop for block in blocks), -1)
    for j, block in enumerate(blocks):
        of_column[block] = j
    found = []
    for target in range(k):
        uses = [
            c for c in kept if c == 0 or (of_column[c] != target and allowed[target, of_column[c]])
        ]
        found.append(np.array(sorted(uses), dtype=np.int64))
    return tuple(found)


def _order(visits: str | Sequence[int], counts: Integers) -> list[int]:
    k = len(counts)
    if not isinstance(visits, str):
        given = [int(j) for j in visits]
        if any(not 0 <= j < k for j in given):
            raise Fault("STA-003", what="a visit", value=given, wanted=f"columns from 0 to {k - 1}")
        return given
    orders = {
        "left to right": range(k),
        "right to left": range(k - 1, -1, -1),
        "fewest missing first": np.argsort(counts, kind="stable"),
        "most missing first": np.argsort(-counts, kind="stable"),
    }
    if visits not in orders:
        raise Fault("STA-001", what="order of visits", value=visits, known=", ".join(ORDERS))
    return [int(j) for j in orders[visits]]


def _warnings(
    observed: Integers,
    one_value: Bools,
    kept: Integers,
    blocks: Sequence[slice],
    useless: Bools,
) -> tuple[Fault, ...]:
    found = [Fault("STA-071", column=int(j)) for j in np.flatnonzero(observed == 0)]
    found += [
        Fault("STA-072", column=int(j), reason="its observed values are all the same")
        for j in np.flatnonzero(one_value)
    ]
    for j, block in enumerate(blocks):
        lost = not set(range(block.start, block.stop)) <= set(kept.tolist())
        if lost and not useless[j]:
            found.append(Fault("STA-072", column=j, reason="other columns determine it"))
    return tuple(found)


def _few_donors(
    observed: Integers, modelled: Bools, methods: Sequence[str], donors: int
) -> tuple[Fault, ...]:
    return tuple(
        Fault("STA-073", column=int(j), count=int(observed[j]), donors=donors)
        for j in np.flatnonzero(modelled & (observed < donors))
        if methods[int(j)] == "pmm"
    )
