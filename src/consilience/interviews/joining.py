"""Two entities that are one, one that is two again, and one of whom only the number stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from consilience.base.errors import Fault
from consilience.text.pseudonyms import (
    NAMES,
    Entity,
    Joined,
    Registry,
    family_of,
    key_of,
    usual_label,
)

__all__ = ["doubts", "emptied", "joined", "sharing", "taken_apart"]


def joined(entity: Entity, other: Entity) -> tuple[Entity, Entity]:
    """Return another entity with all forms of this one, and this one as part of it."""
    more = tuple(form for form in entity.forms if form not in other.forms)
    before = Joined(
        to=other.number, forms=entity.forms, given=more, ruling=entity.ruling,
        decided=entity.decided,
    )  # fmt: skip
    part = replace(entity, forms=(), ruling="keep", decided=True, joined=before)
    return replace(other, forms=(*other.forms, *more)), part


def taken_apart(known: Mapping[int, Entity], numbers: Sequence[int]) -> dict[int, Entity]:
    """Return entities of which some are by themselves again, as they were before they were joined.

    Writings found since go with the one whose name they write.

    Args:
        known: all entities by number.
        numbers: those to be by themselves; each is part of another.
    """
    made = dict(known)
    for number in numbers:
        entity = made[number]
        before = entity.joined
        if before is None:
            continue
        keys = {key_of(entity.kind, form) for form in before.given}
        later: list[str] = []
        holder: int | None = before.to
        while holder is not None:
            other = made[holder]
            gone = {
                form
                for form in other.forms
                if form in before.given or key_of(entity.kind, form) in keys
            }
            later += [form for form in other.forms if form in gone and form not in before.forms]
            inner = other.joined
            if inner is not None:
                inner = replace(inner, forms=_less(inner.forms, before.given),
                                given=_less(inner.given, before.given))  # fmt: skip
            made[holder] = replace(other, forms=_less(other.forms, gone), joined=inner)
            holder = other.joined.to if other.joined is not None else None
        made[number] = replace(
            entity, forms=(*before.forms, *later), ruling=before.ruling, decided=before.decided,
            joined=None,
        )  # fmt: skip
    return made


def emptied(entity: Entity) -> Entity:
    """Return an entity without its name and what was said of it; number and usual label stay.

    Example:
        >>> ann = Entity(
        ...     number=3, kind="person", forms=("Ann",), ruling="replace", replacement="[Ann B.]"
        ... )
        >>> emptied(ann).forms, emptied(ann).replacement
        ((), '[person]')
    """
    label = entity.replacement if usual_label(entity.replacement) else f"[{entity.kind}]"
    return replace(
        entity, forms=(), ruling="keep", replacement=label, decided=True, note="", joined=None
    )


def _less(forms: Sequence[str], gone: Collection[str]) -> tuple[str, ...]:
    return tuple(form for form in forms if form not in gone)


def sharing(registry: Registry, numbers: Collection[int]) -> Iterator[tuple[str, list[Entity]]]:
    """Yield each replacement that stands for several names, with its entities.

    Args:
        registry: all entities.
        numbers: entities of which one at least must be among them.
    """
    groups: dict[str, list[Entity]] = defaultdict(list)
    for each in registry:
        if each.forms and each.kind in NAMES and each.ruling in ("replace", "generalise"):
            groups[each.replacement.casefold()].append(each)
    for group in groups.values():
        if len(group) > 1 and any(each.number in numbers for each in group):
            yield group[0].replacement, group


def doubts(registry: Registry, numbers: Collection[int]) -> list[Fault]:
    """Return what may be meant otherwise in what was decided about some entities.

    Args:
        registry: all entities.
        numbers: those decided about.

    Returns:
        INT-052 for entities of two kinds that became one, INT-049 for a replacement that stands
        for several.
    """
    by_number = {each.number: each for each in registry}
    found = []
    for each in registry:
        other = by_number.get(each.joined.to) if each.joined else None
        told = other is not None and (each.number in numbers or other.number in numbers)
        if other is not None and told and family_of(each.kind) != family_of(other.kind):
            found.append(
                Fault(
                    "INT-052", entity=each.number, kind=each.kind, other=other.number,
                    other_kind=other.kind,
                )
            )  # fmt: skip
    for text, group in sharing(registry, numbers):
        listed = ", ".join(str(each.number) for each in group)
        found.append(Fault("INT-049", entities=listed, replacement=text))
    return found
