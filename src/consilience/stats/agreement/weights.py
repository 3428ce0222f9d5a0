"""How much agreement is there between two different answers of a scale?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]


def _identity(values: Floats) -> Floats:
    return np.eye(len(values))


def _gap(values: Floats) -> Floats:
    return np.abs(values[:, None] - values)


def _of_largest(disagreement: Floats) -> Floats:
    largest = disagreement.max()
    # A scale of one point has no disagreement to measure the others against.
    return 1.0 - disagreement / largest if largest > 0 else np.ones_like(disagreement)


def _linear(values: Floats) -> Floats:
    return _of_largest(_gap(values))


def _radical(values: Floats) -> Floats:
    return _of_largest(np.sqrt(_gap(values)))


def _quadratic(values: Floats) -> Floats:
    return _of_largest(_gap(values) ** 2)


def _places(values: Floats) -> Floats:
    return np.arange(len(values), dtype=float)


def _ordinal(values: Floats) -> Floats:
    between = _gap(np.argsort(np.argsort(values)).astype(float)) + 1
    return _of_largest(between * (between - 1) / 2)


def _share_of(above: Floats, below: Floats) -> Floats:
    """Return the ratio, 0 where both are 0 (nothing apart) and nan where only `below` is."""
    empty = np.where(above == 0, 0.0, np.nan)
    return np.divide(above, below, out=empty, where=below != 0)


def _ratio(values: Floats) -> Floats:
    share = _share_of(values[:, None] - values, values[:, None] + values) ** 2
    low, high = values.min(), values.max()
    largest = _share_of(np.array(high - low), np.array(high + low)) ** 2
    return 1.0 - _share_of(share, np.broadcast_to(largest, share.shape))


def _circular(values: Floats) -> Floats:
    round_trip = values.max() - values.min() + 1
    return _of_largest(np.sin(np.pi * _gap(values) / round_trip) ** 2)


def _bipolar(values: Floats) -> Floats:
    total = values[:, None] + values
    below = (total - 2 * values.min()) * (2 * values.max() - total)
    return _of_largest(_share_of(_gap(values) ** 2, below))


_KINDS: Final[Mapping[str, Callable[[Floats], Floats]]] = MappingProxyType(
    {
        "unweighted": _identity,
        "identity": _identity,
        "linear": _linear,
        "equal": lambda values: _linear(_places(values)),
        "quadratic": _quadratic,
        "squared": lambda values: _quadratic(_places(values)),
        "ordinal": _ordinal,
        "radical": _radical,
        "ratio": _ratio,
        "circular": _circular,
        "bipolar": _bipolar,
    }
)
KINDS: Final = tuple(_KINDS)


def agreement_weights(categories: ArrayLike, kind: str | ArrayLike) -> Floats:
    """How much do two categories agree, from 1 for the same to 0 for the farthest apart?

    Args:
        categories: (q,) the scale in order: numbers, or texts, which count as 1 to q.
        kind: one of the names below, or an own (q, q) matrix, which is returned as it is.

            - `unweighted` or `identity`: 1 for the same category, else 0;
            - `linear`, `quadratic`, `radical`: 1 - (|k - l| / range)^p with p = 1, 2, 1/2;
            - `equal`, `squared`: as linear and quadratic, between the places of the
              categories in the scale and not between their values;
            - `ordinal`: 1 - pairs / largest, pairs = m (m - 1) / 2 of the m categories from
              k to l;
            - `ratio`: 1 - ((k - l) / (k + l))^2 / ((max - min) / (max + min))^2;
            - `circular`: 1 - sin^2(pi |k - l| / (range + 1)) / largest, for scales whose
              ends meet;
            - `bipolar`: 1 - (k - l)^2 / ((k + l - 2 min) (2 max - k - l)) / largest.

    Returns:
        (q, q) weights. nan for ratio weights of two different values with the sum 0.

    Raises:
        Fault: STA-001 for an unknown name, STA-002 for an own matrix of another shape.

    Source:
        Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapter 3; Cicchetti and
        Allison (1971) for equal, Fleiss and Cohen (1973) for squared weights.

    Differs:
        irr::kappa2 knows `equal` and `squared` only, and takes places, as these here do.
        `ordinal` is Gwet's and not the ordinal metric of Krippendorff, which depends on how
        often the categories are used. irrCAC has no ratio weights when a category is 0; here 0
        agrees with itself.

    Example:
        >>> agreement_weights([1, 2, 3], "quadratic")[0].tolist()
        [1.0, 0.75, 0.0]
    """
    scale = np.asarray(categories)
    if not isinstance(kind, str):
        own = np.asarray(kind, dtype=float)
        if own.shape != (len(scale), len(scale)):
            raise Fault(
                "STA-002",
                what="the matrix of weights",
                shape=own.shape,
                wanted=f"{len(scale)} by {len(scale)} numbers, one for each pair of categories",
            )
        return own
    if kind not in _KINDS:
        raise Fault("STA-001", what="kind of weights", value=kind, known=", ".join(KINDS))
    if not len(scale):
        return np.empty((0, 0))
    return _KINDS[kind](_values(scale))


def _values(scale: NDArray[Any]) -> Floats:
    if scale.dtype.kind in "biuf":
        return scale.astype(float)
    return np.arange(1, len(scale) + 1, dtype=float)
