"""How far do the agencies agree in each area: scores, indices, pairs, tests, coefficients?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from consilience.base.errors import Fault
from consilience.congruence.answers import TOTAL, Booleans, Floats, Profiles, gather
from consilience.congruence.coefficients import coefficients
from consilience.congruence.indices import (
    Choice,
    area_congruence,
    construct_congruence,
    shuffled_congruence,
)
from consilience.congruence.model import AGREEMENT, INDEX, PAIR, PERMUTATION, SCORE
from consilience.design.model import CongruenceStage, Study
from consilience.stats.distance import agency_pairs, centre
from consilience.stats.resample import Permuted, block_stream

# Above this p the report says that bands may order nothing but chance.
CHANCE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Congruence:
    """What was measured: tables of `consilience.congruence.model`, and what they came from.

    Args:
        score: schema `SCORE`.
        index: schema `INDEX`.
        pair: schema `PAIR`.
        agreement: schema `AGREEMENT`.
        permutation: schema `PERMUTATION`.
        profiles: the answers of the complete areas.
        values: (areas,) the total index under the choices of the study; nan where undefined.
        warnings: what a person should know (CON-006, CON-010, CON-012).
    """

    score: pa.Table
    index: pa.Table
    pair: pa.Table
    agreement: pa.Table
    permutation: pa.Table
    profiles: Profiles
    values: Floats
    warnings: tuple[Fault, ...]


def choice_of(
    stage: CongruenceStage, *, index: str | None = None, centring: str | None = None
) -> Choice:
    """Return the choices of a stage, with another index or centring if one is given."""
    return Choice(
        index=index or stage.index,
        centring=centring or stage.centring,
        level=stage.level,
        min_items=stage.min_items,
    )


def measure(
    stage: CongruenceStage,
    *,
    study: Study,
    answers: pa.Table,
    rng_for: Callable[[str], np.random.Generator],
) -> Congruence:
    """How far do the agencies agree in each complete area?

    An area is complete if every agency compared answered; it has an index if every pair of
    agencies answered at least `min_items` of the items put to both. Answers are compared as
    shares of the way up their scale, so that scales of different length can stand in a row.
    In the total a construct counts by its weight, spread evenly over its rows. Raw and centred
    figures stand side by side: if the study does not centre, `agency` is the centred form.

    Args:
        stage: index, centring, level, share of items, number of permutations.
        study: constructs, instruments and scales.
        answers: schema `LINKED_ANSWER`.
        rng_for: the random stream of a decision by name (`permutation/none/total`, ...).

    Returns:
        Scores and differences in points of the scale (0-1 where a construct mixes scales),
        indices 0-1, one permutation test a construct and centring, coefficients on the mean
        raw answers to a construct (see `coefficients`).

    Raises:
        Faults: CON-004, CON-005, CON-013, see `gather`.
    """
    profiles, warnings = gather(stage, study=study, answers=answers)
    centred = "agency" if stage.centring == "none" else stage.centring
    values = area_congruence(profiles, choice_of(stage))
    choices = [choice_of(stage, centring=each) for each in ("none", centred)]
    permutation, total = _permutation(stage, profiles, choices, rng_for)
    found = list(warnings)
    if undefined := int(np.isnan(values).sum()):
        found.append(Fault("CON-012", areas=undefined))
    # With nothing to shuffle p is nan, and nothing can be said.
    if total.p > CHANCE:
        found.append(Fault("CON-010", p=total.p))
    return Congruence(
        score=_score(profiles, centred),
        index=_index(profiles, choices),
        pair=_pair(profiles),
        agreement=_agreement(stage, profiles, rng_for),
        permutation=permutation,
        profiles=profiles,
        values=values,
        warnings=tuple(found),
    )


def table_of(schema: pa.Schema, *columns: list[Any] | NDArray[Any] | pa.Array) -> pa.Table:
    """Return a table of a schema from columns in its order; nan becomes null."""
    arrays = [
        column if isinstance(column, pa.Array) else pa.array(column, from_pandas=True)
        for column in columns
    ]
    cast = [array.cast(field.type) for array, field in zip(arrays, schema, strict=True)]
    return pa.Table.from_arrays(cast, schema=schema)


def _crossed(*names: Sequence[str]) -> list[pa.Array]:
    """Return the columns of all combinations of names, the last running fastest."""
    places = np.indices([len(each) for each in names]).reshape(len(names), -1)
    return [
        pa.array(list(each), pa.string()).take(pa.array(place))
        for each, place in zip(names, places, strict=True)
    ]


def _groups(profiles: Profiles) -> tuple[tuple[str, ...], Floats]:
    """Return constructs and total, and the (groups, rows) weights of each."""
    weights = np.vstack([profiles.members, profiles.row_weights])
    return (*profiles.constructs, TOTAL), weights


def _units(profiles: Profiles, weights: Floats) -> tuple[Floats, Floats]:
    """Return lowest point and length (groups,) of the scale of each group, 0 and 1 if mixed."""
    low, span = np.zeros(len(weights)), np.ones(len(weights))
    for group, weight in enumerate(weights):
        used = profiles.asked & (weight > 0)
        lows, spans = np.unique(profiles.low[used]), np.unique(profiles.span[used])
        if len(lows) == len(spans) == 1:
            low[group], span[group] = lows[0], spans[0]
    return low, span


def _weighted(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return (..., groups) means over rows and how many rows they rest on."""
    known = ~np.isnan(values)
    below = known @ weights.T
    counts = known.astype(float) @ (weights.T > 0)
    sums = np.where(known, values, 0.0) @ weights.T
    means: Floats = np.divide(sums, below, out=np.full(below.shape, np.nan), where=below > 0)
    return means, counts


