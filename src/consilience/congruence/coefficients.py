"""How far do the agencies agree over all areas: coefficients that readers know?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.congruence.model import ALPHA
from consilience.stats.agreement.icc_forms import icc_forms
from consilience.stats.agreement.krippendorff_resampled import alpha_resampled
from consilience.stats.resample import block_stream

Floats = NDArray[np.float64]

FORMS: Final = ("ICC(A,1)", "ICC(C,1)")

# name, value, low, high, areas that it rests on
Coefficient = tuple[str, float, float, float, int]


def coefficients(
    means: Floats, *, resamples: int, rng_for: Callable[[str], np.random.Generator], name: str
) -> Iterator[Coefficient]:
    """How far do the agencies, as raters of the areas, agree on one construct?

    Args:
        means: (areas, agencies) the mean answer to the construct, nan where there is none.
        resamples: how many times areas are drawn again for the interval of alpha; 0 for none.
        rng_for: the random stream of a decision by name.
        name: of the construct, for its random stream.

    Yields:
        Two intraclass correlations, over the areas that every agency speaks of, and
        Krippendorff's alpha with interval differences, over those that two do; each with the ends
        of its 95 % interval. nan where undefined.

    Source:
        McGraw and Wong (1996), Table 7; Krippendorff (2011), section C.

    Example:
        >>> from consilience.base.seeds import stream
        >>> means = np.array([[0.1, 0.2], [0.4, 0.4], [0.8, 0.7], [0.9, np.nan]])
        >>> for found in coefficients(means, resamples=0, rng_for=lambda n: stream(1, n), name="x"):
        ...     print(found[0], round(found[1], 3), found[4])
        ICC(A,1) 0.964 3
        ICC(C,1) 0.946 3
        Krippendorff's alpha 0.955 3
    """
    known = (~np.isnan(means)).sum(axis=1)
    found = icc_forms(means)
    for form in FORMS:
        one = found[form]
        whole = int((known == means.shape[1]).sum())
        yield form, one.coefficient, one.low, one.high, whole
    alpha = alpha_resampled(
        means,
        metric="interval",
        replicates=resamples,
        streams=partial(_stream, rng_for, f"agreement/{name}"),
    )
    yield ALPHA, alpha.alpha, alpha.low, alpha.high, int((known > 1).sum())


def _stream(
    rng_for: Callable[[str], np.random.Generator], name: str, block: int
) -> np.random.Generator:
    return block_stream(rng_for(name), block)
