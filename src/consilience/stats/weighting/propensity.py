"""How likely was each unit to answer, given what is known of all, and what weights follow?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.weighting.calibrated import Calibrated, base_weights, ratio, sums_by
from consilience.stats.weighting.raking import rake

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

WITHIN: Final = ("rate", "mean", "median")

# A fitted probability so near 0 or 1 comes from separation, not from data.
_CERTAIN: Final = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Propensity:
    """What does the model of answering say?

    Args:
        coefficients: (k + 1,) constant first, on the log odds; nan where a column depends on
            those before it.
        se: (k + 1,) their standard errors from the information matrix.
        probabilities: (n,) fitted probability of an answer, 0 to 1.
        deviance: -2 log likelihood (of weighted rows).
        null_deviance: the same with the constant alone.
        rounds: how many steps were made.
        settled: whether the steps came to an end.
        warnings: what a reader should know.
    """

    coefficients: Floats
    se: Floats
    probabilities: Floats
    deviance: float
    null_deviance: float
    rounds: int
    settled: bool
    warnings: tuple[Fault, ...] = ()


def propensity(
    auxiliaries: ArrayLike,
    responded: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    tolerance: float = 1e-12,
    rounds: int = 50,
) -> Propensity:
    """How likely was each unit to answer, by logistic regression on what is known of all?

    Args:
        auxiliaries: (n, k) variables without a constant, known of all units; see `dummies`.
        responded: (n,) whether the unit answered.
        weights: (n,) weights of the units in the fit, 0 or more; 1 each if None.
        tolerance: settled when the deviance moves by less than this share.
        rounds: at most so many steps.

    Returns:
        The model; all nan without a unit.

    Raises:
        Fault: STA-002 for shapes, STA-003 for missing values.

    Warns:
        STA-084 where the auxiliaries foretell an answer without error (no finite estimate),
        STA-005 if not settled.

    Source:
        McCullagh and Nelder (1989), Generalized Linear Models, 2.5 and 4.4 (iteratively
        reweighted least squares); Rosenbaum and Rubin (1983), Biometrika 70, 41-55.

    Example:
        >>> model = propensity([0, 0, 0, 1, 1, 1], [1, 1, 0, 1, 0, 0])
        >>> model.probabilities.round(4).tolist()
        [0.6667, 0.6667, 0.6667, 0.3333, 0.3333, 0.3333]
    """
    matrix, answered = design_matrix(auxiliaries, responded)
    base = base_weights(weights, len(matrix))
    kept = _independent(matrix, base)
    fitted = _fit(matrix[:, kept], answered, base, tolerance, rounds)
    coefficients, se = np.full(matrix.shape[1], np.nan), np.full(matrix.shape[1], np.nan)
    coefficients[kept] = fitted.place
    se[kept] = fitted.se
    rate = np.full(len(matrix), float(ratio(np.array(base @ answered), np.array(base.sum()))))
    return Propensity(
        coefficients=coefficients,
        se=se,
        probabilities=fitted.probabilities,
        deviance=_deviance(answered, fitted.probabilities, base),
        null_deviance=_deviance(answered, rate, base),
        rounds=fitted.rounds,
        settled=fitted.settled,
        warnings=_warnings(fitted, base),
    )


def dummies(codes: Sequence[ArrayLike]) -> Floats:
    """Which columns stand for several classifications in a model?

    Args:
        codes: for each classification (n,) category numbers, 0 or more.

    Returns:
        (n, columns) of 0 and 1, one for each category met but the lowest.

    Raises:
        Fault: STA-082 for missing codes.

    Example:
        >>> dummies([[0, 1, 2]]).tolist()
        [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    columns = []
    for number, each in enumerate(codes):
        given = np.asarray(each)
        if given.size and given.min() < 0:
            raise Fault("STA-082", what=f"variable {number}", count=int((given < 0).sum()))
        columns.append((given[:, None] == np.unique(given)[1:]).astype(float))
    return np.column_stack(columns)


def propensity_classes(
    probabilities: ArrayLike, *, classes: int = 5, weights: ArrayLike | None = None
) -> Integers:
    """Into which classes of like propensity do the units fall?

    Args:
        probabilities: (n,) propensities.
        classes: how many classes of about equal size; 5 takes away most of the bias.
        weights: (n,) weights of the units in the quantiles; 1 each if None.

    Returns:
        (n,) numbers 0, 1, ... from the lowest; fewer where propensities are alike. Classes are
        closed above, with quantiles of R's type 7 (weighted: by cumulated weight).

    Raises:
        Fault: STA-003 for fewer than 1 class.

    Source:
        Rosenbaum and Rubin (1984), JASA 79, 516-524; Little (1986), Survey nonresponse
        adjustments, International Statistical Review 54.

    Example:
        >>> propensity_classes([0.1, 0.2, 0.3, 0.4], classes=2).tolist()
        [0, 0, 1, 1]
    """
    held = np.asarray(probabilities, dtype=float)
    if classes < 1:
        raise Fault("STA-003", what="number of classes", value=classes, wanted="1 or more")
    if not held.size:
        return np.empty(0, dtype=np.int64)
    shares = np.arange(1, classes) / classes
    if weights is None:
        edges = np.quantile(held, shares)
    else:
        order = np.argsort(held, kind="stable")
        grown = base_weights(weights, len(held))[order].cumsum()
        places = np.searchsorted(grown, shares * grown[-1] * (1 - 1e-12))
        edges = held[order][np.minimum(places, len(held) - 1)]
    numbers = np.searchsorted(np.unique(edges), held, side="left")
    # Nobody need be in the lowest or highest class when edges fall on an end.
    return np.unique(numbers, return_inverse=True)[1].ravel().astype(np.int64)


def nonresponse_weights(
    probabilities: ArrayLike,
    responded: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    classes: ArrayLike | None = None,
    within: str = "rate",
) -> Calibrated:
    """Which weights make those who answered stand for those who did not?

    Args:
        probabilities: (n,) propensities, see `propensity`.
        responded: (n,) whether the unit answered.
        weights: (n,) weights of the sample; 1 each if None.
        classes: (n,) adjustment classes, see `propensity_classes`; None for each its own p.
        within: what stands for p in a class: the weighted `rate` of answers (keeps the total),
            or the weighted `mean` or unweighted `median` of the propensities.

    Returns:
        Weights w / p of those who answered, 0 for the others. `misfit` is how far their sum is
        from that of the sample, as a share: small if the model fits.

    Raises:
        Fault: STA-001, STA-002 for options and shapes; STA-003 for a propensity of one who
            answered that is not above 0 and at most 1; STA-080 if nobody in a class answered.

    Source:
        Kalton and Flores-Cervantes (2003), Weighting methods, Journal of Official Statistics
        19, 81-97.

    Example:
        >>> nonresponse_weights([0.5, 0.5, 0.25], [1, 0, 1], weights=[3, 3, 1]).weights.tolist()
        [6.0, 0.0, 4.0]
    """
    p = np.array(probabilities, dtype=float)
    answered = np.asarray(responded, dtype=bool)
    if p.ndim != 1 or p.shape != answered.shape:
        raise Fault("STA-002", what="propensities", shape=p.shape, wanted=f"{answered.shape}")
    base = base_weights(weights, len(p))
    if classes is not None:
        p = _in_classes(p, answered, base, np.asarray(classes), within)
    wrong = answered & ~((p > 0) & (p <= 1))
    if wrong.any():
        wanted = "a share above 0 and at most 1"
        raise Fault("STA-003", what="a propensity", value=float(p[wrong][0]), wanted=wanted)
    held = np.divide(base, p, out=np.zeros(len(p)), where=answered)
    total = float(base.sum())
    return Calibrated(
        weights=held,
        factors=ratio(held, base),
        misfit=abs(float(held.sum()) - total) / total if total else 0.0,
        rounds=1,
        settled=True,
    )


def raked_nonresponse_weights(
    codes: Sequence[ArrayLike],
    responded: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    tolerance: float = 1e-10,
    rounds: int = 200,
    bounds: tuple[float, float] | None = None,
) -> Calibrated:
    """Which weights give those who answered the margins of the whole sample?

    Args:
        codes: for each classification (n,) category numbers 0, 1, ... of all units.
        responded: (n,) whether the unit answered.
        weights: (n,) weights of the sample; 1 each if None.
        tolerance: see `rake`.
        rounds: see there.
        bounds: see there.

    Returns:
        Raked weights of those who answered, 0 for the others; totals are those of the sample.

    Raises:
        Fault: as `rake`; STA-080 for a category of the sample in which nobody answered.

    Source:
        Kalton and Flores-Cervantes (2003), section 4 (sample-based raking).

    Example:
        >>> found = raked_nonresponse_weights([[0, 0, 0, 1, 1]], [1, 1, 0, 1, 0])
        >>> found.weights.tolist()
        [1.5, 1.5, 0.0, 2.0, 0.0]
    """
    answered = np.asarray(responded, dtype=bool)
    base = base_weights(weights, len(answered))
    held = [np.asarray(each, dtype=np.int64) for each in codes]
    for number, each in enumerate(held):
        if each.shape != answered.shape:
            wanted = f"{answered.shape}"
            raise Fault("STA-002", what=f"variable {number}", shape=each.shape, wanted=wanted)
        if each.size and each.min() < 0:
            raise Fault("STA-082", what=f"variable {number}", count=int((each < 0).sum()))
    return rake(
        held,
        [np.bincount(each, weights=base) for each in held],
        weights=np.where(answered, base, 0.0),
        tolerance=tolerance,
        rounds=rounds,
        bounds=bounds,
    )


def design_matrix(auxiliaries: ArrayLike, responded: ArrayLike) -> tuple[Floats, Floats]:
    """What does the model of answering see of each unit?

    Args:
        auxiliaries: (n, k) or (n,) variables without a constant.
        responded: (n,) whether the unit answered.

    Returns:
        (n, k + 1) variables after a constant, and (n,) answers as 0 and 1.

    Raises:
        Fault: STA-002 for shapes that do not fit, STA-003 for missing values.

    Example:
        >>> design_matrix([5, 6], [True, False])[0].tolist()
        [[1.0, 5.0], [1.0, 6.0]]
    """
    table, answered = np.asarray(auxiliaries, dtype=float), np.asarray(responded, dtype=float)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or answered.shape != (len(table),):
        wanted = f"{answered.shape[:1]} rows of variables"
        raise Fault("STA-002", what="auxiliaries", shape=table.shape, wanted=wanted)
    if not np.isfinite(table).all():
        raise Fault("STA-003", what="an auxiliary", value="missing", wanted="finite numbers")
    if not np.isin(answered, (0, 1)).all():
        raise Fault("STA-003", what="an answer", value="neither 0 nor 1", wanted="0 or 1")
    return np.column_stack([np.ones(len(table)), table]), answered


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fitted:
    place: Floats
    se: Floats
    probabilities: Floats
    rounds: int
    settled: bool


def _independent(matrix: Floats, base: Floats) -> Integers:
    """Return the columns that do not depend on those before them."""
    live = matrix[base > 0]
    size = np.sqrt((live * live).sum(axis=0))
    kept: list[int] = []
    basis = np.zeros((len(live), 0))
    for number in range(matrix.shape[1]):
        rest = live[:, number]
        # Twice, as one pass of Gram and Schmidt leaves rounding errors.
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        left = float(np.sqrt(rest @ rest))
        if left > 1e-9 * float(size[number]):
            kept.append(number)
            basis = np.column_stack([basis, rest / left])
    return np.array(kept, dtype=np.int64)


def _fit(matrix: Floats, answered: Floats, base: Floats, tolerance: float, rounds: int) -> _Fitted:
    columns = matrix.shape[1]
    if not columns:
        nothing = np.full(len(answered), np.nan)
        return _Fitted(
            place=np.empty(0), se=np.empty(0), probabilities=nothing, rounds=0, settled=True
        )
    # From the log odds of half an answer added either way, as is usual.
    p = (base * answered + 0.5) / (base + 1)
    log_odds = np.log(p / (1 - p))
    # Columns of like size keep the linear system well conditioned.
    size = np.sqrt((matrix * matrix).mean(axis=0))
    matrix = matrix / size
    place: Floats = np.zeros(columns)
    last, settled, made = np.inf, False, 0
    while not settled and made < rounds:
        pull = base * p * (1 - p)
        right = matrix.T @ (pull * log_odds + base * (answered - p))
        found = np.linalg.lstsq(matrix.T @ (matrix * pull[:, None]), right, rcond=1e-14)[0]
        place = np.asarray(found, dtype=float)
        log_odds = np.clip(matrix @ place, -35, 35)
        p = 1 / (1 + np.exp(-log_odds))
        deviance = _deviance(answered, p, base)
        settled = abs(deviance - last) <= tolerance * (abs(deviance) + 0.1)
        last, made = deviance, made + 1
    information = matrix.T @ (matrix * (base * p * (1 - p))[:, None])
    inverse = np.linalg.pinv(information, rcond=1e-14, hermitian=True)
    se = np.sqrt(np.maximum(np.diagonal(inverse), 0)) / size
    return _Fitted(place=place / size, se=se, probabilities=p, rounds=made, settled=settled)


def _deviance(answered: Floats, p: Floats, base: Floats) -> float:
    right = np.where(answered > 0, p, 1 - p)
    live = (base > 0) & ~np.isnan(right)
    if not live.any():
        return float("nan")
    return float(-2 * (base[live] * np.log(np.maximum(right[live], 1e-300))).sum())


def _warnings(fitted: _Fitted, base: Floats) -> tuple[Fault, ...]:
    p = fitted.probabilities[base > 0]
    certain = int(((p < _CERTAIN) | (p > 1 - _CERTAIN)).sum())
    found = []
    if certain:
        found.append(Fault("STA-084", count=certain))
    if not fitted.settled:
        found.append(Fault("STA-005", what="propensity model", rounds=fitted.rounds))
    return tuple(found)


def _in_classes(
    p: Floats, answered: Booleans, base: Floats, classes: NDArray[np.generic], within: str
) -> Floats:
    if within not in WITHIN:
        raise Fault("STA-001", what="propensity of a class", value=within, known=", ".join(WITHIN))
    if classes.shape != p.shape:
        raise Fault("STA-002", what="classes", shape=classes.shape, wanted=f"{p.shape}")
    names, number = np.unique(classes, return_inverse=True)
    number, count = number.ravel(), len(names)
    everyone = sums_by(number, base, count)
    answers = sums_by(number, base * answered, count)
    silent = np.flatnonzero((everyone > 0) & (answers <= 0))
    if len(silent):
        first = int(silent[0])
        total = f"{everyone[first]:g}"
        raise Fault("STA-080", what="the sample", total=total, category=names[first])
    if within == "median":
        middle = np.array([np.median(p[number == each]) for each in range(count)])
    elif within == "mean":
        middle = ratio(sums_by(number, base * p, count), everyone)
    else:
        middle = ratio(answers, everyone)
    return np.asarray(middle[number])
