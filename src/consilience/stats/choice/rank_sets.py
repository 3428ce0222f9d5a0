"""Which of all sets is best, which are nearly as good, and what is traded for what?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consilience.stats.choice.diverse_problem import TIE, Floats, Instance, Integers
from consilience.stats.choice.enumerate_sets import Block, Space


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best set and the sets within a share of it.

    Args:
        best: (m,) positions in the pool.
        near: (k, m) the best sets first; at most as many as were asked for.
        count: how many sets lie within the share.
        optimal: how many tie with the best on every part of the objective (score apart).
        examined: how many sets there are.
    """

    best: Integers
    near: Integers
    count: int
    optimal: int
    examined: int


def criteria(instance: Instance, *, objective: str) -> tuple[str, ...]:
    """Return the names of the parts that decide, the first one first.

    Args:
        instance: the compiled problem.
        objective: `max-sum`, `max-min` or `lexicographic`.

    Returns:
        Some of `kept` (minus the shortfall), `smallest`, `total` and `score`.
    """
    parts = {"max-sum": ("total",), "max-min": ("smallest",)}.get(objective, ("smallest", "total"))
    kept = ("kept",) if len(instance.quotas) else ()
    return (*kept, *parts, *(("score",) if instance.scored else ()))


def rank(instance: Instance, *, objective: str, share: float, listed: int) -> Ranking:
    """Compare all sets.

    Args:
        instance: the compiled problem.
        objective: `max-sum`, `max-min` or `lexicographic`.
        share: how much worse a near-optimal set may be, 0 to 1.
        listed: most near-optimal sets to return, 1 or more.

    Returns:
        The best set (of several the one with the lowest units) and the near-optimal ones.
    """
    space = Space(instance)
    names = criteria(instance, objective=objective)
    best: tuple[float, ...] | None = None
    examined = 0
    for block in space.blocks():
        found = _best(instance, block, names)
        examined += block.size
        if best is None or _better(found, best):
            best = found
    assert best is not None
    floors = {
        name: value - TIE if name == "kept" else value * (1 - share) - TIE
        for name, value in zip(names, best, strict=True)
        if name != "score"
    }
    numbers, keys, count, optimal = _collect(space, names, floors, best, listed)
    near = space.members(numbers)
    # Equal values can round to neighbouring multiples of the tie width.
    tied = (np.abs(keys - _whole([np.array([top]) for top in best])) <= 1).all(axis=1)
    order = np.lexsort((*near.T[::-1], *(-keys).T[::-1], ~tied))
    first = near[tied][np.lexsort(near[tied].T[::-1])[0]]
    listing = near[order]
    rest = listing[(listing != first).any(axis=1)]
    return Ranking(first, np.vstack((first, rest))[:listed], count, optimal, examined)


def best_apart(
    instance: Instance, *, allowed: float, apart: float, parts: tuple[str, ...] = ("total",)
) -> tuple[Integers | None, int]:
    """Return the set of greatest sum (or score) of those within given limits.

    Args:
        instance: the compiled problem.
        allowed: greatest weighted shortfall of the quotas.
        apart: all pairs must be at least so far apart.
        parts: what shall be greatest, the first part first; the score always comes last.

    Returns:
        (m,) positions in the pool, ascending, or None if there is no such set; and how many
        sets were compared.
    """
    space = Space(instance)
    floors = {"kept": -allowed - TIE} if len(instance.quotas) else {}
    if apart > 0:
        floors["smallest"] = apart - TIE
    names = (*(part for part in parts if part != "score"), *(("score",) if instance.scored else ()))
    best: tuple[float, ...] | None = None
    numbers = np.zeros(0, dtype=np.int64)
    examined = 0
    for block in space.blocks():
        examined += block.size
        at = _above(instance, block, floors) if floors else None
        if at is not None and not len(at):
            continue
        found, tied = _tops(instance, block, names, at)
        if best is None or _better(found, best):
            best, numbers = found, tied + block.start
        elif not _better(best, found):
            numbers = np.concatenate((numbers, tied + block.start))
    if best is None:
        return None, examined
    sets = space.members(numbers[:10_000])
    return sets[np.lexsort(sets.T[::-1])[0]], examined


