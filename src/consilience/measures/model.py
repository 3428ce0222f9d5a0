"""The nouns of measures: the key of a measure, scores, norms, the climate of schools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, Self

import pyarrow as pa
from pydantic import Field, model_validator

from consilience.design.model.nouns import Id, Noun, Share

# An invented measure under an open licence, to try everything with. Others ship nothing: items,
# key and norms are files of whoever holds the licence.
DEMONSTRATION: Final = Path(__file__).resolve().parent / "demonstration"

# No figure of a school rests on fewer people, whatever a study asks for.
FEWEST: Final = 5


class ScaleKey(Noun):
    """One scale: which items it has, `-` before those that are turned round."""

    id: Id
    title: str = Field(min_length=1)
    items: tuple[str, ...] = Field(min_length=1)
    low: float | None = None
    high: float | None = None
    least: Share | None = None

    @property
    def signs(self) -> dict[str, int]:
        """Return 1, or -1 if turned round, by item."""
        return {name.removeprefix("-"): -1 if name.startswith("-") else 1 for name in self.items}

    @model_validator(mode="after")
    def _items_are_told_apart(self) -> Self:
        if len(self.signs) < len(self.items):
            raise ValueError(f"scale {self.id} names an item twice")
        if not all(self.signs):
            raise ValueError(f"scale {self.id} has an item without a name")
        return self


class MeasureKey(Noun):
    """How a measure is scored.

    Args:
        id: of the measure.
        title: as people know it.
        licence: under which terms it may be used, in words.
        source: where items and key come from.
        invented: whether it is for demonstration only.
        low: lowest point of the answer scale, unless a scale says otherwise.
        high: highest point.
        points: what the points mean.
        least: share of a scale's items, 0-1, that a score needs, unless a scale says otherwise.
        method: whether a score is the mean of the items or their sum.
        scales: in the order of reports.
        wording: what the items say, if the licence lets that be kept here.
    """

    id: Id
    title: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    source: str = ""
    invented: bool = False
    low: float
    high: float
    points: Mapping[int, str] = Field(default_factory=dict)
    least: Share = 0.8
    method: Literal["mean", "sum"] = "mean"
    scales: tuple[ScaleKey, ...] = Field(min_length=1)
    wording: Mapping[str, str] = Field(default_factory=dict)

    @property
    def items(self) -> tuple[str, ...]:
        """Return every item once, in the order of the scales."""
        return tuple(dict.fromkeys(name for scale in self.scales for name in scale.signs))

    def ends(self, scale: ScaleKey) -> tuple[float, float]:
        """Return the lowest and the highest answer to the items of a scale."""
        low = self.low if scale.low is None else scale.low
        return low, self.high if scale.high is None else scale.high

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        counts = Counter(scale.id for scale in self.scales)
        if twice := [name for name, count in counts.items() if count > 1]:
            raise ValueError(f"there are two scales {twice[0]}")
        known: dict[str, tuple[float, float]] = {}
        for scale in self.scales:
            low, high = ends = self.ends(scale)
            if high <= low:
                raise ValueError(f"answers to scale {scale.id} go from {low:g} to {high:g}")
            for item in scale.signs:
                if known.setdefault(item, ends) != ends:
                    raise ValueError(f"item {item} has other answers in scale {scale.id}")
        if unknown := [item for item in self.wording if item not in known]:
            raise ValueError(f"there is a wording for {unknown[0]}, which no scale has")
        return self


def _fields(text: str, numbers: str, counts: str = "") -> list[pa.Field]:
    return [
        *[pa.field(name, pa.string()) for name in text.split()],
        *[pa.field(name, pa.float64()) for name in numbers.split()],
        *[pa.field(name, pa.int64()) for name in counts.split()],
    ]


# One answer of a person to an item; items without an answer have no row, or a null.
ANSWER: Final = pa.schema(_fields("person item", "value"))

# To which school a person belongs.
MEMBER: Final = pa.schema(_fields("person school", ""))

# What a person scores on a scale; null where less than the key asks for was answered.
SCORE: Final = pa.schema(_fields("person scale", "score share", "answered items"))

# Mean and standard deviation of a norm group on a scale. They must be of what is compared with
# them: of persons for persons, of schools for schools.
NORM: Final = pa.schema(
    [*_fields("scale population", "mean sd", "n"), pa.field("date", pa.date32())]
)

# A norm table with steps: which T-score belongs to which raw score.
NORM_STEP: Final = pa.schema(_fields("scale population", "raw t"))

# Where a score stands in a norm group. outside: beyond the ends of a table with steps.
T_SCORE: Final = pa.schema(
    [
        *_fields("person scale population", "score t percentile", "norm_n"),
        pa.field("norm_date", pa.date32()),
        pa.field("outside", pa.bool_()),
    ]
)

# The climate of a school on a scale. suppressed: fewer than FEWEST people have a score, and
# everything else is null, their number too. rwg_critical: what rwg(j) exceeds in 5 of 100 groups
# of as many people who answer as many items at random; rwg_p: how often such groups agree as
# much. verdict: `shared` if rwg_j is above rwg_critical, `not shown` if it is not, `undefined`.
CLIMATE: Final = pa.schema(
    [
        *_fields("school scale verdict population", ""),
        *_fields("", "mean sd rwg_j rwg_critical rwg_p ad t percentile", "n items"),
        pa.field("suppressed", pa.bool_()),
    ]
)

# How far schools differ on a scale. Everything but alpha and omega, which rest on all people,
# rests on schools that are shown: otherwise what is suppressed could be worked out. icc1 is of
# one person, icc2 of the mean of a school; shared counts schools with that verdict.
CLIMATE_SCALE: Final = pa.schema(
    _fields("scale", "icc1 icc2 f p mean_size alpha omega", "schools persons suppressed shared")
)
