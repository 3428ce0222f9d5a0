"""What did people write into the table of names? All of it is followed, or nothing is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, cast, get_args

from consilience.base.errors import Fault, Faults, Where
from consilience.interviews.joining import joined, sharing, taken_apart
from consilience.interviews.pseudonymise import Place, root_of
from consilience.text.identifiers.candidate import Kind
from consilience.text.identifiers.find import BRACKETS
from consilience.text.pseudonyms import (
    NAMES,
    Entity,
    Forms,
    Registry,
    Ruling,
    family_of,
    key_of,
    searched_forms,
    usual_label,
)

Row = Mapping[str, str | None]

_RULINGS: Final[tuple[str, ...]] = get_args(Ruling)
_OF_PASSAGES: Final = ("replace", "keep")
_PASSAGE: Final = ("document", "start", "end")
_WRITTEN: Final = ("decision", "replacement", "same_as", "kind", "note")
_GOING: Final[tuple[Ruling, ...]] = ("replace", "generalise", "ask")
# What identifies somebody by itself.
DIRECT: Final[tuple[Kind, ...]] = ("person", "name", "contact", "code")
# A number that a table of names can hold; longer ones are refused by Python itself.
_MOST_DIGITS: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """The rows with what they speak of."""

    known: Mapping[int, Entity]
    lengths: Mapping[str, int]
    file: str

    def where(self, row: int) -> Where:
        return Where(file=self.file, row=row)


def decided(
    registry: Registry, rows: Sequence[Row], *, lengths: Mapping[str, int], file: str
) -> tuple[Registry, list[Place]]:
    """Return the registry with decisions of people, and rulings about single passages.

    Rows may come in any order. An entity that is the same as another gives it all its forms, also
    over several steps. With its own number in `same_as` it is by itself again, as it was.

    Args:
        registry: what is known.
        rows: of the table of decisions, every value as text; columns that are not there change
            nothing. A row with document, start and end speaks of that passage only.
        lengths: code points of each text that names people, by its id.
        file: its name, for messages.

    Raises:
        Faults: INT-030 for an entity that there is not, INT-031 for another decision, INT-032 for
            a replacement without [brackets], INT-033 for a passage that is none, INT-008 or
            INT-042 for one of no text, INT-041 for a row with entity and passage, INT-039 and
            INT-040 for rows that contradict one another, INT-043 for a circle of `same_as`,
            INT-038 for a replacement that holds a name, INT-050 for one that entities of two
            kinds would share, INT-051 for an entity that cannot be taken apart from another.
    """
    sheet = _Sheet(known={each.number: each for each in registry}, lengths=lengths, file=file)
    named: list[tuple[int, Row]] = []
    places: list[tuple[int, Place]] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=2):
        try:
            _check(row, sheet, number)
            if row.get("document"):
                places.append((number, _place(row, sheet, number)))
            else:
                named.append((number, row))
        except Fault as fault:
            faults.append(fault)
    named = [each for each in named if not _is_so_already(registry, each[1])]
    apart, untied = _untied(sheet, named)
    faults += [*untied, *_contradictions(named, sheet), *_overlaps(places, sheet)]
    if faults:
        raise Faults(faults)
    parted = replace(sheet, known=taken_apart(sheet.known, apart))
    made = _followed(parted, named, frozenset(apart))
    spoken = [place for _, place in places]
    faults = [*_held_by_rows(made, named, spoken, sheet), *_shared_by_rows(made, named, sheet)]
    if faults:
        raise Faults(faults)
    return made, spoken


def asked_about(registry: Registry) -> list[Entity]:
    """Return who would stay in the texts undecided although they identify somebody at once."""
    return [
        each for each in registry if each.forms and each.ruling == "ask" and each.kind in DIRECT
    ]


def held_names(registry: Registry, places: Sequence[Place] = ()) -> list[Fault]:
    """Return where a replacement holds a name that is to go; without the name.

    What stands in the brackets of a replacement is not looked through later, so that a name in
    them would go out. A name that is kept may stand there.

    Args:
        registry: all entities.
        places: rulings about passages.

    Returns:
        INT-038 for each pair of a replacement and the entity that it names.
    """
    return [Fault("INT-038", of=of, held=held) for _, of, held in _held(registry, places)]


def _held_by_rows(
    made: Registry, named: Sequence[tuple[int, Row]], places: Sequence[Place], sheet: _Sheet
) -> list[Fault]:
    """Return INT-038 for what these rows say; what was decided before is looked at by `apply`."""
    rows = {int(row["entity"] or 0): number for number, row in named}
    return [
        Fault("INT-038", where=sheet.where(rows.get(entity, rows.get(held, 2))), of=of, held=held)
        for entity, of, held in _held(made, places)
        if not entity or entity in rows or held in rows
    ]


def _held(registry: Registry, places: Sequence[Place]) -> Iterator[tuple[int, str, int]]:
    """Yield entity (0 for a passage), what is replaced, and the entity named instead."""
    forms = Forms(_all_forms(registry))
    whole = {
        key_of("person", form): each.number
        for each in registry
        if each.kind in NAMES and each.ruling in _GOING
        for form in each.forms
    }
    used = [
        (each.number, f"entity {each.number}", each.replacement)
        for each in registry
        if each.forms and each.ruling in ("replace", "generalise")
    ]
    used += [
        (0, f"the passage from {each.start} of {each.document}", each.replacement or "")
        for each in places
        if each.ruling == "replace"
    ]
    for number, of, replacement in used:
        if usual_label(replacement):
            continue
        inner = re.sub(r"[\[\]_]", " ", replacement)
        held = {found for _, _, found in forms.find(inner)}
        held |= {whole[key] for key in (key_of("person", inner),) if key in whole}
        yield from ((number, of, each) for each in sorted(held))


def _all_forms(registry: Registry) -> Iterator[tuple[str, int]]:
    """Yield the forms that are looked for, and parts of a name that several people have."""
    yield from searched_forms(registry, _GOING)
    for each in registry:
        if each.kind == "person" and each.ruling in _GOING:
            for form in each.forms:
                words = key_of("person", form)
                yield from ((word, each.number) for word in words if len(word) > 2)


def _shared_by_rows(
    registry: Registry, named: Sequence[tuple[int, Row]], sheet: _Sheet
) -> Iterator[Fault]:
    """Yield INT-050 for rows whose entity would stand as one with another of another kind."""
    rows = {int(row["entity"] or 0): number for number, row in reversed(named)}
    for text, group in sharing(registry, rows):
        kinds = {family_of(each.kind) for each in group}
        if len(kinds) > 1:
            first = next(each for each in group if each.number in rows)
            other = next(e for e in group if family_of(e.kind) != family_of(first.kind))
            yield Fault(
                "INT-050", where=sheet.where(rows[first.number]), entity=first.number,
                kind=first.kind, other=other.number, other_kind=other.kind, replacement=text,
            )  # fmt: skip


def _check(row: Row, sheet: _Sheet, number: int) -> None:
    where = sheet.where(number)
    passage = [column for column in _PASSAGE if row.get(column)]
    if row.get("entity") and passage:
        raise Fault("INT-041", where=where, entity=row["entity"], column=passage[0])
    if not row.get("document"):
        _check_entity(row.get("entity"), sheet, where)
    if row.get("same_as"):
        _check_entity(row["same_as"], sheet, where)
    allowed = _OF_PASSAGES if row.get("document") else _RULINGS
    if (decision := row.get("decision")) and decision not in allowed:
        raise Fault("INT-031", where=where, value=decision[:40], known=", ".join(allowed))
    if (kind := row.get("kind")) and kind not in get_args(Kind):
        raise Fault("INT-031", where=where, value=kind[:40], known=", ".join(get_args(Kind)))
    text = row.get("replacement")
    if text and not BRACKETS.fullmatch(text):
        raise Fault("INT-032", where=where, length=len(text))


def _check_entity(value: str | None, sheet: _Sheet, where: Where) -> None:
    if _number(value) not in sheet.known:
        raise Fault("INT-030", where=where, entity=(value or "")[:40], known=len(sheet.known))


def _number(value: str | None) -> int | None:
    fits = value and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    return int(value) if value and fits else None


def _place(row: Row, sheet: _Sheet, number: int) -> Place:
    where, document = sheet.where(number), str(row["document"])
    start, end = _number(row.get("start")), _number(row.get("end"))
    if start is None or end is None or end <= start:
        told = [(row.get(name) or "")[:20] for name in ("start", "end")]
        raise Fault("INT-033", where=where, start=told[0], end=told[1])
    if document not in sheet.lengths:
        raise Fault("INT-008", where=where, named=document[:80])
    if end > sheet.lengths[document]:
        length = sheet.lengths[document]
        raise Fault("INT-042", where=where, document=document, end=end, length=length)
    return Place(
        document=document,
        start=start,
        end=end,
        ruling="keep" if row.get("decision") == "keep" else "replace",
        replacement=row.get("replacement") or None,
    )


# --- rows beside each other ---------------------------------------------------------------


def _contradictions(named: Sequence[tuple[int, Row]], sheet: _Sheet) -> list[Fault]:
    """Return INT-039 for rows that say different things of one entity, INT-043 for circles."""
    of: dict[int, list[tuple[int, Row]]] = defaultdict(list)
    for number, row in named:
        of[int(row["entity"] or 0)].append((number, row))
    faults = []
    for entity, said in of.items():
        for (first, one), (second, other) in combinations(said, 2):
            if _differ(one, other):
                where = sheet.where(second)
                faults.append(Fault("INT-039", where=where, entity=entity, first=first, row=second))
                break
    same = _same(named)
    for entity in sorted(same):
        if _root(same, entity) is None:
            where = sheet.where(of[entity][0][0])
            faults.append(Fault("INT-043", where=where, entity=entity))
    return faults + _into_nothing(named, same, sheet)


def _is_so_already(registry: Registry, row: Row) -> bool:
    """Return whether a row says that an entity is part of what it is part of, as the table does."""
    number, same = int(row["entity"] or 0), _number(row.get("same_as"))
    root = root_of(registry, number)
    return root != number and same not in (None, number) and root_of(registry, same or 0) == root


def _untied(sheet: _Sheet, named: Sequence[tuple[int, Row]]) -> tuple[list[int], list[Fault]]:
    """Return which entities are to be by themselves again, and INT-051 for those that cannot."""
    apart, faults = [], []
    for number, row in named:
        entity, same = sheet.known[int(row["entity"] or 0)], _number(row.get("same_as"))
        if entity.joined is not None and same is not None:
            apart.append(entity.number)
        elif not entity.forms and same == entity.number:
            faults.append(Fault("INT-051", where=sheet.where(number), entity=entity.number))
    return apart, faults


def _differ(one: Row, other: Row) -> bool:
    if bool(one.get("same_as")) != bool(other.get("same_as")):
        return True
    pairs = ((one.get(column), other.get(column)) for column in _WRITTEN)
    return any(a and b and a != b for a, b in pairs)


def _same(named: Sequence[tuple[int, Row]]) -> dict[int, int]:
    found = {int(row["entity"] or 0): _number(row.get("same_as")) for _, row in named}
    return {number: same for number, same in found.items() if same and same != number}


def _root(same: Mapping[int, int], entity: int) -> int | None:
    """Return what an entity is in the end; None if that leads back to itself."""
    seen = set()
    while entity in same:
        if entity in seen:
            return None
        seen.add(entity)
        entity = same[entity]
    return entity


def _into_nothing(
    named: Sequence[tuple[int, Row]], same: Mapping[int, int], sheet: _Sheet
) -> list[Fault]:
    """Return INT-030 where names would be given to what became part of another entity before."""
    faults = []
    for number, row in named:
        entity = int(row["entity"] or 0)
        root = _root(same, entity)
        if entity in same and root and sheet.known[entity].forms and not sheet.known[root].forms:
            where, known = sheet.where(number), len(sheet.known)
            faults.append(Fault("INT-030", where=where, entity=str(root), known=known))
    return faults


def _overlaps(places: Sequence[tuple[int, Place]], sheet: _Sheet) -> list[Fault]:
    """Return INT-040 for passages that share characters, unless the rows say the same."""
    faults = []
    ordered = sorted(places, key=lambda each: (each[1].document, each[1].start, each[0]))
    last: tuple[int, Place] | None = None
    for number, place in ordered:
        if last and last[1].document == place.document and place.start < last[1].end:
            if place != last[1]:
                row, first = max(number, last[0]), min(number, last[0])
                faults.append(Fault("INT-040", where=sheet.where(row), first=first, row=row))
            if place.end <= last[1].end:
                continue
        last = number, place
    return faults


def _followed(sheet: _Sheet, named: Sequence[tuple[int, Row]], apart: frozenset[int]) -> Registry:
    same = _same(named)
    known = dict(sheet.known)
    for _, row in named:
        entity = known[int(row["entity"] or 0)]
        if entity.number not in same and not (
            entity.number in apart and _adds_nothing(entity, row)
        ):
            known[entity.number] = replace(
                entity,
                kind=cast("Kind", row.get("kind") or entity.kind),
                ruling=cast("Ruling", row.get("decision") or entity.ruling),
                replacement=row.get("replacement") or entity.replacement,
                note=row.get("note") or entity.note,
                decided=True,
            )
    for number in same:
        entity, other = known[number], known[_root(same, number) or number]
        if entity.forms:
            known[other.number], known[number] = joined(entity, other)
    return tuple(known[number] for number in sorted(known))


def _adds_nothing(entity: Entity, row: Row) -> bool:
    """Return whether a row says of an entity only what was decided about it before."""
    return all(
        not row.get(column) or row[column] == value
        for column, value in (
            ("decision", entity.ruling), ("replacement", entity.replacement),
            ("kind", entity.kind), ("note", entity.note),
        )
    )  # fmt: skip
