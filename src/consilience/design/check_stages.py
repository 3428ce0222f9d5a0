"""Do surveys, links and measures of congruence fit what they read?"""

from __future__ import annotations

from collections.abc import Iterator

from consilience.design.check_importance import check_importance
from consilience.design.model import (
    Bands,
    CongruenceStage,
    FrameStage,
    ImportanceStage,
    LinkStage,
    SelectStage,
    StageBase,
    Study,
    SurveyStage,
    TalkStage,
)
from consilience.design.positions import Finding, Route
from consilience.design.wording import listed


def check_stages(study: Study) -> list[Finding]:
    """Return stages at odds with themselves or with what they read: DES-110 to DES-136."""
    found: list[Finding] = []
    for number, stage in enumerate(study.stages):
        route: Route = ("stages", number)
        if isinstance(stage, SurveyStage):
            found += _survey(stage, route)
        elif isinstance(stage, LinkStage):
            found += _link(study, stage, route)
        elif isinstance(stage, CongruenceStage):
            found += _congruence(study, stage, route)
            found += _bands(stage.bands, (*route, "bands"))
        elif isinstance(stage, ImportanceStage):
            found += check_importance(study, stage, route)
        if isinstance(stage, SelectStage | SurveyStage | LinkStage | TalkStage):
            found += _within(study, stage, route)
    return found


def surveys_of(study: Study, link: LinkStage) -> list[SurveyStage]:
    """Return the survey stages that a link stage names and the study has."""
    return [
        stage
        for stage in study.stages
        if isinstance(stage, SurveyStage) and stage.id in link.surveys
    ]


def frame_named(study: Study, frame_id: str | None) -> FrameStage | None:
    """Return the frame stage with an id, or None."""
    frames = (stage for stage in study.stages if isinstance(stage, FrameStage))
    return next((frame for frame in frames if frame.id == frame_id), None)


def _survey(stage: SurveyStage, route: Route) -> Iterator[Finding]:
    if stage.partial_from > stage.complete_from:
        partial, complete = f"{stage.partial_from:g}", f"{stage.complete_from:g}"
        values = {"stage": stage.id, "partial": partial, "complete": complete}
        yield Finding(code="DES-115", route=(*route, "partial_from"), values=values)
    if stage.intake.area is None and stage.intake.area_name is None:
        values = {"stage": stage.id}
        yield Finding(code="DES-116", route=(*route, "intake"), on_key=True, values=values)


def _link(study: Study, stage: LinkStage, route: Route) -> Iterator[Finding]:
    agencies: dict[str, str] = {}
    for number, name in enumerate(stage.surveys):
        survey = next((each for each in surveys_of(study, stage) if each.id == name), None)
        if survey is None:
            continue
        place = (*route, "surveys", number)
        frames = frame_named(study, survey.of), frame_named(study, stage.to)
        if survey.of != stage.to and all(frames):
            values = {"stage": stage.id, "to": stage.to, "value": name, "of": survey.of}
            yield Finding(code="DES-110", route=place, values=values)
        other = agencies.setdefault(survey.agency, name)
        if other != name:
            values = {"stage": stage.id, "value": name, "other": other, "agency": survey.agency}
            yield Finding(code="DES-111", route=place, values=values)
    if stage.duplicates == "most-senior" and not stage.seniority:
        place = (*route, "duplicates")
        yield Finding(code="DES-112", route=place, values={"stage": stage.id})
    if stage.duplicates != "most-senior" and stage.seniority:
        values = {"stage": stage.id, "rule": stage.duplicates}
        yield Finding(code="DES-113", route=(*route, "seniority"), on_key=True, values=values)


