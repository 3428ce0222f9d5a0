"""Does the study fit its frames: attributes, levels, units and how many there are?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from consilience.design.model import (
    Condition,
    CongruenceStage,
    FrameStage,
    ImportanceStage,
    LinkStage,
    Named,
    Quota,
    SelectStage,
    StageBase,
    Study,
    SurveyStage,
)
from consilience.design.positions import Finding, Route
from consilience.design.wording import guess, listed

_OF_CONGRUENCE = frozenset({"band_probability", "congruence"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFacts:
    """What must be known of a frame to hold a study against it.

    Args:
        size: number of units, without those that are excluded.
        levels: nominal attribute -> level -> number of units that have it.
        numeric: attributes that are numbers.
        ids: ids of the units.
        excluded: ids that exclusions really took out, or None if that is not known; then
            exclusions are not looked up.
    """

    size: int
    levels: Mapping[str, Mapping[str, int]]
    numeric: frozenset[str]
    ids: frozenset[str]
    excluded: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """The units a stage reads, with what other stages add to them.

    Args:
        frame: id of the frame stage.
        facts: what the frame knows.
        levels: nominal attributes with their levels and counts; counts None where unknown.
        numeric: attributes that are numbers.
        free: attributes of which neither kind nor levels are known before the answers are in.
    """

    frame: str
    facts: FrameFacts
    levels: Mapping[str, Mapping[str, int | None]]
    numeric: frozenset[str]
    free: frozenset[str] = field(default_factory=frozenset)

    @property
    def nominal(self) -> list[str]:
        return sorted(name for name in self.levels if name != "area" or self.levels[name])

    @property
    def known(self) -> list[str]:
        return sorted({*self.nominal, *self.numeric, *self.free})


def frame_findings(study: Study, frames: Mapping[str, FrameFacts]) -> list[Finding]:
    """Return what in a study does not fit its frames: DES-190 to DES-199.

    Args:
        study: a checked study.
        frames: id of a frame stage to what is known of it; stages over others are passed over.
    """
    found: list[Finding] = []
    for number, stage in enumerate(study.stages):
        route: Route = ("stages", number)
        if isinstance(stage, SelectStage) and stage.from_ in frames:
            found += _select(stage, route, _pool(study, stage, frames[stage.from_]))
        elif isinstance(stage, LinkStage) and stage.to in frames:
            pool = _bare(stage.to, frames[stage.to])
            found += _named(stage, "by", stage.by, route, pool)
        elif isinstance(stage, ImportanceStage):
            found += _predictors(stage, route, frames)
        elif isinstance(stage, SurveyStage) and stage.of in frames:
            pool = _bare(stage.of, frames[stage.of])
            what = f"'not_eligible' of stage {stage.id!r}"
            found += _units(stage.not_eligible, (*route, "not_eligible"), what, pool)
        elif isinstance(stage, FrameStage) and stage.id in frames:
            found += _excluded(stage, route, frames[stage.id])
    return found


def _predictors(
    stage: ImportanceStage, route: Route, frames: Mapping[str, FrameFacts]
) -> Iterator[Finding]:
    if stage.frame and stage.frame in frames:
        pool = _bare(stage.frame, frames[stage.frame])
        yield from _named(stage, "attributes", stage.attributes, route, pool)


def _named(
    stage: StageBase, key: str, names: Sequence[str], route: Route, pool: _Pool
) -> Iterator[Finding]:
    for place, name in enumerate(names):
        yield from _attribute(name, (*route, key, place), f"{key!r} of stage {stage.id!r}", pool)


def _bare(frame: str, facts: FrameFacts) -> _Pool:
    return _Pool(frame=frame, facts=facts, levels=facts.levels, numeric=facts.numeric)


def _pool(study: Study, stage: SelectStage, facts: FrameFacts) -> _Pool:
    """Return the frame with the attributes that other stages will add."""
    levels: dict[str, Mapping[str, int | None]] = dict(facts.levels)
    numeric = set(facts.numeric)
    free: set[str] = set()
    for name in stage.attributes_from:
        source = next((each for each in study.stages if each.id == name), None)
        if isinstance(source, CongruenceStage):
            levels["band"] = dict.fromkeys(source.bands.labels)
            numeric |= _OF_CONGRUENCE
        elif isinstance(source, LinkStage):
            free |= _answers(study, source)
    return _Pool(
        frame=stage.from_,
        facts=facts,
        levels=levels,
        numeric=frozenset(numeric),
        free=frozenset(free),
    )


def _answers(study: Study, link: LinkStage) -> set[str]:
    """Return the columns that the answers of a link stage become.

    Called like the question; where several surveys are linked, with the agency before it.
    """
    several = len(link.surveys) > 1
    return {
        f"{survey.agency}_{question.id}" if several else question.id
        for survey in study.stages
        if isinstance(survey, SurveyStage) and survey.id in link.surveys
        if survey.instrument in study.instruments
        for question in study.instruments[survey.instrument].questions
    }


def _select(stage: SelectStage, route: Route, pool: _Pool) -> Iterator[Finding]:
    for name in stage.diverse:
        what = f"'diverse' of stage {stage.id!r}"
        yield from _attribute(name, (*route, "diverse", name), what, pool, on_key=True)
    for number, condition in enumerate(stage.where):
        yield from _condition(condition, (*route, "where", number), pool)
    for number, quota in enumerate(stage.quotas):
        yield from _quota(quota, (*route, "quotas", number), pool)
    for key, units in (("pins", stage.pins), ("vetoes", stage.vetoes), ("refused", stage.refused)):
        yield from _units(units, (*route, key), f"{key!r} of stage {stage.id!r}", pool)
    yield from _prefer(stage, route, pool)
    yield from _per(stage, route, pool)
    if stage.per is None and stage.choose > pool.facts.size:
        yield _too_many(stage, route, pool)


def _too_many(stage: SelectStage, route: Route, pool: _Pool) -> Finding:
    values = {
        "stage": stage.id,
        "choose": stage.choose,
        "per": f" per {stage.per}" if stage.per else "",
        "frame": pool.frame,
        "size": pool.facts.size,
    }
    return Finding(code="DES-193", route=(*route, "choose"), values=values)


# --- attributes and levels --------------------------------------------------------------


def _attribute(
    name: str, route: Route, what: str, pool: _Pool, *, on_key: bool = False
) -> list[Finding]:
    """Return the fault of an attribute that the pool does not have."""
    if name in pool.known:
        return []
    values = {
        "what": what,
        "value": name,
        "frame": pool.frame,
        "guess": guess(name, pool.known),
        "known": listed(pool.known),
    }
    return [Finding(code="DES-190", route=route, on_key=on_key, values=values)]


def _level(level: object, route: Route, what: str, attribute: str, pool: _Pool) -> list[Finding]:
    """Return the fault of a level that no unit has."""
    known = pool.levels.get(attribute, {})
    if attribute in pool.free or attribute in pool.numeric or not known or _text(level) in known:
        return []
    values = {
        "what": what,
        "value": level,
        "frame": pool.frame,
        "attribute": attribute,
        "guess": guess(level, known),
        "known": listed(known),
    }
    return [Finding(code="DES-191", route=route, values=values)]


def _text(level: object) -> str:
    """Return a level as a frame holds it: a whole number without a decimal point."""
    return f"{level:g}" if isinstance(level, float) else str(level)


def _condition(condition: Condition, route: Route, pool: _Pool) -> Iterator[Finding]:
    name = condition.attribute
    what = "the condition"
    unknown = _attribute(name, (*route, "attribute"), what, pool)
    if unknown:
        yield from unknown
        return
    if condition.is_ is not None:
        yield from _level(condition.is_, (*route, "is"), what, name, pool)
    for number, level in enumerate(condition.any_of or ()):
        yield from _level(level, (*route, "any_of", number), what, name, pool)
    for key, bound in (("at_least", condition.at_least), ("at_most", condition.at_most)):
        if bound is not None and name in pool.levels:
            values = {
                "key": key,
                "attribute": name,
                "frame": pool.frame,
                "known": listed(pool.levels[name]),
            }
            yield Finding(code="DES-196", route=(*route, key), on_key=True, values=values)


def _quota(quota: Quota, route: Route, pool: _Pool) -> Iterator[Finding]:
    name = quota.attribute
    what = "the quota"
    unknown = _attribute(name, (*route, "attribute"), what, pool)
    if unknown:
        yield from unknown
        return
    if name in pool.numeric:
        values = {"attribute": name, "known": listed(pool.nominal)}
        yield Finding(code="DES-198", route=(*route, "attribute"), values=values)
        return
    if quota.level is not None:
        yield from _level(quota.level, (*route, "level"), what, name, pool)
    for number, level in enumerate(quota.any_of or ()):
        yield from _level(level, (*route, "any_of", number), what, name, pool)
    yield from _scarce(quota, route, pool)


def _scarce(quota: Quota, route: Route, pool: _Pool) -> Iterator[Finding]:
    """Yield a quota that asks for more units of a level than there are."""
    counts = pool.levels.get(quota.attribute, {})
    if quota.any_of is not None:
        several = [counts.get(_text(level)) for level in quota.any_of]
        total = sum(count or 0 for count in several)
        asked = {listed(quota.any_of): total if None not in several else None}
    elif quota.level is not None:
        asked = {_text(quota.level): counts.get(_text(quota.level))}
    else:
        asked = dict(counts)
    for level, count in asked.items():
        if count is not None and quota.at_least > count:
            values = {
                "at_least": quota.at_least,
                "level": level,
                "attribute": quota.attribute,
                "frame": pool.frame,
                "count": count,
            }
            yield Finding(code="DES-194", route=(*route, "at_least"), values=values)


def _prefer(stage: SelectStage, route: Route, pool: _Pool) -> Iterator[Finding]:
    name = stage.prefer
    if name is None:
        return
    place = (*route, "prefer")
    yield from _attribute(name, place, f"'prefer' of stage {stage.id!r}", pool)
    if name in pool.levels:
        values = {"stage": stage.id, "value": name, "known": listed(sorted(pool.numeric))}
        yield Finding(code="DES-197", route=place, values=values)


# --- groups -----------------------------------------------------------------------------


def _per(stage: SelectStage, route: Route, pool: _Pool) -> Iterator[Finding]:
    name = stage.per
    if name is None:
        return
    place = (*route, "per")
    what = f"'per' of stage {stage.id!r}"
    unknown = _attribute(name, place, what, pool)
    if unknown:
        yield from unknown
    elif name in pool.numeric:
        values = {"stage": stage.id, "value": name, "known": listed(pool.nominal)}
        yield Finding(code="DES-199", route=place, values=values)
    else:
        for number, level in enumerate(stage.levels):
            yield from _level(level, (*route, "levels", number), what, name, pool)
        yield from _small_groups(stage, route, pool)


def _small_groups(stage: SelectStage, route: Route, pool: _Pool) -> Iterator[Finding]:
    """Yield choices that no group, or not every group, is large enough for.

    Counts are those of the whole frame: `within` may name groups that all are large enough.
    """
    counts = pool.levels.get(str(stage.per), {})
    groups = {level: counts.get(level) for level in stage.levels or counts}
    sizes = [count for count in groups.values() if count is not None]
    if sizes and max(sizes) < stage.choose:
        yield _too_many(stage, route, pool)
        return
    for level, count in groups.items():
        if count is not None and count < stage.choose and stage.within is None:
            values = {
                "stage": stage.id,
                "choose": stage.choose,
                "attribute": stage.per,
                "level": level,
                "count": count,
            }
            yield Finding(code="DES-195", route=(*route, "choose"), values=values)


# --- units ------------------------------------------------------------------------------


def _units(units: Iterable[Named], route: Route, what: str, pool: _Pool) -> Iterator[Finding]:
    for number, unit in enumerate(units):
        if unit.id not in pool.facts.ids:
            yield _no_unit(unit.id, (*route, number, "id"), what, pool.frame, pool.facts.ids)


def _excluded(stage: FrameStage, route: Route, facts: FrameFacts) -> Iterator[Finding]:
    if facts.excluded is None:
        return
    for number, unit in enumerate(stage.exclude):
        if unit.id not in facts.excluded:
            place = (*route, "exclude", number, "id")
            what = f"'exclude' of frame {stage.id!r}"
            yield _no_unit(unit.id, place, what, stage.id, facts.ids | facts.excluded)


def _no_unit(unit: str, route: Route, what: str, frame: str, known: Iterable[str]) -> Finding:
    values = {"what": what, "value": unit, "frame": frame, "guess": guess(unit, known)}
    return Finding(code="DES-192", route=route, values=values)
