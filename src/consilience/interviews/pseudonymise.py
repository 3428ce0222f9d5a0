"""What is decided about names, and the text that the decisions make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast, get_args

import pyarrow as pa

from consilience.base.errors import Fault, Faults, Where
from consilience.text.alike import Proposal
from consilience.text.generalise import (
    DateUnit,
    age_to_band,
    date_to,
    occupation_to_group,
    place_to_region,
    postcode_to_district,
)
from consilience.text.identifiers.candidate import Candidate, Kind
from consilience.text.identifiers.find import BRACKETS
from consilience.text.offsets import Edit
from consilience.text.pseudonyms import (
    NAMES,
    Entity,
    Forms,
    Registry,
    Ruling,
    is_searched,
    key_of,
    searched_forms,
)

# The table of decisions as people fill it in.
TABLE: Final = pa.schema(
    [
        pa.field("entity", pa.int64()),
        pa.field("document", pa.string()),
        pa.field("start", pa.int64()),
        pa.field("end", pa.int64()),
        pa.field("kind", pa.string()),
        pa.field("forms", pa.string()),
        pa.field("mentions", pa.int64()),
        pa.field("documents", pa.int64()),
        pa.field("proposal", pa.string()),
        pa.field("decision", pa.string()),
        pa.field("replacement", pa.string()),
        pa.field("same_as", pa.int64()),
        pa.field("note", pa.string()),
    ]
)
_RULINGS: Final[tuple[Ruling, ...]] = get_args(Ruling)
# Goes with the name: it says man or woman, doctor or constable.
_TITLE: Final = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Fr|Cllr|PC|Sgt)\.? $",
    re.IGNORECASE,
)
# What generalisers leave: it holds a month, a district or a region and is no detail any more.
_GENERAL: Final = re.compile(
    r"\[(?:aged [\w ]+|place in [\w ]+|date|removed|(?:[A-Z][a-z]+ )?\d{4}|[A-Z][a-z]+|"
    r"[A-Z]{1,2}\d[\dA-Z]?)\]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A ruling about one passage of one text, which goes before that about its entity.

    Args:
        document: the id of the text.
        start: first code point in the version that names people.
        end: code point after the last.
        ruling: replace, or keep as it is.
        replacement: what stands there instead, with its [brackets].
    """

    document: str
    start: int
    end: int
    ruling: Ruling
    replacement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How details are made general in this study.

    Args:
        dates: whether month and year of a day are kept, or the year only.
        regions: the region of each place that the frame knows, in lower case.
    """

    dates: DateUnit = "month"
    regions: Mapping[str, str]


def decisions_table(
    registry: Registry, counts: Mapping[int, tuple[int, int]], proposed: Iterable[Proposal]
) -> pa.Table:
    """Return the table that people fill in, of schema `TABLE`: what is not decided comes first.

    Args:
        registry: all entities.
        counts: mentions and documents of each.
        proposed: what could be the same.
    """
    reasons: dict[int, str] = {}
    for each in reversed(list(proposed)):
        reasons[each.same_as] = f"{each.reason}: {each.entity} ({each.score:.0f})"
        reasons[each.entity] = f"{each.reason}: {each.same_as} ({each.score:.0f})"
    rows = [
        {
            "entity": each.number,
            "kind": each.kind,
            "forms": " | ".join(each.forms),
            "mentions": counts.get(each.number, (0, 0))[0],
            "documents": counts.get(each.number, (0, 0))[1],
            "proposal": reasons.get(each.number),
            "decision": each.ruling,
            "replacement": each.replacement,
            "note": each.note or None,
        }
        for each in sorted(registry, key=lambda each: (each.decided, each.number))
        if each.forms
    ]
    return pa.Table.from_pylist(rows, schema=TABLE)


def decided(
    registry: Registry, rows: Sequence[Mapping[str, str | None]], *, file: str
) -> tuple[Registry, list[Place]]:
    """Return the registry with decisions of people, and rulings about single passages.

    Args:
        registry: what is known.
        rows: of the table of decisions, every value as text; columns that are not there change
            nothing. A row with document, start and end speaks of that passage only.
        file: its name, for messages.

    Raises:
        Faults: INT-030 for an entity that there is not, INT-031 for another decision, INT-032 for
            a replacement without [brackets], INT-033 for a passage that is none.
    """
    known = {each.number: each for each in registry}
    places: list[Place] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=2):
        where = Where(file=file, row=number)
        try:
            _check(row, known, where)
            if row.get("document"):
                places.append(_place(row, where))
            else:
                _decide(known, row)
        except Fault as fault:
            faults.append(fault)
    if faults:
        raise Faults(faults)
    return tuple(known[number] for number in sorted(known)), places


def _check(row: Mapping[str, str | None], known: Mapping[int, Entity], where: Where) -> None:
    named = [row.get("same_as")] if row.get("document") else [row.get("entity"), row.get("same_as")]
    for at, value in enumerate(named):
        needed = at == 0 and not row.get("document")
        if (value or needed) and _number(value) not in known:
            raise Fault("INT-030", where=where, entity=value or "", known=len(known))
    if (decision := row.get("decision")) and decision not in _RULINGS:
        raise Fault("INT-031", where=where, value=decision, known=", ".join(_RULINGS))
    if (kind := row.get("kind")) and kind not in get_args(Kind):
        raise Fault("INT-031", where=where, value=kind, known=", ".join(get_args(Kind)))
    text = row.get("replacement")
    if text and not BRACKETS.fullmatch(text):
        raise Fault("INT-032", where=where, length=len(text))


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdigit() else None


def _place(row: Mapping[str, str | None], where: Where) -> Place:
    start, end = _number(row.get("start")), _number(row.get("end"))
    if start is None or end is None or end <= start:
        raise Fault("INT-033", where=where, start=row.get("start"), end=row.get("end"))
    ruling: Ruling = "keep" if row.get("decision") == "keep" else "replace"
    return Place(
        document=str(row["document"]),
        start=start,
        end=end,
        ruling=ruling,
        replacement=row.get("replacement") or None,
    )


def _decide(known: dict[int, Entity], row: Mapping[str, str | None]) -> None:
    entity = known[int(row["entity"] or 0)]
    same = _number(row.get("same_as"))
    if same is not None and same != entity.number:
        other = known[same]
        more = tuple(form for form in entity.forms if form not in other.forms)
        known[same] = replace(other, forms=(*other.forms, *more))
        known[entity.number] = replace(entity, forms=(), ruling="keep", decided=True)
        return
    known[entity.number] = replace(
        entity,
        kind=cast("Kind", row.get("kind") or entity.kind),
        ruling=cast("Ruling", row.get("decision") or entity.ruling),
        replacement=row.get("replacement") or entity.replacement,
        note=row.get("note") or entity.note,
        decided=True,
    )


def edits_of(
    text: str,
    registry: Registry,
    candidates: Sequence[Candidate],
    *,
    places: Sequence[Place] = (),
    rules: Rules,
) -> list[tuple[Edit, int]]:
    """Return what is put where in a text, each with the number of its entity.

    Names are replaced wherever a form of theirs stands; what only describes, such as a date, where
    a rule found it. What stands in [brackets] as a replacement already stays, so that a text
    that was pseudonymised is left as it is.

    Args:
        text: the version that names people.
        registry: names and rulings.
        candidates: what the rules find in this text.
        places: rulings about passages of this text; they go first.
        rules: how details are made general.
    """
    taken = _closed(text, registry)
    edits: list[tuple[Edit, int]] = []
    for start, end, number, new in _wanted(text, registry, candidates, places, rules):
        if not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            if new is not None:
                edits.append((Edit(start, end, new), number))
    return sorted(edits, key=lambda each: each[0].start)


def _closed(text: str, registry: Registry) -> bytearray:
    """Return where replacements stand already: they would be taken for details again."""
    closed = bytearray(len(text))
    known = {each.replacement for each in registry}
    for match in BRACKETS.finditer(text):
        if match.group() in known or _GENERAL.fullmatch(match.group()):
            closed[match.start() : match.end()] = b"\x01" * len(match.group())
    return closed


def residual(text: str, registry: Registry) -> list[tuple[int, int]]:
    """Return where names that were to go still stand: first code point and number of the entity.

    Args:
        text: a text about to leave.
        registry: of its names those count that are to be replaced, made general, or undecided.
    """
    closed = _closed(text, registry)
    forms = _forms(registry, ("replace", "generalise", "ask"))
    return [(start, number) for start, _, number in forms.find(text) if not closed[start]]


def _forms(registry: Registry, rulings: Sequence[Ruling]) -> Forms:
    return Forms(searched_forms(registry, rulings))


def mentions(
    text: str, registry: Registry, candidates: Sequence[Candidate]
) -> list[tuple[int, int, int]]:
    """Return start, end and entity of every mention in a text, whatever was decided.

    Args:
        text: the version that names people.
        registry: all entities.
        candidates: what the rules find in it.
    """
    found = _forms(registry, _RULINGS).find(text)
    described = _described(text, registry, candidates)
    found += [(start, end, each.number) for start, end, each in described]
    return sorted(set(found))


def _described(
    text: str, registry: Registry, candidates: Sequence[Candidate]
) -> Iterator[tuple[int, int, Entity]]:
    """Yield what counts only where a rule found it: dates, ages, a person called J."""
    known = {(each.kind, key_of(each.kind, form)): each for each in registry for form in each.forms}
    for each in candidates:
        words = text[each.start : each.end]
        entity = known.get((each.kind, key_of(each.kind, words)))
        if entity is not None and (each.kind not in NAMES or not is_searched(words)):
            yield each.start, each.end, entity


def _wanted(
    text: str,
    registry: Registry,
    candidates: Sequence[Candidate],
    places: Sequence[Place],
    rules: Rules,
) -> Iterator[tuple[int, int, int, str | None]]:
    """Yield start, end, entity and replacement, what goes first first; None keeps the passage."""
    for place in places:
        new = (place.replacement or "[removed]") if place.ruling == "replace" else None
        yield place.start, min(place.end, len(text)), 0, new
    entities = {each.number: each for each in registry}
    found = list(_described(text, registry, candidates))
    forms = _forms(registry, ("replace", "generalise"))
    found += [(start, end, entities[number]) for start, end, number in forms.find(text)]
    for start, end, entity in sorted(found, key=lambda each: (each[0] - each[1], each[0])):
        new = _instead(entity, text[start:end], rules)
        titled = entity.kind == "person" and _TITLE.search(text, max(0, start - 12), start)
        if new is not None:
            yield titled.start() if titled else start, end, entity.number, new


def _instead(entity: Entity, words: str, rules: Rules) -> str | None:
    if entity.ruling == "replace":
        return entity.replacement
    if entity.ruling != "generalise":
        return None
    match entity.kind:
        case "date":
            return date_to(words, rules.dates)
        case "age":
            return age_to_band(words)
        case "address":
            return postcode_to_district(words) or entity.replacement
        case "place" | "authority":
            return place_to_region(words, rules.regions) or entity.replacement
        case "occupation":
            return occupation_to_group(words) or entity.replacement
        case _:
            return entity.replacement
