"""Can the stages run from top to bottom, each reading only what is written before it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from consilience.design.check_references import Reading, entries, ids, readings
from consilience.design.positions import Finding, Route


def check_order(data: object) -> list[Finding]:
    """Return stages that wait for themselves, and stages that read a later one.

    Args:
        data: the study as plain data, of any shape.

    Returns:
        DES-070 once a circle, at the reading that closes it; DES-069 for each other reading
        of a later stage.
    """
    named = Counter(ids(data, "stages"))
    places = {name: route for name, route in _named(data) if named[name] == 1}
    every = [each for each in readings(data) if each.name in places and each.stage in places]
    reads: dict[str, list[str]] = {}
    for each in every:
        reads.setdefault(each.stage, []).append(each.name)
    return list(_findings(every, reads, places))


def _named(data: object) -> Iterator[tuple[str, Route]]:
    return ((str(stage.get("id")), route) for route, stage in entries(data, "stages"))


def _findings(
    every: list[Reading], reads: Mapping[str, list[str]], places: Mapping[str, Route]
) -> Iterator[Finding]:
    told: set[frozenset[str]] = set()
    for each in every:
        if places[each.name] < places[each.stage]:
            continue
        way = _way(each.name, each.stage, reads)
        if way is None:
            values = {"stage": each.stage, "key": each.key, "value": each.name}
            yield _later(each, values, places)
        elif frozenset(way) not in told:
            told.add(frozenset(way))
            circle = " reads ".join([each.stage, *way])
            values = {"stage": each.stage, "circle": circle}
            yield Finding(code="DES-070", route=each.route, values=values)


def _later(each: Reading, values: dict[str, str], places: Mapping[str, Route]) -> Finding:
    first = (*places[each.name], "id")
    return Finding(code="DES-069", route=each.route, values=values, first=first)


def _way(start: str, goal: str, reads: Mapping[str, list[str]]) -> list[str] | None:
    """Return the stages from one to another along what they read, or None."""
    ways = [[start]]
    seen = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        for name in reads.get(way[-1], ()):
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return None
