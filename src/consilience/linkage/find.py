"""Which units can one response speak for? The rules that need no person.

In this order, and never by likeness alone:

1. a key of the frame (its id or another code, such as `dfe_code`), unless the name beside it
   is that of another unit;
2. a body, such as a board, that speaks for one or more areas on the day of the response;
3. a name equal to that of one unit after the normalisation of `linkage.names`, unless a key
   was given that the frame does not know (a code of another year may mean other borders).

All else is a doubt with the candidates that look most alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from consilience.design.model import LinkStage
from consilience.frame.model import Frame, codes
from consilience.linkage.bodies import Bodies, read_bodies
from consilience.linkage.names import most_alike, normalise, spell_out

_PROPOSED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One response and one unit: a link, or a candidate for one."""

    area: str
    method: str = ""
    score: float | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the rules say of one response: links, or candidates where it is in doubt."""

    links: tuple[Tie, ...] = ()
    candidates: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a response says of where it comes from."""

    survey: str
    response: str
    key: str | None
    name: str | None
    day: dt.date | None

    @property
    def words(self) -> str | None:
        """Return key and name as a person reads them."""
        return " / ".join(part for part in (self.key, self.name) if part) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Everything a response can name.

    Args:
        units: every code to the units it names.
        names: unit to its name.
        called: normalised name to the units called so; those of the pool, if there are any.
        pool: names to search for likeness, normalised and spelt out, sorted, with their units.
        bodies: the bodies.
        propose_from: lowest likeness that makes a candidate.
    """

    units: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    called: Mapping[str, tuple[str, ...]]
    pool: Mapping[str, tuple[str, ...]]
    bodies: Bodies
    propose_from: float


def read_places(stage: LinkStage, frame: Frame, within: pa.Table | None, folder: Path) -> Places:
    """What can a response name in this stage?

    Args:
        stage: how to link.
        frame: the units.
        within: schema `CHOICE`, or None for the whole frame.
        folder: the study folder.

    Returns:
        Codes, names and bodies.

    Raises:
        Faults: LNK-001 to LNK-004 if the file of bodies is wrong.
    """
    units = codes(frame)
    ids = frame.table.column("id").to_pylist()
    names = frame.table.column("name").to_pylist()
    in_pool = _in_pool(frame, within)
    pool: dict[str, list[str]] = {}
    outside: dict[str, list[str]] = {}
    alike: dict[str, set[str]] = {}
    for unit, name, inside in zip(ids, names, in_pool, strict=True):
        if not name:
            continue
        (pool if inside else outside).setdefault(normalise(name), []).append(unit)
        if inside:
            for form in (normalise(name), spell_out(name)):
                alike.setdefault(form, set()).add(unit)
    return Places(
        units=units,
        names={unit: name or unit for unit, name in zip(ids, names, strict=True)},
        called={name: tuple(sorted(found)) for name, found in {**outside, **pool}.items()},
        pool={form: tuple(sorted(alike[form])) for form in sorted(alike)},
        bodies=read_bodies(folder, stage.bodies, units=units) if stage.bodies else Bodies(),
        propose_from=stage.propose_from,
    )


def _in_pool(frame: Frame, within: pa.Table | None) -> list[bool]:
    if within is None:
        return [True] * int(frame.table.num_rows)
    chosen = within.column("unit").combine_chunks()
    inside: list[bool] = pc.or_(
        pc.is_in(frame.table.column("id"), chosen),
        pc.is_in(frame.table.column("area"), chosen, skip_nulls=True),
    ).to_pylist()
    return inside


def all_given(responses: pa.Table) -> Iterable[Given]:
    """Yield what each response says of where it comes from; schema `RESPONSE`."""
    for row in responses.to_pylist():
        yield Given(
            survey=row["survey"],
            response=row["response"],
            key=(row["area_given"] or "").strip() or None,
            name=(row["area_name_given"] or "").strip() or None,
            day=row["submitted"],
        )


def find(given: Given, places: Places) -> Found:
    """Which units does this response speak for, or could it?

    Args:
        given: what the response says.
        places: what it can name.

    Returns:
        Links, or else candidates, or neither.
    """
    keyed = places.units.get(given.key or "", ())
    if given.key and not keyed and _is_name(given.key, given.name):
        given = replace(given, key=None, name=given.key)
    named = places.called.get(normalise(given.name), ()) if given.name else ()
    if len(keyed) == 1 and (not named or keyed[0] in named):
        return Found(links=(Tie(area=keyed[0], method="key"),))
    if keyed:
        ties = [Tie(area=area, score=_likeness(given, area, places)) for area in keyed]
        ties += [Tie(area=area, score=100.0) for area in named if area not in keyed]
        return Found(candidates=tuple(ties[:_PROPOSED]))
    bodies = [places.bodies.find(text) for text in (given.key, given.name) if text]
    for body in bodies:
        if body is not None:
            return _of_body(body, given.day, places)
    if len(named) == 1 and given.key is None:
        return Found(links=(Tie(area=named[0], method="name", score=100.0),))
    return Found(candidates=_alike(given, named, places))


def _is_name(key: str, name: str | None) -> bool:
    """Return whether a key that the frame does not know is a name: words, and no other name."""
    wordy = not any(letter.isdigit() for letter in key)
    return wordy and (name is None or normalise(name) == normalise(key))


def _of_body(body: str, day: dt.date | None, places: Places) -> Found:
    areas = places.bodies.areas(body, day)
    if areas:
        return Found(links=tuple(Tie(area=area, method="body", body=body) for area in areas))
    ever = places.bodies.all_areas(body)
    return Found(candidates=tuple(Tie(area=area, score=100.0, body=body) for area in ever))


def _alike(given: Given, named: Sequence[str], places: Places) -> tuple[Tie, ...]:
    if named:
        return tuple(Tie(area=area, score=100.0) for area in named[:_PROPOSED])
    text = given.name or given.key or ""
    limits: dict[str, Any] = {"at_least": places.propose_from, "count": _PROPOSED}
    found: list[tuple[float, list[Tie]]] = []
    forms = list(places.pool)
    for given_form in {normalise(text): None, spell_out(text): None}:
        for likeness in most_alike(given_form, forms, **limits):
            units = places.pool[forms[likeness.position]]
            ties = [Tie(area=unit, score=likeness.score) for unit in units]
            found.append((likeness.score, ties))
    for body, score in places.bodies.alike(text, **limits):
        areas = places.bodies.areas(body, given.day) or places.bodies.all_areas(body)
        found.append((score, [Tie(area=area, score=score, body=body) for area in areas]))
    found.sort(key=lambda pair: -pair[0])
    # A name and its normalised form are one candidate, all areas of a body likewise.
    shown: dict[str, Tie] = {}
    names = 0
    for _, ties in found:
        if names < _PROPOSED and any(tie.area not in shown for tie in ties):
            names += 1
            for tie in ties:
                shown.setdefault(tie.area, tie)
    return tuple(shown.values())


def _likeness(given: Given, area: str, places: Places) -> float | None:
    if not given.name:
        return None
    found = most_alike(normalise(given.name), [normalise(places.names[area])], at_least=0, count=1)
    return found[0].score if found else None
