"""Which records are special uniques, singled out already by few of their keys?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from consilience.base.errors import Fault
from consilience.stats.disclosure.frequencies import agreeing
from consilience.stats.disclosure.key_table import (
    Classes,
    Floats,
    Integers,
    KeyTable,
    classes_of,
    read_keys,
)
from consilience.stats.disclosure.minimal_sets import MinimalSets, minimal_sets

# How much more than in proportion the odds grow with the score in sdcMicro, found from its output.
_EXPONENT: Final = 1.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suda:
    """How special is each record, and through which keys?

    Args:
        score: (n,) SUDA score, 0 for a record that is not unique.
        dis: (n,) probability that a match with the record is right, 0 if it is not unique.
        file_dis: the same for a unique record of the file at large; nan without unique records
            and pairs.
        unique: how many records are unique in the sample.
        sets: the minimal sample uniques: per record the smallest sets of keys that single it out.
        set_scores: (m,) what each of them adds to the score.
    """

    score: Floats
    dis: Floats
    file_dis: float
    unique: int
    sets: MinimalSets
    set_scores: Floats

    def by_key(self) -> Floats:
        """How much of the sum of all scores comes from sets with each key?

        Returns:
            (keys,) shares of 0 to 1; they add up to more than 1, as a set may have several keys.
        """
        whole = self.set_scores.sum()
        shares = [self._with(key) for key in range(self.sets.keys)]
        return np.array([self.set_scores[each].sum() / whole if whole else 0.0 for each in shares])

    def contributions(self, rows: ArrayLike) -> Floats:
        """How much of the score of some records comes from sets with each key?

        Args:
            rows: (r,) numbers of records.

        Returns:
            (r, keys) shares of 0 to 1; 0 for a record that is not unique.
        """
        held = np.asarray(rows, dtype=np.int64)
        parts = np.zeros((len(held), self.sets.keys))
        for key in range(self.sets.keys):
            there = self._with(key)
            sums = np.bincount(
                self.sets.rows[there], weights=self.set_scores[there], minlength=len(self.score)
            )
            parts[:, key] = sums[held]
        whole = self.score[held][:, None]
        return np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0)

    def _with(self, key: int) -> Integers:
        return np.flatnonzero(self.sets.bits >> key & 1)


def suda(
    keys: Sequence[ArrayLike],
    *,
    fraction: float = 0.01,
    largest: int | None = None,
    missing: str = "wildcard",
) -> Suda:
    """Which records are singled out by few keys, and how probable is it that a match is right?

    A minimal sample unique is a set of keys in which a record is unique, while it is not in any
    part of the set. With A keys and sets of up to M keys, one of k keys adds the product of A - i
    for i from k to M to the record's score: (A - k)! if M is not limited.

    Args:
        keys: for each key (n,) whole numbers; a negative one is missing.
        fraction: of the population that is in the sample, above 0 and below 1.
        largest: M; A - 1 if None, with a set of all keys counting 1.
        missing: `wildcard` if a missing key agrees with every value, so that it never makes a
            record unique; `category` if only with another missing one.

    Returns:
        Scores, DIS and the sets.

    Raises:
        Fault: STA-001, STA-002, STA-003 for options, shapes and values; STA-101 for too many sets.

    Source:
        Elliot, Manning, Mayes, Gurd and Bance (2005), SUDA: a program for detecting special
        uniques (scores); Skinner and Elliot (2002), A measure of disclosure risk for microdata,
        JRSS B 64, 855-867 (the DIS of the file: U f / (U f + 2 P (1 - f)) with U unique records
        and P pairs).

    Differs:
        Scores and DIS equal those of sdcMicro's suda2 (its default and original_scores = TRUE;
        its DisFraction is `fraction`). How it spreads the DIS of the file over records is not in
        the papers, and was found from its output: the odds are those of the file times
        s**1.1 over the harmonic mean of s**1.1. sdcMicro reads missing keys otherwise.

    Example:
        >>> found = suda([[0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]])
        >>> found.score.tolist(), found.by_key().round(3).tolist()
        ([2.0, 1.0, 1.0, 2.0], [0.5, 0.333, 0.5])
        >>> found.sets.of(1)
        ((0, 1),)
    """
    if not 0 < fraction < 1:
        wanted = "a share above 0 and below 1"
        raise Fault("STA-003", what="the sampling fraction", value=fraction, wanted=wanted)
    table = read_keys(keys, missing=missing)
    classes = classes_of(table)
    sample = _frequencies(table, classes)
    alone = np.sort(classes.rows[sample == 1])
    # One of each combination is enough: whoever is alone agrees with his own only.
    sets = minimal_sets(table, counted=classes.rows, asked=alone, largest=largest)
    worth = _worth(len(table.columns), largest)
    set_scores = worth[sets.sizes()]
    score = np.bincount(sets.rows, weights=set_scores, minlength=table.rows).astype(float)
    pairs = int(classes.sizes[sample == 2].sum())
    file_dis, dis = _dis(score, len(alone), pairs, fraction)
    return Suda(
        score=score,
        dis=dis,
        file_dis=file_dis,
        unique=len(alone),
        sets=sets,
        set_scores=set_scores,
    )


def _frequencies(table: KeyTable, classes: Classes) -> Integers:
    if table.gaps is None:
        return classes.sizes
    return agreeing(table, classes, classes.sizes.astype(float)).astype(np.int64)


def _worth(keys: int, largest: int | None) -> Floats:
    """Return what a set of 0, 1, ... keys adds to a score."""
    most = keys - 1 if largest is None else min(largest, keys - 1)
    return np.array([prod(keys - i for i in range(k, most + 1)) for k in range(keys + 1)], float)


def _dis(score: Floats, unique: int, paired: int, fraction: float) -> tuple[float, Floats]:
    """Return the DIS of the file and of each record; `paired` counts records, two a pair."""
    dis = np.zeros(len(score))
    there = np.flatnonzero(score > 0)
    if not unique:
        return (0.0 if paired else float("nan")), dis
    right, wrong = unique * fraction, paired * (1 - fraction)
    grown = score[there] ** _EXPONENT
    if len(there):
        harmonic = len(grown) / (1 / grown).sum()
        dis[there] = right * grown / (right * grown + wrong * harmonic)
    return right / (right + wrong), dis
