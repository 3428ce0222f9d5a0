"""The problem of choosing units that differ as much as possible, as it is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

# Values nearer than this count as equal, so that rounding never breaks a tie.
TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribute:
    """One thing on which units differ.

    Args:
        name: how reports call it.
        values: (n,) codes of a nominal attribute (any integers; a missing value is a code of
            its own, by convention -1, and so differs from every level and agrees with other
            missing values), or numbers of an ordered attribute (missing: NaN, which is set to
            the median of all units and counted in the result).
        ordered: whether distance is |x - y| / span, else it is 0 (same level) or 1.
        weight: share of the attribute in the distance, above 0; weights are rescaled to sum 1.
        span: the range by which an ordered attribute is divided; None: the range seen in
            `values`. Give the national range when areas are chosen from one by one.
    """

    name: str
    values: NDArray[np.generic]
    ordered: bool = False
    weight: float = 1.0
    span: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quota:
    """One soft rule: of the chosen units, so many shall be of this kind.

    Args:
        name: how reports call it.
        mask: (n,) which units are of the kind.
        at_least: fewest, 0 or more.
        at_most: most; None: no ceiling.
        weight: what one missing or surplus unit costs, above 0.
    """

    name: str
    mask: Booleans
    at_least: int = 0
    at_most: int | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Which units may be chosen, on what they shall differ, and what must hold.

    Args:
        attributes: at least one; all columns have one value per unit.
        take: how many units: one number for all units together (or, with `groups`, for every
            group), or one number per group code 0, 1, 2, ...
        groups: (n,) codes of a partition (bands, areas); units coded below 0 belong to no
            group and cannot be chosen. None: one group of all units.
        quotas: soft rules; the total weighted shortfall is made as small as can be first.
        pins: units that must be in.
        vetoes: units that must not be in.
        score: (n,) a tie break: among the best sets the one with the greatest sum of score.
    """

    attributes: tuple[Attribute, ...]
    take: int | tuple[int, ...]
    groups: Integers | None = None
    quotas: tuple[Quota, ...] = ()
    pins: tuple[int, ...] = ()
    vetoes: tuple[int, ...] = ()
    score: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """A checked problem, reduced to the units that may be chosen (the pool).

    Args:
        units: (n,) positions in the problem of the pool, ascending.
        names: attributes, nominal ones first.
        codes: (n, nominal) codes.
        scaled: (n, ordered) values already multiplied by weight / span.
        weights: (nominal,) weights of the nominal attributes, of a total of 1.
        group: (n,) group of each.
        need: (groups,) how many to take.
        quotas: names of the quotas.
        masks: (quotas, n); low, high, penalty: (quotas,).
        pins: positions in the pool.
        score: (n,) zeros if there is none.
        scored: whether a score was given.
        imputed: attribute and number of missing ordered values set to the median.
    """

    units: Integers
    names: tuple[str, ...]
    codes: Integers
    scaled: Floats
    weights: Floats
    group: Integers
    need: Integers
    quotas: tuple[str, ...]
    masks: Booleans
    low: Integers
    high: Integers
    penalty: Floats
    pins: Integers
    score: Floats
    scored: bool
    imputed: tuple[tuple[str, int], ...]

    @property
    def size(self) -> int:
        """How many units are chosen."""
        return int(self.need.sum())

    def positions(self, chosen: Integers) -> Integers:
        """Return the positions in the pool of units of the problem."""
        return np.searchsorted(self.units, chosen).astype(np.int64)


def compile_problem(problem: Problem) -> Instance:
    """Check a problem and reduce it to its pool.

    Args:
        problem: the problem as asked.

    Returns:
        The instance that every method works on.

    Raises:
        Fault: SEL-001 to SEL-006, SEL-008, SEL-009, by what is wrong.
    """
    if not problem.attributes:
        raise Fault("SEL-009")
    n = len(problem.attributes[0].values)
    _check_columns(problem, n)
    _check_rules(problem)
    group, need = _groups(problem, n)
    _check_units(problem, n, group)
    vetoed = np.zeros(n, dtype=bool)
    vetoed[list(problem.vetoes)] = True
    units = np.flatnonzero(~vetoed & (group >= 0))
    _check_counts(group[units], need, group[list(problem.pins)])
    codes, scaled, weights, names, imputed = _columns(problem.attributes, units)
    quotas = problem.quotas
    score = np.zeros(n) if problem.score is None else np.asarray(problem.score, dtype=float)
    return Instance(
        units=units,
        names=names,
        codes=codes,
        scaled=scaled,
        weights=weights,
        group=group[units],
        need=need,
        quotas=tuple(quota.name for quota in quotas),
        masks=np.array([quota.mask[units] for quota in quotas], dtype=bool).reshape(-1, len(units)),
        low=np.array([quota.at_least for quota in quotas], dtype=np.int64),
        high=np.array(
            [n if quota.at_most is None else quota.at_most for quota in quotas], dtype=np.int64
        ),
        penalty=np.array([quota.weight for quota in quotas], dtype=float),
        pins=np.searchsorted(units, np.unique(np.array(problem.pins, dtype=np.int64))),
        score=score[units],
        scored=problem.score is not None,
        imputed=imputed,
    )


