"""What do people decide about names? The table they fill in, and rulings about one passage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from consilience.text.alike import Proposal
from consilience.text.pseudonyms import Registry, Ruling

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


def root_of(registry: Registry, number: int) -> int:
    """Return the number of the entity that this one is part of now, its own if of none."""
    to = {each.number: each.joined.to for each in registry if each.joined is not None}
    while number in to:
        number = to[number]
    return number


def decisions_table(
    registry: Registry, counts: Mapping[int, tuple[int, int]], proposed: Iterable[Proposal]
) -> pa.Table:
    """Return the table that people fill in, of schema `TABLE`: what is not decided comes first.

    What became part of another comes last, with the number of that in `same_as`.

    Args:
        registry: all entities.
        counts: mentions and documents of each.
        proposed: what could be the same.
    """
    reasons: dict[int, str] = {}
    for each in reversed(list(proposed)):
        reasons[each.same_as] = f"{each.reason}: {each.entity} ({each.score:.0f})"
        reasons[each.entity] = f"{each.reason}: {each.same_as} ({each.score:.0f})"
    rows: list[dict[str, object]] = [
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
    rows += [
        {
            "entity": each.number,
            "kind": each.kind,
            "forms": " | ".join(each.joined.forms),
            "same_as": root_of(registry, each.number),
        }
        for each in registry
        if each.joined is not None
    ]
    return pa.Table.from_pylist(rows, schema=TABLE)
