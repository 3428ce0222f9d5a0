"""Can every question be answered, and are the questions of one row alike?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consilience.design.model import Construct, Instrument, Question, Scale, Study, SurveyStage
from consilience.design.positions import Finding, Route
from consilience.design.wording import guess, listed

Asked = tuple[Question, Scale | None]


def check_items(study: Study) -> list[Finding]:
    """Return faults of people, scales, questions and constructs: DES-052, DES-090 to DES-106."""
    return [
        *_team(study),
        *(each for name, scale in study.scales.items() for each in _scale(name, scale)),
        *(
            finding
            for file, instrument in study.instruments.items()
            for finding in _instrument(study, instrument, ("instruments", file))
        ),
        *_rows(study),
        *_columns(study),
    ]


def _team(study: Study) -> Iterator[Finding]:
    for number, person in enumerate(study.study.team):
        if person.orcid is not None and not is_orcid(person.orcid):
            values = {"what": f"the ORCID of {person.name!r}", "value": repr(person.orcid)}
            yield Finding(code="DES-052", route=("study", "team", number, "orcid"), values=values)


def is_orcid(text: str) -> bool:
    """Return whether a text is an ORCID with the right check sign.

    Source: ISO 7064 MOD 11-2, as the structure of an ORCID is published.

    Example:
        >>> is_orcid("0000-0002-1825-0097"), is_orcid("0000-0002-1825-0098")
        (True, False)
    """
    bare = text.removeprefix("https://orcid.org/")
    if not re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", bare):
        return False
    signs = bare.replace("-", "")
    total = 0
    for digit in signs[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return signs[-1] == ("X" if check == 10 else str(check))


def _scale(name: str, scale: Scale) -> Iterator[Finding]:
    route: Route = ("scales", name)
    values: dict[str, object] = {"scale": name}
    if scale.points is not None:
        yield from _points(route, scale, values)
    elif scale.minimum is None or scale.maximum is None:
        yield Finding(code="DES-090", route=route, on_key=True, values=values)
        return
    elif scale.minimum >= scale.maximum:
        values |= {"minimum": f"{scale.minimum:g}", "maximum": f"{scale.maximum:g}"}
        yield Finding(code="DES-092", route=(*route, "minimum"), values=values)
        return
    low, high = scale.span
    for code in scale.missing:
        inside = code in scale.points if scale.points else low <= code <= high
        if inside:
            place = (*route, "missing", str(code))
            yield Finding(
                code="DES-094", route=place, on_key=True, values={**values, "number": code}
            )


def _points(route: Route, scale: Scale, values: dict[str, object]) -> Iterator[Finding]:
    count = len(scale.points or {})
    if count < 2:
        more = {**values, "count": count}
        yield Finding(code="DES-093", route=(*route, "points"), on_key=True, values=more)
    for key, bound in (("minimum", scale.minimum), ("maximum", scale.maximum)):
        if bound is not None:
            place = (*route, key)
            yield Finding(code="DES-091", route=place, on_key=True, values={**values, "key": key})


def _instrument(study: Study, instrument: Instrument, route: Route) -> Iterator[Finding]:
    if not instrument.questions:
        values = {"instrument": instrument.id}
        yield Finding(code="DES-105", route=(*route, "questions"), on_key=True, values=values)
    for number, question in enumerate(instrument.questions):
        yield from _question(study, question, (*route, "questions", number))


def _question(study: Study, question: Question, route: Route) -> Iterator[Finding]:
    values: dict[str, object] = {"question": question.id, "kind": question.kind}
    if not question.text.strip():
        yield Finding(code="DES-100", route=(*route, "text"), values=values)
    if question.kind == "scale" and question.scale is None:
        more = {**values, "known": listed(study.scales)}
        yield Finding(code="DES-095", route=(*route, "id"), values=more)
    if question.kind in ("choice", "open") and question.scale is not None:
        more = {**values, "value": question.scale}
        yield Finding(code="DES-096", route=(*route, "scale"), values=more)
    options = len(question.options or {})
    if question.kind == "choice" and options < 2:
        key = "options" if question.options is not None else "kind"
        more = {**values, "count": options}
        yield Finding(code="DES-097", route=(*route, key), on_key=True, values=more)
    if question.kind != "choice" and question.options is not None:
        yield Finding(code="DES-098", route=(*route, "options"), on_key=True, values=values)
    if question.kind != "scale" and question.reverse:
        yield Finding(code="DES-099", route=(*route, "reverse"), values=values)


def _rows(study: Study) -> Iterator[Finding]:
    asked = _asked(study)
    seen: dict[tuple[str, str], Route] = {}
    for number, construct in enumerate(study.constructs):
        for place, row in enumerate(construct.items):
            route: Route = ("constructs", number, "items", place)
            if len(row) == 1:
                values = {"row": place + 1, "construct": construct.id, "agency": next(iter(row))}
                yield Finding(code="DES-103", route=route, values=values)
            yield from _row(construct, dict(row), route, asked)
            for agency, question in row.items():
                first = seen.setdefault((agency, question), (*route, agency))
                if first != (*route, agency):
                    twice = {"question": question, "agency": agency}
                    where = (*route, agency)
                    yield Finding(code="DES-104", route=where, values=twice, first=first)


def _asked(study: Study) -> dict[tuple[str, str], Asked]:
    """Return the question, with its scale, of each agency and id; those of known scales."""
    found: dict[tuple[str, str], Asked] = {}
    for stage in study.stages:
        if isinstance(stage, SurveyStage) and stage.instrument in study.instruments:
            for question in study.instruments[stage.instrument].questions:
                scale = study.scales.get(question.scale or "")
                found.setdefault((stage.agency, question.id), (question, scale))
    return found


def _row(
    construct: Construct, row: dict[str, str], route: Route, asked: dict[tuple[str, str], Asked]
) -> Iterator[Finding]:
    """Yield questions of a row that are not on a scale, or on another than the row's first."""
    first: tuple[str, str, Scale] | None = None
    for agency, name in row.items():
        question, scale = asked.get((agency, name), (None, None))
        if question is None:
            continue
        if question.kind != "scale":
            values = {"construct": construct.id, "question": name, "kind": question.kind}
            yield Finding(code="DES-102", route=(*route, agency), values=values)
        elif scale is not None and first is None:
            first = (agency, name, scale)
        elif scale is not None and first is not None and _extent(scale) != _extent(first[2]):
            unlike: dict[str, object] = {
                "question": name,
                "agency": agency,
                "span": _extent(scale),
                "other": first[1],
                "other_agency": first[0],
                "other_span": _extent(first[2]),
            }
            yield Finding(code="DES-101", route=(*route, agency), values=unlike)


def _extent(scale: Scale) -> str:
    """Return the points of a scale, or its ends, in words."""
    if scale.points:
        return f"over the points {listed(sorted(scale.points))}"
    low, high = scale.span
    return f"from {low:g} to {high:g}"


def _columns(study: Study) -> Iterator[Finding]:
    for number, stage in enumerate(study.stages):
        if not isinstance(stage, SurveyStage) or stage.instrument not in study.instruments:
            continue
        known = [question.id for question in study.instruments[stage.instrument].questions]
        for question in stage.intake.items:
            if question not in known:
                values = {
                    "stage": stage.id,
                    "value": question,
                    "file": stage.instrument,
                    "guess": guess(question, known),
                }
                route = ("stages", number, "intake", "items", question)
                yield Finding(code="DES-106", route=route, on_key=True, values=values)
