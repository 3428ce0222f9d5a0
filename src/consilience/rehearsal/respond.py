"""Who would answer, if so many answer in all? Exact numbers, clustered by area."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from consilience.base.errors import Fault
from consilience.rehearsal.model import Pattern

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


def who_answers(areas: int, *, pattern: Pattern, rng: np.random.Generator) -> Flags:
    """In which areas does each agency answer?

    The areas with the highest drawn propensity are those where all answer. Every other area
    misses at least one agency: first one each, in the proportion of all that miss; what is then
    left to miss goes to areas of low propensity. So the numbers come out exactly, whatever is
    drawn.

    Args:
        areas: number of areas, 1 or more.
        pattern: how many answer.
        rng: the random stream.

    Returns:
        (areas, agencies), agencies in the order of `pattern.complete`.

    Raises:
        Fault: SUR-040 if no such pattern can be.

    Example:
        >>> pattern = Pattern(complete={"a": 3, "b": 2}, together=1)
        >>> answers = who_answers(5, pattern=pattern, rng=np.random.Generator(np.random.PCG64(1)))
        >>> answers.sum(axis=0).tolist(), int(answers.all(axis=1).sum())
        ([3, 2], 1)
    """
    asked = np.array(list(pattern.complete.values()), dtype=np.int64)
    others = areas - pattern.together
    missing = areas - asked
    impossible = (
        not 0 <= pattern.together <= asked.min() or asked.max() > areas or missing.sum() < others
    )
    if impossible:
        margins = " and ".join(f"{count} ({name})" for name, count in pattern.complete.items())
        raise Fault("SUR-040", areas=areas, together=pattern.together, asked=margins)
    propensity = pattern.clustering * rng.standard_normal(areas)
    order = np.argsort(-(propensity + rng.gumbel(size=areas)), kind="stable")
    rest = order[pattern.together :]
    answers = np.ones((areas, len(asked)), dtype=bool)
    first = rng.permutation(np.repeat(np.arange(len(asked)), _shared_out(missing, others)))
    answers[rest, first] = False
    for agency in range(len(asked)):
        left = int(missing[agency] - np.count_nonzero(first == agency))
        open_to = rest[first != agency]
        reluctance = rng.gumbel(size=len(open_to)) - propensity[open_to]
        answers[open_to[np.argsort(-reluctance, kind="stable")[:left]], agency] = False
    return answers


def _shared_out(available: Counts, total: int) -> Counts:
    """Return whole numbers in proportion to `available`, none above it, that sum to `total`."""
    if total == 0:
        return np.zeros_like(available)
    exact = available * (total / available.sum())
    shares: Counts = np.floor(exact).astype(np.int64)
    largest = np.argsort(-(exact - shares), kind="stable")
    shares[largest[: total - int(shares.sum())]] += 1
    return shares
