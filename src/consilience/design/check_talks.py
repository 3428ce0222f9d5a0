"""Can interviews and groups be held as planned: dates, approvals, guides, roles, pseudonyms?"""

from __future__ import annotations

from collections.abc import Iterator

from consilience.design.check_files import misplaced
from consilience.design.model import (
    Guide,
    GuideUse,
    InterviewStage,
    Phase,
    Study,
    TalkStage,
)
from consilience.design.positions import Finding, Route
from consilience.design.wording import guess, listed


def check_talks(study: Study) -> list[Finding]:
    """Return interviews and groups at odds with dates, approvals or guides: DES-204 to DES-215."""
    found: list[Finding] = []
    for number, stage in enumerate(study.stages):
        route: Route = ("stages", number)
        if isinstance(stage, TalkStage):
            found += _window(study, stage, route)
            found += _approvals(stage, route)
            found += _pseudonyms(stage, route)
            found += _folder(stage, route)
        if isinstance(stage, InterviewStage):
            found += _guides(study, stage, route)
    return [*found, *_phases(study)]


def _window(study: Study, stage: TalkStage, route: Route) -> Iterator[Finding]:
    values: dict[str, object] = {
        "stage": stage.id, "opens": stage.opens, "closes": stage.closes
    }  # fmt: skip
    if stage.closes < stage.opens:
        yield Finding(code="DES-204", route=(*route, "closes"), values=values)
        return
    header = study.study
    if header.starts <= header.ends and not (
        header.starts <= stage.opens and stage.closes <= header.ends
    ):
        key = "opens" if stage.opens < header.starts else "closes"
        values |= {"first": header.starts, "last": header.ends}
        yield Finding(code="DES-205", route=(*route, key), values=values)
        return
    phase = next((each for each in study.phases if each.id == stage.phase), None)
    if phase is not None and not _inside(stage, phase):
        key = "opens" if stage.opens < phase.starts else "closes"
        values |= {"phase": phase.id, "first": phase.starts, "last": phase.ends}
        yield Finding(code="DES-206", route=(*route, key), values=values)


def _inside(stage: TalkStage, phase: Phase) -> bool:
    """Whether a window lies in a phase; true where the phase's own dates are at fault."""
    return phase.ends < phase.starts or (phase.starts <= stage.opens and stage.closes <= phase.ends)


def _approvals(stage: TalkStage, route: Route) -> Iterator[Finding]:
    values: dict[str, object] = {"stage": stage.id, "opens": stage.opens}
    if not stage.approvals:
        yield Finding(code="DES-207", route=(*route, "id"), values=values)
    for number, approval in enumerate(stage.approvals):
        place: Route = (*route, "approvals", number)
        more = {**values, "body": approval.body, "date": approval.date, "until": approval.until}
        if approval.until is not None and approval.until < approval.date:
            yield Finding(code="DES-208", route=(*place, "until"), values=more)
        elif approval.date > stage.opens:
            yield Finding(code="DES-209", route=(*place, "date"), values=more)


def _pseudonyms(stage: TalkStage, route: Route) -> Iterator[Finding]:
    if not stage.pseudonymise and not stage.because.strip():
        values = {"stage": stage.id}
        yield Finding(code="DES-210", route=(*route, "pseudonymise"), values=values)


def _folder(stage: TalkStage, route: Route) -> Iterator[Finding]:
    for key in ("transcripts", "notes"):
        name = getattr(stage, key, None)
        wrong = name and misplaced(name, route=(*route, key), what=f"stage {stage.id!r}")
        if wrong:
            yield wrong


def _guides(study: Study, stage: InterviewStage, route: Route) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Route] = {}
    for number, use in enumerate(stage.guides):
        place: Route = (*route, "guides", number)
        if stage.roles and use.role not in stage.roles:
            known = {"guess": guess(use.role, stage.roles), "known": listed(stage.roles)}
            values = {"stage": stage.id, "value": use.role, **known}
            yield Finding(code="DES-211", route=(*place, "role"), values=values)
        guide = study.guides.get(use.file)
        if guide is None:
            continue  # it could not be read, which has its fault
        yield from _fits(use, guide, place)
        first = seen.setdefault((guide.id, use.version), (*place, "file"))
        if first != (*place, "file"):
            values = {"stage": stage.id, "guide": guide.id, "version": use.version}
            yield Finding(code="DES-214", route=(*place, "file"), values=values, first=first)


def _fits(use: GuideUse, guide: Guide, place: Route) -> Iterator[Finding]:
    for code, key in (("DES-212", "version"), ("DES-213", "role")):
        told, stands = getattr(use, key), getattr(guide, key)
        if told != stands:
            values = {"file": use.file, "value": told, "stands": stands}
            yield Finding(code=code, route=(*place, key), values=values)


def _phases(study: Study) -> Iterator[Finding]:
    known = [phase.id for phase in study.phases]
    for file, guide in study.guides.items():
        if guide.phase is not None and guide.phase not in known:
            values = {
                "owner": f"guide {guide.id!r}",
                "value": guide.phase,
                "guess": guess(guide.phase, known),
                "known": listed(known),
            }
            yield Finding(code="DES-073", route=("guides", file, "phase"), values=values)
