"""May a change of the codebook be taken back now? What others did since may stand in its way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from consilience.base.errors import Fault
from consilience.coding.code_names import name_key, path_of
from consilience.coding.codebook import check_levels, levels
from consilience.coding.model import Code


def check_turned(
    old: Sequence[Code],
    new: Sequence[Code],
    *,
    number: int,
    since: Collection[str],
    carried: Mapping[str, int],
) -> None:
    """Refuse a codebook that no step would have made.

    Two codes of one name in a branch may have come with a file, and one of them been renamed:
    taking that back is allowed, as both are what they were. So is what is retired: codings that
    it had stay.

    Args:
        old: the codebook as it is, parents before children.
        new: as it would be, in any order; a parent may be missing.
        number: of the change that is taken back.
        since: ids of codes that came, or got another name or place, after that change.
        carried: how many passages would carry each code; those with none may be left out.

    Raises:
        Fault: COD-103 if a name was taken since, COD-104 if a code would come below one that is
            gone or lies below it, COD-105 if passages would carry a heading, COD-045 if a code
            would stand too deep.
    """
    was = {each.id: each for each in old}
    known = {each.id: each for each in new}
    moved = [each for each in new if _place(was.get(each.id)) != _place(each)]
    for each in moved:
        _check_place(known, each, number=number)
    if max(levels(new).values(), default=0) > max(levels(old).values(), default=0):
        check_levels(new, new)
    for each in moved:
        _check_name(known, each, number=number, since=since)
    for each in new:
        if not each.codable and carried.get(each.id):
            raise Fault("COD-105", number=number, name=each.name, count=carried[each.id])


def _place(code: Code | None) -> tuple[str | None, str] | None:
    return None if code is None else (code.parent, code.name)


def _check_place(known: Mapping[str, Code], code: Code, *, number: int) -> None:
    at, seen = code.parent, {code.id}
    while at is not None:
        if at not in known:
            raise Fault("COD-104", number=number, name=code.name, above="a code that is gone")
        if at in seen:
            above = f"{known[code.parent or at].name!r}, which lies below it now"
            raise Fault("COD-104", number=number, name=code.name, above=above)
        seen.add(at)
        at = known[at].parent


def _check_name(
    known: Mapping[str, Code], code: Code, *, number: int, since: Collection[str]
) -> None:
    for each in known.values():
        if (
            each.id != code.id
            and each.id in since
            and each.parent == code.parent
            and name_key(each.name) == name_key(code.name)
        ):
            other = f"{path_of(known, each)} ({each.id})"
            raise Fault("COD-103", number=number, name=code.name, other=other)
