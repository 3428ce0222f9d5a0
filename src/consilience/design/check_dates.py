"""Do phases, surveys and frames lie in time as a study can be done?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from consilience.design.model import FrameStage, Phase, Study, SurveyStage
from consilience.design.positions import Finding, Route


def check_dates(study: Study) -> list[Finding]:
    """Return dates that contradict each other: DES-080 to DES-089."""
    return [
        *_study(study),
        *_phases(study),
        *_others(study),
        *(
            finding
            for number, stage in enumerate(study.stages)
            if isinstance(stage, SurveyStage)
            for finding in _survey(study, stage, ("stages", number))
        ),
    ]


def _study(study: Study) -> Iterator[Finding]:
    header = study.study
    if header.ends < header.starts:
        values = {"starts": header.starts, "ends": header.ends}
        yield Finding(code="DES-080", route=("study", "ends"), values=values)


def _phases(study: Study) -> Iterator[Finding]:
    for number, phase in enumerate(study.phases):
        values = {"phase": phase.id, "starts": phase.starts, "ends": phase.ends}
        route = ("phases", number, "ends")
        if phase.ends < phase.starts:
            yield Finding(code="DES-081", route=route, values=values)
        elif not _inside(study, phase.starts, phase.ends):
            early = phase.starts < study.study.starts
            key = "starts" if early else "ends"
            place = ("phases", number, key)
            yield Finding(code="DES-082", route=place, values={**values, **_span(study)})


def _others(study: Study) -> Iterator[Finding]:
    dated: list[tuple[Route, str, dt.date]] = [
        (("deviations", number, "date"), "the date of this deviation", deviation.date)
        for number, deviation in enumerate(study.deviations)
    ]
    dated += [
        (("agencies", number, "dropped", "date"), f"the drop of {agency.id!r}", agency.dropped.date)
        for number, agency in enumerate(study.agencies)
        if agency.dropped
    ]
    for route, what, date in dated:
        if not _inside(study, date, date):
            values = {"what": what, "date": date, **_span(study)}
            yield Finding(code="DES-089", route=route, values=values)


def _inside(study: Study, first: dt.date, last: dt.date) -> bool:
    """Whether days lie within the study; true where the study's own dates are at fault."""
    header = study.study
    return header.ends < header.starts or header.starts <= first <= last <= header.ends


def _span(study: Study) -> dict[str, object]:
    return {"first": study.study.starts, "last": study.study.ends}


def _survey(study: Study, stage: SurveyStage, route: Route) -> Iterator[Finding]:
    values = {"stage": stage.id, "opens": stage.opens, "closes": stage.closes}
    if stage.closes < stage.opens:
        yield Finding(code="DES-083", route=(*route, "closes"), values=values)
        return
    if stage.extended_to and stage.extended_to <= stage.closes:
        longer = {"stage": stage.id, "closes": stage.closes, "extended": stage.extended_to}
        yield Finding(code="DES-084", route=(*route, "extended_to"), values=longer)
    yield from _window(study, stage, route)
    yield from _dropped(study, stage, route)
    yield from _frame(study, stage, route)


def _window(study: Study, stage: SurveyStage, route: Route) -> Iterator[Finding]:
    last = max(stage.closes, stage.extended_to or stage.closes)
    key = "closes" if last == stage.closes else "extended_to"
    values: dict[str, object] = {"stage": stage.id, "opens": stage.opens, "closes": last}
    if not _inside(study, stage.opens, last):
        place = "opens" if stage.opens < study.study.starts else key
        yield Finding(code="DES-085", route=(*route, place), values={**values, **_span(study)})
        return
    phase = _phase(study, stage.phase)
    if (
        phase
        and phase.starts <= phase.ends
        and not phase.starts <= stage.opens <= last <= phase.ends
    ):
        values |= {"phase": phase.id, "first": phase.starts, "last": phase.ends}
        place = "opens" if stage.opens < phase.starts else key
        yield Finding(code="DES-086", route=(*route, place), values=values)


def _phase(study: Study, phase_id: str | None) -> Phase | None:
    return next((phase for phase in study.phases if phase.id == phase_id), None)


def _dropped(study: Study, stage: SurveyStage, route: Route) -> Iterator[Finding]:
    for agency in study.agencies:
        if agency.id == stage.agency and agency.dropped and stage.opens >= agency.dropped.date:
            values = {
                "stage": stage.id,
                "opens": stage.opens,
                "agency": agency.id,
                "dropped": agency.dropped.date,
            }
            yield Finding(code="DES-088", route=(*route, "agency"), values=values)


def _frame(study: Study, stage: SurveyStage, route: Route) -> Iterator[Finding]:
    for frame in study.stages:
        if isinstance(frame, FrameStage) and frame.id == stage.of and frame.date > stage.opens:
            values = {
                "stage": stage.id,
                "opens": stage.opens,
                "frame": frame.id,
                "date": frame.date,
            }
            yield Finding(code="DES-087", route=(*route, "of"), values=values)
