"""How far does each key have to be recoded so that nobody stands out?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.disclosure.key_table import KeyTable, packed, read_keys
from consilience.stats.disclosure.recoding import recode
from consilience.stats.disclosure.suppression_matching import distinct, key_codes

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LOSSES: Final = ("entropy", "levels")

# The lattice is held as a table of all combinations of levels.
MOST_COMBINATIONS: Final = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoding:
    """How far is each key recoded, and what does it cost?

    Args:
        levels: for each key the level of its hierarchy, 0 for none.
        loss: of information by the recoding alone, 0 for none to 1 for all.
        alone: how many records are still like fewer than k, and have to be left out.
    """

    levels: tuple[int, ...]
    loss: float
    alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recodings:
    """Which combinations of levels are enough, and can be lowered nowhere?

    Args:
        best: those that are enough, the one with the least loss first. Any other that is enough
            recodes some key further than one of these.
        checked: for how many combinations the records were counted.
        combinations: how many there are.
        warnings: STA-126 if none is enough.
    """

    best: tuple[Recoding, ...]
    checked: int
    combinations: int
    warnings: tuple[Fault, ...] = ()


def recodings(
    keys: Sequence[ArrayLike],
    hierarchies: Sequence[ArrayLike],
    *,
    k: int,
    most_alone: int = 0,
    loss: str = "entropy",
    importance: ArrayLike | None = None,
) -> Recodings:
    """Which levels of the keys' hierarchies leave at most some records like fewer than k?

    All combinations of levels are decided, few are counted: a combination above one that is
    enough is enough, and one below one that is not is not.

    Args:
        keys: for each key (n,) category numbers 0, 1, ...; a negative one is missing, which is a
            category of its own on every level.
        hierarchies: for each key (levels, categories) the group of each category at each level,
            from the finest to the broadest, as `groups` of a `Hierarchy`.
        k: how many records have to be alike, 1 or more.
        most_alone: how many records may be like fewer, and be left out or suppressed.
        loss: `entropy`: the share of what the original tells that the recoded does not, of the
            distribution in the data; `levels`: the level as a share of the highest.
        importance: (keys,) weight of each key in the mean loss, above 0; 1 each if None.

    Returns:
        The lowest combinations that are enough, ranked by loss, then by records alone.

    Raises:
        Fault: STA-001, STA-002, STA-003 for options, shapes and values; STA-125 for a hierarchy
            of which a level parts what a finer one joins; STA-127 for too many combinations.

    Warns:
        STA-126 if no combination is enough.

    Source:
        Search: Kohlmayer et al. (2012), Flash: efficient, stable and optimal k-anonymity,
        PASSAT, 708-717. Loss `entropy`: Gionis and Tassa (2009), k-Anonymization with minimal loss
        of information, IEEE TKDE 21, 206-219; `levels`: Sweeney (2002), Achieving k-anonymity
        privacy protection using generalization and suppression (1 - Prec).

    Differs:
        ARX counts records left out as lost, so that its best may lie above another that is
        enough; here loss is of the recoding alone and `alone` stands beside it.

    Example:
        >>> area, role = [0, 1, 2, 3], [0, 0, 1, 1]
        >>> found = recodings(
        ...     [area, role], [[[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]], [[0, 1], [0, 0]]], k=2
        ... )
        >>> found.best
        (Recoding(levels=(1, 0), loss=0.25, alone=0),)
    """
    if loss not in LOSSES:
        raise Fault("STA-001", what="loss", value=loss, known=", ".join(LOSSES))
    for what, value, least in (("k", k, 1), ("most_alone", most_alone, 0)):
        if value < least:
            raise Fault("STA-003", what=what, value=value, wanted=f"{least} or more")
    lattice = _Lattice(key_codes(keys), [_levels(each) for each in hierarchies], k)
    weights = _weights(importance, len(lattice.shape))
    enough = lattice.enough(most_alone)
    lost = [_losses(each, levels, loss) for each, levels in lattice.each_key()]
    found = []
    for levels in np.argwhere(_lowest(enough)).tolist():
        losses = [each[level] for each, level in zip(lost, levels, strict=True)]
        mean = float(np.average(losses, weights=weights))
        found.append(
            Recoding(levels=tuple(levels), loss=round(mean, 12), alone=lattice.alone(levels))
        )
    late = Fault("STA-126", most=most_alone, k=k)
    return Recodings(
        best=tuple(sorted(found, key=lambda each: (each.loss, each.alone, each.levels))),
        checked=lattice.checked,
        combinations=prod(lattice.shape),
        warnings=() if found else (late,),
    )


def recode_keys(
    keys: Sequence[ArrayLike], hierarchies: Sequence[ArrayLike], levels: Sequence[int]
) -> tuple[Integers, ...]:
    """What are the keys at some levels of their hierarchies?

    Args:
        keys: for each key (n,) category numbers 0, 1, ...; a negative one is missing.
        hierarchies: for each key (levels, categories) groups.
        levels: for each key its level, such as of a `Recoding`.

    Returns:
        For each key (n,) groups, -1 where missing.

    Raises:
        Fault: STA-002, STA-003 for shapes, codes and levels that do not fit.

    Example:
        >>> recode_keys([[0, 1, 2]], [[[0, 1, 2], [0, 0, 1]]], (1,))[0].tolist()
        [0, 0, 1]
    """
    if not len(keys) == len(hierarchies) == len(levels):
        shape = (len(keys), len(hierarchies), len(levels))
        wanted = "as many of each"
        raise Fault("STA-002", what="keys, hierarchies and levels", shape=shape, wanted=wanted)
    found = []
    for codes, each, level in zip(keys, hierarchies, levels, strict=True):
        groups = _levels(each)
        if not 0 <= level < len(groups):
            raise Fault("STA-003", what="level", value=level, wanted=f"0 to {len(groups) - 1}")
        found.append(recode(codes, groups[level]))
    return tuple(found)


def _levels(groups: ArrayLike) -> Integers:
    given = np.asarray(groups)
    if given.ndim != 2 or not given.shape[0]:
        wanted = "(levels, categories) groups"
        raise Fault("STA-002", what="hierarchy", shape=given.shape, wanted=wanted)
    if given.size and (given.dtype.kind not in "iu" or given.min() < 0):
        wanted = "whole numbers, 0 or more"
        raise Fault("STA-003", what="a group", value="another value", wanted=wanted)
    return given.astype(np.int64)


def _weights(importance: ArrayLike | None, keys: int) -> Floats:
    if importance is None:
        return np.ones(keys)
    given = np.asarray(importance, dtype=float)
    if given.shape != (keys,):
        raise Fault("STA-002", what="importance", shape=given.shape, wanted=f"({keys},)")
    if not (np.isfinite(given) & (given > 0)).all():
        wanted = "finite numbers above 0"
        raise Fault("STA-003", what="importance", value=given.tolist(), wanted=wanted)
    return given


class _Lattice:
    """All combinations of levels, and what has been found out of them."""

    def __init__(self, codes: Integers, hierarchies: list[Integers], k: int) -> None:
        if codes.shape[1] != len(hierarchies):
            shape, wanted = (len(hierarchies),), f"one a key ({codes.shape[1]})"
            raise Fault("STA-002", what="hierarchies", shape=shape, wanted=wanted)
        self.shape = tuple(len(each) for each in hierarchies)
        if prod(self.shape) > MOST_COMBINATIONS:
            raise Fault("STA-127", count=prod(self.shape), most=MOST_COMBINATIONS)
        first, _, self._counts = distinct(codes)
        self._codes, self._weights = codes, self._counts.astype(float)
        self._columns = [
            [recode(codes[first, key], groups) for groups in each]
            for key, each in enumerate(hierarchies)
        ]
        for key, each in enumerate(hierarchies):
            _nested(each, key)
        self._k, self.checked = k, 0

    def each_key(self) -> list[tuple[Floats, list[Integers]]]:
        """Return for each key how many records each kind stands for, and its levels."""
        return [(self._weights, each) for each in self._columns]

    def alone(self, levels: Sequence[int]) -> int:
        """Count the records that are like fewer than k at some levels."""
        table: KeyTable = read_keys(
            [each[level] for each, level in zip(self._columns, levels, strict=True)],
            missing="category",
        )
        numbers, _ = packed(table, table.keys)
        _, kind = np.unique(numbers, return_inverse=True)
        alike = np.bincount(kind, weights=self._weights)
        return int(alike[alike < self._k].sum())

    def enough(self, most: int) -> Booleans:
        """Say of every combination whether at most so many records are alone."""
        good = np.zeros(self.shape, dtype=bool)
        bad = np.zeros(self.shape, dtype=bool)
        places = np.argwhere(~good)
        for levels in places[np.argsort(places.sum(axis=1), kind="stable")]:
            if good[tuple(levels)] or bad[tuple(levels)]:
                continue
            path = self._path(levels, good)
            low, high = 0, len(path)
            while low < high:
                middle = (low + high) // 2
                if not bad[path[middle]] and self._enough_at(path[middle], most):
                    good[tuple(slice(each, None) for each in path[middle])] = True
                    high = middle
                else:
                    bad[tuple(slice(0, each + 1) for each in path[middle])] = True
                    low = middle + 1
        return good

    def _enough_at(self, levels: tuple[int, ...], most: int) -> bool:
        self.checked += 1
        return self.alone(levels) <= most

    def _path(self, levels: Integers, good: Booleans) -> list[tuple[int, ...]]:
        """Climb from a combination as long as there is one above that is not known to be enough."""
        path = [tuple(levels.tolist())]
        while True:
            above = [
                (*path[-1][:key], level + 1, *path[-1][key + 1 :])
                for key, level in enumerate(path[-1])
                if level + 1 < self.shape[key]
            ]
            further = [each for each in above if not good[each]]
            if not further:
                return path
            path.append(further[0])


def _nested(groups: Integers, key: int) -> None:
    for level in range(1, len(groups)):
        pairs = np.unique(groups[level - 1 : level + 1], axis=1)
        if len(np.unique(pairs[0])) != pairs.shape[1]:
            raise Fault("STA-125", key=key, level=level)


def _lowest(enough: Booleans) -> Booleans:
    lowest = enough.copy()
    for key in range(enough.ndim):
        below = np.roll(enough, 1, axis=key)
        below[(slice(None),) * key + (0,)] = False
        lowest &= ~below
    return lowest


def _losses(counts: Floats, levels: list[Integers], loss: str) -> list[float]:
    if loss == "levels":
        return [level / max(1, len(levels) - 1) for level in range(len(levels))]
    whole = _entropy(levels[0], counts)
    # As the original is known to be finer than each level, what is lost is the difference.
    return [(whole - _entropy(each, counts)) / whole if whole else 0.0 for each in levels]


def _entropy(codes: Integers, counts: Floats) -> float:
    shares = np.bincount(codes + 1, weights=counts)
    shares = shares[shares > 0] / counts.sum() if counts.sum() else shares[:0]
    return float(-(shares * np.log2(shares)).sum())