def _within(
    study: Study, stage: SelectStage | SurveyStage | LinkStage | TalkStage, route: Route
) -> Iterator[Finding]:
    """Yield a `within` that chooses neither units of this frame nor the areas they lie in."""
    frame_id = _frame_id(stage)
    frame = frame_named(study, frame_id)
    chosen = _select(study, stage.within)
    if frame is None or chosen is None or frame_named(study, chosen.from_) is None:
        return
    if chosen.from_ not in (frame.id, frame.areas):
        wanted = " or ".join(repr(name) for name in (frame.id, frame.areas) if name)
        values = {
            "stage": stage.id,
            "value": chosen.id,
            "frame": chosen.from_,
            "wanted": wanted,
        }
        yield Finding(code="DES-114", route=(*route, "within"), values=values)


def _frame_id(stage: StageBase) -> str:
    if isinstance(stage, SelectStage):
        return stage.from_
    if isinstance(stage, SurveyStage | TalkStage):
        return stage.of or ""
    return stage.to if isinstance(stage, LinkStage) else ""


def _select(study: Study, stage_id: str | None) -> SelectStage | None:
    selects = (stage for stage in study.stages if isinstance(stage, SelectStage))
    return next((select for select in selects if select.id == stage_id), None)


def _congruence(study: Study, stage: CongruenceStage, route: Route) -> Iterator[Finding]:
    links = (each for each in study.stages if isinstance(each, LinkStage))
    link = next((each for each in links if each.id == stage.of), None)
    if link is None or len(surveys_of(study, link)) < len(set(link.surveys)):
        return  # which agencies are compared is not known
    agencies = sorted({survey.agency for survey in surveys_of(study, link)})
    known = {agency.id for agency in study.agencies}
    if not known.issuperset(agencies):
        return
    values: dict[str, object] = {
        "stage": stage.id,
        "of": link.id,
        "agencies": listed(agencies),
    }
    if len(agencies) < 2:
        more = {**values, "count": len(agencies)}
        yield Finding(code="DES-120", route=(*route, "of"), values=more)
        return
    for number, construct in enumerate(study.constructs):
        if stage.constructs and construct.id not in stage.constructs:
            continue
        if not any(_compares(set(row), set(agencies), known) for row in construct.items):
            more = {**values, "construct": construct.id}
            place: Route = ("constructs", number, "id")
            if stage.constructs:
                place = (*route, "constructs", stage.constructs.index(construct.id))
            yield Finding(code="DES-122", route=place, values=more)


def _compares(row: set[str], linked: set[str], known: set[str]) -> bool:
    """Whether a row compares two agencies, or may do so once an unknown one is put right."""
    return len(row & linked) > 1 or not row <= known


def _bands(bands: Bands, route: Route) -> Iterator[Finding]:
    yield from _labels(bands, route)
    yield from _limits(bands, route)
    if bands.resample != "error" and bands.error_sd is not None:
        values = {"value": f"{bands.error_sd:g}", "rule": bands.resample}
        yield Finding(code="DES-129", route=(*route, "error_sd"), values=values)


def _labels(bands: Bands, route: Route) -> Iterator[Finding]:
    given = "labels" in bands.model_fields_set
    place: Route = (*route, "labels") if given else (*route, "count")
    if len(bands.labels) != bands.count:
        values = {"labels": len(bands.labels), "count": bands.count}
        yield Finding(code="DES-123", route=place, on_key=True, values=values)
    for number, label in enumerate(bands.labels):
        if label in bands.labels[:number]:
            yield Finding(code="DES-127", route=(*place, number), values={"label": label})


def _limits(bands: Bands, route: Route) -> Iterator[Finding]:
    place: Route = (*route, "limits")
    if bands.cut != "fixed":
        if bands.limits:
            yield Finding(code="DES-126", route=place, on_key=True, values={"cut": bands.cut})
        return
    if len(bands.limits) != bands.count - 1:
        values = {"count": bands.count, "needed": bands.count - 1, "given": len(bands.limits)}
        at = place if bands.limits else (*route, "cut")
        yield Finding(code="DES-124", route=at, on_key=True, values=values)
    for number, (before, value) in enumerate(zip(bands.limits, bands.limits[1:], strict=False)):
        if value <= before:
            order = {"value": f"{value:g}", "before": f"{before:g}"}
            yield Finding(code="DES-125", route=(*place, number + 1), values=order)
