"""The nouns of rehearsal: fieldwork that was simulated, with the truth that nobody else knows.

Everything here is invented. Whoever writes it to a file says so in the file or beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

# What every informant would answer, one row an area, agency and item, whether or not it did.
# latent: without error and rounding; truth: without error, rounded to the scale; value: as
# answered, with error.
SIMULATED_ANSWER: Final = pa.schema(
    [
        pa.field("area", pa.string(), nullable=False),
        pa.field("agency", pa.string(), nullable=False),
        pa.field("construct", pa.string(), nullable=False),
        pa.field("item", pa.string(), nullable=False),
        pa.field("latent", pa.float64(), nullable=False),
        pa.field("truth", pa.float64(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
    ]
)

# Who answered: one row an area and agency.
SIMULATED_RESPONSE: Final = pa.schema(
    [
        pa.field("area", pa.string(), nullable=False),
        pa.field("agency", pa.string(), nullable=False),
        pa.field("complete", pa.bool_(), nullable=False),
    ]
)

# How far the informants of each area really differ: sd of their deviations.
SIMULATED_AREA: Final = pa.schema(
    [
        pa.field("area", pa.string(), nullable=False),
        pa.field("deviation_sd", pa.float64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """How large each part of an answer is, as standard deviations in points of the scale.

    Args:
        level: mean answer, as points above the middle of the scale.
        area_sd: how much areas differ on a construct, all their informants alike.
        agency_sd: how much agencies differ in level wherever they are.
        deviation_sd: lowest and highest sd of what an informant of an area sees differently
            on a construct; each area has a size between, and that is what makes areas differ in
            congruence.
        item_sd: how much the items of a construct differ.
        error_sd: how much a respondent's answer differs from what the same person would answer
            on average; 0 makes answers equal the truth.
        drivers: outcome to what drives it: a construct named here is not drawn like the others,
            but follows what the same informant says of its drivers, each by its weight. The
            weights are the truth that a measure of importance should find.
        own_sd: how much an outcome varies beyond its drivers, by informant.
    """

    level: float = 0.3
    area_sd: float = 0.5
    agency_sd: float = 0.35
    deviation_sd: tuple[float, float] = (0.1, 1.1)
    item_sd: float = 0.3
    error_sd: float = 0.6
    drivers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    own_sd: float = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """How many areas answer: exactly so many, whoever they are.

    Args:
        complete: agency to the number of areas in which it answers.
        together: number of areas in which all agencies answer.
        clustering: sd of the log of the propensity to answer, by area; 0 makes areas alike in
            what `together` leaves open.
    """

    complete: Mapping[str, int]
    together: int
    clustering: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fieldwork:
    """Simulated fieldwork with its truth.

    Args:
        answer: schema `SIMULATED_ANSWER`.
        response: schema `SIMULATED_RESPONSE`.
        area: schema `SIMULATED_AREA`.
        simulated: always True; it is said wherever these data are shown.
    """

    answer: pa.Table
    response: pa.Table
    area: pa.Table
    simulated: bool = True
