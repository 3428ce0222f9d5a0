"""What a choice of diverse units is, with its parts, proof, shortfalls and alternatives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the objective of a set is made of.

    Args:
        total: sum of the distances of all pairs.
        smallest: smallest distance of a pair; infinite for one unit.
        mean: mean distance of a pair; 0 for one unit.
        closest: the two units at the smallest distance (the first such pair), if any.
        by_attribute: attribute and what it adds to `total`.
        score: sum of the tie-breaking score.
    """

    total: float
    smallest: float
    mean: float
    closest: tuple[int, int] | None
    by_attribute: tuple[tuple[str, float], ...]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How far it is certain that no better set exists.

    Args:
        method: `enumeration` (all sets compared), `relaxation + enumeration` or `relaxation +
            mixed-integer` (units that can be in no better set ruled out by the bound of the
            linear relaxation, the rest compared or solved), `clique search`, or the last with
            one of the others joined by ` + `.
        optimal: whether it is proved that no set is better.
        examined: sets compared (enumeration) or nodes of the search.
        bound: no set can have a greater value than this in the first part that is not
            proved (`smallest` or `total`); equal to the value if proved.
        gap: (bound - value) / value of that part; 0 if proved.
        of: the part to which bound and gap belong.
    """

    method: str
    optimal: bool
    examined: int
    bound: float
    gap: float
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A quota that the choice misses, and why no set of least shortfall meets it.

    Args:
        quota: its name.
        wanted: the floor or ceiling that is missed.
        chosen: how many chosen units are of the kind.
        by: by how many units it is missed.
        kind: `too few` or `too many`.
        reason: `pool` (not enough such units, or too few others, may be chosen at all),
            `groups` (not together with the number per group and the pins) or `other quotas`.
        why: the reason in words, with numbers.
    """

    quota: str
    wanted: int
    chosen: int
    by: int
    kind: str
    reason: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One other set that is as good or nearly as good.

    Args:
        chosen: the units, ascending.
        total: sum of the distances of all pairs.
        smallest: smallest distance of a pair.
        score: sum of the tie-breaking score.
    """

    chosen: tuple[int, ...]
    total: float
    smallest: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The sets within a stated share of the optimum, the chosen one among them.

    Args:
        share: a set counts if no part of the objective is worse by more than this share, at
            the same (least) shortfall.
        sets: the best of them first, as many as were asked for.
        count: how many there are; None if they were not all counted.
        optimal: how many tie with the choice on every part of the objective (score apart);
            None if not counted.
        note: what is missing from list or counts, and whether it is not proved that no set as
            good has a greater score, in words; empty if nothing is.
    """

    share: float
    sets: tuple[Alternative, ...]
    count: int | None
    optimal: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen units and all that defends them.

    Args:
        chosen: units of the problem, ascending.
        objective: `max-sum`, `max-min` or `lexicographic`.
        parts: the objective of the set in parts.
        proof: how certain the optimum is.
        shortfall: least weighted shortfall of the quotas that any set can have.
        shortfalls: the quotas that are missed, each with its reason.
        alternatives: the other sets that are as good or nearly so.
        imputed: ordered attributes with missing values, and how many were set to the median.
    """

    chosen: tuple[int, ...]
    objective: str
    parts: Parts
    proof: Proof
    shortfall: float
    shortfalls: tuple[Shortfall, ...]
    alternatives: Alternatives
    imputed: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of the front between smallest and summed distance.

    Args:
        chosen: the units, ascending.
        smallest: smallest distance of a pair.
        total: greatest sum among sets whose pairs are all at least so far apart.
        optimal: whether that is proved.
    """

    chosen: tuple[int, ...]
    smallest: float
    total: float
    optimal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """One unit that could stand in for a chosen one.

    Args:
        rank: 1 for the first to ask.
        unit: the reserve.
        instead_of: the chosen unit whose place it takes.
        group: the group of both.
        shortfall: weighted shortfall of the quotas after the swap.
        total: sum of the distances of all pairs after the swap.
        smallest: smallest distance of a pair after the swap.
    """

    rank: int
    unit: int
    instead_of: int
    group: int
    shortfall: float
    total: float
    smallest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much work a choice may cost.

    Args:
        sets: compare all sets if there are at most so many; fewer where quotas and pairs
            within groups make a set dear to compare.
        nodes: most nodes of one clique search.
        clique_sets: most nodes of the search for all sets as far apart as the choice, or
            nearly; beyond, the sum is settled by programme and alternatives are not counted.
        seconds: most seconds of one mixed-integer solve. A solve that stops here gives a
            gap, and may differ from run to run; all else is the same in every run.
        listed: most alternatives that are listed.
        solved: how many alternatives to find by solving again, where sets are too many to
            compare all.
    """

    sets: int = 5_000_000
    nodes: int = 200_000
    clique_sets: int = 20_000
    seconds: float = 600.0
    listed: int = 200
    solved: int = 0
