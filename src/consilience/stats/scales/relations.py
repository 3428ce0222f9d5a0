"""How reliable are several scales scored from one set of items, and how do they go together?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.stats.scales.alpha import alpha_of_covariance
from consilience.stats.scales.moments import moments
from consilience.stats.scales.scoring import key_matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaleRelations:
    """How several scales go together; nan where undefined.

    Args:
        alpha: (scales,) Cronbach's alpha of each.
        standardised: (scales,) alpha of the items brought to equal variance.
        average_r: (scales,) mean correlation of two of its items.
        lambda6: (scales,) Guttman's lambda 6.
        s_n: (scales,) signal over noise.
        ase: (scales,) standard error of alpha.
        correlation: (scales, scales) of the sums of the items.
        corrected: the same above the diagonal divided by sqrt(alpha_i alpha_j), for what the
            correlation would be without unreliability (may exceed 1); alpha on the diagonal;
            as it is below.
        with_items: (items, scales) correlation of each item, as answered, with each scale.

    Example:
        >>> found = scale_relations([[1, 2], [2, 4], [3, 3]], [[1, 0], [0, 1]])
        >>> found.correlation.tolist()
        [[1.0, 0.5], [0.5, 1.0]]
    """

    alpha: Floats
    standardised: Floats
    average_r: Floats
    lambda6: Floats
    s_n: Floats
    ase: Floats
    correlation: Floats
    corrected: Floats
    with_items: Floats


def scale_relations(
    items: ArrayLike, keys: ArrayLike, *, missing: str = "pairwise"
) -> ScaleRelations:
    """How reliable are several scales, and how do they go together?

    Args:
        items: (people, items), nan where missing, as answered (not turned round).
        keys: (items, scales) of -1, 0 and 1, see `scale_scores`.
        missing: `pairwise` or `complete`, see `cronbach_alpha`. People's scores play no part:
            everything follows from the covariances of the items.

    Returns:
        See `ScaleRelations`. Items that do not vary are left out; a scale with one item has no
        alpha.

    Raises:
        Fault: STA-001 for another rule, STA-002 for a shape that does not fit, STA-003 for
            other keys.

    Source:
        Spearman (1904), The proof and measurement of association between two things, for the
        correction for attenuation.

    Differs:
        alpha, cor, corrected and item.cor of psych::scoreItems(impute="none"); psych gives a
        scale of one item an alpha of 1.

    Example:
        >>> answers = [[4, 2, 4, 1], [2, 3, 2, 4], [5, 2, 4, 2], [1, 4, 3, 3], [3, 3, 3, 3]]
        >>> found = scale_relations(answers, [[1, 0], [-1, 0], [0, 1], [0, -1]])
        >>> found.alpha.round(3).tolist(), found.correlation.round(3).tolist()
        ([0.877, 0.947], [[1.0, 0.72], [0.72, 1.0]])
    """
    table = moments(items, missing=missing)
    keep = ~table.constant
    sign = key_matrix(keys, items=len(keep)) * keep[:, None]
    covariance = np.where(keep[:, None] & keep, table.covariance, 0.0)
    of_scales = sign.T @ covariance @ sign
    found = [
        alpha_of_covariance(
            covariance[np.ix_(own, own)] * np.outer(column[own], column[own]), n=table.n
        )
        for column in sign.T
        for own in [np.flatnonzero(column)]
    ]
    alpha = np.array([each.alpha for each in found])
    between = _correlated(of_scales, of_scales.diagonal(), of_scales.diagonal())
    return ScaleRelations(
        alpha=alpha,
        standardised=np.array([each.standardised for each in found]),
        average_r=np.array([each.average_r for each in found]),
        lambda6=np.array([each.lambda6 for each in found]),
        s_n=np.array([each.s_n for each in found]),
        ase=np.array([each.ase for each in found]),
        correlation=between,
        corrected=_without_noise(between, alpha),
        with_items=_correlated(covariance @ sign, covariance.diagonal(), of_scales.diagonal()),
    )


def _correlated(covariance: Floats, rows: Floats, columns: Floats) -> Floats:
    scale = np.sqrt(np.maximum(np.outer(rows, columns), 0.0))
    found: Floats = np.divide(covariance, scale, out=np.full(scale.shape, np.nan), where=scale > 0)
    return found


def _without_noise(between: Floats, alpha: Floats) -> Floats:
    found = between.copy()
    above = np.triu_indices(len(alpha), 1)
    scale = np.sqrt(np.maximum(np.outer(alpha, alpha), 0.0))
    corrected: Floats = np.divide(between, scale, out=np.full(scale.shape, np.nan), where=scale > 0)
    found[above] = corrected[above]
    np.fill_diagonal(found, alpha)
    return found
