"""Where in which file does each key and value of a study stand?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from consilience.base.errors import Fault, Where

# The way from the top of the study to a value: keys, and places in lists counted from 0.
# Instruments hang under ("instruments", FILE), with places in their own file.
Route = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """The places of a study's keys and values.

    Args:
        values: where each value starts.
        keys: where the key of each value starts, for values that have one.
    """

    values: Mapping[Route, Where]
    keys: Mapping[Route, Where]

    def of(self, route: Route) -> Where:
        """Return the place of a value, or of the nearest thing around it that has a place."""
        return _nearest(self.values, route)

    def key(self, route: Route) -> Where:
        """Return the place of the key of a value, or of the value where it has no key."""
        return self.keys.get(route) or self.of(route)


NOWHERE = Positions(values={}, keys={})


def _nearest(places: Mapping[Route, Where], route: Route) -> Where:
    for length in range(len(route), -1, -1):
        place = places.get(route[:length])
        if place is not None:
            return place
    return Where()


def joined(parts: Iterable[tuple[Route, Positions]]) -> Positions:
    """Return the places of several files as one, each file under its own route."""
    values: dict[Route, Where] = {}
    keys: dict[Route, Where] = {}
    for under, positions in parts:
        values |= {under + route: place for route, place in positions.values.items()}
        keys |= {under + route: place for route, place in positions.keys.items()}
    return Positions(values=values, keys=keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault before its place is looked up.

    Args:
        code: a key of the catalogue.
        route: what it is about.
        on_key: whether it points at the key rather than at the value.
        values: what the sentences of the catalogue name.
        first: the route of what `{first}` in the sentences gives the line of.
    """

    code: str
    route: Route
    on_key: bool = False
    values: Mapping[str, object] = field(default_factory=dict)
    first: Route | None = None

    def fault(self, positions: Positions) -> Fault:
        """Return the fault with its place in the file."""
        values = dict(self.values)
        if self.first is not None:
            values["first"] = positions.of(self.first).line or "?"
        where = positions.key(self.route) if self.on_key else positions.of(self.route)
        return Fault(self.code, where=where, **values)


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Return faults by file, the study file first, then line, column and code; each once."""
    unique = {(str(fault.where), fault.code, fault.what): fault for fault in faults}

    def place(fault: Fault) -> tuple[bool, str, int, int, str]:
        where = fault.where
        file = where.file or ""
        return file != STUDY_FILE, file, where.line or 0, where.column or 0, fault.code

    return sorted(unique.values(), key=place)


STUDY_FILE = "study.yaml"
