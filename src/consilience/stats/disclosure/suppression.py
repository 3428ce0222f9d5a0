"""Which cells have to be suppressed so that nobody stands out?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.disclosure.suppression_certificate import (
    Certificate,
    certified,
    known_standard,
    least_company,
)
from consilience.stats.disclosure.suppression_groups import alike, group_records
from consilience.stats.disclosure.suppression_matching import (
    MISSING,
    count_matches,
    distinct,
    key_codes,
)
from consilience.stats.disclosure.suppression_search import (
    fewest_cells,
    restore_cells,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# All subsets of the keys may have to be looked at.
MOST_KEYS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suppressed:
    """What is published after cells were suppressed, and does it hold?

    Args:
        keys: for each of m keys (n,) codes, -1 where missing or suppressed.
        cells: (m, n) which cells were suppressed; those that had been missing are not among them.
        standard: by what the records were counted.
        certificate: how many records stand for each, counted anew from the finished table.
        unreachable: rows for which no suppression is enough, left as they were.
        warnings: STA-121 if there are such rows; STA-122 if somebody who knows the true keys of
            people finds fewer than k records for some.
    """

    keys: tuple[Integers, ...]
    cells: NDArray[np.bool_]
    standard: str
    certificate: Certificate
    unreachable: Integers
    warnings: tuple[Fault, ...]


def suppress(
    keys: Sequence[ArrayLike],
    *,
    k: int,
    importance: ArrayLike | None = None,
    standard: str = "group",
) -> Suppressed:
    """Which cells have to go so that each record has company of k?

    Each record that stands out loses its least important cells, the fewest so that k original
    records fit what is left of it. For `wildcard`, cells that are not needed are then given back;
    for `group`, records are suppressed together. The same table gives the same cells.

    Args:
        keys: for each of m keys (n,) whole numbers; a negative one is missing. A stratum within
            which the company is to be found is a key that is never suppressed.
        k: how many records are wanted for each, itself included, 1 or more.
        importance: (m,) what losing a cell of each key costs, above 0; infinite for a key that is
            never suppressed. 1 each if None.
        standard: `group`: k published records have the same codes, missing being one of them.
            `covered`: k original records fit each published one; its cells are the fewest there
            can be, weighted by importance. `wildcard`: k published records fit each published
            one, missing fitting everything. Each implies those after it.

    Returns:
        The table, with its certificate.

    Raises:
        Fault: STA-001, STA-002, STA-003 for options, shapes and values; STA-004 for fewer than k
            records; STA-120 for too many keys.

    Warns:
        STA-121, STA-122; see `Suppressed`.

    Source:
        Gionis, Mazza and Tassa (2008), k-Anonymization revisited, ICDE, 744-753.

    Differs:
        sdcMicro's kAnon meets the standard `wildcard`, with other and mostly more cells. Fewest
        is not best there: k - 1 records with all keys suppressed make everybody fit, whatever
        the rest shows. Somebody who knows who is in the data may still find a person with it;
        the candidates of the certificate say of whom, and `group` leaves k for everybody.

    Example:
        >>> area, role = [0, 0, 0, 1, 1], [0, 1, 2, 1, 1]
        >>> found = suppress([area, role], k=2)
        >>> [each.tolist() for each in found.keys], int(found.cells.sum())
        ([[0, 0, 0, 1, 1], [-1, -1, -1, 1, 1]], 3)
        >>> suppress([area, role], k=2, standard="wildcard").cells.sum(axis=1).tolist()
        [0, 1]
    """
    known_standard(standard)
    least_company(k)
    codes = key_codes(keys)
    if codes.shape[1] > MOST_KEYS:
        raise Fault("STA-120", count=codes.shape[1], most=MOST_KEYS)
    cost = _importance(importance, codes.shape[1])
    if 0 < len(codes) < k:
        raise Fault("STA-004", what="company of k", least=k, count=len(codes))
    reachable = _reachable(codes, cost, k, standard)
    if standard == "group":
        found = group_records(codes, k=k, importance=cost, reachable=reachable)
    else:
        found = _covered(codes, k, cost)
    if standard == "wildcard":
        found = _restored(codes, found, np.where(reachable, k, 0), cost)
    return _result(codes, found, k, standard, reachable)


def _importance(importance: ArrayLike | None, keys: int) -> Floats:
    if importance is None:
        return np.ones(keys)
    given = np.asarray(importance, dtype=float)
    if given.shape != (keys,):
        raise Fault("STA-002", what="importance", shape=given.shape, wanted=f"({keys},)")
    if not (given > 0).all():
        raise Fault("STA-003", what="importance", value=given.tolist(), wanted="numbers above 0")
    return given


def _reachable(codes: Integers, cost: Floats, k: int, standard: str) -> NDArray[np.bool_]:
    """Say for which rows there are k with the keys that must stay: more cannot be had."""
    barest = codes.copy()
    barest[:, np.isfinite(cost)] = MISSING
    if standard == "group":
        return np.asarray(alike(barest) >= k)
    first, kind, counts = distinct(barest)
    return np.asarray((count_matches(barest[first], barest[first], counts=counts) >= k)[kind])


def _covered(codes: Integers, k: int, cost: Floats) -> Integers:
    first, kind, counts = distinct(codes)
    return fewest_cells(codes[first], counts, k=k, importance=cost)[kind]


def _restored(codes: Integers, found: Integers, need: Integers, cost: Floats) -> Integers:
    """Give cells back; of records without suppressed cells one row stands for all alike."""
    first, kind, counts = distinct(codes)
    changed = (found != codes).any(axis=1)
    whole, alone = first[~changed[first]], np.flatnonzero(changed)
    rows = np.concatenate([whole, alone])
    number = np.concatenate([counts[kind[whole]], np.ones(len(alone), dtype=np.int64)])
    given = found.copy()
    given[rows] = restore_cells(
        codes[rows], found[rows], counts=number, need=need[rows], importance=cost
    )
    return given


def _result(
    codes: Integers, found: Integers, k: int, standard: str, reachable: NDArray[np.bool_]
) -> Suppressed:
    certificate = certified(codes, found, k)
    unreachable = np.flatnonzero(~reachable)
    warnings = []
    if len(unreachable):
        warnings.append(Fault("STA-121", count=len(unreachable), k=k))
    guessed = int(((certificate.candidates < k) & reachable).sum())
    if guessed:
        least = int(certificate.candidates[reachable].min())
        warnings.append(Fault("STA-122", count=guessed, k=k, least=least))
    return Suppressed(
        keys=tuple(np.ascontiguousarray(found.T)),
        cells=((found < 0) & (codes >= 0)).T,
        standard=standard,
        certificate=certificate,
        unreachable=unreachable,
        warnings=tuple(warnings),
    )
