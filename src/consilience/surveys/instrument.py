"""What was asked of whom, and which questions ask the same?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from consilience.design.model import Instrument, Question, Study, SurveyStage

# One row a construct, item and agency. item: position within the construct, from 1. text and
# from_finding: null if no survey of the agency has the question.
EQUIVALENCE: Final = pa.schema(
    [
        pa.field("construct", pa.string(), nullable=False),
        pa.field("item", pa.int64(), nullable=False),
        pa.field("agency", pa.string(), nullable=False),
        pa.field("question", pa.string(), nullable=False),
        pa.field("text", pa.string()),
        pa.field("from_finding", pa.string()),
    ]
)


def questions_by_id(instrument: Instrument) -> Mapping[str, Question]:
    """Return the questions of an instrument by their ids, in the order of the instrument."""
    return {question.id: question for question in instrument.questions}


def equivalences(study: Study) -> pa.Table:
    """Which questions are declared to ask the same of each agency?

    Args:
        study: a study with its instruments read.

    Returns:
        A table of schema `EQUIVALENCE`, in the order of the study file.
    """
    asked = _questions_by_agency(study)
    rows = []
    for construct in study.constructs:
        for number, item in enumerate(construct.items, start=1):
            for agency, name in item.items():
                question = asked.get(agency, {}).get(name)
                rows.append(
                    {
                        "construct": construct.id,
                        "item": number,
                        "agency": agency,
                        "question": name,
                        "text": question.text if question else None,
                        "from_finding": question.from_finding if question else None,
                    }
                )
    return pa.Table.from_pylist(rows, schema=EQUIVALENCE)


def findings(study: Study) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Which questions did each scoping finding shape?

    Returns:
        Finding to pairs of survey stage and question, both in the order of the study file.
    """
    shaped: dict[str, list[tuple[str, str]]] = {}
    for stage in study.stages:
        if isinstance(stage, SurveyStage) and stage.instrument in study.instruments:
            for question in study.instruments[stage.instrument].questions:
                if question.from_finding:
                    shaped.setdefault(question.from_finding, []).append((stage.id, question.id))
    return {finding: tuple(asked) for finding, asked in shaped.items()}


def _questions_by_agency(study: Study) -> dict[str, dict[str, Question]]:
    asked: dict[str, dict[str, Question]] = {}
    for stage in study.stages:
        if isinstance(stage, SurveyStage) and stage.instrument in study.instruments:
            instrument = study.instruments[stage.instrument]
            asked.setdefault(stage.agency, {}).update(questions_by_id(instrument))
    return asked
