"""Are frames and choices of units free of contradictions?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from consilience.design.check_stages import frame_named
from consilience.design.model import (
    Condition,
    FrameStage,
    Named,
    Quota,
    SelectStage,
    Study,
    SurveyStage,
)
from consilience.design.positions import Finding, Route
from consilience.design.wording import said

# The columns that every frame has (frame.model.UNIT).
RESERVED = ("id", "name", "area", "x", "y")


def check_choices(study: Study) -> list[Finding]:
    """Return frames and choices that contradict themselves: DES-140 to DES-168."""
    found: list[Finding] = []
    for number, stage in enumerate(study.stages):
        route: Route = ("stages", number)
        if isinstance(stage, FrameStage):
            found += [*_frame(study, stage, route), *_conditions(stage.where, route)]
            found += _twice(stage.exclude, (*route, "exclude"))
        elif isinstance(stage, SurveyStage):
            found += _twice(stage.not_eligible, (*route, "not_eligible"))
        elif isinstance(stage, SelectStage):
            found += [*_quotas(stage, route), *_pins(stage, route), *_groups(stage, route)]
            found += _conditions(stage.where, route)
    return found


def _per(stage: SelectStage) -> str:
    return f" per {stage.per}" if stage.per else ""


# --- quotas -----------------------------------------------------------------------------


def _quotas(stage: SelectStage, route: Route) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Route] = {}
    for number, quota in enumerate(stage.quotas):
        place: Route = (*route, "quotas", number)
        yield from _quota(stage, quota, place)
        levels = _levels(quota)
        first = seen.setdefault((quota.attribute, levels), place)
        if first != place:
            values = {"attribute": quota.attribute, "level": levels}
            yield Finding(code="DES-145", route=place, values=values, first=first)
    yield from _floors(stage, route)


def _levels(quota: Quota) -> str:
    if quota.any_of is not None:
        return "any of " + ", ".join(sorted(said(level) for level in quota.any_of))
    return "each level" if quota.level is None else said(quota.level)


def _quota(stage: SelectStage, quota: Quota, place: Route) -> Iterator[Finding]:
    values: dict[str, object] = {
        "attribute": quota.attribute,
        "at_least": quota.at_least,
        "at_most": quota.at_most,
        "choose": stage.choose,
        "per": _per(stage),
    }
    if quota.level is not None and quota.any_of is not None:
        yield Finding(code="DES-143", route=(*place, "any_of"), on_key=True, values=values)
    if quota.at_least == 0 and quota.at_most is None:
        yield Finding(code="DES-144", route=place, values=values)
    if quota.at_most is not None and quota.at_most < quota.at_least:
        yield Finding(code="DES-140", route=(*place, "at_most"), values=values)
    elif quota.at_least > stage.choose:
        yield Finding(code="DES-141", route=(*place, "at_least"), values=values)


def _floors(stage: SelectStage, route: Route) -> Iterator[Finding]:
    """Yield attributes whose single levels ask for more together than are chosen."""
    floors: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, quota in enumerate(stage.quotas):
        if quota.level is not None and quota.any_of is None:
            floors[quota.attribute].append((number, quota.at_least))
    for attribute, asked in floors.items():
        total = sum(at_least for _, at_least in asked)
        if total > stage.choose and max(at_least for _, at_least in asked) <= stage.choose:
            values = {
                "attribute": attribute,
                "total": total,
                "choose": stage.choose,
                "per": _per(stage),
            }
            place = (*route, "quotas", asked[-1][0], "at_least")
            yield Finding(code="DES-142", route=place, values=values)


# --- decisions by people ----------------------------------------------------------------


def _twice(units: Sequence[Named], route: Route) -> Iterator[Finding]:
    seen: dict[str, Route] = {}
    for number, unit in enumerate(units):
        place = (*route, number, "id")
        first = seen.setdefault(unit.id, place)
        if first != place:
            values = {"unit": unit.id, "key": route[-1]}
            yield Finding(code="DES-147", route=place, values=values, first=first)


def _pins(stage: SelectStage, route: Route) -> Iterator[Finding]:
    for key, units in (("pins", stage.pins), ("vetoes", stage.vetoes), ("refused", stage.refused)):
        yield from _twice(units, (*route, key))
    ruled_out = {
        unit.id: (key, (*route, key, number, "id"))
        for key, units in (("refused", stage.refused), ("vetoes", stage.vetoes))
        for number, unit in enumerate(units)
    }
    for number, pin in enumerate(stage.pins):
        if pin.id in ruled_out:
            other, first = ruled_out[pin.id]
            values = {"unit": pin.id, "other": other}
            place = (*route, "pins", number, "id")
            yield Finding(code="DES-146", route=place, values=values, first=first)
    pins = len({pin.id for pin in stage.pins})
    if stage.per is None and pins > stage.choose:
        numbers = {"pins": pins, "choose": stage.choose}
        yield Finding(code="DES-148", route=(*route, "pins"), on_key=True, values=numbers)


# --- groups and conditions --------------------------------------------------------------


def _groups(stage: SelectStage, route: Route) -> Iterator[Finding]:
    values: dict[str, object] = {"stage": stage.id, "attribute": stage.per}
    if stage.levels and stage.per is None:
        yield Finding(code="DES-149", route=(*route, "levels"), on_key=True, values=values)
    for number, level in enumerate(stage.levels):
        if level in stage.levels[:number]:
            place = (*route, "levels", number)
            yield Finding(code="DES-150", route=place, values={"value": level})
    if not stage.diverse:
        yield Finding(code="DES-151", route=(*route, "diverse"), on_key=True, values=values)
    if stage.per is not None and stage.per in stage.diverse:
        place = (*route, "diverse", stage.per)
        yield Finding(code="DES-154", route=place, on_key=True, values=values)


def _conditions(where: Sequence[Condition], route: Route) -> Iterator[Finding]:
    for number, condition in enumerate(where):
        place: Route = (*route, "where", number)
        asked = _asked(condition)
        if not asked:
            values = {"attribute": condition.attribute}
            yield Finding(code="DES-152", route=place, values=values)
        clash = _clash(condition, asked)
        if clash:
            first, second = clash
            values = {
                "attribute": condition.attribute,
                "first": f"{first} {_plain(asked[first])}",
                "second": f"{second} {_plain(asked[second])}",
            }
            yield Finding(code="DES-153", route=(*place, second), on_key=True, values=values)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else said(value)


def _asked(condition: Condition) -> dict[str, object]:
    asked: dict[str, object] = {
        "is": condition.is_,
        "any_of": None if condition.any_of is None else list(condition.any_of),
        "at_least": condition.at_least,
        "at_most": condition.at_most,
        "missing": condition.missing,
    }
    return {key: value for key, value in asked.items() if value is not None}


def _clash(condition: Condition, asked: dict[str, object]) -> tuple[str, str] | None:
    """Return two keys of a condition that no unit can satisfy together."""
    low, high = condition.at_least, condition.at_most
    if low is not None and high is not None and low > high:
        return "at_least", "at_most"
    if condition.is_ is not None and condition.any_of is not None:
        return ("is", "any_of") if condition.is_ not in condition.any_of else None
    if condition.missing and len(asked) > 1:
        return next(key for key in asked if key != "missing"), "missing"
    return None


# --- frames -----------------------------------------------------------------------------


def _frame(study: Study, stage: FrameStage, route: Route) -> Iterator[Finding]:
    values: dict[str, object] = {"stage": stage.id, "of": stage.of, "format": stage.format}
    if stage.source is None and stage.file is None:
        yield Finding(code="DES-160", route=(*route, "id"), values=values)
    if stage.source is not None and stage.file is not None:
        yield Finding(code="DES-161", route=(*route, "source"), on_key=True, values=values)
    elif stage.source is not None:
        yield from _source(stage, route, values)
    if stage.file is not None and stage.format != "register" and stage.columns is None:
        more = {**values, "file": stage.file}
        yield Finding(code="DES-168", route=(*route, "file"), values=more)
    yield from _areas(study, stage, route)
    for name in stage.columns.attributes if stage.columns else ():
        if name in RESERVED:
            place = (*route, "columns", "attributes", name)
            more = {**values, "value": name}
            yield Finding(code="DES-166", route=place, on_key=True, values=more)


def _source(stage: FrameStage, route: Route, values: dict[str, object]) -> Iterator[Finding]:
    if stage.of != "areas":
        more = {**values, "source": stage.source}
        yield Finding(code="DES-162", route=(*route, "of"), values=more)
    for key in ("columns", "shape", "format"):
        if getattr(stage, key) != FrameStage.model_fields[key].default:
            more = {**values, "key": key}
            yield Finding(code="DES-167", route=(*route, key), on_key=True, values=more)


def _areas(study: Study, stage: FrameStage, route: Route) -> Iterator[Finding]:
    if stage.areas is None:
        return
    place = (*route, "areas")
    values = {"stage": stage.id, "value": stage.areas}
    if stage.of == "areas":
        yield Finding(code="DES-163", route=place, on_key=True, values=values)
        return
    frame = frame_named(study, stage.areas)
    if frame is not None and frame.of != "areas":
        yield Finding(code="DES-164", route=place, values={**values, "of": frame.of})
