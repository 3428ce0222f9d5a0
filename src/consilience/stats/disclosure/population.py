"""Who can a record be, for somebody who can look up everybody?

Where the population is listed (all areas of a country, all schools of a register), the number of
those that a record may belong to is counted, and need not be estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.disclosure.key_table import (
    Floats,
    Integers,
    KeyTable,
    matching,
    read_keys,
    sums_by,
)
from consilience.stats.disclosure.minimal_sets import MinimalSets, minimal_sets

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PopulationRisk:
    """How few units of the population can each record belong to?

    Args:
        candidates: (n,) units that agree with the record in all that the attacker knows of them.
        fitting: (n,) records of the file that agree with the record's own unit in the same.
        probability: (n,) that a guess is right: 1/candidates if the attacker starts from the
            record, or from the unit, if it is known to have answered, its own share of the
            records that fit it; whichever is more. 0 if the record is unlike its unit.
        named: (n,) whether the record's unit has said in public that it took part.
        sets: the smallest sets of keys that leave so few candidates as were asked for
            (`at_most`), for the records in which any do.
        warnings: what a reader should know.
    """

    candidates: Integers
    fitting: Integers
    probability: Floats
    named: Booleans
    sets: MinimalSets
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AttackerSummary:
    """How would three attackers fare with a file?

    Args:
        prosecutor_highest: best chance of one who looks for somebody known to be in the file.
        prosecutor_mean: the mean of the same over records.
        prosecutor_above: records with a chance above the threshold.
        journalist_highest: best chance of one who wants to find anybody, to prove a point.
        journalist_mean: the mean over records: the share that a marketer, who links the whole
            file with a register, gets right.
        journalist_above: records with a chance above the threshold.
        marketer_expected: how many records a marketer is expected to get right.
        threshold: a chance that is thought too high.
    """

    prosecutor_highest: float
    prosecutor_mean: float
    prosecutor_above: int
    journalist_highest: float
    journalist_mean: float
    journalist_above: int
    marketer_expected: float
    threshold: float


def population_risk(
    keys: Sequence[ArrayLike],
    population: Sequence[ArrayLike],
    *,
    units: ArrayLike,
    answered_known: bool = False,
    named: ArrayLike | None = None,
    named_keys: Sequence[int] = (),
    at_most: int = 1,
) -> PopulationRisk:
    """How few units can each record belong to, by what an attacker knows of every unit?

    Args:
        keys: for each key (n,) whole numbers as in the file; a negative one is missing and
            agrees with every value.
        population: for each key (N,) the same of all units, as the attacker can look it up; a
            negative one where he cannot. A key that he knows of nobody is negative throughout.
        units: (n,) the unit of each record, counted from 0. Several records may have one unit.
        answered_known: whether the attacker knows which units answered.
        named: (N,) whether a unit has said in public that it took part; nobody if None.
        named_keys: numbers of keys that are known only of the units that are named, by what they
            said (who answered for them, say). They are taken as missing for all others.
        at_most: `sets` tells which keys leave so many candidates or fewer.

    Returns:
        Candidates, probabilities and keys.

    Raises:
        Fault: STA-002, STA-003 for shapes and values, STA-101 for too many sets, STA-102 for a
            record whose unit is not in the population.

    Warns:
        STA-103 if records differ from their own units.

    Source:
        Elliot, Mackey and O'Hara (2020), The anonymisation decision-making framework, on response
        knowledge; Dankar and El Emam (2010), A method for evaluating marketer re-identification
        risk.

    Differs:
        Not in sdcMicro, which estimates the population by weights. Chains of exclusion (this
        record must be a's, so that one is b's) are not followed where a unit fits several
        records.

    Example:
        Five areas by region and size, of which the first three answered; the third said so.

        >>> region, size = [0, 0, 0, 1, 1], [1, 1, 2, 2, 2]
        >>> found = population_risk(
        ...     [[0, 0, 0], [1, 1, 2]], [region, size], units=[0, 1, 2], named=[0, 0, 1, 0, 0]
        ... )
        >>> found.candidates.tolist(), found.probability.tolist(), found.sets.of(2)
        ([2, 2, 1], [0.5, 0.5, 1.0], ((0, 1),))
    """
    held, known = _units(units, population), _said(named, population)
    table = _side_by_side(keys, _looked_up(population, known, named_keys), len(held))
    everybody = len(known)
    records = np.arange(everybody, table.rows)
    counted = np.unique(held) if answered_known else np.arange(everybody)
    candidates = _whole(matching(table, table.keys, counted=counted, asked=records))
    fitting = _whole(matching(table, table.keys, counted=records, asked=held))
    own = _own(table, held, records)
    sure = known[held] | answered_known
    rightly = sums_by(held, own.astype(float), everybody)[held]
    from_record = np.where(own, 1 / np.maximum(candidates, 1), 0.0)
    from_unit = np.where(own & sure, rightly / np.maximum(fitting, 1), 0.0)
    few = records[candidates <= at_most]
    sets = minimal_sets(table, counted=counted, asked=few, at_most=at_most)
    return PopulationRisk(
        candidates=candidates,
        fitting=fitting,
        probability=np.maximum(from_record, from_unit),
        named=known[held],
        sets=replace(sets, rows=sets.rows - everybody),
        warnings=_unlike(own),
    )


def attacker_summary(
    sample: ArrayLike, population: ArrayLike, *, threshold: float = 0.2
) -> AttackerSummary:
    """What are the risks from prosecutors, journalists and marketers?

    Args:
        sample: (n,) records of the file that share the keys of each record, itself included.
        population: (n,) units of the population that do, counted or estimated; 0 if none does.
        threshold: a chance that is thought too high.

    Returns:
        The risks; nan without records.

    Raises:
        Fault: STA-002 for unlike shapes, STA-003 for frequencies out of range.

    Source:
        El Emam and Dankar (2008), Protecting privacy using k-anonymity, JAMIA 15, 627-637
        (prosecutor, journalist); Dankar and El Emam (2010) (marketer).

    Example:
        >>> found = attacker_summary([1, 2, 2], [4, 10, 10])
        >>> found.prosecutor_highest, found.journalist_highest, round(found.marketer_expected, 3)
        (1.0, 0.25, 0.45)
    """
    f, people = np.asarray(sample, dtype=float), np.asarray(population, dtype=float)
    if f.ndim != 1 or f.shape != people.shape:
        raise Fault("STA-002", what="frequencies", shape=f.shape, wanted="(records,), both alike")
    if not ((f >= 1).all() and (people >= 0).all()):
        raise Fault("STA-003", what="a frequency", value="too small", wanted="f >= 1 and F >= 0")
    found = people > 0
    chances = (1 / f, np.divide(1.0, people, out=np.zeros_like(people), where=found))
    (high, mean, above), (highest, rate, many) = (_told(each, threshold) for each in chances)
    return AttackerSummary(
        prosecutor_highest=high,
        prosecutor_mean=mean,
        prosecutor_above=above,
        journalist_highest=highest,
        journalist_mean=rate,
        journalist_above=many,
        marketer_expected=float(chances[1].sum()),
        threshold=threshold,
    )


def _told(chances: Floats, threshold: float) -> tuple[float, float, int]:
    if not len(chances):
        return np.nan, np.nan, 0
    return float(chances.max()), float(chances.mean()), int((chances > threshold).sum())


def _whole(counts: Floats) -> Integers:
    return counts.astype(np.int64)


def _units(units: ArrayLike, population: Sequence[ArrayLike]) -> Integers:
    given = np.asarray(units)
    if given.ndim != 1 or (len(given) and given.dtype.kind not in "iu"):
        raise Fault("STA-002", what="units", shape=given.shape, wanted="(records,) whole numbers")
    held, everybody = given.astype(np.int64), _everybody(population)
    wrong = np.flatnonzero((held < 0) | (held >= everybody))
    if len(wrong):
        first = int(wrong[0])
        raise Fault("STA-102", record=first, unit=int(held[first]), units=everybody)
    return held


def _everybody(population: Sequence[ArrayLike]) -> int:
    return int(np.shape(population[0])[0]) if len(population) else 0


def _said(named: ArrayLike | None, population: Sequence[ArrayLike]) -> Booleans:
    everybody = _everybody(population)
    if named is None:
        return np.zeros(everybody, dtype=np.bool_)
    given = np.asarray(named)
    if given.shape != (everybody,):
        wanted = f"one a unit ({everybody},)"
        raise Fault("STA-002", what="named units", shape=given.shape, wanted=wanted)
    return given.astype(np.bool_)


def _looked_up(
    population: Sequence[ArrayLike], named: Booleans, named_keys: Sequence[int]
) -> list[Integers]:
    """Return what the attacker can look up: some keys only of those who are named."""
    columns = [np.asarray(each) for each in population]
    for key in named_keys:
        if not 0 <= key < len(columns):
            wanted = f"numbers of keys, 0 to {len(columns) - 1}"
            raise Fault("STA-003", what="a key of those named", value=key, wanted=wanted)
        columns[key] = np.where(named, columns[key], -1)
    return columns


def _side_by_side(keys: Sequence[ArrayLike], population: list[Integers], records: int) -> KeyTable:
    """Return one table with the units first and the records after them."""
    if len(keys) != len(population) or any(len(np.asarray(each)) != records for each in keys):
        shape = tuple(np.shape(each) for each in keys)
        wanted = f"{len(population)} columns of {records} records"
        raise Fault("STA-002", what="keys", shape=shape, wanted=wanted)
    pairs = zip(population, keys, strict=True)
    return read_keys([np.concatenate([each, np.asarray(ours)]) for each, ours in pairs])


def _own(table: KeyTable, units: Integers, records: Integers) -> Booleans:
    """Say of each record whether it agrees with its own unit."""
    agrees = np.ones(len(records), dtype=np.bool_)
    gaps = np.zeros(table.rows, dtype=np.int64) if table.gaps is None else table.gaps
    missing = gaps[units] | gaps[records]
    for key, column in enumerate(table.columns):
        agrees &= (column[units] == column[records]) | (missing >> key & 1 == 1)
    return agrees


def _unlike(own: Booleans) -> tuple[Fault, ...]:
    wrong = np.flatnonzero(~own)
    return (Fault("STA-103", count=len(wrong), first=int(wrong[0])),) if len(wrong) else ()
