"""Equivalent questions and findings."""

from __future__ import annotations

from consilience.surveys.instrument import EQUIVALENCE, equivalences, findings


def test_equivalent_questions_with_their_words(study):
    table = equivalences(study)
    assert table.schema == EQUIVALENCE
    assert table.to_pylist() == [
        {
            "construct": "sharing",
            "item": 1,
            "agency": "education",
            "question": "q-1",
            "text": "We share",
            "from_finding": None,
        }
    ]


def test_findings_are_traced_to_questions(study):
    assert findings(study) == {"F2": (("education", "q-5"),)}
