"""How was the sample drawn, and how do estimates with its weights vary from sample to sample?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.weighting.calibrated import sums_by

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

LONELY: Final = ("nan", "certainty", "centre", "average")
REGRESSIONS: Final = ("base", "equal")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adjustment:
    """Which totals do the weights meet by adjustment, so that they no longer vary?

    Args:
        auxiliaries: (n, k) variables whose totals are met.
        weights: (n,) weights of the regression on them.
    """

    auxiliaries: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleDesign:
    """How were the rows drawn: strata, clusters, how many there were, and weights?

    Strata, clusters and population sizes are (n,) of one stage of drawing, or (n, stages).
    Clusters are taken within their stratum (a name may come again in another stratum).

    Args:
        weights: (n,) weights, finite; rows with 0 keep their place in the design.
        strata: labels; None for none.
        clusters: labels of the units drawn at each stage; None where rows themselves were.
        fpc: size of the population of units drawn from in the stratum, or, where every value is
            at most 1, the sampling fraction; None for drawing with replacement. Stages after the
            first add to the variance only where the first has it.
        lonely: a stratum with one cluster: `nan` makes the variance undefined; `certainty` lets
            it add nothing; `centre` takes its distance from the overall mean (for a total from
            0, which is cautious); `average` lets it add what the others add on average.
        adjustments: see `adjusted`.

    Example:
        >>> design = SampleDesign(weights=[5, 5, 8, 8], strata=[1, 1, 2, 2], fpc=[10, 10, 16, 16])
        >>> degrees_of_freedom(design)
        2
    """

    weights: ArrayLike
    strata: ArrayLike | None = None
    clusters: ArrayLike | None = None
    fpc: ArrayLike | None = None
    lonely: str = "nan"
    adjustments: tuple[Adjustment, ...] = ()


def adjusted(
    design: SampleDesign,
    weights: ArrayLike,
    *,
    auxiliaries: ArrayLike | None = None,
    codes: Sequence[ArrayLike] = (),
    regression: str = "base",
) -> SampleDesign:
    """What is the design after raking, poststratification or calibration of its weights?

    Variances then come from residuals: what the auxiliaries explain of a variable no longer
    varies, because their totals are met in every sample.

    Args:
        design: the design with the weights before.
        weights: (n,) the adjusted weights, nan for rows that took no part.
        auxiliaries: (n, k) variables whose totals were met.
        codes: classifications whose totals were met, (n,) numbers each; -1 belongs to none.
        regression: weights of the regression: `base`, the weights before; `equal`, all alike.

    Returns:
        The design with these weights. Adjustments made one after another add up.

    Raises:
        Fault: STA-001 for another regression, STA-002 for shapes that do not fit.

    Source:
        Deville and Saerndal (1992), section 3: residuals times adjusted weights; Saerndal,
        Swensson and Wretman (1992), Model Assisted Survey Sampling, section 6.6.

    Differs:
        R's survey::postStratify and calibrate do as `base`, survey::rake as `equal`, in ten
        rounds over the margins, which may not settle; the two are alike where base weights are.

    Example:
        >>> design = SampleDesign(weights=[2, 2, 2])
        >>> len(adjusted(design, [1, 1, 4], codes=[[0, 0, 1]]).adjustments)
        1
    """
    if regression not in REGRESSIONS:
        raise Fault("STA-001", what="regression", value=regression, known=", ".join(REGRESSIONS))
    base = _weights(design)
    given = np.asarray(weights, dtype=float)
    if given.shape != base.shape:
        raise Fault("STA-002", what="weights", shape=given.shape, wanted=f"{base.shape}")
    parts = [_columns(each, len(base)) for each in codes]
    if auxiliaries is not None:
        matrix = np.asarray(auxiliaries, dtype=float)
        parts.append(matrix[:, None] if matrix.ndim == 1 else matrix)
    if not parts or any(each.ndim != 2 or len(each) != len(base) for each in parts):
        shape = [each.shape for each in parts]
        raise Fault("STA-002", what="auxiliaries", shape=shape, wanted=f"{len(base)} rows")
    took_part = ~np.isnan(given)
    regressed = base if regression == "base" else np.ones(len(base))
    step = Adjustment(
        auxiliaries=np.column_stack(parts), weights=np.where(took_part, regressed, 0.0)
    )
    return replace(
        design,
        weights=np.where(took_part, given, 0.0),
        adjustments=(*design.adjustments, step),
    )


def inclusion_weights(
    fpc: ArrayLike, *, strata: ArrayLike | None = None, clusters: ArrayLike | None = None
) -> Floats:
    """Which weights follow from how many units were drawn of how many?

    Args:
        fpc: as in `SampleDesign`, (n,) or (n, stages).
        strata: as there.
        clusters: as there.

    Returns:
        (n,) products over stages of the population size over the number drawn.

    Raises:
        Fault: as `covariance`.

    Example:
        >>> inclusion_weights([10, 10, 16, 16], strata=[1, 1, 2, 2]).tolist()
        [5.0, 5.0, 8.0, 8.0]
    """
    size = np.asarray(fpc, dtype=float)
    design = SampleDesign(weights=np.ones(len(size)), strata=strata, clusters=clusters, fpc=fpc)
    product = np.ones(len(size))
    for stage in _stages(design):
        share = stage.fraction[stage.stratum]
        product *= np.divide(1.0, share, out=np.full(len(size), np.nan), where=share > 0)
    return product


def covariance(variables: ArrayLike, design: SampleDesign) -> tuple[Floats, tuple[Fault, ...]]:
    """How do the weighted totals of several variables vary and covary over samples?

    Args:
        variables: (n, k) variables (linearised ones for other estimates than totals).
        design: the design, adjusted or not.

    Returns:
        (k, k) covariances, nan where a stratum has one cluster and `lonely` is `nan`; and the
        warning STA-085 in that case.

    Raises:
        Fault: STA-001, STA-002, STA-003 for a design that does not fit.

    Source:
        Cochran (1977), Sampling Techniques, 5.5, 9.3 and 11.7; Binder (1983), On the variances of
        asymptotically normal estimators from complex surveys.

    Example:
        >>> found, _ = covariance([[1.0], [3.0]], SampleDesign(weights=[5, 5], fpc=[10, 10]))
        >>> found.round(6).tolist()
        [[80.0]]
    """
    weights = _weights(design)
    held = np.asarray(variables, dtype=float)
    if held.ndim != 2 or len(held) != len(weights):
        wanted = f"{len(weights)} rows of variables"
        raise Fault("STA-002", what="variables", shape=held.shape, wanted=wanted)
    for step in design.adjustments:
        held = _residual(held, step)
    found = np.zeros((held.shape[1],) * 2)
    lonely = 0
    for stage in _stages(design):
        part, alone = _of_stage(held * weights[:, None], stage, design.lonely)
        found, lonely = found + part, lonely + alone
    if lonely and design.lonely == "nan":
        return np.full_like(found, np.nan), (Fault("STA-085", count=lonely),)
    return found, ()


def degrees_of_freedom(design: SampleDesign, *, domain: ArrayLike | None = None) -> int:
    """How many degrees of freedom has the variance?

    Args:
        design: the design.
        domain: (n,) whether a row is in the part of the population asked about.

    Returns:
        Clusters of the first stage less strata, of those with a row in the domain and a weight.

    Source:
        Korn and Graubard (1999), Analysis of Health Surveys, 5.2.

    Example:
        >>> degrees_of_freedom(SampleDesign(weights=[1, 1, 1, 1], clusters=[1, 1, 2, 3]))
        2
    """
    weights = _weights(design)
    inside = weights != 0
    if domain is not None:
        inside &= np.asarray(domain, dtype=bool)
    first = _stages(design)[0]
    return len(np.unique(first.cluster[inside])) - len(np.unique(first.stratum[inside]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stage:
    stratum: Integers  # (n,) number of the stratum of each row
    cluster: Integers  # (n,) number of the unit drawn
    parent: Integers  # (clusters,) stratum of each unit
    drawn: Floats  # (strata,) units drawn
    fraction: Floats  # (strata,) sampling fraction, 0 when drawn with replacement
    share: Floats  # (strata,) product of the fractions of earlier stages


def _weights(design: SampleDesign) -> Floats:
    weights = np.asarray(design.weights, dtype=float)
    if weights.ndim != 1:
        raise Fault("STA-002", what="weights", shape=weights.shape, wanted="(rows,)")
    if not np.isfinite(weights).all():
        raise Fault("STA-003", what="a weight", value="missing", wanted="finite weights")
    if design.lonely not in LONELY:
        raise Fault("STA-001", what="lonely", value=design.lonely, known=", ".join(LONELY))
    return weights


def _columns(codes: ArrayLike, rows: int) -> Floats:
    given = np.asarray(codes)
    if given.shape != (rows,):
        raise Fault("STA-002", what="codes", shape=given.shape, wanted=f"({rows},)")
    return np.asarray(given[:, None] == np.unique(given[given >= 0]), dtype=float)


def _residual(variables: Floats, step: Adjustment) -> Floats:
    root = np.sqrt(np.maximum(step.weights, 0.0))[:, None]
    left, right = step.auxiliaries * root, variables * root
    found = np.linalg.lstsq(left, right, rcond=1e-11)[0]
    rest: Floats = variables - step.auxiliaries @ found
    return rest


def _labels(labels: ArrayLike | None, rows: int, what: str) -> list[NDArray[np.generic]]:
    if labels is None:
        return []
    given = np.asarray(labels)
    if given.ndim not in (1, 2) or len(given) != rows:
        raise Fault("STA-002", what=what, shape=given.shape, wanted=f"{rows} rows")
    table = given[:, None] if given.ndim == 1 else given
    if table.dtype.kind == "f" and np.isnan(table).any():
        raise Fault("STA-003", what=what, value="missing", wanted="a value in every row")
    return list(table.T)


def _stages(design: SampleDesign) -> list[_Stage]:
    rows = len(np.asarray(design.weights))
    strata = _labels(design.strata, rows, "strata")
    clusters = _labels(design.clusters, rows, "clusters") or [np.arange(rows)]
    sizes = _labels(design.fpc, rows, "fpc")
    within, share = np.zeros(rows, dtype=np.int64), np.ones(rows)
    stages: list[_Stage] = []
    for number, labels in enumerate(clusters):
        stratum = _joint(within, strata[number]) if number < len(strata) else within
        size = sizes[number].astype(float) if number < len(sizes) else None
        stage = _stage(stratum, _joint(stratum, labels), size, share)
        stages.append(stage)
        if size is None:
            # Drawn with replacement: what comes below is in the variance between clusters.
            break
        within, share = stage.cluster, share * stage.fraction[stratum]
    return stages


def _joint(outer: Integers, labels: NDArray[np.generic]) -> Integers:
    _, inner = np.unique(labels, return_inverse=True)
    inner = inner.ravel()
    both = outer * (int(inner.max(initial=0)) + 1) + inner
    joined: Integers = np.unique(both, return_inverse=True)[1].ravel().astype(np.int64)
    return joined


def _stage(stratum: Integers, cluster: Integers, size: Floats | None, share: Floats) -> _Stage:
    strata = int(stratum.max(initial=-1)) + 1
    parent = np.zeros(int(cluster.max(initial=-1)) + 1, dtype=np.int64)
    parent[cluster] = stratum
    drawn = np.bincount(parent, minlength=strata).astype(float)
    fraction, carried = np.zeros(strata), np.ones(strata)
    carried[stratum] = share
    if size is not None:
        fraction = _fractions(stratum, size, drawn)
    return _Stage(
        stratum=stratum,
        cluster=cluster,
        parent=parent,
        drawn=drawn,
        fraction=fraction,
        share=carried,
    )


def _fractions(stratum: Integers, size: Floats, drawn: Floats) -> Floats:
    held = np.zeros(len(drawn))
    held[stratum] = size
    if (held[stratum] != size).any():
        value = "not the same throughout a stratum"
        raise Fault("STA-003", what="fpc", value=value, wanted="one value a stratum")
    if (size <= 0).any():
        raise Fault("STA-003", what="fpc", value=float(size.min()), wanted="values above 0")
    if (size <= 1).all():
        return held
    if (drawn > held * (1 + 1e-9)).any():
        value = "less than the number drawn"
        raise Fault("STA-003", what="fpc", value=value, wanted="the size of the population")
    return drawn / held


def _of_stage(weighted: Floats, stage: _Stage, lonely: str) -> tuple[Floats, int]:
    totals = _sums(weighted, stage.cluster, len(stage.parent))
    means = _sums(totals, stage.parent, len(stage.drawn)) / stage.drawn[:, None]
    alone = (stage.drawn == 1) & (stage.fraction < 1)
    if lonely == "centre":
        # The linearised variable of a mean or ratio has the mean 0.
        means[alone] = 0.0
    off = totals - means[stage.parent]
    # n / (n - 1) has no value for one cluster; what then counts, `lonely` says.
    spread = np.where(stage.drawn > 1, stage.drawn / np.maximum(stage.drawn - 1, 1), 0.0)
    if lonely == "centre":
        spread[alone] = 1.0
    factor = stage.share * (1 - stage.fraction) * spread
    found = off.T @ (off * factor[stage.parent][:, None])
    if lonely == "average" and alone.any() and not alone.all():
        found = found * len(alone) / np.count_nonzero(~alone)
    return found, int(alone.sum())


def _sums(table: Floats, group: Integers, groups: int) -> Floats:
    sums = np.empty((groups, table.shape[1]))
    for number, column in enumerate(table.T):
        sums[:, number] = sums_by(group, column, groups)
    return sums
