"""How much does each predictor contribute to the outcome, and how sure is that?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from consilience.base.errors import Fault
from consilience.congruence.model import (
    IMPORTANCE,
    IMPORTANCE_MODEL,
    IMPORTANCE_PAIR,
    IMPORTANCE_RANK,
)
from consilience.congruence.predictors import Observations, Predictor, observe
from consilience.congruence.profiles import table_of
from consilience.design.model import ImportanceStage, Study
from consilience.stats.importance.importance import Importance
from consilience.stats.importance.resampled import (
    ResampledImportance,
    Resampling,
    importance_resampled,
    summarise,
)
from consilience.stats.imputation.impute import impute
from consilience.stats.resample import block_stream

Floats = NDArray[np.float64]
Streams = Callable[[int], np.random.Generator]

# Rounds of chained equations: means of constructs settle within a few.
ROUNDS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contributions:
    """What was found: tables of `consilience.congruence.model`.

    Args:
        importance: schema `IMPORTANCE`.
        rank: schema `IMPORTANCE_RANK`.
        pair: schema `IMPORTANCE_PAIR`.
        model: schema `IMPORTANCE_MODEL`.
        warnings: what a person should know.
    """

    importance: pa.Table
    rank: pa.Table
    pair: pa.Table
    model: pa.Table
    warnings: tuple[Fault, ...]


def contributions(
    stage: ImportanceStage,
    *,
    study: Study,
    answers: pa.Table,
    frame: pa.Table | None,
    rng_for: Callable[[str], np.random.Generator],
) -> Contributions:
    """How much does each predictor contribute to the outcome of a stage?

    Missing predictors are imputed several times (predictive mean matching, the outcome among
    the predictors) and the figures are means over the imputed tables; resamples are spread over
    them, so that intervals hold both kinds of doubt. Areas are resampled whole.

    Args:
        stage: outcome, predictors, model, resamples.
        study: constructs, instruments and scales.
        answers: schema `LINKED_ANSWER`.
        frame: the frame, where attributes are asked for.
        rng_for: the random stream of a decision by name (`impute`, `resample`).

    Returns:
        The tables. Predictors in every model have no contribution of their own.

    Raises:
        Fault: CON-014 if there are too few cases for any figure; STA-003 and STA-020, see
            `consilience.stats.importance.importance.relative_importance`.
        Faults: CON-005, see `observe`.
    """
    seen = observe(stage, study=study, answers=answers, frame=frame)
    columns = sum(len(each.columns) for each in seen.predictors)
    if len(seen.areas) < columns + 3:
        raise Fault("CON-014", stage=stage.id, cases=len(seen.areas), columns=columns)
    tables, imputed = _tables(stage, seen, rng_for)
    found = _resampled(stage, seen, tables, rng_for)
    return _as_tables(stage, seen, found, imputed=imputed)


def _tables(
    stage: ImportanceStage, seen: Observations, rng_for: Callable[[str], np.random.Generator]
) -> tuple[list[Floats], int]:
    """Return the predictors, imputed so many times (0: none was needed or wanted)."""
    if not seen.missing or stage.missing == "drop":
        return [seen.columns], 0
    rng = rng_for("impute")
    whole = np.column_stack([seen.outcome, seen.columns])
    found = impute(
        whole,
        streams=lambda number: block_stream(rng, number),
        imputations=stage.imputations,
        iterations=ROUNDS,
    )
    return [table[:, 1:] for table in found.values], stage.imputations


def _resampled(
    stage: ImportanceStage,
    seen: Observations,
    tables: Sequence[Floats],
    rng_for: Callable[[str], np.random.Generator],
) -> ResampledImportance:
    """Return importance over all tables, draws of each stacked."""
    compared = {each.id: list(each.columns) for each in seen.predictors if not each.always}
    always = [column for each in seen.predictors if each.always for column in each.columns]
    rng = rng_for("resample")
    each_table = -(-stage.resamples // len(tables))
    alone: list[Importance] = []
    drawn, fits = [], []
    for number, table in enumerate(tables):
        how = Resampling(replicates=each_table, clusters=np.array(seen.areas), level=stage.level)
        found = importance_resampled(
            seen.outcome,
            table,
            players=compared,
            outcome=stage.model,
            always=always,
            streams=_block(rng, number),
            how=how,
        )
        alone.append(found.importance)
        drawn.append(found.draws)
        fits.append(found.fits)
    own = _mean(alone)
    how = Resampling(replicates=stage.resamples, level=stage.level)
    return summarise(
        own,
        np.concatenate(drawn)[: stage.resamples],
        np.concatenate(fits)[: stage.resamples],
        how=how,
    )


def _block(rng: np.random.Generator, table: int) -> Streams:
    # A thousand blocks of a thousand resamples are kept for each imputed table.
    return lambda block: block_stream(rng, 1000 * table + block)


def _mean(found: Sequence[Importance]) -> Importance:
    """Return the importance with its figures averaged over imputed tables."""
    first = found[0]
    if len(found) == 1:
        return first
    held = replace(
        first.dominance,
        general=np.mean([each.dominance.general for each in found], axis=0),
        first=np.mean([each.dominance.first for each in found], axis=0),
        last=np.mean([each.dominance.last for each in found], axis=0),
        conditional=np.mean([each.dominance.conditional for each in found], axis=0),
        complete_matrix=_common([each.dominance.complete_matrix for each in found]),
        conditional_matrix=_common([each.dominance.conditional_matrix for each in found]),
        general_matrix=_common([each.dominance.general_matrix for each in found]),
        fit=float(np.mean([each.fit for each in found])),
        base=float(np.mean([each.base for each in found])),
    )
    faults = {fault.code: fault for each in found for fault in each.warnings}
    return replace(
        first,
        fit=held.fit,
        base=held.base,
        dominance=held,
        share=np.mean([each.share for each in found], axis=0),
        johnson=np.mean([each.johnson for each in found], axis=0),
        warnings=tuple(faults.values()),
    )


def _common(matrices: Sequence[Floats]) -> Floats:
    """Return what all imputed tables say of dominance; 0.5 where they differ."""
    stacked = np.array(matrices)
    same = (stacked == stacked[0]).all(axis=0)
    return np.where(same, stacked[0], 0.5)


# --- tables -----------------------------------------------------------------------------


def _as_tables(
    stage: ImportanceStage,
    seen: Observations,
    found: ResampledImportance,
    *,
    imputed: int,
) -> Contributions:
    own = found.importance
    names = list(own.names)
    return Contributions(
        importance=_importance(found, seen.predictors),
        rank=_ranks(found, names),
        pair=_pairs(found, names),
        model=table_of(
            IMPORTANCE_MODEL,
            [stage.model],
            [own.measure],
            [stage.unit],
            [own.fit],
            [found.fit_low],
            [found.fit_high],
            [own.base],
            [stage.level],
            [own.cases],
            [len(set(seen.areas))],
            [len(names)],
            [seen.columns.shape[1]],
            [seen.without_outcome],
            [seen.missing],
            [imputed],
            [stage.resamples],
            [found.failed],
        ),
        warnings=found.warnings,
    )


def _importance(found: ResampledImportance, predictors: Sequence[Predictor]) -> pa.Table:
    own = found.importance
    place = {name: at for at, name in enumerate(own.names)}

    def column(values: Floats) -> list[float]:
        return [
            float(values[place[each.id]]) if each.id in place else float("nan")
            for each in predictors
        ]

    return table_of(
        IMPORTANCE,
        [each.id for each in predictors],
        [each.kind for each in predictors],
        column(own.general),
        column(found.low),
        column(found.high),
        column(own.dominance.first),
        column(own.dominance.last),
        column(own.johnson),
        column(found.mean_rank),
        list(range(1, len(predictors) + 1)),
    )


def _ranks(found: ResampledImportance, names: Sequence[str]) -> pa.Table:
    count = len(names)
    return table_of(
        IMPORTANCE_RANK,
        [name for name in names for _ in range(count)],
        found.ranks.ravel(),
        list(range(1, count + 1)) * count,
    )


def _pairs(found: ResampledImportance, names: Sequence[str]) -> pa.Table:
    held = found.importance.dominance
    rows = [
        (one, other) for one in range(len(names)) for other in range(len(names)) if one != other
    ]

    def sense(one: int, other: int) -> str:
        for word, matrix in (
            ("complete", held.complete_matrix),
            ("conditional", held.conditional_matrix),
            ("general", held.general_matrix),
        ):
            if matrix[one, other] == 1:
                return word
        return "none"

    return table_of(
        IMPORTANCE_PAIR,
        [names[one] for one, _ in rows],
        [names[other] for _, other in rows],
        [sense(*row) for row in rows],
        [float(found.above[row]) for row in rows],
    )
