"""For which areas did a body speak on a day? Dated and many to many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Faults, Where
from consilience.formats.dates import read_day
from consilience.formats.tables import read_table, row_numbers
from consilience.linkage.names import most_alike, normalise

_COLUMNS: Final = ("body", "area")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """One body spoke for one area from a day to a day, both included; None is without end."""

    body: str
    name: str
    area: str
    since: dt.date | None
    until: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Return whether the body spoke for the area on this day."""
        started = self.since is None or self.since <= day
        return started and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """All bodies, found by id or by normalised name.

    Args:
        spells: body id to its areas and dates, in the order of the file.
        called: id or normalised name to body ids.
    """

    spells: Mapping[str, tuple[Spell, ...]] = field(default_factory=dict)
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, given: str) -> str | None:
        """Return the one body with this id or name, None if there is none or several."""
        for form in (given.strip(), normalise(given)):
            found = self.called.get(form, ())
            if len(found) == 1:
                return found[0]
        return None

    def areas(self, body: str, day: dt.date | None) -> tuple[str, ...]:
        """Return the areas the body spoke for on the day, sorted.

        Without a day the areas are those of every day if they never changed, else none.
        """
        spells = self.spells[body]
        if day is not None:
            return tuple(sorted({spell.area for spell in spells if spell.holds(day)}))
        dates = {(spell.since, spell.until) for spell in spells}
        return self.all_areas(body) if dates == {(None, None)} else ()

    def all_areas(self, body: str) -> tuple[str, ...]:
        """Return the areas the body ever spoke for, sorted."""
        return tuple(sorted({spell.area for spell in self.spells[body]}))

    def alike(self, given: str, *, at_least: float, count: int) -> tuple[tuple[str, float], ...]:
        """Return bodies whose name looks like the given one, with the score 0-100."""
        names = sorted(self.called)
        found = most_alike(normalise(given), names, at_least=at_least, count=count)
        best: dict[str, float] = {}
        for likeness in found:
            for body in self.called[names[likeness.position]]:
                best.setdefault(body, likeness.score)
        return tuple(best.items())


def read_bodies(folder: Path, file: str, *, units: Mapping[str, tuple[str, ...]]) -> Bodies:
    """Which bodies are there, and for which areas did they speak when?

    Args:
        folder: the study folder.
        file: a table with the columns body and area, and if wanted name, from and to; one row
            a body, area and spell. An empty date is without end, `to` is the last day.
        units: every code of an area to the ids it names.

    Returns:
        The bodies.

    Raises:
        Faults: LNK-001 to LNK-004, all that there are.
    """
    table = read_table(folder / file)
    absent = [name for name in _COLUMNS if name not in table.column_names]
    if absent:
        where = Where(file=file)
        raise Faults(
            Fault("LNK-001", where=where, what="bodies", column=name,
                  needed="body and area; name, from and to if wanted")
            for name in absent
        )  # fmt: skip
    faults: list[Fault] = []
    spells = [
        _spell(line, Where(file=file, row=row), units, faults)
        for row, line in zip(row_numbers(table), table.to_pylist(), strict=True)
    ]
    if faults:
        raise Faults(faults)
    return _gathered([spell for spell in spells if spell is not None])


def _spell(
    line: Mapping[str, str | None],
    where: Where,
    units: Mapping[str, tuple[str, ...]],
    faults: list[Fault],
) -> Spell | None:
    body, area = (line["body"] or "").strip(), (line["area"] or "").strip()
    named = units.get(area, ())
    if len(named) != 1 or not body:
        faults.append(Fault("LNK-002", where=where, body=body, area=area))
        return None
    days: list[dt.date | None] = []
    for column in ("from", "to"):
        text = (line.get(column) or "").strip()
        day = read_day(text) if text else None
        days.append(day)
        if text and day is None:
            faults.append(Fault("LNK-003", where=where, value=text, column=column))
    since, until = days
    if since and until and until < since:
        faults.append(Fault("LNK-004", where=where, body=body, since=since, until=until))
    name = (line.get("name") or "").strip() or body
    return Spell(body=body, name=name, area=named[0], since=since, until=until)


def _gathered(spells: Sequence[Spell]) -> Bodies:
    by_body: dict[str, list[Spell]] = {}
    called: dict[str, set[str]] = {}
    for spell in spells:
        by_body.setdefault(spell.body, []).append(spell)
        for form in (spell.body, normalise(spell.body), normalise(spell.name)):
            called.setdefault(form, set()).add(spell.body)
    return Bodies(
        spells={body: tuple(found) for body, found in by_body.items()},
        called={form: tuple(sorted(bodies)) for form, bodies in called.items()},
    )
