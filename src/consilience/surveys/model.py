"""The nouns of surveys: responses, answers, dispositions, rates."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import pyarrow as pa


class Disposition(StrEnum):
    """How one invited unit ended up in one survey.

    Source: AAPOR Standard Definitions; the final disposition codes are in `surveys.rates`.
    """

    COMPLETE = "complete"
    PARTIAL = "partial"
    STARTED = "started"  # broke off before enough was answered
    REFUSED = "refused"
    NO_REPLY = "no-reply"
    INELIGIBLE = "ineligible"


# One row a response that came in. area_given and area_name_given: the key and the name in the
# export, as they stand there. status: a Disposition among complete, partial, started, refused.
# answered: share of the instrument's questions with an answer. late: after the window's end.
# row: row in the file, the heading being row 1.
RESPONSE: Final = pa.schema(
    [
        pa.field("survey", pa.string(), nullable=False),
        pa.field("response", pa.string(), nullable=False),
        pa.field("area_given", pa.string()),
        pa.field("area_name_given", pa.string()),
        pa.field("submitted", pa.date32()),
        pa.field("role", pa.string()),
        pa.field("status", pa.string(), nullable=False),
        pa.field("answered", pa.float64()),
        pa.field("late", pa.bool_()),
        pa.field("row", pa.int64()),
    ]
)

# One row an answer; a question without an answer has no row. value: the code or the number,
# reversed questions turned round; text: of open questions.
ANSWER: Final = pa.schema(
    [
        pa.field("survey", pa.string(), nullable=False),
        pa.field("response", pa.string(), nullable=False),
        pa.field("item", pa.string(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("text", pa.string()),
    ]
)

# One row a unit invited to a survey. noted: what the fieldwork log says of it (refused,
# ineligible, no-reply), null if nothing.
INVITATION: Final = pa.schema(
    [
        pa.field("survey", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("noted", pa.string()),
        pa.field("reason", pa.string()),
    ]
)

# Response of one survey, in all (by = "all", level = "all") and by levels of an attribute.
# Counts of units by disposition; duplicates counts responses beyond the one used per unit;
# rr1-rr6 are shares 0-1, null where the denominator is 0.
RATE: Final = pa.schema(
    [
        pa.field("survey", pa.string(), nullable=False),
        pa.field("by", pa.string(), nullable=False),
        pa.field("level", pa.string()),
        *[
            pa.field(name, pa.int64())
            for name in (
                "invited", "eligible", "complete", "partial", "started", "refused",
                "no_reply", "ineligible", "duplicates", "late",
            )
        ],
        *[pa.field(f"rr{n}", pa.float64()) for n in range(1, 7)],
    ]
)  # fmt: skip

# How many units answered in each of these surveys, against what independence would give.
# surveys: ids joined by " + ". eligible: units invited to all of them. p_at_least: exact
# probability of at least `observed` under independence with the margins held.
OVERLAP: Final = pa.schema(
    [
        pa.field("surveys", pa.string(), nullable=False),
        pa.field("eligible", pa.int64()),
        pa.field("observed", pa.int64()),
        pa.field("expected", pa.float64()),
        pa.field("sd", pa.float64()),
        pa.field("p_at_least", pa.float64()),
    ]
)

TABLES: Final = {"response": RESPONSE, "answer": ANSWER, "invitation": INVITATION}
