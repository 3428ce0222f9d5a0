"""Do findings come from stages there are, and do questions name findings there are?"""

from __future__ import annotations

from collections.abc import Iterator

from consilience.design.model import CodeStage, Study
from consilience.design.positions import Finding, Route
from consilience.design.wording import guess, listed


def check_findings(study: Study) -> list[Finding]:
    """Return findings and codings that lead nowhere: DES-215 to DES-217."""
    return [*_origins(study), *_questions(study), *_coders(study)]


def _origins(study: Study) -> Iterator[Finding]:
    known = [stage.id for stage in study.stages]
    for number, finding in enumerate(study.findings):
        if finding.from_ not in known:
            values = {
                "finding": finding.id,
                "value": finding.from_,
                "guess": guess(finding.from_, known),
                "known": listed(known),
            }
            yield Finding(code="DES-215", route=("findings", number, "from"), values=values)


def _questions(study: Study) -> Iterator[Finding]:
    """Yield questions that name no finding; a study that lists none may name them freely."""
    known = [finding.id for finding in study.findings]
    for file, instrument in study.instruments.items() if known else ():
        for number, question in enumerate(instrument.questions):
            named = question.from_finding
            if named is not None and named not in known:
                values = {
                    "question": question.id,
                    "value": named,
                    "guess": guess(named, known),
                    "known": listed(known),
                }
                route: Route = ("instruments", file, "questions", number, "from_finding")
                yield Finding(code="DES-216", route=route, values=values)


def _coders(study: Study) -> Iterator[Finding]:
    for number, stage in enumerate(study.stages):
        if not isinstance(stage, CodeStage):
            continue
        for place, coder in enumerate(stage.coders):
            if coder in stage.coders[:place]:
                values = {"stage": stage.id, "value": coder}
                route: Route = ("stages", number, "coders", place)
                yield Finding(code="DES-217", route=route, values=values)
