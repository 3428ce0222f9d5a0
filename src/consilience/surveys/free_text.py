"""Which free text did each response give, and what did it answer beside it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from consilience.design.model import Instrument, Question, Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText:
    """What one response said in its own words.

    Args:
        survey: the survey stage.
        response: the response.
        area: the key of its unit as the export gives it, None if it gives none.
        answers: words by question, in the order of the instrument.
        closed: the other answers by question, as people read them.
    """

    survey: str
    response: str
    area: str | None
    answers: Mapping[str, str]
    closed: Mapping[str, str]


def free_texts(
    instrument: Instrument,
    *,
    scales: Mapping[str, Scale],
    responses: pa.Table,
    answers: pa.Table,
) -> tuple[FreeText, ...]:
    """Return the responses that said something in their own words.

    Args:
        instrument: what was asked.
        scales: the answer scales of the study.
        responses: schema `RESPONSE`.
        answers: schema `ANSWER`.

    Returns:
        In the order of the responses; blank answers count as none.
    """
    given: dict[str, dict[str, Mapping[str, object]]] = {}
    for row in answers.to_pylist():
        given.setdefault(row["response"], {})[row["item"]] = row
    found = []
    for row in responses.to_pylist():
        own = given.get(row["response"], {})
        said = {
            question.id: str(own[question.id]["text"]).strip()
            for question in instrument.questions
            if question.kind == "open" and (own.get(question.id) or {}).get("text")
        }
        said = {name: words for name, words in said.items() if words}
        if not said:
            continue
        closed = {
            question.id: _in_words(question, own[question.id]["value"], scales)
            for question in instrument.questions
            if question.kind != "open" and question.id in own
        }
        found.append(
            FreeText(
                survey=row["survey"],
                response=row["response"],
                area=row["area_given"],
                answers=said,
                closed=closed,
            )
        )
    return tuple(found)


def _in_words(question: Question, value: object, scales: Mapping[str, Scale]) -> str:
    """Return an answer as it stood on the form, one of a reversed question turned back."""
    if not isinstance(value, float | int):
        return ""
    scale = scales.get(question.scale or "")
    labels = question.options or (scale.points if scale else None) or {}
    if question.reverse and scale:
        low, high = scale.span
        value = low + high - value
    whole = int(value) if float(value).is_integer() else None
    return labels.get(whole, f"{value:g}") if whole is not None else f"{value:g}"
