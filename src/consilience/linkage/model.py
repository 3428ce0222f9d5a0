"""The nouns of linkage: which answers belong to which area, and each doubt about it."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

# One row a response and area it speaks for (a board may cover several areas).
# method: key, body, name (equal after normalising) or decided (by a person). score: 0-100.
LINK: Final = pa.schema(
    [
        pa.field("survey", pa.string(), nullable=False),
        pa.field("response", pa.string(), nullable=False),
        pa.field("area", pa.string(), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        pa.field("score", pa.float64()),
        pa.field("given", pa.string()),
        pa.field("body", pa.string()),
    ]
)

# One row a candidate for a response that no key and no equal name settles. decision: null
# while open, else accept or reject, from the decisions file.
DOUBT: Final = pa.schema(
    [
        pa.field("survey", pa.string(), nullable=False),
        pa.field("response", pa.string(), nullable=False),
        pa.field("given", pa.string()),
        pa.field("area", pa.string()),  # null: no candidate at all
        pa.field("name", pa.string()),
        pa.field("score", pa.float64()),
        pa.field("decision", pa.string()),
        pa.field("reason", pa.string()),
    ]
)

# One row an area and survey it was invited to: the response used, and how it ended.
CASE: Final = pa.schema(
    [
        pa.field("area", pa.string(), nullable=False),
        pa.field("survey", pa.string(), nullable=False),
        pa.field("agency", pa.string(), nullable=False),
        pa.field("response", pa.string()),
        pa.field("disposition", pa.string(), nullable=False),
        pa.field("late", pa.bool_()),
        pa.field("duplicates", pa.int64()),
        pa.field("reason", pa.string()),
    ]
)

# One row a response that another one of the same area and survey took the place of.
DUPLICATE: Final = pa.schema(
    [
        pa.field("survey", pa.string(), nullable=False),
        pa.field("area", pa.string(), nullable=False),
        pa.field("response", pa.string(), nullable=False),
        pa.field("kept", pa.string()),
        pa.field("rule", pa.string()),
    ]
)

# The answers that count, one row an area, agency and item: merged or of the response used.
LINKED_ANSWER: Final = pa.schema(
    [
        pa.field("area", pa.string(), nullable=False),
        pa.field("survey", pa.string(), nullable=False),
        pa.field("agency", pa.string(), nullable=False),
        pa.field("item", pa.string(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("text", pa.string()),
    ]
)

# Where each response ended: used, duplicate, not invited (linked to units not invited only) or
# doubt (linked to nothing). Exactly one row a response.
OUTCOME: Final = pa.schema(
    [
        pa.field("survey", pa.string(), nullable=False),
        pa.field("response", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
    ]
)

# The list a person works through: the columns of the decisions file between what helps to
# decide. An empty decision is an open one.
REVIEW: Final = pa.schema(
    [
        pa.field(name, pa.string())
        for name in (
            "survey", "response", "given", "area", "name", "score",
            "decision", "reason", "by", "date",
        )
    ]
)  # fmt: skip

TABLES: Final = {
    "link": LINK,
    "doubt": DOUBT,
    "case": CASE,
    "duplicate": DUPLICATE,
    "linked_answer": LINKED_ANSWER,
    "outcome": OUTCOME,
    "review": REVIEW,
}
