"""Which ordered band is each area in, and how sure is that?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from consilience.base.errors import Fault
from consilience.congruence.answers import Floats, Integers, Profiles
from consilience.congruence.indices import Choice, area_congruence
from consilience.congruence.model import BAND, STABILITY
from consilience.congruence.profiles import Congruence, choice_of, table_of
from consilience.design.model import CongruenceStage
from consilience.stats.agreement.residual import residual_sd
from consilience.stats.bands import band_shares, cut
from consilience.stats.resample import block_stream, blocks, bootstrap_weights

# Fewer items than this give fewer than 6,435 different samples, and coarse probabilities.
FEW_ITEMS: Final = 8

# How many numbers a piece of work may hold at a time; more would leave the processor's cache.
PIECE: Final = 400_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Banding:
    """The bands, and how sure they are.

    Args:
        band: schema `BAND`, one row an area that has an index, by id.
        stability: schema `STABILITY`; no rows if nothing was resampled.
        warnings: CON-008.
        error_sd: standard deviation of the error that was added, as a share 0-1 of the scale,
            or nan.
    """

    band: pa.Table
    stability: pa.Table
    warnings: tuple[Fault, ...]
    error_sd: float = float("nan")


def cut_bands(stage: CongruenceStage, *, measured: Congruence, rng: np.random.Generator) -> Banding:
    """Which band is each area in, and how often would it be in another?

    Bands are cut again in every replicate. `items`: as many rows of equivalent questions are
    drawn with replacement, and levels are taken out anew. `error`: to every answer a normal
    error is added, of `error_sd` points, or of the size that the answers themselves show
    (`residual_sd`). The answers hold an error already, so the second kind errs on the side of
    doubt.

    Args:
        stage: how many bands, cut how, with which labels; what is resampled, how often.
        measured: what `measure` returned for the stage.
        rng: a fresh random stream; block b of 1,000 replicates draws from its b-th jump.

    Returns:
        Bands (1 = least congruent, labels[0]), their probabilities and the next likely band.

    Raises:
        Fault: CON-003, CON-007 (fewer areas than bands), CON-009 (no error to be had) or
            CON-011 (labels do not fit).
    """
    rule = stage.bands
    if len(rule.labels) != rule.count:
        raise Fault("CON-011", labels=len(rule.labels), count=rule.count)
    placed = ~np.isnan(measured.values)
    if placed.sum() < rule.count:
        raise Fault("CON-007", stage=stage.id, areas=int(placed.sum()), count=rule.count)
    own = band_numbers(stage, measured.values)[placed]
    warnings: tuple[Fault, ...] = ()
    error = float("nan")
    shares = np.full((len(own), rule.count), np.nan)
    if rule.resamples:
        rows = measured.profiles.values.shape[2]
        if rule.resample == "error":
            error = _error(stage, measured.profiles)
        elif rows < FEW_ITEMS:
            warnings = (Fault("CON-008", stage=stage.id, rows=rows),)
        shares = _shares(stage, measured, rng, error)[placed]
    areas = [area for area, has in zip(measured.profiles.areas, placed, strict=True) if has]
    return Banding(
        band=_band(stage, areas, measured.values[placed], own, shares),
        stability=_stability(stage, areas, shares),
        warnings=warnings,
        error_sd=error,
    )


def band_numbers(stage: CongruenceStage, values: Floats, *, rule: str | None = None) -> Integers:
    """Return the bands of values ([replicates,] areas) as the stage cuts them, or by `rule`."""
    bands = stage.bands
    return cut(
        values, count=bands.count, rule=rule or bands.cut, ties=bands.ties, limits=bands.limits
    )


def _error(stage: CongruenceStage, profiles: Profiles) -> float:
    """Return the standard deviation of the error as a share of the scale (of the mean scale)."""
    if stage.bands.error_sd is not None:
        return stage.bands.error_sd / float(np.nanmean(profiles.span))
    found = residual_sd(profiles.values)
    if np.isnan(found):
        raise Fault("CON-009", stage=stage.id)
    return found


def _shares(
    stage: CongruenceStage, measured: Congruence, rng: np.random.Generator, error: float
) -> Floats:
    profiles, choice = measured.profiles, choice_of(stage)
    resample = _redraw if stage.bands.resample == "items" else _disturb(stage, profiles, error)
    tally = np.zeros((len(profiles.areas), stage.bands.count))
    replicates = 0
    for block, size in blocks(stage.bands.resamples):
        for values in resample(profiles, choice, block_stream(rng, block), size):
            values[:, np.isnan(measured.values)] = np.nan
            found = band_shares(band_numbers(stage, values), count=stage.bands.count)
            tally += np.nan_to_num(found) * len(values)
            replicates += len(values)
    total = tally.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(tally, total, out=np.full(tally.shape, np.nan), where=total > 0)
    return shares


def _pieces(profiles: Profiles, size: int) -> Iterator[int]:
    step = max(1, PIECE // max(1, profiles.values.size))
    for start in range(0, size, step):
        yield min(step, size - start)


def _redraw(
    profiles: Profiles, choice: Choice, rng: np.random.Generator, size: int
) -> Iterator[Floats]:
    rows = profiles.values.shape[2]
    for piece in _pieces(profiles, size):
        drawn = bootstrap_weights(rng, units=rows, replicates=piece)
        yield area_congruence(profiles, choice, drawn=drawn)


def _disturb(
    stage: CongruenceStage, profiles: Profiles, error: float
) -> Callable[[Profiles, Choice, np.random.Generator, int], Iterator[Floats]]:
    points = stage.bands.error_sd
    # Points are shares of each item's own scale; nan where nothing was asked, as the answer is.
    spread = np.full(profiles.span.shape, error) if points is None else points / profiles.span

    def disturb(
        profiles: Profiles, choice: Choice, rng: np.random.Generator, size: int
    ) -> Iterator[Floats]:
        for piece in _pieces(profiles, size):
            noise = rng.standard_normal((piece, *profiles.values.shape))
            yield area_congruence(profiles, choice, values=profiles.values + spread * noise)

    return disturb


def _band(
    stage: CongruenceStage, areas: list[str], values: Floats, own: Integers, shares: Floats
) -> pa.Table:
    ranks = np.empty(len(own), dtype=np.int64)
    # As in the cut: rounded, and ties in the order of the frame.
    ranks[np.argsort(np.round(values, 12), kind="stable")] = np.arange(1, len(own) + 1)
    labels = stage.bands.labels
    others = shares.copy()
    others[np.arange(len(own)), own - 1] = -1.0
    following = np.nan_to_num(others).argmax(axis=1)
    likely = others[np.arange(len(own)), following] > 0
    return table_of(
        BAND,
        areas,
        [labels[band - 1] for band in own],
        [labels[band] if some else None for band, some in zip(following, likely, strict=True)],
        values,
        shares[np.arange(len(own)), own - 1],
        ranks,
        own,
        np.where(likely, following + 1.0, np.nan),
    )


def _stability(stage: CongruenceStage, areas: list[str], shares: Floats) -> pa.Table:
    known = ~np.isnan(shares).any(axis=1)
    count = stage.bands.count
    held = [areas[place] for place in np.flatnonzero(known)]
    return table_of(
        STABILITY,
        [area for area in held for _ in range(count)],
        list(stage.bands.labels) * len(held),
        shares[known].ravel(),
        np.tile(np.arange(1, count + 1), len(held)),
    )
