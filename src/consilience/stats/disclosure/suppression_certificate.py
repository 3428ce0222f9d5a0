"""Does everybody have company enough in a table with suppressed cells, counted in several ways?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.disclosure.suppression_groups import alike
from consilience.stats.disclosure.suppression_matching import count_matches, distinct, key_codes

Integers = NDArray[np.int64]

STANDARDS: Final = ("wildcard", "covered", "group")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Certificate:
    """How many records stand for each record, by several readings of a missing key?

    Args:
        k: how many are wanted.
        matches: (n,) published records that the published record fits, itself included, where
            missing fits everything: what programs for disclosure control count.
        covered: (n,) original records that the published record fits: how many people it could
            be about.
        candidates: (n,) published records that fit the original record: among how many
            somebody has to guess who knows the true keys of a person in the data.
        alike: (n,) published records with exactly the same codes, missing being one.
    """

    k: int
    matches: Integers
    covered: Integers
    candidates: Integers
    alike: Integers

    def below(self, standard: str = "wildcard") -> Integers:
        """Return the numbers of the records that do not reach k by a standard.

        Args:
            standard: `wildcard` (matches), `covered`, or `group` (alike).

        Returns:
            Row numbers, ascending.

        Raises:
            Fault: STA-001 for another standard.
        """
        known_standard(standard)
        reached = {
            "wildcard": self.matches,
            "covered": self.covered,
            "group": self.alike,
        }[standard]
        return np.flatnonzero(reached < self.k)


def known_standard(standard: str) -> None:
    """Refuse a standard that there is not.

    Args:
        standard: `wildcard`, `covered` or `group`.

    Raises:
        Fault: STA-001 for another.
    """
    if standard not in STANDARDS:
        raise Fault("STA-001", what="standard", value=standard, known=", ".join(STANDARDS))


def suppression_certificate(
    original: Sequence[ArrayLike], published: Sequence[ArrayLike], *, k: int
) -> Certificate:
    """How many records stand for each record after cells were suppressed?

    Args:
        original: for each key (n,) whole numbers before suppression; a negative one is missing.
        published: the same keys with more cells missing.
        k: how many records are wanted for each, 1 or more.

    Returns:
        Four exact counts for each record. Of a missing cell of the original nothing is known,
        so it fits everything too.

    Raises:
        Fault: STA-002, STA-003 for shapes and values; STA-123 if the published table
            has another value than the original.

    Source:
        Gionis, Mazza and Tassa (2008), k-Anonymization revisited, ICDE, 744-753: `covered` is
        their (k,1)-anonymity, `candidates` their (1,k); `alike` is plain k-anonymity.

    Differs:
        sdcMicro's kAnon counts `matches` alone. A record can have many and still be the only one
        that fits a person: someone unique in area and role whose area was suppressed matches all
        of the same role, but the others' areas are there to see, and are not that person's.

    Example:
        >>> found = suppression_certificate([[0, 1, 1], [0, 0, 0]], [[-1, 1, 1], [0, 0, 0]], k=2)
        >>> found.matches.tolist(), found.covered.tolist(), found.candidates.tolist()
        ([3, 3, 3], [3, 2, 2], [1, 3, 3])
    """
    before, after = key_codes(original), key_codes(published)
    least_company(k)
    if before.shape != after.shape:
        raise Fault(
            "STA-002", what="published", shape=after.shape[::-1], wanted=f"{before.shape[::-1]}"
        )
    changed = (after >= 0) & (after != before)
    if changed.any():
        row, key = (int(each) for each in np.argwhere(changed)[0])
        raise Fault(
            "STA-123", row=row, key=key, was=int(before[row, key]), now=int(after[row, key])
        )
    return certified(before, after, k)


def least_company(k: int) -> None:
    """Refuse a number of records wanted that is less than 1.

    Args:
        k: how many records are wanted for each.

    Raises:
        Fault: STA-003 below 1.
    """
    if k < 1:
        raise Fault("STA-003", what="k", value=k, wanted="1 or more")


def certified(original: Integers, published: Integers, k: int) -> Certificate:
    """Count for a table of which it is known that only cells went.

    Args:
        original: (n, m) codes, -1 where missing.
        published: (n, m) the same with more cells -1.
        k: how many are wanted.

    Returns:
        The certificate.
    """
    first, kind, counts = distinct(np.column_stack([original, published]))
    before, after = original[first], published[first]
    return Certificate(
        k=k,
        matches=count_matches(after, after, counts=counts)[kind],
        covered=count_matches(after, before, counts=counts)[kind],
        candidates=count_matches(before, after, counts=counts)[kind],
        alike=alike(published),
    )
