"""How likely is it that a record of a sample is found to be a certain person of the population?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from consilience.base.errors import Fault
from consilience.stats.disclosure.frequencies import key_frequencies
from consilience.stats.disclosure.key_table import Floats, Integers

METHODS: Final = ("approximate", "exact")


# From this f on the k-th term is below 1 / (f + k over k), and 30 terms are exact.
_QUICK: Final = 50.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndividualRisk:
    """How likely is it that each record is re-identified?

    Args:
        risk: (n,) probabilities.
        sample: (n,) records of the sample with the same keys (f).
        population: (n,) estimate of how many people have them (F).
    """

    risk: Floats
    sample: Integers
    population: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GlobalRisk:
    """How risky is a file as a whole?

    Args:
        expected: how many records are expected to be re-identified.
        rate: the same as a share of all records; nan without records.
        highest: the highest risk of a record; nan without records.
        threshold: a risk that is thought too high.
        above: how many records have a higher one.
    """

    expected: float
    rate: float
    highest: float
    threshold: float
    above: int


def individual_risk(
    keys: Sequence[ArrayLike],
    *,
    weights: ArrayLike,
    method: str = "approximate",
    missing: str = "wildcard",
) -> IndividualRisk:
    """How likely is each record of a sample to be re-identified by its keys?

    The frequency F in the population, given f in the sample, is taken as negative binomial, and
    the risk is the mean of 1/F.

    Args:
        keys: for each key (n,) whole numbers; a negative one is missing.
        weights: (n,) sampling weights, above 0.
        method: `approximate` or `exact`, see `mean_inverse_frequency`.
        missing: as `key_frequencies`.

    Returns:
        The risks and both frequencies.

    Raises:
        Fault: as `key_frequencies`; STA-001 for the method.

    Source:
        Benedetti and Franconi (1998), Statistical and technological solutions for controlled data
        dissemination; Franconi and Polettini (2004), Individual risk estimation in mu-Argus.

    Differs:
        `approximate` equals sdcMicro's indivRisk with its method approx.

    Example:
        >>> found = individual_risk([[0, 0, 1]], weights=[20, 30, 50])
        >>> found.risk.round(4).tolist()
        [0.0361, 0.0361, 0.0798]
    """
    found = key_frequencies(keys, weights=weights, missing=missing)
    return IndividualRisk(
        risk=mean_inverse_frequency(found.sample, found.population, method=method),
        sample=found.sample,
        population=found.population,
    )


def mean_inverse_frequency(
    sample: ArrayLike, population: ArrayLike, *, method: str = "approximate"
) -> Floats:
    """What is the mean of 1/F, where F people share the keys of f records?

    Args:
        sample: (n,) f, 1 or more.
        population: (n,) estimate of F, above 0. Where it is below f, f is taken.
        method: `exact` is p / f * 2F1(1, 1; f + 1; 1 - p) with p = f/F; `approximate` is the
            same for f of 1 and 2, and p / (f - 1 + p) for more.

    Returns:
        (n,) risks, above 0 and at most 1/f.

    Raises:
        Fault: STA-001 for the method, STA-003 for frequencies out of range.

    Source:
        Polettini (2003), Some remarks on the individual risk methodology, where the
        hypergeometric function stands before Euler's transformation: p**f / f *
        2F1(f, f; f + 1; 1 - p).

    Example:
        >>> mean_inverse_frequency([1, 2, 3], [1, 8, 30]).round(4).tolist()
        [1.0, 0.1793, 0.0476]
        >>> mean_inverse_frequency([1, 2, 3], [1, 8, 30], method="exact").round(4).tolist()
        [1.0, 0.1793, 0.0464]
    """
    if method not in METHODS:
        raise Fault("STA-001", what="method", value=method, known=", ".join(METHODS))
    f, estimate = np.asarray(sample, dtype=float), np.asarray(population, dtype=float)
    if not ((f >= 1).all() and (estimate > 0).all()):
        raise Fault("STA-003", what="a frequency", value="too small", wanted="f >= 1 and F > 0")
    p = np.minimum(f / estimate, 1.0)
    if method == "exact":
        return np.asarray(p / f * _hypergeometric(f, 1 - p), dtype=float)
    risk: Floats = p / (f - 1 + p)
    for frequency, formula in ((1, _of_one), (2, _of_two)):
        # Where p is 1 the formulas are 0/0, and what stands there already is their limit 1/f.
        there = np.flatnonzero((f == frequency) & (p < 1))
        risk[there] = formula(p[there])
    return risk


def global_risk(risk: ArrayLike, *, threshold: float = 0.1) -> GlobalRisk:
    """How many re-identifications are to be expected in a file?

    Args:
        risk: (n,) of records, 0 to 1.
        threshold: a risk that is thought too high.

    Returns:
        The expected number and its share, the highest risk, and how many are too high.

    Raises:
        Fault: STA-003 for risks out of range.

    Source:
        Franconi and Polettini (2004), section 3 (the re-identification rate).

    Example:
        >>> found = global_risk([0.5, 0.1, 0.0])
        >>> round(found.expected, 3), round(found.rate, 3), found.highest, found.above
        (0.6, 0.2, 0.5, 1)
    """
    given = _risks(risk)
    if not len(given):
        return GlobalRisk(expected=0.0, rate=np.nan, highest=np.nan, threshold=threshold, above=0)
    return GlobalRisk(
        expected=float(given.sum()),
        rate=float(given.mean()),
        highest=float(given.max()),
        threshold=threshold,
        above=int((given > threshold).sum()),
    )


def household_risk(risk: ArrayLike, households: ArrayLike) -> Floats:
    """How likely is it that anyone of the household, school or area of a record is re-identified?

    Args:
        risk: (n,) of records, 0 to 1.
        households: (n,) whole numbers, alike for records that belong together.

    Returns:
        (n,) 1 less the product of what is left of each member's risk.

    Raises:
        Fault: STA-002 for unlike lengths, STA-003 for risks out of range.

    Source:
        Franconi and Polettini (2004), section 4.

    Example:
        >>> household_risk([0.5, 0.5, 0.1], [7, 7, 8]).round(3).tolist()
        [0.75, 0.75, 0.1]
    """
    given, groups = _risks(risk), np.asarray(households)
    if groups.shape != given.shape:
        wanted = f"one a record ({len(given)},)"
        raise Fault("STA-002", what="households", shape=groups.shape, wanted=wanted)
    _, inverse = np.unique(groups, return_inverse=True)
    with np.errstate(divide="ignore"):
        left = np.bincount(inverse, weights=np.log1p(-given))
    return np.asarray(-np.expm1(left)[inverse], dtype=float)


def _hypergeometric(f: Floats, z: Floats) -> Floats:
    """Return 2F1(1, 1; f + 1; z), by its own quick series where SciPy's gives up (large f)."""
    from scipy.special import hyp2f1  # noqa: PLC0415  (half a second that few commands need)

    value = np.asarray(hyp2f1(1.0, 1.0, np.minimum(f, _QUICK) + 1, z), dtype=float)
    large = np.flatnonzero(f > _QUICK)
    term = np.ones(len(large))
    value[large] = term
    for k in range(1, 30):
        term = term * z[large] * k / (f[large] + k)
        value[large] += term
    return value


def _of_one(p: Floats) -> Floats:
    return np.asarray(-p / (1 - p) * np.log(p))


def _of_two(p: Floats) -> Floats:
    return np.asarray(p / (1 - p) ** 2 * (p * np.log(p) + 1 - p))


def _risks(risk: ArrayLike) -> Floats:
    given = np.asarray(risk, dtype=float)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise Fault("STA-003", what="a risk", value="out of range", wanted="(n,) risks of 0 to 1")
    return given
