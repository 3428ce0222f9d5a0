"""How far apart can the two nearest units of a set be, proved?

Units are joined if they are at least so far apart; a set is a clique that keeps the numbers
per group and the quotas. A known set is improved until the search proves that no set has all
pairs farther apart. Sets of units are the bits of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from consilience.stats.choice.diverse_problem import TIE, Booleans, Instance, Integers
from consilience.stats.choice.gower import distances, measure, shortfall
from consilience.stats.choice.pricing import restrict
from consilience.stats.choice.swaps import improve

ROWS = 512


class OutOfNodesError(Exception):
    """The search reached its limit."""


def bits(chosen: Iterator[int] | Integers) -> int:
    """Return units as the bits of one whole number.

    Args:
        chosen: positions, 0 or more.

    Example:
        >>> bits(np.array([0, 3]))
        9
    """
    whole = 0
    for unit in chosen:
        whole |= 1 << int(unit)
    return whole


def members(whole: int) -> list[int]:
    """Return the positions of the bits that are set, ascending.

    Args:
        whole: units as bits.

    Example:
        >>> members(9)
        [0, 3]
    """
    found = []
    while whole:
        lowest = whole & -whole
        found.append(lowest.bit_length() - 1)
        whole ^= lowest
    return found


def joined(instance: Instance, apart: float) -> list[int]:
    """Return for each unit those that are at least so far away.

    Args:
        instance: the compiled problem.
        apart: the distance; pairs within the tie width below it count.

    Returns:
        One whole number per unit of the pool, without the unit itself.
    """
    rows: list[int] = []
    for far in _far(instance, apart):
        packed = np.packbits(far, axis=1, bitorder="little")
        rows.extend(int.from_bytes(row.tobytes(), "little") for row in packed)
    return rows


def _far(instance: Instance, apart: float) -> Iterator[Booleans]:
    """Yield, for some units at a time, which others are far enough away."""
    every = np.arange(len(instance.units))
    for start in range(0, len(every), ROWS):
        block = every[start : start + ROWS]
        far = distances(instance, block, every) >= apart - TIE
        far[np.arange(len(block)), block] = False
        yield far


def _by_reach(instance: Instance, apart: float) -> tuple[Instance, Integers]:
    """Return the instance with the units that have most far neighbours first, and the order.

    The greedy colouring takes units in this order and then needs fewer classes (Welsh and
    Powell 1967), so the search opens a fraction of the nodes.
    """
    reach = np.concatenate([far.sum(axis=1) for far in _far(instance, apart)])
    order = np.argsort(-reach, kind="stable")
    pins = np.sort(np.argsort(order)[instance.pins])
    return replace(restrict(instance, order), pins=pins), order


@dataclass(slots=True)
class Search:
    """A depth-first search for cliques that keep the rules.

    Args:
        far: for each unit those far enough away.
        groups: units of each group.
        kinds: units of each quota.
        low: floors; high: ceilings; penalty: price of one unit missed.
        allowed: greatest weighted shortfall.
        nodes: nodes that may still be opened.
    """

    far: list[int]
    groups: list[int]
    kinds: list[int]
    low: list[int]
    high: list[int]
    penalty: list[float]
    allowed: float
    nodes: int
    opened: int = field(default=0)

    def filtered(self, candidates: int, need: list[int]) -> int:
        """Return the candidates that have enough far neighbours in every group; 0 if too few."""
        active = [(units, left) for units, left in zip(self.groups, need, strict=True) if left]
        single = len(active) == 1
        changed = True
        while changed:
            changed = False
            for units, left in active:
                if (candidates & units).bit_count() < left:
                    return 0
            for unit in members(candidates):
                near = self.far[unit] & candidates
                if single:
                    stays = near.bit_count() >= active[0][1] - 1
                else:
                    stays = all(
                        (near & units).bit_count() >= left - (units >> unit & 1)
                        for units, left in active
                    )
                if not stays:
                    candidates ^= 1 << unit
                    changed = True
        return candidates

    def beyond(self, candidates: int, wanted: int) -> int:
        """Return candidates of which a clique of the wanted size must hold at least one.

        The others fall into one class fewer than wanted, each of units that are all near to
        each other, and a clique takes at most one of a class (a greedy colouring).
        """
        for _ in range(wanted - 1):
            rest = candidates
            while rest:
                lowest = rest & -rest
                candidates ^= lowest
                rest &= ~(self.far[lowest.bit_length() - 1] | lowest)
            if not candidates:
                break
        return candidates

    def missed(self, counts: list[int], candidates: int, left: int) -> float:
        """Return the least shortfall that this branch can still have."""
        total = 0.0
        for kind, low, high, penalty, count in zip(
            self.kinds, self.low, self.high, self.penalty, counts, strict=True
        ):
            reach = count + min(left, (candidates & kind).bit_count())
            floor = count + max(0, left - (candidates & ~kind).bit_count())
            total += penalty * (max(0, low - reach) + max(0, floor - high))
        return total

    def sets(
        self, chosen: list[int], candidates: int, need: list[int], counts: list[int]
    ) -> Iterator[list[int]]:
        """Yield every set that completes the chosen ones, each once."""
        self.opened += 1
        if self.opened > self.nodes:
            raise OutOfNodesError
        left = sum(need)
        if self.missed(counts, candidates, left) > self.allowed + TIE:
            return
        if not left:
            yield chosen
            return
        candidates = self._reduced(candidates, need, counts)
        if not candidates or self.missed(counts, candidates, left) > self.allowed + TIE:
            return
        yield from self._branches(chosen, candidates, need, counts)

    def _reduced(self, candidates: int, need: list[int], counts: list[int]) -> int:
        for units, left in zip(self.groups, need, strict=True):
            if not left:
                candidates &= ~units
        if self.allowed == 0.0:
            for kind, high, count in zip(self.kinds, self.high, counts, strict=True):
                if count >= high:
                    candidates &= ~kind
        return self.filtered(candidates, need)

    def _branches(
        self, chosen: list[int], candidates: int, need: list[int], counts: list[int]
    ) -> Iterator[list[int]]:
        units = members(self._narrowest(candidates, need, counts))
        units.sort(key=lambda unit: (-(self.far[unit] & candidates).bit_count(), unit))
        for unit in units:
            after = need.copy()
            for group, group_units in enumerate(self.groups):
                if group_units >> unit & 1:
                    after[group] -= 1
            more = [
                count + (kind >> unit & 1) for count, kind in zip(counts, self.kinds, strict=True)
            ]
            yield from self.sets([*chosen, unit], candidates & self.far[unit], after, more)
            candidates &= ~(1 << unit)

    def _narrowest(self, candidates: int, need: list[int], counts: list[int]) -> int:
        """Return the fewest candidates of which one must still be taken, by any rule."""
        left = sum(need)
        rules = [(candidates & units, one) for units, one in zip(self.groups, need, strict=True)]
        if len(need) > 1 and left > 1 and max(need) > 1:
            rules.append((candidates, left))
        if self.allowed == 0.0:
            for kind, low, high, count in zip(self.kinds, self.low, self.high, counts, strict=True):
                rules.append((candidates & kind, low - count))
                # A ceiling on one kind is a floor on all others.
                rules.append((candidates & ~kind, left - max(0, high - count)))
        best = candidates
        for units, wanted in rules:
            if wanted > 0:
                beyond = self.beyond(units, wanted)
                if not beyond:
                    return 0
                if beyond.bit_count() < best.bit_count():
                    best = beyond
        return best


def prepare(instance: Instance, *, apart: float, allowed: float, nodes: int) -> Search:
    """Return the search for sets whose pairs are all at least so far apart.

    Args:
        instance: the compiled problem.
        apart: the distance.
        allowed: greatest weighted shortfall of the quotas.
        nodes: most nodes to open.

    Returns:
        A search that has not begun.
    """
    groups = [bits(np.flatnonzero(instance.group == code)) for code in range(len(instance.need))]
    return Search(
        far=joined(instance, apart),
        groups=groups,
        kinds=[bits(np.flatnonzero(mask)) for mask in instance.masks],
        low=instance.low.tolist(),
        high=instance.high.tolist(),
        penalty=instance.penalty.tolist(),
        allowed=allowed,
        nodes=nodes,
    )


def root(instance: Instance, search: Search) -> tuple[list[int], int, list[int], list[int]] | None:
    """Return where the search begins once the pins are in; None if the pins are too near.

    Args:
        instance: the compiled problem.
        search: from `prepare`.

    Returns:
        Chosen units, candidates, units needed per group, counts per quota.
    """
    candidates = (1 << len(instance.units)) - 1
    for unit in instance.pins.tolist():
        if any(
            not search.far[unit] >> other & 1 for other in instance.pins.tolist() if other != unit
        ):
            return None
        candidates &= search.far[unit]
    candidates &= ~bits(instance.pins)
    need = instance.need - np.bincount(instance.group[instance.pins], minlength=len(instance.need))
    counts = instance.masks[:, instance.pins].sum(axis=1)
    return instance.pins.tolist(), candidates, need.tolist(), counts.tolist()


@dataclass(frozen=True, slots=True)
class Widest:
    """The set whose nearest pair is farthest apart.

    Args:
        chosen: (m,) positions in the pool; None if no set within the shortfall was found.
        smallest: its smallest distance.
        bound: no set has a greater one.
        optimal: whether that is proved.
        examined: nodes opened.
    """

    chosen: Integers | None
    smallest: float
    bound: float
    optimal: bool
    examined: int


def widest(instance: Instance, *, start: Integers, allowed: float, nodes: int) -> Widest:
    """Return the set with the greatest smallest distance.

    Args:
        instance: the compiled problem.
        start: (m,) positions in the pool of a set to begin with.
        allowed: greatest weighted shortfall of the quotas.
        nodes: most nodes of the search.

    Returns:
        The set with its proof.
    """
    moved, order = _by_reach(instance, measure(instance, start)[1])
    found = _widest(moved, np.argsort(order)[start], allowed, nodes)
    return found if found.chosen is None else replace(found, chosen=np.sort(order[found.chosen]))


def _widest(instance: Instance, start: Integers, allowed: float, nodes: int) -> Widest:
    best = start if shortfall(instance, start) <= allowed + TIE else None
    value = measure(instance, start)[1] if best is not None else -1.0
    pool = np.arange(len(instance.units))
    opened = 0
    while np.isfinite(value):
        part = restrict(instance, pool)
        search = prepare(part, apart=value + 3 * TIE, allowed=allowed, nodes=nodes - opened)
        begin = root(part, search)
        if begin is None:
            break
        search_need = begin[2]
        kept = search.filtered(begin[1], search_need) if any(search_need) else 0
        try:
            found = next(search.sets(begin[0], kept, search_need, begin[3]), None)
        except OutOfNodesError:
            bound = _ceiling(part, value, allowed)
            return Widest(best, value, bound, False, opened + search.opened)
        opened += search.opened
        if found is None:
            break
        best = pool[np.sort(np.array(found))]
        better = improve(instance, best, objective="max-min")
        if shortfall(instance, better) <= allowed + TIE:
            best = better
        value = measure(instance, best)[1]
        # Units without enough far neighbours have even fewer at greater distances.
        pool = pool[np.array(sorted({*members(kept), *part.pins.tolist()}), dtype=np.int64)]
        pool = np.union1d(pool, best)
    return Widest(best, value, value, True, opened)


def reachable(instance: Instance, *, apart: float, allowed: float) -> Integers | None:
    """Return the units that have enough far neighbours to be in a set so far apart.

    Args:
        instance: the compiled problem.
        apart: least distance of a pair.
        allowed: greatest weighted shortfall of the quotas.

    Returns:
        (k,) positions in the pool, ascending; None if there can be no such set.
    """
    search = prepare(instance, apart=apart, allowed=allowed, nodes=0)
    begin = root(instance, search)
    if begin is None:
        return None
    kept = search.filtered(begin[1], begin[2]) if any(begin[2]) else 0
    if any(begin[2]) and not kept:
        return None
    return np.array(sorted({*members(kept), *begin[0]}), dtype=np.int64)


def _ceiling(instance: Instance, value: float, allowed: float) -> float:
    """Return a distance that no set reaches: the least at which the filter leaves too few."""
    low, high = value, 1.0 + TIE
    for _ in range(8):
        middle = (low + high) / 2
        search = prepare(instance, apart=middle, allowed=allowed, nodes=0)
        begin = root(instance, search)
        if begin is None or not search.filtered(begin[1], begin[2]):
            high = middle
        else:
            low = middle
    return high


def all_apart(
    instance: Instance, *, apart: float, allowed: float, nodes: int
) -> tuple[Integers, bool]:
    """Return the sets whose pairs are all at least so far apart.

    Args:
        instance: the compiled problem.
        apart: the distance.
        allowed: greatest weighted shortfall of the quotas.
        nodes: most nodes of the search.

    Returns:
        (sets, m) positions in the pool, ascending within rows; and whether these are all.
    """
    moved, order = _by_reach(instance, apart)
    search = prepare(moved, apart=apart, allowed=allowed, nodes=nodes)
    begin = root(moved, search)
    found: list[list[int]] = []
    complete = True
    if begin is not None:
        try:
            found.extend(search.sets(*begin))
        except OutOfNodesError:
            complete = False
    sets = np.array(found, dtype=np.int64).reshape(len(found), instance.size)
    return np.sort(order[sets], axis=1), complete
