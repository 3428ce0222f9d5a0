"""Do two raters use the categories of a scale equally often?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.stats.agreement.counts import square_table
from consilience.stats.distributions import chi2_tail

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Homogeneity:
    """A test of equal use of categories by two raters.

    Args:
        chi_square: 0 or more; nan if undefined.
        df: its degrees of freedom.
        p: upper tail.

    Example:
        >>> stuart_maxwell([[5, 1], [1, 5]]).chi_square
        0.0
    """

    chi_square: float
    df: int
    p: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RaterBias:
    """Whether one of two raters rates higher.

    Args:
        ratio: share of disagreements with the second rater higher, or the first, whichever is
            larger, 0.5 to 1; nan without disagreement.
        chi_square: with one degree of freedom, no continuity correction.
        p: upper tail.

    Example:
        >>> rater_bias([[5, 3], [1, 5]]).ratio
        0.75
    """

    ratio: float
    chi_square: float
    p: float


def stuart_maxwell(table: ArrayLike) -> Homogeneity:
    """Do two raters use categories equally often, by the variance under equality?

    Args:
        table: (q, q) units by category of the first rater (row) and second (column).

    Returns:
        The test; categories that nobody used are left out. nan without disagreement or where
        the differences depend on each other.

    Raises:
        Fault: STA-002 for a table that is not square, STA-003 for a negative count.

    Source:
        Stuart (1955), A test for homogeneity of the marginal distributions in a two-way
        classification; Maxwell (1970).

    Example:
        >>> found = stuart_maxwell([[20, 10, 5], [3, 30, 15], [0, 5, 40]])
        >>> round(found.chi_square, 4), found.df
        (13.7647, 2)
    """
    counts = _used(table)
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    off = (rows - columns)[:-1]
    spread = (np.diag(rows + columns) - counts - counts.T)[:-1, :-1]
    df = max(len(counts) - 1, 0)
    if not df or np.linalg.matrix_rank(spread) < df:
        return Homogeneity(chi_square=float("nan"), df=df, p=float("nan"))
    chi_square = float(off @ np.linalg.solve(spread, off))
    return Homogeneity(chi_square=chi_square, df=df, p=float(chi2_tail(chi_square, df)))


def bhapkar(table: ArrayLike) -> Homogeneity:
    """Do two raters use categories equally often, by the variance as it is?

    Args:
        table: (q, q) units by category of the first rater (row) and second (column).

    Returns:
        The test, s / (1 - s / n) with s of `stuart_maxwell`; nan where that is undefined or
        all disagree in the same way.

    Raises:
        Fault: STA-002 for a table that is not square, STA-003 for a negative count.

    Source:
        Bhapkar (1966), A note on the equivalence of two test criteria for hypotheses in
        categorical data; Keefe (1982) for the relation to Stuart's test.

    Example:
        >>> round(bhapkar([[20, 10, 5], [3, 30, 15], [0, 5, 40]]).chi_square, 4)
        15.4233
    """
    found = stuart_maxwell(table)
    rest = 1 - found.chi_square / max(float(np.sum(np.asarray(table))), 1.0)
    chi_square = found.chi_square / rest if rest > 1e-12 else float("nan")
    return Homogeneity(chi_square=chi_square, df=found.df, p=float(chi2_tail(chi_square, found.df)))


def rater_bias(table: ArrayLike) -> RaterBias:
    """Does one of two raters rate higher?

    Args:
        table: (q, q) units by category of the first rater (row) and second (column), the
            categories in order.

    Returns:
        The share of one-sided disagreements and its test.

    Raises:
        Fault: STA-002 for a table that is not square, STA-003 for a negative count.

    Source:
        McNemar (1947); for more categories Bishop, Fienberg and Holland (1975), section 8.2.

    Differs:
        irr::rater.bias gives the same statistic.

    Example:
        >>> found = rater_bias([[20, 10, 5], [3, 30, 15], [0, 5, 40]])
        >>> round(found.ratio, 4), round(found.chi_square, 4)
        (0.7895, 12.7368)
    """
    counts = _used(table)
    above, below = float(np.triu(counts, 1).sum()), float(np.tril(counts, -1).sum())
    apart = above + below
    if not apart:
        return RaterBias(ratio=float("nan"), chi_square=float("nan"), p=float("nan"))
    chi_square = (above - below) ** 2 / apart
    return RaterBias(
        ratio=max(above, below) / apart, chi_square=chi_square, p=float(chi2_tail(chi_square, 1))
    )


def _used(table: ArrayLike) -> Floats:
    counts = square_table(table)
    used = counts.sum(axis=0) + counts.sum(axis=1) > 0
    return counts[np.ix_(used, used)]