def _check_columns(problem: Problem, n: int) -> None:
    columns: list[tuple[str, int]] = [
        *((f"attribute {one.name!r}", len(one.values)) for one in problem.attributes),
        *((f"quota {one.name!r}", len(one.mask)) for one in problem.quotas),
    ]
    if problem.groups is not None:
        columns.append(("groups", len(problem.groups)))
    if problem.score is not None:
        columns.append(("score", len(problem.score)))
    for what, length in columns:
        if length != n:
            raise Fault("SEL-001", what=what, length=length, expected=n)
    if problem.score is not None and not np.isfinite(problem.score).all():
        raise Fault("SEL-002", what="a score", value=float("nan"))


def _check_rules(problem: Problem) -> None:
    for attribute in problem.attributes:
        _check_weight(f"the weight of attribute {attribute.name!r}", attribute.weight)
        if attribute.span is not None:
            _check_weight(f"the span of attribute {attribute.name!r}", attribute.span)
    for quota in problem.quotas:
        _check_weight(f"the weight of quota {quota.name!r}", quota.weight)
        low, high = quota.at_least, quota.at_most
        if low < 0 or (high is not None and high < low):
            raise Fault("SEL-005", name=quota.name, low=low, high=high)


def _check_weight(what: str, value: float) -> None:
    if not (np.isfinite(value) and value > 0):
        raise Fault("SEL-002", what=what, value=value)


def _groups(problem: Problem, n: int) -> tuple[Integers, Integers]:
    if problem.groups is None:
        if not isinstance(problem.take, int):
            raise Fault("SEL-006", what="one number per group is given, but no groups")
        group = np.zeros(n, dtype=np.int64)
    else:
        group = np.asarray(problem.groups, dtype=np.int64)
    count = int(group.max(initial=-1)) + 1
    take = (problem.take,) * count if isinstance(problem.take, int) else problem.take
    if len(take) < count:
        raise Fault("SEL-006", what=f"{len(take)} numbers are given for {count} groups")
    need = np.array(take, dtype=np.int64)
    if (need < 0).any() or need.sum() < 1:
        raise Fault("SEL-006", what=f"{problem.take} units are to be chosen")
    return group, need


def _check_units(problem: Problem, n: int, group: Integers) -> None:
    for what, named in (("a pin", problem.pins), ("a veto", problem.vetoes)):
        for unit in named:
            if not 0 <= unit < n:
                raise Fault("SEL-008", what=what, unit=unit, last=n - 1)
    both = sorted(set(problem.pins) & set(problem.vetoes))
    if both:
        raise Fault("SEL-004", what=f"unit {both[0]} is both pinned and vetoed")
    for unit in problem.pins:
        if group[unit] < 0:
            raise Fault("SEL-004", what=f"pinned unit {unit} belongs to no group")


def _check_counts(group: Integers, need: Integers, pinned: Integers) -> None:
    available = np.bincount(group, minlength=len(need))
    for code, (needed, there) in enumerate(zip(need, available, strict=True)):
        if there < needed:
            raise Fault("SEL-003", group=code, needed=int(needed), available=int(there))
    pins = np.bincount(pinned, minlength=len(need))
    for code in np.flatnonzero(pins > need).tolist():
        told = f"group {code} has {pins[code]} pinned units, but {need[code]} are to be chosen"
        raise Fault("SEL-004", what=told)


def _columns(
    attributes: tuple[Attribute, ...], units: Integers
) -> tuple[Integers, Floats, Floats, tuple[str, ...], tuple[tuple[str, int], ...]]:
    total = sum(attribute.weight for attribute in attributes)
    nominal = [one for one in attributes if not one.ordered]
    ordered = [one for one in attributes if one.ordered]
    codes = [np.unique(one.values, return_inverse=True)[1][units] for one in nominal]
    scaled, imputed = [], []
    for one in ordered:
        column, missing = _scaled(one, one.weight / total)
        scaled.append(column[units])
        if missing:
            imputed.append((one.name, missing))
    return (
        np.array(codes, dtype=np.int64).reshape(len(nominal), len(units)).T,
        np.array(scaled, dtype=float).reshape(len(ordered), len(units)).T,
        np.array([one.weight / total for one in nominal]),
        tuple(one.name for one in (*nominal, *ordered)),
        tuple(imputed),
    )


def _scaled(attribute: Attribute, weight: float) -> tuple[Floats, int]:
    values = np.asarray(attribute.values, dtype=float)
    missing = np.isnan(values)
    if np.isinf(values).any():
        raise Fault("SEL-002", what=f"a value of attribute {attribute.name!r}", value=float("inf"))
    if missing.all():
        return np.zeros(len(values)), int(missing.sum())
    filled = np.where(missing, np.median(values[~missing]), values)
    span = attribute.span or float(np.ptp(filled)) or 1.0
    # Centring keeps the differences and loses no digits to a far origin (years, easting).
    return (filled - filled.min()) * (weight / span), int(missing.sum())
