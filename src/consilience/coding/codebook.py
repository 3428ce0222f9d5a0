"""What does the codebook look like after a step? Codes in, codes out, all in their order.

A codebook is the list of its codes as `store.codings.codes` gives it: parents before children,
brothers and sisters in their order. Each step returns the whole codebook; what differs from the
one before is what is to be written, and to be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from consilience.base.errors import Fault
from consilience.base.ids import has_control
from consilience.coding.apply import usable_code
from consilience.coding.code_names import name_key
from consilience.coding.model import Code, Coding

Codes = tuple[Code, ...]
# Levels of a codebook, the top being one. The deepest that programs allow are ten, and every file
# that we write must be readable again: parsers of XML and YAML stop at some depth.
MOST_LEVELS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedCodings:
    """What becomes of the codings of a code that is merged into another.

    Args:
        moved: ids of those that get the other code.
        dropped: those that go, as the same coder has marked the same passage with the other code:
            id of the one that stays by id of the one that goes.
    """

    moved: tuple[str, ...]
    dropped: Mapping[str, str]


def find(codes: Iterable[Code], code: str) -> Code:
    """Return the code of an id.

    Raises:
        Fault: COD-002 if there is none.
    """
    for each in codes:
        if each.id == code:
            return each
    raise Fault("COD-002", code=code)


def in_order(codes: Iterable[Code]) -> Codes:
    """Return codes with parents before children, brothers and sisters by position and name.

    Args:
        codes: each with a parent among them, or None.

    Raises:
        Fault: COD-002 if a parent is not among them, COD-014 if a code lies below itself.

    Example:
        >>> [c.id for c in in_order([Code(id="b", name="B", parent="a"), Code(id="a", name="A")])]
        ['a', 'b']
    """
    known = {each.id: each for each in codes}
    below: dict[str | None, list[Code]] = {}
    for each in sorted(known.values(), key=lambda each: (each.position, each.name, each.id)):
        if each.parent is not None and each.parent not in known:
            raise Fault("COD-002", code=each.parent)
        below.setdefault(each.parent, []).append(each)
    ordered: list[Code] = []
    waiting = below.get(None, [])[::-1]
    while waiting:
        ordered.append(waiting.pop())
        waiting += below.get(ordered[-1].id, [])[::-1]
    if len(ordered) < len(known):
        there = {each.id for each in ordered}
        lost = next(each for each in known.values() if each.id not in there)
        raise Fault("COD-014", name=lost.name)
    return tuple(ordered)


def with_code(codes: Sequence[Code], code: Code) -> Codes:
    """Return the codebook with one more code, the last below its parent.

    Args:
        codes: the codebook.
        code: its position is not looked at.

    Raises:
        Fault: COD-015 without a name, COD-002 if the parent is not there, COD-019 if a code of
            this id is there, COD-042 or COD-043 for a name that cannot be, COD-045 if it
            would stand too deep.
    """
    if any(each.id == code.id for each in codes):
        raise Fault("COD-019", code=code.id)
    if code.parent is not None:
        find(codes, code.parent)
    new = replace(code, name=_named(code.name), position=_last(codes, code.parent))
    _check_alone(codes, new)
    return _not_deeper(codes, in_order((*codes, new)))


def with_edit(codes: Sequence[Code], code: Code, *, used: int) -> Codes:
    """Return the codebook in which a code says other things of itself; it stays in its place.

    Args:
        codes: the codebook.
        code: name, definition, rules, examples, colour, whether passages may carry it, whether
            it is retired; parent and position are not looked at.
        used: passages that carry it.

    Raises:
        Fault: COD-015 without a name, COD-002 if it is not there, COD-016 if it would become a
            heading while passages carry it, COD-042 or COD-043 for a new name that cannot be.
    """
    old = find(codes, code.id)
    if used and old.codable and not code.codable:
        raise Fault("COD-016", name=old.name, count=used)
    said = replace(code, name=old.name, parent=old.parent, position=old.position)
    return with_name(_put(codes, said), code.id, code.name)


def with_name(codes: Sequence[Code], code: str, name: str) -> Codes:
    """Return the codebook in which a code is called otherwise.

    Raises:
        Fault: COD-015 without a name, COD-002 if it is not there, COD-042 or COD-043 for a name
            that cannot be.
    """
    old = find(codes, code)
    if name.strip() == old.name:  # it may have come with a file, and be what is to be mended
        return tuple(codes)
    new = replace(old, name=_named(name))
    _check_alone(codes, new)
    return _put(codes, new)


def with_retired(codes: Sequence[Code], code: str, *, retired: bool) -> Codes:
    """Return the codebook in which a code is out of use, or in use again.

    Raises:
        Fault: COD-002 if it is not there.
    """
    return _put(codes, replace(find(codes, code), retired=retired))


def with_move(
    codes: Sequence[Code], code: str, *, parent: str | None, position: int | None = None
) -> Codes:
    """Return the codebook in which a code, with all below it, has another place.

    Args:
        codes: the codebook.
        code: id of the code.
        parent: id of the code it comes below, None for the top; the one it has already changes
            its place among its brothers and sisters.
        position: how many of them come before it; None or a number too great for the last place.

    Raises:
        Fault: COD-002 if a code is not there, COD-014 if it would come below itself, COD-043 if
            there is another of its name, COD-045 if a code would stand too deep.
    """
    old = find(codes, code)
    _check_not_within(codes, old, parent)
    if parent != old.parent:
        _check_alone(codes, replace(old, parent=parent))
    others = [each for each in codes if each.parent == parent and each.id != code]
    if position is None or position >= len(others):
        return _put(codes, replace(old, parent=parent, position=_last(others, parent)))
    row = [*others[: max(position, 0)], replace(old, parent=parent), *others[max(position, 0) :]]
    return _put(codes, *(replace(each, position=place) for place, each in enumerate(row)))


def with_merge(codes: Sequence[Code], code: str, *, into: str) -> Codes:
    """Return the codebook in which a code is part of another, which gets its examples.

    The codes below it come below the other, after those that are there.

    Args:
        codes: the codebook.
        code: id of the code that goes.
        into: id of the one that stays; a heading only if the other is one too.

    Raises:
        Fault: COD-002 if a code is not there, COD-003 if the other may not carry passages,
            COD-014 if it is the code itself or lies below it, COD-043 if a code below it is
            called as one below the other.
    """
    old, kept = find(codes, code), find(codes, into)
    _check_not_within(codes, old, into)
    if old.codable:
        usable_code(codes, into)
    more = tuple(each for each in old.examples if each not in kept.examples)
    place = _last([each for each in codes if each.id != code], into)
    moved = [
        replace(each, parent=into, position=place + number)
        for number, each in enumerate(each for each in codes if each.parent == code)
    ]
    left = tuple(each for each in codes if each.id != code)
    for each in moved:
        _check_alone(left, each)
    return _put(left, replace(kept, examples=kept.examples + more), *moved)


def merged_codings(of_code: Iterable[Coding], of_kept: Iterable[Coding]) -> MergedCodings:
    """Which codings get the other code, and which say what is said already?

    Two are the same where the same coder marked the same places of the same version of a text.

    Args:
        of_code: codings with the code that goes.
        of_kept: codings with the one that stays.
    """
    there = {_place(each): each.id for each in of_kept}
    moved: list[str] = []
    dropped: dict[str, str] = {}
    for each in of_code:
        place = _place(each)
        if place in there:
            dropped[each.id] = there[place]
        else:
            there[place] = each.id
            moved.append(each.id)
    return MergedCodings(moved=tuple(moved), dropped=dropped)


def with_split(
    codes: Sequence[Code], code: str, new: Code, *, chosen: Iterable[str], of_code: Iterable[str]
) -> tuple[Codes, tuple[str, ...]]:
    """Return the codebook with a code beside another, and the codings that get it.

    Args:
        codes: the codebook.
        code: id of the code that is split; it stays with what was not chosen.
        new: the other code; parent and position are not looked at.
        chosen: ids of codings to move.
        of_code: ids of all codings with the code.

    Raises:
        Fault: COD-017 if no chosen coding carries the code; else as `with_code`.
    """
    old = find(codes, code)
    wanted = set(chosen)
    moved = tuple(sorted(wanted.intersection(of_code)))
    if not moved:
        raise Fault("COD-017", name=old.name, count=len(wanted))
    return with_code(codes, replace(new, parent=old.parent)), moved


def _place(coding: Coding) -> tuple[object, ...]:
    return (coding.document, coding.version, coding.start, coding.end, coding.coder)


def _named(name: str) -> str:
    if not name.strip():
        raise Fault("COD-015")
    if has_control(name.strip()):
        raise Fault("COD-042", name=name.strip())
    return name.strip()


def _check_alone(codes: Iterable[Code], code: Code) -> None:
    """Refuse a name that a brother or sister has: no path, and no coder, would tell which."""
    known = {each.id: each for each in codes}
    for each in known.values():
        if (
            each.id != code.id
            and each.parent == code.parent
            and name_key(each.name) == name_key(code.name)
        ):
            above = known[code.parent].name if code.parent else None
            where = f"below {above!r}" if above else "at the top"
            raise Fault("COD-043", name=each.name, place=where)


def _last(codes: Iterable[Code], parent: str | None) -> int:
    return max((each.position + 1 for each in codes if each.parent == parent), default=0)


def _put(codes: Sequence[Code], *changed: Code) -> Codes:
    new = {each.id: each for each in changed}
    return _not_deeper(codes, in_order(new.get(each.id, each) for each in codes))


def levels(codes: Iterable[Code]) -> dict[str, int]:
    """Return at which level each code stands, 1 at the top; any order, circles end somewhere.

    Example:
        >>> levels([Code(id="b", name="B", parent="a"), Code(id="a", name="A")])
        {'b': 2, 'a': 1}
    """
    above = {each.id: each.parent for each in codes}
    found = dict.fromkeys(above, 0)
    for key in above:
        path: list[str] = []
        at: str | None = key
        while at in found and not found[at]:
            found[at] = -1  # on the way, so that a circle ends here
            path.append(at)
            at = above[at]
        level = max(found.get(at or "", 0), 0)
        for number, each in enumerate(reversed(path), start=1):
            found[each] = level + number
    return found


def check_levels(codes: Iterable[Code], new: Iterable[Code]) -> None:
    """Refuse codes that would stand too deep.

    Args:
        codes: the whole codebook.
        new: those that are looked at.

    Raises:
        Fault: COD-045 naming the first.
    """
    at = levels(codes)
    for each in new:
        if at[each.id] > MOST_LEVELS:
            raise Fault("COD-045", name=each.name, level=at[each.id], most=MOST_LEVELS)


def _not_deeper(old: Sequence[Code], new: Codes) -> Codes:
    """Return a codebook, unless it became too deep; one that was so may be changed all the same."""
    before = max(levels(old).values(), default=0)
    if max(levels(new).values(), default=0) > before:
        check_levels(new, new)
    return new


def _check_not_within(codes: Sequence[Code], code: Code, place: str | None) -> None:
    """Refuse a place that is the code or lies below it."""
    known = {each.id: each for each in codes}
    at = place
    while at is not None:
        if at == code.id:
            raise Fault("COD-014", name=code.name)
        at = find(known.values(), at).parent
