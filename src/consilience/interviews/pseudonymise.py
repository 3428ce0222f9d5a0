"""What do people decide about names? The table they fill in, and what they wrote into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast, get_args

import pyarrow as pa

from consilience.base.errors import Fault, Faults, Where
from consilience.text.alike import Proposal
from consilience.text.identifiers.candidate import Kind
from consilience.text.identifiers.find import BRACKETS
from consilience.text.pseudonyms import Entity, Registry, Ruling

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
