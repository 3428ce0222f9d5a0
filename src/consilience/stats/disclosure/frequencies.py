"""How many others share the keys of a record, in the sample and in the population?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.disclosure.key_table import (
    Classes,
    Floats,
    Integers,
    KeyTable,
    classes_of,
    matching,
    read_keys,
    sums_by,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeyFrequencies:
    """How many records share the keys of each record?

    Args:
        sample: (n,) records of the sample with the same keys, itself included (f).
        population: (n,) sum of their weights, an estimate of those in the population (F).
        of_row: (n,) number of the class of each record, a missing key being like a missing one
            only.
    """

    sample: Integers
    population: Floats
    of_row: Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KAnonymity:
    """Is every record like enough others?

    Args:
        k: how many records with the same keys were asked for.
        smallest: how many there are at least; 0 without records.
        sample: (n,) records with the same keys, itself included.
        violating: (n,) whether they are fewer than k.
    """

    k: int
    smallest: int
    sample: Integers
    violating: NDArray[np.bool_]

    def below(self, k: int) -> int:
        """How many records are like fewer than k?"""
        return int((self.sample < k).sum())

    def class_sizes(self) -> dict[int, int]:
        """How many records share their keys with how many?"""
        sizes, records = np.unique(self.sample, return_counts=True)
        return dict(zip(sizes.tolist(), records.tolist(), strict=True))


def key_frequencies(
    keys: Sequence[ArrayLike],
    *,
    weights: ArrayLike | None = None,
    missing: str = "wildcard",
) -> KeyFrequencies:
    """How many records of the sample, and about how many people, share each record's keys?

    Args:
        keys: for each key (n,) whole numbers; a negative one is missing.
        weights: (n,) sampling weights above 0; 1 each if None.
        missing: `wildcard` if a missing key agrees with every value, as an attacker would have
            it; `category` if only with another missing one.

    Returns:
        The frequencies.

    Raises:
        Fault: STA-001, STA-002, STA-003 for options, shapes and values; STA-100 for weights that
            are not above 0.

    Source:
        Franconi and Polettini (2004), Individual risk estimation in mu-Argus, section 2;
        Templ (2017), Statistical Disclosure Control for Microdata, section 3.3.

    Differs:
        As sdcMicro's freqCalc, with its alpha of 1. `category` is not to be had there.

    Example:
        >>> found = key_frequencies([[0, 0, 1, -1], [2, 2, 3, 3]], weights=[10, 5, 4, 1])
        >>> found.sample.tolist(), found.population.tolist()
        ([2, 2, 2, 2], [15.0, 15.0, 5.0, 5.0])
    """
    table = read_keys(keys, missing=missing)
    classes = classes_of(table)
    held = sampling_weights(weights, table.rows)
    counts: Floats = np.asarray(classes.sizes, dtype=float)
    sums = counts if held is None else sums_by(classes.of_row, held, len(counts))
    if table.gaps is not None:
        counts, sums = (agreeing(table, classes, each) for each in (counts, sums))
    return KeyFrequencies(
        sample=counts.astype(np.int64)[classes.of_row],
        population=sums[classes.of_row],
        of_row=classes.of_row,
    )


def k_anonymity(keys: Sequence[ArrayLike], *, k: int = 3, missing: str = "wildcard") -> KAnonymity:
    """Which records are like fewer than k in their keys?

    Args:
        keys: for each key (n,) whole numbers; a negative one is missing.
        k: 1 or more.
        missing: as `key_frequencies`.

    Returns:
        The records that are too alone, and how many share each record's keys.

    Raises:
        Fault: as `key_frequencies`; STA-003 for a k below 1.

    Source:
        Sweeney (2002), k-anonymity: a model for protecting privacy, definition 3.

    Differs:
        With `wildcard` a record counts all that agree with it, which need not agree with each
        other (as sdcMicro); Sweeney's classes are those of `category`.

    Example:
        >>> found = k_anonymity([[0, 0, 1, 1, 1]], k=3)
        >>> found.smallest, found.violating.tolist(), found.class_sizes()
        (2, [True, True, False, False, False], {2: 2, 3: 3})
    """
    if k < 1:
        raise Fault("STA-003", what="k", value=k, wanted="1 or more")
    sample = key_frequencies(keys, missing=missing).sample
    smallest = int(sample.min()) if len(sample) else 0
    return KAnonymity(k=k, smallest=smallest, sample=sample, violating=sample < k)


def agreeing(table: KeyTable, classes: Classes, values: Floats) -> Floats:
    """How much of a value do the classes hold that agree with each class?

    Args:
        table: the keys.
        classes: of its rows.
        values: (classes,) or (classes, m) what each holds.

    Returns:
        Of the same shape, sums over those that agree, missing keys being wildcards if the table
        says so.

    Example:
        >>> table = read_keys([[0, 1, -1]])
        >>> agreeing(table, classes_of(table), np.ones(3)).tolist()
        [3.0, 2.0, 2.0]
    """
    rows = classes.rows
    return matching(table, table.keys, counted=rows, asked=rows, values=values)


def sampling_weights(weights: ArrayLike | None, rows: int) -> Floats | None:
    """Which weights do records stand with?

    Args:
        weights: (n,) above 0, or None.
        rows: n.

    Returns:
        The weights, None for 1 each.

    Raises:
        Fault: STA-002 for another shape, STA-100 for weights that are not above 0.

    Example:
        >>> sampling_weights([1.5, 2], 2)
        array([1.5, 2. ])
    """
    if weights is None:
        return None
    given = np.asarray(weights, dtype=float)
    if given.shape != (rows,):
        raise Fault("STA-002", what="weights", shape=given.shape, wanted=f"one a record ({rows},)")
    wrong = np.flatnonzero(~(np.isfinite(given) & (given > 0)))
    if len(wrong):
        raise Fault("STA-100", count=len(wrong), first=int(wrong[0]))
    return given
