"""What share of those asked answered, and is the overlap of several surveys more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """How many units ended up where; numbers, or arrays of one shape for many groups.

    Args:
        complete: I, complete answers.
        partial: P, partial answers.
        refused: R, refusals and break-offs.
        non_contact: NC, eligible and never reached.
        other: O, eligible and not answering for another reason.
        unknown_unit: UH, not known whether there is an eligible unit at all.
        unknown_other: UO, eligibility not known for another reason.
        ineligible: NE, known not to be eligible; used for `eligibility` only.
    """

    complete: ArrayLike = 0
    partial: ArrayLike = 0
    refused: ArrayLike = 0
    non_contact: ArrayLike = 0
    other: ArrayLike = 0
    unknown_unit: ArrayLike = 0
    unknown_other: ArrayLike = 0
    ineligible: ArrayLike = 0


def eligibility(outcomes: Outcomes) -> Floats:
    """What share of the units of unknown eligibility can be taken to be eligible (e)?

    Args:
        outcomes: counts, 0 or more.

    Returns:
        Eligible / (eligible + ineligible) among units whose eligibility is known, 0 to 1;
        nan where none is known.

    Source:
        AAPOR, Standard Definitions, proportional allocation (the method of CASRO).

    Example:
        >>> float(eligibility(Outcomes(complete=60, refused=20, ineligible=20)))
        0.8
    """
    part = _parts(outcomes)
    known = part["answers"] + part["silent"]
    return _share(known, known + part["ineligible"])


def response_rates(outcomes: Outcomes, *, e: ArrayLike = 1.0) -> dict[str, Floats]:
    """What are the response, cooperation, refusal and contact rates?

    Args:
        outcomes: counts, 0 or more.
        e: share of the units of unknown eligibility taken to be eligible, 0 to 1; enters RR3,
            RR4, REF2 and CON2 only. See `eligibility`.

    Returns:
        Shares 0 to 1, nan where the denominator is 0. With all = (I + P) + (R + NC + O) and
        U = UH + UO:

        - `rr1` Response Rate 1 (minimum) I / (all + U); `rr2` (I + P) / (all + U);
        - `rr3` I / (all + e U); `rr4` (I + P) / (all + e U);
        - `rr5` (maximum) I / all; `rr6` (I + P) / all;
        - `coop1` I / (I + P + R + O); `coop2` (I + P) / (I + P + R + O);
        - `coop3` I / (I + P + R); `coop4` (I + P) / (I + P + R);
        - `ref1`, `ref2`, `ref3` R over the denominators of RR1, RR3 and RR5;
        - `con1`, `con2`, `con3` (I + P + R + O) over the same three.

    Source:
        AAPOR, Standard Definitions, Response Rates 1-6, Cooperation Rates 1-4, Refusal Rates
        1-3, Contact Rates 1-3.

    Example:
        >>> rates = response_rates(Outcomes(complete=82, partial=4, non_contact=64))
        >>> round(float(rates["rr1"]), 3), round(float(rates["rr2"]), 3)
        (0.547, 0.573)
    """
    part = _parts(outcomes)
    complete, answers, refused = part["complete"], part["answers"], part["refused"]
    everyone = answers + part["silent"]
    lowest = everyone + part["unknown"]
    allocated = everyone + np.asarray(e, dtype=float) * part["unknown"]
    asked = answers + refused
    reached = asked + part["other"]
    fractions = {
        "rr1": (complete, lowest),
        "rr2": (answers, lowest),
        "rr3": (complete, allocated),
        "rr4": (answers, allocated),
        "rr5": (complete, everyone),
        "rr6": (answers, everyone),
        "coop1": (complete, reached),
        "coop2": (answers, reached),
        "coop3": (complete, asked),
        "coop4": (answers, asked),
        "ref1": (refused, lowest),
        "ref2": (refused, allocated),
        "ref3": (refused, everyone),
        "con1": (reached, lowest),
        "con2": (reached, allocated),
        "con3": (reached, everyone),
    }
    return {name: _share(above, below) for name, (above, below) in fractions.items()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlap:
    """How many units several independent surveys would share by chance.

    Args:
        probabilities: probability that exactly 0, 1, 2, ... units are in all of them.
        expected: mean of that distribution.
        sd: its standard deviation.
    """

    probabilities: Floats
    expected: float
    sd: float

    def at_least(self, observed: int) -> float:
        """Return the probability that `observed` units or more are in all of them."""
        return float(min(1.0, self.probabilities[max(observed, 0) :][::-1].sum()))


def overlap(sizes: Sequence[int], *, units: int) -> Overlap:
    """How many units would be in all of several sets if each were drawn independently?

    Args:
        sizes: number of units in each set (answers of each survey), at least one set.
        units: number of units that all were drawn from, 0 or more.

    Returns:
        The exact distribution of the size of the intersection, the sizes held fixed: given m
        units in the sets so far, the next set of n shares a hypergeometric number with them.

    Raises:
        Fault: CON-001 if there is no set, or one is larger than `units` or negative.

    Source:
        Repeated hypergeometric thinning; for two sets it is Fisher's exact distribution.

    Example:
        >>> triples = overlap([93, 80, 82], units=150)
        >>> round(triples.expected, 1), round(triples.sd, 1), round(triples.at_least(39), 4)
        (27.1, 3.3, 0.0003)
    """
    if not sizes or min(sizes) < 0 or max(sizes) > units:
        raise Fault("CON-001", sizes=list(sizes), units=units)
    first, *others = sorted(int(size) for size in sizes)
    probabilities = np.zeros(first + 1)
    probabilities[first] = 1.0
    for size in others:
        thinned = np.zeros_like(probabilities)
        for common in np.flatnonzero(probabilities):
            shared, weights = _hypergeometric(int(common), size, units)
            thinned[shared] += probabilities[common] * weights
        probabilities = thinned
    counts = np.arange(first + 1)
    expected = float(probabilities @ counts)
    spread = float(np.sqrt(probabilities @ (counts - expected) ** 2))
    return Overlap(probabilities=probabilities, expected=expected, sd=spread)


def _hypergeometric(marked: int, drawn: int, units: int) -> tuple[NDArray[np.int64], Floats]:
    shared = np.arange(max(0, marked + drawn - units), min(marked, drawn) + 1)
    log = (
        _log_choose(marked, shared)
        + _log_choose(units - marked, drawn - shared)
        - _log_choose(units, np.array([drawn]))
    )
    weights = np.exp(log)
    # Rescaling takes out the rounding that large log-factorials leave.
    return shared, weights / weights.sum()


def _log_choose(n: int, k: NDArray[np.int64]) -> Floats:
    # Sums of logarithms, not SciPy's gamma function, whose import costs half a second.
    logs = np.concatenate([[0.0], np.log(np.arange(1, n + 1)).cumsum()])
    return np.asarray(logs[n] - logs[k] - logs[n - k])


def _parts(outcomes: Outcomes) -> dict[str, Floats]:
    def count(value: ArrayLike) -> Floats:
        return np.asarray(value, dtype=float)

    complete, refused, other = (
        count(value) for value in (outcomes.complete, outcomes.refused, outcomes.other)
    )
    return {
        "complete": complete,
        "answers": complete + count(outcomes.partial),
        "refused": refused,
        "other": other,
        "silent": refused + count(outcomes.non_contact) + other,
        "unknown": count(outcomes.unknown_unit) + count(outcomes.unknown_other),
        "ineligible": count(outcomes.ineligible),
    }


def _share(above: Floats, below: Floats) -> Floats:
    above, below = np.broadcast_arrays(above, below)
    share: Floats = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return share
