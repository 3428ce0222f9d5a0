"""Do profiles differ in an outcome, given that units are assigned to them with error?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.mixtures.outcome_likelihood import fit_outcome
from consilience.stats.mixtures.three_step import (
    Members,
    Wald,
    bootstrap_covariance,
    contrasts,
    members,
    wald,
)
from consilience.stats.resample import Streams

Floats = NDArray[np.float64]

KINDS: Final = ("continuous", "nominal")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relation:
    """An outcome by profile.

    Args:
        method: `BCH`, `ML` or `none`.
        categories: (c,) values of a nominal outcome in order; empty for a continuous one.
        units: units with an outcome and a membership, or the sum of their weights.
        estimates: (k,) means of a continuous outcome, (k, c) probabilities of a nominal one;
            those of BCH may lie below 0 or above 1.
        se: standard errors of the same shape; nan where undefined.
        covariance: covariance of the estimates, profile by profile; for a nominal outcome all
            c of a profile in a row.
        variances: (k,) variances within profiles; nan for a nominal outcome. Those of BCH may
            be negative.
        wald: test that all profiles are alike.
        pairs: (k, k) p of the same test for two profiles; nan on the diagonal.
        warnings: what a reader should know.
    """

    method: str
    categories: tuple[Any, ...]
    units: float
    estimates: Floats
    se: Floats
    covariance: Floats
    variances: Floats
    wald: Wald
    pairs: Floats
    warnings: tuple[Fault, ...]


def relate_profiles(
    posterior: ArrayLike,
    outcome: ArrayLike,
    *,
    kind: str = "continuous",
    method: str = "BCH",
    assignment: str = "modal",
    weights: ArrayLike | None = None,
    replicates: int = 0,
    streams: Streams | None = None,
) -> Relation:
    """What is the outcome of each profile, and do profiles differ?

    Args:
        posterior: (units, k) membership probabilities of the profiles, nan where there are
            none.
        outcome: (units,) numbers, nan where missing, for `continuous`; numbers or texts, nan,
            None or "" where missing, for `nominal`.
        kind: `continuous` or `nominal`.
        method: `BCH` weights units so that errors of assignment cancel, and assumes nothing of
            the outcome; `ML` maximises the likelihood with the errors held fixed, a continuous
            outcome normal with a variance of its own in each profile; `none` takes assignments
            for memberships, which makes profiles too alike.
        assignment: `modal` or `proportional`.
        weights: (units,) how often each unit counts; 1 if None.
        replicates: bootstrap samples for the covariance, 0 for the robust (sandwich) one.
        streams: random stream of a block of 100 samples, by its number; needed with
            `replicates`.

    Returns:
        Estimates, standard errors and Wald tests. Units without an outcome count for the errors
        of assignment only. All nan, with a warning, where errors cannot be undone.

    Raises:
        Fault: STA-001 for another kind, method or assignment; STA-002 if shapes do not fit;
            STA-003 for probabilities or weights out of range, or `replicates` without
            `streams`.

    Source:
        Bolck, Croon and Hagenaars (2004); Vermunt (2010); Bakk, Tekle and Vermunt (2013),
        Estimating the association between latent class membership and external variables using
        bias-adjusted three-step approaches; Bakk and Vermunt (2016) for BCH with robust
        standard errors.

    Differs:
        The errors of the membership probabilities themselves, of step one, are not counted, as
        in Latent GOLD's default and in StepMix.

    Example:
        >>> sure = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1]])
        >>> found = relate_profiles(sure, [1.0, 2.0, 3.0, 5.0, 6.0, 7.0])
        >>> found.estimates.tolist(), found.wald.df, round(found.wald.statistic, 1)
        ([2.0, 6.0], 1, 36.0)
    """
    if kind not in KINDS:
        raise Fault("STA-001", what="kind of outcome", value=kind, known=", ".join(KINDS))
    if replicates and streams is None:
        raise Fault(
            "STA-003", what="streams", value=None, wanted="random streams for the replicates"
        )
    given = members(posterior, method=method, assignment=assignment, weights=weights)
    table, held, categories = _outcomes(outcome, len(given.posterior), kind)
    point = _estimate(given, table, held, kind, method)
    lost = 0
    if replicates and streams is not None and not given.lack:
        rows = np.where(given.weights[:, None] > 0, given.posterior, np.nan)

        def again(counts: Floats) -> Floats:
            other = members(rows, method=method, assignment=assignment, weights=counts)
            return _estimate(other, table, held, kind, method).estimates.ravel()

        covariance, lost = bootstrap_covariance(
            again, given.weights, replicates=replicates, streams=streams
        )
        point = _Point(
            estimates=point.estimates,
            covariance=covariance,
            variances=point.variances,
            reason=point.reason,
            settled=point.settled,
        )
    return _relation(
        method, categories, float(given.weights @ held), point, _warnings(point, lost, replicates)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Point:
    estimates: Floats
    covariance: Floats
    variances: Floats
    reason: str
    settled: bool


def _warnings(point: _Point, lost: int, replicates: int) -> tuple[Fault, ...]:
    warnings = []
    if point.reason:
        warnings.append(Fault("STA-054", reason=point.reason))
    if not point.settled:
        warnings.append(Fault("STA-005", what="the likelihood of the outcome", rounds=2000))
    if lost:
        warnings.append(Fault("STA-055", count=lost, replicates=replicates))
    return tuple(warnings)


def _outcomes(
    outcome: ArrayLike, units: int, kind: str
) -> tuple[Floats, NDArray[np.bool_], tuple[Any, ...]]:
    """Return (units, columns) numbers, 0 where missing, which are there, and categories."""
    if kind == "continuous":
        values = np.asarray(outcome, dtype=float)
        _check_shape(values, units)
        held = np.isfinite(values)
        return np.where(held, values, 0.0)[:, None], held, ()
    labels = np.asarray(outcome, dtype=object)
    _check_shape(labels, units)
    held = np.array([not _is_missing(each) for each in labels], dtype=np.bool_)
    categories = sorted({_plain(each) for each in labels[held]}, key=_order)
    place = {category: number for number, category in enumerate(categories)}
    table = np.zeros((units, len(categories)))
    for unit in np.flatnonzero(held):
        table[unit, place[_plain(labels[unit])]] = 1.0
    return table, held, tuple(categories)


def _check_shape(values: NDArray[Any], units: int) -> None:
    if values.shape != (units,):
        raise Fault("STA-002", what="the outcome", shape=values.shape, wanted=f"({units},)")


def _is_missing(label: Any) -> bool:  # noqa: ANN401  (a label of any type)
    return label is None or label == "" or (isinstance(label, float) and np.isnan(label))


def _plain(label: Any) -> Any:  # noqa: ANN401  (a label of any type)
    return label.item() if isinstance(label, np.generic) else label


def _order(label: Any) -> tuple[bool, float, str]:  # noqa: ANN401  (a label of any type)
    number = isinstance(label, (int, float))
    return not number, float(label) if number else 0.0, str(label)


def _estimate(
    given: Members, table: Floats, held: NDArray[np.bool_], kind: str, method: str
) -> _Point:
    profiles, columns = given.posterior.shape[1], table.shape[1]
    counts = given.weights * held
    reason = given.lack or ("" if counts.sum() > 0 else "no unit has an outcome")
    if kind == "nominal" and not columns:
        reason = "no unit has an outcome"
    if reason:
        size = profiles * columns
        return _Point(
            estimates=np.full((profiles, columns), np.nan),
            covariance=np.full((size, size), np.nan),
            variances=np.full(profiles, np.nan),
            reason=reason,
            settled=True,
        )
    if method == "ML":
        fitted = fit_outcome(given, table, counts, nominal=kind == "nominal")
        return _Point(
            estimates=fitted.estimates,
            covariance=fitted.covariance,
            variances=fitted.variances,
            reason="",
            settled=fitted.settled,
        )
    return _weighted(given.unmixed, table, counts)


def _weighted(unmixed: Floats, table: Floats, counts: Floats) -> _Point:
    """Return weighted means and their sandwich covariance."""
    weights = unmixed * counts[:, None]
    sums = weights.sum(axis=0)
    sums = np.where(sums > 0, sums, np.nan)
    means = (weights.T @ table) / sums[:, None]
    off = table[:, None, :] - means
    scores = (weights / sums)[:, :, None] * off
    flat = scores.reshape(len(table), -1)
    variances = (weights * off[:, :, 0] ** 2).sum(axis=0) / sums
    return _Point(
        estimates=means, covariance=flat.T @ flat, variances=variances, reason="", settled=True
    )


def _relation(
    method: str,
    categories: tuple[Any, ...],
    units: float,
    point: _Point,
    warnings: tuple[Fault, ...],
) -> Relation:
    profiles, columns = point.estimates.shape
    # One category follows from the others.
    each = max(columns - 1, 0) if categories else columns
    free = np.arange(profiles * columns).reshape(profiles, columns)[:, :each].ravel()
    values, covariance = point.estimates.ravel()[free], point.covariance[np.ix_(free, free)]
    variances = np.diagonal(point.covariance).reshape(profiles, columns)
    se = np.sqrt(np.where(variances >= 0, variances, np.nan))
    pairs = np.full((profiles, profiles), np.nan)
    for one in range(profiles):
        for other in range(one):
            both = np.r_[one * each : (one + 1) * each, other * each : (other + 1) * each]
            test = _alike(values[both], covariance[np.ix_(both, both)], 2, each)
            pairs[one, other] = pairs[other, one] = test.p
    nominal = bool(categories)
    return Relation(
        method=method,
        categories=categories,
        units=units,
        estimates=point.estimates if nominal else point.estimates[:, :1].ravel(),
        se=se if nominal else se[:, :1].ravel(),
        covariance=point.covariance,
        variances=np.full(profiles, np.nan) if nominal else point.variances,
        wald=_alike(values, covariance, profiles, each),
        pairs=pairs,
        warnings=warnings,
    )


def _alike(values: Floats, covariance: Floats, profiles: int, each: int) -> Wald:
    against = contrasts(profiles, each)
    return wald(against @ values, against @ covariance @ against.T)
