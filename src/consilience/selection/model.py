"""The nouns of selection, as tables: one row a record, `group` null where all are one group.

A group is a band (one case per band) or an area (ten schools per area).
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

_GROUP = pa.field("group", pa.string())


def _text(*names: str) -> list[pa.Field]:
    return [pa.field(name, pa.string()) for name in names]


def _number(*names: str) -> list[pa.Field]:
    return [pa.field(name, pa.float64()) for name in names]


def _count(*names: str) -> list[pa.Field]:
    return [pa.field(name, pa.int64()) for name in names]


def _flag(*names: str) -> list[pa.Field]:
    return [pa.field(name, pa.bool_()) for name in names]


# Who is chosen. status: chosen, pinned or replacement (then `replaces` names who was lost).
# contribution: sum of distances to the other chosen of the same problem; nearest: the chosen
# unit it is most like. reason: one sentence.
CHOICE: Final = pa.schema(
    [
        _GROUP,
        *_text("unit", "name", "status", "replaces"),
        *_number("contribution"),
        *_text("nearest"),
        *_number("nearest_distance"),
        *_text("reason"),
    ]
)

# Ranked reserves of a group. total and minimum: the objective if this unit took the place of
# `instead_of`; quotas_kept: whether no quota falls shorter than now.
RESERVE: Final = pa.schema(
    [
        _GROUP,
        *_count("rank"),
        *_text("unit", "name", "instead_of"),
        *_number("total", "minimum"),
        *_flag("quotas_kept"),
        *_text("reason"),
    ]
)

# Sets as good as the chosen one, or nearly: rank 1 is the chosen one.
ALTERNATIVE: Final = pa.schema(
    [
        _GROUP,
        *_count("rank"),
        *_flag("optimal"),
        *_number("total", "minimum", "share_of_best"),
        pa.field("units", pa.list_(pa.string())),
    ]
)

# The Pareto front of smallest distance against sum of distances.
FRONT: Final = pa.schema(
    [_GROUP, *_number("minimum", "total"), pa.field("units", pa.list_(pa.string()))]
)

# Parts of the objective: sum, minimum, mean, and one a diversity attribute.
OBJECTIVE: Final = pa.schema([_GROUP, *_text("part"), *_number("value", "weight")])

# How it was proved. status: optimal or bounded; gap: share between value and bound (0 when
# proved). sets: number of possible sets if it was counted. optimal_sets and near_sets count
# all, listed or not; null where counting was out of reach.
PROOF: Final = pa.schema(
    [
        _GROUP,
        *_text("method", "status"),
        *_number("value", "bound", "gap", "sets", "optimal_sets", "near_sets", "near_share"),
        *_text("note"),
    ]
)

# Asked against pool and chosen, one row a quota and level; short > 0 says by how much it fails.
COVERAGE: Final = pa.schema(
    [
        _GROUP,
        *_text("attribute", "level"),
        *_count("pool", "chosen", "at_least", "at_most", "short"),
        *_text("why"),
    ]
)

# Everything decided by a person: pins, vetoes, refusals, exclusions by condition, with reason.
DECISION: Final = pa.schema([_GROUP, *_text("unit", "name", "decision", "reason")])

TABLES: Final = {
    "choice": CHOICE,
    "reserve": RESERVE,
    "alternative": ALTERNATIVE,
    "front": FRONT,
    "objective": OBJECTIVE,
    "proof": PROOF,
    "coverage": COVERAGE,
    "decision": DECISION,
}