def _best(instance: Instance, block: Block, names: tuple[str, ...]) -> tuple[float, ...]:
    return _tops(instance, block, names, None)[0]


def _tops(
    instance: Instance, block: Block, names: tuple[str, ...], at: Integers | None
) -> tuple[tuple[float, ...], Integers]:
    values = []
    for name in names:
        part = block.part(instance, name, at)
        top = part.max()
        values.append(float(top))
        kept = np.flatnonzero(part >= top - TIE)
        at = kept if at is None else at[kept]
    assert at is not None
    return tuple(values), at


def _better(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    for left, right in zip(one, other, strict=True):
        if left > right + TIE:
            return True
        if left < right - TIE:
            return False
    return False


def _collect(
    space: Space,
    names: tuple[str, ...],
    floors: dict[str, float],
    best: tuple[float, ...],
    listed: int,
) -> tuple[Integers, Integers, int, int]:
    # A few more than are listed, so that ties at the top are settled by the lowest units.
    room = max(listed, 10_000)
    numbers, keys = np.zeros(0, dtype=np.int64), np.zeros((0, len(names)), dtype=np.int64)
    count = optimal = 0
    for block in space.blocks():
        at = _above(space.instance, block, floors)
        if not len(at):
            continue
        parts = [block.part(space.instance, name, at) for name in names]
        found = _whole(parts)
        tied = [
            part >= top - 2 * TIE
            for part, top, name in zip(parts, best, names, strict=True)
            if name != "score"
        ]
        count += len(at)
        optimal += int(np.logical_and.reduce(tied).sum())
        numbers, keys = np.concatenate((numbers, at + block.start)), np.concatenate((keys, found))
        if len(numbers) > room:
            order = np.lexsort((numbers, *(-keys).T[::-1]))[:room]
            numbers, keys = numbers[order], keys[order]
    return numbers, keys, count, optimal


def _whole(parts: list[Floats]) -> Integers:
    """Return parts as whole multiples of the tie width, so that ties are exact."""
    bounded = [np.where(np.isfinite(part), part, 0.0) for part in parts]
    return np.rint(np.array(bounded).T / TIE).astype(np.int64)


def _above(instance: Instance, block: Block, floors: dict[str, float]) -> Integers:
    at: Integers | None = None
    for name, floor in floors.items():
        kept = np.flatnonzero(block.part(instance, name, at) >= floor)
        at = kept if at is None else at[kept]
    return np.zeros(0, dtype=np.int64) if at is None else at


def pareto(instance: Instance) -> list[Integers]:
    """Return the sets that no other set beats in both smallest and summed distance.

    Args:
        instance: the compiled problem.

    Returns:
        One set for every point of the front among sets of least shortfall, the greatest sum
        first, as positions in the pool.
    """
    space = Space(instance)
    kept: list[tuple[Integers, Floats, Floats]] = []
    best = -np.inf
    for block in space.blocks():
        at = np.arange(block.size)
        if len(instance.quotas):
            part = block.part(instance, "kept", None)
            if part.max() > best + TIE:
                best, kept = float(part.max()), []
            at = np.flatnonzero(part >= best - TIE)
        if len(at):
            smallest = block.part(instance, "smallest", at)
            kept.append(_front(at + block.start, smallest, block.part(instance, "total", at)))
    joined = [np.concatenate(column) for column in zip(*kept, strict=True)]
    return list(space.members(_front(*joined)[0]))


def _front(numbers: Integers, smallest: Floats, total: Floats) -> tuple[Integers, Floats, Floats]:
    """Return the members of the front, the greatest sum first."""
    taken: list[int] = []
    left = np.arange(len(numbers))
    while len(left):
        tied = left[total[left] >= total[left].max() - TIE]
        top = int(tied[np.argmax(smallest[tied])])
        taken.append(top)
        left = left[smallest[left] > smallest[top] + TIE]
    return numbers[taken], smallest[taken], total[taken]
