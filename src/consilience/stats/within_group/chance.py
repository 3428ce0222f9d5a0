"""How much agreement would people show who answer at random?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import normal_quantile
from consilience.stats.within_group.agreement import rwg_j, rwg_j_lindell
from consilience.stats.within_group.awg import a_wg
from consilience.stats.within_group.deviation import average_deviation
from consilience.stats.within_group.grouping import Grouping
from consilience.stats.within_group.nulls import null_distribution, null_variance

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STATISTICS: Final = ("rwg", "rwg_j", "rwg_j_lindell", "a_wg", "ad_mean", "ad_median")

# Answers drawn at a time.
ANSWERS: Final = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChanceAgreement:
    """What an index of agreement is in groups that answer at random.

    Args:
        statistic: the index.
        size: people in each group.
        items: items of the scale.
        points: points of each item.
        values: (draws,) the index in random groups, ascending, without undefined ones.

    Example:
        >>> rng = np.random.Generator(np.random.Philox(1))
        >>> found = critical_values(
        ...     "rwg_j", size=3, items=11, points=5, draws=20_000, rng=rng
        ... )
        >>> round(found.chance(0.7), 2), round(found.critical(), 2)
        (0.22, 0.87)
    """

    statistic: str
    size: int
    items: int
    points: int
    values: Floats

    @property
    def low_agrees(self) -> bool:
        """Whether a low value means agreement, as for average deviations."""
        return self.statistic.startswith("ad")

    def critical(self, *, level: float = 0.05) -> float:
        """Return the least agreement that at most so few random groups reach.

        Args:
            level: largest share of random groups at or beyond it; nan if they reach full
                agreement more often.
        """
        ranked = self.values if self.low_agrees else self.values[::-1]
        few = int(level * len(ranked) + 1e-9)
        # From the most agreement downwards: as far as the ties of a value are all among the few.
        among = np.flatnonzero(ranked[1:] != ranked[:-1])
        among = among[among < few]
        return float(ranked[among[-1]]) if len(among) else float("nan")

    def chance(self, limit: float) -> float:
        """Return the share of random groups that agree more than a customary limit says.

        Args:
            limit: of the index, such as .70 for rwg(j); strictly beyond it.
        """
        if not len(self.values):
            return float("nan")
        below = np.searchsorted(self.values, limit, side="left" if self.low_agrees else "right")
        return float(below if self.low_agrees else len(self.values) - below) / len(self.values)

    def p_value(self, observed: ArrayLike) -> Floats:
        """Return the chance that a random group agrees at least as much as each observed one.

        Args:
            observed: values of the index, nan where undefined.
        """
        observed = np.asarray(observed, dtype=float)
        if not len(self.values):
            return np.full(observed.shape, np.nan)
        # What is equal may differ by rounding.
        slack = 1e-9 if self.low_agrees else -1e-9
        below = np.searchsorted(self.values, observed + slack)
        beyond = below if self.low_agrees else len(self.values) - below
        return np.where(np.isnan(observed), np.nan, (beyond + 1) / (len(self.values) + 1))


def critical_values(
    statistic: str,
    *,
    size: int,
    items: int,
    points: int,
    draws: int,
    rng: np.random.Generator,
    correlation: ArrayLike = 0.0,
    null: str = "uniform",
) -> ChanceAgreement:
    """Which values does an index take when so few people answer so many items at random?

    Args:
        statistic: `rwg` (needs one item), `rwg_j`, `rwg_j_lindell`, `a_wg`, `ad_mean` or
            `ad_median`.
        size: people in the group, 2 or more.
        items: items of the scale, 1 or more.
        points: points of each item, 2 or more.
        draws: random groups, 1 or more; 10,000 leave an error of about .002 in a 5 % tail.
        rng: the random stream.
        correlation: between the items of a person who answers at random, one number or (items,
            items); of the normal variables that are cut into points. People who agree with
            nobody still answer alike on similar items, which lets rwg(j) rise by chance.
        null: from which distribution they answer; see `nulls.null_distribution`. The index
            takes the variance of the same.

    Returns:
        See `ChanceAgreement`.

    Raises:
        Fault: STA-001 for another statistic or null, STA-003 for numbers out of range or a
            matrix that is none of correlations, STA-002 for its shape.

    Source:
        Dunlap, Burke and Smith-Crowe (2003), Accurate tests of statistical significance for
        rwg and average deviation interrater agreement indexes; Cohen, Doveh and Nahum-Shani
        (2009), Testing agreement for multi-item scales with the indices rwg(j) and ad.

    Differs:
        As rwg.sim, rwg.j.sim and ad.m.sim of R's multilevel, but for other nulls, the
        undefined draws of a_wg, which are left out, and speed.

    Example:
        >>> rng = np.random.Generator(np.random.Philox(1))
        >>> few = critical_values("ad_mean", size=5, items=1, points=5, draws=9_999, rng=rng)
        >>> round(few.critical(), 2)
        0.4
    """
    _check(statistic, size, items, points, draws)
    shares, mixed = null_distribution(points, kind=null), _mixing(correlation, items)
    index = _index(statistic, points, null)
    found = [
        index(_answers((count * size, items), shares, mixed, rng), _together(count, size))
        for count in _portions(draws, size * items)
    ]
    # Rounded, so that ties are ties whatever the order of sums.
    values = np.sort(np.concatenate(found).round(12))
    return ChanceAgreement(
        statistic=statistic,
        size=size,
        items=items,
        points=points,
        # Undefined ones are sorted to the end.
        values=values[: len(values) - int(np.isnan(values).sum())],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CriticalTable:
    """What chance allows, for groups of several sizes.

    Args:
        sizes: (sizes,) people in a group.
        critical: (sizes,) value that 5 % of random groups pass.
        chance: (sizes,) share of random groups beyond the limit asked for.
    """

    sizes: Integers
    critical: Floats
    chance: Floats


def critical_table(
    statistic: str,
    sizes: Sequence[int],
    *,
    items: int,
    points: int,
    draws: int,
    rng: np.random.Generator,
    limit: float = 0.7,
    null: str = "uniform",
) -> CriticalTable:
    """What must an index be for groups of several sizes, and how often does chance pass a limit?

    Args:
        statistic: as for `critical_values`.
        sizes: people in a group, each 2 or more.
        items: items of the scale.
        points: points of each item.
        draws: random groups of each size.
        rng: the random stream.
        limit: the customary limit of which the chance is told.
        null: as for `critical_values`.

    Returns:
        See `CriticalTable`.

    Raises:
        Fault: as `critical_values`.

    Example:
        >>> rng = np.random.Generator(np.random.Philox(1))
        >>> table = critical_table("rwg_j", [3, 10], items=11, points=5, draws=5_000, rng=rng)
        >>> table.chance.round(2).tolist()
        [0.23, 0.03]
    """
    found = [
        critical_values(
            statistic, size=size, items=items, points=points, draws=draws, rng=rng, null=null
        )
        for size in sizes
    ]
    return CriticalTable(
        sizes=np.array(sizes, dtype=np.int64),
        critical=np.array([each.critical() for each in found]),
        chance=np.array([each.chance(limit) for each in found]),
    )


def group_p_values(
    statistic: str,
    values: ArrayLike,
    sizes: ArrayLike,
    *,
    items: int,
    points: int,
    draws: int,
    rng: np.random.Generator,
    null: str = "uniform",
) -> Floats:
    """For each group: how often would as many people at random agree as much as it does?

    Args:
        statistic: as for `critical_values`.
        values: (groups,) the index, nan where undefined.
        sizes: (groups,) people in each.
        items: items of the scale.
        points: points of each item.
        draws: random groups of each size.
        rng: the random stream.
        null: as for `critical_values`.

    Returns:
        (groups,) p-values, above 0 and at most 1; nan where the index is, or with fewer than
        two people.

    Raises:
        Fault: as `critical_values`; STA-002 if values and sizes differ in length.

    Source:
        Phipson and Smyth (2010), Permutation p-values should never be zero.

    Example:
        >>> rng = np.random.Generator(np.random.Philox(1))
        >>> group_p_values(
        ...     "rwg_j", [0.95, 0.2], [8, 3], items=11, points=5, draws=999, rng=rng
        ... ).round(2).tolist()
        [0.0, 0.49]
    """
    observed, people = np.asarray(values, dtype=float), np.asarray(sizes)
    if observed.ndim != 1 or observed.shape != people.shape:
        raise Fault("STA-002", what="sizes", shape=people.shape, wanted="one size a value")
    p = np.full(observed.shape, np.nan)
    for size in np.unique(people[(people > 1) & ~np.isnan(observed)]):
        these = people == size
        random = critical_values(
            statistic, size=int(size), items=items, points=points, draws=draws, rng=rng, null=null
        )
        p[these] = random.p_value(observed[these])
    return p


def _check(statistic: str, size: int, items: int, points: int, draws: int) -> None:
    if statistic not in STATISTICS:
        raise Fault("STA-001", what="statistic", value=statistic, known=", ".join(STATISTICS))
    most = 1 if statistic == "rwg" else np.inf
    for what, value, least, top in (
        ("number of people", size, 2, np.inf),
        ("number of items", items, 1, most),
        ("number of points", points, 2, np.inf),
        ("number of draws", draws, 1, np.inf),
    ):
        if not least <= value <= top:
            wanted = f"{least} or more" if top == np.inf else f"{least}"
            raise Fault("STA-003", what=what, value=value, wanted=wanted)


def _mixing(correlation: ArrayLike, items: int) -> Floats | None:
    """Return a root of the correlation matrix, None if items are independent."""
    given = np.asarray(correlation, dtype=float)
    matrix = given if given.ndim else np.where(np.eye(items) > 0, 1.0, given)
    if matrix.shape != (items, items):
        wanted = "one number, or a row and a column for each item"
        raise Fault("STA-002", what="correlation", shape=matrix.shape, wanted=wanted)
    roots, vectors = np.linalg.eigh(np.nan_to_num(matrix, nan=2.0))
    proper = np.allclose(np.diag(matrix), 1.0) and np.allclose(matrix, matrix.T)
    if not proper or roots[0] < -1e-9:
        wanted = "correlations that can all hold at once"
        raise Fault("STA-003", what="correlation", value=given.tolist(), wanted=wanted)
    if (matrix == np.eye(items)).all():
        return None
    # The symmetric root: vectors of equal roots are another choice on another processor, and with
    # them alone every answer drawn would be another one.
    return np.asarray(vectors * np.sqrt(np.maximum(roots, 0.0)) @ vectors.T)


def _portions(draws: int, answers: int) -> Iterator[int]:
    most = max(1, ANSWERS // answers)
    for start in range(0, draws, most):
        yield min(most, draws - start)


def _answers(
    shape: tuple[int, int], shares: Floats, mixed: Floats | None, rng: np.random.Generator
) -> Floats:
    """Return (people, items) random answers 1, 2, ..."""
    up_to = np.cumsum(shares)[:-1]
    if mixed is None:
        drawn = np.searchsorted(up_to, rng.random(shape), side="right")
    else:
        drawn = np.searchsorted(normal_quantile(up_to), rng.standard_normal(shape) @ mixed)
    return np.asarray(drawn + 1, dtype=float)


def _together(groups: int, size: int) -> Grouping:
    return Grouping(
        labels=np.arange(groups),
        codes=np.repeat(np.arange(groups), size),
        sizes=np.full(groups, size, dtype=np.int64),
    )


def _index(statistic: str, points: int, null: str) -> Callable[[Floats, Grouping], Floats]:
    variance = null_variance(points, kind=null)
    table: Mapping[str, Callable[[Floats, Grouping], Floats]] = {
        "rwg": lambda x, g: rwg_j(x, g, null_variance=variance).value,
        "rwg_j": lambda x, g: rwg_j(x, g, null_variance=variance).value,
        "rwg_j_lindell": lambda x, g: rwg_j_lindell(x, g, null_variance=variance).value,
        "a_wg": lambda x, g: a_wg(x, g, low=1, high=points).value,
        "ad_mean": lambda x, g: average_deviation(x, g, centre="mean").value,
        "ad_median": lambda x, g: average_deviation(x, g, centre="median").value,
    }
    return table[statistic]