def _score(profiles: Profiles, centring: str) -> pa.Table:
    groups, weights = _groups(profiles)
    low, span = _units(profiles, weights)
    level = centre(profiles.values, centring=centring, weights=profiles.row_weights)
    raw, counts = _weighted(profiles.values, weights)
    centred, _ = _weighted(level, weights)
    names = _crossed(profiles.areas, profiles.agencies, groups)
    return table_of(
        SCORE, *names, (low + span * raw).ravel(), (span * centred).ravel(), counts.ravel()
    )


def _pair(profiles: Profiles) -> pa.Table:
    groups, weights = _groups(profiles)
    _, span = _units(profiles, weights)
    pairs = agency_pairs(len(profiles.agencies))
    difference = profiles.values[:, pairs[:, 0]] - profiles.values[:, pairs[:, 1]]
    signed, counts = _weighted(difference, weights)
    absolute, _ = _weighted(np.abs(difference), weights)
    area, pair, group = np.indices(signed.shape).reshape(3, -1)
    agencies = pa.array(profiles.agencies, pa.string())
    names = [
        pa.array(profiles.areas, pa.string()).take(pa.array(area)),
        agencies.take(pa.array(pairs[pair, 0])),
        agencies.take(pa.array(pairs[pair, 1])),
        pa.array(groups, pa.string()).take(pa.array(group)),
    ]
    return table_of(
        PAIR, *names, (span * signed).ravel(), (span * absolute).ravel(), counts.ravel()
    )


def _index(profiles: Profiles, choices: Sequence[Choice]) -> pa.Table:
    groups, weights = _groups(profiles)
    values = np.array([construct_congruence(profiles, choice) for choice in choices])
    # An item counts if at least two agencies answered it, so that something is compared.
    shared: Booleans = (~np.isnan(profiles.values)).sum(axis=1) > 1
    counts = np.repeat(shared.astype(float) @ (weights.T > 0), len(choices))
    names = _crossed(profiles.areas, groups, [choices[0].index], [c.centring for c in choices])
    return table_of(INDEX, *names, values.T.ravel(), counts)


def _permutation(
    stage: CongruenceStage,
    profiles: Profiles,
    choices: Sequence[Choice],
    rng_for: Callable[[str], np.random.Generator],
) -> tuple[pa.Table, Permuted]:
    """Return the table, and the result for the total under the study's own centring."""
    groups, _ = _groups(profiles)
    rows, own = [], None
    for choice in choices:
        streams = tuple(
            partial(_stream, rng_for, f"permutation/{choice.centring}/{group}") for group in groups
        )
        found = shuffled_congruence(
            profiles, choice, permutations=stage.permutations, streams=streams
        )
        if choice.centring == stage.centring:
            own = found[-1]
        for group, each in zip(groups, found, strict=True):
            figures = (each.observed, each.mean, each.sd, each.p)
            counts = (each.permutations, len(profiles.areas))
            rows.append((group, choice.index, choice.centring, *figures, *counts))
    columns = [list(column) for column in zip(*rows, strict=True)]
    # One of the two choices is the study's own.
    return table_of(PERMUTATION, *columns), own or found[-1]


def _stream(
    rng_for: Callable[[str], np.random.Generator], name: str, block: int
) -> np.random.Generator:
    return block_stream(rng_for(name), block)


def _agreement(
    stage: CongruenceStage, profiles: Profiles, rng_for: Callable[[str], np.random.Generator]
) -> pa.Table:
    groups, weights = _groups(profiles)
    means, _ = _weighted(profiles.values, weights)
    rows = [
        (group, *found, len(profiles.agencies))
        for place, group in enumerate(groups)
        for found in coefficients(
            means[..., place], resamples=stage.bands.resamples, rng_for=rng_for, name=group
        )
    ]
    return table_of(AGREEMENT, *[list(column) for column in zip(*rows, strict=True)])
