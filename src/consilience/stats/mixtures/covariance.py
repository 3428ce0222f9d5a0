"""How may the covariances of profiles differ, and which fit best given the scatter of each?

The models are those of Celeux and Govaert, named as in mclust by volume, shape and orientation:
E equal in all profiles, V varying, I axes of the variables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Fit = Callable[[Floats, Floats], Floats]

# Variance within a profile, as a share of the variance in all data, below which it counts as
# none: the likelihood of a profile without variance has no bound.
LEAST_VARIANCE: Final = 1e-6
# A profile of fewer units than this is empty; the bound keeps divisions finite.
EMPTY: Final = 1e-10
_ROUNDS: Final = 100


def check_model(model: str, *, variables: int) -> str:
    """Which covariance model is meant by a name?

    Args:
        model: one of `MODELS`; with one variable also `E` and `V`.
        variables: how many variables, 1 or more.

    Returns:
        The name in `MODELS`; with one variable `EEI` or `VVI`, which all others come down to.

    Raises:
        Fault: STA-001 if there is no such model.

    Example:
        >>> check_model("VVV", variables=3), check_model("V", variables=1)
        ('VVV', 'VVI')
    """
    if variables == 1 and model in ("E", "V"):
        return {"E": "EEI", "V": "VVI"}[model]
    if model not in MODELS:
        raise Fault("STA-001", what="covariance model", value=model, known=", ".join(MODELS))
    if variables == 1:
        return "VVI" if model[0] == "V" else "EEI"
    return model


def is_diagonal(model: str) -> bool:
    """Are the variables independent within a profile under this model?"""
    return model.endswith("I")


def is_scale_free(model: str) -> bool:
    """Does the model stay the same when one variable is measured in another unit?"""
    return model not in ("EII", "VII", "EEV", "VEV")


def covariance_parameters(model: str, *, profiles: int, variables: int) -> int:
    """How many numbers describe the covariances of all profiles?

    Args:
        model: one of `MODELS`.
        profiles: how many profiles, 1 or more.
        variables: how many variables, 1 or more.

    Returns:
        The number of free parameters.

    Source:
        Celeux and Govaert (1995), Gaussian parsimonious clustering models, Table 1.

    Example:
        >>> covariance_parameters("EEI", profiles=3, variables=4)
        4
        >>> covariance_parameters("VVV", profiles=3, variables=4)
        30
    """
    volume, shape, orientation = tuple(model)
    axes = variables * (variables - 1) // 2
    count = profiles if volume == "V" else 1
    if shape != "I":
        count += (variables - 1) * (profiles if shape == "V" else 1)
    if orientation != "I":
        count += axes * (profiles if orientation == "V" else 1)
    return count


def own_parameters(model: str, *, variables: int) -> int:
    """How many numbers describe one profile more than its share?"""
    own = covariance_parameters(model, profiles=2, variables=variables)
    return variables + own - covariance_parameters(model, profiles=1, variables=variables)


def fit_covariances(model: str, counts: Floats, scatter: Floats) -> Floats:
    """Which covariances of this model fit best, given the scatter of each profile?

    Args:
        model: one of `MODELS`.
        counts: (starts, profiles) units of each profile, above 0.
        scatter: (starts, profiles, variables) sums of squares about the mean for a diagonal
            model, (starts, profiles, variables, variables) sums of products otherwise.

    Returns:
        Variances or covariances of the shape of `scatter`; those of diagonal models are at
        least `LEAST_VARIANCE`.

    Source:
        Celeux and Govaert (1995), section 3 and appendix.
    """
    found = MODELS[model](counts, scatter)
    return np.maximum(found, LEAST_VARIANCE) if is_diagonal(model) else found


def lift(covariances: Floats) -> Floats:
    """Which covariance matrices are nearest to these with no direction without variance?

    Args:
        covariances: (..., variables, variables) symmetric.

    Returns:
        The same with every eigenvalue at least `LEAST_VARIANCE`.
    """
    values, axes = np.linalg.eigh(covariances)
    lifted = np.maximum(values, LEAST_VARIANCE)
    return _compose(lifted, axes)


def _compose(values: Floats, axes: Floats) -> Floats:
    return np.asarray((axes * values[..., None, :]) @ np.swapaxes(axes, -1, -2))


def _pooled(counts: Floats, scatter: Floats) -> Floats:
    extra = (None,) * (scatter.ndim - 2)
    total = counts.sum(axis=1)[(..., *extra)]
    return np.broadcast_to((scatter.sum(axis=1) / total)[:, None], scatter.shape).copy()


def _own(counts: Floats, scatter: Floats) -> Floats:
    extra = (None,) * (scatter.ndim - 2)
    return np.asarray(scatter / counts[(..., *extra)])


def _eii(counts: Floats, scatter: Floats) -> Floats:
    return np.broadcast_to(
        _pooled(counts, scatter).mean(axis=2, keepdims=True), scatter.shape
    ).copy()


def _vii(counts: Floats, scatter: Floats) -> Floats:
    return np.broadcast_to(_own(counts, scatter).mean(axis=2, keepdims=True), scatter.shape).copy()


def _evi(counts: Floats, scatter: Floats) -> Floats:
    kept = _floored(counts, scatter)
    volumes = np.exp(np.log(kept).mean(axis=2, keepdims=True))
    volume = volumes.sum(axis=1, keepdims=True) / counts.sum(axis=1)[:, None, None]
    return np.asarray(kept / volumes * volume)


def _vei(counts: Floats, scatter: Floats) -> Floats:
    return _one_shape(counts, _floored(counts, scatter))


def _one_shape(counts: Floats, kept: Floats) -> Floats:
    """Fit volume of its own times one shape to (starts, profiles, variables) scatter."""
    variables = kept.shape[2]
    volumes = kept.mean(axis=2) / counts
    for _ in range(_ROUNDS):
        shape = (kept / volumes[..., None]).sum(axis=1, keepdims=True)
        shape = shape / np.exp(np.log(shape).mean(axis=2, keepdims=True))
        before = volumes
        volumes = (kept / shape).sum(axis=2) / (variables * counts)
        if np.all(np.abs(volumes - before) <= 1e-12 * before):
            break
    return np.asarray(volumes[..., None] * shape)


def _floored(counts: Floats, scatter: Floats) -> Floats:
    return np.maximum(scatter, LEAST_VARIANCE * counts[..., None])


def _axes(counts: Floats, scatter: Floats) -> tuple[Floats, Floats]:
    values, axes = np.linalg.eigh(scatter)
    return _floored(counts, values), axes


def _eev(counts: Floats, scatter: Floats) -> Floats:
    values, axes = _axes(counts, scatter)
    return _compose(_pooled(counts, values), axes)


def _vev(counts: Floats, scatter: Floats) -> Floats:
    values, axes = _axes(counts, scatter)
    return _compose(_one_shape(counts, values), axes)


def _evv(counts: Floats, scatter: Floats) -> Floats:
    values, axes = _axes(counts, scatter)
    return _compose(_evi(counts, values), axes)


def _vee(counts: Floats, scatter: Floats) -> Floats:
    variables = scatter.shape[2]
    volumes = np.maximum(np.trace(scatter, axis1=2, axis2=3) / (variables * counts), LEAST_VARIANCE)
    for _ in range(_ROUNDS):
        shape = lift((scatter / (volumes * counts.sum(axis=1)[:, None])[..., None, None]).sum(1))
        shape = shape / np.exp(np.linalg.slogdet(shape)[1] / variables)[:, None, None]
        before = volumes
        traces = np.einsum("sab,skab->sk", np.linalg.inv(shape), scatter)
        volumes = np.maximum(traces / (variables * counts), LEAST_VARIANCE)
        if np.all(np.abs(volumes - before) <= 1e-12 * before):
            break
    return np.asarray(volumes[..., None, None] * shape[:, None])


MODELS: Final[Mapping[str, Fit]] = MappingProxyType(
    {
        "EII": _eii,
        "VII": _vii,
        "EEI": _pooled,
        "VEI": _vei,
        "EVI": _evi,
        "VVI": _own,
        "EEE": _pooled,
        "VEE": _vee,
        "EEV": _eev,
        "VEV": _vev,
        "EVV": _evv,
        "VVV": _own,
    }
)
