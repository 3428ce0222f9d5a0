"""Which weights make the sample look like its population in several categories at once?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.weighting.calibrated import Calibrated, base_weights, ratio, sums_by
from consilience.stats.weighting.calibration import calibrate

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MISSING: Final = ("refuse", "nan")

# Up to so many possible cells are counted in a table; beyond that, those met are sorted out.
_TABLE: Final = 2_000_000


def rake(
    codes: Sequence[ArrayLike],
    margins: Sequence[ArrayLike],
    *,
    weights: ArrayLike | None = None,
    tolerance: float = 1e-10,
    rounds: int = 200,
    bounds: tuple[float, float] | None = None,
    missing: str = "refuse",
) -> Calibrated:
    """Which weights meet the totals of each of several classifications?

    Weights are multiplied in turn so that each margin is met, again and again until all are
    (iterative proportional fitting). Rows of the same cell get the same factor, so the work is
    done on cells.

    Args:
        codes: for each margin (n,) category numbers 0, 1, ...; -1 where missing. A joint margin
            is given by numbers of the joint categories.
        margins: for each margin its totals, one a category, 0 or more, in units of the weights.
        weights: (n,) weights to start from, 0 or more; 1 each if None.
        tolerance: settled when no total was off by more than this share of the whole.
        rounds: at most so many rounds over all margins.
        bounds: least and greatest adjusted weight, as multiples of the mean adjusted weight
            (trimming inside raking). The weights are then those nearest the given ones that
            meet margins and limits both.
        missing: what to do with a row that has a missing code: `refuse`, or `nan`, which leaves
            it out and gives it the weight nan.

    Returns:
        The weights. `misfit` is the largest distance from a total as a share of the whole, as
        it was before the margin's last adjustment.

    Raises:
        Fault: STA-001, STA-002, STA-003 for options, shapes and values; STA-080 if a category
            with a total has no row with a weight; STA-082 for missing codes.

    Warns:
        STA-005 if not settled, STA-081 if the margins have different sums.

    Source:
        Deming and Stephan (1940), Annals of Mathematical Statistics 11, 427-444; with bounds
        Deville and Saerndal (1992), case 2 with limits.

    Differs:
        R's survey::rake stops when the cells of the table move by less than 1 (not a share) in a
        round, so its default leaves margins off by up to about 1 unit.

    Example:
        >>> found = rake([[0, 0, 1, 1], [0, 1, 0, 1]], [[30, 70], [40, 60]])
        >>> found.weights.round(6).tolist(), found.settled
        ([12.0, 18.0, 28.0, 42.0], True)
    """
    task = _task(codes, margins, weights, missing)
    if bounds is not None:
        return _within(task, bounds, tolerance, rounds)
    inverse, cells = _cells(task)
    start = sums_by(inverse, task.weights, len(cells))
    held, misfit, made = _fit(start, cells, task.margins, tolerance, rounds)
    # A cell without a base weight keeps a factor, so that its rows stay 0.
    factor = np.divide(held, start, out=np.ones(len(cells)), where=start > 0)
    return _result(task, factor[inverse], misfit=misfit, made=made, settled=misfit <= tolerance)


def poststratify(
    codes: ArrayLike,
    totals: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    missing: str = "refuse",
) -> Calibrated:
    """Which weights meet the total of each stratum formed after the sample was drawn?

    Args:
        codes: (n,) category numbers 0, 1, ...; -1 where missing.
        totals: (categories,) totals in the population, 0 or more.
        weights: (n,) weights to start from; 1 each if None.
        missing: see `rake`.

    Returns:
        The weights w N_h / (sum of w in h).

    Raises:
        Fault: as `rake`.

    Source:
        Holt and Smith (1979), Post stratification, JRSS A 142, 33-46.

    Example:
        >>> poststratify([0, 0, 1], [10, 8], weights=[1, 3, 2]).weights.tolist()
        [2.5, 7.5, 8.0]
    """
    return rake([codes], [totals], weights=weights, rounds=2, missing=missing)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Task:
    codes: list[Integers]
    margins: list[Floats]
    weights: Floats
    part: NDArray[np.bool_]
    warnings: tuple[Fault, ...]


def _task(
    codes: Sequence[ArrayLike],
    margins: Sequence[ArrayLike],
    weights: ArrayLike | None,
    missing: str,
) -> _Task:
    if missing not in MISSING:
        raise Fault("STA-001", what="handling", value=missing, known=", ".join(MISSING))
    if not len(codes) or len(codes) != len(margins):
        shape = (len(codes), len(margins))
        raise Fault("STA-002", what="codes and margins", shape=shape, wanted="as many of each")
    held = [_codes(each, number) for number, each in enumerate(codes)]
    sizes = [_totals(each, number) for number, each in enumerate(margins)]
    rows = len(held[0])
    base = base_weights(weights, rows)
    for number, (each, totals) in enumerate(zip(held, sizes, strict=True)):
        _fit_together(each, totals, number, rows)
    part = np.all([each >= 0 for each in held], axis=0)
    if missing == "refuse" and not part.all():
        raise Fault("STA-082", what="raking", count=int((~part).sum()))
    task = _Task(
        codes=[each[part] for each in held],
        margins=sizes,
        weights=base[part],
        part=part,
        warnings=_unlike(sizes),
    )
    _answered(task)
    return task


def _codes(codes: ArrayLike, number: int) -> Integers:
    given = np.asarray(codes)
    if given.ndim != 1:
        raise Fault("STA-002", what=f"margin {number}", shape=given.shape, wanted="(rows,) codes")
    whole = given.astype(np.int64)
    if given.dtype.kind not in "iub" and not np.array_equal(whole, given):
        raise Fault("STA-003", what="a code", value="no whole number", wanted="0, 1, ... or -1")
    return whole


def _totals(totals: ArrayLike, number: int) -> Floats:
    given = np.asarray(totals, dtype=float)
    if given.ndim != 1 or not (np.isfinite(given) & (given >= 0)).all():
        wanted = "a list of finite totals, 0 or more"
        raise Fault("STA-003", what=f"margin {number}", value=given.tolist(), wanted=wanted)
    return given


def _fit_together(codes: Integers, totals: Floats, number: int, rows: int) -> None:
    if len(codes) != rows:
        raise Fault("STA-002", what=f"margin {number}", shape=codes.shape, wanted=f"({rows},)")
    if rows and (codes.min() < -1 or codes.max() >= len(totals)):
        wanted = f"codes from -1 to {len(totals) - 1}"
        value = f"{codes.min()} to {codes.max()}"
        raise Fault("STA-003", what=f"codes of margin {number}", value=value, wanted=wanted)


def _unlike(margins: list[Floats]) -> tuple[Fault, ...]:
    sums = [float(each.sum()) for each in margins]
    if max(sums) - min(sums) <= 1e-9 * max(sums):
        return ()
    return (Fault("STA-081", totals=", ".join(f"{each:g}" for each in sums)),)


def _answered(task: _Task) -> None:
    for number, (codes, totals) in enumerate(zip(task.codes, task.margins, strict=True)):
        there = sums_by(codes, task.weights, len(totals))
        empty = np.flatnonzero((totals > 0) & (there <= 0))
        if len(empty):
            first = int(empty[0])
            total = f"{totals[first]:g}"
            raise Fault("STA-080", what=f"margin {number}", total=total, category=first)


def _cells(task: _Task) -> tuple[Integers, Integers]:
    """Return the cell of each row, and (cells, margins) the codes of each cell."""
    shape = [len(each) for each in task.margins]
    if not len(task.weights):
        return np.empty(0, dtype=np.int64), np.empty((0, len(shape)), dtype=np.int64)
    if prod(shape) > _TABLE:
        met, inverse = np.unique(np.column_stack(task.codes), axis=0, return_inverse=True)
        return inverse.ravel(), met
    joint = np.ravel_multi_index(tuple(task.codes), shape)
    there = np.flatnonzero(np.bincount(joint, minlength=prod(shape)))
    place = np.zeros(prod(shape), dtype=np.int64)
    place[there] = np.arange(len(there))
    return place[joint], np.column_stack(np.unravel_index(there, shape))


def _fit(
    start: Floats, cells: Integers, margins: list[Floats], tolerance: float, rounds: int
) -> tuple[Floats, float, int]:
    held, whole = start.copy(), max(float(margins[0].sum()), np.finfo(float).tiny)
    misfit, made = np.inf, 0
    while misfit > tolerance and made < rounds:
        misfit = 0.0
        for codes, totals in zip(cells.T, margins, strict=True):
            there = sums_by(codes, held, len(totals))
            misfit = max(misfit, float(np.abs(there - totals).max(initial=0.0)) / whole)
            held *= np.divide(totals, there, out=np.zeros(len(totals)), where=there > 0)[codes]
        made += 1
        if len(margins) == 1:
            misfit = _off(held, cells, margins, whole)
    return held, float(misfit), made


def _off(held: Floats, cells: Integers, margins: list[Floats], whole: float) -> float:
    return max(
        float(np.abs(sums_by(codes, held, len(totals)) - totals).max()) / whole
        for codes, totals in zip(cells.T, margins, strict=True)
    )


def _within(task: _Task, bounds: tuple[float, float], tolerance: float, rounds: int) -> Calibrated:
    low, high = bounds
    if not 0 <= low <= 1 <= high or low == high:
        wanted = "a least multiple of 0 to 1 and a greatest of 1 or more"
        raise Fault("STA-003", what="bounds", value=f"{low:g} to {high:g}", wanted=wanted)
    kinds, inverse = np.unique(
        np.column_stack([*task.codes, task.weights]), axis=0, return_inverse=True
    )
    inverse = inverse.ravel()
    count = sums_by(inverse, np.ones(len(inverse)), len(kinds))
    base = kinds[:, -1]
    live = base > 0
    mean = float(task.margins[-1].sum()) / max(float(count[live].sum()), 1.0)
    found = calibrate(
        np.column_stack(
            [
                kinds[live, number][:, None] == np.arange(len(totals))
                for number, totals in enumerate(task.margins)
            ]
        ),
        np.concatenate(task.margins),
        weights=(base * count)[live],
        method="raking",
        bounds=(low * mean / base[live], high * mean / base[live]),
        tolerance=tolerance,
        rounds=rounds,
    )
    factor = np.ones(len(kinds))
    factor[live] = found.factors
    return _result(
        task, factor[inverse], misfit=found.misfit, made=found.rounds, settled=found.settled
    )


def _result(task: _Task, factor: Floats, *, misfit: float, made: int, settled: bool) -> Calibrated:
    weights, factors = np.full(len(task.part), np.nan), np.full(len(task.part), np.nan)
    weights[task.part] = task.weights * factor
    factors[task.part] = ratio(task.weights * factor, task.weights)
    late = () if settled else (Fault("STA-005", what="raking", rounds=made),)
    return Calibrated(
        weights=weights,
        factors=factors,
        misfit=misfit,
        rounds=made,
        settled=settled,
        warnings=(*task.warnings, *late),
    )
