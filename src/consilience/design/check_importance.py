"""Does a stage of importance ask for something that can be computed?"""

from __future__ import annotations

from collections.abc import Iterator

from consilience.design.model import Construct, ImportanceStage, LinkStage, Study, SurveyStage
from consilience.design.positions import Finding, Route
from consilience.design.wording import listed


def predictors(study: Study, stage: ImportanceStage) -> tuple[Construct, ...]:
    """Return the constructs that are predictors: those named, else all but the outcome."""
    wanted = stage.constructs or [each.id for each in study.constructs if each.id != stage.outcome]
    return tuple(each for each in study.constructs if each.id in wanted)


def check_importance(study: Study, stage: ImportanceStage, route: Route) -> Iterator[Finding]:
    """Yield what does not fit within the stage and with its link stage: DES-130 to DES-136.

    Args:
        study: the whole study.
        stage: the stage.
        route: its place.
    """
    if stage.outcome in stage.constructs:
        values = {"stage": stage.id, "value": stage.outcome}
        place = (*route, "constructs", stage.constructs.index(stage.outcome))
        yield Finding(code="DES-130", route=place, values=values)
    names = [*[each.id for each in predictors(study, stage)], *stage.attributes]
    compared = [name for name in names if name not in stage.always]
    if len(compared) < 2:
        few = {"stage": stage.id, "count": len(compared), "names": listed(compared) or "none"}
        yield Finding(code="DES-131", route=(*route, "outcome"), values=few)
    for number, name in enumerate(stage.always):
        if name not in names:
            unknown = {"stage": stage.id, "value": name, "known": listed(names) or "none"}
            yield Finding(code="DES-132", route=(*route, "always", number), values=unknown)
    yield from _model(stage, route)
    yield from _asked(study, stage, route)


def _model(stage: ImportanceStage, route: Route) -> Iterator[Finding]:
    if (stage.model == "logit") != (stage.success_from is not None):
        key = "model" if stage.success_from is None else "success_from"
        values = {"stage": stage.id, "model": stage.model}
        yield Finding(code="DES-133", route=(*route, key), values=values)


def _asked(study: Study, stage: ImportanceStage, route: Route) -> Iterator[Finding]:
    links = (each for each in study.stages if isinstance(each, LinkStage))
    link = next((each for each in links if each.id == stage.of), None)
    surveys = [each for each in study.stages if isinstance(each, SurveyStage)]
    linked = [each.agency for each in surveys if link and each.id in link.surveys]
    if link is None or len(linked) < len(set(link.surveys)):
        return  # which agencies answered is not known
    for number, agency in enumerate(stage.agencies):
        if agency not in linked:
            values = {"stage": stage.id, "value": agency, "known": listed(linked)}
            yield Finding(code="DES-134", route=(*route, "agencies", number), values=values)
    if stage.attributes and stage.frame != link.to:
        values = {"stage": stage.id, "to": link.to, "link": link.id}
        key = "frame" if stage.frame else "attributes"
        yield Finding(code="DES-136", route=(*route, key), values=values)
    asked = [agency for agency in linked if agency in (stage.agencies or linked)]
    outcome = [each for each in study.constructs if each.id == stage.outcome]
    for construct in (*outcome, *predictors(study, stage)):
        without = [name for name in asked if not any(name in row for row in construct.items)]
        if without:
            lack = {
                "stage": stage.id, "construct": construct.id, "agencies": listed(without),
            }  # fmt: skip
            key = "outcome" if construct.id == stage.outcome else "of"
            yield Finding(code="DES-135", route=(*route, key), values=lack)
