"""Free text of a survey, beside what the same response ticked."""

from __future__ import annotations

import pyarrow as pa

from consilience.design.model import Instrument, Scale
from consilience.surveys.free_text import free_texts
from consilience.surveys.model import ANSWER, RESPONSE

INSTRUMENT = Instrument.model_validate(
    {
        "id": "i", "title": "I", "version": "1",
        "questions": [
            {"id": "trust", "text": "Trust?", "scale": "agreement"},
            {"id": "doubt", "text": "Doubt?", "scale": "agreement", "reverse": True},
            {"id": "model", "text": "Model?", "kind": "choice", "options": {1: "Own", 2: "Shared"}},
            {"id": "staff", "text": "Staff?", "kind": "number"},
            {"id": "more", "text": "More?", "kind": "open"},
            {"id": "last", "text": "Last?", "kind": "open"},
        ],
    }
)  # fmt: skip
SCALES = {"agreement": Scale(points={1: "Disagree", 2: "Neither", 3: "Agree"})}


def answered(**answers):
    rows = [
        {"survey": "s", "response": name, "item": item, "value": value if not isinstance(value, str)
         else None, "text": value if isinstance(value, str) else None}
        for name, items in answers.items() for item, value in items.items()
    ]  # fmt: skip
    responses = [
        {"survey": "s", "response": name, "area_given": "A01", "status": "complete"}
        for name in answers
    ]
    return free_texts(
        INSTRUMENT,
        scales=SCALES,
        responses=pa.Table.from_pylist(responses, schema=RESPONSE),
        answers=pa.Table.from_pylist(rows, schema=ANSWER),
    )


def test_words_stand_beside_what_was_ticked():
    (found,) = answered(
        r1={"last": "Yes.", "more": " Meet first. ", "trust": 3.0, "doubt": 3.0, "model": 2.0,
            "staff": 2.5},
        r2={"trust": 1.0}, r3={"more": "  "},
    )  # fmt: skip
    assert (found.response, found.area) == ("r1", "A01")
    assert list(found.answers.items()) == [("more", "Meet first."), ("last", "Yes.")]
    # The answer to `doubt` was turned round at intake; on the form it was Disagree.
    assert found.closed == {
        "trust": "Agree",
        "doubt": "Disagree",
        "model": "Shared",
        "staff": "2.5",
    }


def test_a_code_without_a_label_is_shown_as_it_is():
    (found,) = answered(r1={"more": "Yes.", "model": 7.0})
    assert found.closed == {"model": "7"}
